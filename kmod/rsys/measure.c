// SPDX-License-Identifier: GPL-2.0-only
/*
 * All arithmetic on the lengths of what a call takes along and brings back.
 * Lengths come from programs and are never trusted. Pure.
 */
#include "rsys/measure.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define HIGHEST_LENGTH	((~0ULL) >> 1)
#define VECTOR		16	/* bytes of a struct iovec */
#define HEADER		56	/* bytes of a struct user_msghdr */
#define MANY_HEADER	64	/* bytes of a struct mmsghdr */

static __u64 smaller(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/**
 * weft_rsys_vector_size() - what does a vector describe in all?
 * @vector: the vector
 * @count:  how many stretches it has
 * @bytes:  receives the sum: at most WEFT_RSYS_MOVE_MAX, to which the kernel
 *          cuts it, too
 *
 * Return: 0, or -EINVAL as the kernel gives it: too many, or a length that is
 * negative.
 */
int weft_rsys_vector_size(const struct weft_rsys_vector *vector, __u64 count,
			  __u64 *bytes)
{
	__u64 sum = 0, i;

	if (count > WEFT_RSYS_VECTOR_MAX)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		if (vector[i].length > HIGHEST_LENGTH)
			return -EINVAL;
		sum = smaller(sum + smaller(vector[i].length, WEFT_RSYS_MOVE_MAX),
			      WEFT_RSYS_MOVE_MAX);
	}
	*bytes = sum;
	return 0;
}

/**
 * weft_rsys_message_size() - what does a message take along or bring back?
 * @message: the lengths in its header
 * @seen:    receives how many bytes it has in all, how many of them are data, as
 *           many as fit, and whether that is less than the message describes
 *
 * Return: 0; -EINVAL if the length of the address is negative; -ENOBUFS if there
 * is more control data than fits.
 */
int weft_rsys_message_size(const struct weft_rsys_message *message,
			   struct weft_rsys_seen *seen)
{
	__u64 left = WEFT_RSYS_DATA_MAX - MANY_HEADER - VECTOR - WEFT_RSYS_ADDRESS_MAX;
	__u64 name;

	if (message->name < 0)
		return -EINVAL;
	if (message->control > left)
		return -ENOBUFS;
	name = smaller((__u64)message->name, WEFT_RSYS_ADDRESS_MAX);
	seen->data = smaller(message->data, left - message->control);
	seen->bytes = name + message->control + seen->data;
	seen->is_cut = seen->data < message->data;
	return 0;
}

/**
 * weft_rsys_messages_fit() - how many messages go in one call?
 * @messages: each of them, by weft_rsys_message_size()
 * @count:    how many there are
 * @seen:     receives the sum of those that fit
 *
 * Return: how many fit: the first ones, at least one if there is one. So many are
 * to be measured, and go. The kernel looks at WEFT_RSYS_VECTOR_MAX at most.
 */
int weft_rsys_messages_fit(const struct weft_rsys_seen *messages, __u32 count,
			   struct weft_rsys_seen *seen)
{
	__u64 each, sum = 0;
	__u32 i;

	*seen = (struct weft_rsys_seen){};
	count = smaller(count, WEFT_RSYS_VECTOR_MAX);
	for (i = 0; i < count; i++) {
		each = MANY_HEADER + VECTOR + messages[i].bytes;
		if (messages[i].bytes > WEFT_RSYS_DATA_MAX ||
		    each > WEFT_RSYS_DATA_MAX - sum)
			break;
		sum += each;
		seen->bytes += messages[i].bytes;
		seen->data += messages[i].data;
		seen->is_cut |= messages[i].is_cut;
	}
	return i;
}

/* What the argument that counts says, by its own width and sign. */
static int count_of(const struct weft_rsys_entry *entry, const __u64 *args,
		    const struct weft_rsys_arg *arg, __u64 *count)
{
	unsigned int index = arg->count - 1;

	*count = 1;
	if (!arg->count)
		return 0;
	switch (entry->args[index].kind) {
	case WEFT_RSYS_ARG_LONG:
		*count = args[index];
		/* no memory of a program reaches that far */
		return *count > HIGHEST_LENGTH ? -EFAULT : 0;
	case WEFT_RSYS_ARG_UINT:
		*count = (__u32)args[index];
		return 0;
	default:
		*count = (__u32)args[index];
		return (__s32)args[index] < 0 ? -EINVAL : 0;
	}
}

