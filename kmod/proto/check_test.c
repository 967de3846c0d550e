// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kind of header against the rules, which are written out again here: a
 * change of the table or of the check must be meant.
 */
#include "proto/proto.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/limits.h>
#include <linux/string.h>

#define RESUME		WEFT_MSG_RESUME
#define ECHO		WEFT_MSG_ECHO
#define ECHO_BULK	WEFT_MSG_ECHO_BULK
#define FAST		WEFT_LANE_FAST
#define BULK		WEFT_LANE_BULK

enum kind { BARE, ASKS, ANSWERS };

static const struct rule {
	const char *name;
	u32 min;
	u32 max;
	bool fast;
	bool bulk;
	enum kind kind;
} rules[] = {
	[1] = { "RESUME",	   40, 40,     true,  true,  BARE },
	[2] = { "ACK",		   0,  0,      true,  true,  BARE },
	[3] = { "EPOCH",	   0,  0,      true,  true,  BARE },
	[4] = { "ECHO",		   16, 16384,  true,  false, ASKS },
	[5] = { "ECHO_REPLY",	   0,  16384,  true,  false, ANSWERS },
	[6] = { "ECHO_BULK",	   16, 262144, false, true,  ASKS },
	[7] = { "ECHO_BULK_REPLY", 0,  262144, false, true,  ANSWERS },
	[8] = { "HOST",		   0,  0,      true,  false, ASKS },
	[9] = { "HOST_REPLY",	   160, 160,   true,  false, ANSWERS },
	[10] = { "BODY",	   48, 48,     true,  false, ASKS },
	[11] = { "BODY_REPLY",	   0,  0,      true,  false, ANSWERS },
	[12] = { "CAPTURE",	   3816, 130344, true, false, ASKS },
	[13] = { "CAPTURE_REPLY",  0,  0,      true,  false, ANSWERS },
	[14] = { "PAGES",	   24, 24,     true,  true,  ASKS },
	[15] = { "PAGES_REPLY",	   8,  65544,  true,  true,  ANSWERS },
	[16] = { "CALL",	   120, 1048696, true, true, ASKS },
	[17] = { "CALL_REPLY",	   8,  1048584, true, true,  ANSWERS },
	[18] = { "SIGNAL",	   144, 144,   true,  false, ASKS },
	[19] = { "SIGNAL_REPLY",   0,  0,      true,  false, ANSWERS },
	[20] = { "CANCEL",	   16, 16,     true,  true,  ASKS },
	[21] = { "CANCEL_REPLY",   0,  0,      true,  true,  ANSWERS },
	[22] = { "GONE",	   16, 16,     true,  false, ASKS },
	[23] = { "GONE_REPLY",	   0,  0,      true,  false, ANSWERS },
	[24] = { "PROCESSES",	   16, 16,     false, true,  ASKS },
	[25] = { "PROCESSES_REPLY", 8, 5128,   false, true,  ANSWERS },
	[26] = { "THREAD",	   816, 12528, true,  false, ASKS },
	[27] = { "THREAD_REPLY",   0,  0,      true,  false, ANSWERS },
	[28] = { "DRAIN",	   24, 24,     false, true,  ASKS },
	[29] = { "DRAIN_REPLY",	   16, 262672, false, true,  ANSWERS },
};

static const u16 types[] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 255, 256, U16_MAX,
};

static const int lanes[] = { FAST, BULK, 2, -1 };
static const u32 errors[] = { 0, 1, 2, 3, 15, 16, 150, 151, U32_MAX };
static const u64 numbers[] = { 0, 1, U64_MAX };
static const u32 lengths[] = {
	0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 39, 40, 41,
	47, 48, 49, 119, 120, 121, 143, 144, 145, 159, 160, 161, 815, 816, 817,
	3815, 3816, 3817, 5127, 5128, 5129, 12527, 12528, 12529,
	16383, 16384, 16385, 65543, 65544, 65545, 130343, 130344, 130345,
	262143, 262144, 262145, 262671, 262672, 262673, 1048583, 1048584, 1048585,
	1048695, 1048696, 1048697, U32_MAX,
};

