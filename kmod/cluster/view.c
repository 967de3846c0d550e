// SPDX-License-Identifier: GPL-2.0-only
/*
 * The view: the only writer of weft_net.view. Locks: weft_net.lock; readers use
 * RCU.
 */
#include "cluster/cluster.h"
#include "rpc/rpc.h"
#include "trace/trace.h"

#include <linux/slab.h>

static int add_peers(struct weft_net *weft, const struct weft_view *view)
{
	u32 node;
	int err;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (node == weft->identity.node || !weft_view_has(view, node))
			continue;
		err = weft_rpc_peer_add(weft, node);
		if (err)
			return err;
	}
	return 0;
}

static void update_peers(struct weft_net *weft, const struct weft_view *view)
{
	struct weft_peer *peer;
	u32 node;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		if (!peer)
			continue;
		weft_peer_settle(peer);
		weft_peer_set_member(peer, weft_view_has(view, node));
	}
}

/**
 * weft_view_set() - install a view
 * @weft:    the node
 * @epoch:   its number, unchecked
 * @members: who belongs to it, unchecked: bit N - 1 stands for node N
 * @verdict: receives what became of it
 *
 * On return messages of older views are not accepted any more, but those that
 * belong to the session with a node that was a member all the time; and calls to
 * nodes that left are ending.
 *
 * Context: may sleep; caller holds @weft->lock, and keeps it while telling
 * others.
 * Return: 0; the error of @verdict; or -ENOMEM. After an error all is as it
 * was, but that there may be peers more, which are no members.
 */
int weft_view_set(struct weft_net *weft, u64 epoch, u64 members,
		  enum weft_view_verdict *verdict)
{
	struct weft_view *old, *fresh;
	int err;

	lockdep_assert_held(&weft->lock);

	old = rcu_dereference_protected(weft->view,
					lockdep_is_held(&weft->lock));
	*verdict = weft_view_decide(old, weft->identity.node, epoch, members);
	trace_weft_view(weft, epoch, members, *verdict);
	err = weft_view_errno(*verdict);
	if (err || *verdict == WEFT_VIEW_KEEP)
		return err;
	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);
	if (!fresh)
		return -ENOMEM;
	fresh->epoch = epoch;
	fresh->members = members;
	err = add_peers(weft, fresh);
	if (err) {
		kfree(fresh);
		return err;
	}
	rcu_assign_pointer(weft->view, fresh);
	if (!++weft->generation)
		weft->generation = 1;
	synchronize_rcu();
	kfree(old);
	update_peers(weft, fresh);
	return 0;
}

/**
 * weft_view_get() - the present view
 * @weft:    the node
 * @epoch:   receives its number, 0 if there is none
 * @members: receives who belongs to it
 */
void weft_view_get(struct weft_net *weft, u64 *epoch, u64 *members)
{
	const struct weft_view *view;

	rcu_read_lock();
	view = rcu_dereference(weft->view);
	*epoch = view ? view->epoch : 0;
	*members = view ? view->members : 0;
	rcu_read_unlock();
}
