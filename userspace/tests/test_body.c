// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft-body, watched and deceived by ptrace: its three questions to the module are
 * answered here. And what weftd says about one that ended.
 */
#include "body.h"
#include "ktap.h"

#include "../body/status.h"

#include <linux/weft_body.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define BODY_FD		30
#define READY_FD	31
#define FS_BASE		0x123456789000ULL
#define GS_BASE		0x23456789a000ULL
#define VVAR_UNWANTED	0ULL
#define VVAR_IN_STACK	1ULL	/* where the stack of weft-body is */
#define VVAR_IN_IMAGE	2ULL	/* where weft-body itself is */
#define IMAGE		0x20000000ULL

/**
 * struct watched - a weft-body, and what was seen of it at its last question
 * @pid:     its number
 * @ready:   the eventfd
 * @status:  as waitpid() told it
 * @vvar:    what it was told about the vDSO
 * @is_run:  it asked to become the process
 * @maps:    its mappings then
 * @regs:    its registers then
 * @xmm:     the first of its vector registers then
 * @has_fd:  it still had the eventfd then
 * @user:    who it is told to be; its groups have the next two numbers
 * @nice:    likewise
 * @who:     who it was then, as /proc says it
 * @nice_seen: likewise
 */
struct watched {
	pid_t pid;
	int ready;
	int status;
	uint64_t vvar;
	bool is_run;
	char maps[8192];
	struct user_regs_struct regs;
	uint8_t xmm[16];
	bool has_fd;
	uid_t user;
	int nice;
	char who[4096];
	int nice_seen;
};

static const char *program(void)
{
	static char path[512];
	char self[400];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[length > 0 ? length : 0] = '\0';
	/* this is obj/tests/test_body */
	snprintf(path, sizeof(path), "%.*s/../../libexec/weft-body",
		 (int)(strrchr(self, '/') - self), self);
	return path;
}

static void read_maps(struct watched *watched)
{
	char path[64];
	ssize_t got;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)watched->pid);
	file = fopen(path, "r");
	got = file ? (ssize_t)fread(watched->maps, 1, sizeof(watched->maps) - 1,
				    file) : 0;
	watched->maps[got] = '\0';
	if (file)
		fclose(file);
}

/* Where the mapping of this name begins; 0: there is none. */
static uint64_t start_of(const struct watched *watched, const char *name)
{
	const char *at = strstr(watched->maps, name);

	if (!at)
		return 0;
	while (at > watched->maps && at[-1] != '\n')
		at--;
	return strtoull(at, NULL, 16);
}

static uint64_t vvar_for(struct watched *watched, uint64_t wish)
{
	read_maps(watched);
	if (wish == VVAR_IN_STACK)
		return start_of(watched, "[stack]");
	if (wish == VVAR_IN_IMAGE)
		return IMAGE;
	return wish;
}

/* The answer to WAIT: a process arrives. */
static void give_arrival(const struct watched *watched, uint64_t address)
{
	static struct weft_body_arrival arrival;
	struct iovec from = { &arrival, sizeof(arrival) };
	struct iovec to = { (void *)(uintptr_t)address, sizeof(arrival) };

	arrival.bases.fs_base = FS_BASE;
	arrival.bases.gs_base = GS_BASE;
	arrival.bases.vvar = watched->vvar;
	arrival.bases.xstate_size = 576;
	memcpy(arrival.xstate, "\x7f\x03", 2);
	memcpy(arrival.xstate + 24, "\x80\x1f", 2);
	memset(arrival.xstate + 160, 0xa5, 16);
	arrival.xstate[512] = 3;
	if (process_vm_writev(watched->pid, &from, 1, &to, 1, 0) !=
	    (ssize_t)sizeof(arrival))
		abort();
}

