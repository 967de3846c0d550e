// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The other members of the cluster, and the connections to them.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

/**
 * struct peer_list - a dump while it arrives
 * @count: how many of @peers are filled in
 * @seen:  bit N - 1 stands for node N
 * @peers: in the order of the kernel
 */
struct peer_list {
	unsigned int count;
	uint64_t seen;
	struct weft_peer peers[WEFT_NODE_MAX];
};

static int receive_peer(struct nlmsghdr *nlh, void *arg)
{
	struct peer_list *list = arg;
	struct weft_peer peer;
	uint64_t bit;
	int err;

	err = weft_parse_peer(nlh, WEFT_CMD_PEER_GET, &peer);
	if (err)
		return err;
	if (!list->count)
		list->seen = 0;
	bit = 1ULL << (peer.node - 1);
	if (list->seen & bit)
		return -EPROTO;
	list->seen |= bit;
	/* distinct numbers up to WEFT_NODE_MAX: the array is large enough */
	list->peers[list->count++] = peer;
	return 0;
}

/**
 * weft_peer_dump() - list the other members of the cluster
 * @weft: the handle
 * @peer: called for each peer, after the whole list has arrived
 * @arg:  for @peer
 *
 * The list is that of one moment: it is read again when it changed meanwhile.
 * The counters in it are those of the moment in which each was read.
 *
 * Return: 0; -ENODEV if the module is not loaded; -EAGAIN if the list never
 * stood still; other -errno. On error @peer was never called.
 */
int weft_peer_dump(struct weft *weft, weft_peer_fn *peer, void *arg)
{
	struct peer_list list;
	const struct weft_question question = {
		.command = WEFT_CMD_PEER_GET,
		.is_dump = true,
		.reply = receive_peer,
		.arg = &list,
	};
	unsigned int i;
	int err;

	err = weft_netlink_dump(weft, &question, &list.count, "peers");
	if (err)
		return err;
	for (i = 0; i < list.count; i++)
		peer(&list.peers[i], arg);
	return 0;
}

static int fill_attach(struct nl_msg *msg, const void *arg)
{
	const struct weft_attach_options *options = arg;
	int err;

	err = nla_put_u32(msg, WEFT_A_PEER_NODE, options->node);
	if (!err)
		err = nla_put_u64(msg, WEFT_A_PEER_INCARNATION,
				  options->incarnation);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_PEER_LANE_ID, options->lane);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_PEER_FD, (uint32_t)options->fd);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_peer_attach() - give a lane of a peer its connection
 * @weft:    the handle
 * @options: the connection and whose it is
 *
 * Needs CAP_NET_ADMIN in the initial user namespace. The module takes a
 * reference of its own: the caller closes its descriptor afterwards, whatever
 * the result, and must neither read from it nor write to it any more.
 *
 * Return: 0; -EBADF if there is no such descriptor; -ESTALE if a later life of
 * the peer has connected already; -EPERM; -EINVAL for impossible values;
 * -ENODEV if the module is not loaded; other -errno. After -ETIMEDOUT the lane
 * may have its connection. After any other error it has not.
 */
int weft_peer_attach(struct weft *weft,
		     const struct weft_attach_options *options)
{
	struct weft_attach_options known;
	const struct weft_question question = {
		.command = WEFT_CMD_PEER_ATTACH,
		.fill = fill_attach,
		.fill_arg = &known,
	};
	int err;

	err = weft_copy_in(&known, sizeof(known), options, sizeof(known));
	if (err)
		return weft_fail_size(weft, err);
	if (known.fd < 0)
		return weft_fail(weft, -EBADF, "there is no socket to attach");
	return weft_netlink_ask(weft, &question);
}
