/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection to another daemon, from the first packet until the module has
 * it. Both ends: the one who dialed and the one who was dialed.
 */
#ifndef WEFTD_CONNECTION_H
#define WEFTD_CONNECTION_H

#include "address.h"
#include "connection_state.h"
#include "greeting.h"
#include "loop.h"
#include "tls.h"

#define CONNECTION_DEADLINE_MS	5000
#define CONNECTION_PROBLEM_LEN	384

struct connection;

/**
 * struct connection_ops - what a connection needs from whoever knows the cluster
 * @introduce: fill in who this node is: cluster, from, incarnation, epoch and
 *             members
 * @judge:     may the sender of this greeting have what it wants?
 * @attach:    hand the socket to the module; 0, or -errno with a sentence in
 *             @connection->problem
 * @ended:     it is done or failed; the last call about it, which must not free
 *             it. Not called for connection_free() by its owner.
 */
struct connection_ops {
	void (*introduce)(struct greeting *greeting, void *arg);
	enum refusal (*judge)(const struct connection *connection,
			      const struct greeting *greeting, void *arg);
	int (*attach)(struct connection *connection, void *arg);
	void (*ended)(struct connection *connection, void *arg);
};

/**
 * struct connection_context - what all connections have in common
 * @loop: where they are watched
 * @tls:  for those with a key; NULL in an insecure cluster
 * @ops:  what they need
 * @arg:  for @ops
 */
struct connection_context {
	struct loop *loop;
	struct tls_context *tls;
	const struct connection_ops *ops;
	void *arg;
};

/**
 * struct connection - one connection
 * @source:      its socket
 * @deadline:    when it has taken too long
 * @context:     what it has in common with others
 * @ended:       tells its owner that it has ended and is about to be freed
 * @owner:       for @ended
 * @tls:         its handshake; NULL before, after and without
 * @state:       how far it is
 * @is_dialer:   this end dialed
 * @node:        the peer: the one to be dialed, or the one that has been proved;
 *               WEFT_NODE_NONE while unknown
 * @lane:        for which lane; at the end that was dialed from the greeting
 * @incarnation: of the peer, from its greeting
 * @address:     of the peer
 * @refusal:     why this end refused it
 * @problem:     what happened, half a sentence about the peer
 * @received:    bytes of @greeting that have come
 * @greeting:    of the other end
 */
struct connection {
	struct loop_source source;
	struct loop_timer deadline;
	const struct connection_context *context;
	void (*ended)(struct connection *connection, void *owner);
	void *owner;
	struct tls *tls;
	enum connection_state state;
	bool is_dialer;
	uint32_t node;
	enum weft_lane_id lane;
	uint64_t incarnation;
	struct address address;
	enum refusal refusal;
	char problem[CONNECTION_PROBLEM_LEN];
	size_t received;
	uint8_t greeting[GREETING_LEN];
};

/**
 * struct connection_target - whom to dial
 * @node:    the peer
 * @lane:    for which lane
 * @address: where it is
 */
struct connection_target {
	uint32_t node;
	enum weft_lane_id lane;
	struct address address;
};

struct connection *connection_dial(const struct connection_context *context,
				   const struct connection_target *target,
				   void (*ended)(struct connection *connection,
						 void *owner),
				   void *owner);
struct connection *connection_accept(const struct connection_context *context,
				     int fd, const struct address *address,
				     void (*ended)(struct connection *connection,
						   void *owner),
				     void *owner);
void connection_free(struct connection *connection);

#endif /* WEFTD_CONNECTION_H */
