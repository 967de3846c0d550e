/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the program that becomes the body of a process says to the module. Its
 * descriptor comes from WEFT_CMD_BODY_OPEN. Private to weft: both ends come from
 * one build.
 */
#ifndef _UAPI_LINUX_WEFT_BODY_H
#define _UAPI_LINUX_WEFT_BODY_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Bytes of extended state of a processor, at most. */
#define WEFT_BODY_XSTATE_LEN	12288

/**
 * struct weft_body_bases - what only user mode can restore
 * @fs_base:     for arch_prctl(ARCH_SET_FS)
 * @gs_base:     for arch_prctl(ARCH_SET_GS)
 * @vvar:        for arch_prctl(ARCH_MAP_VDSO_64); 0: no vDSO
 * @xstate_size: bytes of extended state that are there
 * @threads:     how many threads the process has, but the first
 * @pid:         its number at home
 * @pad:         zero
 * @reserved:    zeros, so that what follows lies at a multiple of 64 bytes
 */
struct weft_body_bases {
	__u64 fs_base;
	__u64 gs_base;
	__u64 vvar;
	__u32 xstate_size;
	__u32 threads;
	__u32 pid;
	__u32 pad;
	__u64 reserved[3];
};

/**
 * struct weft_body_arrival - the same, and the extended state
 * @bases:  see there
 * @xstate: for XRSTOR
 *
 * Lies at a multiple of 64 bytes.
 */
struct weft_body_arrival {
	struct weft_body_bases bases;
	__u8 xstate[WEFT_BODY_XSTATE_LEN];
};

/* Supplementary groups, and words of processors, that a process may have. */
#define WEFT_BODY_GROUPS		64
#define WEFT_BODY_AFFINITY_WORDS	16
#define WEFT_BODY_TIMERS		3
#define WEFT_BODY_IDS			3

/**
 * struct weft_body_birth - where the process is to begin
 * @monotonic: nanoseconds by which its CLOCK_MONOTONIC is ahead of this machine's
 * @boottime:  likewise, of CLOCK_BOOTTIME
 * @pid:       its number, in a PID namespace of its own
 * @pad:       zero
 */
struct weft_body_birth {
	__s64 monotonic;
	__s64 boottime;
	__u32 pid;
	__u32 pad;
};

/**
 * struct weft_body_timer - an interval timer
 * @left:     microseconds until it expires; 0: it is not set
 * @interval: microseconds from then on; 0: once
 */
struct weft_body_timer {
	__u64 left;
	__u64 interval;
};

/**
 * struct weft_body_identity - what a process has that system calls set
 * @timers:      for setitimer(), by its first argument
 * @cpu_limit:   seconds for RLIMIT_CPU: what holds, and what it may be raised to
 * @affinity:    for sched_setaffinity(); all zero: none
 * @uids:        for setresuid(): real, effective, saved
 * @gids:        for setresgid()
 * @groups:      for setgroups(), of which there are @group_count
 * @group_count: how many
 * @policy:      for sched_setscheduler()
 * @priority:    likewise
 * @nice:        for setpriority()
 */
struct weft_body_identity {
	struct weft_body_timer timers[WEFT_BODY_TIMERS];
	__u64 cpu_limit[2];
	__u64 affinity[WEFT_BODY_AFFINITY_WORDS];
	__u32 uids[WEFT_BODY_IDS];
	__u32 gids[WEFT_BODY_IDS];
	__u32 groups[WEFT_BODY_GROUPS];
	__u32 group_count;
	__u32 policy;
	__u32 priority;
	__s32 nice;
};

/**
 * struct weft_body_thread - the same of another thread
 * @tid:     which one: its number at home; the caller says it
 * @pad:     zeros
 * @arrival: receives what it is
 *
 * Lies at a multiple of 64 bytes.
 */
struct weft_body_thread {
	__u32 tid;
	__u32 pad[15];
	struct weft_body_arrival arrival;
};

/*
 * WAIT  waits for the process: fails with EINTR, ETIMEDOUT, or ECONNRESET if it
 *       does not come.
 * RUN   the caller becomes what it is to be, when all threads have called. The
 *       argument is the descriptor. Returns only if that fails; then the address
 *       space may be in pieces, and so may be who the caller is.
 * BIRTH tells where the process is to begin; before WAIT.
 * IDENTITY tells who it is; between WAIT and RUN.
 * TID   number at home of a thread: of the first one that has arrived with 0, and
 *       so on; 0 if there are not so many.
 * THREAD  the caller, another thread of the same process, is to become that thread:
 *       fails with ESRCH if there is none that nobody else is.
 */
#define WEFT_BODY_WAIT	_IOR('w', 0x81, struct weft_body_arrival)
#define WEFT_BODY_RUN	_IO('w', 0x82)
#define WEFT_BODY_BIRTH	_IOR('w', 0x83, struct weft_body_birth)
#define WEFT_BODY_IDENTITY	_IOR('w', 0x84, struct weft_body_identity)
#define WEFT_BODY_TID	_IO('w', 0x85)
#define WEFT_BODY_THREAD	_IOWR('w', 0x86, struct weft_body_thread)

#endif /* _UAPI_LINUX_WEFT_BODY_H */
