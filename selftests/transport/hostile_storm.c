// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that are almost right, as many as wanted:
 *
 *   hostile_storm [FRAMES [SEED]]
 *
 * The seed is printed, and with it a run is repeated. After each thousand the
 * module has to serve a peer that behaves, in both lanes, and must not have kept
 * more than it may. Meanwhile the module makes calls of its own, so that there
 * is something to answer wrongly.
 */
#define _GNU_SOURCE
#include "hostile.h"

#include <asm/byteorder.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#define FRAMES	      100000
#define ROUND	      1000
#define SIZE_MAX_HERE 600 /* of payload: large ones only cost time */
#define STUCK_MS      500

/* Replies that are not acknowledged, and requests that are not answered. */
#define QUEUE_MAX     (256 + 2 + WEFT_CREDITS_MAX)
#define MEMORY_MAX_KB (64 * 1024)

/**
 * struct storm - the state of a run
 * @hostile:  both ends
 * @wire:     the lane of this round
 * @pending:  a request of the module without a reply; no magic: there is none
 * @has_lied: we acknowledged what we have not received: only a new life helps
 * @random:   state of the generator
 * @drops:    connections that the module dropped
 * @stuck:    connections on which nothing went on any more
 * @reborn:   new lives
 */
struct storm {
	struct hostile hostile;
	struct wire *wire;
	struct weft_header pending;
	bool has_lied;
	uint64_t random;
	unsigned int drops;
	unsigned int stuck;
	unsigned int reborn;
};

/* What happens after a frame. */
enum after {
	GO_ON, /* it is ignored or answered */
	LOOK,  /* perhaps the connection is dropped */
	LEAVE, /* nothing more happens on this connection */
};

static uint64_t random_64(struct storm *storm)
{
	storm->random ^= storm->random << 13;
	storm->random ^= storm->random >> 7;
	storm->random ^= storm->random << 17;
	return storm->random;
}

static uint32_t random_below(struct storm *storm, uint32_t limit)
{
	return (uint32_t)(random_64(storm) >> 32) % limit;
}

/* Small, large, or anything: the edges are where faults are. */
static uint64_t random_number(struct storm *storm)
{
	switch (random_below(storm, 4)) {
	case 0:
		return random_below(storm, 4);
	case 1:
		return -(uint64_t)random_below(storm, 4);
	case 2:
		return 1ULL << random_below(storm, 64);
	default:
		return random_64(storm);
	}
}

static void make_echo(struct storm *storm, struct frame *frame)
{
	frame_echo(frame, &storm->hostile, storm->wire,
		   WEFT_ECHO_SIZE_MIN + random_below(storm, SIZE_MAX_HERE),
		   random_below(storm, SIZE_MAX_HERE));
}

static size_t length_of(const struct frame *frame)
{
	return sizeof(frame->header) + le32_to_cpu(frame->header.length);
}

static void send_whole(struct storm *storm, const struct frame *frame)
{
	wire_write(storm->wire, frame, length_of(frame));
}

static enum after twice(struct storm *storm, struct frame *frame)
{
	make_echo(storm, frame);
	frame->header.sequence =
		cpu_to_le64(1 + random_below(storm, storm->wire->sent + 1));
	frame_seal(frame, le32_to_cpu(frame->header.length));
	send_whole(storm, frame);
	/* the one that is not there yet is taken */
	if (le64_to_cpu(frame->header.sequence) > storm->wire->sent)
		storm->wire->sent++;
	return GO_ON;
}

static enum after gap(struct storm *storm, struct frame *frame)
{
	make_echo(storm, frame);
	frame->header.sequence =
		cpu_to_le64(storm->wire->sent + 2 + random_below(storm, 1000));
	frame_seal(frame, le32_to_cpu(frame->header.length));
	send_whole(storm, frame);
	return LOOK;
}

static enum after stale(struct storm *storm, struct frame *frame)
{
	make_echo(storm, frame);
	frame->header.epoch = cpu_to_le64(random_below(storm, EPOCH));
	frame_seal(frame, le32_to_cpu(frame->header.length));
	frame_send(storm->wire, frame);
	return GO_ON;
}

