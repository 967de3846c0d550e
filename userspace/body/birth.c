// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first process of a PID namespace: it gives the namespace the clocks of home,
 * makes the one that becomes the process, with its number, and stays until nobody
 * else is left. The kernel makes it the parent of all whose parents have ended, and
 * lets no signal from inside reach it.
 *
 * It has no descriptor of the body: that is gone as soon as the process is.
 */
#include "birth.h"
#include "call.h"

#include <linux/weft_body.h>

#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <stdint.h>

#define SIGCHLD			17
#define NANOSECONDS		1000000000LL
#define DIGITS_MAX		20
#define OFFSETS_LEN		128

/* What the kernel takes of clone(2), up to the one that matters here. */
struct clone {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t child_tid;
	uint64_t parent_tid;
	uint64_t exit_signal;
	uint64_t stack;
	uint64_t stack_size;
	uint64_t tls;
	uint64_t set_tid;
	uint64_t set_tid_size;
};

static char *put_text(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	return to;
}

static char *put_number(char *to, int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[DIGITS_MAX];
	int count = 0;

	if (number < 0)
		*to++ = '-';
	do {
		digits[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	while (count)
		*to++ = digits[--count];
	return to;
}

/* A line: the nanoseconds are never below zero, the seconds may be. */
static char *put_offset(char *to, const char *clock, int64_t offset)
{
	int64_t seconds = offset / NANOSECONDS, rest = offset % NANOSECONDS;

	if (rest < 0) {
		rest += NANOSECONDS;
		seconds--;
	}
	to = put_text(to, clock);
	*to++ = ' ';
	to = put_number(to, seconds);
	*to++ = ' ';
	to = put_number(to, rest);
	*to++ = '\n';
	return to;
}

/* For whoever is born from now on. Return: 0, or a negative errno. */
static long set_clocks(const struct weft_body_birth *birth)
{
	char offsets[OFFSETS_LEN], *end;
	long fd, done;

	done = call(__NR_unshare, CLONE_NEWTIME, 0, 0);
	if (done)
		return done;
	end = put_offset(offsets, "monotonic", birth->monotonic);
	end = put_offset(end, "boottime", birth->boottime);
	fd = call(__NR_open, (long)"/proc/self/timens_offsets", O_WRONLY, 0);
	if (fd < 0)
		return fd;
	done = call(__NR_write, fd, (long)offsets, end - offsets);
	call(__NR_close, fd, 0, 0);
	return done == end - offsets ? 0 : done < 0 ? done : -EIO;
}

/* Return: 0 in the child, its number in the parent, or a negative errno. */
static long clone_as(uint32_t pid)
{
	int32_t number = (int32_t)pid;
	const struct clone clone = {
		.exit_signal = SIGCHLD,
		.set_tid = (uint64_t)&number,
		.set_tid_size = 1,
	};

	return call(__NR_clone3, (long)&clone, sizeof(clone), 0);
}

/* As wait(2) tells it, in what an exit status has room for. */
static int status_of(int status)
{
	return status & 0x7f ? STATUS_KILLED + (status & 0x7f) : status >> 8 & 0xff;
}

/* Ends as the process did, but not before everybody else. */
static __attribute__((noreturn)) void outlive(long process)
{
	int status, result = STATUS_NOT_STARTED;
	long ended;

	for (;;) {
		ended = call4(__NR_wait4, -1, (long)&status, __WALL, 0);
		if (ended == process)
			result = status_of(status);
		else if (ended < 0 && ended != -EINTR)
			quit(result);
	}
}

/**
 * be_born() - begin where the process is to be
 * @fd:    of the body
 * @ready: of the eventfd, or negative
 *
 * Returns in a child of the caller, if that is the first process of its PID
 * namespace; else it does nothing. The caller itself stays in here.
 */
void be_born(long fd, long ready)
{
	struct weft_body_birth birth;
	long child;

	if (call(__NR_getpid, 0, 0, 0) != 1)
		return;
	if (call(__NR_ioctl, fd, WEFT_BODY_BIRTH, (long)&birth))
		quit(STATUS_REFUSED);
	if (set_clocks(&birth))
		quit(STATUS_TIME);
	child = clone_as(birth.pid);
	if (child < 0)
		quit(STATUS_NUMBER);
	if (!child) {
		call(__NR_setsid, 0, 0, 0);
		return;
	}
	call(__NR_close, fd, 0, 0);
	if (ready >= 0)
		call(__NR_close, ready, 0, 0);
	call(__NR_prctl, PR_SET_NAME, (long)"weft-init", 0);
	outlive(child);
}
