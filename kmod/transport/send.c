// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending. Whoever has something to send sends what is there, without blocking;
 * one at a time, and whoever finds another at it leaves its message to that one.
 * What the connection does not take at once is sent by the thread of the lane.
 * Locks: weft_lane.send_mutex, then weft_lane.lock.
 */
#include "transport/crc.h"
#include "transport/transport.h"

#include <linux/net.h>
#include <linux/socket.h>

/* The last things that a header needs to be told. */
static void finish_header(struct weft_lane *lane, struct weft_header *header,
			  const struct kvec *payload, unsigned int count)
{
	struct kvec covered = { header, WEFT_HEADER_CRC_LEN };

	WRITE_ONCE(lane->unacknowledged, 0);
	clear_bit(WEFT_LANE_ACK_DUE, &lane->flags);
	header->acknowledged = cpu_to_le64(READ_ONCE(lane->received));
	if (lane->cipher != WEFT_CIPHER_NONE) {
		header->payload_crc = 0;
		header->header_crc = 0;
		return;
	}
	header->payload_crc = count ? weft_crc_buffers(payload, count) : 0;
	header->header_crc = weft_crc_buffers(&covered, 1);
}

static void pick_control(struct weft_lane *lane, enum weft_msg_type type)
{
	struct weft_net *weft = lane->peer->weft;
	struct weft_control *control = &lane->outgoing;
	struct kvec payload = { &control->resume, sizeof(control->resume) };
	bool is_resume = type == WEFT_MSG_RESUME;

	control->header = (struct weft_header) {
		.magic = cpu_to_le32(WEFT_PROTO_MAGIC),
		.version = WEFT_PROTO_VERSION,
		.type = cpu_to_le16(type),
		.length = cpu_to_le32(is_resume ? sizeof(control->resume) : 0),
		.epoch = cpu_to_le64(weft_view_epoch(weft)),
		.lamport = cpu_to_le64(weft_lamport_tick(weft)),
	};
	if (is_resume)
		weft_resume_fill(lane, &control->resume);
	finish_header(lane, &control->header, &payload, is_resume);
	lane->parts[0] = (struct kvec) {
		&control->header,
		sizeof(control->header) +
		(is_resume ? sizeof(control->resume) : 0)
	};
	lane->part_count = 1;
	lane->is_control = true;
}

static void pick_message(struct weft_lane *lane, struct weft_message *message)
{
	struct kvec payload[2] = {
		{ message->payload, message->inline_len },
		{ (void *)message->external, message->external_len },
	};

	finish_header(lane, &message->header, payload,
		      message->external_len ? 2 : !!message->inline_len);
	lane->parts[0] = (struct kvec) {
		&message->header, sizeof(message->header) + message->inline_len
	};
	lane->parts[1] = payload[1];
	lane->part_count = message->external_len ? 2 : 1;
	lane->is_control = false;
}

/* Chooses what to send next. Return: false if there is nothing. */
static bool pick(struct weft_lane *lane)
{
	struct weft_message *next;

	if (test_and_clear_bit(WEFT_LANE_RESUME_DUE, &lane->flags)) {
		pick_control(lane, WEFT_MSG_RESUME);
		return true;
	}
	if (READ_ONCE(lane->state) != WEFT_LANE_UP)
		return false;
	next = READ_ONCE(lane->next);
	if (test_and_clear_bit(WEFT_LANE_EPOCH_DUE, &lane->flags))
		pick_control(lane, WEFT_MSG_EPOCH);
	else if (next)
		pick_message(lane, next);
	else if (test_and_clear_bit(WEFT_LANE_ACK_DUE, &lane->flags))
		pick_control(lane, WEFT_MSG_ACK);
	else
		return false;
	return true;
}

/* Is there more than what is being sent? */
static bool has_more(struct weft_lane *lane)
{
	return READ_ONCE(lane->unsent) > (lane->is_control ? 0 : 1);
}

static void advance(struct weft_lane *lane, size_t sent)
{
	struct kvec *part = lane->parts;

	lane->stats.sent_bytes += sent;
	while (lane->part_count && sent >= part->iov_len) {
		sent -= part->iov_len;
		lane->parts[0] = lane->parts[1];
		lane->part_count--;
	}
	if (lane->part_count) {
		part->iov_base += sent;
		part->iov_len -= sent;
	}
}

/* Sends the rest of what was picked. Return: 0, -EAGAIN or another error. */
static int push(struct weft_lane *lane)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	size_t size;
	int sent;

	if (has_more(lane))
		msg.msg_flags |= MSG_MORE;
	while (lane->part_count) {
		size = lane->parts[0].iov_len;
		if (lane->part_count > 1)
			size += lane->parts[1].iov_len;
		sent = kernel_sendmsg(lane->sock, &msg, lane->parts,
				      lane->part_count, size);
		if (sent < 0)
			return sent;
		advance(lane, sent);
	}
	lane->stats.sent_messages++;
	if (!lane->is_control)
		weft_lane_sent(lane);
	return 0;
}

static int send_all(struct weft_lane *lane)
{
	int err = 0;

	while (!err && (lane->part_count || pick(lane)))
		err = push(lane);
	return err;
}

/* A signal for the caller is no fault of the connection. */
static bool is_interrupted(int err)
{
	return err == -EINTR || err == -ERESTARTSYS;
}

/*
 * The flag is up before the last attempt: if that one finds the connection full
 * again, the socket calls when it is not, and finds the flag.
 */
static int send_or_block(struct weft_lane *lane)
{
	int err = send_all(lane);

	if (err != -EAGAIN)
		return err;
	set_bit(WEFT_LANE_BLOCKED, &lane->flags);
	/* the socket's call comes after this, or the attempt sees its room */
	smp_mb__after_atomic();
	err = send_all(lane);
	if (err == -EAGAIN)
		return 0;
	clear_bit(WEFT_LANE_BLOCKED, &lane->flags);
	return err;
}

#define STUCK	(BIT(WEFT_LANE_BLOCKED) | BIT(WEFT_LANE_LOST))
#define DUE	(BIT(WEFT_LANE_ACK_DUE) | BIT(WEFT_LANE_EPOCH_DUE))

static bool has_unsent(struct weft_lane *lane)
{
	unsigned long flags = READ_ONCE(lane->flags);

	if (flags & STUCK || !READ_ONCE(lane->sock))
		return false;
	if (flags & BIT(WEFT_LANE_RESUME_DUE))
		return true;
	return READ_ONCE(lane->state) == WEFT_LANE_UP &&
	       (READ_ONCE(lane->unsent) || flags & DUE);
}

/**
 * weft_lane_pump() - send what is there
 * @lane: the lane
 *
 * Context: may sleep for memory and for the socket's lock, never for the peer.
 * Caller holds neither weft_lane.send_mutex nor weft_lane.lock.
 */
void weft_lane_pump(struct weft_lane *lane)
{
	int err;

	/* what was queued before this is seen by whoever has the mutex, or here */
	smp_mb();
	while (has_unsent(lane) && mutex_trylock(&lane->send_mutex)) {
		err = lane->sock ? send_or_block(lane) : 0;
		/* said under the mutex, so that it is said of this connection */
		if (err && !is_interrupted(err))
			weft_lane_kick(lane, WEFT_LANE_LOST);
		mutex_unlock(&lane->send_mutex);
		if (is_interrupted(err)) {
			weft_lane_kick(lane, WEFT_LANE_PUMP);
			return;
		}
		/* pairs with the one before a trylock that fails */
		smp_mb();
	}
}
