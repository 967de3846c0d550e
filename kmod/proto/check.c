// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a message one that a peer may send? Everything that can be told from the
 * message and the table is told here, once, before anybody acts on it. What
 * needs the state of a lane, such as gaps between sequence numbers, is up to
 * the transport. Pure: no state, no locks, no side effects.
 */
#include "proto/msg_migrate.h"
#include "proto/proto.h"

#include <asm/byteorder.h>
#include <linux/kernel.h>

static bool length_is_possible(const struct weft_header *header,
			       const struct weft_msg_entry *entry)
{
	__u32 length = le32_to_cpu(header->length);

	if (entry->is_reply && header->error)
		return length == 0;
	return length >= entry->min && length <= entry->max;
}

static bool error_is_possible(const struct weft_header *header,
			      const struct weft_msg_entry *entry)
{
	if (!header->error)
		return true;
	return entry->is_reply &&
	       weft_wire_error_is_known(le32_to_cpu(header->error));
}

/**
 * weft_header_check() - may a message begin like this?
 * @header: the header, as it came
 * @lane:   where it came
 *
 * The checksums are not looked at. Of sequence, acknowledged and request only
 * what the type of the message says about them.
 *
 * Return: WEFT_BREACH_NONE, or the first thing that is wrong, in the order of
 * enum weft_breach. With WEFT_BREACH_NONE the type is in the table and belongs
 * on @lane, and the length is within its limits.
 */
enum weft_breach weft_header_check(const struct weft_header *header,
				   enum weft_lane_id lane)
{
	__u16 type = le16_to_cpu(header->type);
	const struct weft_msg_entry *entry;

	if (header->magic != cpu_to_le32(WEFT_PROTO_MAGIC))
		return WEFT_BREACH_MAGIC;
	if (header->version != WEFT_PROTO_VERSION)
		return WEFT_BREACH_VERSION;
	if (type >= WEFT_MSG_NR_TYPES || !weft_msg_table[type].name)
		return WEFT_BREACH_TYPE;
	entry = &weft_msg_table[type];

