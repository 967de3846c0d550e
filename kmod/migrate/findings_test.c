// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept of what was found, and in which words; and that the facts of a
 * host survive the wire.
 */
#include "migrate/verdict.h"

#include <kunit/test.h>
#include <linux/string.h>

static struct weft_check *new_check(struct kunit *test)
{
	struct weft_check *check = kunit_kzalloc(test, sizeof(*check),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, check);
	return check;
}

static void details_are_kept_in_order(struct kunit *test)
{
	struct weft_check *check = new_check(test);

	weft_findings_add(check, WEFT_REASON_TRACED, "thread %d", 7);
	weft_findings_add(check, WEFT_REASON_VDSO, "%s", "x");
	weft_findings_add_reasons(check, WEFT_REASON_BIT(EXITING));
	KUNIT_EXPECT_EQ(test, 2, check->count);
	KUNIT_EXPECT_STREQ(test, "thread 7", check->findings[0].detail);
	KUNIT_EXPECT_EQ(test, WEFT_REASON_VDSO, check->findings[1].reason);
	KUNIT_EXPECT_EQ(test, WEFT_REASON_BIT(TRACED) | WEFT_REASON_BIT(VDSO) |
			WEFT_REASON_BIT(EXITING), check->reasons);
}

static void too_many_details_are_counted(struct kunit *test)
{
	struct weft_check *check = new_check(test);
	int reason, i;

	for (reason = 0; reason < WEFT_REASON_COUNT; reason++)
		for (i = 0; i < 1000; i++)
			weft_findings_add(check, reason, "%d", i);
	for (reason = 0; reason < WEFT_REASON_COUNT; reason++)
		KUNIT_EXPECT_EQ(test, 1000, check->found[reason]);
	/* no reason takes the room of another one */
	KUNIT_EXPECT_EQ(test, (WEFT_REASON_COUNT - 1) * WEFT_DETAILS_MAX +
			WEFT_FEATURES_MAX, check->count);
	KUNIT_EXPECT_LE(test, check->count, ARRAY_SIZE(check->findings));
}

static void long_and_strange_details_are_tamed(struct kunit *test)
{
	struct weft_check *check = new_check(test);
	char text[2 * WEFT_DETAIL_LEN];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[0] = '\x1b';
	text[1] = '\n';
	text[2] = '\x80';
	text[3] = '\x7f';
	weft_findings_add(check, WEFT_REASON_SHARED_MAPPING, "%s", text);
	KUNIT_EXPECT_EQ(test, WEFT_DETAIL_LEN - 1,
			strlen(check->findings[0].detail));
	KUNIT_EXPECT_EQ(test, 0, strncmp(check->findings[0].detail, "????xxx", 7));
}

static struct weft_host some_host(void)
{
	struct weft_host host;

	memset(&host, 0x5a, sizeof(host));
	host.vdso.size = 8192;
	return host;
}

static void every_missing_feature_is_named(struct kunit *test)
{
	const struct weft_own_vdso own = {};
	struct weft_check *check = new_check(test);
	struct weft_host here = some_host(), there = some_host();
	u32 i;

	memset(here.features, 0xff, sizeof(here.features));
	memset(there.features, 0, sizeof(there.features));
	weft_findings_explain_hosts(check, &here, &there, &own);
	KUNIT_EXPECT_EQ(test, WEFT_REASON_BIT(CPU_FEATURES), check->reasons);
	for (i = 0; weft_feature_name(i); i++)
		KUNIT_EXPECT_STREQ(test, weft_feature_name(i),
				   check->findings[i].detail);
	KUNIT_EXPECT_EQ(test, i, check->count);
}

static const char vdso_text[] =
	"8192 bytes, CRC32C 000000ab of kernel 6.1.192 here; 8192 bytes, 000000cd of 6.2.7 there";