static enum after future(struct storm *storm, struct frame *frame)
{
	make_echo(storm, frame);
	frame->header.epoch = cpu_to_le64(storm->hostile.epoch + 1 +
					  random_number(storm) / 2);
	frame_seal(frame, le32_to_cpu(frame->header.length));
	send_whole(storm, frame);
	return LEAVE;
}

static enum after good(struct storm *storm, struct frame *frame)
{
	make_echo(storm, frame);
	frame_send(storm->wire, frame);
	return GO_ON;
}

static enum after old_news(struct storm *storm, struct frame *frame)
{
	uint64_t received;

	frame_begin(frame, &storm->hostile, storm->wire,
		    random_below(storm, 2) ? WEFT_MSG_ACK : WEFT_MSG_EPOCH);
	received = random_below(storm, (uint32_t)storm->wire->received + 1);
	frame->header.acknowledged = cpu_to_le64(received);
	frame->header.epoch =
		cpu_to_le64(random_below(storm, storm->hostile.epoch + 1));
	frame->header.lamport = cpu_to_le64(random_below(storm, 1U << 30));
	frame_seal(frame, 0);
	send_whole(storm, frame);
	return GO_ON;
}

static enum after wrong_ack(struct storm *storm, struct frame *frame)
{
	frame_begin(frame, &storm->hostile, storm->wire, WEFT_MSG_ACK);
	frame->header.acknowledged =
		cpu_to_le64(storm->wire->received + random_number(storm));
	frame_seal(frame, 0);
	storm->has_lied = true;
	send_whole(storm, frame);
	return LOOK;
}

static enum after flipped(struct storm *storm, struct frame *frame)
{
	uint32_t flips = 1 + random_below(storm, 8);
	size_t length;

	make_echo(storm, frame);
	length = length_of(frame);
	while (flips--)
		((unsigned char *)frame)[random_below(storm, length)] ^=
			1 << random_below(storm, 8);
	wire_write(storm->wire, frame, length);
	return LOOK;
}

/* Any field of the header, with right checksums. */
static enum after wrong_field(struct storm *storm, struct frame *frame)
{
	static const unsigned char at[] = { 0,	4,  5,	6,  8,	12,
					    16, 24, 32, 40, 48, 56 };
	static const unsigned char width[] = { 4, 1, 1, 2, 4, 4,
					       8, 8, 8, 8, 8, 4 };
	uint32_t field = random_below(storm, ARRAY_SIZE(at));
	uint64_t value = cpu_to_le64(random_number(storm));
	size_t length;

	make_echo(storm, frame);
	length = length_of(frame);
	memcpy((char *)frame + at[field], &value, width[field]);
	frame_seal_header(frame);
	if (at[field] == offsetof(struct weft_header, acknowledged))
		storm->has_lied = true;
	wire_write(storm->wire, frame, length);
	return LOOK;
}

static enum after any_payload(struct storm *storm, struct frame *frame)
{
	struct weft_msg_echo echo;
	uint32_t at, length;

	make_echo(storm, frame);
	length = le32_to_cpu(frame->header.length);
	memcpy(&echo, frame->payload, sizeof(echo));
	for (at = 0; at < length; at++)
		frame->payload[at] = (unsigned char)random_64(storm);
	if (random_below(storm, 4))
		memcpy(frame->payload, &echo, sizeof(echo));
	frame_seal(frame, length);
	send_whole(storm, frame);
	return LOOK;
}

/* To a request that was made, if there is one, or to none. */
static enum after wrong_reply(struct storm *storm, struct frame *frame)
{
	frame_begin(frame, &storm->hostile, storm->wire,
		    storm->wire->lane == WEFT_LANE_FAST ?
			    WEFT_MSG_ECHO_REPLY :
			    WEFT_MSG_ECHO_BULK_REPLY);
	frame->header.request = storm->pending.request;
	if (!storm->pending.magic || !random_below(storm, 4))
		frame->header.request = cpu_to_le64(random_number(storm) | 1);
	if (random_below(storm, 2))
		frame->header.error = cpu_to_le32(random_below(storm, 200));
	frame_seal(frame, frame->header.error ?
				  0 :
				  random_below(storm, SIZE_MAX_HERE));
	storm->pending.magic = 0;
	send_whole(storm, frame);
	return LOOK;
}

