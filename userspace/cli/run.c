// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft run: start a program here, and let it run there. It is a child like that of
 * a shell: in the foreground, in the same process group, at the same terminal. As
 * soon as the program itself is there it is moved; then its end is waited for, and
 * is the end of this command.
 *
 * What is said about the move is kept until it is known whether it matters: a
 * program that has ended by itself was faster, and nothing is wrong with that.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

const char help_for_run[] =
"Starts COMMAND here and moves it to the node NODE at once. It runs there, in the\n"
"foreground, and has its terminal, its files, its user and its number here, as any\n"
"process that was moved. Root may do so, and everybody else if weft.conf says\n"
"'owners = yes'. What follows NODE belongs to COMMAND.\n"
"\n"
"Its end is the end of this command: the same status, or the same signal. A command\n"
"that has ended before it could be moved has run here.\n"
"\n"
"Ends with status 125 if it could not be moved: it was killed then, and the reason\n"
"is told; with 126 if it cannot be executed, and with 127 if it does not exist.\n"
"--timeout is for the move, 60 seconds at most.\n";

#define STATUS_NOT_MOVED	((enum status)125)
#define STATUS_NOT_EXECUTABLE	((enum status)126)
#define STATUS_NOT_FOUND	((enum status)127)
#define STATUS_SIGNAL		128

/* Sent to this command alone they are meant for the program. */
static const int passed_on[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
};

static atomic_int program;
static atomic_int is_continued;

/* What a terminal sends the program has got itself. */
static void pass_on(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (info->si_code <= 0 && program)
		kill(program, number);
	errno = saved;
}

/* A job is stopped as a whole, so the program has got it as well. */
static void let_program_decide(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	(void)context;
}

static void note_continued(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	(void)context;
	is_continued = 1;
}

/* What is ignored stays so. */
static void take_signal(int number, void (*take)(int, siginfo_t *, void *))
{
	const struct sigaction action = {
		.sa_sigaction = take, .sa_flags = SA_SIGINFO | SA_RESTART,
	};
	struct sigaction before;

	if (!sigaction(number, NULL, &before) && before.sa_handler != SIG_IGN)
		sigaction(number, &action, NULL);
}

static void pass_signals_on(void)
{
	size_t i;

	for (i = 0; i < sizeof(passed_on) / sizeof(*passed_on); i++)
		take_signal(passed_on[i], pass_on);
	/* whoever ignores this one never hears how a child ended */
	signal(SIGCHLD, SIG_DFL);
}

static void execute(char **argv, int failure)
{
	ssize_t written;
	int err;

	execvp(argv[0], argv);
	err = errno;
	written = write(failure, &err, sizeof(err));
	_exit(written == sizeof(err) ? STATUS_NOT_EXECUTABLE : STATUS_NOT_MOVED);
}

/* Return: 0 with the program running in @child; or an errno, with no @child or one that ends. */
static int start(char **argv, pid_t *child)
{
	int ends[2], err = 0;
	ssize_t got;

	if (pipe2(ends, O_CLOEXEC))
		return errno;
	*child = fork();
	if (*child < 0) {
		err = errno;
		close(ends[0]);
		close(ends[1]);
		return err;
	}
	if (!*child)
		execute(argv, ends[1]);
	program = *child;
	pass_signals_on();
	close(ends[1]);
	/* the end comes with the program: it has not inherited this */
	do {
		got = read(ends[0], &err, sizeof(err));
	} while (got < 0 && errno == EINTR);
	close(ends[0]);
	return got == sizeof(err) ? err : 0;
}

static int wait_for(pid_t child, int *status, int options)
{
	pid_t found;

	do {
		found = waitpid(child, status, options);
	} while (found < 0 && errno == EINTR);
	return found == child ? 0 : -errno;
}

static bool goes_on(pid_t child)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)child, &info, WCONTINUED | WNOHANG | WNOWAIT) ||
	       info.si_pid;
}

/*
 * The program has stopped, so this command does: a shell that sees it stop earlier
 * asks for the next line while the program may still read. A SIGCONT for both that
 * comes before the signal takes that away; one that came even earlier has let the
 * program go on.
 */
