/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kmod/proto takes from the kernel's header of this name. */
#ifndef _WEFT_TESTS_KERNEL_LINUX_BUILD_BUG_H
#define _WEFT_TESTS_KERNEL_LINUX_BUILD_BUG_H

/* Without a message, which C11 wants and the kernel does not give. */
#define static_assert(expression) \
	extern char must_hold[(expression) ? 1 : -1]

#endif /* _WEFT_TESTS_KERNEL_LINUX_BUILD_BUG_H */
