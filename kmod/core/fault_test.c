// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of orders for fault points.
 */
#include "core/fault.h"

#include <kunit/test.h>
#include <linux/string.h>

static void expect_order(struct kunit *test, const char *text,
			 struct weft_fault_order wanted)
{
	struct weft_fault_order order;
	const char *refusal = weft_fault_parse(text, &order);

	KUNIT_EXPECT_PTR_EQ_MSG(test, refusal, (const char *)NULL, "'%s': %s", text,
				refusal ?: "");
	if (refusal)
		return;
	KUNIT_EXPECT_EQ(test, (int)wanted.point, (int)order.point);
	KUNIT_EXPECT_EQ(test, (int)wanted.action, (int)order.action);
	KUNIT_EXPECT_EQ(test, wanted.argument, order.argument);
	KUNIT_EXPECT_EQ(test, wanted.times, order.times);
}

static void every_point_takes_what_it_can(struct kunit *test)
{
	char text[WEFT_FAULT_ORDER_LEN];
	struct weft_fault_order order;
	unsigned int i;

	for (i = 0; i < WEFT_FAULT_COUNT; i++) {
		KUNIT_ASSERT_NOT_NULL(test, weft_fault_name(i));
		snprintf(text, sizeof(text), "%s off", weft_fault_name(i));
		expect_order(test, text, (struct weft_fault_order){ .point = i });
		snprintf(text, sizeof(text), "%s kill times=3\n", weft_fault_name(i));
		expect_order(test, text, (struct weft_fault_order){
			.point = i, .action = WEFT_FAULT_KILL, .times = 3 });
		snprintf(text, sizeof(text), "%s error=12", weft_fault_name(i));
		KUNIT_EXPECT_EQ(test, weft_fault_can_fail(i),
				!weft_fault_parse(text, &order));
	}
	KUNIT_EXPECT_STREQ(test, "?", weft_fault_name(WEFT_FAULT_COUNT));
	KUNIT_EXPECT_FALSE(test, weft_fault_can_fail(WEFT_FAULT_COUNT));
}

static void limits_are_part_of_what_is_allowed(struct kunit *test)
{
	expect_order(test, "body-ready error=1", (struct weft_fault_order){
		.point = WEFT_FAULT_BODY_READY, .action = WEFT_FAULT_ERROR,
		.argument = 1, .times = 1 });
	expect_order(test, "  body-ready\terror=133  times=1000000\n",
		     (struct weft_fault_order){
			.point = WEFT_FAULT_BODY_READY, .action = WEFT_FAULT_ERROR,
			.argument = 133, .times = 1000000 });
	expect_order(test, "deputy-made delay=60000", (struct weft_fault_order){
		.point = WEFT_FAULT_DEPUTY_MADE, .action = WEFT_FAULT_DELAY,
		.argument = 60000, .times = 1 });
}

static void what_is_wrong_has_a_sentence(struct kunit *test)
{
	static const char * const wrong[] = {
		"", "\n", " ", "nowhere off", "body-ready", "body-ready ",
		"body-ready nothing", "body-ready off times=1", "body-ready off=1",
		"body-ready kill=1", "body-ready kill times", "body-ready kill times=",
		"body-ready kill times=0", "body-ready kill times=1000001",
		"body-ready kill times=-1", "body-ready kill twice",
		"body-ready kill times=1 more", "body-ready error",
		"body-ready error=", "body-ready error=0", "body-ready error=134",
		"body-ready error=99999999999", "body-ready error=-5",
		"body-ready delay=0", "body-ready delay=60001", "body-ready delay=1s",
		"body-ready=1 kill", "BODY-READY kill", "body-readykill",
		"body-ready off                                                   ",
	};
	struct weft_fault_order order;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_NOT_NULL_MSG(test, weft_fault_parse(wrong[i], &order),
					  "'%s'", wrong[i]);
}

static void what_is_printed_is_understood(struct kunit *test)
{
	struct weft_fault fault = { .hits = 2 };
	struct weft_fault_order order;
	char text[WEFT_FAULT_ORDER_LEN];

	KUNIT_EXPECT_LT(test, weft_fault_print(text, sizeof(text), &fault),
			(int)sizeof(text));
	KUNIT_EXPECT_STREQ(test, "depart-asked off hits=2", text);
	fault.order = (struct weft_fault_order){
		.point = WEFT_FAULT_DEPART_CAPTURED, .action = WEFT_FAULT_DELAY,
		.argument = 60000, .times = 1000000 };
	fault.hits = 4294967295U;
	KUNIT_EXPECT_LT(test, weft_fault_print(text, sizeof(text), &fault),
			(int)sizeof(text));
	*strstr(text, " hits") = '\0';
	KUNIT_EXPECT_NULL(test, weft_fault_parse(text, &order));
	KUNIT_EXPECT_EQ(test, 1000000U, order.times);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_point_takes_what_it_can),
	KUNIT_CASE(limits_are_part_of_what_is_allowed),
	KUNIT_CASE(what_is_wrong_has_a_sentence),
	KUNIT_CASE(what_is_printed_is_understood),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_fault",
	.test_cases = cases,
};

kunit_test_suites(&suite);
