// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that knows who it is, and looks at the clock all the time:
 *
 *   somebody FILE USER DUMPABLE POLICY
 *
 * As root it becomes USER, with groups, limits and whatever else a process has that
 * is nobody else's, and says "ready" in FILE. Until there is a FILE.go it looks at
 * its clocks, by the vDSO and by the kernel, and its interval timers run. Then it
 * says who it is now, line by line, what was different before, and how its clocks
 * and timers went. In the end it becomes somebody else. Status 0: all is as it
 * should be; 1 and a sentence on standard error if not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REPORT_LEN	4096
#define FILES_SOFT	77
#define FILES_HARD	99
#define NICE		5
#define SLACK_NS	123456
#define REAL_US		50000
#define CPU_US		100000
#define EXPIRIES	3
#define PATIENCE_NS	(60 * 1000000000LL)
#define BIT(number)	(1U << (number))
#define CAPABILITIES	(BIT(CAP_NET_RAW) | BIT(CAP_SYS_NICE))

enum { MONOTONIC, BOOTTIME, COARSE, RAW_CALLS, CLOCKS };

static const clockid_t clock_ids[CLOCKS] = {
	CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC
};

/* Counted by handlers. */
static int real_expiries, virtual_expiries, prof_expiries;
static char path[256];
static int output;
static long long last[CLOCKS], back[CLOCKS];
static unsigned long looks;

static void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "somebody: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void expire(int number)
{
	if (number == SIGALRM)
		__atomic_fetch_add(&real_expiries, 1, __ATOMIC_RELAXED);
	else if (number == SIGVTALRM)
		__atomic_fetch_add(&virtual_expiries, 1, __ATOMIC_RELAXED);
	else
		__atomic_fetch_add(&prof_expiries, 1, __ATOMIC_RELAXED);
}

/* How often a timer has expired by now. */
static int seen(const int *expiries)
{
	return __atomic_load_n(expiries, __ATOMIC_RELAXED);
}

static long long clock_ns(int which)
{
	struct timespec now;
	int failed = which == RAW_CALLS ?
		     (int)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) :
		     clock_gettime(clock_ids[which], &now);

	if (failed)
		give_up("clock");
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void look(int which)
{
	long long now = clock_ns(which);

	if (last[which] - now > back[which])
		back[which] = last[which] - now;
	last[which] = now;
}

/* What the vDSO says and what the kernel says are one clock. */
static void look_at_clocks(void)
{
	int i;

	for (i = 0; i < 200; i++, looks++) {
		look(MONOTONIC);
		look(BOOTTIME);
		look(COARSE);
	}
	last[RAW_CALLS] = last[MONOTONIC];
	look(RAW_CALLS);
	last[MONOTONIC] = last[RAW_CALLS];
	look(MONOTONIC);
}

static void add(char *report, const char *format, ...)
{
	size_t len = strlen(report);
	va_list args;

	va_start(args, format);
	vsnprintf(report + len, REPORT_LEN - len, format, args);
	va_end(args);
}

static void add_users(char *report)
{
	uid_t uids[3];
	gid_t gids[3], groups[16];
	int i, count = getgroups(16, groups);

	if (getresuid(&uids[0], &uids[1], &uids[2]) ||
	    getresgid(&gids[0], &gids[1], &gids[2]) || count < 0)
		give_up("users");
	add(report, "users %d %d %d %d %d\n", uids[0], uids[1], uids[2], getuid(),
	    geteuid());
	add(report, "groups %d %d %d %d %d:", gids[0], gids[1], gids[2], getgid(),
	    getegid());
	for (i = 0; i < count; i++)
		add(report, " %d", groups[i]);
	add(report, "\n");
}

static void add_capabilities(char *report)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		give_up("capget");
	add(report, "capabilities %x %x %x, securebits %x\n", data[0].inheritable,
	    data[0].permitted, data[0].effective, prctl(PR_GET_SECUREBITS));
}

static void add_limits(char *report)
{
	struct rlimit limit;
	int i;

	for (i = 0; i < RLIM_NLIMITS; i++) {
		if (getrlimit(i, &limit))
			give_up("getrlimit");
		add(report, "limit %d: %llu %llu\n", i,
		    (unsigned long long)limit.rlim_cur,
		    (unsigned long long)limit.rlim_max);
	}
}

static void add_scheduling(char *report)
{
	struct sched_param param;
	int policy = sched_getscheduler(0);

	errno = 0;
	if (policy < 0 || sched_getparam(getpid(), &param))
		give_up("scheduling");
	add(report, "policy %d priority %d nice %d slack %d\n", policy,
	    param.sched_priority, getpriority(PRIO_PROCESS, 0),
	    prctl(PR_GET_TIMERSLACK));
	if (errno)
		give_up("getpriority");
}

static void describe(char *report)
{
	mode_t mask = umask(0);

	umask(mask);
	*report = '\0';
	add(report, "numbers %d %d %d %d\n", getpid(), (int)syscall(SYS_gettid),
	    getppid(), getsid(0));
	add_users(report);
	add_capabilities(report);
	add_limits(report);
	add_scheduling(report);
	add(report, "umask %o personality %x\n", mask,
	    (unsigned int)personality(0xffffffff));
	add(report, "dumpable %d no_new_privs %d\n", prctl(PR_GET_DUMPABLE),
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
}

static void set_timers(void)
{
	const struct itimerval real = { { 0, REAL_US }, { 0, REAL_US } };
	const struct itimerval cpu = { { 0, CPU_US }, { 0, CPU_US } };
	const struct sigaction action = {
		.sa_handler = expire, .sa_flags = SA_RESTART,
	};

	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGVTALRM, &action, NULL);
	sigaction(SIGPROF, &action, NULL);
	if (setitimer(ITIMER_REAL, &real, NULL) ||
	    setitimer(ITIMER_VIRTUAL, &cpu, NULL) ||
	    setitimer(ITIMER_PROF, &cpu, NULL))
		give_up("setitimer");
}

