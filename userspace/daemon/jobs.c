// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs: a child process for each, a pipe that brings its reply, and a deadline.
 *
 * A place is free again only when the child is dead, so there are never more
 * children than places, whatever those who ask do. A child that the daemon leaves
 * behind dies with it.
 */
#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a child may take beyond the time that the module has. */
#define MARGIN_MS	3000

#define OUTPUT_FD	3	/* of the child, the last one open */

static const char busy_with_you[] =
	"the daemon is busy with another request of yours: wait for its end, and ask again";
static const char busy_with_others[] =
	"the daemon is busy with requests of others: ask again in a moment";

/**
 * jobs_prepare() - no job yet
 * @jobs: with @loop, @log and @work set
 */
void jobs_prepare(struct jobs *jobs)
{
	int i;

	for (i = 0; i < JOBS_MAX; i++) {
		jobs->slots[i].output.fd = -1;
		jobs->slots[i].jobs = jobs;
	}
}

/**
 * jobs_refusal() - is there no place for a job?
 * @jobs: those that run
 * @uid:  for whom; root may have several, others one at a time
 *
 * Pure.
 *
 * Return: NULL if there is one, or a sentence.
 */
const char *jobs_refusal(const struct jobs *jobs, uid_t uid)
{
	int i, all = 0, of_users = 0;

	for (i = 0; i < JOBS_MAX; i++) {
		if (jobs->slots[i].output.fd < 0)
			continue;
		all++;
		of_users += jobs->slots[i].uid != 0;
		if (uid && jobs->slots[i].uid == uid)
			return busy_with_you;
	}
	if (all == JOBS_MAX || (uid && of_users == JOBS_USERS_MAX))
		return busy_with_others;
	return NULL;
}

static struct job *find_place(struct jobs *jobs)
{
	int i;

	for (i = 0; i < JOBS_MAX; i++) {
		if (jobs->slots[i].output.fd < 0)
			return &jobs->slots[i];
	}
	return NULL;
}

/* The child. It never returns, and has nothing of the daemon but its rights. */
static void work(const struct jobs *jobs, const struct request *request,
		 const struct requester *requester, int output, pid_t parent)
{
	size_t length, sent = 0;
	ssize_t count;
	char *reply;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent ||
	    dup2(output, OUTPUT_FD) < 0 || close_range(OUTPUT_FD + 1, ~0U, 0))
		_exit(EXIT_FAILURE);
	reply = jobs->work(request, requester);
	length = reply ? strlen(reply) : 0;
	while (sent < length) {
		count = write(OUTPUT_FD, reply + sent, length - sent);
		if (count < 0 && errno != EINTR)
			_exit(EXIT_FAILURE);
		sent += count > 0 ? (size_t)count : 0;
	}
	_exit(EXIT_SUCCESS);
}

static void kill_child(const struct job *job)
{
	(void)syscall(SYS_pidfd_send_signal, job->child, SIGKILL, NULL, 0);
}

static void free_place(struct job *job)
{
	loop_timer_stop(job->jobs->loop, &job->deadline);
	loop_remove(job->jobs->loop, &job->output);
	close(job->output.fd);
	close(job->child);
	free(job->reply);
	job->reply = NULL;
	job->output.fd = -1;
}

/* One whole line, or what there is to say instead. */
static char *take_reply(struct job *job)
{
	char *reply = job->reply;

	reply[job->length] = '\0';
	if (job->length && strchr(reply, '\n') == reply + job->length - 1) {
		job->reply = NULL;
		return reply;
	}
	if (job->is_late)
		return request_refuse("late", REQUEST_TIMEOUT,
				      "the module did not answer in time: ask again");
	log_write(job->jobs->log, LOG_ERR,
		  "a request of user %u ended without a reply",
		  (unsigned int)job->uid);
	return request_refuse("failed", REQUEST_ERROR,
			      "the daemon failed to do that: see its log");
}

static void end(struct job *job)
{
	jobs_done_fn *done = job->done;
	void *arg = job->arg;
	char *reply = done ? take_reply(job) : NULL;

	free_place(job);
	if (done)
		done(arg, reply);
}

/* A child that writes more than a reply has is not listened to any longer. */
static void output_ready(struct loop_source *source, uint32_t events)
{
	struct job *job = container_of(source, struct job, output);
	size_t room = JOBS_REPLY_MAX - 1 - job->length;
	char surplus;
	ssize_t count;

	(void)events;
	count = room ? read(source->fd, job->reply + job->length, room) :
		       read(source->fd, &surplus, 1);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0)
		end(job);
	else if (room)
		job->length += (size_t)count;
	else
		kill_child(job);
}

static void deadline_passed(struct loop_timer *timer)
{
	struct job *job = container_of(timer, struct job, deadline);

	job->is_late = true;
	kill_child(job);
}

/* Return: 0 with @job->output and @job->child open, or -errno. */
static int spawn(struct job *job, const struct request *request,
		 const struct requester *requester)
{
	pid_t parent = getpid(), child;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child = fork();
	if (!child)
		work(job->jobs, request, requester, ends[1], parent);
	err = child < 0 ? -errno : 0;
	close(ends[1]);
	if (!err) {
		/* not reaped before the loop runs again: it is still that child */
		job->child = (int)syscall(SYS_pidfd_open, child, 0);
		err = job->child < 0 ? -errno : 0;
		if (err)
			kill(child, SIGKILL);
	}
	if (err) {
		close(ends[0]);
		return err;
	}
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	job->output.fd = ends[0];
	return 0;
}

/**
 * jobs_start() - begin to do what was asked for
 * @jobs:      those that run; jobs_refusal() gave its consent
 * @request:   what to do
 * @requester: for whom
 * @done:      told the reply; never before this function has returned
 * @arg:       for @done
 *
 * Return: the job, valid until @done is called or jobs_cancel(); NULL if there is
 * none, after a log line.
 */
struct job *jobs_start(struct jobs *jobs, const struct request *request,
		       const struct requester *requester, jobs_done_fn *done,
		       void *arg)
{
	struct job *job = find_place(jobs);
	int err;

	if (!job)
		return NULL;
	job->uid = requester->uid;
	job->is_late = false;
	job->done = done;
	job->arg = arg;
	job->length = 0;
	job->reply = malloc(JOBS_REPLY_MAX);
	err = job->reply ? spawn(job, request, requester) : -ENOMEM;
	if (!err) {
		job->output.ready = output_ready;
		job->deadline.expired = deadline_passed;
		loop_timer_start(jobs->loop, &job->deadline,
				 (int64_t)request->timeout_ms + MARGIN_MS);
		err = loop_add(jobs->loop, &job->output, EPOLLIN);
		if (!err)
			return job;
		kill_child(job);
		free_place(job);
	}
	free(job->reply);
	job->reply = NULL;
	log_write(jobs->log, LOG_ERR, "cannot serve a request of user %u: %s",
		  (unsigned int)requester->uid, strerror(-err));
	return NULL;
}

/**
 * jobs_cancel() - nobody waits for it any more
 * @job: a job that has not ended
 *
 * Its child is killed; what it asked the module for has happened or has not.
 */
void jobs_cancel(struct job *job)
{
	job->done = NULL;
	kill_child(job);
}

/**
 * jobs_close() - end all jobs
 * @jobs: as jobs_prepare() left it, or later; all of them were cancelled
 */
void jobs_close(struct jobs *jobs)
{
	int i;

	for (i = 0; i < JOBS_MAX; i++) {
		if (jobs->slots[i].output.fd >= 0) {
			kill_child(&jobs->slots[i]);
			free_place(&jobs->slots[i]);
		}
	}
}
