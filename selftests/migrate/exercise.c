// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs in one, each of which does one kind of thing over and over:
 *
 *   exercise NAME FILE [ARGUMENT...]
 *
 * It prints "ready" when it is under way, goes on until FILE is there, a little
 * longer, and ends with status 0; with 1 and a sentence if anything was not as it
 * should be.
 */
#include "exercise.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS_AFTER	20

static const struct exercise *const all_exercises[] = {
	memory_exercises, state_exercises, wait_exercises, file_exercises, NULL
};

static const char *moved_file;
static unsigned int rounds_left = ROUNDS_AFTER;

void want(bool condition, const char *what, const char *file, int line)
{
	if (condition)
		return;
	dprintf(STDERR_FILENO, "exercise: %s:%d: not so: %s (%s)\n", file, line, what,
		strerror(errno));
	_exit(1);
}

bool has_moved(void)
{
	return !access(moved_file, F_OK);
}

bool go_on(void)
{
	static bool is_ready, is_moved;

	if (!is_ready)
		dprintf(STDOUT_FILENO, "ready\n");
	is_ready = true;
	is_moved = is_moved || has_moved();
	/* whoever waits for the move leaves the machine to those who work for it */
	if (!is_moved)
		usleep(20000);
	return !is_moved || rounds_left--;
}

void fill_bytes(uint8_t *bytes, size_t len, uint32_t seed)
{
	uint32_t state = seed * 2654435761U + 1;
	size_t i;

	for (i = 0; i < len; i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = state >> 24;
	}
}

uint64_t sum_bytes(const uint8_t *bytes, size_t len)
{
	uint64_t sum = 14695981039346656037ULL;
	size_t i;

	for (i = 0; i < len; i++)
		sum = (sum ^ bytes[i]) * 1099511628211ULL;
	return sum;
}

int main(int argc, char **argv)
{
	const struct exercise *exercise;
	int i;

	if (argc < 3) {
		dprintf(STDERR_FILENO, "usage: exercise NAME FILE [ARGUMENT...]\n");
		return 2;
	}
	moved_file = argv[2];
	for (i = 0; all_exercises[i]; i++) {
		for (exercise = all_exercises[i]; exercise->name; exercise++) {
			if (strcmp(exercise->name, argv[1]))
				continue;
			exercise->run(argc - 3, argv + 3);
			dprintf(STDOUT_FILENO, "%s is done\n", exercise->name);
			return 0;
		}
	}
	dprintf(STDERR_FILENO, "exercise: there is no '%s'\n", argv[1]);
	return 2;
}
