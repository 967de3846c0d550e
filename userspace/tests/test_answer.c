// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the command makes of the daemon's answers about processes, good and bad.
 * The daemon is stood in for by the text of its next answer.
 */
#include "command.h"
#include "ktap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static const char *next_answer;
static int next_error;
static char asked[256];

const char *weft_strerror(const struct weft *weft)
{
	(void)weft;
	return "no";
}

int weft_daemon_ask(struct weft *weft, const char *request,
		    uint32_t timeout_ms, char **reply)
{
	(void)weft;
	(void)timeout_ms;
	snprintf(asked, sizeof(asked), "%s", request);
	*reply = next_error ? NULL : strdup(next_answer);
	return next_error;
}

static void count_reason(const struct weft_reason *reason, void *arg)
{
	unsigned int *sum = arg;

	*sum += 1 + 10 * reason->detail_count + 100 * reason->more;
}

static enum status check(const char *answer, struct weft_check_result *found,
			 unsigned int *sum)
{
	const struct weft_check_options options = { .pid = 7, .node = 2 };
	const struct context context = { 0 };

	next_answer = answer;
	*sum = 0;
	return owner_check(&context, &options, found, count_reason, sum);
}

static enum status migrate(const char *answer, struct weft_migrate_result *moved)
{
	const struct weft_migrate_options options = {
		.pid = 7, .node = 2, .timeout_ms = 9,
	};
	const struct context context = { 0 };

	next_answer = answer;
	return owner_migrate(&context, &options, moved);
}

static void reasons_are_taken(struct ktap *test)
{
	struct weft_check_result found;
	unsigned int sum;

	EXPECT_EQ(test, STATUS_OK,
		  check("{\"check\":{\"pid\":7,\"node\":2,\n"
			"\"name\":\"a name that is too long\",\n"
			"\"reasons\":[{\"code\":4,\"text\":\"x\",\n"
			"\"details\":[\"a\",\"b\"],\"more\":3},\n"
			"{\"code\":99,\"text\":\"y\",\"details\":[],\"more\":0}]}}",
			&found, &sum));
	EXPECT_TEXT(test, "{\"request\":\"check\",\"pid\":7,\"node\":2,\"timeout_ms\":5000}",
		    asked);
	EXPECT_EQ(test, 322, sum);
	EXPECT_EQ(test, 2, found.reason_count);
	EXPECT_EQ(test, 7, found.pid);
	EXPECT_TEXT(test, "a name that is ", found.name);
}

static void migration_is_taken(struct ktap *test)
{
	struct weft_migrate_result moved;

	EXPECT_EQ(test, STATUS_OK,
		  migrate("{\"migration\":{\"pid\":7,\"node\":2,\n"
			  "\"serial\":18446744073709551615,\n"
			  "\"downtime_ns\":5}}", &moved));
	EXPECT_TEXT(test, "{\"request\":\"migrate\",\"pid\":7,\"node\":2,\"timeout_ms\":9}",
		    asked);
	EXPECT(test, moved.serial == UINT64_MAX);
	EXPECT_EQ(test, 5, moved.downtime_ns);
}

static void refusal_has_its_status(struct ktap *test)
{
	struct weft_migrate_result moved;

	EXPECT_EQ(test, STATUS_ERROR,
		  migrate("{\"error\":{\"status\":1,\"sentence\":\"x\"}}", &moved));
	EXPECT_EQ(test, STATUS_TIMEOUT,
		  migrate("{\"error\":{\"status\":6,\"sentence\":\"x\"}}", &moved));
	EXPECT_EQ(test, STATUS_CANNOT_MOVE,
		  migrate("{\"error\":{\"status\":7,\"sentence\":\"x\"}}", &moved));
	/* nobody can make it a success */
	EXPECT_EQ(test, STATUS_ERROR,
		  migrate("{\"error\":{\"status\":0,\"sentence\":\"x\"}}", &moved));
	next_error = -ETIMEDOUT;
	EXPECT_EQ(test, STATUS_TIMEOUT, migrate("", &moved));
	next_error = -EACCES;
	EXPECT_EQ(test, STATUS_ERROR, migrate("", &moved));
	next_error = 0;
}

static void what_is_no_answer_is_an_error(struct ktap *test)
{
	static const char *const answers[] = {
		"", "x", "null", "[]", "1", "{}", "{\"check\":1}",
		"{\"check\":null,\"migration\":null}", "{\"error\":1}",
		"{\"error\":{\"status\":7}}", "{\"error\":{\"sentence\":\"x\"}}",
		"{\"error\":{\"status\":7,\"sentence\":\"\\u001b[2J\"}}",
		"{\"error\":{\"status\":\"7\",\"sentence\":\"x\"}}",
		"{\"check\":{},\"migration\":{}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":\"a\"}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":null,\"reasons\":[]}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":\"\\n\",\"reasons\":[]}}",
		"{\"check\":{\"pid\":4294967296,\"node\":2,\"name\":\"a\",\"reasons\":[]}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":\"a\",\"reasons\":[1]}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":\"a\",\"reasons\":[{\"code\":1}]}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":\"a\",\"reasons\":[{\"code\":1,\"text\":\"a\",\"details\":[1],\"more\":0}]}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":\"a\",\"reasons\":[{\"code\":1,\"text\":\"a\",\"details\":[\"\\u0007\"],\"more\":0}]}}",
		"{\"check\":{\"pid\":7,\"node\":2,\"name\":\"a\",\"reasons\":[{\"code\":1,\"text\":\"a\",\"details\":{},\"more\":0}]}}",
		"{\"migration\":{\"pid\":7,\"node\":2,\"serial\":\"1\",\"downtime_ns\":1}}",
		"{\"migration\":{\"pid\":7,\"node\":2,\"serial\":1}}",
	};
	struct weft_migrate_result moved;
	struct weft_check_result found;
	unsigned int sum;
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		EXPECT_EQ(test, STATUS_ERROR, check(answers[i], &found, &sum));
		EXPECT_EQ(test, STATUS_ERROR, migrate(answers[i], &moved));
	}
}

/* More details than there is room for. */
static void crowd_of_details_is_an_error(struct ktap *test)
{
	size_t size = 65536, length;
	struct weft_check_result found;
	char *answer = malloc(size);
	unsigned int sum;
	int i;

	if (!answer)
		abort();
	length = (size_t)snprintf(answer, size,
				  "{\"check\":{\"pid\":7,\"node\":2,\"name\":\"a\",\"reasons\":[{\"code\":1,\"text\":\"a\",\"more\":0,\"details\":[\"\"");
	for (i = 0; i < 1024; i++)
		length += (size_t)snprintf(answer + length, size - length,
					   ",\"\"");
	snprintf(answer + length, size - length, "]}]}}");
	EXPECT_EQ(test, STATUS_ERROR, check(answer, &found, &sum));
	free(answer);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(reasons_are_taken),
	KTAP_CASE(migration_is_taken),
	KTAP_CASE(refusal_has_its_status),
	KTAP_CASE(what_is_no_answer_is_an_error),
	KTAP_CASE(crowd_of_details_is_an_error),
};

int main(void)
{
	/* sentences of the command are not ours */
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDERR_FILENO) < 0)
		return EXIT_FAILURE;
	return ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
}
