// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals of a process that is away. Who knows it by its number at home sends
 * them to its deputy, which blocks them all, so that they stay queued, and passes
 * them on. SIGKILL and SIGSTOP are the kernel's: they act on the deputy as well.
 *
 * A call that the deputy is making when one comes ends as a local one would: what
 * it gives, including the codes that only the kernel sees, goes to the body, whose
 * kernel does what the signal's action there asks for.
 * Locks: sighand.siglock, weft_deputy.lock.
 */
#include "compat/compat.h"
#include "migrate/deputy.h"
#include "migrate/migrate.h"

#include <linux/jiffies.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>

/* In weft_deputy.signal_flags. */
#define QUEUED	0

/* Of what wait(2) tells: which signal it was, and whether memory was dumped. */
#define STATUS_SIGNAL	0x7f
#define STATUS_CORE	0x80

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

static_assert(sizeof(siginfo_t) == WEFT_SIGINFO_LEN);

/* Context: any. Return: false if the task is about to end. */
static bool interrupt(struct weft_deputy *deputy)
{
	if (test_and_set_bit(QUEUED, &deputy->signal_flags))
		return true;
	weft_processes_enter(deputy->processes);
	/* when the work runs everybody else may have forgotten the deputy */
	refcount_inc(&deputy->references);
	if (!task_work_add(deputy->task, &deputy->signal_work, TWA_SIGNAL))
		return true;
	clear_bit(QUEUED, &deputy->signal_flags);
	/* the caller has one of its own: this is not the last one */
	refcount_dec(&deputy->references);
	weft_processes_leave(deputy->processes);
	return false;
}

/* Under siglock, for each signal that is sent to the task. */
static int heard(wait_queue_entry_t *watch, unsigned int mode, int flags, void *key)
{
	struct weft_deputy *deputy = container_of(watch, struct weft_deputy, watch);

	if (key_to_poll(key) & POLLFREE) {
		list_del_init(&watch->entry);
		queue_work(deputy->processes->work, &deputy->forget_work);
		return 1;
	}
	interrupt(deputy);
	return 0;
}

static void forget(struct work_struct *work)
{
	struct weft_deputy *deputy = container_of(work, struct weft_deputy,
						  forget_work);
	struct weft_processes *processes = deputy->processes;

	weft_deputy_put(deputy);
	weft_processes_leave(processes);
}

static int tell(struct weft_deputy *deputy, const kernel_siginfo_t *info)
{
	struct weft_call call = { .type = WEFT_MSG_SIGNAL, .deadline = FOR_EVER };
	struct weft_msg_signal *signal;
	struct weft_message *request;
	int err;

	/* it was taken from the queue, and nobody else has it */
	request = weft_message_await(call.type, sizeof(*signal));
	signal = (struct weft_msg_signal *)request->payload;
	memset(signal, 0, sizeof(*signal));
	signal->process = cpu_to_le64(deputy->process);
	memcpy(signal->info, info, sizeof(*info));
	err = weft_call_start(&deputy->peer->lanes[WEFT_LANE_FAST], &call, request);
	return err ? err : weft_call_wait(&call);
}

/* Return: whether there was one that the body has to hear of. */
static bool take_signal(sigset_t *but, kernel_siginfo_t *info)
{
	int number;

	spin_lock_irq(&weft_own_sighand()->siglock);
	number = weft_signal_dequeue(but, info);
	spin_unlock_irq(&weft_own_sighand()->siglock);
	return number;
}

static bool is_stopping(void)
{
	return sigismember(&current->pending.signal, SIGSTOP) ||
	       sigismember(&current->signal->shared_pending.signal, SIGSTOP);
}

static void pass_on(struct weft_deputy *deputy)
{
	kernel_siginfo_t info;
	sigset_t but;

	siginitset(&but, sigmask(SIGKILL) | sigmask(SIGSTOP));
	while (take_signal(&but, &info))
		if (tell(deputy, &info))
			return;
	if (!is_stopping())
		return;
	clear_siginfo(&info);
	info.si_signo = SIGSTOP;
	info.si_code = SI_KERNEL;
	tell(deputy, &info);
}

static bool is_restart(long result)
{
	return result == -ERESTARTSYS || result == -ERESTARTNOINTR ||
	       result == -ERESTARTNOHAND || result == -ERESTART_RESTARTBLOCK;
}

/* A call that was interrupted, or has not begun, is not for this kernel to repeat. */
static void end_call(struct weft_deputy *deputy, struct pt_regs *regs)
{
	/* the last one was answered before it began: it is made, come what may */
	if (!deputy->call.is_running || READ_ONCE(deputy->is_exiting))
		return;
	if (regs->ip != deputy->door) {
		regs->ip = deputy->door;
		regs->ax = -ERESTARTNOINTR;
	} else if ((long)regs->orig_ax < 0 || !is_restart(regs->ax)) {
		return;
	}
	regs->orig_ax = -1;
}

static void answer_cancel(struct weft_deputy *deputy)
{
	struct weft_lane *lane = NULL;

	mutex_lock(&deputy->lock);
	if (deputy->cancel.type)
		lane = weft_answer_queue(&deputy->cancel,
					 weft_message_await(WEFT_MSG_CANCEL_REPLY, 0),
					 0);
	mutex_unlock(&deputy->lock);
	if (lane)
		weft_lane_pump(lane);
}

/*
 * As the body did, as far as anybody can tell who waits for it: by that signal,
 * with a core dump if there is one. But the signal itself would dump the memory
 * that is here, which is not that of the program any more. So it is SIGKILL that
 * ends the task, and its status is that of the body.
 */
