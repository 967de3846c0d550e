/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the home of a process and the node of its body say to each other.
 *
 * A process that was moved is told by its serial number, which its home gives
 * it, and which is never used again in a life of that home.
 *
 *   BODY     home asks for a body. The reply comes when one waits.
 *   THREAD   home hands a thread over, of "proto/msg_thread.h"
 *   CAPTURE  home hands the process over: with the reply the body has it, and
 *            runs. With an error, or none, home still has it.
 *   PAGES    the body asks for memory that is still at home
 *   DRAIN    the body asks for whatever is left: see "proto/msg_drain.h"
 *   CALL     the body asks home to make a system call
 *   SIGNAL   home has got a signal for the body
 *   CANCEL   the body has got a signal: the call it waits for is to end. The reply
 *            comes when nothing can be cancelled by it any more
 *   GONE     one end tells the other that its half of the process is no more
 */
#ifndef _WEFT_PROTO_MSG_PROCESS_H
#define _WEFT_PROTO_MSG_PROCESS_H

#include "proto/msg_identity.h"
#include "proto/proto.h"

#include <linux/build_bug.h>
#include <linux/types.h>

/* Bytes of a page, whatever those of the hosts are. */
#define WEFT_PAGE_BYTES		4096U

/* No program of x86-64 has addresses from here on, even with five levels. */
#define WEFT_ADDRESS_LIMIT	0x100000000000000ULL

/* A process has a lower number than this, on every host. */
#define WEFT_PID_LIMIT		0x400000U

#define WEFT_PROCESS_NAME_LEN	16

/**
 * struct weft_msg_body - which body is wanted
 * @process: serial number of the process, not 0
 * @pid:     its number in its own PID namespace, which is to be its number there:
 *           1 to WEFT_PID_LIMIT - 1
 * @pad:     zero, or -EPROTO
 * @name:    of the program, and NULs up to the end, at least one. Before them
 *           any bytes may stand, as in the name of any process
 * @clocks:  of the process, now
 */
struct weft_msg_body {
	__le64 process;
	__le32 pid;
	__le32 pad;
	char name[WEFT_PROCESS_NAME_LEN];
	struct weft_msg_clocks clocks;
};

static_assert(sizeof(struct weft_msg_body) == 48);

/* Pages that one PAGES may ask for. */
#define WEFT_PAGES_MAX		16

/**
 * struct weft_msg_pages - which memory is wanted
 * @process: serial number of the process, not 0
 * @address: first page, a multiple of WEFT_PAGE_BYTES
 * @count:   how many, one behind the other: 1 to WEFT_PAGES_MAX, all of them
 *           below WEFT_ADDRESS_LIMIT
 * @pad:     zero, or -EPROTO
 */
struct weft_msg_pages {
	__le64 process;
	__le64 address;
	__le32 count;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_pages) == 24);

/**
 * struct weft_msg_pages_reply - before the pages
 * @known: bit by page, of those asked for: what it holds is known
 * @full:  bit by page, of those known: it is not all zeros, and follows
 *
 * Behind it come the pages of @full, the lowest first, and nothing else.
 */
struct weft_msg_pages_reply {
	__le32 known;
	__le32 full;
};

static_assert(sizeof(struct weft_msg_pages_reply) == 8);

#define WEFT_PAGES_REPLY_MAX \
	(sizeof(struct weft_msg_pages_reply) + WEFT_PAGES_MAX * WEFT_PAGE_BYTES)

#define WEFT_CALL_ARGS		6

/* Bytes of memory that a call takes along, and brings back. */
#define WEFT_CALL_DATA_MAX	0x100000

/**
 * enum weft_call_flag - what home has to know of who calls
 * @WEFT_CALL_TAKES_TTIN: the thread neither blocks nor ignores SIGTTIN
 * @WEFT_CALL_TAKES_TTOU: likewise SIGTTOU
 * @WEFT_CALL_FLAGS_ALL:  all of these
 */
enum weft_call_flag {
	WEFT_CALL_TAKES_TTIN	= 1 << 0,
	WEFT_CALL_TAKES_TTOU	= 1 << 1,
	WEFT_CALL_FLAGS_ALL	= (1 << 2) - 1,
};

