// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft peers: the other members of the cluster and the connections to them. The
 * row of a peer sums up its lanes; its "session" tells each of them in full.
 */
#include "command.h"
#include "output.h"

#include <stdio.h>

const char help_for_peers[] =
"Shows the other members of the cluster and how well this node reaches them.\n"
"\n"
"  state       up; resuming: both ends tell what they have received; down;\n"
"              closed: the node has left. 'fast down' and 'bulk down': the other\n"
"              of the two lanes is up\n"
"  encryption  of the connections: aes-128-gcm, chacha20-poly1305, none; mixed\n"
"              if they differ\n"
"  rtt         round trip time of the fast lane, as TCP sees it\n"
"  sent, received  bytes, with headers; K is 1024\n"
"  resent      messages sent again after a reconnect\n"
"  queue       messages that the peer has not acknowledged yet\n"
"  calls       calls that wait for their reply\n"
"\n"
"All counts are since the node became a peer. --json tells them for each lane,\n"
"with more of them.\n";

static const char *const lane_names[WEFT_LANE_COUNT] = {
	[WEFT_LANE_FAST] = "fast",
	[WEFT_LANE_BULK] = "bulk",
};

static const char *const state_names[WEFT_LANE_NR_STATES] = {
	[WEFT_LANE_DOWN] = "down",
	[WEFT_LANE_RESUMING] = "resuming",
	[WEFT_LANE_UP] = "up",
	[WEFT_LANE_CLOSED] = "closed",
};

static const char *const cipher_names[WEFT_CIPHER_COUNT] = {
	[WEFT_CIPHER_NONE] = "none",
	[WEFT_CIPHER_AES_128_GCM] = "aes-128-gcm",
	[WEFT_CIPHER_CHACHA20_POLY1305] = "chacha20-poly1305",
};

/**
 * peer_is_up() - can everything be sent to this peer at once?
 * @peer: the peer
 *
 * Return: true if all its lanes are up.
 */
bool peer_is_up(const struct weft_peer *peer)
{
	uint32_t i;

	for (i = 0; i < peer->lane_count; i++) {
		if (peer->lanes[i].state != WEFT_LANE_UP)
			return false;
	}
	return true;
}

static bool is_connected(const struct weft_lane *lane)
{
	return lane->state == WEFT_LANE_UP || lane->state == WEFT_LANE_RESUMING;
}

static const char *sum_up_two(const struct weft_lane *fast,
			      const struct weft_lane *bulk)
{
	if (fast->state == bulk->state)
		return state_names[fast->state];
	if (bulk->state == WEFT_LANE_UP)
		return "fast down";
	if (fast->state == WEFT_LANE_UP)
		return "bulk down";
	if (fast->state == WEFT_LANE_CLOSED || bulk->state == WEFT_LANE_CLOSED)
		return "closed";
	return "resuming";
}

static const struct weft_lane *find_lane(const struct weft_peer *peer,
					 enum weft_lane_id id)
{
	uint32_t i;

	for (i = 0; i < peer->lane_count; i++) {
		if (peer->lanes[i].id == id)
			return &peer->lanes[i];
	}
	return NULL;
}

static const char *sum_up_state(const struct weft_peer *peer)
{
	const struct weft_lane *fast = find_lane(peer, WEFT_LANE_FAST);
	const struct weft_lane *bulk = find_lane(peer, WEFT_LANE_BULK);

	if (fast && bulk)
		return sum_up_two(fast, bulk);
	return state_names[peer->lanes[0].state];
}

/* Return: a name, or NULL while there is no connection. */
static const char *sum_up_cipher(const struct weft_peer *peer)
{
	const char *name = NULL;
	const char *other;
	uint32_t i;

	for (i = 0; i < peer->lane_count; i++) {
		if (!is_connected(&peer->lanes[i]))
			continue;
		other = cipher_names[peer->lanes[i].cipher];
		if (name && name != other)
			return "mixed";
		name = other;
	}
	return name;
}

static void add_number(struct json_object *object, const char *key,
		       uint64_t value)
{
	output_add(object, key, json_object_new_uint64(value));
}

