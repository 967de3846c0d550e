// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of processes: each field wrong by itself, in every bit, every limit from
 * both sides, and every order of two rows.
 */
#include "proto/msg_processes.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>

#define NONE	WEFT_BREACH_NONE
#define FIELD	WEFT_BREACH_FIELD
#define LENGTH	WEFT_BREACH_LENGTH

#define TELLER	7

static enum weft_breach check_asked(u64 process, u32 home, u32 pad)
{
	const struct weft_msg_processes asked = {
		.process = cpu_to_le64(process),
		.home = cpu_to_le32(home),
		.pad = cpu_to_le32(pad),
	};

	return weft_processes_check(&asked);
}

static void list_begins_at_its_start_or_behind_a_process(struct kunit *test)
{
	u32 home;
	int bit;

	KUNIT_EXPECT_EQ(test, NONE, check_asked(0, 0, 0));
	for (home = 0; home < 100; home++) {
		KUNIT_EXPECT_EQ(test, home >= 1 && home <= 64 ? NONE : FIELD,
				check_asked(1, home, 0));
		KUNIT_EXPECT_EQ(test, home ? FIELD : NONE,
				check_asked(0, home, 0));
	}
	KUNIT_EXPECT_EQ(test, NONE, check_asked(U64_MAX, 64, 0));
	KUNIT_EXPECT_EQ(test, FIELD, check_asked(1ULL << 32, 0, 0));
	KUNIT_EXPECT_EQ(test, FIELD, check_asked(1, U32_MAX, 0));
	for (bit = 0; bit < 32; bit++) {
		KUNIT_EXPECT_EQ(test, FIELD, check_asked(0, 0, 1U << bit));
		KUNIT_EXPECT_EQ(test, FIELD, check_asked(1, 1, 1U << bit));
	}
}

/* What the teller runs for home 2. */
static struct weft_msg_processes_row good_row(u64 process)
{
	return (struct weft_msg_processes_row){
		.process = cpu_to_le64(process),
		.home = cpu_to_le32(2),
		.node = cpu_to_le32(TELLER),
		.pid = cpu_to_le32(4711),
		.state = cpu_to_le32(WEFT_PROCESS_RUNNING),
		.name = "python3",
	};
}

static const struct weft_msg_processes all;

/* Replies are large: one for all tests, made anew by each. */
static struct weft_msg_processes_reply *new_reply(struct kunit *test, u32 count)
{
	struct weft_msg_processes_reply *reply;
	u32 i;

	reply = kunit_kzalloc(test, struct_size(reply, rows, 66), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, reply);
	reply->count = cpu_to_le32(count);
	for (i = 0; i < count && i < 66; i++)
		reply->rows[i] = good_row(i + 1);
	return reply;
}

static u32 length_of(u32 count)
{
	return 8 + count * 80;
}

static enum weft_breach check_row(struct kunit *test,
				  const struct weft_msg_processes_row *row)
{
	struct weft_msg_processes_reply *reply = new_reply(test, 1);
	enum weft_breach breach;

	reply->rows[0] = *row;
	breach = weft_processes_reply_check(reply, length_of(1), &all, TELLER);
	kunit_kfree(test, reply);
	return breach;
}

