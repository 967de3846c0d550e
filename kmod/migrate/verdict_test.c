// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules why a process cannot move: every combination of facts, against the
 * rules written out again.
 */
#include "migrate/verdict.h"

#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/string.h>

#define BITS	WEFT_REASON_BIT

static bool bit(u32 number, int index)
{
	return number >> index & 1;
}

static u64 wanted_of_thread(u32 n)
{
	u64 wanted = 0;

	wanted |= bit(n, 0) ? BITS(CODE_32BIT) : 0;
	wanted |= bit(n, 1) ? BITS(TRACED) : 0;
	wanted |= bit(n, 2) ? BITS(SECCOMP_STRICT) : 0;
	wanted |= bit(n, 3) ? BITS(IO_URING) : 0;
	wanted |= bit(n, 4) && !bit(n, 3) ? BITS(KERNEL_WORKER) : 0;
	return wanted;
}

static void every_kind_of_thread_has_its_reasons(struct kunit *test)
{
	u32 n;

	for (n = 0; n < 1 << 5; n++) {
		const struct weft_thread_facts facts = {
			.is_32bit = bit(n, 0), .is_traced = bit(n, 1),
			.is_strict = bit(n, 2), .has_io_uring = bit(n, 3),
			.is_user_worker = bit(n, 4),
		};

		KUNIT_EXPECT_EQ_MSG(test, wanted_of_thread(n),
				    weft_verdict_thread(&facts), "case %u", n);
	}
}

/* is_vvar, is_raw, is_anonymous, is_device, is_shared, may_write, ... */
static u64 wanted_of_mapping(u32 n)
{
	u64 wanted = 0;

	if (!bit(n, 0) && bit(n, 1))
		wanted |= BITS(DEVICE_MAPPING);
	if (!bit(n, 0) && bit(n, 3) && !bit(n, 2))
		wanted |= BITS(DEVICE_MAPPING);
	if (bit(n, 4) && bit(n, 5))
		wanted |= BITS(SHARED_MAPPING);
	if (bit(n, 6))
		wanted |= BITS(HUGETLB_MAPPING);
	if (bit(n, 7))
		wanted |= BITS(USERFAULTFD);
	return wanted;
}

static void every_kind_of_mapping_has_its_reasons(struct kunit *test)
{
	u32 n;

	for (n = 0; n < 1 << 8; n++) {
		const struct weft_mapping_facts facts = {
			.is_vvar = bit(n, 0), .is_raw = bit(n, 1),
			.is_anonymous = bit(n, 2), .is_device = bit(n, 3),
			.is_shared = bit(n, 4), .may_write = bit(n, 5),
			.is_hugetlb = bit(n, 6), .has_userfaultfd = bit(n, 7),
		};

		KUNIT_EXPECT_EQ_MSG(test, wanted_of_mapping(n),
				    weft_verdict_mapping(&facts), "case %u", n);
	}
}

/* exists, is_kernel_thread, is_alive, is_group_exiting, is_headless, ... */
static u64 wanted_of_process(u32 n)
{
	u64 wanted = 0;

	if (!bit(n, 0))
		return BITS(NO_PROCESS);
	if (bit(n, 1))
		return BITS(KERNEL_THREAD);
	if (!bit(n, 2) || bit(n, 3) || bit(n, 4))
		wanted |= BITS(EXITING);
	if (bit(n, 5))
		wanted |= BITS(SHARED_MM);
	if (!bit(n, 6))
		wanted |= BITS(PID_NAMESPACE);
	if (!bit(n, 7))
		wanted |= BITS(USER_NAMESPACE);
	return wanted;
}

