// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peers that can be called. Locks: weft_net.lock.
 */
#include "rpc/rpc.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

static void free_peer(struct weft_peer *peer)
{
	struct weft_calls *calls[WEFT_LANE_COUNT];
	int id;

	for (id = 0; id < WEFT_LANE_COUNT; id++)
		calls[id] = peer->lanes[id].calls;
	weft_peer_free(peer);
	for (id = 0; id < WEFT_LANE_COUNT; id++)
		kvfree(calls[id]);
}

static struct weft_calls *new_calls(void)
{
	struct weft_calls *calls = kvzalloc(sizeof(*calls), GFP_KERNEL);

	if (!calls)
		return NULL;
	spin_lock_init(&calls->lock);
	init_waitqueue_head(&calls->waiting);
	calls->error = -EHOSTUNREACH;
	return calls;
}

/**
 * weft_rpc_peer_add() - make a peer, unless there is one of that number
 * @weft: this node
 * @node: the number of the other
 *
 * Context: may sleep; caller holds weft_net.lock.
 * Return: 0 or -ENOMEM.
 */
int weft_rpc_peer_add(struct weft_net *weft, u32 node)
{
	struct weft_peer *peer;
	int id, err = 0;

	lockdep_assert_held(&weft->lock);

	if (weft->peers[node])
		return 0;
	peer = weft_peer_create(weft, node);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	for (id = 0; id < WEFT_LANE_COUNT; id++) {
		peer->lanes[id].calls = new_calls();
		if (!peer->lanes[id].calls)
			err = -ENOMEM;
	}
	if (err)
		free_peer(peer);
	else
		weft_peer_publish(peer);
	return err;
}

/**
 * weft_rpc_peers_close() - end every call, and let none begin
 * @weft: this node
 *
 * Context: may sleep; takes and drops weft_net.lock.
 */
void weft_rpc_peers_close(struct weft_net *weft)
{
	u32 node;

	mutex_lock(&weft->lock);
	WRITE_ONCE(weft->is_closing, true);
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++)
		if (weft->peers[node])
			weft_peer_kick(weft->peers[node]);
	mutex_unlock(&weft->lock);
}

/**
 * weft_rpc_peers_await() - wait until every session has ended
 * @weft: this node, after weft_rpc_peers_close()
 *
 * On return nothing is received any more.
 *
 * Context: may sleep, not for a peer; caller holds no lock that a handler needs.
 */
void weft_rpc_peers_await(struct weft_net *weft)
{
	struct weft_peer *peer;
	u32 node;
	int id;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		for (id = 0; peer && id < WEFT_LANE_COUNT; id++)
			while (READ_ONCE(peer->lanes[id].state) !=
			       WEFT_LANE_CLOSED)
				schedule_timeout_uninterruptible(1);
	}
}

/**
 * weft_rpc_peers_settle() - let every handler and every end of a session be over
 * @weft: this node
 *
 * On return all that had begun before the call has ended.
 *
 * Context: may sleep, not for a peer; caller holds no lock that a handler needs.
 */
void weft_rpc_peers_settle(struct weft_net *weft)
{
	struct weft_peer *peer;
	u32 node;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		if (peer)
			weft_peer_settle(peer);
	}
}

static int __net_init enter(struct net *net)
{
	weft_orphan_init(weft_net(net));
	return 0;
}

/* By now no netlink command of this namespace runs, and none will. */
static void __net_exit leave(struct net *net)
{
	struct weft_net *weft = weft_net(net);
	u32 node;

	WRITE_ONCE(weft->is_closing, true);
	weft_orphan_exit(weft);
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (weft->peers[node])
			free_peer(weft->peers[node]);
		weft->peers[node] = NULL;
	}
}

static struct pernet_operations peers_ops = {
	.init = enter,
	.exit = leave,
};

/**
 * weft_rpc_init() - be ready for peers
 *
 * Return: 0, or an error with nothing left to undo.
 */
int __init weft_rpc_init(void)
{
	int err = weft_echo_init();

	if (err)
		return err;
	err = register_pernet_subsys(&peers_ops);
	if (err)
		weft_echo_exit();
	return err;
}

/**
 * weft_rpc_exit() - end all peers
 *
 * Nobody calls them any more.
 */
void weft_rpc_exit(void)
{
	unregister_pernet_subsys(&peers_ops);
	weft_echo_exit();
}
