// SPDX-License-Identifier: GPL-2.0-or-later
/* The control requests: one good one, many bad ones. */
#include "ktap.h"
#include "request.h"

#include <json-c/json.h>
#include <stdlib.h>

static const struct status status = {
	.state = "degraded",
	.pid = 42,
	.version = "0.1.0",
	.uptime_ms = 5000000000,
	.cluster = "lab",
	.node = 3,
	.module = "gone",
	.problem = "a \"quoted\" reason",
	.is_insecure = true,
	.peers = { .expected = 3, .connected = 2, .lanes_expected = 6,
		   .lanes_up = 5 },
	.refused = { [REFUSAL_MALFORMED] = 1, [REFUSAL_KEY] = 5000000000,
		     [REFUSAL_CROWD] = 4 },
};

/* Understands a copy that is exactly as long: a sanitizer sees more. */
static bool parse_bytes(const char *text, size_t length,
			struct request *request, char **refusal)
{
	char *copy = malloc(length ? length : 1);
	bool is_understood;

	if (!copy)
		abort();
	memcpy(copy, text, length);
	is_understood = request_parse(copy, length, request, refusal);
	free(copy);
	return is_understood;
}

/* The reply to exactly these bytes, as an object; checks that it is one line. */
static struct json_object *ask_bytes(struct ktap *test, const char *text,
				     size_t length)
{
	struct json_object *object, *version;
	struct request request;
	char *reply;

	if (parse_bytes(text, length, &request, &reply))
		reply = request_answer_status(&status);
	EXPECT(test, reply);
	if (!reply)
		abort();
	EXPECT(test, strchr(reply, '\n') == reply + strlen(reply) - 1);
	object = json_tokener_parse(reply);
	EXPECT(test, object);
	version = json_object_object_get(object, "schema_version");
	EXPECT_EQ(test, 1, json_object_get_int(version));
	free(reply);
	return object;
}

static void expect_code(struct ktap *test, const char *code, const char *text,
			size_t length)
{
	struct json_object *object = ask_bytes(test, text, length);
	struct json_object *error = json_object_object_get(object, "error");
	struct json_object *said = json_object_object_get(error, "code");

	EXPECT_TEXT(test, code, json_object_get_string(said));
	said = json_object_object_get(error, "status");
	EXPECT_EQ(test, REQUEST_ERROR, json_object_get_int(said));
	EXPECT(test, json_object_object_get(error, "sentence"));
	EXPECT(test, !json_object_object_get(object, "status"));
	json_object_put(object);
}

static void expect_bad(struct ktap *test, const char *text)
{
	expect_code(test, "bad-request", text, strlen(text));
}

static void status_is_answered(struct ktap *test)
{
	static const char text[] = " { \"request\" : \"status\" } \r";
	struct json_object *object, *reply, *expected;

	object = ask_bytes(test, text, sizeof(text) - 1);
	reply = json_object_object_get(object, "status");
	expected = json_tokener_parse("{\"state\": \"degraded\",\n"
				      "\"pid\": 42,\n"
				      "\"version\": \"0.1.0\",\n"
				      "\"uptime_ms\": 5000000000,\n"
				      "\"cluster\": \"lab\",\n"
				      "\"node\": 3,\n"
				      "\"module\": \"gone\",\n"
				      "\"problem\": \"a \\\"quoted\\\" reason\",\n"
				      "\"insecure\": true,\n"
				      "\"peers\": {\"expected\": 3,\n"
				      "\"connected\": 2,\n"
				      "\"lanes_expected\": 6,\n"
				      "\"lanes_up\": 5},\n"
				      "\"refused\": {\"malformed\": 1,\n"
				      "\"version\": 0, \"cluster\": 0,\n"
				      "\"node\": 0, \"member\": 0,\n"
				      "\"incarnation\": 0, \"lane\": 0,\n"
				      "\"busy\": 0, \"key\": 5000000000,\n"
				      "\"handshake\": 0, \"slow\": 0,\n"
				      "\"crowd\": 4}}");
	EXPECT(test, expected && json_object_equal(expected, reply));
	json_object_put(expected);
	json_object_put(object);
}

static void other_requests_are_unknown(struct ktap *test)
{
	static const char reboot[] = "{\"request\":\"reboot\"}";
	static const char empty[] = "{\"request\":\"\"}";
	static const char longer[] = "{\"request\":\"status\\u0000x\"}";

	expect_code(test, "unknown-request", reboot, sizeof(reboot) - 1);
	expect_code(test, "unknown-request", empty, sizeof(empty) - 1);
	expect_code(test, "unknown-request", longer, sizeof(longer) - 1);
}

static void what_is_no_request_object_is_refused(struct ktap *test)
{
	expect_bad(test, "");
	expect_bad(test, "   ");
	expect_bad(test, "status");
	expect_bad(test, "null");
	expect_bad(test, "1");
	expect_bad(test, "\"status\"");
	expect_bad(test, "[]");
	expect_bad(test, "{}");
	expect_bad(test, "{\"request\":1}");
	expect_bad(test, "{\"request\":null}");
	expect_bad(test, "{\"request\":[\"status\"]}");
	expect_bad(test, "{\"request\":\"status\",\"more\":1}");
}

