// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls about files that are many calls in one. Rows stand by growing number,
 * because they are searched so. Numbers of commands are the kernel's own; those
 * that kernel 6.1 does not have are written out. Pure.
 */
#include "rsys/selectors.h"
#include "rsys/row.h"

#include <linux/fcntl.h>

#define UNKNOWN		"no command that kernels of today have, so nobody knows what it points to"

static const struct weft_rsys_entry fcntl_rows[] = {
	COMMAND(F_DUPFD, HOME(FD, UINT, INT), WITH(NEW_FD)),
	COMMAND(F_GETFD, HOME(FD, UINT)),
	COMMAND(F_SETFD, HOME(FD, UINT, INT)),
	COMMAND(F_GETFL, HOME(FD, UINT)),
	COMMAND(F_SETFL, HOME(FD, UINT, INT)),
	COMMAND(F_GETLK, HOME(FD, UINT, ONE_INOUT(FLOCK))),
	COMMAND(F_SETLK, HOME(FD, UINT, ONE_IN(FLOCK))),
	COMMAND(F_SETLKW, HOME(FD, UINT, ONE_IN(FLOCK)), WITH(BLOCKS | RESTARTS)),
	COMMAND(F_SETOWN, HOME(FD, UINT, INT)),
	COMMAND(F_GETOWN, HOME(FD, UINT)),
	COMMAND(F_SETSIG, HOME(FD, UINT, INT)),
	COMMAND(F_GETSIG, HOME(FD, UINT)),
	COMMAND(F_SETOWN_EX, HOME(FD, UINT, ONE_IN(F_OWNER))),
	COMMAND(F_GETOWN_EX, HOME(FD, UINT, ONE_OUT(F_OWNER))),
	COMMAND(F_GETOWNER_UIDS, HOME(FD, UINT, ONE_OUT(PAIR))),
	COMMAND(F_OFD_GETLK, HOME(FD, UINT, ONE_INOUT(FLOCK))),
	COMMAND(F_OFD_SETLK, HOME(FD, UINT, ONE_IN(FLOCK))),
	COMMAND(F_OFD_SETLKW, HOME(FD, UINT, ONE_IN(FLOCK)), WITH(BLOCKS | RESTARTS)),
	COMMAND(F_SETLEASE, HOME(FD, UINT, INT)),
	COMMAND(F_GETLEASE, HOME(FD, UINT)),
	COMMAND(F_NOTIFY, HOME(FD, UINT, INT)),
	ROW(1027, "F_DUPFD_QUERY", HOME(FD, UINT, FD)),
	ROW(1028, "F_CREATED_QUERY", HOME(FD, UINT)),
	COMMAND(F_CANCELLK, REFUSED(EINVAL, "only the kernel's own lock server has it")),
	COMMAND(F_DUPFD_CLOEXEC, HOME(FD, UINT, INT), WITH(NEW_FD)),
	COMMAND(F_SETPIPE_SZ, HOME(FD, UINT, UINT)),
	COMMAND(F_GETPIPE_SZ, HOME(FD, UINT)),
	COMMAND(F_ADD_SEALS, HOME(FD, UINT, UINT)),
	COMMAND(F_GET_SEALS, HOME(FD, UINT)),
	COMMAND(F_GET_RW_HINT, HOME(FD, UINT, ONE_OUT(U64))),
	COMMAND(F_SET_RW_HINT, HOME(FD, UINT, ONE_IN(U64))),
	COMMAND(F_GET_FILE_RW_HINT, HOME(FD, UINT, ONE_OUT(U64))),
	COMMAND(F_SET_FILE_RW_HINT, HOME(FD, UINT, ONE_IN(U64))),
};

static const struct weft_rsys_entry fcntl_unknown =
	OTHERWISE(REFUSED(EINVAL, UNKNOWN));

const struct weft_rsys_selector weft_rsys_by_fcntl =
	SELECTOR("command", 1, ALL_BITS, fcntl_rows, fcntl_unknown);

/* The value is what the command says; the last argument its length. */
static const struct weft_rsys_entry fsconfig_rows[] = {
	ROW(0, "FSCONFIG_SET_FLAG", HOME(FD, UINT, ATTRIBUTE, LONG, INT)),
	ROW(1, "FSCONFIG_SET_STRING", HOME(FD, UINT, ATTRIBUTE, ATTRIBUTE, INT)),
	ROW(2, "FSCONFIG_SET_BINARY", HOME(FD, UINT, ATTRIBUTE, ANY_IN(4), INT)),
	ROW(3, "FSCONFIG_SET_PATH", HOME(FD, UINT, ATTRIBUTE, PATH, FD)),
	ROW(4, "FSCONFIG_SET_PATH_EMPTY", HOME(FD, UINT, ATTRIBUTE, PATH, FD)),
	ROW(5, "FSCONFIG_SET_FD", HOME(FD, UINT, ATTRIBUTE, LONG, FD)),
	ROW(6, "FSCONFIG_CMD_CREATE", HOME(FD, UINT, LONG, LONG, INT)),
	ROW(7, "FSCONFIG_CMD_RECONFIGURE", HOME(FD, UINT, LONG, LONG, INT)),
	ROW(8, "FSCONFIG_CMD_CREATE_EXCL", HOME(FD, UINT, LONG, LONG, INT)),
};

