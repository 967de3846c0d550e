// SPDX-License-Identifier: GPL-2.0-only
/*
 * DRAIN and its reply: is what they say possible? Pure: no state, no locks, no side
 * effects.
 */
#include "proto/msg_drain.h"

#include <asm/byteorder.h>
#include <linux/kernel.h>

/* May a process be drained from here on, or up to here? */
static bool is_place(__u64 address)
{
	return !(address & (WEFT_PAGE_BYTES - 1)) && address <= WEFT_ADDRESS_LIMIT;
}

/**
 * weft_drain_check() - can memory be drained like this?
 * @drain: the payload of a DRAIN, as it came
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_FIELD.
 */
enum weft_breach weft_drain_check(const struct weft_msg_drain *drain)
{
	if (!drain->process || !is_place(le64_to_cpu(drain->from)))
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

/* The reply to the last DRAIN says nothing. */
static enum weft_breach check_last(const struct weft_msg_drain_reply *reply, __u32 len)
{
	if (len != sizeof(*reply))
		return WEFT_BREACH_LENGTH;
	return reply->next || reply->count || reply->pad ? WEFT_BREACH_FIELD :
							   WEFT_BREACH_NONE;
}

/* Can a page be like this? What is lost is nothing else. */
static bool is_kind(__u32 kind)
{
	return !(kind & ~WEFT_DRAIN_ALL) &&
	       (!(kind & WEFT_DRAIN_LOST) || kind == WEFT_DRAIN_LOST);
}

/* Do the pages follow each other from @from to @next, and make up @len bytes? */
static enum weft_breach check_pages(const __u8 *at, __u32 len, __u32 count,
				    __u64 from, __u64 next)
{
	__u64 word, address;
	__u32 size;

	for (; count; count--) {
		if (len < sizeof(__le64))
			return WEFT_BREACH_LENGTH;
		word = le64_to_cpu(*(const __le64 *)at);
		address = word & ~(__u64)(WEFT_PAGE_BYTES - 1);
		if (!is_kind(word & (WEFT_PAGE_BYTES - 1)) || address < from ||
		    address >= next)
			return WEFT_BREACH_FIELD;
		size = sizeof(__le64) +
		       (word & (WEFT_DRAIN_ZERO | WEFT_DRAIN_LOST) ? 0 :
								     WEFT_PAGE_BYTES);
		if (len < size)
			return WEFT_BREACH_LENGTH;
		from = address + WEFT_PAGE_BYTES;
		at += size;
		len -= size;
	}
	return len ? WEFT_BREACH_LENGTH : WEFT_BREACH_NONE;
}

/**
 * weft_drain_reply_check() - can the memory that was asked for be like this?
 * @reply: the payload of a DRAIN_REPLY without an error, as it came
 * @len:   its length, as much as its fixed part or more
 * @from:  from where on it was asked for, checked
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_FIELD, or WEFT_BREACH_LENGTH if the pages
 * that are said to follow do not make up the length. With WEFT_BREACH_NONE all of
 * them are there, and their addresses are between @from and next.
 */
enum weft_breach weft_drain_reply_check(const struct weft_msg_drain_reply *reply,
					__u32 len, __u64 from)
{
	__u64 next = le64_to_cpu(reply->next);
	__u32 count = le32_to_cpu(reply->count);

	if (from == WEFT_ADDRESS_LIMIT)
		return check_last(reply, len);
	if (reply->pad || count > WEFT_DRAIN_MAX || !is_place(next) || next <= from)
		return WEFT_BREACH_FIELD;
	return check_pages((const __u8 *)(reply + 1), len - sizeof(*reply), count,
			   from, next);
}
