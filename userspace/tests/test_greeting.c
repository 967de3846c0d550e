// SPDX-License-Identifier: GPL-2.0-or-later
/* Greetings: each field of them, and each reason to refuse one. */
#include "greeting.h"
#include "ktap.h"

/* Where a field begins on the wire. */
#define AT_VERSION	4
#define AT_KIND		5
#define AT_REASON	6
#define AT_CLUSTER	8
#define AT_FROM		40
#define AT_TO		44
#define AT_INCARNATION	48
#define AT_EPOCH	56
#define AT_MEMBERS	64
#define AT_LANE		72
#define AT_PAD		76

static const struct greeting hello = {
	.kind = GREETING_HELLO,
	.lane = WEFT_LANE_BULK,
	.from = 3,
	.to = 1,
	.incarnation = 500,
	.epoch = 7,
	.members = 7,
	.cluster = "lab",
};

static const uint64_t incarnations[WEFT_NODE_MAX + 1] = { [3] = 500 };

static const struct greeting_expected expected_hello = {
	.kind = GREETING_HELLO,
	.cluster = "lab",
	.self = 1,
	.members = 7,
	.incarnations = incarnations,
};

static const struct greeting welcome = {
	.kind = GREETING_WELCOME,
	.lane = WEFT_LANE_BULK,
	.from = 1,
	.to = 3,
	.incarnation = 900,
	.epoch = 7,
	.members = 7,
	.cluster = "lab",
};

static const struct greeting_expected expected_welcome = {
	.kind = GREETING_WELCOME,
	.cluster = "lab",
	.self = 3,
	.peer = 1,
	.lane = WEFT_LANE_BULK,
	.members = 7,
	.incarnations = incarnations,
};

/* The verdict on a hello after one byte of it was changed. */
static enum refusal decode_with(size_t at, uint8_t value)
{
	uint8_t bytes[GREETING_LEN];
	struct greeting greeting;

	greeting_encode(&hello, bytes);
	bytes[at] = value;
	return greeting_decode(&greeting, bytes);
}

static void greeting_survives_the_wire(struct ktap *test)
{
	uint8_t bytes[GREETING_LEN];
	struct greeting greeting;

	greeting_encode(&hello, bytes);
	EXPECT_EQ(test, REFUSAL_NONE, greeting_decode(&greeting, bytes));
	EXPECT_EQ(test, GREETING_HELLO, greeting.kind);
	EXPECT_EQ(test, REFUSAL_NONE, greeting.reason);
	EXPECT_EQ(test, WEFT_LANE_BULK, greeting.lane);
	EXPECT_EQ(test, 3, greeting.from);
	EXPECT_EQ(test, 1, greeting.to);
	EXPECT_EQ(test, 500, greeting.incarnation);
	EXPECT_EQ(test, 7, greeting.epoch);
	EXPECT_EQ(test, 7, greeting.members);
	EXPECT_TEXT(test, "lab", greeting.cluster);
}

static void numbers_are_little_endian(struct ktap *test)
{
	uint8_t bytes[GREETING_LEN];

	greeting_encode(&hello, bytes);
	EXPECT(test, !memcmp(bytes, "wfth\3\1\0\0lab\0", 12));
	EXPECT(test, !memcmp(bytes + AT_FROM, "\3\0\0\0\1\0\0\0", 8));
	EXPECT(test, !memcmp(bytes + AT_INCARNATION, "\364\1\0\0\0\0\0\0", 8));
	EXPECT(test, !memcmp(bytes + AT_LANE, "\1\0\0\0\0", 5));
}

static void each_field_is_checked(struct ktap *test)
{
	size_t at;

	for (at = 0; at < 4; at++)
		EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(at, 0));
	EXPECT_EQ(test, REFUSAL_VERSION, decode_with(AT_VERSION, 4));
	EXPECT_EQ(test, REFUSAL_VERSION, decode_with(AT_VERSION, 2));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_KIND, 0));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_KIND, 4));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_REASON, 1));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_CLUSTER, 0));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_CLUSTER, '-'));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_CLUSTER + 1, '/'));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_CLUSTER + 9, 'x'));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_FROM, 0));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_FROM, 65));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_FROM + 3, 1));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_TO, 0));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_TO, 65));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_EPOCH, 0));
	EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(AT_MEMBERS, 3));
	EXPECT_EQ(test, REFUSAL_LANE, decode_with(AT_LANE, WEFT_LANE_COUNT));
	EXPECT_EQ(test, REFUSAL_LANE, decode_with(AT_LANE + 3, 1));
	for (at = AT_PAD; at < GREETING_LEN; at++)
		EXPECT_EQ(test, REFUSAL_MALFORMED, decode_with(at, 1));
}

static void name_needs_its_end(struct ktap *test)
{
	uint8_t bytes[GREETING_LEN];
	struct greeting greeting;

	greeting_encode(&hello, bytes);
	memset(bytes + AT_CLUSTER, 'a', WEFT_CLUSTER_NAME_LEN);
	EXPECT_EQ(test, REFUSAL_MALFORMED, greeting_decode(&greeting, bytes));
	bytes[AT_CLUSTER + WEFT_CLUSTER_NAME_LEN - 1] = 0;
	EXPECT_EQ(test, REFUSAL_NONE, greeting_decode(&greeting, bytes));
}

