/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The greeting: what two daemons tell each other about a connection before
 * they give it to their modules.
 */
#ifndef WEFTD_GREETING_H
#define WEFTD_GREETING_H

#include "refusal.h"

#include <linux/weft.h>
#include <stdint.h>

#define GREETING_LEN	96	/* bytes on the wire, in every version */

/**
 * enum greeting_kind - who says it, and when
 * @GREETING_HELLO:   the one who dials, first
 * @GREETING_WELCOME: the other one, if it agrees; afterwards the connection
 *                    belongs to the modules
 * @GREETING_REFUSAL: the other one, if it does not; then it hangs up
 */
enum greeting_kind {
	GREETING_HELLO = 1,
	GREETING_WELCOME,
	GREETING_REFUSAL,
};

/**
 * struct greeting - one greeting
 * @kind:        which one
 * @reason:      why, in a refusal, else REFUSAL_NONE
 * @lane:        for which lane the connection is
 * @from:        the node that speaks
 * @to:          the node that is spoken to; in a refusal it may be unknown
 * @incarnation: of the node that speaks
 * @epoch:       of its view
 * @members:     of its view: bit N - 1 stands for node N
 * @cluster:     name of its cluster
 */
struct greeting {
	enum greeting_kind kind;
	enum refusal reason;
	enum weft_lane_id lane;
	uint32_t from;
	uint32_t to;
	uint64_t incarnation;
	uint64_t epoch;
	uint64_t members;
	char cluster[WEFT_CLUSTER_NAME_LEN];
};

/**
 * struct greeting_expected - what a greeting must agree with
 * @kind:          HELLO or WELCOME
 * @cluster:       name of the cluster
 * @self:          this node
 * @authenticated: the node that proved to have the key; WEFT_NODE_NONE if
 *                 nothing proves anything
 * @peer:          the node that was dialed, for a WELCOME
 * @lane:          the lane that was asked for, for a WELCOME
 * @members:       who belongs to the cluster
 * @incarnations:  the highest known of each node, by its number; 0 if unknown
 */
struct greeting_expected {
	enum greeting_kind kind;
	const char *cluster;
	uint32_t self;
	uint32_t authenticated;
	uint32_t peer;
	enum weft_lane_id lane;
	uint64_t members;
	const uint64_t *incarnations;
};

void greeting_encode(const struct greeting *greeting,
		     uint8_t bytes[GREETING_LEN]);
enum refusal greeting_decode(struct greeting *greeting,
			     const uint8_t bytes[GREETING_LEN]);
enum refusal greeting_check(const struct greeting *greeting,
			    const struct greeting_expected *expected);

#endif /* WEFTD_GREETING_H */
