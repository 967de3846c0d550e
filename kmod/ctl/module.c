// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_MODULE_GET: what is loaded.
 */
#include "ctl/ctl.h"

#include <linux/build_bug.h>

static_assert(sizeof(WEFT_VERSION) <= WEFT_VERSION_LEN);

static int fill(struct sk_buff *skb, struct genl_info *info)
{
	void *header;

	header = genlmsg_put_reply(skb, info, &weft_ctl_family, 0,
				   WEFT_CMD_MODULE_GET);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, WEFT_A_MODULE_VERSION, WEFT_VERSION) ||
	    nla_put_u32(skb, WEFT_A_MODULE_NODE_MAX, WEFT_NODE_MAX))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_module_get() - handle WEFT_CMD_MODULE_GET
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_module_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = weft_ctl_reply_new(info);

	if (!reply)
		return -ENOMEM;
	return weft_ctl_reply_send(reply, info, fill(reply, info));
}
