// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lengths: what must hold of every plan for every row, and the edges of each
 * kind of argument.
 */
#include "rsys/measure.h"
#include "rsys/rows_test.h"

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

#define MOST	0x100000U
#define BUFFER	0x7f0000001000ULL	/* where a program could have memory */

static struct weft_rsys_plan plan;

static const struct weft_rsys_entry *row_of(u32 number)
{
	static const u64 none[WEFT_RSYS_ARGS];

	return weft_rsys_classify(number, none);
}

/* Measures a call whose arguments point nowhere special. */
static int measure(u32 number, u64 a, u64 b, u64 c, u64 d, u64 e)
{
	static const struct weft_rsys_seen nothing[WEFT_RSYS_ARGS];
	u64 args[WEFT_RSYS_ARGS] = { a, b, c, d, e };

	return weft_rsys_measure(weft_rsys_classify(number, args), args, nothing, &plan);
}

/* Measures a call where one argument was looked at. */
static int measure_seen(u32 number, const u64 args[WEFT_RSYS_ARGS], unsigned int index,
			u64 bytes, u64 data)
{
	struct weft_rsys_seen seen[WEFT_RSYS_ARGS] = {};

	seen[index] = (struct weft_rsys_seen){ bytes, data };
	return weft_rsys_measure(weft_rsys_classify(number, args), args, seen, &plan);
}

/* The length that home will believe, from the arguments that it gets. */
static u64 believed(const struct weft_rsys_entry *row, const struct weft_rsys_arg *arg)
{
	u64 said = arg->count ? plan.args[arg->count - 1] : 1;

	if (arg->count && row->args[arg->count - 1].kind != WEFT_RSYS_ARG_LONG)
		said = (u32)said;
	return arg->extra + said * weft_rsys_struct_size(arg->structure);
}

static bool is_plain(u8 kind)
{
	return kind == WEFT_RSYS_ARG_IN || kind == WEFT_RSYS_ARG_OUT ||
	       kind == WEFT_RSYS_ARG_COUNTED || kind == WEFT_RSYS_ARG_INOUT;
}

static bool extent_is_sound(const struct weft_rsys_entry *row, unsigned int index)
{
	const struct weft_rsys_extent *extent = &plan.extents[index];

	if (!extent->room)
		return !extent->in && !extent->out && !extent->counted;
	return plan.args[index] && row->args[index].kind > WEFT_RSYS_ARG_HERE &&
	       extent->in <= extent->room && extent->out <= extent->room &&
	       extent->counted <= extent->out && extent->at % 8 == 0 &&
	       extent->room <= MOST && extent->at <= MOST - extent->room &&
	       (!is_plain(row->args[index].kind) ||
		extent->room == believed(row, &row->args[index]));
}

static bool overlaps(const struct weft_rsys_extent *one, const struct weft_rsys_extent *other)
{
	return one->room && other->room && one->at < other->at + other->room &&
	       other->at < one->at + one->room;
}

static bool plan_is_sound(const struct weft_rsys_entry *row)
{
	u32 i, j, in = 0, out = 0;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		if (!extent_is_sound(row, i))
			return false;
		in += plan.extents[i].in;
		out += plan.extents[i].out;
		for (j = 0; j < i; j++)
			if (overlaps(&plan.extents[i], &plan.extents[j]))
				return false;
	}
	return in == plan.in && out == plan.out && plan.room <= MOST &&
	       (!plan.is_cut || row->flags & (WEFT_RSYS_CUTS | WEFT_RSYS_CUTS_STREAM));
}

static const u64 edges[] = {
	0, 1, 7, 8, 9, 56, 64, 1023, 1024, 1025, 4096, 65536, MOST - 17, MOST - 16, MOST - 1,
	MOST, MOST + 1, MOST * 8ULL, S32_MAX, 0x80000000, U32_MAX, 0x100000001ULL,
	0x1c71c71c71c71c72ULL, 0x2000000000000001ULL, S64_MAX, 1ULL << 63, U64_MAX,
};

/* How often each answer came, so that a test of nothing does not pass. */
struct tally {
	struct kunit *test;
	unsigned int fine;
	unsigned int refused;
	unsigned int cut;
};

