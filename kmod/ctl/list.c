// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_PROCESS_GET: the processes that have a half on this node, or on another
 * one, which is asked piece by piece.
 */
#include "compat/compat.h"
#include "ctl/ctl.h"
#include "migrate/migrate.h"

#include <linux/jiffies.h>
#include <linux/mm.h>
#include <net/sock.h>

#define TIMEOUT_MS_DEFAULT	5000

/**
 * struct listing - a list that is being told
 * @node:     whose; WEFT_NODE_NONE: of this node
 * @deadline: of the whole list, in jiffies
 * @is_read:  there was a piece already
 * @told:     rows of it that have been told
 * @behind:   where the next piece begins
 * @piece:    the last piece
 * @room:     that it takes
 */
struct listing {
	u32 node;
	unsigned long deadline;
	bool is_read;
	u32 told;
	struct weft_msg_processes behind;
	union {
		struct weft_msg_processes_reply piece;
		u8 room[WEFT_PROCESSES_REPLY_MAX];
	};
};

static const char *text_of(int err)
{
	switch (err) {
	case -EINTR:
		return "interrupted";
	case -ETIMEDOUT:
		return "the node did not answer in time";
	case -ENOTCONN:
		return "the node is not connected";
	case -EHOSTUNREACH:
		return "the node is no member of the cluster";
	case -ECONNRESET:
		return "the node started a new life when it was asked";
	case -ESTALE:
		return "the view changed while the node was asked";
	case -ESHUTDOWN:
		return "the module is about to be unloaded";
	case -EBADMSG:
		return "the node gave an answer that cannot be";
	case -EMSGSIZE:
		return "a process does not fit its message";
	case -ENOMEM:
		return "no memory for the list";
	default:
		return "the node refused to answer";
	}
}

static int put_counters(struct sk_buff *skb, const struct weft_msg_processes_row *row)
{
	const struct { int attr; u64 value; } counters[] = {
		{ WEFT_A_LISTED_SERIAL, le64_to_cpu(row->process) },
		{ WEFT_A_LISTED_AGE_MS, le64_to_cpu(row->age_ms) },
		{ WEFT_A_LISTED_DOWNTIME_NS, le64_to_cpu(row->downtime_ns) },
		{ WEFT_A_LISTED_FETCHED_BYTES, le64_to_cpu(row->fetched) },
		{ WEFT_A_LISTED_FAULTS, le64_to_cpu(row->faults) },
		{ WEFT_A_LISTED_CALLS, le64_to_cpu(row->calls) },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (nla_put_u64_64bit(skb, counters[i].attr, counters[i].value,
				      WEFT_A_LISTED_PAD))
			return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *skb, struct netlink_callback *cb,
		const struct weft_msg_processes_row *row)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &weft_ctl_family, NLM_F_MULTI,
			     WEFT_CMD_PROCESS_GET);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, WEFT_A_LISTED_HOME, le32_to_cpu(row->home)) ||
	    nla_put_u32(skb, WEFT_A_LISTED_NODE, le32_to_cpu(row->node)) ||
	    nla_put_u32(skb, WEFT_A_LISTED_PID, le32_to_cpu(row->pid)) ||
	    nla_put_u32(skb, WEFT_A_LISTED_STATE, le32_to_cpu(row->state)) ||
	    nla_put_string(skb, WEFT_A_LISTED_NAME, row->name) ||
	    put_counters(skb, row)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static struct listing *begin(struct netlink_callback *cb, struct genl_info *info)
{
	struct nlattr *node = info->attrs[WEFT_A_LISTED_NODE];
	struct nlattr *timeout = info->attrs[WEFT_A_LISTED_TIMEOUT_MS];
	struct listing *listing = kvzalloc(sizeof(*listing), GFP_KERNEL);

	if (!listing)
		return NULL;
	listing->node = node ? nla_get_u32(node) : WEFT_NODE_NONE;
	listing->deadline = 1 + jiffies +
		msecs_to_jiffies(timeout ? nla_get_u32(timeout) : TIMEOUT_MS_DEFAULT);
	cb->args[0] = (long)listing;
	return listing;
}

/* Return: 1 with a row that has not been told, 0 if there is none, or an error. */
static int next_row(struct weft_net *weft, struct listing *listing)
{
	u32 count = le32_to_cpu(listing->piece.count);
	const struct weft_msg_processes_row *last;
	int err;

	if (listing->told < count)
		return 1;
	if (listing->is_read && !listing->piece.is_more)
		return 0;
	if (count) {
		last = &listing->piece.rows[count - 1];
		listing->behind.home = last->home;
		listing->behind.process = last->process;
	}
	listing->told = 0;
	listing->piece.count = 0;
	err = weft_list_get(weft, listing->node, listing->deadline,
			    &listing->behind, &listing->piece);
	if (err) {
		/* what came of a reply that was refused is not to be told */
		listing->piece.count = 0;
		return err;
	}
	listing->is_read = true;
	return listing->piece.count ? 1 : 0;
}

/* A dump has no info of its own to refuse by; this one lasts for one part of it. */
static void make_info(struct genl_info *info, struct netlink_callback *cb,
		      struct net *net)
{
	*info = (struct genl_info){
		.snd_portid = NETLINK_CB(cb->skb).portid,
		.snd_seq = cb->nlh->nlmsg_seq,
		.genlhdr = nlmsg_data(cb->nlh),
		.attrs = weft_genl_dump_attrs(cb),
		.extack = cb->extack,
	};
	genl_info_net_set(info, net);
}

/**
 * weft_ctl_process_dump() - handle WEFT_CMD_PROCESS_GET
 * @skb: the part of the reply to fill
 * @cb:  the dump. args[0] is its struct listing, which weft_ctl_process_done()
 *       frees
 *
 * Return: the length of @skb, 0 when all processes have been told, or an error.
 */
int weft_ctl_process_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct weft_net *weft = weft_net(sock_net(skb->sk));
	struct listing *listing = (struct listing *)cb->args[0];
	struct genl_info info;
	int err;

	make_info(&info, cb, weft->net);
	if (!listing) {
		err = weft_ctl_require_admin(cb->skb, &info);
		if (err)
			return err;
		listing = begin(cb, &info);
		if (!listing)
			return weft_ctl_refuse(&info, -ENOMEM, NULL, text_of(-ENOMEM));
	}
	while ((err = next_row(weft, listing)) > 0) {
		err = fill(skb, cb, &listing->piece.rows[listing->told]);
		if (err)
			break;
		listing->told++;
	}
	/* an error behind rows that were told is told in the next part */
	if (!err || skb->len)
		return skb->len;
	return weft_ctl_refuse(&info, err, info.attrs[WEFT_A_LISTED_NODE], text_of(err));
}

/**
 * weft_ctl_process_done() - the end of a dump, early or not
 * @cb: the dump
 *
 * Return: 0.
 */
int weft_ctl_process_done(struct netlink_callback *cb)
{
	kvfree((void *)cb->args[0]);
	return 0;
}
