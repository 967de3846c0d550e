// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far the clocks of two machines are apart: one asks the other often, and
 * believes the quickest answer, whose error is at most half of the time it took.
 */
#include "mover.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S	1
#define FAILURES_MAX	10

static int new_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		give_up("socket");
	return fd;
}

void serve_clock(uint64_t port)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in peer;
	socklen_t len;
	int64_t stamps[2];
	int fd = new_socket();

	if (bind(fd, (struct sockaddr *)&here, sizeof(here)))
		give_up("bind");
	for (;;) {
		len = sizeof(peer);
		if (recvfrom(fd, stamps, sizeof(stamps), 0, (struct sockaddr *)&peer, &len) !=
		    sizeof(stamps))
			continue;
		stamps[1] = now_ns();
		sendto(fd, stamps, sizeof(stamps), 0, (struct sockaddr *)&peer, len);
	}
}

/* Return: whether an answer came; an old one does not count. */
static bool ask_once(int fd, int64_t *ahead, int64_t *took)
{
	int64_t stamps[2] = { now_ns() }, begin = stamps[0], end;

	if (send(fd, stamps, sizeof(stamps), 0) != sizeof(stamps))
		return false;
	do {
		if (recv(fd, stamps, sizeof(stamps), 0) != sizeof(stamps))
			return false;
	} while (stamps[0] != begin);
	end = now_ns();
	*took = end - begin;
	*ahead = stamps[1] - begin - *took / 2;
	return true;
}

void ask_clock(const char *address, uint64_t port, uint64_t rounds)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	int64_t ahead, took, best = 0, least = INT64_MAX;
	unsigned int failures = 0;
	int fd = new_socket();

	if (inet_pton(AF_INET, address, &there.sin_addr) != 1)
		give_up("'%s' is no address", address);
	if (connect(fd, (struct sockaddr *)&there, sizeof(there)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		give_up("connect");
	while (rounds--) {
		if (!ask_once(fd, &ahead, &took)) {
			if (++failures == FAILURES_MAX)
				give_up("no clock answers at %s", address);
			continue;
		}
		if (took >= least)
			continue;
		least = took;
		best = ahead;
	}
	errno = 0;
	if (least == INT64_MAX)
		give_up("no clock answered at %s", address);
	printf("%lld %lld\n", (long long)best, (long long)least);
}

void step_clock(int64_t ns)
{
	int64_t wanted = now_ns() + ns;
	struct timespec now = {
		.tv_sec = wanted / 1000000000,
		.tv_nsec = wanted % 1000000000,
	};

	if (clock_settime(CLOCK_REALTIME, &now))
		give_up("the clock cannot be set");
}
