/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other nodes of the cluster: what the module says of their lanes, and the
 * connections that it needs.
 */
#ifndef WEFTD_PEERS_H
#define WEFTD_PEERS_H

#include "config.h"
#include "dial.h"
#include "listen.h"
#include "log.h"
#include "loop.h"
#include "membership.h"
#include "refusal.h"
#include "weft.h"

#define PEERS_PROBLEM_LEN	512

/**
 * struct peer - one other node
 * @is_known:      the module knows it
 * @is_connected:  all of its lanes are up
 * @states:        its lanes, as the module said last
 * @up_since_ms:   since when each of them is up; 0 while it is not
 * @dials:         this node's attempts to connect them
 * @trouble:       the last thing that was logged about it; empty after a success
 */
struct peer {
	bool is_known;
	bool is_connected;
	enum weft_lane_state states[WEFT_LANE_COUNT];
	int64_t up_since_ms[WEFT_LANE_COUNT];
	struct dial dials[WEFT_LANE_COUNT];
	char trouble[CONNECTION_PROBLEM_LEN];
};

/**
 * struct peers - all other nodes
 * @loop:         where everything is watched
 * @log:          for every change
 * @config:       the configuration in force; without members nothing happens
 * @membership:   who decides about the view
 * @weft:         the library's handle, while the module is ready
 * @context:      for connections
 * @tls:          for connections with a key
 * @listener:     where others reach this node
 * @refusals:     who was refused
 * @incarnation:  of this node; 0 while nothing happens
 * @view:         what the module has
 * @heard:        what a member told last
 * @problem:      one sentence if the module has not the right view, else empty
 * @incarnations: the highest known of each node
 * @nodes:        by number
 */
struct peers {
	struct loop *loop;
	const struct log *log;
	const struct config *config;
	const struct membership_ops *membership;
	struct weft *weft;
	struct connection_context context;
	struct tls_context *tls;
	struct listener listener;
	struct refusals refusals;
	uint64_t incarnation;
	struct weft_view view;
	struct weft_view heard;
	char problem[PEERS_PROBLEM_LEN];
	uint64_t incarnations[WEFT_NODE_MAX + 1];
	struct peer nodes[WEFT_NODE_MAX + 1];
};

/**
 * struct peers_count - how many there are, for the status
 * @expected:       other nodes in [nodes]
 * @connected:      of these, those whose lanes are all up
 * @lanes_expected: lanes of all others
 * @lanes_up:       of these, those that are up
 */
struct peers_count {
	unsigned int expected;
	unsigned int connected;
	unsigned int lanes_expected;
	unsigned int lanes_up;
};

int peers_open(struct peers *peers);
int peers_reload(struct peers *peers, const struct config *config);
void peers_sync(struct peers *peers, struct weft *weft, uint64_t incarnation);
void peers_rest(struct peers *peers);
void peers_count(const struct peers *peers, struct peers_count *count);
void peers_close(struct peers *peers);

/* peers_connection.c: for peers.c */
extern const struct connection_ops peers_connection_ops;
int peers_sync_view(struct peers *peers);

#endif /* WEFTD_PEERS_H */
