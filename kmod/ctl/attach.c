// SPDX-License-Identifier: GPL-2.0-only
/*
 * WEFT_CMD_PEER_ATTACH: a connection for a lane, from the daemon's hands.
 */
#include "ctl/ctl.h"
#include "transport/transport.h"

#include <linux/file.h>
#include <linux/net.h>

static const char *socket_text(int err)
{
	switch (err) {
	case -EPROTOTYPE:
		return "the descriptor is no TCP socket";
	case -EXDEV:
		return "the socket belongs to another network namespace";
	case -ENOTCONN:
		return "the socket is not connected";
	case -EBUSY:
		return "the socket is the connection of a lane already";
	default:
		return "the socket is neither plain TCP nor kTLS 1.3 with a known cipher";
	}
}

static const char *attach_text(int err)
{
	switch (err) {
	case -ESTALE:
		return "this life of the peer is over: a later one was seen, or it left";
	case -ESHUTDOWN:
		return "the module is about to be unloaded";
	default:
		return "the node is no member of the present view: install one that has it";
	}
}

static int attach(struct weft_net *weft, struct genl_info *info,
		  struct weft_peer *peer, struct socket *sock)
{
	u64 incarnation = nla_get_u64(info->attrs[WEFT_A_PEER_INCARNATION]);
	u32 lane = nla_get_u32(info->attrs[WEFT_A_PEER_LANE_ID]);
	enum weft_cipher cipher;
	int err;

	err = weft_socket_check(weft, sock, &cipher);
	if (err)
		return weft_ctl_refuse(info, err, info->attrs[WEFT_A_PEER_FD],
				       socket_text(err));
	err = weft_peer_attach(peer, incarnation, lane, sock);
	if (err)
		return weft_ctl_refuse(info, err,
				       info->attrs[err == -ESTALE ?
						   WEFT_A_PEER_INCARNATION :
						   WEFT_A_PEER_NODE],
				       attach_text(err));
	return 0;
}

static int require_all(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PEER_NODE,
				       "the number of the peer is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PEER_INCARNATION,
				       "the incarnation of the peer is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PEER_LANE_ID,
				       "the lane is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PEER_FD,
				       "the socket is missing");
	return err;
}

/**
 * weft_ctl_peer_attach() - handle WEFT_CMD_PEER_ATTACH
 * @skb:  the request
 * @info: the request
 *
 * Return: 0, or an error with the socket left to its owner.
 */
int weft_ctl_peer_attach(struct sk_buff *skb, struct genl_info *info)
{
	struct weft_net *weft = weft_net(genl_info_net(info));
	struct weft_peer *peer;
	struct socket *sock;
	int err;

	err = require_all(skb, info);
	if (err)
		return err;
	peer = weft_peer_find(weft, nla_get_u32(info->attrs[WEFT_A_PEER_NODE]));
	if (!peer)
		return weft_ctl_refuse(info, -EHOSTUNREACH,
				       info->attrs[WEFT_A_PEER_NODE],
				       attach_text(-EHOSTUNREACH));
	sock = sockfd_lookup(nla_get_u32(info->attrs[WEFT_A_PEER_FD]), &err);
	if (!sock)
		return weft_ctl_refuse(info, err, info->attrs[WEFT_A_PEER_FD],
				       "the descriptor is no socket");
	err = attach(weft, info, peer, sock);
	if (err)
		sockfd_put(sock);
	return err;
}
