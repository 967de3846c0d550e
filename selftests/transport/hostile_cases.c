// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a bad peer does with good messages: twice, late, in pieces, too many, of
 * another view. Each either is an answer, or is ignored, or ends the
 * connection, and never more than that.
 */
#include "hostile.h"
#include "proto/msg_process.h"

#include <asm/byteorder.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kselftest_harness.h>

#define SIZE 32 /* of the payload of most requests here */

/*
 * How many requests may be unanswered in each lane, and what the replies that
 * nobody acknowledges may cost: each at most 512 KiB, in the bulk lane.
 */
#define CREDITS_FAST  256
#define CREDITS_BULK  64
#define MEMORY_MAX_KB (64 * 1024)

FIXTURE(peer)
{
	struct hostile hostile;
	struct wire *wire;
	struct frame *frame;
	struct frame *reply;
	struct lane_counters before;
	struct lane_counters after;
};

FIXTURE_SETUP(peer)
{
	self->wire = &self->hostile.wires[WEFT_LANE_FAST];
	self->frame = calloc(1, sizeof(*self->frame));
	self->reply = calloc(1, sizeof(*self->reply));
	ASSERT_EQ(0, hostile_open(&self->hostile));
	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	ASSERT_EQ(0, hostile_exchange(&self->hostile, self->wire));
	ASSERT_EQ(0,
		  hostile_count(&self->hostile, WEFT_LANE_FAST, &self->before));
}

/* Whatever a test did: over a new connection, all is well. */
FIXTURE_TEARDOWN(peer)
{
	EXPECT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	EXPECT_EQ(0, hostile_exchange(&self->hostile, self->wire));
	free(self->frame);
	free(self->reply);
}

#define EXPECT_BREACHES(wanted)                                                \
	do {                                                                   \
		EXPECT_EQ(0, hostile_count(&self->hostile, WEFT_LANE_FAST,     \
					   &self->after));                     \
		EXPECT_EQ(self->before.breaches + (wanted),                    \
			  self->after.breaches);                               \
	} while (0)

/* Dropped, once, for what came. */
#define EXPECT_BREACH()                                                        \
	do {                                                                   \
		EXPECT_TRUE(wire_is_dropped(self->wire));                      \
		EXPECT_BREACHES(1);                                            \
	} while (0)

#define EXPECT_SILENCE()                                                       \
	EXPECT_EQ(-ETIMEDOUT,                                                  \
		  frame_receive(self->wire, self->reply, HOSTILE_QUIET_MS))

TEST_F(peer, request_twice_is_served_once)
{
	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	ASSERT_EQ(0, frame_receive_type(self->wire, self->reply,
					WEFT_MSG_ECHO_REPLY));
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	ASSERT_EQ(0, frame_receive(self->wire, self->reply, HOSTILE_WAIT_MS));
	EXPECT_EQ(WEFT_MSG_ACK, le16_to_cpu(self->reply->header.type));
	EXPECT_SILENCE();
	EXPECT_BREACHES(0);
	EXPECT_EQ(self->before.duplicates + 1, self->after.duplicates);
}

TEST_F(peer, acknowledgement_of_less_is_ignored)
{
	frame_begin(self->frame, &self->hostile, self->wire, WEFT_MSG_ACK);
	self->frame->header.acknowledged = 0;
	frame_seal(self->frame, 0);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_EQ(0, hostile_exchange(&self->hostile, self->wire));
	EXPECT_BREACHES(0);
}

TEST_F(peer, epoch_that_is_known_is_ignored)
{
	frame_begin(self->frame, &self->hostile, self->wire, WEFT_MSG_EPOCH);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_EQ(0, hostile_exchange(&self->hostile, self->wire));
	EXPECT_BREACHES(0);
}

TEST_F(peer, second_resume_is_a_breach)
{
	frame_resume(self->frame, &self->hostile, self->wire);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_BREACH();
}

TEST_F(peer, two_resumes_at_once_are_a_breach)
{
	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	frame_resume(self->frame, &self->hostile, self->wire);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_BREACH();
}

