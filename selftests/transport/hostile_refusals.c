// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module refuses of those who hand it connections, views and echoes:
 * with which error, and in a sentence. A connection that was refused belongs to
 * its owner as before: nothing of it is kept.
 */
#define _GNU_SOURCE
#include "hostile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kselftest_harness.h>

#define NOBODY	 65534
#define STRANGER 3 /* a node that was never a member */

/* Refused with this error and a sentence. */
#define EXPECT_REFUSED(wanted)                                                 \
	do {                                                                   \
		struct answer refusal;                                         \
		EXPECT_EQ(0, nl_ask(self->nl, &self->message, &refusal));      \
		EXPECT_EQ(wanted, refusal.err)                                 \
		TH_LOG("'%s'", refusal.text);                                  \
		EXPECT_EQ(0, refusal.replies);                                 \
		EXPECT_LT(10, strlen(refusal.text))                            \
		TH_LOG("no sentence: '%s'", refusal.text);                     \
	} while (0)

#define EXPECT_GRANTED()                                                       \
	do {                                                                   \
		struct answer grant;                                           \
		EXPECT_EQ(0, nl_ask(self->nl, &self->message, &grant));        \
		EXPECT_EQ(0, grant.err)                                        \
		TH_LOG("'%s'", grant.text);                                    \
	} while (0)

FIXTURE(node)
{
	struct hostile hostile;
	struct nl *nl;
	struct message message;
	int files;
};

static int count_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return count;
}

FIXTURE_SETUP(node)
{
	ASSERT_EQ(0, hostile_open(&self->hostile));
	self->nl = &self->hostile.nl;
	self->files = count_files();
}

/* Nothing was taken from us, and nothing is broken. */
FIXTURE_TEARDOWN(node)
{
	struct hostile *hostile = &self->hostile;

	EXPECT_EQ(self->files, count_files());
	if (hostile->epoch == EPOCH) {
		EXPECT_EQ(0, hostile_reborn(hostile, WEFT_LANE_FAST));
		EXPECT_EQ(0, hostile_exchange(hostile,
					      &hostile->wires[WEFT_LANE_FAST]));
	}
}

/* The right message, but for what a test adds: the last attribute counts. */
#define ATTACH(fd)                                                             \
	hostile_attach_message(&self->hostile, &self->message, fd,             \
			       WEFT_LANE_FAST)
#define ATTACH_WITH(fd, type, value)                                           \
	do {                                                                   \
		ATTACH(fd);                                                    \
		message_put_u32(&self->message, type, value);                  \
	} while (0)

TEST_F(node, what_is_no_socket_is_refused)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	ATTACH(null);
	EXPECT_REFUSED(-ENOTSOCK);
	close(null);
	ATTACH(null);
	EXPECT_REFUSED(-EBADF);
	ATTACH(1 << 30);
	EXPECT_REFUSED(-EBADF);
	ATTACH(-1);
	EXPECT_REFUSED(-ERANGE);
}

TEST_F(node, socket_of_another_kind_is_refused)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = self->hostile.port };
	int pair[2], udp;

	udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ATTACH(udp);
	EXPECT_REFUSED(-EPROTOTYPE);
	EXPECT_EQ(0,
		  connect(udp, (struct sockaddr *)&address, sizeof(address)));
	ATTACH(udp);
	EXPECT_REFUSED(-EPROTOTYPE);
	close(udp);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	ATTACH(pair[0]);
	EXPECT_REFUSED(-EPROTOTYPE);
	close(pair[0]);
	close(pair[1]);
	ATTACH(self->nl->fd);
	EXPECT_REFUSED(-EPROTOTYPE);
}

TEST_F(node, socket_without_a_connection_is_refused)
{
	int theirs, ours, fresh;

	ATTACH(self->hostile.listener);
	EXPECT_REFUSED(-ENOTCONN);
	fresh = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ATTACH(fresh);
	EXPECT_REFUSED(-ENOTCONN);
	close(fresh);
	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &ours));
	EXPECT_EQ(0, shutdown(theirs, SHUT_WR));
	ATTACH(theirs);
	EXPECT_REFUSED(-ENOTCONN);
	close(theirs);
	close(ours);
}

TEST_F(node, socket_with_half_of_tls_is_refused)
{
	int theirs, ours;

	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &ours));
	if (!setsockopt(theirs, IPPROTO_TCP, TCP_ULP, "tls", 4)) {
		ATTACH(theirs);
		EXPECT_REFUSED(-EPROTONOSUPPORT);
	} else {
		TH_LOG("this kernel has no TLS at hand");
	}
	close(theirs);
	close(ours);
}

