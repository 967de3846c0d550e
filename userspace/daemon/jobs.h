/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs: what a request of the control socket asks for and may take a while. Each
 * runs in a child process of its own, so that the daemon never waits.
 */
#ifndef WEFTD_JOBS_H
#define WEFTD_JOBS_H

#include "log.h"
#include "loop.h"
#include "owner.h"
#include "request.h"

#define JOBS_MAX	8	/* at once */
#define JOBS_USERS_MAX	4	/* of these, for users other than root */
#define JOBS_REPLY_MAX	65536	/* bytes, with the newline and a NUL */

/*
 * Does it. Runs in the child; what it returns is the reply, a line with its
 * newline, or NULL if out of memory.
 */
typedef char *(jobs_work_fn)(const struct request *request,
			     const struct requester *requester);

/*
 * Called once, when the job has ended, unless it was cancelled. @reply belongs to
 * who is called: a line with its newline, or NULL if out of memory.
 */
typedef void jobs_done_fn(void *arg, char *reply);

/**
 * struct job - one of them
 * @output:   where the child writes its reply; fd -1: a free place. It ends when
 *            the child has ended
 * @deadline: then the child is killed
 * @jobs:     where it belongs
 * @child:    a pidfd: the child may have been reaped
 * @uid:      for whom
 * @is_late:  the deadline has passed
 * @done:     told the reply; NULL once it was cancelled
 * @arg:      for @done
 * @reply:    JOBS_REPLY_MAX bytes
 * @length:   bytes of @reply that have arrived
 */
struct job {
	struct loop_source output;
	struct loop_timer deadline;
	struct jobs *jobs;
	int child;
	uid_t uid;
	bool is_late;
	jobs_done_fn *done;
	void *arg;
	char *reply;
	size_t length;
};

/**
 * struct jobs - those that run
 * @loop:  the event loop
 * @log:   for what goes wrong
 * @work:  does them
 * @slots: places
 */
struct jobs {
	struct loop *loop;
	const struct log *log;
	jobs_work_fn *work;
	struct job slots[JOBS_MAX];
};

void jobs_prepare(struct jobs *jobs);
const char *jobs_refusal(const struct jobs *jobs, uid_t uid);
struct job *jobs_start(struct jobs *jobs, const struct request *request,
		       const struct requester *requester, jobs_done_fn *done,
		       void *arg);
void jobs_cancel(struct job *job);
void jobs_close(struct jobs *jobs);

#endif /* WEFTD_JOBS_H */