/* The answer to IDENTITY: somebody like us, but for what shows that it was heard. */
static void give_identity(const struct watched *watched, uint64_t address)
{
	static struct weft_body_identity identity;
	struct iovec from = { &identity, sizeof(identity) };
	struct iovec to = { (void *)(uintptr_t)address, sizeof(identity) };
	int i;

	identity.cpu_limit[0] = RLIM_INFINITY;
	identity.cpu_limit[1] = RLIM_INFINITY;
	identity.nice = watched->nice;
	for (i = 0; i < WEFT_BODY_IDS; i++) {
		identity.uids[i] = watched->user;
		identity.gids[i] = watched->user + 1;
	}
	identity.groups[0] = watched->user + 2;
	identity.group_count = 1;
	identity.timers[ITIMER_REAL].left = 3600000000;
	if (process_vm_writev(watched->pid, &from, 1, &to, 1, 0) !=
	    (ssize_t)sizeof(identity))
		abort();
}

static void look(struct watched *watched)
{
	struct user_fpregs_struct fp;
	char path[64];
	ssize_t got;
	FILE *file;

	watched->is_run = true;
	read_maps(watched);
	ptrace(PTRACE_GETREGS, watched->pid, NULL, &watched->regs);
	ptrace(PTRACE_GETFPREGS, watched->pid, NULL, &fp);
	memcpy(watched->xmm, fp.xmm_space, sizeof(watched->xmm));
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)watched->pid,
		 READY_FD);
	watched->has_fd = !access(path, F_OK);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)watched->pid);
	file = fopen(path, "r");
	got = file ? (ssize_t)fread(watched->who, 1, sizeof(watched->who) - 1,
				    file) : 0;
	watched->who[got] = '\0';
	if (file)
		fclose(file);
	watched->nice_seen = getpriority(PRIO_PROCESS, (id_t)watched->pid);
}

/* Lets it go on to the next end of a system call, the result being ours. */
static bool step(pid_t pid, int *status)
{
	ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	return waitpid(pid, status, 0) == pid && WIFSTOPPED(*status);
}

/* It is at a system call. Returns false when it has ended. */
static bool answer(struct watched *watched, int result)
{
	struct user_regs_struct regs;
	bool is_wait, is_who, is_run;

	ptrace(PTRACE_GETREGS, watched->pid, NULL, &regs);
	is_wait = regs.orig_rax == SYS_ioctl && regs.rsi == WEFT_BODY_WAIT;
	is_who = regs.orig_rax == SYS_ioctl && regs.rsi == WEFT_BODY_IDENTITY;
	is_run = regs.orig_rax == SYS_ioctl && regs.rsi == WEFT_BODY_RUN;
	if (is_run)
		look(watched);
	if (is_wait && !result)
		give_arrival(watched, regs.rdx);
	if (is_who)
		give_identity(watched, regs.rdx);
	if (is_wait || is_who || is_run) {
		regs.orig_rax = (unsigned long long)-1;
		ptrace(PTRACE_SETREGS, watched->pid, NULL, &regs);
	}
	if (!step(watched->pid, &watched->status))
		return false;
	if (is_wait || is_who || is_run) {
		regs.rax = is_wait ? (unsigned long long)result :
			   is_who ? 0 : (unsigned long long)-EINVAL;
		ptrace(PTRACE_SETREGS, watched->pid, NULL, &regs);
	}
	return step(watched->pid, &watched->status);
}

static void become(int ready)
{
	char body_text[] = "30", ready_text[] = "31", name[] = "weft-body";
	char *const arguments[] = { name, body_text, ready_text, NULL };

	dup2(open("/dev/null", O_RDWR), BODY_FD);
	dup2(ready, READY_FD);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	execv(program(), arguments);
	_exit(127);
}

/* Runs it; WAIT has this result, and the vDSO this place. */
static void watch(struct watched *watched, int result, uint64_t vvar)
{
	memset(watched, 0, sizeof(*watched));
	watched->user = 4711;
	watched->nice = 11;
	fflush(stdout);
	watched->ready = eventfd(0, EFD_NONBLOCK);
	watched->pid = fork();
	if (!watched->pid)
		become(watched->ready);
	waitpid(watched->pid, &watched->status, 0);
	ptrace(PTRACE_SETOPTIONS, watched->pid, NULL, PTRACE_O_EXITKILL);
	watched->vvar = vvar_for(watched, vvar);
	if (!WIFSTOPPED(watched->status) ||
	    !step(watched->pid, &watched->status))
		return;
	while (answer(watched, result))
		;
}

