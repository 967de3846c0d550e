/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls about signals and time.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_SIGNALS_H
#define _WEFT_RSYS_CALLS_SIGNALS_H

#define WEFT_RSYS_SIGNALS_CALLS(CALL) \
	CALL(13, rt_sigaction, SELECT(rt_sigaction)) \
	CALL(14, rt_sigprocmask, LOCAL) \
	CALL(15, rt_sigreturn, LOCAL) \
	CALL(34, pause, LOCAL) \
	CALL(35, nanosleep, LOCAL) \
	CALL(36, getitimer, LOCAL) \
	CALL(37, alarm, LOCAL) \
	CALL(38, setitimer, LOCAL) \
	CALL(62, kill, SPECIAL(KILL, INT, INT)) \
	CALL(96, gettimeofday, LOCAL) \
	CALL(127, rt_sigpending, LOCAL) \
	CALL(128, rt_sigtimedwait, LOCAL) \
	CALL(129, rt_sigqueueinfo, SPECIAL(KILL, INT, INT, ONE_IN(SIGINFO))) \
	CALL(130, rt_sigsuspend, LOCAL) \
	CALL(131, sigaltstack, LOCAL) \
	CALL(159, adjtimex, SPECIAL(ADJUST, HERE)) \
	CALL(164, settimeofday, \
	     REFUSED(EPERM, \
		     "the clock that it sets is not the one that the process reads")) \
	CALL(200, tkill, SPECIAL(KILL, INT, INT)) \
	CALL(201, time, LOCAL) \
	CALL(219, restart_syscall, SPECIAL(RESTART, NOTHING), WITH(BLOCKS | RESTARTS)) \
	CALL(222, timer_create, LOCAL) \
	CALL(223, timer_settime, LOCAL) \
	CALL(224, timer_gettime, LOCAL) \
	CALL(225, timer_getoverrun, LOCAL) \
	CALL(226, timer_delete, LOCAL) \
	CALL(227, clock_settime, \
	     REFUSED(EPERM, \
		     "the clock that it sets is not the one that the process reads")) \
	CALL(228, clock_gettime, SELECT(clock_gettime)) \
	CALL(229, clock_getres, SELECT(clock_getres)) \
	CALL(230, clock_nanosleep, SELECT(clock_nanosleep)) \
	CALL(234, tgkill, SPECIAL(KILL, INT, INT, INT)) \
	CALL(297, rt_tgsigqueueinfo, SPECIAL(KILL, INT, INT, INT, ONE_IN(SIGINFO))) \
	CALL(305, clock_adjtime, SPECIAL(ADJUST, HERE, HERE)) \
	CALL(424, pidfd_send_signal, SPECIAL(KILL, FD, INT, ONE_IN(SIGINFO), UINT))

#endif /* _WEFT_RSYS_CALLS_SIGNALS_H */
