// SPDX-License-Identifier: GPL-2.0-only
/*
 * Weft in a network namespace: one struct weft_net each, from the birth of the
 * namespace, or the load of the module, until the end of either.
 */
#include "core/core.h"

#include <linux/cache.h>
#include <linux/slab.h>
#include <net/netns/generic.h>

static unsigned int weft_net_id __ro_after_init;
static const struct weft_upcalls *weft_upcalls __ro_after_init;

static int __net_init enter(struct net *net)
{
	struct weft_net *weft = weft_net(net);

	weft->net = net;
	weft->upcalls = weft_upcalls;
	mutex_init(&weft->lock);
	spin_lock_init(&weft->faults.lock);
	weft->identity.lease_ms = WEFT_LEASE_MS_DEFAULT;
	weft->generation = 1;
	return 0;
}

static void __net_exit leave(struct net *net)
{
	struct weft_net *weft = weft_net(net);

	kfree(rcu_dereference_protected(weft->view, true));
	mutex_destroy(&weft->lock);
}

static struct pernet_operations weft_net_ops = {
	.init = enter,
	.exit = leave,
	.id   = &weft_net_id,
	.size = sizeof(struct weft_net),
};

/**
 * weft_net() - weft in a namespace
 * @net: the namespace; the caller makes sure that it stays
 *
 * Return: its state, valid as long as @net and the module.
 */
struct weft_net *weft_net(const struct net *net)
{
	return net_generic(net, weft_net_id);
}

/**
 * weft_net_init() - enter all network namespaces, present and future
 * @upcalls: what the layers above want to hear; stays valid
 *
 * Return: 0, or -ENOMEM with no namespace entered.
 */
int __init weft_net_init(const struct weft_upcalls *upcalls)
{
	weft_upcalls = upcalls;
	return register_pernet_subsys(&weft_net_ops);
}

/**
 * weft_net_exit() - leave all network namespaces
 *
 * Nobody else uses a struct weft_net any more.
 */
void weft_net_exit(void)
{
	unregister_pernet_subsys(&weft_net_ops);
}
