/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The selectors that rows of calls name, by what they decide.
 */
#ifndef _WEFT_RSYS_SELECTORS_H
#define _WEFT_RSYS_SELECTORS_H

#include "rsys/entry.h"

/* select_ioctl.c */
extern const struct weft_rsys_selector weft_rsys_by_ioctl;

/* select_files.c */
extern const struct weft_rsys_selector weft_rsys_by_fcntl;
extern const struct weft_rsys_selector weft_rsys_by_fsconfig;
extern const struct weft_rsys_selector weft_rsys_by_handle_flags;
extern const struct weft_rsys_selector weft_rsys_by_landlock_create;
extern const struct weft_rsys_selector weft_rsys_by_landlock_rule;
extern const struct weft_rsys_selector weft_rsys_by_quotactl;
extern const struct weft_rsys_selector weft_rsys_by_quotactl_fd;

/* select_ipc.c */
extern const struct weft_rsys_selector weft_rsys_by_getsockopt;
extern const struct weft_rsys_selector weft_rsys_by_keyctl;
extern const struct weft_rsys_selector weft_rsys_by_msgctl;
extern const struct weft_rsys_selector weft_rsys_by_semctl;
extern const struct weft_rsys_selector weft_rsys_by_sendmmsg;
extern const struct weft_rsys_selector weft_rsys_by_sendmsg;
extern const struct weft_rsys_selector weft_rsys_by_sendto;
extern const struct weft_rsys_selector weft_rsys_by_setsockopt;
extern const struct weft_rsys_selector weft_rsys_by_shmctl;
extern const struct weft_rsys_selector weft_rsys_by_socket;

/* select_process.c */
extern const struct weft_rsys_selector weft_rsys_by_arch_prctl;
extern const struct weft_rsys_selector weft_rsys_by_clock_getres;
extern const struct weft_rsys_selector weft_rsys_by_clock_gettime;
extern const struct weft_rsys_selector weft_rsys_by_clock_nanosleep;
extern const struct weft_rsys_selector weft_rsys_by_futex;
extern const struct weft_rsys_selector weft_rsys_by_futex_wait;
extern const struct weft_rsys_selector weft_rsys_by_futex_wake;
extern const struct weft_rsys_selector weft_rsys_by_getsid;
extern const struct weft_rsys_selector weft_rsys_by_kcmp;
extern const struct weft_rsys_selector weft_rsys_by_madvise;
extern const struct weft_rsys_selector weft_rsys_by_mmap;
extern const struct weft_rsys_selector weft_rsys_by_personality;
extern const struct weft_rsys_selector weft_rsys_by_prctl;
extern const struct weft_rsys_selector weft_rsys_by_rt_sigaction;
extern const struct weft_rsys_selector weft_rsys_by_seccomp;
extern const struct weft_rsys_selector weft_rsys_by_syslog;

#endif /* _WEFT_RSYS_SELECTORS_H */
