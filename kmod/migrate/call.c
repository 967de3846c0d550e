// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that bodies ask their twins to make: what came is compared with what
 * such a call looks like, and then it is the twin's.
 * Locks: weft_deputy.lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "migrate/deputy.h"
#include "migrate/migrate.h"
#include "rsys/rsys.h"

#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>

/* A message: its header, and what comes along or comes back. */
static void see_message(u32 in, u32 out, const u8 *data, u32 at, u32 len,
			struct weft_rsys_seen *seen)
{
	const struct user_msghdr *header = (const void *)(data + at);
	u32 all = max(in, out);
	u64 around;

	*seen = (struct weft_rsys_seen){};
	if (in < sizeof(*header) || at + sizeof(*header) > len)
		return;
	around = (u64)header->msg_namelen + header->msg_controllen;
	seen->bytes = all - sizeof(*header);
	seen->data = seen->bytes > around ? seen->bytes - around : 0;
}

/* What is seen of an argument from the bytes of it that came along. */
static void see(const struct weft_rsys_entry *entry, const struct weft_msg_call *call,
		const u8 *data, u32 len, struct weft_rsys_seen *seen)
{
	u32 at = 0, i, in;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		in = le32_to_cpu(call->in[i]);
		seen[i] = (struct weft_rsys_seen){ .bytes = in };
		switch (entry->args[i].kind) {
		case WEFT_RSYS_ARG_LENGTH:
		case WEFT_RSYS_ARG_SIZED_IN:
		case WEFT_RSYS_ARG_SIZED_INOUT:
			seen[i].bytes = in >= 4 && at + 4 <= len ?
					*(const u32 *)(data + at) : 0;
			break;
		case WEFT_RSYS_ARG_MESSAGE_IN:
		case WEFT_RSYS_ARG_MESSAGE_OUT:
			see_message(in, le32_to_cpu(call->out[i]), data, at, len,
				    &seen[i]);
			break;
		case WEFT_RSYS_ARG_IOVEC_OUT:
			seen[i].bytes = le32_to_cpu(call->out[i]);
			break;
		default:
			break;
		}
		at += round_up(min(in, len), 8);
	}
}

/* Is it an argument whose room only the body knows? */
static bool has_room(const struct weft_rsys_entry *entry, u32 index)
{
	switch (entry->args[index].kind) {
	case WEFT_RSYS_ARG_IOVEC_IN:
	case WEFT_RSYS_ARG_IOVEC_OUT:
	case WEFT_RSYS_ARG_MESSAGE_IN:
	case WEFT_RSYS_ARG_MESSAGE_OUT:
		return true;
	default:
		return false;
	}
}

/* Does the call that came agree with what it should look like? */
static bool is_as_planned(const struct weft_msg_call *call,
			  const struct weft_rsys_entry *entry,
			  const struct weft_rsys_plan *plan, u32 len)
{
	u32 sum = 0, i;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		u32 out = has_room(entry, i) ? plan->extents[i].out : 0;

		if (le32_to_cpu(call->in[i]) != plan->extents[i].in ||
		    le32_to_cpu(call->out[i]) != out)
			return false;
		sum += round_up(plan->extents[i].in, 8);
	}
	return sum == len;
}

static bool strings_are_possible(const struct weft_deputy_call *call, const u8 *from)
{
	u32 i, len;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		len = call->plan.extents[i].in;
		if (call->entry->args[i].kind == WEFT_RSYS_ARG_STRINGS && len &&
		    !weft_strings_are_possible(from, len))
			return false;
		from += round_up(len, 8);
	}
	return true;
}

/* Return: 0; -ENOSYS if this node would not plan such a call; or -EPROTO. */
static int plan_call(const struct weft_msg_call *msg, u32 len,
		     struct weft_deputy_call *call)
{
	struct weft_rsys_seen seen[WEFT_RSYS_ARGS];
	u64 args[WEFT_RSYS_ARGS];
	int err, i;

	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		args[i] = le64_to_cpu(msg->args[i]);
	call->number = le32_to_cpu(msg->number);
	call->flags = le32_to_cpu(msg->flags);
	call->entry = weft_rsys_classify(call->number, args);
	if (!call->entry || !weft_call_is_for_home(call->entry))
		return -ENOSYS;
	see(call->entry, msg, (const u8 *)(msg + 1), len, seen);
	err = weft_rsys_measure(call->entry, args, seen, &call->plan);
	if (err || !is_as_planned(msg, call->entry, &call->plan, len))
		return -ENOSYS;
	return strings_are_possible(call, (const u8 *)(msg + 1)) ? 0 : -EPROTO;
}