static void stop_as(pid_t child, int number)
{
	struct sigaction before;
	sigset_t set;
	int status;

	is_continued = 0;
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(number, NULL, &before);
	signal(number, SIG_DFL);
	raise(number);
	if (goes_on(child))
		signal(number, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigaction(number, &before, NULL);
	/* whoever starts only this command again means both */
	if (is_continued && waitpid(child, &status, WCONTINUED | WNOHANG) == 0)
		kill(child, SIGCONT);
}

/* Waits for its end, and stops whenever it stops. */
static int wait_for_end(pid_t child, int *status)
{
	int err;

	take_signal(SIGTSTP, let_program_decide);
	take_signal(SIGCONT, note_continued);
	for (;;) {
		err = wait_for(child, status, WUNTRACED);
		if (err || !WIFSTOPPED(*status))
			return err;
		stop_as(child, WSTOPSIG(*status));
	}
}

/* As the program ended, so that whoever waits for this command sees the same. */
static enum status end_as(int status)
{
	const struct rlimit none = { 0, 0 };
	sigset_t set;

	if (WIFEXITED(status))
		return (enum status)WEXITSTATUS(status);
	/* there is a core dump already, or is not to be one */
	setrlimit(RLIMIT_CORE, &none);
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, WTERMSIG(status));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(WTERMSIG(status));
	return (enum status)(STATUS_SIGNAL + WTERMSIG(status));
}

/**
 * struct kept - what is said meanwhile, instead of being printed
 * @text:   a file for it; negative: it is printed at once
 * @output: standard output
 * @error:  standard error
 */
struct kept {
	int text;
	int output;
	int error;
};

static void begin_to_keep(struct kept *kept)
{
	fflush(stdout);
	fflush(stderr);
	kept->output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	kept->error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	kept->text = memfd_create("weft-run", MFD_CLOEXEC);
	/* standard output is the program's in any case */
	dup2(kept->text < 0 ? STDERR_FILENO : kept->text, STDOUT_FILENO);
	if (kept->text >= 0)
		dup2(kept->text, STDERR_FILENO);
}

static void put_back(int fd, int kept)
{
	if (kept < 0) {
		close(fd);
		return;
	}
	dup2(kept, fd);
	close(kept);
}

static void stop_keeping(const struct kept *kept, bool is_told)
{
	char text[4096];
	ssize_t got;

	fflush(stdout);
	fflush(stderr);
	put_back(STDOUT_FILENO, kept->output);
	put_back(STDERR_FILENO, kept->error);
	if (kept->text < 0)
		return;
	lseek(kept->text, 0, SEEK_SET);
	while (is_told && (got = read(kept->text, text, sizeof(text))) > 0)
		if (write(STDERR_FILENO, text, (size_t)got) != got)
			break;
	close(kept->text);
}

static enum status move(const struct context *context,
			const struct weft_check_options *check)
{
	struct weft_migrate_options options = {
		.sz = sizeof(options), .pid = check->pid, .node = check->node,
		.timeout_ms = check->timeout_ms,
	};
	struct weft_migrate_result moved = { .sz = sizeof(moved) };
	struct weft_check_result found = { .sz = sizeof(found) };
	enum status status = check_refusals(context, check, &found);

	return status == STATUS_OK ? migrate_move(context, &options, &moved) : status;
}

/* Moves the program, which runs, and waits for its end. */
static enum status follow(const struct context *context, pid_t child,
			  struct weft_check_options *check)
{
	bool is_moved, has_ended;
	struct kept kept;
	int status;

	check->pid = (uint32_t)child;
	begin_to_keep(&kept);
	is_moved = move(context, check) == STATUS_OK;
	has_ended = !is_moved && waitpid(child, &status, WNOHANG) == child;
	stop_keeping(&kept, !is_moved && !has_ended);
	if (has_ended)
		return end_as(status);
	if (!is_moved)
		kill(child, SIGKILL);
	if (wait_for_end(child, &status)) {
		perror("weft: cannot wait for the command");
		return STATUS_NOT_MOVED;
	}
	return is_moved ? end_as(status) : STATUS_NOT_MOVED;
}

static enum status explain_start(const char *name, int err)
{
	fprintf(stderr, "weft: cannot run '%s': %s\n", name, strerror(err));
	return err == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
}

/**
 * command_run() - weft run
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: a node, a command, and its arguments
 *
 * Return: the status of the command; STATUS_NOT_MOVED, STATUS_NOT_EXECUTABLE or
 * STATUS_NOT_FOUND after a sentence.
 */
enum status command_run(struct context *context, int argc, char **argv)
{
	struct weft_check_options check = { .sz = sizeof(check) };
	enum status status;
	pid_t child = -1;
	int first = 1, ended, err;

	if (context->is_json)
		return usage_error("'run' prints what the command prints; leave out --json");
	if (argc > 1 && !strcmp(argv[1], "--"))
		first = 2;
	if (argc <= first)
		return usage_error("'run' needs a node and a command");
	status = check_parse_node(context, argv[0], &check);
	if (status != STATUS_OK)
		return status;
	fflush(stdout);
	err = start(argv + first, &child);
	if (!err)
		return follow(context, child, &check);
	if (child < 0) {
		fprintf(stderr, "weft: cannot start a process: %s\n", strerror(err));
		return STATUS_NOT_MOVED;
	}
	wait_for(child, &ended, 0);
	return explain_start(argv[first], err);
}
