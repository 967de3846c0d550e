// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program with children, which prints the same each time:
 *
 *   children KIND COUNT FILE
 *
 * When FILE is there it makes COUNT children, each of which looks at its memory,
 * its number and its parent, and waits for them. KIND says how: "fork" one after
 * the other, "many" all at once, "exec" by fork and exec, "spawn" by
 * posix_spawn(3), "popen" by popen(3), "ignored" without waiting, "inherit" shows
 * what a program inherits. The status is 42; 1 with a sentence if anything was
 * not as it should be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAP_LEN	(256 << 10)
#define PAGE		4096
#define STATUS		42

static unsigned char *heap;
static pid_t parent;

static void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "children: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void fill_heap(void)
{
	int i;

	heap = malloc(HEAP_LEN);
	if (!heap)
		give_up("malloc");
	for (i = 0; i < HEAP_LEN; i += PAGE)
		heap[i] = (unsigned char)(i / PAGE);
}

/* What a child does: what it writes nobody else sees. */
static void be_child(int number)
{
	int i;

	if (getppid() != parent || getpid() == parent)
		_exit(200);
	for (i = 0; i < HEAP_LEN; i += PAGE)
		if (heap[i] != (unsigned char)(i / PAGE))
			_exit(201);
	heap[0] = 99;
	_exit(number % 100 + 1);
}

static pid_t make(int number)
{
	pid_t child = fork();

	if (child < 0)
		give_up("fork");
	if (!child)
		be_child(number);
	return child;
}

static void await(pid_t child, int number, int wanted)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		give_up("waitpid");
	printf("child %d: status %x\n", number, status);
	if (status != wanted << 8 || heap[0])
		give_up("a child is not as it should be");
}

static void by_fork(int number)
{
	await(make(number), number, number % 100 + 1);
}

static void by_exec(int number)
{
	pid_t child = fork();

	if (child < 0)
		give_up("fork");
	if (!child) {
		execl("/bin/sh", "sh", "-c", "exit 7", NULL);
		_exit(202);
	}
	await(child, number, 7);
}

static void by_spawn(int number)
{
	char shell[] = "sh", option[] = "-c", command[] = "exit 8";
	char *const arguments[] = { shell, option, command, NULL };
	pid_t child;

	errno = posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ);
	if (errno)
		give_up("posix_spawn");
	await(child, number, 8);
	errno = posix_spawn(&child, "/nowhere", NULL, NULL, arguments, environ);
	if (errno != ENOENT)
		give_up("posix_spawn of what is not there");
}

static void by_popen(int number)
{
	char line[64] = "";
	FILE *from = popen("echo it is $((6 * 7))", "r");

	if (!from || !fgets(line, sizeof(line), from))
		give_up("popen");
	printf("child %d: %d, %s", number, pclose(from), line);
}

static void show_inherited(int number)
{
	sigset_t blocked;
	pid_t child;

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	fflush(stdout);
	child = fork();
	if (!child) {
		execlp("grep", "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status", NULL);
		_exit(202);
	}
	await(child, number, 0);
	fflush(stdout);
}

static void ignore_end(int number)
{
	(void)number;
	signal(SIGCHLD, SIG_IGN);
	make(0);
	if (wait(NULL) != -1 || errno != ECHILD)
		give_up("a child that nobody waits for was waited for");
}

static void make_all(int count)
{
	int i, status, sum = 0, ended = 0;

	for (i = 0; i < count; i++)
		make(i);
	while (wait(&status) > 0) {
		sum += WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
		ended++;
	}
	printf("%d children, sum %d\n", ended, sum);
	if (ended != count)
		give_up("a child is missing");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(int number);
	} kinds[] = {
		{ "fork", by_fork }, { "exec", by_exec }, { "spawn", by_spawn },
		{ "popen", by_popen }, { "ignored", ignore_end },
		{ "inherit", show_inherited },
	};
	unsigned int kind;
	int i;

	if (argc != 4)
		return 2;
	parent = getpid();
	fill_heap();
	while (access(argv[3], F_OK))
		usleep(20000);
	if (!strcmp(argv[1], "many"))
		make_all(atoi(argv[2]));
	for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		if (strcmp(argv[1], kinds[kind].name))
			continue;
		for (i = 0; i < atoi(argv[2]); i++)
			kinds[kind].make(i);
	}
	return STATUS;
}
