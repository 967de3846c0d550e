/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that use a descriptor: open files, pipes, and what they hold.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_FILES_H
#define _WEFT_RSYS_CALLS_FILES_H

#define WEFT_RSYS_FILES_CALLS(CALL) \
	CALL(0, read, HOME(FD, COUNTED(2), LONG), WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(1, write, HOME(FD, ANY_IN(2), LONG), WITH(BLOCKS | RESTARTS | CUTS_STREAM)) \
	CALL(2, open, SPECIAL(OPEN, PATH, INT, UINT), WITH(BLOCKS | RESTARTS | NEW_FD)) \
	CALL(3, close, HOME(FD), WITH(BLOCKS)) \
	CALL(5, fstat, HOME(FD, ONE_OUT(STAT))) \
	CALL(8, lseek, HOME(FD, LONG, UINT)) \
	CALL(16, ioctl, SELECT(ioctl)) \
	CALL(17, pread64, \
	     HOME(FD, COUNTED(2), LONG, LONG), WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(18, pwrite64, \
	     HOME(FD, ANY_IN(2), LONG, LONG), WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(19, readv, HOME(FD, IOVEC_OUT(2), LONG), WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(20, writev, \
	     HOME(FD, IOVEC_IN(2), LONG), WITH(BLOCKS | RESTARTS | CUTS_STREAM)) \
	CALL(22, pipe, HOME(ONE_OUT(PAIR))) \
	CALL(32, dup, HOME(FD), WITH(NEW_FD)) \
	CALL(33, dup2, HOME(FD, FD), WITH(NEW_FD)) \
	CALL(40, sendfile, HOME(FD, FD, ONE_INOUT(OFFSET), LONG), WITH(BLOCKS | RESTARTS)) \
	CALL(72, fcntl, SELECT(fcntl)) \
	CALL(73, flock, HOME(FD, UINT), WITH(BLOCKS | RESTARTS)) \
	CALL(74, fsync, HOME(FD)) \
	CALL(75, fdatasync, HOME(FD)) \
	CALL(77, ftruncate, HOME(FD, LONG)) \
	CALL(78, getdents, HOME(FD, COUNTED(2), UINT), WITH(CUTS)) \
	CALL(81, fchdir, HOME(FD)) \
	CALL(85, creat, HOME(PATH, UINT), WITH(BLOCKS | RESTARTS | NEW_FD)) \
	CALL(91, fchmod, HOME(FD, UINT)) \
	CALL(93, fchown, HOME(FD, UINT, UINT)) \
	CALL(138, fstatfs, HOME(FD, ONE_OUT(STATFS))) \
	CALL(187, readahead, HOME(FD, LONG, LONG)) \
	CALL(190, fsetxattr, HOME(FD, ATTRIBUTE, ANY_IN(3), LONG, INT)) \
	CALL(193, fgetxattr, HOME(FD, ATTRIBUTE, COUNTED(3), LONG), WITH(CUTS)) \
	CALL(196, flistxattr, HOME(FD, COUNTED(2), LONG), WITH(CUTS)) \
	CALL(199, fremovexattr, HOME(FD, ATTRIBUTE)) \
	CALL(217, getdents64, HOME(FD, COUNTED(2), UINT), WITH(CUTS)) \
	CALL(221, fadvise64, HOME(FD, LONG, LONG, INT)) \
	CALL(257, openat, \
	     SPECIAL(OPEN, FD, PATH, INT, UINT), WITH(BLOCKS | RESTARTS | NEW_FD)) \
	CALL(275, splice, \
	     HOME(FD, ONE_INOUT(OFFSET), FD, ONE_INOUT(OFFSET), LONG, UINT), \
	     WITH(BLOCKS | RESTARTS)) \
	CALL(276, tee, HOME(FD, FD, LONG, UINT), WITH(BLOCKS | RESTARTS)) \
	CALL(277, sync_file_range, HOME(FD, LONG, LONG, UINT)) \
	CALL(278, vmsplice, \
	     REFUSED(ENOSYS, "a pipe would go on to read memory that is not there")) \
	CALL(285, fallocate, HOME(FD, INT, LONG, LONG), WITH(RESTARTS)) \
	CALL(292, dup3, HOME(FD, FD, INT), WITH(NEW_FD)) \
	CALL(293, pipe2, HOME(ONE_OUT(PAIR), INT)) \
	CALL(295, preadv, \
	     HOME(FD, IOVEC_OUT(2), LONG, LONG, LONG), WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(296, pwritev, \
	     HOME(FD, IOVEC_IN(2), LONG, LONG, LONG), WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(304, open_by_handle_at, \
	     HOME(FD, SIZED_IN(8), INT), WITH(BLOCKS | RESTARTS | NEW_FD)) \
	CALL(306, syncfs, HOME(FD)) \
	CALL(319, memfd_create, HOME(TEXT(251), UINT), WITH(NEW_FD)) \
	CALL(326, copy_file_range, \
	     HOME(FD, ONE_INOUT(OFFSET), FD, ONE_INOUT(OFFSET), LONG, UINT), \
	     WITH(BLOCKS | RESTARTS)) \
	CALL(327, preadv2, \
	     HOME(FD, IOVEC_OUT(2), LONG, LONG, LONG, INT), \
	     WITH(BLOCKS | RESTARTS | CUTS)) \
	CALL(328, pwritev2, \
	     HOME(FD, IOVEC_IN(2), LONG, LONG, LONG, INT), \
	     WITH(BLOCKS | RESTARTS | CUTS_STREAM)) \
	CALL(436, close_range, HOME(UINT, UINT, UINT), WITH(BLOCKS)) \
	CALL(437, openat2, \
	     SPECIAL(OPEN, FD, PATH, ANY_IN(3), LONG), WITH(BLOCKS | RESTARTS | NEW_FD)) \
	CALL(438, pidfd_getfd, HOME(FD, FD, UINT), WITH(NEW_FD))

#endif /* _WEFT_RSYS_CALLS_FILES_H */
