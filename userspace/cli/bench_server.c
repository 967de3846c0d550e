// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft bench tcp-server: answers as its clients ask, a thread for each. Clients
 * are not trusted: sizes and counts are checked before anything is done with
 * them, memory and threads are bounded, and silence ends a connection.
 */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX	(2 * BENCH_THREADS_MAX)
#define SILENCE_S	120
#define BACKLOG		128
#define PAUSE_US	100000	/* after accept() found no room */

/**
 * struct server - what all threads of the server share
 * @connections: how many there are
 */
struct server {
	atomic_uint connections;
};

/**
 * struct connection - one client
 * @server:  the server
 * @fd:      its socket
 * @request: bytes of a request
 * @reply:   bytes of a reply
 * @buffer:  of the larger of the two sizes
 */
struct connection {
	struct server *server;
	int fd;
	uint32_t request;
	uint32_t reply;
	unsigned char *buffer;
};

static bool is_size(uint32_t size)
{
	return size >= WEFT_ECHO_SIZE_MIN && size <= WEFT_ECHO_BULK_SIZE_MAX;
}

static int receive_header(struct connection *connection)
{
	struct stream_header header;
	int err;

	err = tcp_receive(connection->fd, &header, sizeof(header));
	if (err)
		return err;
	connection->request = ntohl(header.request);
	connection->reply = ntohl(header.reply);
	if (ntohl(header.magic) != STREAM_MAGIC || header.zero ||
	    !is_size(connection->request) || !is_size(connection->reply))
		return -EPROTO;
	return 0;
}

static int serve_request(const struct connection *connection)
{
	uint32_t replies;
	int err;

	err = tcp_receive(connection->fd, connection->buffer,
			  connection->request);
	if (err)
		return err;
	memcpy(&replies, connection->buffer, sizeof(replies));
	replies = ntohl(replies);
	if (!replies || replies > STREAM_REPLIES_MAX)
		return -EPROTO;
	while (!err && replies--)
		err = tcp_send(connection->fd, connection->buffer,
			       connection->reply);
	return err;
}

static void *serve(void *arg)
{
	struct connection *connection = arg;
	size_t size;
	int err;

	err = receive_header(connection);
	if (!err) {
		size = connection->request > connection->reply ?
		       connection->request : connection->reply;
		connection->buffer = calloc(1, size);
		err = connection->buffer ? 0 : -ENOMEM;
	}
	while (!err)
		err = serve_request(connection);
	/* a client that has finished hangs up: that is how it ends */
	if (err != -ECONNRESET && err != -EPIPE)
		fprintf(stderr, "weft: a client is dropped: %s\n",
			strerror(-err));
	close(connection->fd);
	atomic_fetch_sub(&connection->server->connections, 1);
	free(connection->buffer);
	free(connection);
	return NULL;
}

static int prepare_client(int fd)
{
	const struct timeval limit = { .tv_sec = SILENCE_S };
	const int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)))
		return -errno;
	return 0;
}

static int start_thread(struct connection *connection)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int err;

	err = -pthread_attr_init(&attributes);
	if (err)
		return err;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	err = -pthread_create(&thread, &attributes, serve, connection);
	pthread_attr_destroy(&attributes);
	return err;
}

/* Takes over @fd. */
static int serve_client(struct server *server, int fd)
{
	struct connection *connection = NULL;
	int err;

	if (atomic_fetch_add(&server->connections, 1) >= CONNECTIONS_MAX)
		err = -EUSERS;
	else
		err = prepare_client(fd);
	if (!err) {
		connection = calloc(1, sizeof(*connection));
		err = connection ? 0 : -ENOMEM;
	}
	if (!err) {
		connection->server = server;
		connection->fd = fd;
		err = start_thread(connection);
	}
	if (!err)
		return 0;
	atomic_fetch_sub(&server->connections, 1);
	free(connection);
	close(fd);
	return err;
}

static int listen_on(const struct addrinfo *info)
{
	const int on = 1;
	int err, fd;

	fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC,
		    info->ai_protocol);
	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
	    !bind(fd, info->ai_addr, info->ai_addrlen) && !listen(fd, BACKLOG))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Without a host: all addresses, IPv6 with IPv4 in it where there is IPv6. */
static int open_listener(const char *host, const char *port)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE,
		.ai_family = host[0] ? AF_UNSPEC : AF_INET6,
	};
	struct addrinfo *list, *info;
	int fd = -ENOENT;

	if (getaddrinfo(host[0] ? host : NULL, port, &hints, &list))
		list = NULL;
	for (info = list; info && fd < 0; info = info->ai_next)
		fd = listen_on(info);
	if (list)
		freeaddrinfo(list);
	if (fd >= 0 || host[0])
		return fd;
	hints.ai_family = AF_INET;
	if (getaddrinfo(NULL, port, &hints, &list))
		return -ENOENT;
	fd = listen_on(list);
	freeaddrinfo(list);
	return fd;
}

static int print_port(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char port[NI_MAXSERV];

	if (getsockname(fd, (struct sockaddr *)&address, &length))
		return -errno;
	if (getnameinfo((struct sockaddr *)&address, length, NULL, 0, port,
			sizeof(port), NI_NUMERICSERV))
		return -EINVAL;
	printf("listening on port %s\n", port);
	return fflush(stdout) ? -errno : 0;
}

static enum status accept_clients(int fd)
{
	struct server server = { 0 };
	int client, err;

	for (;;) {
		client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (client < 0 && errno != EMFILE && errno != ENFILE &&
		    errno != ECONNABORTED && errno != EINTR)
			break;
		if (client < 0) {
			usleep(PAUSE_US);
			continue;
		}
		err = serve_client(&server, client);
		if (err)
			fprintf(stderr, "weft: a client is refused: %s\n",
				strerror(-err));
	}
	perror("weft: cannot accept clients");
	return STATUS_ERROR;
}

/**
 * bench_server() - weft bench tcp-server
 * @bench: where to listen
 *
 * Return: the exit status; only after a failure.
 */
enum status bench_server(const struct bench *bench)
{
	char host[NI_MAXHOST];
	const char *port;
	int err, fd;

	if (tcp_split(bench->listen, host, sizeof(host), &port))
		return usage_error("'%s' is not [HOST:]PORT", bench->listen);
	fd = open_listener(host, port);
	if (fd < 0) {
		fprintf(stderr, "weft: cannot listen on %s: %s\n",
			bench->listen, strerror(-fd));
		return STATUS_ERROR;
	}
	err = print_port(fd);
	if (!err)
		return accept_clients(fd);
	fprintf(stderr, "weft: cannot say on which port it listens: %s\n",
		strerror(-err));
	close(fd);
	return STATUS_ERROR;
}
