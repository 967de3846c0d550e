// SPDX-License-Identifier: GPL-2.0-only
/*
 * RESUME, the echoes and HOST_REPLY: each field wrong by itself, in every bit,
 * and every limit from both sides.
 */
#include "proto/msg_migrate.h"
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

/* With XSAVE for x87, SSE, AVX and protection keys. */
static struct weft_msg_host good_host(void)
{
	return (struct weft_msg_host){
		.features = { [WEFT_CPU_1_EDX] = cpu_to_le32(U32_MAX) },
		.xstate_offset = {
			[2] = cpu_to_le32(576), [9] = cpu_to_le32(2688),
		},
		.xstate_size = cpu_to_le32(2696),
		.page_size = cpu_to_le32(4096),
		.xcr0 = cpu_to_le64(0x207),
		.address_limit = cpu_to_le64(0x7ffffffff000),
		.kernel_version = cpu_to_le32(1),
		.vdso_size = cpu_to_le32(8192),
		.vdso_crc = cpu_to_le32(U32_MAX),
	};
}

static enum weft_breach check_host(const struct weft_msg_host *host)
{
	const struct weft_header header = header_of(WEFT_MSG_HOST_REPLY);

	return weft_host_check(&header, host);
}

#define EXPECT_HOST(wanted, field, value, size)				    \
	do {								    \
		struct weft_msg_host host = good_host();		    \
		u64 number = value;					    \
									    \
		host.field = cpu_to_le##size(number);			    \
		KUNIT_EXPECT_EQ_MSG(test, wanted, check_host(&host),	    \
				    #field " is %llu", number);		    \
	} while (0)

static void nothing_else_is_a_host(struct kunit *test)
{
	const struct weft_msg_host host = good_host();
	struct weft_header header;
	int type;

	for (type = 0; type <= U16_MAX; type++) {
		header = header_of(type);
		if ((type == WEFT_MSG_HOST_REPLY ? NONE : WEFT_BREACH_TYPE) !=
		    weft_host_check(&header, &host))
			KUNIT_FAIL(test, "type %d", type);
	}
}

static void features_of_a_host_are_anything(struct kunit *test)
{
	struct weft_msg_host host = good_host();

	memset(host.features, 0, sizeof(host.features));
	KUNIT_EXPECT_EQ(test, NONE, check_host(&host));
	memset(host.features, 0xff, sizeof(host.features));
	KUNIT_EXPECT_EQ(test, NONE, check_host(&host));
}

static void memory_of_a_host_has_pages(struct kunit *test)
{
	u64 bit;

	for (bit = 0; bit < 32; bit++) {
		struct weft_msg_host host = good_host();

		host.page_size = cpu_to_le32(1U << bit);
		host.address_limit = cpu_to_le64(0x7fffffff0000);
		host.vdso_size = cpu_to_le32(65536);
		KUNIT_EXPECT_EQ_MSG(test, bit >= 12 && bit <= 16 ? NONE : FIELD,
				    check_host(&host), "bit %llu", bit);
		EXPECT_HOST(FIELD, page_size, 4096 | 1U << (bit == 12 ? 13 : bit),
			    32);
	}
	EXPECT_HOST(FIELD, page_size, 0, 32);
	EXPECT_HOST(FIELD, address_limit, 0, 64);
	EXPECT_HOST(FIELD, address_limit, 0x7ffffffff001, 64);
	EXPECT_HOST(FIELD, address_limit, 0x7ffffffff800, 64);
	EXPECT_HOST(NONE, address_limit, 4096, 64);
	EXPECT_HOST(NONE, address_limit, 0xfffffffffffff000, 64);
	EXPECT_HOST(FIELD, kernel_version, 0, 32);
	EXPECT_HOST(NONE, kernel_version, U32_MAX, 32);
}

static void vdso_of_a_host_has_whole_pages(struct kunit *test)
{
	struct weft_msg_host host = good_host();

	EXPECT_HOST(NONE, vdso_size, 4096, 32);
	EXPECT_HOST(NONE, vdso_size, 1048576, 32);
	EXPECT_HOST(FIELD, vdso_size, 1048576 + 4096, 32);
	EXPECT_HOST(FIELD, vdso_size, 4097, 32);
	EXPECT_HOST(FIELD, vdso_size, 0x80000000, 32);
	/* nothing has no checksum */
	EXPECT_HOST(FIELD, vdso_size, 0, 32);
	host.vdso_size = 0;
	host.vdso_crc = 0;
	KUNIT_EXPECT_EQ(test, NONE, check_host(&host));
}

static void padding_of_a_host_is_zero(struct kunit *test)
{
	int bit;

	for (bit = 0; bit < 32; bit++)
		EXPECT_HOST(FIELD, pad, 1U << bit, 32);
}

static void state_of_a_host_has_a_size(struct kunit *test)
{
	struct weft_msg_host host = good_host();

	EXPECT_HOST(FIELD, xstate_size, 0, 32);
	EXPECT_HOST(FIELD, xstate_size, 2688, 32);
	EXPECT_HOST(NONE, xstate_size, 2689, 32);
	EXPECT_HOST(NONE, xstate_size, 65536, 32);
	EXPECT_HOST(FIELD, xstate_size, 65537, 32);
	/* no XSAVE */
	memset(host.xstate_offset, 0, sizeof(host.xstate_offset));
	host.xcr0 = 0;
	host.xstate_size = cpu_to_le32(512);
	KUNIT_EXPECT_EQ(test, NONE, check_host(&host));
	host.xstate_size = cpu_to_le32(511);
	KUNIT_EXPECT_EQ(test, FIELD, check_host(&host));
}

static void each_component_of_the_state_has_its_place(struct kunit *test)
{
	int bit;

	for (bit = 0; bit < 64; bit++) {
		bool is_placed = bit == 2 || bit == 9;

		/* one without a place more, or one with a place less */
		EXPECT_HOST(bit == 1 ? NONE : FIELD, xcr0, 0x207 ^ 1ULL << bit, 64);
		if (bit >= WEFT_XSTATE_COMPONENTS)
			continue;
		EXPECT_HOST(is_placed ? FIELD : NONE, xstate_offset[bit], 0, 32);
		EXPECT_HOST(is_placed ? NONE : FIELD, xstate_offset[bit], 576, 32);
		EXPECT_HOST(is_placed ? NONE : FIELD, xstate_offset[bit], 2695, 32);
		EXPECT_HOST(FIELD, xstate_offset[bit], 575, 32);
		EXPECT_HOST(FIELD, xstate_offset[bit], 2696, 32);
		EXPECT_HOST(FIELD, xstate_offset[bit], U32_MAX, 32);
	}
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
	KUNIT_CASE(nothing_else_is_a_host),
	KUNIT_CASE(features_of_a_host_are_anything),
	KUNIT_CASE(memory_of_a_host_has_pages),
	KUNIT_CASE(vdso_of_a_host_has_whole_pages),
	KUNIT_CASE(padding_of_a_host_is_zero),
	KUNIT_CASE(state_of_a_host_has_a_size),
	KUNIT_CASE(each_component_of_the_state_has_its_place),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_payload",
	.test_cases = cases,
};

kunit_test_suites(&suite);
