/* SPDX-License-Identifier: GPL-2.0-or-later */
/* User space's errors, and those that stay inside the kernel. */
#ifndef _WEFT_TESTS_KERNEL_LINUX_ERRNO_H
#define _WEFT_TESTS_KERNEL_LINUX_ERRNO_H

#include_next <linux/errno.h>

#define ERESTARTSYS		512
#define ERESTARTNOINTR		513
#define ERESTARTNOHAND		514
#define ENOIOCTLCMD		515
#define ERESTART_RESTARTBLOCK	516
#define EOPENSTALE		518
#define ENOTSUPP		524

#endif /* _WEFT_TESTS_KERNEL_LINUX_ERRNO_H */
