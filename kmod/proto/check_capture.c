// SPDX-License-Identifier: GPL-2.0-only
/*
 * CAPTURE: can there be such a process? Whoever restores it writes what stands
 * here into a task, so no value may be one that a program could not have brought
 * about by itself. What depends on the host, such as the end of its addresses, is
 * up to that one. Pure: no state, no locks, no side effects.
 */
#include "proto/msg_thread.h"

#include <asm/byteorder.h>
#include <linux/kernel.h>

static bool is_address(__le64 address)
{
	return le64_to_cpu(address) < WEFT_ADDRESS_LIMIT;
}

/* The kernel subtracts the start of a part from its end, and does not look. */
static bool boundaries_are_possible(const struct weft_msg_capture *capture)
{
	static const struct {
		enum weft_boundary start;
		enum weft_boundary end;
	} parts[] = {
		{ WEFT_MM_START_CODE, WEFT_MM_END_CODE },
		{ WEFT_MM_START_DATA, WEFT_MM_END_DATA },
		{ WEFT_MM_START_BRK, WEFT_MM_BRK },
		{ WEFT_MM_ARG_START, WEFT_MM_ARG_END },
		{ WEFT_MM_ENV_START, WEFT_MM_ENV_END },
	};
	const __le64 *at = capture->boundaries;
	unsigned int i;

	for (i = 0; i < WEFT_MM_NR; i++)
		if (!is_address(at[i]))
			return false;
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (le64_to_cpu(at[parts[i].start]) > le64_to_cpu(at[parts[i].end]))
			return false;
	return true;
}

/* A SIGKILL that was caught or ignored would leave nobody able to end the body. */
static bool action_is_possible(const struct weft_msg_action *action, unsigned int number)
{
	if (WEFT_SIGNAL_BIT(number) & WEFT_SIGNALS_FIXED && action->handler)
		return false;
	return !(le64_to_cpu(action->flags) & ~WEFT_ACTION_FLAGS_ALL) &&
	       !(le64_to_cpu(action->mask) & WEFT_SIGNALS_FIXED);
}

static bool signals_are_possible(const struct weft_msg_capture *capture)
{
	unsigned int number;

	for (number = 1; number <= WEFT_SIGNALS; number++)
		if (!action_is_possible(&capture->actions[number - 1], number))
			return false;
	return true;
}

/* They follow one another, and each has a length. */
static bool mappings_are_possible(const struct weft_msg_mapping *mapping,
				  __u32 count)
{
	__u64 start, end, flags, last = 0;
	__u32 i;

	for (i = 0; i < count; i++) {
		start = le64_to_cpu(mapping[i].start);
		end = le64_to_cpu(mapping[i].end);
		flags = le64_to_cpu(mapping[i].flags);
		if (!weft_process_page_is_possible(mapping[i].start) ||
		    !weft_process_page_is_possible(mapping[i].end) ||
		    start < last || end <= start ||
		    flags & ~(__u64)WEFT_MAPPING_ALL ||
		    (flags & WEFT_MAPPING_GROWS && !start))
			return false;
		last = end;
	}
	return true;
}

static bool pages_are_possible(const __u8 *page, __u32 count)
{
	__u64 address, next = 0;
	__u32 i;

	for (i = 0; i < count; i++, page += WEFT_CAPTURE_PAGE_LEN) {
		address = le64_to_cpu(*(const __le64 *)page);
		if (!weft_process_page_is_possible(*(const __le64 *)page) ||
		    address < next)
			return false;
		next = address + WEFT_PAGE_BYTES;
	}
	return true;
}

/* What stands behind the fixed part, all of which is there. */
static bool parts_are_possible(const struct weft_msg_capture *capture)
{
	const __u8 *xstate = (const __u8 *)(capture + 1);
	const void *mappings = xstate + le32_to_cpu(capture->xstate_size);
	__u32 count = le32_to_cpu(capture->mappings);

	return weft_thread_xstate_is_possible(xstate) &&
	       mappings_are_possible(mappings, count) &&
	       pages_are_possible((const __u8 *)((const struct weft_msg_mapping *)
						 mappings + count),
				  le32_to_cpu(capture->pages));
}

/* Before anything behind the fixed part is looked at. */
static enum weft_breach lengths_check(const struct weft_header *header,
				      const struct weft_msg_capture *capture)
{
	__u32 xstate = le32_to_cpu(capture->xstate_size);
	__u32 mappings = le32_to_cpu(capture->mappings);
	__u32 pages = le32_to_cpu(capture->pages);

	if (xstate < WEFT_XSTATE_MIN || xstate > WEFT_XSTATE_MAX || xstate % 8 ||
	    mappings > WEFT_MAPPINGS_MAX || pages > WEFT_CAPTURE_PAGES_MAX)
		return WEFT_BREACH_FIELD;
	if (le32_to_cpu(header->length) != sizeof(*capture) + xstate +
	    mappings * sizeof(struct weft_msg_mapping) +
	    pages * WEFT_CAPTURE_PAGE_LEN)
		return WEFT_BREACH_LENGTH;
	return WEFT_BREACH_NONE;
}

/**
 * weft_capture_check() - can a process be like this?
 * @header:  the header of a CAPTURE, checked
 * @capture: its payload, as it came
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_LENGTH if what it announces does not
 * make up its length, or WEFT_BREACH_FIELD. With WEFT_BREACH_NONE all that is
 * announced is there.
 */
enum weft_breach weft_capture_check(const struct weft_header *header,
				    const struct weft_msg_capture *capture)
{
	enum weft_breach breach = lengths_check(header, capture);
	struct weft_msg_thread thread;

	if (breach)
		return breach;
	weft_thread_of_capture(capture, &thread);
	if (!capture->process || capture->pad ||
	    le32_to_cpu(capture->threads) >= WEFT_THREADS_MAX ||
	    !weft_process_name_is_possible(capture->name) ||
	    !weft_process_page_is_possible(capture->vvar) ||
	    !weft_thread_is_possible(&thread) ||
	    !boundaries_are_possible(capture) || !signals_are_possible(capture) ||
	    !weft_identity_is_possible(&capture->identity) ||
	    !parts_are_possible(capture))
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}
