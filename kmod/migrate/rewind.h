/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of a system call that a process was in when it left: the move must
 * not be noticed, neither by an error nor by time that begins anew.
 */
#ifndef _WEFT_MIGRATE_REWIND_H
#define _WEFT_MIGRATE_REWIND_H

#include <linux/types.h>

/**
 * enum weft_rewind - how a program goes on after a call
 * @WEFT_REWIND_NOT:   with the result that the call gave
 * @WEFT_REWIND_AGAIN: it makes the call again
 * @WEFT_REWIND_POLL:  again, for the time that is left, which is an argument
 * @WEFT_REWIND_SLEEP: again, for the time that is left, which is in memory
 * @WEFT_REWIND_EINTR: as if a signal had come
 */
enum weft_rewind {
	WEFT_REWIND_NOT,
	WEFT_REWIND_AGAIN,
	WEFT_REWIND_POLL,
	WEFT_REWIND_SLEEP,
	WEFT_REWIND_EINTR,
};

enum weft_rewind weft_rewind_decide(u32 number, s64 result, bool has_signal);

#endif /* _WEFT_MIGRATE_REWIND_H */
