/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kmod/proto takes from the kernel's header of this name. */
#ifndef _WEFT_TESTS_KERNEL_LINUX_KERNEL_H
#define _WEFT_TESTS_KERNEL_LINUX_KERNEL_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif /* _WEFT_TESTS_KERNEL_LINUX_KERNEL_H */
