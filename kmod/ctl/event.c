// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications to the group WEFT_GENL_GROUP_EVENTS.
 *
 * A notification that cannot be made is not lost in silence: the next read of
 * each listener fails with ENOBUFS, and it asks for the state.
 */
#include "ctl/ctl.h"
#include "trace/trace.h"
#include "transport/transport.h"

#include <linux/lockdep.h>

static void lose(struct weft_net *weft, u8 command, int err)
{
	trace_weft_netlink_failed(weft->net, command, err);
	genl_set_err(&weft_ctl_family, weft->net, 0, WEFT_CTL_GROUP_EVENTS,
		     -ENOBUFS);
}

/**
 * weft_ctl_notify() - tell listeners of a change that a request made
 * @weft:    the node
 * @info:    the request; with NLM_F_ECHO its sender is told too, once, whether
 *           it listens or not
 * @event:   the notification, consumed; NULL if there was no memory for it
 * @command: what it is
 * @err:     0 if @event is complete, else why it is not
 *
 * Context: caller holds @weft->lock since the change, so that listeners hear
 * of changes in order.
 */
void weft_ctl_notify(struct weft_net *weft, struct genl_info *info,
		     struct sk_buff *event, u8 command, int err)
{
	lockdep_assert_held(&weft->lock);

	if (err) {
		nlmsg_free(event);
		lose(weft, command, err);
		return;
	}
	genl_notify(&weft_ctl_family, event, info, WEFT_CTL_GROUP_EVENTS,
		    GFP_KERNEL);
}

/**
 * weft_ctl_notify_cluster() - tell listeners that the identity or lease changed
 * @weft: the node
 * @info: the request that changed it
 *
 * Context: as weft_ctl_notify().
 */
void weft_ctl_notify_cluster(struct weft_net *weft, struct genl_info *info)
{
	struct sk_buff *event = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	int err = -ENOMEM;

	if (event)
		err = weft_ctl_cluster_fill(event, info, WEFT_CMD_CLUSTER_NTF,
					    &weft->identity);
	weft_ctl_notify(weft, info, event, WEFT_CMD_CLUSTER_NTF, err);
}

/**
 * weft_ctl_lane_changed() - tell listeners that a connection came or went
 * @lane:  the lane
 * @state: its new state
 *
 * Context: may sleep; the thread of the lane.
 */
void weft_ctl_lane_changed(struct weft_lane *lane, enum weft_lane_state state)
{
	struct weft_net *weft = lane->peer->weft;
	struct sk_buff *event;
	int err = -ENOMEM;

	/* the family, and with it the group, may be somebody else's already */
	if (READ_ONCE(weft->is_closing))
		return;
	event = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (event)
		err = weft_ctl_peer_fill_change(event, lane, state);
	if (err) {
		nlmsg_free(event);
		lose(weft, WEFT_CMD_PEER_NTF, err);
		return;
	}
	/* fails if nobody listens, which is nobody's loss */
	genlmsg_multicast_netns(&weft_ctl_family, weft->net, event, 0,
				WEFT_CTL_GROUP_EVENTS, GFP_KERNEL);
}
