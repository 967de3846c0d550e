// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_MIGRATE_WAIT: how far is the memory of a process that has left?
 */
#include "ctl/ctl.h"
#include "migrate/migrate.h"

#define TIMEOUT_MS_DEFAULT	500

static int fill(struct sk_buff *skb, struct genl_info *info,
		const struct weft_progress *progress)
{
	void *header;

	header = genlmsg_put_reply(skb, info, &weft_ctl_family, 0,
				   WEFT_CMD_MIGRATE_WAIT);
	if (!header ||
	    nla_put_u64_64bit(skb, WEFT_A_WAIT_SERIAL, progress->process,
			      WEFT_A_WAIT_PAD) ||
	    nla_put_u32(skb, WEFT_A_WAIT_NODE, progress->node) ||
	    nla_put_u64_64bit(skb, WEFT_A_WAIT_TOTAL, progress->total,
			      WEFT_A_WAIT_PAD) ||
	    nla_put_u64_64bit(skb, WEFT_A_WAIT_MOVED, progress->moved,
			      WEFT_A_WAIT_PAD) ||
	    nla_put_u64_64bit(skb, WEFT_A_WAIT_FETCHED, progress->fetched,
			      WEFT_A_WAIT_PAD) ||
	    nla_put_u32(skb, WEFT_A_WAIT_IS_EMPTY, progress->is_empty))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_migrate_wait() - handle WEFT_CMD_MIGRATE_WAIT
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_migrate_wait(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *timeout = info->attrs[WEFT_A_WAIT_TIMEOUT_MS];
	struct weft_progress progress = {};
	struct sk_buff *reply;
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (!err)
		err = weft_ctl_require(info, WEFT_A_WAIT_SERIAL,
				       "the serial number of the process is missing");
	if (err)
		return err;
	progress.process = nla_get_u64(info->attrs[WEFT_A_WAIT_SERIAL]);
	progress.timeout_ms = timeout ? nla_get_u32(timeout) : TIMEOUT_MS_DEFAULT;
	reply = weft_ctl_reply_new(info);
	if (!reply)
		return -ENOMEM;
	err = weft_progress_wait(weft_net(genl_info_net(info)), &progress);
	if (err) {
		nlmsg_free(reply);
		return weft_ctl_refuse(info, err, NULL, err == -ESRCH ?
				       "no process of this node that is away has that number" :
				       "interrupted");
	}
	return weft_ctl_reply_send(reply, info, fill(reply, info, &progress));
}
