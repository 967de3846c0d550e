// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the daemon says about itself, as a section of a result.
 */
#include "command.h"
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *silent_daemon(struct weft *weft, int err,
					 enum status *status,
					 const char **sentence)
{
	struct json_object *daemon = json_object_new_object();

	*sentence = weft_strerror(weft);
	*status = STATUS_ERROR;
	if (err == -ECONNREFUSED)
		*status = STATUS_DAEMON_DOWN;
	else if (err == -ETIMEDOUT)
		*status = STATUS_TIMEOUT;
	output_add_string(daemon, "state", err == -ECONNREFUSED ?
			  "not-running" : "unreachable");
	return daemon;
}

/* The "status" inside a reply; NULL if the reply is anything else. */
static struct json_object *unpack(const char *reply)
{
	struct json_object *object = json_tokener_parse(reply);
	struct json_object *daemon = NULL;

	if (json_object_is_type(object, json_type_object))
		daemon = json_object_object_get(object, "status");
	if (json_object_is_type(daemon, json_type_object))
		json_object_get(daemon);
	else
		daemon = NULL;
	json_object_put(object);
	return daemon;
}

/**
 * daemon_get() - ask the daemon how it is
 * @weft:     the handle
 * @status:   what the answer, or its absence, means for the exit status
 * @sentence: why, if @status is not STATUS_OK; valid until @weft or the result
 *            is used for something else
 *
 * Return: an object with at least "state"; never NULL.
 */
struct json_object *daemon_get(struct weft *weft, enum status *status,
			       const char **sentence)
{
	struct json_object *daemon, *problem;
	char *reply;
	int err;

	*status = STATUS_OK;
	*sentence = NULL;
	err = weft_daemon_status(weft, &reply);
	if (err)
		return silent_daemon(weft, err, status, sentence);
	daemon = unpack(reply);
	free(reply);
	if (!daemon) {
		daemon = silent_daemon(weft, -EPROTO, status, sentence);
		*sentence = "the weft daemon gave an answer that is not understood";
		return daemon;
	}
	problem = json_object_object_get(daemon, "problem");
	if (json_object_is_type(problem, json_type_string)) {
		*status = STATUS_ERROR;
		*sentence = json_object_get_string(problem);
	}
	return daemon;
}
