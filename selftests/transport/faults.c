// SPDX-License-Identifier: GPL-2.0-only
/*
 * No memory, at each allocation in turn:
 *
 *   faults [OPERATION]...
 *
 * An operation is done with its 1st allocation failing, its 2nd, and so on,
 * until there is none that fails. Each time it ends in time, either as it
 * should or with an error that says what was short, and then it works without
 * the fault; and so does the session. Needs a kernel with fail-nth, made ready
 * by the script that runs this.
 */
#define _GNU_SOURCE
#include "hostile.h"
#include "module.h"

#include <asm/byteorder.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest.h>

#define NTH_MAX	   4000
#define DEADLINE_S 60 /* for one round; a debug kernel is slow */

/**
 * struct faults - what operations share
 * @hostile:   both ends
 * @responder: the process that answers the module, or 0; it stays from round
 *             to round
 * @theirs:    a socket for the module, or -1
 * @epoch:     of the next view
 */
struct faults {
	struct hostile hostile;
	pid_t responder;
	int theirs;
	uint64_t epoch;
};

/**
 * struct operation - what is done without memory
 * @name:    in words
 * @thread:  the allocations of this thread fail, and not ours; or NULL
 * @prepare: before the fault; NULL for nothing
 * @run:     0 or a negative errno
 * @again:   what has to succeed afterwards; NULL stands for @prepare and @run
 */
struct operation {
	const char *name;
	const char *thread;
	int (*prepare)(struct faults *faults);
	int (*run)(struct faults *faults);
	int (*again)(struct faults *faults);
};

static int ask(struct faults *faults, struct message *message)
{
	struct answer answer;
	int err = nl_ask(&faults->hostile.nl, message, &answer);

	return err ? err : answer.err;
}

/* Three nodes more than there were. */
static int set_view(struct faults *faults)
{
	return hostile_view(&faults->hostile, faults->epoch, MEMBERS | 0x38);
}

static int make_pair(struct faults *faults)
{
	struct wire *wire = &faults->hostile.wires[WEFT_LANE_FAST];

	wire_close(wire);
	if (faults->theirs >= 0)
		close(faults->theirs);
	return hostile_pair(&faults->hostile, &faults->theirs, &wire->fd);
}

static int attach(struct faults *faults)
{
	struct message message;

	hostile_attach_message(&faults->hostile, &message, faults->theirs,
			       WEFT_LANE_FAST);
	return ask(faults, &message);
}

/* Both lanes are up, and ours to talk on. */
static int bring_up(struct faults *faults)
{
	int err = hostile_reborn(&faults->hostile, WEFT_LANE_FAST);

	return err ? err : hostile_attach(&faults->hostile, WEFT_LANE_BULK);
}

static int talk(struct faults *faults)
{
	int err = hostile_exchange(&faults->hostile,
				   &faults->hostile.wires[WEFT_LANE_FAST]);

	return err ? err :
		     hostile_exchange(&faults->hostile,
				      &faults->hostile.wires[WEFT_LANE_BULK]);
}

static int bring_up_and_talk(struct faults *faults)
{
	int err = bring_up(faults);

	return err ? err : talk(faults);
}

/* Answers what the module asks on one lane, until killed. */
static void __attribute__((noreturn))
respond(struct hostile *hostile, struct wire *wire)
{
	static struct frame frame;
	struct weft_msg_echo echo;
	uint32_t at, length;
	uint64_t request;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		if (frame_receive(wire, &frame, HOSTILE_WAIT_MS))
			_exit(EXIT_FAILURE);
		if (!weft_msg_table[le16_to_cpu(frame.header.type)].reply)
			continue;
		memcpy(&echo, frame.payload, sizeof(echo));
		length = le32_to_cpu(frame.header.length);
		for (at = length; at < le32_to_cpu(echo.reply_size); at++)
			frame.payload[at] = (unsigned char)at;
		request = frame.header.request;
		frame_begin(&frame, hostile, wire,
			    wire->lane == WEFT_LANE_FAST ?
				    WEFT_MSG_ECHO_REPLY :
				    WEFT_MSG_ECHO_BULK_REPLY);
		frame.header.request = request;
		frame_seal(&frame, le32_to_cpu(echo.reply_size));
		frame_send(wire, &frame);
	}
}

static void end_responder(struct faults *faults)
{
	if (!faults->responder)
		return;
	kill(faults->responder, SIGKILL);
	waitpid(faults->responder, NULL, 0);
	faults->responder = 0;
}

static int start_responder(struct faults *faults, enum weft_lane_id lane)
{
	int err;

	if (faults->responder)
		return 0;
	err = bring_up_and_talk(faults);
	if (err)
		return err;
	faults->responder = fork();
	if (!faults->responder)
		respond(&faults->hostile, &faults->hostile.wires[lane]);
	return faults->responder < 0 ? -errno : 0;
}

static int respond_fast(struct faults *faults)
{
	return start_responder(faults, WEFT_LANE_FAST);
}

