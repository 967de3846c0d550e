// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a peer may not say, one thing at a time, each with right checksums: the
 * module drops the connection, counts a breach, has taken nothing, and goes on
 * in the same session when the peer behaves again.
 */
#include "hostile.h"
#include "proto/msg_thread.h"
#include "proto/msg_process.h"

#include <asm/byteorder.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#define SIZE 32 /* of the payload of the requests and replies here */
/* Where a field begins in a frame; its width stands behind. */
#define HEADER(field) offsetof(struct weft_header, field)
#define PAYLOAD(kind, field)          \
	(sizeof(struct weft_header) + \
	 offsetof(struct weft_msg_##kind, field))
#define RESUME(field) PAYLOAD(resume, field)
#define ECHO(field)   PAYLOAD(echo, field)

/* Is @value the new one of the field, or added to the right one? */
enum change {
	BECOMES,
	GROWS
};

/**
 * struct wrong - a message with one wrong field
 * @what:   in words
 * @type:   of the message, which is right otherwise. A RESUME is the first one
 *          of its connection; a reply is one to a request of the module
 * @at:     where the field begins in the frame
 * @width:  bytes of the field
 * @change: what becomes of it
 * @value:  see @change
 */
struct wrong {
	const char *what;
	enum weft_msg_type type;
	size_t at;
	size_t width;
	enum change change;
	uint64_t value;
};

static const struct wrong wrongs[] = {
	{ "magic", WEFT_MSG_ECHO, HEADER(magic), 4, GROWS, 1 },
	{ "version 0", WEFT_MSG_ECHO, HEADER(version), 1, BECOMES, 0 },
	{ "the version before", WEFT_MSG_ECHO, HEADER(version), 1, BECOMES,
	  WEFT_PROTO_VERSION - 1 },
	{ "the version behind", WEFT_MSG_ECHO, HEADER(version), 1, BECOMES,
	  WEFT_PROTO_VERSION + 1 },
	{ "flags", WEFT_MSG_ECHO, HEADER(flags), 1, BECOMES, 1 },
	{ "type 0", WEFT_MSG_ECHO, HEADER(type), 2, BECOMES, 0 },
	{ "a type behind the last", WEFT_MSG_ECHO, HEADER(type), 2, BECOMES,
	  WEFT_MSG_NR_TYPES },
	{ "type 65535", WEFT_MSG_ECHO, HEADER(type), 2, BECOMES, 65535 },
	{ "a type of the other lane", WEFT_MSG_ECHO, HEADER(type), 2, BECOMES,
	  WEFT_MSG_ECHO_BULK },
	{ "a reply of the other lane", WEFT_MSG_ECHO_REPLY, HEADER(type), 2,
	  BECOMES, WEFT_MSG_ECHO_BULK_REPLY },
	{ "a PROCESSES on the other lane", WEFT_MSG_ECHO, HEADER(type), 2, BECOMES,
	  WEFT_MSG_PROCESSES },
	{ "a reply to something else", WEFT_MSG_ECHO_REPLY, HEADER(type), 2,
	  BECOMES, WEFT_MSG_HOST_REPLY },
	{ "length 0", WEFT_MSG_ECHO, HEADER(length), 4, BECOMES, 0 },
	{ "a length too small", WEFT_MSG_ECHO, HEADER(length), 4, BECOMES, 15 },
	{ "a length too large", WEFT_MSG_ECHO, HEADER(length), 4, BECOMES,
	  WEFT_ECHO_SIZE_MAX + 1 },
	{ "length 4294967295", WEFT_MSG_ECHO, HEADER(length), 4, BECOMES,
	  UINT32_MAX },
	{ "payload in an ACK", WEFT_MSG_ACK, HEADER(length), 4, BECOMES, 1 },
	{ "payload in a HOST", WEFT_MSG_HOST, HEADER(length), 4, BECOMES, 160 },
	{ "payload in an EPOCH", WEFT_MSG_EPOCH, HEADER(length), 4, BECOMES, 16 },
	{ "a BODY too short", WEFT_MSG_BODY, HEADER(length), 4, BECOMES, 47 },
	{ "a BODY too long", WEFT_MSG_BODY, HEADER(length), 4, BECOMES, 49 },
	{ "a CAPTURE too short", WEFT_MSG_CAPTURE, HEADER(length), 4, BECOMES,
	  3815 },
	{ "a CAPTURE too long", WEFT_MSG_CAPTURE, HEADER(length), 4, BECOMES,
	  130345 },
	{ "a PAGES too long", WEFT_MSG_PAGES, HEADER(length), 4, BECOMES, 25 },
	{ "a CALL too short", WEFT_MSG_CALL, HEADER(length), 4, BECOMES, 119 },
	{ "a CALL too long", WEFT_MSG_CALL, HEADER(length), 4, BECOMES, 1048697 },
	{ "a SIGNAL too short", WEFT_MSG_SIGNAL, HEADER(length), 4, BECOMES, 8 },
	{ "a CANCEL too long", WEFT_MSG_CANCEL, HEADER(length), 4, BECOMES, 17 },
	{ "a THREAD too short", WEFT_MSG_THREAD, HEADER(length), 4, BECOMES, 815 },
	{ "a GONE too short", WEFT_MSG_GONE, HEADER(length), 4, BECOMES, 15 },
	{ "an error in a request", WEFT_MSG_ECHO, HEADER(error), 4, BECOMES, 16 },
	{ "an error in an ACK", WEFT_MSG_ACK, HEADER(error), 4, BECOMES, 2 },
	{ "an error with payload", WEFT_MSG_ECHO_REPLY, HEADER(error), 4, BECOMES,
	  16 },
	{ "request 0", WEFT_MSG_ECHO, HEADER(request), 8, BECOMES, 0 },
	{ "a request number in an ACK", WEFT_MSG_ACK, HEADER(request), 8, BECOMES,
	  1 },
	{ "a reply to request 0", WEFT_MSG_ECHO_REPLY, HEADER(request), 8, BECOMES,
	  0 },
	{ "a reply to a request not made", WEFT_MSG_ECHO_REPLY, HEADER(request), 8,
	  GROWS, 1 },
	{ "a reply to the next request", WEFT_MSG_ECHO_REPLY, HEADER(request), 8,
	  GROWS, 256 },
	{ "sequence 0", WEFT_MSG_ECHO, HEADER(sequence), 8, BECOMES, 0 },
	{ "a sequence number in an ACK", WEFT_MSG_ACK, HEADER(sequence), 8,
	  BECOMES, 1 },
	{ "a gap of one", WEFT_MSG_ECHO, HEADER(sequence), 8, GROWS, 1 },
	{ "the highest sequence number", WEFT_MSG_ECHO, HEADER(sequence), 8,
	  BECOMES, UINT64_MAX },
	{ "a time that cannot be", WEFT_MSG_ECHO, HEADER(lamport), 8, BECOMES,
	  1ULL << 63 },
	{ "the end of time in an ACK", WEFT_MSG_ACK, HEADER(lamport), 8, BECOMES,
	  UINT64_MAX },
	{ "acknowledges one too many", WEFT_MSG_ECHO, HEADER(acknowledged), 8,
	  GROWS, 1 },
	{ "acknowledges too many in an ACK", WEFT_MSG_ACK, HEADER(acknowledged), 8,
	  BECOMES, UINT64_MAX },
	{ "a wrong checksum of the payload", WEFT_MSG_ECHO, HEADER(payload_crc), 4,
	  GROWS, 1 },
	{ "no checksum of the payload", WEFT_MSG_ECHO, HEADER(payload_crc), 4,
	  BECOMES, 0 },
	{ "a checksum of no payload", WEFT_MSG_ACK, HEADER(payload_crc), 4,
	  BECOMES, 1 },
	{ "a wrong checksum of the header", WEFT_MSG_ECHO, HEADER(header_crc), 4,
	  GROWS, 1 },
	{ "no checksum of the header", WEFT_MSG_ACK, HEADER(header_crc), 4,
	  BECOMES, 0 },
	{ "padding in an ECHO", WEFT_MSG_ECHO, ECHO(pad), 4, BECOMES, 1 },
	{ "a reply too large for the lane", WEFT_MSG_ECHO, ECHO(reply_size), 4,
	  BECOMES, WEFT_ECHO_SIZE_MAX + 1 },
	{ "a reply of 4294967295 bytes", WEFT_MSG_ECHO, ECHO(reply_size), 4,
	  BECOMES, UINT32_MAX },
	{ "a BODY of no process", WEFT_MSG_BODY, PAYLOAD(body, process), 8,
	  BECOMES, 0 },
	{ "a BODY with a number too large", WEFT_MSG_BODY, PAYLOAD(body, pid), 4,
	  BECOMES, 4194304 },
	{ "a CAPTURE with too little state", WEFT_MSG_CAPTURE,
	  PAYLOAD(capture, xstate_size), 4, BECOMES, 568 },
	{ "a CAPTURE with parts that are not there", WEFT_MSG_CAPTURE,
	  PAYLOAD(capture, mappings), 4, BECOMES, 2048 },
	{ "a CAPTURE that catches SIGKILL", WEFT_MSG_CAPTURE,
	  PAYLOAD(capture, actions[8].handler), 8, BECOMES, 4096 },
	{ "a CAPTURE of nobody", WEFT_MSG_CAPTURE,
	  PAYLOAD(capture, identity.uids[0]), 4, BECOMES, UINT32_MAX },
	{ "a PAGES for too many", WEFT_MSG_PAGES, PAYLOAD(pages, count), 4,
	  BECOMES, 17 },
	{ "a CALL with memory that is not there", WEFT_MSG_CALL,
	  PAYLOAD(call, in[0]), 4, BECOMES, 8 },
	{ "a CALL of no thread", WEFT_MSG_CALL, PAYLOAD(call, tid), 4, BECOMES, 0 },
	{ "signal 65", WEFT_MSG_SIGNAL, PAYLOAD(signal, info), 4, BECOMES, 65 },
	{ "a CANCEL of no process", WEFT_MSG_CANCEL, PAYLOAD(cancel, process), 8,
	  BECOMES, 0 },
	{ "a GONE of a process that has stopped", WEFT_MSG_GONE,
	  PAYLOAD(gone, status), 4, BECOMES, 0x137f },
	{ "padding in a GONE", WEFT_MSG_GONE, PAYLOAD(gone, pad), 4, BECOMES, 1 },
	{ "an ECHO for a RESUME", WEFT_MSG_RESUME, HEADER(type), 2, BECOMES,
	  WEFT_MSG_ECHO },
	{ "an ACK for a RESUME", WEFT_MSG_RESUME, HEADER(type), 2, BECOMES,
	  WEFT_MSG_ACK },
	{ "a RESUME of another life of ours", WEFT_MSG_RESUME,
	  RESUME(from_incarnation), 8, GROWS, 1 },
	{ "a RESUME of an older life of ours", WEFT_MSG_RESUME,
	  RESUME(from_incarnation), 8, BECOMES, 0 },
	{ "a RESUME to another life", WEFT_MSG_RESUME, RESUME(to_incarnation), 8,
	  GROWS, 1 },
	{ "a RESUME from another node", WEFT_MSG_RESUME, RESUME(from_node), 4,
	  BECOMES, 3 },
	{ "a RESUME from the module itself", WEFT_MSG_RESUME, RESUME(from_node), 4,
	  BECOMES, SELF },
	{ "a RESUME to another node", WEFT_MSG_RESUME, RESUME(to_node), 4, BECOMES,
	  PEER },
	{ "a RESUME of the other lane", WEFT_MSG_RESUME, RESUME(lane), 4, BECOMES,
	  WEFT_LANE_BULK },
	{ "a RESUME of lane 4294967295", WEFT_MSG_RESUME, RESUME(lane), 4, BECOMES,
	  UINT32_MAX },
	{ "a RESUME without credits", WEFT_MSG_RESUME, RESUME(credits), 4, BECOMES,
	  0 },
	{ "a RESUME with too many credits", WEFT_MSG_RESUME, RESUME(credits), 4,
	  GROWS, 1 },
	{ "a RESUME that received too much", WEFT_MSG_RESUME, RESUME(received), 8,
	  GROWS, 1 },
	{ "a RESUME that forgot what it received", WEFT_MSG_RESUME,
	  RESUME(received), 8, GROWS, UINT64_MAX },
	{ "a RESUME with a sequence number", WEFT_MSG_RESUME, HEADER(sequence), 8,
	  BECOMES, 1 },
};

static struct hostile hostile;
static struct wire *const fast = &hostile.wires[WEFT_LANE_FAST];

static void change(const struct wrong *wrong, struct frame *frame)
{
	unsigned char *field = (unsigned char *)frame + wrong->at;
	uint32_t length = le32_to_cpu(frame->header.length);
	uint64_t value = 0;

	memcpy(&value, field, wrong->width);
	value = cpu_to_le64(wrong->value +
			    (wrong->change == GROWS ? le64_to_cpu(value) : 0));
	memcpy(field, &value, wrong->width);
	if (wrong->at >= sizeof(frame->header))
		frame->header.payload_crc =
			cpu_to_le32(crc32c(frame->payload, length));
	if (wrong->at != offsetof(struct weft_header, header_crc))
		frame_seal_header(frame);
}

/* The module drops us, counts that once, and took nothing: sent is unchanged. */
static bool is_refused(const struct lane_counters *before, uint64_t sent)
{
	struct lane_counters after;

	if (!wire_is_dropped(fast)) {
		ksft_print_msg("the connection was not dropped\n");
		return false;
	}
	if (hostile_attach(&hostile, WEFT_LANE_FAST) ||
	    hostile_count(&hostile, WEFT_LANE_FAST, &after)) {
		ksft_print_msg("no new connection afterwards\n");
		return false;
	}
	if (after.breaches != before->breaches + 1 || fast->sent != sent)
		ksft_print_msg("breaches %llu, then %llu; taken %llu, not %llu\n",
			       (unsigned long long)before->breaches,
			       (unsigned long long)after.breaches,
			       (unsigned long long)fast->sent,
			       (unsigned long long)sent);
	return after.breaches == before->breaches + 1 && fast->sent == sent;
}

static void expect_refused(const struct lane_counters *before, uint64_t sent,
			   const char *what)
{
	bool is_right = is_refused(before, sent);
	int err = hostile_exchange(&hostile, fast);

	if (err)
		ksft_print_msg("a good exchange ended with %d\n", err);
	ksft_test_result(is_right && !err, "%s\n", what);
	if (!is_right || err)
		hostile_reborn(&hostile, WEFT_LANE_FAST);
}

/*
 * The acknowledgement of the exchange has been heard as well: a connection that
 * is replaced takes along what nobody has read yet.
 */
static bool prepare(struct lane_counters *before)
{
	const struct timespec tick = { .tv_nsec = 1000000 };
	int left;

	if (hostile_exchange(&hostile, fast))
		return false;
	for (left = HOSTILE_WAIT_MS; left; left--) {
		if (hostile_count(&hostile, WEFT_LANE_FAST, before))
			return false;
		if (!before->queued)
			return true;
		nanosleep(&tick, NULL);
	}
	return false;
}

/* What is about a thread names one. */
static void put_tid(uint8_t *payload, enum weft_msg_type type)
{
	const __le32 tid = cpu_to_le32(1), xstate = cpu_to_le32(WEFT_XSTATE_MIN);

	if (type == WEFT_MSG_CALL)
		memcpy(payload + offsetof(struct weft_msg_call, tid), &tid, sizeof(tid));
	if (type == WEFT_MSG_CANCEL)
		memcpy(payload + offsetof(struct weft_msg_cancel, tid), &tid,
		       sizeof(tid));
	if (type != WEFT_MSG_THREAD)
		return;
	memcpy(payload + offsetof(struct weft_msg_thread, tid), &tid, sizeof(tid));
	memcpy(payload + offsetof(struct weft_msg_thread, xstate_size), &xstate,
	       sizeof(xstate));
}

/* Any other request: of process 1, and as short as it may be. */
static void make_request(struct frame *frame, enum weft_msg_type type)
{
	uint32_t length = weft_msg_table[type].min;

	frame_begin(frame, &hostile, fast, type);
	memset(frame->payload, 0, length);
	if (length)
		frame->payload[0] = 1;
	if (type == WEFT_MSG_CAPTURE)
		memcpy(frame->payload + offsetof(struct weft_msg_capture, xstate_size),
		       &(__le32){ cpu_to_le32(WEFT_XSTATE_MIN) }, sizeof(__le32));
	put_tid(frame->payload, type);
	frame_seal(frame, length);
}

static void try_request(const struct wrong *wrong)
{
	struct lane_counters before;
	static struct frame frame;
	uint32_t length;
	uint64_t sent;

	if (!prepare(&before)) {
		ksft_test_result_fail("%s: no start\n", wrong->what);
		return;
	}
	if (wrong->type == WEFT_MSG_RESUME) {
		hostile_connect(&hostile, WEFT_LANE_FAST);
		frame_resume(&frame, &hostile, fast);
	} else if (wrong->type == WEFT_MSG_ECHO) {
		frame_echo(&frame, &hostile, fast, SIZE, SIZE);
	} else {
		make_request(&frame, wrong->type);
	}
	length = le32_to_cpu(frame.header.length);
	sent = fast->sent;
	change(wrong, &frame);
	wire_write(fast, &frame, sizeof(frame.header) + length);
	expect_refused(&before, sent, wrong->what);
}

/* The reply to the request in @request that it asks for. */
static void make_reply(struct frame *reply, const struct frame *request)
{
	frame_begin(reply, &hostile, fast, WEFT_MSG_ECHO_REPLY);
	reply->header.request = request->header.request;
	memcpy(reply->payload, request->payload, SIZE);
	frame_seal(reply, SIZE);
}

/* The wrong reply does not end the call: it is answered a second time. */
static void expect_answerable(pid_t pid, const struct lane_counters *before,
			      uint64_t sent, const char *what)
{
	static struct frame request, reply;
	bool is_right = is_refused(before, sent);
	int err;

	err = frame_receive_type(fast, &request, WEFT_MSG_ECHO);
	if (!err) {
		make_reply(&reply, &request);
		err = frame_send(fast, &reply);
	}
	if (asker_end(pid) || err || hostile_exchange(&hostile, fast))
		is_right = false;
	ksft_test_result(is_right, "%s\n", what);
	if (!is_right)
		hostile_reborn(&hostile, WEFT_LANE_FAST);
}

static void try_reply(const struct wrong *wrong)
{
	static struct frame request, reply;
	struct lane_counters before;
	uint64_t received;
	pid_t pid;

	if (!prepare(&before)) {
		ksft_test_result_fail("%s: no start\n", wrong->what);
		return;
	}
	received = fast->received;
	pid = asker_start(SIZE);
	frame_receive_type(fast, &request, WEFT_MSG_ECHO);
	make_reply(&reply, &request);
	/* not acknowledged, so that the module sends it again */
	fast->received = received;
	reply.header.acknowledged = cpu_to_le64(received);
	change(wrong, &reply);
	wire_write(fast, &reply, sizeof(reply.header) + SIZE);
	expect_answerable(pid, &before, fast->sent, wrong->what);
}

/* Each bit of a right frame: no one of them may be another way round. */
static void flip_every_bit(void)
{
	size_t length = sizeof(struct weft_header) + SIZE;
	unsigned int bit, accepted = 0;
	struct lane_counters before;
	static struct frame frame;
	uint64_t sent;

	for (bit = 0; bit < 8 * length; bit++) {
		if (hostile_count(&hostile, WEFT_LANE_FAST, &before))
			break;
		frame_echo(&frame, &hostile, fast, SIZE, SIZE);
		((unsigned char *)&frame)[bit / 8] ^= 1 << bit % 8;
		sent = fast->sent;
		wire_write(fast, &frame, length);
		if (is_refused(&before, sent))
			continue;
		ksft_print_msg("bit %u was not noticed\n", bit);
		accepted++;
		hostile_reborn(&hostile, WEFT_LANE_FAST);
	}
	ksft_test_result(bit == 8 * length && !accepted,
			 "%u of %zu flipped bits are accepted\n", accepted,
			 8 * length);
}

int main(void)
{
	size_t i;
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(wrongs) + 1);
	err = hostile_open(&hostile);
	if (!err)
		err = hostile_attach(&hostile, WEFT_LANE_FAST);
	if (err)
		ksft_exit_fail_msg("no session with the module: error %d\n",
				   err);
	for (i = 0; i < ARRAY_SIZE(wrongs); i++)
		if (weft_msg_table[wrongs[i].type].is_reply)
			try_reply(&wrongs[i]);
		else
			try_request(&wrongs[i]);
	flip_every_bit();
	ksft_finished();
}
