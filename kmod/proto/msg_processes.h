/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which processes have a half on a node: asked by anybody who belongs to the
 * cluster, answered piece by piece.
 *
 * A process is told by its home and its serial number; in that order they are
 * listed. The halves of one process are told by two nodes, each of what it knows.
 */
#ifndef _WEFT_PROTO_MSG_PROCESSES_H
#define _WEFT_PROTO_MSG_PROCESSES_H

#include "proto/msg_process.h"

/* Rows that one PROCESSES_REPLY may hold. */
#define WEFT_PROCESSES_MAX	64

/**
 * struct weft_msg_processes - from where on
 * @process: serial number of the process behind which the answer begins; 0: it
 *           begins with the first
 * @home:    its home; 0 together with @process
 * @pad:     zero, or -EPROTO
 */
struct weft_msg_processes {
	__le64 process;
	__le32 home;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_processes) == 16);

/**
 * struct weft_msg_processes_row - one half of a process
 * @process:     its serial number, not 0
 * @home:        its home
 * @node:        where it runs, or is to run; never @home
 * @pid:         its number at home: 1 to WEFT_PID_LIMIT - 1
 * @state:       enum weft_process_state; it says which half this is. Home tells
 *               of what it prepares, of what leaves and is away; @node of the rest
 * @age_ms:      for how long it has been like that, on the clock of who tells
 * @downtime_ns: for how long it ran nowhere; 0 if who tells does not know
 * @fetched:     bytes of memory that were fetched from home; 0 from home
 * @faults:      how often the program waited for memory; 0 from home
 * @calls:       system calls that home made for it
 * @name:        of the program, as in BODY
 */
struct weft_msg_processes_row {
	__le64 process;
	__le32 home;
	__le32 node;
	__le32 pid;
	__le32 state;
	__le64 age_ms;
	__le64 downtime_ns;
	__le64 fetched;
	__le64 faults;
	__le64 calls;
	char name[WEFT_PROCESS_NAME_LEN];
};

static_assert(sizeof(struct weft_msg_processes_row) == 80);

/**
 * struct weft_msg_processes_reply - a piece of the list
 * @count:   rows that follow: 0 to WEFT_PROCESSES_MAX
 * @is_more: 1: the list goes on behind the last of them, of which there is one
 *           then; 0: it does not
 * @rows:    @count of them, by home and serial number
 */
struct weft_msg_processes_reply {
	__le32 count;
	__le32 is_more;
	struct weft_msg_processes_row rows[];
};

static_assert(sizeof(struct weft_msg_processes_reply) == 8);

#define WEFT_PROCESSES_REPLY_MAX \
	(sizeof(struct weft_msg_processes_reply) + \
	 WEFT_PROCESSES_MAX * sizeof(struct weft_msg_processes_row))

/* check_processes.c: pure */
bool weft_process_state_is_home(__u32 state);
enum weft_breach weft_processes_check(const struct weft_msg_processes *processes);
enum weft_breach
weft_processes_reply_check(const struct weft_msg_processes_reply *reply, __u32 len,
			   const struct weft_msg_processes *asked, __u32 teller);

#endif /* _WEFT_PROTO_MSG_PROCESSES_H */