static void try_row(struct tally *tally, const struct weft_rsys_entry *row, u64 value, u64 bytes)
{
	struct weft_rsys_seen seen[WEFT_RSYS_ARGS];
	u64 args[WEFT_RSYS_ARGS];
	unsigned int i;
	int err;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		args[i] = row->args[i].kind > WEFT_RSYS_ARG_HERE ? BUFFER : value;
		seen[i] = (struct weft_rsys_seen){ bytes, bytes / 2, bytes & 1 };
	}
	err = weft_rsys_measure(row, args, seen, &plan);
	if (!err && !plan_is_sound(row))
		KUNIT_FAIL(tally->test, "%s: %llx, %llx", row->name, value, bytes);
	if (err && err != -EINVAL && err != -EFAULT && err != -E2BIG)
		KUNIT_FAIL(tally->test, "%s: error %d", row->name, err);
	tally->fine += !err;
	tally->refused += !!err;
	tally->cut += !err && plan.is_cut;
}

static void try_edges(void *context, const struct weft_rsys_entry *row, unsigned int depth)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(edges); i++)
		for (j = 0; j < ARRAY_SIZE(edges); j++)
			try_row(context, row, edges[i], edges[j]);
}

static void home_believes_no_length_that_has_no_memory(struct kunit *test)
{
	struct tally tally = { .test = test };

	visit_all_rows(try_edges, &tally);
	KUNIT_EXPECT_GT(test, tally.fine, 10000);
	KUNIT_EXPECT_GT(test, tally.refused, 1000);
	KUNIT_EXPECT_GT(test, tally.cut, 1000);
}

static void read_is_cut_to_what_fits(struct kunit *test)
{
	static const u64 lengths[] = { 0, 1, MOST - 1, MOST, MOST + 1, S32_MAX, S64_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		u64 fits = min_t(u64, lengths[i], MOST);

		KUNIT_EXPECT_EQ(test, 0, measure(0, 3, BUFFER, lengths[i], 0, 0));
		KUNIT_EXPECT_EQ(test, fits, plan.args[2]);
		KUNIT_EXPECT_EQ(test, fits, (u64)plan.out);
		KUNIT_EXPECT_EQ(test, 0, plan.in);
		KUNIT_EXPECT_EQ(test, lengths[i] > MOST, plan.is_cut);
	}
	KUNIT_EXPECT_EQ(test, -EFAULT, measure(0, 3, BUFFER, 1ULL << 63, 0, 0));
	KUNIT_EXPECT_EQ(test, -EFAULT, measure(0, 3, BUFFER, U64_MAX, 0, 0));
}

static void null_pointer_travels_with_its_length(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, measure(0, 3, 0, U64_MAX, 0, 0));
	KUNIT_EXPECT_EQ(test, U64_MAX, plan.args[2]);
	KUNIT_EXPECT_EQ(test, 0ULL, plan.args[1]);
	KUNIT_EXPECT_EQ(test, 0, plan.room);
	KUNIT_EXPECT_FALSE(test, plan.is_cut);
}

static void what_may_not_be_cut_is_too_big(struct kunit *test)
{
	/* an attribute, with a name of 10 bytes in front that is not there here */
	KUNIT_EXPECT_EQ(test, 0, measure(190, 3, 0, BUFFER, MOST, 0));
	KUNIT_EXPECT_EQ(test, MOST, plan.in);
	KUNIT_EXPECT_EQ(test, -E2BIG, measure(190, 3, 0, BUFFER, MOST + 1, 0));
	KUNIT_EXPECT_EQ(test, -E2BIG, measure(190, 3, 0, BUFFER, S64_MAX, 0));
}

