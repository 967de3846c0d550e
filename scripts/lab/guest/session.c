// SPDX-License-Identifier: GPL-2.0-only
/*
 * One server process for each serial port: one session at a time, one command
 * in it. What the command writes goes to the host in order, what the host
 * sends is its standard input. When the host goes away the command's process
 * group is killed. A slow command holds up only its own port.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

/* How long the host may be away without having left. */
#define HOST_RETURNS_MS		1000

/**
 * struct session - one connection of the host
 * @port:    the serial port
 * @child:   the command, or 0
 * @in:      write end of its standard input, or -1
 * @out:     read end of its standard output, or -1
 * @err:     read end of its standard error, or -1
 * @signals: signalfd for SIGCHLD
 * @input:   received, not yet taken by the command
 * @input_at, @input_len: the part of @input that is left
 * @input_end: the host has no more input
 */
struct session {
	int port;
	pid_t child;
	int in;
	int out;
	int err;
	int signals;
	unsigned char input[GUEST_FRAME_MAX];
	size_t input_at;
	size_t input_len;
	int input_end;
};

/*
 * The kernel delivers "the host left" by another queue than data, and late: it
 * can arrive after the first bytes of the next host, which "the host came"
 * then follows. So only an absence that lasts is believed; a new host that is
 * taken for the old one says hello, see greet_again(). SIGIO tells of changes.
 */
static int host_is_gone(int port)
{
	struct timespec limit = { .tv_nsec = HOST_RETURNS_MS / 20 * 1000000 };
	struct pollfd fd = { port, POLLIN, 0 };
	sigset_t set;
	int tries;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	for (tries = 0; tries < 20; tries++) {
		if (poll(&fd, 1, 0) >= 0 && !(fd.revents & POLLHUP))
			return 0;
		sigtimedwait(&set, NULL, &limit);
	}
	return 1;
}

static int read_full(int port, void *data, size_t length)
{
	ssize_t n;

	for (; length; length -= n, data = (char *)data + n) {
		n = read(port, data, length);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0 || (!n && host_is_gone(port)))
			return -EPIPE;
	}
	return 0;
}

static int write_full(int fd, const void *data, size_t length)
{
	ssize_t n;

	for (; length; length -= n, data = (const char *)data + n) {
		n = write(fd, data, length);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return -EPIPE;
	}
	return 0;
}

static int send_frame(struct session *s, int type, const void *data, uint32_t length)
{
	unsigned char header[5];

	header[0] = type;
	memcpy(header + 1, &length, 4);		/* x86: little-endian */
	if (write_full(s->port, header, sizeof(header)))
		return -EPIPE;
	return length ? write_full(s->port, data, length) : 0;
}

