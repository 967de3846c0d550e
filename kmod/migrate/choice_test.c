// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which halves are chosen: every order of five, from every place, into every
 * room; and what is said of each state.
 */
#include "migrate/choice.h"

#include <kunit/test.h>
#include <linux/string.h>

#define HALVES	5

/* In their order. */
static const struct weft_half halves[HALVES] = {
	{ .home = 1, .process = 9 },
	{ .home = 2, .process = 1 },
	{ .home = 2, .process = 1ULL << 32 },
	{ .home = 3, .process = 1 },
	{ .home = 64, .process = U64_MAX },
};

/* The places between them: at the start, and behind each. */
static void set_place(struct weft_choice *choice, int place)
{
	choice->home = place ? halves[place - 1].home : 0;
	choice->process = place ? halves[place - 1].process : 0;
}

static bool is_chosen(const struct weft_choice *choice, int place)
{
	u32 wanted = min_t(u32, HALVES - place, choice->room), i;

	if (choice->count != wanted ||
	    choice->is_more != (HALVES - place > choice->room))
		return false;
	for (i = 0; i < wanted; i++)
		if (choice->halves[i].home != halves[place + i].home ||
		    choice->halves[i].process != halves[place + i].process)
			return false;
	/* nothing is written behind the room */
	return !choice->halves[choice->room].home;
}

/* The order with a number below 5! */
static void offer_in_order(struct weft_choice *choice, int order)
{
	int left[HALVES] = { 0, 1, 2, 3, 4 };
	int rest, at;

	for (rest = HALVES; rest; rest--) {
		at = order % rest;
		order /= rest;
		weft_choice_offer(choice, &halves[left[at]]);
		memmove(&left[at], &left[at + 1], (rest - 1 - at) * sizeof(int));
	}
}

static void first_halves_are_chosen_in_any_order(struct kunit *test)
{
	struct weft_choice *choice;
	int order, place, room;

	choice = kunit_kzalloc(test, sizeof(*choice), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, choice);
	for (order = 0; order < 120; order++)
		for (place = 0; place <= HALVES; place++)
			for (room = 1; room <= HALVES + 1; room++) {
				memset(choice, 0, sizeof(*choice));
				choice->room = room;
				set_place(choice, place);
				offer_in_order(choice, order);
				if (!is_chosen(choice, place))
					KUNIT_FAIL(test, "order %d, place %d, room %d",
						   order, place, room);
			}
}

static void largest_room_is_filled_and_not_more(struct kunit *test)
{
	struct weft_half half = { .home = 1 };
	struct {
		struct weft_choice choice;
		u64 behind;
	} *room;

	room = kunit_kzalloc(test, sizeof(*room), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, room);
	room->choice.room = WEFT_PROCESSES_MAX;
	for (half.process = 200; half.process; half.process--)
		weft_choice_offer(&room->choice, &half);
	KUNIT_EXPECT_EQ(test, 64U, room->choice.count);
	KUNIT_EXPECT_TRUE(test, room->choice.is_more);
	KUNIT_EXPECT_EQ(test, 1ULL, room->choice.halves[0].process);
	KUNIT_EXPECT_EQ(test, 64ULL, room->choice.halves[63].process);
	KUNIT_EXPECT_EQ(test, 0ULL, room->behind);
}

static void each_half_has_its_states(struct kunit *test)
{
	static const int at_home[] = {
		WEFT_PROCESS_PREPARING, WEFT_PROCESS_LEAVING, WEFT_PROCESS_AWAY, -1, -1,
	};
	static const int there[] = {
		WEFT_PROCESS_ARRIVING, WEFT_PROCESS_ARRIVING, WEFT_PROCESS_ARRIVING,
		WEFT_PROCESS_ARRIVING, WEFT_PROCESS_RUNNING, -1,
	};
	int state;

	for (state = 0; state < ARRAY_SIZE(at_home); state++)
		KUNIT_EXPECT_EQ_MSG(test, at_home[state], weft_choice_home_state(state),
				    "state %d", state);
	for (state = 0; state < ARRAY_SIZE(there); state++)
		KUNIT_EXPECT_EQ_MSG(test, there[state], weft_choice_body_state(state),
				    "state %d", state);
	/* who tells what is agreed on with the check of the message */
	for (state = 0; state < ARRAY_SIZE(at_home) - 2; state++)
		KUNIT_EXPECT_TRUE(test, weft_process_state_is_home(at_home[state]));
	for (state = 0; state < ARRAY_SIZE(there) - 1; state++)
		KUNIT_EXPECT_FALSE(test, weft_process_state_is_home(there[state]));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(first_halves_are_chosen_in_any_order),
	KUNIT_CASE(largest_room_is_filled_and_not_more),
	KUNIT_CASE(each_half_has_its_states),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_migrate_choice",
	.test_cases = cases,
};

kunit_test_suites(&suite);
