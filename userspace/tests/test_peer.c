// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says of views, peers and echoes, and every way to break it. */
#include "internal.h"
#include "ktap.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>

static struct nl_msg *new_message(uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, 0, 0, 0x20, 0, 0, command, 1))
		abort();
	return msg;
}

static int parse_view(uint64_t epoch, uint64_t members, struct weft_view *view)
{
	struct nl_msg *msg = new_message(WEFT_CMD_VIEW_NTF);
	int err;

	nla_put_u64(msg, WEFT_A_VIEW_EPOCH, epoch);
	nla_put_u64(msg, WEFT_A_VIEW_MEMBERS, members);
	err = weft_parse_view(nlmsg_hdr(msg), WEFT_CMD_VIEW_NTF, view);
	nlmsg_free(msg);
	return err;
}

static void view_is_read(struct ktap *test)
{
	struct weft_view view;

	EXPECT_EQ(test, 0, parse_view(UINT64_MAX, 1ULL << 63, &view));
	EXPECT(test, view.epoch == UINT64_MAX);
	EXPECT(test, view.members == 1ULL << 63);
	EXPECT_EQ(test, 0, parse_view(0, 0, &view));
	EXPECT_EQ(test, 0, (long long)view.epoch);
	EXPECT_EQ(test, sizeof(view), view.sz);
}

static void view_of_nobody_is_refused(struct ktap *test)
{
	struct weft_view view = { .epoch = 77 };

	EXPECT_EQ(test, -EPROTO, parse_view(1, 0, &view));
	EXPECT_EQ(test, -EPROTO, parse_view(0, 1, &view));
	EXPECT_EQ(test, 77, (long long)view.epoch);
}

static void half_a_view_is_refused(struct ktap *test)
{
	struct nl_msg *msg = new_message(WEFT_CMD_VIEW_GET);
	struct weft_view view;

	nla_put_u64(msg, WEFT_A_VIEW_EPOCH, 1);
	EXPECT_EQ(test, -EPROTO, weft_parse_view(nlmsg_hdr(msg),
						 WEFT_CMD_VIEW_GET, &view));
	nla_put_u32(msg, WEFT_A_VIEW_MEMBERS, 1);
	EXPECT_EQ(test, -EPROTO, weft_parse_view(nlmsg_hdr(msg),
						 WEFT_CMD_VIEW_GET, &view));
	nlmsg_free(msg);
}

/* The counters are 1001, 1002 and so on, in the order of the attributes. */
static void put_lane(struct nl_msg *msg, uint32_t id, uint32_t state,
		     uint32_t cipher, int last_counter)
{
	struct nlattr *lane = nla_nest_start(msg, WEFT_A_PEER_LANE);
	int type;

	nla_put_u32(msg, WEFT_A_LANE_ID, id);
	nla_put_u32(msg, WEFT_A_LANE_STATE, state);
	nla_put_u32(msg, WEFT_A_LANE_CIPHER, cipher);
	nla_put_u32(msg, WEFT_A_LANE_RTT_US, 11);
	nla_put_u32(msg, WEFT_A_LANE_QUEUED, 12);
	nla_put_u32(msg, WEFT_A_LANE_CREDITS, 13);
	for (type = WEFT_A_LANE_CONNECTIONS; type <= last_counter; type++)
		nla_put_u64(msg, type, 1001ULL +
			    (uint64_t)(type - WEFT_A_LANE_CONNECTIONS));
	nla_nest_end(msg, lane);
}

static struct nl_msg *peer_message(uint8_t command, uint32_t node)
{
	struct nl_msg *msg = new_message(command);

	nla_put_u32(msg, WEFT_A_PEER_NODE, node);
	nla_put_u64(msg, WEFT_A_PEER_INCARNATION, UINT64_MAX - 1);
	nla_put_u32(msg, WEFT_A_PEER_CALLS, 5);
	return msg;
}

static int parse_peer(struct nl_msg *msg, uint8_t command,
		      struct weft_peer *peer)
{
	int err;

	memset(peer, 0x55, sizeof(*peer));
	err = weft_parse_peer(nlmsg_hdr(msg), command, peer);
	nlmsg_free(msg);
	return err;
}

static void peer_is_read(struct ktap *test)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_GET, 64);
	struct weft_peer peer;

	put_lane(msg, WEFT_LANE_BULK, WEFT_LANE_CLOSED, WEFT_CIPHER_NONE,
		 WEFT_A_LANE_STALE);
	put_lane(msg, WEFT_LANE_FAST, WEFT_LANE_UP,
		 WEFT_CIPHER_CHACHA20_POLY1305, WEFT_A_LANE_STALE);
	EXPECT_EQ(test, 0, parse_peer(msg, WEFT_CMD_PEER_GET, &peer));
	EXPECT_EQ(test, sizeof(peer), peer.sz);
	EXPECT_EQ(test, 64, peer.node);
	EXPECT(test, peer.incarnation == UINT64_MAX - 1);
	EXPECT_EQ(test, 5, peer.calls);
	EXPECT_EQ(test, 2, peer.lane_count);
	EXPECT_EQ(test, WEFT_LANE_BULK, peer.lanes[0].id);
	EXPECT_EQ(test, WEFT_LANE_CLOSED, peer.lanes[0].state);
	EXPECT_EQ(test, WEFT_LANE_UP, peer.lanes[1].state);
	EXPECT_EQ(test, WEFT_CIPHER_CHACHA20_POLY1305, peer.lanes[1].cipher);
}

