// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls, and the start of programs.
 */
#define _GNU_SOURCE
#include "mover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX	10000000

/**
 * struct call_state - what calls work with
 * @file:   a file at home, with a page in it
 * @page:   a page of memory, for data
 * @other:  one whose protection changes
 * @is_set: whether it may be written to
 */
struct call_state {
	int file;
	void *page;
	void *other;
	bool is_set;
};

static bool call_getppid(struct call_state *state)
{
	(void)state;
	return syscall(SYS_getppid) >= 0;
}

static bool call_getpid(struct call_state *state)
{
	(void)state;
	return syscall(SYS_getpid) > 0;
}

static bool call_pread(struct call_state *state)
{
	return pread(state->file, state->page, PAGE_BYTES, 0) == PAGE_BYTES;
}

static bool call_pwrite(struct call_state *state)
{
	return pwrite(state->file, state->page, PAGE_BYTES, 0) == PAGE_BYTES;
}

/* Not by the vDSO, which makes no call. */
static bool call_clock(struct call_state *state)
{
	return !syscall(SYS_clock_gettime, CLOCK_MONOTONIC, state->page);
}

static bool call_yield(struct call_state *state)
{
	(void)state;
	return !syscall(SYS_sched_yield);
}

static bool call_mprotect(struct call_state *state)
{
	state->is_set = !state->is_set;
	return !mprotect(state->other, PAGE_BYTES,
			 PROT_READ | (state->is_set ? PROT_WRITE : 0));
}

/**
 * struct call - a call that can be asked for
 * @name: how
 * @make: makes it; false if it failed
 */
struct call {
	const char *name;
	bool (*make)(struct call_state *state);
};

static const struct call calls[] = {
	{ "getppid", call_getppid },
	{ "getpid", call_getpid },
	{ "pread", call_pread },
	{ "pwrite", call_pwrite },
	{ "clock_gettime", call_clock },
	{ "sched_yield", call_yield },
	{ "mprotect", call_mprotect },
};

static const struct call *find_call(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(calls[i].name, name))
			return &calls[i];
	return NULL;
}

bool is_call(const char *name)
{
	return find_call(name);
}

static void *new_page(void)
{
	void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		give_up("memory for a page");
	memset(page, 'w', PAGE_BYTES);
	return page;
}

/* Whoever runs this may have moved: what is made now is where it is. */
static void prepare(struct call_state *state, const char *path)
{
	char name[256];

	*state = (struct call_state){ .page = new_page(), .other = new_page() };
	snprintf(name, sizeof(name), "%s.data", path);
	state->file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (state->file < 0 || !call_pwrite(state))
		give_up("cannot write %s", name);
}

/* The results are the times of one call, each the mean of a batch. */
void make_calls(struct mover *mover)
{
	const struct call *call = find_call(mover->name);
	uint64_t batch = mover->numbers[0], count = mover->numbers[1];
	struct call_state state;
	int64_t begin;
	uint64_t i, k;

	errno = 0;
	if (!batch || batch > COUNT_MAX || count > COUNT_MAX)
		give_up("batch and count have at most %d calls", COUNT_MAX);
	prepare(&state, mover->file);
	make_results(mover, count);
	/* the first one finds its code and its data */
	for (i = 0; i <= count; i++) {
		begin = now_ns();
		for (k = 0; k < batch; k++)
			if (!call->make(&state))
				give_up("%s", mover->name);
		if (i)
			add_result(mover, (now_ns() - begin) / (int64_t)batch);
	}
}

void write_stamp(void)
{
	int64_t now = now_ns();

	if (write(STDOUT_FILENO, &now, sizeof(now)) != sizeof(now))
		give_up("write");
}

static int64_t start_one(void)
{
	int64_t begin, end;
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		give_up("pipe");
	begin = now_ns();
	child = fork();
	if (child < 0)
		give_up("fork");
	if (!child) {
		if (dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO)
			execl("/proc/self/exe", "bench-mover", "stamp", NULL);
		_exit(127);
	}
	close(ends[1]);
	if (read(ends[0], &end, sizeof(end)) != sizeof(end) ||
	    waitpid(child, &status, 0) != child || status)
		give_up("the program does not start");
	close(ends[0]);
	return end - begin;
}

/* The results are the times of each. */
void start_programs(struct mover *mover)
{
	uint64_t i;

	if (mover->numbers[0] > COUNT_MAX)
		give_up("at most %d programs", COUNT_MAX);
	make_results(mover, mover->numbers[0]);
	for (i = 0; i < mover->numbers[0]; i++)
		add_result(mover, start_one());
}

/* Present, and nothing else. */
void rest(struct mover *mover)
{
	const struct timespec second = { .tv_sec = 1 };

	(void)mover;
	for (;;)
		nanosleep(&second, NULL);
}
