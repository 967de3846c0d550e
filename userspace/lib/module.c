// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The module, the identity of this node and the nodes that it knows: one
 * function for each command.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

static int receive_module(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_module(nlh, arg);
}

static int receive_cluster(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_cluster(nlh, WEFT_CMD_CLUSTER_GET, arg);
}

static int receive_new_cluster(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_cluster(nlh, WEFT_CMD_CLUSTER_SET, arg);
}

/**
 * weft_module_get() - ask what is loaded
 * @weft:   the handle
 * @module: the result; the caller sets @module->sz
 *
 * Return: 0, -ENODEV if the module is not loaded, other -errno. On error the
 * result is untouched.
 */
int weft_module_get(struct weft *weft, struct weft_module *module)
{
	struct weft_module found;
	const struct weft_question question = {
		.command = WEFT_CMD_MODULE_GET,
		.reply = receive_module,
		.arg = &found,
	};
	int err;

	err = weft_netlink_ask_one(weft, &question);
	if (err)
		return err;
	err = weft_copy_out(module, &found, sizeof(found), sizeof(found));
	return err ? weft_fail_size(weft, err) : 0;
}

/**
 * weft_cluster_get() - ask for the identity of this node
 * @weft:    the handle
 * @cluster: the result; the caller sets @cluster->sz
 *
 * Return: 0, also for a node without identity; -ENODEV if the module is not
 * loaded; other -errno. On error the result is untouched.
 */
int weft_cluster_get(struct weft *weft, struct weft_cluster *cluster)
{
	struct weft_cluster found;
	const struct weft_question question = {
		.command = WEFT_CMD_CLUSTER_GET,
		.reply = receive_cluster,
		.arg = &found,
	};
	int err;

	err = weft_netlink_ask_one(weft, &question);
	if (err)
		return err;
	err = weft_copy_out(cluster, &found, sizeof(found), sizeof(found));
	return err ? weft_fail_size(weft, err) : 0;
}

static int fill_cluster(struct nl_msg *msg, const void *arg)
{
	const struct weft_cluster_options *options = arg;
	int err = 0;

	if (options->name)
		err = nla_put_string(msg, WEFT_A_CLUSTER_NAME, options->name);
	if (!err && options->node)
		err = nla_put_u32(msg, WEFT_A_CLUSTER_NODE, options->node);
	if (!err && options->lease_ms)
		err = nla_put_u32(msg, WEFT_A_CLUSTER_LEASE_MS,
				  options->lease_ms);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_cluster_set() - give this node its identity, or change the lease
 * @weft:    the handle
 * @options: what to change
 * @cluster: the identity afterwards, or NULL; the caller sets @cluster->sz
 *
 * Needs CAP_NET_ADMIN in the initial user namespace. The module checks the
 * values and says what is wrong.
 *
 * Return: 0; -EBUSY if the node has another identity; -EPERM; -EINVAL or
 * -ERANGE for impossible values; -ENODEV if the module is not loaded; other
 * -errno. After -ETIMEDOUT and -EPROTO the change may have happened: ask with
 * weft_cluster_get(). After any other error nothing changed.
 */
int weft_cluster_set(struct weft *weft,
		     const struct weft_cluster_options *options,
		     struct weft_cluster *cluster)
{
	struct weft_cluster_options known;
	struct weft_cluster found;
	const struct weft_question question = {
		.command = WEFT_CMD_CLUSTER_SET,
		.fill = fill_cluster,
		.fill_arg = &known,
		.reply = receive_new_cluster,
		.arg = &found,
	};
	int err;

	err = weft_copy_in(&known, sizeof(known), options, sizeof(known));
	if (!err && cluster && cluster->sz < sizeof(found))
		err = -EINVAL;
	if (err)
		return weft_fail_size(weft, err);
	err = weft_netlink_ask_one(weft, &question);
	if (err || !cluster)
		return err;
	return weft_copy_out(cluster, &found, sizeof(found), sizeof(found));
}

/**
 * struct node_list - a dump while it arrives
 * @count: how many of @nodes are filled in
 * @nodes: in the order of the kernel
 */
struct node_list {
	unsigned int count;
	struct weft_node nodes[WEFT_NODE_MAX];
};

static int receive_node(struct nlmsghdr *nlh, void *arg)
{
	struct node_list *list = arg;
	struct weft_node node;
	unsigned int i;
	int err;

	err = weft_parse_node(nlh, &node);
	if (err)
		return err;
	for (i = 0; i < list->count; i++) {
		if (list->nodes[i].id == node.id)
			return -EPROTO;
	}
	/* distinct numbers up to WEFT_NODE_MAX: the array is large enough */
	list->nodes[list->count++] = node;
	return 0;
}

/**
 * weft_node_dump() - list the nodes that this node knows
 * @weft: the handle
 * @node: called for each node, after the whole list has arrived
 * @arg:  for @node
 *
 * The list is that of one moment: it is read again when it changed meanwhile.
 *
 * Return: 0; -ENODEV if the module is not loaded; -EAGAIN if the list never
 * stood still; other -errno. On error @node was never called.
 */
int weft_node_dump(struct weft *weft, weft_node_fn *node, void *arg)
{
	struct node_list list;
	const struct weft_question question = {
		.command = WEFT_CMD_NODE_GET,
		.is_dump = true,
		.reply = receive_node,
		.arg = &list,
	};
	unsigned int i;
	int err;

	err = weft_netlink_dump(weft, &question, &list.count, "nodes");
	if (err)
		return err;
	for (i = 0; i < list.count; i++)
		node(&list.nodes[i], arg);
	return 0;
}
