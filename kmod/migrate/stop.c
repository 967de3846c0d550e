// SPDX-License-Identifier: GPL-2.0-only
/*
 * Job control. What SIGTSTP, SIGTTIN and SIGTTOU do by default depends on the
 * process group and the session, which are those of home: on the node nobody of
 * the session is left, so the kernel there does nothing. Where the body sees that
 * one of them would stop it, the thread asks its twin to be stopped by that signal.
 * The kernel of home stops the process then, or not, and its parent learns of it.
 * The thread waits until it goes on; the others get SIGSTOP. Who starts a job again
 * may be faster than that: so home counts each SIGCONT that it takes, the body each
 * that has come, and nobody is stopped by a signal that was sent before the last.
 *
 * The terminal of the process sends the last two of them to who reads or writes in
 * the background, but only if he would take them. So they are not blocked in a twin
 * while it makes a call for a thread that does not block them either.
 * Locks: sighand.siglock, weft_deputy.lock.
 */
#include "migrate/body.h"
#include "migrate/deputy.h"

#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/syscalls.h>

#define TERMINAL_SIGNALS	(sigmask(SIGTTIN) | sigmask(SIGTTOU))

/* How often home is asked if signals come in between. */
#define TRIES		16

static bool is_stop(u64 number)
{
	return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

/* Return: whether the caller would not hear of a signal. */
static bool is_kept_away(int number)
{
	return sigismember(&current->blocked, number) ||
	       weft_own_sighand()->action[number - 1].sa.sa_handler == SIG_IGN;
}

/**
 * weft_stop_call_flags() - what home has to know of the caller to make a call for it
 *
 * Return: bits of enum weft_call_flag.
 */
u32 weft_stop_call_flags(void)
{
	return (is_kept_away(SIGTTIN) ? 0 : WEFT_CALL_TAKES_TTIN) |
	       (is_kept_away(SIGTTOU) ? 0 : WEFT_CALL_TAKES_TTOU);
}

static void ask_to_stop(struct callback_head *work)
{
	struct weft_thread *thread = container_of(work, struct weft_thread, stop_work);
	const u64 args[6] = { thread->stop, thread->stop_continues };
	int tries = 0;
	s64 result;

	clear_bit(WEFT_THREAD_STOPPING, &thread->flags);
	while (!(current->flags & PF_EXITING) && tries++ < TRIES) {
		result = weft_thread_call_home(thread, __NR_rt_sigaction, args, NULL);
		if (result != -ERESTARTNOINTR)
			break;
	}
	weft_thread_put(thread);
}

/**
 * weft_stop_seen() - a signal is about to do to a thread what it does by default
 * @thread: the thread; the caller is its task
 * @number: of the signal
 *
 * Context: under siglock, and under the RCU read lock.
 */
void weft_stop_seen(struct weft_thread *thread, int number)
{
	int err;

	if (!is_stop(number) || !thread->is_program ||
	    test_and_set_bit(WEFT_THREAD_STOPPING, &thread->flags))
		return;
	if (!refcount_inc_not_zero(&thread->references))
		return;
	thread->stop = number;
	thread->stop_continues = READ_ONCE(thread->body->continues);
	init_task_work(&thread->stop_work, ask_to_stop);
	/* who is on its way to user mode does that first */
	err = task_work_add(current, &thread->stop_work, TWA_RESUME);
	/* nobody takes signals who ends; so the list has a reference as well */
	if (WARN_ON_ONCE(err)) {
		refcount_dec(&thread->references);
		clear_bit(WEFT_THREAD_STOPPING, &thread->flags);
	}
}

/**
 * weft_stop_prepare() - from now on stop signals do at home what they do by default
 *
 * What the program does with them is known where it runs.
 */
void weft_stop_prepare(void)
{
	struct sighand_struct *sighand = weft_own_sighand();

	spin_lock_irq(&sighand->siglock);
	sighand->action[SIGTSTP - 1].sa.sa_handler = SIG_DFL;
	sighand->action[SIGTTIN - 1].sa.sa_handler = SIG_DFL;
	sighand->action[SIGTTOU - 1].sa.sa_handler = SIG_DFL;
	spin_unlock_irq(&sighand->siglock);
}

/**
 * weft_stop_is() - does a thread ask to be stopped?
 * @call: its call
 *
 * Return: whether it does.
 */
bool weft_stop_is(const struct weft_deputy_call *call)
{
	return call->entry->class == WEFT_RSYS_SPECIAL &&
	       call->entry->handler == WEFT_RSYS_DO_SIGACTION &&
	       is_stop(call->plan.args[0]);
}

/*
 * Has home got a SIGCONT of which the thread did not know when it took its signal?
 * There the two would have met in a queue, and the later one would have undone the
 * other.
 */
static bool is_undone(const struct weft_twin *twin)
{
	struct task_struct *task;

	lockdep_assert_held(&weft_own_sighand()->siglock);

	if (twin->deputy->continues != (u32)twin->call.plan.args[1] ||
	    sigismember(&current->signal->shared_pending.signal, SIGCONT))
		return true;
	for_each_thread(current, task)
		if (sigismember(&task->pending.signal, SIGCONT))
			return true;
	return false;
}

/**
 * weft_stop_begin() - stop the process, as its thread asks
 * @twin: the twin of the thread, which asks by its call; the caller is its task
 *
 * It happens on the way to the door, if the kernel finds that it is to happen. The
 * call is over when the twin gets there.
 *
 * A signal that is sent would take a SIGCONT out of the queue. This one goes there
 * only if there is none.
 */
void weft_stop_begin(struct weft_twin *twin)
{
	struct sighand_struct *sighand = weft_own_sighand();
	int number = twin->call.plan.args[0];
	sigset_t set;

	siginitset(&set, sigmask(number));
	spin_lock_irq(&sighand->siglock);
	if (!is_undone(twin)) {
		twin->stop = number;
		sigaddset(&current->pending.signal, number);
	}
	spin_unlock_irq(&sighand->siglock);
	if (!twin->stop)
		return;
	/* before it is taken: see to it that the body is told before this task stops */
	weft_signals_interrupt(twin);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static bool is_pending(int number)
{
	return sigismember(&current->pending.signal, number) ||
	       sigismember(&current->signal->shared_pending.signal, number);
}

/* As the kernel decides it. Nobody in the session would wake such a group. */
static bool is_orphaned(void)
{
	struct task_struct *task, *parent;
	bool is_orphaned = true;
	struct pid *group;

	rcu_read_lock();
	group = task_pgrp(current);
	do_each_pid_task(group, PIDTYPE_PGID, task) {
		parent = rcu_dereference(task->real_parent);
		if ((task->exit_state && thread_group_empty(task)) ||
		    is_global_init(parent))
			continue;
		if (task_pgrp(parent) != group &&
		    task_session(parent) == task_session(task))
			is_orphaned = false;
	} while_each_pid_task(group, PIDTYPE_PGID, task);
	rcu_read_unlock();
	return is_orphaned;
}

/**
 * weft_stop_keep() - which signal does the kernel take, and not the body?
 * @twin: a twin; the caller is its task
 * @but:  receives it, besides others
 */
void weft_stop_keep(const struct weft_twin *twin, sigset_t *but)
{
	if (twin->stop)
		sigaddset(but, twin->stop);
}

/**
 * weft_stop_is_due() - is the process about to stop, as its thread has asked?
 * @twin: a twin; the caller is its task
 *
 * Return: whether its other threads are to be told.
 */
bool weft_stop_is_due(const struct weft_twin *twin)
{
	return twin->stop && !READ_ONCE(twin->deputy->is_held) &&
	       is_pending(twin->stop) && !is_orphaned();
}

/**
 * weft_stop_end() - whoever was stopped goes on, or was not stopped
 * @twin: the twin, at the door; the caller is its task
 *
 * Return: whether its threads have to be told, because SIGCONT has not told them.
 */
bool weft_stop_end(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	bool is_held;
	sigset_t set;

	siginitset(&set, sigmask(twin->stop));
	sigprocmask(SIG_BLOCK, &set, NULL);
	twin->stop = 0;
	mutex_lock(&deputy->lock);
	is_held = deputy->is_held && !is_pending(SIGCONT);
	deputy->is_held = false;
	mutex_unlock(&deputy->lock);
	return is_held;
}

/* Calls in which the terminal looks at who makes them. */
static bool may_use_terminal(const struct weft_deputy_call *call)
{
	return call->entry->class == WEFT_RSYS_HOME &&
	       call->entry->args[0].kind == WEFT_RSYS_ARG_FD &&
	       READ_ONCE(current->signal->tty);
}

/**
 * weft_stop_open() - let the terminal send its signals while a call is made
 * @twin: the twin, which is about to make it; the caller is its task
 */
void weft_stop_open(struct weft_twin *twin)
{
	u32 flags = twin->call.flags;
	sigset_t set;

	if (!flags || !may_use_terminal(&twin->call))
		return;
	siginitset(&set, (flags & WEFT_CALL_TAKES_TTIN ? sigmask(SIGTTIN) : 0) |
			 (flags & WEFT_CALL_TAKES_TTOU ? sigmask(SIGTTOU) : 0));
	set_bit(WEFT_TWIN_OPEN, &twin->flags);
	/* first this: no signal is to come that nobody passes on */
	smp_mb__after_atomic();
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/**
 * weft_stop_shut() - undo weft_stop_open(), if it was done
 * @twin: the twin; the caller is its task
 */
void weft_stop_shut(struct weft_twin *twin)
{
	sigset_t set;

	if (!test_bit(WEFT_TWIN_OPEN, &twin->flags))
		return;
	siginitset(&set, TERMINAL_SIGNALS);
	if (twin->stop)
		sigdelset(&set, twin->stop);
	sigprocmask(SIG_BLOCK, &set, NULL);
	clear_bit(WEFT_TWIN_OPEN, &twin->flags);
}

/**
 * weft_stop_interrupt() - twins that block less pass signals on before they take them
 * @deputy: the process, which has got one
 *
 * Context: any; the caller holds the RCU read lock.
 */
void weft_stop_interrupt(struct weft_deputy *deputy)
{
	struct weft_twin *twin;

	list_for_each_entry_rcu(twin, &deputy->twins, link)
		if (test_bit(WEFT_TWIN_OPEN, &twin->flags))
			weft_signals_interrupt(twin);
}
