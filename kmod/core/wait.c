// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only way to wait for a peer: killable, and not for ever. That a node left
 * is for the condition to see; whoever removes a node wakes its waiters.
 */
#include "core/core.h"

#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

/**
 * weft_wait_peer_in() - wait until something is so, or a signal comes
 * @state:    how the caller sleeps: TASK_KILLABLE or TASK_INTERRUPTIBLE
 * @deadline: when to give up, in jiffies
 * @is_done:  whether it is so. Called at least once, and, but for the last
 *            time, in a state in which the caller would sleep; if it does work
 *            of its own it returns to TASK_RUNNING, and is then called again
 * @arg:      for @is_done
 *
 * Whoever makes it so wakes the caller with wake_up_process(). A late deadline
 * is no harm, and jiffies cost far less than a precise clock, which has to be
 * read, and a precise timer, which has to be set in hardware, for each wait.
 *
 * Context: may sleep; the caller holds no lock.
 * Return: 0 if it is so; else -EINTR if the caller has been killed, -ERESTARTSYS
 * if it has got another signal that @state lets through, or -ETIMEDOUT.
 */
int weft_wait_peer_in(unsigned int state, unsigned long deadline,
		      bool (*is_done)(void *arg), void *arg)
{
	int err = 0;
	long left;

	for (;;) {
		set_current_state(state);
		if (is_done(arg))
			break;
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		if (signal_pending_state(state, current)) {
			err = -ERESTARTSYS;
			break;
		}
		left = deadline - jiffies;
		if (left <= 0) {
			__set_current_state(TASK_RUNNING);
			err = is_done(arg) ? 0 : -ETIMEDOUT;
			break;
		}
		/* awake: it did something, or somebody woke us already */
		if (task_is_running(current))
			cond_resched();
		else
			schedule_timeout(left);
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

/**
 * weft_wait_peer() - wait until something is so
 * @deadline: when to give up, in jiffies
 * @is_done:  whether it is so; see weft_wait_peer_in()
 * @arg:      for @is_done
 *
 * Context: may sleep; the caller holds no lock.
 * Return: 0 if it is so; else -EINTR if the caller has been killed, or
 * -ETIMEDOUT.
 */
int weft_wait_peer(unsigned long deadline, bool (*is_done)(void *arg), void *arg)
{
	return weft_wait_peer_in(TASK_KILLABLE, deadline, is_done, arg);
}
