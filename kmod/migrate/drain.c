// SPDX-License-Identifier: GPL-2.0-only
/*
 * The body takes all of its memory, piece after piece, while the program runs: at most
 * one request is under way, on the bulk lane, where nothing waits that is urgent.
 * When nothing is left at home, home is told.
 * Locks: weft_body.drain_lock, which is held across a request, so that nobody changes
 * at home what is on its way.
 */
#include "migrate/body.h"
#include "proto/msg_drain.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

/* A home that is silent for so long is asked again. */
#define DEADLINE	(30 * HZ)
/* How long to wait if home, or this node, cannot do it now. */
#define PAUSE		(HZ / 10)

static bool has_ended(struct weft_body *body)
{
	return READ_ONCE(body->state) == WEFT_BODY_ENDED;
}

/* Return: the length of the reply, or an error. */
static int ask(struct weft_body *body, u64 from, struct weft_msg_drain_reply *reply)
{
	struct weft_call call = {
		.type = WEFT_MSG_DRAIN,
		.reply = reply,
		.reply_size = WEFT_DRAIN_REPLY_MAX,
		.deadline = jiffies + DEADLINE,
	};
	struct weft_message *request;
	struct weft_msg_drain *drain;
	int err;

	request = weft_message_new(call.type, sizeof(*drain));
	if (!request)
		return -ENOMEM;
	drain = (struct weft_msg_drain *)request->payload;
	*drain = (struct weft_msg_drain){
		.process = cpu_to_le64(body->process),
		.from = cpu_to_le64(from),
		.fetched = cpu_to_le64(READ_ONCE(body->fetched)),
	};
	err = weft_call_start(&body->peer->lanes[WEFT_LANE_BULK], &call, request);
	if (!err)
		err = weft_call_wait(&call);
	if (!err && weft_drain_reply_check(reply, call.reply_len, from))
		err = -EBADMSG;
	return err ? err : call.reply_len;
}

/* What the body has already is dropped: home's is not the true one any more. */
static int take(struct weft_body *body, const struct weft_msg_drain_reply *reply)
{
	u32 i, count = le32_to_cpu(reply->count);
	const u8 *at = (const u8 *)(reply + 1);
	u64 word;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		pgoff_t index;

		word = le64_to_cpu(*(const __le64 *)at);
		index = (word >> PAGE_SHIFT) |
			(word & WEFT_DRAIN_FILE ? WEFT_IMAGE_FILE : 0);
		at += sizeof(__le64);
		if (word & WEFT_DRAIN_LOST)
			err = weft_body_keep_lost(body, index);
		else if (word & WEFT_DRAIN_ZERO)
			err = weft_body_keep_page(body, index, NULL);
		else
			err = weft_body_keep_page(body, index, at);
		at += word & (WEFT_DRAIN_ZERO | WEFT_DRAIN_LOST) ? 0 : PAGE_SIZE;
		cond_resched();
	}
	return err;
}

/* Return: 0, or an error with nothing lost: the same is asked for again. */
static int take_next(struct weft_body *body, struct weft_msg_drain_reply *reply)
{
	int err;

	mutex_lock(&body->drain_lock);
	err = ask(body, (u64)body->drained << PAGE_SHIFT, reply);
	if (err > 0)
		err = take(body, reply);
	if (!err) {
		/* whoever sees this finds every page below it; pairs with find() */
		smp_store_release(&body->drained,
				  le64_to_cpu(reply->next) >> PAGE_SHIFT);
	}
	mutex_unlock(&body->drain_lock);
	return err;
}

static bool is_passing(int err)
{
	return err == -EAGAIN || err == -ENOMEM || err == -ETIMEDOUT ||
	       err == -ESTALE;
}

/*
 * Home goes on to let go of memory also when nobody waits for it any more. Until it
 * has said that it is done nothing may be mapped there: it would be let go of as
 * well.
 */
static int let_go(struct weft_body *body, struct weft_msg_drain_reply *reply)
{
	int err;

	mutex_lock(&body->drain_lock);
	while ((err = ask(body, WEFT_ADDRESS_LIMIT, reply)) < 0 && is_passing(err) &&
	       !has_ended(body))
		wait_event_timeout(body->changed, has_ended(body), PAUSE);
	if (err >= 0)
		WRITE_ONCE(body->is_drained, true);
	mutex_unlock(&body->drain_lock);
	return min(err, 0);
}

static bool is_all_here(const struct weft_body *body)
{
	return body->drained == WEFT_ADDRESS_LIMIT >> PAGE_SHIFT;
}

static void drain_all(struct weft_body *body, struct weft_msg_drain_reply *reply)
{
	int err = 0;

	while (!has_ended(body) && !body->is_drained) {
		err = is_all_here(body) ? let_go(body, reply) : take_next(body, reply);
		/* its end was told before anybody here knew that it had been born */
		if (err == -ESRCH)
			weft_body_gone(body->processes, body->peer, body->process);
		if (err && !is_passing(err))
			return;
		if (err)
			wait_event_timeout(body->changed, has_ended(body), PAUSE);
		cond_resched();
	}
}

/* The memory is the program's, and counts as such. */
static void drain(struct work_struct *work)
{
	struct weft_body *body = container_of(to_delayed_work(work), struct weft_body,
					      drain_work);
	struct weft_msg_drain_reply *reply = kvmalloc(WEFT_DRAIN_REPLY_MAX,
						      GFP_KERNEL);
	/* its first thread may have ended before the others */
	struct mm_struct *mm = mmget_not_zero(body->mm) ? body->mm : NULL;
	struct mem_cgroup *memcg, *before;

	if (reply && mm) {
		memcg = get_mem_cgroup_from_mm(mm);
		/* who waits for the process to end must not wait for this */
		mmput_async(mm);
		before = set_active_memcg(memcg);
		drain_all(body, reply);
		set_active_memcg(before);
		mem_cgroup_put(memcg);
	} else if (mm) {
		mmput_async(mm);
	}
	kvfree(reply);
	weft_body_put(body);
}

/**
 * weft_drain_start() - begin to take all memory from home
 * @body:  the body, which runs
 * @delay: when, in jiffies: children that become another program need nothing
 *
 * Context: does not sleep.
 *
 * It goes on by itself, until all is here, or the body or the session has ended.
 */
void weft_drain_start(struct weft_body *body, unsigned long delay)
{
	refcount_inc(&body->references);
	INIT_DELAYED_WORK(&body->drain_work, drain);
	queue_delayed_work(body->processes->drains, &body->drain_work, delay);
}
