// SPDX-License-Identifier: GPL-2.0-or-later
/* What two nodes tell of a process, put together: every pair of states. */
#include "halves.h"
#include "ktap.h"

#include <string.h>

/* Told by home, or by node, as the state says. */
static struct weft_process half(uint32_t home, uint32_t node, uint64_t serial,
				enum weft_process_state state)
{
	return (struct weft_process){
		.sz = sizeof(struct weft_process), .home = home, .node = node,
		.serial = serial, .pid = 100 + (uint32_t)serial, .state = state,
		.age_ms = 1000 * (1 + (uint64_t)state),
	};
}

static void two_halves_are_one_process(struct ktap *test)
{
	enum weft_process_state home, there, wanted;
	struct whole whole;

	for (home = WEFT_PROCESS_PREPARING; home <= WEFT_PROCESS_AWAY; home++) {
		for (there = WEFT_PROCESS_ARRIVING; there <= WEFT_PROCESS_RUNNING;
		     there++) {
			const struct weft_process one = half(1, 2, 7, home);
			const struct weft_process other = half(1, 2, 7, there);
			struct halves halves = { 0 };

			/* in the order in which they are not wanted */
			halves_add(&halves, &other);
			halves_add(&halves, &one);
			halves_sort(&halves);
			EXPECT_EQ(test, 2, halves_next(&halves, 0, &whole));
			EXPECT_EQ(test, home, whole.home->state);
			EXPECT_EQ(test, there, whole.there->state);
			wanted = there == WEFT_PROCESS_RUNNING ? there : home;
			EXPECT_EQ(test, wanted, whole_state(&whole));
			EXPECT_EQ(test, 1000 * (1 + (int)wanted),
				  whole_age_ms(&whole));
			halves_free(&halves);
		}
	}
}

static void half_alone_tells_what_it_knows(struct ktap *test)
{
	enum weft_process_state state;
	struct whole whole;

	for (state = 0; state < WEFT_PROCESS_NR_STATES; state++) {
		const struct weft_process only = half(1, 2, 7, state);
		struct halves halves = { 0 };

		halves_add(&halves, &only);
		halves_sort(&halves);
		EXPECT_EQ(test, 1, halves_next(&halves, 0, &whole));
		EXPECT_EQ(test, state <= WEFT_PROCESS_AWAY, !!whole.home);
		EXPECT_EQ(test, state > WEFT_PROCESS_AWAY, !!whole.there);
		EXPECT_EQ(test, state, whole_state(&whole));
		EXPECT_EQ(test, 1000 * (1 + (int)state), whole_age_ms(&whole));
		halves_free(&halves);
	}
}

/* Other home, other number, other node: one of them alone makes another process. */
static void halves_of_others_are_not_joined(struct ktap *test)
{
	static const struct { uint32_t home, node; uint64_t serial; } others[] = {
		{ 3, 2, 7 }, { 1, 3, 7 }, { 1, 2, 8 },
	};
	struct whole whole;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct weft_process one = half(1, 2, 7, WEFT_PROCESS_AWAY);
		const struct weft_process other =
			half(others[i].home, others[i].node, others[i].serial,
			     WEFT_PROCESS_RUNNING);
		struct halves halves = { 0 };

		halves_add(&halves, &one);
		halves_add(&halves, &other);
		halves_sort(&halves);
		EXPECT_EQ(test, 1, halves_next(&halves, 0, &whole));
		EXPECT_EQ(test, true, whole.home && !whole.there);
		EXPECT_EQ(test, 2, halves_next(&halves, 1, &whole));
		EXPECT_EQ(test, true, !whole.home && whole.there);
		halves_free(&halves);
	}
}

static void two_of_the_same_side_stay_two(struct ktap *test)
{
	const struct weft_process one = half(1, 2, 7, WEFT_PROCESS_AWAY);
	struct halves halves = { 0 };
	struct whole whole;

	halves_add(&halves, &one);
	halves_add(&halves, &one);
	halves_sort(&halves);
	EXPECT_EQ(test, 1, halves_next(&halves, 0, &whole));
	halves_free(&halves);
}

static void many_are_told_by_home_and_number(struct ktap *test)
{
	struct halves halves = { 0 };
	struct whole whole;
	size_t at = 0, count = 0;
	uint32_t last = 0;
	uint64_t i;

	for (i = 1000; i; i--) {
		struct weft_process one = half(1 + i % 2, 5, i, WEFT_PROCESS_AWAY);

		EXPECT_EQ(test, 0, halves_add(&halves, &one));
		one.state = WEFT_PROCESS_RUNNING;
		EXPECT_EQ(test, 0, halves_add(&halves, &one));
	}
	halves_sort(&halves);
	while (at < halves.count) {
		at = halves_next(&halves, at, &whole);
		EXPECT_EQ(test, true, whole.home && whole.there);
		EXPECT_EQ(test, true, whole.any->home * 10000 + whole.any->pid > last);
		last = whole.any->home * 10000 + whole.any->pid;
		count++;
	}
	EXPECT_EQ(test, 1000, count);
	halves_free(&halves);
	halves_sort(&halves);
	EXPECT_EQ(test, 0, halves.count);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(two_halves_are_one_process),
	KTAP_CASE(half_alone_tells_what_it_knows),
	KTAP_CASE(halves_of_others_are_not_joined),
	KTAP_CASE(two_of_the_same_side_stay_two),
	KTAP_CASE(many_are_told_by_home_and_number),
};

KTAP_MAIN(cases)
