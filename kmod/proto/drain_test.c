// SPDX-License-Identifier: GPL-2.0-only
/*
 * DRAIN and its reply: each field wrong by itself, every limit from both sides, and
 * every length of a reply.
 */
#include "proto/msg_drain.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/string.h>

#define NONE	WEFT_BREACH_NONE
#define FIELD	WEFT_BREACH_FIELD
#define LENGTH	WEFT_BREACH_LENGTH

#define LIMIT	0x100000000000000ULL
#define FROM	0x5000ULL

static enum weft_breach check(u64 process, u64 from, u64 fetched)
{
	const struct weft_msg_drain drain = {
		.process = cpu_to_le64(process),
		.from = cpu_to_le64(from),
		.fetched = cpu_to_le64(fetched),
	};

	return weft_drain_check(&drain);
}

static void drain_has_a_process_and_a_place(struct kunit *test)
{
	int bit;

	KUNIT_EXPECT_EQ(test, NONE, check(1, 0, 0));
	KUNIT_EXPECT_EQ(test, FIELD, check(0, 0, 0));
	KUNIT_EXPECT_EQ(test, NONE, check(U64_MAX, 0, U64_MAX));
	for (bit = 0; bit < 64; bit++)
		KUNIT_EXPECT_EQ_MSG(test, bit >= 12 && bit <= 56 ? NONE : FIELD,
				    check(1, 1ULL << bit, 0), "bit %d", bit);
	KUNIT_EXPECT_EQ(test, NONE, check(1, LIMIT - 4096, 0));
	KUNIT_EXPECT_EQ(test, FIELD, check(1, LIMIT + 4096, 0));
	KUNIT_EXPECT_EQ(test, FIELD, check(1, U64_MAX - 4095, 0));
}

/* A reply with room for two pages; its first bytes are those of the message. */
struct reply {
	struct weft_msg_drain_reply head;
	u8 rest[2 * (8 + 4096)];
};

static struct reply *new_reply(struct kunit *test, u64 next, u32 count)
{
	struct reply *reply = kunit_kzalloc(test, sizeof(*reply), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reply);
	reply->head.next = cpu_to_le64(next);
	reply->head.count = cpu_to_le32(count);
	return reply;
}

static void put(struct reply *reply, u32 at, u64 word)
{
	*(__le64 *)(reply->rest + at) = cpu_to_le64(word);
}

static enum weft_breach check_reply(const struct reply *reply, u32 len)
{
	return weft_drain_reply_check(&reply->head, 16 + len, FROM);
}

static void reply_goes_on_behind_where_it_began(struct kunit *test)
{
	struct reply *reply = new_reply(test, FROM + 4096, 0);
	int bit;

	KUNIT_EXPECT_EQ(test, NONE, check_reply(reply, 0));
	reply->head.next = cpu_to_le64(FROM);
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(reply, 0));
	reply->head.next = 0;
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(reply, 0));
	for (bit = 0; bit < 64; bit++) {
		reply->head.next = cpu_to_le64(1ULL << bit);
		KUNIT_EXPECT_EQ_MSG(test, bit >= 15 && bit <= 56 ? NONE : FIELD,
				    check_reply(reply, 0), "bit %d", bit);
	}
	reply->head.next = cpu_to_le64(LIMIT + 4096);
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(reply, 0));
	reply->head.next = cpu_to_le64(LIMIT);
	for (bit = 0; bit < 32; bit++) {
		reply->head.pad = cpu_to_le32(1U << bit);
		KUNIT_EXPECT_EQ(test, FIELD, check_reply(reply, 0));
	}
}

static void reply_has_64_pages_at_most(struct kunit *test)
{
	struct reply *reply = new_reply(test, LIMIT, 64);
	u32 i;

	for (i = 0; i < 65; i++)
		put(reply, i * 8, (FROM + i * 4096) | WEFT_DRAIN_ZERO);
	KUNIT_EXPECT_EQ(test, NONE, check_reply(reply, 64 * 8));
	reply->head.count = cpu_to_le32(65);
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(reply, 65 * 8));
	reply->head.count = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(reply, 64 * 8));
}

