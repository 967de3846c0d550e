/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be said about many measured times. Pure.
 */
#ifndef WEFT_SAMPLES_H
#define WEFT_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct samples - measured times
 * @ns:    nanoseconds, in the order of measurement
 * @count: how many
 * @room:  for how many @ns has room
 */
struct samples {
	uint64_t *ns;
	size_t count;
	size_t room;
};

/**
 * struct summary - samples in four numbers
 * @count:     how many samples; with none, the other fields are 0
 * @median_ns: the middle one, or the mean of the two in the middle
 * @p99_ns:    nearest rank: the smallest one that at least 99 % of all do not
 *             exceed
 * @min_ns:    the smallest one
 * @max_ns:    the largest one
 */
struct summary {
	size_t count;
	uint64_t median_ns;
	uint64_t p99_ns;
	uint64_t min_ns;
	uint64_t max_ns;
};

bool samples_reserve(struct samples *samples, size_t more, size_t limit);
bool samples_append(struct samples *samples, const struct samples *others);
void samples_add(struct samples *samples, uint64_t ns);
void samples_free(struct samples *samples);
void samples_sum_up(struct samples *samples, struct summary *summary);

double rate_per_second(uint64_t count, uint64_t ns);
double fairness(const uint64_t *rounds, size_t count);

#endif /* WEFT_SAMPLES_H */
