// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a greeting: a valid one or a reason, never more. */
#include "greeting.h"

#include "weft.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_valid(const struct greeting *greeting)
{
	bool is_refusal = greeting->kind == GREETING_REFUSAL;
	bool has_reason = greeting->reason != REFUSAL_NONE;

	if (!weft_cluster_name_is_valid(greeting->cluster) ||
	    greeting->from < WEFT_NODE_MIN || greeting->from > WEFT_NODE_MAX ||
	    greeting->to > WEFT_NODE_MAX || greeting->lane >= WEFT_LANE_COUNT ||
	    !greeting->incarnation || !greeting->epoch)
		abort();
	if (greeting->reason > REFUSAL_BUSY || is_refusal != has_reason)
		abort();
}

/* What is accepted must come out of the wire as it went in. */
static void expect_same(const struct greeting *greeting, const uint8_t *data)
{
	uint8_t bytes[GREETING_LEN];

	greeting_encode(greeting, bytes);
	if (memcmp(bytes, data, sizeof(bytes)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t incarnations[WEFT_NODE_MAX + 1] = { [3] = 5 };
	struct greeting_expected expected = {
		.kind = GREETING_HELLO,
		.cluster = "lab",
		.self = 1,
		.authenticated = 3,
		.members = 7,
		.incarnations = incarnations,
	};
	struct greeting greeting;

	if (size < GREETING_LEN || greeting_decode(&greeting, data))
		return 0;
	expect_valid(&greeting);
	expect_same(&greeting, data);
	if (!greeting_check(&greeting, &expected) &&
	    (greeting.from != 3 || greeting.to != 1 ||
	     greeting.incarnation < 5 || strcmp(greeting.cluster, "lab")))
		abort();
	expected.kind = GREETING_WELCOME;
	expected.peer = 3;
	if (!greeting_check(&greeting, &expected) && greeting.from != 3)
		abort();
	return 0;
}
