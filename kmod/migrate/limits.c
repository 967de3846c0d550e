// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process may have, and moving does not take along yet. Each of these is
 * a reason to stay: a process that is moved without its timers or its filters would
 * go on as another one.
 */
#include "compat/compat.h"
#include "migrate/verdict.h"
#include "proto/msg_identity.h"

#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seccomp.h>

#define NOT_YET	WEFT_REASON_NOT_YET

/* Return: whether it is scheduled in a way that system calls set without more. */
static bool is_scheduled_plainly(const struct task_struct *task)
{
	switch (READ_ONCE(task->policy)) {
	case SCHED_NORMAL:
	case SCHED_BATCH:
	case SCHED_IDLE:
	case SCHED_FIFO:
	case SCHED_RR:
		return true;
	default:
		return false;
	}
}

static int groups_of(const struct task_struct *task)
{
	int count;

	rcu_read_lock();
	count = __task_cred(task)->group_info->ngroups;
	rcu_read_unlock();
	return count;
}

/**
 * weft_limits_inspect() - note what of a process cannot be moved yet
 * @check: where to
 * @alive: a thread of it; the caller has a reference
 */
void weft_limits_inspect(struct weft_check *check, struct task_struct *alive)
{
	if (task_tgid_nr(alive) == 1)
		weft_findings_add(check, NOT_YET,
				  "the number 1, which somebody else has there");
	if (!thread_group_empty(alive))
		weft_findings_add(check, NOT_YET, "more than one thread");
	if (!weft_timers_are_none(alive->signal))
		weft_findings_add(check, NOT_YET, "timers of timer_create()");
	if (groups_of(alive) > WEFT_GROUPS_MAX)
		weft_findings_add(check, NOT_YET, "more than %d supplementary groups",
				  WEFT_GROUPS_MAX);
	if (seccomp_mode(&alive->seccomp) == SECCOMP_MODE_FILTER)
		weft_findings_add(check, NOT_YET, "filters of seccomp");
	if (!is_scheduled_plainly(alive))
		weft_findings_add(check, NOT_YET,
				  "a scheduling policy other than those of POSIX");
}

/**
 * weft_limits_mapping() - is a mapping of a kind that cannot be moved yet?
 * @vma: the mapping; the caller holds mmap_lock
 *
 * Return: what is special about it; NULL if it can.
 */
const char *weft_limits_mapping(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_LOCKED | VM_LOCKONFAULT))
		return "locked memory";
	if (vma->vm_flags & VM_WIPEONFORK)
		return "memory that a child gets empty";
	if (vma->vm_flags & VM_DONTCOPY && !(vma->vm_flags & VM_SPECIAL))
		return "memory that a child does not get";
	if (vma->vm_flags & VM_GROWSDOWN && vma->vm_flags & VM_SHARED)
		return "a stack that is shared";
	return NULL;
}
