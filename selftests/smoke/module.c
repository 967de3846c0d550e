// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading weft.ko, and what the kernel log says meanwhile.
 */
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define UNLOAD_SECONDS 10

/* Return: 0 or -errno. */
int module_load(const char *parameters)
{
	int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, parameters, 0))
		err = -errno;
	close(fd);
	return err;
}

/* A dump that was just read may hold the module for a moment. */
int module_unload(void)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	time_t deadline = time(NULL) + UNLOAD_SECONDS;

	while (syscall(SYS_delete_module, "weft", O_NONBLOCK)) {
		if (errno != EWOULDBLOCK || time(NULL) > deadline)
			return -errno;
		nanosleep(&moment, NULL);
	}
	return 0;
}

bool module_is_loaded(void)
{
	return !access("/sys/module/weft", F_OK);
}

/* Return: a descriptor that reads what the kernel says from now on. */
int log_open_at_end(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/*
 * Collects the lines of weft, each with its newline, without time and level.
 * Return: how many there are.
 */
int log_read_weft(int fd, char *text, size_t size)
{
	char record[2048];
	size_t used = 0;
	ssize_t count;
	int lines = 0;
	char *line;

	text[0] = '\0';
	while ((count = read(fd, record, sizeof(record) - 1)) > 0 ||
	       (count < 0 && errno == EPIPE)) {
		if (count < 0)
			continue;
		record[count] = '\0';
		record[strcspn(record, "\n")] = '\0';
		line = strchr(record, ';');
		if (!line || strncmp(line + 1, "weft: ", 6))
			continue;
		lines++;
		if (used + strlen(line + 1) + 2 < size)
			used += (size_t)sprintf(text + used, "%s\n", line + 1);
	}
	return lines;
}
