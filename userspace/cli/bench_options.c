// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line of weft bench: every value is checked here, against the
 * limits of the module, so that nothing starts that would end half way.
 */
#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX	100000000
#define SECONDS_MAX	3600
#define ROUNDS_DEFAULT	10000
#define BULK_SIZE	65536
#define BULK_DEPTH	16

enum {
	OPTION_TO = OPTION_OWN,
	OPTION_SIZE,
	OPTION_COUNT,
	OPTION_SECONDS,
	OPTION_THREADS,
	OPTION_LANE,
	OPTION_DEPTH,
	OPTION_TCP,
	OPTION_LISTEN,
};

const struct option bench_options[] = {
	{ "to", required_argument, NULL, OPTION_TO },
	{ "size", required_argument, NULL, OPTION_SIZE },
	{ "count", required_argument, NULL, OPTION_COUNT },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "threads", required_argument, NULL, OPTION_THREADS },
	{ "lane", required_argument, NULL, OPTION_LANE },
	{ "depth", required_argument, NULL, OPTION_DEPTH },
	{ "tcp", required_argument, NULL, OPTION_TCP },
	{ "listen", required_argument, NULL, OPTION_LISTEN },
	{ NULL, 0, NULL, 0 },
};

/* Decimal digits and nothing else, up to @end; false if out of range. */
static bool read_number(const char *text, char end, uint32_t min, uint32_t max,
			uint32_t *number)
{
	unsigned long long value;
	char *rest;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &rest, 10);
	if (errno || (*rest && *rest != end) || value < min || value > max)
		return false;
	*number = (uint32_t)value;
	return true;
}

static enum status take_number(const char *name, const char *value,
			       uint32_t min, uint32_t max, uint32_t *number)
{
	if (read_number(value, '\0', min, max, number))
		return STATUS_OK;
	return usage_error("'%s' is no value for --%s: %u to %u", value, name,
			   min, max);
}

/* How large may a reply be? The lane may be named after the sizes. */
static uint32_t size_limit(const struct bench *bench)
{
	return bench->lane == WEFT_LANE_BULK ? WEFT_ECHO_BULK_SIZE_MAX :
					       WEFT_ECHO_SIZE_MAX;
}

static enum status refuse_sizes(const char *value)
{
	return usage_error("'%s' is no value for --size: %d to %d, on the bulk lane %d",
			   value, WEFT_ECHO_SIZE_MIN, WEFT_ECHO_SIZE_MAX,
			   WEFT_ECHO_BULK_SIZE_MAX);
}

static enum status take_sizes(struct bench *bench, const char *value)
{
	const char *text = value;

	bench->size_count = 0;
	while (text) {
		if (bench->size_count == BENCH_SIZES_MAX)
			return usage_error("more than %d sizes in --size",
					   BENCH_SIZES_MAX);
		if (!read_number(text, ',', WEFT_ECHO_SIZE_MIN,
				 WEFT_ECHO_BULK_SIZE_MAX,
				 &bench->sizes[bench->size_count++]))
			return refuse_sizes(value);
		text = strchr(text, ',');
		if (text)
			text++;
	}
	return STATUS_OK;
}

static enum status take_lane(struct bench *bench, const char *value)
{
	if (!strcmp(value, "fast"))
		bench->lane = WEFT_LANE_FAST;
	else if (!strcmp(value, "bulk"))
		bench->lane = WEFT_LANE_BULK;
	else
		return usage_error("'%s' is no lane: fast or bulk", value);
	return STATUS_OK;
}

static enum status take_rounds(struct bench *bench, const char *value)
{
	uint32_t rounds;
	enum status status;

	status = take_number("count", value, 1, ROUNDS_MAX, &rounds);
	if (status == STATUS_OK)
		bench->rounds = rounds;
	return status;
}

static enum status take(struct bench *bench, const struct own_option *own)
{
	switch (own->option) {
	case OPTION_TO:
		return take_number("to", own->value, WEFT_NODE_MIN,
				   WEFT_NODE_MAX, &bench->node);
	case OPTION_SIZE:
		return take_sizes(bench, own->value);
	case OPTION_COUNT:
		return take_rounds(bench, own->value);
	case OPTION_SECONDS:
		return take_number("seconds", own->value, 1, SECONDS_MAX,
				   &bench->seconds);
	case OPTION_THREADS:
		return take_number("threads", own->value, 1, BENCH_THREADS_MAX,
				   &bench->threads);
	case OPTION_LANE:
		return take_lane(bench, own->value);
	case OPTION_DEPTH:
		return take_number("depth", own->value, 1, WEFT_ECHO_DEPTH_MAX,
				   &bench->depth);
	case OPTION_TCP:
		bench->tcp = own->value;
		return STATUS_OK;
	default:
		bench->listen = own->value;
		return STATUS_OK;
	}
}

static const char *option_name(int number)
{
	const struct option *option = bench_options;

	while (option->name && option->val != number)
		option++;
	return option->name;
}

static void set_defaults(struct bench *bench)
{
	const bool is_bulk = bench->lane == WEFT_LANE_BULK;

	if (!bench->size_count) {
		bench->sizes[0] = is_bulk ? BULK_SIZE : BENCH_REQUEST_LEN;
		bench->size_count = 1;
	}
	if (!bench->depth)
		bench->depth = is_bulk ? BULK_DEPTH : 1;
	if (!bench->threads)
		bench->threads = 1;
	if (!bench->rounds && !bench->seconds)
		bench->rounds = ROUNDS_DEFAULT;
}

static enum status check_echo(struct bench *bench)
{
	unsigned int i;

	if (!bench->node)
		return usage_error("'bench echo' needs --to NODE");
	if (bench->rounds && bench->seconds)
		return usage_error("--count and --seconds exclude each other");
	set_defaults(bench);
	for (i = 0; i < bench->size_count; i++) {
		if (bench->sizes[i] > size_limit(bench))
			return usage_error("--size %u is too large for this lane: at most %u",
					   bench->sizes[i], size_limit(bench));
	}
	if (bench->timeout_ms > WEFT_ECHO_TIMEOUT_MS_MAX)
		return usage_error("an echo may take %d seconds at most",
				   WEFT_ECHO_TIMEOUT_MS_MAX / 1000);
	return STATUS_OK;
}

/**
 * bench_parse() - understand the options of weft bench
 * @context: the command line
 * @verb:    what follows "bench": "echo" or "tcp-server"
 * @bench:   the result, with defaults for what was not given
 *
 * Return: STATUS_OK, or STATUS_USAGE after a sentence.
 */
enum status bench_parse(const struct context *context, const char *verb,
			struct bench *bench)
{
	const bool is_server = !strcmp(verb, "tcp-server");
	enum status status = STATUS_OK;
	unsigned int i;

	memset(bench, 0, sizeof(*bench));
	bench->timeout_ms = context->open->timeout_ms;
	for (i = 0; i < context->own_count && status == STATUS_OK; i++) {
		const struct own_option *own = &context->own[i];
		const bool is_of_server = own->option == OPTION_LISTEN;

		if (is_server != is_of_server)
			return usage_error("'bench %s' has no option --%s",
					   verb, option_name(own->option));
		status = take(bench, own);
	}
	if (status != STATUS_OK)
		return status;
	if (!is_server)
		return check_echo(bench);
	if (!bench->listen)
		return usage_error("'bench tcp-server' needs --listen [HOST:]PORT");
	return STATUS_OK;
}