/* One way to fill the fields that the table has a say in. */
struct trial {
	u16 type;
	int lane;
	u32 length;
	u32 error;
	u64 request;
	u64 sequence;
};

#define NR_TRIALS (ARRAY_SIZE(types) * ARRAY_SIZE(lanes) * \
		   ARRAY_SIZE(lengths) * ARRAY_SIZE(errors) * \
		   ARRAY_SIZE(numbers) * ARRAY_SIZE(numbers))

/* Takes one digit off a number whose digits choose from the arrays above. */
static size_t digit(size_t *number, size_t base)
{
	size_t lowest = *number % base;

	*number /= base;
	return lowest;
}

static struct trial trial_of(size_t number)
{
	struct trial trial;

	trial.type = types[digit(&number, ARRAY_SIZE(types))];
	trial.lane = lanes[digit(&number, ARRAY_SIZE(lanes))];
	trial.length = lengths[digit(&number, ARRAY_SIZE(lengths))];
	trial.error = errors[digit(&number, ARRAY_SIZE(errors))];
	trial.request = numbers[digit(&number, ARRAY_SIZE(numbers))];
	trial.sequence = numbers[digit(&number, ARRAY_SIZE(numbers))];
	return trial;
}

static enum weft_breach check(const struct trial *trial)
{
	const struct weft_header header = {
		.magic = cpu_to_le32(0x74666577),
		.version = 3,
		.type = cpu_to_le16(trial->type),
		.length = cpu_to_le32(trial->length),
		.error = cpu_to_le32(trial->error),
		.epoch = cpu_to_le64(U64_MAX),
		.lamport = cpu_to_le64(S64_MAX),
		.request = cpu_to_le64(trial->request),
		.sequence = cpu_to_le64(trial->sequence),
		.acknowledged = cpu_to_le64(U64_MAX),
		.payload_crc = cpu_to_le32(U32_MAX),
		.header_crc = cpu_to_le32(U32_MAX),
	};

	return weft_header_check(&header, trial->lane);
}

static bool is_known(u32 error)
{
	return error <= 2 || (error >= 16 && error <= 150);
}

static enum weft_breach wanted(const struct trial *trial)
{
	const struct rule *rule = &rules[trial->type < ARRAY_SIZE(rules) ? trial->type : 0];
	bool failed = rule->kind == ANSWERS && trial->error;
	bool is_bare = rule->kind == BARE;

	if (!rule->name)
		return WEFT_BREACH_TYPE;
	if (!(trial->lane == FAST && rule->fast) &&
	    !(trial->lane == BULK && rule->bulk))
		return WEFT_BREACH_LANE;
	if (trial->length < (failed ? 0 : rule->min) ||
	    trial->length > (failed ? 0 : rule->max))
		return WEFT_BREACH_LENGTH;
	if (trial->error && (!failed || !is_known(trial->error)))
		return WEFT_BREACH_ERROR;
	if (!!trial->request == is_bare)
		return WEFT_BREACH_REQUEST;
	if (!!trial->sequence == is_bare)
		return WEFT_BREACH_SEQUENCE;
	return WEFT_BREACH_NONE;
}

static void every_header_is_judged_by_the_rules(struct kunit *test)
{
	unsigned int counts[WEFT_BREACH_NR] = {};
	struct trial trial;
	size_t i;

	for (i = 0; i < NR_TRIALS; i++) {
		trial = trial_of(i);
		KUNIT_EXPECT_EQ_MSG(test, wanted(&trial), check(&trial),
				    "type %u lane %d length %u error %u request %llu sequence %llu",
				    trial.type, trial.lane, trial.length,
				    trial.error, trial.request, trial.sequence);
		counts[wanted(&trial)]++;
	}
	/* A test of nothing would pass as well. */
	KUNIT_EXPECT_GT(test, counts[WEFT_BREACH_NONE], 100);
	for (i = WEFT_BREACH_LANE; i <= WEFT_BREACH_SEQUENCE; i++)
		KUNIT_EXPECT_GT(test, counts[i], 100);
}

