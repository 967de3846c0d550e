// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts the program weft-body for each process of another node that asks for
 * one. Once it has become the process nothing here knows it any more: it is no
 * business of the daemon, and outlives it.
 *
 * A body that cannot be started is opened and closed: so its home hears at once
 * that the process has to stay.
 */
#include "body.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the program finds open, and nothing else. */
#define BODY_FD		3
#define READY_FD	4
#define SPARE_FD	10	/* out of the way of both */

#define TEXT_OF(number)	#number
#define TEXT(number)	TEXT_OF(number)

/* Exit status of a child that did not get as far as the program. */
#define STATUS_NO_PROGRAM	127

/**
 * bodies_prepare() - no body yet
 * @bodies: with @loop, @log and @path set
 */
void bodies_prepare(struct bodies *bodies)
{
	struct body *body;
	int i;

	for (i = 0; i < BODIES_STARTING_MAX; i++) {
		body = &bodies->starting[i];
		body->ready.fd = -1;
		body->bodies = bodies;
	}
}

static struct body *find_place(struct bodies *bodies)
{
	int i;

	for (i = 0; i < BODIES_STARTING_MAX; i++) {
		if (bodies->starting[i].ready.fd < 0)
			return &bodies->starting[i];
	}
	return NULL;
}

static void free_place(struct body *body)
{
	loop_remove(body->bodies->loop, &body->ready);
	close(body->ready.fd);
	body->ready.fd = -1;
}

/* Has it reached its last step? */
static bool is_ready(const struct body *body)
{
	eventfd_t count;

	return !eventfd_read(body->ready.fd, &count);
}

/* The process is the only child of what was started; itself, if it has none. */
static int process_of(const struct body *body)
{
	int process = (int)body->pid;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", process, process);
	file = fopen(path, "re");
	if (!file)
		return process;
	if (fscanf(file, "%d", &process) != 1)
		process = (int)body->pid;
	fclose(file);
	return process;
}

static void note_running(struct body *body)
{
	const struct weft_body_wanted *wanted = &body->wanted;

	log_write(body->bodies->log, LOG_INFO,
		  "process %u (%s) of node %u runs here, as process %d",
		  wanted->pid, wanted->name, wanted->home, process_of(body));
	free_place(body);
}

static void ready(struct loop_source *source, uint32_t events)
{
	struct body *body = container_of(source, struct body, ready);

	(void)events;
	if (is_ready(body))
		note_running(body);
}

/*
 * What the daemon does with signals would be strange in a program, and what was
 * done by whoever started it. The C library keeps two for itself and does not let
 * them be reset; the kernel does.
 */
static void reset_signals(void)
{
	/* in the form of the kernel: handler, flags, restorer, mask */
	static const unsigned long by_default[4];
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++)
		(void)syscall(SYS_rt_sigaction, number, by_default, NULL,
			      sizeof(unsigned long));
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The daemon is spared when memory runs out; a process of somebody is not. */
static void reset_oom_score(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "0", 1);
	close(fd);
}

/* Return: true if the two descriptors are where they belong, alone. */
static bool place_descriptors(int fd, int ready_fd)
{
	int body = fcntl(fd, F_DUPFD, SPARE_FD);
	int spare = fcntl(ready_fd, F_DUPFD, SPARE_FD);

	if (body < 0 || spare < 0 || dup2(body, BODY_FD) < 0 ||
	    dup2(spare, READY_FD) < 0)
		return false;
	return !close_range(0, BODY_FD - 1, 0) &&
	       !close_range(READY_FD + 1, ~0U, 0);
}

/* The child. It never returns. */
static void become(const char *path, int fd, int ready_fd)
{
	char body_text[] = TEXT(BODY_FD), ready_text[] = TEXT(READY_FD);
	char name[] = "weft-body";
	char *const arguments[] = { name, body_text, ready_text, NULL };
	char *const environment[] = { NULL };

	(void)setsid();
	umask(077);
	reset_signals();
	reset_oom_score();
	if (!chdir("/") && place_descriptors(fd, ready_fd))
		execve(path, arguments, environment);
	_exit(STATUS_NO_PROGRAM);
}

/*
 * Each in a PID namespace of its own, so that it can have the number it has at home.
 * The kernel's own call: the C library has none for it. Return: 0, or -errno.
 */
static int spawn(struct body *body, int fd)
{
	body->pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL,
				   NULL, NULL);
	if (body->pid < 0)
		return -errno;
	if (!body->pid)
		become(body->bodies->path, fd, body->ready.fd);
	return 0;
}

static int watch(struct body *body)
{
	int err;

	body->ready.ready = ready;
	body->ready.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (body->ready.fd < 0)
		return -errno;
	err = loop_add(body->bodies->loop, &body->ready, EPOLLIN);
	if (err) {
		close(body->ready.fd);
		body->ready.fd = -1;
	}
	return err;
}

