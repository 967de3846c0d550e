// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One request to the daemon, one line each way, over its Unix socket. The
 * meaning of the lines is described in weftd(8); here they are only text.
 */
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* connect() has no deadline of its own; on Unix sockets it obeys this one. */
static int set_connect_timeout(int fd, int timeout_ms)
{
	struct timeval limit = {
		.tv_sec = timeout_ms / 1000,
		.tv_usec = (timeout_ms % 1000) * 1000,
	};

	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)))
		return -errno;
	return 0;
}

static int explain_connect(struct weft *weft, int err)
{
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
		return weft_fail(weft, -ECONNREFUSED,
				 "the weft daemon is not running: nobody listens on %s",
				 weft->socket_path);
	case -EAGAIN:
		return weft_fail(weft, -ETIMEDOUT,
				 "the weft daemon does not accept connections on %s",
				 weft->socket_path);
	default:
		return weft_fail(weft, err,
				 "cannot reach the weft daemon on %s: %s",
				 weft->socket_path, strerror(-err));
	}
}

/* Return: a connected socket or -errno. */
static int connect_daemon(struct weft *weft)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int err, fd;

	if (strlen(weft->socket_path) >= sizeof(address.sun_path))
		return weft_fail(weft, -ENAMETOOLONG,
				 "the path of the daemon's socket is too long: at most %zu bytes",
				 sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, weft->socket_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return explain_connect(weft, -errno);
	err = set_connect_timeout(fd, weft->timeout_ms);
	if (!err && connect(fd, (struct sockaddr *)&address, sizeof(address)))
		err = -errno;
	if (err) {
		close(fd);
		return explain_connect(weft, err);
	}
	return fd;
}

static int send_line(int fd, const char *line, const struct timespec *deadline)
{
	size_t left = strlen(line);
	ssize_t count;
	int err;

	while (left) {
		err = weft_wait(fd, POLLOUT, deadline);
		if (err)
			return err;
		count = send(fd, line, left, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (count < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (count > 0) {
			line += count;
			left -= (size_t)count;
		}
	}
	return 0;
}

/* Reads one line of at most @size - 1 bytes and cuts its newline off. */
static int receive_line(int fd, char *line, size_t size,
			const struct timespec *deadline)
{
	size_t length = 0;
	ssize_t count;
	int err;

	while (length < size - 1) {
		err = weft_wait(fd, POLLIN, deadline);
		if (err)
			return err;
		count = recv(fd, line + length, size - 1 - length,
			     MSG_DONTWAIT);
		if (!count)
			return -ECONNRESET;
		if (count < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (count < 0)
			continue;
		length += (size_t)count;
		if (line[length - 1] != '\n')
			continue;
		line[length - 1] = '\0';
		/* nothing but one line of text: no second one, no NUL */
		return strcspn(line, "\n") == length - 1 ? 0 : -EPROTO;
	}
	return -EPROTO;
}

static int explain_exchange(struct weft *weft, int err)
{
	switch (err) {
	case -ETIMEDOUT:
		return weft_fail(weft, err, "the weft daemon does not answer");
	case -EPROTO:
		return weft_fail(weft, err,
				 "the weft daemon gave an answer that is not understood");
	case -ECONNRESET:
	case -EPIPE:
		return weft_fail(weft, -ECONNRESET,
				 "the weft daemon hung up without an answer");
	default:
		return weft_fail(weft, err, "cannot talk to the weft daemon: %s",
				 strerror(-err));
	}
}

/* One line each way on a new connection. */
static int exchange(struct weft *weft, const char *request,
		    const struct timespec *deadline, char *line)
{
	int err, fd;

	fd = connect_daemon(weft);
	if (fd < 0)
		return fd;
	err = send_line(fd, request, deadline);
	if (!err)
		err = send_line(fd, "\n", deadline);
	if (!err)
		err = receive_line(fd, line, WEFT_DAEMON_REPLY_MAX, deadline);
	close(fd);
	return err ? explain_exchange(weft, err) : 0;
}

/**
 * weft_daemon_ask() - ask the daemon for something
 * @weft:       the handle
 * @request:    one line of JSON, see weftd(8), without its newline
 * @timeout_ms: longest wait for the reply, up to INT32_MAX; 0 means that of the
 *              handle. To connect takes that of the handle in any case
 * @reply:      one line of JSON, likewise; to be released with free(); NULL on
 *              failure. A refusal of the daemon is a reply, too
 *
 * Return: 0; -ECONNREFUSED if the daemon is not running; -EACCES if its socket is
 * not for the caller; -ETIMEDOUT; -ECONNRESET if it hung up; other -errno.
 */
int weft_daemon_ask(struct weft *weft, const char *request,
		    uint32_t timeout_ms, char **reply)
{
	struct timespec deadline;
	char *line;
	int err;

	*reply = NULL;
	if (strchr(request, '\n') || timeout_ms > INT32_MAX)
		return weft_fail(weft, -EINVAL, timeout_ms > INT32_MAX ?
				 "the timeout is too long: at most 2147483647 ms" :
				 "the request is more than one line");
	line = malloc(WEFT_DAEMON_REPLY_MAX);
	if (!line)
		return weft_fail(weft, -ENOMEM, "out of memory");
	weft_deadline(&deadline, timeout_ms ? (int)timeout_ms :
					      weft->timeout_ms);
	err = exchange(weft, request, &deadline, line);
	if (err)
		free(line);
	else
		*reply = line;
	return err;
}

/**
 * weft_daemon_status() - ask the daemon how it is
 * @weft:  the handle
 * @reply: one line of JSON, see weftd(8); to be released with free(); NULL on
 *         failure
 *
 * Return: 0; -ECONNREFUSED if the daemon is not running; -ETIMEDOUT; -EACCES;
 * -ECONNRESET if it hung up; other -errno.
 */
int weft_daemon_status(struct weft *weft, char **reply)
{
	return weft_daemon_ask(weft, "{\"request\":\"status\"}", 0, reply);
}
