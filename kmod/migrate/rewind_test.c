// SPDX-License-Identifier: GPL-2.0-only
#include "migrate/rewind.h"

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/syscalls.h>

static void what_is_over_is_not_repeated(struct kunit *test)
{
	static const s64 results[] = { 0, 1, 4096, -EAGAIN, -EFAULT, -EIO };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(results); i++) {
		KUNIT_EXPECT_EQ(test, WEFT_REWIND_NOT,
				weft_rewind_decide(__NR_read, results[i], false));
		KUNIT_EXPECT_EQ(test, WEFT_REWIND_NOT,
				weft_rewind_decide(__NR_epoll_wait, results[i], true));
	}
}

static void what_restarts_is_made_again(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_AGAIN,
			weft_rewind_decide(__NR_read, -ERESTARTSYS, false));
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_AGAIN,
			weft_rewind_decide(__NR_read, -ERESTARTSYS, true));
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_AGAIN,
			weft_rewind_decide(__NR_futex, -ERESTARTNOINTR, true));
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_AGAIN,
			weft_rewind_decide(__NR_pause, -ERESTARTNOHAND, false));
}

static void a_signal_that_waits_ends_a_pause(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_EINTR,
			weft_rewind_decide(__NR_pause, -ERESTARTNOHAND, true));
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_EINTR,
			weft_rewind_decide(__NR_nanosleep, -ERESTART_RESTARTBLOCK, true));
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_EINTR,
			weft_rewind_decide(__NR_poll, -ERESTART_RESTARTBLOCK, true));
}

static void time_that_is_left_is_waited_for(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_POLL,
			weft_rewind_decide(__NR_poll, -ERESTART_RESTARTBLOCK, false));
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_SLEEP,
			weft_rewind_decide(__NR_nanosleep, -ERESTART_RESTARTBLOCK, false));
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_SLEEP,
			weft_rewind_decide(__NR_clock_nanosleep, -ERESTART_RESTARTBLOCK,
					   false));
	/* which call that was is not known any more */
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_EINTR,
			weft_rewind_decide(__NR_restart_syscall, -ERESTART_RESTARTBLOCK,
					   false));
}

static void what_never_restarts_does_not_notice_a_move(struct kunit *test)
{
	static const u32 numbers[] = {
		__NR_epoll_wait, __NR_epoll_pwait, __NR_epoll_pwait2, __NR_semop,
		__NR_semtimedop, __NR_rt_sigtimedwait, __NR_io_getevents,
		__NR_io_pgetevents,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		KUNIT_EXPECT_EQ(test, WEFT_REWIND_AGAIN,
				weft_rewind_decide(numbers[i], -EINTR, false));
		KUNIT_EXPECT_EQ(test, WEFT_REWIND_NOT,
				weft_rewind_decide(numbers[i], -EINTR, true));
	}
	KUNIT_EXPECT_EQ(test, WEFT_REWIND_NOT,
			weft_rewind_decide(__NR_read, -EINTR, false));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(what_is_over_is_not_repeated),
	KUNIT_CASE(what_restarts_is_made_again),
	KUNIT_CASE(a_signal_that_waits_ends_a_pause),
	KUNIT_CASE(time_that_is_left_is_waited_for),
	KUNIT_CASE(what_never_restarts_does_not_notice_a_move),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_rewind",
	.test_cases = cases,
};

kunit_test_suites(&suite);
