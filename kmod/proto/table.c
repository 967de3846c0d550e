// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that nodes say to each other. What a row says is checked before anybody
 * looks at a message, see check.c; handlers rely on it.
 */
#include "proto/msg_migrate.h"
#include "proto/proto.h"

#define FAST	WEFT_LANE_BIT(WEFT_LANE_FAST)
#define BULK	WEFT_LANE_BIT(WEFT_LANE_BULK)

/* How each message may look. Row 0 stands for no message and has no name. */
const struct weft_msg_entry weft_msg_table[WEFT_MSG_NR_TYPES] = {
	[WEFT_MSG_RESUME] = {
		.name = "RESUME", .since = 1, .lanes = WEFT_ANY_LANE,
		.min = sizeof(struct weft_msg_resume),
		.max = sizeof(struct weft_msg_resume),
	},
	[WEFT_MSG_ACK] = {
		.name = "ACK", .since = 1, .lanes = WEFT_ANY_LANE,
	},
	[WEFT_MSG_EPOCH] = {
		.name = "EPOCH", .since = 1, .lanes = WEFT_ANY_LANE,
	},
	[WEFT_MSG_ECHO] = {
		.name = "ECHO", .since = 1, .lanes = FAST,
		.min = sizeof(struct weft_msg_echo), .max = WEFT_ECHO_SIZE_MAX,
		.is_numbered = true, .reply = WEFT_MSG_ECHO_REPLY,
	},
	[WEFT_MSG_ECHO_REPLY] = {
		.name = "ECHO_REPLY", .since = 1, .lanes = FAST,
		.max = WEFT_ECHO_SIZE_MAX,
		.is_numbered = true, .is_reply = true,
	},
	[WEFT_MSG_ECHO_BULK] = {
		.name = "ECHO_BULK", .since = 1, .lanes = BULK,
		.min = sizeof(struct weft_msg_echo), .max = WEFT_ECHO_BULK_SIZE_MAX,
		.is_numbered = true, .reply = WEFT_MSG_ECHO_BULK_REPLY,
	},
	[WEFT_MSG_ECHO_BULK_REPLY] = {
		.name = "ECHO_BULK_REPLY", .since = 1, .lanes = BULK,
		.max = WEFT_ECHO_BULK_SIZE_MAX,
		.is_numbered = true, .is_reply = true,
	},
	[WEFT_MSG_HOST] = {
		.name = "HOST", .since = 2, .lanes = FAST,
		.is_numbered = true, .reply = WEFT_MSG_HOST_REPLY,
	},
	[WEFT_MSG_HOST_REPLY] = {
		.name = "HOST_REPLY", .since = 2, .lanes = FAST,
		.min = sizeof(struct weft_msg_host),
		.max = sizeof(struct weft_msg_host),
		.is_numbered = true, .is_reply = true,
	},
};
