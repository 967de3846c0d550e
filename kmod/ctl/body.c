// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_BODY_OPEN as a dump, and WEFT_CMD_BODY_NTF: which bodies are wanted?
 */
#include "ctl/ctl.h"
#include "migrate/migrate.h"
#include "trace/trace.h"

#include <linux/netlink.h>
#include <net/sock.h>

static int put(struct sk_buff *skb, const struct weft_wanted *wanted)
{
	if (nla_put_u32(skb, WEFT_A_PROCESS_NODE, wanted->home) ||
	    nla_put_u32(skb, WEFT_A_PROCESS_PID, wanted->pid) ||
	    nla_put_u64_64bit(skb, WEFT_A_PROCESS_SERIAL, wanted->process,
			      WEFT_A_PROCESS_PAD) ||
	    nla_put_string(skb, WEFT_A_PROCESS_NAME, wanted->name))
		return -EMSGSIZE;
	return 0;
}

/**
 * weft_ctl_body_wanted() - tell listeners that a process asks for a body here
 * @weft:   the node
 * @wanted: the process
 *
 * Who does not hear of it asks: see weft_ctl_body_dump().
 *
 * Context: may sleep.
 */
void weft_ctl_body_wanted(struct weft_net *weft, const struct weft_wanted *wanted)
{
	struct sk_buff *event;
	void *header = NULL;

	/* the family, and with it the group, may be somebody else's already */
	if (READ_ONCE(weft->is_closing))
		return;
	event = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (event)
		header = genlmsg_put(event, 0, 0, &weft_ctl_family, 0,
				     WEFT_CMD_BODY_NTF);
	if (!header || put(event, wanted)) {
		nlmsg_free(event);
		trace_weft_netlink_failed(weft->net, WEFT_CMD_BODY_NTF, -ENOMEM);
		genl_set_err(&weft_ctl_family, weft->net, 0, WEFT_CTL_GROUP_EVENTS,
			     -ENOBUFS);
		return;
	}
	genlmsg_end(event, header);
	genlmsg_multicast_netns(&weft_ctl_family, weft->net, event, 0,
				WEFT_CTL_GROUP_EVENTS, GFP_KERNEL);
}

static int fill(struct sk_buff *skb, struct netlink_callback *cb,
		const struct weft_wanted *wanted)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &weft_ctl_family, NLM_F_MULTI, WEFT_CMD_BODY_OPEN);
	if (!header)
		return -EMSGSIZE;
	if (put(skb, wanted)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_body_dump() - handle WEFT_CMD_BODY_OPEN, as a dump
 * @skb: the part of the reply to fill
 * @cb:  the dump. args[0] and args[1] are home and serial number of the last body
 *       told so far
 *
 * Return: the length of @skb, 0 when all bodies have been told; -EPERM; or
 * -EMSGSIZE if not even one fits.
 */
int weft_ctl_body_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct weft_net *weft = weft_net(sock_net(skb->sk));
	struct weft_wanted wanted = {
		.home = cb->args[0],
		.process = cb->args[1],
	};
	int err;

	err = weft_ctl_require_admin_to_dump(cb);
	if (err)
		return err;
	while (weft_body_next_wanted(weft, &wanted)) {
		err = fill(skb, cb, &wanted);
		if (err && !skb->len) {
			trace_weft_netlink_failed(weft->net, WEFT_CMD_BODY_OPEN,
						  err);
			return err;
		}
		if (err)
			break;
		cb->args[0] = wanted.home;
		cb->args[1] = wanted.process;
	}
	return skb->len;
}
