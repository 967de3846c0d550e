// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Can a process move to a node, and if not, why not?
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>

static int receive_check(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_check(nlh, arg);
}

static int fill_check(struct nl_msg *msg, const void *arg)
{
	const struct weft_check_options *options = arg;
	int err;

	err = nla_put_u32(msg, WEFT_A_CHECK_PID, options->pid);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_CHECK_NODE, options->node);
	if (!err && options->timeout_ms)
		err = nla_put_u32(msg, WEFT_A_CHECK_TIMEOUT_MS,
				  options->timeout_ms);
	return err ? -EMSGSIZE : 0;
}

static int ask(struct weft *weft, const struct weft_check_options *options,
	       struct weft_check_reply *reply)
{
	const struct weft_question question = {
		.command = WEFT_CMD_MIGRATE_CHECK,
		.timeout_ms = weft_longest_wait_ms(weft, options->timeout_ms, 1),
		.fill = fill_check,
		.fill_arg = options,
		.reply = receive_check,
		.arg = reply,
	};

	return weft_netlink_ask_one(weft, &question);
}

/**
 * weft_check() - ask whether a process can move to a node
 * @weft:    the handle
 * @options: which process, to which node
 * @result:  the answer; the caller sets @result->sz
 * @reason:  called for each reason why it cannot move, after the whole answer
 *           has arrived; what it gets is valid until it returns. NULL if only
 *           their number is wanted
 * @arg:     for @reason
 *
 * Needs CAP_NET_ADMIN in the initial user namespace, and that the caller is in
 * the initial PID namespace. Nothing is stopped or changed: the answer is that
 * of the moment. Waits as long as the node may take, and the timeout of the
 * handle on top. A process that does not exist, or a node that does not answer,
 * is a reason and no error.
 *
 * Return: 0; -EPERM; -EINVAL or -ERANGE for impossible values; -ENODEV if the
 * module is not loaded; other -errno. On error @reason was never called, and the
 * result is untouched.
 */
int weft_check(struct weft *weft, const struct weft_check_options *options,
	       struct weft_check_result *result, weft_reason_fn *reason,
	       void *arg)
{
	struct weft_check_options known;
	struct weft_check_reply *reply;
	uint32_t i;
	int err;

	err = weft_copy_in(&known, sizeof(known), options, sizeof(known));
	if (!err && result->sz < sizeof(*result))
		err = -EINVAL;
	if (err)
		return weft_fail_size(weft, err);
	reply = malloc(sizeof(*reply));
	if (!reply)
		return weft_fail(weft, -ENOMEM, "out of memory");
	err = ask(weft, &known, reply);
	if (!err)
		err = weft_copy_out(result, &reply->result,
				    sizeof(reply->result),
				    sizeof(reply->result));
	for (i = 0; !err && reason && i < reply->result.reason_count; i++)
		reason(&reply->reasons[i], arg);
	free(reply);
	return err;
}
