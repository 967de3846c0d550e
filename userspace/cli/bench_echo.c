// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft bench echo: for each size, short phases of echoes and of plain TCP by
 * turns, so that whatever else the machines do disturbs both alike; then the
 * result. Before the first phase, a few rounds go uncounted: they bring the
 * caches and the connections into use and tell how fast things are.
 */
#include "bench.h"
#include "output.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WARM_UP_ROUNDS	32
#define PHASE_NS	100000000ULL	/* with a number of rounds */
#define PHASE_LONG_NS	500000000ULL	/* with a time */
#define PHASE_BULK_NS	1000000000ULL
#define SECOND_NS	1000000000ULL

/**
 * struct run - one size
 * @context:    the command line
 * @bench:      what to do
 * @crew:       who does it
 * @size:       of replies
 * @rounds:     of each thread and path so far
 * @elapsed_ns: time of all phases of each path so far
 */
struct run {
	const struct context *context;
	const struct bench *bench;
	struct crew *crew;
	uint32_t size;
	uint64_t rounds;
	uint64_t elapsed_ns[PATH_COUNT];
};

static const char *const path_names[PATH_COUNT] = {
	[PATH_WEFT] = "weft",
	[PATH_TCP] = "tcp",
};

static unsigned int path_count(const struct bench *bench)
{
	return bench->tcp ? PATH_COUNT : PATH_WEFT + 1;
}

/* Progress for somebody who waits; a file or a pipe wants none. */
static void show_progress(const struct run *run)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (run->bench->rounds)
		fprintf(stderr, "\r%u bytes: %llu of %llu rounds ", run->size,
			(unsigned long long)run->rounds,
			(unsigned long long)run->bench->rounds);
	else
		fprintf(stderr, "\r%u bytes: %llu of %u s ", run->size,
			(unsigned long long)(run->elapsed_ns[PATH_WEFT] /
					     SECOND_NS), run->bench->seconds);
}

static void end_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

/* The same phase on each path. Return: 0 or -errno of the first failure. */
static int run_paths(struct run *run, struct phase *phase, uint64_t limit_ns)
{
	const struct worker *failed;
	unsigned int path;
	uint64_t elapsed;

	phase->size = run->size;
	for (path = 0; path < path_count(run->bench); path++) {
		phase->path = (enum bench_path)path;
		phase->deadline_ns = bench_now_ns() + limit_ns;
		elapsed = crew_run(run->crew, phase);
		failed = crew_failure(run->crew);
		if (failed)
			return failed->err;
		if (!phase->is_warm_up)
			run->elapsed_ns[path] += elapsed;
	}
	return 0;
}

/* How many rounds of the slowest path a phase holds. */
static uint64_t phase_rounds(const struct run *run)
{
	uint64_t limit_ns = run->bench->lane == WEFT_LANE_BULK ?
			    PHASE_BULK_NS : PHASE_NS;
	uint64_t left = run->bench->rounds - run->rounds;
	uint64_t slowest_ns = 1;
	uint64_t rounds;
	unsigned int i;

	for (i = 0; i < PATH_COUNT; i++) {
		const struct track *track =
			&run->crew->members[0].worker.tracks[i];

		if (track->round_ns > slowest_ns)
			slowest_ns = track->round_ns;
	}
	rounds = limit_ns / slowest_ns + 1;
	return rounds < left ? rounds : left;
}

static int run_rounds(struct run *run)
{
	struct phase phase = { 0 };
	int err = 0;

	while (!err && run->rounds < run->bench->rounds) {
		phase.rounds = phase_rounds(run);
		err = run_paths(run, &phase, 0);
		run->rounds += phase.rounds;
		show_progress(run);
	}
	return err;
}

static int run_seconds(struct run *run)
{
	const uint64_t wanted = run->bench->seconds * SECOND_NS;
	struct phase phase = { 0 };
	uint64_t limit_ns, left = wanted;
	int err = 0;

	while (!err && left) {
		limit_ns = run->bench->lane == WEFT_LANE_BULK ? PHASE_BULK_NS :
								PHASE_LONG_NS;
		err = run_paths(run, &phase, limit_ns < left ? limit_ns : left);
		left = wanted > run->elapsed_ns[PATH_WEFT] ?
		       wanted - run->elapsed_ns[PATH_WEFT] : 0;
		show_progress(run);
	}
	return err;
}

static int run_size(struct run *run)
{
	struct phase warm_up = {
		.rounds = WARM_UP_ROUNDS, .is_warm_up = true,
	};
	int err = 0;

	crew_reset(run->crew);
	if (run->bench->tcp)
		err = crew_connect(run->crew, run->size);
	if (!err)
		err = run_paths(run, &warm_up, 0);
	if (err)
		return err;
	return run->bench->rounds ? run_rounds(run) : run_seconds(run);
}

/**
 * struct figures - what a run says of one path
 * @summary:  of the times of single rounds
 * @rounds:   of all threads
 * @rate:     rounds in a second
 * @fairness: among the threads
 */
struct figures {
	struct summary summary;
	uint64_t rounds;
	double rate;
	double fairness;
};

static int sum_up_path(const struct run *run, enum bench_path path,
		       struct figures *figures)
{
	uint64_t rounds[BENCH_THREADS_MAX];
	struct samples all = { 0 };
	const struct track *track;
	unsigned int i;
	int err = 0;

