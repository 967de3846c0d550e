/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * States that a process can be in, each of them a function that gets there and
 * does not return.
 */
#ifndef WEFT_SELFTEST_STATES_H
#define WEFT_SELFTEST_STATES_H

#include <stddef.h>
#include <sys/types.h>

#define NORETURN __attribute__((noreturn))

/* The end, with a sentence about what did not work and why. */
NORETURN void die(const char *what);
/* The end: this kernel or machine does not have it. */
NORETURN void lack(const char *what);
/* Says that the process @pid is in its state, and stays as it is. */
NORETURN void stay_as(pid_t pid);
NORETURN void stay(void);

size_t page_size(void);

/* states_memory.c: each leaves the process with such a mapping */
void map_private(void);
void map_shared(void);
void map_shared_file(void);
void map_shared_zero(void);
void map_device(void);
void map_packets(void);
void map_huge(void);
void use_userfaultfd(void);
void write_vdso(void);
void unmap_vdso(void);

/* states_task.c */
void have_threads(void);
void use_io_uring(void);
NORETURN void be_strict(void);
void be_traced(void);
NORETURN void be_zombie(void);
NORETURN void be_headless(void);
NORETURN void share_memory(void);
NORETURN void enter_pid_namespace(void);
void enter_user_namespace(void);

#endif /* WEFT_SELFTEST_STATES_H */
