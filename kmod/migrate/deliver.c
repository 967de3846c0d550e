// SPDX-License-Identifier: GPL-2.0-only
/*
 * A signal is for a thread, or for a process. Modules can send the first kind with
 * all that it says about itself; of the second kind they can only choose a thread
 * that wants it, as the kernel does, or, if none does, put it where any of them
 * finds it later.
 * Locks: sighand.siglock; threads are read under RCU.
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

static void share_locked(struct task_struct *task, int number)
{
	struct sighand_struct *sighand;
	unsigned long flags;

	rcu_read_lock();
	sighand = rcu_dereference(task->sighand);
	if (sighand) {
		spin_lock_irqsave(&sighand->siglock, flags);
		/* a task that ends loses it under this lock */
		if (sighand == rcu_access_pointer(task->sighand))
			share(task, number);
		spin_unlock_irqrestore(&sighand->siglock, flags);
	}
	rcu_read_unlock();
}

static int send_to_process(struct weft_body *body, struct kernel_siginfo *info)
{
	int number = info->si_signo, err;
	struct task_struct *task = choose(body, number);

	if (!task)
		return -ESRCH;
	err = send_sig_info(number, info, task);
	if (!err)
		share_locked(task, number);
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
		 struct kernel_siginfo *info)
{
	return thread ? send_sig_info(info->si_signo, info, thread->task) :
			send_to_process(body, info);
}
