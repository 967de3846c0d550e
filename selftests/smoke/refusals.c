// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the netlink family refuses, with which error, and in which words. Each
 * test has a network namespace of its own, and so a node without identity.
 */
#define _GNU_SOURCE
#include "nl.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kselftest_harness.h>

#define NOBODY	  65534
#define NAME_31	  "abcdefghijklmnopqrstuvwxyz01234"
#define OVERSIZED (64 * 1024)

/* Refused with this error and a sentence; the node is as it was. */
#define EXPECT_REFUSED(wanted, nl, message)                                    \
	do {                                                                   \
		struct answer refusal;                                         \
		EXPECT_EQ(0, nl_ask(nl, message, &refusal));                   \
		EXPECT_EQ(wanted, refusal.err);                                \
		EXPECT_EQ(0, refusal.replies);                                 \
		EXPECT_LT(10, strlen(refusal.text))                            \
		TH_LOG("no sentence: '%s'", refusal.text);                     \
	} while (0)

/* Refused by generic netlink itself, which may say nothing. */
#define EXPECT_ERROR(wanted, nl, message)                                      \
	do {                                                                   \
		struct answer refusal;                                         \
		EXPECT_EQ(0, nl_ask(nl, message, &refusal));                   \
		EXPECT_EQ(wanted, refusal.err);                                \
		EXPECT_EQ(0, refusal.replies);                                 \
	} while (0)

FIXTURE(node)
{
	struct nl nl;
	struct message message;
};

FIXTURE_SETUP(node)
{
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, nl_open(&self->nl));
}

/* Whatever a test did: the family works and its node has no identity. */
FIXTURE_TEARDOWN(node)
{
	struct answer answer;
	struct nl nl;

	ASSERT_EQ(0, nl_open(&nl));
	EXPECT_EQ(0, nl_command(&nl, WEFT_CMD_CLUSTER_GET, &answer));
	EXPECT_EQ(0, answer.err);
	EXPECT_EQ(1, answer.replies);
	EXPECT_FALSE(message_has(&answer.reply, WEFT_A_CLUSTER_NODE));
	nl_close(&nl);
	nl_close(&self->nl);
}

TEST_F(node, truncated_generic_header_is_refused)
{
	uint32_t length;

	for (length = NLMSG_HDRLEN; length < NLMSG_HDRLEN + GENL_HDRLEN;
	     length++) {
		message_init(&self->message, &self->nl, WEFT_CMD_CLUSTER_GET);
		self->message.header.nlmsg_len = length;
		EXPECT_ERROR(-EINVAL, &self->nl, &self->message);
	}
}

TEST_F(node, header_shorter_than_a_header_is_dropped)
{
	struct answer answer;

	message_init(&self->message, &self->nl, WEFT_CMD_CLUSTER_GET);
	self->message.header.nlmsg_len = NLMSG_HDRLEN - 1;
	EXPECT_EQ(NLMSG_HDRLEN,
		  send(self->nl.fd, &self->message, NLMSG_HDRLEN, 0));
	EXPECT_EQ(-ETIMEDOUT, nl_receive(&self->nl, &answer, NL_QUIET_MS));
}

TEST_F(node, header_that_claims_more_than_was_sent_is_dropped)
{
	struct answer answer;

	message_init(&self->message, &self->nl, WEFT_CMD_CLUSTER_GET);
	self->message.header.nlmsg_len = 4096;
	EXPECT_EQ(20, send(self->nl.fd, &self->message, 20, 0));
	EXPECT_EQ(-ETIMEDOUT, nl_receive(&self->nl, &answer, NL_QUIET_MS));
}

TEST_F(node, truncated_attribute_is_refused)
{
	struct nlattr *attr = (struct nlattr *)self->message.data;

	message_identity(&self->message, &self->nl, "lab", 0);
	attr->nla_len = 100; /* more than the message holds */
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
	message_identity(&self->message, &self->nl, "lab", 0);
	attr->nla_len = NLA_HDRLEN - 1; /* less than an attribute can have */
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
	message_identity(&self->message, &self->nl, "lab", 1);
	self->message.header.nlmsg_len -= 2;
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
}

TEST_F(node, garbage_after_the_attributes_is_refused)
{
	message_identity(&self->message, &self->nl, "lab", 1);
	self->message.header.nlmsg_len += 3;
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
}

TEST_F(node, number_of_wrong_width_is_refused)
{
	static const unsigned char one[16] = { 1 };
	static const uint16_t widths[] = { 0, 1, 2, 3, 5, 8, 16 };
	static const uint16_t types[] = { WEFT_A_CLUSTER_NODE,
					  WEFT_A_CLUSTER_LEASE_MS };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(widths); i++)
		for (j = 0; j < ARRAY_SIZE(types); j++) {
			message_identity(&self->message, &self->nl, "lab",
					 j ? 1 : 0);
			message_put(&self->message, types[j], one, widths[i]);
			EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
		}
}

