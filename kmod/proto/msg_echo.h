/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The yardstick: a message that asks for itself.
 */
#ifndef _WEFT_PROTO_MSG_ECHO_H
#define _WEFT_PROTO_MSG_ECHO_H

#include <linux/build_bug.h>
#include <linux/types.h>
#include <linux/weft.h>

/**
 * struct weft_msg_echo - asks for its own payload back
 * @reply_size: wanted payload of the reply in bytes: 0 to
 *              WEFT_ECHO_SIZE_MAX, or WEFT_ECHO_BULK_SIZE_MAX in ECHO_BULK
 * @pad:        zero, or -EPROTO
 * @tag:        anything
 *
 * Payload follows. The reply begins with the same bytes as the whole request,
 * this struct included, as far as both have them; the rest of it is, at each
 * position, the low byte of the position.
 */
struct weft_msg_echo {
	__le32 reply_size;
	__le32 pad;
	__le64 tag;
};

static_assert(sizeof(struct weft_msg_echo) == WEFT_ECHO_SIZE_MIN);

#endif /* _WEFT_PROTO_MSG_ECHO_H */
