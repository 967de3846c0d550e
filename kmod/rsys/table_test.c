// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every row of the table of system calls, and of the tables of selectors,
 * against the rules that a row obeys. That numbers and sizes are those of the
 * kernel is seen by the compiler, see abi.c.
 */
#include "rsys/rows_test.h"
#include "rsys/entry.h"

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

/*
 * What becomes of each call, written out again, so that a change must be meant:
 * local, cached, home, special, refused, selected, or no call.
 */
static const char * const classes[] = {
	"hhshhhhsh?lll?ll?hhhhhhslssl?hr?hhlllllch?hh?h?hhh",	/* from 0 */
	"hhhh??ssssssshhh?rhhh??hhhhhhhhhhhhhhhhhhhhhhhlhsh",	/* from 50 */
	"src?csscchhhhsshsscschss?ssllsllhhr?hhhrssssssllsl",	/* from 100 */
	"lllhrhr??sshhhrhhhhrhhrrrrrrr?rrrrrrchhhhhhhhhhhhh",	/* from 150 */
	"sl?ssrrrrrrrrhrrrhlshhlllllr???sshshrlllhhhhrhrshh",	/* from 200 */
	"?hhhhhsshhhhhhhhhhhhssrlshhhrshsshhhhhhshhhhhhhsrh",	/* from 250 */
	"hhs?hsh?rlrr?rssh?lhrrsrllhhhlllhrll..............",	/* from 300 */
	"..................................................",	/* from 350 */
	"........................srrrhhh?hhhshshhrsh???hrhs",	/* from 400 */
	"lhhr??shhhhhl",	/* from 450 */
};

static bool has_call(u32 number)
{
	return number <= 335 || (number >= 424 && number <= 462);
}

static void every_number_has_the_row_of_a_call_or_none(struct kunit *test)
{
	const struct weft_rsys_entry *row;
	u32 number;

	for (number = 0; number <= U16_MAX; number++) {
		row = weft_rsys_find(number);
		KUNIT_ASSERT_EQ_MSG(test, has_call(number), !!row, "number %u", number);
		if (row)
			KUNIT_EXPECT_EQ(test, number, (u32)row->number);
	}
}

static void numbers_of_x32_have_no_row(struct kunit *test)
{
	u32 number;

	for (number = 0; number <= U16_MAX; number++)
		if (weft_rsys_find(BIT(30) | number) || weft_rsys_find(BIT(31) | number))
			KUNIT_FAIL(test, "number %u", number);
	KUNIT_EXPECT_TRUE(test, !weft_rsys_find(512));
	KUNIT_EXPECT_TRUE(test, !weft_rsys_find(U32_MAX));
}

static void every_call_has_the_class_that_is_written_here(struct kunit *test)
{
	static const char letters[] = ".lchsr?";
	const struct weft_rsys_entry *row;
	u32 number;

	for (number = 0; number < WEFT_RSYS_NUMBERS; number++) {
		row = weft_rsys_find(number);
		KUNIT_EXPECT_EQ_MSG(test, classes[number / 50][number % 50],
				    row ? letters[row->class] : '.', "number %u", number);
	}
}

static void names_are_unique(struct kunit *test)
{
	const struct weft_rsys_entry *one, *other;
	u32 i, j;

	for (i = 0; i < WEFT_RSYS_NUMBERS; i++) {
		one = weft_rsys_find(i);
		for (j = i + 1; one && j < WEFT_RSYS_NUMBERS; j++) {
			other = weft_rsys_find(j);
			if (other && !strcmp(one->name, other->name))
				KUNIT_FAIL(test, "%s is %u and %u", one->name, i, j);
		}
	}
}

/* Rows of the first kind execute nothing away from the process. */
static bool has_nothing_to_carry(const struct weft_rsys_entry *row)
{
	return row->class == WEFT_RSYS_LOCAL || row->class == WEFT_RSYS_REFUSED ||
	       row->class == WEFT_RSYS_SELECT;
}

