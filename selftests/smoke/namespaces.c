// SPDX-License-Identifier: GPL-2.0-only
/*
 * One node in each network namespace: they share a kernel and nothing else, and
 * a node ends with its namespace. The node of the initial namespace must be
 * unconfigured.
 */
#define _GNU_SOURCE
#include "nl.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <kselftest_harness.h>

#define CYCLES 20

FIXTURE(namespaces)
{
	int home;
	struct nl initial;
};

FIXTURE_SETUP(namespaces)
{
	self->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->home);
	ASSERT_EQ(0, nl_open(&self->initial));
}

/* No test touches the initial namespace. */
FIXTURE_TEARDOWN(namespaces)
{
	struct answer answer;

	EXPECT_EQ(0, nl_command(&self->initial, WEFT_CMD_CLUSTER_GET, &answer));
	EXPECT_FALSE(message_has(&answer.reply, WEFT_A_CLUSTER_NODE));
	EXPECT_EQ(WEFT_LEASE_MS_DEFAULT,
		  message_u32(&answer.reply, WEFT_A_CLUSTER_LEASE_MS));
	EXPECT_EQ(0, nl_command(&self->initial, WEFT_CMD_NODE_GET, &answer));
	EXPECT_EQ(0, answer.replies);
	nl_close(&self->initial);
	close(self->home);
}

/* A socket in a new namespace, which lives as long as it. */
static void enter_new(struct __test_metadata *_metadata, struct nl *nl)
{
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, nl_open(nl));
}

static void become(struct __test_metadata *_metadata, struct nl *nl,
		   const char *name, uint32_t node, uint32_t lease_ms)
{
	struct message message;
	struct answer answer;

	message_identity(&message, nl, name, node);
	message_put_u32(&message, WEFT_A_CLUSTER_LEASE_MS, lease_ms);
	ASSERT_EQ(0, nl_ask(nl, &message, &answer));
	ASSERT_EQ(0, answer.err) TH_LOG("%s", answer.text);
}

static void expect_is(struct __test_metadata *_metadata, struct nl *nl,
		      const char *name, uint32_t node, uint32_t lease_ms)
{
	struct answer answer;

	ASSERT_EQ(0, nl_command(nl, WEFT_CMD_CLUSTER_GET, &answer));
	EXPECT_STREQ(name, message_string(&answer.reply, WEFT_A_CLUSTER_NAME));
	EXPECT_EQ(node, message_u32(&answer.reply, WEFT_A_CLUSTER_NODE));
	EXPECT_EQ(lease_ms,
		  message_u32(&answer.reply, WEFT_A_CLUSTER_LEASE_MS));
	ASSERT_EQ(0, nl_command(nl, WEFT_CMD_NODE_GET, &answer));
	EXPECT_EQ(1, answer.replies);
	EXPECT_EQ(node, message_u32(&answer.reply, WEFT_A_NODE_ID));
}

TEST_F(namespaces, hold_different_identities)
{
	struct nl a, b;

	enter_new(_metadata, &a);
	enter_new(_metadata, &b);
	become(_metadata, &a, "one", 1, 1000);
	become(_metadata, &b, "two", 2, 2500);
	expect_is(_metadata, &a, "one", 1, 1000);
	expect_is(_metadata, &b, "two", 2, 2500);
	nl_close(&a);
	nl_close(&b);
}

TEST_F(namespaces, may_hold_nodes_of_the_same_cluster)
{
	struct nl a, b;

	enter_new(_metadata, &a);
	enter_new(_metadata, &b);
	become(_metadata, &a, "lab", 1, 1000);
	become(_metadata, &b, "lab", 2, 1000);
	become(_metadata, &a, NULL, 0, 3000);
	expect_is(_metadata, &a, "lab", 1, 3000);
	expect_is(_metadata, &b, "lab", 2, 1000);
	nl_close(&a);
	nl_close(&b);
}

TEST_F(namespaces, decide_by_the_socket_and_not_by_the_caller)
{
	struct nl a;

	enter_new(_metadata, &a);
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	become(_metadata, &a, "one", 1, 1000);
	expect_is(_metadata, &a, "one", 1, 1000);
	nl_close(&a);
}

TEST_F(namespaces, live_as_long_as_one_socket_of_them)
{
	struct nl a, b;

	enter_new(_metadata, &a);
	become(_metadata, &a, "one", 1, 1000);
	enter_new(_metadata, &b);
	expect_is(_metadata, &a, "one", 1, 1000);
	nl_close(&a);
	nl_close(&b);
}

TEST_F(namespaces, a_new_one_knows_nothing_of_those_before)
{
	struct answer answer;
	struct nl nl;
	int cycle;

	for (cycle = 0; cycle < CYCLES; cycle++) {
		enter_new(_metadata, &nl);
		ASSERT_EQ(0, nl_command(&nl, WEFT_CMD_CLUSTER_GET, &answer));
		EXPECT_FALSE(message_has(&answer.reply, WEFT_A_CLUSTER_NODE));
		become(_metadata, &nl, "cycle", 1 + (uint32_t)cycle, 1000);
		expect_is(_metadata, &nl, "cycle", 1 + (uint32_t)cycle, 1000);
		nl_close(&nl);
	}
}

TEST_HARNESS_MAIN
