// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The greeting. Pure: bytes in, a verdict out. The bytes come from the network
 * and, without a key, from anybody.
 *
 * The length and the first eight bytes are the same in every version, so that
 * two versions can tell each other that they do not fit.
 */
#include "greeting.h"

#include "weft.h"

#include <assert.h>
#include <endian.h>
#include <stdbool.h>
#include <string.h>

#define MAGIC	0x68746677	/* "wfth" */

/**
 * struct wire - a greeting as it travels, all numbers little-endian
 * @magic:       MAGIC
 * @version:     WEFT_PROTO_VERSION
 * @kind:        enum greeting_kind
 * @reason:      enum refusal; zero in all that is not a refusal
 * @cluster:     the name, and zeros up to the end
 * @from:        WEFT_NODE_MIN to WEFT_NODE_MAX
 * @to:          likewise; in a refusal also zero
 * @incarnation: not zero
 * @epoch:       not zero
 * @members:     with the bit of @from
 * @lane:        enum weft_lane_id
 * @pad:         zero
 */
struct wire {
	uint32_t magic;
	uint8_t version;
	uint8_t kind;
	uint16_t reason;
	char cluster[WEFT_CLUSTER_NAME_LEN];
	uint32_t from;
	uint32_t to;
	uint64_t incarnation;
	uint64_t epoch;
	uint64_t members;
	uint32_t lane;
	uint8_t pad[20];
};

static_assert(sizeof(struct wire) == GREETING_LEN, "a greeting has no holes");

/**
 * greeting_encode() - make the bytes
 * @greeting: what to say; valid
 * @bytes:    the result
 */
void greeting_encode(const struct greeting *greeting,
		     uint8_t bytes[GREETING_LEN])
{
	struct wire wire = {
		.magic = htole32(MAGIC),
		.version = WEFT_PROTO_VERSION,
		.kind = (uint8_t)greeting->kind,
		.reason = htole16((uint16_t)greeting->reason),
		.from = htole32(greeting->from),
		.to = htole32(greeting->to),
		.incarnation = htole64(greeting->incarnation),
		.epoch = htole64(greeting->epoch),
		.members = htole64(greeting->members),
		.lane = htole32((uint32_t)greeting->lane),
	};

	memcpy(wire.cluster, greeting->cluster, strlen(greeting->cluster));
	memcpy(bytes, &wire, sizeof(wire));
}

static bool is_zero(const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;

	while (length && !*byte) {
		byte++;
		length--;
	}
	return !length;
}

static bool is_node(uint32_t node)
{
	return node >= WEFT_NODE_MIN && node <= WEFT_NODE_MAX;
}

static bool is_member(uint64_t members, uint32_t node)
{
	return members >> (node - 1) & 1;
}

static bool has_good_name(const struct wire *wire)
{
	size_t length = strnlen(wire->cluster, sizeof(wire->cluster));

	return length < sizeof(wire->cluster) &&
	       is_zero(wire->cluster + length,
		       sizeof(wire->cluster) - length) &&
	       weft_cluster_name_is_valid(wire->cluster);
}

static bool has_good_kind(const struct greeting *greeting)
{
	bool is_refusal = greeting->kind == GREETING_REFUSAL;
	bool has_reason = greeting->reason != REFUSAL_NONE;

	if (greeting->kind < GREETING_HELLO ||
	    greeting->kind > GREETING_REFUSAL)
		return false;
	return is_refusal == has_reason && greeting->reason <= REFUSAL_BUSY;
}

static bool has_good_nodes(const struct greeting *greeting)
{
	if (!is_node(greeting->from) ||
	    !is_member(greeting->members, greeting->from))
		return false;
	return is_node(greeting->to) ||
	       (greeting->kind == GREETING_REFUSAL &&
		greeting->to == WEFT_NODE_NONE);
}

/**
 * greeting_decode() - understand the bytes
 * @greeting: the result
 * @bytes:    as they came
 *
 * Return: REFUSAL_NONE, or why @greeting must not be used.
 */
enum refusal greeting_decode(struct greeting *greeting,
			     const uint8_t bytes[GREETING_LEN])
{
	struct wire wire;

	memset(greeting, 0, sizeof(*greeting));
	memcpy(&wire, bytes, sizeof(wire));
	if (le32toh(wire.magic) != MAGIC)
		return REFUSAL_MALFORMED;
	if (wire.version != WEFT_PROTO_VERSION)
		return REFUSAL_VERSION;
	greeting->kind = wire.kind;
	greeting->reason = le16toh(wire.reason);
	greeting->from = le32toh(wire.from);
	greeting->to = le32toh(wire.to);
	greeting->incarnation = le64toh(wire.incarnation);
	greeting->epoch = le64toh(wire.epoch);
	greeting->members = le64toh(wire.members);
	if (!has_good_kind(greeting) || !has_good_nodes(greeting) ||
	    !has_good_name(&wire) || !greeting->incarnation ||
	    !greeting->epoch || !is_zero(wire.pad, sizeof(wire.pad)))
		return REFUSAL_MALFORMED;
	if (le32toh(wire.lane) >= WEFT_LANE_COUNT)
		return REFUSAL_LANE;
	greeting->lane = le32toh(wire.lane);
	memcpy(greeting->cluster, wire.cluster, sizeof(wire.cluster));
	return REFUSAL_NONE;
}

/* The higher number dials: a lower one that does is not who it says it is. */
static bool has_right_sender(const struct greeting *greeting,
			     const struct greeting_expected *expected)
{
	if (expected->authenticated != WEFT_NODE_NONE &&
	    greeting->from != expected->authenticated)
		return false;
	if (expected->kind == GREETING_WELCOME)
		return greeting->from == expected->peer;
	return greeting->from > expected->self;
}

/**
 * greeting_check() - may its sender have what it wants?
 * @greeting: a HELLO or a WELCOME, as greeting_decode() made it
 * @expected: what is known here
 *
 * Return: REFUSAL_NONE if it may, or why not.
 */
enum refusal greeting_check(const struct greeting *greeting,
			    const struct greeting_expected *expected)
{
	if (greeting->kind != expected->kind)
		return REFUSAL_MALFORMED;
	if (strcmp(greeting->cluster, expected->cluster))
		return REFUSAL_CLUSTER;
	if (greeting->to != expected->self ||
	    !has_right_sender(greeting, expected))
		return REFUSAL_NODE;
	if (!is_member(expected->members, greeting->from))
		return REFUSAL_MEMBER;
	if (greeting->incarnation < expected->incarnations[greeting->from])
		return REFUSAL_INCARNATION;
	if (expected->kind == GREETING_WELCOME &&
	    greeting->lane != expected->lane)
		return REFUSAL_LANE;
	return REFUSAL_NONE;
}
