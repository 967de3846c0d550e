// SPDX-License-Identifier: GPL-2.0-or-later
/* The timers of the event loop: order, stopping, starting again. */
#include "ktap.h"
#include "loop.h"

/**
 * struct alarm - a timer that writes its name down
 * @timer: the timer
 * @loop:  where it runs
 * @heard: what all of them wrote
 * @name:  its name; '.' stops the loop
 * @again: how often it starts itself again
 */
struct alarm {
	struct loop_timer timer;
	struct loop *loop;
	char *heard;
	char name;
	int again;
};

static void ring(struct loop_timer *timer)
{
	struct alarm *alarm = container_of(timer, struct alarm, timer);
	size_t length = strlen(alarm->heard);

	alarm->heard[length] = alarm->name;
	alarm->heard[length + 1] = '\0';
	if (alarm->again-- > 0)
		loop_timer_start(alarm->loop, timer, 0);
	if (alarm->name == '.')
		loop_stop(alarm->loop);
}

static void start(struct alarm *alarm, struct loop *loop, char *heard,
		  char name, int64_t delay_ms)
{
	alarm->timer.expired = ring;
	alarm->loop = loop;
	alarm->heard = heard;
	alarm->name = name;
	loop_timer_start(loop, &alarm->timer, delay_ms);
}

static void run(struct ktap *test, struct loop *loop)
{
	EXPECT_EQ(test, 0, loop_run(loop));
	loop_close(loop);
}

static void timers_expire_in_their_order(struct ktap *test)
{
	struct alarm a = { 0 }, b = { 0 }, c = { 0 }, end = { 0 };
	char heard[16] = "";
	struct loop loop;

	EXPECT_EQ(test, 0, loop_open(&loop));
	start(&end, &loop, heard, '.', 40);
	start(&c, &loop, heard, 'c', 30);
	start(&a, &loop, heard, 'a', 10);
	start(&b, &loop, heard, 'b', 20);
	run(test, &loop);
	EXPECT_TEXT(test, "abc.", heard);
}

static void timers_of_one_moment_keep_their_order(struct ktap *test)
{
	struct alarm a = { 0 }, b = { 0 }, end = { 0 };
	char heard[16] = "";
	struct loop loop;

	EXPECT_EQ(test, 0, loop_open(&loop));
	start(&a, &loop, heard, 'a', -5);
	start(&b, &loop, heard, 'b', 0);
	start(&end, &loop, heard, '.', 1);
	run(test, &loop);
	EXPECT_TEXT(test, "ab.", heard);
}

static void stopped_timer_is_silent(struct ktap *test)
{
	struct alarm a = { 0 }, b = { 0 }, end = { 0 };
	char heard[16] = "";
	struct loop loop;

	EXPECT_EQ(test, 0, loop_open(&loop));
	start(&a, &loop, heard, 'a', 1);
	start(&b, &loop, heard, 'b', 2);
	start(&end, &loop, heard, '.', 20);
	loop_timer_stop(&loop, &a.timer);
	loop_timer_stop(&loop, &a.timer);
	run(test, &loop);
	EXPECT_TEXT(test, "b.", heard);
}

static void started_again_it_expires_once(struct ktap *test)
{
	struct alarm a = { 0 }, end = { 0 };
	char heard[16] = "";
	struct loop loop;

	EXPECT_EQ(test, 0, loop_open(&loop));
	start(&a, &loop, heard, 'a', 1);
	start(&a, &loop, heard, 'a', 10);
	start(&end, &loop, heard, '.', 30);
	run(test, &loop);
	EXPECT_TEXT(test, "a.", heard);
}

static void timer_can_start_itself(struct ktap *test)
{
	struct alarm a = { .again = 3 }, end = { 0 };
	char heard[16] = "";
	struct loop loop;

	EXPECT_EQ(test, 0, loop_open(&loop));
	start(&a, &loop, heard, 'a', 1);
	start(&end, &loop, heard, '.', 60);
	run(test, &loop);
	EXPECT_TEXT(test, "aaaa.", heard);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(timers_expire_in_their_order),
	KTAP_CASE(timers_of_one_moment_keep_their_order),
	KTAP_CASE(stopped_timer_is_silent),
	KTAP_CASE(started_again_it_expires_once),
	KTAP_CASE(timer_can_start_itself),
};

KTAP_MAIN(cases)
