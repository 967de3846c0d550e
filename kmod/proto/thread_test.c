// SPDX-License-Identifier: GPL-2.0-only
/*
 * THREAD: each field wrong by itself, and every limit from both sides. What it has
 * in common with CAPTURE is tried there.
 */
#include "proto/msg_thread.h"

#include <asm/byteorder.h>
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/slab.h>

#define NONE	WEFT_BREACH_NONE
#define FIELD	WEFT_BREACH_FIELD
#define LENGTH	WEFT_BREACH_LENGTH

#define HEAD	240
#define XSTATE	832

static struct weft_msg_thread *new_thread(struct kunit *test)
{
	struct weft_msg_thread *thread;

	thread = kunit_kzalloc(test, HEAD + XSTATE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, thread);
	thread->process = cpu_to_le64(7);
	thread->tid = cpu_to_le32(8);
	thread->xstate_size = cpu_to_le32(XSTATE);
	return thread;
}

static enum weft_breach check(const struct weft_msg_thread *thread, u32 len)
{
	const struct weft_header header = { .length = cpu_to_le32(len) };

	return weft_thread_check(&header, thread);
}

static void thread_has_a_process_and_a_number(struct kunit *test)
{
	struct weft_msg_thread *thread = new_thread(test);
	int bit;

	KUNIT_EXPECT_EQ(test, NONE, check(thread, HEAD + XSTATE));
	thread->process = 0;
	KUNIT_EXPECT_EQ(test, FIELD, check(thread, HEAD + XSTATE));
	thread->process = cpu_to_le64(U64_MAX);
	for (bit = 0; bit < 32; bit++) {
		thread->tid = cpu_to_le32(1U << bit);
		KUNIT_EXPECT_EQ(test, bit < 22 ? NONE : FIELD,
				check(thread, HEAD + XSTATE));
	}
	thread->tid = 0;
	KUNIT_EXPECT_EQ(test, FIELD, check(thread, HEAD + XSTATE));
}

static void state_of_a_thread_makes_up_its_length(struct kunit *test)
{
	struct weft_msg_thread *thread = new_thread(test);
	u32 size;

	KUNIT_EXPECT_EQ(test, LENGTH, check(thread, HEAD + XSTATE - 8));
	KUNIT_EXPECT_EQ(test, LENGTH, check(thread, HEAD + XSTATE + 8));
	for (size = 0; size < 20000; size++) {
		if (size == XSTATE)
			continue;
		thread->xstate_size = cpu_to_le32(size);
		KUNIT_EXPECT_EQ(test, size % 8 || size < 576 || size > 12288 ?
				FIELD : LENGTH, check(thread, HEAD + XSTATE));
	}
}

static void thread_hides_nothing(struct kunit *test)
{
	struct weft_msg_thread *thread = new_thread(test);
	u8 *xstate = (u8 *)(thread + 1);
	int at;

	thread->pad = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, FIELD, check(thread, HEAD + XSTATE));
	thread->pad = 0;
	for (at = 0; at < XSTATE; at++) {
		xstate[at] = 1;
		KUNIT_EXPECT_EQ(test, at >= 520 && at < 576 ? FIELD : NONE,
				check(thread, HEAD + XSTATE));
		xstate[at] = 0;
	}
}

static void thread_of_a_capture_is_the_same(struct kunit *test)
{
	struct weft_msg_thread *thread = new_thread(test), again;
	struct weft_msg_capture *capture;
	size_t at;

	capture = kunit_kzalloc(test, sizeof(*capture), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, capture);
	for (at = 0; at < sizeof(*thread); at++)
		((u8 *)thread)[at] = at;
	thread->tid = 0;
	thread->pad = 0;
	capture->process = thread->process;
	weft_thread_to_capture(thread, capture);
	weft_thread_of_capture(capture, &again);
	KUNIT_EXPECT_EQ(test, 0, memcmp(thread, &again, sizeof(again)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(thread_has_a_process_and_a_number),
	KUNIT_CASE(state_of_a_thread_makes_up_its_length),
	KUNIT_CASE(thread_hides_nothing),
	KUNIT_CASE(thread_of_a_capture_is_the_same),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_thread",
	.test_cases = cases,
};

kunit_test_suites(&suite);
