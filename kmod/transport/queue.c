// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages that a peer has not acknowledged: numbered, in order, kept to be
 * sent again. Locks: weft_lane.lock.
 */
#include "trace/trace.h"
#include "transport/transport.h"

#include <linux/mm.h>
#include <linux/slab.h>

/**
 * weft_message_new() - make a message
 * @type:       its type
 * @inline_len: payload that follows the header in memory, in bytes
 *
 * Return: a message with that payload uninitialised, for weft_lane_queue() or
 * weft_message_free(); NULL without memory.
 */
struct weft_message *weft_message_new(enum weft_msg_type type, u32 inline_len)
{
	struct weft_message *message;

	message = kvmalloc(struct_size(message, payload, inline_len),
			   GFP_KERNEL);
	if (!message)
		return NULL;
	memset(message, 0, sizeof(*message));
	message->inline_len = inline_len;
	message->header.magic = cpu_to_le32(WEFT_PROTO_MAGIC);
	message->header.version = WEFT_PROTO_VERSION;
	message->header.type = cpu_to_le16(type);
	return message;
}

/**
 * weft_message_free() - let go of a message
 * @message: the message; in no queue
 */
void weft_message_free(struct weft_message *message)
{
	if (message->release)
		message->release(message);
	kvfree(message);
}

static void free_all(struct list_head *messages)
{
	struct weft_message *message, *after;

	list_for_each_entry_safe(message, after, messages, link)
		weft_message_free(message);
}

static void count(struct weft_lane *lane, const struct weft_message *message,
		  int change)
{
	u16 type = le16_to_cpu(message->header.type);

	lockdep_assert_held(&lane->lock);

	WRITE_ONCE(lane->queued, lane->queued + change);
	if (weft_msg_table[type].is_reply)
		WRITE_ONCE(lane->replies, lane->replies + change);
}

/**
 * weft_lane_queue() - put a message in line
 * @lane:    the lane
 * @message: the message; consumed
 *
 * It gets its number, epoch and time now, and keeps them if it is sent again.
 * weft_lane_pump() sends it. In a lane that is closed nobody waits for it, and
 * it is freed.
 *
 * Context: never sleeps, but the release function of @message may be called.
 */
void weft_lane_queue(struct weft_lane *lane, struct weft_message *message)
{
	struct weft_net *weft = lane->peer->weft;
	struct weft_header *header = &message->header;

	header->length = cpu_to_le32(message->inline_len +
				     message->external_len);
	spin_lock(&lane->lock);
	if (lane->state == WEFT_LANE_CLOSED) {
		spin_unlock(&lane->lock);
		weft_message_free(message);
		return;
	}
	header->epoch = cpu_to_le64(weft_view_epoch(weft));
	header->sequence = cpu_to_le64(++lane->sequence);
	header->lamport = cpu_to_le64(weft_lamport_tick(weft));
	list_add_tail(&message->link, &lane->queue);
	count(lane, message, 1);
	if (lane->state == WEFT_LANE_UP) {
		if (!lane->next)
			WRITE_ONCE(lane->next, message);
		WRITE_ONCE(lane->unsent, lane->unsent + 1);
	}
	spin_unlock(&lane->lock);
}

/**
 * weft_lane_acknowledge() - the peer has received something
 * @lane:     the lane
 * @sequence: all messages up to and including this number
 *
 * Context: may sleep.
 * Return: false if no such message was ever made.
 */
bool weft_lane_acknowledge(struct weft_lane *lane, u64 sequence)
{
	struct weft_message *message;
	LIST_HEAD(freed);

	if (sequence == READ_ONCE(lane->acknowledged))
		return true;
	spin_lock(&lane->lock);
	if (sequence > lane->sequence) {
		spin_unlock(&lane->lock);
		return false;
	}
	if (sequence > lane->acknowledged)
		lane->acknowledged = sequence;
	/* what is being sent at this moment is freed by whoever sends it */
	while ((message = list_first_entry_or_null(&lane->queue,
						   struct weft_message, link)) &&
	       message != lane->next &&
	       le64_to_cpu(message->header.sequence) <= lane->acknowledged) {
		list_move_tail(&message->link, &freed);
		count(lane, message, -1);
	}
	spin_unlock(&lane->lock);
	free_all(&freed);
	return true;
}

/**
 * weft_lane_sent() - the message weft_lane.next has been sent in full
 * @lane: the lane
 *
 * Context: caller holds weft_lane.send_mutex.
 */
void weft_lane_sent(struct weft_lane *lane)
{
	struct weft_message *message = lane->next;
	bool is_acknowledged;

	lockdep_assert_held(&lane->send_mutex);

	if (message->was_sent)
		lane->stats.resent++;
	message->was_sent = true;
	spin_lock(&lane->lock);
	WRITE_ONCE(lane->next, list_is_last(&message->link, &lane->queue) ?
			       NULL : list_next_entry(message, link));
	WRITE_ONCE(lane->unsent, lane->unsent - 1);
	is_acknowledged = le64_to_cpu(message->header.sequence) <=
			  lane->acknowledged;
	if (is_acknowledged) {
		list_del(&message->link);
		count(lane, message, -1);
	}
	spin_unlock(&lane->lock);
	if (is_acknowledged)
		weft_message_free(message);
}

/**
 * weft_lane_purge() - the session is over: nothing of it is sent any more
 * @lane: the lane
 *
 * Context: may sleep; caller holds weft_lane.receive_mutex and .send_mutex.
 */
void weft_lane_purge(struct weft_lane *lane)
{
	LIST_HEAD(freed);

	lockdep_assert_held(&lane->receive_mutex);
	lockdep_assert_held(&lane->send_mutex);

	spin_lock(&lane->lock);
	list_splice_init(&lane->queue, &freed);
	lane->queued = 0;
	lane->replies = 0;
	WRITE_ONCE(lane->next, NULL);
	WRITE_ONCE(lane->unsent, 0);
	lane->sequence = 0;
	lane->acknowledged = 0;
	spin_unlock(&lane->lock);
	lane->received = 0;
	lane->unacknowledged = 0;
	free_all(&freed);
}