static int times(const struct weft_rsys_arg *arg, __u64 count, __u64 *bytes)
{
	__u32 size = weft_rsys_struct_size(arg->structure);

	if (size && count > (WEFT_RSYS_DATA_MAX - arg->extra) / size)
		return -E2BIG;
	*bytes = arg->extra + count * size;
	return 0;
}

/* Memory whose length does not depend on what it holds. */
static int length_of_memory(const struct weft_rsys_arg *arg, __u64 count,
			    struct weft_rsys_extent *extent)
{
	__u64 bytes;
	int err = times(arg, count, &bytes);

	if (err)
		return err;
	extent->room = bytes;
	if (arg->kind == WEFT_RSYS_ARG_IN || arg->kind == WEFT_RSYS_ARG_INOUT)
		extent->in = bytes;
	if (arg->kind != WEFT_RSYS_ARG_IN)
		extent->out = bytes;
	if (arg->kind == WEFT_RSYS_ARG_COUNTED)
		extent->counted = bytes - arg->extra;
	return 0;
}

/* Memory of so many bytes that goes, and may come back always. */
static int whole(struct weft_rsys_extent *extent, __u64 bytes, bool is_out)
{
	if (bytes > WEFT_RSYS_DATA_MAX)
		return -E2BIG;
	extent->room = bytes;
	extent->in = bytes;
	extent->out = is_out ? bytes : 0;
	return 0;
}

static int length_of_value(const struct weft_rsys_arg *arg, __u64 length,
			   struct weft_rsys_extent *extent)
{
	if (length > 0x7fffffff)
		return -EINVAL;
	extent->out = smaller(length, WEFT_RSYS_VALUE_MAX);
	extent->room = extent->out;
	if (arg->kind == WEFT_RSYS_ARG_VALUE_INOUT)
		extent->in = extent->out;
	return 0;
}

static int length_of_vector(const struct weft_rsys_arg *arg, __u64 count, __u64 bytes,
			    struct weft_rsys_extent *extent)
{
	if (count > WEFT_RSYS_VECTOR_MAX)
		return -EINVAL;
	if (bytes > WEFT_RSYS_DATA_MAX - VECTOR)
		return -E2BIG;
	extent->room = VECTOR + bytes;
	if (arg->kind == WEFT_RSYS_ARG_IOVEC_IN) {
		extent->in = bytes;
		return 0;
	}
	extent->out = bytes;
	extent->counted = bytes;
	return 0;
}

static int length_of_message(const struct weft_rsys_arg *arg, __u64 count,
			     const struct weft_rsys_seen *seen,
			     struct weft_rsys_extent *extent)
{
	bool is_one = arg->kind == WEFT_RSYS_ARG_MESSAGE_IN ||
		      arg->kind == WEFT_RSYS_ARG_MESSAGE_OUT;
	bool is_out = arg->kind == WEFT_RSYS_ARG_MESSAGE_OUT ||
		      arg->kind == WEFT_RSYS_ARG_MESSAGES_OUT;
	__u32 headers;

	if (count > WEFT_RSYS_VECTOR_MAX)
		return -EINVAL;
	headers = is_one ? HEADER : count * MANY_HEADER;
	if (seen->bytes > WEFT_RSYS_DATA_MAX ||
	    headers + count * VECTOR + seen->bytes > WEFT_RSYS_DATA_MAX)
		return -E2BIG;
	extent->room = headers + count * VECTOR + seen->bytes;
	extent->in = headers + (is_out ? 0 : seen->bytes);
	extent->out = is_out ? headers + seen->bytes : is_one ? 0 : headers;
	/* of several messages each says by itself how long it became */
	if (is_out && is_one)
		extent->counted = smaller(seen->data, seen->bytes);
	return 0;
}

static int length_of_set(const struct weft_rsys_arg *arg, __u64 count,
			 struct weft_rsys_extent *extent)
{
	if (arg->kind == WEFT_RSYS_ARG_SIGSET)
		return count == 8 ? whole(extent, 8, false) : -EINVAL;
	return whole(extent, (count + 63) / 64 * 8, true);
}

static __u64 command_length(__u64 command)
{
	return command >> 16 & 0x3fff;
}

static int length_of(const struct weft_rsys_entry *entry, const __u64 *args,
		     const struct weft_rsys_seen *seen, unsigned int index,
		     struct weft_rsys_extent *extent)
{
	const struct weft_rsys_arg *arg = &entry->args[index];
	unsigned int other = arg->count ? arg->count - 1U : index;
	__u64 count = 1;
	int err;