/*
 * The two nodes may have different tables. That is about this call, and not about
 * the connection, on which others wait: the program gets the error.
 */
static int disagree(struct weft_lane *lane, const struct weft_header *header,
		    const struct weft_msg_call *msg)
{
	struct weft_processes *processes = weft_processes(lane->peer->weft);
	unsigned int count = atomic_inc_return(&processes->misplanned);

	if (is_power_of_2(count))
		pr_warn("node %u wants call %u to be made in a way that this node does not know, the %u. of its kind: do both have the same version of weft?\n",
			lane->peer->node, le32_to_cpu(msg->number), count);
	return weft_answer_error(lane, header, -ENOSYS);
}

static int give_call(struct weft_twin *twin, struct weft_lane *lane,
		     const struct weft_header *header,
		     const struct weft_deputy_call *call)
{
	struct weft_deputy *deputy = twin->deputy;
	bool is_gone;

	mutex_lock(&deputy->lock);
	/* the body may call before the task has seen the reply to its CAPTURE */
	is_gone = deputy->is_lost || test_bit(WEFT_TWIN_ENDED, &twin->flags) ||
		  (deputy->state != WEFT_DEPUTY_LEAVING &&
		   deputy->state != WEFT_DEPUTY_AWAY);
	if (is_gone || twin->call.is_wanted) {
		mutex_unlock(&deputy->lock);
		return is_gone ? -ESRCH : -EPROTO;
	}
	kvfree(twin->call.data);
	twin->call = *call;
	twin->call.is_wanted = true;
	weft_answer_keep(&twin->call.answer, lane, header);
	mutex_unlock(&deputy->lock);
	wake_up(&twin->wait);
	return 0;
}

/* Whoever makes this call does not come back to tell of it. */
static bool is_last(const struct weft_rsys_entry *entry)
{
	return entry->class == WEFT_RSYS_SPECIAL &&
	       entry->handler == WEFT_RSYS_DO_EXIT;
}

static void answer_last(struct weft_twin *twin)
{
	struct weft_message *reply;

	reply = weft_answer_new(WEFT_MSG_CALL, sizeof(struct weft_msg_call_reply));
	/* without it the body learns from GONE that it is over */
	if (!reply)
		return;
	memset(reply->payload, 0, sizeof(struct weft_msg_call_reply));
	mutex_lock(&twin->deputy->lock);
	weft_answer_queue(&twin->call.answer, reply, 0);
	mutex_unlock(&twin->deputy->lock);
}

static struct weft_twin *find_twin(struct weft_lane *lane,
				   const struct weft_msg_call *msg)
{
	struct weft_deputy *deputy;
	struct weft_twin *twin;

	deputy = weft_deputy_find(weft_processes(lane->peer->weft), lane->peer,
				  le64_to_cpu(msg->process));
	if (!deputy)
		return NULL;
	twin = weft_twin_find(deputy, le32_to_cpu(msg->tid));
	weft_deputy_put(deputy);
	return twin;
}

/**
 * weft_call_serve() - serve a CALL
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * The reply comes from the twin.
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_call_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload)
{
	const struct weft_msg_call *msg = payload;
	u32 len = le32_to_cpu(header->length) - sizeof(*msg);
	struct weft_deputy_call call = {};
	struct weft_twin *twin;
	int err;

	if (weft_call_check(header, msg))
		return -EPROTO;
	err = plan_call(msg, len, &call);
	if (err)
		return err == -ENOSYS ? disagree(lane, header, msg) : err;
	twin = find_twin(lane, msg);
	if (!twin)
		return weft_answer_error(lane, header, -ESRCH);
	call.data = len ? kvmalloc(len, GFP_KERNEL) : NULL;
	if (call.data)
		memcpy(call.data, msg + 1, len);
	err = len && !call.data ? -ENOMEM : give_call(twin, lane, header, &call);
	if (err)
		kvfree(call.data);
	else if (is_last(call.entry))
		answer_last(twin);
	weft_twin_put(twin);
	return err == -ESRCH ? weft_answer_error(lane, header, err) : err;
}
