// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program whose memory is worth looking at after it has moved:
 *
 *   memory sum FILE MEBIBYTES  fills so much memory, beside two terabytes of holes,
 *                              and writes a line to FILE each time that all of it was
 *                              found as it should be, until FILE.stop is there
 *   memory now FILE            throws memory away, moves it and maps it anew as soon as
 *                              it has moved itself
 *   memory later FILE          likewise when FILE.go is there
 *
 * Exits with status 42; with 1 and a sentence if anything was not as it should be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE		4096UL
#define TERABYTE	(1024 * 1024 * 1024 * 1024UL)
#define PAGES		256UL
#define STATUS		42

static void give_up(const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	vdprintf(STDERR_FILENO, format, args);
	va_end(args);
	dprintf(STDERR_FILENO, " (%s)\n", strerror(error));
	exit(1);
}

static char *map_pages(void *where, size_t len, int prot, int flags, int fd)
{
	char *at = mmap(where, len, prot, MAP_PRIVATE | flags, fd, 0);

	if (at == MAP_FAILED)
		give_up("cannot map %zu bytes", len);
	return at;
}

static char *map_memory(size_t len, int prot)
{
	return map_pages(NULL, len, prot, MAP_ANONYMOUS | MAP_NORESERVE, -1);
}

/* What stands at the beginning of each page of memory that was filled. */
static uint64_t word(size_t page)
{
	return page * 0x9e3779b97f4a7c15UL | 1;
}

static void fill(char *memory, size_t pages)
{
	size_t i;

	for (i = 0; i < pages; i++) {
		memset(memory + i * PAGE, (int)(i | 1), PAGE);
		*(uint64_t *)(memory + i * PAGE) = word(i);
	}
}

/* Finds @pages pages as fill() left them, but for the first @from ones. */
static void expect_filled(const char *what, const char *memory, size_t from,
			  size_t pages)
{
	size_t i;

	for (i = from; i < pages; i++)
		if (*(const uint64_t *)(memory + i * PAGE) != word(i) ||
		    memory[i * PAGE + PAGE - 1] != (char)(i | 1))
			give_up("%s: page %zu is not what it was", what, i);
}

static void expect_zeros(const char *what, const char *memory, size_t pages)
{
	static const char zeros[PAGE];
	size_t i;

	for (i = 0; i < pages; i++)
		if (memcmp(memory + i * PAGE, zeros, PAGE))
			give_up("%s: page %zu is not zero", what, i);
}

static void expect_success(const char *what, int result)
{
	if (result)
		give_up("%s", what);
}

static bool exists(const char *name, const char *ending)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", name, ending);
	return !access(path, F_OK);
}

static int sum(const char *name, size_t pages)
{
	int file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	char *none = map_memory(TERABYTE, PROT_NONE);
	char *sparse = map_memory(TERABYTE, PROT_READ | PROT_WRITE);
	char *memory = map_memory(pages * PAGE, PROT_READ | PROT_WRITE);

	if (file < 0)
		give_up("cannot open %s", name);
	/* pages far from each other are worse than none */
	fill(sparse + TERABYTE / 3, 1);
	fill(sparse + TERABYTE / 2, 1);
	fill(memory, pages);
	do {
		expect_filled("memory", memory, 0, pages);
		expect_filled("a third", sparse + TERABYTE / 3, 0, 1);
		expect_filled("a half", sparse + TERABYTE / 2, 0, 1);
		expect_zeros("a hole", sparse + TERABYTE / 4, 16);
		expect_success("mprotect", mprotect(none + TERABYTE / 2, PAGE, PROT_READ));
		expect_zeros("what nobody could touch", none + TERABYTE / 2, 1);
		if (write(file, "well\n", 5) != 5)
			give_up("cannot write to %s", name);
		usleep(20000);
	} while (!exists(name, ".stop"));
	return STATUS;
}

/* A file of PAGES pages, filled. */
static int make_file(const char *name)
{
	char path[256], *memory;
	int file;

	snprintf(path, sizeof(path), "%s.data", name);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || ftruncate(file, PAGES * PAGE))
		give_up("cannot make %s", path);
	memory = mmap(NULL, PAGES * PAGE, PROT_WRITE, MAP_SHARED, file, 0);
	if (memory == MAP_FAILED)
		give_up("cannot map %s", path);
	fill(memory, PAGES);
	munmap(memory, PAGES * PAGE);
	return file;
}

