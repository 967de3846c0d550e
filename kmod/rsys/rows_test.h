/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests: every row that any call can lead to.
 */
#ifndef _WEFT_RSYS_ROWS_TEST_H
#define _WEFT_RSYS_ROWS_TEST_H

#include "rsys/entry.h"

/* What a test does with a row; depth counts the selectors that lead to it. */
typedef void (*row_visitor)(void *context, const struct weft_rsys_entry *row,
			    unsigned int depth);

static inline void visit_row(const struct weft_rsys_entry *row, row_visitor visit,
			     void *context, unsigned int depth)
{
	const struct weft_rsys_selector *selector = row->selector;
	unsigned int i;

	visit(context, row, depth);
	if (!selector || depth > WEFT_RSYS_DEPTH_MAX)
		return;
	for (i = 0; i < selector->nr_rows; i++)
		visit_row(&selector->rows[i], visit, context, depth + 1);
	visit_row(selector->otherwise, visit, context, depth + 1);
}

static inline void visit_all_rows(row_visitor visit, void *context)
{
	const struct weft_rsys_entry *row;
	unsigned int number;

	for (number = 0; number < WEFT_RSYS_NUMBERS; number++) {
		row = weft_rsys_find(number);
		if (row)
			visit_row(row, visit, context, 0);
	}
}

#endif /* _WEFT_RSYS_ROWS_TEST_H */
