// SPDX-License-Identifier: GPL-2.0-only
/*
 * A signal is for a thread, or for a process. Modules can send the first kind with
 * all that it says about itself, but for the sender, whom the kernel does not know.
 * The second kind has to go to the queue that all threads share, or one that comes
 * later could overtake it: what is in a thread's own queue is taken first. The one
 * function for that which modules have says something else about the signal.
 *
 * So a signal gets what it says at the very moment when it is queued, which the
 * kernel tells in a tracepoint: nobody can have taken it before.
 * Locks: sighand.siglock, then weft_processes.send_lock.
 */
#include "migrate/body.h"

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>

/* What it takes until the user of a process does not change any more. */
#define TRIES	8

/**
 * struct weft_sending - a signal that a task is about to queue
 * @link:   in weft_processes.sending
 * @sender: the task
 * @info:   what it is to say about itself
 * @mark:   the information that the kernel is given, which it changes; NULL: it makes
 *          its own, with the address of this structure as the value
 */
struct weft_sending {
	struct list_head link;
	struct task_struct *sender;
	const struct kernel_siginfo *info;
	const struct kernel_siginfo *mark;
};

static void begin(struct weft_processes *processes, struct weft_sending *sending)
{
	unsigned long flags;

	spin_lock_irqsave(&processes->send_lock, flags);
	list_add(&sending->link, &processes->sending);
	spin_unlock_irqrestore(&processes->send_lock, flags);
}

static void end(struct weft_processes *processes, struct weft_sending *sending)
{
	unsigned long flags;

	spin_lock_irqsave(&processes->send_lock, flags);
	list_del(&sending->link);
	spin_unlock_irqrestore(&processes->send_lock, flags);
}

/* kill_pid_usb_asyncio() puts a value over the number and the user of the sender. */
static bool has_value(const struct kernel_siginfo *info, u64 value)
{
	return (u32)info->si_pid == lower_32_bits(value) &&
	       (u32)info->si_uid == upper_32_bits(value);
}

/* An interrupt may send others in the name of the same task. */
static bool is_sent(const struct weft_sending *sending, const struct kernel_siginfo *info)
{
	if (sending->sender != current)
		return false;
	if (sending->mark)
		return info == sending->mark;
	return info->si_signo == sending->info->si_signo &&
	       info->si_code == SI_ASYNCIO && has_value(info, (uintptr_t)sending);
}

/**
 * weft_deliver_queued() - a signal was queued, by anybody for anybody
 * @processes: of this node
 * @info:      what it says about itself
 * @pending:   the queue; its last signal is this one, and says more if it is ours
 *
 * Context: under siglock.
 */
void weft_deliver_queued(struct weft_processes *processes,
			 const struct kernel_siginfo *info, struct sigpending *pending)
{
	struct weft_sending *sending;
	struct sigqueue *last;

	if (list_empty_careful(&processes->sending))
		return;
	spin_lock(&processes->send_lock);
	list_for_each_entry(sending, &processes->sending, link) {
		if (!is_sent(sending, info) || list_empty(&pending->list))
			continue;
		last = list_last_entry(&pending->list, struct sigqueue, list);
		if (last->info.si_signo == info->si_signo)
			copy_siginfo(&last->info, sending->info);
		break;
	}
	spin_unlock(&processes->send_lock);
}

static int send_to_thread(struct weft_processes *processes, struct task_struct *task,
			  const struct kernel_siginfo *info)
{
	struct kernel_siginfo copy;
	struct weft_sending sending = { .sender = current, .info = info, .mark = &copy };
	int err;

	copy_siginfo(&copy, info);
	begin(processes, &sending);
	err = send_sig_info(info->si_signo, &copy, task);
	end(processes, &sending);
	return err;
}

/* As the process itself may: it is its home that sends. */
static int send_as_own(struct pid *pid, int number, sigval_t value)
{
	const struct cred *cred = NULL;
	struct task_struct *task;
	int err;

	rcu_read_lock();
	task = pid_task(pid, PIDTYPE_PID);
	if (task)
		cred = get_task_cred(task);
	rcu_read_unlock();
	if (!cred)
		return -ESRCH;
	err = kill_pid_usb_asyncio(number, 0, value, pid, cred);
	put_cred(cred);
	return err;
}

static int send_to_process(struct weft_processes *processes, struct pid *pid,
			   const struct kernel_siginfo *info)
{
	struct weft_sending sending = { .sender = current, .info = info };
	/* only compared, and replaced before anybody can see it */
	sigval_t value = { .sival_ptr = (void __user *)&sending };
	int tries = 0, err;

	begin(processes, &sending);
	do {
		err = send_as_own(pid, info->si_signo, value);
	} while (err == -EPERM && ++tries < TRIES);
	end(processes, &sending);
	return err;
}

/**
 * weft_deliver() - send a signal
 * @body:   to which process
 * @thread: to which thread of it; NULL: to any
 * @info:   the signal
 *
 * Signals to a process are taken in the order in which they are sent, as long as their
 * numbers are the same.
 *
 * Context: does not sleep.
 * Return: 0; -ESRCH; -EAGAIN if too many are queued; or what a security module says
 * who forbids a process to send itself signals.
 */
int weft_deliver(struct weft_body *body, struct weft_thread *thread,
		 const struct kernel_siginfo *info)
{
	return thread ? send_to_thread(body->processes, thread->task, info) :
			send_to_process(body->processes, body->tgid, info);
}
