// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a control request: one line of JSON as the reply, or a process and
 * a node within their limits.
 */
#include "request.h"

#include <json-c/json.h>
#include <linux/weft.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_limits(const struct request *request)
{
	if (request->pid < 1 || request->pid > REQUEST_PID_MAX ||
	    request->node < 1 || request->node > WEFT_NODE_MAX ||
	    request->timeout_ms < 1 ||
	    request->timeout_ms > WEFT_CHECK_TIMEOUT_MS_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct status status = {
		.state = "ready", .version = "1", .module = "ready",
	};
	struct json_object *object;
	struct request request;
	char *reply;

	if (size > REQUEST_LEN_MAX)
		return 0;
	if (request_parse((const char *)data, size, &request, &reply)) {
		if (reply)
			abort();
		if (request.kind != REQUEST_STATUS) {
			check_limits(&request);
			return 0;
		}
		reply = request_answer_status(&status);
	}
	if (!reply || strchr(reply, '\n') != reply + strlen(reply) - 1)
		abort();
	object = json_tokener_parse(reply);
	if (!json_object_object_get(object, "status") ==
	    !json_object_object_get(object, "error"))
		abort();
	json_object_put(object);
	free(reply);
	return 0;
}
