// SPDX-License-Identifier: GPL-2.0-only
/*
 * A signal is for a thread, or for a process. Modules can send the first kind with
 * all that it says about itself; of the second kind they can only choose a thread
 * that wants it, as the kernel does, or, if none does, put it where any of them
 * finds it later.
 * Locks: sighand.siglock, then weft_body.sent_lock; threads are read under RCU.
 */
#include "migrate/body.h"

#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

static bool wants(struct task_struct *task, int number)
{
	return !sigismember(&task->blocked, number) &&
	       !(READ_ONCE(task->flags) & PF_EXITING);
}

/* Return: the thread that gets it, with a reference; NULL if all have ended. */
static struct task_struct *choose(struct weft_body *body, int number)
{
	struct task_struct *task = NULL, *any = NULL;
	struct weft_thread *thread;

	rcu_read_lock();
	list_for_each_entry_rcu(thread, &body->threads, link) {
		if (!(READ_ONCE(thread->task->flags) & PF_EXITING))
			any = any ? any : thread->task;
		if (!task && wants(thread->task, number))
			task = thread->task;
	}
	task = task ? task : any;
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

static struct sigqueue *find(struct sigpending *pending, int number)
{
	struct sigqueue *queued;

	list_for_each_entry_reverse(queued, &pending->list, list)
		if (queued->info.si_signo == number)
			return queued;
	return NULL;
}

/* Under siglock. Who blocks it is not the one who has to take it. */
static void share(struct task_struct *task, int number)
{
	struct sigpending *shared = &task->signal->shared_pending;
	struct sigqueue *queued;

	if (!sigismember(&task->blocked, number) ||
	    !sigismember(&task->pending.signal, number))
		return;
	queued = find(&task->pending, number);
	if (queued)
		list_move_tail(&queued->list, &shared->list);
	sigaddset(&shared->signal, number);
	if (!find(&task->pending, number))
		sigdelset(&task->pending.signal, number);
}

/* Gives a signal its sender, if it is the one that is being sent. */
static void mend(struct kernel_siginfo *info, const struct kernel_siginfo *sent)
{
	if (info->si_signo == sent->si_signo && info->si_code == sent->si_code &&
	    !info->si_pid)
		copy_siginfo(info, sent);
}

static void finish(struct task_struct *task, const struct kernel_siginfo *info,
		   bool is_shared)
{
	struct sighand_struct *sighand;
	struct sigqueue *queued;
	unsigned long flags;

	rcu_read_lock();
	sighand = rcu_dereference(task->sighand);
	if (sighand) {
		spin_lock_irqsave(&sighand->siglock, flags);
		/* a task that ends loses it under this lock */
		if (sighand == rcu_access_pointer(task->sighand)) {
			queued = find(&task->pending, info->si_signo);
			if (queued)
				mend(&queued->info, info);
			if (is_shared)
				share(task, info->si_signo);
		}
		spin_unlock_irqrestore(&sighand->siglock, flags);
	}
	rcu_read_unlock();
}

static void set_sent(struct weft_body *body, const struct kernel_siginfo *info)
{
	unsigned long flags;

	/* who is a thread of the process itself keeps its number anyway */
	if (!(current->flags & PF_KTHREAD))
		return;
	spin_lock_irqsave(&body->sent_lock, flags);
	body->sent = info;
	spin_unlock_irqrestore(&body->sent_lock, flags);
}

/*
 * The kernel takes away the number of a sender whom it does not see in the PID namespace
 * of who receives, and whoever sends here is not in that. But it is the number of
 * somebody at home. Whoever takes the signal before it has that again, as a handler may,
 * gives it back himself.
 */
static int send(struct weft_body *body, struct task_struct *task,
		const struct kernel_siginfo *info, bool is_shared)
{
	struct kernel_siginfo copy;
	int err;

	copy_siginfo(&copy, info);
	set_sent(body, info);
	err = send_sig_info(info->si_signo, &copy, task);
	if (!err)
		finish(task, info, is_shared);
	set_sent(body, NULL);
	return err;
}

static int send_to_process(struct weft_body *body, const struct kernel_siginfo *info)
{
	struct task_struct *task = choose(body, info->si_signo);
	int err;

	if (!task)
		return -ESRCH;
	err = send(body, task, info, true);
	put_task_struct(task);
	return err;
}

/**
 * weft_deliver() - send a signal
 * @body:   to which process
 * @thread: to which thread of it; NULL: to any
 * @info:   the signal
 *
 * Context: does not sleep.
 * Return: 0, -ESRCH, or -EAGAIN if too many are queued.
 */
int weft_deliver(struct weft_body *body, struct weft_thread *thread,
		 const struct kernel_siginfo *info)
{
	return thread ? send(body, thread->task, info, false) :
			send_to_process(body, info);
}

/**
 * weft_deliver_taken() - a thread has taken a signal whose sender is not known
 * @body: its process
 * @info: the signal, which gets the sender if it is one of home
 *
 * Context: under siglock.
 */
void weft_deliver_taken(struct weft_body *body, struct kernel_siginfo *info)
{
	spin_lock(&body->sent_lock);
	if (body->sent)
		mend(info, body->sent);
	spin_unlock(&body->sent_lock);
}
