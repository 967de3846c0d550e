/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bottom layer: who a node is, what the module was told at load, and the
 * state of weft in one network namespace. Nothing here talks to a peer, to
 * user space or to a tracepoint.
 */
#ifndef _WEFT_CORE_CORE_H
#define _WEFT_CORE_CORE_H

#include "core/fault.h"
#include "core/stats.h"
#include "core/upcalls.h"
#include "core/version.h"
#include "core/view.h"

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/weft.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

/**
 * struct weft_identity - who a node is
 * @cluster:     name of its cluster; empty without identity
 * @node:        number of the node; WEFT_NODE_NONE without identity
 * @lease_ms:    lease in milliseconds; valid with and without identity
 * @incarnation: tells this life of the node from its earlier ones; 0 without
 *               identity
 * @since:       when the identity was given, on the boot clock
 *
 * @cluster, @node, @incarnation and @since are set together, once in the life
 * of a namespace. Only @lease_ms changes later.
 */
struct weft_identity {
	char	cluster[WEFT_CLUSTER_NAME_LEN];
	u32	node;
	u32	lease_ms;
	u64	incarnation;
	ktime_t	since;
};

/**
 * struct weft_identity_request - what somebody wants a node to be
 * @cluster:      name of the cluster, NULL if the request has none
 * @node:         number of the node, if @has_node
 * @lease_ms:     lease in milliseconds, if @has_lease_ms
 * @has_node:     the request has a node number
 * @has_lease_ms: the request has a lease
 *
 * Nothing in it has been checked. @cluster belongs to whoever asks.
 */
struct weft_identity_request {
	const char	*cluster;
	u32		node;
	u32		lease_ms;
	bool		has_node;
	bool		has_lease_ms;
};

/**
 * enum weft_identity_verdict - what becomes of a request
 * @WEFT_IDENTITY_KEEP:          granted; all is as it was
 * @WEFT_IDENTITY_SET_LEASE:     granted; the lease changes
 * @WEFT_IDENTITY_ASSUME:        granted; the node gets its identity
 * @WEFT_IDENTITY_BAD_CLUSTER:   refused; the cluster name is malformed
 * @WEFT_IDENTITY_BAD_NODE:      refused; the node number is out of range
 * @WEFT_IDENTITY_BAD_LEASE:     refused; the lease is out of range
 * @WEFT_IDENTITY_NO_CLUSTER:    refused; a first identity needs a cluster name
 * @WEFT_IDENTITY_NO_NODE:       refused; a first identity needs a node number
 * @WEFT_IDENTITY_OTHER_CLUSTER: refused; the node belongs to another cluster
 * @WEFT_IDENTITY_OTHER_NODE:    refused; the node has another number
 * @WEFT_IDENTITY_NR_VERDICTS:   how many there are
 */
enum weft_identity_verdict {
	WEFT_IDENTITY_KEEP,
	WEFT_IDENTITY_SET_LEASE,
	WEFT_IDENTITY_ASSUME,
	WEFT_IDENTITY_BAD_CLUSTER,
	WEFT_IDENTITY_BAD_NODE,
	WEFT_IDENTITY_BAD_LEASE,
	WEFT_IDENTITY_NO_CLUSTER,
	WEFT_IDENTITY_NO_NODE,
	WEFT_IDENTITY_OTHER_CLUSTER,
	WEFT_IDENTITY_OTHER_NODE,

	WEFT_IDENTITY_NR_VERDICTS
};

/* identity.c: pure */
bool weft_cluster_name_is_valid(const char *name);
enum weft_identity_verdict
weft_identity_check(const struct weft_identity_request *request);
enum weft_identity_verdict
weft_identity_decide(const struct weft_identity *present,
		     const struct weft_identity_request *request);
int weft_identity_errno(enum weft_identity_verdict verdict);
const char *weft_identity_text(enum weft_identity_verdict verdict);

/* params.c */
int weft_params_read(struct weft_identity_request *request);

struct dentry;
struct weft_peer;
struct weft_processes;

/* Room for the longest sentence in struct weft_net.taken. */
#define WEFT_TAKEN_LEN	160

/**
 * struct weft_net - weft in one network namespace: all of its mutable state
 * @net:        the namespace; outlives this structure
 * @lock:       protects all fields below. Outermost; never held across a wait
 *              for a peer
 * @identity:   who this node is. cluster/self.c is the only writer
 * @generation: grows with each change of @identity, never 0; tells a dump that
 *              it was torn
 * @taken:      the sentence that refuses another identity; written once,
 *              together with the identity, and readable without @lock by
 *              whoever has seen that there is one
 * @upcalls:    see there
 * @view:       who belongs to the cluster; NULL before the first view.
 *              cluster/view.c is the only writer; read under RCU
 * @lamport:    logical time; needs no lock
 * @peers:      by node number; set once, under @lock, and then kept until the
 *              end of the namespace; readable without. transport/peer.c is the
 *              only writer
 * @orphan_look: belongs to transport/orphan.c
 * @processes:  belongs to migrate; set once
 * @faults:     points at which a test makes something go wrong
 * @debugfs:    directory of this node; belongs to ctl
 * @is_closing: the module is about to go: no call starts any more. Set once
 */
struct weft_net {
	struct net			*net;
	const struct weft_upcalls	*upcalls;
	struct mutex			lock;	/* of all below, but as they say */
	struct weft_identity		identity;
	u32				generation;
	char				taken[WEFT_TAKEN_LEN];
	struct weft_view __rcu		*view;
	atomic64_t			lamport;
	struct weft_peer		*peers[WEFT_NODE_MAX + 1];
	struct delayed_work		orphan_look;
	struct weft_processes		*processes;
	struct weft_faults		faults;
	struct dentry			*debugfs;
	bool				is_closing;
};

/* net.c */
int weft_net_init(const struct weft_upcalls *upcalls);
void weft_net_exit(void);
struct weft_net *weft_net(const struct net *net);

/**
 * weft_view_epoch() - the epoch of the present view
 * @weft: the node
 *
 * Return: the epoch, 0 without a view.
 */
static inline u64 weft_view_epoch(const struct weft_net *weft)
{
	const struct weft_view *view;
	u64 epoch;

	rcu_read_lock();
	view = rcu_dereference(weft->view);
	epoch = view ? view->epoch : 0;
	rcu_read_unlock();
	return epoch;
}

/* lamport.c */
u64 weft_lamport_tick(struct weft_net *weft);
void weft_lamport_witness(struct weft_net *weft, u64 seen);

/* wait.c */
int weft_wait_peer_in(unsigned int state, unsigned long deadline,
		      bool (*is_done)(void *arg), void *arg);
int weft_wait_peer(unsigned long deadline, bool (*is_done)(void *arg), void *arg);

#endif /* _WEFT_CORE_CORE_H */
