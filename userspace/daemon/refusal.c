// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refused connections: counted always, logged once. The same reason for the
 * same address is not said again until there was another reason or a success.
 * Whoever has many addresses fills REFUSAL_SEEN_MAX lines of the log in
 * QUIET_MS, not more.
 */
#include "refusal.h"

#include <string.h>

#define QUIET_MS	60000

static const struct {
	const char *name;
	const char *sentence;
} texts[REFUSAL_COUNT] = {
	[REFUSAL_NONE] = {
		"none",
		"it is accepted",
	},
	[REFUSAL_MALFORMED] = {
		"malformed",
		"what it sent is no greeting of a weft daemon; perhaps it uses a key and this node is insecure",
	},
	[REFUSAL_VERSION] = {
		"version",
		"it speaks another version of the protocol: install the same weft on all nodes",
	},
	[REFUSAL_CLUSTER] = {
		"cluster",
		"it belongs to another cluster: compare [cluster] name",
	},
	[REFUSAL_NODE] = {
		"node",
		"it is not the node it should be, or takes us for another one: compare [cluster] node and [nodes]",
	},
	[REFUSAL_MEMBER] = {
		"member",
		"its node is no member: add it to [nodes]",
	},
	[REFUSAL_INCARNATION] = {
		"incarnation",
		"it speaks for a life of its node that is over",
	},
	[REFUSAL_LANE] = {
		"lane",
		"it wants a lane that does not exist, or another one than was asked for",
	},
	[REFUSAL_BUSY] = {
		"busy",
		"the module of the node takes no connections now",
	},
	[REFUSAL_KEY] = {
		"key",
		"it does not have the key of this cluster: compare the files that [security] key_file names",
	},
	[REFUSAL_HANDSHAKE] = {
		"handshake",
		"what it sent is not TLS with the cipher of this cluster: compare [security]",
	},
	[REFUSAL_SLOW] = {
		"slow",
		"it did not introduce itself in time",
	},
	[REFUSAL_CROWD] = {
		"crowd",
		"too many connections are being opened at once",
	},
};

/**
 * refusal_name() - what a reason is called in the status
 * @refusal: the reason
 *
 * Return: one word.
 */
const char *refusal_name(enum refusal refusal)
{
	return texts[refusal].name;
}

/**
 * refusal_sentence() - what a reason means, and what to do
 * @refusal: the reason
 *
 * Return: half a sentence about the one who is refused.
 */
const char *refusal_sentence(enum refusal refusal)
{
	return texts[refusal].sentence;
}

static struct refusal_seen *find(struct refusals *refusals,
				 const struct address *from)
{
	int i;

	for (i = 0; i < REFUSAL_SEEN_MAX; i++) {
		if (refusals->seen[i].reason != REFUSAL_NONE &&
		    address_is_same_host(&refusals->seen[i].from, from))
			return &refusals->seen[i];
	}
	return NULL;
}

/* A free entry, or the oldest one if it is old enough; NULL if none is. */
static struct refusal_seen *find_room(struct refusals *refusals,
				      int64_t now_ms)
{
	struct refusal_seen *oldest = &refusals->seen[0];
	int i;

	for (i = 0; i < REFUSAL_SEEN_MAX; i++) {
		if (refusals->seen[i].reason == REFUSAL_NONE)
			return &refusals->seen[i];
		if (refusals->seen[i].at_ms < oldest->at_ms)
			oldest = &refusals->seen[i];
	}
	return now_ms - oldest->at_ms >= QUIET_MS ? oldest : NULL;
}

/**
 * refusals_note() - count a refusal, and log it if it is news
 * @refusals: everybody
 * @from:     who was refused
 * @reason:   why
 * @now_ms:   on the clock of loop_now_ms()
 */
void refusals_note(struct refusals *refusals, const struct address *from,
		   enum refusal reason, int64_t now_ms)
{
	struct refusal_seen *seen = find(refusals, from);
	char text[ADDRESS_TEXT_LEN];

	refusals->counts[reason]++;
	if (seen && seen->reason == reason)
		return;
	if (!seen)
		seen = find_room(refusals, now_ms);
	if (!seen)
		return;
	seen->from = *from;
	seen->reason = reason;
	seen->at_ms = now_ms;
	address_format_host(from, text, sizeof(text));
	log_write(refusals->log, LOG_WARNING, "%s was refused: %s", text,
		  refusal_sentence(reason));
}

/**
 * refusals_forget() - there was a success: the next refusal is news
 * @refusals: everybody
 * @from:     who was accepted
 */
void refusals_forget(struct refusals *refusals, const struct address *from)
{
	struct refusal_seen *seen = find(refusals, from);

	if (seen)
		memset(seen, 0, sizeof(*seen));
}
