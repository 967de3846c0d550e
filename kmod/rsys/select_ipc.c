// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls about sockets, System V objects and keys that are many calls in one.
 * Rows stand by growing number, because they are searched so. Pure.
 */
#include "rsys/selectors.h"
#include "rsys/row.h"

#include <linux/ipc.h>
#include <linux/keyctl.h>
#include <linux/msg.h>
#include <linux/sem.h>

#define UNKNOWN		"no command that kernels of today have, so nobody knows what it points to"
#define POINTS		"what it points to points further"
#define RING		"its data would be in memory that two machines had to share"

/* Options of sockets: the level above the name. */
#define OPTION(level_, number_, name_, ...) \
	ROW((__u64)(level_) << 32 | (number_), name_, __VA_ARGS__)
#define FAMILY_RDS	21
#define LEVEL_IP	0
#define LEVEL_SOCKET	1
#define LEVEL_TCP	6
#define LEVEL_IPV6	41
#define LEVEL_SCTP	132
#define LEVEL_PACKET	263
#define LEVEL_XDP	283
#define LEVEL_MPTCP	284

static const struct weft_rsys_entry socket_rows[] = {
	ROW(FAMILY_RDS, "AF_RDS",
	    REFUSED(EAFNOSUPPORT, "its messages name memory for others to read and write")),
};

static const struct weft_rsys_entry socket_usual =
	OTHERWISE(HOME(INT, INT, INT), WITH(NEW_FD));

const struct weft_rsys_selector weft_rsys_by_socket =
	SELECTOR("family", 0, ALL_BITS, socket_rows, socket_usual);

static const struct weft_rsys_entry getsockopt_rows[] = {
	OPTION(LEVEL_IP, 129, "EBT_SO_GET_ENTRIES", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_IP, 131, "EBT_SO_GET_INIT_ENTRIES", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_SOCKET, 26, "SO_GET_FILTER",
	       REFUSED(ENOPROTOOPT, "its length counts instructions and not bytes")),
	OPTION(LEVEL_TCP, 35, "TCP_ZEROCOPY_RECEIVE", REFUSED(ENOPROTOOPT, RING)),
	OPTION(LEVEL_SCTP, 111, "SCTP_SOCKOPT_CONNECTX3", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_MPTCP, 4, "MPTCP_FULL_INFO", REFUSED(ENOPROTOOPT, POINTS)),
};

static const struct weft_rsys_entry getsockopt_usual =
	OTHERWISE(HOME(FD, INT, INT, VALUE_INOUT(4), LENGTH));

const struct weft_rsys_selector weft_rsys_by_getsockopt = {
	.by = "level and option", .argument = 1, .above = 3, .mask = ~0ULL,
	.rows = getsockopt_rows, .nr_rows = ARRAY_SIZE(getsockopt_rows),
	.otherwise = &getsockopt_usual,
};

static const struct weft_rsys_entry setsockopt_rows[] = {
	OPTION(LEVEL_IP, 64, "IPT_SO_SET_REPLACE", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_IP, 96, "ARPT_SO_SET_REPLACE", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_IP, 128, "EBT_SO_SET_ENTRIES", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_IP, 129, "EBT_SO_SET_COUNTERS", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_SOCKET, 26, "SO_ATTACH_FILTER", SPECIAL(FILTER, FD, INT, INT, HERE, INT)),
	OPTION(LEVEL_SOCKET, 51, "SO_ATTACH_REUSEPORT_CBPF",
	       SPECIAL(FILTER, FD, INT, INT, HERE, INT)),
	OPTION(LEVEL_SOCKET, 60, "SO_ZEROCOPY",
	       REFUSED(EOPNOTSUPP, "the memory that is sent is not where the socket is")),
	OPTION(LEVEL_IPV6, 64, "IP6T_SO_SET_REPLACE", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_PACKET, 5, "PACKET_RX_RING", REFUSED(ENOPROTOOPT, RING)),
	OPTION(LEVEL_PACKET, 13, "PACKET_TX_RING", REFUSED(ENOPROTOOPT, RING)),
	OPTION(LEVEL_PACKET, 22, "PACKET_FANOUT_DATA", REFUSED(ENOPROTOOPT, POINTS)),
	OPTION(LEVEL_XDP, 4, "XDP_UMEM_REG", REFUSED(ENOPROTOOPT, RING)),
};

static const struct weft_rsys_entry setsockopt_usual =
	OTHERWISE(HOME(FD, INT, INT, ANY_IN(4), INT));

const struct weft_rsys_selector weft_rsys_by_setsockopt = {
	.by = "level and option", .argument = 1, .above = 3, .mask = ~0ULL,
	.rows = setsockopt_rows, .nr_rows = ARRAY_SIZE(setsockopt_rows),
	.otherwise = &setsockopt_usual,
};

