// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every verdict over every kind of request, and every byte in a name.
 */
#include "core/core.h"

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

#define LETTERS_AND_DIGITS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

enum { NAME_ABSENT, NAME_SAME, NAME_OTHER, NAME_BAD, NR_NAMES };
enum { NODE_ABSENT, NODE_SAME, NODE_OTHER, NODE_LOW, NODE_HIGH, NR_NODES };
enum { LEASE_ABSENT, LEASE_SAME, LEASE_OTHER, LEASE_LOW, LEASE_HIGH, NR_LEASES };

static const struct weft_identity nobody = {
	.lease_ms = 2000,
};

static const struct weft_identity somebody = {
	.cluster = "lab", .node = 3, .lease_ms = 2000, .incarnation = 7,
};

static const char * const names[NR_NAMES] = {
	[NAME_SAME] = "lab", [NAME_OTHER] = "lab2", [NAME_BAD] = "l b",
};

static const u32 nodes[NR_NODES] = {
	[NODE_SAME] = 3, [NODE_OTHER] = 4,
	[NODE_LOW] = WEFT_NODE_MIN - 1, [NODE_HIGH] = WEFT_NODE_MAX + 1,
};

static const u32 leases[NR_LEASES] = {
	[LEASE_SAME] = 2000, [LEASE_OTHER] = 500,
	[LEASE_LOW] = WEFT_LEASE_MS_MIN - 1, [LEASE_HIGH] = WEFT_LEASE_MS_MAX + 1,
};

#define KEEP	WEFT_IDENTITY_KEEP
#define ASSUME	WEFT_IDENTITY_ASSUME
#define BAD_C	WEFT_IDENTITY_BAD_CLUSTER
#define BAD_N	WEFT_IDENTITY_BAD_NODE
#define NO_C	WEFT_IDENTITY_NO_CLUSTER
#define NO_N	WEFT_IDENTITY_NO_NODE
#define OTHER_C	WEFT_IDENTITY_OTHER_CLUSTER
#define OTHER_N	WEFT_IDENTITY_OTHER_NODE

static const enum weft_identity_verdict of_nobody[NR_NAMES][NR_NODES] = {
	/*		  ABSENT  SAME    OTHER   LOW    HIGH */
	[NAME_ABSENT] = { NO_C,   NO_C,   NO_C,   BAD_N, BAD_N },
	[NAME_SAME]   = { NO_N,   ASSUME, ASSUME, BAD_N, BAD_N },
	[NAME_OTHER]  = { NO_N,   ASSUME, ASSUME, BAD_N, BAD_N },
	[NAME_BAD]    = { BAD_C,  BAD_C,  BAD_C,  BAD_C, BAD_C },
};

static const enum weft_identity_verdict of_somebody[NR_NAMES][NR_NODES] = {
	/*		  ABSENT   SAME     OTHER    LOW    HIGH */
	[NAME_ABSENT] = { KEEP,    KEEP,    OTHER_N, BAD_N, BAD_N },
	[NAME_SAME]   = { KEEP,    KEEP,    OTHER_N, BAD_N, BAD_N },
	[NAME_OTHER]  = { OTHER_C, OTHER_C, OTHER_C, BAD_N, BAD_N },
	[NAME_BAD]    = { BAD_C,   BAD_C,   BAD_C,   BAD_C, BAD_C },
};

static enum weft_identity_verdict decide(const struct weft_identity *present,
					 int name, int node, int lease)
{
	const struct weft_identity_request request = {
		.cluster = names[name],
		.node = nodes[node],
		.lease_ms = leases[lease],
		.has_node = node != NODE_ABSENT,
		.has_lease_ms = lease != LEASE_ABSENT,
	};

	return weft_identity_decide(present, &request);
}

/* How a lease in the request turns what the tables say. */
static enum weft_identity_verdict same(enum weft_identity_verdict verdict)
{
	return verdict;
}

static enum weft_identity_verdict lease_set(enum weft_identity_verdict verdict)
{
	return verdict == KEEP ? WEFT_IDENTITY_SET_LEASE : verdict;
}

static enum weft_identity_verdict lease_refused(enum weft_identity_verdict verdict)
{
	return verdict == BAD_C || verdict == BAD_N ? verdict :
						      WEFT_IDENTITY_BAD_LEASE;
}

static void expect_table(struct kunit *test, const struct weft_identity *present,
			 const enum weft_identity_verdict table[NR_NAMES][NR_NODES],
			 int lease,
			 enum weft_identity_verdict (*turn)(enum weft_identity_verdict))
{
	int name, node;

	for (name = 0; name < NR_NAMES; name++)
		for (node = 0; node < NR_NODES; node++)
			KUNIT_EXPECT_EQ_MSG(test, turn(table[name][node]),
					    decide(present, name, node, lease),
					    "name %d node %d lease %d",
					    name, node, lease);
}

static void node_without_identity_needs_name_and_number(struct kunit *test)
{
	expect_table(test, &nobody, of_nobody, LEASE_ABSENT, same);
	expect_table(test, &nobody, of_nobody, LEASE_SAME, same);
	expect_table(test, &nobody, of_nobody, LEASE_OTHER, same);
}

static void node_keeps_the_identity_it_has(struct kunit *test)
{
	expect_table(test, &somebody, of_somebody, LEASE_ABSENT, same);
	expect_table(test, &somebody, of_somebody, LEASE_SAME, same);
}

