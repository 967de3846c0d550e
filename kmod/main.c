// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bring the layers up, bottom first, and take them down in mirror order.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "cluster/cluster.h"
#include "core/core.h"
#include "ctl/ctl.h"

#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

/* Filled as the layers come that want to hear. */
static const struct weft_upcalls upcalls;

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

	err = weft_net_init(&upcalls);
	if (err)
		return err;
	err = weft_self_init();
	if (err)
		goto err_net;
	err = weft_ctl_init();
	if (err)
		goto err_net;
	announce();
	return 0;

err_net:
	weft_net_exit();
	return err;
}

static void __exit weft_exit(void)
{
	weft_ctl_exit();
	weft_net_exit();
}

module_init(weft_init);
module_exit(weft_exit);
MODULE_DESCRIPTION("Several machines as one distributed operating system");
MODULE_AUTHOR("weft authors");
MODULE_VERSION(WEFT_VERSION);
MODULE_LICENSE("GPL");
