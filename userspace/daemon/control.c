// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket. A connection carries one request and one reply, each one
 * line. Each of the two lives CLIENT_SECONDS at most, and so does what is between
 * them unless it is a job, which has a deadline. Nobody can make the daemon wait or
 * grow: sockets never block, a client has one buffer of fixed size and one
 * reply, and there are CONTROL_CLIENTS_MAX places, some of them for root alone.
 *
 * Who may connect is decided by the mode of the socket: root and group root, or
 * everybody if owners may have their processes moved. What they may ask for is
 * decided by whom the kernel says that they are.
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
#define SOCKET_MODE_OWNERS	0666
#define BACKLOG		16
#define LOCK_SUFFIX	".lock"

/**
 * struct client - one connection
 * @source:   its socket
 * @control:  where it belongs
 * @place:    its place in @control->clients
 * @peer:     who it is
 * @deadline: on the monotonic clock; then the connection ends, unless @job runs
 * @job:      what it waits for, or NULL
 * @length:   bytes in @request
 * @reply:    what is still to be sent, NULL while the request is incomplete
 * @sent:     bytes of @reply that are on their way
 * @request:  what has arrived
 */
struct client {
	struct loop_source source;
	struct control *control;
	unsigned int place;
	struct ucred peer;
	time_t deadline;
	struct job *job;
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
	if (client->job)
		jobs_cancel(client->job);
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
	client->deadline = seconds_now() + CLIENT_SECONDS;
	if (!reply || loop_change(client->control->loop, &client->source,
				  EPOLLOUT))
		client_free(client);
	else
		send_reply(client);
}

static void job_done(void *arg, char *reply)
{
	struct client *client = arg;

	client->job = NULL;
	start_reply(client, reply);
}

/* From here on the client is only watched for its end. */
static void start_job(struct client *client, const struct request *request)
{
	struct control *control = client->control;
	const struct requester requester = {
		.pid = client->peer.pid,
		.uid = client->peer.uid,
		.gid = client->peer.gid,
		.is_open_to_owners = control->is_open_to_owners,
	};
	const char *busy = jobs_refusal(&control->jobs, requester.uid);

	log_write(control->log, request->kind == REQUEST_MIGRATE ? LOG_INFO :
		  LOG_DEBUG, "user %u asks for process %u, node %u",
		  (unsigned int)requester.uid, request->pid, request->node);
	if (busy) {
		start_reply(client, request_refuse("busy", REQUEST_ERROR, busy));
		return;
	}
	client->job = jobs_start(&control->jobs, request, &requester, job_done,
				 client);
	if (!client->job)
		start_reply(client, request_refuse("failed", REQUEST_ERROR,
						   "the daemon failed to do that: see its log"));
	else if (loop_change(control->loop, &client->source, 0))
		client_free(client);
}

static void do_request(struct client *client, size_t length)
{
	struct control *control = client->control;
	struct status status = { 0 };
	struct request request;
	char *refusal;

	log_write(control->log, LOG_DEBUG, "request: %.*s", (int)length,
		  client->request);
	if (!request_parse(client->request, length, &request, &refusal)) {
		start_reply(client, refusal);
	} else if (request.kind != REQUEST_STATUS) {
		start_job(client, &request);
	} else {
		control->status(&status, control->arg);
		start_reply(client, request_answer_status(&status));
	}
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
		start_reply(client, request_refuse("too-long", REQUEST_ERROR,
						   "the request is too long"));
}

static void client_ready(struct loop_source *source, uint32_t events)
{
	struct client *client = container_of(source, struct client, source);

	if ((client->reply || client->job) && events & (EPOLLERR | EPOLLHUP))
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

/* Root, and whoever the daemon itself is, can do it more harm by other means. */
static bool is_trusted(uid_t uid)
{
	return !uid || uid == geteuid();
}

/* Others cannot take the places that root needs, nor those of each other. */
static bool is_crowd(const struct control *control, uid_t uid)
{
	int i, of_users = 0, of_user = 0;

	if (is_trusted(uid))
		return false;
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		if (!control->clients[i] ||
		    is_trusted(control->clients[i]->peer.uid))
			continue;
		of_users++;
		of_user += control->clients[i]->peer.uid == uid;
	}
	return of_users >= CONTROL_USERS_MAX || of_user >= CONTROL_USER_MAX;
}

static void client_new(struct control *control, int fd)
{
	struct client *client = NULL;
	struct ucred peer;
	socklen_t length = sizeof(peer);
	int place = -1;

	if (!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) &&
	    !is_crowd(control, peer.uid))
		place = free_place(control);
	if (place >= 0)
		client = calloc(1, sizeof(*client));
	if (!client) {
		close(fd);
		return;
	}
	client->source.fd = fd;
	client->source.ready = client_ready;
	client->control = control;
	client->place = (unsigned int)place;
	client->peer = peer;
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
 * @control: with @loop, @log, @status, @arg, @path and @is_open_to_owners set,
 *           @jobs prepared, the rest zero
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

static mode_t mode_of(const struct control *control)
{
	return control->is_open_to_owners ? SOCKET_MODE_OWNERS : SOCKET_MODE;
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
	    chmod(control->path, mode_of(control)) || listen(fd, BACKLOG)) {
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
 * control_set_owners() - may owners have their processes moved, from now on?
 * @control:           opened by control_open()
 * @is_open_to_owners: what the configuration says; whoever is not meant may not
 *                     even connect
 *
 * Requests that are being served are not affected.
 *
 * Return: 0; -errno if the mode of the socket stays as it was, after a log line.
 * What may be asked for is changed in any case.
 */
int control_set_owners(struct control *control, bool is_open_to_owners)
{
	int err;

	control->is_open_to_owners = is_open_to_owners;
	if (!chmod(control->path, mode_of(control)))
		return 0;
	err = -errno;
	log_write(control->log, LOG_ERR, "cannot change the mode of %s: %s",
		  control->path, strerror(-err));
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
		struct client *client = control->clients[i];

		if (client && !client->job && client->deadline <= now)
			client_free(client);
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
	jobs_close(&control->jobs);
	lockfile_release(&control->lock);
	free(control->lock_path);
	control->lock_path = NULL;
}
