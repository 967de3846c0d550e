/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that speak to others: sockets, queues, semaphores, events.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_SOCKETS_H
#define _WEFT_RSYS_CALLS_SOCKETS_H

#define WEFT_RSYS_SOCKETS_CALLS(CALL) \
	CALL(7, poll, SPECIAL(POLL, MANY_INOUT(POLLFD, 1), UINT, INT), WITH(BLOCKS)) \
	CALL(23, select, \
	     SPECIAL(POLL, INT, FD_SET(0), FD_SET(0), FD_SET(0), ONE_INOUT(TIMEVAL)), \
	     WITH(BLOCKS)) \
	CALL(29, shmget, HOME(INT, LONG, INT)) \
	CALL(30, shmat, \
	     REFUSED(ENOSYS, \
		     "memory of a System V segment is shared on its own machine only")) \
	CALL(31, shmctl, SELECT(shmctl)) \
	CALL(41, socket, SELECT(socket)) \
	CALL(42, connect, HOME(FD, ANY_IN(2), INT), WITH(BLOCKS | RESTARTS)) \
	CALL(43, accept, HOME(FD, VALUE_OUT(2), LENGTH), WITH(BLOCKS | RESTARTS | NEW_FD)) \
	CALL(44, sendto, SELECT(sendto)) \
	CALL(45, recvfrom, \
	     HOME(FD, COUNTED(2), LONG, UINT, VALUE_OUT(5), LENGTH), \
	     WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(46, sendmsg, SELECT(sendmsg)) \
	CALL(47, recvmsg, HOME(FD, MESSAGE_OUT, UINT), WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(48, shutdown, HOME(FD, INT)) \
	CALL(49, bind, HOME(FD, ANY_IN(2), INT)) \
	CALL(50, listen, HOME(FD, INT)) \
	CALL(51, getsockname, HOME(FD, VALUE_OUT(2), LENGTH)) \
	CALL(52, getpeername, HOME(FD, VALUE_OUT(2), LENGTH)) \
	CALL(53, socketpair, HOME(INT, INT, INT, ONE_OUT(PAIR))) \
	CALL(54, setsockopt, SELECT(setsockopt)) \
	CALL(55, getsockopt, SELECT(getsockopt)) \
	CALL(64, semget, HOME(INT, INT, INT)) \
	CALL(65, semop, HOME(INT, MANY_IN(SEMBUF, 2), UINT), WITH(BLOCKS)) \
	CALL(66, semctl, SELECT(semctl)) \
	CALL(67, shmdt, REFUSED(EINVAL, "no System V segment can be attached")) \
	CALL(68, msgget, HOME(INT, INT)) \
	CALL(69, msgsnd, \
	     HOME(INT, MEMORY(IN, ANY, 3, 8), LONG, INT), WITH(BLOCKS | RESTARTS)) \
	CALL(70, msgrcv, \
	     HOME(INT, MEMORY(COUNTED, ANY, 3, 8), LONG, LONG, INT), \
	     WITH(BLOCKS | RESTARTS)) \
	CALL(71, msgctl, SELECT(msgctl)) \
	CALL(213, epoll_create, HOME(INT), WITH(NEW_FD)) \
	CALL(220, semtimedop, \
	     HOME(INT, MANY_IN(SEMBUF, 2), UINT, ONE_IN(TIMESPEC)), WITH(BLOCKS)) \
	CALL(232, epoll_wait, \
	     SPECIAL(POLL, FD, MANY_COUNTED(EPOLL_EVENT, 2), INT, INT), \
	     WITH(BLOCKS | CUTS)) \
	CALL(233, epoll_ctl, HOME(FD, INT, FD, ONE_IN(EPOLL_EVENT))) \
	CALL(240, mq_open, HOME(PATH, INT, UINT, ONE_IN(MQ_ATTR)), WITH(NEW_FD)) \
	CALL(241, mq_unlink, HOME(PATH)) \
	CALL(242, mq_timedsend, \
	     HOME(FD, ANY_IN(2), LONG, UINT, ONE_IN(TIMESPEC)), WITH(BLOCKS | RESTARTS)) \
	CALL(243, mq_timedreceive, \
	     HOME(FD, COUNTED(2), LONG, ONE_OUT(U32), ONE_IN(TIMESPEC)), \
	     WITH(BLOCKS | RESTARTS)) \
	CALL(244, mq_notify, \
	     REFUSED(ENOSYS, \
		     "the notification points to more, in a way that only the C library knows")) \
	CALL(245, mq_getsetattr, HOME(FD, ONE_IN(MQ_ATTR), ONE_OUT(MQ_ATTR))) \
	CALL(253, inotify_init, HOME(NOTHING), WITH(NEW_FD)) \
	CALL(254, inotify_add_watch, HOME(FD, PATH, UINT)) \
	CALL(255, inotify_rm_watch, HOME(FD, INT)) \
	CALL(270, pselect6, \
	     SPECIAL(POLL, INT, FD_SET(0), FD_SET(0), FD_SET(0), ONE_INOUT(TIMESPEC), HERE), \
	     WITH(BLOCKS)) \
	CALL(271, ppoll, \
	     SPECIAL(POLL, MANY_INOUT(POLLFD, 1), UINT, ONE_INOUT(TIMESPEC), HERE, HERE), \
	     WITH(BLOCKS)) \
	CALL(281, epoll_pwait, \
	     SPECIAL(POLL, FD, MANY_COUNTED(EPOLL_EVENT, 2), INT, INT, HERE, HERE), \
	     WITH(BLOCKS | CUTS)) \
	CALL(282, signalfd, SPECIAL(SIGNALFD, FD, SIGSET(2), LONG), WITH(NEW_FD)) \
	CALL(283, timerfd_create, HOME(INT, INT), WITH(NEW_FD)) \
	CALL(284, eventfd, HOME(UINT), WITH(NEW_FD)) \
	CALL(286, timerfd_settime, HOME(FD, INT, ONE_IN(TIMER), ONE_OUT(TIMER))) \
	CALL(287, timerfd_gettime, HOME(FD, ONE_OUT(TIMER))) \
	CALL(288, accept4, \
	     HOME(FD, VALUE_OUT(2), LENGTH, INT), WITH(BLOCKS | RESTARTS | NEW_FD)) \
	CALL(289, signalfd4, SPECIAL(SIGNALFD, FD, SIGSET(2), LONG, INT), WITH(NEW_FD)) \
	CALL(290, eventfd2, HOME(UINT, INT), WITH(NEW_FD)) \
	CALL(291, epoll_create1, HOME(INT), WITH(NEW_FD)) \
	CALL(294, inotify_init1, HOME(INT), WITH(NEW_FD)) \
	CALL(299, recvmmsg, \
	     HOME(FD, MESSAGES_OUT(2), UINT, UINT, ONE_INOUT(TIMESPEC)), \
	     WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(300, fanotify_init, HOME(UINT, UINT), WITH(NEW_FD)) \
	CALL(301, fanotify_mark, HOME(FD, UINT, LONG, FD, PATH)) \
	CALL(307, sendmmsg, SELECT(sendmmsg)) \
	CALL(441, epoll_pwait2, \
	     SPECIAL(POLL, FD, MANY_COUNTED(EPOLL_EVENT, 2), INT, ONE_IN(TIMESPEC), \
		     HERE, HERE), \
	     WITH(BLOCKS | CUTS))

#endif /* _WEFT_RSYS_CALLS_SOCKETS_H */
