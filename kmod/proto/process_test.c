// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages about processes but CAPTURE: each field wrong by itself, in every bit,
 * and every limit from both sides.
 */
#include "proto/msg_process.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/limits.h>
#include <linux/string.h>

#define NONE	WEFT_BREACH_NONE
#define FIELD	WEFT_BREACH_FIELD
#define LENGTH	WEFT_BREACH_LENGTH

#define MEBIBYTE 1048576

/* The message of @kind is good, but for one field. */
#define EXPECT(kind, wanted, field, value, size)			    \
	do {								    \
		struct weft_msg_##kind msg = good_##kind();		    \
		u64 number = value;					    \
									    \
		msg.field = cpu_to_le##size(number);			    \
		KUNIT_EXPECT_EQ_MSG(test, wanted, weft_##kind##_check(&msg), \
				    #field " is %llu", number);		    \
	} while (0)

/* Nothing but 0 is no process. */
#define EXPECT_PROCESS(kind)						    \
	do {								    \
		static const u64 numbers[] = { 0, 1, 1ULL << 32, U64_MAX }; \
		int i;							    \
									    \
		for (i = 0; i < ARRAY_SIZE(numbers); i++)		    \
			EXPECT(kind, numbers[i] ? NONE : FIELD, process,    \
			       numbers[i], 64);				    \
	} while (0)

#define EXPECT_PAD(kind)						    \
	do {								    \
		int bit;						    \
									    \
		for (bit = 0; bit < 32; bit++)				    \
			EXPECT(kind, FIELD, pad, 1U << bit, 32);	    \
	} while (0)

static struct weft_msg_body good_body(void)
{
	return (struct weft_msg_body){
		.process = cpu_to_le64(7),
		.pid = cpu_to_le32(4711),
		.name = "python3",
	};
}

static void body_has_a_process_and_a_pid(struct kunit *test)
{
	EXPECT_PROCESS(body);
	EXPECT_PAD(body);
	EXPECT(body, FIELD, pid, 0, 32);
	EXPECT(body, NONE, pid, 1, 32);
	EXPECT(body, NONE, pid, 4194303, 32);
	EXPECT(body, FIELD, pid, 4194304, 32);
	EXPECT(body, FIELD, pid, S32_MAX, 32);
	EXPECT(body, FIELD, pid, U32_MAX, 32);
}

static void clocks_of_a_body_fit_into_63_bits(struct kunit *test)
{
	EXPECT(body, NONE, clocks.monotonic, S64_MAX / 2, 64);
	EXPECT(body, FIELD, clocks.monotonic, S64_MAX / 2 + 1, 64);
	EXPECT(body, FIELD, clocks.monotonic, U64_MAX, 64);
	EXPECT(body, NONE, clocks.boottime, S64_MAX / 2, 64);
	EXPECT(body, FIELD, clocks.boottime, S64_MAX / 2 + 1, 64);
	EXPECT(body, FIELD, clocks.boottime, U64_MAX, 64);
}

/* Every length of a name, with each byte behind its end set in turn. */
static void name_ends_and_hides_nothing(struct kunit *test)
{
	struct weft_msg_body body = good_body();
	size_t len, at;

	for (len = 0; len <= sizeof(body.name); len++) {
		memset(body.name, 0, sizeof(body.name));
		memset(body.name, 0xff, len);
		KUNIT_EXPECT_EQ_MSG(test, len < 16 ? NONE : FIELD,
				    weft_body_check(&body), "%zu bytes", len);
		for (at = len + 1; at < sizeof(body.name); at++) {
			body.name[at] = 1;
			KUNIT_EXPECT_EQ_MSG(test, FIELD, weft_body_check(&body),
					    "%zu bytes and byte %zu", len, at);
			body.name[at] = 0;
		}
	}
}

static struct weft_msg_pages good_pages(void)
{
	return (struct weft_msg_pages){
		.process = cpu_to_le64(7),
		.address = cpu_to_le64(0x7ffffff0f000),
		.count = cpu_to_le32(16),
	};
}

static void pages_are_1_to_16(struct kunit *test)
{
	u32 count;

	EXPECT_PROCESS(pages);
	EXPECT_PAD(pages);
	for (count = 0; count < 100; count++)
		EXPECT(pages, count >= 1 && count <= 16 ? NONE : FIELD, count,
		       count, 32);
	EXPECT(pages, FIELD, count, 0x80000001, 32);
	EXPECT(pages, FIELD, count, U32_MAX, 32);
}

static void pages_begin_at_pages(struct kunit *test)
{
	int bit;

	EXPECT(pages, NONE, address, 0, 64);
	for (bit = 0; bit < 64; bit++)
		EXPECT(pages, bit >= 12 && bit < 56 ? NONE : FIELD, address,
		       1ULL << bit, 64);
}

static void pages_end_at_addresses(struct kunit *test)
{
	const u64 limit = 1ULL << 56;
	struct weft_msg_pages pages = good_pages();
	u64 count, room;

	for (count = 1; count <= 16; count++)
		for (room = 1; room <= 20; room++) {
			pages.address = cpu_to_le64(limit - room * 4096);
			pages.count = cpu_to_le32(count);
			KUNIT_EXPECT_EQ_MSG(test, count <= room ? NONE : FIELD,
					    weft_pages_check(&pages),
					    "%llu pages of %llu", count, room);
		}
	EXPECT(pages, FIELD, address, limit, 64);
	EXPECT(pages, FIELD, address, U64_MAX - 4095, 64);
}

static enum weft_breach check_reply(u32 known, u32 full, u32 len, u32 count)
{
	const struct weft_msg_pages_reply reply = {
		.known = cpu_to_le32(known),
		.full = cpu_to_le32(full),
	};

	return weft_pages_reply_check(&reply, len, count);
}

static void pages_that_come_were_asked_for(struct kunit *test)
{
	u32 count, bit;

	for (count = 1; count <= 16; count++)
		for (bit = 0; bit < 32; bit++) {
			KUNIT_EXPECT_EQ(test, bit < count ? NONE : FIELD,
					check_reply(1U << bit, 0, 8, count));
			KUNIT_EXPECT_EQ(test, bit < count ? NONE : FIELD,
					check_reply(1U << bit, 1U << bit,
						    8 + 4096, count));
			/* full, and not known */
			KUNIT_EXPECT_EQ(test, FIELD,
					check_reply(0, 1U << bit, 8 + 4096, count));
		}
	KUNIT_EXPECT_EQ(test, NONE, check_reply(0, 0, 8, 1));
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(0, 0, 8, 0));
	KUNIT_EXPECT_EQ(test, NONE, check_reply(0, 0, 8, 16));
	/* shifts by more than a number has bits mean nothing */
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(0, 0, 8, 17));
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(1, 0, 8, 32));
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(1, 0, 8, 33));
	KUNIT_EXPECT_EQ(test, FIELD, check_reply(1, 0, 8, U32_MAX));
}