TEST_F(node, socket_of_another_namespace_is_refused)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct hostile other;
	int theirs, ours;

	ASSERT_EQ(0, hostile_open(&other));
	ASSERT_EQ(0, hostile_pair(&other, &theirs, &ours));
	ATTACH(theirs);
	EXPECT_REFUSED(-EXDEV);
	close(theirs);
	close(ours);
	close(other.listener);
	nl_close(&other.nl);
	EXPECT_EQ(0, setns(home, CLONE_NEWNET));
	close(home);
}

/* The other end sees the end as soon as the owner closes: nothing is kept. */
TEST_F(node, refused_connection_still_belongs_to_its_owner)
{
	struct pollfd end = { .events = POLLIN };
	int theirs;
	char byte;

	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &end.fd));
	ATTACH_WITH(theirs, WEFT_A_PEER_NODE, STRANGER);
	EXPECT_REFUSED(-EHOSTUNREACH);
	ATTACH_WITH(theirs, WEFT_A_PEER_LANE_ID, WEFT_LANE_COUNT);
	EXPECT_REFUSED(-ERANGE);
	EXPECT_EQ(1, send(theirs, "x", 1, 0));
	EXPECT_EQ(1, recv(end.fd, &byte, 1, 0));
	close(theirs);
	EXPECT_EQ(1, poll(&end, 1, HOSTILE_WAIT_MS));
	EXPECT_EQ(0, recv(end.fd, &byte, 1, 0));
	close(end.fd);
}

TEST_F(node, wrong_peer_or_lane_is_refused)
{
	int theirs, ours;

	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &ours));
	ATTACH_WITH(theirs, WEFT_A_PEER_LANE_ID, WEFT_LANE_COUNT);
	EXPECT_REFUSED(-ERANGE);
	ATTACH_WITH(theirs, WEFT_A_PEER_LANE_ID, UINT32_MAX);
	EXPECT_REFUSED(-ERANGE);
	ATTACH_WITH(theirs, WEFT_A_PEER_NODE, 0);
	EXPECT_REFUSED(-ERANGE);
	ATTACH_WITH(theirs, WEFT_A_PEER_NODE, WEFT_NODE_MAX + 1);
	EXPECT_REFUSED(-ERANGE);
	ATTACH_WITH(theirs, WEFT_A_PEER_NODE, STRANGER);
	EXPECT_REFUSED(-EHOSTUNREACH);
	ATTACH_WITH(theirs, WEFT_A_PEER_NODE, SELF);
	EXPECT_REFUSED(-EHOSTUNREACH);
	close(theirs);
	close(ours);
}

TEST_F(node, wrong_incarnation_is_refused)
{
	uint64_t incarnation = 0;
	int theirs, ours;

	self->hostile.peer = 5;
	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &ours));
	for (incarnation = 0; incarnation < 5; incarnation++) {
		ATTACH(theirs);
		message_put(&self->message, WEFT_A_PEER_INCARNATION,
			    &incarnation, sizeof(incarnation));
		EXPECT_REFUSED(incarnation ? -ESTALE : -ERANGE);
	}
	/* what was refused has disturbed nothing */
	EXPECT_EQ(0, hostile_exchange(&self->hostile,
				      &self->hostile.wires[WEFT_LANE_FAST]));
	wire_close(&self->hostile.wires[WEFT_LANE_FAST]);
	close(theirs);
	close(ours);
}

TEST_F(node, request_that_is_not_complete_is_refused)
{
	static const uint8_t commands[] = { WEFT_CMD_PEER_ATTACH,
					    WEFT_CMD_VIEW_SET, WEFT_CMD_ECHO };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		message_init(&self->message, self->nl, commands[i]);
		EXPECT_REFUSED(-EINVAL);
	}
	ATTACH(0);
	self->message.header.nlmsg_len -= NLA_HDRLEN + sizeof(uint32_t);
	EXPECT_REFUSED(-EINVAL);
}

