// SPDX-License-Identifier: GPL-2.0-only
/*
 * The row of each system call of x86-64, at its number. What a row is made of
 * stands in the headers calls_*.h, by subject. Pure.
 */
#include "rsys/calls.h"
#include "rsys/entry.h"
#include "rsys/selectors.h"
#include "rsys/row.h"

#include <linux/kernel.h>

#define CALL(number_, name_, ...) \
	[number_] = { .number = (number_), .name = #name_, __VA_ARGS__ },
#define ONLY(number_, ...)	ONLY_ONE_ROW_FOR_##number_,

/* Two rows of one number do not compile. */
enum {
	WEFT_RSYS_CALLS(ONLY)
};

static const struct weft_rsys_entry table[WEFT_RSYS_NUMBERS] = {
	WEFT_RSYS_CALLS(CALL)
};

/**
 * weft_rsys_find() - the row of a system call
 * @number: as the program gave it, x32 bit included
 *
 * Return: the row, a constant; NULL if there is no call of that number, which
 * is then answered with -ENOSYS.
 */
const struct weft_rsys_entry *weft_rsys_find(__u32 number)
{
	if (number >= ARRAY_SIZE(table) || !table[number].name)
		return NULL;
	return &table[number];
}
