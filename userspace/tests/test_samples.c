// SPDX-License-Identifier: GPL-2.0-or-later
/* Median, p99, rate and fairness, as every benchmark of weft defines them. */
#include "ktap.h"
#include "samples.h"

#include <math.h>
#include <stdlib.h>

static void fill(struct samples *samples, const uint64_t *ns, size_t count)
{
	size_t i;

	memset(samples, 0, sizeof(*samples));
	if (!samples_reserve(samples, count, count))
		abort();
	for (i = 0; i < count; i++)
		samples_add(samples, ns[i]);
}

static struct summary sum_up(const uint64_t *ns, size_t count)
{
	struct samples samples;
	struct summary summary;

	fill(&samples, ns, count);
	samples_sum_up(&samples, &summary);
	samples_free(&samples);
	return summary;
}

static void nothing_is_summed_up_as_nothing(struct ktap *test)
{
	struct samples samples = { 0 };
	struct summary summary;

	samples_sum_up(&samples, &summary);
	EXPECT_EQ(test, 0, summary.count);
	EXPECT_EQ(test, 0, summary.median_ns);
}

static void one_sample_is_everything(struct ktap *test)
{
	const uint64_t ns[] = { 7 };
	struct summary summary = sum_up(ns, 1);

	EXPECT_EQ(test, 1, summary.count);
	EXPECT_EQ(test, 7, summary.median_ns);
	EXPECT_EQ(test, 7, summary.p99_ns);
	EXPECT_EQ(test, 7, summary.min_ns);
	EXPECT_EQ(test, 7, summary.max_ns);
}

static void median_is_in_the_middle(struct ktap *test)
{
	const uint64_t odd[] = { 9, 1, 5 };
	const uint64_t even[] = { 9, 1, 4, 6 };
	const uint64_t huge[] = { UINT64_MAX, UINT64_MAX };

	EXPECT_EQ(test, 5, sum_up(odd, 3).median_ns);
	EXPECT_EQ(test, 5, sum_up(even, 4).median_ns);
	EXPECT(test, sum_up(huge, 2).median_ns == UINT64_MAX);
	EXPECT_EQ(test, 1, sum_up(even, 4).min_ns);
	EXPECT_EQ(test, 9, sum_up(even, 4).max_ns);
}

static void p99_is_the_nearest_rank(struct ktap *test)
{
	uint64_t ns[201];
	uint32_t i;

	for (i = 0; i < 201; i++)
		ns[i] = 201 - i;
	EXPECT_EQ(test, 99, sum_up(ns + 102, 99).p99_ns);
	EXPECT_EQ(test, 99, sum_up(ns + 101, 100).p99_ns);
	EXPECT_EQ(test, 100, sum_up(ns + 100, 101).p99_ns);
	EXPECT_EQ(test, 198, sum_up(ns + 1, 200).p99_ns);
	EXPECT_EQ(test, 199, sum_up(ns, 201).p99_ns);
}

static void long_times_are_kept(struct ktap *test)
{
	struct samples samples = { 0 };

	if (!samples_reserve(&samples, 1, 1))
		abort();
	samples_add(&samples, 1ULL << 40);
	EXPECT(test, samples.ns[0] == 1ULL << 40);
	samples_free(&samples);
}

static void limit_holds(struct ktap *test)
{
	struct samples samples = { 0 };
	size_t i;

	EXPECT(test, !samples_reserve(&samples, 3, 2));
	EXPECT(test, !samples_reserve(&samples, SIZE_MAX, 2));
	for (i = 0; i < 5000; i++) {
		if (!samples_reserve(&samples, 1, 5000))
			abort();
		samples_add(&samples, i);
	}
	EXPECT(test, !samples_reserve(&samples, 1, 5000));
	EXPECT_EQ(test, 5000, samples.count);
	EXPECT_EQ(test, 4999, samples.ns[4999]);
	samples_free(&samples);
}

static void samples_are_put_together(struct ktap *test)
{
	const uint64_t ns[] = { 1, 2, 3 };
	struct samples all = { 0 }, one;
	size_t i;

	fill(&one, ns, 3);
	for (i = 0; i < 1000; i++)
		EXPECT(test, samples_append(&all, &one));
	EXPECT_EQ(test, 3000, all.count);
	EXPECT_EQ(test, 3, all.ns[2999]);
	samples_free(&one);
	EXPECT(test, samples_append(&all, &one));
	EXPECT_EQ(test, 3000, all.count);
	samples_free(&all);
}

static void rate_is_per_second(struct ktap *test)
{
	EXPECT(test, rate_per_second(500, 250000000) == 2000);
	EXPECT(test, rate_per_second(0, 5) == 0);
	EXPECT(test, rate_per_second(5, 0) == 0);
}

static void fairness_compares_the_extremes(struct ktap *test)
{
	const uint64_t rounds[] = { 20, 10, 15 };
	const uint64_t starved[] = { 20, 0 };
	const uint64_t none[] = { 0, 0 };

	EXPECT(test, fairness(rounds, 3) == 2);
	EXPECT(test, fairness(rounds, 1) == 1);
	EXPECT(test, isinf(fairness(starved, 2)));
	EXPECT(test, fairness(none, 2) == 1);
	EXPECT(test, fairness(none, 0) == 1);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(nothing_is_summed_up_as_nothing),
	KTAP_CASE(one_sample_is_everything),
	KTAP_CASE(median_is_in_the_middle),
	KTAP_CASE(p99_is_the_nearest_rank),
	KTAP_CASE(long_times_are_kept),
	KTAP_CASE(limit_holds),
	KTAP_CASE(samples_are_put_together),
	KTAP_CASE(rate_is_per_second),
	KTAP_CASE(fairness_compares_the_extremes),
};

KTAP_MAIN(cases)
