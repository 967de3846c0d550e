// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules for calls that a move interrupts. Pure.
 */
#include "migrate/rewind.h"

#include <linux/errno.h>
#include <linux/syscalls.h>

/*
 * These give -EINTR whenever somebody wants something of the task, and not only to
 * handlers of signals. How long they have waited is not known: they wait anew.
 */
static bool never_restarts(u32 number)
{
	switch (number) {
	case __NR_epoll_wait:
	case __NR_epoll_pwait:
	case __NR_epoll_pwait2:
	case __NR_semop:
	case __NR_semtimedop:
	case __NR_rt_sigtimedwait:
	case __NR_io_getevents:
	case __NR_io_pgetevents:
		return true;
	default:
		return false;
	}
}

/* What the kernel remembers about it ends with the time until which it waits. */
static enum weft_rewind rest_of(u32 number)
{
	switch (number) {
	case __NR_poll:
		return WEFT_REWIND_POLL;
	case __NR_nanosleep:
	case __NR_clock_nanosleep:
		return WEFT_REWIND_SLEEP;
	default:
		return WEFT_REWIND_EINTR;
	}
}

/**
 * weft_rewind_decide() - what becomes of a call that was interrupted?
 * @number:     of the call
 * @result:     what it gave, including what only kernels see
 * @has_signal: a signal waits for the task, so it would have ended without a move
 *
 * See arch_do_signal_or_restart() for what a kernel does without signal.
 *
 * Return: how the program goes on.
 */
enum weft_rewind weft_rewind_decide(u32 number, s64 result, bool has_signal)
{
	switch (result) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
		return WEFT_REWIND_AGAIN;
	case -ERESTARTNOHAND:
		/* whoever waits for nothing but the signal would wait for ever */
		return has_signal ? WEFT_REWIND_EINTR : WEFT_REWIND_AGAIN;
	case -ERESTART_RESTARTBLOCK:
		return has_signal ? WEFT_REWIND_EINTR : rest_of(number);
	case -EINTR:
		return !has_signal && never_restarts(number) ?
		       WEFT_REWIND_AGAIN : WEFT_REWIND_NOT;
	default:
		return WEFT_REWIND_NOT;
	}
}