	memset(figures, 0, sizeof(*figures));
	for (i = 0; i < run->crew->count && !err; i++) {
		track = &run->crew->members[i].worker.tracks[path];
		rounds[i] = track->rounds;
		figures->rounds += track->rounds;
		if (!samples_append(&all, &track->samples))
			err = -ENOMEM;
	}
	if (!err) {
		samples_sum_up(&all, &figures->summary);
		figures->rate = rate_per_second(figures->rounds,
						run->elapsed_ns[path]);
		figures->fairness = fairness(rounds, run->crew->count);
	}
	samples_free(&all);
	return err;
}

static void add_number(struct json_object *row, const char *key, double value)
{
	output_add(row, key, isfinite(value) ?
		   json_object_new_double(value) : NULL);
}

static void add_time(struct json_object *row, const char *key, uint64_t ns,
		     const struct summary *summary)
{
	output_add(row, key, summary->count ? json_object_new_uint64(ns) :
					      NULL);
}

static void add_row(struct json_object *rows, const struct run *run,
		    enum bench_path path, const struct figures *figures)
{
	const struct summary *summary = &figures->summary;
	struct json_object *row = json_object_new_object();

	output_add_string(row, "path", path_names[path]);
	output_add(row, "size_bytes", json_object_new_int64(run->size));
	output_add(row, "rounds", json_object_new_uint64(figures->rounds));
	add_time(row, "median_ns", summary->median_ns, summary);
	add_time(row, "p99_ns", summary->p99_ns, summary);
	add_time(row, "min_ns", summary->min_ns, summary);
	add_time(row, "max_ns", summary->max_ns, summary);
	add_number(row, "rounds_per_s", figures->rate);
	if (run->bench->lane == WEFT_LANE_BULK)
		add_number(row, "mb_per_s", figures->rate * run->size / 1e6);
	else if (run->bench->seconds)
		add_number(row, "fairness", figures->fairness);
	json_object_array_add(rows, row);
}

/* Quotients with nothing below or above are not there: null. */
static void add_quotient(struct json_object *row, const char *key, double above,
			 double below)
{
	add_number(row, key, above > 0 && below > 0 ? above / below : NAN);
}

static void add_ratio(struct json_object *rows, uint32_t size,
		      const struct figures *weft, const struct figures *tcp)
{
	struct json_object *row = json_object_new_object();

	output_add(row, "size_bytes", json_object_new_int64(size));
	add_quotient(row, "median", (double)weft->summary.median_ns,
		     (double)tcp->summary.median_ns);
	add_quotient(row, "p99", (double)weft->summary.p99_ns,
		     (double)tcp->summary.p99_ns);
	add_quotient(row, "rate", weft->rate, tcp->rate);
	json_object_array_add(rows, row);
}

static int add_size(struct json_object *root, const struct run *run)
{
	struct figures figures[PATH_COUNT];
	unsigned int path;
	int err;

	for (path = 0; path < path_count(run->bench); path++) {
		err = sum_up_path(run, (enum bench_path)path, &figures[path]);
		if (err)
			return err;
		add_row(json_object_object_get(root, "results"), run,
			(enum bench_path)path, &figures[path]);
	}
	if (run->bench->tcp)
		add_ratio(json_object_object_get(root, "weft_to_tcp"),
			  run->size, &figures[PATH_WEFT], &figures[PATH_TCP]);
	return 0;
}

static struct json_object *new_result(const struct bench *bench)
{
	struct json_object *root = output_new();
	struct json_object *section = json_object_new_object();

	output_add(section, "to", json_object_new_int64(bench->node));
	output_add_string(section, "lane", bench->lane == WEFT_LANE_BULK ?
			  "bulk" : "fast");
	output_add(section, "request_bytes",
		   json_object_new_int(BENCH_REQUEST_LEN));
	output_add(section, "threads", json_object_new_int64(bench->threads));
	output_add(section, "depth", json_object_new_int64(bench->depth));
	output_add(root, "echo", section);
	output_add(root, "results", json_object_new_array());
	if (bench->tcp)
		output_add(root, "weft_to_tcp", json_object_new_array());
	return root;
}

static enum status explain(const struct crew *crew, int err)
{
	const struct worker *failed = crew_failure(crew);

	end_progress();
	fprintf(stderr, "weft: %s\n", failed && failed->error[0] ?
		failed->error : strerror(-err));
	return err == -ETIMEDOUT ? STATUS_TIMEOUT : STATUS_ERROR;
}

/**
 * bench_echo() - weft bench echo
 * @context: the command line
 * @bench:   what it asks for
 *
 * Return: the exit status. On failure no result is printed.
 */
enum status bench_echo(const struct context *context, const struct bench *bench)
{
	struct json_object *root = new_result(bench);
	enum status status = STATUS_OK;
	struct crew crew;
	unsigned int i;
	int err;

	err = crew_start(&crew, bench, context->open);
	if (err) {
		fprintf(stderr, "weft: cannot start %u threads: %s\n",
			bench->threads, strerror(-err));
		json_object_put(root);
		return STATUS_ERROR;
	}
	for (i = 0; i < bench->size_count && !err; i++) {
		struct run run = {
			.context = context, .bench = bench, .crew = &crew,
			.size = bench->sizes[i],
		};

		err = run_size(&run);
		if (!err)
			err = add_size(root, &run);
	}
	end_progress();
	if (err)
		status = explain(&crew, err);
	else
		status = print_result(context, root);
	crew_stop(&crew);
	json_object_put(root);
	return status;
}
