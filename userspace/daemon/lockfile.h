/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that say "this daemon is alive": a lock that dies with its holder, and
 * the number of the process inside.
 */
#ifndef WEFTD_LOCKFILE_H
#define WEFTD_LOCKFILE_H

#include <sys/types.h>

/**
 * struct lockfile - a lock that is held, or not
 * @fd:   the locked file, -1 while not held
 * @path: name of the file; belongs to the caller
 */
struct lockfile {
	int fd;
	const char *path;
};

int lockfile_acquire(struct lockfile *lock, const char *path, pid_t *holder);
void lockfile_release(struct lockfile *lock);

#endif /* WEFTD_LOCKFILE_H */
