// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The yardstick: echoes between two modules, timed by the one that asks.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

/**
 * struct echo_reply - where the one reply goes
 * @count:      echoes asked for
 * @samples_ns: the caller's
 * @elapsed_ns: the caller's
 */
struct echo_reply {
	uint32_t count;
	uint64_t *samples_ns;
	uint64_t *elapsed_ns;
};

static int receive_echo(struct nlmsghdr *nlh, void *arg)
{
	const struct echo_reply *reply = arg;

	return weft_parse_echo(nlh, reply->count, reply->samples_ns,
			       reply->elapsed_ns);
}

static int fill_echo(struct nl_msg *msg, const void *arg)
{
	const struct weft_echo_options *options = arg;
	int err;

	err = nla_put_u32(msg, WEFT_A_ECHO_NODE, options->node);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_ECHO_LANE, options->lane);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_ECHO_SIZE, options->size);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_ECHO_REPLY_SIZE,
				  options->reply_size);
	if (!err)
		err = nla_put_u32(msg, WEFT_A_ECHO_COUNT, options->count);
	if (!err && options->depth)
		err = nla_put_u32(msg, WEFT_A_ECHO_DEPTH, options->depth);
	if (!err && options->timeout_ms)
		err = nla_put_u32(msg, WEFT_A_ECHO_TIMEOUT_MS,
				  options->timeout_ms);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_echo() - send echoes to a node and time them
 * @weft:       the handle
 * @options:    how many, how large, to whom
 * @samples_ns: where to put the time of each, in order: room for
 *              @options->count of them; NULL if not wanted
 * @elapsed_ns: where to put the time of all; NULL if not wanted
 *
 * Needs CAP_NET_ADMIN in the initial user namespace. Waits as long as all
 * echoes may take, not only for the timeout of the handle. The module checks
 * the values and says what is wrong.
 *
 * Return: 0; otherwise the error of the first echo that failed: -ETIMEDOUT if
 * the peer did not answer, -EHOSTUNREACH or the like if it is no member; or
 * -EPERM; -EINVAL or -ERANGE for impossible values; -ENODEV if the module is
 * not loaded; other -errno. On error nothing was written.
 */
int weft_echo(struct weft *weft, const struct weft_echo_options *options,
	      uint64_t *samples_ns, uint64_t *elapsed_ns)
{
	struct weft_echo_options known;
	struct echo_reply reply = {
		.samples_ns = samples_ns,
		.elapsed_ns = elapsed_ns,
	};
	struct weft_question question = {
		.command = WEFT_CMD_ECHO,
		.fill = fill_echo,
		.fill_arg = &known,
		.reply = receive_echo,
		.arg = &reply,
	};
	int err;

	err = weft_copy_in(&known, sizeof(known), options, sizeof(known));
	if (err)
		return weft_fail_size(weft, err);
	reply.count = known.count;
	/* the answer comes when the last echo is done, and each may take its time */
	question.timeout_ms = weft_longest_wait_ms(weft, known.timeout_ms, known.count);
	return weft_netlink_ask_one(weft, &question);
}