TEST_F(node, node_number_out_of_range_is_refused)
{
	static const uint32_t numbers[] = { 0,	   65,	       256,
					    65537, 0x80000000, UINT32_MAX };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		message_identity(&self->message, &self->nl, "lab", 0);
		message_put_u32(&self->message, WEFT_A_CLUSTER_NODE,
				numbers[i]);
		EXPECT_REFUSED(-ERANGE, &self->nl, &self->message);
	}
}

TEST_F(node, lease_out_of_range_is_refused)
{
	static const uint32_t leases[] = { 0, 99, 600001, 0x80000000,
					   UINT32_MAX };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(leases); i++) {
		message_identity(&self->message, &self->nl, "lab", 1);
		message_put_u32(&self->message, WEFT_A_CLUSTER_LEASE_MS,
				leases[i]);
		EXPECT_REFUSED(-ERANGE, &self->nl, &self->message);
	}
}

TEST_F(node, unknown_attribute_is_refused)
{
	static const uint16_t types[] = { WEFT_A_CLUSTER_MAX + 1, 100, 0x3fff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		message_identity(&self->message, &self->nl, "lab", 1);
		message_put_u32(&self->message, types[i], 1);
		EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
	}
}

TEST_F(node, command_without_attributes_refuses_one)
{
	static const uint8_t commands[] = { WEFT_CMD_MODULE_GET,
					    WEFT_CMD_CLUSTER_GET };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		message_init(&self->message, &self->nl, commands[i]);
		message_put_u32(&self->message, 1, 1);
		EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
	}
	message_init(&self->message, &self->nl, WEFT_CMD_NODE_GET);
	self->message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message_put_u32(&self->message, WEFT_A_NODE_ID, 1);
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
}

TEST_F(node, unknown_command_is_refused)
{
	static const uint8_t commands[] = { 0, WEFT_CMD_CLUSTER_NTF,
					    WEFT_CMD_MAX + 1, 255 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		message_init(&self->message, &self->nl, commands[i]);
		EXPECT_ERROR(-EOPNOTSUPP, &self->nl, &self->message);
	}
}

TEST_F(node, wrong_name_is_refused)
{
	static const char *const names[] = {
		"",    ".lab", "-lab",	    "_lab",
		"a b", "a/b",  "lab\n",	    "l\xc3\xbc",
		"l%n", "..",   NAME_31 "x", NAME_31 NAME_31 NAME_31,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		message_identity(&self->message, &self->nl, names[i], 1);
		EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
	}
}

TEST_F(node, name_without_its_nul_is_refused)
{
	message_init(&self->message, &self->nl, WEFT_CMD_CLUSTER_SET);
	message_put(&self->message, WEFT_A_CLUSTER_NAME, "laboratory", 3);
	message_put_u32(&self->message, WEFT_A_CLUSTER_NODE, 1);
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
	message_init(&self->message, &self->nl, WEFT_CMD_CLUSTER_SET);
	message_put(&self->message, WEFT_A_CLUSTER_NAME, NAME_31 "x", 32);
	message_put_u32(&self->message, WEFT_A_CLUSTER_NODE, 1);
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
	message_init(&self->message, &self->nl, WEFT_CMD_CLUSTER_SET);
	message_put(&self->message, WEFT_A_CLUSTER_NAME, "", 0);
	message_put_u32(&self->message, WEFT_A_CLUSTER_NODE, 1);
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
}

TEST_F(node, incarnation_in_a_request_is_refused)
{
	uint64_t incarnation = 1;
	struct answer answer;

	message_identity(&self->message, &self->nl, "lab", 1);
	message_put(&self->message, WEFT_A_CLUSTER_INCARNATION, &incarnation,
		    sizeof(incarnation));
	EXPECT_EQ(0, nl_ask(&self->nl, &self->message, &answer));
	EXPECT_EQ(-EINVAL, answer.err);
	EXPECT_NE(NULL, strstr(answer.text, "incarnation"))
	TH_LOG("'%s'", answer.text);
}

TEST_F(node, first_identity_needs_name_and_number)
{
	struct answer answer;

	message_identity(&self->message, &self->nl, NULL, 1);
	EXPECT_EQ(0, nl_ask(&self->nl, &self->message, &answer));
	EXPECT_EQ(-EINVAL, answer.err);
	EXPECT_EQ(WEFT_A_CLUSTER_NAME, answer.missing);
	EXPECT_NE(NULL, strstr(answer.text, "name is required"));
	message_identity(&self->message, &self->nl, "lab", 0);
	EXPECT_EQ(0, nl_ask(&self->nl, &self->message, &answer));
	EXPECT_EQ(-EINVAL, answer.err);
	EXPECT_EQ(WEFT_A_CLUSTER_NODE, answer.missing);
	EXPECT_NE(NULL, strstr(answer.text, "number is required"));
	message_identity(&self->message, &self->nl, NULL, 0);
	message_put_u32(&self->message, WEFT_A_CLUSTER_LEASE_MS, 500);
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
}

