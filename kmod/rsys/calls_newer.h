/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that kernels have which are newer than 6.1.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_NEWER_H
#define _WEFT_RSYS_CALLS_NEWER_H

#define WEFT_RSYS_NEWER_CALLS(CALL) \
	CALL(335, uretprobe, LOCAL) \
	CALL(451, cachestat, HOME(FD, ONE_IN(CACHESTAT_RANGE), ONE_OUT(CACHESTAT), UINT)) \
	CALL(452, fchmodat2, HOME(FD, PATH, UINT, UINT)) \
	CALL(453, map_shadow_stack, REFUSED(ENOSYS, "shadow stacks do not move")) \
	CALL(454, futex_wake, SELECT(futex_wake)) \
	CALL(455, futex_wait, SELECT(futex_wait)) \
	CALL(456, futex_requeue, SPECIAL(FUTEX, HERE, HERE, HERE, HERE)) \
	CALL(457, statmount, HOME(SIZED_IN(0), MANY_INOUT(ANY, 2), LONG, UINT)) \
	CALL(458, listmount, HOME(SIZED_IN(0), MANY_COUNTED(U64, 2), LONG, UINT)) \
	CALL(459, lsm_get_self_attr, HOME(UINT, VALUE_INOUT(2), LENGTH, UINT)) \
	CALL(460, lsm_set_self_attr, HOME(UINT, ANY_IN(2), UINT, UINT)) \
	CALL(461, lsm_list_modules, HOME(VALUE_OUT(1), LENGTH, UINT)) \
	CALL(462, mseal, LOCAL)

#endif /* _WEFT_RSYS_CALLS_NEWER_H */