static void new_lease_is_taken_unless_another_identity_is_wanted(struct kunit *test)
{
	expect_table(test, &somebody, of_somebody, LEASE_OTHER, lease_set);
}

static void impossible_lease_is_refused_by_every_node(struct kunit *test)
{
	expect_table(test, &nobody, of_nobody, LEASE_LOW, lease_refused);
	expect_table(test, &nobody, of_nobody, LEASE_HIGH, lease_refused);
	expect_table(test, &somebody, of_somebody, LEASE_LOW, lease_refused);
	expect_table(test, &somebody, of_somebody, LEASE_HIGH, lease_refused);
}

static void name_that_extends_another_is_another_name(struct kunit *test)
{
	const struct weft_identity_request longer = { .cluster = "labs" };
	const struct weft_identity_request shorter = { .cluster = "la" };
	const struct weft_identity_request capital = { .cluster = "Lab" };

	KUNIT_EXPECT_EQ(test, OTHER_C, weft_identity_decide(&somebody, &longer));
	KUNIT_EXPECT_EQ(test, OTHER_C, weft_identity_decide(&somebody, &shorter));
	KUNIT_EXPECT_EQ(test, OTHER_C, weft_identity_decide(&somebody, &capital));
}

static void refusals_have_an_error_and_all_verdicts_have_words(struct kunit *test)
{
	int verdict;

	for (verdict = 0; verdict < WEFT_IDENTITY_NR_VERDICTS; verdict++) {
		bool is_refusal = verdict != KEEP && verdict != ASSUME &&
				  verdict != WEFT_IDENTITY_SET_LEASE;

		KUNIT_EXPECT_EQ(test, is_refusal, weft_identity_errno(verdict) < 0);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, weft_identity_text(verdict));
		KUNIT_EXPECT_GT(test, strlen(weft_identity_text(verdict)), 0);
	}
}

static void name_starts_with_a_letter_or_a_digit(struct kunit *test)
{
	int c;

	for (c = 0; c <= U8_MAX; c++) {
		const char name[] = { c, 'x', '\0' };

		KUNIT_EXPECT_EQ_MSG(test, c && strchr(LETTERS_AND_DIGITS, c),
				    weft_cluster_name_is_valid(name),
				    "byte %d", c);
	}
}

static void name_goes_on_with_letters_digits_dots_and_dashes(struct kunit *test)
{
	int c;

	for (c = 1; c <= U8_MAX; c++) {
		const char second[] = { 'x', c, 'x', '\0' };
		const char last[] = { 'x', 'x', c, '\0' };
		bool is_valid = strchr(LETTERS_AND_DIGITS "._-", c);

		KUNIT_EXPECT_EQ_MSG(test, is_valid,
				    weft_cluster_name_is_valid(second),
				    "byte %d", c);
		KUNIT_EXPECT_EQ_MSG(test, is_valid,
				    weft_cluster_name_is_valid(last),
				    "byte %d", c);
	}
}

static void name_has_1_to_31_characters(struct kunit *test)
{
	char name[WEFT_CLUSTER_NAME_LEN + 2];
	size_t len;

	for (len = 0; len < sizeof(name); len++) {
		memset(name, 'x', len);
		name[len] = '\0';
		KUNIT_EXPECT_EQ_MSG(test, len >= 1 && len <= 31,
				    weft_cluster_name_is_valid(name),
				    "length %zu", len);
	}
}

static void node_number_is_1_to_64(struct kunit *test)
{
	struct weft_identity_request request = { .has_node = true };

	for (request.node = 1; request.node <= 64; request.node++)
		KUNIT_EXPECT_EQ(test, KEEP, weft_identity_check(&request));
	for (request.node = 65; request.node <= 512; request.node++)
		KUNIT_EXPECT_EQ(test, BAD_N, weft_identity_check(&request));
	request.node = 0;
	KUNIT_EXPECT_EQ(test, BAD_N, weft_identity_check(&request));
	request.node = U32_MAX;
	KUNIT_EXPECT_EQ(test, BAD_N, weft_identity_check(&request));
}

static void lease_is_100_to_600000_milliseconds(struct kunit *test)
{
	static const u32 good[] = { 100, 101, 2000, 599999, 600000 };
	static const u32 bad[] = { 0, 1, 99, 600001, S32_MAX, U32_MAX };
	struct weft_identity_request request = { .has_lease_ms = true };
	int i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		request.lease_ms = good[i];
		KUNIT_EXPECT_EQ(test, KEEP, weft_identity_check(&request));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		request.lease_ms = bad[i];
		KUNIT_EXPECT_EQ(test, WEFT_IDENTITY_BAD_LEASE,
				weft_identity_check(&request));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(node_without_identity_needs_name_and_number),
	KUNIT_CASE(node_keeps_the_identity_it_has),
	KUNIT_CASE(new_lease_is_taken_unless_another_identity_is_wanted),
	KUNIT_CASE(impossible_lease_is_refused_by_every_node),
	KUNIT_CASE(name_that_extends_another_is_another_name),
	KUNIT_CASE(refusals_have_an_error_and_all_verdicts_have_words),
	KUNIT_CASE(name_starts_with_a_letter_or_a_digit),
	KUNIT_CASE(name_goes_on_with_letters_digits_dots_and_dashes),
	KUNIT_CASE(name_has_1_to_31_characters),
	KUNIT_CASE(node_number_is_1_to_64),
	KUNIT_CASE(lease_is_100_to_600000_milliseconds),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_identity",
	.test_cases = cases,
};

kunit_test_suites(&suite);
