// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a message between two nodes: the kernel's own checks against a
 * second opinion, which reads single bytes and collects all that is wrong.
 */
#include "fuzz_bytes.h"
#include "proto/msg_migrate.h"
#include "proto/proto.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where a field of the header, of RESUME, of ECHO and of HOST_REPLY begins */
enum header_field {
	MAGIC = 0, VERSION = 4, FLAGS = 5, TYPE = 6, LENGTH = 8, ERROR = 12,
	LAMPORT = 24, REQUEST = 32, SEQUENCE = 40, HEADER_SIZE = 64
};

enum resume_field {
	FROM = 0, TO = 8, RECEIVED = 16, FROM_NODE = 24, TO_NODE = 28,
	LANE = 32, CREDITS = 36, RESUME_SIZE = 40
};

enum echo_field { REPLY_SIZE = 0, PAD = 4, ECHO_SIZE = 16 };

enum host_field {
	XSTATE_OFFSET = 40, XSTATE_SIZE = 120, PAGE_SIZE = 124, XCR0 = 128,
	ADDRESS_LIMIT = 136, KERNEL_VERSION = 144, VDSO_SIZE = 148,
	VDSO_CRC = 152, HOST_PAD = 156, HOST_SIZE = 160
};

/* The first byte of the input says which fields are put right. */
enum right { RIGHT_START = 1, RIGHT_TYPE = 2, RIGHT_FLAGS = 4, RIGHT_ENDS = 8 };

#define FAULT(breach)	(1U << WEFT_BREACH_##breach)

static bool is_echo(uint64_t type)
{
	return type == 4 || type == 6;
}

static bool is_request(uint64_t type)
{
	return type >= 4 && type <= 29 && type % 2 == 0;
}

static bool is_reply(uint64_t type)
{
	return type >= 5 && type <= 29 && type % 2 == 1;
}

static bool belongs_on(uint64_t type, int lane)
{
	if (type <= 3 || (type >= 14 && type <= 17) || type == 20 || type == 21)
		return lane == 0 || lane == 1;
	return lane == (type == 6 || type == 7 || type == 24 || type == 25 ||
			type >= 28 ? 1 : 0);
}

static uint64_t least(uint64_t type)
{
	switch (type) {
	case 1:
		return 40;
	case 4:
	case 6:
		return 16;
	case 9:
		return 160;
	case 10:
		return 48;
	case 12:
		return 3816;
	case 14:
	case 28:
		return 24;
	case 15:
	case 17:
	case 25:
		return 8;
	case 16:
		return 120;
	case 18:
		return 144;
	case 20:
	case 22:
	case 24:
	case 29:
		return 16;
	case 26:
		return 240 + 576;
	default:
		return 0;
	}
}

static uint64_t most(uint64_t type, bool failed)
{
	if (failed)
		return 0;
	switch (type) {
	case 4:
	case 5:
		return 16384;
	case 6:
	case 7:
		return 262144;
	case 12:
		return 130344;
	case 15:
		return 8 + 16 * 4096;
	case 16:
		return 120 + 1048576;
	case 17:
		return 8 + 1048576;
	case 25:
		return 8 + 64 * 80;
	case 26:
		return 240 + 12288;
	case 29:
		return 16 + 64 * (8 + 4096);
	default:
		return least(type);
	}
}

/* Is it an error that a reply may name? 16 to 150 stand for an errno each. */
static bool is_error(uint64_t wire)
{
	return wire == 1 || wire == 2 || (wire >= 16 && wire <= 150);
}

static enum weft_breach lowest(unsigned int faults)
{
	return faults ? (enum weft_breach)__builtin_ctz(faults) :
			WEFT_BREACH_NONE;
}

static enum weft_breach second_opinion(const uint8_t *header, int lane)
{
	uint64_t type = number(header, TYPE, 2);
	uint64_t length = number(header, LENGTH, 4);
	uint64_t error = number(header, ERROR, 4);
	bool is_bare = !is_request(type) && !is_reply(type);
	bool failed = is_reply(type) && error;
	unsigned int faults = 0;

