// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a control request: always one line of JSON as the reply. */
#include "request.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct status status = {
		.state = "ready", .version = "1", .module = "ready",
	};
	struct json_object *object;
	char *reply;

	if (size > REQUEST_LEN_MAX)
		return 0;
	reply = request_answer((const char *)data, size, &status);
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