static int respond_bulk(struct faults *faults)
{
	return start_responder(faults, WEFT_LANE_BULK);
}

static int echo(struct faults *faults, enum weft_lane_id lane, uint32_t size,
		uint32_t depth)
{
	struct message message;

	message_init(&message, &faults->hostile.nl, WEFT_CMD_ECHO);
	message_put_u32(&message, WEFT_A_ECHO_NODE, PEER);
	message_put_u32(&message, WEFT_A_ECHO_LANE, lane);
	message_put_u32(&message, WEFT_A_ECHO_SIZE, size);
	message_put_u32(&message, WEFT_A_ECHO_REPLY_SIZE, size);
	message_put_u32(&message, WEFT_A_ECHO_COUNT, 2 * depth);
	message_put_u32(&message, WEFT_A_ECHO_DEPTH, depth);
	return ask(faults, &message);
}

static int echo_one(struct faults *faults)
{
	return echo(faults, WEFT_LANE_FAST, 64, 1);
}

static int echo_deep(struct faults *faults)
{
	return echo(faults, WEFT_LANE_FAST, 4096, 8);
}

static int echo_bulk(struct faults *faults)
{
	return echo(faults, WEFT_LANE_BULK, 65536, 2);
}

static int dump_peers(struct faults *faults)
{
	struct lane_counters counters;

	return hostile_count(&faults->hostile, WEFT_LANE_FAST, &counters);
}

static int read_debugfs(const char *name)
{
	char path[128], text[4096];
	struct stat stat_net;
	ssize_t count;
	int fd, err;

	if (stat("/proc/self/ns/net", &stat_net))
		return -errno;
	snprintf(path, sizeof(path), "/sys/kernel/debug/weft/%lu/%s",
		 (unsigned long)stat_net.st_ino, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	do {
		count = read(fd, text, sizeof(text));
	} while (count > 0);
	err = count < 0 ? -errno : 0;
	close(fd);
	return err;
}

static int read_files(struct faults *faults)
{
	int err = read_debugfs("calls");

	(void)faults;
	return err ? err : read_debugfs("latency");
}

/*
 * A node in a namespace of its own, from beginning to end. What fails before it is
 * asked is not ours, and the kernel has many words for it: no memory for a directory
 * in /proc/net is "file exists".
 */
static int live_and_die(struct faults *faults)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct hostile other = { .listener = -1, .nl.fd = -1 };
	int err = home < 0 ? -errno : hostile_open(&other);

	(void)faults;
	if (err && other.nl.fd <= 0)
		err = -ENOMEM;
	if (other.nl.fd > 0)
		nl_close(&other.nl);
	if (other.listener > 0)
		close(other.listener);
	if (home >= 0 && setns(home, CLONE_NEWNET) && !err)
		err = -errno;
	if (home >= 0)
		close(home);
	return err;
}

static const struct operation operations[] = {
	{ "a view with new peers", NULL, NULL, set_view, NULL },
	{ "a connection for a lane", NULL, make_pair, attach,
	  bring_up_and_talk },
	{ "one echo", NULL, respond_fast, echo_one, NULL },
	{ "echoes at once", NULL, respond_fast, echo_deep, NULL },
	{ "large echoes", NULL, respond_bulk, echo_bulk, NULL },
	{ "the thread of the fast lane, serving", "weft1-2f", bring_up, talk,
	  talk },
	{ "the thread of the bulk lane, serving", "weft1-2b", bring_up, talk,
	  talk },
	{ "the thread of the fast lane, connecting", "weft1-2f", NULL,
	  bring_up_and_talk, NULL },
	{ "the thread of the bulk lane, connecting", "weft1-2b", NULL,
	  bring_up_and_talk, NULL },
	{ "a dump of the peers", NULL, NULL, dump_peers, NULL },
	{ "files for debugging", NULL, NULL, read_files, NULL },
	{ "a namespace with a node", NULL, NULL, live_and_die, NULL },
	/* ours to do, and not a question to a module that is there */
	{ "the module with its parameters", NULL, NULL, NULL, NULL },
};

/* The last one of this name: those of earlier rounds may still be ending. */
static pid_t find_thread(const char *name)
{
	struct dirent *entry;
	char path[64], comm[32];
	DIR *dir = opendir("/proc");
	pid_t found = 0;
	FILE *file;

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%.20s/comm", entry->d_name);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (fgets(comm, sizeof(comm), file) &&
		    !strncmp(comm, name, strlen(name)) &&
		    atoi(entry->d_name) > found)
			found = atoi(entry->d_name);
		fclose(file);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int open_nth(const char *thread)
{
	pid_t pid = thread ? find_thread(thread) : (pid_t)syscall(SYS_gettid);
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/fail-nth", pid, pid);
	return open(path, O_RDWR | O_CLOEXEC);
}

static void arm(int fd, unsigned int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", nth);
	if (pwrite(fd, text, strlen(text), 0) < 0)
		_exit(3);
}

