// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as the payload of a message about a process: the kernel's own checks
 * against a second opinion, which reads single bytes. No bytes at random make a
 * CAPTURE, so one that is good is spoiled in a few places.
 */
#include "fuzz_bytes.h"
#include "proto/msg_capture.h"
#include "proto/msg_drain.h"
#include "proto/msg_process.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT	0x100000000000000ULL
#define DATA	1048576ULL

/* Where a field begins, in all of these the process first. */
enum body_field { PID = 8, BODY_PAD = 12, NAME = 16, BODY_CLOCKS = 32, BODY_SIZE = 48 };

enum pages_field { ADDRESS = 8, COUNT = 16, PAGES_PAD = 20, PAGES_SIZE = 24 };

enum pages_reply_field { KNOWN = 0, FULL = 4, PAGES_REPLY_SIZE = 8 };

enum call_field {
	CALL_TID = 12, ARGS = 16, IN = 64, OUT = 88, FLAGS = 112, CALL_SIZE = 120
};

enum signal_field { SIGNAL_TID = 8, INFO = 16, SIGNAL_SIZE = 144 };

enum cancel_field { CANCEL_TID = 8, CANCEL_PAD = 12, CANCEL_SIZE = 16 };

enum drain_field { FROM = 8, DRAIN_SIZE = 24 };

enum drain_reply_field {
	NEXT = 0, DRAIN_COUNT = 8, DRAIN_PAD = 12, DRAIN_REPLY_SIZE = 16
};

enum gone_field { STATUS = 8, GONE_PAD = 12, GONE_SIZE = 16 };

enum capture_field {
	REGISTERS = 8, BOUNDARIES = 168, VVAR = 256, MASK = 264, STACK_BASE = 272,
	STACK_SIZE = 280, RSEQ = 304, RSEQ_SIZE = 312, STACK_FLAGS = 320,
	XSTATE_SIZE = 324, MAPPINGS = 328, PAGES = 332, THREADS = 336,
	CAPTURE_PAD = 340, CAPTURE_NAME = 344, ACTIONS = 360, IDENTITY = 2408,
	CAPTURE_SIZE = 3240
};

/* From IDENTITY on. */
enum identity_field {
	CAPABILITIES = 0, LIMITS = 40, TIMERS = 296, CLOCKS = 344, COARSE = 360,
	IDS = 504, GROUPS = 536, GROUP_COUNT = 792, SECUREBITS = 796,
	PERSONALITY = 800, UMASK = 804, POLICY = 808, PRIORITY = 812, NICE = 816,
	OOM_SCORE = 820, DUMPABLE = 824, IDENTITY_FLAGS = 828
};

/* The good capture, which keeps close to some limits. */
#define XSTATE		576
#define GOOD_SIZE	(CAPTURE_SIZE + XSTATE + 2 * 24 + 2 * 4104)

static bool is_page(uint64_t address)
{
	return address % 4096 == 0 && address < LIMIT;
}

static bool is_name(const uint8_t *name)
{
	size_t len = strnlen((const char *)name, 16);

	return len < 16 && is_zero(name, len, 16 - len);
}

static bool are_clocks(const uint8_t *clocks)
{
	return clocks[7] < 0x40 && clocks[15] < 0x40;
}

static bool is_tid(const uint8_t *bytes, size_t at)
{
	return number(bytes, at, 4) - 1 < 4194303;
}

static enum weft_breach field_unless(bool is_possible)
{
	return is_possible ? WEFT_BREACH_NONE : WEFT_BREACH_FIELD;
}

static void try_body(const uint8_t *bytes, const void *body)
{
	uint64_t pid = number(bytes, PID, 4);

	require(weft_body_check(body) ==
		field_unless(!is_zero(bytes, 0, 8) && pid > 0 && pid < 4194304 &&
			     is_zero(bytes, BODY_PAD, 4) && is_name(bytes + NAME) &&
			     are_clocks(bytes + BODY_CLOCKS)));
}

static void try_pages(const uint8_t *bytes, const void *pages)
{
	uint64_t address = number(bytes, ADDRESS, 8);
	uint64_t count = number(bytes, COUNT, 4);

	require(weft_pages_check(pages) ==
		field_unless(!is_zero(bytes, 0, 8) && is_page(address) &&
			     count > 0 && count <= 16 &&
			     address + count * 4096 <= LIMIT &&
			     is_zero(bytes, PAGES_PAD, 4)));
}

