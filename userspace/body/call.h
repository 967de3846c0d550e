/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls without a C library. Each returns what the kernel does: a negative
 * errno if it failed.
 */
#ifndef WEFT_BODY_CALL_H
#define WEFT_BODY_CALL_H

#include "status.h"

#include <asm/unistd.h>

static inline long call(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long call4(long number, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

static inline __attribute__((noreturn)) void quit(int status)
{
	for (;;)
		call(__NR_exit_group, status, 0, 0);
}

#endif /* WEFT_BODY_CALL_H */