/**
 * struct weft_msg_call - which system call is to be made
 * @process: serial number of the process, not 0
 * @number:  of the call
 * @tid:     whose call it is: number at home of a thread, 1 to WEFT_PID_LIMIT - 1
 * @args:    its arguments. Of an address only whether it is null means anything
 * @in:      by argument, bytes of its memory that follow, in the same order
 * @out:     of a vector that is written, or a message that is received, bytes that
 *           it has room for: up to WEFT_CALL_DATA_MAX; else 0
 * @flags:   of enum weft_call_flag
 * @pad:     zero, or -EPROTO
 *
 * Each stretch of memory takes a multiple of 8 bytes; together they are all that
 * follows. An argument that is 0 has neither @in nor @out; the header of a message
 * that is received comes along, so that has both.
 */
struct weft_msg_call {
	__le64 process;
	__le32 number;
	__le32 tid;
	__le64 args[WEFT_CALL_ARGS];
	__le32 in[WEFT_CALL_ARGS];
	__le32 out[WEFT_CALL_ARGS];
	__le32 flags;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_call) == 120);

/**
 * struct weft_msg_call_reply - what came of it
 * @result: of the call: negative errno if it failed. Some calls give any number
 *
 * Behind it comes the memory that comes back, each stretch in a multiple of 8
 * bytes. Behind that of a clone(2) that has made a process comes its serial number.
 */
struct weft_msg_call_reply {
	__le64 result;
};

static_assert(sizeof(struct weft_msg_call_reply) == 8);

/* Signals that exist: 1 to this. */
#define WEFT_SIGNALS		64

/* Bytes of a siginfo_t, and of those the ones that mean anything. */
#define WEFT_SIGINFO_LEN	128
#define WEFT_SIGINFO_USED	48

/**
 * struct weft_msg_signal - a signal
 * @process: serial number of the process, not 0
 * @tid:     number at home of the thread that it is for, below WEFT_PID_LIMIT; 0:
 *           it is for the process
 * @continues: how many SIGCONT home had taken for the process when it took this one,
 *           itself included, modulo 2^32; any number
 * @info:    as siginfo_t has it: first the number of the signal, 32 bits; from
 *           WEFT_SIGINFO_USED on zeros
 */
struct weft_msg_signal {
	__le64 process;
	__le32 tid;
	__le32 continues;
	__u8 info[WEFT_SIGINFO_LEN];
};

static_assert(sizeof(struct weft_msg_signal) == 144);

/**
 * struct weft_msg_cancel - whose call is to end
 * @process: serial number of the process, not 0
 * @tid:     number at home of the thread, 1 to WEFT_PID_LIMIT - 1
 * @pad:     zero, or -EPROTO
 */
struct weft_msg_cancel {
	__le64 process;
	__le32 tid;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_cancel) == 16);

/**
 * struct weft_msg_gone - one half of a process is no more
 * @process: serial number of the process, not 0
 * @status:  of a process that has ended, as wait(2) tells it: its exit code, at
 *           most 255, times 256; or the signal that killed it, with bit 7 if
 *           there is a core dump
 * @pad:     zero, or -EPROTO
 */
struct weft_msg_gone {
	__le64 process;
	__le32 status;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_gone) == 16);

/* check_process.c: pure */
bool weft_process_name_is_possible(const char *name);
bool weft_process_page_is_possible(__le64 address);
bool weft_process_tid_is_possible(__le32 tid);
enum weft_breach weft_body_check(const struct weft_msg_body *body);
enum weft_breach weft_pages_check(const struct weft_msg_pages *pages);
enum weft_breach weft_pages_reply_check(const struct weft_msg_pages_reply *reply,
					__u32 len, __u32 count);
enum weft_breach weft_call_check(const struct weft_header *header,
				 const struct weft_msg_call *call);
enum weft_breach weft_call_reply_check(__u32 len);
enum weft_breach weft_signal_check(const struct weft_msg_signal *signal);
enum weft_breach weft_cancel_check(const struct weft_msg_cancel *cancel);
enum weft_breach weft_gone_check(const struct weft_msg_gone *gone);

#endif /* _WEFT_PROTO_MSG_PROCESS_H */
