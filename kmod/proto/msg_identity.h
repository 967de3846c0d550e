/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who a process is, what it may, and what time it is for it: a part of CAPTURE, of
 * "proto/msg_capture.h".
 */
#ifndef _WEFT_PROTO_MSG_IDENTITY_H
#define _WEFT_PROTO_MSG_IDENTITY_H

#include "proto/proto.h"

#include <linux/build_bug.h>
#include <linux/types.h>

/* Nobody's number: see setresuid(2). */
#define WEFT_ID_NONE		0xffffffffU

/* The four users of a process, and likewise its four groups. */
enum weft_id {
	WEFT_ID_REAL,
	WEFT_ID_EFFECTIVE,
	WEFT_ID_SAVED,
	WEFT_ID_FILES,

	WEFT_ID_NR
};

/* The sets of capabilities of a thread, see capabilities(7). */
enum weft_capability_set {
	WEFT_CAP_INHERITABLE,
	WEFT_CAP_PERMITTED,
	WEFT_CAP_EFFECTIVE,
	WEFT_CAP_BOUNDING,
	WEFT_CAP_AMBIENT,

	WEFT_CAP_NR
};

/* CAP_CHOWN to CAP_CHECKPOINT_RESTORE. */
#define WEFT_CAPABILITIES_ALL	0x1ffffffffffULL

#define WEFT_SECUREBITS_ALL	0xffU

/* More supplementary groups do not move. */
#define WEFT_GROUPS_MAX		64

#define WEFT_LIMITS		16

/**
 * struct weft_msg_limit - a limit of resources, see setrlimit(2)
 * @soft: what holds, at most @hard
 * @hard: what it may be raised to
 */
struct weft_msg_limit {
	__le64 soft;
	__le64 hard;
};

static_assert(sizeof(struct weft_msg_limit) == 16);

/* ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF, in this order. */
#define WEFT_INTERVAL_TIMERS	3

/* Microseconds that a timer may have: so many nanoseconds fit into 63 bits. */
#define WEFT_TIMER_MAX		9223372036854775ULL

/**
 * struct weft_msg_timer - an interval timer
 * @left:     microseconds until it expires, up to WEFT_TIMER_MAX; 0: it is not set
 * @interval: microseconds from then on, likewise; 0: once
 */
struct weft_msg_timer {
	__le64 left;
	__le64 interval;
};

static_assert(sizeof(struct weft_msg_timer) == 16);

/* The kernel takes no clock beyond the half of what fits into 63 bits. */
#define WEFT_CLOCK_MAX		0x3fffffffffffffffULL

/**
 * struct weft_msg_clocks - clocks of a process, in nanoseconds
 * @monotonic: CLOCK_MONOTONIC as it sees it, up to WEFT_CLOCK_MAX
 * @boottime:  CLOCK_BOOTTIME, likewise
 */
struct weft_msg_clocks {
	__le64 monotonic;
	__le64 boottime;
};

static_assert(sizeof(struct weft_msg_clocks) == 16);

/* See sched_setscheduler(2). SCHED_DEADLINE, which is 6, does not move. */
#define WEFT_POLICY_OTHER	0U
#define WEFT_POLICY_FIFO	1U
#define WEFT_POLICY_RR		2U
#define WEFT_POLICY_BATCH	3U
#define WEFT_POLICY_IDLE	5U

#define WEFT_PRIORITY_MAX	99U	/* of the second and the third */
#define WEFT_NICE_MIN		(-20)
#define WEFT_NICE_MAX		19
#define WEFT_OOM_SCORE_MAX	1000	/* and as far below 0 */
#define WEFT_UMASK_ALL		0777U
#define WEFT_DUMPABLE_MAX	2U

/* Processors that a process can be bound to. */
#define WEFT_AFFINITY_WORDS	16

/**
 * enum weft_identity_flag - what else is to be known
 * @WEFT_IDENTITY_NO_NEW_PRIVS:  see PR_SET_NO_NEW_PRIVS
 * @WEFT_IDENTITY_RESET_ON_FORK: its children get no policy of their own
 * @WEFT_IDENTITY_ALL:           all of these
 */
enum weft_identity_flag {
	WEFT_IDENTITY_NO_NEW_PRIVS	= 1 << 0,
	WEFT_IDENTITY_RESET_ON_FORK	= 1 << 1,
	WEFT_IDENTITY_ALL		= (1 << 2) - 1,
};

/**
 * struct weft_msg_identity - who a process is
 * @capabilities: by enum weft_capability_set, bits of WEFT_CAPABILITIES_ALL. What is
 *                effective is permitted; what is ambient is permitted and inheritable
 * @limits:       by number of the resource
 * @timers:       that are set
 * @clocks:       when it was stopped
 * @coarse:       CLOCK_MONOTONIC_COARSE then, as it sees it, in nanoseconds, up to
 *                WEFT_CLOCK_MAX
 * @timer_slack:  in nanoseconds
 * @affinity:     processors that it is bound to: number N is bit N % 64 of word
 *                N / 64; all zero if it is bound to none
 * @uids:         by enum weft_id, in the initial user namespace, none of them
 *                WEFT_ID_NONE
 * @gids:         likewise
 * @groups:       the supplementary ones, of which there are @group_count, sorted;
 *                then zeros
 * @group_count:  0 to WEFT_GROUPS_MAX
 * @securebits:   of WEFT_SECUREBITS_ALL
 * @personality:  see personality(2); not 0xffffffff
 * @umask:        of WEFT_UMASK_ALL
 * @policy:       WEFT_POLICY_*
 * @priority:     1 to WEFT_PRIORITY_MAX with WEFT_POLICY_FIFO and WEFT_POLICY_RR,
 *                else 0
 * @nice:         WEFT_NICE_MIN to WEFT_NICE_MAX, signed
 * @oom_score:    what is added to its score when memory runs out: up to
 *                WEFT_OOM_SCORE_MAX, signed
 * @dumpable:     see PR_SET_DUMPABLE; up to WEFT_DUMPABLE_MAX
 * @flags:        enum weft_identity_flag
 */
struct weft_msg_identity {
	__le64 capabilities[WEFT_CAP_NR];
	struct weft_msg_limit limits[WEFT_LIMITS];
	struct weft_msg_timer timers[WEFT_INTERVAL_TIMERS];
	struct weft_msg_clocks clocks;
	__le64 coarse;
	__le64 timer_slack;
	__le64 affinity[WEFT_AFFINITY_WORDS];
	__le32 uids[WEFT_ID_NR];
	__le32 gids[WEFT_ID_NR];
	__le32 groups[WEFT_GROUPS_MAX];
	__le32 group_count;
	__le32 securebits;
	__le32 personality;
	__le32 umask;
	__le32 policy;
	__le32 priority;
	__le32 nice;
	__le32 oom_score;
	__le32 dumpable;
	__le32 flags;
};

static_assert(sizeof(struct weft_msg_identity) == 832);

/* check_identity.c: pure */
bool weft_clocks_are_possible(const struct weft_msg_clocks *clocks);
bool weft_identity_is_possible(const struct weft_msg_identity *identity);

#endif /* _WEFT_PROTO_MSG_IDENTITY_H */