static void differences_of_hosts_are_told_in_numbers(struct kunit *test)
{
	const struct weft_own_vdso own = {
		.is_mapped = true, .is_readable = true, .vdso = { 8192, 0xab },
	};
	struct weft_host here = some_host(), there = some_host();
	struct weft_check *check = new_check(test);

	here.page_size = 4096;
	here.xstate_size = 2696;
	here.address_limit = 0x1000;
	here.kernel_version = 0x0601c0;
	there.page_size = 8192;
	there.xstate_size = 832;
	there.address_limit = 0x100;
	there.kernel_version = 0x060207;
	there.vdso.crc = 0xcd;
	weft_findings_explain_hosts(check, &here, &there, &own);
	KUNIT_ASSERT_EQ(test, 4, check->count);
	KUNIT_EXPECT_STREQ(test, "2696 bytes here, 832 bytes there",
			   check->findings[0].detail);
	KUNIT_EXPECT_STREQ(test, vdso_text, check->findings[1].detail);
	KUNIT_EXPECT_STREQ(test, "4096 bytes here, 8192 bytes there",
			   check->findings[2].detail);
	KUNIT_EXPECT_STREQ(test, "up to 1000 here, up to 100 there",
			   check->findings[3].detail);
}

static void each_reason_of_hosts_has_a_detail(struct kunit *test)
{
	const struct weft_own_vdso unreadable = { .is_mapped = true };
	struct weft_own_vdso own = { .is_mapped = true, .is_readable = true };
	struct weft_host here = some_host(), there = some_host();
	struct weft_check *check = new_check(test);

	weft_findings_explain_hosts(check, &here, &there, &unreadable);
	KUNIT_EXPECT_STREQ(test, "that of the process cannot be read",
			   check->findings[0].detail);
	there.vdso.size = 0;
	weft_findings_explain_hosts(check, &here, &there, &own);
	KUNIT_EXPECT_STREQ(test, "that of the node is not known",
			   check->findings[1].detail);
	here.xcr0 = 0x207;
	there.xcr0 = 0x203;
	there.xstate_offset[9] = 7;
	here.xstate_offset[9] = 8;
	own.is_mapped = false;
	weft_findings_explain_hosts(check, &here, &there, &own);
	KUNIT_EXPECT_STREQ(test, "component 2 of XSAVE is missing there",
			   check->findings[2].detail);
	KUNIT_EXPECT_STREQ(test, "component 9 of XSAVE is at 8 here, at 7 there",
			   check->findings[3].detail);
}

static void facts_of_a_host_survive_the_wire(struct kunit *test)
{
	struct weft_host host, back;
	struct weft_msg_host message;
	u8 *byte = (u8 *)&host;
	size_t i;

	memset(&host, 0, sizeof(host));
	for (i = 0; i < sizeof(host); i++)
		byte[i] = i;
	weft_host_pack(&message, &host);
	weft_host_unpack(&back, &message);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&host, &back,
					offsetofend(struct weft_host, vdso)));
	KUNIT_EXPECT_EQ(test, 0, le32_to_cpu(message.pad));
}

static void this_host_may_be_told(struct kunit *test)
{
	const struct weft_header header = {
		.type = cpu_to_le16(WEFT_MSG_HOST_REPLY),
	};
	const struct weft_own_vdso own = {};
	struct weft_msg_host message;
	struct weft_host host;

	weft_host_get(&host);
	weft_host_pack(&message, &host);
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_NONE,
			weft_host_check(&header, &message));
	KUNIT_EXPECT_EQ(test, 0ULL, weft_verdict_hosts(&host, &host, &own));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(details_are_kept_in_order),
	KUNIT_CASE(too_many_details_are_counted),
	KUNIT_CASE(long_and_strange_details_are_tamed),
	KUNIT_CASE(every_missing_feature_is_named),
	KUNIT_CASE(differences_of_hosts_are_told_in_numbers),
	KUNIT_CASE(each_reason_of_hosts_has_a_detail),
	KUNIT_CASE(facts_of_a_host_survive_the_wire),
	KUNIT_CASE(this_host_may_be_told),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_findings",
	.test_cases = cases,
};

kunit_test_suites(&suite);
