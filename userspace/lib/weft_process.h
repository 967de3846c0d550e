/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libweft: processes, and where they can run. A part of <weft.h>, which has the
 * functions to these structs and is what a program includes.
 */
#ifndef WEFT_PROCESS_H
#define WEFT_PROCESS_H

#include <linux/weft.h>
#include <stddef.h>
#include <stdint.h>

#define WEFT_PROCESS_NAME_LEN	16	/* bytes, with the terminating NUL */

/**
 * struct weft_check_options - what weft_check() is to find out
 * @sz:         size of this struct
 * @pid:        the process, by its number in the initial PID namespace
 * @node:       to which node
 * @timeout_ms: longest wait for that node, up to WEFT_CHECK_TIMEOUT_MS_MAX; 0
 *              means what the module thinks right
 */
struct weft_check_options {
	size_t sz;
	uint32_t pid;
	uint32_t node;
	uint32_t timeout_ms;
};

/**
 * struct weft_check_result - can a process move to a node?
 * @sz:           size of this struct
 * @pid:          the process
 * @node:         the node
 * @reason_count: reasons why not; 0: it can move
 * @name:         of the process; empty if there is none
 */
struct weft_check_result {
	size_t sz;
	uint32_t pid;
	uint32_t node;
	uint32_t reason_count;
	char name[WEFT_PROCESS_NAME_LEN];
};

/**
 * struct weft_reason - one reason why a process cannot move
 * @sz:           size of this struct, set by the library
 * @code:         enum weft_reason_code, or a higher number of a newer module
 * @text:         the same in words, without full stop
 * @detail_count: how many @details there are; often none
 * @details:      what it is about: mappings, threads, numbers
 * @more:         how many more details were left out
 *
 * All texts are printable ASCII.
 */
struct weft_reason {
	size_t sz;
	uint32_t code;
	const char *text;
	uint32_t detail_count;
	const char *const *details;
	uint32_t more;
};

#endif /* WEFT_PROCESS_H */
