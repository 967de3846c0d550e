// SPDX-License-Identifier: GPL-2.0-or-later
/* The output walker: one object, two views. */
#include "ktap.h"
#include "output.h"

#include <stdlib.h>

static char *print(struct json_object *root, bool is_json)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file || output_print(file, root, is_json))
		abort();
	fclose(file);
	return text;
}

/* The text for one section with these members, given as JSON. */
static void expect_text(struct ktap *test, const char *section_json,
			const char *expected)
{
	struct json_object *section = json_tokener_parse(section_json);
	struct json_object *root = output_new();
	char *text;

	output_add(root, "part", section);
	text = print(root, false);
	EXPECT_TEXT(test, expected, text);
	free(text);
	json_object_put(root);
}

static void json_is_the_object_itself(struct ktap *test)
{
	struct json_object *root = output_new();
	struct json_object *again;
	char *text;

	output_add_string(root, "path", "/run/weft");
	output_add_string(root, "nothing", NULL);
	output_add_token(root, "incarnation", UINT64_MAX);
	text = print(root, true);
	again = json_tokener_parse(text);
	EXPECT_EQ(test, 1, json_object_equal(root, again));
	EXPECT(test, strstr(text, "\"schema_version\": 1"));
	EXPECT(test, strstr(text, "\"18446744073709551615\""));
	EXPECT(test, strstr(text, "/run/weft"));
	json_object_put(again);
	json_object_put(root);
	free(text);
}

static void values_are_aligned(struct ktap *test)
{
	expect_text(test, "{\"a\":1,\"node_max\":64,\"is\":true,\"no\":false}",
		    "part\n"
		    "  a         1\n"
		    "  node max  64\n"
		    "  is        yes\n"
		    "  no        no\n");
}

static void null_is_none(struct ktap *test)
{
	expect_text(test, "{\"name\":null}", "part\n  name  none\n");
	expect_text(test, "null", "part\n  none\n");
	expect_text(test, "[]", "part\n  none\n");
}

static void durations_are_readable(struct ktap *test)
{
	expect_text(test,
		    "{\"a_ms\":0,\"b_ms\":999,\"c_ms\":2000,\"d_ms\":2050}",
		    "part\n  a  0 ms\n  b  999 ms\n  c  2 s\n  d  2.05 s\n");
	expect_text(test,
		    "{\"a_ms\":59999,\"b_ms\":60000,\"c_ms\":7500000}",
		    "part\n  a  59.999 s\n  b  1 min 0 s\n  c  2 h 5 min\n");
	expect_text(test, "{\"a_ms\":90000000000,\"_ms\":5,\"b_ms\":\"x\"}",
		    "part\n  a    1041 d 16 h\n   ms  5\n  b    x\n");
}

static void sizes_are_readable(struct ktap *test)
{
	expect_text(test,
		    "{\"a_bytes\":999,\"b_bytes\":1000,\"c_bytes\":65536}",
		    "part\n  a  999B\n  b  1.0K\n  c  64K\n");
	expect_text(test,
		    "{\"a_bytes\":10188,\"b_bytes\":1023000,\"_bytes\":1}",
		    "part\n  a       9.9K\n  b       999K\n   bytes  1\n");
	expect_text(test,
		    "{\"a_bytes\":18446744073709551615,\"b_bytes\":1023488}",
		    "part\n  a  16E\n  b  1.0M\n");
}

static void short_times_are_readable(struct ktap *test)
{
	expect_text(test, "{\"a_us\":0,\"b_us\":999,\"c_us\":1000}",
		    "part\n  a  0 us\n  b  999 us\n  c  1.0 ms\n");
	expect_text(test, "{\"a_us\":9949,\"b_us\":9950,\"c_us\":999499}",
		    "part\n  a  9.9 ms\n  b  10 ms\n  c  999 ms\n");
	expect_text(test, "{\"a_us\":999500,\"b_us\":4294967295}",
		    "part\n  a  1.0 s\n  b  4295 s\n");
	expect_text(test, "{\"a_ns\":999,\"b_ns\":1234,\"c_ns\":99950}",
		    "part\n  a  999 ns\n  b  1.23 us\n  c  100 us\n");
	expect_text(test, "{\"a_ns\":999500,\"b_ns\":4294967295}",
		    "part\n  a  1.00 ms\n  b  4.29 s\n");
}

static void rates_and_decimals_are_readable(struct ktap *test)
{
	expect_text(test, "{\"mb_per_s\":12.345,\"a\":0.98765,\"b\":1234.5}",
		    "part\n  mb/s  12.3\n  a     0.988\n  b     1234\n");
}