static void expect_sound_row(void *context, const struct weft_rsys_entry *row,
			     unsigned int depth)
{
	struct kunit *test = context;
	bool is_refused = row->class == WEFT_RSYS_REFUSED;

	KUNIT_ASSERT_TRUE(test, row->name && *row->name);
	KUNIT_EXPECT_TRUE_MSG(test, row->class > WEFT_RSYS_NONE &&
			      row->class <= WEFT_RSYS_SELECT, "%s", row->name);
	KUNIT_EXPECT_LE_MSG(test, depth, WEFT_RSYS_DEPTH_MAX, "%s", row->name);
	KUNIT_EXPECT_EQ_MSG(test, row->class == WEFT_RSYS_SPECIAL, row->handler != 0, "%s",
			    row->name);
	KUNIT_EXPECT_LT_MSG(test, row->handler, WEFT_RSYS_DO_NR, "%s", row->name);
	KUNIT_EXPECT_EQ_MSG(test, is_refused, row->error != 0, "%s", row->name);
	KUNIT_EXPECT_EQ_MSG(test, is_refused, row->why && strlen(row->why) > 10, "%s", row->name);
	KUNIT_EXPECT_EQ_MSG(test, row->class == WEFT_RSYS_SELECT, !!row->selector, "%s",
			    row->name);
	if (has_nothing_to_carry(row)) {
		KUNIT_EXPECT_EQ_MSG(test, 0, row->args[0].kind, "%s", row->name);
		KUNIT_EXPECT_EQ_MSG(test, 0, row->flags, "%s", row->name);
	}
}

static void every_row_says_what_its_class_needs(struct kunit *test)
{
	visit_all_rows(expect_sound_row, test);
}

static void expect_polite_error(void *context, const struct weft_rsys_entry *row,
				unsigned int depth)
{
	static const u8 errors[] = { ENOSYS, EPERM, EINVAL, ENOTTY, EOPNOTSUPP, ENOPROTOOPT,
				     ENOBUFS, ENODEV, EAFNOSUPPORT };
	struct kunit *test = context;

	if (row->class == WEFT_RSYS_REFUSED && !memchr(errors, row->error, sizeof(errors)))
		KUNIT_FAIL(test, "%s: %u", row->name, row->error);
}

static void errors_are_those_that_programs_expect(struct kunit *test)
{
	visit_all_rows(expect_polite_error, test);
}

static bool is_value(u8 kind)
{
	return kind >= WEFT_RSYS_ARG_LONG && kind <= WEFT_RSYS_ARG_FD;
}

/* May an argument of the first kind have its length said by one of the other? */
static bool may_count(u8 kind, u8 counting)
{
	switch (kind) {
	case WEFT_RSYS_ARG_VALUE_OUT:
	case WEFT_RSYS_ARG_VALUE_INOUT:
		return counting == WEFT_RSYS_ARG_LENGTH;
	case WEFT_RSYS_ARG_COMMAND_IN:
	case WEFT_RSYS_ARG_COMMAND_INOUT:
		return counting == WEFT_RSYS_ARG_UINT;
	case WEFT_RSYS_ARG_FD_SET:
		return counting == WEFT_RSYS_ARG_INT;
	default:
		return is_value(counting) && counting != WEFT_RSYS_ARG_FD;
	}
}

/* 1 if the length must be said by another argument, -1 if it must not. */
static int needs_count(u8 kind)
{
	switch (kind) {
	case WEFT_RSYS_ARG_IN:
	case WEFT_RSYS_ARG_INOUT:
	case WEFT_RSYS_ARG_OUT:
		return 0;
	case WEFT_RSYS_ARG_COUNTED:
	case WEFT_RSYS_ARG_VALUE_OUT:
	case WEFT_RSYS_ARG_VALUE_INOUT:
	case WEFT_RSYS_ARG_COMMAND_IN:
	case WEFT_RSYS_ARG_COMMAND_INOUT:
	case WEFT_RSYS_ARG_SIGSET:
	case WEFT_RSYS_ARG_FD_SET:
	case WEFT_RSYS_ARG_IOVEC_IN:
	case WEFT_RSYS_ARG_IOVEC_OUT:
	case WEFT_RSYS_ARG_MESSAGES_IN:
	case WEFT_RSYS_ARG_MESSAGES_OUT:
		return 1;
	default:
		return -1;
	}
}