TEST_F(peer, nothing_is_said_before_our_resume)
{
	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	ASSERT_EQ(0, hostile_connect(&self->hostile, WEFT_LANE_FAST));
	EXPECT_SILENCE();
	EXPECT_EQ(0,
		  hostile_count(&self->hostile, WEFT_LANE_FAST, &self->after));
	EXPECT_EQ(WEFT_LANE_RESUMING, self->after.state);
}

TEST_F(peer, garbage_is_a_breach)
{
	memset(self->frame, 0xa5, sizeof(*self->frame));
	wire_write(self->wire, self->frame, 4096);
	EXPECT_BREACH();
}

TEST_F(peer, garbage_instead_of_a_resume_is_a_breach)
{
	ASSERT_EQ(0, hostile_connect(&self->hostile, WEFT_LANE_FAST));
	memset(self->frame, 0, sizeof(*self->frame));
	wire_write(self->wire, self->frame, 64);
	EXPECT_BREACH();
}

TEST_F(peer, message_in_single_bytes_is_served)
{
	unsigned char *bytes = (unsigned char *)self->frame;
	size_t i;

	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	for (i = 0; i < sizeof(self->frame->header) + SIZE; i++)
		ASSERT_EQ(0, wire_write(self->wire, bytes + i, 1));
	self->wire->sent++;
	self->wire->request++;
	EXPECT_EQ(0, frame_receive_type(self->wire, self->reply,
					WEFT_MSG_ECHO_REPLY));
	EXPECT_BREACHES(0);
}

/* At each length in turn: nothing happens, and then all of it does. */
TEST_F(peer, half_a_message_waits_for_its_other_half)
{
	static const size_t pieces[] = { 1, 63, 64, 65, 64 + SIZE - 1 };
	unsigned char *bytes = (unsigned char *)self->frame;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
		ASSERT_EQ(0, wire_write(self->wire, bytes, pieces[i]));
		EXPECT_SILENCE();
		ASSERT_EQ(0, wire_write(self->wire, bytes + pieces[i],
					sizeof(self->frame->header) + SIZE -
						pieces[i]));
		self->wire->sent++;
		self->wire->request++;
		EXPECT_EQ(0, frame_receive_type(self->wire, self->reply,
						WEFT_MSG_ECHO_REPLY));
		EXPECT_EQ(self->frame->header.request,
			  self->reply->header.request);
	}
	EXPECT_BREACHES(0);
}

TEST_F(peer, half_a_message_and_the_end_is_forgotten)
{
	uint64_t sent = self->wire->sent;
	size_t i;

	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	for (i = 1; i < sizeof(self->frame->header) + SIZE; i += 13) {
		ASSERT_EQ(0, wire_write(self->wire, self->frame, i));
		ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
		EXPECT_EQ(sent, self->wire->sent);
	}
	EXPECT_BREACHES(0);
}

TEST_F(peer, half_a_message_holds_up_no_other_lane)
{
	struct wire *bulk = &self->hostile.wires[WEFT_LANE_BULK];

	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_BULK));
	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	ASSERT_EQ(0, wire_write(self->wire, self->frame, 70));
	EXPECT_EQ(0, hostile_exchange(&self->hostile, bulk));
	EXPECT_BREACHES(0);
}

