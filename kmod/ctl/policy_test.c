// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the policies let through. The limits are written out here: a change of
 * the header or of a policy must be meant.
 */
#include "ctl/ctl.h"

#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/netlink.h>
#include <linux/string.h>
#include <net/netlink.h>

/* One attribute, as a request would hold it. */
struct one_attribute {
	struct nlattr header;
	u8 payload[64];
};

static int validate_by(const struct nla_policy *policy, int max, int type,
		       const void *payload, size_t len)
{
	struct one_attribute attribute = {
		.header = { .nla_type = type, .nla_len = nla_attr_size(len) },
	};
	struct netlink_ext_ack extack = {};
	int err;

	memcpy(attribute.payload, payload, len);
	err = nla_validate(&attribute.header, NLA_ALIGN(nla_attr_size(len)),
			   max, policy, &extack);
	return err && !extack._msg ? -ENOMSG : err;
}

static int validate(int type, const void *payload, size_t len)
{
	return validate_by(weft_ctl_cluster_set_policy, WEFT_A_CLUSTER_MAX,
			   type, payload, len);
}

static int validate_u32(int type, u32 value)
{
	return validate(type, &value, sizeof(value));
}

static void name_fits_in_31_bytes_and_a_nul(struct kunit *test)
{
	char name[40];
	size_t len;

	for (len = 1; len < sizeof(name); len++) {
		memset(name, 'x', len);
		name[len - 1] = '\0';
		KUNIT_EXPECT_EQ_MSG(test, len <= 32,
				    !validate(WEFT_A_CLUSTER_NAME, name, len),
				    "length %zu", len);
	}
}

static void name_without_a_nul_is_refused(struct kunit *test)
{
	char name[40];
	size_t len;

	memset(name, 'x', sizeof(name));
	for (len = 0; len <= sizeof(name); len++)
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL,
				    validate(WEFT_A_CLUSTER_NAME, name, len),
				    "length %zu", len);
}

static void node_number_is_within_its_range(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -ERANGE, validate_u32(WEFT_A_CLUSTER_NODE, 0));
	KUNIT_EXPECT_EQ(test, 0, validate_u32(WEFT_A_CLUSTER_NODE, 1));
	KUNIT_EXPECT_EQ(test, 0, validate_u32(WEFT_A_CLUSTER_NODE, 64));
	KUNIT_EXPECT_EQ(test, -ERANGE, validate_u32(WEFT_A_CLUSTER_NODE, 65));
	KUNIT_EXPECT_EQ(test, -ERANGE, validate_u32(WEFT_A_CLUSTER_NODE, U32_MAX));
}

static void lease_is_within_its_range(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -ERANGE, validate_u32(WEFT_A_CLUSTER_LEASE_MS, 99));
	KUNIT_EXPECT_EQ(test, 0, validate_u32(WEFT_A_CLUSTER_LEASE_MS, 100));
	KUNIT_EXPECT_EQ(test, 0, validate_u32(WEFT_A_CLUSTER_LEASE_MS, 600000));
	KUNIT_EXPECT_EQ(test, -ERANGE, validate_u32(WEFT_A_CLUSTER_LEASE_MS, 600001));
	KUNIT_EXPECT_EQ(test, -ERANGE, validate_u32(WEFT_A_CLUSTER_LEASE_MS, U32_MAX));
}

static void number_of_another_size_is_refused(struct kunit *test)
{
	const u64 one = 1;

	KUNIT_EXPECT_EQ(test, -EINVAL, validate(WEFT_A_CLUSTER_NODE, &one, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, validate(WEFT_A_CLUSTER_NODE, &one, 8));
}

static void incarnation_is_never_in_a_request(struct kunit *test)
{
	const u64 incarnation = 1;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			validate(WEFT_A_CLUSTER_INCARNATION, &incarnation,
				 sizeof(incarnation)));
}

static void attribute_that_is_not_in_the_policy_is_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -EINVAL, validate_u32(0, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, validate_u32(WEFT_A_CLUSTER_PAD, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, validate_u32(WEFT_A_CLUSTER_MAX + 1, 1));
}

enum { VIEW, ATTACH, ECHO, CHECK, LISTED, WAIT };

static const struct {
	const struct nla_policy *policy;
	int max;
} policies[] = {
	[VIEW] = { weft_ctl_view_set_policy, WEFT_A_VIEW_MAX },
	[ATTACH] = { weft_ctl_peer_attach_policy, WEFT_A_PEER_MAX },
	[ECHO] = { weft_ctl_echo_policy, WEFT_A_ECHO_MAX },
	[CHECK] = { weft_ctl_migrate_check_policy, WEFT_A_CHECK_MAX },
	[LISTED] = { weft_ctl_process_get_policy, WEFT_A_LISTED_MAX },
	[WAIT] = { weft_ctl_migrate_wait_policy, WEFT_A_WAIT_MAX },
};

/**
 * struct limits - what a policy lets through of a number
 * @policy: the policy, in policies[]
 * @type:   the attribute
 * @size:   bytes of the number
 * @low:    the lowest that passes
 * @high:   the highest
 */
