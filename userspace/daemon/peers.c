// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other nodes of the cluster. The module owns every connection that works;
 * the daemon only brings new ones for lanes that the module says are down, and
 * asks again after each notification and each second. So a restart of the daemon
 * disturbs nothing, and it does not matter which notification was lost.
 *
 * Order: identity, view, connections. While the module is gone, foreign or
 * silent, all of it rests.
 */
#include "peers.h"

#include "security.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What was up for less than this has not lasted: see dial_again(). */
#define LASTING_MS	DIAL_DELAY_MS_MIN

static bool is_member(const struct config *config, uint32_t node)
{
	return config->members >> (node - 1) & 1;
}

static bool is_other_member(const struct peers *peers, uint32_t node)
{
	return node != peers->config->node && is_member(peers->config, node);
}

/* The node with the higher number dials. */
static bool is_dialed_from_here(const struct peers *peers, uint32_t node)
{
	return is_other_member(peers, node) && node < peers->config->node;
}

static void receive_peer(const struct weft_peer *peer, void *arg)
{
	struct peers *peers = arg;
	struct peer *known;
	uint32_t i;

	if (peer->node < WEFT_NODE_MIN || peer->node > WEFT_NODE_MAX)
		return;
	known = &peers->nodes[peer->node];
	known->is_known = true;
	if (peer->incarnation > peers->incarnations[peer->node])
		peers->incarnations[peer->node] = peer->incarnation;
	for (i = 0; i < peer->lane_count; i++) {
		if ((unsigned int)peer->lanes[i].id < WEFT_LANE_COUNT)
			known->states[peer->lanes[i].id] = peer->lanes[i].state;
	}
}

static void sync_lane(struct peers *peers, uint32_t node,
		      enum weft_lane_id lane)
{
	struct peer *peer = &peers->nodes[node];
	struct dial *dial = &peer->dials[lane];
	int64_t since_ms = peer->up_since_ms[lane];
	int64_t now_ms = loop_now_ms();

	if (peer->states[lane] == WEFT_LANE_UP && !since_ms)
		peer->up_since_ms[lane] = now_ms;
	if (peer->states[lane] != WEFT_LANE_UP)
		peer->up_since_ms[lane] = 0;
	if (!is_dialed_from_here(peers, node))
		return;
	if (peer->states[lane] != WEFT_LANE_DOWN)
		dial_stop(dial);
	else if (!dial_is_busy(dial))
		dial_again(dial, since_ms && now_ms - since_ms >= LASTING_MS);
}

static void sync_peer(struct peers *peers, uint32_t node)
{
	struct peer *peer = &peers->nodes[node];
	bool is_connected = true;
	int lane;

	for (lane = 0; lane < WEFT_LANE_COUNT; lane++) {
		sync_lane(peers, node, (enum weft_lane_id)lane);
		if (peer->states[lane] != WEFT_LANE_UP)
			is_connected = false;
	}
	if (is_connected == peer->is_connected)
		return;
	peer->is_connected = is_connected;
	if (is_connected)
		log_write(peers->log, LOG_NOTICE,
			  "node %u is connected on all lanes", node);
	else
		log_write(peers->log, LOG_NOTICE,
			  "node %u has lost a connection", node);
}

static void prepare_dials(struct peers *peers, uint32_t node)
{
	struct connection_target target = {
		.node = node,
		.address = peers->config->nodes[node],
	};
	int lane;

	for (lane = 0; lane < WEFT_LANE_COUNT; lane++) {
		target.lane = (enum weft_lane_id)lane;
		dial_prepare(&peers->nodes[node].dials[lane], &peers->context,
			     &target);
	}
}

/* From nothing: whatever was known belongs to another life or another file. */
static void begin(struct peers *peers, uint64_t incarnation)
{
	uint32_t node;

	memset(peers->nodes, 0, sizeof(peers->nodes));
	memset(peers->incarnations, 0, sizeof(peers->incarnations));
	memset(&peers->heard, 0, sizeof(peers->heard));
	peers->incarnation = incarnation;
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (is_other_member(peers, node))
			prepare_dials(peers, node);
	}
	peers->listener.is_resting = false;
}

/**
 * peers_rest() - give up all attempts; what the module has, it keeps
 * @peers: open or not
 */
void peers_rest(struct peers *peers)
{
	uint32_t node;
	int lane;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		for (lane = 0; lane < WEFT_LANE_COUNT; lane++)
			dial_stop(&peers->nodes[node].dials[lane]);
	}
	listener_rest(&peers->listener);
	peers->incarnation = 0;
	peers->problem[0] = '\0';
}

/**
 * peers_sync() - bring the module what it lacks
 * @peers:       open
 * @weft:        the handle of a module that has the identity of this node
 * @incarnation: of this node
 */
