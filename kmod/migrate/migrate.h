/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes that move. So far only the question whether one can: nothing here
 * stops a process or changes anything about it.
 */
#ifndef _WEFT_MIGRATE_MIGRATE_H
#define _WEFT_MIGRATE_MIGRATE_H

#include "core/core.h"
#include "proto/msg_processes.h"
#include "proto/proto.h"

#include <linux/sched.h>

/* Room for one detail, with the terminating NUL; longer ones are cut. */
#define WEFT_DETAIL_LEN		160
/* Details that are kept of each reason; more are counted only. */
#define WEFT_DETAILS_MAX	8
/* Likewise of missing processor features, which are all named. */
#define WEFT_FEATURES_MAX	128
#define WEFT_FINDINGS_MAX	(WEFT_REASON_COUNT * WEFT_DETAILS_MAX + \
				 WEFT_FEATURES_MAX)

/**
 * struct weft_finding - one thing that keeps a process from moving
 * @reason: what kind of thing
 * @detail: which one: an address range, a thread, a number; printable ASCII
 */
struct weft_finding {
	enum weft_reason_code reason;
	char detail[WEFT_DETAIL_LEN];
};

/**
 * struct weft_check - the question whether a process can move, and the answer
 * @pid:        the process, in the initial PID namespace; the caller's to set
 * @node:       to which node; the caller's to set
 * @timeout_ms: longest wait for that node; the caller's to set
 * @name:       of the process, printable ASCII; empty if there is none
 * @reasons:    why not: bits by enum weft_reason_code; 0: it can
 * @found:      by reason, how many details there are
 * @count:      how many of them are in @findings
 * @findings:   those that are kept, in the order in which they were found
 *
 * Large: not for the stack. Belongs to one task.
 */
struct weft_check {
	pid_t pid;
	u32 node;
	u32 timeout_ms;
	char name[TASK_COMM_LEN];
	u64 reasons;
	u32 found[WEFT_REASON_COUNT];
	u32 count;
	struct weft_finding findings[WEFT_FINDINGS_MAX];
};

/**
 * struct weft_migration - the wish to move a process, and what came of it
 * @pid:         the process, in the initial PID namespace; the caller's to set
 * @node:        to which node; the caller's to set
 * @timeout_ms:  until when it must have left; the caller's to set
 * @process:     serial number that the process has got
 * @downtime_ns: for how long it ran nowhere, as home sees it
 */
struct weft_migration {
	pid_t pid;
	u32 node;
	u32 timeout_ms;
	u64 process;
	u64 downtime_ns;
};

/**
 * struct weft_wanted - a process of another node that asks for a body here
 * @home:    its home
 * @process: its serial number
 * @pid:     its number at home
 * @name:    of the program, printable ASCII
 */
struct weft_wanted {
	u32 home;
	u64 process;
	u32 pid;
	char name[TASK_COMM_LEN];
};

/**
 * struct weft_progress - how far the memory of a process has gone after it
 * @process:    its serial number; the caller's to set
 * @timeout_ms: how long to wait for the end; the caller's to set
 * @node:       where it runs
 * @total:      bytes that it had when it left, about
 * @moved:      of those that home has looked at, to push them, how many it sent
 * @fetched:    bytes that were asked for one by one
 * @is_away:    it has not ended
 * @is_empty:   all of it has arrived, and home has let go of it
 */
struct weft_progress {
	u64 process;
	u32 timeout_ms;
	u32 node;
	u64 total;
	u64 moved;
	u64 fetched;
	bool is_away;
	bool is_empty;
};

struct file;
struct weft_lane;

/* migrate.c */
int weft_migrate_run(struct weft_net *weft, struct weft_migration *migration);

/* processes.c */
int weft_migrate_init(void);
void weft_migrate_exit(void);
void weft_migrate_session_ended(struct weft_lane *lane);
int weft_gone_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload);

/* body.c */
int weft_body_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload);

/* arrive.c */
int weft_thread_serve(struct weft_lane *lane, const struct weft_header *header,
		      const void *payload);
int weft_capture_serve(struct weft_lane *lane, const struct weft_header *header,
		       const void *payload);
int weft_signal_serve(struct weft_lane *lane, const struct weft_header *header,
		      const void *payload);

/* signals.c */
int weft_cancel_serve(struct weft_lane *lane, const struct weft_header *header,
		      const void *payload);

/* wanted.c */
bool weft_body_next_wanted(struct weft_net *weft, struct weft_wanted *wanted);

/* open.c */
struct file *weft_body_open(struct weft_net *weft, u32 home, u64 process);

/* image.c */
int weft_pages_serve(struct weft_lane *lane, const struct weft_header *header,
		     const void *payload);

/* call.c */
/* push.c */
int weft_drain_serve(struct weft_lane *lane, const struct weft_header *header,
		     const void *payload);

/* deputy.c */
int weft_call_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload);

/* list.c */
int weft_list_get(struct weft_net *weft, u32 node, unsigned long deadline,
		  const struct weft_msg_processes *behind,
		  struct weft_msg_processes_reply *reply);
int weft_processes_serve(struct weft_lane *lane, const struct weft_header *header,
			 const void *payload);

/* progress.c */
int weft_progress_wait(struct weft_net *weft, struct weft_progress *progress);

/* check.c */
int weft_check_run(struct weft_net *weft, struct weft_check *check);

/* verdict.c: pure */
const char *weft_reason_text(enum weft_reason_code reason);

/* host.c */
void weft_host_init(void);
int weft_host_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload);

#endif /* _WEFT_MIGRATE_MIGRATE_H */
