/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libweft: processes, and where they can run. A part of <weft.h>, which has the
 * functions to these structs and is what a program includes.
 */
#ifndef WEFT_PROCESS_H
#define WEFT_PROCESS_H

#include <linux/weft.h>
#include <stdbool.h>
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

/**
 * struct weft_migrate_options - what weft_migrate() is to do
 * @sz:         size of this struct
 * @pid:        the process, by its number in the initial PID namespace
 * @node:       to which node
 * @timeout_ms: until when it must have left, up to WEFT_CHECK_TIMEOUT_MS_MAX; 0
 *              means what the module thinks right
 */
struct weft_migrate_options {
	size_t sz;
	uint32_t pid;
	uint32_t node;
	uint32_t timeout_ms;
};

/**
 * struct weft_migrate_result - a process that was moved
 * @sz:          size of this struct
 * @pid:         the process
 * @node:        where it runs now
 * @serial:      number that this node, its home, gave it
 * @downtime_ns: for how long it ran nowhere, as its home sees it
 */
struct weft_migrate_result {
	size_t sz;
	uint32_t pid;
	uint32_t node;
	uint64_t serial;
	uint64_t downtime_ns;
};

/**
 * struct weft_wait_options - what weft_migrate_wait() waits for
 * @sz:         size of this struct
 * @serial:     the process, from weft_migrate()
 * @timeout_ms: longest wait, up to WEFT_WAIT_TIMEOUT_MS_MAX; 0 means what the module
 *              thinks right
 */
struct weft_wait_options {
	size_t sz;
	uint64_t serial;
	uint32_t timeout_ms;
};

/**
 * struct weft_progress - how far the memory of a process has followed it
 * @sz:            size of this struct
 * @serial:        the process
 * @node:          where it runs
 * @is_empty:      all of it has, and nothing is left at home
 * @total_bytes:   of its memory when it left, about
 * @moved_bytes:   how many of them have been sent after it, at most @total_bytes
 * @fetched_bytes: what it could not wait for, and asked for itself
 */
struct weft_progress {
	size_t sz;
	uint64_t serial;
	uint32_t node;
	bool is_empty;
	uint64_t total_bytes;
	uint64_t moved_bytes;
	uint64_t fetched_bytes;
};

/**
 * struct weft_body_wanted - a process of another node asks for a body here
 * @sz:     size of this struct, set by the library
 * @home:   node of the process
 * @pid:    its number there
 * @serial: number that its home gave it, for weft_body_open()
 * @name:   of the program, printable ASCII
 */
struct weft_body_wanted {
	size_t sz;
	uint32_t home;
	uint32_t pid;
	uint64_t serial;
	char name[WEFT_PROCESS_NAME_LEN];
};

/**
 * struct weft_processes_options - what weft_processes() is to list
 * @sz:         size of this struct
 * @node:       processes of which node; WEFT_NODE_NONE: of this one
 * @timeout_ms: for the whole list of another node, up to
 *              WEFT_CHECK_TIMEOUT_MS_MAX; 0 means what the module thinks right
 */
struct weft_processes_options {
	size_t sz;
	uint32_t node;
	uint32_t timeout_ms;
};

/**
 * struct weft_process - one half of a process that was moved
 * @sz:            size of this struct, set by the library
 * @home:          node where it was started
 * @node:          node where it runs, or is to run; never @home
 * @serial:        number that its home gave it; with @home it names the process
 * @pid:           its number at home
 * @state:         enum weft_process_state; the first three are told by @home, the
 *                 others by @node
 * @age_ms:        for how long in this state, on the clock of who tells
 * @downtime_ns:   for how long it ran nowhere; 0 if who tells does not know
 * @fetched_bytes: memory that was fetched from home; 0 if home tells
 * @faults:        how often the program waited for memory; 0 if home tells
 * @calls:         system calls that home made for it
 * @name:          of the program, printable ASCII
 */
struct weft_process {
	size_t sz;
	uint32_t home;
	uint32_t node;
	uint64_t serial;
	uint32_t pid;
	uint32_t state;
	uint64_t age_ms;
	uint64_t downtime_ns;
	uint64_t fetched_bytes;
	uint64_t faults;
	uint64_t calls;
	char name[WEFT_PROCESS_NAME_LEN];
};

#endif /* WEFT_PROCESS_H */
