/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process in one message: CAPTURE, of "proto/msg_process.h".
 */
#ifndef _WEFT_PROTO_MSG_CAPTURE_H
#define _WEFT_PROTO_MSG_CAPTURE_H

#include "proto/msg_identity.h"
#include "proto/msg_process.h"

#include <linux/build_bug.h>
#include <linux/types.h>

/* The general registers of a thread, in the order of struct user_regs_struct. */
enum weft_register {
	WEFT_REG_R15,
	WEFT_REG_R14,
	WEFT_REG_R13,
	WEFT_REG_R12,
	WEFT_REG_BP,
	WEFT_REG_BX,
	WEFT_REG_R11,
	WEFT_REG_R10,
	WEFT_REG_R9,
	WEFT_REG_R8,
	WEFT_REG_AX,
	WEFT_REG_CX,
	WEFT_REG_DX,
	WEFT_REG_SI,
	WEFT_REG_DI,
	WEFT_REG_IP,
	WEFT_REG_FLAGS,
	WEFT_REG_SP,
	WEFT_REG_FS_BASE,
	WEFT_REG_GS_BASE,

	WEFT_REG_NR
};

/*
 * What a program may have in WEFT_REG_FLAGS: CF, 1, PF, AF, ZF, SF, TF, IF, DF, OF,
 * NT, RF, AC and ID.
 */
#define WEFT_FLAGS_ALL	0x254fd7ULL

/* Where the parts of a program lie in its memory, as /proc/PID/stat tells it. */
enum weft_boundary {
	WEFT_MM_START_CODE,
	WEFT_MM_END_CODE,
	WEFT_MM_START_DATA,
	WEFT_MM_END_DATA,
	WEFT_MM_START_BRK,
	WEFT_MM_BRK,
	WEFT_MM_START_STACK,
	WEFT_MM_ARG_START,
	WEFT_MM_ARG_END,
	WEFT_MM_ENV_START,
	WEFT_MM_ENV_END,

	WEFT_MM_NR
};

/* SIGKILL and SIGSTOP, which nobody blocks, catches or ignores, in a mask. */
#define WEFT_SIGNAL_BIT(number)	(1ULL << ((number) - 1))
#define WEFT_SIGNALS_FIXED	(WEFT_SIGNAL_BIT(9) | WEFT_SIGNAL_BIT(19))

/*
 * What sigaction(2) leaves of sa_flags: SA_NOCLDSTOP, SA_NOCLDWAIT, SA_SIGINFO,
 * SA_EXPOSE_TAGBITS, SA_RESTORER, SA_ONSTACK, SA_RESTART, SA_NODEFER and
 * SA_RESETHAND. The kernel has more, for itself.
 */
#define WEFT_ACTION_FLAGS_ALL	0xdc000807ULL

/**
 * struct weft_msg_action - what a signal does; struct sigaction of the kernel
 * @handler:  address of the function, or SIG_DFL or SIG_IGN; of a signal of
 *            WEFT_SIGNALS_FIXED SIG_DFL, which is 0
 * @flags:    SA_*, of WEFT_ACTION_FLAGS_ALL
 * @restorer: address of the function that returns from @handler
 * @mask:     signals that are blocked meanwhile, none of WEFT_SIGNALS_FIXED
 */
struct weft_msg_action {
	__le64 handler;
	__le64 flags;
	__le64 restorer;
	__le64 mask;
};

static_assert(sizeof(struct weft_msg_action) == 32);

/**
 * enum weft_mapping_flag - what a mapping is like
 * @WEFT_MAPPING_READ:  may be read
 * @WEFT_MAPPING_WRITE: may be written
 * @WEFT_MAPPING_EXEC:  may be executed
 * @WEFT_MAPPING_GROWS: is a stack that grows downwards: not from address 0
 * @WEFT_MAPPING_FILE:  is of a file: what is thrown away is read from it again
 * @WEFT_MAPPING_ALL:   all of these
 */
enum weft_mapping_flag {
	WEFT_MAPPING_READ	= 1 << 0,
	WEFT_MAPPING_WRITE	= 1 << 1,
	WEFT_MAPPING_EXEC	= 1 << 2,
	WEFT_MAPPING_GROWS	= 1 << 3,
	WEFT_MAPPING_FILE	= 1 << 4,
	WEFT_MAPPING_ALL	= (1 << 5) - 1,
};

/**
 * struct weft_msg_mapping - a stretch of memory
 * @start: first address, a multiple of the size of a page
 * @end:   first address behind it, likewise; more than @start
 * @flags: enum weft_mapping_flag
 *
 * They come in the order of their addresses, and do not overlap.
 */
struct weft_msg_mapping {
	__le64 start;
	__le64 end;
	__le64 flags;
};

static_assert(sizeof(struct weft_msg_mapping) == 24);

