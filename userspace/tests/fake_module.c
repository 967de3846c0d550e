// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module to test daemon and command against where none can be loaded. It
 * stands in for lib/module.c and lib/events.c; everything else is the real
 * thing. Its state is the file named by $WEFT_FAKE_MODULE, one line:
 *
 *   NAME NODE LEASE_MS INCARNATION	"-" as NAME: no identity
 *   error ERRNO			every question is refused
 *
 * Without the file, the module is not loaded.
 */
#include "internal.h"

#include <errno.h>
#include <inttypes.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *state_path(void)
{
	const char *path = getenv("WEFT_FAKE_MODULE");

	return path ? path : "/nonexistent";
}

static int read_state(struct weft *weft, struct weft_cluster *cluster)
{
	FILE *file = fopen(state_path(), "r");
	int count;

	memset(cluster, 0, sizeof(*cluster));
	cluster->sz = sizeof(*cluster);
	if (!file)
		return weft_fail(weft, -ENODEV,
				 "the weft module is not loaded: load it with 'modprobe weft' or 'insmod weft.ko'");
	count = fscanf(file, "%31s %u %u %" SCNu64, cluster->name,
		       &cluster->node, &cluster->lease_ms,
		       &cluster->incarnation);
	fclose(file);
	if (!strcmp(cluster->name, "error"))
		return weft_fail(weft, -(int)cluster->node,
				 "the fake module refuses");
	if (count != 4)
		return weft_fail(weft, -EPROTO, "the fake state is broken");
	cluster->is_configured = strcmp(cluster->name, "-") != 0;
	return 0;
}

static int write_state(struct weft *weft, const struct weft_cluster *cluster)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s.new", state_path());
	file = fopen(path, "w");
	if (!file)
		return weft_fail(weft, -EIO, "cannot write the fake state");
	fprintf(file, "%s %u %u %" PRIu64 "\n", cluster->name, cluster->node,
		cluster->lease_ms, cluster->incarnation);
	fclose(file);
	return rename(path, state_path()) ? -errno : 0;
}

int weft_module_get(struct weft *weft, struct weft_module *module)
{
	struct weft_cluster cluster;
	int err = read_state(weft, &cluster);

	if (err)
		return err;
	module->node_max = WEFT_NODE_MAX;
	strcpy(module->version, "fake");
	return 0;
}

int weft_cluster_get(struct weft *weft, struct weft_cluster *cluster)
{
	return read_state(weft, cluster);
}

int weft_cluster_set(struct weft *weft,
		     const struct weft_cluster_options *options,
		     struct weft_cluster *cluster)
{
	struct timespec now;
	int err = read_state(weft, cluster);

	if (err)
		return err;
	if (!cluster->is_configured) {
		clock_gettime(CLOCK_REALTIME, &now);
		cluster->incarnation = (uint64_t)now.tv_sec * 1000000000 +
				       (uint64_t)now.tv_nsec;
		strcpy(cluster->name, options->name);
		cluster->node = options->node;
		cluster->is_configured = true;
	} else if (options->name && strcmp(options->name, cluster->name)) {
		return weft_fail(weft, -EBUSY, "the fake module is taken");
	}
	cluster->lease_ms = options->lease_ms;
	return write_state(weft, cluster);
}

int weft_node_dump(struct weft *weft, weft_node_fn *node, void *arg)
{
	struct weft_node local = { .sz = sizeof(local), .is_local = true };
	struct weft_cluster cluster;
	int err = read_state(weft, &cluster);

	if (err || !cluster.is_configured)
		return err;
	local.id = cluster.node;
	local.incarnation = cluster.incarnation;
	local.age_ms = 61000;
	node(&local, arg);
	return 0;
}

/* A real socket that nobody ever writes to. */
int weft_events_open(struct weft *weft)
{
	return weft_netlink_connect(weft, &weft->events);
}

int weft_events_fd(const struct weft *weft)
{
	return nl_socket_get_fd(weft->events);
}

int weft_events_read(struct weft *weft, weft_event_fn *event, void *arg)
{
	(void)weft;
	(void)event;
	(void)arg;
	return 0;
}

void weft_events_close(struct weft *weft)
{
	nl_socket_free(weft->events);
	weft->events = NULL;
}
