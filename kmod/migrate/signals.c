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
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>

/* Of what wait(2) tells: which signal it was, and whether memory was dumped. */
#define STATUS_SIGNAL	0x7f
#define STATUS_CORE	0x80

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

/* How often a signal is told to a body that is not there yet, and when again. */
#define TRIES		50
#define TRY_INTERVAL	(HZ / 50 + 1)

static_assert(sizeof(siginfo_t) == WEFT_SIGINFO_LEN);

/**
 * weft_signals_interrupt() - have a twin look after its signals
 * @twin: the twin; the caller has a reference, or holds the RCU read lock
 *
 * Context: any.
 * Return: false if the task is about to end.
 */
bool weft_signals_interrupt(struct weft_twin *twin)
{
	if (test_and_set_bit(WEFT_TWIN_QUEUED, &twin->flags))
		return true;
	if (!refcount_inc_not_zero(&twin->references)) {
		clear_bit(WEFT_TWIN_QUEUED, &twin->flags);
		return false;
	}
	/* when the work runs everybody else may have forgotten the twin */
	if (!task_work_add(twin->task, &twin->signal_work, TWA_SIGNAL))
		return true;
	clear_bit(WEFT_TWIN_QUEUED, &twin->flags);
	/* all others may have gone meanwhile, and here nothing may be freed */
	if (!refcount_dec_not_one(&twin->references))
		queue_work(twin->deputy->processes->work, &twin->end_work);
	return false;
}

/* Signals of the process are for one twin: best for one that waits for work. */
static bool interrupt_any(struct weft_deputy *deputy)
{
	struct weft_twin *twin;
	bool has_any = false;

	rcu_read_lock();
	list_for_each_entry_rcu(twin, &deputy->twins, link) {
		if (!has_any && !READ_ONCE(twin->call.is_running))
			has_any = weft_signals_interrupt(twin);
	}
	list_for_each_entry_rcu(twin, &deputy->twins, link) {
		if (!has_any)
			has_any = weft_signals_interrupt(twin);
	}
	rcu_read_unlock();
	return has_any;
}

/* Under siglock, for each signal that is sent to the process or a thread of it. */
static int heard(wait_queue_entry_t *watch, unsigned int mode, int flags, void *key)
{
	struct weft_deputy *deputy = container_of(watch, struct weft_deputy, watch);

	if (key_to_poll(key) & POLLFREE) {
		list_del_init(&watch->entry);
		queue_work(deputy->processes->work, &deputy->forget_work);
		return 1;
	}
	interrupt_any(deputy);
	rcu_read_lock();
	weft_stop_interrupt(deputy);
	rcu_read_unlock();
	return 0;
}

static void forget(struct work_struct *work)
{
	weft_deputy_put(container_of(work, struct weft_deputy, forget_work));
}

/**
 * struct taken - a signal that was taken
 * @info:      what it says about itself
 * @tid:       the thread that it is for; 0: any
 * @continues: weft_deputy.continues, after it
 */
struct taken {
	kernel_siginfo_t info;
	u32 tid;
	u32 continues;
};

static int tell(struct weft_deputy *deputy, const struct taken *taken)
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
	signal->tid = cpu_to_le32(taken->tid);
	signal->continues = cpu_to_le32(taken->continues);
	memcpy(signal->info, &taken->info, sizeof(taken->info));
	err = weft_call_start(&deputy->peer->lanes[WEFT_LANE_FAST], &call, request);
	return err ? err : weft_call_wait(&call);
}

/* A process that was just born here may not be known there yet. */
static int tell_surely(struct weft_deputy *deputy, const struct taken *taken)
{
	int tries, err = -EAGAIN;

	for (tries = 0; tries < TRIES; tries++) {
		err = tell(deputy, taken);
		if ((err != -EAGAIN && err != -ESRCH) ||
		    schedule_timeout_killable(TRY_INTERVAL) ||
		    fatal_signal_pending(current))
			break;
	}
	return err == -ESRCH && taken->tid ? 0 : err;
}

/* Return: whether there was one that the body has to hear of. */
static bool take_signal(struct weft_twin *twin, sigset_t *but, struct taken *taken)
{
	struct weft_deputy *deputy = twin->deputy;
	bool is_own;
	int number;

	spin_lock_irq(&weft_own_sighand()->siglock);
	number = weft_signal_dequeue(but, &taken->info, &is_own);
	if (number == SIGCONT)
		deputy->continues++;
	taken->continues = deputy->continues;
	spin_unlock_irq(&weft_own_sighand()->siglock);
	taken->tid = is_own ? twin->tid : 0;
	return number;
}

