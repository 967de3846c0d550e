// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that does a little of everything, and the same each time:
 *
 *   worker FILE ROUNDS
 *
 * Each round computes, on the heap, in floating point and on the stack, for about
 * ten milliseconds, looks at who it is, and writes a line to FILE and to standard
 * output. In the end it writes to FILE.clock how many microseconds passed at most
 * between two looks at the clock, and by how many it went back at most, and exits
 * with status 42; with 1 and a sentence if anything was not as it should be.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HEAP_LEN	(8 << 20)
#define HEAP_STRIDE	4096
#define ROUND_US	10000
#define STATUS		42

/**
 * struct worker - the state of the work
 * @heap:   memory, of which each round touches one byte of each page
 * @sum:    of what was read there
 * @x:      a number that every round changes
 * @pid:    its number, as it was in the beginning
 * @ppid:   that of its parent
 * @file:   where lines go
 * @last:   when the clock was looked at, in microseconds
 * @gap:    the longest time between two looks
 * @back:   how far the clock went back
 */
struct worker {
	uint8_t *heap;
	uint64_t sum;
	double x;
	pid_t pid;
	pid_t ppid;
	int file;
	int64_t last;
	int64_t gap;
	int64_t back;
};

/* Initialized data, which is in a file until somebody writes to it. */
static uint32_t table[4096] = { 1, 2, 3, 5, 7, 11, 13 };

static void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "worker: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now))
		give_up("clock");
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void look_at_clock(struct worker *worker)
{
	int64_t now = now_us();

	if (worker->last - now > worker->back)
		worker->back = worker->last - now;
	if (now - worker->last > worker->gap)
		worker->gap = now - worker->last;
	worker->last = now;
}

static uint32_t deep(uint32_t depth, uint32_t value)
{
	uint32_t frame[64];

	frame[depth % 64] = value;
	/* it is in memory now, and may have changed */
	__asm__ volatile("" : : "r"(frame) : "memory");
	if (!depth)
		return value;
	return deep(depth - 1, value * 2654435761U + depth) ^ frame[depth % 64];
}

static void compute(struct worker *worker, unsigned int round)
{
	size_t i;

	for (i = 0; i < HEAP_LEN; i += HEAP_STRIDE)
		worker->sum += worker->heap[i]++;
	worker->x = sin(worker->x) + sqrt(worker->x + round) / 3;
	table[round % 4096] += deep(200, round);
	worker->sum += table[(round * 7) % 4096];
}

/* Time passes in user mode, with values in registers that must stay. */
static void spin(struct worker *worker)
{
	int64_t end = worker->last + ROUND_US;
	double a = 1, b = 2, c = 3;
	int i;

	while (worker->last < end && worker->last > end - 2 * ROUND_US) {
		for (i = 0; i < 1000; i++) {
			a = a * 0.5 + 1;
			b = b * 0.25 + 3;
			c = c * 0.125 + 7;
		}
		look_at_clock(worker);
	}
	errno = 0;
	if (a != 2 || b != 4 || c != 8)
		give_up("registers have changed");
}

static void write_all(int fd, const char *text, size_t len)
{
	ssize_t done = write(fd, text, len);

	if (done != (ssize_t)len)
		give_up("write");
}

static void report(struct worker *worker, unsigned int round)
{
	char line[128];
	int len = snprintf(line, sizeof(line), "%u %llu %.17g\n", round,
			   (unsigned long long)worker->sum, worker->x);

	write_all(worker->file, line, (size_t)len);
	write_all(STDOUT_FILENO, line, (size_t)len);
	errno = 0;
	if (getpid() != worker->pid || getppid() != worker->ppid)
		give_up("it is somebody else");
}

static void report_clock(const struct worker *worker, const char *path)
{
	char name[256];
	int fd;

	snprintf(name, sizeof(name), "%s.clock", path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		give_up(name);
	dprintf(fd, "%lld %lld\n", (long long)worker->gap, (long long)worker->back);
	if (close(fd))
		give_up(name);
}

static void begin(struct worker *worker, const char *path)
{
	worker->heap = malloc(HEAP_LEN);
	if (!worker->heap)
		give_up("memory");
	memset(worker->heap, 7, HEAP_LEN);
	worker->x = 1.5;
	worker->pid = getpid();
	worker->ppid = getppid();
	worker->file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (worker->file < 0)
		give_up(path);
	worker->last = now_us();
}

int main(int argc, char **argv)
{
	struct worker worker = { 0 };
	unsigned int round, rounds = argc == 3 ? (unsigned int)atoi(argv[2]) : 0;

	if (!rounds) {
		dprintf(STDERR_FILENO, "usage: worker FILE ROUNDS\n");
		return 2;
	}
	begin(&worker, argv[1]);
	for (round = 0; round < rounds; round++) {
		compute(&worker, round);
		spin(&worker);
		report(&worker, round);
	}
	report_clock(&worker, argv[1]);
	return STATUS;
}
