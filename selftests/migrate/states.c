// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts a process into states:
 *
 *   states NAME...    several that go together; prints "ready PID" when it is
 *                     there, and stays until it is killed
 *
 * Status 4: this kernel or machine does not have that state.
 */
#include "states.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

#define STATUS_LACKING	4

static const struct {
	const char *name;
	void (*enter)(void);
} states[] = {
	{ "private", map_private },
	{ "shared", map_shared },
	{ "file", map_shared_file },
	{ "zero", map_shared_zero },
	{ "device", map_device },
	{ "packets", map_packets },
	{ "huge", map_huge },
	{ "userfaultfd", use_userfaultfd },
	{ "vdso", write_vdso },
	{ "no-vdso", unmap_vdso },
	{ "threads", have_threads },
	{ "io_uring", use_io_uring },
	{ "user-namespace", enter_user_namespace },
	{ "traced", be_traced },
	/* those that do not return */
	{ "strict", be_strict },
	{ "zombie", be_zombie },
	{ "headless", be_headless },
	{ "shared-mm", share_memory },
	{ "pid-namespace", enter_pid_namespace },
};

void die(const char *what)
{
	fprintf(stderr, "states: %s: %s\n", what, strerror(errno));
	exit(1);
}

void lack(const char *what)
{
	fprintf(stderr, "states: %s: %s\n", what, strerror(errno));
	exit(STATUS_LACKING);
}

size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

void stay_as(pid_t pid)
{
	printf("ready %d\n", (int)pid);
	fflush(stdout);
	for (;;)
		pause();
}

void stay(void)
{
	stay_as(getpid());
}

static void enter(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (strcmp(states[i].name, name))
			continue;
		states[i].enter();
		return;
	}
	errno = EINVAL;
	die(name);
}

int main(int argc, char **argv)
{
	int i;

	/* it is started by a shell, and ends with it, whatever happens */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 1; i < argc; i++)
		enter(argv[i]);
	stay();
}
