// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_VIEW_GET and _SET: who belongs to the cluster.
 * Locks: weft_net.lock, held over a change and the news of it.
 */
#include "cluster/cluster.h"
#include "ctl/ctl.h"

static int fill(struct sk_buff *skb, const struct genl_info *info, u8 command,
		u64 epoch, u64 members)
{
	void *header;

	header = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			     &weft_ctl_family, 0, command);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, WEFT_A_VIEW_EPOCH, epoch, WEFT_A_VIEW_PAD) ||
	    nla_put_u64_64bit(skb, WEFT_A_VIEW_MEMBERS, members,
			      WEFT_A_VIEW_PAD))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_view_get() - handle WEFT_CMD_VIEW_GET
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_view_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = weft_ctl_reply_new(info);
	u64 epoch, members;

	if (!reply)
		return -ENOMEM;
	weft_view_get(weft_net(genl_info_net(info)), &epoch, &members);
	return weft_ctl_reply_send(reply, info,
				   fill(reply, info, WEFT_CMD_VIEW_GET, epoch,
					members));
}

static int refuse(struct genl_info *info, enum weft_view_verdict verdict)
{
	bool is_about_epoch = verdict != WEFT_VIEW_NO_SELF &&
			      verdict != WEFT_VIEW_CONFLICT;

	return weft_ctl_refuse(info, weft_view_errno(verdict),
			       info->attrs[is_about_epoch ? WEFT_A_VIEW_EPOCH :
					   WEFT_A_VIEW_MEMBERS],
			       weft_view_text(verdict));
}

static void notify(struct weft_net *weft, struct genl_info *info, u64 epoch,
		   u64 members)
{
	struct sk_buff *event = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	int err = event ? fill(event, info, WEFT_CMD_VIEW_NTF, epoch, members) :
		  -ENOMEM;

	weft_ctl_notify(weft, info, event, WEFT_CMD_VIEW_NTF, err);
}

/**
 * weft_ctl_view_set() - handle WEFT_CMD_VIEW_SET
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_view_set(struct sk_buff *skb, struct genl_info *info)
{
	struct weft_net *weft = weft_net(genl_info_net(info));
	enum weft_view_verdict verdict;
	struct sk_buff *reply;
	u64 epoch, members;
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (!err)
		err = weft_ctl_require(info, WEFT_A_VIEW_EPOCH,
				       "a view needs an epoch");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_VIEW_MEMBERS,
				       "a view needs members");
	if (err)
		return err;
	reply = weft_ctl_reply_new(info);
	if (!reply)
		return -ENOMEM;
	epoch = nla_get_u64(info->attrs[WEFT_A_VIEW_EPOCH]);
	members = nla_get_u64(info->attrs[WEFT_A_VIEW_MEMBERS]);

	mutex_lock(&weft->lock);
	err = weft_view_set(weft, epoch, members, &verdict);
	if (!err && verdict == WEFT_VIEW_INSTALL) {
		weft_ctl_debugfs_add(weft);
		notify(weft, info, epoch, members);
	}
	mutex_unlock(&weft->lock);
	if (!err)
		return weft_ctl_reply_send(reply, info,
					   fill(reply, info, WEFT_CMD_VIEW_SET,
						epoch, members));
	nlmsg_free(reply);
	if (weft_view_errno(verdict))
		return refuse(info, verdict);
	return weft_ctl_refuse(info, err, NULL, "the lanes to the new peers cannot be made");
}
