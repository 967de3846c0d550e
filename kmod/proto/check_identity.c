// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who a process says that it is: can there be such a one? Whether it may be that
 * here is up to the host. Pure: no state, no locks, no side effects.
 */
#include "proto/msg_identity.h"

#include <asm/byteorder.h>
#include <linux/kernel.h>

static bool is_within(__le32 value, __s32 least, __s32 most)
{
	__s32 number = (__s32)le32_to_cpu(value);

	return number >= least && number <= most;
}

static bool ids_are_possible(const __le32 *ids)
{
	unsigned int i;

	for (i = 0; i < WEFT_ID_NR; i++)
		if (le32_to_cpu(ids[i]) == WEFT_ID_NONE)
			return false;
	return true;
}

static bool groups_are_possible(const struct weft_msg_identity *identity)
{
	__u32 count = le32_to_cpu(identity->group_count), group, last = 0;
	unsigned int i;

	if (count > WEFT_GROUPS_MAX)
		return false;
	for (i = 0; i < WEFT_GROUPS_MAX; i++) {
		group = le32_to_cpu(identity->groups[i]);
		if (i >= count ? group != 0 : group < last || group == WEFT_ID_NONE)
			return false;
		last = group;
	}
	return true;
}

static bool capabilities_are_possible(const __le64 *sets)
{
	__u64 permitted = le64_to_cpu(sets[WEFT_CAP_PERMITTED]);
	unsigned int i;

	for (i = 0; i < WEFT_CAP_NR; i++)
		if (le64_to_cpu(sets[i]) & ~WEFT_CAPABILITIES_ALL)
			return false;
	return !(le64_to_cpu(sets[WEFT_CAP_EFFECTIVE]) & ~permitted) &&
	       !(le64_to_cpu(sets[WEFT_CAP_AMBIENT]) &
		 ~(permitted & le64_to_cpu(sets[WEFT_CAP_INHERITABLE])));
}

static bool limits_are_possible(const struct weft_msg_limit *limits)
{
	unsigned int i;

	for (i = 0; i < WEFT_LIMITS; i++)
		if (le64_to_cpu(limits[i].soft) > le64_to_cpu(limits[i].hard))
			return false;
	return true;
}

static bool timers_are_possible(const struct weft_msg_timer *timers)
{
	unsigned int i;

	for (i = 0; i < WEFT_INTERVAL_TIMERS; i++)
		if (le64_to_cpu(timers[i].left) > WEFT_TIMER_MAX ||
		    le64_to_cpu(timers[i].interval) > WEFT_TIMER_MAX)
			return false;
	return true;
}

/* A priority of its own has who is scheduled by it, and nobody else. */
static bool scheduling_is_possible(const struct weft_msg_identity *identity)
{
	switch (le32_to_cpu(identity->policy)) {
	case WEFT_POLICY_FIFO:
	case WEFT_POLICY_RR:
		return is_within(identity->priority, 1, WEFT_PRIORITY_MAX);
	case WEFT_POLICY_OTHER:
	case WEFT_POLICY_BATCH:
	case WEFT_POLICY_IDLE:
		return !identity->priority;
	default:
		return false;
	}
}

/**
 * weft_clocks_are_possible() - can these be clocks of a process?
 * @clocks: as they came
 *
 * Return: whether a kernel takes them.
 */
bool weft_clocks_are_possible(const struct weft_msg_clocks *clocks)
{
	return le64_to_cpu(clocks->monotonic) <= WEFT_CLOCK_MAX &&
	       le64_to_cpu(clocks->boottime) <= WEFT_CLOCK_MAX;
}

/**
 * weft_identity_is_possible() - can a process be this one?
 * @identity: as it came
 *
 * Return: whether each field is what the kernel may say of a process.
 */
bool weft_identity_is_possible(const struct weft_msg_identity *identity)
{
	return ids_are_possible(identity->uids) && ids_are_possible(identity->gids) &&
	       groups_are_possible(identity) &&
	       capabilities_are_possible(identity->capabilities) &&
	       limits_are_possible(identity->limits) &&
	       timers_are_possible(identity->timers) &&
	       weft_clocks_are_possible(&identity->clocks) &&
	       le64_to_cpu(identity->coarse) <= WEFT_CLOCK_MAX &&
	       scheduling_is_possible(identity) &&
	       is_within(identity->nice, WEFT_NICE_MIN, WEFT_NICE_MAX) &&
	       is_within(identity->oom_score, -WEFT_OOM_SCORE_MAX,
			 WEFT_OOM_SCORE_MAX) &&
	       le32_to_cpu(identity->personality) != ~0U &&
	       le32_to_cpu(identity->dumpable) <= WEFT_DUMPABLE_MAX &&
	       !(le32_to_cpu(identity->securebits) & ~WEFT_SECUREBITS_ALL) &&
	       !(le32_to_cpu(identity->umask) & ~WEFT_UMASK_ALL) &&
	       !(le32_to_cpu(identity->flags) & ~(__u32)WEFT_IDENTITY_ALL);
}