static void die(u32 status)
{
	struct signal_struct *signal = current->signal;

	send_sig(SIGKILL, current, 1);
	spin_lock_irq(&weft_own_sighand()->siglock);
	/* nobody looks at it before the last thread is gone, and this is one */
	if (signal->flags & SIGNAL_GROUP_EXIT)
		signal->group_exit_code = status;
	spin_unlock_irq(&weft_own_sighand()->siglock);
}

static void see_to_signals(struct callback_head *work)
{
	struct weft_deputy *deputy = container_of(work, struct weft_deputy,
						  signal_work);
	struct weft_processes *processes = deputy->processes;

	end_call(deputy, task_pt_regs(current));
	clear_bit(QUEUED, &deputy->signal_flags);
	/* what comes from here on queues the work again */
	smp_mb__after_atomic();
	answer_cancel(deputy);
	if (READ_ONCE(deputy->last_status))
		die(deputy->last_status);
	else
		pass_on(deputy);
	weft_deputy_put(deputy);
	weft_processes_leave(processes);
}

/**
 * weft_signals_init() - be ready to watch
 * @deputy: a new one
 */
void weft_signals_init(struct weft_deputy *deputy)
{
	init_task_work(&deputy->signal_work, see_to_signals);
	init_waitqueue_func_entry(&deputy->watch, heard);
	INIT_LIST_HEAD(&deputy->watch.entry);
	INIT_WORK(&deputy->forget_work, forget);
}

/**
 * weft_signals_watch() - from now on signals are the body's
 * @deputy: the deputy; the caller is its task, and all signals are blocked
 *
 * It lasts until weft_signals_unwatch(), or until the task has been forgotten by
 * everybody.
 */
void weft_signals_watch(struct weft_deputy *deputy)
{
	refcount_inc(&deputy->references);
	weft_processes_enter(deputy->processes);
	add_wait_queue(&weft_own_sighand()->signalfd_wqh, &deputy->watch);
	/* what came before */
	interrupt(deputy);
}

/* Return: true if the entry was there, and is no more. */
static bool take_watch(struct sighand_struct *sighand, struct weft_deputy *deputy)
{
	bool was_there;

	lockdep_assert_held(&sighand->siglock);

	spin_lock(&sighand->signalfd_wqh.lock);
	was_there = !list_empty(&deputy->watch.entry);
	list_del_init(&deputy->watch.entry);
	spin_unlock(&sighand->signalfd_wqh.lock);
	return was_there;
}

/**
 * weft_signals_unwatch() - the deputy has ended, but maybe not its task
 * @deputy: the deputy; the caller has a reference
 *
 * A task may be dead for long until its parent asks for it, and it keeps its
 * signals until then. Nothing of ours is to be there.
 *
 * Context: may sleep.
 */
void weft_signals_unwatch(struct weft_deputy *deputy)
{
	struct task_struct *task = deputy->task;
	struct sighand_struct *sighand;
	bool was_there = false;
	unsigned long flags;

	rcu_read_lock();
	sighand = rcu_dereference(task->sighand);
	if (sighand) {
		spin_lock_irqsave(&sighand->siglock, flags);
		/* as long as it is the task's nobody frees it; else see heard() */
		if (sighand == rcu_access_pointer(task->sighand))
			was_there = take_watch(sighand, deputy);
		spin_unlock_irqrestore(&sighand->siglock, flags);
	}
	rcu_read_unlock();
	if (!was_there)
		return;
	weft_deputy_put(deputy);
	weft_processes_leave(deputy->processes);
}

/**
 * weft_signal_kill() - the body has ended: so does its deputy
 * @deputy: the deputy
 * @status: of the body, as wait(2) tells it
 *
 * Who waits for the process learns of the signal that killed it, and whether there
 * is a core dump, which is where the body was. One that made its last call by
 * itself makes it here as well, and ends as it says.
 */
void weft_signal_kill(struct weft_deputy *deputy, u32 status)
{
	u32 number = status & STATUS_SIGNAL;

	if (!number && READ_ONCE(deputy->is_exiting))
		return;
	if (!number || !valid_signal(number)) {
		number = SIGKILL;
		status = SIGKILL;
	}
	WRITE_ONCE(deputy->last_status, status & (STATUS_SIGNAL | STATUS_CORE));
	if (number == SIGKILL || !interrupt(deputy))
		send_sig(SIGKILL, deputy->task, 1);
}

/**
 * weft_cancel_serve() - serve a CANCEL
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_cancel_serve(struct weft_lane *lane, const struct weft_header *header,
		      const void *payload)
{
	const struct weft_msg_cancel *cancel = payload;
	struct weft_deputy *deputy;
	bool is_twice = false;

	if (weft_cancel_check(cancel))
		return -EPROTO;
	deputy = weft_deputy_find(weft_processes(lane->peer->weft), lane->peer,
				  le64_to_cpu(cancel->process));
	if (!deputy)
		return weft_answer_error(lane, header, -ESRCH);
	mutex_lock(&deputy->lock);
	if (deputy->cancel.type)
		is_twice = true;
	else
		weft_answer_keep(&deputy->cancel, lane, header);
	/* it may not even have taken the call yet */
	deputy->is_cancelled = deputy->call.is_wanted &&
			       !deputy->call.is_running && !deputy->is_exiting;
	mutex_unlock(&deputy->lock);
	if (!is_twice && !interrupt(deputy))
		answer_cancel(deputy);
	weft_deputy_put(deputy);
	return is_twice ? -EPROTO : 0;
}
