// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a call and its arguments to the row that says what becomes of it. Pure.
 */
#include "rsys/entry.h"

#include <linux/errno.h>
#include <linux/kernel.h>

/* What a call is that leads further than any does: never met. */
static const struct weft_rsys_entry endless = {
	.name = "endless", .class = WEFT_RSYS_REFUSED, .error = ENOSYS,
	.why = "selectors lead to each other",
};

static __u64 key_of(const struct weft_rsys_selector *selector,
		    const __u64 args[WEFT_RSYS_ARGS])
{
	__u64 key = args[selector->argument];

	if (selector->above)
		key = key << 32 | (__u32)args[selector->above - 1];
	return key & selector->mask;
}

/**
 * weft_rsys_select() - the row that a selector leads to
 * @selector: the selector
 * @args:     the arguments of the call, as the program gave them
 *
 * Return: a row, never NULL; it may name a selector in its turn.
 */
const struct weft_rsys_entry *weft_rsys_select(const struct weft_rsys_selector *selector,
					       const __u64 args[WEFT_RSYS_ARGS])
{
	unsigned int low = 0, high = selector->nr_rows, middle;
	__u64 key = key_of(selector, args);

	while (low < high) {
		middle = low + (high - low) / 2;
		if (selector->rows[middle].number == key)
			return &selector->rows[middle];
		if (selector->rows[middle].number < key)
			low = middle + 1;
		else
			high = middle;
	}
	return selector->otherwise;
}

/**
 * weft_rsys_classify() - what becomes of a call?
 * @number: of the call, as the program gave it
 * @args:   its arguments, likewise
 *
 * Return: a row, a constant, of any class but WEFT_RSYS_NONE and
 * WEFT_RSYS_SELECT; NULL if there is no such call: -ENOSYS.
 */
const struct weft_rsys_entry *weft_rsys_classify(__u32 number,
						 const __u64 args[WEFT_RSYS_ARGS])
{
	const struct weft_rsys_entry *entry = weft_rsys_find(number);
	unsigned int depth = 0;

	while (entry && entry->class == WEFT_RSYS_SELECT) {
		if (depth++ >= WEFT_RSYS_DEPTH_MAX)
			return &endless;
		entry = weft_rsys_select(entry->selector, args);
	}
	return entry;
}
