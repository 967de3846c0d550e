// SPDX-License-Identifier: GPL-2.0-only
/*
 * The room of a twin: memory of its own, seen by the kernel and by the task, in
 * which the arguments of a call lie as the plan of rsys says.
 */
#include "migrate/deputy.h"

#include <linux/math.h>
#include <linux/mm.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/uio.h>

/**
 * struct message_head - what stands before the data of a message, in the room
 * @header: of the message
 * @vector: which has the data
 */
struct message_head {
	struct user_msghdr header;
	struct iovec vector;
};

static_assert(sizeof(struct message_head) == 72);

/**
 * weft_room_of() - where the room of a twin is
 * @twin: the twin, which has one
 *
 * Return: its address in the address space of the process.
 */
u64 weft_room_of(const struct weft_twin *twin)
{
	return twin->door->room + twin->slot * WEFT_ROOM_PAGES * PAGE_SIZE;
}

/* Copies into or out of the room. Return: 0 or -ENOMEM. */
static int copy_room(struct weft_twin *twin, u32 at, void *data, u32 len,
		     bool is_in)
{
	u32 part, offset;
	u8 *room;

	for (; len; len -= part, data += part, at += part) {
		offset = offset_in_page(at);
		part = min_t(u32, len, PAGE_SIZE - offset);
		room = weft_door_room(twin, at / PAGE_SIZE);
		if (!room)
			return -ENOMEM;
		if (is_in)
			memcpy(room + offset, data, part);
		else
			memcpy(data, room + offset, part);
	}
	return 0;
}

static bool is_vector(const struct weft_deputy_call *call, int index)
{
	return call->entry->args[index].kind == WEFT_RSYS_ARG_IOVEC_IN ||
	       call->entry->args[index].kind == WEFT_RSYS_ARG_IOVEC_OUT;
}

/* Where the data of an argument begins: a vector of one has it behind itself. */
static u32 data_at(const struct weft_deputy_call *call, int index)
{
	bool has_vector = is_vector(call, index) && call->plan.extents[index].room;

	return call->plan.extents[index].at +
	       (has_vector ? sizeof(struct iovec) : 0);
}

static int put_vector(struct weft_twin *twin, struct weft_deputy_call *call,
		      int index)
{
	const struct weft_rsys_extent *extent = &call->plan.extents[index];
	struct iovec vector = {
		.iov_base = (void __user *)(weft_room_of(twin) + data_at(call, index)),
		.iov_len = extent->room - sizeof(vector),
	};

	return copy_room(twin, extent->at, &vector, sizeof(vector), true);
}

static bool is_message(const struct weft_deputy_call *call, int index)
{
	return call->entry->args[index].kind == WEFT_RSYS_ARG_MESSAGE_IN ||
	       call->entry->args[index].kind == WEFT_RSYS_ARG_MESSAGE_OUT;
}

/* Header, vector, and what both point to: as weft_rsys_measure() planned it. */
static int put_message(struct weft_twin *twin, struct weft_deputy_call *call,
		       int index, const u8 *from)
{
	const struct weft_rsys_extent *extent = &call->plan.extents[index];
	u32 left = extent->room - sizeof(struct message_head);
	u32 name = extent->at + sizeof(struct message_head);
	struct message_head head = {};
	int err;

	memcpy(&head.header, from, sizeof(head.header));
	head.header.msg_namelen = min_t(u32, head.header.msg_namelen, left);
	left -= head.header.msg_namelen;
	head.header.msg_controllen = min_t(u64, head.header.msg_controllen, left);
	left -= head.header.msg_controllen;
	head.header.msg_name = head.header.msg_namelen ?
			       (void __user *)(weft_room_of(twin) + name) : NULL;
	name += head.header.msg_namelen;
	head.header.msg_control = head.header.msg_controllen ?
				  (void __user *)(weft_room_of(twin) + name) : NULL;
	name += head.header.msg_controllen;
	head.header.msg_iov = (void __user *)(weft_room_of(twin) + extent->at +
				       offsetof(struct message_head, vector));
	head.header.msg_iovlen = 1;
	head.vector.iov_base = (void __user *)(weft_room_of(twin) + name);
	head.vector.iov_len = left;
	err = copy_room(twin, extent->at, &head, sizeof(head), true);
	return err ? err :
	       copy_room(twin, extent->at + sizeof(head),
			 (void *)(from + sizeof(head.header)),
			 extent->in - sizeof(head.header), true);
}

/* Their addresses are those that they have in the room. */
static int put_strings(struct weft_twin *twin, const struct weft_rsys_extent *extent,
		       const u8 *from)
{
	const __le64 *word = (const __le64 *)from;
	int err = copy_room(twin, extent->at, (void *)from, extent->in, true);
	u32 at = extent->at;
	u64 address;

	for (; !err && *word; word++, at += sizeof(address)) {
		address = weft_room_of(twin) + extent->at + le64_to_cpu(*word);
		err = copy_room(twin, at, &address, sizeof(address), true);
	}
	return err;
}

