/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who a process is and what time it is for it, inside migrate: written down at
 * home, and made true where it goes. All of it happens in the task itself.
 */
#ifndef _WEFT_MIGRATE_IDENTITY_H
#define _WEFT_MIGRATE_IDENTITY_H

#include "proto/msg_identity.h"

#include <linux/sched.h>
#include <linux/types.h>

struct weft_body;
struct weft_body_identity;

/**
 * struct weft_clock_offsets - how far clocks of home are from those of this kernel
 * @monotonic: nanoseconds to be added to CLOCK_MONOTONIC
 * @boottime:  likewise, of CLOCK_BOOTTIME
 */
struct weft_clock_offsets {
	s64 monotonic;
	s64 boottime;
};

/**
 * struct weft_timers - the interval timers of a process
 * @left:     nanoseconds until each expires; 0: it is not set
 * @interval: nanoseconds from then on; 0: once
 */
struct weft_timers {
	u64 left[WEFT_INTERVAL_TIMERS];
	u64 interval[WEFT_INTERVAL_TIMERS];
};

/* identity.c */
int weft_identity_put(struct weft_msg_identity *identity);
const char *weft_identity_difference(const struct weft_msg_identity *identity);
int weft_identity_take_thread(const struct weft_msg_identity *identity);
int weft_identity_take(const struct weft_msg_identity *identity);

/* clocks.c */
void weft_clocks_put(struct weft_msg_clocks *clocks, struct task_struct *task);
void weft_clocks_compare(const struct weft_msg_clocks *clocks,
			 struct weft_clock_offsets *offsets);
void weft_clocks_note(struct weft_msg_identity *identity);
int weft_clocks_await(const struct weft_msg_identity *identity);
u64 weft_clocks_elapsed(const struct weft_msg_identity *identity);

/* timers.c */
void weft_timers_take(struct weft_timers *timers);
void weft_timers_put(struct weft_msg_timer *message,
		     const struct weft_timers *timers);
void weft_timers_give(const struct weft_timers *timers);
void weft_timers_drop(void);

/* tell.c */
long weft_body_tell(struct weft_body *body, unsigned int command, void __user *to);

#endif /* _WEFT_MIGRATE_IDENTITY_H */
