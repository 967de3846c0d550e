// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds the table against the kernel it is built for: each number is that of
 * the call of its name, each size that of its structure. There is no code here.
 */
#include "rsys/calls.h"
#include "rsys/structs.h"

#include <asm/ioctls.h>
#include <asm/msgbuf.h>
#include <asm/prctl.h>
#include <asm/sembuf.h>
#include <asm/shmbuf.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <asm/termios.h>
#include <asm/unistd.h>
#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/if_xdp.h>
#include <linux/input.h>
#include <linux/kcmp.h>
#include <linux/landlock.h>
#include <linux/mman.h>
#include <linux/mqueue.h>
#include <linux/msg.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/quota.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sem.h>
#include <linux/serial.h>
#include <linux/shm.h>
#include <linux/signal.h>
#include <linux/socket.h>
#include <linux/stat.h>
#include <linux/sysinfo.h>
#include <linux/tcp.h>
#include <linux/time_types.h>
#include <linux/times.h>
#include <linux/types.h>
#include <linux/uio.h>
#include <linux/utime.h>
#include <linux/utsname.h>
#include <linux/vt.h>
#include <uapi/linux/dqblk_xfs.h>
#include <uapi/linux/eventpoll.h>
#include <uapi/linux/futex.h>
#include <uapi/linux/mount.h>
#include <uapi/linux/sched/types.h>
#include <uapi/linux/shm.h>

/* An enumerator whose value does not compile unless it holds. */
#define SAME_NUMBER(number_, name_, ...) \
	NUMBER_OF_##name_ = BUILD_BUG_ON_ZERO(__NR_##name_ != (number_)),
#define SAME_SIZE(name_, size_, type_) \
	SIZE_OF_##name_ = BUILD_BUG_ON_ZERO(sizeof(type_) != (size_)),

enum {
	WEFT_RSYS_OLD_CALLS(SAME_NUMBER)
	WEFT_RSYS_STRUCTS(SAME_SIZE)
};

/* Commands that are written out in tables, though all kernels have them. */
static_assert(FUTEX_PRIVATE_FLAG == 128);
static_assert(SHM_LOCK == 11 && SHM_UNLOCK == 12 && SHM_STAT == 13);
static_assert(SHM_INFO == 14 && SHM_STAT_ANY == 15);
static_assert(EVIOCRMFF == 0x40044581 && EVIOCGRAB == 0x40044590);
static_assert(EVIOCREVOKE == 0x40044591 && EVIOCSMASK == 0x40104593);
static_assert(EVIOCSFF == 0x40304580 && EVIOCGMASK == 0x80104592);
static_assert(TUNSETIFF == 0x400454ca && TUNSETPERSIST == 0x400454cb);
static_assert(TUNSETOWNER == 0x400454cc && TUNSETGROUP == 0x400454ce);
static_assert(TUNSETOFFLOAD == 0x400454d0);
static_assert(SO_GET_FILTER == 26 && SO_ATTACH_REUSEPORT_CBPF == 51);
static_assert(SO_ZEROCOPY == 60 && MSG_ZEROCOPY == 0x4000000);
static_assert(SOL_PACKET == 263 && SOL_XDP == 283 && SOL_SCTP == 132);
static_assert(PACKET_RX_RING == 5 && PACKET_TX_RING == 13);
static_assert(PACKET_FANOUT_DATA == 22 && XDP_UMEM_REG == 4);
static_assert(SOL_MPTCP == 284 && AF_RDS == 21);
static_assert(TCP_ZEROCOPY_RECEIVE == 35);
static_assert(QCMD(Q_SYNC, 0) == 0x80000100 && QCMD(Q_GETNEXTQUOTA, 0) == 0x80000900);
static_assert(QCMD(Q_XQUOTAON, 0) == 0x580100 && QCMD(Q_XQUOTASYNC, 0) == 0x580700);
static_assert(FSCONFIG_SET_FD == 5 && FSCONFIG_CMD_RECONFIGURE == 7);
static_assert(LANDLOCK_RULE_PATH_BENEATH == 1);

/* The newest of them: a kernel that has it has them all. */
#ifdef __NR_mseal
enum {
	WEFT_RSYS_NEWER_CALLS(SAME_NUMBER)
	WEFT_RSYS_NEWER_STRUCTS(SAME_SIZE)
};

static_assert(AT_HANDLE_MNT_ID_UNIQUE == 1 && FSCONFIG_CMD_CREATE_EXCL == 8);
static_assert(LANDLOCK_RULE_NET_PORT == 2);
static_assert(F_DUPFD_QUERY == 1027 && F_CREATED_QUERY == 1028);
static_assert(PR_SET_MDWE == 65 && PR_GET_MDWE == 66);
static_assert(PR_SET_MEMORY_MERGE == 67 && PR_GET_MEMORY_MERGE == 68);
static_assert(PR_GET_AUXV == 0x41555856);
static_assert(ARCH_ENABLE_TAGGED_ADDR == 0x4002 && ARCH_FORCE_TAGGED_SVA == 0x4004);
static_assert(ARCH_SHSTK_ENABLE == 0x5001);
#endif
