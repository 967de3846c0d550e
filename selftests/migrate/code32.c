// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit program that does nothing. It has no library, so that no other
 * compiler than that of the 64-bit programs is needed.
 */
#define CALL_PAUSE	29

void _start(void)
{
	for (;;) {
		long number = CALL_PAUSE;

		asm volatile("int $0x80" : "+a" (number) : : "memory");
	}
}
