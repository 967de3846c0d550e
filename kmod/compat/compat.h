/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lowest layer: what differs between kernels, or between their
 * configurations, behind one accessor each. Kernel versions are told apart here
 * and nowhere else.
 */
#ifndef _WEFT_COMPAT_COMPAT_H
#define _WEFT_COMPAT_COMPAT_H

#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/version.h>

/**
 * weft_kernel_version() - the kernel that this module is for
 *
 * Return: version, patch level and sublevel in one number, as <linux/version.h>
 * has it. It is also the kernel that runs: no other one loads this module.
 */
static inline u32 weft_kernel_version(void)
{
	return LINUX_VERSION_CODE;
}

/**
 * weft_task_has_io_uring() - has a thread used io_uring, or does it work for it?
 * @task: the thread; the caller makes sure that it stays
 *
 * Return: true from its first ring on until it ends or runs another program,
 * and for threads that io_uring itself has made.
 */
static inline bool weft_task_has_io_uring(const struct task_struct *task)
{
#ifdef CONFIG_IO_URING
	return READ_ONCE(task->io_uring) || task->flags & PF_IO_WORKER;
#else
	return false;
#endif
}

/**
 * weft_task_is_user_worker() - does a thread of a process stay in the kernel?
 * @task: the thread
 *
 * Those of io_uring do on every kernel; from 6.4 on vhost has some as well.
 *
 * Return: true if it never returns to user mode.
 */
static inline bool weft_task_is_user_worker(const struct task_struct *task)
{
	unsigned int mask = PF_IO_WORKER;

#ifdef PF_USER_WORKER
	mask |= PF_USER_WORKER;
#endif
	return task->flags & mask;
}

/**
 * weft_mapping_has_userfaultfd() - does somebody else serve its page faults?
 * @vma: the mapping; the caller holds mmap_lock
 *
 * Return: true if it is registered with a userfaultfd.
 */
static inline bool weft_mapping_has_userfaultfd(const struct vm_area_struct *vma)
{
#ifdef CONFIG_USERFAULTFD
	return vma->vm_userfaultfd_ctx.ctx;
#else
	return false;
#endif
}

#endif /* _WEFT_COMPAT_COMPAT_H */
