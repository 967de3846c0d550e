// SPDX-License-Identifier: GPL-2.0-only
/*
 * The texts that a program is started with travel as their addresses, each counted
 * from where the addresses begin, then a zero, then the texts one behind the other.
 */
#include "migrate/forward.h"
#include "migrate/twin.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* No program is started with longer ones: see execve(2). */
#define TEXT_MAX	(32 * PAGE_SIZE)

/**
 * weft_strings_see() - how much is there?
 * @address: of the addresses, in the program
 * @bytes:   receives how many bytes addresses and texts have
 *
 * Return: 0, -EFAULT, or -E2BIG.
 */
int weft_strings_see(u64 address, u64 *bytes)
{
	u64 __user *at = (u64 __user *)address;
	u64 text, sum = 0;
	long len;

	do {
		if (get_user(text, at++))
			return -EFAULT;
		len = text ? strnlen_user((const char __user *)text, TEXT_MAX) : 0;
		if (text && !len)
			return -EFAULT;
		sum += sizeof(text) + len;
		if (len > TEXT_MAX || sum > WEFT_RSYS_DATA_MAX)
			return -E2BIG;
	} while (text);
	*bytes = sum;
	return 0;
}

/**
 * weft_strings_gather() - put them into a message
 * @address: of the addresses, in the program
 * @to:      where they go
 * @len:     what weft_strings_see() said
 *
 * Return: 0, or -EFAULT, also if they have become others since.
 */
int weft_strings_gather(u64 address, u8 *to, u32 len)
{
	u64 __user *at = (u64 __user *)address;
	u32 count = 0, offset, i;
	__le64 *words = (__le64 *)to;
	u64 text;
	long got;

	do {
		if (get_user(text, at + count) || ++count > len / sizeof(text))
			return -EFAULT;
	} while (text);
	offset = count * sizeof(text);
	words[count - 1] = 0;
	for (i = 0; i < count - 1; i++) {
		if (get_user(text, at + i))
			return -EFAULT;
		got = strncpy_from_user((char *)to + offset,
					(const char __user *)text, len - offset);
		if (got < 0 || got >= len - offset)
			return -EFAULT;
		words[i] = cpu_to_le64(offset);
		offset += got + 1;
	}
	return 0;
}

/**
 * weft_strings_are_possible() - can they be like this?
 * @from: as they came, 8 bytes aligned
 * @len:  how many bytes
 *
 * Return: whether each text lies within them, and ends there.
 */
bool weft_strings_are_possible(const u8 *from, u32 len)
{
	const __le64 *words = (const __le64 *)from;
	u32 i;

	if (len < sizeof(*words))
		return false;
	for (i = 0; i < len / sizeof(*words); i++) {
		if (!words[i])
			return !i || !from[len - 1];
		if (le64_to_cpu(words[i]) >= len)
			return false;
	}
	return false;
}
