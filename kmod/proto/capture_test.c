// SPDX-License-Identifier: GPL-2.0-only
/*
 * CAPTURE: each field wrong by itself, in every bit, and every limit from both
 * sides. Each message lies at the end of memory of its own length, so that a look
 * beyond it is seen by a kernel that looks for that.
 */
#include "proto/msg_capture.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>

#define NONE	WEFT_BREACH_NONE
#define FIELD	WEFT_BREACH_FIELD
#define LENGTH	WEFT_BREACH_LENGTH

#define XSTATE	832
#define HEAD	3240
#define PAGE	4104
#define LIMIT	0x100000000000000ULL

/* A capture that is being spoiled, and how many bytes it has. */
struct trial {
	struct weft_msg_capture *capture;
	u32 len;
};

static struct weft_msg_mapping *mapping_of(const struct trial *trial, int index)
{
	return (struct weft_msg_mapping *)((u8 *)(trial->capture + 1) + XSTATE) +
	       index;
}

static __le64 *page_of(const struct trial *trial, int index)
{
	return (__le64 *)((u8 *)trial->capture + trial->len - (2 - index) * PAGE);
}

static void set_mapping(struct weft_msg_mapping *mapping, u64 start, u64 end, u64 flags)
{
	*mapping = (struct weft_msg_mapping){
		.start = cpu_to_le64(start),
		.end = cpu_to_le64(end),
		.flags = cpu_to_le64(flags),
	};
}

static void fill(const struct trial *trial)
{
	struct weft_msg_capture *capture = trial->capture;
	int i;

	memset(capture, 0, trial->len);
	capture->process = cpu_to_le64(7);
	capture->xstate_size = cpu_to_le32(XSTATE);
	capture->mappings = cpu_to_le32(3);
	capture->pages = cpu_to_le32(2);
	strscpy(capture->name, "python3", sizeof(capture->name));
	capture->registers[WEFT_REG_FLAGS] = cpu_to_le64(0x246);
	for (i = 0; i < WEFT_MM_NR; i++)
		capture->boundaries[i] = cpu_to_le64(0x500000);
	capture->stack_base = cpu_to_le64(0x10000);
	capture->stack_size = cpu_to_le64(8192);
	capture->rseq = cpu_to_le64(0x7f0000000020);
	capture->rseq_size = cpu_to_le32(32);
	set_mapping(mapping_of(trial, 0), 0x400000, 0x401000, 5);
	set_mapping(mapping_of(trial, 1), 0x401000, 0x403000, 1);
	set_mapping(mapping_of(trial, 2), 0x7ff000000000, 0x7ff000021000, 11);
	*page_of(trial, 0) = cpu_to_le64(0x7ff00001f000);
	*page_of(trial, 1) = cpu_to_le64(0x7ff000020000);
}

static struct trial new_trial(struct kunit *test)
{
	struct trial trial = { .len = HEAD + XSTATE + 3 * 24 + 2 * PAGE };

	trial.capture = kunit_kzalloc(test, trial.len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, trial.capture);
	fill(&trial);
	return trial;
}

static enum weft_breach check_len(const struct trial *trial, u32 len)
{
	const struct weft_header header = { .length = cpu_to_le32(len) };

	return weft_capture_check(&header, trial->capture);
}

static enum weft_breach check(const struct trial *trial)
{
	return check_len(trial, trial->len);
}

