/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bodies: the programs that become processes of other nodes, from the wish of
 * their home until they are processes.
 */
#ifndef WEFTD_BODY_H
#define WEFTD_BODY_H

#include "log.h"
#include "loop.h"
#include "weft.h"

#include <sys/types.h>

#define BODIES_STARTING_MAX	64	/* at once */

/**
 * enum body_status - what weft-body exits with, why there is no process
 * @BODY_USAGE:       its arguments are no descriptors
 * @BODY_REFUSED:     the module does not let it wait
 * @BODY_LATE:        the process did not arrive in time
 * @BODY_CALLED_OFF:  the process stays at home, or its home was lost
 * @BODY_VDSO:        the vDSO could not be put where the process has it
 * @BODY_SEGMENTS:    its segment bases are impossible
 * @BODY_NOT_STARTED: the module could not make it the process
 * @BODY_TIME:        its clocks could not be made to count on
 * @BODY_NUMBER:      its number cannot be had
 * @BODY_USER:        its users or groups cannot be had
 * @BODY_SCHEDULING:  its policy, its priority or its limit of time cannot be had
 * @BODY_THREADS:     not all of its threads could be made
 * @BODY_KILLED:      and the number of the signal that killed it is added
 */
enum body_status {
	BODY_USAGE = 2,
	BODY_REFUSED,
	BODY_LATE,
	BODY_CALLED_OFF,
	BODY_VDSO,
	BODY_SEGMENTS,
	BODY_NOT_STARTED,
	BODY_TIME,
	BODY_NUMBER,
	BODY_USER,
	BODY_SCHEDULING,
	BODY_THREADS,
	BODY_KILLED = 128,
};

/**
 * struct body - a program that is about to become a process
 * @ready:  an eventfd that it writes to at its last step; fd -1: a free place
 * @bodies: where it belongs
 * @pid:    its number
 * @wanted: the process
 */
struct body {
	struct loop_source ready;
	struct bodies *bodies;
	pid_t pid;
	struct weft_body_wanted wanted;
};

/**
 * struct bodies - those that are being started
 * @loop:     the event loop
 * @log:      for what becomes of each
 * @path:     the program
 * @starting: places; who has become a process is not here any more
 */
struct bodies {
	struct loop *loop;
	const struct log *log;
	const char *path;
	struct body starting[BODIES_STARTING_MAX];
};

void bodies_prepare(struct bodies *bodies);
void bodies_start(struct bodies *bodies, struct weft *weft,
		  const struct weft_body_wanted *wanted);
void bodies_reap(struct bodies *bodies);
void bodies_close(struct bodies *bodies);
const char *body_problem(int status, char *text, size_t size);

#endif /* WEFTD_BODY_H */
