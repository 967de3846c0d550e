// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who a process is: each field wrong by itself, in every bit, and every limit from
 * both sides.
 */
#include "proto/msg_identity.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/string.h>

#define ALL_CAPABILITIES	0x1ffffffffffULL

static struct weft_msg_identity good(void)
{
	struct weft_msg_identity identity = {
		.uids = { cpu_to_le32(1000), cpu_to_le32(1000), 0, cpu_to_le32(7) },
		.groups = { cpu_to_le32(4), cpu_to_le32(24), cpu_to_le32(24) },
		.group_count = cpu_to_le32(3),
		.nice = cpu_to_le32(5),
		.umask = cpu_to_le32(027),
		.dumpable = cpu_to_le32(1),
	};
	int i;

	for (i = 0; i < WEFT_CAP_NR; i++)
		identity.capabilities[i] = cpu_to_le64(0x3);
	for (i = 0; i < WEFT_LIMITS; i++) {
		identity.limits[i].soft = cpu_to_le64(100);
		identity.limits[i].hard = cpu_to_le64(200);
	}
	return identity;
}

/* It lies in memory of its own: the stack has no room for many. */
static noinline struct weft_msg_identity *new_good(struct kunit *test)
{
	struct weft_msg_identity *identity;

	identity = kunit_kzalloc(test, sizeof(*identity), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, identity);
	*identity = good();
	return identity;
}

