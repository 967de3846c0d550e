// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measured times and what is said about them. The definitions of median and
 * p99 are those of all benchmarks of weft. No sample is ever dropped as an
 * outlier.
 */
#include "samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MIN	1024

/**
 * samples_reserve() - make room
 * @samples: where to
 * @more:    how many will be added
 * @limit:   how many there may be in all
 *
 * Return: true if there is room for @more; false if that would exceed @limit or
 * there is no memory. The samples stay valid in any case.
 */
bool samples_reserve(struct samples *samples, size_t more, size_t limit)
{
	size_t room = samples->room ? samples->room : ROOM_MIN;
	uint64_t *fresh;

	if (more > limit || samples->count > limit - more)
		return false;
	if (samples->count + more <= samples->room)
		return true;
	while (room < samples->count + more)
		room *= 2;
	fresh = realloc(samples->ns, room * sizeof(*fresh));
	if (!fresh)
		return false;
	samples->ns = fresh;
	samples->room = room;
	return true;
}

/**
 * samples_add() - add one sample, for which there is room
 * @samples: where to
 * @ns:      nanoseconds
 */
void samples_add(struct samples *samples, uint64_t ns)
{
	samples->ns[samples->count++] = ns;
}

/**
 * samples_append() - add all samples of others
 * @samples: where to
 * @others:  stays as it is
 *
 * Return: true, or false if there is no memory; then nothing was added.
 */
bool samples_append(struct samples *samples, const struct samples *others)
{
	if (!others->count)
		return true;
	if (!samples_reserve(samples, others->count,
			     SIZE_MAX / 4 / sizeof(*samples->ns)))
		return false;
	memcpy(samples->ns + samples->count, others->ns,
	       others->count * sizeof(*others->ns));
	samples->count += others->count;
	return true;
}

/**
 * samples_free() - forget all samples
 * @samples: may be used again afterwards
 */
void samples_free(struct samples *samples)
{
	free(samples->ns);
	memset(samples, 0, sizeof(*samples));
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/**
 * samples_sum_up() - the four numbers
 * @samples: are in ascending order afterwards
 * @summary: the result
 */
void samples_sum_up(struct samples *samples, struct summary *summary)
{
	const size_t count = samples->count;
	const uint64_t *ns = samples->ns;
	uint64_t rank;

	memset(summary, 0, sizeof(*summary));
	if (!count)
		return;
	qsort(samples->ns, count, sizeof(*ns), compare);
	rank = ((uint64_t)count * 99 + 99) / 100;
	summary->count = count;
	/* of any two: their sum may not fit */
	summary->median_ns = ns[(count - 1) / 2] +
			     (ns[count / 2] - ns[(count - 1) / 2]) / 2;
	summary->p99_ns = ns[rank - 1];
	summary->min_ns = ns[0];
	summary->max_ns = ns[count - 1];
}

/**
 * rate_per_second() - how often in a second
 * @count: how often
 * @ns:    in how long
 *
 * Return: the rate; 0 if no time has passed.
 */
double rate_per_second(uint64_t count, uint64_t ns)
{
	return ns ? (double)count * 1e9 / (double)ns : 0;
}

/**
 * fairness() - how much more the luckiest has done than the unluckiest
 * @rounds: of each
 * @count:  how many there are
 *
 * Return: largest by smallest, 1 being fair; infinity if somebody starved;
 * 1 if nobody did anything or nobody is there.
 */
double fairness(const uint64_t *rounds, size_t count)
{
	uint64_t most = 0, least = UINT64_MAX;
	size_t i;

	for (i = 0; i < count; i++) {
		if (rounds[i] > most)
			most = rounds[i];
		if (rounds[i] < least)
			least = rounds[i];
	}
	if (!most)
		return 1;
	return least ? (double)most / (double)least : INFINITY;
}
