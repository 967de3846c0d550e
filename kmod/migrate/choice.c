// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which halves of processes are told next, and what is said of how far they are.
 * Pure: no state, no locks, no side effects.
 */
#include "migrate/choice.h"

#include <linux/kernel.h>

/* A half of which nothing is told any more. */
#define UNTOLD	(-1)

static bool is_behind(const struct weft_half *half, u32 home, u64 process)
{
	return half->home > home || (half->home == home && half->process > process);
}

/**
 * weft_choice_offer() - take a half, if it is one of the first
 * @choice: those that were taken so far
 * @half:   the half; no other one with its home and serial number is offered
 *
 * Halves may be offered in any order: the choice is the same.
 */
void weft_choice_offer(struct weft_choice *choice, const struct weft_half *half)
{
	u32 at = choice->count;

	if (!is_behind(half, choice->home, choice->process))
		return;
	while (at && !is_behind(half, choice->halves[at - 1].home,
				choice->halves[at - 1].process))
		at--;
	if (choice->count == choice->room)
		choice->is_more = true;
	else
		choice->count++;
	if (at == choice->room)
		return;
	memmove(&choice->halves[at + 1], &choice->halves[at],
		(choice->count - 1 - at) * sizeof(*half));
	choice->halves[at] = *half;
}

/**
 * weft_choice_home_state() - what home says of a process
 * @state: of its deputy
 *
 * Return: enum weft_process_state, or -1 if it is a process like any other, or
 * none any more.
 */
int weft_choice_home_state(enum weft_deputy_state state)
{
	switch (state) {
	case WEFT_DEPUTY_ASKED:
		return WEFT_PROCESS_PREPARING;
	case WEFT_DEPUTY_LEAVING:
		return WEFT_PROCESS_LEAVING;
	case WEFT_DEPUTY_AWAY:
		return WEFT_PROCESS_AWAY;
	default:
		return UNTOLD;
	}
}

/**
 * weft_choice_body_state() - what is said of a process where it runs
 * @state: of its body
 *
 * Return: enum weft_process_state, or -1 if it is none any more.
 */
int weft_choice_body_state(enum weft_body_state state)
{
	switch (state) {
	case WEFT_BODY_WANTED:
	case WEFT_BODY_OPEN:
	case WEFT_BODY_WAITING:
	case WEFT_BODY_ARRIVED:
		return WEFT_PROCESS_ARRIVING;
	case WEFT_BODY_RUNNING:
		return WEFT_PROCESS_RUNNING;
	default:
		return UNTOLD;
	}
}
