/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For second opinions: messages as single bytes, without the kernel's own code. */
#ifndef _WEFT_TESTS_FUZZ_BYTES_H
#define _WEFT_TESTS_FUZZ_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Ends the fuzzer with a finding. */
static inline void require(bool holds)
{
	if (!holds)
		abort();
}

static inline uint64_t number(const uint8_t *bytes, size_t at, size_t size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | bytes[at + size];
	return value;
}

static inline void put_number(uint8_t *bytes, size_t at, size_t size, uint64_t value)
{
	for (; size--; value >>= 8)
		bytes[at++] = value & 0xff;
}

static inline bool is_zero(const uint8_t *bytes, size_t at, size_t size)
{
	while (size--)
		if (bytes[at + size])
			return false;
	return true;
}

#endif /* _WEFT_TESTS_FUZZ_BYTES_H */
