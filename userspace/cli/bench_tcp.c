// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plain TCP, as a careful program uses it: blocking, without delay, one system
 * call to send and one to receive. This is what weft is measured against.
 */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS_DEFAULT	5000
#define PORT_MAX		65535

static bool is_port(const char *text)
{
	size_t length = strlen(text);

	return length && length <= 5 &&
	       strspn(text, "0123456789") == length && atoi(text) <= PORT_MAX;
}

/**
 * tcp_split() - take HOST:PORT apart
 * @address: "HOST:PORT", "[HOST]:PORT" or "PORT"
 * @host:    the result; empty if there is none
 * @size:    size of @host
 * @port:    the result, inside @address
 *
 * Return: 0, or -EINVAL if it is none of the three.
 */
int tcp_split(const char *address, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(address, ':');
	size_t length = colon ? (size_t)(colon - address) : 0;

	host[0] = '\0';
	*port = colon ? colon + 1 : address;
	if (!is_port(*port))
		return -EINVAL;
	if (length > 2 && address[0] == '[' && address[length - 1] == ']') {
		address++;
		length -= 2;
	} else if (memchr(address, ':', length) ||
		   memchr(address, '[', length)) {
		return -EINVAL;
	}
	if (length >= size || (colon && !length))
		return -EINVAL;
	memcpy(host, address, length);
	host[length] = '\0';
	return 0;
}

static int prepare(int fd, uint32_t timeout_ms)
{
	const struct timeval limit = {
		.tv_sec = timeout_ms / 1000,
		.tv_usec = (timeout_ms % 1000) * 1000,
	};
	const int on = 1;

	/* the limit for sending is that for connecting, too */
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		return -errno;
	return 0;
}

static int connect_one(const struct addrinfo *info, uint32_t timeout_ms)
{
	int err, fd;

	fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC,
		    info->ai_protocol);
	if (fd < 0)
		return -errno;
	err = prepare(fd, timeout_ms);
	if (!err && connect(fd, info->ai_addr, info->ai_addrlen))
		err = errno == EINPROGRESS ? -ETIMEDOUT : -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/**
 * tcp_connect() - a connection to a server
 * @address:    HOST:PORT
 * @timeout_ms: for connecting and for each later send and receive; 0: 5 s
 * @error:      a sentence, on failure
 * @size:       size of @error
 *
 * Return: a blocking socket, or -errno.
 */
int tcp_connect(const char *address, uint32_t timeout_ms, char *error,
		size_t size)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list, *info;
	char host[NI_MAXHOST];
	const char *port;
	int fd = -ENOENT;
	int err;

	err = tcp_split(address, host, sizeof(host), &port);
	if (err || !host[0]) {
		snprintf(error, size, "'%s' is not HOST:PORT", address);
		return -EINVAL;
	}
	err = getaddrinfo(host, port, &hints, &list);
	if (err) {
		snprintf(error, size, "cannot find %s: %s", host,
			 gai_strerror(err));
		return -ENOENT;
	}
	for (info = list; info && fd < 0; info = info->ai_next)
		fd = connect_one(info, timeout_ms ? timeout_ms :
						    TIMEOUT_MS_DEFAULT);
	freeaddrinfo(list);
	if (fd < 0)
		snprintf(error, size,
			 "cannot connect to %s: %s; run 'weft bench tcp-server' there",
			 address, strerror(-fd));
	return fd;
}

/**
 * tcp_send() - send all of it
 * @fd:     a blocking socket
 * @data:   what
 * @length: how many bytes
 *
 * Return: 0 or -errno, -ETIMEDOUT if it took longer than the socket allows.
 */
int tcp_send(int fd, const void *data, size_t length)
{
	const char *bytes = data;
	ssize_t count;

	while (length) {
		count = send(fd, bytes, length, MSG_NOSIGNAL);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		bytes += count;
		length -= (size_t)count;
	}
	return 0;
}

/**
 * tcp_receive() - receive exactly so much
 * @fd:     a blocking socket
 * @data:   where to
 * @length: how many bytes
 *
 * Return: 0 or -errno, -ECONNRESET if the stream ended before, -ETIMEDOUT if it
 * took longer than the socket allows.
 */
int tcp_receive(int fd, void *data, size_t length)
{
	char *bytes = data;
	ssize_t count;

	while (length) {
		count = recv(fd, bytes, length, MSG_WAITALL);
		if (!count)
			return -ECONNRESET;
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		bytes += count;
		length -= (size_t)count;
	}
	return 0;
}

/**
 * tcp_start() - tell the server what will come
 * @fd:      the connection
 * @request: bytes of each request
 * @reply:   bytes of each reply
 *
 * Return: 0 or -errno.
 */
int tcp_start(int fd, uint32_t request, uint32_t reply)
{
	const struct stream_header header = {
		.magic = htonl(STREAM_MAGIC),
		.request = htonl(request),
		.reply = htonl(reply),
	};

	return tcp_send(fd, &header, sizeof(header));
}

/**
 * tcp_exchange() - one request of BENCH_REQUEST_LEN bytes and its replies
 * @fd:      the connection, after tcp_start()
 * @buffer:  at least @reply and BENCH_REQUEST_LEN bytes; filled with the replies
 * @reply:   bytes of each reply
 * @replies: how many of them, 1 to STREAM_REPLIES_MAX
 *
 * Return: 0 or -errno.
 */
int tcp_exchange(int fd, unsigned char *buffer, uint32_t reply,
		 uint32_t replies)
{
	const uint32_t count = htonl(replies);
	int err;

	memcpy(buffer, &count, sizeof(count));
	err = tcp_send(fd, buffer, BENCH_REQUEST_LEN);
	while (!err && replies--)
		err = tcp_receive(fd, buffer, reply);
	return err;
}
