// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft ps: the processes of all nodes that are not at home. Each node is asked for
 * the halves that it has.
 */
#include "command.h"
#include "halves.h"
#include "output.h"
#include "ps_table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum ps_option {
	OPTION_NODE = OPTION_OWN,
};

const struct option ps_options[] = {
	{ "node", required_argument, NULL, OPTION_NODE },
	{ NULL, 0, NULL, 0 },
};

const char help_for_ps[] =
"Shows the processes of all nodes that were moved, or are just moving. Each is told\n"
"by its home and by the node where it runs. Needs the rights of root.\n"
"\n"
"  pid      number at home\n"
"  home     node where it was started\n"
"  node     node where it runs, or is to run\n"
"  state    preparing: it runs at home, and is to leave; leaving: it was stopped\n"
"           to be handed over; running: it runs on the other node. away, arriving:\n"
"           as home, or the other node, sees it, if only one of them tells of it\n"
"  age      since when, on the clock of the node that tells the state\n"
"  fetched  memory that came from home since; K is 1024\n"
"  faults   how often it waited for memory\n"
"  calls    system calls that home made for it\n"
"\n"
"A dash stands for what only a node knows that was not heard of it.\n"
"\n"
"  --node N  only processes that have their home or run on node N\n"
"\n"
"A node that does not answer is named, the others are shown, and the status is 6.\n"
"--timeout is for each node, 60 seconds at most.\n";

/**
 * struct survey - who was asked, and what they told
 * @context: the command line
 * @halves:  what they told
 * @silent:  for JSON: an array with an object for each node that told nothing
 * @err:     no memory
 */
struct survey {
	const struct context *context;
	struct halves halves;
	struct json_object *silent;
	int err;
};

static void take_half(const struct weft_process *half, void *arg)
{
	struct survey *survey = arg;

	if (!survey->err)
		survey->err = halves_add(&survey->halves, half);
}

/* Return: 0, or why the node could not be asked. */
static int ask(struct survey *survey, uint32_t node)
{
	const struct weft_processes_options options = {
		.sz = sizeof(options), .node = node,
		.timeout_ms = survey->context->open->timeout_ms,
	};

	return weft_processes(survey->context->weft, &options, take_half, survey);
}

static void note_silence(struct survey *survey, uint32_t node)
{
	const char *reason = weft_strerror(survey->context->weft);
	struct json_object *silent = json_object_new_object();

	fprintf(stderr, "weft: node %u is left out: %s\n", node, reason);
	output_add(silent, "node", json_object_new_uint64(node));
	output_add_string(silent, "reason", reason);
	json_object_array_add(survey->silent, silent);
}

static void ask_members(struct survey *survey, uint64_t members)
{
	uint32_t node;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (members >> (node - 1) & 1 && ask(survey, node))
			note_silence(survey, node);
	}
}

static uint64_t bit(uint32_t node)
{
	return node ? 1ULL << (node - 1) : 0;
}

/* This node first: if it cannot be asked, nobody can. */
static enum status survey_all(struct survey *survey)
{
	struct weft *weft = survey->context->weft;
	struct weft_cluster cluster = { .sz = sizeof(cluster) };
	struct weft_view view = { .sz = sizeof(view) };
	int err;

	err = weft_cluster_get(weft, &cluster);
	if (!err)
		err = weft_view_get(weft, &view);
	if (!err)
		err = ask(survey, WEFT_NODE_NONE);
	if (err)
		return module_failure(survey->context, err);
	ask_members(survey, view.members & ~bit(cluster.node));
	return STATUS_OK;
}

/* Of the others only those are asked that share a process with the node. */
static enum status survey_one(struct survey *survey, uint32_t node)
{
	int err = ask(survey, node);
	uint64_t others = 0;
	size_t i;

	if (err == -ETIMEDOUT || err == -ENOTCONN) {
		note_silence(survey, node);
		return STATUS_OK;
	}
	if (err)
		return module_failure(survey->context, err);
	for (i = 0; i < survey->halves.count; i++)
		others |= bit(survey->halves.halves[i].home) |
			  bit(survey->halves.halves[i].node);
	ask_members(survey, others & ~bit(node));
	return STATUS_OK;
}

static struct json_object *collect(struct survey *survey, uint32_t node)
{
	struct json_object *processes = json_object_new_array();
	struct whole whole;
	size_t at = 0;

	halves_sort(&survey->halves);
	while (at < survey->halves.count) {
		at = halves_next(&survey->halves, at, &whole);
		if (!node || whole.any->home == node || whole.any->node == node)
			json_object_array_add(processes, ps_row(&whole));
	}
	return processes;
}

static enum status print_survey(struct survey *survey, uint32_t node)
{
	bool is_complete = !json_object_array_length(survey->silent);
	struct json_object *root = output_new();
	enum status status = STATUS_OK;

	output_add(root, "processes", collect(survey, node));
	output_add(root, "silent", json_object_get(survey->silent));
	if (survey->context->is_json) {
		status = print_result(survey->context, root);
	} else if (ps_print(stdout, root)) {
		perror("weft: cannot write the result");
		status = STATUS_ERROR;
	}
	json_object_put(root);
	return status == STATUS_OK && !is_complete ? STATUS_TIMEOUT : status;
}

static enum status take_node(const struct context *context, uint32_t *node)
{
	unsigned long value;
	unsigned int i;
	char *rest;

	for (i = 0; i < context->own_count; i++) {
		const char *text = context->own[i].value;

		value = strtoul(text, &rest, 10);
		if (*text < '0' || *text > '9' || *rest || value < WEFT_NODE_MIN ||
		    value > WEFT_NODE_MAX)
			return usage_error("'%s' is no number of a node: %d to %d",
					   text, WEFT_NODE_MIN, WEFT_NODE_MAX);
		*node = (uint32_t)value;
	}
	if (context->open->timeout_ms > WEFT_CHECK_TIMEOUT_MS_MAX)
		return usage_error("a node may take %d seconds at most",
				   WEFT_CHECK_TIMEOUT_MS_MAX / 1000);
	return STATUS_OK;
}

/**
 * command_ps() - weft ps
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: none are known
 *
 * Return: the exit status; STATUS_TIMEOUT if a node did not answer.
 */
enum status command_ps(struct context *context, int argc, char **argv)
{
	struct survey survey = { .context = context };
	uint32_t node = WEFT_NODE_NONE;
	enum status status;

	status = refuse_arguments(context, argc, argv);
	if (status == STATUS_OK)
		status = take_node(context, &node);
	if (status != STATUS_OK)
		return status;
	survey.silent = json_object_new_array();
	status = node ? survey_one(&survey, node) : survey_all(&survey);
	if (status == STATUS_OK && survey.err) {
		fputs("weft: out of memory\n", stderr);
		status = STATUS_ERROR;
	}
	if (status == STATUS_OK)
		status = print_survey(&survey, node);
	json_object_put(survey.silent);
	halves_free(&survey.halves);
	return status;
}