/* Sending from the memory of the program itself: it is not at home. */
#define ZEROCOPY	0x4000000

static const struct weft_rsys_entry zerocopy_rows[] = {
	ROW(ZEROCOPY, "MSG_ZEROCOPY",
	    REFUSED(ENOBUFS, "the memory that is sent is not where the socket is")),
};

static const struct weft_rsys_entry sendto_usual =
	OTHERWISE(HOME(FD, ANY_IN(2), LONG, INT, ANY_IN(5), INT),
		  WITH(BLOCKS | RESTARTS | CUTS_STREAM));
static const struct weft_rsys_entry sendmsg_usual =
	OTHERWISE(HOME(FD, MESSAGE_IN, INT), WITH(BLOCKS | RESTARTS | CUTS_STREAM));
static const struct weft_rsys_entry sendmmsg_usual =
	OTHERWISE(HOME(FD, MESSAGES_IN(2), UINT, INT), WITH(BLOCKS | RESTARTS | CUTS_STREAM));

const struct weft_rsys_selector weft_rsys_by_sendto =
	SELECTOR("flags", 3, ZEROCOPY, zerocopy_rows, sendto_usual);
const struct weft_rsys_selector weft_rsys_by_sendmsg =
	SELECTOR("flags", 2, ZEROCOPY, zerocopy_rows, sendmsg_usual);
const struct weft_rsys_selector weft_rsys_by_sendmmsg =
	SELECTOR("flags", 3, ZEROCOPY, zerocopy_rows, sendmmsg_usual);

static const struct weft_rsys_entry ipc_unknown = OTHERWISE(REFUSED(EINVAL, UNKNOWN));

static const struct weft_rsys_entry shmctl_rows[] = {
	COMMAND(IPC_RMID, HOME(INT, INT)),
	COMMAND(IPC_SET, HOME(INT, INT, ONE_IN(SHMID))),
	COMMAND(IPC_STAT, HOME(INT, INT, ONE_OUT(SHMID))),
	COMMAND(IPC_INFO, HOME(INT, INT, ONE_OUT(SHM_LIMITS))),
	ROW(11, "SHM_LOCK", HOME(INT, INT)),
	ROW(12, "SHM_UNLOCK", HOME(INT, INT)),
	ROW(13, "SHM_STAT", HOME(INT, INT, ONE_OUT(SHMID))),
	ROW(14, "SHM_INFO", HOME(INT, INT, ONE_OUT(SHM_USAGE))),
	ROW(15, "SHM_STAT_ANY", HOME(INT, INT, ONE_OUT(SHMID))),
};

const struct weft_rsys_selector weft_rsys_by_shmctl =
	SELECTOR("command", 1, ALL_BITS, shmctl_rows, ipc_unknown);

static const struct weft_rsys_entry msgctl_rows[] = {
	COMMAND(IPC_RMID, HOME(INT, INT)),
	COMMAND(IPC_SET, HOME(INT, INT, ONE_IN(MSQID))),
	COMMAND(IPC_STAT, HOME(INT, INT, ONE_OUT(MSQID))),
	COMMAND(IPC_INFO, HOME(INT, INT, ONE_OUT(MSGINFO))),
	COMMAND(MSG_STAT, HOME(INT, INT, ONE_OUT(MSQID))),
	COMMAND(MSG_INFO, HOME(INT, INT, ONE_OUT(MSGINFO))),
	COMMAND(MSG_STAT_ANY, HOME(INT, INT, ONE_OUT(MSQID))),
};

const struct weft_rsys_selector weft_rsys_by_msgctl =
	SELECTOR("command", 1, ALL_BITS, msgctl_rows, ipc_unknown);

static const struct weft_rsys_entry semctl_rows[] = {
	COMMAND(IPC_RMID, HOME(INT, INT, INT)),
	COMMAND(IPC_SET, HOME(INT, INT, INT, ONE_IN(SEMID))),
	COMMAND(IPC_STAT, HOME(INT, INT, INT, ONE_OUT(SEMID))),
	COMMAND(IPC_INFO, HOME(INT, INT, INT, ONE_OUT(SEMINFO))),
	COMMAND(GETPID, HOME(INT, INT, INT)),
	COMMAND(GETVAL, HOME(INT, INT, INT)),
	COMMAND(GETALL, SPECIAL(SEMAPHORES, INT, INT, INT, HERE)),
	COMMAND(GETNCNT, HOME(INT, INT, INT)),
	COMMAND(GETZCNT, HOME(INT, INT, INT)),
	COMMAND(SETVAL, HOME(INT, INT, INT, INT)),
	COMMAND(SETALL, SPECIAL(SEMAPHORES, INT, INT, INT, HERE)),
	COMMAND(SEM_STAT, HOME(INT, INT, INT, ONE_OUT(SEMID))),
	COMMAND(SEM_INFO, HOME(INT, INT, INT, ONE_OUT(SEMINFO))),
	COMMAND(SEM_STAT_ANY, HOME(INT, INT, INT, ONE_OUT(SEMID))),
};