/* The length is a number of the input, so that it fits now and then. */
static void try_pages_reply(const uint8_t *bytes, const void *reply,
			    uint32_t choice)
{
	uint64_t known = number(bytes, KNOWN, 4), full = number(bytes, FULL, 4);
	uint32_t count = choice % 19, len = 8 + (choice >> 8) % 20 * 4096;
	enum weft_breach wanted = WEFT_BREACH_NONE;

	if (choice >> 31)
		len += choice >> 24 & 0x7f;
	if (len != 8 + 4096 * (uint32_t)__builtin_popcountll(full))
		wanted = WEFT_BREACH_LENGTH;
	if (!count || count > 16 || known >= 1ULL << count || (known | full) != known)
		wanted = WEFT_BREACH_FIELD;
	require(weft_pages_reply_check(reply, len, count) == wanted);
}

static void try_call(const uint8_t *bytes, const void *call, uint32_t choice)
{
	bool is_possible = !is_zero(bytes, 0, 8) && is_tid(bytes, CALL_TID) &&
			   number(bytes, FLAGS, 8) < 4;
	uint64_t sum = CALL_SIZE, in, out;
	struct weft_header header = {};
	enum weft_breach wanted;
	size_t i;

	for (i = 0; i < 6; i++) {
		in = number(bytes, IN + 4 * i, 4);
		out = number(bytes, OUT + 4 * i, 4);
		if (in > DATA || out > DATA ||
		    (in + out && is_zero(bytes, ARGS + 8 * i, 8)))
			is_possible = false;
		sum += (in + 7) / 8 * 8;
	}
	put_number((uint8_t *)&header, offsetof(struct weft_header, length), 4,
		   choice % 4 ? sum : choice);
	wanted = choice % 4 || choice == sum ? WEFT_BREACH_NONE : WEFT_BREACH_LENGTH;
	/* a sum beyond 32 bits is never possible, for a field is too large then */
	require(!is_possible || sum <= CALL_SIZE + 6 * DATA);
	require(weft_call_check(&header, call) ==
		(is_possible ? wanted : WEFT_BREACH_FIELD));
}

static void try_call_reply(uint32_t len)
{
	bool is_possible = len >= 8 && len <= 8 + DATA && len % 8 == 0;

	require(weft_call_reply_check(len) ==
		(is_possible ? WEFT_BREACH_NONE : WEFT_BREACH_LENGTH));
}

static void try_signal(const uint8_t *bytes, const void *signal)
{
	uint64_t which = number(bytes, INFO, 4);

	require(weft_signal_check(signal) ==
		field_unless(!is_zero(bytes, 0, 8) && which > 0 && which <= 64 &&
			     number(bytes, SIGNAL_TID, 4) < 4194304 &&
			     is_zero(bytes, INFO + 48, 80)));
}

static void try_gone(const uint8_t *bytes, const void *gone)
{
	uint64_t status = number(bytes, STATUS, 4);
	bool has_exited = (status & ~0xff00ULL) == 0;
	bool was_killed = (status & ~0x80ULL) > 0 && (status & ~0x80ULL) <= 64;

	require(weft_gone_check(gone) ==
		field_unless(!is_zero(bytes, 0, 8) && is_zero(bytes, GONE_PAD, 4) &&
			     (has_exited || was_killed)));
}

static bool is_place(uint64_t address)
{
	return address % 4096 == 0 && address <= LIMIT;
}

static void try_drain(const uint8_t *bytes, const void *drain)
{
	require(weft_drain_check(drain) ==
		field_unless(!is_zero(bytes, 0, 8) && is_place(number(bytes, FROM, 8))));
}

/* Where the page at @at ends, if it is possible and there; else 0. */
static size_t end_of_page(const uint8_t *bytes, size_t at, size_t size, uint64_t from,
			  uint64_t next, enum weft_breach *breach)
{
	uint64_t word;

	*breach = WEFT_BREACH_LENGTH;
	if (size - at < 8)
		return 0;
	word = number(bytes, at, 8);
	/* of a file, of zeros, both or none; or lost */
	if (word % 4096 > 4 || word / 4096 * 4096 < from ||
	    word / 4096 * 4096 >= next) {
		*breach = WEFT_BREACH_FIELD;
		return 0;
	}
	at += word & 6 ? 8 : 8 + 4096;
	return at <= size ? at : 0;
}

