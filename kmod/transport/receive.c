// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receiving, by one task at a time: the thread of the lane, or a caller that
 * waits for its own reply and so saves the peer's answer one wake-up. Such a
 * caller runs no handlers: it may hold locks that a handler needs.
 *
 * Bytes go from the socket to their final place; only what is read ahead of
 * knowing that place goes through weft_receive.stage.
 * Locks: weft_lane.receive_mutex.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "trace/trace.h"
#include "transport/crc.h"
#include "transport/transport.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <net/tls.h>

/* The only kind of TLS record that belongs to us; RFC 8446, 5.1. */
#define RECORD_DATA	23

/* Messages after which others get the processor, and callers their turn. */
#define BUDGET		256

static const struct weft_msg_entry *entry_of(const struct weft_header *header)
{
	return &weft_msg_table[le16_to_cpu(header->type)];
}

/**
 * weft_lane_breach() - the peer broke the protocol
 * @lane: the lane
 * @what: how; weft_receive.header is the message, if it came so far
 *
 * Context: caller holds weft_lane.receive_mutex.
 * Return: -EPROTO, and the connection is lost.
 */
int weft_lane_breach(struct weft_lane *lane, enum weft_breach what)
{
	lockdep_assert_held(&lane->receive_mutex);

	lane->stats.breaches++;
	trace_weft_breach(&lane->name, &lane->receive.header, what);
	pr_notice_ratelimited("node %u broke the protocol on the %s lane: %s\n",
			      lane->peer->node,
			      lane->id == WEFT_LANE_FAST ? "fast" : "bulk",
			      weft_breach_text(what));
	/* the message is still there: whoever comes next must not take it */
	set_bit(WEFT_LANE_LOST, &lane->flags);
	return -EPROTO;
}

static bool is_request(const struct weft_header *header)
{
	return entry_of(header)->reply;
}

/* What runs a handler, or changes the session, is not for a caller to do. */
static bool needs_thread(const struct weft_header *header)
{
	return entry_of(header)->is_numbered ? !entry_of(header)->is_reply :
	       le16_to_cpu(header->type) == WEFT_MSG_RESUME;
}

/* What @control, written by the kernel, says about the record. */
static bool is_data(const struct msghdr *msg, const void *control, size_t len)
{
	const struct cmsghdr *cmsg = control;

	if (msg->msg_controllen == len)
		return true;
	return cmsg->cmsg_level == SOL_TLS &&
	       cmsg->cmsg_type == TLS_GET_RECORD_TYPE &&
	       *(u8 *)CMSG_DATA(cmsg) == RECORD_DATA;
}

/* Reads what there is. Return: bytes, 0 if there is nothing, or an error. */
static int read_socket(struct weft_lane *lane, struct kvec *parts,
		       unsigned int count, size_t size)
{
	u8 control[CMSG_SPACE(sizeof(u8))] __aligned(sizeof(long)) = {};
	struct msghdr msg = {};
	int got;

	if (lane->cipher != WEFT_CIPHER_NONE) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
	}
	got = kernel_recvmsg(lane->sock, &msg, parts, count, size,
			     MSG_DONTWAIT | MSG_NOSIGNAL);
	lane->receive.is_drained = got < (int)size;
	if (got == -EAGAIN)
		return 0;
	/* the thread of the lane gets no signals */
	if (got == -EINTR || got == -ERESTARTSYS)
		return -EAGAIN;
	if (!got)
		return -ECONNRESET;
	if (got < 0)
		return got;
	if (lane->cipher != WEFT_CIPHER_NONE &&
	    !is_data(&msg, control, sizeof(control)))
		return weft_lane_breach(lane, WEFT_BREACH_RECORD);
	lane->stats.received_bytes += got;
	return got;
}

static void take_payload(struct weft_lane *lane, const void *from, u32 len)
{
	struct weft_receive *receive = &lane->receive;

	if (lane->cipher == WEFT_CIPHER_NONE)
		receive->crc = weft_crc_add(receive->crc, from, len);
	receive->done += len;
}

/* Reads payload into its place, and what comes after it into the stage. */
static int fill(struct weft_lane *lane)
{
	struct weft_receive *receive = &lane->receive;
	struct kvec parts[2];
	unsigned int count = 0;
	u32 want = 0;
	int got;

	if (receive->start) {
		receive->end -= receive->start;
		memmove(receive->stage, receive->stage + receive->start,
			receive->end);
		receive->start = 0;
	}
	if (receive->has_header && receive->target) {
		want = le32_to_cpu(receive->header.length) - receive->done;
		parts[count++] = (struct kvec) {
			receive->target + receive->done, want
		};
	}
	parts[count++] = (struct kvec) {
		receive->stage + receive->end, WEFT_STAGE_LEN - receive->end
	};
	got = read_socket(lane, parts, count,
			  want + WEFT_STAGE_LEN - receive->end);
	if (got <= 0)
		return got;
	want = min_t(u32, want, got);
	if (want)
		take_payload(lane, receive->target + receive->done, want);
	receive->end += got - want;
	return got;
}

