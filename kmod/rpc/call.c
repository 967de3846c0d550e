// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a call and waiting for its end.
 */
#include "rpc/slot.h"
#include "trace/trace.h"

#include <linux/sched.h>

/**
 * struct attempt - a call that waits for a slot
 * @call:    the call
 * @request: its request
 * @is_late: it was not the first attempt
 * @err:     what came of the last attempt
 */
struct attempt {
	struct weft_call *call;
	struct weft_message *request;
	bool is_late;
	int err;
};

static bool has_slot(void *arg)
{
	struct attempt *attempt = arg;
	struct weft_call *call = attempt->call;
	ktime_t now = attempt->is_late ? ktime_get() :
					 call->at[WEFT_CALL_CREDIT];

	attempt->err = weft_slot_take(call->lane->calls, call,
				      attempt->request, now);
	attempt->is_late = true;
	return attempt->err != -EAGAIN;
}

/* Return: 0 with the request queued, or an error with it untouched. */
static int take_slot(struct weft_call *call, struct weft_message *request)
{
	struct weft_calls *calls = call->lane->calls;
	struct attempt attempt = { .call = call, .request = request };
	DECLARE_WAITQUEUE(wait, current);
	int err;

	if (has_slot(&attempt))
		return attempt.err;
	add_wait_queue_exclusive(&calls->waiting, &wait);
	err = weft_wait_peer(call->deadline, has_slot, &attempt);
	remove_wait_queue(&calls->waiting, &wait);
	/* a credit that woke us in vain is for the next in line */
	if (err)
		wake_up(&calls->waiting);
	return err ? err : attempt.err;
}

/**
 * weft_call_start() - send a request
 * @lane:    where; the type of the request belongs there
 * @call:    the call, its first four fields set
 * @request: the request, payload in place; consumed in any case
 *
 * Context: may sleep; the caller holds no spinlock.
 * Return: 0, and weft_call_wait() must be called; else the call has ended:
 * -EINTR if the caller has been killed, -ETIMEDOUT without a credit until the
 * deadline, -EHOSTUNREACH if the peer is no member, -ESHUTDOWN if this node is
 * about to go.
 */
int weft_call_start(struct weft_lane *lane, struct weft_call *call,
		    struct weft_message *request)
{
	int err;

	call->lane = lane;
	call->task = current;
	call->is_done = false;
	call->is_own = false;
	call->error = 0;
	call->reply_len = 0;
	call->phase = WEFT_CALL_CREDIT;
	call->at[WEFT_CALL_CREDIT] = ktime_get();
	request->header.error = 0;
	err = take_slot(call, request);
	if (err) {
		weft_message_free(request);
		trace_weft_call_done(&lane->name, call->type, 0, err, 0);
		return err;
	}
	weft_lane_pump(lane);
	return 0;
}

static bool is_done(void *arg)
{
	struct weft_call *call = arg;

	/* pairs with end_call() */
	if (smp_load_acquire(&call->is_done))
		return true;
	weft_lane_receive_own(call->lane, &call->is_done);
	/* pairs with end_call() */
	return smp_load_acquire(&call->is_done);
}

/**
 * weft_call_wait() - wait for the end of a call
 * @call: the call, started by the same task
 *
 * Context: may sleep; the caller holds no spinlock.
 * Return: 0 with the reply in place; the error that the peer replied with; or
 * -EINTR if the caller has been killed, -ETIMEDOUT, -ECONNRESET if the peer
 * started a new life, -EHOSTUNREACH if it left, -ESTALE if the call or its
 * reply was made in an older view and belongs to it, -ESHUTDOWN if this node is
 * about to go. After
 * those the peer may or may not have done what was asked.
 */
int weft_call_wait(struct weft_call *call)
{
	struct weft_lane *lane = call->lane;
	u64 ns;
	int err;

	err = weft_wait_peer(call->deadline, is_done, call);
	weft_lane_unlead(lane);
	if (err && !weft_slot_abandon(call))
		err = 0;
	if (!err) {
		if (!call->is_own)
			weft_slot_settle(call);
		err = call->error;
	}
	call->ended = ktime_get();
	ns = ktime_to_ns(ktime_sub(call->ended, call->at[WEFT_CALL_CREDIT]));
	if (!err)
		weft_histogram_add(&lane->peer->latency[call->type], ns);
	trace_weft_call_done(&lane->name, call->type, call->id, err, ns);
	return err;
}

/**
 * weft_call_is_interrupted() - wait for the end of a call, or for a signal
 * @call: the call, started by the same task
 *
 * Context: may sleep; the caller holds no spinlock. In any case it calls
 * weft_call_wait() afterwards.
 * Return: true if the caller has got a signal, and the call goes on.
 */
bool weft_call_is_interrupted(struct weft_call *call)
{
	int err;

	err = weft_wait_peer_in(TASK_INTERRUPTIBLE, call->deadline, is_done, call);
	weft_lane_unlead(call->lane);
	return err == -ERESTARTSYS;
}
