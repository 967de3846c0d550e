// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One thread of a benchmark, with a handle and a connection of its own; nothing
 * here is shared. Rounds go in batches that last a fraction of a second, so that
 * a signal is answered soon and a phase ends when it should. A batch on the bulk
 * lane lasts longer, because at its end the pipe runs empty.
 */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH_NS	50000000ULL
#define BATCH_BULK_NS	250000000ULL
#define BATCH_FIRST	16	/* while nothing is known about the speed */

/**
 * bench_now_ns() - the monotonic clock
 *
 * Return: nanoseconds.
 */
uint64_t bench_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/**
 * worker_open() - make what a thread needs
 * @worker:  the thread, all zero
 * @bench:   what it will do
 * @options: how to open its handle
 *
 * Return: 0 or -errno; in both cases worker_close() must follow.
 */
int worker_open(struct worker *worker, const struct bench *bench,
		const struct weft_open_options *options)
{
	worker->bench = bench;
	worker->tcp = -1;
	worker->buffer = calloc(1, WEFT_ECHO_BULK_SIZE_MAX);
	worker->batch = calloc(WEFT_ECHO_COUNT_MAX, sizeof(*worker->batch));
	if (!worker->buffer || !worker->batch)
		return -ENOMEM;
	return weft_open(&worker->weft, options);
}

/**
 * worker_close() - release what a thread had
 * @worker: the thread, which does not run any more
 */
void worker_close(struct worker *worker)
{
	unsigned int i;

	for (i = 0; i < PATH_COUNT; i++)
		samples_free(&worker->tracks[i].samples);
	if (worker->tcp >= 0)
		close(worker->tcp);
	weft_close(worker->weft);
	free(worker->batch);
	free(worker->buffer);
}

/**
 * worker_connect() - a fresh connection to the TCP server
 * @worker: the thread, which does not run now
 * @size:   bytes of each reply
 *
 * Return: 0 or -errno, then with a sentence in the thread.
 */
int worker_connect(struct worker *worker, uint32_t size)
{
	const struct bench *bench = worker->bench;
	int err;

	if (worker->tcp >= 0)
		close(worker->tcp);
	worker->tcp = tcp_connect(bench->tcp, bench->timeout_ms, worker->error,
				  sizeof(worker->error));
	if (worker->tcp < 0)
		return worker->tcp;
	err = tcp_start(worker->tcp, BENCH_REQUEST_LEN, size);
	if (err)
		snprintf(worker->error, sizeof(worker->error),
			 "cannot send to %s: %s", bench->tcp, strerror(-err));
	return err;
}

/* How many rounds to do next, 0 if the phase is over. */
static uint64_t next_batch(const struct worker *worker,
			   const struct phase *phase, uint64_t done)
{
	const struct track *track = &worker->tracks[phase->path];
	uint64_t limit_ns = worker->bench->lane == WEFT_LANE_BULK ?
			    BATCH_BULK_NS : BATCH_NS;
	uint64_t now = bench_now_ns();
	uint64_t batch;

	if (phase->rounds && done >= phase->rounds)
		return 0;
	if (!phase->rounds && now >= phase->deadline_ns)
		return 0;
	if (!phase->rounds && phase->deadline_ns - now < limit_ns)
		limit_ns = phase->deadline_ns - now;
	batch = track->round_ns ? limit_ns / track->round_ns + 1 : BATCH_FIRST;
	if (phase->rounds && batch > phase->rounds - done)
		batch = phase->rounds - done;
	return batch < WEFT_ECHO_COUNT_MAX ? batch : WEFT_ECHO_COUNT_MAX;
}

static void keep(struct track *track, const struct phase *phase,
		 const uint64_t *ns, uint64_t count)
{
	uint64_t i;

	if (phase->is_warm_up)
		return;
	track->rounds += count;
	if (!ns || !samples_reserve(&track->samples, count, BENCH_SAMPLES_MAX))
		return;
	for (i = 0; i < count; i++)
		samples_add(&track->samples, ns[i]);
}

static int echo_batch(struct worker *worker, const struct phase *phase,
		      uint64_t count)
{
	const struct bench *bench = worker->bench;
	const struct weft_echo_options options = {
		.sz = sizeof(options),
		.node = bench->node,
		.lane = bench->lane,
		.size = BENCH_REQUEST_LEN,
		.reply_size = phase->size,
		.count = (uint32_t)count,
		.depth = count < bench->depth ? (uint32_t)count : bench->depth,
		.timeout_ms = bench->timeout_ms,
	};
	uint64_t elapsed;
	int err;

	err = weft_echo(worker->weft, &options, worker->batch, &elapsed);
	if (err)
		snprintf(worker->error, sizeof(worker->error), "%s",
			 weft_strerror(worker->weft));
	else
		keep(&worker->tracks[PATH_WEFT], phase, worker->batch, count);
	return err;
}

static int ping_pong_batch(struct worker *worker, const struct phase *phase,
			   uint64_t count)
{
	uint64_t before = bench_now_ns();
	uint64_t after;
	uint64_t i;
	int err;

	for (i = 0; i < count; i++) {
		err = tcp_exchange(worker->tcp, worker->buffer, phase->size, 1);
		if (err)
			return err;
		after = bench_now_ns();
		worker->batch[i] = after - before;
		before = after;
	}
	keep(&worker->tracks[PATH_TCP], phase, worker->batch, count);
	return 0;
}

static int tcp_batch(struct worker *worker, const struct phase *phase,
		     uint64_t count)
{
	int err;

	if (worker->bench->lane == WEFT_LANE_FAST) {
		err = ping_pong_batch(worker, phase, count);
	} else {
		err = tcp_exchange(worker->tcp, worker->buffer, phase->size,
				   (uint32_t)count);
		if (!err)
			keep(&worker->tracks[PATH_TCP], phase, NULL, count);
	}
	if (err)
		snprintf(worker->error, sizeof(worker->error),
			 "the TCP server does not answer: %s", strerror(-err));
	return err;
}

/**
 * worker_run() - do one phase
 * @worker: the thread; its @err tells afterwards whether all went well
 * @phase:  what to do
 */
void worker_run(struct worker *worker, const struct phase *phase)
{
	struct track *track = &worker->tracks[phase->path];
	uint64_t start, count;
	uint64_t done = 0;

	while (!worker->err) {
		count = next_batch(worker, phase, done);
		if (!count)
			break;
		start = bench_now_ns();
		if (phase->path == PATH_WEFT)
			worker->err = echo_batch(worker, phase, count);
		else
			worker->err = tcp_batch(worker, phase, count);
		track->round_ns = (bench_now_ns() - start) / count + 1;
		done += count;
	}
}
