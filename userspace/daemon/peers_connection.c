// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What connections need from the cluster: who this node is, whether the other
 * end is who it should be, and the module that takes the socket.
 */
#include "peers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char * const lane_names[WEFT_LANE_COUNT] = {
	[WEFT_LANE_FAST] = "fast",
	[WEFT_LANE_BULK] = "bulk",
};

/* A question about the view failed; @what is half a sentence. Says it once. */
static int fail_view(struct peers *peers, const char *what, int err)
{
	char problem[PEERS_PROBLEM_LEN];

	snprintf(problem, sizeof(problem), "%s: %s", what,
		 weft_strerror(peers->weft));
	if (strcmp(problem, peers->problem))
		log_write(peers->log, LOG_ERR, "%s", problem);
	memcpy(peers->problem, problem, sizeof(problem));
	return err;
}

/**
 * peers_sync_view() - let the module have the right view
 * @peers: with a module that has the identity of this node
 *
 * Return: 0 with @peers->view as the module has it, or -errno after a log line.
 */
int peers_sync_view(struct peers *peers)
{
	struct weft_view present = { .sz = sizeof(present) };
	struct weft_view wanted;
	int err;

	err = weft_view_get(peers->weft, &present);
	if (err)
		return fail_view(peers, "cannot read the view", err);
	if (peers->membership->wanted(peers->config, &present, &peers->heard,
				      &wanted)) {
		err = weft_view_set(peers->weft, &wanted);
		if (err)
			return fail_view(peers, "cannot install the view", err);
		log_write(peers->log, LOG_NOTICE,
			  "the view has epoch %llu and %d members",
			  (unsigned long long)wanted.epoch,
			  __builtin_popcountll(wanted.members));
	}
	peers->view = wanted;
	peers->problem[0] = '\0';
	return 0;
}

static void introduce(struct greeting *greeting, void *arg)
{
	const struct peers *peers = arg;

	greeting->from = peers->config->node;
	greeting->incarnation = peers->incarnation;
	greeting->epoch = peers->view.epoch;
	greeting->members = peers->view.members;
	snprintf(greeting->cluster, sizeof(greeting->cluster), "%s",
		 peers->config->name);
}

/*
 * A life does not begin while the one before it goes on: then two nodes have the
 * same number, and the newcomer is the one that is wrong. A node that died
 * without a word is gone from here a few seconds later, and may come back then.
 */
static bool is_usurper(const struct peers *peers,
		       const struct greeting *greeting)
{
	const struct peer *known = &peers->nodes[greeting->from];
	int lane;

	if (greeting->incarnation == peers->incarnations[greeting->from])
		return false;
	for (lane = 0; lane < WEFT_LANE_COUNT; lane++) {
		if (known->states[lane] == WEFT_LANE_UP)
			return true;
	}
	return false;
}

static enum refusal judge(const struct connection *connection,
			  const struct greeting *greeting, void *arg)
{
	struct peers *peers = arg;
	const struct greeting_expected expected = {
		.kind = connection->is_dialer ? GREETING_WELCOME :
						GREETING_HELLO,
		.cluster = peers->config->name,
		.self = peers->config->node,
		.authenticated = connection->is_dialer ? WEFT_NODE_NONE :
							 connection->node,
		.peer = connection->node,
		.lane = connection->lane,
		.members = peers->config->members,
		.incarnations = peers->incarnations,
	};
	enum refusal refusal = greeting_check(greeting, &expected);

	if (refusal != REFUSAL_NONE)
		return refusal;
	if (is_usurper(peers, greeting))
		return REFUSAL_NODE;
	peers->heard.epoch = greeting->epoch;
	peers->heard.members = greeting->members;
	return peers_sync_view(peers) ? REFUSAL_BUSY : REFUSAL_NONE;
}

static int attach(struct connection *connection, void *arg)
{
	struct peers *peers = arg;
	const struct weft_attach_options options = {
		.sz = sizeof(options),
		.node = connection->node,
		.incarnation = connection->incarnation,
		.lane = connection->lane,
		.fd = connection->source.fd,
	};
	int err;

	err = weft_peer_attach(peers->weft, &options);
	if (err)
		snprintf(connection->problem, sizeof(connection->problem),
			 "the module does not take the connection: %s",
			 weft_strerror(peers->weft));
	else
		peers->incarnations[connection->node] = connection->incarnation;
	return err;
}

/* Both lanes fail in the same way, and again and again: say it once. */
static void note_trouble(struct peers *peers,
			 const struct connection *connection)
{
	struct peer *peer = &peers->nodes[connection->node];
	char text[ADDRESS_TEXT_LEN];

	if (!strcmp(peer->trouble, connection->problem))
		return;
	memcpy(peer->trouble, connection->problem, sizeof(peer->trouble));
	address_format(&connection->address, text, sizeof(text));
	log_write(peers->log, LOG_WARNING, "node %u at %s: %s",
		  connection->node, text, connection->problem);
}

static void note_success(struct peers *peers,
			 const struct connection *connection)
{
	peers->nodes[connection->node].trouble[0] = '\0';
	refusals_forget(&peers->refusals, &connection->address);
	log_write(peers->log, LOG_DEBUG,
		  "node %u: the module has a connection for the %s lane",
		  connection->node, lane_names[connection->lane]);
}

static void ended(struct connection *connection, void *arg)
{
	struct peers *peers = arg;
	char text[ADDRESS_TEXT_LEN];

	if (connection->state == CONNECTION_DONE) {
		note_success(peers, connection);
	} else if (connection->refusal != REFUSAL_NONE) {
		refusals_note(&peers->refusals, &connection->address,
			      connection->refusal, loop_now_ms());
	} else if (connection->node != WEFT_NODE_NONE) {
		note_trouble(peers, connection);
	} else {
		address_format(&connection->address, text, sizeof(text));
		log_write(peers->log, LOG_DEBUG, "%s: %s", text,
			  connection->problem);
	}
}

const struct connection_ops peers_connection_ops = {
	.introduce = introduce,
	.judge = judge,
	.attach = attach,
	.ended = ended,
};
