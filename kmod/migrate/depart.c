// SPDX-License-Identifier: GPL-2.0-only
/*
 * The moment in which a process leaves: it runs in the task itself, which has
 * just been stopped on its way to user mode.
 *
 * There is one owner at every instant. Until the reply to the CAPTURE the process
 * is this task; from that reply on it is the body. If no reply ever comes,
 * because the node is lost, nothing that the body did had an effect: its calls
 * come through here. So the task goes on.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "compat/compat.h"
#include "migrate/deputy.h"
#include "migrate/identity.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

static bool claim(struct weft_deputy *deputy)
{
	bool is_ours;

	mutex_lock(&deputy->lock);
	is_ours = deputy->state == WEFT_DEPUTY_ASKED;
	if (is_ours) {
		deputy->state = WEFT_DEPUTY_LEAVING;
		deputy->left_ns = ktime_get_ns();
	}
	mutex_unlock(&deputy->lock);
	return is_ours;
}

static void put_rseq(struct weft_message *message, const struct weft_rseq *rseq)
{
	struct weft_msg_capture *head = (void *)message->payload;

	head->rseq = cpu_to_le64(rseq->area);
	head->rseq_size = cpu_to_le32(rseq->size);
	head->rseq_magic = cpu_to_le32(rseq->magic);
}

/* From here on no clock of the process and none of its timers goes on here. */
static void put_time(struct weft_message *message, struct weft_timers *timers)
{
	struct weft_msg_capture *head = (void *)message->payload;

	weft_timers_take(timers);
	weft_timers_put(head->identity.timers, timers);
	weft_clocks_note(&head->identity);
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

static int hand_over(struct weft_deputy *deputy, struct weft_message *message)
{
	struct weft_call call = {
		.type = WEFT_MSG_CAPTURE,
		.deadline = FOR_EVER,
	};
	int err;

	err = weft_call_start(&deputy->peer->lanes[WEFT_LANE_FAST], &call, message);
	return err ? err : weft_call_wait(&call);
}

/*
 * The memory that is here is not that of the program any more, once it runs there.
 * Whatever ends this task, a system call filter say, nobody is to find it in a core
 * dump and take it for the truth.
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

/* From now on signals are for the body, and nothing here knows its memory. */
static void become_deputy(struct weft_deputy *deputy)
{
	struct pt_regs *regs = task_pt_regs(current);
	sigset_t all;

	/* those two are not for a mask to keep away; sigprocmask() would let it */
	siginitsetinv(&all, sigmask(SIGKILL) | sigmask(SIGSTOP));
	sigprocmask(SIG_SETMASK, &all, NULL);
	current->clear_child_tid = NULL;
#ifdef CONFIG_FUTEX
	current->robust_list = NULL;
#endif
	dump_nothing(deputy);
	weft_timers_drop();
	weft_signals_watch(deputy);
	regs->orig_ax = -1;
	regs->ip = deputy->door;
	regs->flags &= ~(X86_EFLAGS_TF | X86_EFLAGS_DF);
}

static int leave(struct weft_deputy *deputy)
{
	struct weft_net *weft = deputy->processes->weft;
	struct weft_message *message;
	struct weft_timers timers;
	struct weft_rseq rseq;
	int err;

	/* what is queued for a task also runs when it ends, without its memory */
	if (current->flags & PF_EXITING)
		return -ESRCH;
	/* it may have changed since it was looked at */
	if (!thread_group_empty(current) || current->ptrace)
		return -EAGAIN;
	err = weft_fault(weft, WEFT_FAULT_DEPART_STOPPED);
	if (err)
		return err;
	/* first the door: nothing may be mapped over it from there */
	err = weft_door_make(deputy);
	if (err)
		return err;
	message = weft_capture_make(deputy);
	if (IS_ERR(message)) {
		weft_door_close(deputy);
		return PTR_ERR(message);
	}
	weft_rseq_take(&rseq);
	put_rseq(message, &rseq);
	put_time(message, &timers);
	err = is_possible(message) ? weft_fault(weft, WEFT_FAULT_DEPART_CAPTURED) :
				     -EOPNOTSUPP;
	if (err)
		weft_message_free(message);
	else
		err = hand_over(deputy, message);
	if (err) {
		weft_timers_give(&timers);
		weft_rseq_give(&rseq);
		weft_door_close(deputy);
	}
	return err;
}

static void depart(struct weft_deputy *deputy)
{
	int err;

	if (!claim(deputy)) {
		weft_deputy_remove(deputy);
		return;
	}
	err = leave(deputy);
	if (err) {
		/* also if nobody waits for this any more */
		weft_gone_tell(deputy->processes, deputy->peer->node,
			       deputy->process, 0);
		weft_deputy_set_state(deputy, WEFT_DEPUTY_STAYED, err);
		weft_deputy_remove(deputy);
		return;
	}
	deputy->arrived_ns = ktime_get_ns();
	weft_fault(deputy->processes->weft, WEFT_FAULT_DEPART_COMMITTED);
	become_deputy(deputy);
	weft_deputy_set_state(deputy, WEFT_DEPUTY_AWAY, 0);
	weft_deputy_end_if_lost(deputy);
}

/**
 * weft_depart() - leave, if anybody still wants it
 * @work: weft_deputy.work; the reference of the deputy is the list's
 *
 * Context: the task, on its way to user mode; no locks.
 */
void weft_depart(struct callback_head *work)
{
	struct weft_deputy *deputy = container_of(work, struct weft_deputy, work);
	struct weft_processes *processes = deputy->processes;

	depart(deputy);
	weft_processes_leave(processes);
}
