/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of each system call of a process that was moved: a row for each
 * number of x86-64, and the arithmetic that moving its arguments takes.
 *
 * All of it is pure: no state, no locks, no side effects, no memory of a
 * process. So the same code runs under a fuzzer in user space. The contract,
 * made from the table, is Documentation/syscalls.rst.
 */
#ifndef _WEFT_RSYS_ENTRY_H
#define _WEFT_RSYS_ENTRY_H

#include "rsys/structs.h"

#include <linux/types.h>

/* Numbers from here on have no row; those of x32 lie above as well. */
#define WEFT_RSYS_NUMBERS	463

#define WEFT_RSYS_ARGS		6

/* Bytes of memory that one call may take along, and bring back. */
#define WEFT_RSYS_DATA_MAX	0x100000U

/**
 * enum weft_rsys_class - who executes a call
 * @WEFT_RSYS_NONE:    nobody: there is no such call
 * @WEFT_RSYS_LOCAL:   the kernel of the node where the process runs, as if it
 *                     had not moved
 * @WEFT_RSYS_CACHED:  nobody: the answer is known where the process runs
 * @WEFT_RSYS_HOME:    the original task, at home
 * @WEFT_RSYS_SPECIAL: code of its own: see enum weft_rsys_handler
 * @WEFT_RSYS_REFUSED: nobody: the row says why, and what the program is told
 * @WEFT_RSYS_SELECT:  an argument decides; weft_rsys_classify() never gives it
 */
enum weft_rsys_class {
	WEFT_RSYS_NONE,
	WEFT_RSYS_LOCAL,
	WEFT_RSYS_CACHED,
	WEFT_RSYS_HOME,
	WEFT_RSYS_SPECIAL,
	WEFT_RSYS_REFUSED,
	WEFT_RSYS_SELECT
};

/**
 * enum weft_rsys_handler - which code of its own a call needs
 * @WEFT_RSYS_DO_NOTHING:   none
 * @WEFT_RSYS_DO_FORK:      the child is born at home and has a body here
 * @WEFT_RSYS_DO_EXEC:      the new program starts at home
 * @WEFT_RSYS_DO_EXIT:      body, twin and deputy end together
 * @WEFT_RSYS_DO_WAIT:      children are children of the deputy
 * @WEFT_RSYS_DO_OPEN:      at home, but what /proc says of the memory of this
 *                          process is said where it runs
 * @WEFT_RSYS_DO_MAP:       a mapping of a file that is at home
 * @WEFT_RSYS_DO_REMAP:     what a mapping of the image grows by must read zero
 * @WEFT_RSYS_DO_DISCARD:   the image remembers what was thrown away
 * @WEFT_RSYS_DO_POLL:      at home, with the signal mask applied here
 * @WEFT_RSYS_DO_RESTART:   repeats what was interrupted, where that ran
 * @WEFT_RSYS_DO_SIGACTION: here, and told to home, which acts upon it
 * @WEFT_RSYS_DO_SIGNALFD:  at home, where its signals stay then
 * @WEFT_RSYS_DO_KILL:      threads of this process here, all others at home
 * @WEFT_RSYS_DO_TASK:      for threads of this process here, else at home
 * @WEFT_RSYS_DO_OWN_TASK:  for threads of this process here, else -EPERM
 * @WEFT_RSYS_DO_BOTH:      at home, and if that succeeds here as well
 * @WEFT_RSYS_DO_LIMITS:    at home, and of this process here as well
 * @WEFT_RSYS_DO_CREDENTIALS: set as both do, and cached values change;
 *                          capabilities are read at home
 * @WEFT_RSYS_DO_FILTER:    the instructions that a filter points to travel; one of
 *                          seccomp holds at home and here
 * @WEFT_RSYS_DO_FUTEX:     private memory here; a region by its cluster lock
 * @WEFT_RSYS_DO_USAGE:     what was used here and at home is added up
 * @WEFT_RSYS_DO_CLOCK:     CPU time here plus what was used before; clocks of
 *                          descriptors and of other processes at home
 * @WEFT_RSYS_DO_ADJUST:    reading the state of the clock here, else -EPERM
 * @WEFT_RSYS_DO_SEMAPHORES: asks home first how many values there are
 * @WEFT_RSYS_DO_INTERFACES: the list that the structure points to comes along
 * @WEFT_RSYS_DO_NR:        how many there are
 */
