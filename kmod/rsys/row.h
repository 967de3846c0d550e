/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words in which rows are written. Only for the files that hold tables,
 * after all other headers, because the words are short.
 *
 * Arguments of a call count from 0: COUNTED(2) is memory whose length is said
 * by the third argument, and of which as much comes back as the result says.
 */
#ifndef _WEFT_RSYS_ROW_H
#define _WEFT_RSYS_ROW_H

#include "rsys/entry.h"

#include <linux/errno.h>
#include <linux/kernel.h>

/* What a row begins with, and who executes it. */
#define ROW(number_, name_, ...) { .number = (number_), .name = name_, __VA_ARGS__ }
#define COMMAND(name_, ...)	ROW(name_, #name_, __VA_ARGS__)
#define OTHERWISE(...)		ROW(0, "otherwise", __VA_ARGS__)

#define LOCAL			.class = WEFT_RSYS_LOCAL
#define CACHED(...)		.class = WEFT_RSYS_CACHED, .args = { __VA_ARGS__ }
#define HOME(...)		.class = WEFT_RSYS_HOME, .args = { __VA_ARGS__ }
#define SPECIAL(handler_, ...) \
	.class = WEFT_RSYS_SPECIAL, .handler = WEFT_RSYS_DO_##handler_, \
	.args = { __VA_ARGS__ }
#define REFUSED(error_, why_) \
	.class = WEFT_RSYS_REFUSED, .error = (error_), .why = (why_)
#define SELECT(by_) \
	.class = WEFT_RSYS_SELECT, .selector = &weft_rsys_by_##by_

/* A selector over an array of rows and the row for all else. */
#define ALL_BITS		0xffffffffULL
#define SELECTOR(by_, argument_, mask_, rows_, otherwise_) { \
	.by = (by_), .argument = (argument_), .mask = (mask_), \
	.rows = (rows_), .nr_rows = ARRAY_SIZE(rows_), .otherwise = &(otherwise_) }

#define WITH(...)		.flags = __VA_ARGS__
#define BLOCKS			WEFT_RSYS_BLOCKS
#define RESTARTS		WEFT_RSYS_RESTARTS
#define CUTS			WEFT_RSYS_CUTS
#define CUTS_STREAM		WEFT_RSYS_CUTS_STREAM
#define NEW_FD			WEFT_RSYS_NEW_FD
#define CHANGES			WEFT_RSYS_CHANGES

/* Values. */
#define NOTHING			{ .kind = WEFT_RSYS_ARG_UNUSED }
#define LONG			{ .kind = WEFT_RSYS_ARG_LONG }
#define INT			{ .kind = WEFT_RSYS_ARG_INT }
#define UINT			{ .kind = WEFT_RSYS_ARG_UINT }
#define FD			{ .kind = WEFT_RSYS_ARG_FD }
#define HERE			{ .kind = WEFT_RSYS_ARG_HERE }

/* Reasons that several calls share. */
#define GONE	"the kernel has a number for it, but no such call"
#define LATER	"it would write to memory after the call is over"
#define OTHERS	"it is about memory of another process, which may be on any machine"

/* Memory. An index is that of the argument which says how much. */
#define MEMORY(kind_, structure_, count_, extra_) { \
	.kind = WEFT_RSYS_ARG_##kind_, \
	.structure = WEFT_RSYS_STRUCT_##structure_, \
	.count = (count_), .extra = (extra_) }

#define TEXT(most)		MEMORY(STRING, ANY, 0, most)
#define PATH			TEXT(4096)
#define ATTRIBUTE		TEXT(256)
#define STRINGS			MEMORY(STRINGS, ANY, 0, 0)

#define ONE_IN(structure_)	MEMORY(IN, structure_, 0, 0)
#define ONE_OUT(structure_)	MEMORY(OUT, structure_, 0, 0)
#define ONE_INOUT(structure_)	MEMORY(INOUT, structure_, 0, 0)
#define ANY_IN(index)		MEMORY(IN, ANY, (index) + 1, 0)
#define ANY_OUT(index)		MEMORY(OUT, ANY, (index) + 1, 0)
#define COUNTED(index)		MEMORY(COUNTED, ANY, (index) + 1, 0)
#define MANY_IN(structure_, index)	MEMORY(IN, structure_, (index) + 1, 0)
#define MANY_INOUT(structure_, index)	MEMORY(INOUT, structure_, (index) + 1, 0)
#define MANY_COUNTED(structure_, index)	MEMORY(COUNTED, structure_, (index) + 1, 0)

#define LENGTH			MEMORY(LENGTH, U32, 0, 0)
#define VALUE_OUT(index)	MEMORY(VALUE_OUT, ANY, (index) + 1, 0)
#define VALUE_INOUT(index)	MEMORY(VALUE_INOUT, ANY, (index) + 1, 0)
#define SIZED_IN(extra_)	MEMORY(SIZED_IN, ANY, 0, extra_)
#define SIZED_INOUT(extra_)	MEMORY(SIZED_INOUT, ANY, 0, extra_)
#define COMMAND_IN(index)	MEMORY(COMMAND_IN, ANY, (index) + 1, 0)
#define COMMAND_INOUT(index)	MEMORY(COMMAND_INOUT, ANY, (index) + 1, 0)
#define SIGSET(index)		MEMORY(SIGSET, SIGSET, (index) + 1, 0)
#define FD_SET(index)		MEMORY(FD_SET, ANY, (index) + 1, 0)
#define IOVEC_IN(index)		MEMORY(IOVEC_IN, IOVEC, (index) + 1, 0)
#define IOVEC_OUT(index)	MEMORY(IOVEC_OUT, IOVEC, (index) + 1, 0)
#define MESSAGE_IN		MEMORY(MESSAGE_IN, MSGHDR, 0, 0)
#define MESSAGE_OUT		MEMORY(MESSAGE_OUT, MSGHDR, 0, 0)
#define MESSAGES_IN(index)	MEMORY(MESSAGES_IN, MMSGHDR, (index) + 1, 0)
#define MESSAGES_OUT(index)	MEMORY(MESSAGES_OUT, MMSGHDR, (index) + 1, 0)

#endif /* _WEFT_RSYS_ROW_H */
