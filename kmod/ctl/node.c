// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_NODE_GET: the nodes that this node knows. That is itself, if it has
 * an identity.
 */
#include "cluster/cluster.h"
#include "ctl/ctl.h"
#include "trace/trace.h"

#include <linux/ktime.h>
#include <net/sock.h>

static int put_attributes(struct sk_buff *skb, const struct weft_identity *node)
{
	u64 age_ms = ktime_ms_delta(ktime_get_boottime(), node->since);

	if (nla_put_u32(skb, WEFT_A_NODE_ID, node->node) ||
	    nla_put_flag(skb, WEFT_A_NODE_LOCAL) ||
	    nla_put_u64_64bit(skb, WEFT_A_NODE_INCARNATION, node->incarnation,
			      WEFT_A_NODE_PAD) ||
	    nla_put_u64_64bit(skb, WEFT_A_NODE_AGE_MS, age_ms,
			      WEFT_A_NODE_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *skb, struct netlink_callback *cb,
		const struct weft_identity *node)
{
	void *header;
	int err;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &weft_ctl_family, NLM_F_MULTI,
			     WEFT_CMD_NODE_GET);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	err = put_attributes(skb, node);
	if (err) {
		genlmsg_cancel(skb, header);
		return err;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_node_dump() - handle WEFT_CMD_NODE_GET
 * @skb: the part of the reply to fill
 * @cb:  the dump. args[0] is the highest node number told so far: nodes are
 *       told in ascending order. seq is the generation that this part shows.
 *
 * Return: the length of @skb, 0 when all nodes have been told, or -EMSGSIZE if
 * not even one fits.
 */
int weft_ctl_node_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct weft_net *weft = weft_net(sock_net(skb->sk));
	struct weft_identity self;
	int err;

	mutex_lock(&weft->lock);
	self = weft->identity;
	cb->seq = weft->generation;
	mutex_unlock(&weft->lock);

	if (self.node > cb->args[0]) {
		err = fill(skb, cb, &self);
		if (err) {
			trace_weft_netlink_failed(weft->net, WEFT_CMD_NODE_GET,
						  err);
			return err;
		}
		cb->args[0] = self.node;
	}
	return skb->len;
}