TEST_F(peer, stale_request_is_refused_and_told_the_epoch)
{
	bool has_heard = false, has_reply = false;

	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	self->frame->header.epoch = cpu_to_le64(EPOCH - 1);
	frame_seal(self->frame, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	while (!has_heard || !has_reply) {
		ASSERT_EQ(0, frame_receive(self->wire, self->reply,
					   HOSTILE_WAIT_MS));
		EXPECT_EQ(EPOCH, le64_to_cpu(self->reply->header.epoch));
		if (self->reply->header.type == cpu_to_le16(WEFT_MSG_EPOCH))
			has_heard = true;
		if (self->reply->header.type !=
		    cpu_to_le16(WEFT_MSG_ECHO_REPLY))
			continue;
		has_reply = true;
		EXPECT_EQ(WEFT_WIRE_STALE,
			  le32_to_cpu(self->reply->header.error));
		EXPECT_EQ(self->frame->header.request,
			  self->reply->header.request);
	}
	EXPECT_BREACHES(0);
	EXPECT_EQ(self->before.stale + 1, self->after.stale);
}

/* News of a process belong to the session: no view can make them too late. */
TEST_F(peer, request_of_the_session_outlives_its_view)
{
	struct weft_msg_gone gone = { .process = cpu_to_le64(UINT64_MAX) };

	frame_begin(self->frame, &self->hostile, self->wire, WEFT_MSG_GONE);
	self->frame->header.epoch = cpu_to_le64(EPOCH - 1);
	memcpy(self->frame->payload, &gone, sizeof(gone));
	frame_seal(self->frame, sizeof(gone));
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	ASSERT_EQ(0, frame_receive_type(self->wire, self->reply,
					WEFT_MSG_GONE_REPLY));
	EXPECT_EQ(0, self->reply->header.error);
	EXPECT_BREACHES(0);
	EXPECT_EQ(self->before.stale, self->after.stale);
}

TEST_F(peer, request_of_a_future_view_waits_for_it)
{
	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	self->frame->header.epoch = cpu_to_le64(EPOCH + 5);
	frame_seal(self->frame, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_SILENCE();
	ASSERT_EQ(0, hostile_view(&self->hostile, EPOCH + 4, MEMBERS));
	EXPECT_SILENCE();
	ASSERT_EQ(0, hostile_view(&self->hostile, EPOCH + 5, MEMBERS));
	ASSERT_EQ(0, frame_receive_type(self->wire, self->reply,
					WEFT_MSG_ECHO_REPLY));
	EXPECT_EQ(0, self->reply->header.error);
	EXPECT_EQ(EPOCH + 5, le64_to_cpu(self->reply->header.epoch));
	EXPECT_BREACHES(0);
	EXPECT_EQ(self->before.stale, self->after.stale);
}

/* It waits in the connection, where there is room for a little only. */
TEST_F(peer, what_waits_for_a_view_takes_no_memory)
{
	struct pollfd poll_fd = { .fd = self->wire->fd, .events = POLLOUT };
	size_t sent = 0;
	int rounds = 0;

	frame_echo(self->frame, &self->hostile, self->wire, 4096, SIZE);
	self->frame->header.epoch = cpu_to_le64(UINT64_MAX);
	frame_seal(self->frame, 4096);
	while (rounds++ < 10000 && poll(&poll_fd, 1, HOSTILE_QUIET_MS) == 1)
		sent += send(self->wire->fd, self->frame, 4096 + 64,
			     MSG_DONTWAIT);
	TH_LOG("%zu bytes were taken", sent);
	EXPECT_GT(64 << 20, sent);
	EXPECT_BREACHES(0);
	/* the acknowledgement of the last reply, and no more */
	EXPECT_GE(self->before.received + 1, self->after.received);
}

TEST_F(peer, connection_is_replaced_in_the_middle_of_a_message)
{
	int old;

	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	ASSERT_EQ(0, wire_write(self->wire, self->frame, 80));
	old = self->wire->fd;
	self->wire->fd = -1;
	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	EXPECT_EQ(0, hostile_exchange(&self->hostile, self->wire));
	EXPECT_EQ(0, close(old));
	EXPECT_EQ(0, hostile_exchange(&self->hostile, self->wire));
	EXPECT_BREACHES(0);
}

TEST_F(peer, reply_that_was_not_acknowledged_comes_again)
{
	uint64_t received = self->wire->received;

	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	ASSERT_EQ(0, frame_receive_type(self->wire, self->reply,
					WEFT_MSG_ECHO_REPLY));
	self->wire->received = received;
	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	ASSERT_EQ(0, frame_receive_type(self->wire, self->reply,
					WEFT_MSG_ECHO_REPLY));
	EXPECT_EQ(self->frame->header.request, self->reply->header.request);
}

TEST_F(peer, new_life_hears_nothing_of_the_one_before)
{
	frame_echo(self->frame, &self->hostile, self->wire, SIZE, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	ASSERT_EQ(0, frame_receive_type(self->wire, self->reply,
					WEFT_MSG_ECHO_REPLY));
	ASSERT_EQ(0, hostile_reborn(&self->hostile, WEFT_LANE_FAST));
	EXPECT_EQ(0, self->wire->sent);
	EXPECT_SILENCE();
	EXPECT_BREACHES(0);
}

/*
 * Requests, the largest there are, without reading a reply. Return: how many
 * were sent until the module had enough of it.
 */
static unsigned int flood(struct hostile *hostile, struct wire *wire,
			  struct frame *frame, uint32_t size, long *least_kb)
{
	unsigned int count = 0;
	long kb;

	*least_kb = available_kb();
	while (count < 10000) {
		frame_echo(frame, hostile, wire, size, size);
		if (frame_send(wire, frame))
			break;
		kb = available_kb();
		if (kb < *least_kb)
			*least_kb = kb;
		count++;
	}
	return count;
}

static void try_flood(struct __test_metadata *_metadata,
		      struct hostile *hostile, enum weft_lane_id lane,
		      uint32_t size)
{
	struct wire *wire = &hostile->wires[lane];
	struct frame *frame = calloc(1, sizeof(*frame));
	struct lane_counters counters;
	long start = available_kb(), least;
	unsigned int count;

	count = flood(hostile, wire, frame, size, &least);
	EXPECT_TRUE(wire_is_dropped(wire));
	ASSERT_EQ(0, hostile_count(hostile, lane, &counters));
	TH_LOG("%u requests of %u bytes cost %ld kB; %u replies are kept",
	       count, size, start - least, counters.queued);
	EXPECT_EQ(1, counters.breaches);
	/* one more, and the one at which it was noticed */
	EXPECT_GE((lane == WEFT_LANE_FAST ? CREDITS_FAST : CREDITS_BULK) + 2,
		  counters.queued);
	EXPECT_GT(MEMORY_MAX_KB, start - least);
	ASSERT_EQ(0, hostile_reborn(hostile, lane));
	ASSERT_EQ(0, hostile_exchange(hostile, wire));
	EXPECT_GT(MEMORY_MAX_KB / 4, start - available_kb());
	free(frame);
}

TEST_F(peer, who_never_acknowledges_is_dropped)
{
	try_flood(_metadata, &self->hostile, WEFT_LANE_FAST,
		  WEFT_ECHO_SIZE_MIN);
}

TEST_F(peer, who_never_reads_large_replies_is_dropped)
{
	try_flood(_metadata, &self->hostile, WEFT_LANE_FAST,
		  WEFT_ECHO_SIZE_MAX);
}

TEST_F(peer, who_never_reads_the_largest_replies_is_dropped)
{
	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_BULK));
	try_flood(_metadata, &self->hostile, WEFT_LANE_BULK,
		  WEFT_ECHO_BULK_SIZE_MAX);
}

/* The request of the module in @reply's place becomes its right reply. */
static void make_reply(struct hostile *hostile, struct wire *wire,
		       struct frame *frame, uint32_t length)
{
	uint64_t request = frame->header.request;

	frame_begin(frame, hostile, wire, WEFT_MSG_ECHO_REPLY);
	frame->header.request = request;
	frame_seal(frame, length);
}

TEST_F(peer, reply_twice_is_a_breach)
{
	pid_t pid = asker_start(SIZE);

	ASSERT_EQ(0,
		  frame_receive_type(self->wire, self->frame, WEFT_MSG_ECHO));
	make_reply(&self->hostile, self->wire, self->frame, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_EQ(0, asker_end(pid));
	self->frame->header.sequence = cpu_to_le64(self->wire->sent + 1);
	frame_seal(self->frame, SIZE);
	wire_write(self->wire, self->frame, 64 + SIZE);
	EXPECT_BREACH();
}

TEST_F(peer, reply_longer_than_asked_for_is_a_breach)
{
	uint64_t received = self->wire->received;
	pid_t pid = asker_start(SIZE);

	ASSERT_EQ(0,
		  frame_receive_type(self->wire, self->frame, WEFT_MSG_ECHO));
	self->wire->received = received;
	make_reply(&self->hostile, self->wire, self->frame, SIZE + 1);
	wire_write(self->wire, self->frame, 64 + SIZE + 1);
	EXPECT_BREACH();
	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	ASSERT_EQ(0,
		  frame_receive_type(self->wire, self->frame, WEFT_MSG_ECHO));
	make_reply(&self->hostile, self->wire, self->frame, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_EQ(0, asker_end(pid));
}

TEST_F(peer, reply_shorter_or_other_than_asked_for_is_told_the_caller)
{
	pid_t pid = asker_start(SIZE);

	ASSERT_EQ(0,
		  frame_receive_type(self->wire, self->frame, WEFT_MSG_ECHO));
	make_reply(&self->hostile, self->wire, self->frame, SIZE - 1);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_EQ(EBADMSG, asker_end(pid));
	pid = asker_start(SIZE);
	ASSERT_EQ(0,
		  frame_receive_type(self->wire, self->frame, WEFT_MSG_ECHO));
	self->frame->payload[SIZE - 1] ^= 1;
	make_reply(&self->hostile, self->wire, self->frame, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_EQ(EBADMSG, asker_end(pid));
	EXPECT_BREACHES(0);
}

/* Every number there is, known or not: an errno, or a breach. */
TEST_F(peer, error_in_a_reply_ends_the_call_with_it)
{
	static const uint32_t errors[] = { 1, 2, 16, 20, 27, 150 };
	size_t i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		pid = asker_start(SIZE);
		ASSERT_EQ(0, frame_receive_type(self->wire, self->frame,
						WEFT_MSG_ECHO));
		make_reply(&self->hostile, self->wire, self->frame, 0);
		self->frame->header.error = cpu_to_le32(errors[i]);
		frame_seal(self->frame, 0);
		ASSERT_EQ(0, frame_send(self->wire, self->frame));
		EXPECT_EQ((-weft_error_from_wire(errors[i])) & 0xff,
			  asker_end(pid));
	}
	EXPECT_BREACHES(0);
}

TEST_F(peer, unknown_error_in_a_reply_is_a_breach)
{
	uint64_t received = self->wire->received;
	pid_t pid = asker_start(SIZE);

	ASSERT_EQ(0,
		  frame_receive_type(self->wire, self->frame, WEFT_MSG_ECHO));
	self->wire->received = received;
	make_reply(&self->hostile, self->wire, self->frame, 0);
	self->frame->header.error = cpu_to_le32(151);
	frame_seal(self->frame, 0);
	wire_write(self->wire, self->frame, 64);
	EXPECT_BREACH();
	/* a new life ends the call that still waits */
	ASSERT_EQ(0, hostile_reborn(&self->hostile, WEFT_LANE_FAST));
	EXPECT_EQ(ECONNRESET, asker_end(pid));
}

TEST_F(peer, stale_reply_ends_the_call)
{
	pid_t pid = asker_start(SIZE);

	ASSERT_EQ(0,
		  frame_receive_type(self->wire, self->frame, WEFT_MSG_ECHO));
	make_reply(&self->hostile, self->wire, self->frame, SIZE);
	self->frame->header.epoch = cpu_to_le64(EPOCH - 1);
	frame_seal(self->frame, SIZE);
	ASSERT_EQ(0, frame_send(self->wire, self->frame));
	EXPECT_EQ(ESTALE, asker_end(pid));
	EXPECT_BREACHES(0);
	EXPECT_EQ(self->before.stale + 1, self->after.stale);
}

TEST_HARNESS_MAIN
