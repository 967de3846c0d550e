// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Going to the background. The process that the user started waits on a pipe:
 * one byte means "ready", an end without it means "failed", and the reason has
 * been written to the stderr that both still share.
 */
#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_for_ready(int fd)
{
	ssize_t count;
	char byte;

	do {
		count = read(fd, &byte, 1);
	} while (count < 0 && errno == EINTR);
	/* _exit(): what the child inherited is the child's to flush */
	_exit(count == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/**
 * background_enter() - continue in a child; the caller's process only waits
 * @starter: for background_ready()
 *
 * Returns in the child only, in a session of its own. The process that called
 * exits when the child is ready or has failed.
 *
 * Return: 0 in the child; -errno, in the caller's process, if there is none.
 */
int background_enter(int *starter)
{
	int ends[2];
	pid_t child;
	int err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child = fork();
	if (child < 0) {
		err = -errno;
		close(ends[0]);
		close(ends[1]);
		return err;
	}
	if (child) {
		close(ends[1]);
		wait_for_ready(ends[0]);
	}
	close(ends[0]);
	setsid();
	*starter = ends[1];
	return 0;
}

/**
 * background_ready() - let the starter go and leave its terminal
 * @starter: from background_enter(); closed
 *
 * Afterwards stdin, stdout and stderr are /dev/null.
 *
 * Return: 0 or -errno; then the starter has been told nothing.
 */
int background_ready(int starter)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char byte = 0;
	int err = 0;

	if (null < 0 || chdir("/"))
		err = -errno;
	if (!err && write(starter, &byte, 1) != 1)
		err = -errno;
	if (!err && (dup2(null, STDIN_FILENO) < 0 ||
		     dup2(null, STDOUT_FILENO) < 0 ||
		     dup2(null, STDERR_FILENO) < 0))
		err = -errno;
	if (null > STDERR_FILENO)
		close(null);
	close(starter);
	return err;
}