void peers_sync(struct peers *peers, struct weft *weft, uint64_t incarnation)
{
	uint32_t node;

	if (!peers->config->members)
		return;
	peers->weft = weft;
	if (peers->incarnation != incarnation) {
		peers_rest(peers);
		begin(peers, incarnation);
	}
	if (peers_sync_view(peers))
		return;
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++)
		peers->nodes[node].is_known = false;
	if (weft_peer_dump(weft, receive_peer, peers)) {
		log_write(peers->log, LOG_DEBUG, "%s", weft_strerror(weft));
		return;
	}
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (peers->nodes[node].is_known && is_other_member(peers, node))
			sync_peer(peers, node);
	}
}

/**
 * peers_count() - count them
 * @peers: open
 * @count: the result
 */
void peers_count(const struct peers *peers, struct peers_count *count)
{
	uint32_t node;
	int lane;

	memset(count, 0, sizeof(*count));
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (!is_other_member(peers, node))
			continue;
		count->expected++;
		count->lanes_expected += WEFT_LANE_COUNT;
		if (!peers->incarnation)
			continue;
		count->connected += peers->nodes[node].is_connected;
		for (lane = 0; lane < WEFT_LANE_COUNT; lane++)
			count->lanes_up += peers->nodes[node].states[lane] ==
					   WEFT_LANE_UP;
	}
}

static void warn_of_security(const struct peers *peers,
			     const struct config *config)
{
	if (config->is_insecure)
		log_write(peers->log, LOG_WARNING,
			  "connections to other nodes are insecure, as [security] says: anybody in the network can read and forge them");
	else if (!tls_is_in_kernel())
		log_write(peers->log, LOG_ERR,
			  "no node can be connected: this kernel has no TLS for sockets; load it with 'modprobe tls'");
}

static bool has_same_place(const struct config *a, const struct config *b)
{
	return a->port == b->port &&
	       a->listen.any.sa_family == b->listen.any.sa_family &&
	       (a->listen.any.sa_family == AF_UNSPEC ||
		address_is_same_host(&a->listen, &b->listen));
}

static int open_listener(struct peers *peers, const struct config *config)
{
	int fd, err;

	if (peers->listener.source.fd >= 0)
		return 0;
	fd = listener_socket(config, peers->log);
	if (fd < 0)
		return fd;
	err = listener_start(&peers->listener, fd);
	if (!err)
		return 0;
	close(fd);
	log_write(peers->log, LOG_ERR, "cannot watch the listening socket: %s",
		  strerror(-err));
	return err;
}

/* All that can fail, first: on error what is in use has not been touched. */
static int apply(struct peers *peers, const struct config *config)
{
	struct tls_context *tls;
	int err;

	err = security_open(&tls, config, peers->log);
	if (err)
		return err;
	err = open_listener(peers, config);
	if (err) {
		tls_context_free(tls);
		return err;
	}
	/* only now nobody uses the old one any more */
	peers_rest(peers);
	tls_context_free(peers->tls);
	peers->tls = tls;
	peers->context.tls = tls;
	warn_of_security(peers, config);
	return 0;
}

/**
 * peers_open() - read the key and listen; connects nobody yet
 * @peers: with @loop, @log, @config and @membership set, the rest zero
 *
 * Return: 0, or -errno after a log line.
 */
int peers_open(struct peers *peers)
{
	peers->context.loop = peers->loop;
	peers->context.ops = &peers_connection_ops;
	peers->context.arg = peers;
	peers->refusals.log = peers->log;
	peers->listener.source.fd = -1;
	peers->listener.context = &peers->context;
	peers->listener.refusals = &peers->refusals;
	peers->listener.config = peers->config;
	peers->listener.is_resting = true;
	if (!peers->config->members)
		return 0;
	return apply(peers, peers->config);
}

/**
 * peers_reload() - take another configuration
 * @peers:  open
 * @config: the new one; the caller copies it to where @peers->config points, if
 *          this succeeds, and calls peers_sync()
 *
 * Connections that the module has are not touched; all that are being made begin
 * again.
 *
 * Return: 0, or -errno after a log line; then nothing has changed.
 */
int peers_reload(struct peers *peers, const struct config *config)
{
	if (!config->members) {
		peers_rest(peers);
		listener_close(&peers->listener);
		return 0;
	}
	if (peers->listener.source.fd >= 0 &&
	    !has_same_place(peers->config, config)) {
		log_write(peers->log, LOG_ERR,
			  "[network] cannot change while weftd runs: start weftd again, which leaves all connections as they are");
		return -EBUSY;
	}
	return apply(peers, config);
}

/**
 * peers_close() - stop; what the module has, it keeps
 * @peers: open, or all zero
 */
void peers_close(struct peers *peers)
{
	if (!peers->context.loop)
		return;
	peers_rest(peers);
	listener_close(&peers->listener);
	tls_context_free(peers->tls);
	peers->tls = NULL;
}
