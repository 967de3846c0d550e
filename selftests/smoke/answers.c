// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the netlink family grants, and what its replies, notifications and dumps
 * say. Each test has a network namespace of its own.
 */
#define _GNU_SOURCE
#include "nl.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <kselftest_harness.h>

#define NAME_31	  "abcdefghijklmnopqrstuvwxyz.01_-"
#define MINUTE_MS 60000

FIXTURE(node)
{
	struct nl nl;
	struct message message;
	struct answer answer;
};

FIXTURE_SETUP(node)
{
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(node)
{
	nl_close(&self->nl);
}

static void expect_identity(struct __test_metadata *_metadata,
			    const struct message *message, uint8_t command,
			    const char *name, uint32_t node, uint32_t lease_ms)
{
	EXPECT_EQ(command, message->genl.cmd);
	EXPECT_EQ(WEFT_GENL_VERSION, message->genl.version);
	EXPECT_STREQ(name, message_string(message, WEFT_A_CLUSTER_NAME));
	EXPECT_EQ(node, message_u32(message, WEFT_A_CLUSTER_NODE));
	EXPECT_EQ(lease_ms, message_u32(message, WEFT_A_CLUSTER_LEASE_MS));
	EXPECT_TRUE(message_has(message, WEFT_A_CLUSTER_INCARNATION));
	EXPECT_NE(0, message_u64(message, WEFT_A_CLUSTER_INCARNATION));
}

static void set(struct __test_metadata *_metadata, struct nl *nl,
		const char *name, uint32_t node, uint32_t lease_ms,
		struct answer *answer)
{
	struct message message;

	message_identity(&message, nl, name, node);
	if (lease_ms)
		message_put_u32(&message, WEFT_A_CLUSTER_LEASE_MS, lease_ms);
	ASSERT_EQ(0, nl_ask(nl, &message, answer));
	ASSERT_EQ(0, answer->err) TH_LOG("refused: %s", answer->text);
	EXPECT_EQ(1, answer->replies);
}

TEST_F(node, module_tells_version_and_limit)
{
	ASSERT_EQ(0, nl_command(&self->nl, WEFT_CMD_MODULE_GET, &self->answer));
	EXPECT_EQ(0, self->answer.err);
	EXPECT_EQ(1, self->answer.replies);
	EXPECT_EQ(WEFT_CMD_MODULE_GET, self->answer.reply.genl.cmd);
	EXPECT_LT(0, strlen(message_string(&self->answer.reply,
					   WEFT_A_MODULE_VERSION)));
	EXPECT_GT(WEFT_VERSION_LEN,
		  strlen(message_string(&self->answer.reply,
					WEFT_A_MODULE_VERSION)));
	EXPECT_EQ(WEFT_NODE_MAX,
		  message_u32(&self->answer.reply, WEFT_A_MODULE_NODE_MAX));
}

TEST_F(node, unconfigured_node_tells_its_lease_only)
{
	const struct message *reply = &self->answer.reply;

	ASSERT_EQ(0,
		  nl_command(&self->nl, WEFT_CMD_CLUSTER_GET, &self->answer));
	EXPECT_EQ(0, self->answer.err);
	EXPECT_EQ(1, self->answer.replies);
	EXPECT_EQ(WEFT_CMD_CLUSTER_GET, reply->genl.cmd);
	EXPECT_EQ(WEFT_LEASE_MS_DEFAULT,
		  message_u32(reply, WEFT_A_CLUSTER_LEASE_MS));
	EXPECT_FALSE(message_has(reply, WEFT_A_CLUSTER_NAME));
	EXPECT_FALSE(message_has(reply, WEFT_A_CLUSTER_NODE));
	EXPECT_FALSE(message_has(reply, WEFT_A_CLUSTER_INCARNATION));
}

TEST_F(node, identity_is_in_the_reply_and_in_later_answers)
{
	struct answer later;

	set(_metadata, &self->nl, "lab", 7, 1500, &self->answer);
	expect_identity(_metadata, &self->answer.reply, WEFT_CMD_CLUSTER_SET,
			"lab", 7, 1500);
	EXPECT_EQ(self->nl.seq, self->answer.reply.header.nlmsg_seq);
	ASSERT_EQ(0, nl_command(&self->nl, WEFT_CMD_CLUSTER_GET, &later));
	expect_identity(_metadata, &later.reply, WEFT_CMD_CLUSTER_GET, "lab", 7,
			1500);
	EXPECT_EQ(message_u64(&self->answer.reply, WEFT_A_CLUSTER_INCARNATION),
		  message_u64(&later.reply, WEFT_A_CLUSTER_INCARNATION));
}

TEST_F(node, limits_themselves_are_granted)
{
	set(_metadata, &self->nl, NAME_31, WEFT_NODE_MAX, WEFT_LEASE_MS_MAX,
	    &self->answer);
	expect_identity(_metadata, &self->answer.reply, WEFT_CMD_CLUSTER_SET,
			NAME_31, WEFT_NODE_MAX, WEFT_LEASE_MS_MAX);
	set(_metadata, &self->nl, NULL, 0, WEFT_LEASE_MS_MIN, &self->answer);
	expect_identity(_metadata, &self->answer.reply, WEFT_CMD_CLUSTER_SET,
			NAME_31, WEFT_NODE_MAX, WEFT_LEASE_MS_MIN);
}

TEST_F(node, same_identity_again_changes_nothing)
{
	struct answer again;

	set(_metadata, &self->nl, "lab", 7, 0, &self->answer);
	set(_metadata, &self->nl, "lab", 7, WEFT_LEASE_MS_DEFAULT, &again);
	EXPECT_EQ(message_u64(&self->answer.reply, WEFT_A_CLUSTER_INCARNATION),
		  message_u64(&again.reply, WEFT_A_CLUSTER_INCARNATION));
	set(_metadata, &self->nl, NULL, 0, 0, &again);
	expect_identity(_metadata, &again.reply, WEFT_CMD_CLUSTER_SET, "lab", 7,
			WEFT_LEASE_MS_DEFAULT);
}

static void expect_busy(struct __test_metadata *_metadata, struct nl *nl,
			const char *name, uint32_t node)
{
	struct message message;
	struct answer answer;

	message_identity(&message, nl, name, node);
	message_put_u32(&message, WEFT_A_CLUSTER_LEASE_MS, 500);
	ASSERT_EQ(0, nl_ask(nl, &message, &answer));
	EXPECT_EQ(-EBUSY, answer.err);
	EXPECT_NE(NULL, strstr(answer.text, "node 7 of cluster lab"))
	TH_LOG("'%s'", answer.text);
	EXPECT_NE(0, answer.bad_offset);
}

TEST_F(node, another_identity_is_refused_as_busy_and_changes_nothing)
{
	set(_metadata, &self->nl, "lab", 7, 0, &self->answer);
	expect_busy(_metadata, &self->nl, "lab", 8);
	expect_busy(_metadata, &self->nl, "lab2", 7);
	expect_busy(_metadata, &self->nl, "la", 7);
	expect_busy(_metadata, &self->nl, NULL, 8);
	expect_busy(_metadata, &self->nl, "other", 0);
	ASSERT_EQ(0,
		  nl_command(&self->nl, WEFT_CMD_CLUSTER_GET, &self->answer));
	expect_identity(_metadata, &self->answer.reply, WEFT_CMD_CLUSTER_GET,
			"lab", 7, WEFT_LEASE_MS_DEFAULT);
}

TEST_F(node, listener_hears_of_changes_and_of_nothing_else)
{
	struct nl listener;
	struct answer event;

	ASSERT_EQ(0, nl_open(&listener));
	ASSERT_EQ(0, nl_join(&listener));
	set(_metadata, &self->nl, "lab", 7, 0, &self->answer);
	/* A notification is no answer that ends: it is read until all is quiet. */
	EXPECT_EQ(-ETIMEDOUT, nl_receive(&listener, &event, NL_QUIET_MS));
	EXPECT_EQ(1, event.replies);
	expect_identity(_metadata, &event.reply, WEFT_CMD_CLUSTER_NTF, "lab", 7,
			WEFT_LEASE_MS_DEFAULT);

	set(_metadata, &self->nl, "lab", 7, 0, &self->answer);
	expect_busy(_metadata, &self->nl, "lab", 9);
	set(_metadata, &self->nl, NULL, 0, 750, &self->answer);
	EXPECT_EQ(-ETIMEDOUT, nl_receive(&listener, &event, NL_QUIET_MS));
	EXPECT_EQ(1, event.replies);
	expect_identity(_metadata, &event.reply, WEFT_CMD_CLUSTER_NTF, "lab", 7,
			750);
	EXPECT_EQ(message_u64(&self->answer.reply, WEFT_A_CLUSTER_INCARNATION),
		  message_u64(&event.reply, WEFT_A_CLUSTER_INCARNATION));
	nl_close(&listener);
}

TEST_F(node, listener_in_another_namespace_hears_nothing)
{
	struct nl listener;
	struct answer event;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, nl_open(&listener));
	ASSERT_EQ(0, nl_join(&listener));
	set(_metadata, &self->nl, "lab", 7, 0, &self->answer);
	EXPECT_EQ(-ETIMEDOUT, nl_receive(&listener, &event, NL_QUIET_MS));
	EXPECT_EQ(0, event.replies);

	/* It does hear of its own node: the event, the reply, the end. */
	message_identity(&self->message, &listener, "other", 8);
	ASSERT_EQ(0, nl_ask(&listener, &self->message, &self->answer));
	EXPECT_EQ(0, self->answer.err);
	EXPECT_EQ(2, self->answer.replies);
	nl_close(&listener);
}

