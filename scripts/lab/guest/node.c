// SPDX-License-Identifier: GPL-2.0-only
/*
 * A node that shares its machine: a network, a mount and a host name namespace
 * of its own, held by one sleeping process. Its /run, /tmp, /etc/weft and
 * /var/log are private, the rest of the root is shared. /run/lab/INDEX of the
 * machine holds the number of the holder.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

static const char * const private_dirs[] = {
	"/run", "/tmp", "/etc/weft", "/var/log",
};

static int make_private(void)
{
	size_t i;

	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	for (i = 0; i < sizeof(private_dirs) / sizeof(*private_dirs); i++) {
		if (mount("tmpfs", private_dirs[i], "tmpfs", 0, "mode=755"))
			return -errno;
	}
	/* A sysfs shows the network of the one who mounts it. */
	if (mount("sysfs", "/sys", "sysfs", 0, NULL))
		return -errno;
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	return 0;
}

/* Runs in the holder. Tells the parent by one byte on @ready, then sleeps. */
static void __attribute__((noreturn)) hold(const char *name, int ready)
{
	unsigned char result;

	signal(SIGIO, SIG_IGN);
	setsid();
	if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS) ||
	    sethostname(name, strlen(name)))
		result = errno;
	else
		result = -make_private();
	if (write(ready, &result, 1) != 1 || result)
		_exit(1);
	/* The serial port of the server that forked us must not stay open. */
	close_range(3, ~0U, 0);
	for (;;)
		pause();
}

static int remember(uint32_t index, pid_t holder)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/run/lab/%u", index);
	file = fopen(path, "we");
	if (!file)
		return -errno;
	fprintf(file, "%d\n", (int)holder);
	return fclose(file) ? -errno : 0;
}

int node_create(uint32_t index, const char *name, pid_t *holder)
{
	unsigned char result = EIO;
	int pipes[2];
	pid_t pid;

	*holder = 1;
	if (!index)
		return sethostname(name, strlen(name)) ? -errno : 0;
	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		hold(name, pipes[1]);
	close(pipes[1]);
	if (pid < 0 || read(pipes[0], &result, 1) != 1)
		result = EAGAIN;
	close(pipes[0]);
	if (result)
		return -result;
	*holder = pid;
	return remember(index, pid);
}

static int enter(int holder, const char *kind)
{
	char path[64];
	int err = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", holder, kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (setns(fd, 0))
		err = -errno;
	close(fd);
	return err;
}

int node_enter(uint32_t index)
{
	char path[64];
	int holder = 0;
	FILE *file;
	int err;

	if (!index)
		return 0;
	snprintf(path, sizeof(path), "/run/lab/%u", index);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (fscanf(file, "%d", &holder) != 1)
		holder = 0;
	fclose(file);
	if (holder <= 1)
		return -ESRCH;
	err = enter(holder, "net");
	if (!err)
		err = enter(holder, "uts");
	if (!err)
		err = enter(holder, "mnt");
	return err;
}