static void length_counts_to_the_byte(struct kunit *test)
{
	struct trial echo = { ECHO, FAST, .request = 1, .sequence = 1 };
	struct trial bulk = { ECHO_BULK, BULK, .request = 1, .sequence = 1 };
	u32 length;

	for (length = 0; length < 2 * 262144; length++) {
		bool fits = length >= 16 && length <= 16384;
		bool fits_bulk = length >= 16 && length <= 262144;

		echo.length = length;
		bulk.length = length;
		if (fits != (check(&echo) == WEFT_BREACH_NONE) ||
		    fits_bulk != (check(&bulk) == WEFT_BREACH_NONE))
			KUNIT_FAIL(test, "length %u", length);
	}
}

static struct weft_header good_header(u16 type)
{
	return (struct weft_header){
		.magic = cpu_to_le32(WEFT_PROTO_MAGIC),
		.version = WEFT_PROTO_VERSION,
		.type = cpu_to_le16(type),
		.length = cpu_to_le32(rules[type].min),
		.request = cpu_to_le64(rules[type].kind != BARE),
		.sequence = cpu_to_le64(rules[type].kind != BARE),
	};
}

static enum weft_lane_id good_lane(u16 type)
{
	return rules[type].fast ? FAST : BULK;
}

static void message_begins_with_the_magic_number(struct kunit *test)
{
	struct weft_header header;
	int type, bit;

	for (type = 1; type < WEFT_MSG_NR_TYPES; type++) {
		header = good_header(type);
		KUNIT_EXPECT_EQ(test, WEFT_BREACH_NONE,
				weft_header_check(&header, good_lane(type)));
		KUNIT_EXPECT_EQ(test, 0, memcmp(&header.magic, "weft", 4));
		for (bit = 0; bit < 32; bit++) {
			header.magic = cpu_to_le32(WEFT_PROTO_MAGIC ^ BIT(bit));
			KUNIT_EXPECT_EQ(test, WEFT_BREACH_MAGIC,
					weft_header_check(&header, good_lane(type)));
		}
	}
}

static void version_is_3(struct kunit *test)
{
	struct weft_header header = good_header(RESUME);
	int version;

	for (version = 0; version <= U8_MAX; version++) {
		header.version = version;
		KUNIT_EXPECT_EQ(test, version == 3 ? WEFT_BREACH_NONE :
						     WEFT_BREACH_VERSION,
				weft_header_check(&header, FAST));
	}
}

static void there_are_no_flags(struct kunit *test)
{
	struct weft_header header;
	int type, flags;

	for (type = 1; type < WEFT_MSG_NR_TYPES; type++) {
		header = good_header(type);
		for (flags = 1; flags <= U8_MAX; flags++) {
			header.flags = flags;
			KUNIT_EXPECT_EQ(test, WEFT_BREACH_FLAGS,
					weft_header_check(&header, good_lane(type)));
		}
	}
}

static void logical_time_leaves_room_to_count_on(struct kunit *test)
{
	struct weft_header header = good_header(WEFT_MSG_ACK);

	header.lamport = cpu_to_le64(S64_MAX);
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_NONE,
			weft_header_check(&header, FAST));
	header.lamport = cpu_to_le64((u64)S64_MAX + 1);
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_FIELD,
			weft_header_check(&header, FAST));
}

static void no_other_type_is_known(struct kunit *test)
{
	struct weft_header header = good_header(RESUME);
	int type;

	for (type = 0; type <= U16_MAX; type++) {
		header.type = cpu_to_le16(type);
		if ((type >= 1 && type <= 29) !=
		    (weft_header_check(&header, FAST) != WEFT_BREACH_TYPE))
			KUNIT_FAIL(test, "type %d", type);
	}
}

static void first_breach_is_the_one_that_is_told(struct kunit *test)
{
	struct weft_header header = { .flags = 1, .error = cpu_to_le32(1),
				      .request = cpu_to_le64(1),
				      .sequence = cpu_to_le64(1) };

	KUNIT_EXPECT_EQ(test, WEFT_BREACH_MAGIC, weft_header_check(&header, 2));
	header.magic = cpu_to_le32(WEFT_PROTO_MAGIC);
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_VERSION, weft_header_check(&header, 2));
	header.version = 3;
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_TYPE, weft_header_check(&header, 2));
	header.type = cpu_to_le16(RESUME);
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_FLAGS, weft_header_check(&header, 2));
	header.flags = 0;
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_LANE, weft_header_check(&header, 2));
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_LENGTH, weft_header_check(&header, FAST));
	header.length = cpu_to_le32(40);
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_ERROR, weft_header_check(&header, FAST));
	header.error = 0;
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_REQUEST, weft_header_check(&header, FAST));
	header.request = 0;
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_SEQUENCE, weft_header_check(&header, FAST));
	header.sequence = 0;
	KUNIT_EXPECT_EQ(test, WEFT_BREACH_NONE, weft_header_check(&header, FAST));
}

