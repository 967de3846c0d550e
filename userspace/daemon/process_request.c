// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests about processes: check and migrate. Runs in the child of a job, where
 * waiting is allowed. The module is asked with the rights of the daemon, so who
 * may is decided here, before the question and, where the answer tells something,
 * once more before it is passed on.
 */
#include "process_request.h"

#include "weft.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SENTENCE_LEN	512

/**
 * struct question - one request on its way
 * @request:   what is asked
 * @requester: who asks
 * @weft:      the library's handle
 * @pin:       holds the process; -1 for root, whom no rule binds to a process
 */
struct question {
	const struct request *request;
	const struct requester *requester;
	struct weft *weft;
	int pin;
};

static char *refuse_by_rule(const struct question *question,
			    enum owner_rule rule)
{
	char sentence[SENTENCE_LEN];

	owner_explain(rule, question->request->pid, question->requester,
		      sentence, sizeof(sentence));
	return request_refuse(owner_code(rule), REQUEST_ERROR, sentence);
}

static char *refuse_by_module(const struct question *question, int err)
{
	enum request_status status = REQUEST_ERROR;

	if (err == -ETIMEDOUT)
		status = REQUEST_TIMEOUT;
	else if (err == -EOPNOTSUPP)
		status = REQUEST_CANNOT_MOVE;
	return request_refuse("module", status,
			      weft_strerror(question->weft));
}

static enum owner_rule look(const struct question *question)
{
	if (question->pin < 0)
		return OWNER_MAY;
	return owner_look(question->pin, question->request->pid,
			  question->requester);
}

static void add_reason(const struct weft_reason *reason, void *arg)
{
	struct json_object *row = json_object_new_object();
	struct json_object *details = json_object_new_array();
	uint32_t i;

	for (i = 0; i < reason->detail_count; i++)
		json_object_array_add(details,
				      json_object_new_string(reason->details[i]));
	json_object_object_add(row, "code",
			       json_object_new_int64(reason->code));
	json_object_object_add(row, "text",
			       json_object_new_string(reason->text));
	json_object_object_add(row, "details", details);
	json_object_object_add(row, "more",
			       json_object_new_int64(reason->more));
	json_object_array_add(arg, row);
}

static struct json_object *new_answer(uint32_t pid, uint32_t node)
{
	struct json_object *answer = json_object_new_object();

	json_object_object_add(answer, "pid", json_object_new_int64(pid));
	json_object_object_add(answer, "node", json_object_new_int64(node));
	return answer;
}

/* Takes over @reasons. */
static char *answer_check(const struct weft_check_result *found,
			  struct json_object *reasons)
{
	struct json_object *answer = new_answer(found->pid, found->node);

	json_object_object_add(answer, "name",
			       json_object_new_string(found->name));
	json_object_object_add(answer, "reasons", reasons);
	return request_finish("check", answer);
}

static char *check(const struct question *question)
{
	const struct weft_check_options options = {
		.sz = sizeof(options),
		.pid = question->request->pid,
		.node = question->request->node,
		.timeout_ms = question->request->timeout_ms,
	};
	struct weft_check_result found = { .sz = sizeof(found) };
	struct json_object *reasons = json_object_new_array();
	enum owner_rule rule;
	int err;

	err = weft_check(question->weft, &options, &found, add_reason, reasons);
	/* else it might be about a process that took the number over */
	rule = look(question);
	if (!err && rule == OWNER_MAY)
		return answer_check(&found, reasons);
	json_object_put(reasons);
	return rule == OWNER_MAY ? refuse_by_module(question, err) :
				   refuse_by_rule(question, rule);
}

static char *migrate(const struct question *question)
{
	const struct weft_migrate_options options = {
		.sz = sizeof(options),
		.pid = question->request->pid,
		.node = question->request->node,
		.timeout_ms = question->request->timeout_ms,
	};
	struct weft_migrate_result moved = { .sz = sizeof(moved) };
	struct json_object *answer;
	int err;

	err = weft_migrate(question->weft, &options, &moved);
	if (err)
		return refuse_by_module(question, err);
	answer = new_answer(moved.pid, moved.node);
	json_object_object_add(answer, "serial",
			       json_object_new_uint64(moved.serial));
	json_object_object_add(answer, "downtime_ns",
			       json_object_new_uint64(moved.downtime_ns));
	return request_finish("migration", answer);
}

/* With a handle. */
static char *ask_module(struct question *question)
{
	const struct weft_open_options options = {
		.sz = sizeof(options), .timeout_ms = PROCESS_REQUEST_MARGIN_MS,
	};
	enum owner_rule rule;
	char *reply;

	if (weft_open(&question->weft, &options))
		return NULL;
	/* the last thing before the question: the time between is a gap */
	rule = look(question);
	if (rule != OWNER_MAY)
		reply = refuse_by_rule(question, rule);
	else if (question->request->kind == REQUEST_MIGRATE)
		reply = migrate(question);
	else
		reply = check(question);
	weft_close(question->weft);
	return reply;
}

/* For somebody who is bound to processes of its own. */
static char *ask_as_owner(struct question *question)
{
	enum owner_rule rule = OWNER_UNREADABLE;
	char *reply;

	question->pin = owner_pin(question->request->pid);
	if (question->pin < 0) {
		if (question->pin == -ESRCH || question->pin == -EINVAL)
			rule = OWNER_NO_PROCESS;
		return refuse_by_rule(question, rule);
	}
	reply = ask_module(question);
	close(question->pin);
	return reply;
}

/**
 * process_request_serve() - serve a request about a process
 * @request:   REQUEST_CHECK or REQUEST_MIGRATE
 * @requester: who asks
 *
 * Waits for the module, @request->timeout_ms and PROCESS_REQUEST_MARGIN_MS.
 *
 * Return: the reply, a line with its newline, to be released with free(); NULL if
 * out of memory.
 */
char *process_request_serve(const struct request *request,
			    const struct requester *requester)
{
	struct question question = {
		.request = request, .requester = requester, .pin = -1,
	};
	enum owner_rule rule = owner_admit(requester);

	if (rule != OWNER_MAY)
		return refuse_by_rule(&question, rule);
	if (requester->uid)
		return ask_as_owner(&question);
	return ask_module(&question);
}
