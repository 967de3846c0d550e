// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls about the process itself, its memory and its time that are many calls
 * in one. Rows stand by growing number, because they are searched so. Numbers
 * of commands are the kernel's own; those that kernel 6.1 does not have are
 * written out. Pure.
 */
#include "rsys/selectors.h"
#include "rsys/row.h"

#include <asm/mman.h>
#include <asm/prctl.h>
#include <asm/signal.h>
#include <linux/kcmp.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/time.h>

#define UNKNOWN		"no command that kernels of today have, so nobody knows what it points to"
#define SHADOW		"shadow stacks do not move"
#define TAGGED		"tags in addresses do not move"
#define VDSO		"the vDSO stays where it was at home"

static const struct weft_rsys_entry local = OTHERWISE(LOCAL);

/* Only a mapping without a file needs nothing from home. */
static const struct weft_rsys_entry mmap_rows[] = {
	COMMAND(MAP_ANONYMOUS, LOCAL),
};

static const struct weft_rsys_entry mmap_file =
	OTHERWISE(SPECIAL(MAP, HERE, LONG, LONG, LONG, FD, LONG));

const struct weft_rsys_selector weft_rsys_by_mmap =
	SELECTOR("flags", 3, MAP_ANONYMOUS, mmap_rows, mmap_file);

/* What makes pages read as zero, or as their file, may not bring the image back. */
static const struct weft_rsys_entry madvise_rows[] = {
	COMMAND(MADV_DONTNEED, SPECIAL(DISCARD, HERE, HERE, INT)),
	COMMAND(MADV_FREE, SPECIAL(DISCARD, HERE, HERE, INT)),
	COMMAND(MADV_REMOVE, SPECIAL(DISCARD, HERE, HERE, INT)),
	COMMAND(MADV_DONTNEED_LOCKED, SPECIAL(DISCARD, HERE, HERE, INT)),
};

const struct weft_rsys_selector weft_rsys_by_madvise =
	SELECTOR("advice", 2, ALL_BITS, madvise_rows, local);

/* The same bit says it in all calls on a futex. */
#define PRIVATE		128

static const struct weft_rsys_entry futex_rows[] = {
	ROW(PRIVATE, "FUTEX_PRIVATE_FLAG", LOCAL),
};

static const struct weft_rsys_entry futex_shared =
	OTHERWISE(SPECIAL(FUTEX, HERE, HERE, HERE, HERE, HERE, HERE));

const struct weft_rsys_selector weft_rsys_by_futex =
	SELECTOR("flags", 1, PRIVATE, futex_rows, futex_shared);
const struct weft_rsys_selector weft_rsys_by_futex_wake =
	SELECTOR("flags", 3, PRIVATE, futex_rows, futex_shared);
const struct weft_rsys_selector weft_rsys_by_futex_wait =
	SELECTOR("flags", 3, PRIVATE, futex_rows, futex_shared);

/* All else counts what a process used, or lies behind a descriptor. */
static const struct weft_rsys_entry clock_rows[] = {
	COMMAND(CLOCK_REALTIME, LOCAL),
	COMMAND(CLOCK_MONOTONIC, LOCAL),
	COMMAND(CLOCK_MONOTONIC_RAW, LOCAL),
	COMMAND(CLOCK_REALTIME_COARSE, LOCAL),
	COMMAND(CLOCK_MONOTONIC_COARSE, LOCAL),
	COMMAND(CLOCK_BOOTTIME, LOCAL),
	COMMAND(CLOCK_REALTIME_ALARM, LOCAL),
	COMMAND(CLOCK_BOOTTIME_ALARM, LOCAL),
	COMMAND(CLOCK_TAI, LOCAL),
};

static const struct weft_rsys_entry clock_gets =
	OTHERWISE(SPECIAL(CLOCK, INT, ONE_OUT(TIMESPEC)));
static const struct weft_rsys_entry clock_sleeps =
	OTHERWISE(SPECIAL(CLOCK, INT, INT, ONE_IN(TIMESPEC), ONE_INOUT(TIMESPEC)),
		  WITH(BLOCKS));

const struct weft_rsys_selector weft_rsys_by_clock_gettime =
	SELECTOR("clock", 0, ALL_BITS, clock_rows, clock_gets);
const struct weft_rsys_selector weft_rsys_by_clock_getres =
	SELECTOR("clock", 0, ALL_BITS, clock_rows, clock_gets);
const struct weft_rsys_selector weft_rsys_by_clock_nanosleep =
	SELECTOR("clock", 0, ALL_BITS, clock_rows, clock_sleeps);

