// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results. A command builds one JSON object; the text for humans is a view of
 * that same object, so the two can never tell different stories. What the text
 * needs to know stands in the keys and types:
 *
 *   members of the root        sections, in their order
 *   object                     aligned lines "name  value"
 *   array of objects           a table; the first object names the columns
 *   object in an object        "name value, name value"
 *   array or object in a row   detail, for JSON only
 *   key with the suffix _ms, _us, _ns, _bytes
 *                              a duration, or a size: K is 1024
 *   "_per_" in a key           a '/'
 *   '_' in a key               a blank
 *   null                       "none"
 *
 * Keys are never renamed and never change their meaning; schema_version grows
 * only if that rule had to be broken.
 */
#include "output.h"
#include "units.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_VERSION	1
#define TEXT_LEN	512	/* of one value; longer ones are cut */
#define INDENT		"  "
#define SCREEN_WIDTH	80

/* Without memory there is no result to print; nothing needs to be undone. */
static void *checked(void *pointer)
{
	if (pointer)
		return pointer;
	fputs("weft: out of memory\n", stderr);
	exit(EXIT_FAILURE);
}

/**
 * output_new() - begin a result
 *
 * Return: the root object, to be released with json_object_put().
 */
struct json_object *output_new(void)
{
	struct json_object *root = checked(json_object_new_object());

	output_add(root, "schema_version",
		   checked(json_object_new_int(SCHEMA_VERSION)));
	return root;
}

/**
 * output_add() - add a member
 * @object: where to
 * @key:    its name
 * @value:  its value, NULL for null; the reference is taken
 */
void output_add(struct json_object *object, const char *key,
		struct json_object *value)
{
	if (json_object_object_add(object, key, value))
		checked(NULL);
}

/**
 * output_add_string() - add a string
 * @object: where to
 * @key:    its name
 * @value:  the string, NULL for null
 */
void output_add_string(struct json_object *object, const char *key,
		       const char *value)
{
	output_add(object, key,
		   value ? checked(json_object_new_string(value)) : NULL);
}

/**
 * output_add_token() - add a number that is only ever compared
 * @object: where to
 * @key:    its name
 * @value:  the number
 *
 * It becomes a string: many JSON readers round numbers of more than 53 bits,
 * and two different tokens must not look the same.
 */
void output_add_token(struct json_object *object, const char *key,
		      uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	output_add_string(object, key, text);
}

/**
 * struct unit - what a suffix of a key means
 * @suffix: of the key
 * @format: makes text of the number
 */
struct unit {
	const char *suffix;
	void (*format)(char *text, size_t size, uint64_t value);
};

static const struct unit units[] = {
	{ "_ms", units_format_ms },
	{ "_us", units_format_us },
	{ "_ns", units_format_ns },
	{ "_bytes", units_format_bytes },
};

/* The unit that a key names, or NULL. A suffix alone is a name. */
static const struct unit *unit_of(const char *key)
{
	size_t length = strlen(key);
	size_t i, end;

	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		end = strlen(units[i].suffix);
		if (length > end && !strcmp(key + length - end,
					    units[i].suffix))
			return &units[i];
	}
	return NULL;
}

static void format_label(char *text, size_t size, const char *key)
{
	const struct unit *unit = unit_of(key);
	const char *per = strstr(key, "_per_");
	char *c;

	snprintf(text, size, "%s", key);
	if (unit)
		text[strlen(text) - strlen(unit->suffix)] = '\0';
	else if (per)
		snprintf(text, size, "%.*s/%s", (int)(per - key), key,
			 per + strlen("_per_"));
	for (c = text; *c; c++) {
		if (*c == '_')
			*c = ' ';
	}
}

/* Text from elsewhere must not steer a terminal. */
static void clean(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
	}
}

/* Three digits that mean something, if it takes decimals to show them. */
static int decimals(struct json_object *value)
{
	double number = json_object_get_double(value);

	if (number < 0)
		number = -number;
	if (number >= 100)
		return 0;
	return number >= 10 ? 1 : number >= 1 ? 2 : 3;
}

static void format_value(char *text, size_t size, const char *key,
			 struct json_object *value)
{
	enum json_type type = json_object_get_type(value);
	const struct unit *unit = unit_of(key);

	if (type == json_type_null)
		snprintf(text, size, "none");
	else if (type == json_type_boolean)
		snprintf(text, size, "%s",
			 json_object_get_boolean(value) ? "yes" : "no");
	else if (type == json_type_int && unit &&
		 json_object_get_int64(value) >= 0)
		unit->format(text, size, json_object_get_uint64(value));
	else if (type == json_type_double)
		snprintf(text, size, "%.*f", decimals(value),
			 json_object_get_double(value));
	else
		snprintf(text, size, "%s", json_object_get_string(value));
	clean(text);
}

