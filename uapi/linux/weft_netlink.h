/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * weft over generic netlink: family "weft", version 1.
 *
 * The contract is Documentation/netlink/specs/weft.yaml; this header follows
 * it, and "make check" compares the two.
 *
 * Every command speaks to the node of the network namespace in which the
 * netlink socket was opened. A request and its reply have the same command
 * number; notifications have numbers of their own and go to the multicast
 * group "events".
 *
 *   WEFT_CMD_MODULE_GET   what is loaded: version, limits. Anybody may ask.
 *   WEFT_CMD_CLUSTER_GET  the identity of this node. Anybody may ask. A node
 *                         without identity answers without WEFT_A_CLUSTER_NAME,
 *                         _NODE and _INCARNATION.
 *   WEFT_CMD_CLUSTER_SET  give this node its identity, or change the lease.
 *                         NAME and NODE are required the first time; later
 *                         they may be left out, or must be what they were:
 *                         -EBUSY otherwise. Needs CAP_NET_ADMIN in the initial
 *                         user namespace. The reply holds the identity.
 *   WEFT_CMD_NODE_GET     dump: one message for each node this node knows.
 *   WEFT_CMD_CLUSTER_NTF  the identity or the lease of this node changed; the
 *                         message has the attributes of CLUSTER_GET.
 *
 * Every refusal that this family makes carries an extended ACK with a sentence
 * that says what was wrong.
 */
#ifndef _UAPI_LINUX_WEFT_NETLINK_H
#define _UAPI_LINUX_WEFT_NETLINK_H

#define WEFT_GENL_NAME		"weft"
#define WEFT_GENL_VERSION	1
#define WEFT_GENL_GROUP_EVENTS	"events"

/* The longest version string of the module, with the terminating NUL. */
#define WEFT_VERSION_LEN	32

enum {
	WEFT_CMD_MODULE_GET = 1,
	WEFT_CMD_CLUSTER_GET,
	WEFT_CMD_CLUSTER_SET,
	WEFT_CMD_NODE_GET,
	WEFT_CMD_CLUSTER_NTF,

	__WEFT_CMD_MAX,
	WEFT_CMD_MAX = (__WEFT_CMD_MAX - 1)
};

/* Attributes of WEFT_CMD_MODULE_GET */
enum {
	WEFT_A_MODULE_VERSION = 1,	/* string: version of the module */
	WEFT_A_MODULE_NODE_MAX,		/* u32: highest possible node number */

	__WEFT_A_MODULE_MAX,
	WEFT_A_MODULE_MAX = (__WEFT_A_MODULE_MAX - 1)
};

/* Attributes of WEFT_CMD_CLUSTER_GET, _SET and _NTF */
enum {
	WEFT_A_CLUSTER_NAME = 1,	/* string: see WEFT_CLUSTER_NAME_LEN */
	WEFT_A_CLUSTER_NODE,		/* u32: WEFT_NODE_MIN..WEFT_NODE_MAX */
	WEFT_A_CLUSTER_LEASE_MS,	/* u32: WEFT_LEASE_MS_MIN.._MAX */
	WEFT_A_CLUSTER_INCARNATION,	/* u64: new with each identity; never in a request */
	WEFT_A_CLUSTER_PAD,

	__WEFT_A_CLUSTER_MAX,
	WEFT_A_CLUSTER_MAX = (__WEFT_A_CLUSTER_MAX - 1)
};

/* Attributes of WEFT_CMD_NODE_GET */
enum {
	WEFT_A_NODE_ID = 1,		/* u32: WEFT_NODE_MIN..WEFT_NODE_MAX */
	WEFT_A_NODE_LOCAL,		/* flag: this is the node that answers */
	WEFT_A_NODE_INCARNATION,	/* u64 */
	WEFT_A_NODE_AGE_MS,		/* u64: milliseconds since it became known here */
	WEFT_A_NODE_PAD,

	__WEFT_A_NODE_MAX,
	WEFT_A_NODE_MAX = (__WEFT_A_NODE_MAX - 1)
};

#endif /* _UAPI_LINUX_WEFT_NETLINK_H */
