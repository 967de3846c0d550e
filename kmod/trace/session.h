/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of sessions and calls. A lane is told as the namespace, the node
 * that it leads to, and which of the two it is. Included by trace.h.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM weft

#if !defined(_WEFT_TRACE_SESSION_H) || defined(TRACE_HEADER_MULTI_READ)
#define _WEFT_TRACE_SESSION_H

#include "core/core.h"
#include "proto/proto.h"

#include <linux/tracepoint.h>

#define show_lane(lane)					\
	__print_symbolic(lane,				\
		{ WEFT_LANE_FAST, "fast" },		\
		{ WEFT_LANE_BULK, "bulk" })

#define show_lane_state(state)				\
	__print_symbolic(state,				\
		{ WEFT_LANE_DOWN, "DOWN" },		\
		{ WEFT_LANE_RESUMING, "RESUMING" },	\
		{ WEFT_LANE_UP, "UP" },			\
		{ WEFT_LANE_CLOSED, "CLOSED" },		\
		{ -EPROTO, "IMPOSSIBLE" })

TRACE_DEFINE_ENUM(WEFT_LANE_FAST);
TRACE_DEFINE_ENUM(WEFT_LANE_BULK);
TRACE_DEFINE_ENUM(WEFT_LANE_DOWN);
TRACE_DEFINE_ENUM(WEFT_LANE_RESUMING);
TRACE_DEFINE_ENUM(WEFT_LANE_UP);
TRACE_DEFINE_ENUM(WEFT_LANE_CLOSED);

/* Something happened to the connection of a lane. */
TRACE_EVENT(weft_lane_state,
	    TP_PROTO(const struct weft_lane_name *name,
		     int before, u32 event, int after),
	    TP_ARGS(name, before, event, after),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, node)
			     __field(u32, lane)
			     __field(int, before)
			     __field(u32, event)
			     __field(int, after)),
	    TP_fast_assign(__entry->netns = name->weft->net->ns.inum;
			   __entry->node = name->node;
			   __entry->lane = name->id;
			   __entry->before = before;
			   __entry->event = event;
			   __entry->after = after;),
	    TP_printk("netns=%u node=%u lane=%s event=%u %s -> %s",
		      __entry->netns, __entry->node, show_lane(__entry->lane),
		      __entry->event, show_lane_state(__entry->before),
		      show_lane_state(__entry->after))
);

DECLARE_EVENT_CLASS(weft_lane_error,
	TP_PROTO(const struct weft_lane_name *name, int error),
	TP_ARGS(name, error),
	TP_STRUCT__entry(__field(u32, netns)
			 __field(u32, node)
			 __field(u32, lane)
			 __field(int, error)),
	TP_fast_assign(__entry->netns = name->weft->net->ns.inum;
		       __entry->node = name->node;
		       __entry->lane = name->id;
		       __entry->error = error;),
	TP_printk("netns=%u node=%u lane=%s error=%d", __entry->netns,
		  __entry->node, show_lane(__entry->lane), __entry->error)
);

/* A connection broke. */
DEFINE_EVENT(weft_lane_error, weft_lane_lost,
	TP_PROTO(const struct weft_lane_name *name, int error),
	TP_ARGS(name, error));

/* A connection that the daemon brought could not be used. */
DEFINE_EVENT(weft_lane_error, weft_attach_failed,
	TP_PROTO(const struct weft_lane_name *name, int error),
	TP_ARGS(name, error));

DECLARE_EVENT_CLASS(weft_message,
	TP_PROTO(const struct weft_lane_name *name,
		 const struct weft_header *header, u32 what),
	TP_ARGS(name, header, what),
	TP_STRUCT__entry(__field(u32, netns)
			 __field(u32, node)
			 __field(u32, lane)
			 __field(u32, what)
			 __field(u32, type)
			 __field(u32, length)
			 __field(u64, epoch)
			 __field(u64, sequence)
			 __field(u64, request)),
	TP_fast_assign(__entry->netns = name->weft->net->ns.inum;
		       __entry->node = name->node;
		       __entry->lane = name->id;
		       __entry->what = what;
		       __entry->type = le16_to_cpu(header->type);
		       __entry->length = le32_to_cpu(header->length);
		       __entry->epoch = le64_to_cpu(header->epoch);
		       __entry->sequence = le64_to_cpu(header->sequence);
		       __entry->request = le64_to_cpu(header->request);),
	TP_printk("netns=%u node=%u lane=%s what=%u type=%u length=%u epoch=%llu sequence=%llu request=%llx",
		  __entry->netns, __entry->node, show_lane(__entry->lane),
		  __entry->what, __entry->type, __entry->length,
		  __entry->epoch, __entry->sequence, __entry->request)
);

/* A message broke the protocol: @what is enum weft_breach. */
DEFINE_EVENT(weft_message, weft_breach,
	TP_PROTO(const struct weft_lane_name *name,
		 const struct weft_header *header, u32 what),
	TP_ARGS(name, header, what));

/* A message belongs to another view and is dropped: enum weft_epoch_verdict. */
DEFINE_EVENT(weft_message, weft_stale,
	TP_PROTO(const struct weft_lane_name *name,
		 const struct weft_header *header, u32 what),
	TP_ARGS(name, header, what));

/* A call ended, one way or the other. */
TRACE_EVENT(weft_call_done,
	    TP_PROTO(const struct weft_lane_name *name, u32 type,
		     u64 request, int error, u64 ns),
	    TP_ARGS(name, type, request, error, ns),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, node)
			     __field(u32, lane)
			     __field(u32, type)
			     __field(u64, request)
			     __field(int, error)
			     __field(u64, ns)),
	    TP_fast_assign(__entry->netns = name->weft->net->ns.inum;
			   __entry->node = name->node;
			   __entry->lane = name->id;
			   __entry->type = type;
			   __entry->request = request;
			   __entry->error = error;
			   __entry->ns = ns;),
	    TP_printk("netns=%u node=%u lane=%s type=%u request=%llx error=%d ns=%llu",
		      __entry->netns, __entry->node, show_lane(__entry->lane),
		      __entry->type, __entry->request, __entry->error,
		      __entry->ns)
);

/* The view changed, or a wish to change it was refused. */
TRACE_EVENT(weft_view,
	    TP_PROTO(const struct weft_net *weft, u64 epoch, u64 members,
		     u32 verdict),
	    TP_ARGS(weft, epoch, members, verdict),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u64, epoch)
			     __field(u64, members)
			     __field(u32, verdict)),
	    TP_fast_assign(__entry->netns = weft->net->ns.inum;
			   __entry->epoch = epoch;
			   __entry->members = members;
			   __entry->verdict = verdict;),
	    TP_printk("netns=%u epoch=%llu members=%llx verdict=%u",
		      __entry->netns, __entry->epoch, __entry->members,
		      __entry->verdict)
);

#endif /* _WEFT_TRACE_SESSION_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE session
#include <trace/define_trace.h>
