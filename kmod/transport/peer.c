// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peers: the other nodes of the cluster. A peer is made when its node first
 * becomes a member, and stays until the end of the namespace, so that whoever
 * found it may use it. Locks: weft_net.lock, then weft_peer.lock.
 */
#include "transport/transport.h"

#include <linux/err.h>
#include <linux/file.h>
#include <linux/minmax.h>
#include <linux/net.h>
#include <linux/slab.h>

/**
 * weft_peer_find() - a peer by its number
 * @weft: this node
 * @node: the number, anything
 *
 * Return: the peer, valid as long as the namespace; NULL if there never was one
 * of that number.
 */
struct weft_peer *weft_peer_find(struct weft_net *weft, u32 node)
{
	if (node < WEFT_NODE_MIN || node > WEFT_NODE_MAX)
		return NULL;
	/* pairs with weft_peer_publish() */
	return smp_load_acquire(&weft->peers[node]);
}

/**
 * weft_peer_create() - make a peer that is no member yet
 * @weft: this node
 * @node: the number of the other
 *
 * Return: a peer that nobody finds before weft_peer_publish(), or an
 * ERR_PTR().
 */
struct weft_peer *weft_peer_create(struct weft_net *weft, u32 node)
{
	struct weft_peer *peer;
	int err, id;

	peer = kvzalloc(sizeof(*peer), GFP_KERNEL);
	if (!peer)
		return ERR_PTR(-ENOMEM);
	peer->weft = weft;
	peer->node = node;
	mutex_init(&peer->lock);
	for (id = 0; id < WEFT_LANE_COUNT; id++) {
		err = weft_lane_init(&peer->lanes[id], peer, id);
		if (err) {
			weft_peer_free(peer);
			return ERR_PTR(err);
		}
	}
	return peer;
}

/**
 * weft_peer_publish() - let others find a peer
 * @peer: the peer
 *
 * Context: caller holds weft_net.lock.
 */
void weft_peer_publish(struct weft_peer *peer)
{
	lockdep_assert_held(&peer->weft->lock);

	/* pairs with weft_peer_find(): what is found is complete */
	smp_store_release(&peer->weft->peers[peer->node], peer);
}

/**
 * weft_peer_free() - end a peer
 * @peer: the peer; nobody else uses it any more
 */
void weft_peer_free(struct weft_peer *peer)
{
	int id;

	for (id = 0; id < WEFT_LANE_COUNT; id++) {
		weft_lane_exit(&peer->lanes[id]);
		if (peer->next[id])
			sockfd_put(peer->next[id]);
	}
	mutex_destroy(&peer->lock);
	kvfree(peer);
}

/**
 * weft_peer_kick() - let all lanes see what has changed
 * @peer: the peer
 *
 * A message that waited for a view may be received now.
 */
void weft_peer_kick(struct weft_peer *peer)
{
	int id;

	for (id = 0; id < WEFT_LANE_COUNT; id++) {
		set_bit(WEFT_LANE_READABLE, &peer->lanes[id].flags);
		set_bit(WEFT_LANE_SERVE, &peer->lanes[id].flags);
		weft_lane_kick(&peer->lanes[id], WEFT_LANE_CHANGED);
	}
}

/**
 * weft_peer_settle() - let what is being received from a peer be over
 * @peer: the peer
 *
 * On return everything that was judged before the call has been delivered.
 *
 * Context: may sleep, never for the peer.
 */
void weft_peer_settle(struct weft_peer *peer)
{
	int id;

	for (id = 0; id < WEFT_LANE_COUNT; id++) {
		mutex_lock(&peer->lanes[id].receive_mutex);
		mutex_unlock(&peer->lanes[id].receive_mutex);
	}
}

/**
 * weft_peer_set_member() - the peer belongs to the view now, or does no more
 * @peer:      the peer
 * @is_member: whether it does
 *
 * A node that has left comes back in another life only: this one may still
 * believe in what it held.
 */
void weft_peer_set_member(struct weft_peer *peer, bool is_member)
{
	mutex_lock(&peer->lock);
	if (peer->is_member && !is_member) {
		peer->left = max(peer->left, peer->incarnation);
		/* from here on its session is over: see weft_message_judge() */
		WRITE_ONCE(peer->incarnation, 0);
	}
	peer->is_member = is_member;
	mutex_unlock(&peer->lock);
	weft_peer_kick(peer);
}

/**
 * weft_peer_attach() - give a lane a connection
 * @peer:        the peer
 * @incarnation: what it says that it is
 * @id:          which lane
 * @sock:        the connection; on success the reference is the peer's
 *
 * The thread of the lane takes the connection over, soon.
 *
 * Return: 0; -EHOSTUNREACH if the peer is no member; -ESTALE if this life of
 * it is over; -ESHUTDOWN if this node is about to go.
 */
int weft_peer_attach(struct weft_peer *peer, u64 incarnation,
		     enum weft_lane_id id, struct socket *sock)
{
	struct socket *replaced = NULL;
	int err = 0;

	mutex_lock(&peer->lock);
	if (READ_ONCE(peer->weft->is_closing)) {
		err = -ESHUTDOWN;
	} else if (!peer->is_member) {
		err = -EHOSTUNREACH;
	} else if (incarnation < peer->incarnation ||
		   incarnation <= peer->left) {
		err = -ESTALE;
	} else {
		WRITE_ONCE(peer->incarnation, incarnation);
		replaced = peer->next[id];
		peer->next[id] = sock;
	}
	mutex_unlock(&peer->lock);
	if (err)
		return err;
	if (replaced)
		sockfd_put(replaced);
	/* both lanes: the other one may have to end its session */
	weft_peer_kick(peer);
	weft_orphan_watch(peer->weft);
	return 0;
}
