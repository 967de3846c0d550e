// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The answer to WEFT_CMD_MIGRATE_CHECK, from bytes to structs. Pure, like
 * message.c, and as suspicious.
 */
#include "internal.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

static const struct nla_policy check_policy[WEFT_A_CHECK_MAX + 1] = {
	[WEFT_A_CHECK_PID] = { .type = NLA_U32 },
	[WEFT_A_CHECK_NODE] = { .type = NLA_U32 },
	[WEFT_A_CHECK_NAME] = { .type = NLA_STRING,
				.maxlen = WEFT_PROCESS_NAME_LEN },
	[WEFT_A_CHECK_REASON] = { .type = NLA_NESTED },
};

static const struct nla_policy reason_policy[WEFT_A_REASON_MAX + 1] = {
	[WEFT_A_REASON_CODE] = { .type = NLA_U32 },
	[WEFT_A_REASON_TEXT] = { .type = NLA_STRING },
	[WEFT_A_REASON_DETAIL] = { .type = NLA_STRING },
	[WEFT_A_REASON_MORE] = { .type = NLA_U32 },
};

/* Copies a text; NULL if there is no room, or it is not fit for a terminal. */
static const char *keep_text(struct weft_check_reply *reply,
			     struct nlattr *attr)
{
	const char *text = nla_data(attr);
	size_t size = strnlen(text, (size_t)nla_len(attr)) + 1;
	char *copy = reply->text + reply->text_len;

	if (size > sizeof(reply->text) - reply->text_len ||
	    !weft_is_printable(text))
		return NULL;
	memcpy(copy, text, size);
	reply->text_len += size;
	return copy;
}

static int parse_details(struct weft_check_reply *reply, struct nlattr *nest,
			 struct weft_reason *reason)
{
	struct nlattr *attr;
	const char *text;
	int left;

	reason->details = reply->details + reply->detail_count;
	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) != WEFT_A_REASON_DETAIL)
			continue;
		if (reply->detail_count == WEFT_CHECK_DETAILS_MAX)
			return -EPROTO;
		text = keep_text(reply, attr);
		if (!text)
			return -EPROTO;
		reply->details[reply->detail_count++] = text;
		reason->detail_count++;
	}
	return 0;
}

static bool has_code(const struct weft_check_reply *reply, uint32_t code)
{
	uint32_t i;

	for (i = 0; i < reply->result.reason_count; i++) {
		if (reply->reasons[i].code == code)
			return true;
	}
	return false;
}

static int parse_reason(struct weft_check_reply *reply, struct nlattr *nest)
{
	struct nlattr *attrs[WEFT_A_REASON_MAX + 1];
	struct weft_reason reason = { .sz = sizeof(reason) };
	int err;

	if (nla_parse_nested(attrs, WEFT_A_REASON_MAX, nest,
			     (struct nla_policy *)reason_policy))
		return -EPROTO;
	if (!attrs[WEFT_A_REASON_CODE] || !attrs[WEFT_A_REASON_TEXT] ||
	    !attrs[WEFT_A_REASON_MORE])
		return -EPROTO;
	reason.code = nla_get_u32(attrs[WEFT_A_REASON_CODE]);
	reason.more = nla_get_u32(attrs[WEFT_A_REASON_MORE]);
	reason.text = keep_text(reply, attrs[WEFT_A_REASON_TEXT]);
	if (!reason.text || !reason.text[0] || has_code(reply, reason.code) ||
	    reply->result.reason_count == WEFT_CHECK_REASONS_MAX)
		return -EPROTO;
	err = parse_details(reply, nest, &reason);
	if (err)
		return err;
	reply->reasons[reply->result.reason_count++] = reason;
	return 0;
}

static int parse_reasons(struct weft_check_reply *reply, struct nlmsghdr *nlh)
{
	struct genlmsghdr *genl = genlmsg_hdr(nlh);
	struct nlattr *attr;
	int err, left;

	nla_for_each_attr(attr, genlmsg_attrdata(genl, 0),
			  genlmsg_attrlen(genl, 0), left) {
		if (nla_type(attr) != WEFT_A_CHECK_REASON)
			continue;
		err = parse_reason(reply, attr);
		if (err)
			return err;
	}
	return 0;
}

/**
 * weft_parse_check() - read a reply to WEFT_CMD_MIGRATE_CHECK
 * @nlh:   the message
 * @reply: the result; its texts are copies. Good for nothing after an error
 *
 * A code that is not known is accepted: a newer module has more reasons, each
 * with its words.
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_check(struct nlmsghdr *nlh, struct weft_check_reply *reply)
{
	struct weft_check_result *result = &reply->result;
	struct nlattr *attrs[WEFT_A_CHECK_MAX + 1];
	int err;

	*result = (struct weft_check_result){ .sz = sizeof(*result) };
	reply->detail_count = 0;
	reply->text_len = 0;
	err = weft_parse_message(nlh, WEFT_CMD_MIGRATE_CHECK, attrs,
				 WEFT_A_CHECK_MAX, check_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_CHECK_PID] || !attrs[WEFT_A_CHECK_NODE])
		return -EPROTO;
	result->pid = nla_get_u32(attrs[WEFT_A_CHECK_PID]);
	result->node = nla_get_u32(attrs[WEFT_A_CHECK_NODE]);
	if (!result->pid || result->pid > INT32_MAX ||
	    result->node < WEFT_NODE_MIN || result->node > WEFT_NODE_MAX)
		return -EPROTO;
	if (attrs[WEFT_A_CHECK_NAME])
		nla_strlcpy(result->name, attrs[WEFT_A_CHECK_NAME],
			    sizeof(result->name));
	if (!weft_is_printable(result->name))
		return -EPROTO;
	return parse_reasons(reply, nlh);
}
