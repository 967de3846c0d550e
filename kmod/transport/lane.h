/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A lane: the messages that are on their way to a peer and from it, and the
 * connection that carries them. Included by transport.h only.
 *
 * Lock order: weft_lane.receive_mutex, .send_mutex, .lock, .leader_lock. None
 * is held across a wait for the peer: the socket is only used without blocking.
 */
#ifndef _WEFT_TRANSPORT_LANE_H
#define _WEFT_TRANSPORT_LANE_H

#include "core/core.h"
#include "proto/proto.h"

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uio.h>
#include <linux/wait.h>

struct socket;
struct task_struct;
struct weft_calls;
struct weft_peer;

/* Requests that a peer may have unanswered here, by lane. */
#define WEFT_CREDITS_FAST	256
#define WEFT_CREDITS_BULK	64

/**
 * struct weft_message - a message on its way out
 * @link:     in weft_lane.queue
 * @external: payload after the inline part, or NULL; stays unchanged until
 *            @release
 * @external_len: bytes of @external
 * @inline_len: bytes of payload behind the header
 * @was_sent: it has been sent in full at least once
 * @release:  called once when the message is no longer needed, if not NULL
 * @owner:    for @release
 * @header:   as on the wire
 * @payload:  the inline part of the payload
 */
struct weft_message {
	struct list_head link;
	const void *external;
	u32 external_len;
	u32 inline_len;
	bool was_sent;
	void (*release)(struct weft_message *message);
	void *owner;
	struct weft_header header;
	u8 payload[];
};

/**
 * enum weft_lane_flag - what a lane has to do, as bits of weft_lane.flags
 * @WEFT_LANE_READABLE: something may have arrived
 * @WEFT_LANE_SERVE:    what arrived is for the thread: callers keep away
 * @WEFT_LANE_BLOCKED:  the connection takes nothing more for now
 * @WEFT_LANE_PUMP:     it takes something again
 * @WEFT_LANE_LOST:     the connection broke
 * @WEFT_LANE_CHANGED:  what the lane should be has changed: see weft_peer
 * @WEFT_LANE_ACK_DUE:  the peer waits for an acknowledgement
 * @WEFT_LANE_EPOCH_DUE: the peer should hear of the present epoch
 * @WEFT_LANE_RESUME_DUE: the peer must hear where this end left off
 */
enum weft_lane_flag {
	WEFT_LANE_READABLE,
	WEFT_LANE_SERVE,
	WEFT_LANE_BLOCKED,
	WEFT_LANE_PUMP,
	WEFT_LANE_LOST,
	WEFT_LANE_CHANGED,
	WEFT_LANE_ACK_DUE,
	WEFT_LANE_EPOCH_DUE,
	WEFT_LANE_RESUME_DUE,
};

/**
 * struct weft_lane_stats - what a lane has done; starts with the peer
 * @connections:       connections that came up
 * @sent_messages:     all that went out, resent ones too
 * @sent_bytes:        with headers
 * @received_messages: all that came in, duplicates too
 * @received_bytes:    with headers
 * @resent:            messages sent again after a reconnect
 * @duplicates:        messages received again, and dropped
 * @breaches:          connections dropped for a malformed message
 * @stale:             messages of another epoch, dropped
 *
 * Written by whoever sends or receives; a reader may be a little late.
 */
struct weft_lane_stats {
	u64 connections;
	u64 sent_messages;
	u64 sent_bytes;
	u64 received_messages;
	u64 received_bytes;
	u64 resent;
	u64 duplicates;
	u64 breaches;
	u64 stale;
};

/* Bytes that are received ahead of knowing where they belong. */
#define WEFT_STAGE_LEN	1024

/**
 * struct weft_receive - the message that is being received
 * @stage:      bytes that were read from the socket and not used yet
 * @start:      first unused byte in @stage
 * @end:        behind the last one
 * @has_header: @header is complete and was checked
 * @is_duplicate: the message was received before
 * @verdict:    what the present view says of the message
 * @is_drained: the last read took all that there was
 * @is_intact:  the payload is complete and as it was sent
 * @header:     of the message
 * @target:     where the payload goes; NULL: nowhere
 * @done:       bytes of payload that have arrived
 * @scratch:    for the payload of requests
 * @scratch_len: bytes of @scratch
 * @crc:        of the payload so far; unused under TLS
 */