static void node_without_incarnation_does_not_speak(struct ktap *test)
{
	struct greeting greeting = hello;
	uint8_t bytes[GREETING_LEN];

	greeting.incarnation = 0;
	greeting_encode(&greeting, bytes);
	EXPECT_EQ(test, REFUSAL_MALFORMED, greeting_decode(&greeting, bytes));
}

static void refusal_has_a_reason(struct ktap *test)
{
	struct greeting greeting = hello;
	uint8_t bytes[GREETING_LEN];
	struct greeting result;

	greeting.kind = GREETING_REFUSAL;
	greeting_encode(&greeting, bytes);
	EXPECT_EQ(test, REFUSAL_MALFORMED, greeting_decode(&result, bytes));
	greeting.reason = REFUSAL_CLUSTER;
	greeting.to = WEFT_NODE_NONE;
	greeting_encode(&greeting, bytes);
	EXPECT_EQ(test, REFUSAL_NONE, greeting_decode(&result, bytes));
	EXPECT_EQ(test, REFUSAL_CLUSTER, result.reason);
	greeting.reason = REFUSAL_BUSY + 1;
	greeting_encode(&greeting, bytes);
	EXPECT_EQ(test, REFUSAL_MALFORMED, greeting_decode(&result, bytes));
}

static void good_ones_are_accepted(struct ktap *test)
{
	struct greeting_expected expected = expected_hello;

	EXPECT_EQ(test, REFUSAL_NONE, greeting_check(&hello, &expected));
	expected.authenticated = 3;
	EXPECT_EQ(test, REFUSAL_NONE, greeting_check(&hello, &expected));
	EXPECT_EQ(test, REFUSAL_NONE,
		  greeting_check(&welcome, &expected_welcome));
}

static void wrong_kind_is_refused(struct ktap *test)
{
	EXPECT_EQ(test, REFUSAL_MALFORMED,
		  greeting_check(&welcome, &expected_hello));
	EXPECT_EQ(test, REFUSAL_MALFORMED,
		  greeting_check(&hello, &expected_welcome));
}

static void wrong_cluster_is_refused(struct ktap *test)
{
	struct greeting greeting = hello;

	strcpy(greeting.cluster, "lab2");
	EXPECT_EQ(test, REFUSAL_CLUSTER,
		  greeting_check(&greeting, &expected_hello));
}

static void other_node_than_authenticated_is_refused(struct ktap *test)
{
	struct greeting_expected expected = expected_hello;

	expected.authenticated = 2;
	EXPECT_EQ(test, REFUSAL_NODE, greeting_check(&hello, &expected));
}

static void wrong_receiver_is_refused(struct ktap *test)
{
	struct greeting greeting = hello;

	greeting.to = 2;
	EXPECT_EQ(test, REFUSAL_NODE,
		  greeting_check(&greeting, &expected_hello));
}

static void wrong_direction_is_refused(struct ktap *test)
{
	struct greeting_expected expected = expected_hello;
	struct greeting greeting = hello;

	expected.self = 3;
	greeting.to = 3;
	EXPECT_EQ(test, REFUSAL_NODE, greeting_check(&greeting, &expected));
	greeting.from = 1;
	EXPECT_EQ(test, REFUSAL_NODE, greeting_check(&greeting, &expected));
}

static void other_node_than_dialed_is_refused(struct ktap *test)
{
	struct greeting greeting = welcome;

	greeting.from = 2;
	EXPECT_EQ(test, REFUSAL_NODE,
		  greeting_check(&greeting, &expected_welcome));
}

static void stranger_is_refused(struct ktap *test)
{
	struct greeting greeting = hello;

	greeting.from = 64;
	EXPECT_EQ(test, REFUSAL_MEMBER,
		  greeting_check(&greeting, &expected_hello));
}

static void earlier_incarnation_is_refused(struct ktap *test)
{
	struct greeting greeting = hello;

	greeting.incarnation = 499;
	EXPECT_EQ(test, REFUSAL_INCARNATION,
		  greeting_check(&greeting, &expected_hello));
	greeting.incarnation = 501;
	EXPECT_EQ(test, REFUSAL_NONE,
		  greeting_check(&greeting, &expected_hello));
}

static void other_lane_than_asked_is_refused(struct ktap *test)
{
	struct greeting greeting = welcome;

	greeting.lane = WEFT_LANE_FAST;
	EXPECT_EQ(test, REFUSAL_LANE,
		  greeting_check(&greeting, &expected_welcome));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(greeting_survives_the_wire),
	KTAP_CASE(numbers_are_little_endian),
	KTAP_CASE(each_field_is_checked),
	KTAP_CASE(name_needs_its_end),
	KTAP_CASE(node_without_incarnation_does_not_speak),
	KTAP_CASE(refusal_has_a_reason),
	KTAP_CASE(good_ones_are_accepted),
	KTAP_CASE(wrong_kind_is_refused),
	KTAP_CASE(wrong_cluster_is_refused),
	KTAP_CASE(other_node_than_authenticated_is_refused),
	KTAP_CASE(wrong_receiver_is_refused),
	KTAP_CASE(wrong_direction_is_refused),
	KTAP_CASE(other_node_than_dialed_is_refused),
	KTAP_CASE(stranger_is_refused),
	KTAP_CASE(earlier_incarnation_is_refused),
	KTAP_CASE(other_lane_than_asked_is_refused),
};

KTAP_MAIN(cases)