static void pages_that_come_make_up_the_length(struct kunit *test)
{
	u32 full, len;

	for (full = 0; full <= U16_MAX; full++) {
		len = 8 + hweight32(full) * 4096;
		if (check_reply(U16_MAX, full, len, 16) != NONE ||
		    check_reply(full, full, len, 16) != NONE ||
		    check_reply(U16_MAX, full, len + 1, 16) != LENGTH ||
		    check_reply(U16_MAX, full, len - 1, 16) != LENGTH ||
		    check_reply(U16_MAX, full, len + 4096, 16) != LENGTH ||
		    (full && check_reply(U16_MAX, full, len - 4096, 16) != LENGTH))
			KUNIT_FAIL(test, "full %#x", full);
	}
	KUNIT_EXPECT_EQ(test, LENGTH, check_reply(1, 1, 8, 1));
	KUNIT_EXPECT_EQ(test, LENGTH, check_reply(1, 0, U32_MAX, 1));
}

/* write(fd, text, 5) */
static struct weft_msg_call good_call(void)
{
	return (struct weft_msg_call){
		.process = cpu_to_le64(7),
		.number = cpu_to_le32(1),
		.tid = cpu_to_le32(8),
		.args = { cpu_to_le64(1), cpu_to_le64(0x1000), cpu_to_le64(5) },
		.in = { 0, cpu_to_le32(5) },
	};
}

static enum weft_breach check_call(const struct weft_msg_call *call, u32 len)
{
	const struct weft_header header = { .length = cpu_to_le32(len) };

	return weft_call_check(&header, call);
}

