/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layers only look down; what they have to say upwards goes through here.
 */
#ifndef _WEFT_CORE_UPCALLS_H
#define _WEFT_CORE_UPCALLS_H

#include <linux/types.h>
#include <linux/weft.h>

struct weft_lane;
struct weft_peer;
struct weft_header;

struct weft_net;
struct weft_wanted;

/**
 * struct weft_lane_name - which lane something is about
 * @weft: of which node
 * @node: to which node
 * @id:   which of the two
 */
struct weft_lane_name {
	const struct weft_net *weft;
	u32 node;
	enum weft_lane_id id;
};

/*
 * Serves a request of a peer. It runs in the thread of the lane, and nothing
 * else of the lane is received meanwhile: it does not wait for anybody. It
 * queues its reply with weft_rpc_reply(), or fails with -EPROTO if the payload
 * breaks the protocol, or with -ENOMEM before anything has happened.
 */
typedef int weft_request_handler(struct weft_lane *lane,
				 const struct weft_header *header,
				 const void *payload);

/**
 * struct weft_upcalls - where a layer calls what stands above it
 * @lane_changed:    the connection of a lane has another state. May sleep
 * @session_up:      the peer grants that many credits in this connection
 * @session_ended:   nothing of the session will ever arrive: every call in the
 *                   lane ends with the error. May sleep
 * @reply_target:    where the payload of a reply goes: NULL to drop it, or an
 *                   ERR_PTR() if no such reply is expected
 * @reply_received:  a reply is complete
 * @request_received: a request is complete, its payload contiguous. Returns 0,
 *                   -EPROTO if the payload breaks the protocol, or -ENOMEM if
 *                   it could not be served and is to be tried again. May sleep
 * @body_wanted:     a process of a node asks for a body here. May sleep
 * @handlers:        who serves which request, by enum weft_msg_type; NULL where
 *                   nobody does. WEFT_MSG_NR_TYPES of them
 *
 * All but @lane_changed are called by whoever receives in the lane, one at a
 * time. Filled by main.c, the same for all namespaces.
 */
struct weft_upcalls {
	void (*lane_changed)(struct weft_lane *lane,
			     enum weft_lane_state state);
	void (*session_up)(struct weft_lane *lane, u32 credits);
	void (*session_ended)(struct weft_lane *lane, int err);
	void *(*reply_target)(struct weft_lane *lane,
			      const struct weft_header *header);
	void (*reply_received)(struct weft_lane *lane,
			       const struct weft_header *header);
	int (*request_received)(struct weft_lane *lane,
				const struct weft_header *header,
				const void *payload);
	void (*body_wanted)(struct weft_net *weft,
			    const struct weft_wanted *wanted);
	weft_request_handler *const *handlers;
};

#endif /* _WEFT_CORE_UPCALLS_H */
