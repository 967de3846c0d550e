// SPDX-License-Identifier: GPL-2.0-only
/*
 * Selectors: each leads somewhere for whatever a program passes, and to the row
 * that is meant for what matters.
 */
#include "rsys/rows_test.h"
#include "rsys/entry.h"

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

/* Arguments that make a selector see a key. */
static void set_key(const struct weft_rsys_selector *selector, u64 key,
		    u64 args[WEFT_RSYS_ARGS])
{
	memset(args, 0xa5, WEFT_RSYS_ARGS * sizeof(*args));
	if (!selector->above) {
		/* whatever the mask leaves out is anything */
		args[selector->argument] = key | ~selector->mask;
		return;
	}
	args[selector->argument] = key >> 32 | 0xa5a5a5a500000000ULL;
	args[selector->above - 1] = (u32)key | 0xa5a5a5a500000000ULL;
}

static const struct weft_rsys_entry *wanted(const struct weft_rsys_selector *selector, u64 key)
{
	unsigned int i;

	for (i = 0; i < selector->nr_rows; i++)
		if (selector->rows[i].number == key)
			return &selector->rows[i];
	return selector->otherwise;
}

static void expect_key(struct kunit *test, const struct weft_rsys_selector *selector, u64 key)
{
	u64 args[WEFT_RSYS_ARGS];

	if (key & ~selector->mask)
		return;
	set_key(selector, key, args);
	KUNIT_EXPECT_TRUE_MSG(test, wanted(selector, key) == weft_rsys_select(selector, args),
			      "%s %llu", selector->by, key);
}

static void expect_total(void *context, const struct weft_rsys_entry *row, unsigned int depth)
{
	const struct weft_rsys_selector *selector = row->selector;
	struct kunit *test = context;
	unsigned int i;

	if (!selector)
		return;
	KUNIT_ASSERT_TRUE_MSG(test, selector->by && selector->otherwise && selector->nr_rows,
			      "%s", row->name);
	KUNIT_ASSERT_LT_MSG(test, selector->argument, WEFT_RSYS_ARGS, "%s", row->name);
	KUNIT_ASSERT_LE_MSG(test, selector->above, WEFT_RSYS_ARGS, "%s", row->name);
	KUNIT_EXPECT_NE_MSG(test, 0ULL, selector->mask, "%s", row->name);
	for (i = 0; i < selector->nr_rows; i++) {
		const struct weft_rsys_entry *command = &selector->rows[i];

		KUNIT_EXPECT_EQ_MSG(test, 0ULL, command->number & ~selector->mask, "%s",
				    command->name);
		if (i)
			KUNIT_EXPECT_LT_MSG(test, command[-1].number, command->number, "%s",
					    command->name);
		expect_key(test, selector, command->number - 1);
		expect_key(test, selector, command->number);
		expect_key(test, selector, command->number + 1);
	}
	expect_key(test, selector, 0);
	expect_key(test, selector, selector->mask);
}

static void every_key_leads_to_its_row_or_to_the_other(struct kunit *test)
{
	visit_all_rows(expect_total, test);
}

static const struct weft_rsys_entry *classify(u32 number, unsigned int index, u64 value)
{
	u64 args[WEFT_RSYS_ARGS] = {};

	args[index] = value;
	return weft_rsys_classify(number, args);
}

static void every_call_has_a_class_whatever_it_is_passed(struct kunit *test)
{
	static const u64 values[] = { 0, 1, 2, 7, 128, 255, 0x5401, 0x8912, 0x80104592,
				      S32_MAX, 0x80000000, U32_MAX, S64_MAX, U64_MAX };
	const struct weft_rsys_entry *row;
	u32 number;
	unsigned int i, index;

	for (number = 0; number < WEFT_RSYS_NUMBERS; number++) {
		for (i = 0; i < ARRAY_SIZE(values) * WEFT_RSYS_ARGS; i++) {
			index = i % WEFT_RSYS_ARGS;
			row = classify(number, index, values[i / WEFT_RSYS_ARGS]);
			KUNIT_ASSERT_EQ(test, !weft_rsys_find(number), !row);
			if (row && (row->class == WEFT_RSYS_NONE ||
				    row->class == WEFT_RSYS_SELECT))
				KUNIT_FAIL(test, "number %u argument %u", number, index);
		}
	}
}