static bool was_ready(struct watched *watched)
{
	eventfd_t count = 0;
	bool was = !eventfd_read(watched->ready, &count);

	close(watched->ready);
	return was;
}

static void expect_status(struct ktap *test, int wanted, int result,
			  uint64_t vvar)
{
	struct watched watched;

	watch(&watched, result, vvar);
	EXPECT(test, WIFEXITED(watched.status));
	EXPECT_EQ(test, wanted, WEXITSTATUS(watched.status));
	EXPECT_EQ(test, false, watched.is_run);
	EXPECT_EQ(test, false, was_ready(&watched));
}

static void body_brings_what_only_user_mode_can(struct ktap *test)
{
	static const char filler[16] = { [0 ... 15] = (char)0xa5 };
	struct watched watched;

	watch(&watched, 0, VVAR_UNWANTED);
	EXPECT_EQ(test, true, watched.is_run);
	EXPECT(test, watched.regs.fs_base == FS_BASE);
	EXPECT(test, watched.regs.gs_base == GS_BASE);
	EXPECT(test, !memcmp(watched.xmm, filler, sizeof(filler)));
	EXPECT_EQ(test, false, watched.has_fd);
	EXPECT_EQ(test, true, was_ready(&watched));
	EXPECT_EQ(test, BODY_NOT_STARTED, WEXITSTATUS(watched.status));
}

static void body_is_who_it_is_told_to_be(struct ktap *test)
{
	struct watched watched;

	watch(&watched, 0, VVAR_UNWANTED);
	EXPECT(test, strstr(watched.who, "\nUid:\t4711\t4711\t4711\t4711\n"));
	EXPECT(test, strstr(watched.who, "\nGid:\t4712\t4712\t4712\t4712\n"));
	EXPECT(test, strstr(watched.who, "\nGroups:\t4713"));
	EXPECT(test, strstr(watched.who, "\nSigBlk:\tfffffffffffbfeff\n"));
	EXPECT_EQ(test, 11, watched.nice_seen);
	close(watched.ready);
}

static void body_keeps_nothing_of_its_own_but_its_image(struct ktap *test)
{
	struct watched watched;

	watch(&watched, 0, VVAR_UNWANTED);
	EXPECT_EQ(test, 0, start_of(&watched, "[stack]"));
	EXPECT_EQ(test, 0, start_of(&watched, "[vdso]"));
	EXPECT_EQ(test, 0, start_of(&watched, "[vvar"));
	EXPECT(test, start_of(&watched, "weft-body") == IMAGE);
	close(watched.ready);
}

static void vdso_lies_where_the_program_has_it(struct ktap *test)
{
	struct watched watched;

	watch(&watched, 0, 0x7f0123456000ULL);
	/* a kernel without checkpoints cannot do it: as if the place were taken */
	if (!watched.is_run &&
	    WEXITSTATUS(watched.status) == BODY_VDSO) {
		printf("# this kernel cannot map a vDSO\n");
		return;
	}
	EXPECT(test, start_of(&watched, "[vvar") == 0x7f0123456000ULL);
	EXPECT(test, start_of(&watched, "[vdso]") > 0x7f0123456000ULL);
	close(watched.ready);
	/* just there was the stack of weft-body */
	watch(&watched, 0, VVAR_IN_STACK);
	EXPECT_EQ(test, true, watched.is_run);
	EXPECT(test, start_of(&watched, "[vvar") == watched.vvar);
	close(watched.ready);
}

static void vdso_that_has_no_room_is_noticed(struct ktap *test)
{
	expect_status(test, BODY_VDSO, 0, VVAR_IN_IMAGE);
}

static void each_failure_to_arrive_has_its_status(struct ktap *test)
{
	expect_status(test, BODY_LATE, -ETIMEDOUT, 0);
	expect_status(test, BODY_CALLED_OFF, -ECONNRESET, 0);
	expect_status(test, BODY_CALLED_OFF, -ECANCELED, 0);
	expect_status(test, BODY_REFUSED, -EBUSY, 0);
	expect_status(test, BODY_REFUSED, -ENOTTY, 0);
}

