// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots: what a lane knows of its calls. Each request ends here exactly once,
 * under weft_calls.lock: when its slot forgets its caller.
 */
#include "rpc/slot.h"
#include "trace/trace.h"

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/* The number of a request: the slot in the low byte, a serial number above. */
#define SLOT_BITS	8
#define SLOT_MASK	(BIT(SLOT_BITS) - 1)

static_assert(BIT(SLOT_BITS) == WEFT_CREDITS_MAX);

static struct weft_slot *find(struct weft_calls *calls, u64 id)
{
	struct weft_slot *slot = &calls->slots[id & SLOT_MASK];

	lockdep_assert_held(&calls->lock);

	return id && slot->id == id ? slot : NULL;
}

static void wake_one_waiter(struct weft_calls *calls)
{
	if (wq_has_sleeper(&calls->waiting))
		wake_up(&calls->waiting);
}

/* The caller may return as soon as it sees is_done and gets the lock. */
static void end_call(struct weft_call *call, int err)
{
	struct task_struct *task = call->task;

	call->error = err;
	call->is_own = task == current;
	/* pairs with is_done() of call.c: the result is complete */
	smp_store_release(&call->is_done, true);
	if (task != current)
		wake_up_process(task);
}

static void free_slot(struct weft_calls *calls, struct weft_slot *slot)
{
	*slot = (struct weft_slot) {};
	calls->in_use--;
}

/**
 * weft_slot_take() - get a slot for a call and queue its request
 * @calls:   the calls of the lane
 * @call:    the call
 * @request: the request; consumed on success
 * @now:     the time, on the monotonic clock
 *
 * Return: 0; -EAGAIN if there is no free slot; the error with which calls end
 * in this lane at present.
 */
int weft_slot_take(struct weft_calls *calls, struct weft_call *call,
		   struct weft_message *request, ktime_t now)
{
	u32 index;
	int err;

	spin_lock(&calls->lock);
	err = calls->error;
	/* a node that has just joined: the lane is about to be opened */
	if (err == -EHOSTUNREACH && READ_ONCE(call->lane->peer->is_member))
		err = -EAGAIN;
	if (err)
		goto out;
	err = -EAGAIN;
	for (index = 0; index < calls->granted; index++)
		if (!calls->slots[index].id)
			break;
	if (index >= calls->granted)
		goto out;
	call->id = ++calls->serial << SLOT_BITS | index;
	calls->slots[index] = (struct weft_slot) {
		.id = call->id, .type = call->type, .call = call,
	};
	calls->in_use++;
	call->phase = WEFT_CALL_SENT;
	call->at[WEFT_CALL_SENT] = now;
	request->header.request = cpu_to_le64(call->id);
	/* under the lock: a session that ends finds both or none of them */
	weft_lane_queue(call->lane, request);
	err = 0;
out:
	spin_unlock(&calls->lock);
	return err;
}

/**
 * weft_slot_abandon() - nobody waits for a reply any more
 * @call: the call
 *
 * Return: true; false if the call has ended of itself.
 */
bool weft_slot_abandon(struct weft_call *call)
{
	struct weft_calls *calls = call->lane->calls;
	struct weft_slot *slot;

	spin_lock(&calls->lock);
	slot = find(calls, call->id);
	if (slot)
		slot->call = NULL;
	spin_unlock(&calls->lock);
	/* in this order: from now on nobody finds the buffer any more */
	weft_lane_forget_target(call->lane, call->reply);
	return slot;
}

/**
 * weft_slot_settle() - make sure that a call that has ended is left alone
 * @call: the call
 */
void weft_slot_settle(struct weft_call *call)
{
	struct weft_calls *calls = call->lane->calls;

	spin_lock(&calls->lock);
	spin_unlock(&calls->lock);
}

/**
 * weft_rpc_session_up() - the peer grants credits
 * @lane:    the lane
 * @credits: how many; 0: the peer may be called again, but not yet
 */
