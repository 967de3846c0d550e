// SPDX-License-Identifier: GPL-2.0-only
/* Exercises of waiting: for descriptors, for time, and for signals meanwhile. */
#define _GNU_SOURCE
#include "exercise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sig_atomic_t handled;

static void on_signal(int signal)
{
	(void)signal;
	handled++;
}

/**
 * struct waiting - what is waited with
 * @pipe:   which has a byte in it or not
 * @epoll:  which watches the pipe
 * @open:   a mask that lets the signal in; it is blocked otherwise
 */
struct waiting {
	int pipe[2];
	int epoll;
	sigset_t open;
};

typedef int wait_call(const struct waiting *waiting, int ms, const sigset_t *mask);

static int by_pselect(const struct waiting *waiting, int ms, const sigset_t *mask)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
	int result;
	fd_set set;

	FD_ZERO(&set);
	FD_SET(waiting->pipe[0], &set);
	result = pselect(waiting->pipe[0] + 1, &set, NULL, NULL, ms < 0 ? NULL : &time, mask);
	WANT(result < 0 || result == !!FD_ISSET(waiting->pipe[0], &set));
	return result;
}

static int by_select(const struct waiting *waiting, int ms, const sigset_t *mask)
{
	struct timeval time = { ms / 1000, ms % 1000 * 1000 };
	fd_set set;

	(void)mask;
	FD_ZERO(&set);
	FD_SET(waiting->pipe[0], &set);
	return select(waiting->pipe[0] + 1, &set, NULL, NULL, ms < 0 ? NULL : &time);
}

static int by_ppoll(const struct waiting *waiting, int ms, const sigset_t *mask)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
	struct pollfd poll = { .fd = waiting->pipe[0], .events = POLLIN };
	int result = ppoll(&poll, 1, ms < 0 ? NULL : &time, mask);

	WANT(result < 0 || result == !!(poll.revents & POLLIN));
	return result;
}

static int by_poll(const struct waiting *waiting, int ms, const sigset_t *mask)
{
	struct pollfd poll_fd = { .fd = waiting->pipe[0], .events = POLLIN };

	(void)mask;
	return poll(&poll_fd, 1, ms);
}

static int by_epoll(const struct waiting *waiting, int ms, const sigset_t *mask)
{
	struct epoll_event event = { 0 };
	int result = epoll_pwait(waiting->epoll, &event, 1, ms, mask);

	WANT(result < 1 || event.data.u64 == 0x123456789abcdefULL);
	return result;
}

static int by_epoll2(const struct waiting *waiting, int ms, const sigset_t *mask)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
	struct epoll_event event = { 0 };

	return epoll_pwait2(waiting->epoll, &event, 1, ms < 0 ? NULL : &time, mask);
}

/**
 * struct way - one way to wait
 * @call:     it
 * @has_mask: it takes a mask of signals
 */
static const struct way {
	wait_call *call;
	bool has_mask;
} ways[] = {
	{ by_select, false }, { by_poll, false }, { by_pselect, true },
	{ by_ppoll, true }, { by_epoll, true }, { by_epoll2, true },
};

static void wait_by(const struct way *way, const struct waiting *waiting)
{
	int before = handled;
	char byte = 'x';

	WANT(way->call(waiting, 0, NULL) == 0);
	WANT(way->call(waiting, 5, NULL) == 0);
	WANT(write(waiting->pipe[1], &byte, 1) == 1);
	WANT(way->call(waiting, -1, NULL) == 1);
	WANT(way->call(waiting, 1000, NULL) == 1);
	WANT(read(waiting->pipe[0], &byte, 1) == 1 && byte == 'x');
	/* a signal that is blocked does not disturb, and waits */
	WANT(!raise(SIGUSR1));
	WANT(way->call(waiting, 5, NULL) == 0);
	WANT(handled == before);
	if (way->has_mask) {
		errno = 0;
		WANT(way->call(waiting, 60000, &waiting->open) == -1);
		WANT(errno == EINTR && handled == before + 1);
	} else {
		WANT(!sigprocmask(SIG_SETMASK, &waiting->open, NULL));
	}
}

static void begin_waiting(struct waiting *waiting)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = 0x123456789abcdefULL };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	WANT(!pipe(waiting->pipe));
	waiting->epoll = epoll_create1(EPOLL_CLOEXEC);
	WANT(waiting->epoll >= 0);
	WANT(!epoll_ctl(waiting->epoll, EPOLL_CTL_ADD, waiting->pipe[0], &event));
	WANT(!sigaction(SIGUSR1, &action, NULL));
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	WANT(!sigprocmask(SIG_BLOCK, &blocked, &waiting->open));
}

static void wait_for_descriptors(int argc, char **argv)
{
	struct waiting waiting;
	sigset_t usr1, mask;
	size_t i;

	(void)argc;
	(void)argv;
	begin_waiting(&waiting);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	while (go_on()) {
		for (i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
			wait_by(&ways[i], &waiting);
			/* none of the ways leaves a mask behind */
			WANT(!sigprocmask(SIG_BLOCK, NULL, &mask));
			WANT(sigismember(&mask, SIGUSR1) == ways[i].has_mask);
			WANT(!sigprocmask(SIG_BLOCK, &usr1, NULL));
		}
	}
}

/*
 * The move itself must not be noticed, whatever the program waits in: it reads
 * what a patient friend writes when the move is over.
 */
static void wait_once(int argc, char **argv)
{
	struct waiting waiting = { .pipe = { STDIN_FILENO, -1 } };
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = 0x123456789abcdefULL };
	const struct timespec sleep_time = { 25, 0 };
	size_t way = argc == 1 ? (size_t)(argv[0][0] - '0') : 0;
	char byte = 0;

	waiting.epoll = epoll_create1(EPOLL_CLOEXEC);
	WANT(!epoll_ctl(waiting.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event));
	dprintf(STDOUT_FILENO, "ready\n");
	if (way < sizeof(ways) / sizeof(*ways))
		WANT(ways[way].call(&waiting, 600000, NULL) == 1);
	else
		WANT(!nanosleep(&sleep_time, NULL));
	WANT(read(STDIN_FILENO, &byte, 1) == 1);
	dprintf(STDOUT_FILENO, "%c\n", byte);
}

/* Descriptors that count, and one that tells the time. */
static void count_events(int argc, char **argv)
{
	struct itimerspec soon = { .it_value = { 0, 3000000 } };
	int event = eventfd(3, EFD_SEMAPHORE), timer = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t value;

	(void)argc;
	(void)argv;
	WANT(event >= 0 && timer >= 0);
	while (go_on()) {
		value = 2;
		WANT(write(event, &value, 8) == 8);
		WANT(read(event, &value, 8) == 8 && value == 1);
		WANT(read(event, &value, 8) == 8 && value == 1);
		WANT(!timerfd_settime(timer, 0, &soon, NULL));
		WANT(read(timer, &value, 8) == 8 && value == 1);
	}
	WANT(read(event, &value, 8) == 8 && value == 1);
}

const struct exercise wait_exercises[] = {
	{ "wait", wait_for_descriptors },
	{ "wait-once", wait_once },
	{ "events", count_events },
	{ NULL, NULL },
};
