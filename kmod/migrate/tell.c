// SPDX-License-Identifier: GPL-2.0-only
/*
 * What weft-body asks for, because a system call does it best: where it is to be
 * born, and who it is to be.
 */
#include "migrate/body.h"
#include "migrate/identity.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/resource.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <linux/weft_body.h>

static_assert(WEFT_BODY_GROUPS == WEFT_GROUPS_MAX);
static_assert(WEFT_BODY_AFFINITY_WORDS == WEFT_AFFINITY_WORDS);
static_assert(WEFT_BODY_TIMERS == WEFT_INTERVAL_TIMERS);
static_assert(WEFT_BODY_IDS == WEFT_ID_FILES);

static long tell_birth(const struct weft_body *body, struct weft_body_birth __user *to)
{
	const struct weft_body_birth birth = {
		.monotonic = body->offsets.monotonic,
		.boottime = body->offsets.boottime,
		.pid = body->pid,
	};

	return copy_to_user(to, &birth, sizeof(birth)) ? -EFAULT : 0;
}

/* Time that passed while nobody could expire is not given to it. */
static u64 still_left(u64 left, u64 elapsed)
{
	return left > elapsed ? left - elapsed : min(left, 1ULL);
}

static void fill_timers(struct weft_body_timer *timers,
			const struct weft_msg_identity *identity)
{
	int i;

	for (i = 0; i < WEFT_INTERVAL_TIMERS; i++) {
		timers[i].left = le64_to_cpu(identity->timers[i].left);
		timers[i].interval = le64_to_cpu(identity->timers[i].interval);
	}
	timers[ITIMER_REAL].left =
		still_left(timers[ITIMER_REAL].left,
			   weft_clocks_elapsed(identity) / NSEC_PER_USEC);
}

static void fill(struct weft_body_identity *to, const struct weft_msg_identity *from)
{
	const struct weft_msg_limit *processor = &from->limits[RLIMIT_CPU];
	int i;

	for (i = 0; i < WEFT_BODY_IDS; i++) {
		to->uids[i] = le32_to_cpu(from->uids[i]);
		to->gids[i] = le32_to_cpu(from->gids[i]);
	}
	to->group_count = le32_to_cpu(from->group_count);
	for (i = 0; i < WEFT_BODY_GROUPS; i++)
		to->groups[i] = le32_to_cpu(from->groups[i]);
	to->policy = le32_to_cpu(from->policy);
	to->priority = le32_to_cpu(from->priority);
	to->nice = (s32)le32_to_cpu(from->nice);
	for (i = 0; i < WEFT_BODY_AFFINITY_WORDS; i++)
		to->affinity[i] = le64_to_cpu(from->affinity[i]);
	to->cpu_limit[0] = le64_to_cpu(processor->soft);
	to->cpu_limit[1] = le64_to_cpu(processor->hard);
	fill_timers(to->timers, from);
}

static long tell_identity(struct weft_body *body, struct weft_body_identity __user *to)
{
	struct weft_body_identity identity = {};

	/* the capture stays until the caller runs as the process */
	if (READ_ONCE(body->state) != WEFT_BODY_ARRIVED || body->task != current)
		return -EINVAL;
	fill(&identity, &body->capture->identity);
	return copy_to_user(to, &identity, sizeof(identity)) ? -EFAULT : 0;
}

/**
 * weft_body_tell() - answer a question of weft-body
 * @body:    the body
 * @command: WEFT_BODY_BIRTH or WEFT_BODY_IDENTITY
 * @to:      where the answer goes
 *
 * Return: 0; -EINVAL if it is not the time for it; -EFAULT; -ENOTTY if it is none
 * of these.
 */
long weft_body_tell(struct weft_body *body, unsigned int command, void __user *to)
{
	switch (command) {
	case WEFT_BODY_BIRTH:
		return tell_birth(body, to);
	case WEFT_BODY_IDENTITY:
		return tell_identity(body, to);
	default:
		return -ENOTTY;
	}
}