static void details_stay_out_of_a_table(struct ktap *test)
{
	expect_text(test,
		    "[{\"id\":1,\"x\":{\"y\":2},\"z\":[1],\"n\":null},\n"
		    "{\"id\":2,\"x\":{\"y\":3},\"z\":[],\"n\":5}]",
		    "part\n  id  n\n  1   none\n  2   5\n");
}

static void rows_become_a_table(struct ktap *test)
{
	expect_text(test,
		    "[{\"id\":1,\"local\":true,\"age_ms\":1000},\n"
		    "{\"id\":10,\"local\":false,\"age_ms\":61000}]",
		    "part\n"
		    "  id  local  age\n"
		    "  1   yes    1 s\n"
		    "  10  no     1 min 1 s\n");
}

static void ragged_rows_do_no_harm(struct ktap *test)
{
	expect_text(test, "[{\"a\":1,\"b\":2},{\"b\":3,\"c\":4},5]",
		    "part\n"
		    "  a     b\n"
		    "  1     2\n"
		    "  none  3\n"
		    "  none  none\n");
	expect_text(test, "[1,2]", "part\n  none\n");
}

static void sections_are_separated(struct ktap *test)
{
	struct json_object *root = output_new();
	char *text;

	output_add(root, "one", json_tokener_parse("{\"a\":1}"));
	output_add(root, "two_three", json_tokener_parse("{\"b\":2}"));
	text = print(root, false);
	EXPECT_TEXT(test, "one\n  a  1\n\ntwo three\n  b  2\n", text);
	free(text);
	json_object_put(root);
}

static void foreign_text_cannot_steer_the_terminal(struct ktap *test)
{
	expect_text(test, "{\"a\":\"x\\u001b[31m\\ny\\u007f\"}",
		    "part\n  a  x?[31m?y?\n");
	expect_text(test, "{\"a\\u001b\":1}", "part\n  a?  1\n");
}

static void long_text_is_cut_not_overrun(struct ktap *test)
{
	char json[4096] = "{\"a\":\"";
	struct json_object *root = output_new();
	size_t length = strlen(json);
	char *text;

	memset(json + length, 'x', 3000);
	strcpy(json + length + 3000, "\"}");
	output_add(root, "part", json_tokener_parse(json));
	text = print(root, false);
	EXPECT(test, strlen(text) > 500 && strlen(text) < 600);
	free(text);
	json_object_put(root);
}

static void nested_values_stay_visible(struct ktap *test)
{
	expect_text(test, "{\"a\":{\"b\":[1],\"c_ms\":1000},\"d\":{}}",
		    "part\n  a  b [ 1 ], c 1 s\n  d  { }\n");
	expect_text(test, "{\"a\":{\"b\":{\"c\":1}}}",
		    "part\n  a  b { \"c\": 1 }\n");
}

static void many_members_are_wrapped(struct ktap *test)
{
	expect_text(test,
		    "{\"refused\":{\"malformed\":0,\"version\":11,\"cluster\":2,\n"
		    "\"node\":33,\"member\":0,\"incarnation\":7,\"lane\":0}}",
		    "part\n"
		    "  refused  malformed 0, version 11, cluster 2, node 33, member 0, incarnation 7,\n"
		    "           lane 0\n");
}

static void full_device_is_an_error(struct ktap *test)
{
	struct json_object *root = output_new();
	FILE *file = fopen("/dev/full", "w");

	if (!file)
		abort();
	EXPECT_EQ(test, -1, output_print(file, root, true));
	fclose(file);
	json_object_put(root);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(json_is_the_object_itself),
	KTAP_CASE(values_are_aligned),
	KTAP_CASE(null_is_none),
	KTAP_CASE(durations_are_readable),
	KTAP_CASE(sizes_are_readable),
	KTAP_CASE(short_times_are_readable),
	KTAP_CASE(rates_and_decimals_are_readable),
	KTAP_CASE(details_stay_out_of_a_table),
	KTAP_CASE(rows_become_a_table),
	KTAP_CASE(ragged_rows_do_no_harm),
	KTAP_CASE(sections_are_separated),
	KTAP_CASE(foreign_text_cannot_steer_the_terminal),
	KTAP_CASE(long_text_is_cut_not_overrun),
	KTAP_CASE(nested_values_stay_visible),
	KTAP_CASE(many_members_are_wrapped),
	KTAP_CASE(full_device_is_an_error),
};

KTAP_MAIN(cases)
