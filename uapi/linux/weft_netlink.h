/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * weft over generic netlink: family "weft", version 1.
 *
 * The contract is Documentation/netlink/specs/weft.yaml; this header follows
 * it, and "make check" compares the two. Documentation/netlink.rst says more.
 *
 * Every command speaks to the node of the network namespace in which the netlink
 * socket was opened. A request and its reply have the same command number;
 * notifications have numbers of their own and go to the multicast group "events".
 * *_GET may be asked by anybody, but PROCESS_GET; all else needs CAP_NET_ADMIN in
 * the initial user namespace. PIDs are those of the initial PID namespace.
 *
 *   WEFT_CMD_MODULE_GET   what is loaded: version, limits
 *   WEFT_CMD_CLUSTER_GET  the identity of this node; without one the reply has no
 *                         NAME, NODE and INCARNATION
 *   WEFT_CMD_CLUSTER_SET  give this node its identity, NAME and NODE, which stay what
 *                         they are, or -EBUSY; or change the lease
 *   WEFT_CMD_NODE_GET     dump: the nodes that this node knows
 *   WEFT_CMD_CLUSTER_NTF  identity or lease changed; attributes of CLUSTER_GET
 *   WEFT_CMD_VIEW_GET     epoch and members of the view; 0 and none: there is none
 *   WEFT_CMD_VIEW_SET     install a view, in which this node is a member, of a
 *                         higher epoch, or -ESTALE; the same again changes nothing
 *   WEFT_CMD_PEER_GET     dump: the other members, one WEFT_A_PEER_LANE for each lane
 *   WEFT_CMD_PEER_ATTACH  give a lane its connection: a TCP socket, authenticated,
 *                         with kTLS both ways or without, read up to the end of the
 *                         greetings. The caller closes its descriptor. A higher
 *                         INCARNATION of the peer begins a session, a lower one is
 *                         -ESTALE; a connection that is there is replaced
 *   WEFT_CMD_ECHO         the yardstick: COUNT echoes to NODE, with the time of each
 *   WEFT_CMD_VIEW_NTF     the view changed; attributes of VIEW_GET
 *   WEFT_CMD_PEER_NTF     a lane has another state; PEER_GET, with this lane only
 *   WEFT_CMD_MIGRATE_CHECK  can PID move to NODE? One WEFT_A_CHECK_REASON for each
 *                         reason why not. Nothing is stopped or changed
 *   WEFT_CMD_MIGRATE      move PID to NODE; the reply: it runs there, as SERIAL
 *   WEFT_CMD_BODY_OPEN    take the body that the process SERIAL of NODE asks for here,
 *                         once: the reply has a descriptor for <linux/weft_body.h>.
 *                         As a dump: those that nobody has opened yet, as BODY_NTF
 *   WEFT_CMD_BODY_NTF     a process asks for a body here; its home is NODE
 *   WEFT_CMD_PROCESS_GET  dump: the moved processes with a half on NODE, or here
 *   WEFT_CMD_MIGRATE_WAIT wait until the memory of SERIAL, which has left, followed it
 *
 * Every refusal carries an extended ACK with a sentence that says what was wrong.
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
	WEFT_CMD_VIEW_GET,
	WEFT_CMD_VIEW_SET,
	WEFT_CMD_PEER_GET,
	WEFT_CMD_PEER_ATTACH,
	WEFT_CMD_ECHO,
	WEFT_CMD_VIEW_NTF,
	WEFT_CMD_PEER_NTF,
	WEFT_CMD_MIGRATE_CHECK,
	WEFT_CMD_MIGRATE,
	WEFT_CMD_BODY_OPEN,
	WEFT_CMD_BODY_NTF,
	WEFT_CMD_PROCESS_GET,
	WEFT_CMD_MIGRATE_WAIT,

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

/* Attributes of WEFT_CMD_VIEW_GET, _SET and _NTF */
enum {
	WEFT_A_VIEW_EPOCH = 1,		/* u64: 1 or more */
	WEFT_A_VIEW_MEMBERS,		/* u64: bit N - 1 stands for node N */
	WEFT_A_VIEW_PAD,

