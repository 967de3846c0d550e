// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers with a unit, as text for people: as short as it can be without
 * becoming another number. Who needs all digits reads the JSON.
 */
#include "units.h"

#include <inttypes.h>
#include <stdio.h>

static void format_seconds(char *text, size_t size, uint64_t ms)
{
	int length = snprintf(text, size, "%" PRIu64 ".%03" PRIu64, ms / 1000,
			      ms % 1000);

	while (length > 0 && text[length - 1] == '0')
		length--;
	if (length > 0 && text[length - 1] == '.')
		length--;
	snprintf(text + length, size - (size_t)length, " s");
}

/**
 * units_format_ms() - a duration of any length, to the millisecond if short
 * @text: the result: "999 ms", "2.05 s", "1 min 1 s", "2 h 5 min", "7 d 0 h"
 * @size: size of @text, at least 32
 * @ms:   milliseconds
 */
void units_format_ms(char *text, size_t size, uint64_t ms)
{
	uint64_t s = ms / 1000;

	if (ms < 1000)
		snprintf(text, size, "%" PRIu64 " ms", ms);
	else if (s < 60)
		format_seconds(text, size, ms);
	else if (s < 3600)
		snprintf(text, size, "%" PRIu64 " min %" PRIu64 " s", s / 60,
			 s % 60);
	else if (s < 86400)
		snprintf(text, size, "%" PRIu64 " h %" PRIu64 " min", s / 3600,
			 s / 60 % 60);
	else
		snprintf(text, size, "%" PRIu64 " d %" PRIu64 " h", s / 86400,
			 s / 3600 % 24);
}

/**
 * units_format_us() - a rough short duration, at most six characters wide
 * @text: the result: "999 us", "1.2 ms", "12 ms", "1.2 s"
 * @size: size of @text, at least 32
 * @us:   microseconds
 */
void units_format_us(char *text, size_t size, uint64_t us)
{
	const char *unit = us < 999500 ? "ms" : "s";
	double value = (double)us / (us < 999500 ? 1e3 : 1e6);

	if (us < 1000)
		snprintf(text, size, "%" PRIu64 " us", us);
	else
		snprintf(text, size, "%.*f %s", value < 9.95 ? 1 : 0, value,
			 unit);
}

/**
 * units_format_ns() - a measured duration, three digits
 * @text: the result: "999 ns", "1.23 us", "12.3 us", "123 ms", "1.23 s"
 * @size: size of @text, at least 32
 * @ns:   nanoseconds
 */
void units_format_ns(char *text, size_t size, uint64_t ns)
{
	static const char *const names[] = { "ns", "us", "ms", "s" };
	double value = (double)ns;
	unsigned int unit = 0;
	int decimals;

	while (value >= 999.5 && unit < 3) {
		value /= 1000;
		unit++;
	}
	decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	snprintf(text, size, "%.*f %s", unit ? decimals : 0, value,
		 names[unit]);
}

/**
 * units_format_bytes() - a size, at most four characters wide
 * @text:  the result: "999B", "1.0K", "64K", "1.5M"; K is 1024
 * @size:  size of @text, at least 32
 * @bytes: the size
 */
void units_format_bytes(char *text, size_t size, uint64_t bytes)
{
	static const char names[] = "BKMGTPE";
	double value = (double)bytes;
	unsigned int unit = 0;

	while (value >= 999.5 && unit < sizeof(names) - 2) {
		value /= 1024;
		unit++;
	}
	snprintf(text, size, "%.*f%c", unit && value < 9.95 ? 1 : 0, value,
		 names[unit]);
}