	switch (arg->kind) {
	case WEFT_RSYS_ARG_STRING:
		return whole(extent, smaller(seen[index].bytes, arg->extra), false);
	case WEFT_RSYS_ARG_STRINGS:
		return whole(extent, seen[index].bytes, false);
	case WEFT_RSYS_ARG_SIZED_IN:
	case WEFT_RSYS_ARG_SIZED_INOUT:
		return whole(extent, (__u64)arg->extra + (__u32)seen[index].bytes,
			     arg->kind == WEFT_RSYS_ARG_SIZED_INOUT);
	case WEFT_RSYS_ARG_COMMAND_IN:
	case WEFT_RSYS_ARG_COMMAND_INOUT:
		return whole(extent, command_length(args[other]),
			     arg->kind == WEFT_RSYS_ARG_COMMAND_INOUT);
	case WEFT_RSYS_ARG_LENGTH:
		return whole(extent, 4, true);
	case WEFT_RSYS_ARG_VALUE_OUT:
	case WEFT_RSYS_ARG_VALUE_INOUT:
		/* without a length nothing is told or written */
		return length_of_value(arg, args[other] ? (__u32)seen[other].bytes : 0,
				       extent);
	default:
		break;
	}

	err = count_of(entry, args, arg, &count);
	if (err)
		return err;
	switch (arg->kind) {
	case WEFT_RSYS_ARG_SIGSET:
	case WEFT_RSYS_ARG_FD_SET:
		return length_of_set(arg, count, extent);
	case WEFT_RSYS_ARG_IOVEC_IN:
	case WEFT_RSYS_ARG_IOVEC_OUT:
		return length_of_vector(arg, count, seen[index].bytes, extent);
	case WEFT_RSYS_ARG_MESSAGE_IN:
	case WEFT_RSYS_ARG_MESSAGE_OUT:
	case WEFT_RSYS_ARG_MESSAGES_IN:
	case WEFT_RSYS_ARG_MESSAGES_OUT:
		return length_of_message(arg, count, &seen[index], extent);
	default:
		return length_of_memory(arg, count, extent);
	}
}

static bool is_memory(const struct weft_rsys_arg *arg)
{
	return arg->kind > WEFT_RSYS_ARG_HERE;
}

static bool is_message(const struct weft_rsys_arg *arg)
{
	return arg->kind >= WEFT_RSYS_ARG_MESSAGE_IN &&
	       arg->kind <= WEFT_RSYS_ARG_MESSAGES_OUT;
}

static bool is_vector(const struct weft_rsys_arg *arg)
{
	return arg->kind == WEFT_RSYS_ARG_IOVEC_IN ||
	       arg->kind == WEFT_RSYS_ARG_IOVEC_OUT;
}

/* Which argument is cut when the call may be cut; else WEFT_RSYS_ARGS. */
static unsigned int data_of(const struct weft_rsys_entry *entry)
{
	const struct weft_rsys_arg *arg;
	unsigned int i;

	if (!(entry->flags & (WEFT_RSYS_CUTS | WEFT_RSYS_CUTS_STREAM)))
		return WEFT_RSYS_ARGS;
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		arg = &entry->args[i];
		if (is_vector(arg) || arg->kind == WEFT_RSYS_ARG_COUNTED ||
		    (arg->kind == WEFT_RSYS_ARG_IN && arg->count))
			return i;
	}
	return WEFT_RSYS_ARGS;
}

/* Lowers what the program asked for to what has room; bytes that are left. */
static void cut(const struct weft_rsys_entry *entry, unsigned int index, __u32 left,
		struct weft_rsys_seen *seen, struct weft_rsys_plan *plan)
{
	const struct weft_rsys_arg *arg = &entry->args[index];
	__u64 most, count;

	if (is_vector(arg)) {
		most = left - VECTOR;
		plan->is_cut = seen[index].bytes > most;
		seen[index].bytes = smaller(seen[index].bytes, most);
		return;
	}
	if (count_of(entry, plan->args, arg, &count))
		return;		/* an error, which length_of() finds again */
	most = (left - arg->extra) / weft_rsys_struct_size(arg->structure);
	if (count <= most)
		return;
	plan->is_cut = true;
	plan->args[arg->count - 1] = most;
}

