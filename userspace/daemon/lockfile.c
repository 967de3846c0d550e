// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lock files. The lock (flock) is the truth, the number inside is for humans: a
 * file left behind by a daemon that was killed is simply taken over. Only the
 * owner may open the file: whoever can read it could hold the lock.
 */
#include "lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCKFILE_MODE	0600
#define ATTEMPTS	16	/* against holders that leave at this moment */

static pid_t read_holder(int fd)
{
	char text[32];
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);

	if (length <= 0)
		return 0;
	text[length] = '\0';
	return (pid_t)strtol(text, NULL, 10);
}

/* The name may have been removed, or reused, while we waited for the lock. */
static bool is_still_named(int fd, const char *path)
{
	struct stat here, there;

	if (fstat(fd, &here) || stat(path, &there))
		return false;
	return here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

static int write_pid(int fd)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)length, 0) != length)
		return -EIO;
	return 0;
}

/* Return: 0 with the lock held, 1 to try again, -errno. */
static int try_acquire(struct lockfile *lock, const char *path, pid_t *holder)
{
	struct stat stat;
	int err = 0;
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		  LOCKFILE_MODE);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat))
		err = -errno;
	else if (!S_ISREG(stat.st_mode))
		err = -EINVAL;
	else if (fchmod(fd, LOCKFILE_MODE))
		err = -errno;
	else if (flock(fd, LOCK_EX | LOCK_NB))
		err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	else if (!is_still_named(fd, path))
		err = 1;
	else
		err = write_pid(fd);
	if (err == -EBUSY)
		*holder = read_holder(fd);
	if (err) {
		close(fd);
		return err;
	}
	lock->fd = fd;
	lock->path = path;
	return 0;
}

/**
 * lockfile_acquire() - become the only holder of a lock file
 * @lock:   the lock
 * @path:   name of the file; must stay valid while the lock is held
 * @holder: on -EBUSY, who holds it, 0 if unknown
 *
 * Return: 0; -EBUSY if somebody else holds it; -EINVAL if it is no regular
 * file; other -errno. On error nothing is held.
 */
int lockfile_acquire(struct lockfile *lock, const char *path, pid_t *holder)
{
	int attempt, err = 1;

	lock->fd = -1;
	*holder = 0;
	for (attempt = 0; attempt < ATTEMPTS && err == 1; attempt++)
		err = try_acquire(lock, path, holder);
	return err == 1 ? -EBUSY : err;
}

/**
 * lockfile_release() - remove the file and give the lock up
 * @lock: the lock; nothing happens if it is not held
 */
void lockfile_release(struct lockfile *lock)
{
	if (lock->fd < 0)
		return;
	/* in this order: once unlocked, the name may be somebody else's */
	unlink(lock->path);
	close(lock->fd);
	lock->fd = -1;
}
