// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that were moved, put together from what their two nodes tell. The two
 * are asked one after the other, so what they say can be of two moments.
 */
#include "halves.h"

#include <errno.h>
#include <stdlib.h>

static bool is_home(const struct weft_process *half)
{
	return half->state <= WEFT_PROCESS_AWAY;
}

/**
 * halves_add() - take what a node tells
 * @halves: where to
 * @half:   the half, which is copied
 *
 * Return: 0 or -ENOMEM.
 */
int halves_add(struct halves *halves, const struct weft_process *half)
{
	size_t room = halves->room ? 2 * halves->room : 16;
	struct weft_process *larger;

	if (halves->count == halves->room) {
		larger = realloc(halves->halves, room * sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		halves->halves = larger;
		halves->room = room;
	}
	halves->halves[halves->count++] = *half;
	return 0;
}

/**
 * halves_free() - forget what was told
 * @halves: all of it
 */
void halves_free(struct halves *halves)
{
	free(halves->halves);
	*halves = (struct halves){ 0 };
}

static int order(uint64_t one, uint64_t other)
{
	return (one > other) - (one < other);
}

/* By home and pid, as people look for it; the half at home comes first. */
static int compare(const void *left, const void *right)
{
	const struct weft_process *one = left, *other = right;
	int result = order(one->home, other->home);

	if (!result)
		result = order(one->pid, other->pid);
	if (!result)
		result = order(one->serial, other->serial);
	if (!result)
		result = order(one->node, other->node);
	return result ? result : is_home(other) - is_home(one);
}

/**
 * halves_sort() - put the two halves of each process side by side
 * @halves: all of them
 */
void halves_sort(struct halves *halves)
{
	if (halves->count)
		qsort(halves->halves, halves->count, sizeof(*halves->halves),
		      compare);
}

/* The node belongs to it: a process may be on its way to another one already. */
static bool are_one(const struct weft_process *one, const struct weft_process *other)
{
	return one->home == other->home && one->serial == other->serial &&
	       one->node == other->node && is_home(one) && !is_home(other);
}

/**
 * halves_next() - put a process together
 * @halves: sorted
 * @at:     where it begins; below the count
 * @whole:  the result; it points into @halves
 *
 * Return: where the next one begins.
 */
size_t halves_next(const struct halves *halves, size_t at, struct whole *whole)
{
	const struct weft_process *half = &halves->halves[at];

	*whole = (struct whole){ .any = half };
	if (!is_home(half)) {
		whole->there = half;
		return at + 1;
	}
	whole->home = half;
	if (at + 1 == halves->count || !are_one(half, half + 1))
		return at + 1;
	whole->there = half + 1;
	return at + 2;
}

/**
 * whole_state() - how far a process is
 * @whole: the process
 *
 * Once it runs there it does not matter that home has not heard of it yet. Before,
 * home decides.
 *
 * Return: its state.
 */
enum weft_process_state whole_state(const struct whole *whole)
{
	if (whole->there && whole->there->state == WEFT_PROCESS_RUNNING)
		return WEFT_PROCESS_RUNNING;
	return whole->home ? whole->home->state : whole->there->state;
}

/**
 * whole_age_ms() - since when is it like that?
 * @whole: the process
 *
 * Return: milliseconds, by whoever tells the state.
 */
uint64_t whole_age_ms(const struct whole *whole)
{
	if (whole->there && (!whole->home || whole_state(whole) == WEFT_PROCESS_RUNNING))
		return whole->there->age_ms;
	return whole->home->age_ms;
}