/* One connection leads to one lane. */
TEST_F(node, connection_that_a_lane_has_is_refused)
{
	struct wire *wire = &self->hostile.wires[WEFT_LANE_FAST];
	struct frame *frame = calloc(1, sizeof(*frame));
	int theirs;

	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &wire->fd));
	ATTACH(theirs);
	EXPECT_GRANTED();
	ASSERT_EQ(0, frame_receive(wire, frame, HOSTILE_WAIT_MS));
	ATTACH(theirs);
	EXPECT_REFUSED(-EBUSY);
	ATTACH_WITH(theirs, WEFT_A_PEER_LANE_ID, WEFT_LANE_BULK);
	EXPECT_REFUSED(-EBUSY);
	frame_resume(frame, &self->hostile, wire);
	ASSERT_EQ(0, frame_send(wire, frame));
	EXPECT_EQ(0, hostile_exchange(&self->hostile, wire));
	close(theirs);
	wire_close(wire);
	free(frame);
}

static void view(struct message *message, const struct nl *nl, uint64_t epoch,
		 uint64_t members)
{
	message_init(message, nl, WEFT_CMD_VIEW_SET);
	message_put(message, WEFT_A_VIEW_EPOCH, &epoch, sizeof(epoch));
	message_put(message, WEFT_A_VIEW_MEMBERS, &members, sizeof(members));
}

TEST_F(node, wrong_view_is_refused)
{
	view(&self->message, self->nl, 0, MEMBERS);
	EXPECT_REFUSED(-ERANGE);
	view(&self->message, self->nl, EPOCH + 1, 0);
	EXPECT_REFUSED(-ERANGE);
	view(&self->message, self->nl, EPOCH - 1, MEMBERS);
	EXPECT_REFUSED(-ESTALE);
	view(&self->message, self->nl, 1, MEMBERS);
	EXPECT_REFUSED(-ESTALE);
	view(&self->message, self->nl, EPOCH, MEMBERS | 4);
	EXPECT_REFUSED(-EEXIST);
	view(&self->message, self->nl, EPOCH, 1);
	EXPECT_REFUSED(-EEXIST);
	view(&self->message, self->nl, EPOCH + 1, MEMBERS & ~1);
	EXPECT_REFUSED(-EINVAL);
	view(&self->message, self->nl, EPOCH, MEMBERS);
	EXPECT_GRANTED();
}

TEST_F(node, view_without_an_identity_is_refused)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct nl nl;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, nl_open(&nl));
	view(&self->message, &nl, EPOCH, MEMBERS);
	self->nl = &nl;
	EXPECT_REFUSED(-EUNATCH);
	nl_close(&nl);
	self->nl = &self->hostile.nl;
	EXPECT_EQ(0, setns(home, CLONE_NEWNET));
	close(home);
}

TEST_F(node, node_that_left_is_refused)
{
	int theirs, ours;

	ASSERT_EQ(0, hostile_attach(&self->hostile, WEFT_LANE_FAST));
	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &ours));
	ASSERT_EQ(0, hostile_view(&self->hostile, EPOCH + 1, 1));
	EXPECT_TRUE(wire_is_dropped(&self->hostile.wires[WEFT_LANE_FAST]));
	ATTACH(theirs);
	EXPECT_REFUSED(-EHOSTUNREACH);
	ASSERT_EQ(0, hostile_view(&self->hostile, EPOCH + 2, MEMBERS));
	/* that life of it is over */
	ATTACH(theirs);
	EXPECT_REFUSED(-ESTALE);
	close(theirs);
	close(ours);
	ASSERT_EQ(0, hostile_reborn(&self->hostile, WEFT_LANE_FAST));
	EXPECT_EQ(0, hostile_exchange(&self->hostile,
				      &self->hostile.wires[WEFT_LANE_FAST]));
	wire_close(&self->hostile.wires[WEFT_LANE_FAST]);
}

/* The right echo, but for one attribute. */
struct wrong_echo {
	uint16_t type;
	uint32_t value;
	int err;
};