static void pages_of_a_reply_grow_and_stay_inside(struct kunit *test)
{
	struct reply *reply = new_reply(test, FROM + 3 * 4096, 2);
	u64 first, second;
	bool is_good;

	for (first = FROM - 4096; first <= FROM + 4 * 4096; first += 4096)
		for (second = FROM - 4096; second <= FROM + 4 * 4096; second += 4096) {
			put(reply, 0, first | WEFT_DRAIN_ZERO);
			put(reply, 8, second | WEFT_DRAIN_ZERO);
			is_good = first >= FROM && second > first &&
				  second < FROM + 3 * 4096;
			KUNIT_EXPECT_EQ_MSG(test, is_good ? NONE : FIELD,
					    check_reply(reply, 16),
					    "%llx and %llx", first, second);
		}
}

static void pages_of_a_reply_are_of_a_kind(struct kunit *test)
{
	struct reply *reply = new_reply(test, LIMIT, 1);
	u32 kind;

	/* of a file or not, zero or not; or lost, and nothing else */
	for (kind = 0; kind < 4096; kind++) {
		put(reply, 0, FROM | kind);
		KUNIT_EXPECT_EQ_MSG(test, kind <= 4 ? NONE : FIELD,
				    check_reply(reply, kind & 6 ? 8 : 8 + 4096),
				    "kind %u", kind);
	}
}

/* A full page, and one of zeros, in either order: only one length is right. */
static void pages_of_a_reply_make_up_its_length(struct kunit *test)
{
	struct reply *reply = new_reply(test, LIMIT, 2);
	u32 len, last = 8 + 4096 + 8;

	put(reply, 0, FROM);
	put(reply, 8 + 4096, (FROM + 4096) | WEFT_DRAIN_ZERO | WEFT_DRAIN_FILE);
	for (len = 0; len <= sizeof(reply->rest); len++)
		if (check_reply(reply, len) != (len == last ? NONE : LENGTH))
			KUNIT_FAIL(test, "%u bytes", len);
	put(reply, 8 + 4096, (FROM + 4096) | WEFT_DRAIN_LOST);
	for (len = 0; len <= sizeof(reply->rest); len++)
		if (check_reply(reply, len) != (len == last ? NONE : LENGTH))
			KUNIT_FAIL(test, "%u bytes, lost", len);
	memset(reply->rest, 0, sizeof(reply->rest));
	put(reply, 0, FROM | WEFT_DRAIN_ZERO);
	put(reply, 8, FROM + 4096);
	for (len = 0; len <= sizeof(reply->rest); len++)
		if (check_reply(reply, len) != (len == last ? NONE : LENGTH))
			KUNIT_FAIL(test, "%u bytes", len);
}

static void reply_to_the_last_says_nothing(struct kunit *test)
{
	struct weft_msg_drain_reply reply = {};

	KUNIT_EXPECT_EQ(test, NONE, weft_drain_reply_check(&reply, 16, LIMIT));
	KUNIT_EXPECT_EQ(test, LENGTH, weft_drain_reply_check(&reply, 24, LIMIT));
	reply.next = cpu_to_le64(LIMIT);
	KUNIT_EXPECT_EQ(test, FIELD, weft_drain_reply_check(&reply, 16, LIMIT));
	reply = (struct weft_msg_drain_reply){ .count = cpu_to_le32(1) };
	KUNIT_EXPECT_EQ(test, FIELD, weft_drain_reply_check(&reply, 16, LIMIT));
	reply = (struct weft_msg_drain_reply){ .pad = cpu_to_le32(1) };
	KUNIT_EXPECT_EQ(test, FIELD, weft_drain_reply_check(&reply, 16, LIMIT));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(drain_has_a_process_and_a_place),
	KUNIT_CASE(reply_goes_on_behind_where_it_began),
	KUNIT_CASE(reply_has_64_pages_at_most),
	KUNIT_CASE(pages_of_a_reply_grow_and_stay_inside),
	KUNIT_CASE(pages_of_a_reply_are_of_a_kind),
	KUNIT_CASE(pages_of_a_reply_make_up_its_length),
	KUNIT_CASE(reply_to_the_last_says_nothing),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_drain",
	.test_cases = cases,
};

kunit_test_suites(&suite);
