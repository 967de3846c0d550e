// SPDX-License-Identifier: GPL-2.0-only
/*
 * The moment in which a process leaves: each of its threads is stopped on its way
 * to user mode, and says there what it is.
 *
 * There is one owner at every instant. Until the reply to the CAPTURE the process
 * is these tasks; from that reply on it is the body. If no reply ever comes,
 * because the node is lost, nothing that the body did had an effect: its calls
 * come through here. So the tasks go on.
 * Locks: weft_deputy.lock; tasks are read under RCU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "compat/compat.h"
#include "migrate/deputy.h"
#include "migrate/identity.h"
#include "migrate/verdict.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

/* Threads that are looked up at once, and how often all are looked at. */
#define FOUND_MAX	16
#define LOOK_INTERVAL	(HZ / 100 + 1)

/* How many rooms a door has, if there is address space for them. */
static const u32 slots[] = { WEFT_THREADS_MAX, 64, 16 };

/**
 * struct look - a look at the threads of a process
 * @found:  those that nobody has told to stop, with a reference
 * @count:  of @found
 * @alive:  how many threads go on, or could
 * @parked: how many of these have stopped
 */
struct look {
	struct task_struct *found[FOUND_MAX];
	u32 count;
	u32 alive;
	u32 parked;
};

static void look_at(struct weft_deputy *deputy, struct task_struct *task,
		    struct look *look)
{
	struct weft_twin *twin;

	if (READ_ONCE(task->flags) & PF_EXITING)
		return;
	look->alive++;
	twin = weft_twin_of(deputy->processes, task);
	if (twin)
		look->parked += READ_ONCE(twin->is_parked);
	else if (look->count < FOUND_MAX)
		look->found[look->count++] = get_task_struct(task);
}

static void look_at_all(struct weft_deputy *deputy, struct look *look)
{
	struct task_struct *task;

	look->count = 0;
	look->alive = 0;
	look->parked = 0;
	rcu_read_lock();
	for_each_thread(deputy->task, task)
		look_at(deputy, task, look);
	rcu_read_unlock();
}

/* Tells a thread to stop. It may end instead. */
static int stop(struct weft_deputy *deputy, struct task_struct *task)
{
	struct weft_twin *twin = weft_twin_new(deputy);

	if (!twin)
		return -ENOMEM;
	/* one reference for the lists, and one for the work */
	refcount_inc(&twin->references);
	weft_twin_add(twin, task);
	if (task_work_add(task, &twin->work, TWA_SIGNAL)) {
		weft_twin_end(twin);
		weft_twin_put(twin);
	}
	return 0;
}

static int stop_found(struct weft_deputy *deputy, const struct look *look)
{
	int err = 0;
	u32 i;

	for (i = 0; i < look->count; i++) {
		if (!err)
			err = stop(deputy, look->found[i]);
		put_task_struct(look->found[i]);
	}
	return err;
}

/* Return: 0, or why the process has to stay. */
static int check(struct weft_deputy *deputy, const struct look *look,
		 unsigned long deadline)
{
	/* it is the first thread that hands the process over */
	if (!look->alive || READ_ONCE(deputy->task->flags) & PF_EXITING)
		return -ESRCH;
	if (look->alive > WEFT_THREADS_MAX)
		return -EAGAIN;
	if (time_after_eq(jiffies, deadline))
		return -ETIMEDOUT;
	return READ_ONCE(deputy->error);
}

/* All of them have stopped, so that none can be born or end: now it leaves. */
static void go(struct weft_deputy *deputy, u32 parked)
{
	mutex_lock(&deputy->lock);
	deputy->parked = parked;
	deputy->state = WEFT_DEPUTY_LEAVING;
	mutex_unlock(&deputy->lock);
	wake_up_all(&deputy->changed);
}

/**
 * weft_depart_stop() - stop all threads of a process, and let it leave
 * @deputy:   the process
 * @deadline: when to give up, in jiffies
 *
 * Context: may sleep.
 * Return: 0: it is about to leave; else it has to stay, and the caller says so.
 */
int weft_depart_stop(struct weft_deputy *deputy, unsigned long deadline)
{
	struct look look;
	u32 parked;
	int err;

	for (;;) {
		parked = READ_ONCE(deputy->parked);
		look_at_all(deputy, &look);
		err = check(deputy, &look, deadline);
		if (!err && look.parked == look.alive) {
			go(deputy, look.parked);
			return 0;
		}
		if (stop_found(deputy, &look) && !err)
			err = -ENOMEM;
		if (err)
			return err;
		if (look.count == FOUND_MAX)
			continue;
		if (wait_event_killable_timeout(deputy->changed,
						READ_ONCE(deputy->parked) != parked,
						LOOK_INTERVAL) < 0)
			return -EINTR;
	}
}