#define EXPECT(wanted, field, value, size)				    \
	do {								    \
		struct weft_msg_processes_row row = good_row(1);	    \
		u64 number = value;					    \
									    \
		row.field = cpu_to_le##size(number);			    \
		KUNIT_EXPECT_EQ_MSG(test, wanted, check_row(test, &row),    \
				    #field " is %llu", number);		    \
	} while (0)

static void rows_name_a_process(struct kunit *test)
{
	struct weft_msg_processes_row row = good_row(1);

	EXPECT(FIELD, process, 0, 64);
	EXPECT(NONE, process, 1ULL << 32, 64);
	EXPECT(NONE, process, U64_MAX, 64);
	EXPECT(FIELD, pid, 0, 32);
	EXPECT(NONE, pid, 1, 32);
	EXPECT(NONE, pid, 4194303, 32);
	EXPECT(FIELD, pid, 4194304, 32);
	EXPECT(FIELD, pid, U32_MAX, 32);
	memset(row.name, 'x', sizeof(row.name));
	KUNIT_EXPECT_EQ(test, FIELD, check_row(test, &row));
	row.name[15] = 0;
	KUNIT_EXPECT_EQ(test, NONE, check_row(test, &row));
	row.name[3] = 0;
	KUNIT_EXPECT_EQ(test, FIELD, check_row(test, &row));
}

/* Every pair of nodes in every state, some of them impossible. */
static void each_half_is_told_where_it_is(struct kunit *test)
{
	struct weft_msg_processes_reply *reply = new_reply(test, 1);
	u32 home, node, state;
	bool is_good;

	for (home = 0; home < 70; home++)
		for (node = 0; node < 70; node++)
			for (state = 0; state < 8; state++) {
				is_good = home >= 1 && home <= 64 && node >= 1 &&
					  node <= 64 && home != node && state < 5 &&
					  (state <= 2 ? home : node) == TELLER;
				reply->rows[0].home = cpu_to_le32(home);
				reply->rows[0].node = cpu_to_le32(node);
				reply->rows[0].state = cpu_to_le32(state);
				if (weft_processes_reply_check(reply, length_of(1), &all,
							       TELLER) !=
				    (is_good ? NONE : FIELD))
					KUNIT_FAIL(test, "home %u, node %u, state %u",
						   home, node, state);
			}
	EXPECT(FIELD, state, U32_MAX, 32);
	EXPECT(FIELD, home, U32_MAX, 32);
}

static void counters_are_any_numbers(struct kunit *test)
{
	EXPECT(NONE, age_ms, U64_MAX, 64);
	EXPECT(NONE, downtime_ns, U64_MAX, 64);
	EXPECT(NONE, fetched, U64_MAX, 64);
	EXPECT(NONE, faults, U64_MAX, 64);
	EXPECT(NONE, calls, U64_MAX, 64);
}

static void rows_make_up_the_length(struct kunit *test)
{
	struct weft_msg_processes_reply *reply;
	u32 count, len;

	for (count = 0; count < 66; count++) {
		reply = new_reply(test, count);
		len = length_of(count);
		KUNIT_EXPECT_EQ_MSG(test, count <= 64 ? NONE : FIELD,
				    weft_processes_reply_check(reply, len, &all,
							       TELLER),
				    "%u rows", count);
		KUNIT_EXPECT_EQ(test, count <= 64 ? LENGTH : FIELD,
				weft_processes_reply_check(reply, len + 1, &all,
							   TELLER));
		KUNIT_EXPECT_EQ(test, count <= 64 ? LENGTH : FIELD,
				weft_processes_reply_check(reply, len + 80, &all,
							   TELLER));
		kunit_kfree(test, reply);
	}
	reply = new_reply(test, 0);
	reply->count = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, FIELD, weft_processes_reply_check(reply, 8, &all, TELLER));
	/* 2^28 rows would take 0 bytes modulo 2^32 */
	reply->count = cpu_to_le32(1U << 28);
	KUNIT_EXPECT_EQ(test, FIELD, weft_processes_reply_check(reply, 8, &all, TELLER));
}

static void list_that_goes_on_has_a_last_row(struct kunit *test)
{
	struct weft_msg_processes_reply *reply;
	u32 count, more;

	for (count = 0; count < 3; count++)
		for (more = 0; more < 5; more++) {
			reply = new_reply(test, count);
			reply->is_more = cpu_to_le32(more);
			KUNIT_EXPECT_EQ(test, more <= 1 && more <= count ? NONE : FIELD,
					weft_processes_reply_check(reply, length_of(count),
								   &all, TELLER));
		}
	reply = new_reply(test, 1);
	reply->is_more = cpu_to_le32(1U << 31);
	KUNIT_EXPECT_EQ(test, FIELD,
			weft_processes_reply_check(reply, length_of(1), &all, TELLER));
}

/* Two rows, and a place behind which they are to be, each of 4 x 4 places. */
static void rows_go_forward_from_where_they_were_asked(struct kunit *test)
{
	struct weft_msg_processes_reply *reply = new_reply(test, 2);
	struct weft_msg_processes asked = {};
	u32 place, one, two;
	bool is_good;

	for (place = 0; place < 16; place++)
		for (one = 0; one < 16; one++)
			for (two = 0; two < 16; two++) {
				asked.home = cpu_to_le32(place / 4 + 1);
				asked.process = cpu_to_le64(place % 4 + 1);
				reply->rows[0].home = cpu_to_le32(one / 4 + 1);
				reply->rows[0].process = cpu_to_le64(one % 4 + 1);
				reply->rows[1].home = cpu_to_le32(two / 4 + 1);
				reply->rows[1].process = cpu_to_le64(two % 4 + 1);
				is_good = place < one && one < two;
				if (weft_processes_reply_check(reply, length_of(2), &asked,
							       TELLER) !=
				    (is_good ? NONE : FIELD))
					KUNIT_FAIL(test, "%u, %u, %u", place, one, two);
			}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(list_begins_at_its_start_or_behind_a_process),
	KUNIT_CASE(rows_name_a_process),
	KUNIT_CASE(each_half_is_told_where_it_is),
	KUNIT_CASE(counters_are_any_numbers),
	KUNIT_CASE(rows_make_up_the_length),
	KUNIT_CASE(list_that_goes_on_has_a_last_row),
	KUNIT_CASE(rows_go_forward_from_where_they_were_asked),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_processes",
	.test_cases = cases,
};

kunit_test_suites(&suite);