static enum weft_breach opinion_of_drain(const uint8_t *bytes, size_t size,
					 uint64_t from)
{
	uint64_t next = number(bytes, NEXT, 8), count = number(bytes, DRAIN_COUNT, 4);
	enum weft_breach breach;
	size_t at = DRAIN_REPLY_SIZE, end;

	if (!is_zero(bytes, DRAIN_PAD, 4) || count > 64 || !is_place(next) ||
	    next <= from)
		return WEFT_BREACH_FIELD;
	for (; count; count--, at = end) {
		end = end_of_page(bytes, at, size, from, next, &breach);
		if (!end)
			return breach;
		from = number(bytes, at, 8) / 4096 * 4096 + 4096;
	}
	return at == size ? WEFT_BREACH_NONE : WEFT_BREACH_LENGTH;
}

/* Some pages of zeros, spoiled: random bytes would never be as many as they say. */
static void try_drain_reply(const uint8_t *data, size_t size, uint32_t choice)
{
	size_t i, count = choice % 8, len = DRAIN_REPLY_SIZE + count * 8;
	uint64_t from = (uint64_t)(choice >> 4 & 3) * 4096;
	uint8_t *bytes = calloc(1, len);

	require(bytes);
	put_number(bytes, NEXT, 8, 16 * 4096);
	put_number(bytes, DRAIN_COUNT, 4, count);
	for (i = 0; i < count; i++)
		put_number(bytes, DRAIN_REPLY_SIZE + i * 8, 8, (i + 2) * 4096 + 2);
	for (; size >= 3; data += 3, size -= 3)
		bytes[number(data, 0, 2) % len] = data[2];
	require(weft_drain_reply_check((const void *)bytes, (uint32_t)len, from) ==
		opinion_of_drain(bytes, len, from));
	free(bytes);
}

static bool registers_are_possible(const uint8_t *bytes)
{
	uint8_t fs_top = bytes[REGISTERS + 18 * 8 + 7];
	uint8_t gs_top = bytes[REGISTERS + 19 * 8 + 7];

	return !bytes[REGISTERS + 15 * 8 + 7] &&
	       !(number(bytes, REGISTERS + 16 * 8, 8) & ~0x254fd7ULL) &&
	       (fs_top == 0 || fs_top == 255) && (gs_top == 0 || gs_top == 255);
}

static bool boundaries_are_possible(const uint8_t *bytes)
{
	/* the end of the part that starts at each, if one does */
	static const size_t ends[] = { 1, 0, 3, 0, 5, 0, 0, 8, 0, 10, 0 };
	size_t i;

	for (i = 0; i < 11; i++) {
		uint64_t at = number(bytes, BOUNDARIES + 8 * i, 8);

		if (at >= LIMIT)
			return false;
		if (ends[i] && number(bytes, BOUNDARIES + 8 * ends[i], 8) < at)
			return false;
	}
	return true;
}

/* Bits 8 and 18 of a mask: SIGKILL and SIGSTOP */
static bool has_fixed(const uint8_t *bytes, size_t at)
{
	return bytes[at + 1] & 1 || bytes[at + 2] & 4;
}

static bool signals_are_possible(const uint8_t *bytes)
{
	uint64_t flags = number(bytes, STACK_FLAGS, 4);
	size_t i;

	if (has_fixed(bytes, MASK))
		return false;
	flags &= ~0x80000000ULL;
	if (flags > 2)
		return false;
	if (is_zero(bytes, STACK_SIZE, 8) && !is_zero(bytes, STACK_BASE, 8))
		return false;
	for (i = 1; i <= 64; i++) {
		size_t at = ACTIONS + (i - 1) * 32;

		if ((i == 9 || i == 19) && !is_zero(bytes, at, 8))
			return false;
		if (number(bytes, at + 8, 8) & ~0xdc000807ULL)
			return false;
		if (has_fixed(bytes, at + 24))
			return false;
	}
	return true;
}

static bool groups_are_possible(const uint8_t *bytes)
{
	uint64_t count = number(bytes, GROUP_COUNT, 4), i, last = 0;

	if (count > 64)
		return false;
	for (i = 0; i < count; i++) {
		uint64_t group = number(bytes, GROUPS + 4 * i, 4);

		if (group < last || group == 0xffffffff)
			return false;
		last = group;
	}
	return is_zero(bytes, GROUPS + 4 * count, 256 - 4 * count);
}

