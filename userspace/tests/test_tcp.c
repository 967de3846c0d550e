// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The TCP server of weft bench, as a child of this test, with good clients and
 * with bad ones.
 */
#include "bench.h"
#include "ktap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_MS	5000

/**
 * struct server - the child
 * @pid:     of it
 * @address: where it listens
 */
struct server {
	pid_t pid;
	char address[64];
};

static void start_server(struct server *server)
{
	const struct bench bench = { .listen = "127.0.0.1:0" };
	FILE *output;
	int ends[2];
	char port[8];

	if (pipe(ends))
		abort();
	fflush(stdout);
	server->pid = fork();
	if (!server->pid) {
		dup2(ends[1], STDOUT_FILENO);
		/* its complaints about bad clients are no results */
		if (!freopen("/dev/null", "w", stderr))
			abort();
		_exit(bench_server(&bench));
	}
	close(ends[1]);
	output = fdopen(ends[0], "r");
	if (!output || fscanf(output, "listening on port %7s", port) != 1)
		abort();
	fclose(output);
	snprintf(server->address, sizeof(server->address), "127.0.0.1:%s",
		 port);
}

static void stop_server(const struct server *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
}

static int connect_to(const struct server *server)
{
	char error[BENCH_ERROR_LEN];
	int fd = tcp_connect(server->address, TIMEOUT_MS, error,
			     sizeof(error));

	if (fd < 0)
		printf("# %s\n", error);
	return fd;
}

static void sizes_are_as_asked_for(struct ktap *test)
{
	static const uint32_t sizes[] = { 16, 64, 4096, 262144 };
	unsigned char *buffer = calloc(1, WEFT_ECHO_BULK_SIZE_MAX);
	struct server server;
	size_t i;
	int fd;

	start_server(&server);
	for (i = 0; i < 4; i++) {
		fd = connect_to(&server);
		EXPECT_EQ(test, 0, tcp_start(fd, BENCH_REQUEST_LEN, sizes[i]));
		EXPECT_EQ(test, 0, tcp_exchange(fd, buffer, sizes[i], 1));
		EXPECT_EQ(test, 0, tcp_exchange(fd, buffer, sizes[i], 100));
		/* not one byte more than that */
		EXPECT_EQ(test, -1, recv(fd, buffer, 1, MSG_DONTWAIT));
		close(fd);
	}
	stop_server(&server);
	free(buffer);
}

/* What comes after a header of four numbers: the end, or a timeout. */
static int answer_to(const struct server *server, uint32_t magic,
		     uint32_t request, uint32_t reply, uint32_t replies)
{
	const uint32_t words[] = { htonl(magic), htonl(request), htonl(reply),
				   0, htonl(replies), 0, 0, 0 };
	int fd = connect_to(server);
	char byte;
	int err;

	err = tcp_send(fd, words, sizeof(words));
	if (!err)
		err = tcp_receive(fd, &byte, 1);
	close(fd);
	return err;
}

static void bad_clients_are_dropped(struct ktap *test)
{
	struct server server;

	start_server(&server);
	EXPECT_EQ(test, 0, answer_to(&server, STREAM_MAGIC, 16, 16, 1));
	EXPECT_EQ(test, -ECONNRESET,
		  answer_to(&server, STREAM_MAGIC + 1, 16, 16, 1));
	EXPECT_EQ(test, -ECONNRESET,
		  answer_to(&server, STREAM_MAGIC, 15, 16, 1));
	EXPECT_EQ(test, -ECONNRESET,
		  answer_to(&server, STREAM_MAGIC, UINT32_MAX, 16, 1));
	EXPECT_EQ(test, -ECONNRESET,
		  answer_to(&server, STREAM_MAGIC, 16, 262145, 1));
	EXPECT_EQ(test, -ECONNRESET,
		  answer_to(&server, STREAM_MAGIC, 16, 16, 0));
	EXPECT_EQ(test, -ECONNRESET,
		  answer_to(&server, STREAM_MAGIC, 16, 16, 65537));
	EXPECT_EQ(test, 0, answer_to(&server, STREAM_MAGIC, 16, 16, 1));
	stop_server(&server);
}