#define EXPECT_AT(wanted, place, value, size)				    \
	do {								    \
		u64 number = value;					    \
									    \
		place = cpu_to_le##size(number);			    \
		KUNIT_EXPECT_EQ_MSG(test, wanted, check(&trial),	    \
				    #place " is %#llx", number);	    \
		fill(&trial);						    \
	} while (0)

#define EXPECT(wanted, field, value, size) \
	EXPECT_AT(wanted, trial.capture[0].field, value, size)

static void good_capture_is_good(struct kunit *test)
{
	struct trial trial = new_trial(test);

	KUNIT_EXPECT_EQ(test, NONE, check(&trial));
	EXPECT(FIELD, process, 0, 64);
	EXPECT(NONE, process, U64_MAX, 64);
}

static void length_is_what_is_announced(struct kunit *test)
{
	struct trial trial = new_trial(test);
	u32 len;

	for (len = 0; len < 2 * trial.len; len++)
		if (check_len(&trial, len) != (len == trial.len ? NONE : LENGTH))
			KUNIT_FAIL(test, "length %u", len);
	KUNIT_EXPECT_EQ(test, LENGTH, check_len(&trial, U32_MAX));
	EXPECT(LENGTH, xstate_size, XSTATE + 8, 32);
	EXPECT(LENGTH, xstate_size, XSTATE - 8, 32);
	EXPECT(LENGTH, mappings, 2, 32);
	EXPECT(LENGTH, mappings, 4, 32);
	EXPECT(LENGTH, pages, 1, 32);
	EXPECT(LENGTH, pages, 3, 32);
}

/* LENGTH: the number is a possible one, and only does not fit this message. */
static void numbers_of_parts_have_limits(struct kunit *test)
{
	struct trial trial = new_trial(test);
	u32 size;

	for (size = 0; size < 20000; size++)
		if (size != XSTATE)
			EXPECT(size % 8 || size < 576 || size > 12288 ? FIELD : LENGTH,
			       xstate_size, size, 32);
	EXPECT(FIELD, xstate_size, U32_MAX - 7, 32);
	EXPECT(LENGTH, mappings, 0, 32);
	EXPECT(LENGTH, mappings, 2048, 32);
	EXPECT(FIELD, mappings, 2049, 32);
	EXPECT(FIELD, mappings, U32_MAX, 32);
	/* 24 times that is 48 in 32 bits */
	EXPECT(FIELD, mappings, 0x20000002, 32);
	EXPECT(LENGTH, pages, 0, 32);
	EXPECT(LENGTH, pages, 16, 32);
	EXPECT(FIELD, pages, 17, 32);
	EXPECT(FIELD, pages, U32_MAX, 32);
}

static void capture_may_have_no_mappings_or_pages(struct kunit *test)
{
	struct trial trial = new_trial(test);

	trial.capture->mappings = 0;
	trial.capture->pages = 0;
	KUNIT_EXPECT_EQ(test, NONE, check_len(&trial, HEAD + XSTATE));
}

static void capture_has_up_to_511_other_threads(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int bit;

	EXPECT(NONE, threads, 0, 32);
	EXPECT(NONE, threads, 511, 32);
	EXPECT(FIELD, threads, 512, 32);
	EXPECT(FIELD, threads, U32_MAX, 32);
	for (bit = 0; bit < 32; bit++)
		EXPECT(FIELD, pad, 1U << bit, 32);
}

static void largest_capture_is_good(struct kunit *test)
{
	struct trial trial = { .len = HEAD + 12288 + 2048 * 24 + 16 * PAGE };
	u8 *at;
	int i;

	trial.capture = kunit_kzalloc(test, trial.len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, trial.capture);
	trial.capture->process = cpu_to_le64(1);
	trial.capture->xstate_size = cpu_to_le32(12288);
	trial.capture->mappings = cpu_to_le32(2048);
	trial.capture->pages = cpu_to_le32(16);
	at = (u8 *)(trial.capture + 1) + 12288;
	for (i = 0; i < 2048; i++, at += 24)
		set_mapping((void *)at, i * 4096ULL, (i + 1) * 4096ULL, 0);
	for (i = 0; i < 16; i++, at += PAGE)
		*(__le64 *)at = cpu_to_le64(i * 4096ULL);
	KUNIT_EXPECT_EQ(test, 130344, trial.len);
	KUNIT_EXPECT_EQ(test, NONE, check(&trial));
	/* the last ones are looked at, too */
	*(__le64 *)(at - PAGE) = cpu_to_le64(14 * 4096ULL);
	KUNIT_EXPECT_EQ(test, FIELD, check(&trial));
	*(__le64 *)(at - PAGE) = cpu_to_le64(15 * 4096ULL);
	*(__le64 *)(at - 16 * PAGE - 8) = cpu_to_le64(32);
	KUNIT_EXPECT_EQ(test, FIELD, check(&trial));
}

/* Every bit of every register, alone. */
static void registers_are_what_a_program_may_have(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int i, bit;

	for (i = 0; i < WEFT_REG_NR; i++)
		for (bit = 0; bit < 64; bit++) {
			u64 value = 1ULL << bit;
			bool is_base = i == WEFT_REG_FS_BASE || i == WEFT_REG_GS_BASE;
			bool is_good = i == WEFT_REG_FLAGS ? value & 0x254fd7 :
				       is_base || i == WEFT_REG_IP ? bit < 56 : true;

			EXPECT(is_good ? NONE : FIELD, registers[i], value, 64);
		}
	EXPECT(NONE, registers[WEFT_REG_IP], LIMIT - 1, 64);
	EXPECT(FIELD, registers[WEFT_REG_IP], LIMIT, 64);
	EXPECT(NONE, registers[WEFT_REG_FS_BASE], 0xff00000000000000, 64);
	EXPECT(FIELD, registers[WEFT_REG_FS_BASE], 0xfeffffffffffffff, 64);
	EXPECT(NONE, registers[WEFT_REG_GS_BASE], U64_MAX, 64);
	EXPECT(FIELD, registers[WEFT_REG_GS_BASE], 0x7fffffffffffffff, 64);
	EXPECT(NONE, registers[WEFT_REG_SP], U64_MAX, 64);
}

static void parts_of_a_program_do_not_end_before_they_start(struct kunit *test)
{
	struct trial trial = new_trial(test);
	/* 0: neither; 1: a start; -1: an end */
	static const int sides[WEFT_MM_NR] = { 1, -1, 1, -1, 1, -1, 0, 1, -1, 1, -1 };
	int i;

	for (i = 0; i < WEFT_MM_NR; i++) {
		EXPECT(sides[i] > 0 ? FIELD : NONE, boundaries[i], 0x500001, 64);
		EXPECT(sides[i] < 0 ? FIELD : NONE, boundaries[i], 0x4fffff, 64);
		EXPECT(sides[i] > 0 ? FIELD : NONE, boundaries[i], LIMIT - 1, 64);
		EXPECT(FIELD, boundaries[i], LIMIT, 64);
		EXPECT(FIELD, boundaries[i], U64_MAX, 64);
	}
}

static void vdso_begins_at_a_page(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int bit;

	for (bit = 0; bit < 64; bit++)
		EXPECT(bit >= 12 && bit < 56 ? NONE : FIELD, vvar, 1ULL << bit, 64);
	EXPECT(NONE, vvar, LIMIT - 4096, 64);
}

static void nobody_blocks_sigkill_and_sigstop(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int i, bit;

	for (bit = 0; bit < 64; bit++) {
		bool is_fixed = bit == 8 || bit == 18;

		EXPECT(is_fixed ? FIELD : NONE, mask, 1ULL << bit, 64);
		for (i = 0; i < 64; i++)
			EXPECT(is_fixed ? FIELD : NONE, actions[i].mask,
			       1ULL << bit, 64);
	}
}

static void nobody_catches_sigkill_and_sigstop(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int i;

	for (i = 0; i < 64; i++) {
		bool is_fixed = i == 8 || i == 18;

		EXPECT(is_fixed ? FIELD : NONE, actions[i].handler, 1, 64);
		EXPECT(is_fixed ? FIELD : NONE, actions[i].handler, 0x400000, 64);
		EXPECT(is_fixed ? FIELD : NONE, actions[i].handler, U64_MAX, 64);
		EXPECT(NONE, actions[i].restorer, U64_MAX, 64);
	}
}

/* None that the kernel keeps for itself, such as the one of an action for ever. */
static void flags_of_an_action_are_those_of_sigaction(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int i, bit;

	for (i = 0; i < 64; i++)
		for (bit = 0; bit < 64; bit++)
			EXPECT(0xdc000807 & 1ULL << bit ? NONE : FIELD,
			       actions[i].flags, 1ULL << bit, 64);
}

static void stack_for_signals_is_there_or_not(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int bit;

	EXPECT(NONE, stack_base, 0, 64);
	EXPECT(NONE, stack_base, U64_MAX, 64);
	EXPECT(NONE, stack_size, U64_MAX, 64);
	EXPECT(FIELD, stack_size, 0, 64);
	trial.capture->stack_size = 0;
	EXPECT(NONE, stack_base, 0, 64);
	for (bit = 0; bit < 32; bit++)
		EXPECT(bit == 0 || bit == 1 || bit == 31 ? NONE : FIELD,
		       stack_flags, 1U << bit, 32);
	EXPECT(NONE, stack_flags, 0x80000002, 32);
	EXPECT(FIELD, stack_flags, 3, 32);
	EXPECT(FIELD, stack_flags, 0x80000003, 32);
}

static void restartable_sequence_lies_among_addresses(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int bit;

	for (bit = 0; bit < 64; bit++)
		EXPECT(bit >= 5 && bit < 56 ? NONE : FIELD, rseq, 1ULL << bit, 64);
	EXPECT(NONE, rseq, LIMIT - 32, 64);
	EXPECT(FIELD, rseq, LIMIT, 64);
	EXPECT(FIELD, rseq_size, 0, 32);
	EXPECT(FIELD, rseq_size, 31, 32);
	EXPECT(NONE, rseq_size, U32_MAX, 32);
	EXPECT(NONE, rseq_magic, U32_MAX, 32);
	trial.capture->rseq = cpu_to_le64(LIMIT - 32);
	EXPECT(FIELD, rseq_size, 33, 32);
	/* without one the rest means nothing */
	trial.capture->rseq = 0;
	EXPECT(NONE, rseq_size, 0, 32);
	trial.capture->rseq = 0;
	EXPECT(NONE, rseq_size, U32_MAX, 32);
}

static void what_the_program_says_itself_is_anything(struct kunit *test)
{
	struct trial trial = new_trial(test);

	EXPECT(NONE, tid_address, U64_MAX, 64);
	EXPECT(NONE, robust_list, U64_MAX, 64);
}

/* The limits of its fields: identity_test.c */
static void it_is_somebody(struct kunit *test)
{
	struct trial trial = new_trial(test);

	EXPECT(NONE, identity.uids[0], 1000, 32);
	EXPECT(FIELD, identity.uids[0], U32_MAX, 32);
	EXPECT(FIELD, identity.umask, 01000, 32);
}

static void name_of_a_capture_ends(struct kunit *test)
{
	struct trial trial = new_trial(test);

	memset(trial.capture->name, 'x', 16);
	KUNIT_EXPECT_EQ(test, FIELD, check(&trial));
	trial.capture->name[15] = 0;
	KUNIT_EXPECT_EQ(test, NONE, check(&trial));
	trial.capture->name[3] = 0;
	KUNIT_EXPECT_EQ(test, FIELD, check(&trial));
}

/* Each byte of it; those of the header of XSAVE behind its first number are 0. */
static void extended_state_has_the_standard_format(struct kunit *test)
{
	struct trial trial = new_trial(test);
	u8 *xstate = (u8 *)(trial.capture + 1);
	int at;

	for (at = 0; at < XSTATE; at++) {
		xstate[at] = 0x80;
		KUNIT_EXPECT_EQ_MSG(test, at >= 520 && at < 576 ? FIELD : NONE,
				    check(&trial), "byte %d", at);
		xstate[at] = 0;
	}
}

static void mappings_follow_one_another(struct kunit *test)
{
	struct trial trial = new_trial(test);
	struct weft_msg_mapping *mapping = mapping_of(&trial, 0);
	int i, bit;

	EXPECT_AT(FIELD, mapping[0].end, 0x400000, 64);
	EXPECT_AT(FIELD, mapping[0].end, 0x3ff000, 64);
	EXPECT_AT(FIELD, mapping[0].end, 0x402000, 64);
	EXPECT_AT(FIELD, mapping[1].start, 0x400000, 64);
	EXPECT_AT(NONE, mapping[1].start, 0x402000, 64);
	EXPECT_AT(FIELD, mapping[1].start, 0x403000, 64);
	EXPECT_AT(NONE, mapping[2].end, LIMIT - 4096, 64);
	EXPECT_AT(FIELD, mapping[2].end, LIMIT, 64);
	EXPECT_AT(FIELD, mapping[2].end, U64_MAX - 4095, 64);
	for (i = 0; i < 3; i++)
		for (bit = 0; bit < 64; bit++) {
			EXPECT_AT(bit < 5 ? NONE : FIELD, mapping[i].flags,
				  1ULL << bit, 64);
			if (bit >= 12 && bit < 56)
				continue;
			EXPECT_AT(FIELD, mapping[i].start,
				  le64_to_cpu(mapping[i].start) | 1ULL << bit, 64);
			EXPECT_AT(FIELD, mapping[i].end,
				  le64_to_cpu(mapping[i].end) | 1ULL << bit, 64);
		}
}

/* A stack has a page below it, see map_one() of migrate. */
static void stack_does_not_grow_from_address_0(struct kunit *test)
{
	struct trial trial = new_trial(test);
	struct weft_msg_mapping *mapping = mapping_of(&trial, 0);

	EXPECT_AT(NONE, mapping[0].start, 0, 64);
	mapping[0].flags = cpu_to_le64(8);
	EXPECT_AT(FIELD, mapping[0].start, 0, 64);
	mapping[0].flags = cpu_to_le64(8);
	EXPECT_AT(NONE, mapping[0].start, 4096, 64);
}

static void pages_come_in_order_and_once(struct kunit *test)
{
	struct trial trial = new_trial(test);
	int bit;

	for (bit = 0; bit < 64; bit++)
		EXPECT_AT(bit >= 12 && bit < 47 ? NONE : FIELD, *page_of(&trial, 0),
			  1ULL << bit, 64);
	EXPECT_AT(NONE, *page_of(&trial, 0), 0, 64);
	EXPECT_AT(FIELD, *page_of(&trial, 0), 0x7ff000020000, 64);
	EXPECT_AT(FIELD, *page_of(&trial, 0), 0x7ff000021000, 64);
	EXPECT_AT(FIELD, *page_of(&trial, 1), 0x7ff00001f000, 64);
	EXPECT_AT(FIELD, *page_of(&trial, 1), 0x7ff000020001, 64);
	EXPECT_AT(NONE, *page_of(&trial, 1), LIMIT - 4096, 64);
	EXPECT_AT(FIELD, *page_of(&trial, 1), LIMIT, 64);
	EXPECT_AT(FIELD, *page_of(&trial, 1), U64_MAX - 4095, 64);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(good_capture_is_good),
	KUNIT_CASE(length_is_what_is_announced),
	KUNIT_CASE(numbers_of_parts_have_limits),
	KUNIT_CASE(capture_may_have_no_mappings_or_pages),
	KUNIT_CASE(capture_has_up_to_511_other_threads),
	KUNIT_CASE(largest_capture_is_good),
	KUNIT_CASE(registers_are_what_a_program_may_have),
	KUNIT_CASE(parts_of_a_program_do_not_end_before_they_start),
	KUNIT_CASE(vdso_begins_at_a_page),
	KUNIT_CASE(nobody_blocks_sigkill_and_sigstop),
	KUNIT_CASE(nobody_catches_sigkill_and_sigstop),
	KUNIT_CASE(flags_of_an_action_are_those_of_sigaction),
	KUNIT_CASE(stack_for_signals_is_there_or_not),
	KUNIT_CASE(restartable_sequence_lies_among_addresses),
	KUNIT_CASE(what_the_program_says_itself_is_anything),
	KUNIT_CASE(it_is_somebody),
	KUNIT_CASE(name_of_a_capture_ends),
	KUNIT_CASE(extended_state_has_the_standard_format),
	KUNIT_CASE(mappings_follow_one_another),
	KUNIT_CASE(stack_does_not_grow_from_address_0),
	KUNIT_CASE(pages_come_in_order_and_once),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_capture",
	.test_cases = cases,
};

kunit_test_suites(&suite);
