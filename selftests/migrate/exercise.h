/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an exercise looks like: it gets ready, goes on in rounds until it was told
 * that it may have been moved, does some more, and prints a line or two that are
 * the same each time. Whatever is wrong in a round ends it with a sentence.
 */
#ifndef _EXERCISE_H
#define _EXERCISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct exercise - one thing that a program may do
 * @name: of it
 * @run:  does it; gets the arguments behind the first two
 */
struct exercise {
	const char *name;
	void (*run)(int argc, char **argv);
};

/* The program is over if this is not so. */
#define WANT(condition) want(!!(condition), #condition, __FILE__, __LINE__)

/* The compiler forgets what it knows of this value, and of memory. */
#define HIDE(value) ({ __asm__ volatile("" : "+r"(value) : : "memory"); })

void want(bool condition, const char *what, const char *file, int line);

/* Says "ready" first; true until the file of the program is there, and then for
 * 20 rounds more.
 */
bool go_on(void);

/* Whether the program was told by now that it may have been moved. */
bool has_moved(void);

/* Bytes that depend on nothing but @seed, and a sum over bytes. */
void fill_bytes(uint8_t *bytes, size_t len, uint32_t seed);
uint64_t sum_bytes(const uint8_t *bytes, size_t len);

extern const struct exercise memory_exercises[];
extern const struct exercise state_exercises[];
extern const struct exercise wait_exercises[];
extern const struct exercise file_exercises[];

#endif /* _EXERCISE_H */
