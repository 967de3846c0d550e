// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other end of a connection of weftd, well-behaved or not:
 *
 *   peer_client SOURCE TARGET hello FROM TO INCARNATION LANE CLUSTER same|other
 *	greets; prints "welcome", "refusal REASON", "closed" or "silence"
 *   peer_client SOURCE TARGET garbage COUNT
 *	sends COUNT random bytes; prints "closed" or "silence"
 *   peer_client SOURCE TARGET drip
 *	sends a byte twice a second; prints "closed MILLISECONDS" or "silence"
 *   peer_client SOURCE TARGET crowd COUNT
 *	connects COUNT times; prints how many live after a second: "alive N";
 *	holds them until they are closed
 *   peer_client SOURCE - count MILLISECONDS
 *	listens, hangs up on everybody, prints "count N"
 *   peer_client SOURCE - serve FROM TO INCARNATION LANE CLUSTER same|other
 *	listens, answers one hello with a welcome for its lane XOR LANE; prints
 *	what becomes of it: "closed" or "silence"
 *
 * SOURCE and TARGET are ADDRESS:PORT, a SOURCE that dials may have no port. Every
 * wait has an end.
 */
#include "greeting.h"
#include "loop.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define PATIENCE_MS	8000
#define CROWD_MAX	1000
#define DRIP_MS		500

/* Where it is in a greeting on the wire. */
#define AT_VERSION	4
#define AT_LANE		72

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int open_socket(const char *text)
{
	struct address address;
	int yes = 1;
	int fd;

	if (!address_parse(&address, text))
		exit(2);
	fd = socket(address.any.sa_family, SOCK_STREAM, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes,
				 sizeof(yes)) ||
	    bind(fd, &address.any, address_length(&address)))
		die(text);
	return fd;
}

static int dial(const char *source, const char *target)
{
	int fd = open_socket(source);
	struct address address;

	if (!address_parse(&address, target) ||
	    connect(fd, &address.any, address_length(&address)))
		die(target);
	return fd;
}

static bool is_readable(int fd, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, timeout_ms) > 0;
}

/* Arguments FROM TO INCARNATION LANE CLUSTER same/other, which is the version. */
static void make_greeting(uint8_t bytes[GREETING_LEN], char **words,
			  enum greeting_kind kind)
{
	struct greeting greeting = {
		.kind = kind,
		.from = (uint32_t)atoi(words[0]),
		.to = (uint32_t)atoi(words[1]),
		.incarnation = strtoull(words[2], NULL, 10),
		.lane = (enum weft_lane_id)atoi(words[3]),
		.epoch = 1,
		.members = ~0ULL,
	};

	snprintf(greeting.cluster, sizeof(greeting.cluster), "%s", words[4]);
	greeting_encode(&greeting, bytes);
	if (strcmp(words[5], "same"))
		bytes[AT_VERSION]++;
}

/* What the other end says next. */
static void print_answer(int fd)
{
	uint8_t bytes[GREETING_LEN];
	struct greeting greeting;

	if (!is_readable(fd, PATIENCE_MS))
		puts("silence");
	else if (recv(fd, bytes, sizeof(bytes), MSG_WAITALL) != sizeof(bytes))
		puts("closed");
	else if (greeting_decode(&greeting, bytes) != REFUSAL_NONE)
		puts("nonsense");
	else if (greeting.kind == GREETING_WELCOME)
		puts("welcome");
	else
		printf("refusal %s\n", refusal_name(greeting.reason));
}

static void say_hello(int fd, char **words)
{
	uint8_t bytes[GREETING_LEN];

	make_greeting(bytes, words, GREETING_HELLO);
	if (send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL) != sizeof(bytes))
		die("send");
	print_answer(fd);
}

static void send_garbage(int fd, size_t count)
{
	uint8_t bytes[4096];

	if (count > sizeof(bytes) ||
	    getrandom(bytes, count, 0) != (ssize_t)count)
		exit(2);
	(void)!send(fd, bytes, count, MSG_NOSIGNAL);
	print_answer(fd);
}

static void drip(int fd)
{
	int64_t start_ms = loop_now_ms();

	while (loop_now_ms() - start_ms < PATIENCE_MS) {
		(void)!send(fd, "w", 1, MSG_NOSIGNAL);
		if (is_readable(fd, DRIP_MS)) {
			printf("closed %d\n", (int)(loop_now_ms() - start_ms));
			return;
		}
	}
	puts("silence");
}

static void come_in_crowds(const char *source, const char *target, int count)
{
	int fds[CROWD_MAX];
	int alive = 0;
	int i;

	if (count > CROWD_MAX)
		exit(2);
	for (i = 0; i < count; i++)
		fds[i] = dial(source, target);
	usleep(1000000);
	for (i = 0; i < count; i++)
		alive += !is_readable(fds[i], 0);
	printf("alive %d\n", alive);
	fflush(stdout);
	for (i = 0; i < count; i++)
		is_readable(fds[i], PATIENCE_MS);
}

static void count_dials(int fd, int milliseconds)
{
	int64_t end_ms = loop_now_ms() + milliseconds;
	int count = 0;

	while (loop_now_ms() < end_ms) {
		if (is_readable(fd, (int)(end_ms - loop_now_ms()))) {
			close(accept(fd, NULL, NULL));
			count++;
		}
	}
	printf("count %d\n", count);
}

static void serve(int fd, char **words)
{
	uint8_t bytes[GREETING_LEN];
	uint8_t hello[GREETING_LEN];
	int client;

	if (!is_readable(fd, PATIENCE_MS))
		exit(1);
	client = accept(fd, NULL, NULL);
	if (recv(client, hello, sizeof(hello), MSG_WAITALL) != sizeof(hello))
		exit(1);
	make_greeting(bytes, words, GREETING_WELCOME);
	bytes[AT_LANE] ^= hello[AT_LANE];
	(void)!send(client, bytes, sizeof(bytes), MSG_NOSIGNAL);
	print_answer(client);
}

static int listen_at(const char *source)
{
	int fd = open_socket(source);

	if (listen(fd, 64))
		die("listen");
	return fd;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 3 ? argv[3] : "";

	if (argc == 10 && !strcmp(verb, "hello"))
		say_hello(dial(argv[1], argv[2]), argv + 4);
	else if (argc == 10 && !strcmp(verb, "serve"))
		serve(listen_at(argv[1]), argv + 4);
	else if (argc == 5 && !strcmp(verb, "garbage"))
		send_garbage(dial(argv[1], argv[2]), (size_t)atoi(argv[4]));
	else if (argc == 5 && !strcmp(verb, "crowd"))
		come_in_crowds(argv[1], argv[2], atoi(argv[4]));
	else if (argc == 5 && !strcmp(verb, "count"))
		count_dials(listen_at(argv[1]), atoi(argv[4]));
	else if (argc == 4 && !strcmp(verb, "drip"))
		drip(dial(argv[1], argv[2]));
	else
		return 2;
	return 0;
}