/* Return: false if the process stays. */
static bool park(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	int err = READ_ONCE(deputy->state) == WEFT_DEPUTY_ASKED ?
		  weft_capture_thread(twin) : 0;
	bool is_wanted;

	mutex_lock(&deputy->lock);
	is_wanted = deputy->state == WEFT_DEPUTY_ASKED;
	/* it may have changed, or become another program, since it was looked at */
	if (is_wanted && !err && (current->ptrace || current->mm != deputy->mm))
		err = -EAGAIN;
	if (is_wanted && err)
		deputy->error = err;
	if (is_wanted && !err) {
		if (!deputy->left_ns)
			deputy->left_ns = ktime_get_ns();
		twin->is_parked = true;
	}
	deputy->parked++;
	mutex_unlock(&deputy->lock);
	wake_up_all(&deputy->changed);
	return is_wanted;
}

static int send_thread(struct weft_twin *twin)
{
	struct weft_call call = { .type = WEFT_MSG_THREAD, .deadline = FOR_EVER };
	struct weft_deputy *deputy = twin->deputy;
	struct weft_message *message = twin->message;
	int err;

	twin->message = NULL;
	err = weft_call_start(&deputy->peer->lanes[WEFT_LANE_FAST], &call, message);
	mutex_lock(&deputy->lock);
	deputy->sent++;
	if (err)
		deputy->error = err;
	mutex_unlock(&deputy->lock);
	wake_up_all(&deputy->changed);
	return err ? err : weft_call_wait(&call);
}

/* Return: a door in the address space of the caller, or an error. */
static struct weft_door *open_door(struct weft_deputy *deputy)
{
	struct weft_door *door = ERR_PTR(-ENOMEM);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(slots) && IS_ERR(door); i++)
		if (slots[i] >= deputy->parked)
			door = weft_door_open(deputy->processes, 0, 0, slots[i]);
	return door;
}

/* A process that no node would take stays, and breaks no connection. */
static bool is_possible(const struct weft_message *message)
{
	const struct weft_header header = {
		.type = cpu_to_le16(WEFT_MSG_CAPTURE),
		.length = cpu_to_le32(message->inline_len),
	};

	return !weft_capture_check(&header, (const void *)message->payload);
}

static bool all_are_sent(struct weft_deputy *deputy)
{
	return READ_ONCE(deputy->sent) == deputy->parked - 1;
}

/* From here on no clock of the process and none of its timers goes on here. */
static void put_time(struct weft_message *message, struct weft_timers *timers)
{
	struct weft_msg_capture *head = (void *)message->payload;

	weft_timers_take(timers);
	weft_timers_put(head->identity.timers, timers);
	weft_clocks_note(&head->identity);
}

/* Return: 0 when all other threads have been sent, or why the process stays. */
static int await_threads(struct weft_deputy *deputy)
{
	if (wait_event_killable(deputy->changed, all_are_sent(deputy)))
		return -EINTR;
	return READ_ONCE(deputy->error);
}

/* The message is gone in any case. */
static int send_capture(struct weft_deputy *deputy, struct weft_message *message)
{
	struct weft_call call = { .type = WEFT_MSG_CAPTURE, .deadline = FOR_EVER };
	struct weft_timers timers;
	int err;

	put_time(message, &timers);
	err = is_possible(message) ? weft_fault(deputy->processes->weft,
						WEFT_FAULT_DEPART_CAPTURED) :
				     -EOPNOTSUPP;
	if (err)
		weft_message_free(message);
	else
		err = weft_call_start(&deputy->peer->lanes[WEFT_LANE_FAST], &call,
				      message);
	if (!err)
		err = weft_call_wait(&call);
	if (err)
		weft_timers_give(&timers);
	return err;
}

/* Hands the process over: all its other threads have been sent. */
static int hand_over(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	struct weft_message *message;
	int err;

	err = weft_fault(deputy->processes->weft, WEFT_FAULT_DEPART_STOPPED);
	if (err)
		return err;
	deputy->push.total = get_mm_rss(current->mm) +
			     get_mm_counter(current->mm, MM_SWAPENTS);
	message = weft_capture_make(twin);
	if (IS_ERR(message))
		return PTR_ERR(message);
	err = await_threads(deputy);
	if (!err)
		return send_capture(deputy, message);
	weft_message_free(message);
	return err;
}

