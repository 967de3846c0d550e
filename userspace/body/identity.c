// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who the process is: what the kernel keeps accounts of, or does more about than
 * note it, is set by the calls that every program has for it. The module sets the
 * rest, capabilities among it, and looks whether all of this is so before it starts
 * the program.
 *
 * Signals are blocked: a timer may expire before the program is there to hear it.
 */
#include "identity.h"
#include "call.h"

#include <linux/weft_body.h>

#include <linux/prctl.h>
#include <linux/resource.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIG_BLOCK	0
#define RLIMIT_CPU_TIME	0
#define MICROSECONDS	1000000ULL

static struct weft_body_identity identity;

/**
 * take_users() - be the user that the process is
 *
 * Each thread does so for itself. The rights of root go with it.
 *
 * Return: 0 if all calls did what they should.
 */
long take_users(void)
{
	const uint32_t *uids = identity.uids, *gids = identity.gids;
	long failed;

	failed = call(__NR_setgroups, identity.group_count, (long)identity.groups, 0);
	if (!failed)
		failed = call(__NR_setresgid, gids[0], gids[1], gids[2]);
	if (!failed)
		failed = call(__NR_setresuid, uids[0], uids[1], uids[2]);
	return failed;
}

/* Is it bound to processors all of which are here? */
static bool fits_affinity(void)
{
	uint64_t here[WEFT_BODY_AFFINITY_WORDS] = { 0 };
	bool is_bound = false;
	size_t i;

	if (call(__NR_sched_getaffinity, 0, sizeof(here), (long)here) <= 0)
		return false;
	for (i = 0; i < WEFT_BODY_AFFINITY_WORDS; i++) {
		if (identity.affinity[i] & ~here[i])
			return false;
		is_bound |= identity.affinity[i] != 0;
	}
	return is_bound;
}

/* Where a process is bound to processors that are not here it may run on all. */
static long take_scheduling(void)
{
	const uint64_t limit[2] = { identity.cpu_limit[0], identity.cpu_limit[1] };
	long failed;

	failed = call(__NR_setrlimit, RLIMIT_CPU_TIME, (long)limit, 0);
	if (!failed)
		failed = call(__NR_setpriority, PRIO_PROCESS, 0, identity.nice);
	if (!failed)
		failed = call(__NR_sched_setscheduler, 0, identity.policy,
			      (long)&identity.priority);
	if (!failed && fits_affinity())
		failed = call(__NR_sched_setaffinity, 0, sizeof(identity.affinity),
			      (long)identity.affinity);
	return failed;
}

static void set_timer(int which, const struct weft_body_timer *timer)
{
	/* as struct itimerval: interval, then what is left */
	const uint64_t value[4] = {
		timer->interval / MICROSECONDS, timer->interval % MICROSECONDS,
		timer->left / MICROSECONDS, timer->left % MICROSECONDS,
	};

	if (timer->left || timer->interval)
		call(__NR_setitimer, which, (long)value, 0);
}

/**
 * take_identity() - be who the process is, but for its user
 * @fd: of the body, whose process has arrived
 *
 * Return: 0, or why not.
 */
enum status take_identity(long fd)
{
	static const uint64_t all = ~0ULL;
	int i;

	call4(__NR_rt_sigprocmask, SIG_BLOCK, (long)&all, 0, sizeof(all));
	if (call(__NR_ioctl, fd, WEFT_BODY_IDENTITY, (long)&identity))
		return STATUS_REFUSED;
	if (take_scheduling())
		return STATUS_SCHEDULING;
	for (i = 0; i < WEFT_BODY_TIMERS; i++)
		set_timer(i, &identity.timers[i]);
	return 0;
}