/* A process of a user keeps what root has of these, and has two capabilities. */
static void become(uid_t user, int policy)
{
	const bool is_real_time = policy == SCHED_FIFO || policy == SCHED_RR;
	const gid_t groups[] = { 44, 20 };
	const struct sched_param param = { .sched_priority = is_real_time ? 7 : 0 };
	const struct rlimit files = { FILES_SOFT, FILES_HARD };
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	const struct __user_cap_data_struct data[2] = {
		{ .permitted = CAPABILITIES, .effective = BIT(CAP_NET_RAW) },
	};

	umask(027);
	if (setpriority(PRIO_PROCESS, 0, NICE) ||
	    sched_setscheduler(0, policy, &param) ||
	    prctl(PR_SET_TIMERSLACK, SLACK_NS) || setrlimit(RLIMIT_NOFILE, &files) ||
	    personality(ADDR_NO_RANDOMIZE) < 0 || setgroups(2, groups) ||
	    prctl(PR_SET_KEEPCAPS, 1) || setresgid(user, user, user + 1) ||
	    setresuid(user, user, user) || syscall(SYS_capset, &head, data) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		give_up("becoming somebody");
}

static void compare(const char *before, const char *after)
{
	if (!strcmp(before, after))
		return;
	dprintf(STDERR_FILENO, "somebody: before: %safter: %s", before, after);
	exit(1);
}

/* All three must go on where it is now. */
static void await_expiries(void)
{
	const int *counts[] = { &real_expiries, &virtual_expiries, &prof_expiries };
	long long deadline = clock_ns(MONOTONIC) + PATIENCE_NS;
	int i, wanted;

	for (i = 0; i < 3; i++) {
		wanted = seen(counts[i]) + EXPIRIES;
		while (seen(counts[i]) < wanted) {
			look_at_clocks();
			if (last[MONOTONIC] < deadline)
				continue;
			dprintf(STDERR_FILENO, "somebody: timer %d stands still\n", i);
			exit(1);
		}
	}
}

static bool is_told_to_go(void)
{
	char go[300];

	snprintf(go, sizeof(go), "%s.go", path);
	return !access(go, F_OK);
}

static void check_clocks(long long began)
{
	long long most = (clock_ns(MONOTONIC) - began) / 1000 / REAL_US + 2;
	int i;

	dprintf(output, "clocks %lu looks, back %lld %lld %lld %lld ns\n", looks,
		back[MONOTONIC], back[BOOTTIME], back[COARSE], back[RAW_CALLS]);
	dprintf(output, "timers %d %d %d, at most %lld\n", seen(&real_expiries),
		seen(&virtual_expiries), seen(&prof_expiries), most);
	errno = 0;
	for (i = 0; i < CLOCKS; i++)
		if (back[i] > 0)
			give_up("a clock went back");
	if (seen(&real_expiries) > most)
		give_up("the timer expired too often");
}

/* What it changes now, both of its halves have. */
static void become_another(void)
{
	const struct rlimit files = { FILES_SOFT - 1, FILES_HARD - 1 };
	struct rlimit now;
	gid_t gid = getgid();
	struct stat file;
	int made;

	if (setrlimit(RLIMIT_NOFILE, &files) || getrlimit(RLIMIT_NOFILE, &now) ||
	    now.rlim_cur != files.rlim_cur)
		give_up("another limit");
	if (prctl(PR_SET_DUMPABLE, 1) || prctl(PR_GET_DUMPABLE) != 1)
		give_up("dumpable");
	if (setresgid(gid + 1, gid + 1, gid + 1) || getegid() != gid + 1)
		give_up("another group");
	snprintf(path + strlen(path), sizeof(path) - strlen(path), ".made");
	made = open(path, O_CREAT | O_WRONLY, 0666);
	if (made < 0 || fstat(made, &file))
		give_up(path);
	if (file.st_gid != gid + 1 || file.st_uid != getuid() ||
	    (file.st_mode & 0777) != 0640)
		give_up("a file belongs to somebody else");
}

int main(int argc, char **argv)
{
	static char before[REPORT_LEN], after[REPORT_LEN];
	long long began;

	if (argc != 5) {
		dprintf(STDERR_FILENO, "usage: somebody FILE USER DUMPABLE POLICY\n");
		return 2;
	}
	snprintf(path, sizeof(path), "%s", argv[1]);
	output = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (output < 0)
		give_up(path);
	if (atoi(argv[2]))
		become((uid_t)atoi(argv[2]), atoi(argv[4]));
	if (prctl(PR_SET_DUMPABLE, atoi(argv[3])))
		give_up("dumpable");
	describe(before);
	began = clock_ns(MONOTONIC);
	set_timers();
	dprintf(output, "ready\n");
	do {
		look_at_clocks();
	} while (!is_told_to_go());
	describe(after);
	dprintf(output, "%s", after);
	compare(before, after);
	await_expiries();
	check_clocks(began);
	if (atoi(argv[2]))
		become_another();
	dprintf(output, "done\n");
	return 0;
}