static void every_kind_of_process_has_its_reasons(struct kunit *test)
{
	u32 n;

	for (n = 0; n < 1 << 8; n++) {
		const struct weft_process_facts facts = {
			.exists = bit(n, 0), .is_kernel_thread = bit(n, 1),
			.is_alive = bit(n, 2), .is_group_exiting = bit(n, 3),
			.is_headless = bit(n, 4), .shares_memory = bit(n, 5),
			.is_pid_initial = bit(n, 6), .is_user_initial = bit(n, 7),
		};

		KUNIT_EXPECT_EQ_MSG(test, wanted_of_process(n),
				    weft_verdict_process(&facts), "case %u", n);
	}
}

static void ordinary_process_has_no_reasons(struct kunit *test)
{
	const struct weft_thread_facts thread = {};
	const struct weft_mapping_facts mapping = { .may_write = true };
	const struct weft_process_facts process = {
		.exists = true, .is_alive = true, .is_pid_initial = true,
		.is_user_initial = true,
	};
	const struct weft_node_facts node = {
		.is_member = true, .is_connected = true, .has_answered = true,
	};

	KUNIT_EXPECT_EQ(test, 0ULL, weft_verdict_thread(&thread));
	KUNIT_EXPECT_EQ(test, 0ULL, weft_verdict_mapping(&mapping));
	KUNIT_EXPECT_EQ(test, 0ULL, weft_verdict_process(&process));
	KUNIT_EXPECT_EQ(test, 0ULL, weft_verdict_node(&node));
}

static void node_has_one_reason_at_most(struct kunit *test)
{
	static const u64 wanted[16] = {
		/* not self: by is_member, is_connected, has_answered */
		[0] = BITS(NO_MEMBER), [2] = BITS(NOT_CONNECTED),
		[4] = BITS(NO_MEMBER), [6] = BITS(NO_ANSWER),
		[8] = BITS(NO_MEMBER), [10] = BITS(NOT_CONNECTED),
		[12] = BITS(NO_MEMBER), [14] = 0,
	};
	u32 n;

	for (n = 0; n < 16; n++) {
		const struct weft_node_facts facts = {
			.is_self = bit(n, 0), .is_member = bit(n, 1),
			.is_connected = bit(n, 2), .has_answered = bit(n, 3),
		};

		KUNIT_EXPECT_EQ_MSG(test, n & 1 ? BITS(THIS_NODE) : wanted[n],
				    weft_verdict_node(&facts), "case %u", n);
	}
}

static const struct weft_vdso some_vdso = { .size = 8192, .crc = 4711 };
static const struct weft_own_vdso some_own = {
	.is_mapped = true, .is_readable = true, .vdso = { 8192, 4711 },
};

static struct weft_host some_host(void)
{
	return (struct weft_host){
		.features = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
		.xstate_offset = { [2] = 576, [9] = 2688 },
		.xstate_size = 2696,
		.page_size = 4096,
		.xcr0 = 0x207,
		.address_limit = 0x7ffffffff000,
		.kernel_version = 1,
		.vdso = some_vdso,
	};
}