static bool capabilities_are_possible(const uint8_t *bytes)
{
	uint64_t sets[5];
	size_t i;

	for (i = 0; i < 5; i++) {
		sets[i] = number(bytes, CAPABILITIES + 8 * i, 8);
		if (sets[i] >> 41)
			return false;
	}
	return (sets[2] | sets[1]) == sets[1] && (sets[4] | sets[1]) == sets[1] &&
	       (sets[4] | sets[0]) == sets[0];
}

static bool times_are_possible(const uint8_t *bytes)
{
	size_t i;

	for (i = 0; i < 16; i++)
		if (number(bytes, LIMITS + 16 * i, 8) >
		    number(bytes, LIMITS + 16 * i + 8, 8))
			return false;
	for (i = 0; i < 6; i++)
		if (number(bytes, TIMERS + 8 * i, 8) > INT64_MAX / 1000)
			return false;
	return are_clocks(bytes + CLOCKS) && bytes[COARSE + 7] < 0x40;
}

static bool scheduling_is_possible(const uint8_t *bytes)
{
	uint64_t policy = number(bytes, POLICY, 4);
	uint64_t priority = number(bytes, PRIORITY, 4);
	int64_t nice = (int32_t)number(bytes, NICE, 4);

	if (policy == 1 || policy == 2 ? priority - 1 > 98 : priority != 0)
		return false;
	return policy < 6 && policy != 4 && nice >= -20 && nice < 20;
}

static bool identity_is_possible(const uint8_t *bytes)
{
	int64_t score = (int32_t)number(bytes, OOM_SCORE, 4);
	size_t i;

	for (i = 0; i < 8; i++)
		if (number(bytes, IDS + 4 * i, 4) == 0xffffffff)
			return false;
	return groups_are_possible(bytes) && capabilities_are_possible(bytes) &&
	       times_are_possible(bytes) && scheduling_is_possible(bytes) &&
	       score <= 1000 && score >= -1000 && number(bytes, DUMPABLE, 4) < 3 &&
	       number(bytes, SECUREBITS, 4) < 256 && number(bytes, UMASK, 4) < 512 &&
	       number(bytes, IDENTITY_FLAGS, 4) < 4 &&
	       number(bytes, PERSONALITY, 4) != 0xffffffff;
}

static bool rseq_is_possible(const uint8_t *bytes)
{
	uint64_t start = number(bytes, RSEQ, 8), size = number(bytes, RSEQ_SIZE, 4);

	return !start || (start % 32 == 0 && start < LIMIT && size >= 32 &&
			  start + size <= LIMIT);
}

static bool parts_are_possible(const uint8_t *bytes, size_t xstate, size_t mappings,
			       size_t pages)
{
	size_t i, at = CAPTURE_SIZE + xstate;
	uint64_t next = 0;

	if (!is_zero(bytes, CAPTURE_SIZE + 520, 56))
		return false;
	for (i = 0; i < mappings; i++, at += 24) {
		uint64_t start = number(bytes, at, 8), end = number(bytes, at + 8, 8);
		uint64_t flags = number(bytes, at + 16, 8);

		if (!is_page(start) || !is_page(end) || start < next || end <= start)
			return false;
		if (flags > 31 || (flags & 8 && !start))
			return false;
		next = end;
	}
	for (i = 0, next = 0; i < pages; i++, at += 4104) {
		uint64_t address = number(bytes, at, 8);

		if (!is_page(address) || address < next)
			return false;
		next = address + 1;
	}
	return true;
}

static enum weft_breach second_opinion(const uint8_t *bytes, size_t size)
{
	uint64_t xstate = number(bytes, XSTATE_SIZE, 4);
	uint64_t mappings = number(bytes, MAPPINGS, 4);
	uint64_t pages = number(bytes, PAGES, 4);

	if (xstate < 576 || xstate > 12288 || xstate % 8 || mappings > 2048 ||
	    pages > 16)
		return WEFT_BREACH_FIELD;
	if (size != CAPTURE_SIZE + xstate + 24 * mappings + 4104 * pages)
		return WEFT_BREACH_LENGTH;
	return field_unless(!is_zero(bytes, 0, 8) && is_name(bytes + CAPTURE_NAME) &&
			    number(bytes, THREADS, 4) < 512 &&
			    is_zero(bytes, CAPTURE_PAD, 4) &&
			    is_page(number(bytes, VVAR, 8)) &&
			    registers_are_possible(bytes) &&
			    boundaries_are_possible(bytes) &&
			    signals_are_possible(bytes) && rseq_is_possible(bytes) &&
			    identity_is_possible(bytes + IDENTITY) &&
			    parts_are_possible(bytes, xstate, mappings, pages));
}