static void count_times_size_does_not_wrap(struct kunit *test)
{
	/* 12 bytes each: epoll_ctl has one, epoll_wait is cut, semop has 6 each */
	KUNIT_EXPECT_EQ(test, 0, measure(232, 3, BUFFER, S32_MAX, 0, 0));
	KUNIT_EXPECT_EQ(test, (u64)MOST / 12, plan.args[2]);
	KUNIT_EXPECT_EQ(test, 0, measure(65, 3, BUFFER, MOST / 6, 0, 0));
	KUNIT_EXPECT_EQ(test, -E2BIG, measure(65, 3, BUFFER, MOST / 6 + 1, 0, 0));
	/* 2^32 / 6 and a bit would wrap in 32 bits */
	KUNIT_EXPECT_EQ(test, -E2BIG, measure(65, 3, BUFFER, 715827883, 0, 0));
	KUNIT_EXPECT_EQ(test, -E2BIG, measure(458, BUFFER, BUFFER, 0x2000000000000001ULL, 0, 0));
}

static void width_and_sign_of_a_count_are_those_of_the_call(struct kunit *test)
{
	/* getgroups counts with an int, poll with an unsigned one */
	KUNIT_EXPECT_EQ(test, -EINVAL, measure(115, U32_MAX, BUFFER, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, measure(115, 0xabcd00000002ULL, BUFFER, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, 8, plan.out);
	KUNIT_EXPECT_EQ(test, -E2BIG, measure(7, BUFFER, U32_MAX, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, measure(7, BUFFER, 0xabcd00000002ULL, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, 16, plan.in);
	KUNIT_EXPECT_EQ(test, 16, plan.out);
}

static void set_of_descriptors_is_rounded_up(struct kunit *test)
{
	static const struct { u64 count; u32 bytes; } sets[] = {
		{ 0, 0 }, { 1, 8 }, { 64, 8 }, { 65, 16 }, { 1024, 128 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		KUNIT_EXPECT_EQ(test, 0, measure(23, sets[i].count, BUFFER, BUFFER, 0, 0));
		KUNIT_EXPECT_EQ(test, 2 * sets[i].bytes, plan.in);
		KUNIT_EXPECT_EQ(test, 2 * sets[i].bytes, plan.out);
	}
	KUNIT_EXPECT_EQ(test, -EINVAL, measure(23, U32_MAX, BUFFER, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, -E2BIG, measure(23, S32_MAX, BUFFER, 0, 0, 0));
}

static void signal_set_has_8_bytes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, measure(289, 3, BUFFER, 8, 0, 0));
	KUNIT_EXPECT_EQ(test, 8, plan.in);
	KUNIT_EXPECT_EQ(test, -EINVAL, measure(289, 3, BUFFER, 7, 0, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, measure(289, 3, BUFFER, 128, 0, 0));
}

static void length_that_is_pointed_to_is_limited(struct kunit *test)
{
	static const struct { u64 word; int err; u32 room; } lengths[] = {
		{ 0, 0, 0 }, { 1, 0, 1 }, { MOST / 2, 0, MOST / 2 },
		{ MOST / 2 + 1, 0, MOST / 2 }, { S32_MAX, 0, MOST / 2 },
		{ 0x80000000, -EINVAL }, { U32_MAX, -EINVAL },
	};
	const u64 args[] = { 3, 1, 2, BUFFER, BUFFER + 8, 0 };
	const u64 without[] = { 3, 1, 2, BUFFER, 0, 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		KUNIT_EXPECT_EQ(test, lengths[i].err,
				measure_seen(55, args, 4, lengths[i].word, 0));
		if (lengths[i].err)
			continue;
		KUNIT_EXPECT_EQ(test, lengths[i].room, plan.extents[3].out);
		KUNIT_EXPECT_EQ(test, lengths[i].room, plan.extents[3].in);
		KUNIT_EXPECT_EQ(test, 4, plan.extents[4].in);
	}
	KUNIT_EXPECT_EQ(test, 0, measure_seen(55, without, 4, 100, 0));
	KUNIT_EXPECT_EQ(test, 0, plan.room);
}

static void command_says_how_long_its_structure_is(struct kunit *test)
{
	/* the name of an input device, of 256 bytes and of the most there can be */
	KUNIT_EXPECT_EQ(test, 0, measure(16, 3, 0x81004506, BUFFER, 0, 0));
	KUNIT_EXPECT_EQ(test, 256, plan.out);
	KUNIT_EXPECT_EQ(test, 256, plan.in);
	KUNIT_EXPECT_EQ(test, 0, measure(16, 3, 0xffff4506, BUFFER, 0, 0));
	KUNIT_EXPECT_EQ(test, 0x3fff, plan.out);
}

static void structure_says_how_long_it_is(struct kunit *test)
{
	const u64 handle[] = { 3, BUFFER, BUFFER, BUFFER, 0, 0 };

	KUNIT_EXPECT_EQ(test, 0, measure_seen(303, handle, 2, 128, 0));
	KUNIT_EXPECT_EQ(test, 136, plan.extents[2].in);
	KUNIT_EXPECT_EQ(test, 136, plan.extents[2].out);
	KUNIT_EXPECT_EQ(test, -E2BIG, measure_seen(303, handle, 2, MOST - 7, 0));
	KUNIT_EXPECT_EQ(test, -E2BIG, measure_seen(303, handle, 2, U32_MAX, 0));
}

static void text_goes_up_to_its_limit(struct kunit *test)
{
	const u64 args[] = { BUFFER, BUFFER, 0, 0, 0, 0 };

	KUNIT_EXPECT_EQ(test, 0, measure_seen(4, args, 0, 6, 0));
	KUNIT_EXPECT_EQ(test, 6, plan.in);
	KUNIT_EXPECT_EQ(test, 144, plan.out);
	KUNIT_EXPECT_EQ(test, 0, measure_seen(4, args, 0, U64_MAX, 0));
	KUNIT_EXPECT_EQ(test, 4096, plan.in);
}

static void vector_becomes_one_stretch(struct kunit *test)
{
	const u64 args[] = { 3, BUFFER, 3, 0, 0, 0 };
	const u64 many[] = { 3, BUFFER, 1025, 0, 0, 0 };

	KUNIT_EXPECT_EQ(test, 0, measure_seen(20, args, 1, 100, 0));
	KUNIT_EXPECT_EQ(test, 100, plan.in);
	KUNIT_EXPECT_EQ(test, 116, plan.extents[1].room);
	KUNIT_EXPECT_EQ(test, 1ULL, plan.args[2]);
	KUNIT_EXPECT_EQ(test, 0, measure_seen(20, args, 1, MOST - 16, 0));
	KUNIT_EXPECT_FALSE(test, plan.is_cut);
	KUNIT_EXPECT_EQ(test, 0, measure_seen(20, args, 1, MOST - 15, 0));
	KUNIT_EXPECT_TRUE(test, plan.is_cut);
	KUNIT_EXPECT_EQ(test, MOST - 16, plan.in);
	KUNIT_EXPECT_EQ(test, -EINVAL, measure_seen(20, many, 1, 1, 0));
}

static void lengths_of_a_vector_are_added_without_wrapping(struct kunit *test)
{
	struct weft_rsys_vector vector[4] = { { 0, 1 }, { 0, 2 }, { 0, 0 }, { 0, 4 } };
	u64 bytes;

	KUNIT_EXPECT_EQ(test, 0, weft_rsys_vector_size(vector, 0, &bytes));
	KUNIT_EXPECT_EQ(test, 0ULL, bytes);
	KUNIT_EXPECT_EQ(test, 0, weft_rsys_vector_size(vector, 4, &bytes));
	KUNIT_EXPECT_EQ(test, 7ULL, bytes);
	vector[0].length = S64_MAX;
	vector[3].length = S64_MAX;
	KUNIT_EXPECT_EQ(test, 0, weft_rsys_vector_size(vector, 4, &bytes));
	KUNIT_EXPECT_EQ(test, 0x7ffff000ULL, bytes);
	vector[3].length = 1ULL << 63;
	KUNIT_EXPECT_EQ(test, -EINVAL, weft_rsys_vector_size(vector, 4, &bytes));
	KUNIT_EXPECT_EQ(test, -EINVAL, weft_rsys_vector_size(vector, 1025, &bytes));
	KUNIT_EXPECT_EQ(test, -EINVAL, weft_rsys_vector_size(vector, U64_MAX, &bytes));
}

static void message_is_cut_at_its_data_alone(struct kunit *test)
{
	struct weft_rsys_message message = { .name = 1000, .control = 64, .data = 100 };
	const u64 args[] = { 3, BUFFER, 0, 0, 0, 0 };
	struct weft_rsys_seen seen;

	KUNIT_EXPECT_EQ(test, 0, weft_rsys_message_size(&message, &seen));
	KUNIT_EXPECT_EQ(test, 128ULL + 64 + 100, seen.bytes);
	KUNIT_EXPECT_EQ(test, 100ULL, seen.data);
	KUNIT_EXPECT_EQ(test, 0, seen.is_cut);
	message.data = U64_MAX;
	KUNIT_EXPECT_EQ(test, 0, weft_rsys_message_size(&message, &seen));
	KUNIT_EXPECT_EQ(test, 0, measure_seen(46, args, 1, seen.bytes, seen.data));
	KUNIT_EXPECT_EQ(test, 0, measure_seen(47, args, 1, seen.bytes, seen.data));
	KUNIT_EXPECT_EQ(test, 56, plan.in);
	KUNIT_EXPECT_EQ(test, seen.data, (u64)plan.extents[1].counted);
	message.control = U64_MAX;
	KUNIT_EXPECT_EQ(test, -ENOBUFS, weft_rsys_message_size(&message, &seen));
	message.name = -1;
	KUNIT_EXPECT_EQ(test, -EINVAL, weft_rsys_message_size(&message, &seen));
}

static void message_that_was_cut_is_told_so(struct kunit *test)
{
	struct weft_rsys_message message = { .name = 16, .data = MOST };
	struct weft_rsys_seen seen[WEFT_RSYS_ARGS] = {}, one, sum;
	u64 args[WEFT_RSYS_ARGS] = { 3, BUFFER, 1, 0, 0, 0 };
	static const u32 numbers[] = { 46, 47, 299, 307 };
	const struct weft_rsys_entry *row;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(numbers); i++) {
		/* a datagram must not become a shorter one without a word */
		message.data = i & 1 ? MOST : 1;
		KUNIT_EXPECT_EQ(test, 0, weft_rsys_message_size(&message, &one));
		KUNIT_EXPECT_EQ(test, 1, weft_rsys_messages_fit(&one, 1, &sum));
		seen[1] = sum;
		row = weft_rsys_classify(numbers[i / 2], args);
		KUNIT_EXPECT_EQ(test, 0, weft_rsys_measure(row, args, seen, &plan));
		KUNIT_EXPECT_EQ(test, i & 1, (unsigned int)plan.is_cut);
	}
}

static void as_many_messages_go_as_fit(struct kunit *test)
{
	const struct weft_rsys_seen messages[] = {
		{ 100, 90 }, { MOST - 80 - 80 - 100, 1 }, { 0, 0 }, { U64_MAX, 0 },
	};
	u64 args[] = { 3, BUFFER, 2, 0, 0, 0 };
	struct weft_rsys_seen seen;

	KUNIT_EXPECT_EQ(test, 0, weft_rsys_messages_fit(messages, 0, &seen));
	KUNIT_EXPECT_EQ(test, 1, weft_rsys_messages_fit(messages, 1, &seen));
	KUNIT_EXPECT_EQ(test, 2, weft_rsys_messages_fit(messages, 4, &seen));
	KUNIT_EXPECT_EQ(test, 0, measure_seen(307, args, 1, seen.bytes, seen.data));
	KUNIT_EXPECT_EQ(test, MOST, plan.room);
	KUNIT_EXPECT_EQ(test, 2 * 64, plan.out);
	KUNIT_EXPECT_EQ(test, -E2BIG, measure_seen(307, args, 1, seen.bytes + 1, 0));
	KUNIT_EXPECT_EQ(test, 0, weft_rsys_messages_fit(&messages[3], 1, &seen));
	args[2] = 1025;
	KUNIT_EXPECT_EQ(test, -EINVAL, measure_seen(307, args, 1, 0, 0));
}

static u32 returned(u32 number, unsigned int index, s64 result, u32 length)
{
	return weft_rsys_returned(row_of(number), &plan, index, result, length);
}

static void as_much_comes_back_as_the_result_says(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, measure(0, 3, BUFFER, 100, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, returned(0, 1, -EIO, 0));
	KUNIT_EXPECT_EQ(test, 0, returned(0, 1, 0, 0));
	KUNIT_EXPECT_EQ(test, 7, returned(0, 1, 7, 0));
	KUNIT_EXPECT_EQ(test, 100, returned(0, 1, 101, 0));
	KUNIT_EXPECT_EQ(test, 100, returned(0, 1, S64_MAX, 0));
	/* the type of a message comes with it, and is not counted */
	KUNIT_EXPECT_EQ(test, 0, measure(70, 3, BUFFER, 100, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, returned(70, 1, -EINTR, 0));
	KUNIT_EXPECT_EQ(test, 8, returned(70, 1, 0, 0));
	KUNIT_EXPECT_EQ(test, 18, returned(70, 1, 10, 0));
	/* 12 bytes each */
	KUNIT_EXPECT_EQ(test, 0, measure(232, 3, BUFFER, 10, 0, 0));
	KUNIT_EXPECT_EQ(test, 24, returned(232, 1, 2, 0));
	KUNIT_EXPECT_EQ(test, 120, returned(232, 1, S64_MAX, 0));
}

static void fixed_results_come_back_whole_or_not_at_all(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, measure(5, 3, BUFFER, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, 144, returned(5, 1, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, returned(5, 1, -EBADF, 0));
	/* what went along comes back always, or it would be forgotten */
	KUNIT_EXPECT_EQ(test, 0, measure(7, BUFFER, 2, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, 16, returned(7, 0, -EINTR, 0));
}

static void result_with_a_length_comes_back_up_to_it(struct kunit *test)
{
	const u64 args[] = { 3, BUFFER, BUFFER + 128, 0, 0, 0 };

	KUNIT_EXPECT_EQ(test, 0, measure_seen(43, args, 2, 16, 0));
	KUNIT_EXPECT_EQ(test, 16, plan.extents[1].room);
	KUNIT_EXPECT_EQ(test, 8, returned(43, 1, 5, 8));
	KUNIT_EXPECT_EQ(test, 16, returned(43, 1, 5, 110));
	KUNIT_EXPECT_EQ(test, 16, returned(43, 1, 5, U32_MAX));
	KUNIT_EXPECT_EQ(test, 0, returned(43, 1, -EAGAIN, 8));
	KUNIT_EXPECT_EQ(test, 4, returned(43, 2, -EAGAIN, 8));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(home_believes_no_length_that_has_no_memory),
	KUNIT_CASE(read_is_cut_to_what_fits),
	KUNIT_CASE(null_pointer_travels_with_its_length),
	KUNIT_CASE(what_may_not_be_cut_is_too_big),
	KUNIT_CASE(count_times_size_does_not_wrap),
	KUNIT_CASE(width_and_sign_of_a_count_are_those_of_the_call),
	KUNIT_CASE(set_of_descriptors_is_rounded_up),
	KUNIT_CASE(signal_set_has_8_bytes),
	KUNIT_CASE(length_that_is_pointed_to_is_limited),
	KUNIT_CASE(command_says_how_long_its_structure_is),
	KUNIT_CASE(structure_says_how_long_it_is),
	KUNIT_CASE(text_goes_up_to_its_limit),
	KUNIT_CASE(vector_becomes_one_stretch),
	KUNIT_CASE(lengths_of_a_vector_are_added_without_wrapping),
	KUNIT_CASE(message_is_cut_at_its_data_alone),
	KUNIT_CASE(message_that_was_cut_is_told_so),
	KUNIT_CASE(as_many_messages_go_as_fit),
	KUNIT_CASE(as_much_comes_back_as_the_result_says),
	KUNIT_CASE(fixed_results_come_back_whole_or_not_at_all),
	KUNIT_CASE(result_with_a_length_comes_back_up_to_it),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_rsys_measure",
	.test_cases = cases,
};

kunit_test_suites(&suite);
