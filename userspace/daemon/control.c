// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket. A connection carries one request and one reply, each one
 * line, and lives CLIENT_SECONDS at most. Nobody can make the daemon wait or
 * grow: sockets never block, a client has one buffer of fixed size and one
 * reply, and there are CONTROL_CLIENTS_MAX places.
 *
 * Who may connect is decided by the mode of the socket: root and group root.
 */
#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CLIENT_SECONDS	5
#define SOCKET_MODE	0660
#define BACKLOG		16
#define LOCK_SUFFIX	".lock"

/**
 * struct client - one connection
 * @source:   its socket
 * @control:  where it belongs
 * @place:    its place in @control->clients
 * @deadline: on the monotonic clock; then the connection ends
 * @length:   bytes in @request
 * @reply:    what is still to be sent, NULL while the request is incomplete
 * @sent:     bytes of @reply that are on their way
 * @request:  what has arrived
 */
struct client {
	struct loop_source source;
	struct control *control;
	unsigned int place;
	time_t deadline;
	size_t length;
	char *reply;
	size_t sent;
	char request[REQUEST_LEN_MAX];
};

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void client_free(struct client *client)
{
	loop_remove(client->control->loop, &client->source);
	close(client->source.fd);
	client->control->clients[client->place] = NULL;
	free(client->reply);
	free(client);
}

/* Sends what can be sent; ends the connection when all is sent or lost. */
static void send_reply(struct client *client)
{
	const char *rest = client->reply + client->sent;
	ssize_t count;

	count = send(client->source.fd, rest, strlen(rest),
		     MSG_DONTWAIT | MSG_NOSIGNAL);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count > 0)
		client->sent += (size_t)count;
	if (count < 0 || !client->reply[client->sent])
		client_free(client);
}

static void start_reply(struct client *client, char *reply)
{
	client->reply = reply;
	if (!reply || loop_change(client->control->loop, &client->source,
				  EPOLLOUT))
		client_free(client);
	else
		send_reply(client);
}

static void do_request(struct client *client, size_t length)
{
	struct control *control = client->control;
	struct status status = { 0 };

	log_write(control->log, LOG_DEBUG, "request: %.*s", (int)length,
		  client->request);
	control->status(&status, control->arg);
	start_reply(client, request_answer(client->request, length, &status));
}

static void receive_request(struct client *client)
{
	char *end;
	ssize_t count;

	count = recv(client->source.fd, client->request + client->length,
		     sizeof(client->request) - client->length, MSG_DONTWAIT);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0) {
		client_free(client);
		return;
	}
	client->length += (size_t)count;
	end = memchr(client->request, '\n', client->length);
	if (end)
		do_request(client, (size_t)(end - client->request));
	else if (client->length == sizeof(client->request))
		start_reply(client, request_refuse("too-long",
						   "the request is too long"));
}

static void client_ready(struct loop_source *source, uint32_t events)
{
	struct client *client = container_of(source, struct client, source);

	if (client->reply && events & (EPOLLERR | EPOLLHUP))
		client_free(client);
	else if (client->reply)
		send_reply(client);
	else
		receive_request(client);
}

static int free_place(const struct control *control)
{
	int i;

	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		if (!control->clients[i])
			return i;
	}
	return -1;
}

static void client_new(struct control *control, int fd)
{
	int place = free_place(control);
	struct client *client;

	client = place < 0 ? NULL : calloc(1, sizeof(*client));
	if (!client) {
		close(fd);
		return;
	}
	client->source.fd = fd;
	client->source.ready = client_ready;
	client->control = control;
	client->place = (unsigned int)place;
	client->deadline = seconds_now() + CLIENT_SECONDS;
	control->clients[place] = client;
	if (loop_add(control->loop, &client->source, EPOLLIN))
		client_free(client);
}

static void listener_ready(struct loop_source *source, uint32_t events)
{
	struct control *control = container_of(source, struct control,
					       listener);
	int fd;

	(void)events;
	fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0) {
		client_new(control, fd);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		   errno == ENOMEM) {
		/* the waiting client would be reported again and again */
		loop_remove(control->loop, source);
		control->is_paused = true;
	}
}

/* Removes what a dead daemon left. The lock says that no live one is there. */
static int remove_stale(const struct control *control)
{
	struct stat stat;

	if (lstat(control->path, &stat))
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(stat.st_mode)) {
		log_write(control->log, LOG_ERR,
			  "%s exists and is not a socket: remove it or choose another --socket",
			  control->path);
		return -EEXIST;
	}
	return unlink(control->path) ? -errno : 0;
}

/**
 * control_claim() - make sure that no other daemon serves this socket
 * @control: with @loop, @log, @status, @arg and @path set, the rest zero
 *
 * Return: 0 with the lock held until control_close(), or -errno after a log
 * line.
 */
int control_claim(struct control *control)
{
	struct sockaddr_un address;
	pid_t holder;
	int err;

	control->listener.fd = -1;
	control->lock.fd = -1;
	if (strlen(control->path) >= sizeof(address.sun_path)) {
		log_write(control->log, LOG_ERR,
			  "the path of the control socket is too long: at most %zu bytes",
			  sizeof(address.sun_path) - 1);
		return -ENAMETOOLONG;
	}
	if (asprintf(&control->lock_path, "%s" LOCK_SUFFIX, control->path) < 0) {
		control->lock_path = NULL;
		return -ENOMEM;
	}
	err = lockfile_acquire(&control->lock, control->lock_path, &holder);
	if (err == -EBUSY)
		log_write(control->log, LOG_ERR,
			  "another weftd, process %d, already serves %s",
			  (int)holder, control->path);
	else if (err)
		log_write(control->log, LOG_ERR, "cannot lock %s: %s",
			  control->lock_path, strerror(-err));
	return err;
}

/**
 * control_open() - begin to serve
 * @control: claimed by control_claim()
 *
 * Return: 0, or -errno after a log line.
 */
int control_open(struct control *control)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int err, fd;

	err = remove_stale(control);
	if (err == -EEXIST)
		return err;
	if (err)
		goto err_log;
	strcpy(address.sun_path, control->path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		err = -errno;
		goto err_log;
	}
	/* nobody can connect before listen(), so the mode is never too wide */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    chmod(control->path, SOCKET_MODE) || listen(fd, BACKLOG)) {
		err = -errno;
		goto err_close;
	}
	control->listener.fd = fd;
	control->listener.ready = listener_ready;
	err = loop_add(control->loop, &control->listener, EPOLLIN);
	if (!err)
		return 0;
	control->listener.fd = -1;

err_close:
	close(fd);
err_log:
	log_write(control->log, LOG_ERR, "cannot serve %s: %s", control->path,
		  strerror(-err));
	return err;
}

/**
 * control_tick() - end connections that took too long
 * @control: the control socket; call about once a second
 */
void control_tick(struct control *control)
{
	time_t now = seconds_now();
	int i;

	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		if (control->clients[i] && control->clients[i]->deadline <= now)
			client_free(control->clients[i]);
	}
	if (control->is_paused)
		control->is_paused = loop_add(control->loop,
					      &control->listener, EPOLLIN);
}

/**
 * control_close() - hang up on everybody and remove the socket
 * @control: as control_claim() or control_open() left it
 */
void control_close(struct control *control)
{
	int i;

	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		if (control->clients[i])
			client_free(control->clients[i]);
	}
	if (control->listener.fd >= 0) {
		loop_remove(control->loop, &control->listener);
		close(control->listener.fd);
		unlink(control->path);
		control->listener.fd = -1;
	}
	lockfile_release(&control->lock);
	free(control->lock_path);
	control->lock_path = NULL;
}
