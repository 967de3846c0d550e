/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Latencies, counted in powers of two.
 */
#ifndef _WEFT_CORE_STATS_H
#define _WEFT_CORE_STATS_H

#include <linux/atomic.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define WEFT_HISTOGRAM_BUCKETS	36	/* the last one begins at 34 seconds */

/**
 * struct weft_histogram - how often something took how long
 * @count: bucket N counts durations from 2^N to 2^(N+1) - 1 nanoseconds; the
 *         first one 0, too, and the last one all that is longer
 */
struct weft_histogram {
	atomic_long_t count[WEFT_HISTOGRAM_BUCKETS];
};

/**
 * weft_histogram_bucket() - where a duration is counted
 * @ns: the duration in nanoseconds
 *
 * Return: the number of its bucket.
 */
static inline unsigned int weft_histogram_bucket(u64 ns)
{
	return min_t(unsigned int, ilog2(ns | 1), WEFT_HISTOGRAM_BUCKETS - 1);
}

/**
 * weft_histogram_add() - count a duration
 * @histogram: where
 * @ns:        the duration in nanoseconds
 */
static inline void weft_histogram_add(struct weft_histogram *histogram, u64 ns)
{
	atomic_long_inc(&histogram->count[weft_histogram_bucket(ns)]);
}

#endif /* _WEFT_CORE_STATS_H */
