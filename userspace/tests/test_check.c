// SPDX-License-Identifier: GPL-2.0-or-later
/* The answer to a check of a process: good ones, and every way to break them. */
#include "internal.h"
#include "ktap.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>

static struct weft_check_reply reply;

static struct nl_msg *new_message(uint32_t pid, uint32_t node, const char *name)
{
	struct nl_msg *msg = nlmsg_alloc_size(1 << 20);

	if (!msg || !genlmsg_put(msg, 0, 0, 0x20, 0, 0, WEFT_CMD_MIGRATE_CHECK,
				 1))
		abort();
	if (pid)
		nla_put_u32(msg, WEFT_A_CHECK_PID, pid);
	if (node)
		nla_put_u32(msg, WEFT_A_CHECK_NODE, node);
	if (name && nla_put_string(msg, WEFT_A_CHECK_NAME, name))
		abort();
	return msg;
}

/* So many details; without a text or without "more" if these are negative. */
static void put_reason(struct nl_msg *msg, int code, const char *text,
		       unsigned int details, int more)
{
	struct nlattr *nest = nla_nest_start(msg, WEFT_A_CHECK_REASON);
	char detail[32];
	unsigned int i;

	if (!nest)
		abort();
	if (code >= 0)
		nla_put_u32(msg, WEFT_A_REASON_CODE, (uint32_t)code);
	if (text)
		nla_put_string(msg, WEFT_A_REASON_TEXT, text);
	for (i = 0; i < details; i++) {
		snprintf(detail, sizeof(detail), "detail %u", i);
		nla_put_string(msg, WEFT_A_REASON_DETAIL, detail);
	}
	if (more >= 0)
		nla_put_u32(msg, WEFT_A_REASON_MORE, (uint32_t)more);
	nla_nest_end(msg, nest);
}

static int parse(struct nl_msg *msg)
{
	int err = weft_parse_check(nlmsg_hdr(msg), &reply);

	nlmsg_free(msg);
	return err;
}

static int parse_one(int code, const char *text, unsigned int details, int more)
{
	struct nl_msg *msg = new_message(1, 1, NULL);

	put_reason(msg, code, text, details, more);
	return parse(msg);
}

static void process_that_can_move_has_no_reasons(struct ktap *test)
{
	EXPECT_EQ(test, 0, parse(new_message(INT32_MAX, 64, "python3")));
	EXPECT_EQ(test, INT32_MAX, reply.result.pid);
	EXPECT_EQ(test, 64, reply.result.node);
	EXPECT_EQ(test, 0, reply.result.reason_count);
	EXPECT_TEXT(test, "python3", reply.result.name);
	EXPECT_EQ(test, 0, parse(new_message(1, 1, NULL)));
	EXPECT_TEXT(test, "", reply.result.name);
}

static void reasons_come_in_order_each_with_its_details(struct ktap *test)
{
	struct nl_msg *msg = new_message(5, 2, "x");

	put_reason(msg, 8, "it maps a device", 3, 7);
	put_reason(msg, 0, "none", 0, 0);
	put_reason(msg, 4711, "from the future", 1, 0);
	EXPECT_EQ(test, 0, parse(msg));
	EXPECT_EQ(test, 3, reply.result.reason_count);
	EXPECT_EQ(test, 8, reply.reasons[0].code);
	EXPECT_TEXT(test, "it maps a device", reply.reasons[0].text);
	EXPECT_EQ(test, 3, reply.reasons[0].detail_count);
	EXPECT_TEXT(test, "detail 2", reply.reasons[0].details[2]);
	EXPECT_EQ(test, 7, reply.reasons[0].more);
	EXPECT_EQ(test, 0, reply.reasons[1].detail_count);
	EXPECT_EQ(test, 4711, reply.reasons[2].code);
	EXPECT_TEXT(test, "detail 0", reply.reasons[2].details[0]);
}

static void incomplete_answers_are_refused(struct ktap *test)
{
	EXPECT_EQ(test, -EPROTO, parse(new_message(0, 1, "x")));
	EXPECT_EQ(test, -EPROTO, parse(new_message(1, 0, "x")));
	EXPECT_EQ(test, -EPROTO, parse_one(-1, "x", 0, 0));
	EXPECT_EQ(test, -EPROTO, parse_one(1, NULL, 0, 0));
	EXPECT_EQ(test, -EPROTO, parse_one(1, "", 0, 0));
	EXPECT_EQ(test, -EPROTO, parse_one(1, "x", 0, -1));
	EXPECT_EQ(test, 0, parse_one(1, "x", 0, 0));
}

