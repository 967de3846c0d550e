/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How an argument travels, and the size of what it points to.
 *
 * Sizes are numbers because they are the binary interface of x86-64, the same
 * for ever. abi.c holds each against the structure of the kernel it is built for.
 */
#ifndef _WEFT_RSYS_STRUCTS_H
#define _WEFT_RSYS_STRUCTS_H

#include <linux/types.h>

/*
 * STRUCT(name here, bytes, name in the kernel). ANY is a stretch of bytes; the
 * last group is of structures that kernels newer than 6.1 have.
 */
#define WEFT_RSYS_STRUCTS(STRUCT) \
	STRUCT(ANY, 1, u8) \
	STRUCT(U16, 2, u16) \
	STRUCT(S32, 4, int) \
	STRUCT(U32, 4, unsigned int) \
	STRUCT(U64, 8, u64) \
	STRUCT(OFFSET, 8, loff_t) \
	STRUCT(PAIR, 8, s32[2]) \
	STRUCT(ARPREQ, 68, struct arpreq) \
	STRUCT(DISK_QUOTA, 72, struct if_dqblk) \
	STRUCT(DISK_QUOTA_INFO, 24, struct if_dqinfo) \
	STRUCT(DISK_QUOTA_NEXT, 72, struct if_nextdqblk) \
	STRUCT(EPOLL_EVENT, 12, struct epoll_event) \
	STRUCT(FILE_CLONE_RANGE, 32, struct file_clone_range) \
	STRUCT(FLOCK, 32, struct flock) \
	STRUCT(FSXATTR, 28, struct fsxattr) \
	STRUCT(FSTRIM_RANGE, 24, struct fstrim_range) \
	STRUCT(F_OWNER, 8, struct f_owner_ex) \
	STRUCT(GEOMETRY, 16, struct hd_geometry) \
	STRUCT(IFREQ, 40, struct ifreq) \
	STRUCT(IOVEC, 16, struct iovec) \
	STRUCT(SHM_LIMITS, 72, struct shminfo64) \
	STRUCT(KCMP_SLOT, 12, struct kcmp_epoll_slot) \
	STRUCT(LANDLOCK_PATH, 12, struct landlock_path_beneath_attr) \
	STRUCT(MQ_ATTR, 64, struct mq_attr) \
	STRUCT(MSGHDR, 56, struct user_msghdr) \
	STRUCT(MMSGHDR, 64, struct mmsghdr) \
	STRUCT(MSGINFO, 32, struct msginfo) \
	STRUCT(MSQID, 120, struct msqid64_ds) \
	STRUCT(POLLFD, 8, struct pollfd) \
	STRUCT(RLIMIT, 16, struct rlimit) \
	STRUCT(RLIMIT64, 16, struct rlimit64) \
	STRUCT(RUSAGE, 144, struct rusage) \
	STRUCT(SCHED_PARAM, 4, struct sched_param) \
	STRUCT(SECCOMP_SIZES, 6, struct seccomp_notif_sizes) \
	STRUCT(SEMBUF, 6, struct sembuf) \
	STRUCT(SEMID, 104, struct semid64_ds) \
	STRUCT(SEMINFO, 40, struct seminfo) \
	STRUCT(SERIAL, 72, struct serial_struct) \
	STRUCT(SERIAL_COUNTS, 80, struct serial_icounter_struct) \
	STRUCT(SHMID, 112, struct shmid64_ds) \
	STRUCT(SHM_USAGE, 48, struct shm_info) \
	STRUCT(SIGINFO, 128, siginfo_t) \
	STRUCT(SIGSET, 8, sigset_t) \
	STRUCT(STAT, 144, struct stat) \
	STRUCT(STATFS, 120, struct statfs) \
	STRUCT(STATX, 256, struct statx) \
	STRUCT(SYSINFO, 112, struct sysinfo) \
	STRUCT(TERMIO, 18, struct termio) \
	STRUCT(TERMIOS, 36, struct termios) \
	STRUCT(TERMIOS2, 44, struct termios2) \
	STRUCT(TIMESPEC, 16, struct __kernel_timespec) \
	STRUCT(TIMESPECS, 32, struct __kernel_timespec[2]) \
	STRUCT(TIMEVAL, 16, struct __kernel_old_timeval) \
	STRUCT(TIMEVALS, 32, struct __kernel_old_timeval[2]) \
	STRUCT(TIMER, 32, struct __kernel_itimerspec) \
	STRUCT(TMS, 32, struct tms) \
	STRUCT(USTAT, 32, struct ustat) \
	STRUCT(UTIMBUF, 16, struct utimbuf) \
	STRUCT(UTSNAME, 390, struct new_utsname) \
	STRUCT(VT_MODE, 8, struct vt_mode) \
	STRUCT(VT_STATE, 6, struct vt_stat) \
	STRUCT(WINSIZE, 8, struct winsize)

#define WEFT_RSYS_NEWER_STRUCTS(STRUCT) \
	STRUCT(CACHESTAT, 40, struct cachestat) \
	STRUCT(CACHESTAT_RANGE, 16, struct cachestat_range) \
	STRUCT(LANDLOCK_PORT, 16, struct landlock_net_port_attr)

#define WEFT_RSYS_STRUCT_NUMBER(name_, ...) WEFT_RSYS_STRUCT_##name_,

/* One for each row above, in the same order, from 1 on. */
enum weft_rsys_struct {
	WEFT_RSYS_STRUCT_NONE,
	WEFT_RSYS_STRUCTS(WEFT_RSYS_STRUCT_NUMBER)
	WEFT_RSYS_NEWER_STRUCTS(WEFT_RSYS_STRUCT_NUMBER)
	WEFT_RSYS_STRUCT_NR
};

