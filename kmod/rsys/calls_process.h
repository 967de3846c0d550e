/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls about processes: who they are, what they may, when they end.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_PROCESS_H
#define _WEFT_RSYS_CALLS_PROCESS_H

#define WEFT_RSYS_PROCESS_CALLS(CALL) \
	CALL(39, getpid, CACHED(NOTHING)) \
	CALL(56, clone, SPECIAL(FORK, LONG, HERE, HERE, HERE, HERE)) \
	CALL(57, fork, SPECIAL(FORK, NOTHING)) \
	CALL(58, vfork, SPECIAL(FORK, NOTHING)) \
	CALL(59, execve, SPECIAL(EXEC, PATH, STRINGS, STRINGS), WITH(CHANGES)) \
	CALL(60, exit, SPECIAL(EXIT, INT)) \
	CALL(61, wait4, \
	     SPECIAL(WAIT, INT, ONE_INOUT(S32), INT, ONE_INOUT(RUSAGE)), \
	     WITH(BLOCKS | RESTARTS)) \
	CALL(63, uname, HOME(ONE_OUT(UTSNAME))) \
	CALL(97, getrlimit, HOME(UINT, ONE_OUT(RLIMIT))) \
	CALL(98, getrusage, SPECIAL(USAGE, INT, ONE_OUT(RUSAGE))) \
	CALL(99, sysinfo, HOME(ONE_OUT(SYSINFO))) \
	CALL(100, times, SPECIAL(USAGE, ONE_OUT(TMS))) \
	CALL(101, ptrace, REFUSED(EPERM, "registers and memory are on two machines")) \
	CALL(102, getuid, CACHED(NOTHING)) \
	CALL(103, syslog, SELECT(syslog)) \
	CALL(104, getgid, CACHED(NOTHING)) \
	CALL(105, setuid, SPECIAL(CREDENTIALS, UINT), WITH(CHANGES)) \
	CALL(106, setgid, SPECIAL(CREDENTIALS, UINT), WITH(CHANGES)) \
	CALL(107, geteuid, CACHED(NOTHING)) \
	CALL(108, getegid, CACHED(NOTHING)) \
	CALL(109, setpgid, HOME(INT, INT)) \
	CALL(110, getppid, HOME(NOTHING)) \
	CALL(111, getpgrp, HOME(NOTHING)) \
	CALL(112, setsid, HOME(NOTHING), WITH(CHANGES)) \
	CALL(113, setreuid, SPECIAL(CREDENTIALS, UINT, UINT), WITH(CHANGES)) \
	CALL(114, setregid, SPECIAL(CREDENTIALS, UINT, UINT), WITH(CHANGES)) \
	CALL(115, getgroups, HOME(INT, MANY_COUNTED(U32, 0))) \
	CALL(116, setgroups, SPECIAL(CREDENTIALS, INT, MANY_IN(U32, 0)), WITH(CHANGES)) \
	CALL(117, setresuid, SPECIAL(CREDENTIALS, UINT, UINT, UINT), WITH(CHANGES)) \
	CALL(118, getresuid, CACHED(ONE_OUT(U32), ONE_OUT(U32), ONE_OUT(U32))) \
	CALL(119, setresgid, SPECIAL(CREDENTIALS, UINT, UINT, UINT), WITH(CHANGES)) \
	CALL(120, getresgid, CACHED(ONE_OUT(U32), ONE_OUT(U32), ONE_OUT(U32))) \
	CALL(121, getpgid, HOME(INT)) \
	CALL(122, setfsuid, SPECIAL(CREDENTIALS, UINT), WITH(CHANGES)) \
	CALL(123, setfsgid, SPECIAL(CREDENTIALS, UINT), WITH(CHANGES)) \
	CALL(124, getsid, SELECT(getsid)) \
	CALL(125, capget, SPECIAL(CREDENTIALS, HERE, HERE)) \
	CALL(126, capset, SPECIAL(CREDENTIALS, HERE, HERE), WITH(CHANGES)) \
	CALL(135, personality, SELECT(personality)) \
	CALL(140, getpriority, SPECIAL(TASK, INT, INT)) \
	CALL(141, setpriority, SPECIAL(TASK, INT, INT, INT)) \
	CALL(142, sched_setparam, SPECIAL(TASK, INT, ONE_IN(SCHED_PARAM))) \
	CALL(143, sched_getparam, SPECIAL(TASK, INT, ONE_OUT(SCHED_PARAM))) \
	CALL(144, sched_setscheduler, SPECIAL(TASK, INT, INT, ONE_IN(SCHED_PARAM))) \
	CALL(145, sched_getscheduler, SPECIAL(TASK, INT)) \
	CALL(148, sched_rr_get_interval, SPECIAL(TASK, INT, ONE_OUT(TIMESPEC))) \
	CALL(153, vhangup, HOME(NOTHING)) \
	CALL(154, modify_ldt, REFUSED(ENOSYS, "a table of segments does not move")) \
	CALL(157, prctl, SELECT(prctl)) \
	CALL(158, arch_prctl, SELECT(arch_prctl)) \
	CALL(160, setrlimit, SPECIAL(LIMITS, UINT, ONE_IN(RLIMIT))) \
	CALL(170, sethostname, HOME(ANY_IN(1), INT)) \
	CALL(171, setdomainname, HOME(ANY_IN(1), INT)) \
	CALL(186, gettid, CACHED(NOTHING)) \
	CALL(203, sched_setaffinity, SPECIAL(TASK, INT, UINT, ANY_IN(1))) \
	CALL(204, sched_getaffinity, SPECIAL(TASK, INT, UINT, COUNTED(1))) \
	CALL(231, exit_group, SPECIAL(EXIT, INT)) \
	CALL(247, waitid, \
	     SPECIAL(WAIT, INT, INT, ONE_INOUT(SIGINFO), INT, ONE_INOUT(RUSAGE)), \
	     WITH(BLOCKS | RESTARTS)) \
	CALL(248, add_key, HOME(PATH, PATH, ANY_IN(3), LONG, INT)) \
	CALL(249, request_key, HOME(PATH, PATH, PATH, INT), WITH(BLOCKS | RESTARTS)) \
	CALL(250, keyctl, SELECT(keyctl)) \
	CALL(251, ioprio_set, HOME(INT, INT, INT)) \
	CALL(252, ioprio_get, HOME(INT, INT)) \
	CALL(272, unshare, \
	     REFUSED(EPERM, \
		     "namespaces cannot be left while the process is on two machines")) \
	CALL(302, prlimit64, \
	     SPECIAL(LIMITS, INT, UINT, ONE_IN(RLIMIT64), ONE_OUT(RLIMIT64))) \
	CALL(308, setns, \
	     REFUSED(EPERM, \
		     "namespaces cannot be left while the process is on two machines")) \
	CALL(312, kcmp, SELECT(kcmp)) \
	CALL(314, sched_setattr, SPECIAL(TASK, INT, SIZED_IN(0), UINT)) \
	CALL(315, sched_getattr, SPECIAL(TASK, INT, MANY_INOUT(ANY, 2), UINT, UINT)) \
	CALL(317, seccomp, SELECT(seccomp)) \
	CALL(322, execveat, SPECIAL(EXEC, FD, PATH, STRINGS, STRINGS, INT), WITH(CHANGES)) \
	CALL(434, pidfd_open, HOME(INT, UINT), WITH(NEW_FD)) \
	CALL(435, clone3, SPECIAL(FORK, HERE, HERE)) \
	CALL(448, process_mrelease, HOME(FD, UINT))

#endif /* _WEFT_RSYS_CALLS_PROCESS_H */