/* A sender cannot make a socket send this much unless it asks for room. */
TEST_F(node, message_of_64_kibibytes_is_refused)
{
	static unsigned char bytes[OVERSIZED];
	struct message *message = (struct message *)bytes;
	struct nlattr *attr = (struct nlattr *)message->data;
	int room = 4 * OVERSIZED;
	struct answer answer;

	ASSERT_EQ(0, setsockopt(self->nl.fd, SOL_SOCKET, SO_SNDBUFFORCE, &room,
				sizeof(room)));
	message_init(message, &self->nl, WEFT_CMD_CLUSTER_SET);
	attr->nla_type = WEFT_A_CLUSTER_NAME;
	attr->nla_len = OVERSIZED - NLMSG_HDRLEN - GENL_HDRLEN - 1;
	memset(message->data + NLA_HDRLEN, 'x', attr->nla_len - NLA_HDRLEN);
	message->header.nlmsg_len = OVERSIZED;
	EXPECT_EQ(OVERSIZED, send(self->nl.fd, bytes, OVERSIZED, 0));
	EXPECT_EQ(0, nl_receive(&self->nl, &answer, NL_WAIT_MS));
	EXPECT_GT(0, answer.err);
	EXPECT_LT(10, strlen(answer.text)) TH_LOG("no sentence");
}

TEST_F(node, dump_of_a_command_without_dump_is_refused)
{
	static const uint8_t commands[] = {
		WEFT_CMD_MODULE_GET,
		WEFT_CMD_CLUSTER_GET,
		WEFT_CMD_CLUSTER_SET,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		message_init(&self->message, &self->nl, commands[i]);
		self->message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		EXPECT_ERROR(-EOPNOTSUPP, &self->nl, &self->message);
	}
}

TEST_F(node, nodes_without_the_dump_flag_are_refused)
{
	message_init(&self->message, &self->nl, WEFT_CMD_NODE_GET);
	EXPECT_ERROR(-EOPNOTSUPP, &self->nl, &self->message);
}

TEST_F(node, reserved_bytes_of_the_header_are_refused)
{
	static const uint16_t values[] = { 1, 0x100, 0xffff };
	uint8_t command;
	size_t i;

	for (command = WEFT_CMD_MODULE_GET; command < WEFT_CMD_NODE_GET;
	     command++)
		for (i = 0; i < ARRAY_SIZE(values); i++) {
			message_init(&self->message, &self->nl, command);
			self->message.genl.reserved = values[i];
			EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
		}
}

TEST_F(node, unknown_flags_of_the_header_are_refused)
{
	message_init(&self->message, &self->nl, WEFT_CMD_CLUSTER_GET);
	self->message.header.nlmsg_flags |= 0x8000;
	EXPECT_REFUSED(-EINVAL, &self->nl, &self->message);
}

/* Reads are for everybody; @nl was opened by the one who asks. */
static void expect_reads(struct __test_metadata *_metadata, struct nl *nl)
{
	static const uint8_t commands[] = {
		WEFT_CMD_MODULE_GET,
		WEFT_CMD_CLUSTER_GET,
		WEFT_CMD_NODE_GET,
	};
	struct answer answer;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		EXPECT_EQ(0, nl_command(nl, commands[i], &answer));
		EXPECT_EQ(0, answer.err);
		EXPECT_EQ(commands[i] == WEFT_CMD_NODE_GET ? 0 : 1,
			  answer.replies);
	}
	EXPECT_FALSE(message_has(&answer.reply, WEFT_A_CLUSTER_NODE));
}

static void expect_no_change(struct __test_metadata *_metadata, struct nl *nl)
{
	struct message message;
	struct answer answer;

	message_identity(&message, nl, "lab", 1);
	EXPECT_EQ(0, nl_ask(nl, &message, &answer));
	EXPECT_EQ(-EPERM, answer.err);
	EXPECT_NE(NULL, strstr(answer.text, "CAP_NET_ADMIN"))
	TH_LOG("'%s'", answer.text);
}

TEST_F(node, user_without_privilege_may_read_and_not_change)
{
	struct nl nl;

	ASSERT_EQ(0, setgroups(0, NULL));
	ASSERT_EQ(0, setgid(NOBODY));
	ASSERT_EQ(0, setuid(NOBODY));
	ASSERT_EQ(0, nl_open(&nl));
	expect_reads(_metadata, &nl);
	expect_no_change(_metadata, &nl);
	nl_close(&nl);
}

/* Root in a user namespace of its own is nobody special outside. */
TEST_F(node, owner_of_a_user_namespace_may_read_and_not_change)
{
	struct nl nl;

	ASSERT_EQ(0, unshare(CLONE_NEWUSER | CLONE_NEWNET));
	ASSERT_EQ(0, nl_open(&nl));
	expect_reads(_metadata, &nl);
	expect_no_change(_metadata, &nl);
	nl_close(&nl);
}

TEST_F(node, user_who_owns_namespaces_may_read_and_not_change)
{
	struct nl nl;

	ASSERT_EQ(0, setgroups(0, NULL));
	ASSERT_EQ(0, setgid(NOBODY));
	ASSERT_EQ(0, setuid(NOBODY));
	ASSERT_EQ(0, unshare(CLONE_NEWUSER | CLONE_NEWNET));
	ASSERT_EQ(0, nl_open(&nl));
	expect_reads(_metadata, &nl);
	expect_no_change(_metadata, &nl);
	nl_close(&nl);
}

TEST_HARNESS_MAIN
