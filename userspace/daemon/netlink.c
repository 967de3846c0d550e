// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The link to the module. The module is the owner of the truth: the daemon
 * keeps no copy that it would believe after a restart of either side.
 *
 * netlink_sync() is nearly all that ever happens: at the start, each second,
 * after a notification and after a reload. It asks, compares with the
 * configuration, and changes what differs. So it does not matter which
 * notification was lost, or how often the module came and went in between.
 *
 * A process of another node that asks for a body is told by a notification, and is
 * not asked about each second; but it is after each one that may have been missed,
 * which all are that came before this daemon.
 */
#include "netlink.h"

#include "identity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#define TIMEOUT_MS	2000	/* less than any sensible watchdog */

static const char * const state_names[] = {
	[MODULE_UNKNOWN] = "unknown",
	[MODULE_READY] = "ready",
	[MODULE_GONE] = "gone",
	[MODULE_FOREIGN] = "foreign",
	[MODULE_FAILING] = "failing",
};

/**
 * netlink_state_name() - what a state is called in the status
 * @state: the state
 *
 * Return: one word.
 */
const char *netlink_state_name(enum module_state state)
{
	return state_names[state];
}

static void unsubscribe(struct netlink *netlink)
{
	if (netlink->events.fd < 0)
		return;
	loop_remove(netlink->loop, &netlink->events);
	weft_events_close(netlink->weft);
	netlink->events.fd = -1;
}

static void receive_event(const struct weft_event *event, void *arg)
{
	static const char * const names[] = {
		[WEFT_EVENT_CLUSTER] = "the identity or the lease",
		[WEFT_EVENT_VIEW] = "the view",
		[WEFT_EVENT_PEER] = "the lane of a peer",
	};
	struct netlink *netlink = arg;

	if (event->kind == WEFT_EVENT_BODY) {
		/* bodies are for peers of the configured cluster */
		if (netlink->state == MODULE_READY)
			netlink->body_wanted(&event->body, netlink->arg);
		else
			netlink->has_missed = true;
		return;
	}
	log_write(netlink->log, LOG_DEBUG, "notification: %s changed",
		  names[event->kind]);
}

/* Whatever a notification says or whether it was lost: ask for the truth. */
static void events_ready(struct loop_source *source, uint32_t events)
{
	struct netlink *netlink = container_of(source, struct netlink, events);
	int err;

	(void)events;
	err = weft_events_read(netlink->weft, receive_event, netlink);
	if (err)
		log_write(netlink->log, LOG_DEBUG, "%s",
			  weft_strerror(netlink->weft));
	if (err)
		netlink->has_missed = true;
	if (err && err != -ENOBUFS && err != -EPROTO)
		unsubscribe(netlink);
	(void)netlink_sync(netlink);
}

static int subscribe(struct netlink *netlink)
{
	int err;

	err = weft_events_open(netlink->weft);
	if (err)
		return err;
	netlink->events.fd = weft_events_fd(netlink->weft);
	netlink->events.ready = events_ready;
	err = loop_add(netlink->loop, &netlink->events, EPOLLIN);
	if (err)
		unsubscribe(netlink);
	netlink->has_missed = true;
	return err;
}

static void receive_wanted(const struct weft_body_wanted *wanted, void *arg)
{
	const struct netlink *netlink = arg;

	netlink->body_wanted(wanted, netlink->arg);
}

/* Bodies that were asked for when nobody listened. */
static void catch_up(struct netlink *netlink)
{
	int err = weft_body_dump(netlink->weft, receive_wanted, netlink);

	if (err)
		log_write(netlink->log, LOG_WARNING,
			  "cannot ask which processes want to come here: %s",
			  weft_strerror(netlink->weft));
	else
		netlink->has_missed = false;
}

/* A new state, with the reason if it is a bad one. Says it once. */
static void set_state(struct netlink *netlink, enum module_state state,
		      const char *problem)
{
	bool was_bad = netlink->state > MODULE_READY;

	if (netlink->state == state && !strcmp(netlink->problem, problem))
		return;
	netlink->state = state;
	snprintf(netlink->problem, sizeof(netlink->problem), "%s", problem);
	if (state != MODULE_READY)
		log_write(netlink->log, LOG_ERR, "%s", problem);
	else if (was_bad)
		log_write(netlink->log, LOG_NOTICE, "the module is back");
	netlink->changed(netlink->arg);
}

/* The last question to the module failed; @what is half a sentence. */
static void fail(struct netlink *netlink, const char *what)
{
	char problem[NETLINK_PROBLEM_LEN];

	snprintf(problem, sizeof(problem), "%s: %s", what,
		 weft_strerror(netlink->weft));
	set_state(netlink, MODULE_FAILING, problem);
}