void weft_rpc_session_up(struct weft_lane *lane, u32 credits)
{
	struct weft_calls *calls = lane->calls;

	spin_lock(&calls->lock);
	if (!READ_ONCE(lane->peer->weft->is_closing))
		calls->error = 0;
	WRITE_ONCE(calls->granted, credits);
	spin_unlock(&calls->lock);
	wake_up_all(&calls->waiting);
}

/**
 * weft_rpc_session_ended() - no reply will come any more
 * @lane: the lane
 * @err:  with which the calls end. After -ECONNRESET new ones wait for the next
 *        session; after any other they end, too, until weft_rpc_session_up()
 */
void weft_rpc_session_ended(struct weft_lane *lane, int err)
{
	struct weft_calls *calls = lane->calls;
	u32 index;

	spin_lock(&calls->lock);
	calls->error = err == -ECONNRESET ? 0 : err;
	WRITE_ONCE(calls->granted, 0);
	for (index = 0; index < WEFT_CREDITS_MAX; index++) {
		if (calls->slots[index].call)
			end_call(calls->slots[index].call, err);
		calls->slots[index] = (struct weft_slot) {};
	}
	calls->in_use = 0;
	spin_unlock(&calls->lock);
	wake_up_all(&calls->waiting);
}

/**
 * weft_rpc_reply_target() - where the payload of a reply goes
 * @lane:   the lane
 * @header: of the reply, checked
 *
 * Return: the place; NULL if nobody waits for it; -EPROTO as a pointer if it
 * is no reply to a request of ours, or longer than asked for.
 */
void *weft_rpc_reply_target(struct weft_lane *lane,
			    const struct weft_header *header)
{
	struct weft_calls *calls = lane->calls;
	void *target = ERR_PTR(-EPROTO);
	struct weft_slot *slot;

	spin_lock(&calls->lock);
	slot = find(calls, le64_to_cpu(header->request));
	if (!slot || weft_msg_table[slot->type].reply !=
	    le16_to_cpu(header->type))
		goto out;
	target = NULL;
	if (!slot->call)
		goto out;
	if (le32_to_cpu(header->length) > slot->call->reply_size) {
		target = ERR_PTR(-EPROTO);
		goto out;
	}
	/* what is short is here with its header, and nobody would see the phase */
	if (le32_to_cpu(header->length) > WEFT_STAGE_LEN) {
		slot->call->phase = WEFT_CALL_RECEIVING;
		slot->call->at[WEFT_CALL_RECEIVING] = ktime_get();
	}
	target = slot->call->reply;
out:
	spin_unlock(&calls->lock);
	return target;
}

/**
 * weft_rpc_reply_received() - end a call with its reply
 * @lane:   the lane
 * @header: of the reply; its payload is in place
 */
void weft_rpc_reply_received(struct weft_lane *lane,
			     const struct weft_header *header)
{
	struct weft_calls *calls = lane->calls;
	struct weft_slot *slot;
	struct weft_call *call;

	spin_lock(&calls->lock);
	slot = find(calls, le64_to_cpu(header->request));
	call = slot ? slot->call : NULL;
	if (slot)
		free_slot(calls, slot);
	if (call) {
		call->reply_len = le32_to_cpu(header->length);
		call->order = le64_to_cpu(header->sequence);
		end_call(call, weft_error_from_wire(le32_to_cpu(header->error)));
	}
	spin_unlock(&calls->lock);
	wake_one_waiter(calls);
}

/**
 * weft_calls_in_flight() - how many requests to a peer have no reply yet
 * @peer: the peer
 *
 * Return: the number, which may have changed already.
 */
u32 weft_calls_in_flight(struct weft_peer *peer)
{
	u32 count = 0;
	int id;

	for (id = 0; id < WEFT_LANE_COUNT; id++)
		count += READ_ONCE(peer->lanes[id].calls->in_use);
	return count;
}

/**
 * weft_calls_credits() - how many requests may be sent at once now
 * @lane: the lane
 *
 * Return: the number, which may have changed already.
 */
u32 weft_calls_credits(struct weft_lane *lane)
{
	u32 granted = READ_ONCE(lane->calls->granted);
	u32 in_use = READ_ONCE(lane->calls->in_use);

	return granted > in_use ? granted - in_use : 0;
}
