// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets TCP connections with a peer, at random moments:
 *
 *   resetter ADDRESS COUNT [SLOW]
 *
 * Takes any of the connections with ADDRESS, IPv4, that are established, and has
 * the kernel destroy it, as "ss -K" does, which starts a program for each: both
 * ends are told that it was reset. Who accepted it at a socket for both families
 * has it among those of IPv6, with ADDRESS mapped. Then it waits for 100 ms, and up
 * to SLOW times 800 ms more; SLOW is 1 to 1000, and 1 if absent. Ends when COUNT
 * connections were reset, with 1 and a sentence if something fails or there was none
 * for 30 s, with 4 if the kernel cannot do it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SOCKETS_MAX	64
#define WAIT_MIN_MS	100
#define WAIT_SPAN_MS	800
#define SLOW_MAX	1000
#define PATIENCE_S	30
#define SKIP		4

/**
 * struct request - what the kernel is asked
 * @header:  its header
 * @sockets: which sockets
 */
struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 sockets;
};

/**
 * struct found - connections that are established
 * @id:     what the kernel knows them by
 * @family: among which it has each
 * @count:  how many
 */
struct found {
	struct inet_diag_sockid id[SOCKETS_MAX];
	uint8_t family[SOCKETS_MAX];
	size_t count;
};

static void give_up(const char *what, int err)
{
	fprintf(stderr, "resetter: %s: %s\n", what, strerror(err));
	exit(err == EOPNOTSUPP ? SKIP : EXIT_FAILURE);
}

static void ask(int fd, uint16_t type, uint16_t flags, uint8_t family,
		const struct inet_diag_sockid *id)
{
	struct request request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | flags,
		},
		.sockets = {
			.sdiag_family = family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = 1U << TCP_ESTABLISHED,
		},
	};

	if (id)
		request.sockets.id = *id;
	if (send(fd, &request, sizeof(request), 0) < 0)
		give_up("asking the kernel about sockets", errno);
}

static bool is_with(const struct inet_diag_msg *message, in_addr_t peer)
{
	const uint32_t *dst = message->id.idiag_dst;

	if (message->idiag_family == AF_INET)
		return dst[0] == peer;
	return !dst[0] && !dst[1] && dst[2] == htonl(0xffff) && dst[3] == peer;
}

/* Takes what is with the peer out of one message. */
static void note_socket(const struct nlmsghdr *header, in_addr_t peer, struct found *found)
{
	const struct inet_diag_msg *message = NLMSG_DATA(header);

	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		give_up("reading about sockets", EBADMSG);
	if (!is_with(message, peer) || found->count >= SOCKETS_MAX)
		return;
	found->family[found->count] = message->idiag_family;
	found->id[found->count++] = message->id;
}

/* Return: 0, or the error of the kernel, positive. */
static int hear(int fd, in_addr_t peer, struct found *found)
{
	static char answer[32768] __attribute__((aligned(8)));
	const struct nlmsghdr *header;
	ssize_t len;

	for (;;) {
		len = recv(fd, answer, sizeof(answer), 0);
		if (len < 0)
			give_up("hearing from the kernel", errno);
		for (header = (void *)answer; NLMSG_OK(header, len);
		     header = NLMSG_NEXT(header, len)) {
			if (header->nlmsg_type == NLMSG_DONE)
				return 0;
			if (header->nlmsg_type == NLMSG_ERROR)
				return -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
			note_socket(header, peer, found);
		}
	}
}

static void look(int fd, in_addr_t peer, uint8_t family, struct found *found)
{
	int err;

	ask(fd, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family, NULL);
	err = hear(fd, peer, found);
	/* without IPv6 there are none of it */
	if (err && !(err == ENOENT && family == AF_INET6))
		give_up("looking for sockets", err);
}

/* Return: whether a connection was reset; it may have ended of itself. */
static bool reset_any(int fd, in_addr_t peer)
{
	struct found found = { .count = 0 };
	size_t which;
	int err;

	look(fd, peer, AF_INET, &found);
	look(fd, peer, AF_INET6, &found);
	if (!found.count)
		return false;
	which = (size_t)random() % found.count;
	ask(fd, SOCK_DESTROY, NLM_F_ACK, found.family[which], &found.id[which]);
	err = hear(fd, peer, &found);
	if (err && err != ENOENT)
		give_up("resetting a connection", err);
	return !err;
}

static void wait_at_random(long slow)
{
	long ms = WAIT_MIN_MS + random() % (WAIT_SPAN_MS * slow);
	const struct timespec time = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000,
	};

	nanosleep(&time, NULL);
}

int main(int argc, char **argv)
{
	struct in_addr peer;
	unsigned long left;
	long slow = 1;
	time_t last;
	int fd;

	if (argc == 4)
		slow = strtol(argv[3], NULL, 10);
	if (argc < 3 || argc > 4 || slow < 1 || slow > SLOW_MAX ||
	    inet_pton(AF_INET, argv[1], &peer) != 1) {
		fputs("usage: resetter ADDRESS COUNT [SLOW]\n", stderr);
		return 2;
	}
	left = strtoul(argv[2], NULL, 10);
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	if (fd < 0)
		give_up("socket", errno);
	srandom((unsigned int)time(NULL) ^ (unsigned int)getpid());
	last = time(NULL);
	while (left) {
		wait_at_random(slow);
		if (reset_any(fd, peer.s_addr)) {
			left--;
			last = time(NULL);
		} else if (time(NULL) - last > PATIENCE_S) {
			give_up("waiting for a connection", ENOTCONN);
		}
	}
	close(fd);
	return 0;
}