/* "name value, name value", with a new line below @column where one is full. */
static void print_members(FILE *file, struct json_object *object,
			  size_t column)
{
	char label[TEXT_LEN], value[TEXT_LEN];
	size_t at = column, length;

	json_object_object_foreach(object, key, member) {
		format_label(label, sizeof(label), key);
		clean(label);
		format_value(value, sizeof(value), key, member);
		length = strlen(label) + strlen(value) + strlen(" , ");
		/* the blank after a comma may stand beyond the edge */
		if (at > column && at + length > SCREEN_WIDTH + 1) {
			fprintf(file, ",\n%*s", (int)column, "");
			at = column;
		}
		fprintf(file, "%s%s %s", at > column ? ", " : "", label,
			value);
		at += length;
	}
	fputc('\n', file);
}

static void print_lines(FILE *file, struct json_object *object)
{
	char label[TEXT_LEN], value[TEXT_LEN];
	size_t width = 0;

	json_object_object_foreach(object, key, member) {
		(void)member;
		format_label(label, sizeof(label), key);
		clean(label);
		if (strlen(label) > width)
			width = strlen(label);
	}
	json_object_object_foreach(object, name, content) {
		format_label(label, sizeof(label), name);
		clean(label);
		fprintf(file, INDENT "%-*s" INDENT, (int)width, label);
		if (json_object_is_type(content, json_type_object) &&
		    json_object_object_length(content)) {
			print_members(file, content,
				      width + 2 * strlen(INDENT));
			continue;
		}
		format_value(value, sizeof(value), name, content);
		fprintf(file, "%s\n", value);
	}
}

/* What stands in a column of a row; null for a row that has no such column. */
static struct json_object *cell(struct json_object *rows, size_t index,
				const char *key)
{
	struct json_object *row = json_object_array_get_idx(rows, index);

	if (!json_object_is_type(row, json_type_object))
		return NULL;
	return json_object_object_get(row, key);
}

/* Details of a row would burst the table. */
static bool is_column(struct json_object *member)
{
	return !json_object_is_type(member, json_type_object) &&
	       !json_object_is_type(member, json_type_array);
}

static size_t column_width(struct json_object *rows, const char *key)
{
	char text[TEXT_LEN];
	size_t width, i;

	format_label(text, sizeof(text), key);
	width = strlen(text);
	for (i = 0; i < json_object_array_length(rows); i++) {
		format_value(text, sizeof(text), key, cell(rows, i, key));
		if (strlen(text) > width)
			width = strlen(text);
	}
	return width;
}

/* One line of the table: row number @line, the headings being line 0. */
static void print_row(FILE *file, struct json_object *rows, size_t line)
{
	struct json_object *first = json_object_array_get_idx(rows, 0);
	char text[TEXT_LEN];
	size_t pad = 0;

	json_object_object_foreach(first, key, member) {
		if (!is_column(member))
			continue;
		if (line)
			format_value(text, sizeof(text), key,
				     cell(rows, line - 1, key));
		else
			format_label(text, sizeof(text), key);
		/* padding only before the next cell: no blanks at the end */
		fprintf(file, "%*s" INDENT "%s", (int)pad, "", text);
		pad = column_width(rows, key) - strlen(text);
	}
	fputc('\n', file);
}

static void print_table(FILE *file, struct json_object *rows)
{
	struct json_object *first = json_object_array_get_idx(rows, 0);
	size_t line;

	if (!json_object_is_type(first, json_type_object)) {
		fputs(INDENT "none\n", file);
		return;
	}
	for (line = 0; line <= json_object_array_length(rows); line++)
		print_row(file, rows, line);
}

static void print_section(FILE *file, const char *key,
			  struct json_object *section)
{
	enum json_type type = json_object_get_type(section);
	char text[TEXT_LEN];

	format_label(text, sizeof(text), key);
	fprintf(file, "%s\n", text);
	if (type == json_type_object) {
		print_lines(file, section);
	} else if (type == json_type_array) {
		print_table(file, section);
	} else {
		format_value(text, sizeof(text), key, section);
		fprintf(file, INDENT "%s\n", text);
	}
}

static void print_text(FILE *file, struct json_object *root)
{
	bool is_first = true;

	json_object_object_foreach(root, key, section) {
		if (!strcmp(key, "schema_version"))
			continue;
		if (!is_first)
			fputc('\n', file);
		is_first = false;
		print_section(file, key, section);
	}
}

/**
 * output_print() - print a result
 * @file:    where to
 * @root:    the result
 * @is_json: as JSON, otherwise as text
 *
 * Return: 0, or -1 if it could not be written.
 */
int output_print(FILE *file, struct json_object *root, bool is_json)
{
	const int flags = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			  JSON_C_TO_STRING_NOSLASHESCAPE;

	if (is_json)
		fprintf(file, "%s\n",
			json_object_to_json_string_ext(root, flags));
	else
		print_text(file, root);
	return fflush(file) || ferror(file) ? -1 : 0;
}