const struct weft_rsys_selector weft_rsys_by_semctl =
	SELECTOR("command", 2, ALL_BITS, semctl_rows, ipc_unknown);

/*
 * Where the result may be more than was written, the memory goes as well: what
 * was not written comes back as it was.
 */
static const struct weft_rsys_entry keyctl_rows[] = {
	COMMAND(KEYCTL_GET_KEYRING_ID, HOME(INT, INT, INT)),
	COMMAND(KEYCTL_JOIN_SESSION_KEYRING, HOME(INT, PATH)),
	COMMAND(KEYCTL_UPDATE, HOME(INT, INT, ANY_IN(3), LONG)),
	COMMAND(KEYCTL_REVOKE, HOME(INT, INT)),
	COMMAND(KEYCTL_CHOWN, HOME(INT, INT, UINT, UINT)),
	COMMAND(KEYCTL_SETPERM, HOME(INT, INT, UINT)),
	COMMAND(KEYCTL_DESCRIBE, HOME(INT, INT, MANY_INOUT(ANY, 3), LONG)),
	COMMAND(KEYCTL_CLEAR, HOME(INT, INT)),
	COMMAND(KEYCTL_LINK, HOME(INT, INT, INT)),
	COMMAND(KEYCTL_UNLINK, HOME(INT, INT, INT)),
	COMMAND(KEYCTL_SEARCH, HOME(INT, INT, PATH, PATH, INT)),
	COMMAND(KEYCTL_READ, HOME(INT, INT, MANY_INOUT(ANY, 3), LONG)),
	COMMAND(KEYCTL_INSTANTIATE, HOME(INT, INT, ANY_IN(3), LONG, INT)),
	COMMAND(KEYCTL_NEGATE, HOME(INT, INT, UINT, INT)),
	COMMAND(KEYCTL_SET_REQKEY_KEYRING, HOME(INT, INT)),
	COMMAND(KEYCTL_SET_TIMEOUT, HOME(INT, INT, UINT)),
	COMMAND(KEYCTL_ASSUME_AUTHORITY, HOME(INT, INT)),
	COMMAND(KEYCTL_GET_SECURITY, HOME(INT, INT, MANY_INOUT(ANY, 3), LONG)),
	COMMAND(KEYCTL_SESSION_TO_PARENT, HOME(INT)),
	COMMAND(KEYCTL_REJECT, HOME(INT, INT, UINT, UINT, INT)),
	COMMAND(KEYCTL_INSTANTIATE_IOV, HOME(INT, INT, IOVEC_IN(3), UINT, INT)),
	COMMAND(KEYCTL_INVALIDATE, HOME(INT, INT)),
	COMMAND(KEYCTL_GET_PERSISTENT, HOME(INT, UINT, INT)),
	COMMAND(KEYCTL_DH_COMPUTE, REFUSED(EOPNOTSUPP, POINTS)),
	COMMAND(KEYCTL_PKEY_QUERY, REFUSED(EOPNOTSUPP, POINTS)),
	COMMAND(KEYCTL_PKEY_ENCRYPT, REFUSED(EOPNOTSUPP, POINTS)),
	COMMAND(KEYCTL_PKEY_DECRYPT, REFUSED(EOPNOTSUPP, POINTS)),
	COMMAND(KEYCTL_PKEY_SIGN, REFUSED(EOPNOTSUPP, POINTS)),
	COMMAND(KEYCTL_PKEY_VERIFY, REFUSED(EOPNOTSUPP, POINTS)),
	COMMAND(KEYCTL_RESTRICT_KEYRING, HOME(INT, INT, PATH, PATH)),
	COMMAND(KEYCTL_MOVE, HOME(INT, INT, INT, INT, UINT)),
	COMMAND(KEYCTL_CAPABILITIES, HOME(INT, MANY_INOUT(ANY, 2), LONG)),
	COMMAND(KEYCTL_WATCH_KEY, HOME(INT, INT, FD, INT)),
};

static const struct weft_rsys_entry keyctl_unknown = OTHERWISE(REFUSED(EOPNOTSUPP, UNKNOWN));

const struct weft_rsys_selector weft_rsys_by_keyctl =
	SELECTOR("command", 0, ALL_BITS, keyctl_rows, keyctl_unknown);