static void expect_sound_argument(struct kunit *test, const struct weft_rsys_entry *row,
				  const struct weft_rsys_arg *arg)
{
	int need = needs_count(arg->kind);

	KUNIT_ASSERT_LT_MSG(test, arg->kind, WEFT_RSYS_ARG_NR, "%s", row->name);
	KUNIT_ASSERT_LE_MSG(test, arg->count, WEFT_RSYS_ARGS, "%s", row->name);
	KUNIT_ASSERT_LT_MSG(test, arg->structure, WEFT_RSYS_STRUCT_NR, "%s", row->name);
	KUNIT_EXPECT_EQ_MSG(test, arg->kind > WEFT_RSYS_ARG_HERE, arg->structure != 0, "%s",
			    row->name);
	if (need)
		KUNIT_EXPECT_EQ_MSG(test, need > 0, arg->count != 0, "%s", row->name);
	if (arg->count)
		KUNIT_EXPECT_TRUE_MSG(test, may_count(arg->kind, row->args[arg->count - 1].kind),
				      "%s", row->name);
	if (arg->kind == WEFT_RSYS_ARG_STRING)
		KUNIT_EXPECT_GT_MSG(test, arg->extra, 0, "%s", row->name);
	if (arg->kind == WEFT_RSYS_ARG_HERE || arg->kind == WEFT_RSYS_ARG_STRINGS)
		KUNIT_EXPECT_EQ_MSG(test, WEFT_RSYS_SPECIAL, row->class, "%s", row->name);
	if (row->class == WEFT_RSYS_CACHED)
		KUNIT_EXPECT_TRUE_MSG(test, arg->kind <= WEFT_RSYS_ARG_INT ||
				      arg->kind == WEFT_RSYS_ARG_OUT, "%s", row->name);
}

static void expect_sound_arguments(void *context, const struct weft_rsys_entry *row,
				   unsigned int depth)
{
	static const struct weft_rsys_arg nothing;
	unsigned int i, lengths = 0, used = 0;
	struct kunit *test = context;
	bool is_over = false;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		is_over |= row->args[i].kind == WEFT_RSYS_ARG_UNUSED;
		if (is_over) {
			KUNIT_EXPECT_EQ_MSG(test, 0, memcmp(&nothing, &row->args[i],
							    sizeof(nothing)), "%s", row->name);
			continue;
		}
		expect_sound_argument(test, row, &row->args[i]);
		if (row->args[i].kind == WEFT_RSYS_ARG_LENGTH)
			lengths |= BIT(i);
		if (row->args[i].kind == WEFT_RSYS_ARG_VALUE_OUT ||
		    row->args[i].kind == WEFT_RSYS_ARG_VALUE_INOUT)
			used |= BIT(row->args[i].count - 1);
	}
	KUNIT_EXPECT_EQ_MSG(test, lengths, used, "%s", row->name);
}

static void arguments_refer_to_arguments_that_can_count(struct kunit *test)
{
	visit_all_rows(expect_sound_arguments, test);
}

static bool can_be_cut(u8 kind)
{
	return kind == WEFT_RSYS_ARG_IN || kind >= WEFT_RSYS_ARG_IOVEC_IN ||
	       kind == WEFT_RSYS_ARG_COUNTED;
}

static void expect_sound_flags(void *context, const struct weft_rsys_entry *row,
			       unsigned int depth)
{
	struct kunit *test = context;
	bool has_data = false;
	unsigned int i;

	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		has_data |= can_be_cut(row->args[i].kind);
	if ((row->flags & (WEFT_RSYS_CUTS | WEFT_RSYS_CUTS_STREAM) && !has_data) ||
	    (row->flags & WEFT_RSYS_CUTS && row->flags & WEFT_RSYS_CUTS_STREAM) ||
	    row->flags >= WEFT_RSYS_CHANGES << 1)
		KUNIT_FAIL(test, "%s", row->name);
}

static void only_what_has_data_may_be_cut(struct kunit *test)
{
	visit_all_rows(expect_sound_flags, test);
}

/* What some row uses: bits of handlers, kinds, structures and flags. */
struct used {
	u64 handlers;
	u64 kinds;
	u64 structures[2];
	u64 flags;
};

