// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clocks of a process that moves: CLOCK_MONOTONIC and CLOCK_BOOTTIME count
 * from when its home was started, and must not go back when it goes to another
 * machine. So the body gets a time namespace that makes them count on. What a
 * message takes to arrive is what the clocks there are behind by: a body that is
 * not there yet waits.
 */
#include "compat/compat.h"
#include "migrate/identity.h"

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

/* Who is further behind has another idea of the time, and no slow network. */
#define BEHIND_MAX	(1 * NSEC_PER_SEC)

/**
 * weft_clocks_put() - write down what time it is for a process
 * @clocks: receives it
 * @task:   the process; the caller has a reference
 */
void weft_clocks_put(struct weft_msg_clocks *clocks, struct task_struct *task)
{
	s64 monotonic, boottime;

	weft_time_offsets(task, &monotonic, &boottime);
	monotonic += ktime_get_ns();
	boottime += ktime_get_boottime_ns();
	clocks->monotonic = cpu_to_le64(max_t(s64, monotonic, 0));
	clocks->boottime = cpu_to_le64(max_t(s64, boottime, 0));
}

/**
 * weft_clocks_compare() - how far are clocks that came from those of this kernel?
 * @clocks:  as they came, checked; just now
 * @offsets: receives it
 */
void weft_clocks_compare(const struct weft_msg_clocks *clocks,
			 struct weft_clock_offsets *offsets)
{
	offsets->monotonic = le64_to_cpu(clocks->monotonic) - ktime_get_ns();
	offsets->boottime = le64_to_cpu(clocks->boottime) - ktime_get_boottime_ns();
}

static s64 coarse_now(void)
{
	s64 monotonic, boottime;

	weft_time_offsets(current, &monotonic, &boottime);
	return max_t(s64, monotonic + ktime_get_coarse_ns(), 0);
}

/**
 * weft_clocks_note() - write down what time it is for the calling process
 * @identity: receives it
 */
void weft_clocks_note(struct weft_msg_identity *identity)
{
	weft_clocks_put(&identity->clocks, current);
	identity->coarse = cpu_to_le64(coarse_now());
}

/* By how much the clocks of the calling task are behind; 0 or less: not at all. */
static s64 behind(const struct weft_msg_identity *identity)
{
	s64 coarse = le64_to_cpu(identity->coarse) - coarse_now();
	struct weft_msg_clocks now;

	weft_clocks_put(&now, current);
	return max3((s64)(le64_to_cpu(identity->clocks.monotonic) -
			  le64_to_cpu(now.monotonic)),
		    (s64)(le64_to_cpu(identity->clocks.boottime) -
			  le64_to_cpu(now.boottime)), coarse);
}

/**
 * weft_clocks_await() - wait until no clock of the calling task would go back
 * @identity: what they were when the process was stopped, checked
 *
 * Context: sleeps, for a second at most; the caller holds no lock.
 * Return: 0; -ETIME if that does not help; -EINTR if the task was killed.
 */
int weft_clocks_await(const struct weft_msg_identity *identity)
{
	s64 left = behind(identity);

	if (left > (s64)BEHIND_MAX)
		return -ETIME;
	while (left > 0) {
		ktime_t delay = ns_to_ktime(left);

		set_current_state(TASK_KILLABLE);
		schedule_hrtimeout(&delay, HRTIMER_MODE_REL);
		if (fatal_signal_pending(current))
			return -EINTR;
		left = behind(identity);
	}
	return 0;
}

/**
 * weft_clocks_elapsed() - how long has the process been standing still?
 * @identity: what its clocks were when it was stopped, checked
 *
 * Return: nanoseconds on CLOCK_MONOTONIC, as the calling task sees it.
 */
u64 weft_clocks_elapsed(const struct weft_msg_identity *identity)
{
	u64 then = le64_to_cpu(identity->clocks.monotonic);
	struct weft_msg_clocks now;

	weft_clocks_put(&now, current);
	return max(le64_to_cpu(now.monotonic), then) - then;
}
