// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The event loop. Events are taken from the kernel one at a time, so that a
 * function that frees a source never leaves a stale pointer to it behind in a
 * batch. Level-triggered: what is not read now is reported again.
 */
#include "loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/**
 * loop_open() - make an empty loop
 * @loop: the loop
 *
 * Return: 0 or -errno.
 */
int loop_open(struct loop *loop)
{
	loop->is_stopping = false;
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
		count = epoll_wait(loop->epoll, &event, 1, -1);
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count <= 0)
			continue;
		source = event.data.ptr;
		source->ready(source, event.events);
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
