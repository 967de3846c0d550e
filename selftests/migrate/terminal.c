// SPDX-License-Identifier: GPL-2.0-only
/*
 * A terminal, and somebody at it:
 *
 *   terminal COMMAND [ARGUMENT...]
 *
 * runs the command at a terminal of its own and does line by line what standard
 * input says:
 *
 *   type TEXT     types it; \n is the return key, ^C and so on a key with Ctrl
 *   expect TEXT   waits until it was shown, behind what was expected last
 *   mode raw      waits until a program reads key by key, as those do that let
 *                 lines be edited
 *   make FILE     makes the file
 *   await FILE    waits until it is there
 *
 * What is shown goes to standard output. Its status is that of the command.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SHOWN_MAX	65536
#define PATIENCE_S	120

/**
 * struct terminal - it
 * @fd:      our end of it
 * @child:   the command
 * @shown:   all that it has shown
 * @len:     so many bytes
 * @seen:    behind what was expected last
 * @is_over: nobody has the other end any more
 */
struct terminal {
	int fd;
	pid_t child;
	char shown[SHOWN_MAX];
	size_t len;
	size_t seen;
	bool is_over;
};

static void give_up(const char *what, const char *which)
{
	dprintf(STDERR_FILENO, "terminal: %s: %s\n", what, which);
	exit(1);
}

/* Looks for up to a twentieth of a second at what is shown. */
static void look(struct terminal *terminal)
{
	struct pollfd poll_fd = { .fd = terminal->fd, .events = POLLIN };
	size_t room = SHOWN_MAX - terminal->len;
	ssize_t got;

	if (terminal->is_over || poll(&poll_fd, 1, 50) <= 0)
		return;
	got = read(terminal->fd, terminal->shown + terminal->len, room);
	if (got <= 0) {
		terminal->is_over = true;
		return;
	}
	if (write(STDOUT_FILENO, terminal->shown + terminal->len, (size_t)got) != got)
		give_up("write", strerror(errno));
	terminal->len += (size_t)got;
}

static void expect(struct terminal *terminal, const char *text)
{
	time_t end = time(NULL) + PATIENCE_S;
	char *found;

	while (!(found = memmem(terminal->shown + terminal->seen,
				terminal->len - terminal->seen, text, strlen(text)))) {
		if (terminal->is_over || time(NULL) > end)
			give_up("it was not shown", text);
		look(terminal);
	}
	terminal->seen = (size_t)(found - terminal->shown) + strlen(text);
}

static void await_raw(struct terminal *terminal)
{
	time_t end = time(NULL) + PATIENCE_S;
	struct termios mode;

	while (tcgetattr(terminal->fd, &mode) || mode.c_lflag & ICANON) {
		if (terminal->is_over || time(NULL) > end)
			give_up("it was not set", "raw");
		look(terminal);
	}
}

static void await_file(struct terminal *terminal, const char *path)
{
	time_t end = time(NULL) + PATIENCE_S;

	while (access(path, F_OK)) {
		if (time(NULL) > end)
			give_up("it did not come", path);
		look(terminal);
	}
}

static void type(struct terminal *terminal, const char *text)
{
	char key;

	for (; *text; text++) {
		key = *text;
		if ((key == '^' || key == '\\') && text[1])
			key = key == '^' ? *++text & 0x1f : *++text == 'n' ? '\r' : *text;
		if (write(terminal->fd, &key, 1) != 1)
			give_up("type", strerror(errno));
	}
}

static void make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || close(fd))
		give_up(path, strerror(errno));
}

static void obey(struct terminal *terminal, char *line)
{
	char *text = strchr(line, ' ');

	line[strcspn(line, "\n")] = 0;
	if (!*line || !text)
		return;
	*text++ = 0;
	if (!strcmp(line, "type"))
		type(terminal, text);
	else if (!strcmp(line, "expect"))
		expect(terminal, text);
	else if (!strcmp(line, "mode"))
		await_raw(terminal);
	else if (!strcmp(line, "make"))
		make_file(text);
	else if (!strcmp(line, "await"))
		await_file(terminal, text);
	else
		give_up("nobody knows how to", line);
}

static void run(const char *name, char **argv)
{
	int fd;

	/* the first terminal that the leader of a session opens is its own */
	setsid();
	fd = open(name, O_RDWR);
	if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	if (fd > 2)
		close(fd);
	execvp(argv[0], argv);
	_exit(127);
}

static void start(struct terminal *terminal, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char name[64];

	terminal->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal->fd < 0 || grantpt(terminal->fd) || unlockpt(terminal->fd) ||
	    ptsname_r(terminal->fd, name, sizeof(name)) ||
	    ioctl(terminal->fd, TIOCSWINSZ, &size))
		give_up("a terminal", strerror(errno));
	terminal->child = fork();
	if (terminal->child < 0)
		give_up("fork", strerror(errno));
	if (!terminal->child)
		run(name, argv);
}

int main(int argc, char **argv)
{
	static struct terminal terminal;
	char line[1024];
	int status;

	if (argc < 2) {
		dprintf(STDERR_FILENO, "usage: terminal COMMAND [ARGUMENT...]\n");
		return 2;
	}
	start(&terminal, argv + 1);
	while (fgets(line, sizeof(line), stdin))
		obey(&terminal, line);
	while (!terminal.is_over)
		look(&terminal);
	if (waitpid(terminal.child, &status, 0) != terminal.child)
		give_up("waitpid", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