/* The kernel stops all of them; the body is told once. */
static bool stops(struct weft_deputy *deputy)
{
	bool is_new, is_stopping = sigismember(&current->pending.signal, SIGSTOP) ||
				   sigismember(&current->signal->shared_pending.signal,
					       SIGSTOP);

	mutex_lock(&deputy->lock);
	is_new = is_stopping && !deputy->is_stopping;
	deputy->is_stopping = is_stopping;
	mutex_unlock(&deputy->lock);
	return is_new;
}

/* Signals that are for other threads only they can take. */
static void wake_others(struct weft_deputy *deputy)
{
	struct weft_twin *twin;

	rcu_read_lock();
	list_for_each_entry_rcu(twin, &deputy->twins, link)
		if (twin->task != current &&
		    READ_ONCE(twin->task->pending.signal.sig[0]))
			weft_signals_interrupt(twin);
	rcu_read_unlock();
}

static void set_held(struct weft_deputy *deputy, bool is_held)
{
	mutex_lock(&deputy->lock);
	deputy->is_held = is_held;
	mutex_unlock(&deputy->lock);
}

static void tell_simply(struct weft_deputy *deputy, int number)
{
	struct taken taken = { .continues = READ_ONCE(deputy->continues) };

	clear_siginfo(&taken.info);
	taken.info.si_signo = number;
	taken.info.si_code = SI_KERNEL;
	tell(deputy, &taken);
}

/**
 * weft_signals_resume() - a body that was told to stop goes on
 * @deputy: the process; the caller is one of its twins
 *
 * Context: sleeps for the answer.
 */
void weft_signals_resume(struct weft_deputy *deputy)
{
	tell_simply(deputy, SIGCONT);
}

static void pass_on(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	struct taken taken;
	sigset_t but;

	wake_others(deputy);
	siginitset(&but, sigmask(SIGKILL) | sigmask(SIGSTOP));
	weft_stop_keep(twin, &but);
	while (take_signal(twin, &but, &taken)) {
		if (tell_surely(deputy, &taken))
			return;
		if (taken.info.si_signo == SIGCONT)
			set_held(deputy, false);
	}
	if (stops(deputy)) {
		tell_simply(deputy, SIGSTOP);
	} else if (weft_stop_is_due(twin)) {
		tell_simply(deputy, SIGSTOP);
		/* a SIGCONT that was told meanwhile was too early */
		set_held(deputy, true);
	}
}

static bool is_restart(long result)
{
	return result == -ERESTARTSYS || result == -ERESTARTNOINTR ||
	       result == -ERESTARTNOHAND || result == -ERESTART_RESTARTBLOCK;
}

/* Whoever ends of itself has said so, and is not asked again. */
static bool ends(const struct weft_twin *twin)
{
	return twin->call.is_wanted && twin->call.entry->class == WEFT_RSYS_SPECIAL &&
	       twin->call.entry->handler == WEFT_RSYS_DO_EXIT;
}

/* A call that was interrupted, or has not begun, is not for this kernel to repeat. */
static void end_call(struct weft_twin *twin, struct pt_regs *regs)
{
	if (!twin->call.is_running || !twin->door || ends(twin))
		return;
	if (regs->ip != twin->door->door) {
		regs->ip = twin->door->door;
		regs->ax = -ERESTARTNOINTR;
	} else if ((long)regs->orig_ax < 0 || !is_restart(regs->ax)) {
		return;
	}
	regs->orig_ax = -1;
}

static void answer_cancel(struct weft_twin *twin)
{
	struct weft_lane *lane = NULL;

	mutex_lock(&twin->deputy->lock);
	if (twin->cancel.type)
		lane = weft_answer_queue(&twin->cancel,
					 weft_message_await(WEFT_MSG_CANCEL_REPLY, 0),
					 0);
	mutex_unlock(&twin->deputy->lock);
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
	struct weft_twin *twin = container_of(work, struct weft_twin, signal_work);
	struct weft_deputy *deputy = twin->deputy;
	bool is_over = current->flags & PF_EXITING ||
		       test_bit(WEFT_TWIN_EXECED, &twin->flags);

	if (!is_over) {
		weft_stop_shut(twin);
		end_call(twin, task_pt_regs(current));
	}
	clear_bit(WEFT_TWIN_QUEUED, &twin->flags);
	/* what comes from here on queues the work again */
	smp_mb__after_atomic();
	answer_cancel(twin);
	if (is_over)
		interrupt_any(deputy);	/* what was meant for another one, too */
	else if (READ_ONCE(deputy->last_status))
		die(deputy->last_status);
	else
		pass_on(twin);
	weft_twin_put(twin);
}

/**
 * weft_signals_init() - be ready to look after signals
 * @twin: a new one
 */
void weft_signals_init(struct weft_twin *twin)
{
	init_task_work(&twin->signal_work, see_to_signals);
}

/**
 * weft_signals_prepare() - be ready to watch
 * @deputy: a new one
 */
