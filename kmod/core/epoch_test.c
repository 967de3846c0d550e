// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every verdict over every kind of view and message, and all 64 nodes.
 */
#include "core/core.h"

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

#define NODE(node)	(1ULL << ((node) - 1))
#define ALL		U64_MAX

#define KEEP		WEFT_VIEW_KEEP
#define INSTALL		WEFT_VIEW_INSTALL
#define NO_ID		WEFT_VIEW_NO_IDENTITY
#define NO_EPOCH	WEFT_VIEW_NO_EPOCH
#define NO_SELF		WEFT_VIEW_NO_SELF
#define VIEW_STALE	WEFT_VIEW_STALE
#define CONFLICT	WEFT_VIEW_CONFLICT

#define ACCEPT		WEFT_EPOCH_ACCEPT
#define STALE		WEFT_EPOCH_STALE
#define STRANGER	WEFT_EPOCH_STRANGER
#define FUTURE		WEFT_EPOCH_FUTURE

/* Nodes 3 and 64 are members, in epoch 10. */
#define MEMBERS		(NODE(3) | NODE(64))

static const struct weft_view present = { .epoch = 10, .members = MEMBERS };
static const struct weft_view empty = {};

/* What is wanted: which epoch, and which members as seen from node 3. */
enum { EPOCH_0, EPOCH_OLDER, EPOCH_SAME, EPOCH_NEWER, NR_EPOCHS };
enum { MEMBERS_NONE, MEMBERS_OTHERS, MEMBERS_SAME, MEMBERS_SELF, NR_MEMBERS };

static const u64 epochs[NR_EPOCHS] = {
	[EPOCH_OLDER] = 9, [EPOCH_SAME] = 10, [EPOCH_NEWER] = 11,
};

static const u64 members[NR_MEMBERS] = {
	[MEMBERS_OTHERS] = ~NODE(3), [MEMBERS_SAME] = MEMBERS,
	[MEMBERS_SELF] = NODE(3),
};

static const enum weft_view_verdict of_none[NR_EPOCHS][NR_MEMBERS] = {
	/*		  NONE      OTHERS    SAME      SELF */
	[EPOCH_0]     = { NO_EPOCH, NO_EPOCH, NO_EPOCH, NO_EPOCH },
	[EPOCH_OLDER] = { NO_SELF,  NO_SELF,  INSTALL,  INSTALL },
	[EPOCH_SAME]  = { NO_SELF,  NO_SELF,  INSTALL,  INSTALL },
	[EPOCH_NEWER] = { NO_SELF,  NO_SELF,  INSTALL,  INSTALL },
};

static const enum weft_view_verdict of_present[NR_EPOCHS][NR_MEMBERS] = {
	/*		  NONE      OTHERS    SAME	  SELF */
	[EPOCH_0]     = { NO_EPOCH, NO_EPOCH, NO_EPOCH,	  NO_EPOCH },
	[EPOCH_OLDER] = { NO_SELF,  NO_SELF,  VIEW_STALE, VIEW_STALE },
	[EPOCH_SAME]  = { NO_SELF,  NO_SELF,  KEEP,	  CONFLICT },
	[EPOCH_NEWER] = { NO_SELF,  NO_SELF,  INSTALL,	  INSTALL },
};

static void expect_table(struct kunit *test, const struct weft_view *view,
			 const enum weft_view_verdict table[NR_EPOCHS][NR_MEMBERS])
{
	int i, j;

	for (i = 0; i < NR_EPOCHS; i++)
		for (j = 0; j < NR_MEMBERS; j++)
			KUNIT_EXPECT_EQ_MSG(test, table[i][j],
					    weft_view_decide(view, 3, epochs[i],
							     members[j]),
					    "epoch %d members %d", i, j);
}

static void first_view_is_any_with_this_node(struct kunit *test)
{
	expect_table(test, NULL, of_none);
	expect_table(test, &empty, of_none);
}

static void later_view_has_a_higher_epoch(struct kunit *test)
{
	expect_table(test, &present, of_present);
}

static void node_without_identity_takes_no_view(struct kunit *test)
{
	static const struct weft_view * const views[] = { NULL, &empty, &present };
	int i, j;

	for (i = 0; i < ARRAY_SIZE(views); i++)
		for (j = 0; j < NR_EPOCHS * NR_MEMBERS; j++)
			KUNIT_EXPECT_EQ(test, NO_ID,
					weft_view_decide(views[i], WEFT_NODE_NONE,
							 epochs[j / NR_MEMBERS],
							 members[j % NR_MEMBERS]));
}

static void each_node_looks_for_its_own_bit(struct kunit *test)
{
	u32 self;

	for (self = 1; self <= 64; self++) {
		KUNIT_EXPECT_EQ(test, INSTALL,
				weft_view_decide(NULL, self, 1, NODE(self)));
		KUNIT_EXPECT_EQ(test, NO_SELF,
				weft_view_decide(NULL, self, 1, ~NODE(self)));
	}
	KUNIT_EXPECT_EQ(test, NO_SELF, weft_view_decide(NULL, 65, 1, ALL));
	KUNIT_EXPECT_EQ(test, NO_SELF, weft_view_decide(NULL, U32_MAX, 1, ALL));
}

