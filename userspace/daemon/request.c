// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests on the control socket. Pure: text in, text out, no socket. The text
 * comes from whoever may open the socket and is trusted in nothing.
 *
 * A request is one line, {"request":"status"}, or "check" or "migrate" with the
 * numbers pid and node, and timeout_ms if wanted. A reply is one line, too:
 * {"schema_version":1,"status":{...}} or
 * {"schema_version":1,"error":{"code":"...","status":1,"sentence":"..."}}.
 */
#include "request.h"

#include <json-c/json.h>
#include <linux/weft.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_VERSION	1
#define DEPTH_MAX	4	/* of nested values: a request needs one */

/* Adds @value, also when it is NULL (JSON null). Takes the reference. */
static bool add(struct json_object *object, const char *key,
		struct json_object *value)
{
	if (!json_object_object_add(object, key, value))
		return true;
	json_object_put(value);
	return false;
}

static bool add_string(struct json_object *object, const char *key,
		       const char *value)
{
	return add(object, key, value ? json_object_new_string(value) : NULL);
}

/**
 * request_finish() - the line for { "schema_version": 1, @key: @value }
 * @key:   what the reply is
 * @value: its content; the reference is taken
 *
 * Return: a line with its newline, to be released with free(); NULL if out of
 * memory.
 */
char *request_finish(const char *key, struct json_object *value)
{
	struct json_object *reply = json_object_new_object();
	const char *text = NULL;
	char *line = NULL;

	if (!reply) {
		json_object_put(value);
		return NULL;
	}
	if (add(reply, "schema_version",
		json_object_new_int(SCHEMA_VERSION)) && add(reply, key, value))
		text = json_object_to_json_string_ext(reply,
						      JSON_C_TO_STRING_PLAIN);
	if (text && asprintf(&line, "%s\n", text) < 0)
		line = NULL;
	json_object_put(reply);
	return line;
}

/**
 * request_refuse() - the reply to a request that is not served
 * @code:     for programs: lower case words, joined by '-'
 * @status:   what it means for the exit status of a command
 * @sentence: for humans
 *
 * Return: a line with its newline, to be released with free(); NULL if out of
 * memory.
 */
char *request_refuse(const char *code, enum request_status status,
		     const char *sentence)
{
	struct json_object *error = json_object_new_object();

	if (!error)
		return NULL;
	add_string(error, "code", code);
	add(error, "status", json_object_new_int(status));
	add_string(error, "sentence", sentence);
	return request_finish("error", error);
}

static struct json_object *describe_peers(const struct peers_count *count)
{
	struct json_object *peers = json_object_new_object();

	if (!peers)
		return NULL;
	add(peers, "expected", json_object_new_int64(count->expected));
	add(peers, "connected", json_object_new_int64(count->connected));
	add(peers, "lanes_expected",
	    json_object_new_int64(count->lanes_expected));
	add(peers, "lanes_up", json_object_new_int64(count->lanes_up));
	return peers;
}

static struct json_object *describe_refused(const uint64_t *counts)
{
	struct json_object *refused = json_object_new_object();
	int reason;

	if (!refused)
		return NULL;
	for (reason = REFUSAL_NONE + 1; reason < REFUSAL_COUNT; reason++)
		add(refused, refusal_name((enum refusal)reason),
		    json_object_new_int64((int64_t)counts[reason]));
	return refused;
}

/**
 * request_answer_status() - the reply to REQUEST_STATUS
 * @status: the present state of the daemon
 *
 * Return: a line with its newline, to be released with free(); NULL if out of
 * memory.
 */
char *request_answer_status(const struct status *status)
{
	struct json_object *reply = json_object_new_object();

	if (!reply)
		return NULL;
	add_string(reply, "state", status->state);
	add(reply, "pid", json_object_new_int(status->pid));
	add_string(reply, "version", status->version);
	add(reply, "uptime_ms", json_object_new_int64(status->uptime_ms));
	add_string(reply, "cluster", status->cluster);
	add(reply, "node", json_object_new_int64(status->node));
	add_string(reply, "module", status->module);
	add_string(reply, "problem", status->problem);
	add(reply, "insecure", json_object_new_boolean(status->is_insecure));
	add(reply, "peers", describe_peers(&status->peers));
	add(reply, "refused", describe_refused(status->refused));
	return request_finish("status", reply);
}

