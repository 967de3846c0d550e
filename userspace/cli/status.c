// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft status: the module, the identity, the view, the nodes and the daemon.
 */
#include "command.h"
#include "output.h"

#include <errno.h>
#include <stdio.h>

const char help_for_status[] =
"Shows the weft module, the identity of this node, the view (its epoch, the\n"
"number of members, and to how many of them this node is connected), the nodes\n"
"that this node knows, and the weft daemon.\n"
"\n"
"Exit status: 0 if module and daemon are well; 1 if the module is not loaded\n"
"or something is wrong; 5 if the daemon is not running; 6 if one of them does\n"
"not answer in time. What is known is printed in any case.\n";

static struct json_object *module_section(const struct weft_module *module)
{
	struct json_object *section = json_object_new_object();

	output_add_string(section, "state", "loaded");
	output_add_string(section, "version", module->version);
	output_add(section, "node_max",
		   json_object_new_int64(module->node_max));
	return section;
}

static struct json_object *cluster_section(const struct weft_cluster *cluster)
{
	struct json_object *section = json_object_new_object();
	bool is_configured = cluster->is_configured;

	output_add(section, "configured",
		   json_object_new_boolean(is_configured));
	output_add_string(section, "name",
			  is_configured ? cluster->name : NULL);
	output_add(section, "node", is_configured ?
		   json_object_new_int64(cluster->node) : NULL);
	output_add(section, "lease_ms",
		   json_object_new_int64(cluster->lease_ms));
	if (is_configured)
		output_add_token(section, "incarnation", cluster->incarnation);
	else
		output_add(section, "incarnation", NULL);
	return section;
}

static void add_node(const struct weft_node *node, void *arg)
{
	struct json_object *row = json_object_new_object();

	output_add(row, "id", json_object_new_int64(node->id));
	output_add(row, "local", json_object_new_boolean(node->is_local));
	output_add_token(row, "incarnation", node->incarnation);
	output_add(row, "age_ms", json_object_new_uint64(node->age_ms));
	json_object_array_add(arg, row);
}

/* The sections that the module answers for; null where it did not. */
static int add_module(struct json_object *root, struct weft *weft)
{
	struct weft_cluster cluster = { .sz = sizeof(cluster) };
	struct weft_module module = { .sz = sizeof(module) };
	struct json_object *section;
	int err;

	err = weft_module_get(weft, &module);
	if (!err) {
		section = module_section(&module);
	} else {
		section = json_object_new_object();
		output_add_string(section, "state", err == -ENODEV ?
				  "not-loaded" : "unreachable");
	}
	output_add(root, "module", section);
	if (!err)
		err = weft_cluster_get(weft, &cluster);
	output_add(root, "cluster", err ? NULL : cluster_section(&cluster));
	return err;
}

static int add_nodes(struct json_object *root, struct weft *weft)
{
	struct json_object *nodes = json_object_new_array();
	int err;

	err = weft_node_dump(weft, add_node, nodes);
	if (err) {
		json_object_put(nodes);
		nodes = NULL;
	}
	output_add(root, "nodes", nodes);
	return err;
}

static void count_peer(const struct weft_peer *peer, void *arg)
{
	unsigned int *connected = arg;

	if (peer_is_up(peer))
		(*connected)++;
}

static int add_view(struct json_object *root, struct weft *weft)
{
	struct weft_view view = { .sz = sizeof(view) };
	struct json_object *section;
	unsigned int connected = 0;
	int err;

	err = weft_view_get(weft, &view);
	if (!err)
		err = weft_peer_dump(weft, count_peer, &connected);
	if (err) {
		output_add(root, "view", NULL);
		return err;
	}
	section = json_object_new_object();
	output_add(section, "epoch", json_object_new_uint64(view.epoch));
	output_add(section, "members",
		   json_object_new_int(__builtin_popcountll(view.members)));
	output_add(section, "connected",
		   json_object_new_int64(connected));
	output_add(root, "view", section);
	return 0;
}

/* All that the module knows; what follows the first failure is null. */
static int add_all(struct json_object *root, struct weft *weft)
{
	int err = add_module(root, weft);

	if (!err)
		err = add_view(root, weft);
	else
		output_add(root, "view", NULL);
	if (!err)
		err = add_nodes(root, weft);
	else
		output_add(root, "nodes", NULL);
	return err;
}

/**
 * command_status() - weft status
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: none are known
 *
 * Return: the exit status.
 */
enum status command_status(struct context *context, int argc, char **argv)
{
	struct json_object *root, *daemon;
	enum status status, daemon_status;
	const char *sentence;
	int err;

	status = refuse_arguments(context, argc, argv);
	if (status != STATUS_OK)
		return status;
	root = output_new();
	err = add_all(root, context->weft);
	if (err)
		status = module_failure(context, err);
	daemon = daemon_get(context->weft, &daemon_status, &sentence);
	output_add(root, "daemon", daemon);
	if (print_result(context, root) != STATUS_OK)
		status = STATUS_ERROR;
	/* one sentence: without the module, the daemon cannot be well either */
	if (status == STATUS_OK && daemon_status != STATUS_OK) {
		fprintf(stderr, "weft: %s\n", sentence);
		status = daemon_status;
	}
	json_object_put(root);
	return status;
}
