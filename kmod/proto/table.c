// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that nodes say to each other. What a row says is checked before anybody
 * looks at a message, see check.c; handlers rely on it.
 */
#include "proto/msg_migrate.h"
#include "proto/msg_capture.h"
#include "proto/msg_drain.h"
#include "proto/msg_process.h"
#include "proto/msg_processes.h"
#include "proto/msg_thread.h"
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
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_HOST_REPLY,
	},
	[WEFT_MSG_HOST_REPLY] = {
		.name = "HOST_REPLY", .since = 2, .lanes = FAST,
		.min = sizeof(struct weft_msg_host),
		.max = sizeof(struct weft_msg_host),
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_BODY] = {
		.name = "BODY", .since = 3, .lanes = FAST,
		.min = sizeof(struct weft_msg_body),
		.max = sizeof(struct weft_msg_body),
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_BODY_REPLY,
	},
	[WEFT_MSG_BODY_REPLY] = {
		.name = "BODY_REPLY", .since = 3, .lanes = FAST,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_CAPTURE] = {
		.name = "CAPTURE", .since = 3, .lanes = FAST,
		.min = sizeof(struct weft_msg_capture) + WEFT_XSTATE_MIN,
		.max = WEFT_CAPTURE_MAX,
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_CAPTURE_REPLY,
	},
	[WEFT_MSG_CAPTURE_REPLY] = {
		.name = "CAPTURE_REPLY", .since = 3, .lanes = FAST,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_PAGES] = {
		.name = "PAGES", .since = 3, .lanes = WEFT_ANY_LANE,
		.min = sizeof(struct weft_msg_pages),
		.max = sizeof(struct weft_msg_pages),
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_PAGES_REPLY,
	},
	[WEFT_MSG_PAGES_REPLY] = {
		.name = "PAGES_REPLY", .since = 3, .lanes = WEFT_ANY_LANE,
		.min = sizeof(struct weft_msg_pages_reply),
		.max = WEFT_PAGES_REPLY_MAX,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_CALL] = {
		.name = "CALL", .since = 3, .lanes = WEFT_ANY_LANE,
		.min = sizeof(struct weft_msg_call),
		.max = sizeof(struct weft_msg_call) + WEFT_CALL_DATA_MAX,
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_CALL_REPLY,
	},
	[WEFT_MSG_CALL_REPLY] = {
		.name = "CALL_REPLY", .since = 3, .lanes = WEFT_ANY_LANE,
		.min = sizeof(struct weft_msg_call_reply),
		.max = sizeof(struct weft_msg_call_reply) + WEFT_CALL_DATA_MAX,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_SIGNAL] = {
		.name = "SIGNAL", .since = 3, .lanes = FAST,
		.min = sizeof(struct weft_msg_signal),
		.max = sizeof(struct weft_msg_signal),
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_SIGNAL_REPLY,
	},
	[WEFT_MSG_SIGNAL_REPLY] = {
		.name = "SIGNAL_REPLY", .since = 3, .lanes = FAST,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_CANCEL] = {
		.name = "CANCEL", .since = 3, .lanes = WEFT_ANY_LANE,
		.min = sizeof(struct weft_msg_cancel),
		.max = sizeof(struct weft_msg_cancel),
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_CANCEL_REPLY,
	},
	[WEFT_MSG_CANCEL_REPLY] = {
		.name = "CANCEL_REPLY", .since = 3, .lanes = WEFT_ANY_LANE,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_GONE] = {
		.name = "GONE", .since = 3, .lanes = FAST,
		.min = sizeof(struct weft_msg_gone),
		.max = sizeof(struct weft_msg_gone),
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_GONE_REPLY,
	},
	[WEFT_MSG_GONE_REPLY] = {
		.name = "GONE_REPLY", .since = 3, .lanes = FAST,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_PROCESSES] = {
		.name = "PROCESSES", .since = 3, .lanes = BULK,
		.min = sizeof(struct weft_msg_processes),
		.max = sizeof(struct weft_msg_processes),
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_PROCESSES_REPLY,
	},
	[WEFT_MSG_PROCESSES_REPLY] = {
		.name = "PROCESSES_REPLY", .since = 3, .lanes = BULK,
		.min = sizeof(struct weft_msg_processes_reply),
		.max = WEFT_PROCESSES_REPLY_MAX,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_THREAD] = {
		.name = "THREAD", .since = 3, .lanes = FAST,
		.min = sizeof(struct weft_msg_thread) + WEFT_XSTATE_MIN,
		.max = sizeof(struct weft_msg_thread) + WEFT_XSTATE_MAX,
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_THREAD_REPLY,
	},
	[WEFT_MSG_THREAD_REPLY] = {
		.name = "THREAD_REPLY", .since = 3, .lanes = FAST,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
	[WEFT_MSG_DRAIN] = {
		.name = "DRAIN", .since = 3, .lanes = BULK,
		.min = sizeof(struct weft_msg_drain),
		.max = sizeof(struct weft_msg_drain),
		.is_numbered = true, .is_of_session = true,
		.reply = WEFT_MSG_DRAIN_REPLY,
	},
	[WEFT_MSG_DRAIN_REPLY] = {
		.name = "DRAIN_REPLY", .since = 3, .lanes = BULK,
		.min = sizeof(struct weft_msg_drain_reply),
		.max = WEFT_DRAIN_REPLY_MAX,
		.is_numbered = true, .is_of_session = true,
		.is_reply = true,
	},
};