#define EXPECT_CALL(wanted, field, value, size, len)			    \
	do {								    \
		struct weft_msg_call call = good_call();		    \
		u64 number = value;					    \
									    \
		call.field = cpu_to_le##size(number);			    \
		KUNIT_EXPECT_EQ_MSG(test, wanted, check_call(&call, len),   \
				    #field " is %llu", number);		    \
	} while (0)

static void call_has_a_process_and_any_number(struct kunit *test)
{
	int i, bit;

	EXPECT_CALL(FIELD, process, 0, 64, 128);
	EXPECT_CALL(NONE, process, U64_MAX, 64, 128);
	EXPECT_CALL(NONE, number, 0, 32, 128);
	EXPECT_CALL(NONE, number, U32_MAX, 32, 128);
	EXPECT_CALL(FIELD, tid, 0, 32, 128);
	for (bit = 0; bit < 32; bit++)
		EXPECT_CALL(bit < 22 ? NONE : FIELD, tid, 1U << bit, 32, 128);
	for (bit = 0; bit < 32; bit++) {
		EXPECT_CALL(bit < 2 ? NONE : FIELD, flags, 1U << bit, 32, 128);
		EXPECT_CALL(FIELD, pad, 1U << bit, 32, 128);
	}
	for (i = 0; i < 6; i++) {
		EXPECT_CALL(NONE, args[i], 1, 64, 128);
		EXPECT_CALL(NONE, args[i], U64_MAX, 64, 128);
		/* null has no memory */
		EXPECT_CALL(i == 1 ? FIELD : NONE, args[i], 0, 64, 128);
	}
}

/* Each argument by itself, with every length that rounds differently. */
static void memory_of_a_call_makes_up_its_length(struct kunit *test)
{
	static const u32 lengths[] = {
		0, 1, 7, 8, 9, 15, 16, 17, 4096, MEBIBYTE - 8, MEBIBYTE - 7,
		MEBIBYTE - 1, MEBIBYTE,
	};
	u32 len;
	int i, j;

	for (i = 0; i < 6; i++)
		for (j = 0; j < ARRAY_SIZE(lengths); j++) {
			struct weft_msg_call call = {
				.process = cpu_to_le64(1),
				.tid = cpu_to_le32(1),
			};

			call.args[i] = cpu_to_le64(1);
			call.in[i] = cpu_to_le32(lengths[j]);
			len = 120 + (lengths[j] + 7) / 8 * 8;
			KUNIT_EXPECT_EQ(test, NONE, check_call(&call, len));
			KUNIT_EXPECT_EQ(test, LENGTH, check_call(&call, len - 1));
			KUNIT_EXPECT_EQ(test, LENGTH, check_call(&call, len - 8));
			KUNIT_EXPECT_EQ(test, LENGTH, check_call(&call, len + 1));
			KUNIT_EXPECT_EQ(test, LENGTH, check_call(&call, len + 8));
		}
}

static void each_argument_of_a_call_counts(struct kunit *test)
{
	struct weft_msg_call call = {
		.process = cpu_to_le64(1), .tid = cpu_to_le32(1),
	};
	u32 i, len = 120;

	for (i = 0; i < 6; i++) {
		call.args[i] = cpu_to_le64(1);
		call.in[i] = cpu_to_le32(i * 8 + 3);
		len += i * 8 + 8;
	}
	KUNIT_EXPECT_EQ(test, NONE, check_call(&call, len));
	for (i = 0; i < 6; i++) {
		call.in[i] = cpu_to_le32(i * 8 + 11);
		KUNIT_EXPECT_EQ(test, LENGTH, check_call(&call, len));
		KUNIT_EXPECT_EQ(test, NONE, check_call(&call, len + 8));
		call.in[i] = cpu_to_le32(i * 8 + 3);
	}
}

static void lengths_of_a_call_cannot_overflow(struct kunit *test)
{
	struct weft_msg_call call = good_call();
	int i;

	for (i = 0; i < 6; i++) {
		EXPECT_CALL(FIELD, in[i], MEBIBYTE + 1, 32, 128);
		EXPECT_CALL(FIELD, in[i], U32_MAX, 32, 128);
		EXPECT_CALL(FIELD, in[i], U32_MAX - 6, 32, 128);
		EXPECT_CALL(FIELD, out[i], MEBIBYTE + 1, 32, 128);
		EXPECT_CALL(FIELD, out[i], U32_MAX, 32, 128);
		call.args[i] = cpu_to_le64(1);
		call.in[i] = cpu_to_le32(0x80000000);
	}
	/* 0 in 32 bits */
	KUNIT_EXPECT_EQ(test, FIELD, check_call(&call, 128));
}

static void only_what_is_there_has_room(struct kunit *test)
{
	int i;

	for (i = 0; i < 6; i++)
		/* only the first three are not null; the second is read as well */
		EXPECT_CALL(i < 3 ? NONE : FIELD, out[i], 1, 32, 128);
	EXPECT_CALL(NONE, out[2], MEBIBYTE, 32, 128);
}

static void memory_that_comes_back_has_whole_words(struct kunit *test)
{
	u32 len;

	for (len = 0; len < 2 * MEBIBYTE; len++)
		if (weft_call_reply_check(len) !=
		    (len >= 8 && len % 8 == 0 && len <= MEBIBYTE + 8 ? NONE : LENGTH))
			KUNIT_FAIL(test, "length %u", len);
	KUNIT_EXPECT_EQ(test, LENGTH, weft_call_reply_check(U32_MAX));
	KUNIT_EXPECT_EQ(test, LENGTH, weft_call_reply_check(U32_MAX - 7));
}

static struct weft_msg_signal good_signal(void)
{
	struct weft_msg_signal signal = { .process = cpu_to_le64(7) };

	/* all that has a meaning to somebody else */
	memset(signal.info, 0xff, 48);
	memcpy(signal.info, "\x0f\0\0\0", 4);
	return signal;
}

static void signals_are_1_to_64(struct kunit *test)
{
	struct weft_msg_signal signal = good_signal();
	__le32 wire;
	u32 number;
	int bit;

	EXPECT_PROCESS(signal);
	EXPECT(signal, NONE, continues, 0, 32);
	EXPECT(signal, NONE, continues, U32_MAX, 32);
	EXPECT(signal, NONE, tid, 0, 32);
	EXPECT(signal, NONE, tid, 0x3fffff, 32);
	EXPECT(signal, FIELD, tid, 0x400000, 32);
	for (number = 0; number < 1000; number++) {
		wire = cpu_to_le32(number);
		memcpy(signal.info, &wire, sizeof(wire));
		KUNIT_EXPECT_EQ_MSG(test, number >= 1 && number <= 64 ? NONE : FIELD,
				    weft_signal_check(&signal), "signal %u", number);
	}
	for (bit = 7; bit < 32; bit++) {
		wire = cpu_to_le32(15 | 1U << bit);
		memcpy(signal.info, &wire, sizeof(wire));
		KUNIT_EXPECT_EQ_MSG(test, FIELD, weft_signal_check(&signal),
				    "bit %d", bit);
	}
}

static void signal_hides_nothing_behind_its_information(struct kunit *test)
{
	struct weft_msg_signal signal = good_signal();
	size_t at;

	for (at = 4; at < 128; at++) {
		signal.info[at] ^= 0x80;
		KUNIT_EXPECT_EQ_MSG(test, at < 48 ? NONE : FIELD,
				    weft_signal_check(&signal), "byte %zu", at);
		signal.info[at] ^= 0x80;
	}
}

static struct weft_msg_cancel good_cancel(void)
{
	return (struct weft_msg_cancel){
		.process = cpu_to_le64(7), .tid = cpu_to_le32(8),
	};
}

static void cancel_has_a_process_and_a_thread(struct kunit *test)
{
	EXPECT_PROCESS(cancel);
	EXPECT_PAD(cancel);
	EXPECT(cancel, FIELD, tid, 0, 32);
	EXPECT(cancel, NONE, tid, 0x3fffff, 32);
	EXPECT(cancel, FIELD, tid, 0x400000, 32);
}

static struct weft_msg_gone good_gone(void)
{
	return (struct weft_msg_gone){ .process = cpu_to_le64(7) };
}

static void process_that_is_gone_has_ended(struct kunit *test)
{
	struct weft_msg_gone gone = good_gone();
	u32 status;

	EXPECT_PROCESS(gone);
	EXPECT_PAD(gone);
	for (status = 0; status < 1U << 20; status++) {
		bool has_exited = status <= 0xff00 && !(status & 0xff);
		bool was_killed = (status & ~0x80U) >= 1 && (status & ~0x80U) <= 64;

		gone.status = cpu_to_le32(status);
		if (weft_gone_check(&gone) != (has_exited || was_killed ? NONE : FIELD))
			KUNIT_FAIL(test, "status %#x", status);
	}
	/* stopped, by a tracer, going on: not ended */
	EXPECT(gone, FIELD, status, 0x137f, 32);
	EXPECT(gone, FIELD, status, 0x3057f, 32);
	EXPECT(gone, FIELD, status, 0xffff, 32);
	EXPECT(gone, FIELD, status, 0x80, 32);
	EXPECT(gone, FIELD, status, 0x80000009, 32);
	EXPECT(gone, FIELD, status, U32_MAX, 32);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(body_has_a_process_and_a_pid),
	KUNIT_CASE(clocks_of_a_body_fit_into_63_bits),
	KUNIT_CASE(name_ends_and_hides_nothing),
	KUNIT_CASE(pages_are_1_to_16),
	KUNIT_CASE(pages_begin_at_pages),
	KUNIT_CASE(pages_end_at_addresses),
	KUNIT_CASE(pages_that_come_were_asked_for),
	KUNIT_CASE(pages_that_come_make_up_the_length),
	KUNIT_CASE(call_has_a_process_and_any_number),
	KUNIT_CASE(memory_of_a_call_makes_up_its_length),
	KUNIT_CASE(each_argument_of_a_call_counts),
	KUNIT_CASE(lengths_of_a_call_cannot_overflow),
	KUNIT_CASE(only_what_is_there_has_room),
	KUNIT_CASE(memory_that_comes_back_has_whole_words),
	KUNIT_CASE(signals_are_1_to_64),
	KUNIT_CASE(signal_hides_nothing_behind_its_information),
	KUNIT_CASE(cancel_has_a_process_and_a_thread),
	KUNIT_CASE(process_that_is_gone_has_ended),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_process",
	.test_cases = cases,
};

kunit_test_suites(&suite);