static int send_failure(struct session *s, const char *what, int err)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(err));
	return send_frame(s, FRAME_FAILURE, text, strlen(text));
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The child: never returns. Tells @report the errno if it cannot start. */
static void run_command(uint32_t node, char **argv, char **envp, int *fds, int report)
{
	sigset_t none;
	int err;

	setsid();
	dup2(fds[0], 0);
	dup2(fds[1], 1);
	dup2(fds[2], 2);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	err = -node_enter(node);
	if (!err) {
		while (*envp)
			putenv(*envp++);
		if (chdir("/root"))
			err = errno;
		execvp(argv[0], argv);
		err = errno;
	}
	if (write(report, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

static int start(struct session *s, uint32_t node, char **argv, char **envp)
{
	int in[2], out[2], err[2], report[2];
	int failed = 0;

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) ||
	    pipe2(err, O_CLOEXEC) || pipe2(report, O_CLOEXEC))
		return send_failure(s, "pipe", errno);
	s->child = fork();
	if (!s->child) {
		int fds[3] = { in[0], out[1], err[1] };

		run_command(node, argv, envp, fds, report[1]);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	close(report[1]);
	s->in = in[1];
	s->out = out[0];
	s->err = err[0];
	fcntl(s->in, F_SETFL, O_NONBLOCK);
	fcntl(s->out, F_SETFL, O_NONBLOCK);
	fcntl(s->err, F_SETFL, O_NONBLOCK);
	if (s->child < 0)
		failed = EAGAIN;
	else if (read(report[0], &failed, sizeof(failed)) != sizeof(failed))
		failed = 0;
	close(report[0]);
	if (!failed)
		return 0;
	return send_failure(s, argv[0], failed);
}

/* Splits @data, which ends with a NUL, into strings. */
static int parse_exec(struct session *s, char *data, uint32_t length)
{
	static char *words[4096];
	uint32_t node, argc, n = 0;
	char *at = data + 8;

	if (length < 10 || data[length - 1] || s->child)
		return -EPROTO;
	memcpy(&node, data, 4);
	memcpy(&argc, data + 4, 4);
	/* argv, NULL, environment, NULL */
	for (; at < data + length && n < 4094; at += strlen(at) + 1) {
		if (n == argc)
			words[n++] = NULL;
		words[n++] = at;
	}
	if (at < data + length)
		return send_failure(s, "arguments", E2BIG);
	if (n == argc)
		words[n++] = NULL;
	words[n] = NULL;
	if (!argc || n <= argc)
		return -EPROTO;
	return start(s, node, words, words + argc + 1);
}

static int parse_node(struct session *s, const char *data, uint32_t length)
{
	uint32_t index, reply;
	pid_t holder;
	int err;

	if (length < 6 || data[length - 1])
		return -EPROTO;
	memcpy(&index, data, 4);
	err = node_create(index, data + 4, &holder);
	if (err)
		return send_failure(s, "namespaces", -err);
	reply = holder;
	return send_frame(s, FRAME_DONE, &reply, 4);
}

static void end_session(struct session *s)
{
	if (s->child > 0) {
		kill(-s->child, SIGKILL);
		kill(s->child, SIGKILL);
		waitpid(s->child, NULL, 0);
	}
	s->child = 0;
	close_fd(&s->in);
	close_fd(&s->out);
	close_fd(&s->err);
	s->input_len = 0;
	s->input_end = 0;
}

/*
 * The host left and came back before we noticed, or was impatient: its hello
 * stands where a frame should. The first bytes of it are read already.
 */
static int greet_again(struct session *s, const unsigned char *start, size_t have)
{
	char hello[GUEST_MAGIC_LEN + GUEST_NONCE_LEN];

	memcpy(hello, start, have);
	if (read_full(s->port, hello + have, sizeof(hello) - have) ||
	    memcmp(hello, GUEST_MAGIC, GUEST_MAGIC_LEN))
		return -EPROTO;
	end_session(s);
	return write_full(s->port, hello, sizeof(hello));
}

static int receive_frame(struct session *s)
{
	static char data[GUEST_FRAME_MAX];
	unsigned char header[5];
	uint32_t length, number;

	if (read_full(s->port, header, sizeof(header)))
		return -EPIPE;
	if (!memcmp(header, GUEST_MAGIC, sizeof(header)))
		return greet_again(s, header, sizeof(header));
	memcpy(&length, header + 1, 4);
	if (length > sizeof(data) || read_full(s->port, data, length))
		return -EPIPE;
	switch (header[0]) {
	case FRAME_EXEC:
		return parse_exec(s, data, length);
	case FRAME_NODE:
		return parse_node(s, data, length);
	case FRAME_INPUT:
		s->input_end |= !length;
		memcpy(s->input, data, length);
		s->input_at = 0;
		s->input_len = length;
		return 0;
	case FRAME_SIGNAL:
		if (length != 4)
			return -EPROTO;
		memcpy(&number, data, 4);
		if (s->child > 0)
			kill(-s->child, number);
		return 0;
	}
	return -EPROTO;
}

/* Returns 1 when there is nothing more to read now. */
static int forward(struct session *s, int *fd, int type)
{
	static char data[32 * 1024];
	ssize_t n;

	if (*fd < 0)
		return 1;
	n = read(*fd, data, sizeof(data));
	if (n < 0)
		return 1;
	if (!n) {
		close_fd(fd);
		return 1;
	}
	return send_frame(s, type, data, n);
}

static void feed(struct session *s)
{
	ssize_t n;

	if (s->in < 0) {
		s->input_len = 0;
	} else if (s->input_len) {
		n = write(s->in, s->input + s->input_at, s->input_len);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			close_fd(&s->in);
			s->input_len = 0;
		} else if (n > 0) {
			s->input_at += n;
			s->input_len -= n;
		}
	}
	if (!s->input_len && s->input_end)
		close_fd(&s->in);
}

/* Returns 1 when the command ended and all it wrote was sent. */
static int reap(struct session *s)
{
	struct signalfd_siginfo info;
	uint32_t status;
	int state;

	while (read(s->signals, &info, sizeof(info)) > 0)
		;
	if (s->child <= 0 || waitpid(s->child, &state, WNOHANG) != s->child)
		return 0;
	s->child = 0;
	while (!forward(s, &s->out, FRAME_OUTPUT))
		;
	while (!forward(s, &s->err, FRAME_ERROR))
		;
	status = state;
	send_frame(s, FRAME_EXIT, &status, 4);
	return 1;
}

static void serve_frames(struct session *s)
{
	struct pollfd fds[5];

	for (;;) {
		feed(s);
		/* Input that waits for the command holds back the next frame. */
		fds[0] = (struct pollfd){ s->port, s->input_len ? 0 : POLLIN, 0 };
		fds[1] = (struct pollfd){ s->signals, POLLIN, 0 };
		fds[2] = (struct pollfd){ s->out, POLLIN, 0 };
		fds[3] = (struct pollfd){ s->err, POLLIN, 0 };
		fds[4] = (struct pollfd){ s->input_len ? s->in : -1, POLLOUT, 0 };
		if (poll(fds, 5, -1) < 0 && errno != EINTR)
			return;
		if (fds[2].revents && forward(s, &s->out, FRAME_OUTPUT) < 0)
			return;
		if (fds[3].revents && forward(s, &s->err, FRAME_ERROR) < 0)
			return;
		if (fds[1].revents && reap(s))
			return;
		if (fds[0].revents & POLLIN) {
			if (receive_frame(s))
				return;
		} else if ((fds[0].revents & (POLLHUP | POLLERR)) &&
			   host_is_gone(s->port)) {
			return;
		}
	}
}

/* Drops what an earlier session left, until the host says hello. */
static int greet(struct session *s)
{
	char hello[GUEST_MAGIC_LEN + GUEST_NONCE_LEN];
	size_t have = 0;

	while (have < GUEST_MAGIC_LEN) {
		if (read_full(s->port, hello + have, 1))
			return -EPIPE;
		if (hello[have] == GUEST_MAGIC[have])
			have++;
		else
			have = hello[have] == GUEST_MAGIC[0];
	}
	if (read_full(s->port, hello + have, GUEST_NONCE_LEN))
		return -EPIPE;
	return write_full(s->port, hello, sizeof(hello));
}

/* The kernel sends SIGIO when the host connects to the port or leaves it. */
static void wait_for_host(int port)
{
	struct timespec limit = { .tv_sec = 5 };
	struct pollfd fd = { port, POLLIN, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	while (poll(&fd, 1, 0) >= 0 && (fd.revents & POLLHUP))
		sigtimedwait(&set, NULL, &limit);
}

static int open_port(unsigned int number)
{
	char path[300], name[32], want[16];
	struct dirent *entry;
	FILE *file;
	DIR *dir;
	int fd = -1;

	snprintf(want, sizeof(want), "weft.%u\n", number);
	dir = opendir("/sys/class/virtio-ports");
	while (dir && fd < 0 && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name",
			 entry->d_name);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (fgets(name, sizeof(name), file) && !strcmp(name, want)) {
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
			fd = open(path, O_RDWR | O_CLOEXEC);
		}
		fclose(file);
	}
	if (dir)
		closedir(dir);
	return fd;
}

void session_serve(unsigned int port)
{
	static struct session s = { .in = -1, .out = -1, .err = -1 };
	sigset_t set;

	setsid();
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGIO);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigdelset(&set, SIGIO);
	s.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	for (s.port = -1; s.port < 0; usleep(s.port < 0 ? 20000 : 0))
		s.port = open_port(port);
	fcntl(s.port, F_SETOWN, getpid());
	fcntl(s.port, F_SETFL, O_ASYNC);
	for (;;) {
		wait_for_host(s.port);
		if (!greet(&s))
			serve_frames(&s);
		end_session(&s);
	}
}
