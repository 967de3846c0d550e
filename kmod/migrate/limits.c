// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process may have, and moving does not take along yet. Each of these is
 * a reason to stay: a process that is moved without its timers or its filters would
 * go on as another one.
 */
#include "compat/compat.h"
#include "migrate/verdict.h"
#include "proto/msg_capture.h"
#include "proto/msg_identity.h"

#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seccomp.h>
#include <linux/uidgid.h>

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

static bool creds_are_alike(const struct cred *one, const struct cred *other)
{
	return one == other ||
	       (uid_eq(one->uid, other->uid) && uid_eq(one->euid, other->euid) &&
		uid_eq(one->suid, other->suid) && uid_eq(one->fsuid, other->fsuid) &&
		gid_eq(one->gid, other->gid) && gid_eq(one->egid, other->egid) &&
		gid_eq(one->sgid, other->sgid) && gid_eq(one->fsgid, other->fsgid) &&
		weft_capabilities_bits(one->cap_permitted) ==
		weft_capabilities_bits(other->cap_permitted) &&
		weft_capabilities_bits(one->cap_effective) ==
		weft_capabilities_bits(other->cap_effective));
}

static bool is_scheduled_alike(const struct task_struct *one,
			       const struct task_struct *other)
{
	return READ_ONCE(one->policy) == READ_ONCE(other->policy) &&
	       READ_ONCE(one->rt_priority) == READ_ONCE(other->rt_priority) &&
	       READ_ONCE(one->static_prio) == READ_ONCE(other->static_prio);
}

/* There they all become who the first one is. */
static bool threads_are_alike(struct task_struct *alive)
{
	struct task_struct *thread;
	bool are_alike = true;

	rcu_read_lock();
	for_each_thread(alive, thread)
		are_alike &= is_scheduled_alike(alive, thread) &&
			     creds_are_alike(__task_cred(alive), __task_cred(thread));
	rcu_read_unlock();
	return are_alike;
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
	if (get_nr_threads(alive) > WEFT_THREADS_MAX)
		weft_findings_add(check, NOT_YET, "more than %d threads",
				  WEFT_THREADS_MAX);
	if (!threads_are_alike(alive))
		weft_findings_add(check, NOT_YET,
				  "threads of different users or scheduling");
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