static enum after second_resume(struct storm *storm, struct frame *frame)
{
	frame_resume(frame, &storm->hostile, storm->wire);
	send_whole(storm, frame);
	return LOOK;
}

static enum after garbage(struct storm *storm, struct frame *frame)
{
	uint32_t at, length = 1 + random_below(storm, 2048);

	for (at = 0; at < length; at++)
		((unsigned char *)frame)[at] = (unsigned char)random_64(storm);
	wire_write(storm->wire, frame, length);
	return length < sizeof(frame->header) ? LEAVE : LOOK;
}

static enum after truncated(struct storm *storm, struct frame *frame)
{
	make_echo(storm, frame);
	wire_write(storm->wire, frame,
		   1 + random_below(storm, length_of(frame) - 1));
	return random_below(storm, 2) ? LEAVE : LOOK;
}

/* How often each comes is how often it stands here. */
typedef enum after mutation(struct storm *storm, struct frame *frame);
static mutation *const mutations[] = {
	twice,	     twice,	  twice,       twice,	      twice,
	twice,	     stale,	  stale,       stale,	      stale,
	stale,	     stale,	  old_news,    old_news,      old_news,
	old_news,    old_news,	  old_news,    good,	      good,
	any_payload, any_payload, any_payload, any_payload,   flipped,
	gap,	     wrong_field, wrong_field, wrong_ack,     wrong_reply,
	truncated,   garbage,	  future,      second_resume,
};

/* Takes note of what the module has said so far. */
static int listen_to(struct storm *storm, int wait_ms)
{
	static struct frame frame;
	int err = frame_receive(storm->wire, &frame, wait_ms);

	if (err)
		return err;
	if (le64_to_cpu(frame.header.acknowledged) > storm->wire->sent)
		storm->wire->sent = le64_to_cpu(frame.header.acknowledged);
	if (weft_msg_table[le16_to_cpu(frame.header.type)].reply)
		storm->pending = frame.header;
	return le16_to_cpu(frame.header.type);
}

/*
 * A message that was there before is always acknowledged, by an ACK or by
 * whatever the module has to say anyway, if the connection is still of use.
 */
static int probe(struct storm *storm)
{
	static struct frame frame;
	int type;

	frame_echo(&frame, &storm->hostile, storm->wire, 16, 0);
	frame.header.sequence = cpu_to_le64(1);
	frame_seal(&frame, 16);
	if (!storm->wire->sent)
		storm->wire->sent = 1;
	send_whole(storm, &frame);
	type = listen_to(storm, STUCK_MS);
	if (type == -ETIMEDOUT)
		return type;
	while (type >= 0)
		type = listen_to(storm, 0);
	return type == -ETIMEDOUT ? 0 : type;
}

static int begin_again(struct storm *storm)
{
	storm->pending.magic = 0;
	if (!storm->has_lied && random_below(storm, 8))
		return hostile_attach(&storm->hostile, storm->wire->lane);
	storm->has_lied = false;
	storm->reborn++;
	return hostile_reborn(&storm->hostile, storm->wire->lane);
}

static int step(struct storm *storm)
{
	static struct frame frame;
	enum after after;
	int err = 0;

	after = mutations[random_below(storm, ARRAY_SIZE(mutations))](storm,
								      &frame);
	if (after == GO_ON && random_below(storm, 32))
		return 0;
	if (after != LEAVE)
		err = probe(storm);
	if (!err && after != LEAVE)
		return 0;
	storm->drops += err == -ECONNRESET;
	storm->stuck += err == -ETIMEDOUT;
	if (err == -EBADMSG)
		return err;
	return begin_again(storm);
}

