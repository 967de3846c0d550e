// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program of several threads that gets signals, from itself and from others:
 *
 *   targets FILE
 *
 * It starts when FILE is there, and prints a line when it waits for a signal from
 * outside: SIGHUP for whoever waits for it, SIGUSR2 for the process, SIGRTMIN.
 * In the end its first thread ends before the others. The status is 42.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS	42

/* Written by handlers. */
static int got[65];
static pid_t got_by[65];

static void note(int number)
{
	__atomic_store_n(&got_by[number], gettid(), __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&got[number], 1, __ATOMIC_SEQ_CST);
}

static int count_of(int number)
{
	return __atomic_load_n(&got[number], __ATOMIC_SEQ_CST);
}

static void say(const char *what)
{
	printf("%s\n", what);
	fflush(stdout);
}

static void need(int is_true, const char *what)
{
	if (is_true)
		return;
	dprintf(STDERR_FILENO, "targets: %s\n", what);
	_exit(1);
}

static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = note };

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	sigaction(SIGRTMIN, &action, NULL);
}

/* Waits in a call that is made at home, with nothing but SIGUSR2 to end it. */
static void *read_for_ever(void *arg)
{
	sigset_t blocked;
	int pipe_ends[2];
	char byte;

	sigfillset(&blocked);
	sigdelset(&blocked, SIGUSR2);
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
	need(!pipe(pipe_ends), "no pipe");
	need(read(pipe_ends[0], &byte, 1) == -1 && errno == EINTR,
	     "read was not interrupted");
	need(count_of(SIGUSR2) == 1 && got_by[SIGUSR2] == gettid(),
	     "another thread has got SIGUSR2");
	return arg;
}

static void *wait_for_hangup(void *arg)
{
	sigset_t wanted;
	int number;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGHUP);
	need(!sigwait(&wanted, &number) && number == SIGHUP, "sigwait");
	say("got SIGHUP");
	return arg;
}

/* All that is left when the first thread has ended. */
static void *be_last(void *arg)
{
	int status;
	pid_t child;

	(void)arg;
	say("waiting alone");
	while (count_of(SIGUSR1) < 3)
		usleep(10000);
	child = fork();
	if (!child)
		_exit(5);
	need(waitpid(child, &status, 0) == child && status == 5 << 8, "a child");
	exit(STATUS);
}

int main(int argc, char **argv)
{
	pthread_t reader, waiter, last;
	sigset_t blocked;

	if (argc != 2)
		return 2;
	catch_signals();
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &blocked, NULL);
	while (access(argv[1], F_OK))
		usleep(20000);
	pthread_create(&reader, NULL, read_for_ever, NULL);
	pthread_create(&waiter, NULL, wait_for_hangup, NULL);
	usleep(500000);
	pthread_kill(reader, SIGUSR2);
	pthread_join(reader, NULL);
	raise(SIGUSR1);
	need(count_of(SIGUSR1) == 1 && got_by[SIGUSR1] == gettid(), "raise");
	kill(getpid(), SIGUSR1);
	need(count_of(SIGUSR1) == 2, "kill");
	say("waiting for SIGHUP");
	pthread_join(waiter, NULL);
	say("waiting for SIGUSR2");
	while (count_of(SIGUSR2) < 2)
		usleep(10000);
	say("waiting for SIGRTMIN");
	while (!count_of(SIGRTMIN))
		usleep(10000);
	pthread_create(&last, NULL, be_last, NULL);
	pthread_exit(NULL);
}