/* A child that could not run it would only say so later, and less well. */
static int start(struct body *body, int fd)
{
	int err = access(body->bodies->path, X_OK) ? -errno : watch(body);

	if (err)
		return err;
	err = spawn(body, fd);
	if (err)
		free_place(body);
	return err;
}

static void refuse(const struct bodies *bodies,
		   const struct weft_body_wanted *wanted, const char *why)
{
	log_write(bodies->log, LOG_ERR,
		  "process %u (%s) of node %u cannot come here: %s",
		  wanted->pid, wanted->name, wanted->home, why);
}

/**
 * bodies_start() - a process of another node asks for a body
 * @bodies: those that are being started
 * @weft:   the library's handle
 * @wanted: the process
 *
 * Whatever comes of it, there is a log line, now or later; but none if it has been
 * started already.
 */
void bodies_start(struct bodies *bodies, struct weft *weft,
		  const struct weft_body_wanted *wanted)
{
	struct body *body = find_place(bodies);
	char why[512];
	int err, fd;

	fd = weft_body_open(weft, wanted->home, wanted->serial);
	/* it was in the list, and a notification of it was still on its way */
	if (fd == -EBUSY)
		return;
	if (fd < 0) {
		refuse(bodies, wanted, weft_strerror(weft));
		return;
	}
	if (!body) {
		snprintf(why, sizeof(why), "%d others are just being started",
			 BODIES_STARTING_MAX);
		refuse(bodies, wanted, why);
		close(fd);
		return;
	}
	body->wanted = *wanted;
	err = start(body, fd);
	close(fd);
	if (err) {
		snprintf(why, sizeof(why), "cannot start %s: %s", bodies->path,
			 strerror(-err));
		refuse(bodies, wanted, why);
	}
}

/**
 * body_problem() - why did a program not become a process?
 * @status: as waitpid() tells it
 * @text:   room for half a sentence
 * @size:   bytes of @text; 64 is enough
 *
 * Pure.
 *
 * Return: half a sentence.
 */
const char *body_problem(int status, char *text, size_t size)
{
	static const char * const problems[] = {
		[BODY_USAGE] = "weft-body and weftd do not belong together",
		[BODY_REFUSED] = "the module does not accept weft-body",
		[BODY_LATE] = "it did not arrive in time",
		[BODY_CALLED_OFF] = "it stays at home, or its home was lost",
		[BODY_VDSO] = "the place of its vDSO is taken here",
		[BODY_SEGMENTS] = "its segment bases are impossible",
		[BODY_NOT_STARTED] = "the module could not restore it",
		[BODY_TIME] = "its clocks cannot count on here: that takes CONFIG_TIME_NS",
		[BODY_NUMBER] = "its number cannot be had here: is kernel.pid_max lower?",
		[BODY_USER] = "its user or its groups cannot be had here",
		[BODY_SCHEDULING] = "its scheduling cannot be had here",
		[BODY_THREADS] = "not all of its threads could be made here",
	};
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : code - BODY_KILLED;

	if (code == STATUS_NO_PROGRAM)
		return "weft-body could not be executed";
	if (code >= BODY_USAGE && code <= BODY_THREADS)
		return problems[code];
	if (signal == SIGKILL)
		return "its home took it back, or was lost";
	if (signal > 0)
		snprintf(text, size, "weft-body was ended by signal %d", signal);
	else
		snprintf(text, size, "weft-body ended with status %d", code);
	return text;
}

static struct body *find_body(struct bodies *bodies, pid_t pid)
{
	int i;

	for (i = 0; i < BODIES_STARTING_MAX; i++) {
		if (bodies->starting[i].ready.fd >= 0 &&
		    bodies->starting[i].pid == pid)
			return &bodies->starting[i];
	}
	return NULL;
}

/* One that was a process says nothing: how it ended is known at home. */
static void note_end(struct bodies *bodies, pid_t pid, int status)
{
	struct body *body = find_body(bodies, pid);
	char text[64];

	if (!body)
		return;
	if (is_ready(body)) {
		note_running(body);
		return;
	}
	refuse(bodies, &body->wanted,
	       body_problem(status, text, sizeof(text)));
	free_place(body);
}

/**
 * bodies_reap() - children have ended
 * @bodies: those that are being started
 *
 * Never waits. Other children of the daemon are reaped as well, and say what they
 * have to say by other means.
 */
void bodies_reap(struct bodies *bodies)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		note_end(bodies, pid, status);
}

/**
 * bodies_close() - forget all bodies; they go on by themselves
 * @bodies: as bodies_prepare() left it, or later
 */
void bodies_close(struct bodies *bodies)
{
	int i;

	for (i = 0; i < BODIES_STARTING_MAX; i++) {
		if (bodies->starting[i].ready.fd >= 0)
			free_place(&bodies->starting[i]);
	}
}
