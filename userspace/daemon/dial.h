/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dialing: one lane to a node with a lower number, again and again until the
 * module has a connection for it.
 */
#ifndef WEFTD_DIAL_H
#define WEFTD_DIAL_H

#include "connection.h"

#define DIAL_DELAY_MS_MIN	50
#define DIAL_DELAY_MS_MAX	2000

/**
 * struct dial - one lane that this node has to connect
 * @context:    for its connections
 * @target:     whom to dial
 * @connection: the present attempt; NULL between attempts
 * @retry:      the next attempt
 * @is_waiting: @retry runs
 * @is_used:    there was an attempt
 * @failures:   attempts that came to nothing, since the last that lasted
 */
struct dial {
	const struct connection_context *context;
	struct connection_target target;
	struct connection *connection;
	struct loop_timer retry;
	bool is_waiting;
	bool is_used;
	unsigned int failures;
};

unsigned int dial_delay_ms(unsigned int failures, uint32_t random);
void dial_prepare(struct dial *dial, const struct connection_context *context,
		  const struct connection_target *target);
void dial_start(struct dial *dial);
void dial_again(struct dial *dial, bool has_lasted);
void dial_stop(struct dial *dial);
bool dial_is_busy(const struct dial *dial);

#endif /* WEFTD_DIAL_H */
