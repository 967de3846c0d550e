/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which halves of processes are told next, and what is said of how far they are:
 * the decisions of a list, inside migrate. Pure.
 */
#ifndef _WEFT_MIGRATE_CHOICE_H
#define _WEFT_MIGRATE_CHOICE_H

#include "migrate/body.h"
#include "migrate/deputy.h"
#include "proto/msg_processes.h"

/**
 * struct weft_half - one half of a process, as a list knows it
 * @process: its serial number
 * @home:    its home
 * @deputy:  the half at home, or NULL
 * @body:    the other one, or NULL
 */
struct weft_half {
	u64 process;
	u32 home;
	struct weft_deputy *deputy;
	struct weft_body *body;
};

/**
 * struct weft_choice - the first halves behind a place, in order
 * @process: behind which serial number
 * @home:    of which home; 0: any
 * @room:    how many there may be: 1 to WEFT_PROCESSES_MAX
 * @count:   how many there are; 0 at first
 * @is_more: some others come behind them; false at first
 * @halves:  the halves, by home and serial number
 */
struct weft_choice {
	u64 process;
	u32 home;
	u32 room;
	u32 count;
	bool is_more;
	struct weft_half halves[WEFT_PROCESSES_MAX];
};

/* choice.c */
void weft_choice_offer(struct weft_choice *choice, const struct weft_half *half);
int weft_choice_home_state(enum weft_deputy_state state);
int weft_choice_body_state(enum weft_body_state state);

#endif /* _WEFT_MIGRATE_CHOICE_H */
