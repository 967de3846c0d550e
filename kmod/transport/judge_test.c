// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kind of message, of every epoch, in every view, against rules that are
 * written out again: which of them outlive a view must be meant.
 */
#include "transport/transport.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/limits.h>

#define SENDER	2
#define OTHERS	0x5ULL		/* members 1 and 3 */
#define BOTH	0x7ULL		/* and the sender */

/* Messages that belong to the session: bits by type. */
#define OF_SESSION	GENMASK_ULL(WEFT_MSG_DRAIN_REPLY, WEFT_MSG_HOST)

static const u64 epochs[] = { 0, 1, 6, 7, 8, U64_MAX };

static enum weft_epoch_verdict judge(const struct weft_view *view, u16 type,
				     u64 epoch, u32 sender, bool is_over)
{
	const struct weft_header header = {
		.type = cpu_to_le16(type),
		.epoch = cpu_to_le64(epoch),
	};

	return weft_message_judge(view, &header, sender, is_over);
}

/* What the documentation says, line by line. */
static enum weft_epoch_verdict rule(u16 type, u64 epoch, bool is_member, bool is_over)
{
	if (type == 1)
		return WEFT_EPOCH_ACCEPT;
	if (epoch > 7)
		return WEFT_EPOCH_FUTURE;
	if (!is_member)
		return WEFT_EPOCH_STRANGER;
	if (epoch == 7)
		return WEFT_EPOCH_ACCEPT;
	if (!(OF_SESSION >> type & 1))
		return WEFT_EPOCH_STALE;
	return is_over ? WEFT_EPOCH_STRANGER : WEFT_EPOCH_ACCEPT;
}

static void every_message_of_every_epoch_is_judged_by_the_rule(struct kunit *test)
{
	static const struct weft_view views[] = { { 7, OTHERS }, { 7, BOTH } };
	u32 trial;

	for (trial = 0; trial < 4 * ARRAY_SIZE(epochs) * (WEFT_MSG_NR_TYPES - 1);
	     trial++) {
		bool is_member = trial & 1, is_over = trial & 2;
		u64 epoch = epochs[trial / 4 % ARRAY_SIZE(epochs)];
		u16 type = 1 + trial / 4 / ARRAY_SIZE(epochs);

		KUNIT_EXPECT_EQ_MSG(test, rule(type, epoch, is_member, is_over),
				    judge(&views[is_member], type, epoch, SENDER,
					  is_over),
				    "%s of epoch %llu, member %d, over %d",
				    weft_msg_table[type].name, epoch, is_member,
				    is_over);
	}
}

static void without_a_view_all_but_resume_waits(struct kunit *test)
{
	static const struct weft_view none;
	int type;

	for (type = 1; type < WEFT_MSG_NR_TYPES; type++) {
		enum weft_epoch_verdict wanted = type == WEFT_MSG_RESUME ?
			WEFT_EPOCH_ACCEPT : WEFT_EPOCH_FUTURE;

		KUNIT_EXPECT_EQ(test, wanted, judge(NULL, type, 7, SENDER, false));
		KUNIT_EXPECT_EQ(test, wanted, judge(&none, type, 7, SENDER, true));
	}
}

/* A request that outlives its view has a reply that does, and the reverse. */
static void replies_belong_to_what_their_requests_belong_to(struct kunit *test)
{
	int type;

	for (type = 1; type < WEFT_MSG_NR_TYPES; type++) {
		const struct weft_msg_entry *entry = &weft_msg_table[type];

		if (entry->reply)
			KUNIT_EXPECT_EQ_MSG(test, entry->is_of_session,
					    weft_msg_table[entry->reply].is_of_session,
					    "%s", entry->name);
		if (!entry->is_numbered)
			KUNIT_EXPECT_FALSE_MSG(test, entry->is_of_session, "%s",
					       entry->name);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_message_of_every_epoch_is_judged_by_the_rule),
	KUNIT_CASE(without_a_view_all_but_resume_waits),
	KUNIT_CASE(replies_belong_to_what_their_requests_belong_to),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_judge",
	.test_cases = cases,
};

kunit_test_suites(&suite);
