// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that stays at home when the program moves, and gaps in its work.
 */
#include "mover.h"

#include <errno.h>
#include <sys/mman.h>

#define WORDS		(PAGE_BYTES / sizeof(uint64_t))
#define GAPS		8
#define MIB_MAX		65536

/* No page has the content of another one, and none is zero. */
static uint64_t word_of(size_t page)
{
	return (page + 1) * 0x9e3779b97f4a7c15ULL;
}

void fill_memory(struct mover *mover, uint64_t mib)
{
	size_t page, i;

	if (!mib || mib > MIB_MAX)
		give_up("1 to %d MiB of memory", MIB_MAX);
	mover->pages = mib * PAGES_PER_MIB;
	mover->memory = mmap(NULL, mover->pages * PAGE_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mover->memory == MAP_FAILED)
		give_up("%llu MiB of memory", (unsigned long long)mib);
	for (page = 0; page < mover->pages; page++)
		for (i = 0; i < WORDS; i++)
			mover->memory[page * WORDS + i] = word_of(page) + i;
}

static void look_at(const struct mover *mover, size_t page)
{
	if (__atomic_load_n(&mover->memory[page * WORDS], __ATOMIC_RELAXED) ==
	    word_of(page))
		return;
	errno = 0;
	give_up("page %zu has changed", page);
}

/**
 * struct gap - time without work
 * @begin: when it began
 * @len:   how long it was
 */
struct gap {
	int64_t begin;
	int64_t len;
};

static struct gap *shortest(struct gap *gaps)
{
	struct gap *found = gaps;
	int i;

	for (i = 1; i < GAPS; i++)
		if (gaps[i].len < found->len)
			found = &gaps[i];
	return found;
}

/* The results are pairs: when a gap began, and how long it was. */
void spin(struct mover *mover)
{
	struct gap gaps[GAPS] = { 0 }, *least = gaps;
	int64_t now, last = now_ns();
	int i;

	while (!has_to_go()) {
		now = now_ns();
		if (now - last > least->len) {
			*least = (struct gap){ .begin = last, .len = now - last };
			least = shortest(gaps);
		}
		last = now;
	}
	make_results(mover, 2 * GAPS);
	for (i = 0; i < GAPS; i++) {
		add_result(mover, gaps[i].begin);
		add_result(mover, gaps[i].len);
	}
}

static size_t pages_to_touch(const struct mover *mover)
{
	if (mover->numbers[1] <= mover->pages)
		return mover->numbers[1];
	errno = 0;
	give_up("there are only %zu pages", mover->pages);
}

/* The result is the time for all. */
void touch_in_order(struct mover *mover)
{
	size_t page, count = pages_to_touch(mover);
	int64_t begin;

	make_results(mover, 1);
	begin = now_ns();
	for (page = 0; page < count; page++)
		look_at(mover, page);
	add_result(mover, now_ns() - begin);
}

/* In random order, the same each time. */
static uint32_t *new_order(size_t count)
{
	uint32_t *order = mmap(NULL, count * sizeof(*order), PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t random = 88172645463325252ULL;
	uint32_t other;
	size_t i, at;

	if (order == MAP_FAILED)
		give_up("memory for an order");
	for (i = 0; i < count; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		at = random % (i + 1);
		other = order[at];
		order[at] = (uint32_t)i;
		if (at != i)
			order[i] = other;
	}
	return order;
}

/* The results are the times of each. */
void touch_at_random(struct mover *mover)
{
	size_t i, count = pages_to_touch(mover);
	uint32_t *order = new_order(mover->pages);
	int64_t begin;

	make_results(mover, count);
	for (i = 0; i < count; i++) {
		begin = now_ns();
		look_at(mover, order[i]);
		add_result(mover, now_ns() - begin);
	}
}