	__WEFT_A_VIEW_MAX,
	WEFT_A_VIEW_MAX = (__WEFT_A_VIEW_MAX - 1)
};

/* Attributes of WEFT_CMD_PEER_GET, _ATTACH and _NTF */
enum {
	WEFT_A_PEER_NODE = 1,		/* u32: WEFT_NODE_MIN..WEFT_NODE_MAX */
	WEFT_A_PEER_INCARNATION,	/* u64: 0 if it never connected */
	WEFT_A_PEER_LANE_ID,		/* u32: enum weft_lane_id; in PEER_ATTACH */
	WEFT_A_PEER_FD,			/* u32: the socket; in PEER_ATTACH */
	WEFT_A_PEER_LANE,		/* nested, WEFT_A_LANE_*; one for each lane */
	WEFT_A_PEER_CALLS,		/* u32: calls in flight to it */
	WEFT_A_PEER_PAD,

	__WEFT_A_PEER_MAX,
	WEFT_A_PEER_MAX = (__WEFT_A_PEER_MAX - 1)
};

/* Attributes inside WEFT_A_PEER_LANE. Counters start with the peer. */
enum {
	WEFT_A_LANE_ID = 1,		/* u32: enum weft_lane_id */
	WEFT_A_LANE_STATE,		/* u32: enum weft_lane_state */
	WEFT_A_LANE_CIPHER,		/* u32: enum weft_cipher, of the connection */
	WEFT_A_LANE_RTT_US,		/* u32: smoothed, as TCP sees it; 0: unknown */
	WEFT_A_LANE_QUEUED,		/* u32: messages not acknowledged yet */
	WEFT_A_LANE_CREDITS,		/* u32: requests that may be sent at once now */
	WEFT_A_LANE_CONNECTIONS,	/* u64: connections that came up */
	WEFT_A_LANE_SENT_MESSAGES,	/* u64 */
	WEFT_A_LANE_SENT_BYTES,		/* u64: with headers */
	WEFT_A_LANE_RECEIVED_MESSAGES,	/* u64 */
	WEFT_A_LANE_RECEIVED_BYTES,	/* u64: with headers */
	WEFT_A_LANE_RESENT,		/* u64: messages sent again after a reconnect */
	WEFT_A_LANE_DUPLICATES,		/* u64: messages received again, and dropped */
	WEFT_A_LANE_BREACHES,		/* u64: connections dropped for a malformed message */
	WEFT_A_LANE_STALE,		/* u64: messages of another epoch, dropped */
	WEFT_A_LANE_PAD,

	__WEFT_A_LANE_MAX,
	WEFT_A_LANE_MAX = (__WEFT_A_LANE_MAX - 1)
};

/* Attributes of WEFT_CMD_ECHO */
enum {
	WEFT_A_ECHO_NODE = 1,		/* u32: to whom */
	WEFT_A_ECHO_LANE,		/* u32: enum weft_lane_id; fast if absent */
	WEFT_A_ECHO_SIZE,		/* u32: payload of a request, bytes */
	WEFT_A_ECHO_REPLY_SIZE,		/* u32: payload of a reply, bytes */
	WEFT_A_ECHO_COUNT,		/* u32: how many; 1 if absent */
	WEFT_A_ECHO_DEPTH,		/* u32: how many at once; 1 if absent */
	WEFT_A_ECHO_TIMEOUT_MS,		/* u32: for each echo; 5000 if absent */
	WEFT_A_ECHO_ELAPSED_NS,		/* u64: of all; in the reply */
	WEFT_A_ECHO_SAMPLES,		/* binary: COUNT times u64, nanoseconds; in the reply */
	WEFT_A_ECHO_PAD,

	__WEFT_A_ECHO_MAX,
	WEFT_A_ECHO_MAX = (__WEFT_A_ECHO_MAX - 1)
};

/* Attributes of WEFT_CMD_MIGRATE_CHECK */
enum {
	WEFT_A_CHECK_PID = 1,		/* u32: which process */
	WEFT_A_CHECK_NODE,		/* u32: to which node */
	WEFT_A_CHECK_TIMEOUT_MS,	/* u32: for the answer of the node; 5000 if absent */
	WEFT_A_CHECK_NAME,		/* string: of the process; in the reply, if it exists */
	WEFT_A_CHECK_REASON,		/* nested, WEFT_A_REASON_*; one for each; in the reply */