static void each_number_of_a_lane_has_its_field(struct ktap *test)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_GET, 1);
	const struct weft_lane *lane;
	struct weft_peer peer;

	put_lane(msg, WEFT_LANE_FAST, WEFT_LANE_UP, WEFT_CIPHER_NONE,
		 WEFT_A_LANE_STALE);
	EXPECT_EQ(test, 0, parse_peer(msg, WEFT_CMD_PEER_GET, &peer));
	lane = &peer.lanes[0];
	EXPECT_EQ(test, 11, lane->rtt_us);
	EXPECT_EQ(test, 12, lane->queued);
	EXPECT_EQ(test, 13, lane->credits);
	EXPECT_EQ(test, 1001, (long long)lane->connections);
	EXPECT_EQ(test, 1002, (long long)lane->sent_messages);
	EXPECT_EQ(test, 1003, (long long)lane->sent_bytes);
	EXPECT_EQ(test, 1004, (long long)lane->received_messages);
	EXPECT_EQ(test, 1005, (long long)lane->received_bytes);
	EXPECT_EQ(test, 1006, (long long)lane->resent);
	EXPECT_EQ(test, 1007, (long long)lane->duplicates);
	EXPECT_EQ(test, 1008, (long long)lane->breaches);
	EXPECT_EQ(test, 1009, (long long)lane->stale);
}

/* One lane, or two, with these values; everything else is good. */
static int parse_lanes(uint32_t first, uint32_t second, uint32_t state,
		       uint32_t cipher)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_GET, 1);
	struct weft_peer peer;

	put_lane(msg, first, state, cipher, WEFT_A_LANE_STALE);
	if (second != UINT32_MAX)
		put_lane(msg, second, state, cipher, WEFT_A_LANE_STALE);
	return parse_peer(msg, WEFT_CMD_PEER_GET, &peer);
}

static void impossible_lanes_are_refused(struct ktap *test)
{
	const uint32_t none = UINT32_MAX;

	EXPECT_EQ(test, 0, parse_lanes(0, none, 0, 0));
	EXPECT_EQ(test, 0, parse_lanes(0, 1, 0, 0));
	EXPECT_EQ(test, -EPROTO, parse_lanes(1, 1, 0, 0));
	EXPECT_EQ(test, -EPROTO, parse_lanes(WEFT_LANE_COUNT, none, 0, 0));
	EXPECT_EQ(test, -EPROTO, parse_lanes(0, none, WEFT_LANE_NR_STATES, 0));
	EXPECT_EQ(test, -EPROTO, parse_lanes(0, none, 0, WEFT_CIPHER_COUNT));
}

static void more_lanes_than_there_are_is_refused(struct ktap *test)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_GET, 1);
	struct weft_peer peer;
	uint32_t id;

	for (id = 0; id <= WEFT_LANE_COUNT; id++)
		put_lane(msg, id % WEFT_LANE_COUNT, 0, 0, WEFT_A_LANE_STALE);
	EXPECT_EQ(test, -EPROTO, parse_peer(msg, WEFT_CMD_PEER_GET, &peer));
}

static void peer_without_lane_or_with_bad_node_is_refused(struct ktap *test)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_GET, 1);
	struct weft_peer peer, before;

	memset(&before, 0x55, sizeof(before));
	EXPECT_EQ(test, -EPROTO, parse_peer(msg, WEFT_CMD_PEER_GET, &peer));
	EXPECT(test, !memcmp(&peer, &before, sizeof(peer)));
	msg = peer_message(WEFT_CMD_PEER_GET, 0);
	put_lane(msg, 0, 0, 0, WEFT_A_LANE_STALE);
	EXPECT_EQ(test, -EPROTO, parse_peer(msg, WEFT_CMD_PEER_GET, &peer));
	msg = peer_message(WEFT_CMD_PEER_GET, 65);
	put_lane(msg, 0, 0, 0, WEFT_A_LANE_STALE);
	EXPECT_EQ(test, -EPROTO, parse_peer(msg, WEFT_CMD_PEER_GET, &peer));
}

