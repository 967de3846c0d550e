/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers with a unit, as text for people. Pure.
 */
#ifndef WEFT_UNITS_H
#define WEFT_UNITS_H

#include <stddef.h>
#include <stdint.h>

void units_format_ms(char *text, size_t size, uint64_t ms);
void units_format_us(char *text, size_t size, uint64_t us);
void units_format_ns(char *text, size_t size, uint64_t ns);
void units_format_bytes(char *text, size_t size, uint64_t bytes);

#endif /* WEFT_UNITS_H */
