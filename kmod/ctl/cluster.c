// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_CLUSTER_GET and _SET: the identity of this node.
 * Locks: weft_net.lock, held over a change and the news of it.
 */
#include "cluster/cluster.h"
#include "ctl/ctl.h"

/**
 * weft_ctl_cluster_fill() - write an identity as a message
 * @skb:      where to
 * @info:     the request that this answers, or that caused it
 * @command:  the command number of the message
 * @identity: the identity
 *
 * Return: 0, or -EMSGSIZE with @skb good for nothing but nlmsg_free().
 */
int weft_ctl_cluster_fill(struct sk_buff *skb, const struct genl_info *info,
			  u8 command, const struct weft_identity *identity)
{
	void *header;

	header = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			     &weft_ctl_family, 0, command);
	if (!header)
		return -EMSGSIZE;
	if (identity->node != WEFT_NODE_NONE &&
	    (nla_put_string(skb, WEFT_A_CLUSTER_NAME, identity->cluster) ||
	     nla_put_u32(skb, WEFT_A_CLUSTER_NODE, identity->node) ||
	     nla_put_u64_64bit(skb, WEFT_A_CLUSTER_INCARNATION,
			       identity->incarnation, WEFT_A_CLUSTER_PAD)))
		return -EMSGSIZE;
	if (nla_put_u32(skb, WEFT_A_CLUSTER_LEASE_MS, identity->lease_ms))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_cluster_get() - handle WEFT_CMD_CLUSTER_GET
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_cluster_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = weft_ctl_reply_new(info);
	struct weft_identity identity;
	int err;

	if (!reply)
		return -ENOMEM;
	weft_self_get(weft_net(genl_info_net(info)), &identity);
	err = weft_ctl_cluster_fill(reply, info, WEFT_CMD_CLUSTER_GET,
				    &identity);
	return weft_ctl_reply_send(reply, info, err);
}

static void read_request(struct nlattr **attrs,
			 struct weft_identity_request *request)
{
	*request = (struct weft_identity_request) {
		.has_node = attrs[WEFT_A_CLUSTER_NODE],
		.has_lease_ms = attrs[WEFT_A_CLUSTER_LEASE_MS],
	};
	if (attrs[WEFT_A_CLUSTER_NAME])
		request->cluster = nla_data(attrs[WEFT_A_CLUSTER_NAME]);
	if (request->has_node)
		request->node = nla_get_u32(attrs[WEFT_A_CLUSTER_NODE]);
	if (request->has_lease_ms)
		request->lease_ms = nla_get_u32(attrs[WEFT_A_CLUSTER_LEASE_MS]);
}

/* Turn a refusal into its error, its attribute and its sentence. */
static int refuse(struct weft_net *weft, struct genl_info *info,
		  enum weft_identity_verdict verdict)
{
	const char *text = weft_identity_text(verdict);
	int attr = WEFT_A_CLUSTER_LEASE_MS;

	switch (verdict) {
	case WEFT_IDENTITY_OTHER_CLUSTER:
		text = weft->taken;
		fallthrough;
	case WEFT_IDENTITY_BAD_CLUSTER:
	case WEFT_IDENTITY_NO_CLUSTER:
		attr = WEFT_A_CLUSTER_NAME;
		break;
	case WEFT_IDENTITY_OTHER_NODE:
		text = weft->taken;
		fallthrough;
	case WEFT_IDENTITY_BAD_NODE:
	case WEFT_IDENTITY_NO_NODE:
		attr = WEFT_A_CLUSTER_NODE;
		break;
	default:
		break;
	}
	if (!info->attrs[attr])
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, attr);
	return weft_ctl_refuse(info, weft_identity_errno(verdict),
			       info->attrs[attr], text);
}

/**
 * weft_ctl_cluster_set() - handle WEFT_CMD_CLUSTER_SET
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error. All but an error in sending the
 * reply leave everything as it was.
 */
int weft_ctl_cluster_set(struct sk_buff *skb, struct genl_info *info)
{
	struct weft_net *weft = weft_net(genl_info_net(info));
	struct weft_identity_request request;
	enum weft_identity_verdict verdict;
	struct sk_buff *reply;
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (err)
		return err;
	reply = weft_ctl_reply_new(info);
	if (!reply)
		return -ENOMEM;
	read_request(info->attrs, &request);

	mutex_lock(&weft->lock);
	verdict = weft_self_set(weft, &request);
	if (weft_identity_errno(verdict))
		goto err_refused;
	if (verdict != WEFT_IDENTITY_KEEP)
		weft_ctl_notify_cluster(weft, info);
	err = weft_ctl_cluster_fill(reply, info, WEFT_CMD_CLUSTER_SET,
				    &weft->identity);
	mutex_unlock(&weft->lock);
	return weft_ctl_reply_send(reply, info, err);

err_refused:
	mutex_unlock(&weft->lock);
	nlmsg_free(reply);
	return refuse(weft, info, verdict);
}