TEST_F(node, wrong_echo_is_refused)
{
	static const struct wrong_echo wrongs[] = {
		{ WEFT_A_ECHO_NODE, 0, -ERANGE },
		{ WEFT_A_ECHO_NODE, WEFT_NODE_MAX + 1, -ERANGE },
		{ WEFT_A_ECHO_NODE, STRANGER, -EHOSTUNREACH },
		{ WEFT_A_ECHO_NODE, SELF, -EHOSTUNREACH },
		{ WEFT_A_ECHO_LANE, WEFT_LANE_COUNT, -ERANGE },
		{ WEFT_A_ECHO_SIZE, WEFT_ECHO_SIZE_MIN - 1, -ERANGE },
		{ WEFT_A_ECHO_SIZE, WEFT_ECHO_SIZE_MAX + 1, -ERANGE },
		{ WEFT_A_ECHO_SIZE, WEFT_ECHO_BULK_SIZE_MAX + 1, -ERANGE },
		{ WEFT_A_ECHO_SIZE, UINT32_MAX, -ERANGE },
		{ WEFT_A_ECHO_REPLY_SIZE, WEFT_ECHO_SIZE_MAX + 1, -ERANGE },
		{ WEFT_A_ECHO_REPLY_SIZE, UINT32_MAX, -ERANGE },
		{ WEFT_A_ECHO_COUNT, 0, -ERANGE },
		{ WEFT_A_ECHO_COUNT, WEFT_ECHO_COUNT_MAX + 1, -ERANGE },
		{ WEFT_A_ECHO_DEPTH, 0, -ERANGE },
		{ WEFT_A_ECHO_DEPTH, WEFT_ECHO_DEPTH_MAX + 1, -ERANGE },
		{ WEFT_A_ECHO_TIMEOUT_MS, 0, -ERANGE },
		{ WEFT_A_ECHO_TIMEOUT_MS, WEFT_ECHO_TIMEOUT_MS_MAX + 1,
		  -ERANGE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrongs); i++) {
		message_init(&self->message, self->nl, WEFT_CMD_ECHO);
		message_put_u32(&self->message, WEFT_A_ECHO_NODE, PEER);
		message_put_u32(&self->message, WEFT_A_ECHO_SIZE, 16);
		message_put_u32(&self->message, WEFT_A_ECHO_REPLY_SIZE, 16);
		message_put_u32(&self->message, WEFT_A_ECHO_TIMEOUT_MS, 100);
		message_put_u32(&self->message, wrongs[i].type,
				wrongs[i].value);
		EXPECT_REFUSED(wrongs[i].err);
	}
}

/* In the bulk lane, where more is allowed, and not one byte more than that. */
TEST_F(node, wrong_echo_in_the_bulk_lane_is_refused)
{
	static const uint16_t types[] = { WEFT_A_ECHO_SIZE,
					  WEFT_A_ECHO_REPLY_SIZE };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		message_init(&self->message, self->nl, WEFT_CMD_ECHO);
		message_put_u32(&self->message, WEFT_A_ECHO_NODE, PEER);
		message_put_u32(&self->message, WEFT_A_ECHO_LANE,
				WEFT_LANE_BULK);
		message_put_u32(&self->message, WEFT_A_ECHO_SIZE, 16);
		message_put_u32(&self->message, WEFT_A_ECHO_REPLY_SIZE, 16);
		message_put_u32(&self->message, types[i],
				WEFT_ECHO_BULK_SIZE_MAX + 1);
		EXPECT_REFUSED(-ERANGE);
	}
}

TEST_F(node, echo_without_a_connection_ends_in_time)
{
	message_init(&self->message, self->nl, WEFT_CMD_ECHO);
	message_put_u32(&self->message, WEFT_A_ECHO_NODE, PEER);
	message_put_u32(&self->message, WEFT_A_ECHO_SIZE, 16);
	message_put_u32(&self->message, WEFT_A_ECHO_REPLY_SIZE, 16);
	message_put_u32(&self->message, WEFT_A_ECHO_TIMEOUT_MS, 100);
	EXPECT_REFUSED(-ETIMEDOUT);
}

static void try_all(struct __test_metadata *_metadata,
		    FIXTURE_DATA(node) * self, int fd)
{
	ATTACH(fd);
	EXPECT_REFUSED(-EPERM);
	view(&self->message, self->nl, EPOCH + 1, MEMBERS);
	EXPECT_REFUSED(-EPERM);
	message_init(&self->message, self->nl, WEFT_CMD_ECHO);
	EXPECT_REFUSED(-EPERM);
	message_init(&self->message, self->nl, WEFT_CMD_VIEW_GET);
	EXPECT_GRANTED();
}

/* In a process of its own, which has no way back. */
TEST_F(node, user_without_privilege_is_refused)
{
	int theirs, ours;
	struct nl nl;

	ASSERT_EQ(0, hostile_pair(&self->hostile, &theirs, &ours));
	ASSERT_EQ(0, setgroups(0, NULL));
	ASSERT_EQ(0, setgid(NOBODY));
	ASSERT_EQ(0, setresuid(NOBODY, NOBODY, 0));
	ASSERT_EQ(0, nl_open(&nl));
	self->nl = &nl;
	try_all(_metadata, self, theirs);
	nl_close(&nl);
	self->nl = &self->hostile.nl;
	ASSERT_EQ(0, setresuid(0, 0, 0));
	close(theirs);
	close(ours);
}

TEST_HARNESS_MAIN
