// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection that the module must not take from a daemon that was fooled: what
 * is refused leaves everything as it was. Node 2 is connected.
 */
#define _GNU_SOURCE
#include "nl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kselftest_harness.h>

#define PEER	 2
#define STRANGER 9
#define FOREVER	 UINT64_MAX

FIXTURE(attach)
{
	struct nl nl;
	struct answer answer;
	int listener;
	int fd;
};

/* Both ends of a connection inside this namespace. */
static int connect_to_self(int *listener)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(*listener, (struct sockaddr *)&address, length) ||
	    listen(*listener, 1) ||
	    getsockname(*listener, (struct sockaddr *)&address, &length) ||
	    connect(fd, (struct sockaddr *)&address, length))
		return -1;
	return fd;
}

FIXTURE_SETUP(attach)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	self->fd = connect_to_self(&self->listener);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(attach)
{
	close(self->fd);
	close(self->listener);
	nl_close(&self->nl);
}

static void attach(struct __test_metadata *_metadata, struct nl *nl,
		   uint32_t node, uint64_t incarnation, int fd,
		   struct answer *answer)
{
	struct message message;

	message_init(&message, nl, WEFT_CMD_PEER_ATTACH);
	message_put_u32(&message, WEFT_A_PEER_NODE, node);
	message_put(&message, WEFT_A_PEER_INCARNATION, &incarnation,
		    sizeof(incarnation));
	message_put_u32(&message, WEFT_A_PEER_LANE_ID, WEFT_LANE_FAST);
	message_put_u32(&message, WEFT_A_PEER_FD, (uint32_t)fd);
	ASSERT_EQ(0, nl_ask(nl, &message, answer));
}

/* Refused with this error and these words. */
#define EXPECT_REFUSED(wanted, words)                                          \
	do {                                                                   \
		EXPECT_EQ(wanted, self->answer.err);                           \
		EXPECT_NE(NULL, strstr(self->answer.text, words))              \
		TH_LOG("it says: '%s'", self->answer.text);                    \
	} while (0)

TEST_F(attach, life_that_is_over_is_refused)
{
	attach(_metadata, &self->nl, PEER, 1, self->fd, &self->answer);
	EXPECT_REFUSED(-ESTALE, "this life of the peer is over");
}

TEST_F(attach, node_that_is_no_member_is_refused)
{
	attach(_metadata, &self->nl, STRANGER, FOREVER, self->fd,
	       &self->answer);
	EXPECT_REFUSED(-EHOSTUNREACH, "no member");
}

TEST_HARNESS_MAIN
