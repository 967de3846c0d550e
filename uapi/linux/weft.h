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

/*
 * Two lanes lead to each peer, each with a connection of its own, so that a
 * large transfer never delays a small message.
 */
enum weft_lane_id {
	WEFT_LANE_FAST,		/* requests, grants, small replies, single pages */
	WEFT_LANE_BULK,		/* read-ahead, background memory */

	WEFT_LANE_COUNT
};

/* What nodes speak with each other: Documentation/protocol.rst */
#define WEFT_PROTO_VERSION	2

/* The connection of a lane. The session above it outlives it. */
enum weft_lane_state {
	WEFT_LANE_DOWN,		/* none; the daemon is expected to bring one */
	WEFT_LANE_RESUMING,	/* both ends tell what they have received */
	WEFT_LANE_UP,
	WEFT_LANE_CLOSED,	/* the node has left; it takes no connection */

	WEFT_LANE_NR_STATES
};

/* How a connection is protected. */
enum weft_cipher {
	WEFT_CIPHER_NONE,	/* not at all: a CRC32C in each message */
	WEFT_CIPHER_AES_128_GCM,
	WEFT_CIPHER_CHACHA20_POLY1305,

	WEFT_CIPHER_COUNT
};

/* Limits of WEFT_CMD_ECHO */
#define WEFT_ECHO_SIZE_MIN	16		/* bytes */
#define WEFT_ECHO_SIZE_MAX	16384		/* bytes, on the fast lane */
#define WEFT_ECHO_BULK_SIZE_MAX	262144		/* bytes, on the bulk lane */
#define WEFT_ECHO_COUNT_MAX	4096		/* echoes in one command */
#define WEFT_ECHO_DEPTH_MAX	64		/* echoes at once */
#define WEFT_ECHO_TIMEOUT_MS_MAX	60000

#endif /* _UAPI_LINUX_WEFT_H */