/* Memory of each test, made before the program moves. */
enum use {
	DISCARDED, FREED, AGAIN, UNMAPPED, COVERED, GROWN, MOVED, PIECES, REPLACED, HIDDEN,
	USES,
};

struct memory {
	char *of[USES];
	char *file;
	char *sentinel;
	char *heap;
	int fd;
};

static void make(struct memory *memory, const char *name)
{
	int i;

	for (i = 0; i < USES; i++) {
		memory->of[i] = map_memory(PAGES * PAGE, PROT_READ | PROT_WRITE);
		fill(memory->of[i], PAGES);
		/* so that nothing merges, and nothing grows into the next */
		map_memory(PAGE, PROT_NONE);
	}
	memset(memory->of[REPLACED], 'r', PAGES * PAGE);
	memory->fd = make_file(name);
	memory->file = map_pages(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, 0, memory->fd);
	memset(memory->file, 'x', PAGES / 2 * PAGE);
	memory->sentinel = map_memory(PAGE, PROT_READ | PROT_WRITE);
	memory->heap = sbrk(PAGES * PAGE);
	memset(memory->heap, 'h', PAGES * PAGE);
}

/* Elsewhere nothing of it is present yet, and asking does not change that. */
static void await_move(const struct memory *memory)
{
	unsigned char is_present = 1;

	memory->sentinel[0] = 1;
	while (is_present & 1) {
		expect_success("mincore", mincore(memory->sentinel, PAGE, &is_present));
		sched_yield();
	}
}

static void throw_away(const struct memory *memory)
{
	char *at = memory->of[DISCARDED];

	expect_success("discard", madvise(at, PAGES / 2 * PAGE, MADV_DONTNEED));
	expect_zeros("discarded", at, PAGES / 2);
	expect_filled("not discarded", at, PAGES / 2, PAGES);
	expect_success("discard it all", madvise(at, PAGES * PAGE, MADV_DONTNEED));
	expect_zeros("all discarded", at, PAGES);
	fill(at, PAGES);
	expect_filled("written again", at, 0, PAGES);
	expect_success("discard it again", madvise(at, PAGES * PAGE, MADV_DONTNEED));
	expect_zeros("discarded again", at, PAGES);

	at = memory->of[AGAIN];
	expect_filled("touched", at, 0, PAGES);
	expect_success("discard touched", madvise(at, PAGES * PAGE, MADV_DONTNEED));
	expect_zeros("touched and discarded", at, PAGES);

	at = memory->of[FREED];
	expect_success("free", madvise(at, PAGES * PAGE, MADV_FREE));
	fill(at, PAGES);
	expect_filled("freed and written", at, 0, PAGES);
	if (!madvise(at + 1, PAGE, MADV_DONTNEED) || errno != EINVAL)
		give_up("a discard of no page");
}

static void discard_file(const struct memory *memory)
{
	char *at = memory->file;

	if (at[0] != 'x' || at[PAGES / 2 * PAGE - 1] != 'x')
		give_up("what was written to a file of its own is lost");
	expect_filled("file", at, PAGES / 2, PAGES);
	expect_success("discard a file", madvise(at, PAGES * PAGE, MADV_DONTNEED));
	expect_filled("file discarded", at, 0, PAGES);
	memset(at, 'y', PAGE);
	expect_success("discard a page", madvise(at, PAGE, MADV_DONTNEED));
	expect_filled("file discarded again", at, 0, PAGES);
}

static void unmap(const struct memory *memory)
{
	char *at = memory->of[UNMAPPED];

	expect_success("munmap", munmap(at, PAGES * PAGE));
	map_pages(at, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_ANONYMOUS, -1);
	expect_zeros("mapped anew", at, PAGES);

	at = memory->of[COVERED];
	map_pages(at, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED, memory->fd);
	expect_filled("file over memory", at, 0, PAGES);
	map_pages(at, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_ANONYMOUS, -1);
	expect_zeros("memory over file", at, PAGES);
	map_pages(at, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED, memory->fd);
	expect_filled("file over memory again", at, 0, PAGES);
}

static char *remap(const char *what, char *at, size_t before, size_t after, void *to)
{
	char *now = mremap(at, before * PAGE, after * PAGE,
			   MREMAP_MAYMOVE | (to ? MREMAP_FIXED : 0), to);

	if (now == MAP_FAILED)
		give_up("%s", what);
	return now;
}

