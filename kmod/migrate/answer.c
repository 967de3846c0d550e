// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers to requests of peers that are given later, by whoever did the work.
 */
#include "migrate/process.h"

#include <linux/jiffies.h>
#include <linux/sched.h>

/**
 * weft_answer_keep() - remember whom to answer
 * @answer: where to
 * @lane:   where the request came from; it outlives all of its sessions
 * @header: of the request, checked
 */
void weft_answer_keep(struct weft_answer *answer, struct weft_lane *lane,
		      const struct weft_header *header)
{
	*answer = (struct weft_answer){
		.lane = lane,
		.request = le64_to_cpu(header->request),
		.type = le16_to_cpu(header->type),
	};
}

/**
 * weft_answer_new() - make an answer
 * @type: of the request
 * @len:  bytes of its payload
 *
 * Return: the message; NULL without memory.
 */
struct weft_message *weft_answer_new(u16 type, u32 len)
{
	return weft_message_new(weft_msg_table[type].reply, len);
}

/**
 * weft_message_await() - make a message that has to be sent
 * @type: of it
 * @len:  bytes of its payload, a page at most
 *
 * For what is said once and waited for without a deadline: an error would leave
 * nobody to say it again.
 *
 * Context: sleeps until there is memory; no locks but mutexes.
 * Return: the message; never NULL.
 */
struct weft_message *weft_message_await(u16 type, u32 len)
{
	struct weft_message *message;

	while (!(message = weft_message_new(type, len)))
		schedule_timeout_uninterruptible(HZ / 100);
	return message;
}

/**
 * weft_answer_queue() - answer
 * @answer: whom; afterwards it is empty
 * @reply:  by weft_answer_new(); consumed
 * @err:    0, or a negative errno; @reply then has no payload
 *
 * Context: never sleeps; the caller holds the lock of the owner of @answer.
 * Return: the lane, which is to be pumped when that lock has been dropped; NULL
 * if nobody waits any more.
 */
struct weft_lane *weft_answer_queue(struct weft_answer *answer,
				    struct weft_message *reply, int err)
{
	struct weft_lane *lane = answer->lane;

	if (!answer->type) {
		weft_message_free(reply);
		return NULL;
	}
	answer->type = 0;
	reply->header.request = cpu_to_le64(answer->request);
	reply->header.error = cpu_to_le32(weft_error_to_wire(err));
	if (err) {
		reply->inline_len = 0;
		reply->external_len = 0;
	}
	weft_lane_queue(lane, reply);
	return lane;
}

/**
 * weft_answer_error() - answer a request at once, with an error
 * @lane:   where it came from
 * @header: of the request, checked
 * @err:    the error
 *
 * Return: 0, or -ENOMEM.
 */
int weft_answer_error(struct weft_lane *lane, const struct weft_header *header,
		      int err)
{
	struct weft_message *reply;

	reply = weft_answer_new(le16_to_cpu(header->type), 0);
	if (!reply)
		return -ENOMEM;
	weft_rpc_reply(lane, header, reply, err);
	return 0;
}
