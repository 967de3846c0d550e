// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module lets only root do about a process, its owner asks the daemon
 * for. The daemon knows by the socket who asks. What it says is checked like
 * anything that comes from outside.
 */
#include "command.h"
#include "output.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define REQUEST_LEN	128
#define SENTENCE_LEN	512
#define DETAILS_MAX	1024
#define TIMEOUT_MS_DEFAULT	5000	/* the module's own */
#define MARGIN_MS	5000	/* of the daemon, beyond that of the module */

static enum status not_understood(void)
{
	fputs("weft: the weft daemon gave an answer that is not understood\n",
	      stderr);
	return STATUS_ERROR;
}

/* The text of a string; NULL if it is none that a terminal could show. */
static const char *text_of(struct json_object *value)
{
	const char *text;
	int i, length;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	length = json_object_get_string_len(value);
	for (i = 0; i < length; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return NULL;
	}
	return text;
}

static const char *take_text(struct json_object *object, const char *key)
{
	return text_of(json_object_object_get(object, key));
}

static bool take_number(struct json_object *object, const char *key,
			uint64_t max, uint64_t *number)
{
	struct json_object *value = json_object_object_get(object, key);

	if (!json_object_is_type(value, json_type_int))
		return false;
	*number = json_object_get_uint64(value);
	return *number <= max;
}

static bool take_number32(struct json_object *object, const char *key,
			  uint32_t *number)
{
	uint64_t value;

	if (!take_number(object, key, UINT32_MAX, &value))
		return false;
	*number = (uint32_t)value;
	return true;
}

/* The daemon said no: its words, and the status that it thinks right. */
static enum status explain_refusal(struct json_object *error)
{
	const char *sentence = take_text(error, "sentence");
	uint64_t status;

	if (!sentence || !take_number(error, "status", INT32_MAX, &status))
		return not_understood();
	fprintf(stderr, "weft: %s\n", sentence);
	if (status == STATUS_TIMEOUT || status == STATUS_CANNOT_MOVE)
		return (enum status)status;
	return STATUS_ERROR;
}

/* Nobody was there to say no, so the first one has the word. */
static enum status explain_silence(const struct context *context,
				   const char *refusal, int err)
{
	fprintf(stderr,
		"weft: %s; weftd could help the owner of a process if weft.conf says 'owners = yes', but %s\n",
		refusal, weft_strerror(context->weft));
	return err == -ETIMEDOUT || err == -ETIME ? STATUS_TIMEOUT : STATUS_ERROR;
}

/*
 * Puts the member called @key of the reply into @answer, which belongs to the
 * caller. Return: STATUS_OK, or another status after a sentence.
 */
static enum status ask_daemon(const struct context *context, const char *request,
			      uint32_t timeout_ms, const char *key,
			      struct json_object **answer)
{
	struct json_object *root, *error;
	enum status status = STATUS_OK;
	char refusal[SENTENCE_LEN];
	char *reply;
	int err;

	snprintf(refusal, sizeof(refusal), "%s", weft_strerror(context->weft));
	err = weft_daemon_ask(context->weft, request,
			      (timeout_ms ? timeout_ms : TIMEOUT_MS_DEFAULT) +
			      MARGIN_MS, &reply);
	if (err)
		return explain_silence(context, refusal, err);
	root = json_tokener_parse(reply);
	free(reply);
	/* NULL is what a member that is missing has, too */
	if (!json_object_is_type(root, json_type_object)) {
		json_object_put(root);
		return not_understood();
	}
	error = json_object_object_get(root, "error");
	*answer = json_object_object_get(root, key);
	if (json_object_is_type(error, json_type_object))
		status = explain_refusal(error);
	else if (json_object_is_type(*answer, json_type_object))
		json_object_get(*answer);
	else
		status = not_understood();
	json_object_put(root);
	return status;
}

static void write_request(char *text, const char *name, uint32_t pid,
			  uint32_t node, uint32_t timeout_ms)
{
	snprintf(text, REQUEST_LEN,
		 "{\"request\":\"%s\",\"pid\":%u,\"node\":%u,\"timeout_ms\":%u}",
		 name, pid, node, timeout_ms ? timeout_ms : TIMEOUT_MS_DEFAULT);
}