static void dump(struct __test_metadata *_metadata, struct nl *nl,
		 struct answer *answer)
{
	ASSERT_EQ(0, nl_command(nl, WEFT_CMD_NODE_GET, answer));
	EXPECT_EQ(0, answer->err);
	EXPECT_TRUE(answer->done);
}

static void expect_node(struct __test_metadata *_metadata,
			const struct answer *answer, uint32_t node,
			uint64_t incarnation)
{
	EXPECT_EQ(1, answer->replies);
	EXPECT_EQ(WEFT_CMD_NODE_GET, answer->reply.genl.cmd);
	EXPECT_TRUE(answer->reply.header.nlmsg_flags & NLM_F_MULTI);
	EXPECT_FALSE(answer->reply.header.nlmsg_flags & NLM_F_DUMP_INTR);
	EXPECT_EQ(node, message_u32(&answer->reply, WEFT_A_NODE_ID));
	EXPECT_TRUE(message_has(&answer->reply, WEFT_A_NODE_LOCAL));
	EXPECT_EQ(incarnation,
		  message_u64(&answer->reply, WEFT_A_NODE_INCARNATION));
	EXPECT_GT(MINUTE_MS, message_u64(&answer->reply, WEFT_A_NODE_AGE_MS));
}

TEST_F(node, dump_of_an_unconfigured_node_is_empty)
{
	dump(_metadata, &self->nl, &self->answer);
	EXPECT_EQ(0, self->answer.replies);
}

