// SPDX-License-Identifier: GPL-2.0-only
/*
 * Namespaces that nothing but our own connections keeps.
 *
 * A socket that the daemon made holds its network namespace, and the session
 * holds the socket: once the last process has left, and no mount and no other
 * socket is there, a namespace would live as long as its peers are content.
 * So it is looked at now and then; what only we hold is let go.
 */
#include "transport/transport.h"

#include <linux/file.h>
#include <linux/net.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>

/* Nobody waits for a namespace to go; a look is a few dozen loads. */
#define LOOK_DELAY	(2 * HZ)

/* How many references to the namespace are ours: one for each connection. */
static unsigned int count_connections(struct weft_net *weft)
{
	struct weft_peer *peer;
	unsigned int count = 0;
	u32 node;
	int id;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		for (id = 0; peer && id < WEFT_LANE_COUNT; id++) {
			mutex_lock(&peer->lock);
			count += !!peer->next[id];
			mutex_unlock(&peer->lock);
			count += !!READ_ONCE(peer->lanes[id].sock);
		}
	}
	return count;
}

static void let_go(struct weft_net *weft)
{
	struct weft_peer *peer;
	u32 node;
	int id;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		for (id = 0; peer && id < WEFT_LANE_COUNT; id++) {
			mutex_lock(&peer->lock);
			if (peer->next[id])
				sockfd_put(peer->next[id]);
			peer->next[id] = NULL;
			mutex_unlock(&peer->lock);
			weft_lane_abandon(&peer->lanes[id]);
		}
	}
}

/*
 * A connection that is being moved or dropped meanwhile makes the two numbers
 * differ, and another look will come. If they are equal nobody is left who
 * could enter the namespace, or whose connections these are.
 */
static void look(struct work_struct *work)
{
	struct weft_net *weft = container_of(to_delayed_work(work),
					     struct weft_net, orphan_look);
	unsigned int count = count_connections(weft);

	if (!count)
		return;
	if (refcount_read(&weft->net->ns.count) == count)
		let_go(weft);
	schedule_delayed_work(&weft->orphan_look, LOOK_DELAY);
}

/**
 * weft_orphan_watch() - there is a connection: look whether it is the last thing
 * @weft: the node
 *
 * Context: any, while the namespace lives.
 */
void weft_orphan_watch(struct weft_net *weft)
{
	schedule_delayed_work(&weft->orphan_look, LOOK_DELAY);
}

/**
 * weft_orphan_init() - be ready to look
 * @weft: the node
 */
void weft_orphan_init(struct weft_net *weft)
{
	INIT_DEFERRABLE_WORK(&weft->orphan_look, look);
}

/**
 * weft_orphan_exit() - look no more
 * @weft: the node; it gets no connection any more
 *
 * Context: may sleep.
 */
void weft_orphan_exit(struct weft_net *weft)
{
	cancel_delayed_work_sync(&weft->orphan_look);
}