static void log_identity(const struct netlink *netlink, const char *what,
			 const struct weft_cluster *cluster)
{
	char incarnation[32];

	snprintf(incarnation, sizeof(incarnation), "%" PRIu64,
		 cluster->incarnation);
	log_write(netlink->log, LOG_NOTICE,
		  "%s: node %u of cluster '%s', lease %u ms, incarnation %s",
		  what, cluster->node, cluster->name, cluster->lease_ms,
		  incarnation);
}

/* Return: 0, 1 if the module refused, -ENODEV. */
static int set_identity(struct netlink *netlink, bool is_lease_only)
{
	const struct config *config = netlink->config;
	struct weft_cluster_options options = {
		.sz = sizeof(options),
		.lease_ms = config->lease_ms,
	};
	struct weft_cluster cluster = { .sz = sizeof(cluster) };
	int err;

	if (!is_lease_only) {
		options.name = config->name;
		options.node = config->node;
	}
	err = weft_cluster_set(netlink->weft, &options, &cluster);
	if (err == -ENODEV)
		return err;
	if (err) {
		fail(netlink, is_lease_only ? "cannot change the lease" :
		     "cannot give the module its identity");
		return 1;
	}
	log_identity(netlink, is_lease_only ? "the lease was changed" :
					      "the module was given its identity",
		     &cluster);
	netlink->incarnation = cluster.incarnation;
	return 0;
}

static void adopt(struct netlink *netlink, const struct weft_cluster *cluster)
{
	if (netlink->incarnation == cluster->incarnation)
		return;
	log_identity(netlink, "the module has its identity already", cluster);
	netlink->incarnation = cluster->incarnation;
}

static void refuse(struct netlink *netlink, const struct weft_cluster *cluster)
{
	const struct config *config = netlink->config;
	char problem[NETLINK_PROBLEM_LEN];

	snprintf(problem, sizeof(problem),
		 "the module is node %u of cluster '%s', but %s says node %u of cluster '%s': correct the file, or unload the module ('rmmod weft') to let it take the new identity",
		 cluster->node, cluster->name, netlink->config_path,
		 config->node, config->name);
	set_state(netlink, MODULE_FOREIGN, problem);
}

/* Makes the module what it should be. Return: 0, 1 if refused, -errno. */
static int apply(struct netlink *netlink, const struct weft_cluster *cluster)
{
	switch (identity_decide(cluster, netlink->config)) {
	case IDENTITY_GIVE:
		return set_identity(netlink, false);
	case IDENTITY_SET_LEASE:
		adopt(netlink, cluster);
		return set_identity(netlink, true);
	case IDENTITY_KEEP:
		adopt(netlink, cluster);
		return 0;
	case IDENTITY_REFUSE:
	default:
		refuse(netlink, cluster);
		return 1;
	}
}

/**
 * netlink_sync() - one round trip to the module, and what follows from it
 * @netlink: the link
 *
 * Afterwards @netlink->state and @netlink->problem are true.
 *
 * Return: 0 if the module answered, whatever it said; -errno if it did not.
 */
int netlink_sync(struct netlink *netlink)
{
	struct weft_cluster cluster = { .sz = sizeof(cluster) };
	int answered, err;

	answered = weft_cluster_get(netlink->weft, &cluster);
	err = answered;
	/* a module that was loaded again has forgotten its subscribers */
	if (!err && (netlink->events.fd < 0 ||
		     cluster.incarnation != netlink->incarnation)) {
		unsubscribe(netlink);
		err = subscribe(netlink);
	}
	if (!err)
		err = apply(netlink, &cluster);
	if (!err)
		set_state(netlink, MODULE_READY, "");
	else if (err == -ENODEV)
		set_state(netlink, MODULE_GONE, weft_strerror(netlink->weft));
	else if (err < 0)
		fail(netlink, "cannot use the module");
	if (!err && netlink->has_missed)
		catch_up(netlink);
	netlink->synced(netlink->arg);
	return answered;
}

/**
 * netlink_open() - prepare the link; asks the module nothing yet
 * @netlink: with @loop, @log, @config, @config_path, @changed, @synced,
 *           @body_wanted and @arg set, the rest zero
 *
 * Return: 0, or -errno after a log line.
 */
int netlink_open(struct netlink *netlink)
{
	const struct weft_open_options options = {
		.sz = sizeof(options),
		.timeout_ms = TIMEOUT_MS,
	};
	int err;

	netlink->events.fd = -1;
	err = weft_open(&netlink->weft, &options);
	if (err)
		log_write(netlink->log, LOG_ERR, "cannot open libweft: %s",
			  strerror(-err));
	return err;
}

/**
 * netlink_close() - hang up; the module keeps its identity
 * @netlink: as netlink_open() left it, also after an error
 */
void netlink_close(struct netlink *netlink)
{
	if (!netlink->weft)
		return;
	unsubscribe(netlink);
	weft_close(netlink->weft);
	netlink->weft = NULL;
}
