/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kmod/proto takes from the kernel's header of this name. */
#ifndef _WEFT_TESTS_KERNEL_LINUX_TYPES_H
#define _WEFT_TESTS_KERNEL_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#endif /* _WEFT_TESTS_KERNEL_LINUX_TYPES_H */
