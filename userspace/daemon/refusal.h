/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a connection is refused: one list for what nodes tell each other, for
 * the log, and for the counters in the status.
 */
#ifndef WEFTD_REFUSAL_H
#define WEFTD_REFUSAL_H

#include "address.h"
#include "log.h"

#include <stdint.h>

#define REFUSAL_SEEN_MAX	64

/**
 * enum refusal - the reason
 * @REFUSAL_NONE:        none: it is accepted
 * @REFUSAL_MALFORMED:   what came is no greeting
 * @REFUSAL_VERSION:     a greeting of another version
 * @REFUSAL_CLUSTER:     it belongs to another cluster
 * @REFUSAL_NODE:        it is not the node it should be, or wants another one
 * @REFUSAL_MEMBER:      its node is no member here
 * @REFUSAL_INCARNATION: a life of the node that is over
 * @REFUSAL_LANE:        a lane that does not exist, or another one than asked
 * @REFUSAL_BUSY:        the module of this node cannot take connections now
 * @REFUSAL_KEY:         it does not have the key
 * @REFUSAL_HANDSHAKE:   what came is no TLS as configured here
 * @REFUSAL_SLOW:        it did not finish in time
 * @REFUSAL_CROWD:       there are too many like it
 * @REFUSAL_COUNT:       how many there are
 *
 * Those up to REFUSAL_BUSY travel in greetings: their numbers never change. The
 * others are never said to anybody: the connection ends.
 */
enum refusal {
	REFUSAL_NONE,
	REFUSAL_MALFORMED,
	REFUSAL_VERSION,
	REFUSAL_CLUSTER,
	REFUSAL_NODE,
	REFUSAL_MEMBER,
	REFUSAL_INCARNATION,
	REFUSAL_LANE,
	REFUSAL_BUSY,
	REFUSAL_KEY,
	REFUSAL_HANDSHAKE,
	REFUSAL_SLOW,
	REFUSAL_CROWD,

	REFUSAL_COUNT
};

/**
 * struct refusal_seen - what was logged of one address
 * @from:   the address; its port does not count
 * @reason: the last one; REFUSAL_NONE for a free entry
 * @at_ms:  when
 */
struct refusal_seen {
	struct address from;
	enum refusal reason;
	int64_t at_ms;
};

/**
 * struct refusals - everybody who was refused
 * @log:    where they are said, once each
 * @counts: how many for each reason
 * @seen:   whom the log knows already
 */
struct refusals {
	const struct log *log;
	uint64_t counts[REFUSAL_COUNT];
	struct refusal_seen seen[REFUSAL_SEEN_MAX];
};

const char *refusal_name(enum refusal refusal);
const char *refusal_sentence(enum refusal refusal);
void refusals_note(struct refusals *refusals, const struct address *from,
		   enum refusal reason, int64_t now_ms);
void refusals_forget(struct refusals *refusals, const struct address *from);

#endif /* WEFTD_REFUSAL_H */