static void table_says_what_is_written_here(struct kunit *test)
{
	const struct weft_msg_entry *entry;
	int type;

	KUNIT_ASSERT_EQ(test, ARRAY_SIZE(rules), WEFT_MSG_NR_TYPES);
	KUNIT_EXPECT_PTR_EQ(test, NULL, (void *)weft_msg_table[0].name);
	for (type = 1; type < WEFT_MSG_NR_TYPES; type++) {
		entry = &weft_msg_table[type];
		KUNIT_EXPECT_STREQ(test, rules[type].name, entry->name);
		KUNIT_EXPECT_EQ(test, rules[type].min, entry->min);
		KUNIT_EXPECT_EQ(test, rules[type].max, entry->max);
		KUNIT_EXPECT_EQ(test, rules[type].fast + 2 * rules[type].bulk,
				entry->lanes);
		KUNIT_EXPECT_EQ(test, rules[type].kind != BARE, entry->is_numbered);
		KUNIT_EXPECT_EQ(test, rules[type].kind == ANSWERS, entry->is_reply);
		KUNIT_EXPECT_EQ(test, type <= 7 ? 1 : type <= 9 ? 2 : 3, entry->since);
	}
}

static void reply_travels_on_the_lane_of_its_request(struct kunit *test)
{
	const struct weft_msg_entry *entry, *reply;
	int type, answered = 0;

	for (type = 1; type < WEFT_MSG_NR_TYPES; type++) {
		entry = &weft_msg_table[type];
		KUNIT_EXPECT_EQ(test, rules[type].kind == ASKS, entry->reply != 0);
		if (!entry->reply)
			continue;
		KUNIT_ASSERT_LT(test, entry->reply, WEFT_MSG_NR_TYPES);
		reply = &weft_msg_table[entry->reply];
		KUNIT_EXPECT_TRUE(test, reply->is_reply);
		KUNIT_EXPECT_FALSE(test, entry->is_reply);
		KUNIT_EXPECT_EQ(test, entry->lanes, reply->lanes);
		answered |= BIT(entry->reply);
	}
	for (type = 1; type < WEFT_MSG_NR_TYPES; type++)
		KUNIT_EXPECT_EQ(test, rules[type].kind == ANSWERS,
				!!(answered & BIT(type)));
}

static void every_breach_has_words_of_its_own(struct kunit *test)
{
	const char *text;
	int i, j;

	for (i = 0; i < WEFT_BREACH_NR; i++) {
		text = weft_breach_text(i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, text);
		KUNIT_EXPECT_TRUE(test, islower(text[0]));
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, text, weft_breach_text(j));
	}
	KUNIT_EXPECT_STREQ(test, "?", weft_breach_text(WEFT_BREACH_NR));
	KUNIT_EXPECT_STREQ(test, "?", weft_breach_text(-1));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_header_is_judged_by_the_rules),
	KUNIT_CASE(length_counts_to_the_byte),
	KUNIT_CASE(message_begins_with_the_magic_number),
	KUNIT_CASE(version_is_3),
	KUNIT_CASE(there_are_no_flags),
	KUNIT_CASE(logical_time_leaves_room_to_count_on),
	KUNIT_CASE(no_other_type_is_known),
	KUNIT_CASE(first_breach_is_the_one_that_is_told),
	KUNIT_CASE(table_says_what_is_written_here),
	KUNIT_CASE(reply_travels_on_the_lane_of_its_request),
	KUNIT_CASE(every_breach_has_words_of_its_own),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_check",
	.test_cases = cases,
};

kunit_test_suites(&suite);