static void make_good(uint8_t *bytes)
{
	size_t at = CAPTURE_SIZE + XSTATE;
	uint64_t address;

	memset(bytes, 0, GOOD_SIZE);
	bytes[0] = 1;
	/* a group that could come before others, and a limit of 1 */
	put_number(bytes, IDENTITY + GROUPS, 4, 1000);
	put_number(bytes, IDENTITY + GROUP_COUNT, 4, 1);
	put_number(bytes, IDENTITY + LIMITS + 8, 8, 1);
	put_number(bytes, RSEQ, 8, LIMIT - 64);
	put_number(bytes, RSEQ_SIZE, 4, 64);
	put_number(bytes, XSTATE_SIZE, 4, XSTATE);
	put_number(bytes, MAPPINGS, 4, 2);
	put_number(bytes, PAGES, 4, 2);
	for (address = 0; address < 0x2000; address += 0x1000, at += 24) {
		put_number(bytes, at, 8, address);
		put_number(bytes, at + 8, 8, address + 0x1000);
	}
	put_number(bytes, at + 4104, 8, 0x1000);
}

/*
 * Where a change goes: mostly to what is looked at. The pages themselves, which
 * are not, lie at the end.
 */
static size_t place(uint64_t choice)
{
	if (choice & 0x8000)
		return GOOD_SIZE - 4104;
	return choice % (CAPTURE_SIZE + XSTATE + 2 * 24 + 8);
}

/* Each change is a place, how many bytes, and these. */
static void spoil(uint8_t *bytes, const uint8_t *data, size_t size)
{
	for (; size >= 11; data += 11, size -= 11)
		memcpy(bytes + place(number(data, 0, 2)), data + 3, data[2] % 8 + 1);
}

/* Sometimes cut, too: never to less than the table lets through. */
static void try_capture(const uint8_t *data, size_t size, uint32_t choice)
{
	size_t least = CAPTURE_SIZE + XSTATE, len = GOOD_SIZE;
	uint8_t bytes[GOOD_SIZE];
	struct weft_header header = {};
	void *payload;

	make_good(bytes);
	spoil(bytes, data, size);
	if (choice % 16 == 0)
		len = least + choice / 16 % (GOOD_SIZE - least);
	/* room as large as the message, so that a look beyond is seen */
	payload = malloc(len);
	require(payload);
	memcpy(payload, bytes, len);
	put_number((uint8_t *)&header, offsetof(struct weft_header, length), 4, len);
	require(weft_capture_check(&header, payload) == second_opinion(bytes, len));
	free(payload);
}

static void try_others(const uint8_t *data, size_t size, uint32_t choice)
{
	/* likewise */
	void *payload = malloc(size);

	require(payload);
	memcpy(payload, data, size);
	if (size == BODY_SIZE)
		try_body(data, payload);
	if (size == PAGES_SIZE)
		try_pages(data, payload);
	if (size == PAGES_REPLY_SIZE)
		try_pages_reply(data, payload, choice);
	if (size == CALL_SIZE)
		try_call(data, payload, choice);
	if (size == SIGNAL_SIZE)
		try_signal(data, payload);
	if (size == CANCEL_SIZE)
		require(weft_cancel_check(payload) ==
			field_unless(!is_zero(data, 0, 8) &&
				     is_tid(data, CANCEL_TID) &&
				     is_zero(data, CANCEL_PAD, 4)));
	if (size == GONE_SIZE)
		try_gone(data, payload);
	if (size == DRAIN_SIZE)
		try_drain(data, payload);
	free(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t sizes[] = {
		BODY_SIZE, PAGES_SIZE, PAGES_REPLY_SIZE, CALL_SIZE, SIGNAL_SIZE,
		GONE_SIZE
	};
	uint8_t kind;
	uint32_t choice;

	if (size < 5)
		return 0;
	kind = data[0] % 8;
	choice = (uint32_t)number(data, 1, 4);
	data += 5;
	size -= 5;
	try_call_reply(choice);
	try_drain_reply(data, size, choice);
	if (kind >= 6)
		try_capture(data, size, choice);
	else if (size >= sizes[kind])
		try_others(data, sizes[kind], choice);
	return 0;
}
