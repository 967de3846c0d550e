// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_PEER_GET: the other members, and how it is with the lanes to them.
 */
#include "ctl/ctl.h"
#include "rpc/rpc.h"
#include "trace/trace.h"

#include <linux/tcp.h>
#include <net/sock.h>

/* Smoothed round trip time; tcp_sock keeps eighths of microseconds. */
static u32 rtt_us(struct weft_lane *lane)
{
	u32 rtt = 0;

	mutex_lock(&lane->send_mutex);
	if (lane->sock)
		rtt = READ_ONCE(tcp_sk(lane->sock->sk)->srtt_us) >> 3;
	mutex_unlock(&lane->send_mutex);
	return rtt;
}

static int put_counters(struct sk_buff *skb, const struct weft_lane_stats *stats)
{
	const struct { int attr; u64 value; } counters[] = {
		{ WEFT_A_LANE_CONNECTIONS, stats->connections },
		{ WEFT_A_LANE_SENT_MESSAGES, stats->sent_messages },
		{ WEFT_A_LANE_SENT_BYTES, stats->sent_bytes },
		{ WEFT_A_LANE_RECEIVED_MESSAGES, stats->received_messages },
		{ WEFT_A_LANE_RECEIVED_BYTES, stats->received_bytes },
		{ WEFT_A_LANE_RESENT, stats->resent },
		{ WEFT_A_LANE_DUPLICATES, stats->duplicates },
		{ WEFT_A_LANE_BREACHES, stats->breaches },
		{ WEFT_A_LANE_STALE, stats->stale },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (nla_put_u64_64bit(skb, counters[i].attr, counters[i].value,
				      WEFT_A_LANE_PAD))
			return -EMSGSIZE;
	return 0;
}

static int put_lane(struct sk_buff *skb, struct weft_lane *lane)
{
	struct nlattr *nest = nla_nest_start(skb, WEFT_A_PEER_LANE);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, WEFT_A_LANE_ID, lane->id) ||
	    nla_put_u32(skb, WEFT_A_LANE_STATE, READ_ONCE(lane->state)) ||
	    nla_put_u32(skb, WEFT_A_LANE_CIPHER, READ_ONCE(lane->cipher)) ||
	    nla_put_u32(skb, WEFT_A_LANE_RTT_US, rtt_us(lane)) ||
	    nla_put_u32(skb, WEFT_A_LANE_QUEUED, READ_ONCE(lane->queued)) ||
	    nla_put_u32(skb, WEFT_A_LANE_CREDITS, weft_calls_credits(lane)) ||
	    put_counters(skb, &lane->stats))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_peer(struct sk_buff *skb, struct weft_peer *peer)
{
	int id;

	if (nla_put_u32(skb, WEFT_A_PEER_NODE, peer->node) ||
	    nla_put_u64_64bit(skb, WEFT_A_PEER_INCARNATION,
			      READ_ONCE(peer->incarnation), WEFT_A_PEER_PAD) ||
	    nla_put_u32(skb, WEFT_A_PEER_CALLS, weft_calls_in_flight(peer)))
		return -EMSGSIZE;
	for (id = 0; id < WEFT_LANE_COUNT; id++)
		if (put_lane(skb, &peer->lanes[id]))
			return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *skb, struct netlink_callback *cb,
		struct weft_peer *peer)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &weft_ctl_family, NLM_F_MULTI,
			     WEFT_CMD_PEER_GET);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (put_peer(skb, peer)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_peer_dump() - handle WEFT_CMD_PEER_GET
 * @skb: the part of the reply to fill
 * @cb:  the dump. args[0] is the highest node number told so far. seq is the
 *       generation that this part shows.
 *
 * Return: the length of @skb, 0 when all peers have been told, or -EMSGSIZE if
 * not even one fits.
 */
int weft_ctl_peer_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct weft_net *weft = weft_net(sock_net(skb->sk));
	struct weft_peer *peer;
	u32 node;
	int err;

	mutex_lock(&weft->lock);
	cb->seq = weft->generation;
	mutex_unlock(&weft->lock);
	for (node = cb->args[0] + 1; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		if (!peer || !READ_ONCE(peer->is_member))
			continue;
		err = fill(skb, cb, peer);
		if (err && !skb->len) {
			trace_weft_netlink_failed(weft->net, WEFT_CMD_PEER_GET,
						  err);
			return err;
		}
		if (err)
			break;
		cb->args[0] = node;
	}
	return skb->len;
}

/**
 * weft_ctl_peer_fill_change() - write the new state of a lane as a message
 * @skb:   where to
 * @lane:  the lane
 * @state: its new state
 *
 * Return: 0, or -EMSGSIZE with @skb good for nothing but nlmsg_free().
 */
int weft_ctl_peer_fill_change(struct sk_buff *skb, struct weft_lane *lane,
			      enum weft_lane_state state)
{
	struct weft_peer *peer = lane->peer;
	struct nlattr *nest;
	void *header;

	header = genlmsg_put(skb, 0, 0, &weft_ctl_family, 0,
			     WEFT_CMD_PEER_NTF);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, WEFT_A_PEER_NODE, peer->node) ||
	    nla_put_u64_64bit(skb, WEFT_A_PEER_INCARNATION,
			      READ_ONCE(peer->incarnation), WEFT_A_PEER_PAD))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, WEFT_A_PEER_LANE);
	if (!nest || nla_put_u32(skb, WEFT_A_LANE_ID, lane->id) ||
	    nla_put_u32(skb, WEFT_A_LANE_STATE, state) ||
	    nla_put_u32(skb, WEFT_A_LANE_CIPHER, READ_ONCE(lane->cipher)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, header);
	return 0;
}