/* What acts at home: that a child ends, and what stops the process. */
static const struct weft_rsys_entry sigaction_rows[] = {
	COMMAND(SIGCHLD, SPECIAL(SIGACTION, INT, HERE, HERE, HERE)),
	COMMAND(SIGTSTP, SPECIAL(SIGACTION, INT, HERE, HERE, HERE)),
	COMMAND(SIGTTIN, SPECIAL(SIGACTION, INT, HERE, HERE, HERE)),
	COMMAND(SIGTTOU, SPECIAL(SIGACTION, INT, HERE, HERE, HERE)),
};

const struct weft_rsys_selector weft_rsys_by_rt_sigaction =
	SELECTOR("signal", 0, ALL_BITS, sigaction_rows, local);

/* A session changes by setsid() of the process itself, and in no other way. */
static const struct weft_rsys_entry getsid_rows[] = {
	ROW(0, "its own", CACHED(INT)),
};

static const struct weft_rsys_entry getsid_other = OTHERWISE(HOME(INT));

const struct weft_rsys_selector weft_rsys_by_getsid =
	SELECTOR("process", 0, ALL_BITS, getsid_rows, getsid_other);

static const struct weft_rsys_entry personality_rows[] = {
	ROW(0xffffffff, "only asks", LOCAL),
};

static const struct weft_rsys_entry personality_set = OTHERWISE(SPECIAL(BOTH, UINT));

const struct weft_rsys_selector weft_rsys_by_personality =
	SELECTOR("persona", 0, ALL_BITS, personality_rows, personality_set);

static const struct weft_rsys_entry kcmp_rows[] = {
	COMMAND(KCMP_EPOLL_TFD, HOME(INT, INT, INT, LONG, ONE_IN(KCMP_SLOT))),
};

static const struct weft_rsys_entry kcmp_usual = OTHERWISE(HOME(INT, INT, INT, LONG, LONG));

const struct weft_rsys_selector weft_rsys_by_kcmp =
	SELECTOR("type", 2, ALL_BITS, kcmp_rows, kcmp_usual);

static const struct weft_rsys_entry seccomp_rows[] = {
	COMMAND(SECCOMP_SET_MODE_STRICT, SPECIAL(FILTER, UINT, UINT, HERE)),
	COMMAND(SECCOMP_SET_MODE_FILTER, SPECIAL(FILTER, UINT, UINT, HERE)),
	COMMAND(SECCOMP_GET_ACTION_AVAIL, HOME(UINT, UINT, ONE_IN(U32))),
	COMMAND(SECCOMP_GET_NOTIF_SIZES, HOME(UINT, UINT, ONE_OUT(SECCOMP_SIZES))),
};

static const struct weft_rsys_entry unknown = OTHERWISE(REFUSED(EINVAL, UNKNOWN));

const struct weft_rsys_selector weft_rsys_by_seccomp =
	SELECTOR("operation", 0, ALL_BITS, seccomp_rows, unknown);

/* The log of home: three commands read it, the others take no memory. */
static const struct weft_rsys_entry syslog_rows[] = {
	ROW(2, "SYSLOG_ACTION_READ", HOME(INT, COUNTED(2), INT), WITH(BLOCKS | RESTARTS | CUTS)),
	ROW(3, "SYSLOG_ACTION_READ_ALL", HOME(INT, COUNTED(2), INT)),
	ROW(4, "SYSLOG_ACTION_READ_CLEAR", HOME(INT, COUNTED(2), INT)),
};

static const struct weft_rsys_entry syslog_usual = OTHERWISE(HOME(INT, LONG, INT));

const struct weft_rsys_selector weft_rsys_by_syslog =
	SELECTOR("command", 0, ALL_BITS, syslog_rows, syslog_usual);

static const struct weft_rsys_entry arch_prctl_rows[] = {
	COMMAND(ARCH_MAP_VDSO_X32, REFUSED(EPERM, VDSO)),
	COMMAND(ARCH_MAP_VDSO_32, REFUSED(EPERM, VDSO)),
	COMMAND(ARCH_MAP_VDSO_64, REFUSED(EPERM, VDSO)),
	ROW(0x4002, "ARCH_ENABLE_TAGGED_ADDR", REFUSED(ENODEV, TAGGED)),
	ROW(0x4004, "ARCH_FORCE_TAGGED_SVA", REFUSED(ENODEV, TAGGED)),
	ROW(0x5001, "ARCH_SHSTK_ENABLE", REFUSED(EOPNOTSUPP, SHADOW)),
};

