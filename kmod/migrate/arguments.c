// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of a system call of a body: what it reads is put into the request,
 * and what it wrote is taken out of the reply. Lengths are those of the plan, by
 * rsys; nothing here does arithmetic on what a program or a peer says.
 */
#include "migrate/forward.h"

#include <linux/err.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* Takes a vector of the program. No call has two. Return: 0 or an error. */
static int see_vector(struct weft_forward *forward, u64 address, u64 count,
		      u64 *bytes)
{
	if (count > WEFT_RSYS_VECTOR_MAX)
		return -EINVAL;
	forward->vector = kvcalloc(max(count, 1ULL), sizeof(*forward->vector),
				   GFP_KERNEL);
	if (!forward->vector)
		return -ENOMEM;
	if (copy_from_user(forward->vector, (void __user *)address,
			   count * sizeof(*forward->vector)))
		return -EFAULT;
	forward->stretches = count;
	return weft_rsys_vector_size(forward->vector, count, bytes);
}

static int see_message(struct weft_forward *forward, u64 address,
		       struct weft_rsys_seen *seen)
{
	struct user_msghdr *header = &forward->header;
	struct weft_rsys_message message;
	int err;

	if (copy_from_user(header, (void __user *)address, sizeof(*header)))
		return -EFAULT;
	err = see_vector(forward, (__force u64)header->msg_iov, header->msg_iovlen,
			 &message.data);
	if (err)
		return err == -EINVAL ? -EMSGSIZE : err;
	message.name = header->msg_name ? header->msg_namelen : 0;
	message.control = header->msg_control ? header->msg_controllen : 0;
	return weft_rsys_message_size(&message, seen);
}

static int see_text(u64 address, u32 most, struct weft_rsys_seen *seen)
{
	long len = strnlen_user((const char __user *)address, most);

	seen->bytes = len;
	return len ? 0 : -EFAULT;
}

/**
 * weft_forward_see() - look at memory whose length it says itself
 * @forward: the call
 * @args:    as the program gave them
 * @seen:    receives what weft_rsys_measure() wants to know
 *
 * Return: 0, or what the call fails with.
 */
int weft_forward_see(struct weft_forward *forward, const u64 *args,
		     struct weft_rsys_seen *seen)
{
	u32 word;
	int err = 0, i;

	memset(seen, 0, WEFT_RSYS_ARGS * sizeof(*seen));
	for (i = 0; i < WEFT_RSYS_ARGS && !err; i++) {
		const struct weft_rsys_arg *arg = &forward->entry->args[i];

		if (!args[i])
			continue;
		switch (arg->kind) {
		case WEFT_RSYS_ARG_STRING:
			err = see_text(args[i], arg->extra, &seen[i]);
			break;
		case WEFT_RSYS_ARG_STRINGS:
			err = weft_strings_see(args[i], &seen[i].bytes);
			break;
		case WEFT_RSYS_ARG_LENGTH:
		case WEFT_RSYS_ARG_SIZED_IN:
		case WEFT_RSYS_ARG_SIZED_INOUT:
			err = get_user(word, (u32 __user *)args[i]);
			seen[i].bytes = err ? 0 : word;
			break;
		case WEFT_RSYS_ARG_IOVEC_IN:
		case WEFT_RSYS_ARG_IOVEC_OUT:
			err = see_vector(forward, args[i], args[arg->count - 1],
					 &seen[i].bytes);
			break;
		case WEFT_RSYS_ARG_MESSAGE_IN:
		case WEFT_RSYS_ARG_MESSAGE_OUT:
			err = see_message(forward, args[i], &seen[i]);
			break;
		}
	}
	return err;
}

static bool is_vector(const struct weft_forward *forward, int index)
{
	return forward->entry->args[index].kind == WEFT_RSYS_ARG_IOVEC_IN ||
	       forward->entry->args[index].kind == WEFT_RSYS_ARG_IOVEC_OUT;
}