	__WEFT_A_CHECK_MAX,
	WEFT_A_CHECK_MAX = (__WEFT_A_CHECK_MAX - 1)
};

/* Attributes inside WEFT_A_CHECK_REASON. Text is printable ASCII. */
enum {
	WEFT_A_REASON_CODE = 1,		/* u32: enum weft_reason_code */
	WEFT_A_REASON_TEXT,		/* string: the same in words */
	WEFT_A_REASON_DETAIL,		/* string: which mapping, thread, ...; any number of them */
	WEFT_A_REASON_MORE,		/* u32: how many details are left out */

	__WEFT_A_REASON_MAX,
	WEFT_A_REASON_MAX = (__WEFT_A_REASON_MAX - 1)
};

/* Attributes of WEFT_CMD_MIGRATE, _BODY_OPEN and _BODY_NTF */
enum {
	WEFT_A_PROCESS_PID = 1,		/* u32: which process; its number at home */
	WEFT_A_PROCESS_NODE,		/* u32: to which node; or its home */
	WEFT_A_PROCESS_TIMEOUT_MS,	/* u32: 5000 if absent */
	WEFT_A_PROCESS_SERIAL,		/* u64: number that its home gave it */
	WEFT_A_PROCESS_NAME,		/* string */
	WEFT_A_PROCESS_FD,		/* u32: descriptor of the body */
	WEFT_A_PROCESS_DOWNTIME_NS,	/* u64: for how long it ran nowhere */
	WEFT_A_PROCESS_PAD,

	__WEFT_A_PROCESS_MAX,
	WEFT_A_PROCESS_MAX = (__WEFT_A_PROCESS_MAX - 1)
};

/* Attributes of WEFT_CMD_PROCESS_GET. What only the other half knows is 0. */
enum {
	WEFT_A_LISTED_NODE = 1,		/* u32: whom to ask; where it runs, or is to run */
	WEFT_A_LISTED_TIMEOUT_MS,	/* u32: for the whole list of a node; 5000 if absent */
	WEFT_A_LISTED_HOME,		/* u32: where it was started */
	WEFT_A_LISTED_SERIAL,		/* u64: number that its home gave it */
	WEFT_A_LISTED_PID,		/* u32: its number at home */
	WEFT_A_LISTED_NAME,		/* string: of the program */
	WEFT_A_LISTED_STATE,		/* u32: enum weft_process_state */
	WEFT_A_LISTED_AGE_MS,		/* u64: for how long in this state */
	WEFT_A_LISTED_DOWNTIME_NS,	/* u64: for how long it ran nowhere */
	WEFT_A_LISTED_FETCHED_BYTES,	/* u64: memory that came from home */
	WEFT_A_LISTED_FAULTS,		/* u64: how often it waited for memory */
	WEFT_A_LISTED_CALLS,		/* u64: system calls that home made for it */
	WEFT_A_LISTED_PAD,

	__WEFT_A_LISTED_MAX,
	WEFT_A_LISTED_MAX = (__WEFT_A_LISTED_MAX - 1)
};

/* Attributes of WEFT_CMD_MIGRATE_WAIT */
enum {
	WEFT_A_WAIT_SERIAL = 1,		/* u64: number that this node, its home, gave it */
	WEFT_A_WAIT_TIMEOUT_MS,		/* u32: 500 if absent */
	WEFT_A_WAIT_NODE,		/* u32: where the process runs */
	WEFT_A_WAIT_TOTAL,		/* u64: bytes of its memory, about */
	WEFT_A_WAIT_MOVED,		/* u64: how many of them have been sent after it */
	WEFT_A_WAIT_FETCHED,		/* u64: bytes that it asked for */
	WEFT_A_WAIT_IS_EMPTY,		/* u32: 1: all of it has arrived; else 0 */
	WEFT_A_WAIT_PAD,

	__WEFT_A_WAIT_MAX,
	WEFT_A_WAIT_MAX = (__WEFT_A_WAIT_MAX - 1)
};

#endif /* _UAPI_LINUX_WEFT_NETLINK_H */
