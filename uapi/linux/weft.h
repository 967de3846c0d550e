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
#define WEFT_PROTO_VERSION	3

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

/* Limits of WEFT_CMD_MIGRATE_CHECK */
#define WEFT_CHECK_TIMEOUT_MS_MAX	60000

/* Limit of WEFT_CMD_MIGRATE_WAIT, which holds up others: ask again */
#define WEFT_WAIT_TIMEOUT_MS_MAX	1000

/* Why a process cannot move to a node. Numbers never change their meaning. */
enum weft_reason_code {
	WEFT_REASON_NO_PROCESS,		/* nobody has this number */
	WEFT_REASON_KERNEL_THREAD,
	WEFT_REASON_EXITING,		/* or a zombie, or its main thread has ended */
	WEFT_REASON_CODE_32BIT,
	WEFT_REASON_TRACED,		/* by a debugger, for example */
	WEFT_REASON_SECCOMP_STRICT,
	WEFT_REASON_IO_URING,
	WEFT_REASON_KERNEL_WORKER,	/* a thread that never leaves the kernel */
	WEFT_REASON_DEVICE_MAPPING,
	WEFT_REASON_SHARED_MAPPING,	/* memory that others may write, too */
	WEFT_REASON_HUGETLB_MAPPING,
	WEFT_REASON_USERFAULTFD,
	WEFT_REASON_SHARED_MM,		/* all of its memory is also another's */
	WEFT_REASON_PID_NAMESPACE,	/* not the initial one */
	WEFT_REASON_USER_NAMESPACE,	/* not the initial one */
	WEFT_REASON_THIS_NODE,		/* it is there already */
	WEFT_REASON_NO_MEMBER,		/* no node of the cluster has this number */
	WEFT_REASON_NOT_CONNECTED,
	WEFT_REASON_NO_ANSWER,		/* of the node; so hosts were not compared */
	WEFT_REASON_CPU_FEATURES,	/* missing there */
	WEFT_REASON_CPU_STATE,		/* extended state does not fit there */
	WEFT_REASON_VDSO,		/* not the same there */
	WEFT_REASON_PAGE_SIZE,		/* not the same there */
	WEFT_REASON_ADDRESS_WIDTH,	/* fewer addresses there */
	WEFT_REASON_NOT_YET,		/* weft does not take it along so far */

	WEFT_REASON_COUNT
};

/*
 * How far a process is that was moved. Its home tells the first three of its own
 * half, the node where it runs the others of the other half.
 */
enum weft_process_state {
	WEFT_PROCESS_PREPARING,		/* it runs at home, and is to leave */
	WEFT_PROCESS_LEAVING,		/* it was stopped to be handed over */
	WEFT_PROCESS_AWAY,
	WEFT_PROCESS_ARRIVING,		/* what it will be there is made ready */
	WEFT_PROCESS_RUNNING,

	WEFT_PROCESS_NR_STATES
};

#endif /* _UAPI_LINUX_WEFT_H */
