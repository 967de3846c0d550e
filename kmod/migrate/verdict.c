// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules: which fact is a reason why a process cannot move. Pure: no state,
 * no locks, no side effects.
 */
#include "migrate/verdict.h"

#include <linux/kernel.h>

static u64 reason_if(bool is_so, enum weft_reason_code reason)
{
	return is_so ? BIT_ULL(reason) : 0;
}

/**
 * weft_verdict_thread() - what about this thread keeps its process here?
 * @thread: the facts
 *
 * Return: the reasons.
 */
u64 weft_verdict_thread(const struct weft_thread_facts *thread)
{
	/* a worker of io_uring is there because of a ring, and says no more */
	bool is_worker = thread->is_user_worker && !thread->has_io_uring;

	return reason_if(thread->is_32bit, WEFT_REASON_CODE_32BIT) |
	       reason_if(thread->is_traced, WEFT_REASON_TRACED) |
	       reason_if(thread->is_strict, WEFT_REASON_SECCOMP_STRICT) |
	       reason_if(thread->has_io_uring, WEFT_REASON_IO_URING) |
	       reason_if(is_worker, WEFT_REASON_KERNEL_WORKER);
}

/**
 * weft_verdict_mapping() - what about this mapping keeps its process here?
 * @mapping: the facts
 *
 * A private mapping of /dev/zero is anonymous memory, and so no mapping of a
 * device. A shared mapping that can never be written moves like any other file.
 *
 * Return: the reasons.
 */
u64 weft_verdict_mapping(const struct weft_mapping_facts *mapping)
{
	bool is_device = mapping->is_raw ||
			 (mapping->is_device && !mapping->is_anonymous);
	bool is_shared = mapping->is_shared && mapping->may_write;

	return reason_if(is_device && !mapping->is_vvar,
			 WEFT_REASON_DEVICE_MAPPING) |
	       reason_if(is_shared, WEFT_REASON_SHARED_MAPPING) |
	       reason_if(mapping->is_hugetlb, WEFT_REASON_HUGETLB_MAPPING) |
	       reason_if(mapping->has_userfaultfd, WEFT_REASON_USERFAULTFD);
}

/**
 * weft_verdict_process() - what about the process as a whole keeps it here?
 * @process: the facts
 *
 * Return: the reasons.
 */
u64 weft_verdict_process(const struct weft_process_facts *process)
{
	bool is_exiting = !process->is_alive || process->is_group_exiting ||
			  process->is_headless;

	if (!process->exists)
		return WEFT_REASON_BIT(NO_PROCESS);
	if (process->is_kernel_thread)
		return WEFT_REASON_BIT(KERNEL_THREAD);
	return reason_if(is_exiting, WEFT_REASON_EXITING) |
	       reason_if(process->shares_memory, WEFT_REASON_SHARED_MM) |
	       reason_if(!process->is_pid_initial, WEFT_REASON_PID_NAMESPACE) |
	       reason_if(!process->is_user_initial, WEFT_REASON_USER_NAMESPACE);
}

/**
 * weft_verdict_node() - can anything move to this node?
 * @node: the facts
 *
 * Return: the reasons why not.
 */
u64 weft_verdict_node(const struct weft_node_facts *node)
{
	if (node->is_self)
		return WEFT_REASON_BIT(THIS_NODE);
	if (!node->is_member)
		return WEFT_REASON_BIT(NO_MEMBER);
	if (!node->is_connected)
		return WEFT_REASON_BIT(NOT_CONNECTED);
	return reason_if(!node->has_answered, WEFT_REASON_NO_ANSWER);
}

/**
 * weft_xstate_is_missing() - is a component of the state not enabled there?
 * @here:      this host
 * @there:     the other
 * @component: number of the component
 *
 * Return: true if it is enabled here only.
 */
bool weft_xstate_is_missing(const struct weft_host *here,
			    const struct weft_host *there, u32 component)
{
	return here->xcr0 & ~there->xcr0 & BIT_ULL(component);
}

/**
 * weft_xstate_is_elsewhere() - does a component lie at another place there?
 * @here:      this host
 * @there:     the other
 * @component: number of the component
 *
 * It matters even if the state is converted: a program that is in the middle of
 * a signal handler has it on its stack as it lies here.
 *
 * Return: true if both have it enabled, and do not agree on its place.
 */
bool weft_xstate_is_elsewhere(const struct weft_host *here,
			      const struct weft_host *there, u32 component)
{
	return here->xcr0 & there->xcr0 & BIT_ULL(component) &&
	       here->xstate_offset[component] != there->xstate_offset[component];
}

