// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Waiting until the memory of a process that was moved has followed it.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

static const struct nla_policy wait_policy[WEFT_A_WAIT_MAX + 1] = {
	[WEFT_A_WAIT_SERIAL] = { .type = NLA_U64 },
	[WEFT_A_WAIT_NODE] = { .type = NLA_U32 },
	[WEFT_A_WAIT_TOTAL] = { .type = NLA_U64 },
	[WEFT_A_WAIT_MOVED] = { .type = NLA_U64 },
	[WEFT_A_WAIT_FETCHED] = { .type = NLA_U64 },
	[WEFT_A_WAIT_IS_EMPTY] = { .type = NLA_U32 },
};

/**
 * weft_parse_wait() - read a reply to WEFT_CMD_MIGRATE_WAIT
 * @nlh:      the message
 * @progress: the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_wait(struct nlmsghdr *nlh, struct weft_progress *progress)
{
	struct weft_progress found = { .sz = sizeof(found) };
	struct nlattr *attrs[WEFT_A_WAIT_MAX + 1];
	int err, i;

	err = weft_parse_message(nlh, WEFT_CMD_MIGRATE_WAIT, attrs, WEFT_A_WAIT_MAX,
				 wait_policy);
	if (err)
		return err;
	for (i = WEFT_A_WAIT_NODE; i <= WEFT_A_WAIT_IS_EMPTY; i++) {
		if (!attrs[i])
			return -EPROTO;
	}
	if (!attrs[WEFT_A_WAIT_SERIAL])
		return -EPROTO;
	found.serial = nla_get_u64(attrs[WEFT_A_WAIT_SERIAL]);
	found.node = nla_get_u32(attrs[WEFT_A_WAIT_NODE]);
	found.total_bytes = nla_get_u64(attrs[WEFT_A_WAIT_TOTAL]);
	found.moved_bytes = nla_get_u64(attrs[WEFT_A_WAIT_MOVED]);
	found.fetched_bytes = nla_get_u64(attrs[WEFT_A_WAIT_FETCHED]);
	found.is_empty = nla_get_u32(attrs[WEFT_A_WAIT_IS_EMPTY]);
	if (!found.serial || found.node < WEFT_NODE_MIN ||
	    found.node > WEFT_NODE_MAX || found.moved_bytes > found.total_bytes)
		return -EPROTO;
	*progress = found;
	return 0;
}

static int receive_wait(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_wait(nlh, arg);
}

static int fill_wait(struct nl_msg *msg, const void *arg)
{
	const struct weft_wait_options *options = arg;
	int err;

	err = nla_put_u64(msg, WEFT_A_WAIT_SERIAL, options->serial);
	if (!err && options->timeout_ms)
		err = nla_put_u32(msg, WEFT_A_WAIT_TIMEOUT_MS, options->timeout_ms);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_migrate_wait() - wait for the memory of a process that was moved
 * @weft:     the handle
 * @options:  which process, and for how long
 * @progress: how far it is; the caller sets @progress->sz
 *
 * Returns when all of it has followed the process, and nothing of it is left here,
 * its home; or when the time is over: then ask again. Needs CAP_NET_ADMIN in the
 * initial user namespace.
 *
 * Return: 0; -ESRCH if there is no such process that is away, or it has ended;
 * -ETIMEDOUT if the module did not answer; -EPERM; -EINVAL or -ERANGE for impossible
 * values; -ENODEV if the module is not loaded; other -errno. On error the result is
 * untouched.
 */
int weft_migrate_wait(struct weft *weft, const struct weft_wait_options *options,
		      struct weft_progress *progress)
{
	struct weft_wait_options known;
	struct weft_progress found;
	struct weft_question question = {
		.command = WEFT_CMD_MIGRATE_WAIT,
		.fill = fill_wait,
		.fill_arg = &known,
		.reply = receive_wait,
		.arg = &found,
	};
	int err;

	err = weft_copy_in(&known, sizeof(known), options, sizeof(known));
	if (!err && progress->sz < sizeof(*progress))
		err = -EINVAL;
	if (err)
		return weft_fail_size(weft, err);
	question.timeout_ms = weft->timeout_ms + WEFT_WAIT_TIMEOUT_MS_MAX;
	err = weft_netlink_ask_one(weft, &question);
	if (err)
		return err;
	return weft_copy_out(progress, &found, sizeof(found), sizeof(found));
}