/* Copies between a vector of the program and @data. Return: 0 or -EFAULT. */
static int copy_vector(const struct weft_forward *forward, void *data, u32 len, bool is_in)
{
	u32 part, i;

	for (i = 0; i < forward->stretches && len; i++) {
		void __user *base = (void __user *)forward->vector[i].base;

		part = min_t(u64, len, forward->vector[i].length);
		if (is_in ? copy_from_user(data, base, part) :
			    copy_to_user(base, data, part))
			return -EFAULT;
		data += part;
		len -= part;
	}
	return 0;
}

static bool is_message(const struct weft_forward *forward, int index)
{
	return forward->entry->args[index].kind == WEFT_RSYS_ARG_MESSAGE_IN ||
	       forward->entry->args[index].kind == WEFT_RSYS_ARG_MESSAGE_OUT;
}

/* How much of a message is which part: as weft_rsys_message_size() counted. */
static u32 name_of(const struct user_msghdr *header)
{
	return header->msg_name ? min(header->msg_namelen, WEFT_RSYS_ADDRESS_MAX) : 0;
}

static u32 control_of(const struct user_msghdr *header)
{
	return header->msg_control ? header->msg_controllen : 0;
}

/* A message goes as its header, then its address, control data and data. */
static int gather_message(const struct weft_forward *forward, u8 *to, u32 len)
{
	const struct user_msghdr *header = &forward->header;
	u32 name = name_of(header), control = control_of(header);
	struct user_msghdr sent = *header;

	sent.msg_namelen = name;
	sent.msg_controllen = control;
	memcpy(to, &sent, sizeof(sent));
	if (len == sizeof(sent))
		return 0;
	to += sizeof(sent);
	if (copy_from_user(to, header->msg_name, name) ||
	    copy_from_user(to + name, header->msg_control, control))
		return -EFAULT;
	return copy_vector(forward, to + name + control,
			   len - sizeof(sent) - name - control, true);
}

/* What comes back of a message, into the places that its header names. */
static int scatter_message(const struct weft_forward *forward, u64 address,
			   const u8 *from, u32 len)
{
	const struct user_msghdr *header = &forward->header;
	struct user_msghdr __user *to = (void __user *)address;
	u32 name = name_of(header), control = control_of(header);
	struct user_msghdr back;

	if (!len)
		return 0;
	if (len < sizeof(back) + name + control)
		return -EBADMSG;
	memcpy(&back, from, sizeof(back));
	from += sizeof(back);
	len -= sizeof(back) + name + control;
	if (put_user(back.msg_namelen, &to->msg_namelen) ||
	    put_user(back.msg_controllen, &to->msg_controllen) ||
	    put_user(back.msg_flags, &to->msg_flags) ||
	    copy_to_user(header->msg_name, from, name) ||
	    copy_to_user(header->msg_control, from + name, control))
		return -EFAULT;
	return copy_vector(forward, (void *)(from + name + control), len, false);
}

static u32 length_in(const struct weft_rsys_plan *plan)
{
	u32 sum = 0, i;

	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		sum += round_up(plan->extents[i].in, 8);
	return sum;
}

/**
 * weft_forward_room() - how much comes back at most
 * @forward: the call, planned
 *
 * Return: so many bytes.
 */
u32 weft_forward_room(const struct weft_forward *forward)
{
	u32 sum = 0, i;

	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		sum += round_up(forward->plan.extents[i].out, 8);
	return sum;
}

static int gather_one(struct weft_forward *forward, const u64 *args, int index, u8 *to)
{
	u32 len = forward->plan.extents[index].in;

	if (is_vector(forward, index))
		return copy_vector(forward, to, len, true);
	if (is_message(forward, index) && len)
		return gather_message(forward, to, len);
	if (forward->entry->args[index].kind == WEFT_RSYS_ARG_STRINGS && len)
		return weft_strings_gather(args[index], to, len);
	return copy_from_user(to, (void __user *)args[index], len) ? -EFAULT : 0;
}

/**
 * weft_forward_gather() - make the request
 * @body:    whose call it is
 * @forward: the call, planned; receives the request
 * @number:  of the call
 * @args:    as the program gave them
 *
 * Return: 0, -EFAULT, or -ENOMEM.
 */
