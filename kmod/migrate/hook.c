// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hook: system calls of bodies, before the kernel makes them.
 *
 * It is registered only while there is a body, because it makes every task of
 * this kernel take the slow way into its calls. A probe may not sleep: what has
 * to is done by task work on the way back to user mode.
 * Locks: weft_processes.hook_mutex; tasks are read under RCU.
 */
#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/err.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/tracepoint.h>

/* No such call: the kernel leaves the result alone that is there. */
#define NO_CALL		(-1L)

static bool is_about_user(u32 number)
{
	return number == __NR_getuid || number == __NR_geteuid ||
	       number == __NR_getgid || number == __NR_getegid ||
	       number == __NR_getresuid || number == __NR_getresgid;
}

/* Return: whether this kernel makes the call, as if the process were its own. */
static bool is_local(const struct weft_thread *thread,
		     const struct weft_rsys_entry *entry, u32 number,
		     const u64 args[6])
{
	if (!entry || entry->class == WEFT_RSYS_LOCAL)
		return true;
	/* who it is at home it is here, but for its numbers */
	if (entry->class == WEFT_RSYS_CACHED)
		return is_about_user(entry->number);
	if (entry->class != WEFT_RSYS_SPECIAL)
		return false;
	switch (entry->handler) {
	case WEFT_RSYS_DO_SIGACTION:
	case WEFT_RSYS_DO_FUTEX:
		return true;
	case WEFT_RSYS_DO_MAP:
		/* nothing that is mapped here is ever written to a file */
		return entry->number == __NR_msync;
	case WEFT_RSYS_DO_RESTART:
		return !thread->is_home_restart;
	case WEFT_RSYS_DO_TASK:
	case WEFT_RSYS_DO_LIMITS:
	case WEFT_RSYS_DO_CREDENTIALS:
		return weft_call_is_own(thread, number, args);
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

static bool is_clone(u32 number)
{
	return number == __NR_fork || number == __NR_vfork ||
	       number == __NR_clone || number == __NR_clone3;
}

/* The task makes a call of its own when it comes to user mode, and not there. */
static void make_here(struct pt_regs *regs, u32 number)
{
	regs->ax = number;
	regs->ip -= 2;
}

/* Home has made it; now here: the same call again, which the hook lets pass. */
static void make_again(struct weft_thread *thread, struct pt_regs *regs)
{
	thread->again = regs->ip;
	thread->again_stack = regs->sp;
	thread->again_number = thread->number;
	make_here(regs, thread->number);
}

/* Home knows that it ends; now here, and the hook lets it pass, but no handler. */
static void leave(struct weft_thread *thread, struct pt_regs *regs)
{
	sigset_t all;

	siginitsetinv(&all, sigmask(SIGKILL) | sigmask(SIGSTOP));
	sigprocmask(SIG_SETMASK, &all, NULL);
	make_here(regs, thread->body->is_silent ? __NR_exit_group : thread->number);
}

/* As if this kernel had made the call: now the signal decides. */
static void note_interrupted(struct weft_thread *thread, struct pt_regs *regs,
			     s64 result)
{
	thread->is_home_restart = result == -ERESTART_RESTARTBLOCK;
	regs->orig_ax = thread->number;
	set_tsk_thread_flag(current, TIF_SIGPENDING);
}

/* Makes the call at home. */
static void call_home(struct callback_head *work)
{
	struct weft_thread *thread = container_of(work, struct weft_thread, work);
	struct pt_regs *regs = task_pt_regs(current);
	const u64 args[6] = { regs->di, regs->si, regs->dx,
			      regs->r10, regs->r8, regs->r9 };
	s64 result;

	result = is_clone(thread->number) ? weft_clone_begin(thread, regs) :
		 weft_thread_call(thread, thread->number, args);
	if (thread->clone)
		return;		/* it is made here as well, at once */
	if (is_restart(result))
		note_interrupted(thread, regs, result);
	if (thread->is_leaving)
		leave(thread, regs);
	else if (result >= 0 && weft_call_is_for_both(thread, thread->number, args))
		make_again(thread, regs);
	else
		regs->ax = result;
}

/* A handler that comes first has another stack, and its calls go home. */
static bool is_again(struct weft_thread *thread, const struct pt_regs *regs, long number)
{
	if (!thread->again || regs->ip != thread->again ||
	    regs->sp != thread->again_stack || number != thread->again_number)
		return false;
	thread->again = 0;
	return true;
}

/* Home acts upon what the process does when a child ends. */
static void sigaction_end(struct callback_head *work)
{
	if (!task_pt_regs(current)->ax)
		weft_disposition_tell(container_of(work, struct weft_thread, work));
}

static bool changes_child_signal(u32 number, const u64 *args)
{
	return number == __NR_rt_sigaction && args[0] == SIGCHLD && args[1];
}

/* A call that the hook let pass has made a child, or has not. */
static void clone_end(struct callback_head *work)
{
	weft_clone_end(container_of(work, struct weft_thread, work),
		       task_pt_regs(current));
}

/* First what the kernel cannot know; then, mostly, it makes the call itself. */
static void rearrange(struct callback_head *work)
{
	struct weft_thread *thread = container_of(work, struct weft_thread, work);
	struct pt_regs *regs = task_pt_regs(current);
	const u64 args[6] = { regs->di, regs->si, regs->dx,
			      regs->r10, regs->r8, regs->r9 };
	s64 result;

	if (!weft_rearrange(thread, thread->number, args, &result)) {
		make_again(thread, regs);
		return;
	}
	if (is_restart(result))
		note_interrupted(thread, regs, result);
	regs->ax = result;
}

static bool is_exit(u32 number)
{
	return number == __NR_exit || number == __NR_exit_group;
}

/*
 * A call that this kernel is to make for us is made by the program's own instruction,
 * which another thread can overwrite. What comes instead is not made: it would be
 * made here, and not at home, and with rights that are not the program's.
 */
static void on_call(struct weft_thread *thread, struct pt_regs *regs, long number)
{
	const u64 args[6] = { regs->di, regs->si, regs->dx,
			      regs->r10, regs->r8, regs->r9 };
	const struct weft_rsys_entry *entry;

	if (thread->is_leaving ? !is_exit(number) :
	    thread->clone && !weft_clone_is_made(thread, regs, number)) {
		finish(regs, -EPERM);
		send_sig(SIGKILL, current, 1);
		return;
	}
	if (thread->clone) {
		init_task_work(&thread->work, clone_end);
		task_work_add(current, &thread->work, TWA_RESUME);
		return;
	}
	entry = weft_rsys_classify(number, args);
	if (!thread->is_leaving && changes_child_signal(number, args)) {
		init_task_work(&thread->work, sigaction_end);
		task_work_add(current, &thread->work, TWA_RESUME);
		return;
	}
	if (thread->is_leaving || is_again(thread, regs, number) ||
	    is_local(thread, entry, number, args))
		return;
	if (entry->class == WEFT_RSYS_REFUSED) {
		finish(regs, -(long)entry->error);
		return;
	}
	if (number == __NR_getpid || number == __NR_gettid) {
		finish(regs, number == __NR_gettid ? thread->tid : thread->body->pid);
		return;
	}
	thread->number = number;
	init_task_work(&thread->work, weft_rearrange_is(entry) ? rearrange : call_home);
	finish(regs, task_work_add(current, &thread->work, TWA_RESUME));
}

static void on_sys_enter(void *data, struct pt_regs *regs, long number)
{
	struct weft_thread *thread;

	rcu_read_lock();
	thread = weft_thread_of(data, current);
	if (thread && thread->is_program)
		on_call(thread, regs, number);
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
 * weft_hook_add() - there is one more thread whose calls go home
 * @processes: of this node
 *
 * Context: may sleep.
 * Return: 0; -EOPNOTSUPP if this kernel has no such tracepoint; -ENOMEM.
 */
int weft_hook_add(struct weft_processes *processes)
{
	int err;

	mutex_lock(&processes->hook_mutex);
	err = hook(processes);
	mutex_unlock(&processes->hook_mutex);
	return err;
}

/**
 * weft_hook_remove() - undo weft_hook_add()
 * @processes: of this node
 *
 * Context: may sleep.
 */
void weft_hook_remove(struct weft_processes *processes)
{
	mutex_lock(&processes->hook_mutex);
	unhook(processes);
	mutex_unlock(&processes->hook_mutex);
}