static int status_of(const char *first, const char *second)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		execl(program(), "weft-body", first, second, NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void arguments_that_are_no_descriptors_are_refused(struct ktap *test)
{
	EXPECT_EQ(test, BODY_USAGE, status_of(NULL, NULL));
	EXPECT_EQ(test, BODY_USAGE, status_of("", NULL));
	EXPECT_EQ(test, BODY_USAGE, status_of("x", NULL));
	EXPECT_EQ(test, BODY_USAGE, status_of("-1", NULL));
	EXPECT_EQ(test, BODY_USAGE, status_of("99999999999999999999", NULL));
	EXPECT_EQ(test, BODY_USAGE, status_of("3", "4x"));
	/* a descriptor, but none of the module */
	EXPECT_EQ(test, BODY_REFUSED, status_of("0", NULL));
	EXPECT_EQ(test, BODY_REFUSED, status_of("99", "98"));
}

static void program_and_daemon_have_the_same_numbers(struct ktap *test)
{
	EXPECT_EQ(test, STATUS_USAGE, BODY_USAGE);
	EXPECT_EQ(test, STATUS_REFUSED, BODY_REFUSED);
	EXPECT_EQ(test, STATUS_LATE, BODY_LATE);
	EXPECT_EQ(test, STATUS_CALLED_OFF, BODY_CALLED_OFF);
	EXPECT_EQ(test, STATUS_VDSO, BODY_VDSO);
	EXPECT_EQ(test, STATUS_SEGMENTS, BODY_SEGMENTS);
	EXPECT_EQ(test, STATUS_NOT_STARTED, BODY_NOT_STARTED);
	EXPECT_EQ(test, STATUS_TIME, BODY_TIME);
	EXPECT_EQ(test, STATUS_NUMBER, BODY_NUMBER);
	EXPECT_EQ(test, STATUS_USER, BODY_USER);
	EXPECT_EQ(test, STATUS_SCHEDULING, BODY_SCHEDULING);
	EXPECT_EQ(test, STATUS_THREADS, BODY_THREADS);
	EXPECT_EQ(test, STATUS_KILLED, BODY_KILLED);
}

static void every_end_has_its_words(struct ktap *test)
{
	const char *problem;
	char text[64];
	int code;

	for (code = BODY_USAGE; code <= BODY_NOT_STARTED; code++) {
		problem = body_problem(code << 8, text, sizeof(text));
		EXPECT(test, problem && problem != text);
	}
	EXPECT_TEXT(test, "it did not arrive in time",
		    body_problem(BODY_LATE << 8, text, sizeof(text)));
	EXPECT_TEXT(test, "weft-body could not be executed",
		    body_problem(127 << 8, text, sizeof(text)));
	EXPECT_TEXT(test, "its home took it back, or was lost",
		    body_problem(SIGKILL, text, sizeof(text)));
	EXPECT_TEXT(test, "weft-body was ended by signal 11",
		    body_problem(SIGSEGV, text, sizeof(text)));
	EXPECT_TEXT(test, "weft-body ended with status 0",
		    body_problem(0, text, sizeof(text)));
	EXPECT_TEXT(test, "weft-body ended with status 99",
		    body_problem(99 << 8, text, sizeof(text)));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(body_brings_what_only_user_mode_can),
	KTAP_CASE(body_is_who_it_is_told_to_be),
	KTAP_CASE(body_keeps_nothing_of_its_own_but_its_image),
	KTAP_CASE(vdso_lies_where_the_program_has_it),
	KTAP_CASE(vdso_that_has_no_room_is_noticed),
	KTAP_CASE(each_failure_to_arrive_has_its_status),
	KTAP_CASE(arguments_that_are_no_descriptors_are_refused),
	KTAP_CASE(program_and_daemon_have_the_same_numbers),
	KTAP_CASE(every_end_has_its_words),
};

KTAP_MAIN(cases)
