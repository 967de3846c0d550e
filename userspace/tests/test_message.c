// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel sends: good messages, and every way to break them. */
#include "internal.h"
#include "ktap.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>

static struct nl_msg *new_message(uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, 0, 0, 0x20, 0, 0, command, 1))
		abort();
	return msg;
}

static void put_string(struct nl_msg *msg, int type, const char *value)
{
	if (value && nla_put_string(msg, type, value))
		abort();
}

/* Values of 0 stand for "leave it out". */
static struct nl_msg *cluster_message(const char *name, uint32_t node,
				      uint32_t lease_ms, uint64_t incarnation)
{
	struct nl_msg *msg = new_message(WEFT_CMD_CLUSTER_GET);

	put_string(msg, WEFT_A_CLUSTER_NAME, name);
	if (node)
		nla_put_u32(msg, WEFT_A_CLUSTER_NODE, node);
	if (lease_ms)
		nla_put_u32(msg, WEFT_A_CLUSTER_LEASE_MS, lease_ms);
	if (incarnation)
		nla_put_u64(msg, WEFT_A_CLUSTER_INCARNATION, incarnation);
	return msg;
}

static int parse_cluster(struct nl_msg *msg, struct weft_cluster *cluster)
{
	int err;

	memset(cluster, 0x55, sizeof(*cluster));
	err = weft_parse_cluster(nlmsg_hdr(msg), WEFT_CMD_CLUSTER_GET,
				 cluster);
	nlmsg_free(msg);
	return err;
}

static void identity_is_read(struct ktap *test)
{
	struct weft_cluster cluster;

	EXPECT_EQ(test, 0, parse_cluster(cluster_message("lab", 64, 2000,
							 UINT64_MAX),
					 &cluster));
	EXPECT(test, cluster.is_configured);
	EXPECT_TEXT(test, "lab", cluster.name);
	EXPECT_EQ(test, 64, cluster.node);
	EXPECT_EQ(test, 2000, cluster.lease_ms);
	EXPECT(test, cluster.incarnation == UINT64_MAX);
}

static void node_without_identity_is_read(struct ktap *test)
{
	struct weft_cluster cluster;

	EXPECT_EQ(test, 0, parse_cluster(cluster_message(NULL, 0, 100, 0),
					 &cluster));
	EXPECT(test, !cluster.is_configured);
	EXPECT_EQ(test, 0, cluster.node);
	EXPECT_TEXT(test, "", cluster.name);
}

static void half_an_identity_is_refused(struct ktap *test)
{
	struct weft_cluster c;

	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("lab", 0, 2000, 1), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message(NULL, 1, 2000, 1), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("lab", 1, 2000, 0), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("lab", 1, 0, 1), &c));
}

static void values_out_of_range_are_refused(struct ktap *test)
{
	struct weft_cluster c;

	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("lab", 65, 2000, 1), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("lab", 1, 99, 1), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("lab", 1, 600001, 1), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("l b", 1, 2000, 1), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("", 1, 2000, 1), &c));
}

static void name_too_long_is_refused(struct ktap *test)
{
	struct weft_cluster c;

	EXPECT_EQ(test, 0,
		  parse_cluster(cluster_message("0123456789012345678901234567890",
						1, 2000, 1), &c));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("01234567890123456789012345678901",
						1, 2000, 1), &c));
}

static void unterminated_name_is_refused(struct ktap *test)
{
	struct nl_msg *msg = cluster_message(NULL, 1, 2000, 1);
	struct weft_cluster c;

	nla_put(msg, WEFT_A_CLUSTER_NAME, 3, "lab");
	EXPECT_EQ(test, -EPROTO, parse_cluster(msg, &c));
}

static void short_number_is_refused(struct ktap *test)
{
	struct nl_msg *msg = cluster_message("lab", 0, 2000, 1);
	struct weft_cluster c;

	nla_put(msg, WEFT_A_CLUSTER_NODE, 3, "\1\0\0");
	EXPECT_EQ(test, -EPROTO, parse_cluster(msg, &c));
}

static void failure_leaves_the_result_alone(struct ktap *test)
{
	struct weft_cluster c, before;

	memset(&before, 0x55, sizeof(before));
	EXPECT_EQ(test, -EPROTO,
		  parse_cluster(cluster_message("lab", 65, 2000, 1), &c));
	EXPECT(test, !memcmp(&c, &before, sizeof(c)));
}