/* One JSON value that fills the line; NULL for anything else. */
static struct json_object *parse(const char *line, size_t length)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *value;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
					JSON_TOKENER_VALIDATE_UTF8);
	value = json_tokener_parse_ex(tokener, line, (int)length);
	if (json_tokener_get_error(tokener) != json_tokener_success ||
	    json_tokener_get_parse_end(tokener) != length) {
		json_object_put(value);
		value = NULL;
	}
	json_tokener_free(tokener);
	return value;
}

/* A JSON string may hold a NUL, so its length counts, too. */
static bool is_equal(struct json_object *string, const char *text)
{
	size_t length = strlen(text);

	return (size_t)json_object_get_string_len(string) == length &&
	       !memcmp(json_object_get_string(string), text, length);
}

/* Takes the reply that refuses the request. */
static bool refuse_bad(char **refusal, const char *sentence)
{
	*refusal = request_refuse("bad-request", REQUEST_ERROR, sentence);
	return false;
}

/*
 * Puts the number called @name into @number, and counts it in @members. Without
 * it @number stays as it is; 0 is no value of any, so the caller sees that.
 */
static bool take_number(struct json_object *object, const char *name,
			uint32_t max, uint32_t *number, int *members,
			char **refusal)
{
	struct json_object *value;
	char sentence[96];
	int64_t found;

	if (!json_object_object_get_ex(object, name, &value))
		return true;
	++*members;
	found = json_object_is_type(value, json_type_int) ?
		json_object_get_int64(value) : 0;
	if (found >= 1 && found <= max) {
		*number = (uint32_t)found;
		return true;
	}
	snprintf(sentence, sizeof(sentence),
		 "'%s' is not a whole number from 1 to %u", name, max);
	return refuse_bad(refusal, sentence);
}

/* Which process, to which node. */
static bool take_move(struct json_object *object, struct request *request,
		      int *members, char **refusal)
{
	request->timeout_ms = REQUEST_TIMEOUT_MS_DEFAULT;
	if (!take_number(object, "pid", REQUEST_PID_MAX, &request->pid, members,
			 refusal) ||
	    !take_number(object, "node", WEFT_NODE_MAX, &request->node, members,
			 refusal) ||
	    !take_number(object, "timeout_ms", WEFT_CHECK_TIMEOUT_MS_MAX,
			 &request->timeout_ms, members, refusal))
		return false;
	if (request->pid && request->node)
		return true;
	return refuse_bad(refusal, request->pid ? "'node' is missing" :
						  "'pid' is missing");
}

static bool take_object(struct json_object *object, struct request *request,
			char **refusal)
{
	struct json_object *name;
	int members = 1;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, "request", &name) ||
	    !json_object_is_type(name, json_type_string))
		return refuse_bad(refusal,
				  "the request is not an object with a string 'request'");
	if (is_equal(name, "check"))
		request->kind = REQUEST_CHECK;
	else if (is_equal(name, "migrate"))
		request->kind = REQUEST_MIGRATE;
	if (request->kind != REQUEST_STATUS &&
	    !take_move(object, request, &members, refusal))
		return false;
	if (json_object_object_length(object) != members)
		return refuse_bad(refusal,
				  "the request has members that this daemon does not know");
	if (request->kind != REQUEST_STATUS || is_equal(name, "status"))
		return true;
	*refusal = request_refuse("unknown-request", REQUEST_ERROR,
				  "this daemon does not know that request");
	return false;
}

/**
 * request_parse() - understand one request
 * @line:    the request without its newline; need not end with NUL
 * @length:  bytes of @line, at most REQUEST_LEN_MAX
 * @request: the result; undefined if it was not understood
 * @refusal: then, the reply: a line with its newline, to be released with
 *           free(), or NULL if out of memory
 *
 * Return: whether it was understood.
 */
bool request_parse(const char *line, size_t length, struct request *request,
		   char **refusal)
{
	struct json_object *object;
	bool is_understood;

	memset(request, 0, sizeof(*request));
	*refusal = NULL;
	while (length && (line[length - 1] == '\r' || line[length - 1] == ' '))
		length--;
	if (!length || memchr(line, '\0', length))
		return refuse_bad(refusal, "the request is empty or holds a NUL");
	object = parse(line, length);
	if (!object)
		return refuse_bad(refusal, "the request is not one JSON value");
	is_understood = take_object(object, request, refusal);
	json_object_put(object);
	return is_understood;
}