/* All is well in both lanes; the next round is in the other one. */
static int check(struct storm *storm, long start_kb)
{
	struct hostile *hostile = &storm->hostile;
	struct lane_counters counters;
	int id, err;

	err = hostile_count(hostile, storm->wire->lane, &counters);
	if (err || counters.queued > QUEUE_MAX)
		return err ? err : -EOVERFLOW;
	if (start_kb - available_kb() > MEMORY_MAX_KB)
		return -ENOMEM;
	storm->has_lied = false;
	err = hostile_reborn(hostile, WEFT_LANE_BULK);
	if (!err)
		err = hostile_attach(hostile, WEFT_LANE_FAST);
	for (id = 0; !err && id < WEFT_LANE_COUNT; id++)
		err = hostile_exchange(hostile, &hostile->wires[id]);
	storm->pending.magic = 0;
	storm->wire = &hostile->wires[random_below(storm, WEFT_LANE_COUNT)];
	return err;
}

static unsigned int run(struct storm *storm, unsigned int frames)
{
	long start_kb = available_kb();
	unsigned int number;
	int err = 0;

	for (number = 0; !err && number < frames; number++) {
		err = step(storm);
		if (!err && (number + 1) % ROUND == 0)
			err = check(storm, start_kb);
	}
	if (err)
		ksft_print_msg("frame %u ended with %s\n", number,
			       strerror(-err));
	return err ? 0 : number;
}

/* The module calls us all the time, in both lanes. */
static pid_t let_module_ask(void)
{
	struct message message;
	struct answer answer;
	pid_t pid = fork();
	uint32_t lane = 0;
	struct nl nl;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (nl_open(&nl))
		_exit(EXIT_FAILURE);
	for (;;) {
		message_init(&message, &nl, WEFT_CMD_ECHO);
		message_put_u32(&message, WEFT_A_ECHO_NODE, PEER);
		message_put_u32(&message, WEFT_A_ECHO_LANE, lane ^= 1);
		message_put_u32(&message, WEFT_A_ECHO_SIZE, 64);
		message_put_u32(&message, WEFT_A_ECHO_REPLY_SIZE, 64);
		message_put_u32(&message, WEFT_A_ECHO_TIMEOUT_MS, 50);
		nl_ask(&nl, &message, &answer);
	}
}

static bool has_counted(struct storm *storm)
{
	uint64_t breaches = 0;
	struct lane_counters counters;
	int id;

	for (id = 0; id < WEFT_LANE_COUNT; id++)
		if (!hostile_count(&storm->hostile, id, &counters))
			breaches += counters.breaches;
	ksft_print_msg("%u connections, %u dropped, %u stuck, %u new lives\n",
		       storm->hostile.attached, storm->drops, storm->stuck,
		       storm->reborn);
	ksft_print_msg("%llu breaches\n", (unsigned long long)breaches);
	/* a connection that we left may have been dropped, too */
	return breaches && breaches >= storm->drops / 2;
}

int main(int argc, char **argv)
{
	unsigned int frames = argc > 1 ? strtoul(argv[1], NULL, 0) : FRAMES;
	static struct storm storm;
	unsigned int done;
	pid_t caller;
	int err;

	storm.random = argc > 2 ? strtoull(argv[2], NULL, 0) :
				  (uint64_t)time(NULL);
	ksft_print_header();
	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_set_plan(2);
	ksft_print_msg("seed %llu\n", (unsigned long long)storm.random);
	/* zero would stay zero; neighbours would begin alike */
	storm.random = (storm.random + 1) * 0x9e3779b97f4a7c15ULL | 1;
	err = hostile_open(&storm.hostile);
	storm.wire = &storm.hostile.wires[WEFT_LANE_FAST];
	if (!err)
		err = check(&storm, available_kb());
	if (err)
		ksft_exit_fail_msg("no session with the module: %s\n",
				   strerror(-err));
	caller = let_module_ask();
	done = run(&storm, frames);
	ksft_test_result(done == frames, "%u mutated frames do no harm\n",
			 done);
	ksft_test_result(has_counted(&storm), "they are counted\n");
	kill(caller, SIGKILL);
	waitpid(caller, NULL, 0);
	ksft_finished();
}
