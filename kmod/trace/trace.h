/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: one for each change of state, one for each way to fail.
 * Namespaces appear as the inode number that /proc/PID/ns/net shows.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM weft

#if !defined(_WEFT_TRACE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _WEFT_TRACE_TRACE_H

#include "core/core.h"
/* each of the two headers makes its own tracepoints */
#if !defined(CREATE_TRACE_POINTS) && !defined(TRACE_HEADER_MULTI_READ)
#include "trace/session.h"
#endif

#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/weft_netlink.h>

TRACE_DEFINE_ENUM(WEFT_IDENTITY_KEEP);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_SET_LEASE);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_ASSUME);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_BAD_CLUSTER);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_BAD_NODE);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_BAD_LEASE);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_NO_CLUSTER);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_NO_NODE);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_OTHER_CLUSTER);
TRACE_DEFINE_ENUM(WEFT_IDENTITY_OTHER_NODE);

#define show_verdict(verdict)					\
	__print_symbolic(verdict,				\
		{ WEFT_IDENTITY_KEEP, "KEEP" },			\
		{ WEFT_IDENTITY_SET_LEASE, "SET_LEASE" },	\
		{ WEFT_IDENTITY_ASSUME, "ASSUME" },		\
		{ WEFT_IDENTITY_BAD_CLUSTER, "BAD_CLUSTER" },	\
		{ WEFT_IDENTITY_BAD_NODE, "BAD_NODE" },		\
		{ WEFT_IDENTITY_BAD_LEASE, "BAD_LEASE" },	\
		{ WEFT_IDENTITY_NO_CLUSTER, "NO_CLUSTER" },	\
		{ WEFT_IDENTITY_NO_NODE, "NO_NODE" },		\
		{ WEFT_IDENTITY_OTHER_CLUSTER, "OTHER_CLUSTER" },\
		{ WEFT_IDENTITY_OTHER_NODE, "OTHER_NODE" })

TRACE_DEFINE_ENUM(WEFT_CMD_MODULE_GET);
TRACE_DEFINE_ENUM(WEFT_CMD_CLUSTER_GET);
TRACE_DEFINE_ENUM(WEFT_CMD_CLUSTER_SET);
TRACE_DEFINE_ENUM(WEFT_CMD_NODE_GET);
TRACE_DEFINE_ENUM(WEFT_CMD_CLUSTER_NTF);
TRACE_DEFINE_ENUM(WEFT_CMD_VIEW_GET);
TRACE_DEFINE_ENUM(WEFT_CMD_VIEW_SET);
TRACE_DEFINE_ENUM(WEFT_CMD_PEER_GET);
TRACE_DEFINE_ENUM(WEFT_CMD_PEER_ATTACH);
TRACE_DEFINE_ENUM(WEFT_CMD_ECHO);
TRACE_DEFINE_ENUM(WEFT_CMD_VIEW_NTF);
TRACE_DEFINE_ENUM(WEFT_CMD_PEER_NTF);

#define show_command(command)					\
	__print_symbolic(command,				\
		{ WEFT_CMD_MODULE_GET, "MODULE_GET" },		\
		{ WEFT_CMD_CLUSTER_GET, "CLUSTER_GET" },	\
		{ WEFT_CMD_CLUSTER_SET, "CLUSTER_SET" },	\
		{ WEFT_CMD_NODE_GET, "NODE_GET" },		\
		{ WEFT_CMD_CLUSTER_NTF, "CLUSTER_NTF" },	\
		{ WEFT_CMD_VIEW_GET, "VIEW_GET" },		\
		{ WEFT_CMD_VIEW_SET, "VIEW_SET" },		\
		{ WEFT_CMD_PEER_GET, "PEER_GET" },		\
		{ WEFT_CMD_PEER_ATTACH, "PEER_ATTACH" },	\
		{ WEFT_CMD_ECHO, "ECHO" },			\
		{ WEFT_CMD_VIEW_NTF, "VIEW_NTF" },		\
		{ WEFT_CMD_PEER_NTF, "PEER_NTF" })

/* A node got its identity, or a new lease. The lock of @weft is held. */
TRACE_EVENT(weft_identity_set,
	    TP_PROTO(const struct weft_net *weft,
		     enum weft_identity_verdict verdict),
	    TP_ARGS(weft, verdict),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, verdict)
			     __array(char, cluster, WEFT_CLUSTER_NAME_LEN)
			     __field(u32, node)
			     __field(u32, lease_ms)
			     __field(u64, incarnation)),
	    TP_fast_assign(__entry->netns = weft->net->ns.inum;
			   __entry->verdict = verdict;
			   memcpy(__entry->cluster, weft->identity.cluster,
				  WEFT_CLUSTER_NAME_LEN);
			   __entry->node = weft->identity.node;
			   __entry->lease_ms = weft->identity.lease_ms;
			   __entry->incarnation = weft->identity.incarnation;),
	    TP_printk("netns=%u verdict=%s cluster=%s node=%u lease_ms=%u incarnation=%llu",
		      __entry->netns, show_verdict(__entry->verdict),
		      __entry->cluster, __entry->node, __entry->lease_ms,
		      __entry->incarnation)
);

/* A request for an identity or a lease was refused. */
TRACE_EVENT(weft_identity_refused,
	    TP_PROTO(const struct weft_net *weft,
		     enum weft_identity_verdict verdict),
	    TP_ARGS(weft, verdict),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, verdict)),
	    TP_fast_assign(__entry->netns = weft->net->ns.inum;
			   __entry->verdict = verdict;),
	    TP_printk("netns=%u verdict=%s",
		      __entry->netns, show_verdict(__entry->verdict))
);

/* A netlink command failed, or a notification was lost. */
TRACE_EVENT(weft_netlink_failed,
	    TP_PROTO(const struct net *net, u8 command, int error),
	    TP_ARGS(net, command, error),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, command)
			     __field(int, error)),
	    TP_fast_assign(__entry->netns = net->ns.inum;
			   __entry->command = command;
			   __entry->error = error;),
	    TP_printk("netns=%u command=%s error=%d", __entry->netns,
		      show_command(__entry->command), __entry->error)
);

#endif /* _WEFT_TRACE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