static void broken_json_is_refused(struct ktap *test)
{
	expect_bad(test, "{");
	expect_bad(test, "{\"request\":\"status\"");
	expect_bad(test, "{\"request\":\"status\"}}");
	expect_bad(test, "{\"request\":\"status\"} {}");
	expect_bad(test, "{'request':'status'}");
	expect_bad(test, "{\"request\":\"\xff\xfe\"}");
	expect_bad(test, "{\"request\":[[[[[[[[[[1]]]]]]]]]]}");
}

static void nul_is_refused(struct ktap *test)
{
	static const char inside[] = "{\"request\":\0\"status\"}";
	static const char behind[] = "{\"request\":\"status\"}\0";

	expect_code(test, "bad-request", inside, sizeof(inside) - 1);
	expect_code(test, "bad-request", behind, sizeof(behind) - 1);
}

static void deep_nesting_is_refused(struct ktap *test)
{
	char text[REQUEST_LEN_MAX];

	memset(text, '[', sizeof(text));
	expect_code(test, "bad-request", text, sizeof(text));
	memset(text, '1', sizeof(text));
	expect_code(test, "bad-request", text, sizeof(text));
}

static void process_and_node_are_taken(struct ktap *test)
{
	static const char check[] =
		"{\"request\":\"check\",\"pid\":2147483647,\"node\":64}";
	static const char migrate[] =
		"{\"timeout_ms\":60000,\"node\":1,\"request\":\"migrate\",\"pid\":1}";
	struct request request;
	char *refusal;

	EXPECT(test, parse_bytes(check, sizeof(check) - 1, &request, &refusal));
	EXPECT_EQ(test, REQUEST_CHECK, request.kind);
	EXPECT_EQ(test, 2147483647, request.pid);
	EXPECT_EQ(test, 64, request.node);
	EXPECT_EQ(test, REQUEST_TIMEOUT_MS_DEFAULT, request.timeout_ms);
	EXPECT(test, parse_bytes(migrate, sizeof(migrate) - 1, &request,
				 &refusal));
	EXPECT_EQ(test, REQUEST_MIGRATE, request.kind);
	EXPECT_EQ(test, 1, request.pid);
	EXPECT_EQ(test, 1, request.node);
	EXPECT_EQ(test, 60000, request.timeout_ms);
}

static void status_takes_nothing(struct ktap *test)
{
	expect_bad(test, "{\"request\":\"status\",\"pid\":1}");
	expect_bad(test, "{\"request\":\"status\",\"pid\":1,\"node\":1}");
}

/* Expects a refusal that holds @word. */
static void expect_word(struct ktap *test, const char *members, const char *word)
{
	static const char *const names[] = { "check", "migrate" };
	struct request request;
	char text[256], *refusal;
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "{\"request\":\"%s\"%s}", names[i],
			 members);
		EXPECT(test, !parse_bytes(text, strlen(text), &request,
					  &refusal));
		EXPECT(test, strstr(refusal, word));
		free(refusal);
	}
}

static void numbers_out_of_range_name_their_limits(struct ktap *test)
{
	expect_word(test, "", "'pid' is missing");
	expect_word(test, ",\"node\":1", "'pid' is missing");
	expect_word(test, ",\"pid\":1", "'node' is missing");
	expect_word(test, ",\"pid\":0,\"node\":1",
		    "'pid' is not a whole number from 1 to 2147483647");
	expect_word(test, ",\"pid\":-1,\"node\":1", "'pid' is not");
	expect_word(test, ",\"pid\":2147483648,\"node\":1", "'pid' is not");
	expect_word(test, ",\"pid\":4294967297,\"node\":1", "'pid' is not");
	expect_word(test, ",\"pid\":99999999999999999999,\"node\":1",
		    "'pid' is not");
	expect_word(test, ",\"pid\":\"1\",\"node\":1", "'pid' is not");
	expect_word(test, ",\"pid\":1.0,\"node\":1", "'pid' is not");
	expect_word(test, ",\"pid\":null,\"node\":1", "'pid' is not");
	expect_word(test, ",\"pid\":[1],\"node\":1", "'pid' is not");
	expect_word(test, ",\"pid\":1,\"node\":65",
		    "'node' is not a whole number from 1 to 64");
	expect_word(test, ",\"pid\":1,\"node\":1,\"timeout_ms\":60001",
		    "'timeout_ms' is not a whole number from 1 to 60000");
	expect_word(test, ",\"pid\":1,\"node\":1,\"timeout_ms\":0",
		    "'timeout_ms' is not");
	expect_word(test, ",\"pid\":1,\"node\":1,\"uid\":0",
		    "does not know");
}

static const struct ktap_case cases[] = {
	KTAP_CASE(status_is_answered),
	KTAP_CASE(other_requests_are_unknown),
	KTAP_CASE(what_is_no_request_object_is_refused),
	KTAP_CASE(broken_json_is_refused),
	KTAP_CASE(nul_is_refused),
	KTAP_CASE(deep_nesting_is_refused),
	KTAP_CASE(process_and_node_are_taken),
	KTAP_CASE(status_takes_nothing),
	KTAP_CASE(numbers_out_of_range_name_their_limits),
};

KTAP_MAIN(cases)
