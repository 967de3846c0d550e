// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a list of processes: the kernel's own checks against a second
 * opinion, which reads single bytes. No bytes at random make a list, so one that
 * is good is spoiled in a few places.
 */
#include "fuzz_bytes.h"
#include "proto/msg_processes.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD		8
#define ROW		80
#define ROWS_MAX	66	/* more than there may be */

/* Where a field of a row begins, and of the question its home. */
enum row_field { HOME = 8, NODE = 12, PID = 16, STATE = 20, NAME = 64 };

enum asked_field { ASKED_HOME = 8, ASKED_PAD = 12, ASKED_SIZE = 16 };

static bool is_node(uint64_t node)
{
	return node >= 1 && node <= 64;
}

static bool is_name(const uint8_t *name)
{
	size_t len = strnlen((const char *)name, 16);

	return len < 16 && is_zero(name, len, 16 - len);
}

static enum weft_breach asked_opinion(const uint8_t *bytes)
{
	bool is_good = is_zero(bytes, ASKED_PAD, 4) &&
		       (is_zero(bytes, 0, 12) ||
			(!is_zero(bytes, 0, 8) &&
			 is_node(number(bytes, ASKED_HOME, 4))));

	return is_good ? WEFT_BREACH_NONE : WEFT_BREACH_FIELD;
}

static bool row_is_good(const uint8_t *row, uint32_t teller)
{
	uint64_t home = number(row, HOME, 4), node = number(row, NODE, 4);
	uint64_t pid = number(row, PID, 4), state = number(row, STATE, 4);

	return !is_zero(row, 0, 8) && is_node(home) && is_node(node) &&
	       home != node && pid > 0 && pid < 4194304 && state < 5 &&
	       (state < 3 ? home : node) == teller && is_name(row + NAME);
}

/* Home and serial number as one number of 16 bytes, the home first. */
static bool is_before(const uint8_t *one, const uint8_t *other)
{
	uint64_t home = number(one, HOME, 4), other_home = number(other, HOME, 4);

	if (home != other_home)
		return home < other_home;
	return number(one, 0, 8) < number(other, 0, 8);
}

static enum weft_breach reply_opinion(const uint8_t *bytes, size_t size,
				      const uint8_t *asked, uint32_t teller)
{
	uint64_t count = number(bytes, 0, 4), more = number(bytes, 4, 4);
	const uint8_t *row, *last = asked;

	if (count > 64 || more > 1 || more > count)
		return WEFT_BREACH_FIELD;
	if (size != HEAD + count * ROW)
		return WEFT_BREACH_LENGTH;
	for (row = bytes + HEAD; count--; last = row, row += ROW) {
		if (!row_is_good(row, teller) || !is_before(last, row))
			return WEFT_BREACH_FIELD;
	}
	return WEFT_BREACH_NONE;
}

/* Node 7 tells: of processes of lower homes, then of its own, then of others. */
static void make_good(uint8_t *bytes, uint32_t count)
{
	uint8_t *row = bytes + HEAD;
	uint32_t i, home;

	memset(bytes, 0, HEAD + ROWS_MAX * ROW);
	put_number(bytes, 0, 4, count);
	for (i = 0; i < count; i++, row += ROW) {
		home = 6 + i * 3 / ROWS_MAX;
		put_number(row, 0, 8, i + 1);
		put_number(row, HOME, 4, home);
		put_number(row, NODE, 4, home == 7 ? 1 + i % 6 : 7);
		put_number(row, PID, 4, 1 + i);
		put_number(row, STATE, 4, home == 7 ? i % 3 : 3 + i % 2);
		row[NAME] = 'x';
	}
}

/* Each change is a place, how many bytes, and these. */
static void spoil(uint8_t *bytes, size_t len, const uint8_t *data, size_t size)
{
	size_t at, width;

	for (; size >= 11; data += 11, size -= 11) {
		at = number(data, 0, 2) % len;
		width = data[2] % 8 + 1;
		memcpy(bytes + at, data + 3, width < len - at ? width : len - at);
	}
}

static void try_reply(const uint8_t *data, size_t size, uint32_t choice)
{
	uint8_t bytes[HEAD + ROWS_MAX * ROW], asked[ASKED_SIZE] = { 0 };
	uint32_t count = choice % (ROWS_MAX + 1), teller = choice >> 16 ? 7 : 8;
	size_t len = HEAD + count * ROW;
	void *payload;

	make_good(bytes, count);
	spoil(bytes, len, data, size);
	if (choice >> 8 & 1)
		put_number(asked, ASKED_HOME, 4, 6);
	if (choice >> 8 & 1)
		put_number(asked, 0, 8, choice >> 9 & 3);
	if (choice >> 11 & 1)
		put_number(bytes, 4, 4, 1);
	/* room as large as the message, so that a look beyond is seen */
	payload = malloc(len);
	require(payload);
	memcpy(payload, bytes, len);
	require(weft_processes_reply_check(payload, (uint32_t)len, (void *)asked,
					   teller) ==
		reply_opinion(bytes, len, asked, teller));
	free(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct weft_msg_processes asked;

	if (size < 4)
		return 0;
	try_reply(data + 4, size - 4, (uint32_t)number(data, 0, 4));
	if (size < sizeof(asked))
		return 0;
	memcpy(&asked, data, sizeof(asked));
	require(weft_processes_check(&asked) == asked_opinion(data));
	return 0;
}
