// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who this node is: the only writer of weft_net.identity.
 *
 * A namespace starts without identity, is given one at most once, and keeps it
 * until the namespace or the module goes. Locks: weft_net.lock.
 */
#include "cluster/cluster.h"
#include "trace/trace.h"

#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/string.h>

/*
 * The incarnation is the wall clock in nanoseconds: it grows across restarts
 * although nothing is kept on disk. A clock set back by more than the node was
 * away makes the new life look older than the one before, and so stale.
 */
static void assume(struct weft_net *weft,
		   const struct weft_identity_request *request)
{
	struct weft_identity *identity = &weft->identity;

	lockdep_assert_held(&weft->lock);

	strscpy(identity->cluster, request->cluster, sizeof(identity->cluster));
	identity->node = request->node;
	identity->incarnation = ktime_get_real_ns();
	identity->since = ktime_get_boottime();
	snprintf(weft->taken, sizeof(weft->taken),
		 "this is node %u of cluster %s; to change that, unload the module or delete the network namespace",
		 identity->node, identity->cluster);
}

/**
 * weft_self_set() - give this node its identity, or change its lease
 * @weft:    the node
 * @request: what is wanted, unchecked
 *
 * Context: caller holds @weft->lock, and keeps it while telling others, so
 * that they hear of changes in order.
 * Return: the verdict of weft_identity_decide(). After a refusal all is as it
 * was; if it was for another identity, @weft->taken says who the node is.
 */
enum weft_identity_verdict
weft_self_set(struct weft_net *weft,
	      const struct weft_identity_request *request)
{
	enum weft_identity_verdict verdict;

	lockdep_assert_held(&weft->lock);

	verdict = weft_identity_decide(&weft->identity, request);
	if (weft_identity_errno(verdict)) {
		trace_weft_identity_refused(weft, verdict);
		return verdict;
	}
	if (verdict == WEFT_IDENTITY_KEEP)
		return verdict;

	if (verdict == WEFT_IDENTITY_ASSUME)
		assume(weft, request);
	if (request->has_lease_ms)
		weft->identity.lease_ms = request->lease_ms;
	if (!++weft->generation)
		weft->generation = 1;
	trace_weft_identity_set(weft, verdict);
	return verdict;
}

/**
 * weft_self_get() - who this node is
 * @weft:     the node
 * @identity: receives a consistent copy
 *
 * Context: takes and drops @weft->lock.
 */
void weft_self_get(struct weft_net *weft, struct weft_identity *identity)
{
	mutex_lock(&weft->lock);
	*identity = weft->identity;
	mutex_unlock(&weft->lock);
}

/**
 * weft_self_init() - make the initial namespace what the parameters say
 *
 * Return: 0, or the error of weft_params_read() with nothing changed.
 */
int __init weft_self_init(void)
{
	struct weft_net *weft = weft_net(&init_net);
	struct weft_identity_request request;
	int err;

	err = weft_params_read(&request);
	if (err)
		return err;

	mutex_lock(&weft->lock);
	if (request.has_node)		/* then it is whole, and granted */
		weft_self_set(weft, &request);
	else
		weft->identity.lease_ms = request.lease_ms;
	mutex_unlock(&weft->lock);
	return 0;
}