/* What some program relies on; garbage above 32 bits where it means nothing. */
#define GARBAGE		0xdeadbeef00000000ULL

static const struct fact {
	u32 number;
	u8 index;
	u64 value;
	u8 class;
	u8 more;		/* handler, or errno */
} facts[] = {
	{ 9, 3, 0x22, WEFT_RSYS_LOCAL },				/* private, anonymous */
	{ 9, 3, 0x02, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_MAP },
	{ 13, 0, 11, WEFT_RSYS_LOCAL },					/* SIGSEGV */
	{ 13, 0, GARBAGE | 17, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_SIGACTION },
	{ 13, 0, 20, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_SIGACTION },	/* SIGTSTP */
	{ 16, 1, 0x5401, WEFT_RSYS_HOME },				/* TCGETS */
	{ 16, 1, GARBAGE | 0x5401, WEFT_RSYS_HOME },
	{ 16, 1, 0x802c542a, WEFT_RSYS_HOME },				/* TCGETS2 */
	{ 16, 1, 0x8912, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_INTERFACES },
	{ 16, 1, 0xc0186419, WEFT_RSYS_REFUSED, ENOTTY },		/* a display */
	{ 16, 1, 0xc020660b, WEFT_RSYS_REFUSED, EOPNOTSUPP },		/* FIEMAP */
	{ 16, 1, 0x0000ae01, WEFT_RSYS_REFUSED, ENOTTY },		/* KVM */
	{ 16, 1, 0x80044501, WEFT_RSYS_HOME },				/* EVIOCGVERSION */
	{ 16, 1, 0x00004501, WEFT_RSYS_REFUSED, ENOTTY },		/* no direction */
	{ 16, 1, 0x40304580, WEFT_RSYS_REFUSED, EINVAL },		/* EVIOCSFF */
	{ 28, 2, 4, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_DISCARD },
	{ 28, 2, 14, WEFT_RSYS_LOCAL },					/* MADV_HUGEPAGE */
	{ 41, 0, 2, WEFT_RSYS_HOME },					/* AF_INET */
	{ 41, 0, 21, WEFT_RSYS_REFUSED, EAFNOSUPPORT },
	{ 44, 3, 0x4000000, WEFT_RSYS_REFUSED, ENOBUFS },		/* MSG_ZEROCOPY */
	{ 44, 3, 0x4000, WEFT_RSYS_HOME },				/* MSG_NOSIGNAL */
	{ 72, 1, 0, WEFT_RSYS_HOME },
	{ 72, 1, GARBAGE | 1030, WEFT_RSYS_HOME },
	{ 72, 1, 1100, WEFT_RSYS_REFUSED, EINVAL },
	{ 124, 0, 0, WEFT_RSYS_CACHED },				/* getsid() of itself */
	{ 124, 0, GARBAGE, WEFT_RSYS_CACHED },
	{ 124, 0, 1, WEFT_RSYS_HOME },
	{ 135, 0, 0xffffffff, WEFT_RSYS_LOCAL },
	{ 135, 0, 0x40000, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_BOTH },
	{ 157, 0, 15, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_BOTH },		/* PR_SET_NAME */
	{ 157, 0, 0x53564d41, WEFT_RSYS_LOCAL },			/* PR_SET_VMA */
	{ 157, 0, 5, WEFT_RSYS_REFUSED, EINVAL },			/* not on x86 */
	{ 158, 0, 0x1002, WEFT_RSYS_LOCAL },				/* ARCH_SET_FS */
	{ 158, 0, 0x5001, WEFT_RSYS_REFUSED, EOPNOTSUPP },
	{ 202, 1, 128, WEFT_RSYS_LOCAL },				/* FUTEX_WAIT_PRIVATE */
	{ 202, 1, 0, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_FUTEX },
	{ 228, 0, 1, WEFT_RSYS_LOCAL },					/* CLOCK_MONOTONIC */
	{ 228, 0, 2, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_CLOCK },
	{ 228, 0, (u64)-5, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_CLOCK },	/* of a descriptor */
	{ 179, 0, 0x80000701, WEFT_RSYS_HOME },				/* quota of a group */
	{ 443, 1, 0x80000700, WEFT_RSYS_HOME },
	{ 454, 3, 128, WEFT_RSYS_LOCAL },
	{ 455, 3, 128, WEFT_RSYS_LOCAL },
	{ 455, 4, 128, WEFT_RSYS_SPECIAL, WEFT_RSYS_DO_FUTEX },		/* its timeout */
	{ 179, 0, 0x580300, WEFT_RSYS_REFUSED, EINVAL },
};

