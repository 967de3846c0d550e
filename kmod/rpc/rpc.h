/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls: a request to a peer, and exactly one end of it: its reply, an error
 * of the peer, or a reason why there will be none.
 *
 * A request takes one of the slots that the peer granted in the lane, which is
 * its credit, and names it in its number. The slot is free again when the reply
 * is there, even if nobody waits for it any more.
 */
#ifndef _WEFT_RPC_RPC_H
#define _WEFT_RPC_RPC_H

#include "core/core.h"
#include "transport/transport.h"

#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

/**
 * enum weft_call_phase - how far a call has come
 * @WEFT_CALL_CREDIT:    it waits for a slot
 * @WEFT_CALL_SENT:      the request was given to the lane
 * @WEFT_CALL_RECEIVING: the reply is arriving
 * @WEFT_CALL_NR_PHASES: how many there are
 */
enum weft_call_phase {
	WEFT_CALL_CREDIT,
	WEFT_CALL_SENT,
	WEFT_CALL_RECEIVING,

	WEFT_CALL_NR_PHASES
};

/**
 * struct weft_call - one call, as its caller sees it
 * @type:       type of the request
 * @reply:      where the payload of the reply goes
 * @reply_size: room there; a longer reply breaks the protocol
 * @deadline:   when to give up, in jiffies
 * @reply_len:  bytes of payload received
 * @order:      number of the message that held the reply, in its lane
 * @error:      0, or why there is no reply
 * @is_done:    the call has ended
 * @phase:      how far it has come
 * @is_own:     its caller has ended it
 * @at:         when each phase began, on the monotonic clock
 * @ended:      when weft_call_wait() returned, on the same
 * @lane:       where it goes
 * @task:       who waits
 * @id:         number of the request
 *
 * The first four are the caller's to set. The call stays where it is in memory
 * until weft_call_wait() has returned.
 */
struct weft_call {
	enum weft_msg_type type;
	void *reply;
	u32 reply_size;
	unsigned long deadline;

	u32 reply_len;
	u64 order;
	int error;
	bool is_done;
	bool is_own;
	enum weft_call_phase phase;
	ktime_t at[WEFT_CALL_NR_PHASES];
	ktime_t ended;
	struct weft_lane *lane;
	struct task_struct *task;
	u64 id;
};

/**
 * struct weft_slot - a credit
 * @id:    number of the request that has it; 0: it is free
 * @type:  type of that request
 * @call:  who waits for the reply; NULL: nobody does any more
 */
struct weft_slot {
	u64 id;
	u8 type;
	struct weft_call *call;
};

/**
 * struct weft_calls - the calls in one lane
 * @lock:    protects all of this. Ordering: weft_lane.lock nests inside
 * @granted: how many slots the peer lets us use
 * @in_use:  how many are in use
 * @error:   why no call can be made, or 0
 * @serial:  makes numbers unique
 * @waiting: who waits for a slot
 * @slots:   the slots
 */
struct weft_calls {
	spinlock_t lock;
	u32 granted;
	u32 in_use;
	int error;
	u64 serial;
	wait_queue_head_t waiting;
	struct weft_slot slots[WEFT_CREDITS_MAX];
};

/* call.c */
int weft_call_start(struct weft_lane *lane, struct weft_call *call,
		    struct weft_message *request);
int weft_call_wait(struct weft_call *call);
bool weft_call_is_interrupted(struct weft_call *call);

/* slot.c: the upcalls of transport */
void weft_rpc_session_up(struct weft_lane *lane, u32 credits);
void weft_rpc_session_ended(struct weft_lane *lane, int err);
void *weft_rpc_reply_target(struct weft_lane *lane,
			    const struct weft_header *header);
void weft_rpc_reply_received(struct weft_lane *lane,
			     const struct weft_header *header);
u32 weft_calls_in_flight(struct weft_peer *peer);
u32 weft_calls_credits(struct weft_lane *lane);

/* dispatch.c */
int weft_rpc_request_received(struct weft_lane *lane,
			      const struct weft_header *header,
			      const void *payload);
void weft_rpc_reply(struct weft_lane *lane, const struct weft_header *request,
		    struct weft_message *reply, int err);

/* peer.c */
int weft_rpc_peer_add(struct weft_net *weft, u32 node);
void weft_rpc_peers_close(struct weft_net *weft);
void weft_rpc_peers_await(struct weft_net *weft);
void weft_rpc_peers_settle(struct weft_net *weft);
int weft_rpc_init(void);
void weft_rpc_exit(void);

/**
 * struct weft_echo - what to echo
 * @lane:       over which lane
 * @size:       payload of a request in bytes, from WEFT_ECHO_SIZE_MIN
 * @reply_size: payload of a reply in bytes
 * @count:      how many echoes
 * @depth:      how many at once
 * @timeout_ms: for each
 */
struct weft_echo {
	enum weft_lane_id lane;
	u32 size;
	u32 reply_size;
	u32 count;
	u32 depth;
	u32 timeout_ms;
};

/* echo.c */
int weft_echo_run(struct weft_peer *peer, const struct weft_echo *echo,
		  u64 *samples_ns, u64 *elapsed_ns);
int weft_echo_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload);
int weft_echo_init(void);
void weft_echo_exit(void);

#endif /* _WEFT_RPC_RPC_H */