/* What is found when the other host differs in what the statement changes. */
#define EXPECT_HOSTS(wanted, change)					    \
	do {								    \
		const struct weft_host here = some_host();		    \
		struct weft_host there = some_host();			    \
		struct weft_own_vdso own = some_own;			    \
									    \
		change;							    \
		KUNIT_EXPECT_EQ_MSG(test, (u64)(wanted),		    \
				    weft_verdict_hosts(&here, &there, &own),\
				    #change);				    \
	} while (0)

static void hosts_that_are_alike_fit(struct kunit *test)
{
	EXPECT_HOSTS(0, own.vdso = some_vdso);
	/* another kernel is none by itself: its vDSO is */
	EXPECT_HOSTS(0, there.kernel_version = 2);
	EXPECT_HOSTS(0, there.xstate_size = 4096);
	EXPECT_HOSTS(0, there.address_limit = 0xfffffffffff000);
	EXPECT_HOSTS(0, there.xcr0 |= 0x20000);
	EXPECT_HOSTS(0, memset(there.features, 0xff, sizeof(there.features)));
}

static void each_difference_of_hosts_is_a_reason(struct kunit *test)
{
	EXPECT_HOSTS(BITS(PAGE_SIZE), there.page_size = 16384);
	EXPECT_HOSTS(BITS(PAGE_SIZE), there.page_size = 2048);
	EXPECT_HOSTS(BITS(ADDRESS_WIDTH), there.address_limit -= 4096);
	EXPECT_HOSTS(BITS(CPU_STATE), there.xstate_size--);
	EXPECT_HOSTS(BITS(CPU_STATE), there.xcr0 &= ~0x200ULL);
	EXPECT_HOSTS(BITS(CPU_STATE), there.xcr0 = 0);
	EXPECT_HOSTS(BITS(CPU_STATE), there.xstate_offset[9] = 2432);
	EXPECT_HOSTS(BITS(CPU_STATE), there.xstate_offset[2]++);
	EXPECT_HOSTS(BITS(VDSO), there.vdso.size = 4096);
	EXPECT_HOSTS(BITS(VDSO), there.vdso.crc++);
	EXPECT_HOSTS(BITS(VDSO), own.vdso.crc++);
	EXPECT_HOSTS(BITS(VDSO), own.vdso.size = 4096);
	EXPECT_HOSTS(BITS(CPU_FEATURES), there.features[WEFT_CPU_1_EDX] = 0);
}

static void vdso_that_cannot_be_compared_differs(struct kunit *test)
{
	EXPECT_HOSTS(BITS(VDSO), there.vdso.size = 0; there.vdso.crc = 0);
	EXPECT_HOSTS(BITS(VDSO), own.is_readable = false);
	EXPECT_HOSTS(BITS(VDSO), own.vdso.size = 0; there.vdso.size = 0);
	/* but who has none needs none */
	EXPECT_HOSTS(0, own.is_mapped = false; there.vdso.crc = 1);
	EXPECT_HOSTS(0, own = (struct weft_own_vdso){}; there.vdso.size = 0);
}

static void differences_of_hosts_add_up(struct kunit *test)
{
	u32 n;

	for (n = 0; n < 1 << 5; n++) {
		const struct weft_host here = some_host();
		struct weft_host there = some_host();
		u64 wanted = 0;

		if (bit(n, 0)) {
			there.features[WEFT_CPU_1_EDX] = 0;
			wanted |= BITS(CPU_FEATURES);
		}
		if (bit(n, 1)) {
			there.xstate_size = 512;
			wanted |= BITS(CPU_STATE);
		}
		if (bit(n, 2)) {
			there.vdso.crc = 0;
			wanted |= BITS(VDSO);
		}
		if (bit(n, 3)) {
			there.page_size = 65536;
			wanted |= BITS(PAGE_SIZE);
		}
		if (bit(n, 4)) {
			there.address_limit = 4096;
			wanted |= BITS(ADDRESS_WIDTH);
		}
		KUNIT_EXPECT_EQ(test, wanted,
				weft_verdict_hosts(&here, &there, &some_own));
	}
}

static void each_component_of_the_state_is_compared(struct kunit *test)
{
	u32 i;

	for (i = 0; i < WEFT_XSTATE_COMPONENTS; i++) {
		struct weft_host here = some_host(), there = some_host();

		here.xcr0 |= BIT_ULL(i);
		there.xcr0 &= ~BIT_ULL(i);
		KUNIT_EXPECT_TRUE(test, weft_xstate_is_missing(&here, &there, i));
		KUNIT_EXPECT_FALSE(test, weft_xstate_is_missing(&there, &here, i));
		KUNIT_EXPECT_FALSE(test, weft_xstate_is_elsewhere(&here, &there, i));
		there.xcr0 |= BIT_ULL(i);
		KUNIT_EXPECT_FALSE(test, weft_xstate_is_missing(&here, &there, i));
		KUNIT_EXPECT_FALSE(test, weft_xstate_is_elsewhere(&here, &there, i));
		there.xstate_offset[i]++;
		KUNIT_EXPECT_TRUE(test, weft_xstate_is_elsewhere(&here, &there, i));
		KUNIT_EXPECT_EQ(test, BITS(CPU_STATE),
				weft_verdict_hosts(&here, &there, &some_own));
	}
}

/* A bit that no name stands for is nothing that a program uses. */
static void each_feature_is_missed_by_its_name(struct kunit *test)
{
	u32 none[WEFT_CPU_WORDS] = {}, one[WEFT_CPU_WORDS] = {};
	bool is_seen[WEFT_FEATURES_MAX] = {};
	u32 number, found, named = 0;

	for (number = 0; number < 32 * WEFT_CPU_WORDS; number++) {
		memset(one, 0, sizeof(one));
		one[number / 32] = BIT(number % 32);
		KUNIT_EXPECT_EQ(test, U32_MAX,
				weft_features_next_missing(one, one, 0));
		KUNIT_EXPECT_EQ(test, U32_MAX,
				weft_features_next_missing(none, one, 0));
		found = weft_features_next_missing(one, none, 0);
		if (found == U32_MAX)
			continue;
		KUNIT_ASSERT_LT(test, found, WEFT_FEATURES_MAX);
		KUNIT_EXPECT_FALSE(test, is_seen[found]);
		is_seen[found] = true;
		named++;
		KUNIT_EXPECT_EQ(test, U32_MAX,
				weft_features_next_missing(one, none, found + 1));
	}
	for (number = 0; weft_feature_name(number); number++)
		KUNIT_EXPECT_TRUE(test, is_seen[number]);
	KUNIT_EXPECT_EQ(test, named, number);
	KUNIT_EXPECT_GT(test, named, 80);
}

static void feature_names_are_those_of_cpuinfo(struct kunit *test)
{
	u32 i, j;

	for (i = 0; weft_feature_name(i); i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, weft_feature_name(i),
					    weft_feature_name(j));
	KUNIT_EXPECT_STREQ(test, "fpu", weft_feature_name(0));
	KUNIT_EXPECT_PTR_EQ(test, NULL, (void *)weft_feature_name(U32_MAX));
}

static void every_reason_has_words_of_its_own(struct kunit *test)
{
	const char *text;
	int i, j;

	for (i = 0; i < WEFT_REASON_COUNT; i++) {
		text = weft_reason_text(i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, text);
		KUNIT_EXPECT_TRUE(test, islower(text[0]));
		KUNIT_EXPECT_NE(test, '.', text[strlen(text) - 1]);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, text, weft_reason_text(j));
	}
	KUNIT_EXPECT_STREQ(test, "?", weft_reason_text(WEFT_REASON_COUNT));
	KUNIT_EXPECT_STREQ(test, "?", weft_reason_text(-1));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_kind_of_thread_has_its_reasons),
	KUNIT_CASE(every_kind_of_mapping_has_its_reasons),
	KUNIT_CASE(every_kind_of_process_has_its_reasons),
	KUNIT_CASE(ordinary_process_has_no_reasons),
	KUNIT_CASE(node_has_one_reason_at_most),
	KUNIT_CASE(hosts_that_are_alike_fit),
	KUNIT_CASE(each_difference_of_hosts_is_a_reason),
	KUNIT_CASE(vdso_that_cannot_be_compared_differs),
	KUNIT_CASE(differences_of_hosts_add_up),
	KUNIT_CASE(each_component_of_the_state_is_compared),
	KUNIT_CASE(each_feature_is_missed_by_its_name),
	KUNIT_CASE(feature_names_are_those_of_cpuinfo),
	KUNIT_CASE(every_reason_has_words_of_its_own),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_verdict",
	.test_cases = cases,
};

kunit_test_suites(&suite);
