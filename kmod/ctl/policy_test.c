// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the policy of WEFT_CMD_CLUSTER_SET lets through. The limits are written
 * out here: a change of the header or of the policy must be meant.
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

static int validate(int type, const void *payload, size_t len)
{
	struct one_attribute attribute = {
		.header = { .nla_type = type, .nla_len = nla_attr_size(len) },
	};
	struct netlink_ext_ack extack = {};
	int err;

	memcpy(attribute.payload, payload, len);
	err = nla_validate(&attribute.header, NLA_ALIGN(nla_attr_size(len)),
			   WEFT_A_CLUSTER_MAX, weft_ctl_cluster_set_policy,
			   &extack);
	return err && !extack._msg ? -ENOMSG : err;
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

static struct kunit_case cases[] = {
	KUNIT_CASE(name_fits_in_31_bytes_and_a_nul),
	KUNIT_CASE(name_without_a_nul_is_refused),
	KUNIT_CASE(node_number_is_within_its_range),
	KUNIT_CASE(lease_is_within_its_range),
	KUNIT_CASE(number_of_another_size_is_refused),
	KUNIT_CASE(incarnation_is_never_in_a_request),
	KUNIT_CASE(attribute_that_is_not_in_the_policy_is_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_policy",
	.test_cases = cases,
};

kunit_test_suites(&suite);
