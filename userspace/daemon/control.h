/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: where the command asks the daemon.
 */
#ifndef WEFTD_CONTROL_H
#define WEFTD_CONTROL_H

#include "jobs.h"
#include "lockfile.h"
#include "log.h"
#include "loop.h"
#include "request.h"

#define CONTROL_CLIENTS_MAX	32
#define CONTROL_USERS_MAX	16	/* of these, users other than root */
#define CONTROL_USER_MAX	4	/* of these, one user */

struct client;

/**
 * struct control - the socket and everybody connected to it
 * @loop:      where the sockets are watched
 * @log:       for what goes wrong
 * @status:    fills in the state of the daemon, called for each request
 * @arg:       for @status
 * @path:      name of the socket; belongs to the caller
 * @lock_path: name of the lock file; allocated by control_claim()
 * @lock:      held while the socket is ours
 * @listener:  the listening socket
 * @jobs:      what takes a while, prepared by the caller
 * @is_open_to_owners: users other than root may connect, and have their own
 *             processes moved; changed by control_set_owners()
 * @is_paused: the listener rests: the process has no file descriptor left
 * @clients:   who is connected; NULL for a free place
 */
struct control {
	struct loop *loop;
	const struct log *log;
	void (*status)(struct status *status, void *arg);
	void *arg;
	const char *path;
	char *lock_path;
	struct lockfile lock;
	struct loop_source listener;
	struct jobs jobs;
	bool is_open_to_owners;
	bool is_paused;
	struct client *clients[CONTROL_CLIENTS_MAX];
};

int control_claim(struct control *control);
int control_open(struct control *control);
int control_set_owners(struct control *control, bool is_open_to_owners);
void control_tick(struct control *control);
void control_close(struct control *control);

#endif /* WEFTD_CONTROL_H */
