/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes that were moved, put together from what their two nodes tell. Pure
 * but for memory.
 */
#ifndef WEFT_HALVES_H
#define WEFT_HALVES_H

#include "weft.h"

/**
 * struct halves - what nodes have told
 * @halves: in any order; released with halves_free()
 * @count:  how many
 * @room:   for how many there is room
 *
 * All zero: nothing has been told.
 */
struct halves {
	struct weft_process *halves;
	size_t count;
	size_t room;
};

/**
 * struct whole - a process, as far as it is known
 * @any:   a half of it: what both halves know
 * @home:  the half that home tells, or NULL
 * @there: the half that the other node tells, or NULL
 */
struct whole {
	const struct weft_process *any;
	const struct weft_process *home;
	const struct weft_process *there;
};

int halves_add(struct halves *halves, const struct weft_process *half);
void halves_sort(struct halves *halves);
size_t halves_next(const struct halves *halves, size_t at, struct whole *whole);
void halves_free(struct halves *halves);

enum weft_process_state whole_state(const struct whole *whole);
uint64_t whole_age_ms(const struct whole *whole);

#endif /* WEFT_HALVES_H */