static bool is_header_intact(struct weft_lane *lane,
			     const struct weft_header *header)
{
	struct kvec covered = { (void *)header, WEFT_HEADER_CRC_LEN };

	if (lane->cipher != WEFT_CIPHER_NONE)
		return !header->header_crc && !header->payload_crc;
	return weft_crc_buffers(&covered, 1) == header->header_crc;
}

/* Is this what may come now? */
static enum weft_breach check_order(struct weft_lane *lane,
				    const struct weft_header *header)
{
	bool is_resume = le16_to_cpu(header->type) == WEFT_MSG_RESUME;
	u64 sequence = le64_to_cpu(header->sequence);

	if (is_resume != (READ_ONCE(lane->state) == WEFT_LANE_RESUMING))
		return WEFT_BREACH_RESUME;
	if (sequence > lane->received + 1)
		return WEFT_BREACH_SEQUENCE;
	if (!is_resume &&
	    !weft_lane_acknowledge(lane, le64_to_cpu(header->acknowledged)))
		return WEFT_BREACH_ACK;
	/* one more: a credit is back before the reply is acknowledged */
	if (is_request(header) &&
	    READ_ONCE(lane->replies) > weft_lane_credits(lane) + 1)
		return WEFT_BREACH_CREDIT;
	return WEFT_BREACH_NONE;
}

/* Holds a message against the present view, and against its session. */
static void judge(struct weft_lane *lane, const struct weft_header *header)
{
	struct weft_peer *peer = lane->peer;
	const struct weft_view *view;
	bool is_over;

	rcu_read_lock();
	view = rcu_dereference(peer->weft->view);
	/* whoever sees a view sees who has left before: see weft_view_set() */
	smp_rmb();
	is_over = READ_ONCE(peer->incarnation) != READ_ONCE(lane->incarnation);
	lane->receive.verdict = weft_message_judge(view, header, peer->node,
						   is_over);
	rcu_read_unlock();
}

static bool is_stale(const struct weft_receive *receive)
{
	return receive->verdict != WEFT_EPOCH_ACCEPT;
}

static int find_target(struct weft_lane *lane, const struct weft_header *header)
{
	struct weft_receive *receive = &lane->receive;
	u32 max = entry_of(header)->max;
	void *target;

	receive->target = NULL;
	if (receive->is_duplicate)
		return 0;
	if (entry_of(header)->is_reply) {
		target = lane->peer->weft->upcalls->reply_target(lane, header);
		if (IS_ERR(target))
			return weft_lane_breach(lane, WEFT_BREACH_REQUEST);
		receive->target = is_stale(receive) ? NULL : target;
		return 0;
	}
	if (!header->length)
		return 0;
	if (receive->scratch_len < max) {
		kvfree(receive->scratch);
		receive->scratch_len = 0;
		receive->scratch = kvmalloc(max, GFP_KERNEL);
		if (!receive->scratch)
			return -ENOMEM;
		receive->scratch_len = max;
	}
	receive->target = receive->scratch;
	return 0;
}

/*
 * Takes a header out of the stage. If this fails with -EBUSY or -ENOMEM the
 * header is still there, and it may be called again.
 */
static int begin(struct weft_lane *lane)
{
	struct weft_receive *receive = &lane->receive;
	struct weft_header *header = &receive->header;
	enum weft_breach what;
	int err;

	memcpy(header, receive->stage + receive->start, sizeof(*header));
	what = is_header_intact(lane, header) ?
	       weft_header_check(header, lane->id) : WEFT_BREACH_CRC;
	if (!what)
		what = check_order(lane, header);
	if (what)
		return weft_lane_breach(lane, what);
	judge(lane, header);
	if (receive->verdict == WEFT_EPOCH_FUTURE)
		return -EBUSY;
	receive->is_duplicate = header->sequence &&
				le64_to_cpu(header->sequence) <= lane->received;
	err = find_target(lane, header);
	if (err)
		return err;
	receive->start += sizeof(*header);
	receive->has_header = true;
	receive->done = 0;
	receive->crc = WEFT_CRC_SEED;
	return 0;
}

/* Moves payload from the stage to its place. */
static void unstage(struct weft_lane *lane)
{
	struct weft_receive *receive = &lane->receive;
	u32 len = min(le32_to_cpu(receive->header.length) - receive->done,
		      receive->end - receive->start);
	u8 *from = receive->stage + receive->start;

	if (!len)
		return;
	if (receive->target)
		memcpy(receive->target + receive->done, from, len);
	take_payload(lane, from, len);
	receive->start += len;
}

static bool is_payload_intact(struct weft_lane *lane)
{
	struct weft_receive *receive = &lane->receive;

	if (lane->cipher != WEFT_CIPHER_NONE || !receive->header.length)
		return !receive->header.payload_crc;
	return weft_crc_end(receive->crc) == receive->header.payload_crc;
}

/*
 * A request of another view is refused, and its maker told the present one. Who
 * is no member is told nothing: the session is about to end.
 */
