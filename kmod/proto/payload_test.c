// SPDX-License-Identifier: GPL-2.0-only
/*
 * RESUME and the echoes: each field wrong by itself, in every bit, and every
 * limit from both sides.
 */
#include "proto/proto.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/limits.h>

#define NONE		WEFT_BREACH_NONE
#define FIELD		WEFT_BREACH_FIELD
#define RESUME		WEFT_BREACH_RESUME
#define ACK		WEFT_BREACH_ACK

static const struct weft_resume_expected expected = {
	.from_incarnation = 0x1122334455667788, .to_incarnation = 77,
	.acknowledged = 3, .sent = 7,
	.from_node = 2, .to_node = 1, .lane = WEFT_LANE_BULK,
};

static struct weft_header header_of(u16 type)
{
	return (struct weft_header){
		.magic = cpu_to_le32(WEFT_PROTO_MAGIC),
		.version = WEFT_PROTO_VERSION,
		.type = cpu_to_le16(type),
	};
}

static struct weft_msg_resume good_resume(void)
{
	return (struct weft_msg_resume){
		.from_incarnation = cpu_to_le64(0x1122334455667788),
		.to_incarnation = cpu_to_le64(77),
		.received = cpu_to_le64(5),
		.from_node = cpu_to_le32(2), .to_node = cpu_to_le32(1),
		.lane = cpu_to_le32(WEFT_LANE_BULK),
		.credits = cpu_to_le32(64),
	};
}

static enum weft_breach check(const struct weft_msg_resume *resume,
			      const struct weft_resume_expected *known)
{
	const struct weft_header header = header_of(WEFT_MSG_RESUME);

	return weft_resume_check(&header, resume, known);
}

static enum weft_breach check_received(u64 received, u64 acknowledged, u64 sent)
{
	struct weft_resume_expected known = expected;
	struct weft_msg_resume resume = good_resume();

	known.acknowledged = acknowledged;
	known.sent = sent;
	resume.received = cpu_to_le64(received);
	return check(&resume, &known);
}

static void resume_names_both_ends_and_the_lane(struct kunit *test)
{
	struct weft_msg_resume resume = good_resume();
	u8 *bytes = (u8 *)&resume;
	int bit;

	KUNIT_EXPECT_EQ(test, NONE, check(&resume, &expected));
	for (bit = 0; bit < 8 * sizeof(resume); bit++) {
		size_t at = bit / 8;

		/* These two have a range; see below. */
		if (at >= offsetof(struct weft_msg_resume, credits) ||
		    (at >= offsetof(struct weft_msg_resume, received) &&
		     at < offsetof(struct weft_msg_resume, from_node)))
			continue;
		bytes[at] ^= 1 << bit % 8;
		KUNIT_EXPECT_EQ_MSG(test, RESUME, check(&resume, &expected),
				    "bit %d", bit);
		bytes[at] ^= 1 << bit % 8;
	}
	KUNIT_EXPECT_EQ(test, NONE, check(&resume, &expected));
}

static void resume_grants_1_to_256_credits(struct kunit *test)
{
	struct weft_msg_resume resume = good_resume();
	u32 credits;

	for (credits = 0; credits < 1000; credits++) {
		resume.credits = cpu_to_le32(credits);
		KUNIT_EXPECT_EQ(test, credits >= 1 && credits <= 256 ? NONE : RESUME,
				check(&resume, &expected));
	}
	resume.credits = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, RESUME, check(&resume, &expected));
}

static void resume_goes_on_between_acknowledged_and_sent(struct kunit *test)
{
	static const u64 marks[] = { 0, 1, 2, 3, 100, U64_MAX - 1, U64_MAX };
	size_t i, j, k;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		for (j = 0; j < ARRAY_SIZE(marks); j++)
			for (k = j; k < ARRAY_SIZE(marks); k++)
				KUNIT_EXPECT_EQ_MSG(test, i > k ? ACK :
						    i < j ? RESUME : NONE,
						    check_received(marks[i], marks[j],
								   marks[k]),
						    "%zu of %zu to %zu", i, j, k);
}

static void nothing_but_resume_resumes(struct kunit *test)
{
	const struct weft_msg_resume resume = good_resume();
	struct weft_header header;
	int type;

	for (type = 0; type <= U16_MAX; type++) {
		header = header_of(type);
		if ((type == WEFT_MSG_RESUME ? NONE : RESUME) !=
		    weft_resume_check(&header, &resume, &expected))
			KUNIT_FAIL(test, "type %d", type);
	}
}

static enum weft_breach check_echo(u16 type, u32 reply_size, u32 pad, u64 tag)
{
	const struct weft_header header = header_of(type);
	const struct weft_msg_echo echo = {
		.reply_size = cpu_to_le32(reply_size),
		.pad = cpu_to_le32(pad),
		.tag = cpu_to_le64(tag),
	};

	return weft_echo_check(&header, &echo);
}

static void echo_asks_for_what_its_lane_can_carry(struct kunit *test)
{
	u32 size;

	for (size = 0; size < 2 * 262144; size++)
		if ((size <= 16384 ? NONE : FIELD) !=
			    check_echo(WEFT_MSG_ECHO, size, 0, size) ||
		    (size <= 262144 ? NONE : FIELD) !=
			    check_echo(WEFT_MSG_ECHO_BULK, size, 0, size))
			KUNIT_FAIL(test, "size %u", size);
	KUNIT_EXPECT_EQ(test, FIELD, check_echo(WEFT_MSG_ECHO, U32_MAX, 0, 0));
	KUNIT_EXPECT_EQ(test, FIELD, check_echo(WEFT_MSG_ECHO_BULK, U32_MAX, 0, 0));
}

static void padding_of_an_echo_is_zero(struct kunit *test)
{
	int bit;

	for (bit = 0; bit < 32; bit++) {
		KUNIT_EXPECT_EQ(test, FIELD,
				check_echo(WEFT_MSG_ECHO, 16, 1U << bit, 0));
		KUNIT_EXPECT_EQ(test, FIELD,
				check_echo(WEFT_MSG_ECHO_BULK, 16, 1U << bit, 0));
	}
}

static void tag_of_an_echo_is_anything(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NONE, check_echo(WEFT_MSG_ECHO, 16, 0, 0));
	KUNIT_EXPECT_EQ(test, NONE, check_echo(WEFT_MSG_ECHO, 16, 0, U64_MAX));
	KUNIT_EXPECT_EQ(test, NONE, check_echo(WEFT_MSG_ECHO_BULK, 16, 0, U64_MAX));
}

static void nothing_else_is_an_echo(struct kunit *test)
{
	int type;

	for (type = 0; type <= U16_MAX; type++)
		if ((type == WEFT_MSG_ECHO || type == WEFT_MSG_ECHO_BULK ?
		     NONE : WEFT_BREACH_TYPE) != check_echo(type, 0, 0, 0))
			KUNIT_FAIL(test, "type %d", type);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(resume_names_both_ends_and_the_lane),
	KUNIT_CASE(resume_grants_1_to_256_credits),
	KUNIT_CASE(resume_goes_on_between_acknowledged_and_sent),
	KUNIT_CASE(nothing_but_resume_resumes),
	KUNIT_CASE(echo_asks_for_what_its_lane_can_carry),
	KUNIT_CASE(padding_of_an_echo_is_zero),
	KUNIT_CASE(tag_of_an_echo_is_anything),
	KUNIT_CASE(nothing_else_is_an_echo),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_payload",
	.test_cases = cases,
};

kunit_test_suites(&suite);
