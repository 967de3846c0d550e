/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thread in one message: THREAD, of "proto/msg_process.h". The first thread of a
 * process has the same in its CAPTURE.
 */
#ifndef _WEFT_PROTO_MSG_THREAD_H
#define _WEFT_PROTO_MSG_THREAD_H

#include "proto/msg_capture.h"

/**
 * struct weft_msg_thread - a thread, in the middle of its work
 * @process:     serial number of the process, not 0
 * @tid:         number of the thread at home, 1 to WEFT_PID_LIMIT - 1
 * @xstate_size: of the extended state that follows, in bytes, a multiple of 8 from
 *               WEFT_XSTATE_MIN to WEFT_XSTATE_MAX
 * @registers:   as in struct weft_msg_capture, like all that follows
 * @mask:        blocked signals
 * @stack_base:  of the alternate stack for signals
 * @stack_size:  of it
 * @tid_address: see set_tid_address(2)
 * @robust_list: see set_robust_list(2)
 * @rseq:        see rseq(2)
 * @rseq_size:   in bytes
 * @rseq_magic:  the signature of its aborts
 * @stack_flags: SS_*
 * @pad:         zero, or -EPROTO
 */
struct weft_msg_thread {
	__le64 process;
	__le32 tid;
	__le32 xstate_size;
	__le64 registers[WEFT_REG_NR];
	__le64 mask;
	__le64 stack_base;
	__le64 stack_size;
	__le64 tid_address;
	__le64 robust_list;
	__le64 rseq;
	__le32 rseq_size;
	__le32 rseq_magic;
	__le32 stack_flags;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_thread) == 240);

/* check_thread.c: pure */
void weft_thread_of_capture(const struct weft_msg_capture *capture,
			    struct weft_msg_thread *thread);
void weft_thread_to_capture(const struct weft_msg_thread *thread,
			    struct weft_msg_capture *capture);
bool weft_thread_is_possible(const struct weft_msg_thread *thread);
bool weft_thread_xstate_is_possible(const __u8 *xstate);
enum weft_breach weft_thread_check(const struct weft_header *header,
				   const struct weft_msg_thread *thread);

#endif /* _WEFT_PROTO_MSG_THREAD_H */
