/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sessions: two lanes to each peer, each over one TCP connection at a time.
 *
 * A session outlives its connections. Messages are numbered in each lane, kept
 * until the peer acknowledges them, sent again after a reconnect, and dropped if
 * they arrive twice. It ends when the peer starts a new life or leaves.
 *
 * Lock order: weft_net.lock, weft_peer.lock, then those of lane.h.
 */
#ifndef _WEFT_TRANSPORT_TRANSPORT_H
#define _WEFT_TRANSPORT_TRANSPORT_H

#include "core/core.h"
#include "proto/proto.h"
#include "transport/lane.h"
#include "transport/lane_state.h"

/**
 * struct weft_peer - another node
 * @weft:        this node
 * @node:        the other's number
 * @lock:        protects the following
 * @is_member:   it belongs to the present view
 * @incarnation: the life of it that this node talks to; 0 if it never connected,
 *               or has left. May be read without
 * @left:        the life in which it left; it comes back in a later one only
 * @next:        by lane, a connection for @thread of the lane to take over
 * @lanes:       the lanes
 * @latency:     of calls to it, by type of the request
 */
struct weft_peer {
	struct weft_net *weft;
	u32 node;
	struct mutex lock;
	bool is_member;
	u64 incarnation;
	u64 left;
	struct socket *next[WEFT_LANE_COUNT];
	struct weft_lane lanes[WEFT_LANE_COUNT];
	struct weft_histogram latency[WEFT_MSG_NR_TYPES];
};

/* peer.c */
struct weft_peer *weft_peer_create(struct weft_net *weft, u32 node);
void weft_peer_publish(struct weft_peer *peer);
void weft_peer_free(struct weft_peer *peer);
struct weft_peer *weft_peer_find(struct weft_net *weft, u32 node);
void weft_peer_set_member(struct weft_peer *peer, bool is_member);
int weft_peer_attach(struct weft_peer *peer, u64 incarnation,
		     enum weft_lane_id id, struct socket *sock);
void weft_peer_kick(struct weft_peer *peer);
void weft_peer_settle(struct weft_peer *peer);

/* lane.c */
int weft_lane_init(struct weft_lane *lane, struct weft_peer *peer,
		   enum weft_lane_id id);
void weft_lane_exit(struct weft_lane *lane);
void weft_lane_kick(struct weft_lane *lane, enum weft_lane_flag flag);
void weft_lane_wake_receiver(struct weft_lane *lane, int flags);
int weft_lane_set_state(struct weft_lane *lane, enum weft_lane_event event);
void weft_lane_count_received(struct weft_lane *lane);
void weft_lane_receive_own(struct weft_lane *lane, const bool *is_done);
void weft_lane_abandon(struct weft_lane *lane);
void weft_lane_unlead(struct weft_lane *lane);
void weft_lane_forget_target(struct weft_lane *lane, const void *target);

/* orphan.c */
void weft_orphan_init(struct weft_net *weft);
void weft_orphan_exit(struct weft_net *weft);
void weft_orphan_watch(struct weft_net *weft);

/* adopt.c */
int weft_socket_check(struct weft_net *weft, struct socket *sock,
		      enum weft_cipher *cipher);
int weft_socket_adopt(struct weft_lane *lane, struct socket *sock);
void weft_socket_drop(struct weft_lane *lane);
void weft_socket_wake_setup(struct weft_lane *lane);

/* resume.c */
void weft_resume_fill(struct weft_lane *lane, struct weft_msg_resume *resume);
int weft_resume_received(struct weft_lane *lane,
			 const struct weft_msg_resume *resume);

/* queue.c */
struct weft_message *weft_message_new(enum weft_msg_type type, u32 inline_len);
void weft_message_free(struct weft_message *message);
void weft_lane_queue(struct weft_lane *lane, struct weft_message *message);
bool weft_lane_acknowledge(struct weft_lane *lane, u64 sequence);
void weft_lane_sent(struct weft_lane *lane);
void weft_lane_purge(struct weft_lane *lane);

/* send.c */
void weft_lane_pump(struct weft_lane *lane);

/* judge.c: pure */
enum weft_epoch_verdict weft_message_judge(const struct weft_view *present,
					   const struct weft_header *header,
					   u32 sender, bool is_over);

/* receive.c */
int weft_lane_receive(struct weft_lane *lane, const bool *until);
int weft_lane_breach(struct weft_lane *lane, enum weft_breach what);

/* crc.c */
int weft_crc_init(void);
void weft_crc_exit(void);

#endif /* _WEFT_TRANSPORT_TRANSPORT_H */
