// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes and names of what arguments point to. Pure.
 */
#include "rsys/structs.h"

#include <linux/kernel.h>

#define SIZE(name_, size_, type_) \
	[WEFT_RSYS_STRUCT_##name_] = (size_),
#define NAME(name_, size_, type_) \
	[WEFT_RSYS_STRUCT_##name_] = #type_,

/**
 * weft_rsys_struct_size() - how long is a structure?
 * @structure: which
 *
 * Return: its size in bytes; 0 of what is none.
 */
__u32 weft_rsys_struct_size(enum weft_rsys_struct structure)
{
	static const __u16 sizes[WEFT_RSYS_STRUCT_NR] = {
		WEFT_RSYS_STRUCTS(SIZE)
		WEFT_RSYS_NEWER_STRUCTS(SIZE)
	};

	return (unsigned int)structure < ARRAY_SIZE(sizes) ? sizes[structure] : 0;
}

/**
 * weft_rsys_struct_name() - what does the kernel call a structure?
 * @structure: which
 *
 * Return: its type in C; a constant; NULL of what is none.
 */
const char *weft_rsys_struct_name(enum weft_rsys_struct structure)
{
	static const char * const names[WEFT_RSYS_STRUCT_NR] = {
		WEFT_RSYS_STRUCTS(NAME)
		WEFT_RSYS_NEWER_STRUCTS(NAME)
	};

	return (unsigned int)structure < ARRAY_SIZE(names) ? names[structure] : NULL;
}