static void other_command_is_refused(struct ktap *test)
{
	struct nl_msg *msg = cluster_message("lab", 1, 2000, 1);
	struct weft_cluster c;

	EXPECT_EQ(test, -EPROTO, weft_parse_cluster(nlmsg_hdr(msg),
						    WEFT_CMD_CLUSTER_SET, &c));
	nlmsg_free(msg);
}

static void attributes_of_the_future_are_skipped(struct ktap *test)
{
	struct nl_msg *msg = cluster_message("lab", 1, 2000, 1);
	struct weft_cluster c;

	nla_put_u32(msg, WEFT_A_CLUSTER_MAX + 1, 5);
	nla_put_string(msg, 1000, "x");
	EXPECT_EQ(test, 0, parse_cluster(msg, &c));
}

/* Every prefix of a good message: no crash, no result out of thin air. */
static void truncated_messages_are_refused(struct ktap *test)
{
	struct nl_msg *msg = cluster_message("lab", 1, 2000, 1);
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	uint32_t length;

	for (length = NLMSG_HDRLEN; length < nlh->nlmsg_len; length++) {
		struct nlmsghdr *copy = malloc(length);
		struct weft_cluster c;

		if (!copy)
			abort();
		memcpy(copy, nlh, length);
		copy->nlmsg_len = length;
		EXPECT_EQ(test, -EPROTO,
			  weft_parse_cluster(copy, WEFT_CMD_CLUSTER_GET, &c));
		free(copy);
	}
	nlmsg_free(msg);
}

static int parse_module(const char *version, uint32_t node_max,
			struct weft_module *module)
{
	struct nl_msg *msg = new_message(WEFT_CMD_MODULE_GET);
	int err;

	put_string(msg, WEFT_A_MODULE_VERSION, version);
	if (node_max)
		nla_put_u32(msg, WEFT_A_MODULE_NODE_MAX, node_max);
	err = weft_parse_module(nlmsg_hdr(msg), module);
	nlmsg_free(msg);
	return err;
}

static void module_is_read(struct ktap *test)
{
	struct weft_module m;

	EXPECT_EQ(test, 0, parse_module("0.1.0", 64, &m));
	EXPECT_TEXT(test, "0.1.0", m.version);
	EXPECT_EQ(test, 64, m.node_max);
	EXPECT_EQ(test, -EPROTO, parse_module(NULL, 64, &m));
	EXPECT_EQ(test, -EPROTO, parse_module("0.1.0", 0, &m));
	EXPECT_EQ(test, -EPROTO, parse_module("", 64, &m));
	EXPECT_EQ(test, -EPROTO, parse_module("\x1b[31m", 64, &m));
	EXPECT_EQ(test, -EPROTO,
		  parse_module("01234567890123456789012345678901", 64, &m));
}

static int parse_node(uint32_t id, bool is_local, struct weft_node *node)
{
	struct nl_msg *msg = new_message(WEFT_CMD_NODE_GET);
	int err;

	nla_put_u32(msg, WEFT_A_NODE_ID, id);
	if (is_local)
		nla_put_flag(msg, WEFT_A_NODE_LOCAL);
	nla_put_u64(msg, WEFT_A_NODE_INCARNATION, 9);
	nla_put_u64(msg, WEFT_A_NODE_AGE_MS, 12);
	err = weft_parse_node(nlmsg_hdr(msg), node);
	nlmsg_free(msg);
	return err;
}

static void node_is_read(struct ktap *test)
{
	struct weft_node n;

	EXPECT_EQ(test, 0, parse_node(1, true, &n));
	EXPECT(test, n.is_local);
	EXPECT_EQ(test, 9, (long long)n.incarnation);
	EXPECT_EQ(test, 12, (long long)n.age_ms);
	EXPECT_EQ(test, 0, parse_node(64, false, &n));
	EXPECT(test, !n.is_local);
	EXPECT_EQ(test, -EPROTO, parse_node(0, false, &n));
	EXPECT_EQ(test, -EPROTO, parse_node(65, false, &n));
}

static int parse_family(uint16_t id, const char *group,
			struct weft_family *family)
{
	struct nl_msg *msg = new_message(CTRL_CMD_NEWFAMILY);
	struct nlattr *groups, *one;
	int err;

	nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, "weft");
	nla_put_u16(msg, CTRL_ATTR_FAMILY_ID, id);
	nla_put_u32(msg, CTRL_ATTR_VERSION, 7);
	groups = nla_nest_start(msg, CTRL_ATTR_MCAST_GROUPS);
	one = nla_nest_start(msg, 1);
	nla_put_string(msg, CTRL_ATTR_MCAST_GRP_NAME, group);
	nla_put_u32(msg, CTRL_ATTR_MCAST_GRP_ID, 33);
	nla_nest_end(msg, one);
	nla_nest_end(msg, groups);
	err = weft_parse_family(nlmsg_hdr(msg), "weft", family);
	if (!err && weft_parse_family(nlmsg_hdr(msg), "wef", family) != -ENOENT)
		err = -1;
	nlmsg_free(msg);
	return err;
}