TEST_F(node, dump_of_a_node_with_identity_is_itself)
{
	const struct timespec moment = { .tv_nsec = 20000000 };
	uint64_t incarnation, age;

	set(_metadata, &self->nl, "lab", 64, 0, &self->answer);
	incarnation =
		message_u64(&self->answer.reply, WEFT_A_CLUSTER_INCARNATION);
	dump(_metadata, &self->nl, &self->answer);
	expect_node(_metadata, &self->answer, 64, incarnation);
	age = message_u64(&self->answer.reply, WEFT_A_NODE_AGE_MS);
	nanosleep(&moment, NULL);
	dump(_metadata, &self->nl, &self->answer);
	expect_node(_metadata, &self->answer, 64, incarnation);
	EXPECT_LT(age, message_u64(&self->answer.reply, WEFT_A_NODE_AGE_MS));
}

TEST_F(node, dump_fits_the_smallest_receive_buffer)
{
	uint64_t incarnation;
	int room = 1;

	set(_metadata, &self->nl, "lab", 3, 0, &self->answer);
	incarnation =
		message_u64(&self->answer.reply, WEFT_A_CLUSTER_INCARNATION);
	ASSERT_EQ(0, setsockopt(self->nl.fd, SOL_SOCKET, SO_RCVBUF, &room,
				sizeof(room)));
	dump(_metadata, &self->nl, &self->answer);
	expect_node(_metadata, &self->answer, 3, incarnation);
}

TEST_F(node, reader_with_a_tiny_buffer_harms_only_itself)
{
	unsigned char tiny[16];
	struct answer answer;

	set(_metadata, &self->nl, "lab", 3, 0, &self->answer);
	message_init(&self->message, &self->nl, WEFT_CMD_NODE_GET);
	self->message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ASSERT_EQ(0, nl_send(&self->nl, &self->message));
	EXPECT_LT(16, recv(self->nl.fd, tiny, sizeof(tiny), MSG_TRUNC));
	nl_receive(&self->nl, &answer, NL_WAIT_MS);
	dump(_metadata, &self->nl, &answer);
	EXPECT_EQ(1, answer.replies);
}

TEST_HARNESS_MAIN
