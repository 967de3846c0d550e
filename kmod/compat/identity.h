/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels about who a process is and what time it is for it.
 */
#ifndef _WEFT_COMPAT_IDENTITY_H
#define _WEFT_COMPAT_IDENTITY_H

#include <linux/capability.h>
#include <linux/nsproxy.h>
#include <linux/sched/task.h>
#include <linux/time64.h>
#include <linux/time_namespace.h>
#include <linux/types.h>
#include <linux/version.h>

/**
 * weft_capabilities_bits() - a set of capabilities as a number
 * @set: the set
 *
 * Return: bit N is capability N.
 */
static inline u64 weft_capabilities_bits(kernel_cap_t set)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return set.val;
#else
	return set.cap[0] | (u64)set.cap[1] << 32;
#endif
}

/**
 * weft_capabilities_set() - a number as a set of capabilities
 * @bits: bit N is capability N
 *
 * Return: the set.
 */
static inline kernel_cap_t weft_capabilities_set(u64 bits)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return (kernel_cap_t){ .val = bits };
#else
	return (kernel_cap_t){ .cap = { lower_32_bits(bits), upper_32_bits(bits) } };
#endif
}

/**
 * weft_time_offsets() - how far the clocks of a task are from those of its kernel
 * @task:      the task; the caller has a reference
 * @monotonic: receives nanoseconds to be added to CLOCK_MONOTONIC
 * @boottime:  receives nanoseconds to be added to CLOCK_BOOTTIME
 *
 * Both are 0 for a task that is about to end.
 */
static inline void weft_time_offsets(struct task_struct *task, s64 *monotonic,
				     s64 *boottime)
{
	*monotonic = 0;
	*boottime = 0;
#ifdef CONFIG_TIME_NS
	task_lock(task);
	if (task->nsproxy) {
		const struct timens_offsets *offsets =
			&task->nsproxy->time_ns->offsets;

		*monotonic = timespec64_to_ns(&offsets->monotonic);
		*boottime = timespec64_to_ns(&offsets->boottime);
	}
	task_unlock(task);
#endif
}

#endif /* _WEFT_COMPAT_IDENTITY_H */