int weft_forward_gather(struct weft_body *body, struct weft_forward *forward,
			u32 number, const u64 *args)
{
	u32 len = length_in(&forward->plan);
	struct weft_msg_call *call;
	u8 *to;
	int i;

	forward->request = weft_message_new(WEFT_MSG_CALL, sizeof(*call) + len);
	if (!forward->request)
		return -ENOMEM;
	call = (struct weft_msg_call *)forward->request->payload;
	*call = (struct weft_msg_call){
		.process = cpu_to_le64(body->process),
		.number = cpu_to_le32(number),
	};
	to = (u8 *)(call + 1);
	memset(to, 0, len);
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		call->args[i] = cpu_to_le64(forward->plan.args[i]);
		call->in[i] = cpu_to_le32(forward->plan.extents[i].in);
		if (is_vector(forward, i) || is_message(forward, i))
			call->out[i] = cpu_to_le32(forward->plan.extents[i].out);
		if (gather_one(forward, args, i, to))
			return -EFAULT;
		to += round_up(forward->plan.extents[i].in, 8);
	}
	return 0;
}

/* Where the length stands that a call left for an argument. */
static u32 length_after(const struct weft_forward *forward, const u64 *args, int index)
{
	const struct weft_rsys_arg *arg = &forward->entry->args[index];
	u32 length = 0;

	if ((arg->kind == WEFT_RSYS_ARG_VALUE_OUT ||
	     arg->kind == WEFT_RSYS_ARG_VALUE_INOUT) && arg->count &&
	    args[arg->count - 1] &&
	    get_user(length, (u32 __user *)args[arg->count - 1]))
		return 0;
	return length;
}

/* What a LENGTH became comes first: it tells how long the others are. */
static int scatter_lengths(const struct weft_forward *forward, const u64 *args, u32 len)
{
	const u8 *from = (const u8 *)(forward->reply + 1);
	u32 at = 0;
	int i;

	/* a LENGTH stands behind what it belongs to: its bytes are the last ones */
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		if (forward->entry->args[i].kind != WEFT_RSYS_ARG_LENGTH ||
		    !forward->plan.extents[i].out)
			continue;
		if (len < round_up(forward->plan.extents[i].out, 8))
			return -EBADMSG;
		at = len - round_up(forward->plan.extents[i].out, 8);
		if (copy_to_user((void __user *)args[i], from + at,
				 forward->plan.extents[i].out))
			return -EFAULT;
	}
	return 0;
}

static int scatter_one(const struct weft_forward *forward, const u64 *args, int index,
		       const u8 *from, u32 len)
{
	if (is_vector(forward, index))
		return copy_vector(forward, (void *)from, len, false);
	if (is_message(forward, index))
		return scatter_message(forward, args[index], from, len);
	return copy_to_user((void __user *)args[index], from, len) ? -EFAULT : 0;
}

/**
 * weft_forward_scatter() - give the program what its call wrote
 * @forward: the call, with its reply
 * @args:    as the program gave them
 * @len:     bytes that came behind the head of the reply
 *
 * Return: 0, -EFAULT, or -EBADMSG if there is not what must have come.
 */
int weft_forward_scatter(const struct weft_forward *forward, const u64 *args,
			 u32 len)
{
	s64 result = le64_to_cpu(forward->reply->result);
	const u8 *from = (const u8 *)(forward->reply + 1);
	u32 left = len, back;
	int i, err;

	err = scatter_lengths(forward, args, len);
	for (i = 0; i < WEFT_RSYS_ARGS && !err; i++) {
		back = weft_rsys_returned(forward->entry, &forward->plan, i, result,
					  length_after(forward, args, i));
		if (round_up(back, 8) > left)
			return -EBADMSG;
		err = scatter_one(forward, args, i, from, back);
		from += round_up(back, 8);
		left -= round_up(back, 8);
	}
	return err ? err : left ? -EBADMSG : 0;
}

