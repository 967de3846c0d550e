// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every event in every state, against a table written out again.
 */
#include "transport/lane_state.h"

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#define DOWN		WEFT_LANE_DOWN
#define RESUMING	WEFT_LANE_RESUMING
#define UP		WEFT_LANE_UP
#define CLOSED		WEFT_LANE_CLOSED
#define ATTACH		WEFT_LANE_EV_ATTACH
#define RESUMED		WEFT_LANE_EV_RESUMED
#define LOST		WEFT_LANE_EV_LOST
#define LEAVE		WEFT_LANE_EV_LEAVE
#define JOIN		WEFT_LANE_EV_JOIN

static const struct {
	int state;
	int event;
	int next;
} steps[] = {
	{ DOWN,	    ATTACH, RESUMING },	{ DOWN,	    RESUMED, -EPROTO },
	{ DOWN,	    LOST,   DOWN },	{ DOWN,	    LEAVE,   CLOSED },
	{ DOWN,	    JOIN,   DOWN },
	{ RESUMING, ATTACH, RESUMING },	{ RESUMING, RESUMED, UP },
	{ RESUMING, LOST,   DOWN },	{ RESUMING, LEAVE,   CLOSED },
	{ RESUMING, JOIN,   RESUMING },
	{ UP,	    ATTACH, RESUMING },	{ UP,	    RESUMED, -EPROTO },
	{ UP,	    LOST,   DOWN },	{ UP,	    LEAVE,   CLOSED },
	{ UP,	    JOIN,   UP },
	{ CLOSED,   ATTACH, -EPROTO },	{ CLOSED,   RESUMED, -EPROTO },
	{ CLOSED,   LOST,   -EPROTO },	{ CLOSED,   LEAVE,   CLOSED },
	{ CLOSED,   JOIN,   DOWN },
};

static void every_event_leads_where_the_table_says(struct kunit *test)
{
	unsigned int seen = 0;
	int i;

	KUNIT_ASSERT_EQ(test, ARRAY_SIZE(steps),
			WEFT_LANE_NR_STATES * WEFT_LANE_NR_EVENTS);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		KUNIT_EXPECT_EQ_MSG(test, steps[i].next,
				    weft_lane_state_next(steps[i].state, steps[i].event),
				    "state %d event %d", steps[i].state, steps[i].event);
		seen |= 1U << (steps[i].state * WEFT_LANE_NR_EVENTS + steps[i].event);
	}
	KUNIT_EXPECT_EQ(test, (1U << ARRAY_SIZE(steps)) - 1, seen);
}

static void lane_comes_up_only_from_resuming(struct kunit *test)
{
	int state, event;

	for (state = 0; state < WEFT_LANE_NR_STATES; state++)
		for (event = 0; event < WEFT_LANE_NR_EVENTS; event++)
			if (state != UP && weft_lane_state_next(state, event) == UP)
				KUNIT_EXPECT_TRUE(test, state == RESUMING &&
						  event == RESUMED);
}

static void closed_lane_opens_only_for_a_member(struct kunit *test)
{
	int event;

	for (event = 0; event < WEFT_LANE_NR_EVENTS; event++)
		if (event != JOIN)
			KUNIT_EXPECT_TRUE(test, weft_lane_state_next(CLOSED, event) < 0 ||
					  weft_lane_state_next(CLOSED, event) == CLOSED);
}

static void leaving_closes_from_every_state(struct kunit *test)
{
	int state;

	for (state = 0; state < WEFT_LANE_NR_STATES; state++)
		KUNIT_EXPECT_EQ(test, CLOSED, weft_lane_state_next(state, LEAVE));
}

static void what_is_no_state_and_no_event_leads_nowhere(struct kunit *test)
{
	static const int strange_states[] = { -1, INT_MIN, WEFT_LANE_NR_STATES, INT_MAX };
	static const int strange_events[] = { -1, INT_MIN, WEFT_LANE_NR_EVENTS, INT_MAX };
	int i, j;

	for (i = 0; i < ARRAY_SIZE(strange_states); i++) {
		for (j = 0; j < WEFT_LANE_NR_EVENTS; j++)
			KUNIT_EXPECT_EQ(test, -EPROTO,
					weft_lane_state_next(strange_states[i], j));
		for (j = 0; j < WEFT_LANE_NR_STATES; j++)
			KUNIT_EXPECT_EQ(test, -EPROTO,
					weft_lane_state_next(j, strange_events[i]));
		KUNIT_EXPECT_EQ(test, -EPROTO,
				weft_lane_state_next(strange_states[i], strange_events[i]));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_event_leads_where_the_table_says),
	KUNIT_CASE(lane_comes_up_only_from_resuming),
	KUNIT_CASE(closed_lane_opens_only_for_a_member),
	KUNIT_CASE(leaving_closes_from_every_state),
	KUNIT_CASE(what_is_no_state_and_no_event_leads_nowhere),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_lane_state",
	.test_cases = cases,
};

kunit_test_suites(&suite);
