/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that use a path: names, attributes, mounts, quotas.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_NAMES_H
#define _WEFT_RSYS_CALLS_NAMES_H

#define WEFT_RSYS_NAMES_CALLS(CALL) \
	CALL(4, stat, HOME(PATH, ONE_OUT(STAT))) \
	CALL(6, lstat, HOME(PATH, ONE_OUT(STAT))) \
	CALL(21, access, HOME(PATH, INT)) \
	CALL(76, truncate, HOME(PATH, LONG)) \
	CALL(79, getcwd, HOME(COUNTED(1), LONG), WITH(CUTS)) \
	CALL(80, chdir, HOME(PATH)) \
	CALL(82, rename, HOME(PATH, PATH)) \
	CALL(83, mkdir, HOME(PATH, UINT)) \
	CALL(84, rmdir, HOME(PATH)) \
	CALL(86, link, HOME(PATH, PATH)) \
	CALL(87, unlink, HOME(PATH)) \
	CALL(88, symlink, HOME(PATH, PATH)) \
	CALL(89, readlink, HOME(PATH, COUNTED(2), INT), WITH(CUTS)) \
	CALL(90, chmod, HOME(PATH, UINT)) \
	CALL(92, chown, HOME(PATH, UINT, UINT)) \
	CALL(94, lchown, HOME(PATH, UINT, UINT)) \
	CALL(95, umask, HOME(INT)) \
	CALL(132, utime, HOME(PATH, ONE_IN(UTIMBUF))) \
	CALL(133, mknod, HOME(PATH, UINT, UINT)) \
	CALL(136, ustat, HOME(UINT, ONE_OUT(USTAT))) \
	CALL(137, statfs, HOME(PATH, ONE_OUT(STATFS))) \
	CALL(139, sysfs, REFUSED(ENOSYS, "obsolete; /proc/filesystems says the same")) \
	CALL(155, pivot_root, HOME(PATH, PATH)) \
	CALL(161, chroot, HOME(PATH)) \
	CALL(162, sync, HOME(NOTHING)) \
	CALL(163, acct, HOME(PATH)) \
	CALL(165, mount, HOME(PATH, PATH, PATH, LONG, PATH)) \
	CALL(166, umount2, HOME(PATH, INT)) \
	CALL(167, swapon, HOME(PATH, INT)) \
	CALL(168, swapoff, HOME(PATH)) \
	CALL(179, quotactl, SELECT(quotactl)) \
	CALL(188, setxattr, HOME(PATH, ATTRIBUTE, ANY_IN(3), LONG, INT)) \
	CALL(189, lsetxattr, HOME(PATH, ATTRIBUTE, ANY_IN(3), LONG, INT)) \
	CALL(191, getxattr, HOME(PATH, ATTRIBUTE, COUNTED(3), LONG), WITH(CUTS)) \
	CALL(192, lgetxattr, HOME(PATH, ATTRIBUTE, COUNTED(3), LONG), WITH(CUTS)) \
	CALL(194, listxattr, HOME(PATH, COUNTED(2), LONG), WITH(CUTS)) \
	CALL(195, llistxattr, HOME(PATH, COUNTED(2), LONG), WITH(CUTS)) \
	CALL(197, removexattr, HOME(PATH, ATTRIBUTE)) \
	CALL(198, lremovexattr, HOME(PATH, ATTRIBUTE)) \
	CALL(235, utimes, HOME(PATH, ONE_IN(TIMEVALS))) \
	CALL(258, mkdirat, HOME(FD, PATH, UINT)) \
	CALL(259, mknodat, HOME(FD, PATH, UINT, UINT)) \
	CALL(260, fchownat, HOME(FD, PATH, UINT, UINT, INT)) \
	CALL(261, futimesat, HOME(FD, PATH, ONE_IN(TIMEVALS))) \
	CALL(262, newfstatat, HOME(FD, PATH, ONE_OUT(STAT), INT)) \
	CALL(263, unlinkat, HOME(FD, PATH, INT)) \
	CALL(264, renameat, HOME(FD, PATH, FD, PATH)) \
	CALL(265, linkat, HOME(FD, PATH, FD, PATH, INT)) \
	CALL(266, symlinkat, HOME(PATH, FD, PATH)) \
	CALL(267, readlinkat, HOME(FD, PATH, COUNTED(3), INT), WITH(CUTS)) \
	CALL(268, fchmodat, HOME(FD, PATH, UINT)) \
	CALL(269, faccessat, HOME(FD, PATH, INT)) \
	CALL(280, utimensat, HOME(FD, PATH, ONE_IN(TIMESPECS), INT)) \
	CALL(303, name_to_handle_at, SELECT(handle_flags)) \
	CALL(316, renameat2, HOME(FD, PATH, FD, PATH, UINT)) \
	CALL(332, statx, HOME(FD, PATH, UINT, UINT, ONE_OUT(STATX))) \
	CALL(428, open_tree, HOME(FD, PATH, UINT), WITH(NEW_FD)) \
	CALL(429, move_mount, HOME(FD, PATH, FD, PATH, UINT)) \
	CALL(430, fsopen, HOME(TEXT(4096), UINT), WITH(NEW_FD)) \
	CALL(431, fsconfig, SELECT(fsconfig)) \
	CALL(432, fsmount, HOME(FD, UINT, UINT), WITH(NEW_FD)) \
	CALL(433, fspick, HOME(FD, PATH, UINT), WITH(NEW_FD)) \
	CALL(439, faccessat2, HOME(FD, PATH, INT, INT)) \
	CALL(442, mount_setattr, HOME(FD, PATH, UINT, ANY_IN(4), LONG)) \
	CALL(443, quotactl_fd, SELECT(quotactl_fd)) \
	CALL(444, landlock_create_ruleset, SELECT(landlock_create)) \
	CALL(445, landlock_add_rule, SELECT(landlock_rule)) \
	CALL(446, landlock_restrict_self, HOME(FD, UINT))

#endif /* _WEFT_RSYS_CALLS_NAMES_H */
