// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_ECHO: the yardstick, for whoever wants to measure.
 */
#include "ctl/ctl.h"
#include "rpc/rpc.h"

#include <linux/mm.h>

#define TIMEOUT_MS_DEFAULT	5000

static u32 number(const struct genl_info *info, int attr, u32 otherwise)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : otherwise;
}

static const char *text_of(int err)
{
	switch (err) {
	case -EINTR:
		return "interrupted";
	case -ETIMEDOUT:
		return "the peer did not answer in time";
	case -ECONNRESET:
		return "the peer started a new life while the echo was under way";
	case -EHOSTUNREACH:
		return "the node is no member of the cluster";
	case -ESHUTDOWN:
		return "the module is about to be unloaded";
	case -EBADMSG:
		return "a reply was not what was asked for";
	case -EILSEQ:
		return "replies came in a wrong order";
	case -ESTALE:
		return "the view changed while the echo was under way";
	case -ENOMEM:
		return "no memory for the echo";
	default:
		return "the peer refused the echo";
	}
}

static int fill(struct sk_buff *skb, struct genl_info *info,
		const u64 *samples, u32 count, u64 elapsed)
{
	void *header;

	header = genlmsg_put_reply(skb, info, &weft_ctl_family, 0,
				   WEFT_CMD_ECHO);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, WEFT_A_ECHO_ELAPSED_NS, elapsed,
			      WEFT_A_ECHO_PAD) ||
	    nla_put(skb, WEFT_A_ECHO_SAMPLES, count * sizeof(*samples),
		    samples))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

static int read_wish(struct sk_buff *skb, struct genl_info *info,
		     struct weft_echo *wish)
{
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (!err)
		err = weft_ctl_require(info, WEFT_A_ECHO_NODE,
				       "the number of the peer is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_ECHO_SIZE,
				       "the size of a request is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_ECHO_REPLY_SIZE,
				       "the size of a reply is missing");
	if (err)
		return err;
	*wish = (struct weft_echo) {
		.lane = number(info, WEFT_A_ECHO_LANE, WEFT_LANE_FAST),
		.size = number(info, WEFT_A_ECHO_SIZE, 0),
		.reply_size = number(info, WEFT_A_ECHO_REPLY_SIZE, 0),
		.count = number(info, WEFT_A_ECHO_COUNT, 1),
		.depth = number(info, WEFT_A_ECHO_DEPTH, 1),
		.timeout_ms = number(info, WEFT_A_ECHO_TIMEOUT_MS,
				     TIMEOUT_MS_DEFAULT),
	};
	if (wish->lane == WEFT_LANE_BULK)
		return 0;
	if (wish->size > WEFT_ECHO_SIZE_MAX)
		return weft_ctl_refuse(info, -ERANGE,
				       info->attrs[WEFT_A_ECHO_SIZE],
				       "on the fast lane a request has at most 16384 bytes");
	if (wish->reply_size > WEFT_ECHO_SIZE_MAX)
		return weft_ctl_refuse(info, -ERANGE,
				       info->attrs[WEFT_A_ECHO_REPLY_SIZE],
				       "on the fast lane a reply has at most 16384 bytes");
	return 0;
}

static int run(struct genl_info *info, struct weft_peer *peer,
	       const struct weft_echo *wish, u64 *samples)
{
	struct sk_buff *reply;
	u64 elapsed;
	int err;

	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE +
			    nla_total_size(wish->count * sizeof(*samples)),
			    GFP_KERNEL);
	if (!reply)
		return weft_ctl_refuse(info, -ENOMEM, NULL, text_of(-ENOMEM));
	err = weft_echo_run(peer, wish, samples, &elapsed);
	if (err) {
		nlmsg_free(reply);
		return weft_ctl_refuse(info, err, NULL, text_of(err));
	}
	err = fill(reply, info, samples, wish->count, elapsed);
	return weft_ctl_reply_send(reply, info, err);
}

/**
 * weft_ctl_echo() - handle WEFT_CMD_ECHO
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_echo(struct sk_buff *skb, struct genl_info *info)
{
	struct weft_net *weft = weft_net(genl_info_net(info));
	struct weft_peer *peer;
	struct weft_echo wish;
	u64 *samples;
	int err;

	err = read_wish(skb, info, &wish);
	if (err)
		return err;
	peer = weft_peer_find(weft, number(info, WEFT_A_ECHO_NODE, 0));
	if (!peer)
		return weft_ctl_refuse(info, -EHOSTUNREACH,
				       info->attrs[WEFT_A_ECHO_NODE],
				       text_of(-EHOSTUNREACH));
	samples = kvcalloc(wish.count, sizeof(*samples), GFP_KERNEL);
	if (!samples)
		return weft_ctl_refuse(info, -ENOMEM, NULL, text_of(-ENOMEM));
	err = run(info, peer, &wish, samples);
	kvfree(samples);
	return err;
}
