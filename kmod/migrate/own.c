// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of a body about the process itself: what is known here, and what both of
 * its halves must do. Pure, but for what it reads of the body.
 */
#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/rculist.h>
#include <linux/resource.h>
#include <linux/syscalls.h>

/* Return: whether it is the number of a thread of the process, as home counts. */
static bool is_self(const struct weft_thread *thread, u64 pid)
{
	const struct weft_body *body = thread->body;
	const struct weft_thread *other;
	bool is_found = !(pid_t)pid || (pid_t)pid == body->pid;

	rcu_read_lock();
	list_for_each_entry_rcu(other, &body->threads, link)
		is_found |= other->tid == (pid_t)pid;
	rcu_read_unlock();
	return is_found;
}

/**
 * weft_call_is_own() - is a call only about what is true of the body as well?
 * @thread: whose call it is
 * @number: of the call
 * @args:   as the program gave them
 *
 * Return: whether this kernel makes it, and nobody else.
 */
bool weft_call_is_own(const struct weft_thread *thread, u32 number,
		      const u64 args[6])
{
	switch (number) {
	case __NR_getpriority:
	case __NR_setpriority:
		return args[0] == PRIO_PROCESS && is_self(thread, args[1]);
	case __NR_sched_setparam:
	case __NR_sched_getparam:
	case __NR_sched_setscheduler:
	case __NR_sched_getscheduler:
	case __NR_sched_rr_get_interval:
	case __NR_sched_setaffinity:
	case __NR_sched_getaffinity:
	case __NR_sched_setattr:
	case __NR_sched_getattr:
		return is_self(thread, args[0]);
	case __NR_prlimit64:
		return is_self(thread, args[0]) && !args[2];
	case __NR_capget:
		return true;
	default:
		return false;
	}
}

/**
 * weft_call_is_for_both() - does a call change both halves of the process?
 * @thread: whose call it is
 * @number: of the call
 * @args:   as the program gave them
 *
 * Return: whether this kernel is to make it once home has made it.
 */
bool weft_call_is_for_both(const struct weft_thread *thread, u32 number,
			   const u64 args[6])
{
	const struct weft_rsys_entry *entry = weft_rsys_classify(number, args);

	if (!entry || entry->class != WEFT_RSYS_SPECIAL)
		return false;
	switch (entry->handler) {
	case WEFT_RSYS_DO_BOTH:
	case WEFT_RSYS_DO_CREDENTIALS:
		return true;
	case WEFT_RSYS_DO_LIMITS:
		return number == __NR_setrlimit || is_self(thread, args[0]);
	default:
		return false;
	}
}
