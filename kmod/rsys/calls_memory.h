/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls about memory, processors, and waiting on a word of memory.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_MEMORY_H
#define _WEFT_RSYS_CALLS_MEMORY_H

#define WEFT_RSYS_MEMORY_CALLS(CALL) \
	CALL(9, mmap, SELECT(mmap)) \
	CALL(10, mprotect, LOCAL) \
	CALL(11, munmap, LOCAL) \
	CALL(12, brk, LOCAL) \
	CALL(24, sched_yield, LOCAL) \
	CALL(25, mremap, SPECIAL(REMAP, HERE, HERE, HERE, HERE, HERE)) \
	CALL(26, msync, SPECIAL(MAP, HERE, HERE, HERE)) \
	CALL(27, mincore, LOCAL) \
	CALL(28, madvise, SELECT(madvise)) \
	CALL(146, sched_get_priority_max, LOCAL) \
	CALL(147, sched_get_priority_min, LOCAL) \
	CALL(149, mlock, LOCAL) \
	CALL(150, munlock, LOCAL) \
	CALL(151, mlockall, LOCAL) \
	CALL(152, munlockall, LOCAL) \
	CALL(202, futex, SELECT(futex)) \
	CALL(216, remap_file_pages, \
	     REFUSED(ENOSYS, \
		     "pages of one mapping would be of several places of a file at home")) \
	CALL(218, set_tid_address, LOCAL) \
	CALL(237, mbind, LOCAL) \
	CALL(238, set_mempolicy, LOCAL) \
	CALL(239, get_mempolicy, LOCAL) \
	CALL(256, migrate_pages, SPECIAL(OWN_TASK, HERE, HERE, HERE, HERE)) \
	CALL(273, set_robust_list, LOCAL) \
	CALL(274, get_robust_list, SPECIAL(OWN_TASK, HERE, HERE, HERE)) \
	CALL(279, move_pages, SPECIAL(OWN_TASK, HERE, HERE, HERE, HERE, HERE, HERE)) \
	CALL(309, getcpu, LOCAL) \
	CALL(318, getrandom, LOCAL) \
	CALL(324, membarrier, LOCAL) \
	CALL(325, mlock2, LOCAL) \
	CALL(329, pkey_mprotect, LOCAL) \
	CALL(330, pkey_alloc, LOCAL) \
	CALL(331, pkey_free, LOCAL) \
	CALL(334, rseq, LOCAL) \
	CALL(447, memfd_secret, \
	     REFUSED(ENOSYS, "not even the kernel at home could read such memory")) \
	CALL(449, futex_waitv, SPECIAL(FUTEX, HERE, HERE, HERE, HERE, HERE)) \
	CALL(450, set_mempolicy_home_node, LOCAL)

#endif /* _WEFT_RSYS_CALLS_MEMORY_H */