static void note_use(void *context, const struct weft_rsys_entry *row, unsigned int depth)
{
	struct used *used = context;
	unsigned int i, structure;

	used->handlers |= BIT_ULL(row->handler);
	used->flags |= row->flags;
	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		structure = row->args[i].structure;
		used->kinds |= BIT_ULL(row->args[i].kind);
		used->structures[structure / 64] |= BIT_ULL(structure % 64);
	}
}

static void nothing_is_there_that_no_row_uses(struct kunit *test)
{
	struct used used = {};
	unsigned int i;

	visit_all_rows(note_use, &used);
	KUNIT_EXPECT_EQ(test, BIT_ULL(WEFT_RSYS_DO_NR) - 1, used.handlers);
	KUNIT_EXPECT_EQ(test, BIT_ULL(WEFT_RSYS_ARG_NR) - 1, used.kinds);
	KUNIT_EXPECT_EQ(test, (u64)(WEFT_RSYS_CHANGES << 1) - 1, used.flags);
	for (i = 1; i < WEFT_RSYS_STRUCT_NR; i++)
		if (!(used.structures[i / 64] & BIT_ULL(i % 64)))
			KUNIT_FAIL(test, "%s", weft_rsys_struct_name(i));
}

static void calls_with_memory_of_their_own_never_go_home(struct kunit *test)
{
	/* brk, mmap, mprotect, munmap, shmat, mremap, clone, execve, futex, ... */
	static const u16 numbers[] = {
		9, 10, 11, 12, 15, 25, 26, 28, 30, 56, 57, 58, 59, 101, 131, 202, 206, 209, 216,
		218, 219, 237, 244, 256, 273, 274, 278, 279, 310, 311, 321, 322, 323, 325, 329,
		334, 335, 425, 426, 427, 435, 440, 447, 449, 453, 454, 455, 456, 462,
	};
	unsigned int i, j, class;
	u64 args[WEFT_RSYS_ARGS];

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		for (j = 0; j < 2; j++) {
			memset(args, j ? 0xff : 0, sizeof(args));
			class = weft_rsys_classify(numbers[i], args)->class;
			KUNIT_EXPECT_NE_MSG(test, WEFT_RSYS_HOME, class, "number %u", numbers[i]);
			KUNIT_EXPECT_NE_MSG(test, WEFT_RSYS_CACHED, class, "number %u",
					    numbers[i]);
		}
	}
}

static void sizes_and_names_end_with_the_list(struct kunit *test)
{
	unsigned int i;

	for (i = 1; i < WEFT_RSYS_STRUCT_NR; i++) {
		KUNIT_EXPECT_GT(test, weft_rsys_struct_size(i), 0);
		KUNIT_EXPECT_TRUE(test, !!weft_rsys_struct_name(i));
	}
	KUNIT_EXPECT_EQ(test, 0, weft_rsys_struct_size(WEFT_RSYS_STRUCT_NONE));
	KUNIT_EXPECT_EQ(test, 0, weft_rsys_struct_size(WEFT_RSYS_STRUCT_NR));
	KUNIT_EXPECT_EQ(test, 0, weft_rsys_struct_size(-1));
	KUNIT_EXPECT_TRUE(test, !weft_rsys_struct_name(-1));
	KUNIT_EXPECT_EQ(test, 144, weft_rsys_struct_size(WEFT_RSYS_STRUCT_STAT));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_number_has_the_row_of_a_call_or_none),
	KUNIT_CASE(numbers_of_x32_have_no_row),
	KUNIT_CASE(every_call_has_the_class_that_is_written_here),
	KUNIT_CASE(names_are_unique),
	KUNIT_CASE(every_row_says_what_its_class_needs),
	KUNIT_CASE(errors_are_those_that_programs_expect),
	KUNIT_CASE(arguments_refer_to_arguments_that_can_count),
	KUNIT_CASE(only_what_has_data_may_be_cut),
	KUNIT_CASE(nothing_is_there_that_no_row_uses),
	KUNIT_CASE(calls_with_memory_of_their_own_never_go_home),
	KUNIT_CASE(sizes_and_names_end_with_the_list),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_rsys_table",
	.test_cases = cases,
};

kunit_test_suites(&suite);
