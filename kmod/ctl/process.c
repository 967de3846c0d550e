// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_MIGRATE_CHECK: can a process move to a node, and if not, why not?
 */
#include "ctl/ctl.h"
#include "migrate/migrate.h"

#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/string.h>

#define TIMEOUT_MS_DEFAULT	5000

static const char *text_of(int err)
{
	switch (err) {
	case -EINTR:
		return "interrupted";
	case -ESHUTDOWN:
		return "the module is about to be unloaded";
	default:
		return "no memory for the check";
	}
}

static int put_details(struct sk_buff *skb, const struct weft_check *check,
		       enum weft_reason_code reason)
{
	u32 i, told = 0;

	for (i = 0; i < check->count; i++) {
		if (check->findings[i].reason != reason)
			continue;
		if (nla_put_string(skb, WEFT_A_REASON_DETAIL,
				   check->findings[i].detail))
			return -EMSGSIZE;
		told++;
	}
	if (nla_put_u32(skb, WEFT_A_REASON_MORE, check->found[reason] - told))
		return -EMSGSIZE;
	return 0;
}

static int put_reason(struct sk_buff *skb, const struct weft_check *check,
		      enum weft_reason_code reason)
{
	struct nlattr *nest = nla_nest_start(skb, WEFT_A_CHECK_REASON);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, WEFT_A_REASON_CODE, reason) ||
	    nla_put_string(skb, WEFT_A_REASON_TEXT, weft_reason_text(reason)) ||
	    put_details(skb, check, reason))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill(struct sk_buff *skb, struct genl_info *info,
		const struct weft_check *check)
{
	void *header;
	int reason;

	header = genlmsg_put_reply(skb, info, &weft_ctl_family, 0,
				   WEFT_CMD_MIGRATE_CHECK);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, WEFT_A_CHECK_PID, check->pid) ||
	    nla_put_u32(skb, WEFT_A_CHECK_NODE, check->node) ||
	    (check->name[0] &&
	     nla_put_string(skb, WEFT_A_CHECK_NAME, check->name)))
		return -EMSGSIZE;
	for (reason = 0; reason < WEFT_REASON_COUNT; reason++)
		if (check->reasons >> reason & 1 &&
		    put_reason(skb, check, reason))
			return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/* What the answer needs at most, headers and padding included. */
static size_t size_of(const struct weft_check *check)
{
	size_t size = GENLMSG_DEFAULT_SIZE;
	u32 i;

	for (i = 0; i < WEFT_REASON_COUNT; i++)
		if (check->reasons >> i & 1)
			size += nla_total_size(0) + 2 * nla_total_size(sizeof(u32)) +
				nla_total_size(strlen(weft_reason_text(i)) + 1);
	for (i = 0; i < check->count; i++)
		size += nla_total_size(strlen(check->findings[i].detail) + 1);
	return size;
}

static int read_wish(struct sk_buff *skb, struct genl_info *info,
		     struct weft_check *check)
{
	struct nlattr *timeout = info->attrs[WEFT_A_CHECK_TIMEOUT_MS];
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (!err)
		err = weft_ctl_require(info, WEFT_A_CHECK_PID,
				       "the number of the process is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_CHECK_NODE,
				       "the number of the node is missing");
	if (err)
		return err;
	/* elsewhere the number would be that of another process */
	if (task_active_pid_ns(current) != &init_pid_ns)
		return weft_ctl_refuse(info, -EPERM,
				       info->attrs[WEFT_A_CHECK_PID],
				       "processes are told by their numbers in the initial PID namespace: ask from there");
	check->pid = nla_get_u32(info->attrs[WEFT_A_CHECK_PID]);
	check->node = nla_get_u32(info->attrs[WEFT_A_CHECK_NODE]);
	check->timeout_ms = timeout ? nla_get_u32(timeout) : TIMEOUT_MS_DEFAULT;
	return 0;
}

static int run(struct genl_info *info, struct weft_check *check)
{
	struct sk_buff *reply;
	int err;

	err = weft_check_run(weft_net(genl_info_net(info)), check);
	if (err)
		return weft_ctl_refuse(info, err, NULL, text_of(err));
	reply = genlmsg_new(size_of(check), GFP_KERNEL);
	if (!reply)
		return weft_ctl_refuse(info, -ENOMEM, NULL, text_of(-ENOMEM));
	return weft_ctl_reply_send(reply, info, fill(reply, info, check));
}

/**
 * weft_ctl_migrate_check() - handle WEFT_CMD_MIGRATE_CHECK
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_migrate_check(struct sk_buff *skb, struct genl_info *info)
{
	struct weft_check *check = kvzalloc(sizeof(*check), GFP_KERNEL);
	int err;

	if (!check)
		return weft_ctl_refuse(info, -ENOMEM, NULL, text_of(-ENOMEM));
	err = read_wish(skb, info, check);
	if (!err)
		err = run(info, check);
	kvfree(check);
	return err;
}
