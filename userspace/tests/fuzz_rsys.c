// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any number, arguments and lengths as a system call of a moved process: the
 * kernel's own table and arithmetic, against what must hold of every answer.
 */
#include "rsys/measure.h"
#include "rsys/entry.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST	(1024 * 1024)

/* One call, as it could be: the input is no more than that. */
struct input {
	uint32_t number;
	uint32_t length;
	__u64 args[WEFT_RSYS_ARGS];
	struct weft_rsys_seen seen[WEFT_RSYS_ARGS];
	int64_t result;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_memory(unsigned int kind)
{
	return kind >= WEFT_RSYS_ARG_STRING;
}

/* What home will take for the length, from the arguments that it gets. */
static unsigned __int128 believed(const struct weft_rsys_entry *row,
				  const struct weft_rsys_arg *arg,
				  const struct weft_rsys_plan *plan)
{
	uint64_t count = 1;

	if (arg->count) {
		count = plan->args[arg->count - 1];
		if (row->args[arg->count - 1].kind != WEFT_RSYS_ARG_LONG)
			count &= UINT32_MAX;
	}
	return arg->extra + (unsigned __int128)count * weft_rsys_struct_size(arg->structure);
}

static void try_extent(const struct weft_rsys_entry *row, const struct weft_rsys_plan *plan,
		       unsigned int index, uint8_t *memory)
{
	const struct weft_rsys_extent *extent = &plan->extents[index];
	const struct weft_rsys_arg *arg = &row->args[index];

	require(extent->in <= extent->room && extent->out <= extent->room);
	require(extent->counted <= extent->out);
	if (!extent->room)
		return;
	require(is_memory(arg->kind) && plan->args[index] && extent->at % 8 == 0);
	require((uint64_t)extent->at + extent->room <= plan->room);
	/* no two arguments share a byte */
	require(!memchr(memory + extent->at, 1, extent->room));
	memset(memory + extent->at, 1, extent->room);
	switch (arg->kind) {
	case WEFT_RSYS_ARG_IN:
	case WEFT_RSYS_ARG_OUT:
	case WEFT_RSYS_ARG_COUNTED:
	case WEFT_RSYS_ARG_INOUT:
		require(believed(row, arg, plan) == extent->room);
		break;
	case WEFT_RSYS_ARG_IOVEC_IN:
	case WEFT_RSYS_ARG_IOVEC_OUT:
		require((uint32_t)plan->args[arg->count - 1] == 1);
		break;
	default:
		break;
	}
}

static void try_plan(const struct weft_rsys_entry *row, const struct input *input,
		     const struct weft_rsys_plan *plan)
{
	uint8_t *memory = calloc(1, MOST + 1);
	uint64_t in = 0, out = 0;
	unsigned int i;

	require(memory && plan->room <= MOST);
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		try_extent(row, plan, i, memory);
		in += plan->extents[i].in;
		out += plan->extents[i].out;
		require(weft_rsys_returned(row, plan, i, input->result, input->length) <=
			plan->extents[i].out);
		/* no value changes but a length that was cut, or that of a vector */
		require(is_memory(row->args[i].kind) || plan->args[i] == 1 ||
			plan->args[i] == input->args[i] ||
			(plan->is_cut && plan->args[i] < input->args[i]));
	}
	require(in == plan->in && out == plan->out);
	require(!plan->is_cut || row->flags & (WEFT_RSYS_CUTS | WEFT_RSYS_CUTS_STREAM));
	free(memory);
}

static void try_call(const struct input *input)
{
	const struct weft_rsys_entry *row = weft_rsys_classify(input->number, input->args);
	struct weft_rsys_plan plan;
	int err;

	require(!row == !weft_rsys_find(input->number));
	if (!row)
		return;
	require(row->class > WEFT_RSYS_NONE && row->class < WEFT_RSYS_SELECT);
	require((row->class == WEFT_RSYS_REFUSED) == (row->why && row->error));
	err = weft_rsys_measure(row, input->args, input->seen, &plan);
	require(!err || err == -EINVAL || err == -EFAULT || err == -E2BIG);
	if (!err)
		try_plan(row, input, &plan);
}

/* The rest of the input as lengths of a vector, and of messages. */
static void try_lists(const uint8_t *data, size_t size)
{
	size_t count = size / sizeof(struct weft_rsys_vector), i;
	struct weft_rsys_vector *vector = calloc(count + 1, sizeof(*vector));
	struct weft_rsys_seen *messages = calloc(count + 1, sizeof(*messages));
	struct weft_rsys_seen sum;
	__u64 bytes;
	int fit;

	require(vector && messages);
	if (count)
		memcpy(vector, data, count * sizeof(*vector));
	if (!weft_rsys_vector_size(vector, count, &bytes))
		require(bytes <= WEFT_RSYS_MOVE_MAX);
	for (i = 0; i < count; i++) {
		struct weft_rsys_message message = {
			.name = (int32_t)vector[i].base, .control = vector[i].base >> 32,
			.data = vector[i].length,
		};

		if (!weft_rsys_message_size(&message, &messages[i]))
			require(messages[i].bytes < MOST && messages[i].data <= message.data);
	}
	fit = weft_rsys_messages_fit(messages, (uint32_t)count, &sum);
	require(fit >= 0 && (size_t)fit <= count && (fit || !count));
	require(sum.bytes + (uint64_t)fit * 80 <= MOST && sum.data <= sum.bytes);
	free(vector);
	free(messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input;

	if (size < sizeof(input))
		return 0;
	memcpy(&input, data, sizeof(input));
	/* most numbers have no call: every second input is of one that has */
	if (input.number & 0x80)
		input.number %= WEFT_RSYS_NUMBERS;
	try_call(&input);
	try_lists(data + sizeof(input), size - sizeof(input));
	return 0;
}