static const struct weft_rsys_entry fsconfig_unknown =
	OTHERWISE(REFUSED(EOPNOTSUPP, UNKNOWN));

const struct weft_rsys_selector weft_rsys_by_fsconfig =
	SELECTOR("command", 1, ALL_BITS, fsconfig_rows, fsconfig_unknown);

/* One flag of kernel 6.12 makes the number of the mount wider. */
#define UNIQUE_MOUNT	0x1

static const struct weft_rsys_entry handle_rows[] = {
	ROW(UNIQUE_MOUNT, "AT_HANDLE_MNT_ID_UNIQUE",
	    HOME(FD, PATH, SIZED_INOUT(8), ONE_INOUT(U64), INT)),
};

static const struct weft_rsys_entry handle_usual =
	OTHERWISE(HOME(FD, PATH, SIZED_INOUT(8), ONE_INOUT(S32), INT));

const struct weft_rsys_selector weft_rsys_by_handle_flags =
	SELECTOR("flags", 4, UNIQUE_MOUNT, handle_rows, handle_usual);

static const struct weft_rsys_entry create_rows[] = {
	ROW(0, "no flags", HOME(ANY_IN(1), LONG, UINT), WITH(NEW_FD)),
};

static const struct weft_rsys_entry create_asks =
	OTHERWISE(HOME(ANY_IN(1), LONG, UINT));

const struct weft_rsys_selector weft_rsys_by_landlock_create =
	SELECTOR("flags", 2, ALL_BITS, create_rows, create_asks);

static const struct weft_rsys_entry rule_rows[] = {
	ROW(1, "LANDLOCK_RULE_PATH_BENEATH", HOME(FD, UINT, ONE_IN(LANDLOCK_PATH), UINT)),
	ROW(2, "LANDLOCK_RULE_NET_PORT", HOME(FD, UINT, ONE_IN(LANDLOCK_PORT), UINT)),
};

static const struct weft_rsys_entry rule_unknown =
	OTHERWISE(REFUSED(EINVAL, UNKNOWN));

const struct weft_rsys_selector weft_rsys_by_landlock_rule =
	SELECTOR("type", 1, ALL_BITS, rule_rows, rule_unknown);

/* The lowest byte of a command says whose quota. */
#define QUOTA_COMMAND	0xffffff00ULL
#define GENERIC(number)	(0x80000000ULL | (number) << 8)
#define XFS(number)	(0x5800ULL << 8 | (number) << 8)

#define QUOTA_XFS	"its structures differ between file systems"

#define QUOTA_ROWS(first, second) \
	ROW(XFS(1), "Q_XQUOTAON", HOME(first, second, UINT, ONE_IN(U32))), \
	ROW(XFS(2), "Q_XQUOTAOFF", HOME(first, second, UINT, ONE_IN(U32))), \
	ROW(XFS(6), "Q_XQUOTARM", HOME(first, second, UINT, ONE_IN(U32))), \
	ROW(XFS(7), "Q_XQUOTASYNC", HOME(first, second, UINT)), \
	ROW(GENERIC(1), "Q_SYNC", HOME(first, second, UINT)), \
	ROW(GENERIC(2), "Q_QUOTAON", HOME(first, second, UINT, PATH)), \
	ROW(GENERIC(3), "Q_QUOTAOFF", HOME(first, second, UINT)), \
	ROW(GENERIC(4), "Q_GETFMT", HOME(first, second, UINT, ONE_OUT(U32))), \
	ROW(GENERIC(5), "Q_GETINFO", HOME(first, second, UINT, ONE_OUT(DISK_QUOTA_INFO))), \
	ROW(GENERIC(6), "Q_SETINFO", HOME(first, second, UINT, ONE_IN(DISK_QUOTA_INFO))), \
	ROW(GENERIC(7), "Q_GETQUOTA", HOME(first, second, UINT, ONE_OUT(DISK_QUOTA))), \
	ROW(GENERIC(8), "Q_SETQUOTA", HOME(first, second, UINT, ONE_IN(DISK_QUOTA))), \
	ROW(GENERIC(9), "Q_GETNEXTQUOTA", HOME(first, second, UINT, ONE_OUT(DISK_QUOTA_NEXT)))

static const struct weft_rsys_entry quota_rows[] = { QUOTA_ROWS(UINT, PATH) };
static const struct weft_rsys_entry quota_fd_rows[] = { QUOTA_ROWS(FD, UINT) };

static const struct weft_rsys_entry quota_unknown =
	OTHERWISE(REFUSED(EINVAL, QUOTA_XFS));

const struct weft_rsys_selector weft_rsys_by_quotactl =
	SELECTOR("command", 0, QUOTA_COMMAND, quota_rows, quota_unknown);

/* The descriptor comes first here, the command second. */
const struct weft_rsys_selector weft_rsys_by_quotactl_fd =
	SELECTOR("command", 1, QUOTA_COMMAND, quota_fd_rows, quota_unknown);
