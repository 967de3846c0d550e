/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libweft: the other members of the cluster, and what goes between them and
 * this node. A part of <weft.h>, which has the functions to these structs and
 * is what a program includes.
 */
#ifndef WEFT_SESSION_H
#define WEFT_SESSION_H

#include <linux/weft.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct weft_view - the members of the cluster, as the module knows them
 * @sz:      size of this struct
 * @epoch:   number of the view, which only grows; 0 if none is installed
 * @members: bit N - 1 stands for node N
 */
struct weft_view {
	size_t sz;
	uint64_t epoch;
	uint64_t members;
};

/**
 * struct weft_lane - one lane of a peer
 * @id:                which one
 * @state:             of its connection
 * @cipher:            of its connection, while it has one
 * @rtt_us:            smoothed round trip time of TCP; 0 if unknown
 * @queued:            messages that the peer has not acknowledged yet
 * @credits:           requests that may be sent at once now
 * @connections:       connections that came up
 * @sent_messages:     messages sent
 * @sent_bytes:        with headers
 * @received_messages: messages received
 * @received_bytes:    with headers
 * @resent:            messages sent again after a reconnect
 * @duplicates:        messages received again, and dropped
 * @breaches:          connections dropped for a malformed message
 * @stale:             messages of another epoch, dropped
 *
 * All counters start with the peer; in events they are 0.
 */
struct weft_lane {
	enum weft_lane_id id;
	enum weft_lane_state state;
	enum weft_cipher cipher;
	uint32_t rtt_us;
	uint32_t queued;
	uint32_t credits;
	uint64_t connections;
	uint64_t sent_messages;
	uint64_t sent_bytes;
	uint64_t received_messages;
	uint64_t received_bytes;
	uint64_t resent;
	uint64_t duplicates;
	uint64_t breaches;
	uint64_t stale;
};

/**
 * struct weft_peer - one other member of the cluster
 * @sz:          size of this struct, set by the library
 * @node:        its number
 * @incarnation: which life of it; 0 if it never connected
 * @calls:       calls in flight to it
 * @lane_count:  how many of @lanes count
 * @lanes:       its lanes; in an event only the one that changed
 */
struct weft_peer {
	size_t sz;
	uint32_t node;
	uint64_t incarnation;
	uint32_t calls;
	uint32_t lane_count;
	struct weft_lane lanes[WEFT_LANE_COUNT];
};

/**
 * struct weft_attach_options - a connection for a lane
 * @sz:          size of this struct
 * @node:        the peer
 * @incarnation: what the peer said that it is
 * @lane:        which lane
 * @fd:          the connected socket; stays the caller's
 */
struct weft_attach_options {
	size_t sz;
	uint32_t node;
	uint64_t incarnation;
	enum weft_lane_id lane;
	int fd;
};

/**
 * struct weft_echo_options - what weft_echo() does
 * @sz:         size of this struct
 * @node:       to whom
 * @lane:       over which lane
 * @size:       payload of a request in bytes
 * @reply_size: payload of a reply in bytes
 * @count:      how many, 1 to WEFT_ECHO_COUNT_MAX
 * @depth:      how many at once, 1 to WEFT_ECHO_DEPTH_MAX; 0 means 1
 * @timeout_ms: for each echo; 0 means what the module thinks right
 */
struct weft_echo_options {
	size_t sz;
	uint32_t node;
	enum weft_lane_id lane;
	uint32_t size;
	uint32_t reply_size;
	uint32_t count;
	uint32_t depth;
	uint32_t timeout_ms;
};

#endif /* WEFT_SESSION_H */