static void clients_are_bounded(struct ktap *test)
{
	const int count = 2 * BENCH_THREADS_MAX;
	struct server server;
	int fds[count + 1];
	char byte;
	int i;

	start_server(&server);
	for (i = 0; i <= count; i++)
		fds[i] = connect_to(&server);
	EXPECT_EQ(test, -ECONNRESET, tcp_receive(fds[count], &byte, 1));
	EXPECT_EQ(test, 0, tcp_start(fds[0], 64, 64));
	for (i = 0; i <= count; i++)
		close(fds[i]);
	/* those who leave make room */
	for (i = 0; i < 100; i++) {
		if (!answer_to(&server, STREAM_MAGIC, 16, 16, 1))
			break;
		usleep(50000);
	}
	EXPECT(test, i < 100);
	stop_server(&server);
}

static void silent_server_is_a_timeout(struct ktap *test)
{
	char error[BENCH_ERROR_LEN] = "";
	unsigned char buffer[64] = { 0 };
	struct server server;
	int fd;

	start_server(&server);
	kill(server.pid, SIGSTOP);
	fd = tcp_connect(server.address, 100, error, sizeof(error));
	EXPECT_EQ(test, 0, tcp_start(fd, 64, 64));
	EXPECT_EQ(test, -ETIMEDOUT, tcp_exchange(fd, buffer, 64, 1));
	close(fd);
	stop_server(&server);
	fd = tcp_connect(server.address, 100, error, sizeof(error));
	EXPECT_EQ(test, -ECONNREFUSED, fd);
	EXPECT(test, strstr(error, "tcp-server"));
}

static void expect_split(struct ktap *test, const char *address,
			 const char *expected_host, const char *expected_port)
{
	char host[NI_MAXHOST];
	const char *port;
	int err = tcp_split(address, host, sizeof(host), &port);

	EXPECT_EQ(test, expected_host ? 0 : -EINVAL, err);
	if (err || !expected_host)
		return;
	EXPECT_TEXT(test, expected_host, host);
	EXPECT_TEXT(test, expected_port, port);
}

static void addresses_are_taken_apart(struct ktap *test)
{
	expect_split(test, "n2:7000", "n2", "7000");
	expect_split(test, "10.0.0.2:1", "10.0.0.2", "1");
	expect_split(test, "[fd00::2]:65535", "fd00::2", "65535");
	expect_split(test, "7000", "", "7000");
	expect_split(test, "n2:65536", NULL, NULL);
	expect_split(test, "n2:", NULL, NULL);
	expect_split(test, ":7000", NULL, NULL);
	expect_split(test, "", NULL, NULL);
	expect_split(test, "n2", NULL, NULL);
	expect_split(test, "fd00::2", NULL, NULL);
	expect_split(test, "fd00::2:7000", NULL, NULL);
	expect_split(test, "[]:7000", NULL, NULL);
	expect_split(test, "n2:-1", NULL, NULL);
	expect_split(test, "n2:000001", NULL, NULL);
}

static void endless_host_is_refused(struct ktap *test)
{
	char host[8];
	const char *port;

	EXPECT_EQ(test, 0, tcp_split("1234567:1", host, sizeof(host), &port));
	EXPECT_EQ(test, -EINVAL,
		  tcp_split("12345678:1", host, sizeof(host), &port));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(sizes_are_as_asked_for),
	KTAP_CASE(bad_clients_are_dropped),
	KTAP_CASE(clients_are_bounded),
	KTAP_CASE(silent_server_is_a_timeout),
	KTAP_CASE(addresses_are_taken_apart),
	KTAP_CASE(endless_host_is_refused),
};

KTAP_MAIN(cases)
