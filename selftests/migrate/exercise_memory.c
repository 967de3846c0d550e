// SPDX-License-Identifier: GPL-2.0-only
/* Exercises of memory: many mappings, files, the heap and the stack. */
#define _GNU_SOURCE
#include "exercise.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE		4096UL
#define MAPPINGS	200
#define MAPPING_LEN	(4 * PAGE)
#define FILE_NAME	"mapped"

static sigjmp_buf touched;

static void on_fault(int signal)
{
	siglongjmp(touched, signal);
}

/* Which signal a touch of memory gives; 0: none. */
static int touch(uint8_t *address, bool is_write)
{
	int signal = sigsetjmp(touched, 1);
	uint8_t byte;

	if (signal)
		return signal;
	byte = *address;
	HIDE(byte);
	if (is_write)
		*address = byte;
	HIDE(byte);
	return 0;
}

static void catch_faults(void)
{
	struct sigaction action = { .sa_handler = on_fault };

	WANT(!sigaction(SIGSEGV, &action, NULL));
	WANT(!sigaction(SIGBUS, &action, NULL));
}

static int make_file(void)
{
	static uint8_t bytes[MAPPING_LEN + 100];
	int fd = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	WANT(fd >= 0);
	fill_bytes(bytes, sizeof(bytes), 77);
	WANT(write(fd, bytes, sizeof(bytes)) == sizeof(bytes));
	return fd;
}

/*
 * Five kinds, in turn: plain memory; a file to read; a file that was written to;
 * nothing at all; plain memory between two guards.
 */
static uint8_t *make_mapping(int fd, unsigned int i)
{
	int is_file = i % 5 == 1 || i % 5 == 2;
	int protection = i % 5 == 1 ? PROT_READ : i % 5 == 3 ? PROT_NONE :
			 PROT_READ | PROT_WRITE;
	uint8_t *at = mmap(NULL, MAPPING_LEN, protection,
			   MAP_PRIVATE | (is_file ? 0 : MAP_ANONYMOUS),
			   is_file ? fd : -1, 0);

	WANT(at != MAP_FAILED);
	if (i % 5 == 0)
		fill_bytes(at, MAPPING_LEN, i);
	if (i % 5 == 2)
		fill_bytes(at + PAGE, 100, i);
	if (i % 5 == 4) {
		fill_bytes(at + PAGE, 2 * PAGE, i);
		WANT(!mprotect(at, PAGE, PROT_NONE));
		WANT(!mprotect(at + 3 * PAGE, PAGE, PROT_NONE));
	}
	return at;
}

static uint64_t look_at(uint8_t *at, unsigned int i)
{
	switch (i % 5) {
	case 3:
		WANT(touch(at, false) == SIGSEGV);
		return i;
	case 4:
		WANT(touch(at + PAGE - 1, false) == SIGSEGV);
		WANT(touch(at + 3 * PAGE, true) == SIGSEGV);
		return sum_bytes(at + PAGE, 2 * PAGE);
	case 1:
		WANT(touch(at, true) == SIGSEGV);
		return sum_bytes(at, MAPPING_LEN);
	default:
		WANT(!touch(at, true));
		return sum_bytes(at, MAPPING_LEN);
	}
}

/* Takes some away, makes new ones, and changes what others allow. */
static void change_mapping(uint8_t **at, int fd, unsigned int i)
{
	WANT(!munmap(*at, MAPPING_LEN));
	*at = make_mapping(fd, i);
	if (i % 5)
		return;
	WANT(!mprotect(*at, PAGE, PROT_READ));
	WANT(touch(*at, true) == SIGSEGV);
	WANT(!mprotect(*at, PAGE, PROT_READ | PROT_WRITE));
}

static void use_mappings(int argc, char **argv)
{
	uint8_t *at[MAPPINGS];
	uint64_t sum, first = 0;
	unsigned int i, round = 0;
	int fd = make_file();

	(void)argc;
	(void)argv;
	catch_faults();
	for (i = 0; i < MAPPINGS; i++)
		at[i] = make_mapping(fd, i);
	for (i = 0; i < MAPPINGS; i++)
		first = first * 31 + look_at(at[i], i);
	while (go_on()) {
		/* a tenth of them in each round, so that most are untouched at first */
		for (i = round++ % 10; i < MAPPINGS; i += 10) {
			look_at(at[i], i);
			if (i % 3 == 0)
				change_mapping(&at[i], fd, i);
		}
	}
	for (i = 0, sum = 0; i < MAPPINGS; i++)
		sum = sum * 31 + look_at(at[i], i);
	WANT(sum == first);
	dprintf(STDOUT_FILENO, "sum %016llx\n", (unsigned long long)sum);
}

/* A file is mapped after the move, whole and in part, changed, and beyond its end. */
static void map_files(int argc, char **argv)
{
	uint8_t want_bytes[MAPPING_LEN + 100];
	int fd = make_file();
	uint8_t *at;

	(void)argc;
	(void)argv;
	catch_faults();
	fill_bytes(want_bytes, sizeof(want_bytes), 77);
	while (go_on()) {
		at = mmap(NULL, 6 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
		WANT(at != MAP_FAILED);
		WANT(!memcmp(at, want_bytes, sizeof(want_bytes)));
		WANT(!at[sizeof(want_bytes)] && !at[5 * PAGE - 1]);
		WANT(touch(at + 5 * PAGE, false) == SIGBUS);
		at[3] ^= 1;
		WANT(!munmap(at, 6 * PAGE));
		at = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
		WANT(at != MAP_FAILED);
		WANT(!memcmp(at, want_bytes + 2 * PAGE, PAGE));
		WANT(!munmap(at, PAGE));
		WANT(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 5) == MAP_FAILED);
		WANT(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 999, 0) == MAP_FAILED);
	}
	/* what only this process sees is not in the file */
	WANT(pread(fd, want_bytes, 4, 0) == 4);
	dprintf(STDOUT_FILENO, "%02x\n", want_bytes[3]);
}