/* The identity is good, but for one field. */
#define EXPECT(wanted, field, value, size)				    \
	do {								    \
		struct weft_msg_identity *identity = new_good(test);	    \
		u64 number = value;					    \
									    \
		(*identity).field = cpu_to_le##size(number);	    \
		KUNIT_EXPECT_EQ_MSG(test, (bool)(wanted),		    \
				    weft_identity_is_possible(identity),    \
				    #field " is %#llx", number);	    \
		kunit_kfree(test, identity);				    \
	} while (0)

static void nobody_and_everybody_is_possible(struct kunit *test)
{
	struct weft_msg_identity identity = good();

	KUNIT_EXPECT_TRUE(test, weft_identity_is_possible(&identity));
	memset(&identity, 0, sizeof(identity));
	KUNIT_EXPECT_TRUE(test, weft_identity_is_possible(&identity));
	memset(&identity, 0xff, sizeof(identity));
	KUNIT_EXPECT_FALSE(test, weft_identity_is_possible(&identity));
}

static void ids_are_those_of_somebody(struct kunit *test)
{
	int i;

	for (i = 0; i < 4; i++) {
		EXPECT(true, uids[i], 0xfffffffe, 32);
		EXPECT(false, uids[i], 0xffffffff, 32);
		EXPECT(true, gids[i], 0xfffffffe, 32);
		EXPECT(false, gids[i], 0xffffffff, 32);
	}
}

static void groups_are_sorted_and_end(struct kunit *test)
{
	struct weft_msg_identity identity = good();
	int i;

	EXPECT(false, groups[0], 25, 32);
	EXPECT(true, groups[0], 24, 32);
	EXPECT(true, groups[2], 0xfffffffe, 32);
	EXPECT(false, groups[2], 0xffffffff, 32);
	for (i = 3; i < 64; i++)
		EXPECT(false, groups[i], 100, 32);
	for (i = 0; i < 3; i++)
		EXPECT(false, group_count, i, 32);
	for (i = 4; i < 64; i++)
		EXPECT(false, group_count, i, 32);
	for (i = 0; i < 64; i++)
		identity.groups[i] = cpu_to_le32(100 + i);
	identity.group_count = cpu_to_le32(64);
	KUNIT_EXPECT_TRUE(test, weft_identity_is_possible(&identity));
	identity.group_count = cpu_to_le32(65);
	KUNIT_EXPECT_FALSE(test, weft_identity_is_possible(&identity));
	identity.group_count = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_FALSE(test, weft_identity_is_possible(&identity));
}

/* Each of the 32 ways to have one capability in some of the sets. */
static void what_is_used_is_permitted(struct kunit *test)
{
	u32 sets;
	int i, bit;

	for (sets = 0; sets < 32; sets++)
		for (bit = 0; bit < 64; bit++) {
			struct weft_msg_identity identity = good();
			bool inheritable = sets & 1, permitted = sets & 2;
			bool effective = sets & 4, ambient = sets & 16;
			bool is_good = (!effective || permitted) &&
				       (!ambient || (permitted && inheritable)) &&
				       (!sets || bit < 41);

			for (i = 0; i < 5; i++)
				identity.capabilities[i] =
					cpu_to_le64(sets >> i & 1 ? 1ULL << bit : 0);
			KUNIT_EXPECT_EQ_MSG(test, is_good,
					    weft_identity_is_possible(&identity),
					    "capability %d in the sets %#x", bit, sets);
		}
	KUNIT_EXPECT_EQ(test, ALL_CAPABILITIES, WEFT_CAPABILITIES_ALL);
}

static void soft_limits_are_within_hard_ones(struct kunit *test)
{
	int i;

	for (i = 0; i < 16; i++) {
		EXPECT(true, limits[i].soft, 0, 64);
		EXPECT(true, limits[i].soft, 200, 64);
		EXPECT(false, limits[i].soft, 201, 64);
		EXPECT(false, limits[i].soft, U64_MAX, 64);
		EXPECT(true, limits[i].hard, U64_MAX, 64);
		EXPECT(true, limits[i].hard, 100, 64);
		EXPECT(false, limits[i].hard, 99, 64);
	}
}

static void times_fit_into_63_bits(struct kunit *test)
{
	int i;

	for (i = 0; i < 3; i++) {
		EXPECT(true, timers[i].left, S64_MAX / 1000, 64);
		EXPECT(false, timers[i].left, S64_MAX / 1000 + 1, 64);
		EXPECT(false, timers[i].left, U64_MAX, 64);
		EXPECT(true, timers[i].interval, S64_MAX / 1000, 64);
		EXPECT(false, timers[i].interval, S64_MAX / 1000 + 1, 64);
	}
	EXPECT(true, clocks.monotonic, S64_MAX / 2, 64);
	EXPECT(false, clocks.monotonic, S64_MAX / 2 + 1, 64);
	EXPECT(false, clocks.monotonic, U64_MAX, 64);
	EXPECT(true, clocks.boottime, S64_MAX / 2, 64);
	EXPECT(false, clocks.boottime, S64_MAX / 2 + 1, 64);
	EXPECT(true, coarse, S64_MAX / 2, 64);
	EXPECT(false, coarse, S64_MAX / 2 + 1, 64);
	EXPECT(true, timer_slack, U64_MAX, 64);
}

static void policy_has_its_priorities(struct kunit *test)
{
	u32 policy, priority;

	for (policy = 0; policy < 100; policy++)
		for (priority = 0; priority < 200; priority++) {
			struct weft_msg_identity identity = good();
			bool is_real_time = policy == 1 || policy == 2;
			bool is_good = is_real_time ? priority > 0 && priority < 100 :
				       !priority && (policy == 0 || policy == 3 ||
						     policy == 5);

			identity.policy = cpu_to_le32(policy);
			identity.priority = cpu_to_le32(priority);
			KUNIT_EXPECT_EQ_MSG(test, is_good,
					    weft_identity_is_possible(&identity),
					    "policy %u, priority %u", policy, priority);
		}
	EXPECT(false, policy, U32_MAX, 32);
	EXPECT(false, policy, 0x40000000, 32);
}

static void numbers_have_limits_on_both_sides(struct kunit *test)
{
	int i;

	for (i = -1100; i <= 1100; i++) {
		EXPECT(i >= -20 && i <= 19, nice, (u32)i, 32);
		EXPECT(i >= -1000 && i <= 1000, oom_score, (u32)i, 32);
		EXPECT(i >= 0 && i <= 2, dumpable, (u32)i, 32);
	}
	EXPECT(false, nice, S32_MIN, 32);
	EXPECT(false, oom_score, S32_MAX, 32);
	EXPECT(true, personality, 0xfffffffe, 32);
	EXPECT(false, personality, 0xffffffff, 32);
}

static void bits_are_known_ones(struct kunit *test)
{
	int bit;

	for (bit = 0; bit < 32; bit++) {
		EXPECT(bit < 8, securebits, 1U << bit, 32);
		EXPECT(bit < 9, umask, 1U << bit, 32);
		EXPECT(bit < 2, flags, 1U << bit, 32);
		EXPECT(true, personality, 1U << bit, 32);
	}
	for (bit = 0; bit < 64; bit++)
		EXPECT(true, affinity[bit % 16], 1ULL << bit, 64);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nobody_and_everybody_is_possible),
	KUNIT_CASE(ids_are_those_of_somebody),
	KUNIT_CASE(groups_are_sorted_and_end),
	KUNIT_CASE(what_is_used_is_permitted),
	KUNIT_CASE(soft_limits_are_within_hard_ones),
	KUNIT_CASE(times_fit_into_63_bits),
	KUNIT_CASE(policy_has_its_priorities),
	KUNIT_CASE(numbers_have_limits_on_both_sides),
	KUNIT_CASE(bits_are_known_ones),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_identity",
	.test_cases = cases,
};

kunit_test_suites(&suite);