static void listed_peer_must_have_its_counters(struct ktap *test)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_GET, 1);
	struct weft_peer peer;

	put_lane(msg, 0, 0, 0, WEFT_A_LANE_STALE - 1);
	EXPECT_EQ(test, -EPROTO, parse_peer(msg, WEFT_CMD_PEER_GET, &peer));
}

static void notification_has_one_lane_and_no_counters(struct ktap *test)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_NTF, 3);
	struct weft_peer peer;

	put_lane(msg, 1, WEFT_LANE_UP, 0, 0);
	EXPECT_EQ(test, 0, parse_peer(msg, WEFT_CMD_PEER_NTF, &peer));
	EXPECT_EQ(test, 3, peer.node);
	EXPECT_EQ(test, 1, peer.lane_count);
	EXPECT_EQ(test, WEFT_LANE_BULK, peer.lanes[0].id);
	EXPECT_EQ(test, 0, (long long)peer.lanes[0].stale);
	msg = peer_message(WEFT_CMD_PEER_NTF, 3);
	put_lane(msg, 0, WEFT_LANE_UP, 0, 0);
	put_lane(msg, 1, WEFT_LANE_UP, 0, 0);
	EXPECT_EQ(test, -EPROTO, parse_peer(msg, WEFT_CMD_PEER_NTF, &peer));
}

/* Every prefix of a good message: no crash, no result out of thin air. */
static void truncated_peers_are_refused(struct ktap *test)
{
	struct nl_msg *msg = peer_message(WEFT_CMD_PEER_GET, 1);
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct weft_peer peer;
	uint32_t length;

	put_lane(msg, 0, 0, 0, WEFT_A_LANE_STALE);
	for (length = NLMSG_HDRLEN; length < nlh->nlmsg_len; length++) {
		struct nlmsghdr *copy = malloc(length);

		if (!copy)
			abort();
		memcpy(copy, nlh, length);
		copy->nlmsg_len = length;
		EXPECT_EQ(test, -EPROTO,
			  weft_parse_peer(copy, WEFT_CMD_PEER_GET, &peer));
		free(copy);
	}
	EXPECT_EQ(test, 0, weft_parse_peer(nlh, WEFT_CMD_PEER_GET, &peer));
	nlmsg_free(msg);
}

static int parse_echo(uint32_t count, uint64_t *samples, uint64_t *elapsed)
{
	const uint64_t sent[] = { 7, 1ULL << 33, 9 };
	struct nl_msg *msg = new_message(WEFT_CMD_ECHO);
	int err;

	nla_put_u64(msg, WEFT_A_ECHO_ELAPSED_NS, 1ULL << 40);
	nla_put(msg, WEFT_A_ECHO_SAMPLES, sizeof(sent), sent);
	err = weft_parse_echo(nlmsg_hdr(msg), count, samples, elapsed);
	nlmsg_free(msg);
	return err;
}

static void echo_is_read(struct ktap *test)
{
	uint64_t samples[4] = { 0 };
	uint64_t elapsed = 0;

	EXPECT_EQ(test, 0, parse_echo(3, samples, &elapsed));
	EXPECT_EQ(test, 7, samples[0]);
	EXPECT(test, samples[1] == 1ULL << 33);
	EXPECT_EQ(test, 9, samples[2]);
	EXPECT(test, elapsed == 1ULL << 40);
	EXPECT_EQ(test, 0, parse_echo(3, NULL, NULL));
}

static void wrong_number_of_samples_is_refused(struct ktap *test)
{
	uint64_t samples[4] = { 55, 55, 55, 55 };
	uint64_t elapsed = 55;

	EXPECT_EQ(test, -EPROTO, parse_echo(2, samples, &elapsed));
	EXPECT_EQ(test, -EPROTO, parse_echo(4, samples, &elapsed));
	EXPECT_EQ(test, -EPROTO, parse_echo(0, samples, &elapsed));
	/* 24 bytes, if sizes were counted in 32 bits */
	EXPECT_EQ(test, -EPROTO, parse_echo(0x20000003, samples, &elapsed));
	EXPECT_EQ(test, 55, samples[0]);
	EXPECT_EQ(test, 55, (long long)elapsed);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(view_is_read),
	KTAP_CASE(view_of_nobody_is_refused),
	KTAP_CASE(half_a_view_is_refused),
	KTAP_CASE(peer_is_read),
	KTAP_CASE(each_number_of_a_lane_has_its_field),
	KTAP_CASE(impossible_lanes_are_refused),
	KTAP_CASE(more_lanes_than_there_are_is_refused),
	KTAP_CASE(peer_without_lane_or_with_bad_node_is_refused),
	KTAP_CASE(listed_peer_must_have_its_counters),
	KTAP_CASE(notification_has_one_lane_and_no_counters),
	KTAP_CASE(truncated_peers_are_refused),
	KTAP_CASE(echo_is_read),
	KTAP_CASE(wrong_number_of_samples_is_refused),
};

KTAP_MAIN(cases)