void weft_signals_prepare(struct weft_deputy *deputy)
{
	init_waitqueue_func_entry(&deputy->watch, heard);
	INIT_LIST_HEAD(&deputy->watch.entry);
	INIT_WORK(&deputy->forget_work, forget);
}

/**
 * weft_signals_watch() - from now on signals are the body's
 * @deputy: the deputy; the caller is a thread of it, and all signals are blocked
 *
 * It lasts until weft_signals_unwatch(), or until the process has been forgotten by
 * everybody.
 */
void weft_signals_watch(struct weft_deputy *deputy)
{
	refcount_inc(&deputy->references);
	add_wait_queue(&weft_own_sighand()->signalfd_wqh, &deputy->watch);
	/* what came before */
	interrupt_any(deputy);
}

/* Is a thread about to end of itself, with the status that its parent is to see? */
static bool is_leaving(struct weft_deputy *deputy)
{
	struct weft_twin *twin;
	bool is_leaving = false;

	mutex_lock(&deputy->lock);
	rcu_read_lock();
	list_for_each_entry_rcu(twin, &deputy->twins, link)
		is_leaving |= ends(twin);
	rcu_read_unlock();
	mutex_unlock(&deputy->lock);
	return is_leaving;
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
 * @task:   any thread that it still has; or its first one, if none is left
 *
 * A task may be dead for long until its parent asks for it, and it keeps its
 * signals until then. What has become another program keeps them, too. Nothing of
 * ours is to be there.
 *
 * Context: does not sleep.
 */
void weft_signals_unwatch(struct weft_deputy *deputy, struct task_struct *task)
{
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
	if (was_there)
		queue_work(deputy->processes->work, &deputy->forget_work);
}

static bool execs(const struct weft_twin *twin)
{
	return twin->call.is_running && twin->call.entry->class == WEFT_RSYS_SPECIAL &&
	       twin->call.entry->handler == WEFT_RSYS_DO_EXEC;
}

/*
 * Who starts another program ends the other threads first. Of one of these the body
 * may learn that home does not know it any more, and end, before the call is over:
 * then the process is no business of the body. If the call fails it is.
 */
static bool put_off(struct weft_deputy *deputy, u32 status)
{
	struct weft_twin *twin;
	bool is_gone = false;

	mutex_lock(&deputy->lock);
	rcu_read_lock();
	list_for_each_entry_rcu(twin, &deputy->twins, link)
		is_gone |= execs(twin);
	rcu_read_unlock();
	deputy->gone_status = status;
	deputy->is_gone = is_gone;
	mutex_unlock(&deputy->lock);
	return is_gone;
}

/**
 * weft_signal_kill_after_all() - a twin has not become another program
 * @deputy: the deputy; the caller is that twin, and its call is over
 *
 * If the body has ended meanwhile the deputy ends now.
 */
void weft_signal_kill_after_all(struct weft_deputy *deputy)
{
	if (READ_ONCE(deputy->is_gone))
		weft_signal_kill(deputy, deputy->gone_status);
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

	/* the body may be faster than its deputy, whom it has told before */
	if ((!number && is_leaving(deputy)) || put_off(deputy, status))
		return;
	if (!number || !valid_signal(number)) {
		number = SIGKILL;
		status = SIGKILL;
	}
	WRITE_ONCE(deputy->last_status, status & (STATUS_SIGNAL | STATUS_CORE));
	if (number == SIGKILL || !interrupt_any(deputy))
		weft_deputy_kill(deputy);
}

/* Return: whether another CANCEL of the same thread has not been answered yet. */
static bool keep_cancel(struct weft_twin *twin, struct weft_lane *lane,
			const struct weft_header *header)
{
	bool is_twice;

	mutex_lock(&twin->deputy->lock);
	is_twice = twin->cancel.type;
	if (!is_twice)
		weft_answer_keep(&twin->cancel, lane, header);
	/* it may not even have taken the call yet */
	twin->is_cancelled = twin->call.is_wanted && !twin->call.is_running &&
			     !ends(twin);
	mutex_unlock(&twin->deputy->lock);
	return is_twice;
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
	struct weft_twin *twin = NULL;
	struct weft_deputy *deputy;
	bool is_twice;

	if (weft_cancel_check(cancel))
		return -EPROTO;
	deputy = weft_deputy_find(weft_processes(lane->peer->weft), lane->peer,
				  le64_to_cpu(cancel->process));
	if (deputy) {
		twin = weft_twin_find(deputy, le32_to_cpu(cancel->tid));
		weft_deputy_put(deputy);
	}
	if (!twin)
		return weft_answer_error(lane, header, -ESRCH);
	is_twice = keep_cancel(twin, lane, header);
	if (!is_twice && !weft_signals_interrupt(twin))
		answer_cancel(twin);
	weft_twin_put(twin);
	return is_twice ? -EPROTO : 0;
}