enum weft_rsys_handler {
	WEFT_RSYS_DO_NOTHING,
	WEFT_RSYS_DO_FORK,
	WEFT_RSYS_DO_EXEC,
	WEFT_RSYS_DO_EXIT,
	WEFT_RSYS_DO_WAIT,
	WEFT_RSYS_DO_OPEN,
	WEFT_RSYS_DO_MAP,
	WEFT_RSYS_DO_REMAP,
	WEFT_RSYS_DO_DISCARD,
	WEFT_RSYS_DO_POLL,
	WEFT_RSYS_DO_RESTART,
	WEFT_RSYS_DO_SIGACTION,
	WEFT_RSYS_DO_SIGNALFD,
	WEFT_RSYS_DO_KILL,
	WEFT_RSYS_DO_TASK,
	WEFT_RSYS_DO_OWN_TASK,
	WEFT_RSYS_DO_BOTH,
	WEFT_RSYS_DO_LIMITS,
	WEFT_RSYS_DO_CREDENTIALS,
	WEFT_RSYS_DO_FILTER,
	WEFT_RSYS_DO_FUTEX,
	WEFT_RSYS_DO_USAGE,
	WEFT_RSYS_DO_CLOCK,
	WEFT_RSYS_DO_ADJUST,
	WEFT_RSYS_DO_SEMAPHORES,
	WEFT_RSYS_DO_INTERFACES,

	WEFT_RSYS_DO_NR
};

/**
 * enum weft_rsys_flag - what else is to be known of a call
 * @WEFT_RSYS_BLOCKS:      may wait for others without a limit: needs a twin
 * @WEFT_RSYS_RESTARTS:    may be made again after a signal, by SA_RESTART
 * @WEFT_RSYS_CUTS:        may be cut to what fits, like a short read
 * @WEFT_RSYS_CUTS_STREAM: may be cut, unless the descriptor keeps messages
 *                         apart: then what does not fit is -EMSGSIZE
 * @WEFT_RSYS_NEW_FD:      the result is a descriptor
 * @WEFT_RSYS_CHANGES:     values that are cached are no longer true
 */
enum weft_rsys_flag {
	WEFT_RSYS_BLOCKS	= 1 << 0,
	WEFT_RSYS_RESTARTS	= 1 << 1,
	WEFT_RSYS_CUTS		= 1 << 2,
	WEFT_RSYS_CUTS_STREAM	= 1 << 3,
	WEFT_RSYS_NEW_FD	= 1 << 4,
	WEFT_RSYS_CHANGES	= 1 << 5,
};

struct weft_rsys_selector;

/**
 * struct weft_rsys_entry - what becomes of one call, or of one command of it
 * @number:   of the call; in a table of a selector the key, see there
 * @name:     as in the headers of the kernel
 * @why:      why it is refused; else NULL
 * @selector: with WEFT_RSYS_SELECT what decides; else NULL
 * @args:     what travels; nothing that follows a WEFT_RSYS_ARG_UNUSED is used
 * @flags:    bits of enum weft_rsys_flag
 * @class:    enum weft_rsys_class
 * @handler:  enum weft_rsys_handler; not 0 exactly with WEFT_RSYS_SPECIAL
 * @error:    with WEFT_RSYS_REFUSED the positive errno that the program gets
 *
 * A call at home touches no memory but what @args describe. A null pointer
 * travels as one, so home gives the error that a local kernel would give.
 */
struct weft_rsys_entry {
	__u64 number;
	const char *name;
	const char *why;
	const struct weft_rsys_selector *selector;
	struct weft_rsys_arg args[WEFT_RSYS_ARGS];
	__u8 flags;
	__u8 class;
	__u8 handler;
	__u8 error;
};

/**
 * struct weft_rsys_selector - an argument that decides what a call is
 * @by:        what the argument is called
 * @argument:  its index
 * @above:     0, or index plus one of a second argument; the key is then its
 *             lower half, below the lower half of the first
 * @mask:      the bits of the key that count
 * @rows:      what is known, by growing key
 * @nr_rows:   how many
 * @otherwise: what holds for all other keys
 */
struct weft_rsys_selector {
	const char *by;
	__u8 argument;
	__u8 above;
	__u64 mask;
	const struct weft_rsys_entry *rows;
	unsigned int nr_rows;
	const struct weft_rsys_entry *otherwise;
};

/* How often a selector may lead to another one. */
#define WEFT_RSYS_DEPTH_MAX	3

/* table.c */
const struct weft_rsys_entry *weft_rsys_find(__u32 number);

/* select.c */
const struct weft_rsys_entry *weft_rsys_select(const struct weft_rsys_selector *selector,
					       const __u64 args[WEFT_RSYS_ARGS]);
const struct weft_rsys_entry *weft_rsys_classify(__u32 number,
						 const __u64 args[WEFT_RSYS_ARGS]);

/* measure.c: see measure.h */

#endif /* _WEFT_RSYS_ENTRY_H */