/* Grows in place if there is room, and else elsewhere; each time from what came. */
static void remap_larger(const struct memory *memory)
{
	char *at = memory->of[GROWN], *room;

	at = remap("grow", at, PAGES, PAGES + 7, NULL);
	expect_filled("grown", at, 0, PAGES);
	expect_zeros("what it grew by", at + PAGES * PAGE, 7);
	memset(at + PAGES * PAGE, 'g', 7 * PAGE);
	at = remap("grow again", at, PAGES + 7, 3 * PAGES, NULL);
	expect_filled("grown again", at, 0, PAGES);
	expect_zeros("what it grew by again", at + (PAGES + 7) * PAGE, 2 * PAGES - 7);
	if (at[PAGES * PAGE] != 'g' || at[(PAGES + 7) * PAGE - 1] != 'g')
		give_up("what was written behind it is lost");
	at = remap("shrink", at, 3 * PAGES, 5, NULL);
	expect_filled("shrunk", at, 0, 5);

	room = map_memory(3 * PAGES * PAGE, PROT_NONE);
	at = remap("move", memory->of[MOVED], PAGES, PAGES, room);
	expect_filled("moved", at, 0, PAGES);
	at = remap("move and grow", at, PAGES, 2 * PAGES,
		   map_memory(3 * PAGES * PAGE, PROT_NONE));
	expect_filled("moved and grown", at, 0, PAGES);
	expect_zeros("what that grew by", at + PAGES * PAGE, PAGES);

	/* one mapping to the program, more than that to the kernel */
	at = memory->of[PIECES];
	expect_success("discard the middle", madvise(at + 9 * PAGE, PAGE, MADV_DONTNEED));
	at = remap("move pieces", at, PAGES, PAGES,
		   map_memory(3 * PAGES * PAGE, PROT_NONE));
	expect_filled("pieces", at, 0, 9);
	expect_zeros("the piece between", at + 9 * PAGE, 1);
	expect_filled("pieces", at, 10, PAGES);
}

/* What was moved is not what is mapped afterwards where it was. */
static void replace(const struct memory *memory)
{
	char *at = memory->of[REPLACED];
	char *moved = remap("move away", at, PAGES, PAGES,
			    map_memory(PAGES * PAGE, PROT_NONE));
	size_t i;

	map_pages(at, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED, memory->fd);
	expect_filled("file where memory was", at, 0, PAGES);
	for (i = 0; i < PAGES * PAGE; i += PAGE)
		if (moved[i] != 'r' || moved[i + PAGE - 1] != 'r')
			give_up("page %zu of what was moved away", i / PAGE);
}

static void hide(const struct memory *memory)
{
	char *at = memory->of[HIDDEN];

	expect_success("hide", mprotect(at, PAGES * PAGE, PROT_NONE));
	expect_success("show", mprotect(at, PAGES * PAGE, PROT_READ));
	expect_filled("hidden", at, 0, PAGES);

	if (sbrk(-(long)(PAGES / 2 * PAGE)) == (void *)-1 ||
	    sbrk(PAGES / 2 * PAGE) == (void *)-1)
		give_up("brk");
	if (memory->heap[0] != 'h' || memory->heap[PAGES / 2 * PAGE - 1] != 'h')
		give_up("the heap is not what it was");
	expect_zeros("the heap grown again", memory->heap + PAGES / 2 * PAGE, PAGES / 2);
}

static int rearrange(const char *name, bool is_later)
{
	struct memory memory;

	make(&memory, name);
	expect_success("cannot say that it begins", !freopen(name, "w", stdout));
	puts("ready");
	fflush(stdout);
	await_move(&memory);
	while (is_later && !exists(name, ".go"))
		usleep(10000);
	throw_away(&memory);
	discard_file(&memory);
	unmap(&memory);
	remap_larger(&memory);
	replace(&memory);
	hide(&memory);
	return STATUS;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "sum"))
		return sum(argv[2], strtoul(argv[3], NULL, 10) * 256);
	if (argc == 3 && !strcmp(argv[1], "now"))
		return rearrange(argv[2], false);
	if (argc == 3 && !strcmp(argv[1], "later"))
		return rearrange(argv[2], true);
	dprintf(STDERR_FILENO, "usage: memory sum FILE MEBIBYTES | now FILE | later FILE\n");
	return 2;
}