static void take_message(struct weft_twin *twin, int index, u8 *to, u32 len)
{
	u32 at = twin->call.plan.extents[index].at;
	u32 head = min_t(u32, len, sizeof(struct user_msghdr));

	copy_room(twin, at, to, head, false);
	copy_room(twin, at + sizeof(struct message_head), to + head, len - head,
		  false);
}

/**
 * weft_room_fill() - put the memory of a call where it can be made from
 * @twin: the twin, with a call; the caller is its task
 *
 * Return: 0 or -ENOMEM.
 */
int weft_room_fill(struct weft_twin *twin)
{
	struct weft_deputy_call *call = &twin->call;
	u8 *from = call->data;
	int err = 0, i;

	for (i = 0; i < WEFT_RSYS_ARGS && !err; i++) {
		const struct weft_rsys_extent *extent = &call->plan.extents[i];

		if (is_vector(call, i) && extent->room)
			err = put_vector(twin, call, i);
		if (is_message(call, i) && extent->room)
			err = put_message(twin, call, i, from);
		else if (call->entry->args[i].kind == WEFT_RSYS_ARG_STRINGS &&
			 extent->in && !err)
			err = put_strings(twin, extent, from);
		else if (!err)
			err = copy_room(twin, data_at(call, i), from,
					extent->in, true);
		from += round_up(extent->in, 8);
	}
	return err;
}

/**
 * weft_room_address() - an argument as the deputy passes it
 * @twin:  the twin
 * @index: of the argument
 *
 * Return: its value, or where its memory lies in the room.
 */
u64 weft_room_address(const struct weft_twin *twin, int index)
{
	const struct weft_deputy_call *call = &twin->call;
	const struct weft_rsys_plan *plan = &call->plan;
	bool is_memory = call->entry->args[index].kind > WEFT_RSYS_ARG_HERE;

	if (!is_memory || !plan->args[index])
		return plan->args[index];
	return weft_room_of(twin) + plan->extents[index].at;
}

/* The length that a call leaves for the argument that it belongs to. */
static u32 length_after(struct weft_twin *twin,
			const struct weft_deputy_call *call, int index)
{
	const struct weft_rsys_arg *arg = &call->entry->args[index];
	u32 length = 0;

	if ((arg->kind == WEFT_RSYS_ARG_VALUE_OUT ||
	     arg->kind == WEFT_RSYS_ARG_VALUE_INOUT) && arg->count &&
	    call->plan.extents[arg->count - 1].room)
		copy_room(twin, call->plan.extents[arg->count - 1].at,
			  &length, sizeof(length), false);
	return length;
}

static struct weft_message *birth_reply(const struct weft_twin *twin, s64 result)
{
	struct weft_msg_call_reply *payload;
	struct weft_message *reply;

	reply = weft_answer_new(WEFT_MSG_CALL, sizeof(*payload) + sizeof(__le64));
	if (!reply)
		return NULL;
	payload = (struct weft_msg_call_reply *)reply->payload;
	payload->result = cpu_to_le64(result);
	*(__le64 *)(payload + 1) = cpu_to_le64(twin->call.born);
	return reply;
}

/**
 * weft_room_reply() - make the answer to a call
 * @twin:   the twin, which has made it; the caller is its task
 * @result: of the call
 *
 * Return: the answer; NULL without memory.
 */
struct weft_message *weft_room_reply(struct weft_twin *twin, s64 result)
{
	struct weft_deputy_call *call = &twin->call;
	struct weft_msg_call_reply *payload;
	u32 back[WEFT_RSYS_ARGS], sum = 0;
	struct weft_message *reply;
	u8 *to;
	int i;

	if (call->entry->class == WEFT_RSYS_SPECIAL &&
	    call->entry->handler == WEFT_RSYS_DO_FORK)
		return birth_reply(twin, result);
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		back[i] = weft_rsys_returned(call->entry, &call->plan, i, result,
					     length_after(twin, call, i));
		sum += round_up(back[i], 8);
	}
	reply = weft_answer_new(WEFT_MSG_CALL, sizeof(*payload) + sum);
	if (!reply)
		return NULL;
	payload = (struct weft_msg_call_reply *)reply->payload;
	payload->result = cpu_to_le64(result);
	to = (u8 *)(payload + 1);
	memset(to, 0, sum);
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		if (is_message(call, i))
			take_message(twin, i, to, back[i]);
		else
			copy_room(twin, data_at(call, i), to, back[i], false);
		to += round_up(back[i], 8);
	}
	return reply;
}
