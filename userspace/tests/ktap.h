/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests that print KTAP. A test is a function; its name reads as a fact.
 * A failed expectation is printed and the test goes on.
 */
#ifndef WEFT_KTAP_H
#define WEFT_KTAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/**
 * struct ktap - the running test
 * @failures: expectations that did not hold
 */
struct ktap {
	unsigned int failures;
};

/**
 * struct ktap_case - one test
 * @name: a fact
 * @run:  checks it
 */
struct ktap_case {
	const char *name;
	void (*run)(struct ktap *test);
};

#define KTAP_CASE(function)	{ #function, function }

static inline void ktap_expect(struct ktap *test, bool holds, const char *file,
			       int line, const char *text)
{
	if (holds)
		return;
	printf("# %s:%d: does not hold: %s\n", file, line, text);
	test->failures++;
}

static inline void ktap_expect_equal(struct ktap *test, long long expected,
				     long long actual, const char *file,
				     int line, const char *text)
{
	if (expected == actual)
		return;
	printf("# %s:%d: %s is %lld, not %lld\n", file, line, text, actual,
	       expected);
	test->failures++;
}

static inline void ktap_expect_text(struct ktap *test, const char *expected,
				    const char *actual, const char *file,
				    int line, const char *text)
{
	if (actual && !strcmp(expected, actual))
		return;
	printf("# %s:%d: %s is not as expected\n# expected: %s\n# actual:   %s\n",
	       file, line, text, expected, actual ? actual : "(null)");
	test->failures++;
}

#define EXPECT(test, condition) \
	ktap_expect(test, condition, __FILE__, __LINE__, #condition)
#define EXPECT_EQ(test, expected, actual) \
	ktap_expect_equal(test, expected, actual, __FILE__, __LINE__, #actual)
#define EXPECT_TEXT(test, expected, actual) \
	ktap_expect_text(test, expected, actual, __FILE__, __LINE__, #actual)

static inline int ktap_run(const struct ktap_case *cases, size_t count)
{
	unsigned int failed = 0;
	size_t i;

	printf("KTAP version 1\n1..%zu\n", count);
	for (i = 0; i < count; i++) {
		struct ktap test = { 0 };

		fflush(stdout);
		cases[i].run(&test);
		printf("%sok %zu %s\n", test.failures ? "not " : "", i + 1,
		       cases[i].name);
		failed += test.failures ? 1 : 0;
	}
	return failed ? 1 : 0;
}

#define KTAP_MAIN(cases) \
	int main(void) \
	{ \
		return ktap_run(cases, sizeof(cases) / sizeof((cases)[0])); \
	}

#endif /* WEFT_KTAP_H */
