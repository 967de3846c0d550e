// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What weft ps shows of a process, and how its table looks: 80 columns wide for
 * all but the most unusual numbers. The text is made of the same object as the
 * JSON.
 */
#include "ps_table.h"
#include "output.h"
#include "units.h"

#include <inttypes.h>
#include <string.h>

#define CELL_LEN	32

static const char *const state_names[WEFT_PROCESS_NR_STATES] = {
	[WEFT_PROCESS_PREPARING] = "preparing",
	[WEFT_PROCESS_LEAVING] = "leaving",
	[WEFT_PROCESS_AWAY] = "away",
	[WEFT_PROCESS_ARRIVING] = "arriving",
	[WEFT_PROCESS_RUNNING] = "running",
};

static void add_number(struct json_object *object, const char *key, uint64_t value)
{
	output_add(object, key, json_object_new_uint64(value));
}

/* A number that only one of the halves knows; null without that half. */
static void add_known(struct json_object *object, const char *key,
		      const struct weft_process *half, uint64_t value)
{
	output_add(object, key, half ? json_object_new_uint64(value) : NULL);
}

static struct json_object *details_of(const struct whole *whole)
{
	bool is_moved = whole->home && whole->home->state == WEFT_PROCESS_AWAY;
	struct json_object *details = json_object_new_object();

	add_number(details, "serial", whole->any->serial);
	add_known(details, "downtime_ns", is_moved ? whole->home : NULL,
		  is_moved ? whole->home->downtime_ns : 0);
	output_add(details, "told_by_home", json_object_new_boolean(!!whole->home));
	output_add(details, "told_by_node", json_object_new_boolean(!!whole->there));
	return details;
}

/**
 * ps_row() - what is shown of a process
 * @whole: the process
 *
 * Return: an object, to be released with json_object_put().
 */
struct json_object *ps_row(const struct whole *whole)
{
	const struct weft_process *any = whole->any, *there = whole->there;
	struct json_object *row = json_object_new_object();

	add_number(row, "pid", any->pid);
	output_add_string(row, "name", any->name);
	add_number(row, "home", any->home);
	add_number(row, "node", any->node);
	output_add_string(row, "state", state_names[whole_state(whole)]);
	add_number(row, "age_ms", whole_age_ms(whole));
	add_known(row, "fetched_bytes", there, there ? there->fetched_bytes : 0);
	add_known(row, "faults", there, there ? there->faults : 0);
	add_number(row, "calls", there ? there->calls : whole->home->calls);
	output_add(row, "details", details_of(whole));
	return row;
}

/* To the second at first, and to one unit always: "9 s", "75 min", "30 h", "3 d". */
static void format_age(char *text, size_t size, uint64_t ms)
{
	uint64_t s = ms / 1000;

	if (s < 100)
		snprintf(text, size, "%" PRIu64 " s", s);
	else if (s < 100 * 60)
		snprintf(text, size, "%" PRIu64 " min", s / 60);
	else if (s < 48 * 3600)
		snprintf(text, size, "%" PRIu64 " h", s / 3600);
	else
		snprintf(text, size, "%" PRIu64 " d", s / 86400);
}

static void format_number(char *text, size_t size, uint64_t number)
{
	snprintf(text, size, "%" PRIu64, number);
}

/**
 * struct column - a column of the table
 * @heading: above it
 * @key:     of its member in a row
 * @format:  makes text of a number; NULL: the member is text, and stands left
 */
struct column {
	const char *heading;
	const char *key;
	void (*format)(char *text, size_t size, uint64_t value);
};

static const struct column columns[] = {
	{ "PID", "pid", format_number },
	{ "NAME", "name", NULL },
	{ "HOME", "home", format_number },
	{ "NODE", "node", format_number },
	{ "STATE", "state", NULL },
	{ "AGE", "age_ms", format_age },
	{ "FETCHED", "fetched_bytes", units_format_bytes },
	{ "FAULTS", "faults", format_number },
	{ "CALLS", "calls", format_number },
};

#define COLUMNS	(sizeof(columns) / sizeof(*columns))

static void format_cell(char *text, const struct column *column,
			struct json_object *row)
{
	struct json_object *value = json_object_object_get(row, column->key);

	if (!value)
		snprintf(text, CELL_LEN, "-");
	else if (column->format)
		column->format(text, CELL_LEN, json_object_get_uint64(value));
	else
		snprintf(text, CELL_LEN, "%s", json_object_get_string(value));
}

static int width_of(const struct column *column, struct json_object *rows)
{
	size_t i, width = strlen(column->heading);
	char text[CELL_LEN];

	for (i = 0; i < json_object_array_length(rows); i++) {
		format_cell(text, column, json_object_array_get_idx(rows, i));
		if (strlen(text) > width)
			width = strlen(text);
	}
	return (int)width;
}

/* @row: NULL for the headings */
static void print_line(FILE *file, const int *widths, struct json_object *row)
{
	char text[CELL_LEN];
	size_t i;

	for (i = 0; i < COLUMNS; i++) {
		if (row)
			format_cell(text, &columns[i], row);
		else
			snprintf(text, sizeof(text), "%s", columns[i].heading);
		fprintf(file, "%s%*s", i ? "  " : "",
			columns[i].format ? widths[i] : -widths[i], text);
	}
	fputc('\n', file);
}

static void print_table(FILE *file, struct json_object *rows)
{
	int widths[COLUMNS];
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		widths[i] = width_of(&columns[i], rows);
	print_line(file, widths, NULL);
	for (i = 0; i < json_object_array_length(rows); i++)
		print_line(file, widths, json_object_array_get_idx(rows, i));
}

/**
 * ps_print() - print the result as text
 * @file: where to
 * @root: the result: "processes", rows by ps_row(), and "silent", nodes that did
 *        not answer
 *
 * Return: 0, or -1 if it could not be written.
 */
int ps_print(FILE *file, struct json_object *root)
{
	struct json_object *rows = json_object_object_get(root, "processes");
	struct json_object *silent = json_object_object_get(root, "silent");

	if (json_object_array_length(rows))
		print_table(file, rows);
	else if (json_object_array_length(silent))
		fputs("No process is known to be away from home.\n", file);
	else
		fputs("No process is away from home.\n", file);
	return fflush(file) || ferror(file) ? -1 : 0;
}