static void epoch_ends_where_64_bits_end(struct kunit *test)
{
	const struct weft_view last = { .epoch = U64_MAX, .members = NODE(1) };

	KUNIT_EXPECT_EQ(test, INSTALL, weft_view_decide(&present, 3, U64_MAX, MEMBERS));
	KUNIT_EXPECT_EQ(test, KEEP, weft_view_decide(&last, 1, U64_MAX, NODE(1)));
	KUNIT_EXPECT_EQ(test, CONFLICT, weft_view_decide(&last, 1, U64_MAX, ALL));
	KUNIT_EXPECT_EQ(test, VIEW_STALE, weft_view_decide(&last, 1, 1, NODE(1)));
	KUNIT_EXPECT_EQ(test, VIEW_STALE,
			weft_view_decide(&last, 1, U64_MAX - 1, NODE(1)));
}

static void refusals_have_an_error_and_all_verdicts_have_words(struct kunit *test)
{
	static const int errors[WEFT_VIEW_NR_VERDICTS] = {
		[NO_ID] = -EUNATCH, [NO_EPOCH] = -EINVAL, [NO_SELF] = -EINVAL,
		[VIEW_STALE] = -ESTALE, [CONFLICT] = -EEXIST,
	};
	int verdict;

	for (verdict = 0; verdict < WEFT_VIEW_NR_VERDICTS; verdict++) {
		KUNIT_EXPECT_EQ(test, errors[verdict], weft_view_errno(verdict));
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, weft_view_text(verdict));
		KUNIT_EXPECT_GT(test, strlen(weft_view_text(verdict)), 0);
	}
}

static void without_a_view_every_message_waits(struct kunit *test)
{
	static const u32 senders[] = { 0, 1, 64, 65, U32_MAX };
	static const u64 any[] = { 0, 1, U64_MAX };
	int i, j;

	for (i = 0; i < ARRAY_SIZE(senders); i++)
		for (j = 0; j < ARRAY_SIZE(any); j++) {
			KUNIT_EXPECT_EQ(test, FUTURE,
					weft_epoch_check(NULL, any[j], senders[i]));
			KUNIT_EXPECT_EQ(test, FUTURE,
					weft_epoch_check(&empty, any[j], senders[i]));
		}
}

static void only_members_speak_in_the_present_epoch(struct kunit *test)
{
	u32 sender;

	for (sender = 1; sender <= 64; sender++)
		KUNIT_EXPECT_EQ_MSG(test, sender == 3 || sender == 64 ? ACCEPT : STRANGER,
				    weft_epoch_check(&present, 10, sender),
				    "node %u", sender);
}

static void older_message_is_stale_and_newer_one_waits(struct kunit *test)
{
	u32 sender;

	for (sender = 1; sender <= 64; sender++) {
		bool is_member = sender == 3 || sender == 64;

		KUNIT_EXPECT_EQ(test, is_member ? STALE : STRANGER,
				weft_epoch_check(&present, 0, sender));
		KUNIT_EXPECT_EQ(test, is_member ? STALE : STRANGER,
				weft_epoch_check(&present, 9, sender));
		KUNIT_EXPECT_EQ(test, FUTURE, weft_epoch_check(&present, 11, sender));
		KUNIT_EXPECT_EQ(test, FUTURE,
				weft_epoch_check(&present, U64_MAX, sender));
	}
}

static void what_is_no_node_is_a_stranger_in_every_epoch(struct kunit *test)
{
	static const u32 senders[] = { 0, 65, 66, 67, 128, U32_MAX };
	const struct weft_view all = { .epoch = 10, .members = ALL };
	u64 epoch;
	int i;

	for (i = 0; i < ARRAY_SIZE(senders); i++)
		for (epoch = 9; epoch <= 11; epoch++)
			KUNIT_EXPECT_EQ(test, STRANGER,
					weft_epoch_check(&all, epoch, senders[i]));
}

static void view_has_its_members_and_nobody_else(struct kunit *test)
{
	const struct weft_view all = { .epoch = 1, .members = ALL };
	const struct weft_view uninstalled = { .members = ALL };
	u32 node;

	for (node = 0; node <= 200; node++) {
		KUNIT_EXPECT_EQ(test, node == 3 || node == 64,
				weft_view_has(&present, node));
		KUNIT_EXPECT_EQ(test, node >= 1 && node <= 64,
				weft_view_has(&all, node));
		KUNIT_EXPECT_FALSE(test, weft_view_has(&uninstalled, node));
		KUNIT_EXPECT_FALSE(test, weft_view_has(NULL, node));
	}
	KUNIT_EXPECT_FALSE(test, weft_view_has(&all, U32_MAX));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(first_view_is_any_with_this_node),
	KUNIT_CASE(later_view_has_a_higher_epoch),
	KUNIT_CASE(node_without_identity_takes_no_view),
	KUNIT_CASE(each_node_looks_for_its_own_bit),
	KUNIT_CASE(epoch_ends_where_64_bits_end),
	KUNIT_CASE(refusals_have_an_error_and_all_verdicts_have_words),
	KUNIT_CASE(without_a_view_every_message_waits),
	KUNIT_CASE(only_members_speak_in_the_present_epoch),
	KUNIT_CASE(older_message_is_stale_and_newer_one_waits),
	KUNIT_CASE(what_is_no_node_is_a_stranger_in_every_epoch),
	KUNIT_CASE(view_has_its_members_and_nobody_else),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_epoch",
	.test_cases = cases,
};

kunit_test_suites(&suite);