static int refuse_stale(struct weft_lane *lane,
			const struct weft_header *header)
{
	struct weft_message *reply;

	if (is_request(header) && lane->receive.verdict == WEFT_EPOCH_STALE) {
		reply = weft_message_new(entry_of(header)->reply, 0);
		if (!reply)
			return -ENOMEM;
		reply->header.request = header->request;
		reply->header.error = cpu_to_le32(WEFT_WIRE_STALE);
		weft_lane_queue(lane, reply);
	}
	lane->stats.stale++;
	trace_weft_stale(&lane->name, header, lane->receive.verdict);
	set_bit(WEFT_LANE_EPOCH_DUE, &lane->flags);
	return 0;
}

/*
 * The view may have changed since the header was looked at. Whoever installs
 * one waits for what is being delivered: see weft_peer_settle().
 */
static int deliver(struct weft_lane *lane)
{
	const struct weft_upcalls *upcalls = lane->peer->weft->upcalls;
	struct weft_receive *receive = &lane->receive;
	struct weft_header *header = &receive->header;
	int err = 0;

	if (receive->is_duplicate) {
		lane->stats.duplicates++;
		set_bit(WEFT_LANE_ACK_DUE, &lane->flags);
		return 0;
	}
	if (le16_to_cpu(header->type) == WEFT_MSG_RESUME)
		return weft_resume_received(lane, (void *)receive->target);
	judge(lane, header);
	if (is_stale(receive)) {
		err = refuse_stale(lane, header);
		if (err)
			return err;
		header->length = 0;
		header->error = cpu_to_le32(WEFT_WIRE_STALE);
	}
	/* calls to who is no member end with the session, and with its error */
	if (receive->verdict == WEFT_EPOCH_STRANGER)
		return 0;
	if (entry_of(header)->is_reply)
		upcalls->reply_received(lane, header);
	else if (is_request(header) && !is_stale(receive))
		err = upcalls->request_received(lane, header, receive->target);
	return err == -EPROTO ? weft_lane_breach(lane, WEFT_BREACH_FIELD) : err;
}

/* All of a message is here. If this fails with -ENOMEM it may be called again. */
static int finish(struct weft_lane *lane)
{
	struct weft_receive *receive = &lane->receive;
	u64 sequence = le64_to_cpu(receive->header.sequence);
	int err;

	if (!receive->is_intact && !is_payload_intact(lane))
		return weft_lane_breach(lane, WEFT_BREACH_CRC);
	receive->is_intact = true;
	weft_lamport_witness(lane->peer->weft,
			     le64_to_cpu(receive->header.lamport));
	err = deliver(lane);
	if (err)
		return err;
	lane->stats.received_messages++;
	receive->has_header = false;
	receive->is_intact = false;
	receive->target = NULL;
	if (sequence && !receive->is_duplicate) {
		WRITE_ONCE(lane->received, sequence);
		weft_lane_count_received(lane);
	}
	return 0;
}

/*
 * The last read took all that there was, and the socket has not called since.
 * Who clears the flag reads.
 */
static bool is_empty(struct weft_lane *lane)
{
	return lane->receive.is_drained &&
	       !test_and_clear_bit(WEFT_LANE_READABLE, &lane->flags);
}

/* One step. Return: bytes or messages that it moved, 0, or an error. */
static int step(struct weft_lane *lane, bool is_caller)
{
	struct weft_receive *receive = &lane->receive;
	int err;

	if (!receive->has_header) {
		if (receive->end - receive->start < sizeof(receive->header)) {
			weft_lane_pump(lane);
			return is_empty(lane) ? 0 : fill(lane);
		}
		err = begin(lane);
		if (err)
			return err;
	}
	unstage(lane);
	if (is_caller && needs_thread(&receive->header))
		return -EBUSY;
	if (receive->done < le32_to_cpu(receive->header.length))
		return fill(lane);
	err = finish(lane);
	return err ? err : 1;
}

/**
 * weft_lane_receive() - receive what there is
 * @lane:  the lane; it has a connection
 * @until: stop as soon as this is true. A caller that waits for its reply gives
 *         this; the thread of the lane gives NULL
 *
 * Context: may sleep, never for the peer; caller holds
 * weft_lane.receive_mutex.
 * Return: 0 if there is nothing more for now; 1 if @until is true; -EAGAIN if
 * there is more; -EBUSY if the thread of the lane has to go on, or, told to
 * that thread, if a message has to wait for its view; -ENOMEM if it has to be
 * tried again later; any other error means that the connection is of no use.
 */
int weft_lane_receive(struct weft_lane *lane, const bool *until)
{
	int budget = BUDGET;
	int moved;

	lockdep_assert_held(&lane->receive_mutex);

	if (test_bit(WEFT_LANE_LOST, &lane->flags))
		return 0;
	lane->receive.is_drained = false;
	do {
		/* pairs with whoever makes it true */
		if (until && smp_load_acquire(until))
			return 1;
		if (!budget--)
			return -EAGAIN;
		moved = step(lane, until);
	} while (moved > 0);
	return moved;
}
