/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * weft: limits and names that the module and user space share.
 *
 * A *node* is one instance of weft. A network namespace holds at most one. A
 * node has an identity: the name of its cluster and a number that is unique in
 * it. Without an identity a node is unconfigured: it answers questions about
 * itself and does nothing else.
 *
 * How to talk to a node: <linux/weft_netlink.h>.
 */
#ifndef _UAPI_LINUX_WEFT_H
#define _UAPI_LINUX_WEFT_H

/*
 * A cluster name: 1 to 31 of the characters a-z, A-Z, 0-9, '.', '_' and '-',
 * starting with a letter or a digit.
 */
#define WEFT_CLUSTER_NAME_LEN	32	/* bytes, with the terminating NUL */

/* A node number: WEFT_NODE_MIN to WEFT_NODE_MAX. 0 means "no node". */
#define WEFT_NODE_NONE		0
#define WEFT_NODE_MIN		1
#define WEFT_NODE_MAX		64

/*
 * The lease: how long, in milliseconds, a node trusts its daemon after the
 * daemon last heard from a majority of the cluster.
 */
#define WEFT_LEASE_MS_MIN	100
#define WEFT_LEASE_MS_MAX	600000
#define WEFT_LEASE_MS_DEFAULT	2000

#endif /* _UAPI_LINUX_WEFT_H */