struct weft_receive {
	u8 stage[WEFT_STAGE_LEN];
	u32 start;
	u32 end;
	bool has_header;
	bool is_duplicate;
	enum weft_epoch_verdict verdict;
	bool is_drained;
	bool is_intact;
	struct weft_header header;
	u8 *target;
	u32 done;
	void *scratch;
	u32 scratch_len;
	u32 crc;
};

/**
 * struct weft_control - an unnumbered message, sent before the next numbered one
 * @header: its header
 * @resume: its payload, if it is a RESUME
 */
struct weft_control {
	struct weft_header header;
	struct weft_msg_resume resume;
};

/**
 * struct weft_lane - one lane to one peer
 * @peer:   the peer
 * @calls:  calls in this lane; belongs to rpc
 * @thread: serves the lane: receives when no caller does, connects, repairs
 * @id:     which lane
 * @name:   for tracepoints
 * @flags:  enum weft_lane_flag; atomic
 * @waiter: hears of events of the socket
 *
 * @leader_lock: protects @leader; taken in interrupts
 * @leader:      a caller that receives its own reply, and is woken instead of
 *               @thread; NULL if there is none
 *
 * @receive_mutex: held by whoever receives, protects @receive
 * @receive:       the message that is being received
 *
 * @send_mutex: held by whoever sends, protects the following
 * @sock:       the connection; changes under both mutexes
 * @outgoing:   the control message that is being sent
 * @parts:      what is left of the message that is being sent
 * @part_count: how many of @parts count; 0 between two messages
 * @is_control: the message that is being sent is @outgoing
 *
 * @lock:         protects the following
 * @state:        of the connection; weft_lane_set_state() is the only writer
 * @cipher:       of the connection
 * @queue:        messages that are not acknowledged, ascending
 * @queued:       how many
 * @replies:      how many of them are replies
 * @next:         the first of them that was not sent in full over this
 *                connection; NULL: all were. It stays while @send_mutex is held
 * @unsent:       how many from @next on; may be read without
 * @sequence:     number of the last message
 * @acknowledged: highest number that the peer has acknowledged
 *
 * @received:     highest number received; written under @receive_mutex
 * @unacknowledged: messages received since the peer last heard of it
 * @ack_timer:    for peers that would otherwise not hear of it for long
 * @resume_by:    when the peer must have said where it left off, in jiffies;
 *                belongs to @thread
 * @incarnation:  of the peer, in this session; written by @thread
 * @stats:        see there
 */
struct weft_lane {
	struct weft_peer *peer;
	struct weft_calls *calls;
	struct task_struct *thread;
	enum weft_lane_id id;
	struct weft_lane_name name;
	unsigned long flags;
	struct wait_queue_entry waiter;

	spinlock_t leader_lock;
	struct task_struct *leader;

	struct mutex receive_mutex;
	struct weft_receive receive;

	struct mutex send_mutex;
	struct socket *sock;
	struct weft_control outgoing;
	struct kvec parts[2];
	unsigned int part_count;
	bool is_control;

	spinlock_t lock;
	enum weft_lane_state state;
	enum weft_cipher cipher;
	struct list_head queue;
	u32 queued;
	u32 replies;
	struct weft_message *next;
	u32 unsent;
	u64 sequence;
	u64 acknowledged;

	u64 received;
	u32 unacknowledged;
	struct timer_list ack_timer;
	unsigned long resume_by;
	u64 incarnation;
	struct weft_lane_stats stats;
};

/**
 * weft_lane_credits() - how many requests the peer may have unanswered
 * @lane: the lane
 *
 * Return: the number.
 */
static inline u32 weft_lane_credits(const struct weft_lane *lane)
{
	return lane->id == WEFT_LANE_FAST ? WEFT_CREDITS_FAST :
					    WEFT_CREDITS_BULK;
}

#endif /* _WEFT_TRANSPORT_LANE_H */