static bool xstate_fits(const struct weft_host *here,
			const struct weft_host *there)
{
	u32 component;

	if (here->xstate_size > there->xstate_size)
		return false;
	for (component = 0; component < WEFT_XSTATE_COMPONENTS; component++)
		if (weft_xstate_is_missing(here, there, component) ||
		    weft_xstate_is_elsewhere(here, there, component))
			return false;
	return true;
}

/* A process without a vDSO needs none there. What cannot be compared differs. */
static bool vdso_fits(const struct weft_own_vdso *own,
		      const struct weft_vdso *there)
{
	if (!own->is_mapped)
		return true;
	return own->is_readable && there->size &&
	       own->vdso.size == there->size && own->vdso.crc == there->crc;
}

/**
 * weft_verdict_hosts() - can what ran here go on there?
 * @here:  this host
 * @there: the other
 * @own:   the vDSO of the process
 *
 * Return: the reasons why not.
 */
u64 weft_verdict_hosts(const struct weft_host *here,
		       const struct weft_host *there,
		       const struct weft_own_vdso *own)
{
	bool has_missing = weft_features_next_missing(here->features,
						      there->features, 0) !=
			   U32_MAX;

	return reason_if(has_missing, WEFT_REASON_CPU_FEATURES) |
	       reason_if(!xstate_fits(here, there), WEFT_REASON_CPU_STATE) |
	       reason_if(!vdso_fits(own, &there->vdso), WEFT_REASON_VDSO) |
	       reason_if(here->page_size != there->page_size,
			 WEFT_REASON_PAGE_SIZE) |
	       reason_if(here->address_limit > there->address_limit,
			 WEFT_REASON_ADDRESS_WIDTH);
}

/**
 * weft_reason_text() - a reason in words
 * @reason: the reason
 *
 * Return: a sentence in lower case without full stop; a constant.
 */
const char *weft_reason_text(enum weft_reason_code reason)
{
	static const char * const texts[WEFT_REASON_COUNT] = {
		[WEFT_REASON_NO_PROCESS] = "there is no such process",
		[WEFT_REASON_KERNEL_THREAD] = "it is a kernel thread",
		[WEFT_REASON_EXITING] = "it is exiting, or its main thread has ended",
		[WEFT_REASON_CODE_32BIT] = "it is a 32-bit program",
		[WEFT_REASON_TRACED] = "it is being traced, by a debugger for example",
		[WEFT_REASON_SECCOMP_STRICT] = "it is in the strict mode of seccomp",
		[WEFT_REASON_IO_URING] = "it has used io_uring",
		[WEFT_REASON_KERNEL_WORKER] = "it has threads that never leave the kernel",
		[WEFT_REASON_DEVICE_MAPPING] = "it maps a device",
		[WEFT_REASON_SHARED_MAPPING] =
			"it maps memory or a file that others can share, and may write to it",
		[WEFT_REASON_HUGETLB_MAPPING] = "it maps huge pages of hugetlbfs",
		[WEFT_REASON_USERFAULTFD] = "a userfaultfd serves its page faults",
		[WEFT_REASON_SHARED_MM] = "it shares its address space with another process",
		[WEFT_REASON_PID_NAMESPACE] =
			"it is in a PID namespace of its own, such as a container",
		[WEFT_REASON_USER_NAMESPACE] =
			"it is in a user namespace of its own, such as a container",
		[WEFT_REASON_THIS_NODE] = "it is on that node already",
		[WEFT_REASON_NO_MEMBER] = "the node is no member of the cluster",
		[WEFT_REASON_NOT_CONNECTED] = "the node is not connected",
		[WEFT_REASON_NO_ANSWER] = "the node did not answer, so the hosts were not compared",
		[WEFT_REASON_CPU_FEATURES] = "the processor of the node lacks features of this one",
		[WEFT_REASON_CPU_STATE] =
			"the state of this processor does not fit into that of the node",
		[WEFT_REASON_VDSO] = "the node has another vDSO than the process",
		[WEFT_REASON_PAGE_SIZE] = "the node has pages of another size",
		[WEFT_REASON_ADDRESS_WIDTH] = "the node has fewer addresses",
		[WEFT_REASON_NOT_YET] = "it has what weft cannot take along yet",
	};

	return (unsigned int)reason < WEFT_REASON_COUNT ? texts[reason] : "?";
}