static void commands_go_where_programs_need_them(struct kunit *test)
{
	const struct weft_rsys_entry *row;
	const struct fact *fact;

	for (fact = facts; fact < facts + ARRAY_SIZE(facts); fact++) {
		row = classify(fact->number, fact->index, fact->value);
		KUNIT_EXPECT_EQ_MSG(test, fact->class, row->class, "%u: %llx", fact->number,
				    fact->value);
		KUNIT_EXPECT_EQ_MSG(test, fact->more, row->handler | row->error, "%u: %llx",
				    fact->number, fact->value);
	}
}

static void option_is_looked_up_with_its_level(struct kunit *test)
{
	u64 args[WEFT_RSYS_ARGS] = { 3, GARBAGE | 1, GARBAGE | 26 };

	KUNIT_EXPECT_EQ(test, WEFT_RSYS_DO_FILTER, weft_rsys_classify(54, args)->handler);
	KUNIT_EXPECT_EQ(test, ENOPROTOOPT, weft_rsys_classify(55, args)->error);
	args[1] = 6;
	KUNIT_EXPECT_EQ(test, WEFT_RSYS_HOME, weft_rsys_classify(54, args)->class);
	KUNIT_EXPECT_EQ(test, WEFT_RSYS_HOME, weft_rsys_classify(55, args)->class);
}

static void interface_of_a_tunnel_is_read_whole(struct kunit *test)
{
	const struct weft_rsys_entry *row = classify(16, 1, 0x400454ca);

	KUNIT_EXPECT_STREQ(test, "TUNSETIFF", row->name);
	KUNIT_EXPECT_EQ(test, 40, weft_rsys_struct_size(row->args[2].structure));
}

static void refused_ioctls_follow_no_address(struct kunit *test)
{
	const struct weft_rsys_entry *row;
	u64 command;

	/* all types and directions, and numbers that no row of its own has */
	for (command = 0xfe; command <= U32_MAX; command += 0x100) {
		if (command & 0x3fff0000 && (command >> 16 & 0x3fff) != 8)
			continue;
		row = classify(16, 1, command);
		if (row->class == WEFT_RSYS_HOME && (u8)(command >> 8) != 'E')
			KUNIT_FAIL(test, "command %llx", command);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_key_leads_to_its_row_or_to_the_other),
	KUNIT_CASE(every_call_has_a_class_whatever_it_is_passed),
	KUNIT_CASE(commands_go_where_programs_need_them),
	KUNIT_CASE(option_is_looked_up_with_its_level),
	KUNIT_CASE(interface_of_a_tunnel_is_read_whole),
	KUNIT_CASE(refused_ioctls_follow_no_address),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_rsys_select",
	.test_cases = cases,
};

kunit_test_suites(&suite);