/* Others may write to a file that is mapped to be read; here nobody does. */
static void share_files(int argc, char **argv)
{
	uint8_t want_bytes[MAPPING_LEN];
	uint8_t *at;
	int fd;

	(void)argc;
	(void)argv;
	close(make_file());
	fd = open(FILE_NAME, O_RDONLY);
	WANT(fd >= 0);
	catch_faults();
	fill_bytes(want_bytes, sizeof(want_bytes), 77);
	while (go_on()) {
		at = mmap(NULL, MAPPING_LEN, PROT_READ, MAP_SHARED, fd, 0);
		WANT(at != MAP_FAILED);
		WANT(!memcmp(at, want_bytes, MAPPING_LEN));
		WANT(mprotect(at, PAGE, PROT_READ | PROT_WRITE) < 0);
		WANT(touch(at, true) == SIGSEGV);
		WANT(!msync(at, MAPPING_LEN, MS_SYNC));
		WANT(!munmap(at, MAPPING_LEN));
		at = mmap(NULL, MAPPING_LEN, PROT_WRITE, MAP_SHARED, fd, 0);
		WANT(at == MAP_FAILED);
	}
}

static void use_heap(int argc, char **argv)
{
	unsigned int round = 0;
	uint8_t *end, *block;
	uint64_t sum = 0;
	size_t i, len;

	(void)argc;
	(void)argv;
	catch_faults();
	while (go_on()) {
		end = sbrk(0);
		WANT(sbrk(40 * PAGE) == end);
		for (i = 0; i < 40 * PAGE; i++)
			WANT(!end[i]);
		fill_bytes(end, 40 * PAGE, round);
		WANT(sbrk(-30 * (long)PAGE) == end + 40 * PAGE);
		WANT(touch(end + 11 * PAGE, false) == SIGSEGV);
		WANT(sbrk(5 * PAGE) == end + 10 * PAGE);
		for (i = 10 * PAGE; i < 15 * PAGE; i++)
			WANT(!end[i]);
		sum = sum_bytes(end, 10 * PAGE);
		WANT(sbrk(-15 * (long)PAGE) == end + 15 * PAGE);
		len = 1000 + (round % 50) * 7919;
		block = malloc(len);
		WANT(block);
		fill_bytes(block, len, round);
		block = realloc(block, 2 * len);
		WANT(block);
		fill_bytes(end = malloc(len), len, round);
		WANT(!memcmp(block, end, len));
		free(end);
		free(block);
		round = round % 50 + 1;
	}
	WANT(sum);
}

/* Memory that grows, shrinks and goes elsewhere, and what is thrown away of it. */
static void resize_memory(int argc, char **argv)
{
	uint8_t expected[8 * PAGE], *at, *old;
	size_t i;

	(void)argc;
	(void)argv;
	catch_faults();
	fill_bytes(expected, sizeof(expected), 5);
	at = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		  -1, 0);
	WANT(at != MAP_FAILED);
	memcpy(at, expected, 8 * PAGE);
	/* the first round after the move sees memory that nobody has touched there */
	while (go_on()) {
		at = mremap(old = at, 8 * PAGE, 300 * PAGE, MREMAP_MAYMOVE);
		WANT(at != MAP_FAILED);
		for (i = 8 * PAGE; i < 300 * PAGE; i += 97)
			WANT(!at[i]);
		WANT(!memcmp(at, expected, 8 * PAGE));
		memset(at + 8 * PAGE, 1, 292 * PAGE);
		WANT(!madvise(at + 100 * PAGE, 100 * PAGE, MADV_DONTNEED));
		WANT(!at[100 * PAGE] && !at[199 * PAGE] && at[200 * PAGE] == 1);
		WANT(mremap(at, 300 * PAGE, 8 * PAGE, 0) == at);
		WANT(old == at || touch(old, false) == SIGSEGV);
		WANT(touch(at + 8 * PAGE, false) == SIGSEGV);
	}
	dprintf(STDOUT_FILENO, "sum %016llx\n",
		(unsigned long long)sum_bytes(at, 8 * PAGE));
	WANT(!madvise(at + PAGE, PAGE, MADV_DONTNEED));
	for (i = 0; i < PAGE; i++)
		WANT(!at[PAGE + i]);
	WANT(!memcmp(at, expected, PAGE));
}

static uint64_t descend(unsigned int depth, uint64_t value)
{
	uint8_t frame[1000];

	frame[depth % 1000] = value;
	frame[999 - depth % 1000] = depth;
	/* it is in memory now, and may have changed */
	__asm__ volatile("" : : "r"(frame) : "memory");
	if (!depth)
		return value;
	value = descend(depth - 1, value * 6364136223846793005ULL + depth);
	return value ^ frame[999 - depth % 1000];
}

/* Seven of the eight megabytes that a stack has, ever deeper. */
static void use_stack(int argc, char **argv)
{
	uint64_t sum = 0;
	unsigned int depth = 10;

	(void)argc;
	(void)argv;
	while (go_on()) {
		sum = descend(depth, 1);
		WANT(sum == descend(depth, 1));
		if (has_moved() && depth < 6000)
			depth += 1000;
	}
	dprintf(STDOUT_FILENO, "depth %u, %016llx\n", depth,
		(unsigned long long)descend(6000, 1));
}

const struct exercise memory_exercises[] = {
	{ "mappings", use_mappings },
	{ "map-files", map_files },
	{ "share-files", share_files },
	{ "heap", use_heap },
	{ "resize", resize_memory },
	{ "stack", use_stack },
	{ NULL, NULL },
};