struct limits {
	int policy;
	int type;
	size_t size;
	u64 low;
	u64 high;
};

static const struct limits limits[] = {
	{ VIEW, WEFT_A_VIEW_EPOCH, 8, 1, U64_MAX },
	{ VIEW, WEFT_A_VIEW_MEMBERS, 8, 1, U64_MAX },
	{ ATTACH, WEFT_A_PEER_NODE, 4, 1, 64 },
	{ ATTACH, WEFT_A_PEER_INCARNATION, 8, 1, U64_MAX },
	{ ATTACH, WEFT_A_PEER_LANE_ID, 4, 0, 1 },
	{ ATTACH, WEFT_A_PEER_FD, 4, 0, INT_MAX },
	{ ECHO, WEFT_A_ECHO_NODE, 4, 1, 64 },
	{ ECHO, WEFT_A_ECHO_LANE, 4, 0, 1 },
	{ ECHO, WEFT_A_ECHO_SIZE, 4, 16, 262144 },
	{ ECHO, WEFT_A_ECHO_REPLY_SIZE, 4, 0, 262144 },
	{ ECHO, WEFT_A_ECHO_COUNT, 4, 1, 4096 },
	{ ECHO, WEFT_A_ECHO_DEPTH, 4, 1, 64 },
	{ ECHO, WEFT_A_ECHO_TIMEOUT_MS, 4, 1, 60000 },
	{ CHECK, WEFT_A_CHECK_PID, 4, 1, INT_MAX },
	{ CHECK, WEFT_A_CHECK_NODE, 4, 1, 64 },
	{ CHECK, WEFT_A_CHECK_TIMEOUT_MS, 4, 1, 60000 },
	{ LISTED, WEFT_A_LISTED_NODE, 4, 1, 64 },
	{ LISTED, WEFT_A_LISTED_TIMEOUT_MS, 4, 1, 60000 },
	{ WAIT, WEFT_A_WAIT_SERIAL, 8, 1, U64_MAX },
	{ WAIT, WEFT_A_WAIT_TIMEOUT_MS, 4, 1, 1000 },
};

static int try_number(const struct limits *limit, u64 value)
{
	return validate_by(policies[limit->policy].policy,
			   policies[limit->policy].max, limit->type, &value,
			   limit->size);
}

static void every_number_of_a_session_has_its_limits(struct kunit *test)
{
	u64 top;
	int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct limits *limit = &limits[i];

		top = limit->size == 4 ? U32_MAX : U64_MAX;
		KUNIT_EXPECT_EQ_MSG(test, 0, try_number(limit, limit->low),
				    "row %d", i);
		KUNIT_EXPECT_EQ_MSG(test, 0, try_number(limit, limit->high),
				    "row %d", i);
		if (limit->low)
			KUNIT_EXPECT_EQ_MSG(test, -ERANGE,
					    try_number(limit, limit->low - 1),
					    "row %d", i);
		if (limit->high != top)
			KUNIT_EXPECT_EQ_MSG(test, -ERANGE,
					    try_number(limit, limit->high + 1),
					    "row %d", i);
	}
}

static void answers_are_never_in_a_request(struct kunit *test)
{
	static const struct limits refused[] = {
		{ VIEW, WEFT_A_VIEW_PAD, 8 },
		{ ATTACH, WEFT_A_PEER_LANE, 4 },
		{ ATTACH, WEFT_A_PEER_CALLS, 4 },
		{ ECHO, WEFT_A_ECHO_ELAPSED_NS, 8 },
		{ ECHO, WEFT_A_ECHO_SAMPLES, 8 },
		{ CHECK, WEFT_A_CHECK_NAME, 4 },
		{ CHECK, WEFT_A_CHECK_REASON, 4 },
		{ LISTED, WEFT_A_LISTED_HOME, 4 },
		{ LISTED, WEFT_A_LISTED_STATE, 4 },
		{ LISTED, WEFT_A_LISTED_CALLS, 8 },
		{ WAIT, WEFT_A_WAIT_NODE, 4 }, { WAIT, WEFT_A_WAIT_IS_EMPTY, 4 },
		{ WAIT, WEFT_A_WAIT_TOTAL, 8 }, { WAIT, WEFT_A_WAIT_MOVED, 8 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL, try_number(&refused[i], 1),
				    "row %d", i);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(name_fits_in_31_bytes_and_a_nul),
	KUNIT_CASE(name_without_a_nul_is_refused),
	KUNIT_CASE(node_number_is_within_its_range),
	KUNIT_CASE(lease_is_within_its_range),
	KUNIT_CASE(number_of_another_size_is_refused),
	KUNIT_CASE(incarnation_is_never_in_a_request),
	KUNIT_CASE(attribute_that_is_not_in_the_policy_is_refused),
	KUNIT_CASE(every_number_of_a_session_has_its_limits),
	KUNIT_CASE(answers_are_never_in_a_request),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_policy",
	.test_cases = cases,
};

kunit_test_suites(&suite);
