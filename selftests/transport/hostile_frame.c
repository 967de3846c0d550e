// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames, right ones: whoever wants a wrong one changes it afterwards.
 */
#include "hostile.h"

#include <asm/byteorder.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define POLYNOMIAL 0x82f63b78 /* CRC32C, lowest bit first */

static void fill_table(uint32_t table[256])
{
	uint32_t byte, value;
	int bit;

	for (byte = 0; byte < 256; byte++) {
		value = byte;
		for (bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? POLYNOMIAL : 0);
		table[byte] = value;
	}
}

uint32_t crc32c(const void *data, size_t length)
{
	static uint32_t table[256];
	const unsigned char *byte = data;
	uint32_t value = ~0U;

	if (!table[1])
		fill_table(table);
	while (length--)
		value = value >> 8 ^ table[(value ^ *byte++) & 0xff];
	return ~value;
}

/* Complete but for what frame_seal() adds. Not numbered is 0. */
void frame_begin(struct frame *frame, const struct hostile *hostile,
		 const struct wire *wire, enum weft_msg_type type)
{
	memset(&frame->header, 0, sizeof(frame->header));
	frame->header.magic = cpu_to_le32(WEFT_PROTO_MAGIC);
	frame->header.version = WEFT_PROTO_VERSION;
	frame->header.type = cpu_to_le16(type);
	frame->header.epoch = cpu_to_le64(hostile->epoch);
	frame->header.lamport = cpu_to_le64(1);
	frame->header.acknowledged = cpu_to_le64(wire->received);
	if (weft_msg_table[type].is_numbered)
		frame->header.sequence = cpu_to_le64(wire->sent + 1);
	if (weft_msg_table[type].reply)
		frame->header.request = cpu_to_le64(wire->request + 1);
	frame_seal(frame, 0);
}

void frame_resume(struct frame *frame, const struct hostile *hostile,
		  const struct wire *wire)
{
	struct weft_msg_resume resume = {
		.from_incarnation = cpu_to_le64(hostile->peer),
		.to_incarnation = cpu_to_le64(hostile->self),
		.received = cpu_to_le64(wire->received),
		.from_node = cpu_to_le32(PEER),
		.to_node = cpu_to_le32(SELF),
		.lane = cpu_to_le32(wire->lane),
		.credits = cpu_to_le32(WEFT_CREDITS_MAX),
	};

	frame_begin(frame, hostile, wire, WEFT_MSG_RESUME);
	memcpy(frame->payload, &resume, sizeof(resume));
	frame_seal(frame, sizeof(resume));
}

/* An echo for the lane of @wire. */
void frame_echo(struct frame *frame, const struct hostile *hostile,
		const struct wire *wire, uint32_t size, uint32_t reply_size)
{
	struct weft_msg_echo echo = {
		.reply_size = cpu_to_le32(reply_size),
		.tag = cpu_to_le64(wire->request + 1),
	};
	uint32_t at;

	frame_begin(frame, hostile, wire,
		    wire->lane == WEFT_LANE_FAST ? WEFT_MSG_ECHO :
						   WEFT_MSG_ECHO_BULK);
	memcpy(frame->payload, &echo, sizeof(echo));
	for (at = sizeof(echo); at < size; at++)
		frame->payload[at] = (unsigned char)~at;
	frame_seal(frame, size);
}

void frame_seal_header(struct frame *frame)
{
	uint32_t crc = crc32c(&frame->header, WEFT_HEADER_CRC_LEN);

	frame->header.header_crc = cpu_to_le32(crc);
}

/* Both checksums, over what the frame holds by now. */
void frame_seal(struct frame *frame, uint32_t length)
{
	frame->header.length = cpu_to_le32(length);
	frame->header.payload_crc =
		length ? cpu_to_le32(crc32c(frame->payload, length)) : 0;
	frame_seal_header(frame);
}

/* Return: 0; -EPIPE or -ECONNRESET on a connection that was dropped. */
int wire_write(struct wire *wire, const void *data, size_t length)
{
	const unsigned char *at = data;
	ssize_t count;

	while (length) {
		count = send(wire->fd, at, length, MSG_NOSIGNAL);
		if (count < 0)
			return -errno;
		at += count;
		length -= count;
	}
	return 0;
}

/* A right frame, and so one more that the module takes if it is numbered. */
int frame_send(struct wire *wire, struct frame *frame)
{
	if (frame->header.sequence)
		wire->sent = le64_to_cpu(frame->header.sequence);
	if (weft_msg_table[le16_to_cpu(frame->header.type)].reply)
		wire->request = le64_to_cpu(frame->header.request);
	return wire_write(wire, frame,
			  sizeof(frame->header) +
				  le32_to_cpu(frame->header.length));
}

/* Return: 0; -ETIMEDOUT; -ECONNRESET at the end of the connection. */
static int read_all(struct wire *wire, void *data, size_t length, int wait_ms)
{
	struct pollfd poll_fd = { .fd = wire->fd, .events = POLLIN };
	unsigned char *at = data;
	ssize_t count;

	while (length) {
		if (poll(&poll_fd, 1, wait_ms) < 1)
			return -ETIMEDOUT;
		count = recv(wire->fd, at, length, 0);
		if (count <= 0)
			return -ECONNRESET;
		at += count;
		length -= count;
	}
	return 0;
}

/*
 * What the module says. Return: 0; -EBADMSG if it is not what it should be;
 * -ETIMEDOUT; -ECONNRESET.
 */
int frame_receive(struct wire *wire, struct frame *frame, int wait_ms)
{
	struct weft_header *header = &frame->header;
	uint64_t sequence;
	uint32_t length;
	int err;

	err = read_all(wire, header, sizeof(*header), wait_ms);
	if (err)
		return err;
	length = le32_to_cpu(header->length);
	if (weft_header_check(header, wire->lane) ||
	    le32_to_cpu(header->header_crc) !=
		    crc32c(header, WEFT_HEADER_CRC_LEN) ||
	    length > PAYLOAD_MAX)
		return -EBADMSG;
	err = read_all(wire, frame->payload, length, HOSTILE_WAIT_MS);
	if (err)
		return err;
	if (length &&
	    le32_to_cpu(header->payload_crc) != crc32c(frame->payload, length))
		return -EBADMSG;
	sequence = le64_to_cpu(header->sequence);
	if (sequence > wire->received + 1)
		return -EBADMSG;
	if (sequence > wire->received)
		wire->received = sequence;
	return 0;
}

/* The next one of this type; others are taken note of, and skipped. */
int frame_receive_type(struct wire *wire, struct frame *frame,
		       enum weft_msg_type type)
{
	int err;

	do {
		err = frame_receive(wire, frame, HOSTILE_WAIT_MS);
	} while (!err && frame->header.type != cpu_to_le16(type));
	return err;
}

/* What still comes before the end is of no use. */
bool wire_is_dropped(struct wire *wire)
{
	struct pollfd poll_fd = { .fd = wire->fd, .events = POLLIN };
	static unsigned char rest[65536];

	for (;;) {
		if (poll(&poll_fd, 1, HOSTILE_WAIT_MS) < 1)
			return false;
		if (recv(wire->fd, rest, sizeof(rest), 0) <= 0)
			return true;
	}
}

void wire_close(struct wire *wire)
{
	if (wire->fd >= 0)
		close(wire->fd);
	wire->fd = -1;
}