/* Return: whether all of @details are strings to be shown; then, they are. */
static bool take_details(struct json_object *array, const char **details,
			 uint32_t *count)
{
	size_t i, length;

	if (!json_object_is_type(array, json_type_array))
		return false;
	length = json_object_array_length(array);
	if (length > DETAILS_MAX)
		return false;
	for (i = 0; i < length; i++) {
		details[i] = text_of(json_object_array_get_idx(array, i));
		if (!details[i])
			return false;
	}
	*count = (uint32_t)length;
	return true;
}

static bool give_reason(struct json_object *row, weft_reason_fn *reason,
			void *arg)
{
	const char *details[DETAILS_MAX];
	struct weft_reason given = { .sz = sizeof(given), .details = details };

	if (!json_object_is_type(row, json_type_object))
		return false;
	given.text = take_text(row, "text");
	if (!given.text || !take_number32(row, "code", &given.code) ||
	    !take_number32(row, "more", &given.more) ||
	    !take_details(json_object_object_get(row, "details"), details,
			  &given.detail_count))
		return false;
	reason(&given, arg);
	return true;
}

static bool take_check(struct json_object *answer,
		       struct weft_check_result *found, weft_reason_fn *reason,
		       void *arg)
{
	struct json_object *rows = json_object_object_get(answer, "reasons");
	const char *name = take_text(answer, "name");
	size_t i;

	if (!name || !take_number32(answer, "pid", &found->pid) ||
	    !take_number32(answer, "node", &found->node) ||
	    !json_object_is_type(rows, json_type_array))
		return false;
	snprintf(found->name, sizeof(found->name), "%s", name);
	found->reason_count = (uint32_t)json_object_array_length(rows);
	for (i = 0; i < found->reason_count; i++) {
		if (!give_reason(json_object_array_get_idx(rows, i), reason,
				 arg))
			return false;
	}
	return true;
}

/**
 * owner_check() - have the daemon ask whether a process can move to a node
 * @context: the command line; the last failure of its handle is the refusal of
 *           the module
 * @options: which process, to which node
 * @found:   the answer
 * @reason:  called for each reason why it cannot move
 * @arg:     for @reason
 *
 * Return: STATUS_OK, or another status after a sentence.
 */
enum status owner_check(const struct context *context,
			const struct weft_check_options *options,
			struct weft_check_result *found, weft_reason_fn *reason,
			void *arg)
{
	struct json_object *answer;
	char request[REQUEST_LEN];
	enum status status;

	write_request(request, "check", options->pid, options->node,
		      options->timeout_ms);
	status = ask_daemon(context, request, options->timeout_ms, "check",
			    &answer);
	if (status != STATUS_OK)
		return status;
	if (!take_check(answer, found, reason, arg))
		status = not_understood();
	json_object_put(answer);
	return status;
}

/**
 * owner_migrate() - have the daemon move a process to another node
 * @context: the command line; the last failure of its handle is the refusal of
 *           the module
 * @options: which process, to which node
 * @moved:   what came of it
 *
 * Return: STATUS_OK, or another status after a sentence.
 */
enum status owner_migrate(const struct context *context,
			  const struct weft_migrate_options *options,
			  struct weft_migrate_result *moved)
{
	struct json_object *answer;
	char request[REQUEST_LEN];
	enum status status;

	write_request(request, "migrate", options->pid, options->node,
		      options->timeout_ms);
	status = ask_daemon(context, request, options->timeout_ms, "migration",
			    &answer);
	if (status != STATUS_OK)
		return status;
	if (!take_number32(answer, "pid", &moved->pid) ||
	    !take_number32(answer, "node", &moved->node) ||
	    !take_number(answer, "serial", UINT64_MAX, &moved->serial) ||
	    !take_number(answer, "downtime_ns", UINT64_MAX,
			 &moved->downtime_ns))
		status = not_understood();
	json_object_put(answer);
	return status;
}
