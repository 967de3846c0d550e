// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program to be moved, which measures what that does to it:
 *
 *   bench-mover spin FILE MIB              the longest gaps in its work
 *   bench-mover touch FILE MIB PAGES       reads so many pages in order
 *   bench-mover random FILE MIB PAGES      reads so many pages in random order
 *   bench-mover call FILE NAME BATCH COUNT makes a system call
 *   bench-mover rest FILE                  sleeps until it is killed
 *
 * Each of them fills MIB of memory, if it has any, creates FILE, which says that
 * it may be moved, and computes until it gets SIGUSR1. Then it does what it is to
 * do where it is, and writes the results to FILE: one number on each line, times in
 * nanoseconds. "spin" ends with the signal, and measures until then.
 *
 *   bench-mover fork FILE COUNT            from fork() to main() of a program
 *   bench-mover stamp                      that program
 *   bench-mover clock-serve PORT           tells what the clock says
 *   bench-mover clock-ask ADDRESS PORT COUNT
 *                                          by how much that clock is ahead, and
 *                                          how long the quickest answer took
 *   bench-mover clock-step NS              moves the clock of this machine
 */
#include "mover.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_LEN	24

static int must_go;

static void on_signal(int signal)
{
	(void)signal;
	__atomic_store_n(&must_go, 1, __ATOMIC_RELAXED);
}

bool has_to_go(void)
{
	return __atomic_load_n(&must_go, __ATOMIC_RELAXED);
}

int64_t now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now))
		give_up("clock");
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void give_up(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	dprintf(STDERR_FILENO, "bench-mover: ");
	vdprintf(STDERR_FILENO, format, arguments);
	dprintf(STDERR_FILENO, error ? ": %s\n" : "\n", strerror(error));
	va_end(arguments);
	exit(1);
}

void make_results(struct mover *mover, size_t room)
{
	size_t len = (room + 1) * sizeof(*mover->results);

	mover->results = mmap(NULL, len, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (mover->results == MAP_FAILED)
		give_up("memory for %zu results", room);
	memset(mover->results, 0xff, len);
	mover->room = room;
}

void add_result(struct mover *mover, int64_t number)
{
	if (mover->count < mover->room)
		mover->results[mover->count++] = number;
}

static void write_results(const struct mover *mover)
{
	size_t i, len = 0, room = mover->count * LINE_MAX_LEN + 1, done = 0;
	char *text = malloc(room);
	ssize_t part;
	int fd = open(mover->file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || !text)
		give_up("cannot write %s", mover->file);
	for (i = 0; i < mover->count; i++)
		len += (size_t)snprintf(text + len, room - len, "%lld\n",
					(long long)mover->results[i]);
	while (done < len) {
		part = write(fd, text + done, len - done);
		if (part <= 0)
			give_up("cannot write %s", mover->file);
		done += (size_t)part;
	}
	if (close(fd))
		give_up("cannot close %s", mover->file);
}

/* From here on it may be moved. */
static void say_ready(const struct mover *mover)
{
	struct sigaction action = { .sa_handler = on_signal };
	int fd;

	if (sigaction(SIGUSR1, &action, NULL))
		give_up("sigaction");
	fd = open(mover->file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || close(fd))
		give_up("cannot create %s", mover->file);
}

static void wait_for_move(void)
{
	uint64_t rounds = 0;

	while (!has_to_go())
		__asm__ volatile("" : "+r"(rounds));
}

static uint64_t number_of(const char *text)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || end == text || *end)
		give_up("'%s' is no number", text);
	return number;
}

/**
 * struct work - what the program can do after a move
 * @name:       how it is asked for
 * @arguments:  how many there are behind FILE
 * @has_memory: the first one is how much memory it fills
 * @has_call:   the first one is the name of a call
 * @waits:      it begins with the signal
 * @run:        does it
 */
struct work {
	const char *name;
	int arguments;
	bool has_memory;
	bool has_call;
	bool waits;
	void (*run)(struct mover *mover);
};

static const struct work works[] = {
	{ "spin", 1, true, false, false, spin },
	{ "touch", 2, true, false, true, touch_in_order },
	{ "random", 2, true, false, true, touch_at_random },
	{ "call", 3, false, true, true, make_calls },
	{ "rest", 0, false, false, true, rest },
	{ "fork", 1, false, false, false, start_programs },
};

static void run_work(const struct work *work, char **arguments)
{
	struct mover mover = { .file = arguments[0] };
	int i, first = work->has_call ? 1 : 0;

	if (work->has_call) {
		mover.name = arguments[1];
		if (!is_call(mover.name))
			give_up("no call '%s'", mover.name);
	}
	for (i = first; i < work->arguments; i++)
		mover.numbers[i - first] = number_of(arguments[1 + i]);
	if (work->has_memory)
		fill_memory(&mover, mover.numbers[0]);
	say_ready(&mover);
	if (work->waits)
		wait_for_move();
	work->run(&mover);
	write_results(&mover);
}

static bool is_clock_run(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "stamp"))
		write_stamp();
	else if (argc == 3 && !strcmp(argv[1], "clock-serve"))
		serve_clock(number_of(argv[2]));
	else if (argc == 5 && !strcmp(argv[1], "clock-ask"))
		ask_clock(argv[2], number_of(argv[3]), number_of(argv[4]));
	else if (argc == 3 && !strcmp(argv[1], "clock-step"))
		step_clock(strtoll(argv[2], NULL, 10));
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	size_t i;

	if (is_clock_run(argc, argv))
		return 0;
	for (i = 0; argc >= 3 && i < sizeof(works) / sizeof(works[0]); i++)
		if (!strcmp(argv[1], works[i].name) && argc == 3 + works[i].arguments) {
			run_work(&works[i], argv + 2);
			return 0;
		}
	dprintf(STDERR_FILENO,
		"usage: bench-mover WORK FILE [ARGUMENT...]; see the head of its source\n");
	return 2;
}
