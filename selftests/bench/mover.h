/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of bench-mover share.
 *
 * Times are nanoseconds of CLOCK_REALTIME: that is the clock of the machine on which
 * a program runs, and nobody shifts it for a program that has moved. How far the
 * clocks of two machines are apart is measured beside it, see mover_clock.c.
 */
#ifndef _WEFT_BENCH_MOVER_H
#define _WEFT_BENCH_MOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES	4096
#define PAGES_PER_MIB	256

/**
 * struct mover - one run of the program
 * @file:    where results go, and what says that the program is ready
 * @numbers: further arguments, checked
 * @name:    of the call, if there is one
 * @memory:  what is filled before the move; NULL: none
 * @pages:   of it
 * @results: one number for each line of @file; made after the move, so that it is
 *           where the program is
 * @room:    how many there may be
 * @count:   how many there are
 */
struct mover {
	const char *file;
	uint64_t numbers[3];
	const char *name;
	uint64_t *memory;
	size_t pages;
	int64_t *results;
	size_t room;
	size_t count;
};

/* bench-mover.c */
int64_t now_ns(void);
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...);
bool has_to_go(void);
void make_results(struct mover *mover, size_t room);
void add_result(struct mover *mover, int64_t number);

/* mover_memory.c */
void fill_memory(struct mover *mover, uint64_t mib);
void spin(struct mover *mover);
void touch_in_order(struct mover *mover);
void touch_at_random(struct mover *mover);

/* mover_calls.c */
bool is_call(const char *name);
void make_calls(struct mover *mover);
void start_programs(struct mover *mover);
void write_stamp(void);
void rest(struct mover *mover);

/* mover_clock.c */
void serve_clock(uint64_t port);
void ask_clock(const char *address, uint64_t port, uint64_t rounds);
void step_clock(int64_t ns);

#endif /* _WEFT_BENCH_MOVER_H */
