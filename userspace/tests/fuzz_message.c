// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a netlink message: a result within its limits, or none. */
#include "internal.h"

#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ECHO_COUNT	4

static void check_peer(const struct weft_peer *peer)
{
	uint32_t i;

	if (peer->node < WEFT_NODE_MIN || peer->node > WEFT_NODE_MAX ||
	    !peer->lane_count || peer->lane_count > WEFT_LANE_COUNT)
		abort();
	for (i = 0; i < peer->lane_count; i++) {
		if (peer->lanes[i].id >= WEFT_LANE_COUNT ||
		    peer->lanes[i].state >= WEFT_LANE_NR_STATES ||
		    peer->lanes[i].cipher >= WEFT_CIPHER_COUNT)
			abort();
	}
}

static void parse_sessions(struct nlmsghdr *nlh)
{
	uint64_t samples[ECHO_COUNT];
	struct weft_view view;
	struct weft_peer peer;
	uint64_t elapsed;

	if (!weft_parse_view(nlh, WEFT_CMD_VIEW_GET, &view) &&
	    !view.epoch != !view.members)
		abort();
	if (!weft_parse_peer(nlh, WEFT_CMD_PEER_GET, &peer))
		check_peer(&peer);
	if (!weft_parse_peer(nlh, WEFT_CMD_PEER_NTF, &peer)) {
		check_peer(&peer);
		if (peer.lane_count != 1)
			abort();
	}
	(void)weft_parse_echo(nlh, ECHO_COUNT, samples, &elapsed);
}

static void check_reason(const struct weft_reason *reason)
{
	uint32_t i;

	if (!reason->text[0] || !weft_is_printable(reason->text))
		abort();
	for (i = 0; i < reason->detail_count; i++) {
		if (!weft_is_printable(reason->details[i]))
			abort();
	}
}

static void parse_check(struct nlmsghdr *nlh)
{
	static struct weft_check_reply reply;
	uint32_t i;

	if (weft_parse_check(nlh, &reply))
		return;
	if (!reply.result.pid || reply.result.node > WEFT_NODE_MAX ||
	    reply.result.reason_count > WEFT_CHECK_REASONS_MAX)
		abort();
	for (i = 0; i < reply.result.reason_count; i++)
		check_reason(&reply.reasons[i]);
}

static void parse_process(struct nlmsghdr *nlh)
{
	struct weft_migrate_result moved;
	struct weft_body_wanted wanted;
	uint32_t fd;

	if (!weft_parse_migrate(nlh, &moved) &&
	    (!moved.pid || !moved.serial || moved.node > WEFT_NODE_MAX))
		abort();
	if (!weft_parse_body_wanted(nlh, WEFT_CMD_BODY_NTF, &wanted) &&
	    (!wanted.pid || !wanted.serial || wanted.home > WEFT_NODE_MAX ||
	     strlen(wanted.name) >= sizeof(wanted.name) ||
	     !weft_is_printable(wanted.name)))
		abort();
	if (!weft_parse_body_open(nlh, &fd) && fd > INT32_MAX)
		abort();
}

static void parse_listed(struct nlmsghdr *nlh)
{
	struct weft_process process;

	if (weft_parse_process(nlh, &process))
		return;
	if (!process.pid || !process.serial || !process.home || !process.node ||
	    process.home > WEFT_NODE_MAX || process.node > WEFT_NODE_MAX ||
	    process.home == process.node ||
	    process.state >= WEFT_PROCESS_NR_STATES ||
	    strlen(process.name) >= sizeof(process.name) ||
	    !weft_is_printable(process.name))
		abort();
}

static void parse(struct nlmsghdr *nlh)
{
	struct weft_cluster cluster;
	struct weft_family family;
	struct weft_module module;
	struct weft_node node;
	char text[WEFT_ERROR_LEN];

	if (!weft_parse_cluster(nlh, WEFT_CMD_CLUSTER_GET, &cluster) &&
	    cluster.is_configured && !weft_cluster_name_is_valid(cluster.name))
		abort();
	if (!weft_parse_node(nlh, &node) && node.id > WEFT_NODE_MAX)
		abort();
	if (!weft_parse_module(nlh, &module) &&
	    strlen(module.version) >= WEFT_VERSION_LEN)
		abort();
	(void)weft_parse_family(nlh, "weft", &family);
	parse_sessions(nlh);
	parse_check(nlh);
	parse_process(nlh);
	parse_listed(nlh);
	weft_parse_extack(nlh, text, sizeof(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *nlh;

	if (size < sizeof(*nlh))
		return 0;
	nlh = malloc(size);
	if (!nlh)
		abort();
	memcpy(nlh, data, size);
	/* libnl hands over only messages that are as long as they say */
	nlh->nlmsg_len = (uint32_t)size;
	parse(nlh);
	free(nlh);
	return 0;
}