static int place(const struct weft_rsys_entry *entry, unsigned int index,
		 const struct weft_rsys_seen *seen, struct weft_rsys_plan *plan)
{
	const struct weft_rsys_arg *arg = &entry->args[index];
	struct weft_rsys_extent *extent = &plan->extents[index];
	int err;

	/* a null pointer travels as one, whatever its length */
	if (!is_memory(arg) || !plan->args[index])
		return 0;
	err = length_of(entry, plan->args, seen, index, extent);
	if (err)
		return err;
	if (extent->room > WEFT_RSYS_DATA_MAX - plan->room)
		return -E2BIG;
	if (is_message(arg))
		plan->is_cut |= !!seen[index].is_cut;
	extent->at = plan->room;
	plan->room += (extent->room + 7) & ~7U;
	plan->in += extent->in;
	plan->out += extent->out;
	return 0;
}

/**
 * weft_rsys_measure() - how much memory a call moves
 * @entry: its row, from weft_rsys_classify()
 * @args:  its arguments, as the program gave them
 * @seen:  what was found where they point to
 * @plan:  receives what is to be done; means nothing after an error
 *
 * A call that may be cut is cut to what fits, at its first argument of variable
 * length; messages were cut when they were seen. With WEFT_RSYS_CUTS_STREAM home
 * has to refuse it then, unless the descriptor is a stream.
 *
 * Return: 0; -EINVAL or -EFAULT if a length is none; -E2BIG if more than
 * WEFT_RSYS_DATA_MAX would have to travel.
 */
int weft_rsys_measure(const struct weft_rsys_entry *entry,
		      const __u64 args[WEFT_RSYS_ARGS],
		      const struct weft_rsys_seen seen[WEFT_RSYS_ARGS],
		      struct weft_rsys_plan *plan)
{
	struct weft_rsys_seen now[WEFT_RSYS_ARGS];
	unsigned int i, data = data_of(entry);
	int err;

	memset(plan, 0, sizeof(*plan));
	memcpy(plan->args, args, sizeof(plan->args));
	memcpy(now, seen, sizeof(now));
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		err = i == data ? 0 : place(entry, i, now, plan);
		if (err)
			return err;
	}
	if (data < WEFT_RSYS_ARGS && args[data]) {
		if (WEFT_RSYS_DATA_MAX - plan->room < 2 * VECTOR)
			return -E2BIG;
		cut(entry, data, WEFT_RSYS_DATA_MAX - plan->room, now, plan);
		err = place(entry, data, now, plan);
		if (err)
			return err;
	}
	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		if (is_vector(&entry->args[i]) && plan->extents[i].room)
			plan->args[entry->args[i].count - 1] = 1;
	return 0;
}

/**
 * weft_rsys_returned() - how much of an argument comes back
 * @entry:  the row of the call
 * @plan:   its plan
 * @index:  of the argument
 * @result: of the call at home; negative if it failed
 * @length: of a VALUE_OUT or VALUE_INOUT what its LENGTH says after the call
 *
 * Return: so many bytes, from its start; never more than its extent has for it.
 */
__u32 weft_rsys_returned(const struct weft_rsys_entry *entry,
			 const struct weft_rsys_plan *plan, unsigned int index,
			 __s64 result, __u32 length)
{
	const struct weft_rsys_extent *extent = &plan->extents[index];
	const struct weft_rsys_arg *arg = &entry->args[index];
	__u64 count;

	switch (arg->kind) {
	case WEFT_RSYS_ARG_INOUT:
	case WEFT_RSYS_ARG_LENGTH:
	case WEFT_RSYS_ARG_SIZED_INOUT:
	case WEFT_RSYS_ARG_COMMAND_INOUT:
	case WEFT_RSYS_ARG_FD_SET:
		return extent->out;
	case WEFT_RSYS_ARG_VALUE_OUT:
	case WEFT_RSYS_ARG_VALUE_INOUT:
		return result < 0 ? 0 : smaller(extent->out, length);
	default:
		if (result < 0)
			return 0;
		break;
	}
	if (!extent->counted)
		return extent->out;
	count = smaller((__u64)result, WEFT_RSYS_DATA_MAX);
	if (arg->kind == WEFT_RSYS_ARG_COUNTED)
		count *= weft_rsys_struct_size(arg->structure);
	return extent->out - extent->counted + smaller(count, extent->counted);
}
