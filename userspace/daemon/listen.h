/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listening: where nodes with a higher number reach this one.
 */
#ifndef WEFTD_LISTEN_H
#define WEFTD_LISTEN_H

#include "config.h"
#include "connection.h"

#define LISTENER_CONNECTIONS_MAX	128
#define LISTENER_STRANGERS_MAX		64

/**
 * struct listener - the listening socket and everybody who has not introduced
 *                   himself yet
 * @source:      the socket; fd -1 while there is none
 * @resume:      when to go on after the process ran out of file descriptors
 * @context:     for its connections
 * @refusals:    where those who find no place are counted
 * @config:      the configuration in force
 * @is_resting:  the module takes no connections now: hang up on everybody
 * @connections: who is there; NULL for a free place
 */
struct listener {
	struct loop_source source;
	struct loop_timer resume;
	const struct connection_context *context;
	struct refusals *refusals;
	const struct config *config;
	bool is_resting;
	struct connection *connections[LISTENER_CONNECTIONS_MAX];
};

int listener_socket(const struct config *config, const struct log *log);
int listener_start(struct listener *listener, int fd);
void listener_rest(struct listener *listener);
void listener_close(struct listener *listener);

#endif /* WEFTD_LISTEN_H */
