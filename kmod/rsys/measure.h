/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many bytes of memory a call takes along, brings back, and needs at home.
 *
 * Whoever moves arguments does no arithmetic on lengths of his own: what a
 * program gives as a length is looked at here, once. At home a call gets memory
 * of exactly the length that its arguments say there.
 */
#ifndef _WEFT_RSYS_MEASURE_H
#define _WEFT_RSYS_MEASURE_H

#include "rsys/entry.h"

/* Structures in one vector, as everywhere in the kernel. */
#define WEFT_RSYS_VECTOR_MAX	1024
/* Bytes that one call of a kernel moves at most. */
#define WEFT_RSYS_MOVE_MAX	0x7ffff000U
/* A longer VALUE_OUT or VALUE_INOUT is told to home as this long. */
#define WEFT_RSYS_VALUE_MAX	(WEFT_RSYS_DATA_MAX / 2)
/* The kernel cuts longer names of sockets to that. */
#define WEFT_RSYS_ADDRESS_MAX	128

/**
 * struct weft_rsys_vector - a stretch of memory, as struct iovec has it
 * @base:   its address in the program
 * @length: its bytes
 */
struct weft_rsys_vector {
	__u64 base;
	__u64 length;
};

/**
 * struct weft_rsys_message - the lengths in a struct user_msghdr
 * @name:    of the address, as the program says it
 * @control: of the control data, likewise
 * @data:    what the vector points to: see weft_rsys_vector_size()
 */
struct weft_rsys_message {
	__s32 name;
	__u64 control;
	__u64 data;
};

/**
 * struct weft_rsys_seen - what was found where an argument points to
 * @bytes: of a LENGTH or a SIZED argument the 32 bits at its start; of a STRING
 *         its bytes with the NUL; of STRINGS all texts with their NULs, and 8
 *         bytes for each pointer, NULL included; of an IOVEC what
 *         weft_rsys_vector_size() gave; of a MESSAGE what
 *         weft_rsys_message_size() gave; of MESSAGES the sum of these; of all
 *         else nothing
 * @data:  of a MESSAGE how much of @bytes is data
 * @is_cut: of a MESSAGE not 0 if the program described more data than that
 */
struct weft_rsys_seen {
	__u64 bytes;
	__u64 data;
	__u8 is_cut;
};

/**
 * struct weft_rsys_extent - the memory of one argument
 * @in:      bytes that go
 * @out:     most bytes that come back
 * @counted: how many of @out, at their end, are there only if the result of the
 *           call says so
 * @at:      where its memory lies at home: a multiple of 8
 * @room:    bytes of it there, at least @in and @out; 0 of a value, of a null
 *           pointer, and of what has no length
 */
struct weft_rsys_extent {
	__u32 in;
	__u32 out;
	__u32 counted;
	__u32 at;
	__u32 room;
};

/**
 * struct weft_rsys_plan - a call on its way home
 * @args:    as they are to be at home, but that memory begins at its @at there
 * @extents: the memory of each argument
 * @in:      the sum of all that goes
 * @out:     the sum of what comes back at most
 * @room:    what the memory at home takes in all: at most WEFT_RSYS_DATA_MAX
 * @is_cut:  less will be done than the program asked for
 *
 * At home an IOVEC has one vector, of which @room has 16 bytes in front. A
 * MESSAGE has its user_msghdr in front, then such a vector, then address,
 * control data and data; MESSAGES have all their headers and vectors first. A
 * LENGTH says what is @out of the argument that it belongs to.
 */
struct weft_rsys_plan {
	__u64 args[WEFT_RSYS_ARGS];
	struct weft_rsys_extent extents[WEFT_RSYS_ARGS];
	__u32 in;
	__u32 out;
	__u32 room;
	bool is_cut;
};

int weft_rsys_vector_size(const struct weft_rsys_vector *vector, __u64 count,
			  __u64 *bytes);
int weft_rsys_message_size(const struct weft_rsys_message *message,
			   struct weft_rsys_seen *seen);
int weft_rsys_messages_fit(const struct weft_rsys_seen *messages, __u32 count,
			   struct weft_rsys_seen *seen);
int weft_rsys_measure(const struct weft_rsys_entry *entry,
		      const __u64 args[WEFT_RSYS_ARGS],
		      const struct weft_rsys_seen seen[WEFT_RSYS_ARGS],
		      struct weft_rsys_plan *plan);
__u32 weft_rsys_returned(const struct weft_rsys_entry *entry,
			 const struct weft_rsys_plan *plan, unsigned int index,
			 __s64 result, __u32 length);

#endif /* _WEFT_RSYS_MEASURE_H */