static void add_rtt(struct json_object *object, const struct weft_lane *lane)
{
	if (lane && lane->rtt_us)
		add_number(object, "rtt_us", lane->rtt_us);
	else
		output_add(object, "rtt_us", NULL);
}

static struct json_object *lane_object(const struct weft_lane *lane)
{
	struct json_object *object = json_object_new_object();

	output_add_string(object, "lane", lane_names[lane->id]);
	output_add_string(object, "state", state_names[lane->state]);
	output_add_string(object, "encryption", is_connected(lane) ?
			  cipher_names[lane->cipher] : NULL);
	add_rtt(object, lane);
	add_number(object, "queue", lane->queued);
	add_number(object, "credits", lane->credits);
	add_number(object, "connections", lane->connections);
	add_number(object, "sent_messages", lane->sent_messages);
	add_number(object, "sent_bytes", lane->sent_bytes);
	add_number(object, "received_messages", lane->received_messages);
	add_number(object, "received_bytes", lane->received_bytes);
	add_number(object, "resent", lane->resent);
	add_number(object, "duplicates", lane->duplicates);
	add_number(object, "breaches", lane->breaches);
	add_number(object, "stale", lane->stale);
	return object;
}

static struct json_object *session_object(const struct weft_peer *peer)
{
	struct json_object *object = json_object_new_object();
	struct json_object *lanes = json_object_new_array();
	uint32_t i;

	for (i = 0; i < peer->lane_count; i++)
		json_object_array_add(lanes, lane_object(&peer->lanes[i]));
	output_add_token(object, "incarnation", peer->incarnation);
	output_add(object, "lanes", lanes);
	return object;
}

static struct weft_lane sum_of_lanes(const struct weft_peer *peer)
{
	struct weft_lane sum = { 0 };
	uint32_t i;

	for (i = 0; i < peer->lane_count; i++) {
		sum.queued += peer->lanes[i].queued;
		sum.sent_bytes += peer->lanes[i].sent_bytes;
		sum.received_bytes += peer->lanes[i].received_bytes;
		sum.resent += peer->lanes[i].resent;
	}
	return sum;
}

static void add_peer(const struct weft_peer *peer, void *arg)
{
	struct json_object *row = json_object_new_object();
	struct weft_lane sum = sum_of_lanes(peer);

	add_number(row, "id", peer->node);
	output_add_string(row, "state", sum_up_state(peer));
	output_add_string(row, "encryption", sum_up_cipher(peer));
	add_rtt(row, find_lane(peer, WEFT_LANE_FAST));
	add_number(row, "sent_bytes", sum.sent_bytes);
	add_number(row, "received_bytes", sum.received_bytes);
	add_number(row, "resent", sum.resent);
	add_number(row, "queue", sum.queued);
	add_number(row, "calls", peer->calls);
	output_add(row, "session", session_object(peer));
	json_object_array_add(arg, row);
}

/* Nobody there is an answer, not an error; but it rarely is what was wanted. */
static void explain_no_peers(const struct weft_view *view)
{
	fprintf(stderr,
		"weft: %s, so no peers: list all nodes in /etc/weft/weft.conf, restart weftd\n",
		view->epoch ? "this node is the only member" :
			      "this node has no view");
}

/**
 * command_peers() - weft peers
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: none are known
 *
 * Return: the exit status.
 */
enum status command_peers(struct context *context, int argc, char **argv)
{
	struct weft_view view = { .sz = sizeof(view) };
	struct json_object *root, *peers;
	enum status status;
	int err;

	status = refuse_arguments(context, argc, argv);
	if (status != STATUS_OK)
		return status;
	root = output_new();
	peers = json_object_new_array();
	output_add(root, "peers", peers);
	err = weft_view_get(context->weft, &view);
	if (!err)
		err = weft_peer_dump(context->weft, add_peer, peers);
	if (err)
		status = module_failure(context, err);
	else
		status = print_result(context, root);
	if (status == STATUS_OK && !json_object_array_length(peers))
		explain_no_peers(&view);
	json_object_put(root);
	return status;
}
