// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interval timers of a process that moves: they run where it runs, and nowhere
 * else. That of the real time is stopped before anything is written down, so that
 * it expires either at home or there; those of processor time stand still by
 * themselves with the process.
 *
 * All of it is about the calling process. Locks: sighand.siglock.
 */
#include "migrate/identity.h"
#include "migrate/process.h"

#include <asm/byteorder.h>
#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/posix-timers.h>
#include <linux/sched/signal.h>
#include <linux/time.h>

/* Where the two of processor time stand in struct signal_struct. */
static const int clock_index[WEFT_INTERVAL_TIMERS] = {
	[ITIMER_VIRTUAL] = CPUCLOCK_VIRT,
	[ITIMER_PROF] = CPUCLOCK_PROF,
};

/* Processor time that the process has had, of those that a timer counts. */
static u64 cpu_time(int which)
{
	struct task_struct *thread;
	u64 user = current->signal->utime, system = current->signal->stime;

	rcu_read_lock();
	for_each_thread(current, thread) {
		user += READ_ONCE(thread->utime);
		system += READ_ONCE(thread->stime);
	}
	rcu_read_unlock();
	return which == ITIMER_PROF ? user + system : user;
}

static void take_real(struct weft_timers *timers)
{
	struct signal_struct *signal = current->signal;
	s64 left = ktime_to_ns(hrtimer_get_remaining(&signal->real_timer));
	bool was_set = hrtimer_cancel(&signal->real_timer);

	spin_lock_irq(&weft_own_sighand()->siglock);
	timers->interval[ITIMER_REAL] = ktime_to_ns(signal->it_real_incr);
	/* or else the signal, once it is taken, sets the timer again */
	signal->it_real_incr = 0;
	spin_unlock_irq(&weft_own_sighand()->siglock);
	/* one that has just expired begins anew, as it would have with the signal */
	timers->left[ITIMER_REAL] = was_set ? max_t(s64, left, 1) :
					      timers->interval[ITIMER_REAL];
}

static void see_cpu(struct weft_timers *timers, int which)
{
	const struct cpu_itimer *timer = &current->signal->it[clock_index[which]];
	u64 now = cpu_time(which);

	spin_lock_irq(&weft_own_sighand()->siglock);
	timers->left[which] = !timer->expires ? 0 :
			      timer->expires > now ? timer->expires - now : 1;
	timers->interval[which] = timer->incr;
	spin_unlock_irq(&weft_own_sighand()->siglock);
}

/**
 * weft_timers_take() - stop the interval timers
 * @timers: receives what they were
 *
 * Those of processor time go on at home until weft_timers_drop().
 */
void weft_timers_take(struct weft_timers *timers)
{
	take_real(timers);
	see_cpu(timers, ITIMER_VIRTUAL);
	see_cpu(timers, ITIMER_PROF);
}

static __le64 microseconds(u64 nanoseconds)
{
	return cpu_to_le64(DIV_ROUND_UP_ULL(nanoseconds, NSEC_PER_USEC));
}

/**
 * weft_timers_put() - write timers down
 * @message: receives them
 * @timers:  by weft_timers_take()
 */
void weft_timers_put(struct weft_msg_timer *message, const struct weft_timers *timers)
{
	int i;

	for (i = 0; i < WEFT_INTERVAL_TIMERS; i++) {
		message[i].left = microseconds(timers->left[i]);
		message[i].interval = microseconds(timers->interval[i]);
	}
}

/**
 * weft_timers_give() - undo weft_timers_take(): the process stays
 * @timers: what they were
 */
void weft_timers_give(const struct weft_timers *timers)
{
	struct signal_struct *signal = current->signal;

	if (!timers->left[ITIMER_REAL])
		return;
	spin_lock_irq(&weft_own_sighand()->siglock);
	signal->it_real_incr = ns_to_ktime(timers->interval[ITIMER_REAL]);
	hrtimer_start(&signal->real_timer, ns_to_ktime(timers->left[ITIMER_REAL]),
		      HRTIMER_MODE_REL);
	spin_unlock_irq(&weft_own_sighand()->siglock);
}

/**
 * weft_timers_drop() - the process is elsewhere, and so are its timers
 *
 * What the kernel makes of their next expiry finds nothing that is due.
 */
void weft_timers_drop(void)
{
	struct signal_struct *signal = current->signal;

	spin_lock_irq(&weft_own_sighand()->siglock);
	signal->it[CPUCLOCK_VIRT] = (struct cpu_itimer){};
	signal->it[CPUCLOCK_PROF] = (struct cpu_itimer){};
	spin_unlock_irq(&weft_own_sighand()->siglock);
}
