// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The event loop. Events are taken from the kernel one at a time, so that a
 * function that frees a source never leaves a stale pointer to it behind in a
 * batch. Level-triggered: what is not read now is reported again.
 *
 * Timers are a list, the next one first. There are some hundreds at most, and
 * each event looks at the first only.
 */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

/**
 * loop_now_ms() - what time it is
 *
 * Return: milliseconds of the monotonic clock.
 */
int64_t loop_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/**
 * loop_open() - make an empty loop
 * @loop: the loop
 *
 * Return: 0 or -errno.
 */
int loop_open(struct loop *loop)
{
	loop->is_stopping = false;
	loop->timers = NULL;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	return loop->epoll < 0 ? -errno : 0;
}

static int control(struct loop *loop, int operation,
		   struct loop_source *source, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	if (epoll_ctl(loop->epoll, operation, source->fd, &event))
		return -errno;
	return 0;
}

/**
 * loop_add() - watch a file descriptor
 * @loop:   the loop
 * @source: stays where it is until it is removed
 * @events: EPOLLIN, EPOLLOUT
 *
 * Return: 0 or -errno.
 */
int loop_add(struct loop *loop, struct loop_source *source, uint32_t events)
{
	return control(loop, EPOLL_CTL_ADD, source, events);
}

/**
 * loop_change() - watch for other events
 * @loop:   the loop
 * @source: a source that was added
 * @events: EPOLLIN, EPOLLOUT
 *
 * Return: 0 or -errno.
 */
int loop_change(struct loop *loop, struct loop_source *source, uint32_t events)
{
	return control(loop, EPOLL_CTL_MOD, source, events);
}

/**
 * loop_remove() - watch no longer; nothing happens if it was not watched
 * @loop:   the loop
 * @source: the source; @source->fd must still be open
 */
void loop_remove(struct loop *loop, struct loop_source *source)
{
	(void)control(loop, EPOLL_CTL_DEL, source, 0);
}

/**
 * loop_timer_start() - have a function called once, later
 * @loop:     the loop
 * @timer:    stays where it is until it has expired or was stopped; if it runs
 *            already, it begins anew
 * @delay_ms: when; at least one millisecond passes in any case
 */
void loop_timer_start(struct loop *loop, struct loop_timer *timer,
		      int64_t delay_ms)
{
	struct loop_timer **place = &loop->timers;

	loop_timer_stop(loop, timer);
	timer->due_ms = loop_now_ms() + (delay_ms > 0 ? delay_ms : 1);
	while (*place && (*place)->due_ms <= timer->due_ms)
		place = &(*place)->next;
	timer->next = *place;
	*place = timer;
}

/**
 * loop_timer_stop() - have it not called; nothing happens if it does not run
 * @loop:  the loop
 * @timer: the timer
 */
void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	struct loop_timer **place = &loop->timers;

	while (*place && *place != timer)
		place = &(*place)->next;
	if (*place)
		*place = timer->next;
	timer->next = NULL;
}

/* How long epoll may wait: until the first timer, or for ever. */
static int wait_ms(const struct loop *loop)
{
	int64_t left;

	if (!loop->timers)
		return -1;
	left = loop->timers->due_ms - loop_now_ms();
	if (left < 0)
		return 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

/* One look at the clock: a timer that starts itself again cannot hold us. */
static void run_timers(struct loop *loop)
{
	int64_t now = loop->timers ? loop_now_ms() : 0;
	struct loop_timer *timer;

	while (loop->timers && loop->timers->due_ms <= now) {
		timer = loop->timers;
		loop->timers = timer->next;
		timer->next = NULL;
		timer->expired(timer);
	}
}

/**
 * loop_run() - serve events until loop_stop()
 * @loop: the loop
 *
 * Return: 0 after loop_stop(), -errno if waiting itself failed.
 */
int loop_run(struct loop *loop)
{
	struct loop_source *source;
	struct epoll_event event;
	int count;

	while (!loop->is_stopping) {
		count = epoll_wait(loop->epoll, &event, 1, wait_ms(loop));
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0) {
			source = event.data.ptr;
			source->ready(source, event.events);
		}
		run_timers(loop);
	}
	return 0;
}

/**
 * loop_stop() - make loop_run() return
 * @loop: the loop
 */
void loop_stop(struct loop *loop)
{
	loop->is_stopping = true;
}

/**
 * loop_close() - release the loop; the sources belong to their owners
 * @loop: the loop
 */
void loop_close(struct loop *loop)
{
	close(loop->epoll);
	loop->epoll = -1;
}
