// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hook: system calls of bodies, before the kernel makes them.
 *
 * It is registered only while there is a body, because it makes every task of
 * this kernel take the slow way into its calls. A probe may not sleep: what has
 * to is done by task work on the way back to user mode.
 * Locks: weft_processes.hook_mutex, weft_processes.lock; tasks are read under RCU.
 */
#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/ptrace.h>
#include <linux/rculist.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/tracepoint.h>

/* No such call: the kernel leaves the result alone that is there. */
#define NO_CALL		(-1L)

static struct weft_body *body_of(struct weft_processes *processes,
				 const struct task_struct *task)
{
	struct weft_body *body;

	hash_for_each_possible_rcu(processes->tasks, body, hash,
				   (unsigned long)task)
		if (body->task == task)
			return body;
	return NULL;
}

/* Return: whether this kernel makes the call, as if the process were its own. */
static bool is_local(const struct weft_body *body,
		     const struct weft_rsys_entry *entry, long number,
		     const u64 args[6])
{
	if (!entry || entry->class == WEFT_RSYS_LOCAL)
		return true;
	/* this task is who the process is; only its session is at home */
	if (entry->class == WEFT_RSYS_CACHED)
		return number != __NR_getsid;
	if (entry->class != WEFT_RSYS_SPECIAL)
		return false;
	switch (entry->handler) {
	case WEFT_RSYS_DO_REMAP:
	case WEFT_RSYS_DO_DISCARD:
	case WEFT_RSYS_DO_SIGACTION:
	case WEFT_RSYS_DO_FUTEX:
		return true;
	case WEFT_RSYS_DO_MAP:
		/* nothing that is mapped here is ever written to a file */
		return entry->number == __NR_msync;
	case WEFT_RSYS_DO_RESTART:
		return !body->is_home_restart;
	case WEFT_RSYS_DO_TASK:
	case WEFT_RSYS_DO_LIMITS:
	case WEFT_RSYS_DO_CREDENTIALS:
		return weft_call_is_own(body, number, args);
	default:
		return false;
	}
}

static void finish(struct pt_regs *regs, long result)
{
	regs->orig_ax = NO_CALL;
	regs->ax = result;
}

static bool is_restart(long result)
{
	return result == -ERESTARTSYS || result == -ERESTARTNOINTR ||
	       result == -ERESTARTNOHAND || result == -ERESTART_RESTARTBLOCK;
}

/* Home has made it; now here: the same call again, which the hook lets pass. */
static void make_again(struct weft_body *body, struct pt_regs *regs)
{
	body->again = regs->ip;
	body->again_stack = regs->sp;
	regs->ax = body->number;
	regs->ip -= 2;
}

/* Makes the call at home. */
static void call_home(struct callback_head *work)
{
	struct weft_body *body = container_of(work, struct weft_body, work);
	struct pt_regs *regs = task_pt_regs(current);
	const u64 args[6] = { regs->di, regs->si, regs->dx,
			      regs->r10, regs->r8, regs->r9 };
	s64 result = weft_body_call(body, body->number, args);

	if (is_restart(result)) {
		/* as if this kernel had made it: now the signal decides */
		body->is_home_restart = result == -ERESTART_RESTARTBLOCK;
		regs->orig_ax = body->number;
		set_tsk_thread_flag(current, TIF_SIGPENDING);
	}
	if (body->is_leaving ||
	    (result >= 0 && weft_call_is_for_both(body, body->number, args)))
		make_again(body, regs);
	else
		regs->ax = result;
}

/* A handler that comes first has another stack, and its calls go home. */
static bool is_again(struct weft_body *body, const struct pt_regs *regs)
{
	if (!body->again || regs->ip != body->again || regs->sp != body->again_stack)
		return false;
	body->again = 0;
	return true;
}

static void on_call(struct weft_body *body, struct pt_regs *regs, long number)
{
	const u64 args[6] = { regs->di, regs->si, regs->dx,
			      regs->r10, regs->r8, regs->r9 };
	const struct weft_rsys_entry *entry;

	entry = weft_rsys_classify(number, args);
	if (body->is_leaving || is_again(body, regs) ||
	    is_local(body, entry, number, args))
		return;
	if (entry->class == WEFT_RSYS_REFUSED) {
		finish(regs, -(long)entry->error);
		return;
	}
	body->number = number;
	init_task_work(&body->work, call_home);
	finish(regs, task_work_add(current, &body->work, TWA_RESUME));
}

static void on_sys_enter(void *data, struct pt_regs *regs, long number)
{
	struct weft_body *body;

	rcu_read_lock();
	body = body_of(data, current);
	if (body)
		on_call(body, regs, number);
	rcu_read_unlock();
}

static void find_sys_enter(struct tracepoint *tracepoint, void *found)
{
	if (!strcmp(tracepoint->name, "sys_enter"))
		*(struct tracepoint **)found = tracepoint;
}

static int hook(struct weft_processes *processes)
{
	struct tracepoint *sys_enter = NULL;
	int err;

	lockdep_assert_held(&processes->hook_mutex);

	if (processes->hooked++)
		return 0;
	for_each_kernel_tracepoint(find_sys_enter, &sys_enter);
	err = sys_enter ? tracepoint_probe_register(sys_enter, on_sys_enter,
						    processes) : -EOPNOTSUPP;
	if (err)
		processes->hooked--;
	else
		processes->sys_enter = sys_enter;
	return err;
}

static void unhook(struct weft_processes *processes)
{
	lockdep_assert_held(&processes->hook_mutex);

	if (--processes->hooked)
		return;
	tracepoint_probe_unregister(processes->sys_enter, on_sys_enter, processes);
	processes->sys_enter = NULL;
	tracepoint_synchronize_unregister();
}

/**
 * weft_hook_add() - from now on the calls of a body go home
 * @body: the body; the caller is its task
 *
 * Context: may sleep.
 * Return: 0; -EOPNOTSUPP if this kernel has no such tracepoint; -ENOMEM.
 */
int weft_hook_add(struct weft_body *body)
{
	struct weft_processes *processes = body->processes;
	int err;

	mutex_lock(&processes->hook_mutex);
	err = hook(processes);
	mutex_unlock(&processes->hook_mutex);
	if (err)
		return err;
	spin_lock(&processes->lock);
	hash_add_rcu(processes->tasks, &body->hash, (unsigned long)body->task);
	spin_unlock(&processes->lock);
	return 0;
}

/**
 * weft_hook_remove() - undo weft_hook_add(), if it was done
 * @body: the body
 *
 * Context: may sleep.
 */
void weft_hook_remove(struct weft_body *body)
{
	struct weft_processes *processes = body->processes;
	bool is_hooked;

	spin_lock(&processes->lock);
	is_hooked = hash_hashed(&body->hash);
	if (is_hooked)
		hash_del_rcu(&body->hash);
	spin_unlock(&processes->lock);
	if (!is_hooked)
		return;
	synchronize_rcu();
	mutex_lock(&processes->hook_mutex);
	unhook(processes);
	mutex_unlock(&processes->hook_mutex);
}