	if (memcmp(header, "weft", 4))
		faults |= FAULT(MAGIC);
	if (header[VERSION] != 3)
		faults |= FAULT(VERSION);
	if (type < 1 || type > 29)
		faults |= FAULT(TYPE);
	if (header[FLAGS])
		faults |= FAULT(FLAGS);
	if (!belongs_on(type, lane))
		faults |= FAULT(LANE);
	if (length < (failed ? 0 : least(type)) || length > most(type, failed))
		faults |= FAULT(LENGTH);
	if (error && !(failed && is_error(error)))
		faults |= FAULT(ERROR);
	if (!number(header, REQUEST, 8) != is_bare)
		faults |= FAULT(REQUEST);
	if (!number(header, SEQUENCE, 8) != is_bare)
		faults |= FAULT(SEQUENCE);
	if (number(header, LAMPORT, 8) >> 63)
		faults |= FAULT(FIELD);
	return lowest(faults);
}

/* On no lane at all, too: a lane is a number that somebody else keeps. */
static void try_header(const uint8_t *bytes, const struct weft_header *header)
{
	int lane;

	for (lane = -1; lane <= WEFT_LANE_COUNT; lane++) {
		enum weft_breach breach = weft_header_check(header, lane);

		require(breach == second_opinion(bytes, lane));
		if (breach)
			continue;
		require(number(bytes, TYPE, 2) < WEFT_MSG_NR_TYPES);
		require(weft_msg_table[number(bytes, TYPE, 2)].name);
		require(number(bytes, LENGTH, 4) <= 2 * 1048576);
		require(lane >= 0 && lane < WEFT_LANE_COUNT);
	}
}

static enum weft_breach second_opinion_on_resume(const uint8_t *resume,
						 const struct weft_resume_expected *expected)
{
	uint64_t received = number(resume, RECEIVED, 8);
	uint64_t credits = number(resume, CREDITS, 4);
	bool is_ours = number(resume, FROM, 8) == expected->from_incarnation &&
		       number(resume, TO, 8) == expected->to_incarnation &&
		       number(resume, FROM_NODE, 4) == expected->from_node &&
		       number(resume, TO_NODE, 4) == expected->to_node &&
		       number(resume, LANE, 4) == expected->lane;

	if (!is_ours || credits == 0 || credits > 256)
		return WEFT_BREACH_RESUME;
	if (received > expected->sent)
		return WEFT_BREACH_ACK;
	return received < expected->acknowledged ? WEFT_BREACH_RESUME :
						   WEFT_BREACH_NONE;
}

static void try_resume(const uint8_t *bytes, const struct weft_header *header,
		       const struct weft_msg_resume *resume,
		       struct weft_resume_expected *expected, bool right_ends)
{
	const uint8_t *payload = (const uint8_t *)resume;
	enum weft_breach breach;

	if (right_ends) {
		expected->from_incarnation = number(payload, FROM, 8);
		expected->to_incarnation = number(payload, TO, 8);
		expected->from_node = (uint32_t)number(payload, FROM_NODE, 4);
		expected->to_node = (uint32_t)number(payload, TO_NODE, 4);
		expected->lane = (uint32_t)number(payload, LANE, 4);
	}
	breach = weft_resume_check(header, resume, expected);
	if (number(bytes, TYPE, 2) == 1)
		require(breach == second_opinion_on_resume(payload, expected));
	else
		require(breach == WEFT_BREACH_RESUME);
}

static void try_echo(const uint8_t *bytes, const struct weft_header *header,
		     const struct weft_msg_echo *echo)
{
	const uint8_t *payload = (const uint8_t *)echo;
	uint64_t type = number(bytes, TYPE, 2);
	bool is_possible;

	if (!is_echo(type)) {
		require(weft_echo_check(header, echo) == WEFT_BREACH_TYPE);
		return;
	}
	is_possible = !number(payload, PAD, 4) &&
		      number(payload, REPLY_SIZE, 4) <= most(type, false);
	require(weft_echo_check(header, echo) ==
		(is_possible ? WEFT_BREACH_NONE : WEFT_BREACH_FIELD));
}

static bool state_is_possible(const uint8_t *host)
{
	uint64_t size = number(host, XSTATE_SIZE, 4);
	uint64_t xcr0 = number(host, XCR0, 8);
	unsigned int i;

	for (i = 0; i < 64; i++) {
		uint64_t offset = i < 20 ? number(host, XSTATE_OFFSET + 4 * i, 4) :
					   0;
		bool is_on = xcr0 >> i & 1;

		if (is_on && i >= 20)
			return false;
		if (is_on && i >= 2 ? offset < 576 || offset >= size : offset)
			return false;
	}
	return (!xcr0 || xcr0 & 1) && size >= 512 && size <= 65536;
}

