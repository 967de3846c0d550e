/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What nodes say to each other: the header of every message, the messages of a
 * session, and the table that says how each of them may look.
 *
 * All numbers are little-endian. Nothing here knows a socket or a process, so
 * that the same code runs under a fuzzer in user space. The contract is
 * Documentation/protocol.rst.
 */
#ifndef _WEFT_PROTO_PROTO_H
#define _WEFT_PROTO_PROTO_H

#include "proto/error.h"
#include "proto/msg_echo.h"
#include "proto/msg_type.h"

#include <linux/build_bug.h>
#include <linux/types.h>
#include <linux/weft.h>

#define WEFT_PROTO_MAGIC	0x74666577	/* "weft" */

/**
 * struct weft_header - stands before each message
 * @magic:        WEFT_PROTO_MAGIC
 * @version:      WEFT_PROTO_VERSION
 * @flags:        none yet; zero, or -EPROTO
 * @type:         enum weft_msg_type
 * @length:       bytes of payload that follow
 * @error:        of a reply: enum weft_wire_error; of all else zero
 * @epoch:        of the view in which it was made
 * @lamport:      logical time at which it was made, below 2^63
 * @request:      number of the request in its session; of a reply that of its
 *                request; zero in what is neither
 * @sequence:     number in its lane and session, from 1 without gaps; zero in
 *                RESUME, ACK and EPOCH, which are not numbered
 * @acknowledged: all that the sender has received in this lane and session, up
 *                to and including this number
 * @payload_crc:  CRC32C of the payload; zero if TLS protects it, or there is
 *                none
 * @header_crc:   CRC32C of the header before this field; zero if TLS protects it
 */
struct weft_header {
	__le32 magic;
	__u8   version;
	__u8   flags;
	__le16 type;
	__le32 length;
	__le32 error;
	__le64 epoch;
	__le64 lamport;
	__le64 request;
	__le64 sequence;
	__le64 acknowledged;
	__le32 payload_crc;
	__le32 header_crc;
};

static_assert(sizeof(struct weft_header) == 64);

/* What of a header its own CRC covers. */
#define WEFT_HEADER_CRC_LEN	60

/**
 * struct weft_msg_resume - who speaks, to whom, and where they left off
 * @from_incarnation: of the node that speaks
 * @to_incarnation:   of the node that is spoken to, as known to the speaker
 * @received:         highest number received in this lane and session
 * @from_node:        the node that speaks
 * @to_node:          the node that is spoken to
 * @lane:             enum weft_lane_id
 * @credits:          requests that the other may have unanswered in this lane:
 *                    1 to WEFT_CREDITS_MAX
 */
struct weft_msg_resume {
	__le64 from_incarnation;
	__le64 to_incarnation;
	__le64 received;
	__le32 from_node;
	__le32 to_node;
	__le32 lane;
	__le32 credits;
};

static_assert(sizeof(struct weft_msg_resume) == 40);

#define WEFT_CREDITS_MAX	256

/* A lane in weft_msg_entry.lanes, and both of them. */
#define WEFT_LANE_BIT(lane)	(1U << (lane))
#define WEFT_ANY_LANE		(WEFT_LANE_BIT(WEFT_LANE_FAST) | \
				 WEFT_LANE_BIT(WEFT_LANE_BULK))

/**
 * struct weft_msg_entry - how a message may look
 * @name:      in upper case, as in the documentation
 * @min:       least payload in bytes
 * @max:       most payload in bytes
 * @lanes:     on which lanes it may come: bits WEFT_LANE_BIT()
 * @reply:     type of its reply; 0 if it asks for none
 * @is_reply:  it answers another; an error is then possible, without payload
 * @is_numbered: it has a sequence number
 * @is_of_session: it outlives its view, if both nodes are members of the next
 * @since:     first version of the protocol that has it
 */
struct weft_msg_entry {
	const char *name;
	__u32 min;
	__u32 max;
	__u8 lanes;
	__u8 reply;
	bool is_reply;
	bool is_numbered;
	bool is_of_session;
	__u8 since;
};

/* table.c */
extern const struct weft_msg_entry weft_msg_table[WEFT_MSG_NR_TYPES];

/**
 * enum weft_breach - what is wrong with a message
 * @WEFT_BREACH_NONE:      nothing
 * @WEFT_BREACH_MAGIC:     it does not begin like a message
 * @WEFT_BREACH_VERSION:   another version of the protocol
 * @WEFT_BREACH_CRC:       it was damaged on its way
 * @WEFT_BREACH_TYPE:      a type that nobody knows
 * @WEFT_BREACH_FLAGS:     flags that nobody knows
 * @WEFT_BREACH_LANE:      a type that does not belong on this lane
 * @WEFT_BREACH_LENGTH:    too little or too much payload
 * @WEFT_BREACH_ERROR:     an error where none can be, or that nobody knows
 * @WEFT_BREACH_REQUEST:   a number of a request too many, or one is missing
 * @WEFT_BREACH_SEQUENCE:  likewise a number of the message; or there is a gap
 * @WEFT_BREACH_ACK:       it acknowledges what was never sent
 * @WEFT_BREACH_CREDIT:    more requests than granted
 * @WEFT_BREACH_RESUME:    a wrong RESUME, or one that is missing or too many
 * @WEFT_BREACH_FIELD:     a field of the payload is out of its range
 * @WEFT_BREACH_RECORD:    TLS delivered something that is not data
 * @WEFT_BREACH_NR:        how many there are
 */
enum weft_breach {
	WEFT_BREACH_NONE,
	WEFT_BREACH_MAGIC,
	WEFT_BREACH_VERSION,
	WEFT_BREACH_CRC,
	WEFT_BREACH_TYPE,
	WEFT_BREACH_FLAGS,
	WEFT_BREACH_LANE,
	WEFT_BREACH_LENGTH,
	WEFT_BREACH_ERROR,
	WEFT_BREACH_REQUEST,
	WEFT_BREACH_SEQUENCE,
	WEFT_BREACH_ACK,
	WEFT_BREACH_CREDIT,
	WEFT_BREACH_RESUME,
	WEFT_BREACH_FIELD,
	WEFT_BREACH_RECORD,

	WEFT_BREACH_NR
};

/**
 * struct weft_resume_expected - what a RESUME must agree with
 * @from_incarnation: of the peer, as attached
 * @to_incarnation:   of this node
 * @acknowledged:     what the peer had acknowledged before
 * @sent:             highest number sent to it in this lane and session
 * @from_node:        the peer
 * @to_node:          this node
 * @lane:             the lane
 */
struct weft_resume_expected {
	__u64 from_incarnation;
	__u64 to_incarnation;
	__u64 acknowledged;
	__u64 sent;
	__u32 from_node;
	__u32 to_node;
	__u32 lane;
};

/* check.c: pure. The one check before any handler. */
enum weft_breach weft_header_check(const struct weft_header *header,
				   enum weft_lane_id lane);
enum weft_breach weft_resume_check(const struct weft_header *header,
				   const struct weft_msg_resume *resume,
				   const struct weft_resume_expected *expected);
enum weft_breach weft_echo_check(const struct weft_header *header,
				 const struct weft_msg_echo *echo);
const char *weft_breach_text(enum weft_breach breach);

#endif /* _WEFT_PROTO_PROTO_H */
