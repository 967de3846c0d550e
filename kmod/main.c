// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bring the layers up, bottom first, and take them down in mirror order.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "cluster/cluster.h"
#include "core/core.h"
#include "ctl/ctl.h"
#include "migrate/migrate.h"
#include "rpc/rpc.h"

#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rtnetlink.h>

/* Who serves which request of a peer. */
static weft_request_handler * const handlers[WEFT_MSG_NR_TYPES] = {
	[WEFT_MSG_ECHO]	     = weft_echo_serve,
	[WEFT_MSG_ECHO_BULK] = weft_echo_serve,
	[WEFT_MSG_HOST]	     = weft_host_serve,
	[WEFT_MSG_BODY]	     = weft_body_serve,
	[WEFT_MSG_CAPTURE]   = weft_capture_serve,
	[WEFT_MSG_THREAD]    = weft_thread_serve,
	[WEFT_MSG_PAGES]     = weft_pages_serve,
	[WEFT_MSG_CALL]	     = weft_call_serve,
	[WEFT_MSG_SIGNAL]    = weft_signal_serve,
	[WEFT_MSG_CANCEL]    = weft_cancel_serve,
	[WEFT_MSG_GONE]	     = weft_gone_serve,
	[WEFT_MSG_PROCESSES] = weft_processes_serve,
	[WEFT_MSG_DRAIN]     = weft_drain_serve,
};

static void session_ended(struct weft_lane *lane, int err)
{
	weft_rpc_session_ended(lane, err);
	weft_migrate_session_ended(lane);
}

static const struct weft_upcalls upcalls = {
	.lane_changed	  = weft_ctl_lane_changed,
	.session_up	  = weft_rpc_session_up,
	.session_ended	  = session_ended,
	.body_wanted	  = weft_ctl_body_wanted,
	.reply_target	  = weft_rpc_reply_target,
	.reply_received	  = weft_rpc_reply_received,
	.request_received = weft_rpc_request_received,
	.handlers	  = handlers,
};

static void __init announce(void)
{
	struct weft_identity self;

	weft_self_get(weft_net(&init_net), &self);
	if (self.node == WEFT_NODE_NONE)
		pr_info(WEFT_VERSION " loaded, unconfigured\n");
	else
		pr_info(WEFT_VERSION " loaded, node %u of cluster %s\n",
			self.node, self.cluster);
}

static int __init weft_init(void)
{
	int err;

	err = weft_crc_init();
	if (err)
		return err;
	weft_host_init();
	err = weft_net_init(&upcalls);
	if (err)
		goto err_crc;
	err = weft_rpc_init();
	if (err)
		goto err_net;
	err = weft_migrate_init();
	if (err)
		goto err_rpc;
	err = weft_self_init();
	if (err)
		goto err_migrate;
	err = weft_ctl_init();
	if (err)
		goto err_migrate;
	announce();
	return 0;

err_migrate:
	weft_migrate_exit();
err_rpc:
	weft_rpc_exit();
err_net:
	weft_net_exit();
err_crc:
	weft_crc_exit();
	return err;
}

static void __exit weft_exit(void)
{
	struct net *net;

	/* netlink commands that wait for a peer have to end before ctl can */
	down_read(&net_rwsem);
	for_each_net(net)
		weft_rpc_peers_close(weft_net(net));
	up_read(&net_rwsem);
	weft_ctl_exit();
	weft_migrate_exit();
	weft_rpc_exit();
	weft_net_exit();
	weft_crc_exit();
}

module_init(weft_init);
module_exit(weft_exit);
MODULE_DESCRIPTION("Several machines as one distributed operating system");
MODULE_AUTHOR("weft authors");
MODULE_VERSION(WEFT_VERSION);
MODULE_LICENSE("GPL");
