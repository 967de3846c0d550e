// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads and processes in every state.
 */
#define _GNU_SOURCE
#include "states.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS		3
#define STACK_SIZE	65536

static void *idle(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

void have_threads(void)
{
	pthread_t thread;
	int i;

	for (i = 0; i < THREADS; i++) {
		errno = pthread_create(&thread, NULL, idle, NULL);
		if (errno)
			die("pthread_create");
	}
}

void use_io_uring(void)
{
	struct io_uring_params params = { 0 };

	if (syscall(SYS_io_uring_setup, 4, &params) < 0)
		lack("io_uring");
}

/* From there on only read, write, exit and sigreturn are allowed. */
void be_strict(void)
{
	char line[32], byte;
	int pipes[2];

	snprintf(line, sizeof(line), "ready %d\n", (int)getpid());
	if (pipe(pipes))
		die("pipe");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		lack("seccomp");
	if (write(STDOUT_FILENO, line, strlen(line)) < 0)
		syscall(SYS_exit, 1);
	for (;;)
		if (read(pipes[0], &byte, 1) < 0)
			syscall(SYS_exit, 1);
}

/* In the child: what it does until it is killed, with its parent. */
static void child_idles(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	idle(NULL);
}

static pid_t fork_or_die(void)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	return child;
}

/* By its child, so that it can be in other states as well. */
void be_traced(void)
{
	pid_t self = getpid(), child;
	int pipes[2];
	char byte;

	if (pipe(pipes))
		die("pipe");
	child = fork_or_die();
	if (!child) {
		if (ptrace(PTRACE_SEIZE, self, NULL, NULL))
			die("ptrace");
		if (write(pipes[1], "x", 1) == 1)
			child_idles();
		_exit(1);
	}
	close(pipes[1]);
	if (read(pipes[0], &byte, 1) != 1)
		die("a tracer");
}

void be_zombie(void)
{
	pid_t child = fork_or_die();
	siginfo_t info;

	if (!child)
		_exit(0);
	if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT))
		die("waitid");
	stay_as(child);
}

static void *be_orphan_thread(void *unused)
{
	char path[64], state = ' ';
	FILE *file;

	/* until the main thread has ended */
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)getpid());
	while (state != 'Z') {
		usleep(10000);
		file = fopen(path, "r");
		if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			die(path);
		fclose(file);
	}
	(void)unused;
	stay();
}

void be_headless(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, be_orphan_thread, NULL);
	if (errno)
		die("pthread_create");
	pthread_exit(NULL);
}

static int idle_in_shared_memory(void *unused)
{
	idle(unused);
	return 0;
}

void share_memory(void)
{
	char *stack = malloc(STACK_SIZE);
	pid_t child;

	child = clone(idle_in_shared_memory, stack + STACK_SIZE,
		      CLONE_VM | SIGCHLD, NULL);
	if (child < 0)
		die("clone");
	stay();
}

void enter_pid_namespace(void)
{
	pid_t child;

	if (unshare(CLONE_NEWPID))
		lack("PID namespaces");
	child = fork_or_die();
	if (!child)
		child_idles();
	stay_as(child);
}

void enter_user_namespace(void)
{
	if (unshare(CLONE_NEWUSER))
		lack("user namespaces");
}