	if (header->flags)
		return WEFT_BREACH_FLAGS;
	if ((unsigned int)lane >= WEFT_LANE_COUNT ||
	    !(entry->lanes & WEFT_LANE_BIT(lane)))
		return WEFT_BREACH_LANE;
	if (!length_is_possible(header, entry))
		return WEFT_BREACH_LENGTH;
	if (!error_is_possible(header, entry))
		return WEFT_BREACH_ERROR;
	if (!header->request == (entry->reply || entry->is_reply))
		return WEFT_BREACH_REQUEST;
	if (!header->sequence == entry->is_numbered)
		return WEFT_BREACH_SEQUENCE;
	/* nobody gets there by counting; from there on time would stand still */
	if (le64_to_cpu(header->lamport) >> 63)
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

/**
 * weft_resume_check() - does a RESUME go on where both ends left off?
 * @header:   the header, checked
 * @resume:   the payload, as it came; looked at only if @header is a RESUME
 * @expected: what this end knows
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_ACK if nothing is wrong but that the
 * peer says it has received what was never sent, else WEFT_BREACH_RESUME.
 */
enum weft_breach weft_resume_check(const struct weft_header *header,
				   const struct weft_msg_resume *resume,
				   const struct weft_resume_expected *expected)
{
	__u64 received;
	__u32 credits;

	if (header->type != cpu_to_le16(WEFT_MSG_RESUME))
		return WEFT_BREACH_RESUME;
	if (le64_to_cpu(resume->from_incarnation) != expected->from_incarnation ||
	    le64_to_cpu(resume->to_incarnation) != expected->to_incarnation)
		return WEFT_BREACH_RESUME;
	if (le32_to_cpu(resume->from_node) != expected->from_node ||
	    le32_to_cpu(resume->to_node) != expected->to_node ||
	    le32_to_cpu(resume->lane) != expected->lane)
		return WEFT_BREACH_RESUME;

	credits = le32_to_cpu(resume->credits);
	if (credits < 1 || credits > WEFT_CREDITS_MAX)
		return WEFT_BREACH_RESUME;

	received = le64_to_cpu(resume->received);
	if (received > expected->sent)
		return WEFT_BREACH_ACK;
	/* What was acknowledged is not kept, and cannot be sent again. */
	if (received < expected->acknowledged)
		return WEFT_BREACH_RESUME;
	return WEFT_BREACH_NONE;
}

/**
 * weft_echo_check() - can an echo be answered?
 * @header: the header, checked
 * @echo:   the start of the payload, as it came; looked at only if @header is
 *          an ECHO or an ECHO_BULK
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_TYPE if it is no echo, or
 * WEFT_BREACH_FIELD. With WEFT_BREACH_NONE the reply that is wanted is one that
 * may be sent.
 */
enum weft_breach weft_echo_check(const struct weft_header *header,
				 const struct weft_msg_echo *echo)
{
	__u16 type = le16_to_cpu(header->type);
	const struct weft_msg_entry *reply;

	if (type != WEFT_MSG_ECHO && type != WEFT_MSG_ECHO_BULK)
		return WEFT_BREACH_TYPE;
	reply = &weft_msg_table[weft_msg_table[type].reply];
	if (echo->pad || le32_to_cpu(echo->reply_size) > reply->max)
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

static bool is_power_of_two(__u32 value)
{
	return value && !(value & (value - 1));
}

static bool memory_is_possible(const struct weft_msg_host *host)
{
	__u32 page_size = le32_to_cpu(host->page_size);
	__u64 limit = le64_to_cpu(host->address_limit);
	__u32 vdso_size = le32_to_cpu(host->vdso_size);

	if (!is_power_of_two(page_size) || page_size < WEFT_PAGE_SIZE_MIN ||
	    page_size > WEFT_PAGE_SIZE_MAX)
		return false;
	if (!limit || limit & (page_size - 1))
		return false;
	if (!vdso_size)
		return !host->vdso_crc;
	return vdso_size <= WEFT_VDSO_SIZE_MAX && !(vdso_size & (page_size - 1));
}

/* Each component that is enabled has its place behind the first two. */
static bool xstate_is_possible(const struct weft_msg_host *host)
{
	__u32 size = le32_to_cpu(host->xstate_size);
	__u64 xcr0 = le64_to_cpu(host->xcr0);
	__u32 offset, i;

	if (xcr0 >> WEFT_XSTATE_COMPONENTS || (xcr0 && !(xcr0 & 1)))
		return false;
	if (size < WEFT_XSTATE_SIZE_MIN || size > WEFT_XSTATE_SIZE_MAX)
		return false;
	for (i = 0; i < WEFT_XSTATE_COMPONENTS; i++) {
		offset = le32_to_cpu(host->xstate_offset[i]);
		if (i < WEFT_XSTATE_FIRST || !(xcr0 >> i & 1)) {
			if (offset)
				return false;
		} else if (offset < WEFT_XSTATE_OFFSET_MIN || offset >= size) {
			return false;
		}
	}
	return true;
}

/**
 * weft_host_check() - can a host be like this?
 * @header: the header, checked; a reply without an error
 * @host:   the payload, as it came; looked at only if @header is a HOST_REPLY
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_TYPE if it is no HOST_REPLY, or
 * WEFT_BREACH_FIELD.
 */
enum weft_breach weft_host_check(const struct weft_header *header,
				 const struct weft_msg_host *host)
{
	if (header->type != cpu_to_le16(WEFT_MSG_HOST_REPLY))
		return WEFT_BREACH_TYPE;
	if (host->pad || !host->kernel_version || !memory_is_possible(host) ||
	    !xstate_is_possible(host))
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

/**
 * weft_breach_text() - what is wrong with a message, in words
 * @breach: what is wrong
 *
 * Return: a few words in lower case; a constant.
 */
const char *weft_breach_text(enum weft_breach breach)
{
	static const char * const texts[WEFT_BREACH_NR] = {
		[WEFT_BREACH_NONE]	= "nothing wrong",
		[WEFT_BREACH_MAGIC]	= "not a message",
		[WEFT_BREACH_VERSION]	= "another version of the protocol",
		[WEFT_BREACH_CRC]	= "wrong checksum",
		[WEFT_BREACH_TYPE]	= "unknown type",
		[WEFT_BREACH_FLAGS]	= "unknown flags",
		[WEFT_BREACH_LANE]	= "wrong lane",
		[WEFT_BREACH_LENGTH]	= "wrong length",
		[WEFT_BREACH_ERROR]	= "wrong error",
		[WEFT_BREACH_REQUEST]	= "wrong request number",
		[WEFT_BREACH_SEQUENCE]	= "wrong sequence number",
		[WEFT_BREACH_ACK]	= "acknowledges what was never sent",
		[WEFT_BREACH_CREDIT]	= "more requests than granted",
		[WEFT_BREACH_RESUME]	= "wrong or missing resume",
		[WEFT_BREACH_FIELD]	= "field out of range",
		[WEFT_BREACH_RECORD]	= "not a data record",
	};

	return (unsigned int)breach < WEFT_BREACH_NR ? texts[breach] : "?";
}