static void values_out_of_range_are_refused(struct ktap *test)
{
	EXPECT_EQ(test, -EPROTO, parse(new_message(1U << 31, 1, NULL)));
	EXPECT_EQ(test, -EPROTO, parse(new_message(1, 65, NULL)));
	EXPECT_EQ(test, -EPROTO,
		  parse(new_message(1, 1, "0123456789abcdef")));
	EXPECT_EQ(test, 0, parse(new_message(1, 1, "0123456789abcde")));
}

static void text_that_steers_a_terminal_is_refused(struct ktap *test)
{
	struct nl_msg *msg = new_message(1, 1, NULL);
	struct nlattr *nest;

	EXPECT_EQ(test, -EPROTO, parse_one(1, "\x1b[2J", 0, 0));
	EXPECT_EQ(test, -EPROTO, parse(new_message(1, 1, "a\nb")));
	nest = nla_nest_start(msg, WEFT_A_CHECK_REASON);
	nla_put_u32(msg, WEFT_A_REASON_CODE, 1);
	nla_put_string(msg, WEFT_A_REASON_TEXT, "x");
	nla_put_string(msg, WEFT_A_REASON_DETAIL, "\x7f");
	nla_put_u32(msg, WEFT_A_REASON_MORE, 0);
	nla_nest_end(msg, nest);
	EXPECT_EQ(test, -EPROTO, parse(msg));
}

static void reason_that_comes_twice_is_refused(struct ktap *test)
{
	struct nl_msg *msg = new_message(1, 1, NULL);

	put_reason(msg, 3, "x", 0, 0);
	put_reason(msg, 3, "y", 0, 0);
	EXPECT_EQ(test, -EPROTO, parse(msg));
}

/* As many reasons, with so many details each. */
static int parse_many(int reasons, unsigned int details)
{
	struct nl_msg *msg = new_message(1, 1, NULL);
	int i;

	for (i = 0; i < reasons; i++)
		put_reason(msg, i, "x", details, 0);
	return parse(msg);
}

static void too_much_of_anything_is_refused(struct ktap *test)
{
	char text[WEFT_CHECK_TEXT_MAX / 2];

	EXPECT_EQ(test, 0, parse_many(WEFT_CHECK_REASONS_MAX, 0));
	EXPECT_EQ(test, -EPROTO, parse_many(WEFT_CHECK_REASONS_MAX + 1, 0));
	EXPECT_EQ(test, 0, parse_many(1, WEFT_CHECK_DETAILS_MAX));
	EXPECT_EQ(test, -EPROTO, parse_many(1, WEFT_CHECK_DETAILS_MAX + 1));
	EXPECT_EQ(test, -EPROTO, parse_many(2, WEFT_CHECK_DETAILS_MAX / 2 + 1));
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	EXPECT_EQ(test, 0, parse_one(1, text, 0, 0));
	EXPECT_EQ(test, 0, parse_one(1, text, 1000, 0));
	{
		struct nl_msg *msg = new_message(1, 1, NULL);

		put_reason(msg, 1, text, 0, 0);
		put_reason(msg, 2, text, 0, 0);
		put_reason(msg, 3, "x", 0, 0);
		EXPECT_EQ(test, -EPROTO, parse(msg));
	}
}

static void truncated_answers_are_refused(struct ktap *test)
{
	struct nl_msg *msg = new_message(1, 1, "x");
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	uint32_t length;

	put_reason(msg, 3, "x", 2, 0);
	/* whole attributes that are missing at the end are no breach by themselves */
	for (length = NLMSG_HDRLEN; length < NLMSG_HDRLEN + GENL_HDRLEN + 16;
	     length++) {
		struct nlmsghdr *copy = malloc(length);

		if (!copy)
			abort();
		memcpy(copy, nlh, length);
		copy->nlmsg_len = length;
		EXPECT_EQ(test, -EPROTO, weft_parse_check(copy, &reply));
		free(copy);
	}
	nlmsg_free(msg);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(process_that_can_move_has_no_reasons),
	KTAP_CASE(reasons_come_in_order_each_with_its_details),
	KTAP_CASE(incomplete_answers_are_refused),
	KTAP_CASE(values_out_of_range_are_refused),
	KTAP_CASE(text_that_steers_a_terminal_is_refused),
	KTAP_CASE(reason_that_comes_twice_is_refused),
	KTAP_CASE(too_much_of_anything_is_refused),
	KTAP_CASE(truncated_answers_are_refused),
};

KTAP_MAIN(cases)