static void family_is_found_by_its_name(struct ktap *test)
{
	struct weft_family f = { 0 };

	EXPECT_EQ(test, 0, parse_family(0x20, "events", &f));
	EXPECT_EQ(test, 0x20, f.id);
	EXPECT_EQ(test, 7, f.version);
	EXPECT_EQ(test, 33, f.events);
	EXPECT_EQ(test, 0, parse_family(0x20, "event", &f));
	EXPECT_EQ(test, 0, f.events);
	EXPECT_EQ(test, -EPROTO, parse_family(0xf, "events", &f));
}

/* An acknowledgement with the sentence @text, of a request of @request bytes. */
static struct nl_msg *refusal(const char *text, uint32_t request, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlmsgerr *error;

	if (!msg || !nlmsg_put(msg, 0, 0, NLMSG_ERROR, 0, flags))
		abort();
	error = nlmsg_reserve(msg, sizeof(*error), NLMSG_ALIGNTO);
	memset(error, 0, sizeof(*error));
	error->error = -EBUSY;
	error->msg.nlmsg_len = request;
	if (!(flags & NLM_F_CAPPED) && request < 4096)
		nlmsg_reserve(msg, request - NLMSG_HDRLEN, NLMSG_ALIGNTO);
	put_string(msg, NLMSGERR_ATTR_MSG, text);
	return msg;
}

static void expect_sentence(struct ktap *test, const char *expected,
			    struct nl_msg *msg)
{
	char text[32];

	weft_parse_extack(nlmsg_hdr(msg), text, sizeof(text));
	EXPECT_TEXT(test, expected, text);
	nlmsg_free(msg);
}

static void sentence_of_a_refusal_is_read(struct ktap *test)
{
	const int capped = NLM_F_ACK_TLVS | NLM_F_CAPPED;

	expect_sentence(test, "node is taken",
			refusal("node is taken", 40, capped));
	expect_sentence(test, "node is taken",
			refusal("node is taken", 40, NLM_F_ACK_TLVS));
	expect_sentence(test, "", refusal("node is taken", 40, NLM_F_CAPPED));
	expect_sentence(test, "", refusal(NULL, 40, capped));
	expect_sentence(test, "", refusal("a\x1b", 40, capped));
	expect_sentence(test, "0123456789012345678901234567890",
			refusal("0123456789012345678901234567890123", 40,
				capped));
}

static void impossible_lengths_give_no_sentence(struct ktap *test)
{
	expect_sentence(test, "", refusal("x", UINT32_MAX, NLM_F_ACK_TLVS));
	expect_sentence(test, "", refusal("x", 4096, NLM_F_ACK_TLVS));
}

static void sentence_at_the_end_of_a_dump_is_read(struct ktap *test)
{
	struct nl_msg *msg = nlmsg_alloc();
	int err = -EINVAL;

	if (!msg || !nlmsg_put(msg, 0, 0, NLMSG_DONE, 0, NLM_F_ACK_TLVS))
		abort();
	nlmsg_append(msg, &err, sizeof(err), NLMSG_ALIGNTO);
	put_string(msg, NLMSGERR_ATTR_MSG, "torn");
	expect_sentence(test, "torn", msg);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(identity_is_read),
	KTAP_CASE(node_without_identity_is_read),
	KTAP_CASE(half_an_identity_is_refused),
	KTAP_CASE(values_out_of_range_are_refused),
	KTAP_CASE(name_too_long_is_refused),
	KTAP_CASE(unterminated_name_is_refused),
	KTAP_CASE(short_number_is_refused),
	KTAP_CASE(failure_leaves_the_result_alone),
	KTAP_CASE(other_command_is_refused),
	KTAP_CASE(attributes_of_the_future_are_skipped),
	KTAP_CASE(truncated_messages_are_refused),
	KTAP_CASE(module_is_read),
	KTAP_CASE(node_is_read),
	KTAP_CASE(family_is_found_by_its_name),
	KTAP_CASE(sentence_of_a_refusal_is_read),
	KTAP_CASE(impossible_lengths_give_no_sentence),
	KTAP_CASE(sentence_at_the_end_of_a_dump_is_read),
};

KTAP_MAIN(cases)
