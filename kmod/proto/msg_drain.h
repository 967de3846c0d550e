/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the memory of a process that was moved leaves its home: DRAIN, of
 * "proto/msg_process.h". The body asks for what comes next, until home has nothing
 * left; then it says so, and home lets go of it.
 */
#ifndef _WEFT_PROTO_MSG_DRAIN_H
#define _WEFT_PROTO_MSG_DRAIN_H

#include "proto/msg_process.h"

#include <linux/build_bug.h>
#include <linux/types.h>

/* Pages that one DRAIN brings at most. */
#define WEFT_DRAIN_MAX		64U

/**
 * struct weft_msg_drain - what comes next?
 * @process: serial number of the process, not 0
 * @from:    the address to go on at, a multiple of WEFT_PAGE_BYTES: 0 at first, then
 *           that of the last reply. WEFT_ADDRESS_LIMIT: all has arrived, and home may
 *           forget it
 * @fetched: how many pages the body has asked for by PAGES, and got
 */
struct weft_msg_drain {
	__le64 process;
	__le64 from;
	__le64 fetched;
};

static_assert(sizeof(struct weft_msg_drain) == 24);

/**
 * enum weft_drain_kind - what a page is; in the low bits of its address
 * @WEFT_DRAIN_FILE: it belongs to a mapping of a file
 * @WEFT_DRAIN_ZERO: it is all zeros, and does not follow
 * @WEFT_DRAIN_LOST: home cannot read it, and it does not follow; none of the others
 * @WEFT_DRAIN_ALL:  all of these
 */
enum weft_drain_kind {
	WEFT_DRAIN_FILE	= 1 << 0,
	WEFT_DRAIN_ZERO	= 1 << 1,
	WEFT_DRAIN_LOST	= 1 << 2,
	WEFT_DRAIN_ALL	= (1 << 3) - 1,
};

/**
 * struct weft_msg_drain_reply - what came next
 * @next:  where to go on: a multiple of WEFT_PAGE_BYTES, more than the from that was
 *         asked for. WEFT_ADDRESS_LIMIT: that was all
 * @count: how many pages follow: 0 to WEFT_DRAIN_MAX
 * @pad:   zero, or the reply is spoiled
 *
 * Behind it comes each page with its address, and what it is, in front: 8 bytes.
 * The addresses grow; they are not below from, and below @next. Memory in between
 * that belongs to no file and is not named is all zeros. What is not named of a file
 * is asked for by PAGES if it is wanted. In reply to WEFT_ADDRESS_LIMIT all of this
 * is 0.
 */
struct weft_msg_drain_reply {
	__le64 next;
	__le32 count;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_drain_reply) == 16);

#define WEFT_DRAIN_REPLY_MAX				\
	(sizeof(struct weft_msg_drain_reply) +		\
	 WEFT_DRAIN_MAX * (sizeof(__le64) + WEFT_PAGE_BYTES))

/* check_drain.c: pure */
enum weft_breach weft_drain_check(const struct weft_msg_drain *drain);
enum weft_breach weft_drain_reply_check(const struct weft_msg_drain_reply *reply,
					__u32 len, __u64 from);

#endif /* _WEFT_PROTO_MSG_DRAIN_H */
