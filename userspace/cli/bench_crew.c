// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All threads of a benchmark. They start each phase together, and the next one
 * only when the slowest is done: what is compared never runs at the same time.
 */
#include "bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Return: false once all is over. */
static bool await_phase(struct crew *crew, uint64_t *seen, struct phase *phase)
{
	bool goes_on;

	pthread_mutex_lock(&crew->lock);
	while (!crew->is_over && crew->number == *seen)
		pthread_cond_wait(&crew->changed, &crew->lock);
	*seen = crew->number;
	*phase = crew->phase;
	goes_on = !crew->is_over;
	pthread_mutex_unlock(&crew->lock);
	return goes_on;
}

static void *run_member(void *arg)
{
	struct member *member = arg;
	struct crew *crew = member->crew;
	struct phase phase;
	uint64_t seen = 0;

	while (await_phase(crew, &seen, &phase)) {
		worker_run(&member->worker, &phase);
		pthread_mutex_lock(&crew->lock);
		if (!--crew->busy)
			pthread_cond_broadcast(&crew->changed);
		pthread_mutex_unlock(&crew->lock);
	}
	return NULL;
}

/**
 * crew_start() - start all threads
 * @crew:    the result
 * @bench:   what they will do; must stay until crew_stop()
 * @options: how to open their handles
 *
 * Return: 0 or -errno; then nothing remains started.
 */
int crew_start(struct crew *crew, const struct bench *bench,
	       const struct weft_open_options *options)
{
	struct member *member;
	int err = 0;

	memset(crew, 0, sizeof(*crew));
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->changed, NULL);
	crew->members = calloc(bench->threads, sizeof(*crew->members));
	if (!crew->members)
		err = -ENOMEM;
	while (!err && crew->count < bench->threads) {
		member = &crew->members[crew->count];
		member->crew = crew;
		err = worker_open(&member->worker, bench, options);
		if (!err)
			err = -pthread_create(&member->thread, NULL, run_member,
					      member);
		if (err)
			worker_close(&member->worker);
		else
			crew->count++;
	}
	if (err)
		crew_stop(crew);
	return err;
}

/**
 * crew_run() - let all threads do one phase
 * @crew:  the threads
 * @phase: what to do
 *
 * Return: how long it took until the last was done, in nanoseconds.
 */
uint64_t crew_run(struct crew *crew, const struct phase *phase)
{
	uint64_t start = bench_now_ns();

	pthread_mutex_lock(&crew->lock);
	crew->phase = *phase;
	crew->busy = crew->count;
	crew->number++;
	pthread_cond_broadcast(&crew->changed);
	while (crew->busy)
		pthread_cond_wait(&crew->changed, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
	return bench_now_ns() - start;
}

/**
 * crew_failure() - did a thread fail?
 * @crew: the threads, between two phases
 *
 * Return: the first that failed, or NULL.
 */
const struct worker *crew_failure(const struct crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->count; i++) {
		if (crew->members[i].worker.err)
			return &crew->members[i].worker;
	}
	return NULL;
}

/**
 * crew_connect() - give each thread a fresh connection to the TCP server
 * @crew: the threads, between two phases
 * @size: bytes of each reply
 *
 * Return: 0 or -errno; crew_failure() then says why.
 */
int crew_connect(struct crew *crew, uint32_t size)
{
	struct worker *worker;
	unsigned int i;

	for (i = 0; i < crew->count; i++) {
		worker = &crew->members[i].worker;
		worker->err = worker_connect(worker, size);
		if (worker->err)
			return worker->err;
	}
	return 0;
}

/**
 * crew_reset() - forget what was measured
 * @crew: the threads, between two phases
 */
void crew_reset(struct crew *crew)
{
	unsigned int i, path;

	for (i = 0; i < crew->count; i++) {
		for (path = 0; path < PATH_COUNT; path++) {
			struct track *track =
				&crew->members[i].worker.tracks[path];

			samples_free(&track->samples);
			memset(track, 0, sizeof(*track));
		}
	}
}

/**
 * crew_stop() - end all threads and release what they had
 * @crew: the threads, between two phases
 */
void crew_stop(struct crew *crew)
{
	unsigned int i;

	pthread_mutex_lock(&crew->lock);
	crew->is_over = true;
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
	for (i = 0; i < crew->count; i++) {
		pthread_join(crew->members[i].thread, NULL);
		worker_close(&crew->members[i].worker);
	}
	free(crew->members);
	pthread_cond_destroy(&crew->changed);
	pthread_mutex_destroy(&crew->lock);
}