#define WEFT_MAPPINGS_MAX	2048
#define WEFT_CAPTURE_PAGES_MAX	16

/* Extended state: the standard format of XSAVE, legacy area and header at least. */
#define WEFT_XSTATE_MIN		576
#define WEFT_XSTATE_MAX		12288

/* Of the header of XSAVE only the first number is not zero. */
#define WEFT_XSTATE_ZEROS_AT	520

/* See rseq(2). */
#define WEFT_RSEQ_ALIGNMENT	32
#define WEFT_RSEQ_SIZE_MIN	32

/* See sigaltstack(2): SS_ONSTACK, SS_DISABLE or none of both, and SS_AUTODISARM. */
#define WEFT_STACK_FLAGS_ALL	0x80000003U
#define WEFT_STACK_MODES	0x3U

/* Threads of a process that moves, at most. */
#define WEFT_THREADS_MAX	512

/**
 * struct weft_msg_capture - a process, and its first thread, in the middle of its work
 * @process:     serial number of the process, not 0
 * @registers:   by enum weft_register. WEFT_REG_IP is below WEFT_ADDRESS_LIMIT,
 *               the bases of FS and GS are canonical, WEFT_REG_FLAGS has what
 *               WEFT_FLAGS_ALL has; all others are what the program had
 * @boundaries:  by enum weft_boundary, below WEFT_ADDRESS_LIMIT; no part ends
 *               before it starts
 * @vvar:        where the vDSO and its data begin, a multiple of WEFT_PAGE_BYTES;
 *               0 without vDSO
 * @mask:        blocked signals, none of WEFT_SIGNALS_FIXED
 * @stack_base:  of the alternate stack for signals; 0 without
 * @stack_size:  of it, in bytes; 0 without. The kernel does not look where it ends
 * @tid_address: see set_tid_address(2): whatever the program said
 * @robust_list: see set_robust_list(2), likewise
 * @rseq:        see rseq(2), a multiple of WEFT_RSEQ_ALIGNMENT; 0 without
 * @rseq_size:   in bytes, WEFT_RSEQ_SIZE_MIN or more, with its end within
 *               WEFT_ADDRESS_LIMIT; means nothing without @rseq
 * @rseq_magic:  the signature of its aborts, likewise
 * @stack_flags: SS_*
 * @xstate_size: of the extended state that follows, in bytes, a multiple of 8 from
 *               WEFT_XSTATE_MIN to WEFT_XSTATE_MAX
 * @mappings:    how many struct weft_msg_mapping follow that: 0 to
 *               WEFT_MAPPINGS_MAX
 * @pages:       how many pages follow these, each with its address, 8 bytes, in
 *               front, in the order of their addresses: 0 to
 *               WEFT_CAPTURE_PAGES_MAX
 * @threads:     how many other threads it has: so many THREAD came before; less
 *               than WEFT_THREADS_MAX
 * @pad:         zero, or -EPROTO
 * @name:        of the program, and NULs up to the end, at least one
 * @actions:     of signals: that of number N is N - 1
 * @identity:    who it is
 */
struct weft_msg_capture {
	__le64 process;
	__le64 registers[WEFT_REG_NR];
	__le64 boundaries[WEFT_MM_NR];
	__le64 vvar;
	__le64 mask;
	__le64 stack_base;
	__le64 stack_size;
	__le64 tid_address;
	__le64 robust_list;
	__le64 rseq;
	__le32 rseq_size;
	__le32 rseq_magic;
	__le32 stack_flags;
	__le32 xstate_size;
	__le32 mappings;
	__le32 pages;
	__le32 threads;
	__le32 pad;
	char name[WEFT_PROCESS_NAME_LEN];
	struct weft_msg_action actions[WEFT_SIGNALS];
	struct weft_msg_identity identity;
};

static_assert(sizeof(struct weft_msg_capture) == 3240);

/* Bytes of a page and of its address in front. */
#define WEFT_CAPTURE_PAGE_LEN	(sizeof(__le64) + WEFT_PAGE_BYTES)

#define WEFT_CAPTURE_MAX						    \
	(sizeof(struct weft_msg_capture) + WEFT_XSTATE_MAX +		    \
	 WEFT_MAPPINGS_MAX * sizeof(struct weft_msg_mapping) +		    \
	 WEFT_CAPTURE_PAGES_MAX * WEFT_CAPTURE_PAGE_LEN)

/* What stands behind the fixed part is aligned like that. */
static_assert(sizeof(struct weft_msg_capture) % 8 == 0);
static_assert(WEFT_CAPTURE_PAGE_LEN % 8 == 0);

/* check_capture.c: pure */
enum weft_breach weft_capture_check(const struct weft_header *header,
				    const struct weft_msg_capture *capture);

#endif /* _WEFT_PROTO_MSG_CAPTURE_H */