#undef WEFT_RSYS_STRUCT_NUMBER

/**
 * enum weft_rsys_kind - what an argument is
 * @WEFT_RSYS_ARG_UNUSED:  nothing
 * @WEFT_RSYS_ARG_LONG:    a value of 64 bits
 * @WEFT_RSYS_ARG_INT:     a signed value; the upper 32 bits mean nothing
 * @WEFT_RSYS_ARG_UINT:    an unsigned value, likewise
 * @WEFT_RSYS_ARG_FD:      a descriptor of home, or AT_FDCWD; as INT
 * @WEFT_RSYS_ARG_HERE:    used by the handler, and does not travel
 * @WEFT_RSYS_ARG_STRING:  goes: text up to its NUL, or @extra bytes of it, which
 *                         is all that the kernel looks at
 * @WEFT_RSYS_ARG_STRINGS: goes: an array of pointers to text, NULL at its end
 * @WEFT_RSYS_ARG_IN:      goes
 * @WEFT_RSYS_ARG_OUT:     comes back, if the call did not fail
 * @WEFT_RSYS_ARG_COUNTED: comes back, as much of it as the result says
 * @WEFT_RSYS_ARG_INOUT:   goes and comes back, always
 * @WEFT_RSYS_ARG_LENGTH:  goes and comes back, always: 32 bits, the length of
 *                         a VALUE_OUT or VALUE_INOUT
 * @WEFT_RSYS_ARG_VALUE_OUT: comes back, if the call did not fail, as much of it
 *                         as the LENGTH says then
 * @WEFT_RSYS_ARG_VALUE_INOUT: the same, and it goes as well
 * @WEFT_RSYS_ARG_SIZED_IN: goes: its first 32 bits say its length
 * @WEFT_RSYS_ARG_SIZED_INOUT: goes and comes back, always: likewise
 * @WEFT_RSYS_ARG_COMMAND_IN: goes: an ioctl command says its length
 * @WEFT_RSYS_ARG_COMMAND_INOUT: goes and comes back, always: likewise
 * @WEFT_RSYS_ARG_SIGSET:  goes: 8 bytes; any other length is -EINVAL
 * @WEFT_RSYS_ARG_FD_SET:  goes and comes back, always: a bit for each descriptor
 * @WEFT_RSYS_ARG_IOVEC_IN: goes: what an array of struct iovec points to
 * @WEFT_RSYS_ARG_IOVEC_OUT: comes back, as many bytes as the result says
 * @WEFT_RSYS_ARG_MESSAGE_IN: goes: a msghdr, and all it points to
 * @WEFT_RSYS_ARG_MESSAGE_OUT: comes back: likewise
 * @WEFT_RSYS_ARG_MESSAGES_IN: goes: an array of mmsghdr, likewise
 * @WEFT_RSYS_ARG_MESSAGES_OUT: comes back: likewise
 * @WEFT_RSYS_ARG_NR:      how many there are
 */
enum weft_rsys_kind {
	WEFT_RSYS_ARG_UNUSED,
	WEFT_RSYS_ARG_LONG,
	WEFT_RSYS_ARG_INT,
	WEFT_RSYS_ARG_UINT,
	WEFT_RSYS_ARG_FD,
	WEFT_RSYS_ARG_HERE,
	WEFT_RSYS_ARG_STRING,
	WEFT_RSYS_ARG_STRINGS,
	WEFT_RSYS_ARG_IN,
	WEFT_RSYS_ARG_OUT,
	WEFT_RSYS_ARG_COUNTED,
	WEFT_RSYS_ARG_INOUT,
	WEFT_RSYS_ARG_LENGTH,
	WEFT_RSYS_ARG_VALUE_OUT,
	WEFT_RSYS_ARG_VALUE_INOUT,
	WEFT_RSYS_ARG_SIZED_IN,
	WEFT_RSYS_ARG_SIZED_INOUT,
	WEFT_RSYS_ARG_COMMAND_IN,
	WEFT_RSYS_ARG_COMMAND_INOUT,
	WEFT_RSYS_ARG_SIGSET,
	WEFT_RSYS_ARG_FD_SET,
	WEFT_RSYS_ARG_IOVEC_IN,
	WEFT_RSYS_ARG_IOVEC_OUT,
	WEFT_RSYS_ARG_MESSAGE_IN,
	WEFT_RSYS_ARG_MESSAGE_OUT,
	WEFT_RSYS_ARG_MESSAGES_IN,
	WEFT_RSYS_ARG_MESSAGES_OUT,

	WEFT_RSYS_ARG_NR
};

/**
 * struct weft_rsys_arg - what an argument is, and how long
 * @kind:      enum weft_rsys_kind
 * @structure: enum weft_rsys_struct of what it points to, if it points
 * @count:     0 for one of it; else index plus one of the argument that says
 *             how many, or that holds or points to the length
 * @extra:     bytes in front that are not counted; of a string the most bytes
 *
 * Memory of @extra + size of @structure * count bytes.
 */
struct weft_rsys_arg {
	__u8 kind;
	__u8 structure;
	__u8 count;
	__u16 extra;
};

/* structs.c */
__u32 weft_rsys_struct_size(enum weft_rsys_struct structure);
const char *weft_rsys_struct_name(enum weft_rsys_struct structure);

#endif /* _WEFT_RSYS_STRUCTS_H */
