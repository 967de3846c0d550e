// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications to the group WEFT_GENL_GROUP_EVENTS.
 */
#include "ctl/ctl.h"
#include "trace/trace.h"

#include <linux/lockdep.h>

/**
 * weft_ctl_notify_cluster() - tell listeners that the identity or lease changed
 * @weft: the node
 * @info: the request that changed it; with NLM_F_ECHO its sender is told too,
 *        once, whether it listens or not
 *
 * A notification that cannot be made is not lost in silence: the next read of
 * each listener fails with ENOBUFS, and it asks for the state.
 *
 * Context: caller holds @weft->lock since the change.
 */
void weft_ctl_notify_cluster(struct weft_net *weft, struct genl_info *info)
{
	struct sk_buff *event;
	int err = -ENOMEM;

	lockdep_assert_held(&weft->lock);

	event = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!event)
		goto err_lost;
	err = weft_ctl_cluster_fill(event, info, WEFT_CMD_CLUSTER_NTF,
				    &weft->identity);
	if (err)
		goto err_free_event;
	genl_notify(&weft_ctl_family, event, info, WEFT_CTL_GROUP_EVENTS,
		    GFP_KERNEL);
	return;

err_free_event:
	nlmsg_free(event);
err_lost:
	trace_weft_netlink_failed(weft->net, WEFT_CMD_CLUSTER_NTF, err);
	genl_set_err(&weft_ctl_family, weft->net, 0, WEFT_CTL_GROUP_EVENTS,
		     -ENOBUFS);
}
