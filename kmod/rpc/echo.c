// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick: what a call costs when there is nothing to do.
 *
 * Most of a reply is the same for everybody and sent from one place in memory,
 * as a page would be.
 */
#include "rpc/rpc.h"

#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

/* At each position the low byte of the position. */
static u8 *pattern __ro_after_init;

/**
 * weft_echo_serve() - serve an ECHO or ECHO_BULK
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Return: 0 with the reply queued, -EPROTO, or -ENOMEM.
 */
int weft_echo_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload)
{
	const struct weft_msg_echo *echo = payload;
	struct weft_message *reply;
	u32 size, repeated;

	if (weft_echo_check(header, echo))
		return -EPROTO;
	size = le32_to_cpu(echo->reply_size);
	repeated = min(size, le32_to_cpu(header->length));
	reply = weft_message_new(weft_msg_table[le16_to_cpu(header->type)].reply,
				 repeated);
	if (!reply)
		return -ENOMEM;
	memcpy(reply->payload, payload, repeated);
	if (size > repeated) {
		reply->external = pattern + repeated;
		reply->external_len = size - repeated;
	}
	weft_rpc_reply(lane, header, reply, 0);
	return 0;
}

/**
 * struct echo - one echo that may be under way
 * @call:    the call
 * @tag:     tells it from all others
 * @reply:   what came back
 */
struct echo {
	struct weft_call call;
	u64 tag;
	u8 *reply;
};

static int start(struct weft_lane *lane, const struct weft_echo *wish,
		 struct echo *echo)
{
	bool is_fast = wish->lane == WEFT_LANE_FAST;
	struct weft_message *request;
	struct weft_msg_echo *payload;

	echo->call = (struct weft_call) {
		.type = is_fast ? WEFT_MSG_ECHO : WEFT_MSG_ECHO_BULK,
		.reply = echo->reply,
		.reply_size = wish->reply_size,
		.deadline = jiffies + msecs_to_jiffies(wish->timeout_ms) + 1,
	};
	request = weft_message_new(echo->call.type, sizeof(*payload));
	if (!request)
		return -ENOMEM;
	payload = (struct weft_msg_echo *)request->payload;
	payload->reply_size = cpu_to_le32(wish->reply_size);
	payload->pad = 0;
	payload->tag = cpu_to_le64(echo->tag);
	if (wish->size > sizeof(*payload)) {
		request->external = pattern + sizeof(*payload);
		request->external_len = wish->size - sizeof(*payload);
	}
	return weft_call_start(lane, &echo->call, request);
}

/* The whole reply is known beforehand: request and reply share the pattern. */
static bool is_right(const struct weft_echo *wish, const struct echo *echo)
{
	struct weft_msg_echo head = {
		.reply_size = cpu_to_le32(wish->reply_size),
		.tag = cpu_to_le64(echo->tag),
	};
	u32 len = min_t(u32, sizeof(head), wish->reply_size);

	return echo->call.reply_len == wish->reply_size &&
	       !memcmp(echo->reply, &head, len) &&
	       !memcmp(echo->reply + len, pattern + len,
		       wish->reply_size - len);
}

static int finish(const struct weft_echo *wish, struct echo *echo, u64 *order,
		  u64 *sample)
{
	int err = weft_call_wait(&echo->call);

	if (err)
		return err;
	*sample = ktime_to_ns(ktime_sub(echo->call.ended,
					echo->call.at[WEFT_CALL_CREDIT]));
	if (!is_right(wish, echo))
		return -EBADMSG;
	/* replies come in the order of their requests */
	if (echo->call.order <= *order)
		return -EILSEQ;
	*order = echo->call.order;
	return 0;
}

/* Keeps up to @wish->depth echoes under way, and ends all that it began. */
static int run(struct weft_lane *lane, const struct weft_echo *wish,
	       struct echo *echoes, u64 *samples)
{
	u64 tag = get_random_u64(), order = 0;
	u32 begun = 0, ended = 0;
	int err = 0, late;

	while (ended < (err ? begun : wish->count)) {
		struct echo *next = &echoes[begun % wish->depth];

		if (!err && begun < wish->count &&
		    begun - ended < wish->depth) {
			next->tag = tag + begun;
			err = start(lane, wish, next);
			begun += !err;
			continue;
		}
		late = finish(wish, &echoes[ended % wish->depth], &order,
			      &samples[ended]);
		ended++;
		err = err ? err : late;
		cond_resched();
	}
	return err;
}

static void free_echoes(struct echo *echoes, u32 depth)
{
	u32 i;

	for (i = 0; i < depth; i++)
		kvfree(echoes[i].reply);
	kvfree(echoes);
}

static struct echo *new_echoes(const struct weft_echo *wish)
{
	struct echo *echoes;
	u32 i;

	echoes = kvcalloc(wish->depth, sizeof(*echoes), GFP_KERNEL);
	if (!echoes)
		return NULL;
	for (i = 0; i < wish->depth; i++) {
		echoes[i].reply = kvmalloc(max(wish->reply_size, 1U),
					   GFP_KERNEL);
		if (echoes[i].reply)
			continue;
		free_echoes(echoes, wish->depth);
		return NULL;
	}
	return echoes;
}

/**
 * weft_echo_run() - echo, and check and time each one
 * @peer:       to whom
 * @wish:       what, within the limits of <linux/weft.h>
 * @samples_ns: receives @wish->count times in nanoseconds, in order
 * @elapsed_ns: receives the time of all
 *
 * Context: may sleep.
 * Return: 0; the error of the first echo that failed; -EBADMSG if a reply was
 * not what was asked for; -EILSEQ if replies came in a wrong order.
 */
int weft_echo_run(struct weft_peer *peer, const struct weft_echo *wish,
		  u64 *samples_ns, u64 *elapsed_ns)
{
	struct echo *echoes = new_echoes(wish);
	ktime_t started = ktime_get();
	int err;

	if (!echoes)
		return -ENOMEM;
	err = run(&peer->lanes[wish->lane], wish, echoes, samples_ns);
	*elapsed_ns = ktime_to_ns(ktime_sub(ktime_get(), started));
	free_echoes(echoes, wish->depth);
	return err;
}

/**
 * weft_echo_init() - make what all echoes share
 *
 * Return: 0 or -ENOMEM.
 */
int __init weft_echo_init(void)
{
	u32 i;

	pattern = kvmalloc(WEFT_ECHO_BULK_SIZE_MAX, GFP_KERNEL);
	if (!pattern)
		return -ENOMEM;
	for (i = 0; i < WEFT_ECHO_BULK_SIZE_MAX; i++)
		pattern[i] = i;
	return 0;
}

/**
 * weft_echo_exit() - undo weft_echo_init()
 */
void weft_echo_exit(void)
{
	kvfree(pattern);
}