const struct weft_rsys_selector weft_rsys_by_arch_prctl =
	SELECTOR("command", 0, ALL_BITS, arch_prctl_rows, local);

static const struct weft_rsys_entry prctl_rows[] = {
	COMMAND(PR_SET_PDEATHSIG, HOME(INT, LONG)),
	COMMAND(PR_GET_PDEATHSIG, HOME(INT, ONE_OUT(S32))),
	COMMAND(PR_GET_DUMPABLE, LOCAL),
	COMMAND(PR_SET_DUMPABLE, SPECIAL(BOTH, INT, LONG)),
	COMMAND(PR_GET_KEEPCAPS, HOME(INT)),
	COMMAND(PR_SET_KEEPCAPS, SPECIAL(CREDENTIALS, INT, LONG)),
	COMMAND(PR_GET_TIMING, LOCAL),
	COMMAND(PR_SET_TIMING, LOCAL),
	COMMAND(PR_SET_NAME, SPECIAL(BOTH, INT, TEXT(16))),
	COMMAND(PR_GET_NAME, LOCAL),
	COMMAND(PR_GET_SECCOMP, HOME(INT)),
	COMMAND(PR_SET_SECCOMP, SPECIAL(FILTER, INT, LONG, HERE)),
	COMMAND(PR_CAPBSET_READ, HOME(INT, LONG)),
	COMMAND(PR_CAPBSET_DROP, SPECIAL(CREDENTIALS, INT, LONG)),
	COMMAND(PR_GET_TSC, LOCAL),
	COMMAND(PR_SET_TSC, LOCAL),
	COMMAND(PR_GET_SECUREBITS, HOME(INT)),
	COMMAND(PR_SET_SECUREBITS, SPECIAL(CREDENTIALS, INT, LONG)),
	COMMAND(PR_SET_TIMERSLACK, LOCAL),
	COMMAND(PR_GET_TIMERSLACK, LOCAL),
	COMMAND(PR_TASK_PERF_EVENTS_DISABLE, LOCAL),
	COMMAND(PR_TASK_PERF_EVENTS_ENABLE, LOCAL),
	COMMAND(PR_MCE_KILL, LOCAL),
	COMMAND(PR_MCE_KILL_GET, LOCAL),
	COMMAND(PR_SET_MM, REFUSED(EPERM, "the layout of memory is known to two machines")),
	COMMAND(PR_SET_CHILD_SUBREAPER, HOME(INT, LONG)),
	COMMAND(PR_GET_CHILD_SUBREAPER, HOME(INT, ONE_OUT(S32))),
	COMMAND(PR_SET_NO_NEW_PRIVS, SPECIAL(BOTH, INT, LONG, LONG, LONG, LONG)),
	COMMAND(PR_GET_NO_NEW_PRIVS, LOCAL),
	COMMAND(PR_GET_TID_ADDRESS, LOCAL),
	COMMAND(PR_SET_THP_DISABLE, LOCAL),
	COMMAND(PR_GET_THP_DISABLE, LOCAL),
	COMMAND(PR_CAP_AMBIENT, SPECIAL(CREDENTIALS, INT, LONG, LONG, LONG, LONG)),
	COMMAND(PR_GET_SPECULATION_CTRL, LOCAL),
	COMMAND(PR_SET_SPECULATION_CTRL, LOCAL),
	COMMAND(PR_SET_IO_FLUSHER, HOME(INT, LONG, LONG, LONG, LONG)),
	COMMAND(PR_GET_IO_FLUSHER, HOME(INT, LONG, LONG, LONG, LONG)),
	COMMAND(PR_SET_SYSCALL_USER_DISPATCH,
		REFUSED(EINVAL, "it takes calls away before they can be sent home")),
	COMMAND(PR_SCHED_CORE, REFUSED(ENODEV, "cores are of one machine")),
	ROW(65, "PR_SET_MDWE", LOCAL),
	ROW(66, "PR_GET_MDWE", LOCAL),
	ROW(67, "PR_SET_MEMORY_MERGE", LOCAL),
	ROW(68, "PR_GET_MEMORY_MERGE", LOCAL),
	ROW(0x41555856, "PR_GET_AUXV", LOCAL),
	COMMAND(PR_SET_VMA, LOCAL),
	COMMAND(PR_SET_PTRACER, HOME(INT, LONG)),
};

const struct weft_rsys_selector weft_rsys_by_prctl =
	SELECTOR("option", 0, ALL_BITS, prctl_rows, unknown);