static void try_host(const uint8_t *bytes, const struct weft_header *header,
		     const struct weft_msg_host *host)
{
	const uint8_t *payload = (const uint8_t *)host;
	uint64_t page = number(payload, PAGE_SIZE, 4);
	uint64_t vdso = number(payload, VDSO_SIZE, 4);
	bool is_possible;

	if (number(bytes, TYPE, 2) != 9) {
		require(weft_host_check(header, host) == WEFT_BREACH_TYPE);
		return;
	}
	is_possible = (page == 4096 || page == 8192 || page == 16384 ||
		       page == 32768 || page == 65536) &&
		      number(payload, ADDRESS_LIMIT, 8) &&
		      number(payload, ADDRESS_LIMIT, 8) % page == 0 &&
		      number(payload, KERNEL_VERSION, 4) &&
		      vdso <= 1048576 && vdso % page == 0 &&
		      (vdso || !number(payload, VDSO_CRC, 4)) &&
		      !number(payload, HOST_PAD, 4) &&
		      state_is_possible(payload);
	require(weft_host_check(header, host) ==
		(is_possible ? WEFT_BREACH_NONE : WEFT_BREACH_FIELD));
}

/* Both ways, whatever comes: never success from failure, nor the reverse. */
static void try_errors(uint32_t wire)
{
	int err = weft_error_from_wire(wire);
	int any = (int)wire;
	int back = weft_error_from_wire(weft_error_to_wire(any));

	require(err <= 0 && err >= -4095 && !err == !wire);
	require(weft_wire_error_is_known(wire) == (!wire || is_error(wire)));
	if (wire >= WEFT_WIRE_FIRST_ERRNO && is_error(wire))
		require(weft_error_to_wire(err) == wire);
	if (wire && !is_error(wire))
		require(err == -EREMOTEIO);

	require(weft_error_to_wire(any) != WEFT_WIRE_STALE);
	require(weft_wire_error_is_known(weft_error_to_wire(any)));
	require(back == any || back == -EREMOTEIO || any == -ENOIOCTLCMD ||
		any == -ENOTSUPP || any == -EOPENSTALE);
	require(weft_breach_text((enum weft_breach)any));
}

static void put_right(uint8_t *header, uint8_t what)
{
	if (what & RIGHT_START) {
		memcpy(header, "weft", 4);
		header[VERSION] = 3;
	}
	if (what & RIGHT_TYPE)
		put_number(header, TYPE, 2, header[TYPE] % 24);
	if (what & RIGHT_FLAGS)
		header[FLAGS] = 0;
}

/* Room for the payload as long as it is, so that a look beyond is seen. */
static void try_payload(const uint8_t *bytes, const struct weft_header *header,
			struct weft_resume_expected *expected,
			const uint8_t *data, size_t size, bool right_ends)
{
	void *payload = malloc(size);

	require(payload);
	memcpy(payload, data, size);
	if (size >= ECHO_SIZE)
		try_echo(bytes, header, payload);
	if (size >= RESUME_SIZE)
		try_resume(bytes, header, payload, expected, right_ends);
	if (size >= HOST_SIZE)
		try_host(bytes, header, payload);
	free(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct weft_resume_expected expected;
	struct weft_header header;
	uint8_t bytes[HEADER_SIZE];
	uint8_t right;

	if (size < 1 + sizeof(expected) + sizeof(bytes))
		return 0;
	right = *data++;
	memcpy(&expected, data, sizeof(expected));
	data += sizeof(expected);
	memcpy(bytes, data, sizeof(bytes));
	data += sizeof(bytes);
	size -= 1 + sizeof(expected) + sizeof(bytes);

	put_right(bytes, right);
	memcpy(&header, bytes, sizeof(header));
	try_header(bytes, &header);
	try_payload(bytes, &header, &expected, data, size, right & RIGHT_ENDS);
	try_errors((uint32_t)number(bytes, ERROR, 4));
	try_errors(-(uint32_t)(number(bytes, ERROR, 4) & 0xfff));
	return 0;
}