/* Return: true if the allocation that was to fail has failed. */
static bool disarm(int fd)
{
	char text[16] = "";
	ssize_t count = pread(fd, text, sizeof(text) - 1, 0);

	arm(fd, 0);
	return count > 0 && !atoi(text);
}

/*
 * Errors that say what was short. A lane that gets no memory for a connection
 * lets go of it, and the peer dials again.
 */
static bool is_excused(const struct operation *operation, int err)
{
	if (operation->thread && err == -ECONNRESET)
		return true;
	return err == -ENOMEM || err == -ENOBUFS || err == -EAGAIN ||
	       err == -ENOSPC;
}

/* What has to work whatever happened before. */
static int recover(struct faults *faults, const struct operation *operation)
{
	int err = 0;

	if (operation->again)
		return operation->again(faults);
	if (operation->prepare)
		err = operation->prepare(faults);
	return err ? err : operation->run(faults);
}

/* How a round ended. */
enum verdict {
	HAS_FAILED,
	NO_FAULT_LEFT,
	IS_WRONG
};

/* In a node that is there from the round before, and works. */
static enum verdict round_of(struct faults *faults,
			     const struct operation *operation,
			     unsigned int nth)
{
	int err = operation->prepare ? operation->prepare(faults) : 0;
	int fd = open_nth(operation->thread);
	bool has_failed;

	if (err || fd < 0) {
		ksft_print_msg("fault %u: no start: %s\n", nth, strerror(-err));
		return IS_WRONG;
	}
	arm(fd, nth);
	err = operation->run(faults);
	has_failed = disarm(fd);
	close(fd);
	if (err && (!has_failed || !is_excused(operation, err))) {
		ksft_print_msg("fault %u: %s\n", nth, strerror(-err));
		return IS_WRONG;
	}
	err = recover(faults, operation);
	if (err)
		ksft_print_msg("after fault %u: %s\n", nth, strerror(-err));
	if (err)
		return IS_WRONG;
	return has_failed ? HAS_FAILED : NO_FAULT_LEFT;
}

/* Loading allocates in the kernel's own loader, too; all of it is undone. */
static enum verdict load_round(unsigned int nth)
{
	bool has_failed;
	int err, fd;

	if (module_is_loaded() && module_unload())
		return IS_WRONG;
	fd = open_nth(NULL);
	arm(fd, nth);
	err = module_load("cluster=faults node=1 lease_ms=1000");
	has_failed = disarm(fd);
	close(fd);
	if (err && (!has_failed || err != -ENOMEM || module_is_loaded())) {
		ksft_print_msg("fault %u: %s\n", nth, strerror(-err));
		return IS_WRONG;
	}
	err = err ? module_load("") : 0;
	if (err)
		ksft_print_msg("after fault %u: %s\n", nth, strerror(-err));
	if (err)
		return IS_WRONG;
	return has_failed ? HAS_FAILED : NO_FAULT_LEFT;
}

static int start(struct faults *faults, const struct operation *operation)
{
	int err = hostile_open(&faults->hostile);

	return err || operation->run == set_view ? err :
						   bring_up_and_talk(faults);
}

/* All rounds, in a process of their own. A view is new to a new node only. */
static void __attribute__((noreturn))
work(const struct operation *operation, unsigned int *nth)
{
	struct faults faults = { .theirs = -1, .epoch = EPOCH + 1 };
	enum verdict verdict;

	do {
		alarm(DEADLINE_S);
		if (operation->run && (!*nth || operation->run == set_view) &&
		    start(&faults, operation))
			_exit(EXIT_FAILURE);
		++*nth;
		verdict = operation->run ? round_of(&faults, operation, *nth) :
					   load_round(*nth);
	} while (verdict == HAS_FAILED && *nth < NTH_MAX);
	end_responder(&faults);
	fflush(stdout);
	_exit(verdict == NO_FAULT_LEFT ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void try(const struct operation *operation)
{
	unsigned int *nth = mmap(NULL, sizeof(*nth), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t pid;

	if (nth == MAP_FAILED)
		ksft_exit_fail_msg("no memory\n");
	pid = fork();
	if (!pid)
		work(operation, nth);
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		ksft_print_msg("fault %u: ended by signal %d\n", *nth,
			       WTERMSIG(status));
	ksft_test_result(!status && *nth > 1, "%s: %d allocations\n",
			 operation->name, (int)*nth - 1);
	munmap(nth, sizeof(*nth));
}

static bool is_wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strstr(name, argv[i]))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	unsigned int wanted = 0;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	for (i = 0; i < ARRAY_SIZE(operations); i++)
		wanted += is_wanted(operations[i].name, argc, argv);
	ksft_set_plan(wanted);
	for (i = 0; i < ARRAY_SIZE(operations); i++)
		if (is_wanted(operations[i].name, argc, argv))
			try(&operations[i]);
	ksft_finished();
}
