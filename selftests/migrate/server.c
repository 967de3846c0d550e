// SPDX-License-Identifier: GPL-2.0-only
/*
 * A server, and clients that notice when it is not what it was:
 *
 *   server serve PATH          prints its port; ends with the file PATH
 *   server clients PORT PATH   COUNT clients; ends with the file PATH
 *
 * A client sends a block of numbers, each of any length, and wants all of them
 * back, each one more, in order, over the connection that it made once. The
 * server uses epoll(7) on descriptors that do not block, as real ones do.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define CLIENTS		8
#define BLOCK_MAX	6000
#define ROUNDS_AFTER	8
#define TIMEOUT_S	60

/**
 * struct connection - of the server, with one client
 * @fd:     of it
 * @len:    bytes that are to be sent
 * @done:   how many of them have been
 * @bytes:  them
 */
struct connection {
	int fd;
	size_t len;
	size_t done;
	uint8_t bytes[4096];
};

static void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "server: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void check(bool is_well, const char *what)
{
	if (!is_well)
		give_up(what);
}

static void watch(int epoll, int operation, struct connection *connection,
		  uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = connection };

	check(!epoll_ctl(epoll, operation, connection->fd, &event), "epoll_ctl");
}

static void take_client(int epoll, int listener)
{
	struct connection *connection;
	struct sockaddr_in address;
	socklen_t len = sizeof(address);
	int one = 1, fd;

	fd = accept4(listener, (struct sockaddr *)&address, &len,
		     SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0 && errno == EAGAIN)
		return;
	check(fd >= 0, "accept4");
	check(len == sizeof(address) && address.sin_family == AF_INET, "its address");
	check(!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)), "TCP_NODELAY");
	connection = calloc(1, sizeof(*connection));
	check(connection, "memory");
	connection->fd = fd;
	watch(epoll, EPOLL_CTL_ADD, connection, EPOLLIN | EPOLLRDHUP);
}

/* Return: false when it has gone. */
static bool receive(struct connection *connection)
{
	struct iovec parts[] = {
		{ connection->bytes, 100 },
		{ connection->bytes + 100, sizeof(connection->bytes) - 100 },
	};
	ssize_t got = readv(connection->fd, parts, 2);
	ssize_t i;

	if (got < 0 && errno == EAGAIN)
		return true;
	check(got >= 0, "readv");
	for (i = 0; i < got; i++)
		connection->bytes[i]++;
	connection->len = (size_t)got;
	connection->done = 0;
	return got;
}

static void answer(struct connection *connection)
{
	ssize_t done = send(connection->fd, connection->bytes + connection->done,
			    connection->len - connection->done, MSG_NOSIGNAL);

	if (done < 0 && errno == EAGAIN)
		return;
	check(done >= 0, "send");
	connection->done += (size_t)done;
}

static void see_to(int epoll, struct connection *connection)
{
	if (connection->done == connection->len && !receive(connection)) {
		close(connection->fd);
		free(connection);
		return;
	}
	if (connection->done < connection->len)
		answer(connection);
	watch(epoll, EPOLL_CTL_MOD, connection,
	      connection->done < connection->len ? EPOLLOUT : EPOLLIN | EPOLLRDHUP);
}

static int listen_anywhere(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(fd >= 0 && !bind(fd, (struct sockaddr *)&address, len) &&
	      !listen(fd, CLIENTS) &&
	      !getsockname(fd, (struct sockaddr *)&address, &len), "a port");
	dprintf(STDOUT_FILENO, "%d\n", ntohs(address.sin_port));
	return fd;
}

static int serve(const char *path)
{
	struct connection listener = { .fd = listen_anywhere() };
	int epoll = epoll_create1(EPOLL_CLOEXEC), count, i;
	struct epoll_event events[CLIENTS];
	sigset_t none;

	sigemptyset(&none);
	check(epoll >= 0, "epoll_create1");
	watch(epoll, EPOLL_CTL_ADD, &listener, EPOLLIN);
	while (access(path, F_OK)) {
		count = epoll_pwait(epoll, events, CLIENTS, 200, &none);
		check(count >= 0, "epoll_pwait");
		for (i = 0; i < count; i++) {
			if (events[i].data.ptr == &listener)
				take_client(epoll, listener.fd);
			else
				see_to(epoll, events[i].data.ptr);
		}
	}
	return 0;
}

static int connect_to(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port) };
	struct timeval patience = { TIMEOUT_S, 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)),
	      "connect");
	check(!setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)),
	      "SO_RCVTIMEO");
	return fd;
}

/* Sends one block and takes it back; nobody else speaks on this connection. */
static void exchange(int fd, unsigned int round)
{
	static uint8_t sent[BLOCK_MAX], got[BLOCK_MAX];
	size_t len = 1 + round * 7919 % BLOCK_MAX, have = 0, i;
	ssize_t done;

	for (i = 0; i < len; i++)
		sent[i] = (uint8_t)(i * 31 + round);
	/* what the server holds back fits into the buffers of the connection */
	check(write(fd, sent, len) == (ssize_t)len, "write");
	while (have < len) {
		done = read(fd, got + have, len - have);
		check(done > 0, "no answer");
		have += (size_t)done;
	}
	for (i = 0; i < len; i++)
		check(got[i] == (uint8_t)(sent[i] + 1), "a wrong answer");
}

static int be_clients(int port, const char *path)
{
	unsigned int left = ROUNDS_AFTER, round = 0;
	int fd[CLIENTS], i;

	for (i = 0; i < CLIENTS; i++)
		fd[i] = connect_to(port);
	while (access(path, F_OK) || left--) {
		for (i = 0; i < CLIENTS; i++)
			exchange(fd[i], round * CLIENTS + (unsigned int)i);
		/* each has said something */
		if (!round++)
			dprintf(STDOUT_FILENO, "ready\n");
	}
	for (i = 0; i < CLIENTS; i++)
		check(!shutdown(fd[i], SHUT_WR) && !read(fd[i], &round, 1), "the end");
	dprintf(STDOUT_FILENO, "%d clients noticed nothing\n", CLIENTS);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "clients"))
		return be_clients(atoi(argv[2]), argv[3]);
	dprintf(STDERR_FILENO, "usage: server serve PATH | server clients PORT PATH\n");
	return 2;
}
