// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Processes that move: told to leave at home, and given a body where they go.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>

static int receive_migrate(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_migrate(nlh, arg);
}

static int fill_migrate(struct nl_msg *msg, const void *arg)
{
	const struct weft_migrate_options *options = arg;
	int err;

	err = nla_put_u32(msg, WEFT_A_PROCESS_PID, options->pid);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_PROCESS_NODE, options->node);
	if (!err && options->timeout_ms)
		err = nla_put_u32(msg, WEFT_A_PROCESS_TIMEOUT_MS,
				  options->timeout_ms);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_migrate() - move a process to another node
 * @weft:    the handle
 * @options: which process, to which node
 * @result:  what came of it; the caller sets @result->sz
 *
 * This node is and stays its home: number, parent, files and credentials stay
 * here. Needs CAP_NET_ADMIN in the initial user namespace, and that the caller is
 * in the initial PID namespace. Waits for the timeout of the options, and that of
 * the handle on top.
 *
 * Ask weft_check() first: it knows every reason why a process cannot move.
 *
 * Return: 0: it runs there; -ESRCH if there is no such process; -EALREADY if it
 * is on its way or there; -EOPNOTSUPP if it is of a kind that cannot move yet;
 * -EHOSTUNREACH if the node is no member; -ETIMEDOUT; -EPERM; -EINVAL or -ERANGE
 * for impossible values; -ENODEV if the module is not loaded; other -errno. If
 * the module itself did not answer in time, which is -ETIMEDOUT too, or not
 * understandably, which is -EPROTO, the process may have moved. On error the
 * result is untouched.
 */
int weft_migrate(struct weft *weft, const struct weft_migrate_options *options,
		 struct weft_migrate_result *result)
{
	struct weft_migrate_options known;
	struct weft_migrate_result found;
	struct weft_question question = {
		.command = WEFT_CMD_MIGRATE,
		.fill = fill_migrate,
		.fill_arg = &known,
		.reply = receive_migrate,
		.arg = &found,
	};
	int err;

	err = weft_copy_in(&known, sizeof(known), options, sizeof(known));
	if (!err && result->sz < sizeof(*result))
		err = -EINVAL;
	if (err)
		return weft_fail_size(weft, err);
	question.timeout_ms = weft_longest_wait_ms(weft, known.timeout_ms, 1);
	err = weft_netlink_ask_one(weft, &question);
	if (err)
		return err;
	return weft_copy_out(result, &found, sizeof(found), sizeof(found));
}

/**
 * struct wanted - which body
 * @home:   node of the process
 * @serial: its serial number
 */
struct wanted {
	uint32_t home;
	uint64_t serial;
};

static int receive_body_open(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_body_open(nlh, arg);
}

static int fill_body_open(struct nl_msg *msg, const void *arg)
{
	const struct wanted *wanted = arg;
	int err;

	err = nla_put_u32(msg, WEFT_A_PROCESS_NODE, wanted->home);
	if (!err)
		err = nla_put_u64(msg, WEFT_A_PROCESS_SERIAL, wanted->serial);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_body_open() - take a body that a process of another node asks for
 * @weft:   the handle
 * @home:   node of the process, from WEFT_EVENT_BODY
 * @serial: its serial number, likewise
 *
 * Who has the descriptor may become the process, by what <linux/weft_body.h>
 * says; the program weft-body does. To close it instead refuses the process, and
 * its home hears of that at once. Needs CAP_NET_ADMIN in the initial user
 * namespace.
 *
 * Return: a descriptor, close-on-exec, which belongs to the caller; -ESRCH if
 * nobody asks for such a body (any more); -EBUSY if it was opened before; -EPERM;
 * -ENODEV if the module is not loaded; other -errno.
 */
int weft_body_open(struct weft *weft, uint32_t home, uint64_t serial)
{
	const struct wanted wanted = { .home = home, .serial = serial };
	uint32_t fd = 0;
	const struct weft_question question = {
		.command = WEFT_CMD_BODY_OPEN,
		.fill = fill_body_open,
		.fill_arg = &wanted,
		.reply = receive_body_open,
		.arg = &fd,
	};
	int err = weft_netlink_ask_one(weft, &question);

	return err ? err : (int)fd;
}

/* Each node may have so many requests unanswered. */
#define WANTED_MAX	(WEFT_NODE_MAX * 256)

/**
 * struct wanted_list - a dump while it arrives
 * @count:  how many of @wanted are filled in
 * @room:   how many there are room for
 * @wanted: in the order of the kernel; to be freed
 */
struct wanted_list {
	unsigned int count;
	unsigned int room;
	struct weft_body_wanted *wanted;
};

static int make_room(struct wanted_list *list)
{
	unsigned int room = list->room ? 2 * list->room : 16;
	struct weft_body_wanted *larger;

	if (list->count < list->room)
		return 0;
	if (list->count >= WANTED_MAX)
		return -EPROTO;
	larger = reallocarray(list->wanted, room, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	list->wanted = larger;
	list->room = room;
	return 0;
}

static int receive_wanted(struct nlmsghdr *nlh, void *arg)
{
	struct wanted_list *list = arg;
	int err = make_room(list);

	if (!err)
		err = weft_parse_body_wanted(nlh, WEFT_CMD_BODY_OPEN,
					     &list->wanted[list->count]);
	if (!err)
		list->count++;
	return err;
}

/**
 * weft_body_dump() - list the bodies that processes of other nodes ask for
 * @weft: the handle
 * @body: called for each of them that nobody has opened, after the whole list has
 *        arrived; it may use @weft
 * @arg:  for @body
 *
 * Who listens for WEFT_EVENT_BODY asks for this when it begins to, and when it has
 * lost an event. Needs CAP_NET_ADMIN in the initial user namespace.
 *
 * Return: 0; -EPERM; -ENODEV if the module is not loaded; other -errno. On error
 * @body was never called.
 */
int weft_body_dump(struct weft *weft, weft_body_fn *body, void *arg)
{
	struct wanted_list list = { 0 };
	const struct weft_question question = {
		.command = WEFT_CMD_BODY_OPEN,
		.is_dump = true,
		.reply = receive_wanted,
		.arg = &list,
	};
	unsigned int i;
	int err;

	err = weft_netlink_dump(weft, &question, &list.count, "bodies");
	for (i = 0; !err && i < list.count; i++)
		body(&list.wanted[i], arg);
	free(list.wanted);
	return err;
}
