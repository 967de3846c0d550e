// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The processes that were moved: of this node, or of another one.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>

/* Far beyond what a node can have: nobody fills the memory of the caller. */
#define PROCESSES_MAX		1048576

/**
 * struct process_list - what has been told so far
 * @processes: the processes
 * @room:      for how many there is room
 * @count:     how many there are
 */
struct process_list {
	struct weft_process *processes;
	size_t room;
	unsigned int count;
};

static int grow(struct process_list *list)
{
	size_t room = list->room ? 2 * list->room : 16;
	struct weft_process *larger;

	if (list->count < list->room)
		return 0;
	if (room > PROCESSES_MAX)
		return -EPROTO;
	larger = realloc(list->processes, room * sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	list->processes = larger;
	list->room = room;
	return 0;
}

static int receive_process(struct nlmsghdr *nlh, void *arg)
{
	struct process_list *list = arg;
	struct weft_process process;
	int err;

	err = weft_parse_process(nlh, &process);
	if (!err)
		err = grow(list);
	if (!err)
		list->processes[list->count++] = process;
	return err;
}

static int fill_processes(struct nl_msg *msg, const void *arg)
{
	const struct weft_processes_options *options = arg;
	int err = 0;

	if (options->node)
		err = nla_put_u32(msg, WEFT_A_LISTED_NODE, options->node);
	if (!err && options->timeout_ms)
		err = nla_put_u32(msg, WEFT_A_LISTED_TIMEOUT_MS,
				  options->timeout_ms);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_processes() - list the processes that have a half on a node
 * @weft:    the handle
 * @options: of which node
 * @process: called for each process, by home and serial number, after the whole
 *           list has arrived
 * @arg:     for @process
 *
 * A process that was moved has two halves, told by two nodes: its home tells what
 * it prepares, what leaves and is away, the other node the rest. Who wants to see
 * all of a process asks both, and puts together what has the same home and serial
 * number. Needs CAP_NET_ADMIN in the initial user namespace.
 *
 * Return: 0; -EHOSTUNREACH if the node is no member; -ENOTCONN if it is not
 * connected; -ETIMEDOUT if it did not answer in time; -EPERM; -EINVAL or -ERANGE
 * for impossible values; -ENODEV if the module is not loaded; other -errno. On
 * error @process was never called.
 */
int weft_processes(struct weft *weft, const struct weft_processes_options *options,
		   weft_process_fn *process, void *arg)
{
	struct weft_processes_options known;
	struct process_list list = { 0 };
	struct weft_question question = {
		.command = WEFT_CMD_PROCESS_GET,
		.is_dump = true,
		.fill = fill_processes,
		.fill_arg = &known,
		.reply = receive_process,
		.arg = &list,
	};
	unsigned int i;
	int err;

	err = weft_copy_in(&known, sizeof(known), options, sizeof(known));
	if (err)
		return weft_fail_size(weft, err);
	question.timeout_ms = weft_longest_wait_ms(weft, known.timeout_ms, 1);
	err = weft_netlink_dump(weft, &question, &list.count, "processes");
	if (err == -ENOMEM)
		weft_fail(weft, err, "no memory for the list of processes");
	for (i = 0; !err && i < list.count; i++)
		process(&list.processes[i], arg);
	free(list.processes);
	return err;
}
