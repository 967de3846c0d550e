// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a duration is counted, and which of two logical times wins.
 */
#include "core/core.h"

#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/slab.h>

static void bucket_begins_at_a_power_of_two(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, 0u, weft_histogram_bucket(0));
	KUNIT_EXPECT_EQ(test, 0u, weft_histogram_bucket(1));
	for (i = 1; i < WEFT_HISTOGRAM_BUCKETS; i++) {
		KUNIT_EXPECT_EQ(test, i, weft_histogram_bucket(BIT_ULL(i)));
		KUNIT_EXPECT_EQ(test, i - 1,
				weft_histogram_bucket(BIT_ULL(i) - 1));
	}
}

static void last_bucket_takes_all_that_is_longer(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 35u, weft_histogram_bucket(BIT_ULL(36)));
	KUNIT_EXPECT_EQ(test, 35u, weft_histogram_bucket(U64_MAX));
}

static void logical_time_never_goes_back(struct kunit *test)
{
	struct weft_net *weft = kunit_kzalloc(test, sizeof(*weft), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, weft);
	KUNIT_EXPECT_EQ(test, 1ull, weft_lamport_tick(weft));
	KUNIT_EXPECT_EQ(test, 2ull, weft_lamport_tick(weft));
	weft_lamport_witness(weft, 1);
	KUNIT_EXPECT_EQ(test, 3ull, weft_lamport_tick(weft));
	weft_lamport_witness(weft, 100);
	KUNIT_EXPECT_EQ(test, 101ull, weft_lamport_tick(weft));
	weft_lamport_witness(weft, S64_MAX - 1);
	KUNIT_EXPECT_EQ(test, (u64)S64_MAX, weft_lamport_tick(weft));
	KUNIT_EXPECT_EQ(test, (u64)S64_MAX, weft_lamport_tick(weft));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bucket_begins_at_a_power_of_two),
	KUNIT_CASE(last_bucket_takes_all_that_is_longer),
	KUNIT_CASE(logical_time_never_goes_back),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_stats",
	.test_cases = cases,
};

kunit_test_suites(&suite);