/*
 * The memory that is here is not that of the program any more, once it runs there.
 * Whatever ends these tasks, a system call filter say, nobody is to find it in a
 * core dump and take it for the truth.
 */
static void dump_nothing(struct weft_deputy *deputy)
{
	unsigned long old = READ_ONCE(current->mm->flags), before;

	do {
		before = old;
		old = cmpxchg(&current->mm->flags, before,
			      before & ~MMF_DUMP_FILTER_MASK);
	} while (old != before);
	deputy->dump_filter = before & MMF_DUMP_FILTER_MASK;
}

/* The part of the first thread. From here on the process is somebody's for sure. */
static void lead(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	int err = weft_check_stopped();
	/* first the door: nothing may be mapped over it from there */
	struct weft_door *door = err ? ERR_PTR(err) : open_door(deputy);

	err = PTR_ERR_OR_ZERO(door);
	if (!err)
		err = hand_over(twin);
	if (!err) {
		deputy->door = door;
		deputy->arrived_ns = ktime_get_ns();
		weft_fault(deputy->processes->weft, WEFT_FAULT_DEPART_COMMITTED);
		dump_nothing(deputy);
		weft_timers_drop();
		weft_deputy_set_state(deputy, WEFT_DEPUTY_AWAY, 0);
		weft_deputy_end_if_lost(deputy);
		return;
	}
	if (!IS_ERR(door))
		weft_door_close(door);
	/* also if nobody waits for this any more */
	weft_gone_tell(deputy->processes, deputy->peer->node, deputy->process, 0);
	weft_deputy_set_state(deputy, WEFT_DEPUTY_STAYED, err);
}

static bool is_decided(struct weft_deputy *deputy)
{
	enum weft_deputy_state state = READ_ONCE(deputy->state);

	return state != WEFT_DEPUTY_ASKED && state != WEFT_DEPUTY_LEAVING;
}

/* From now on signals are for the body, and nothing here knows its memory. */
static void become_twin(struct weft_twin *twin)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct weft_deputy *deputy = twin->deputy;
	sigset_t all;

	/* those two are not for a mask to keep away; sigprocmask() would let it */
	siginitsetinv(&all, sigmask(SIGKILL) | sigmask(SIGSTOP));
	sigprocmask(SIG_SETMASK, &all, NULL);
	weft_rseq_forget();
	current->clear_child_tid = NULL;
#ifdef CONFIG_FUTEX
	current->robust_list = NULL;
#endif
	if (current == deputy->task) {
		weft_stop_prepare();
		weft_signals_watch(deputy);
	}
	weft_signals_interrupt(twin);
	regs->orig_ax = -1;
	regs->ip = twin->door->door;
	regs->flags &= ~(X86_EFLAGS_TF | X86_EFLAGS_DF);
}

/* Who has a room of its own is at the door; there are as many as threads. */
static void leave(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;

	if (weft_door_take_room(deputy->door, twin))
		send_sig(SIGKILL, current, 1);
	else
		become_twin(twin);
}

/* Return: whether the process has left. */
static bool take_part(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;

	if (!park(twin))
		return false;
	if (wait_event_killable(deputy->changed,
				READ_ONCE(deputy->state) != WEFT_DEPUTY_ASKED))
		return false;
	if (READ_ONCE(deputy->state) == WEFT_DEPUTY_LEAVING) {
		if (current == deputy->task)
			lead(twin);
		else
			send_thread(twin);
	}
	wait_event_killable(deputy->changed, is_decided(deputy));
	return READ_ONCE(deputy->state) == WEFT_DEPUTY_AWAY;
}

/**
 * weft_depart() - leave, if everybody does
 * @work: weft_twin.work, with a reference of the twin
 *
 * Context: the task, on its way to user mode or to its end; no locks.
 */
void weft_depart(struct callback_head *work)
{
	struct weft_twin *twin = container_of(work, struct weft_twin, work);

	if (current->flags & PF_EXITING)
		weft_twin_end(twin);
	else if (take_part(twin))
		leave(twin);
	else if (!fatal_signal_pending(current))
		weft_twin_end(twin);
	weft_twin_put(twin);
}
