// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The view: which nodes are members, and its epoch.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

static int receive_view(struct nlmsghdr *nlh, void *arg)
{
	return weft_parse_view(nlh, WEFT_CMD_VIEW_GET, arg);
}

/**
 * weft_view_get() - ask for the view
 * @weft: the handle
 * @view: the result; the caller sets @view->sz
 *
 * Return: 0, also if no view is installed; -ENODEV if the module is not
 * loaded; other -errno. On error the result is untouched.
 */
int weft_view_get(struct weft *weft, struct weft_view *view)
{
	struct weft_view found;
	const struct weft_question question = {
		.command = WEFT_CMD_VIEW_GET,
		.reply = receive_view,
		.arg = &found,
	};
	int err;

	err = weft_netlink_ask_one(weft, &question);
	if (err)
		return err;
	err = weft_copy_out(view, &found, sizeof(found), sizeof(found));
	return err ? weft_fail_size(weft, err) : 0;
}

static int fill_view(struct nl_msg *msg, const void *arg)
{
	const struct weft_view *view = arg;
	int err;

	err = nla_put_u64(msg, WEFT_A_VIEW_EPOCH, view->epoch);
	if (!err)
		err = nla_put_u64(msg, WEFT_A_VIEW_MEMBERS, view->members);
	return err ? -EMSGSIZE : 0;
}

/**
 * weft_view_set() - install a view
 * @weft: the handle
 * @view: the view
 *
 * Needs CAP_NET_ADMIN in the initial user namespace. The module checks the
 * values and says what is wrong. The present view again changes nothing.
 *
 * Return: 0; -ESTALE if the epoch is not higher than the present one; -EPERM;
 * -EINVAL for an impossible view; -ENODEV if the module is not loaded; other
 * -errno. After -ETIMEDOUT the view may have been installed: ask with
 * weft_view_get(). After any other error nothing changed.
 */
int weft_view_set(struct weft *weft, const struct weft_view *view)
{
	struct weft_view known;
	const struct weft_question question = {
		.command = WEFT_CMD_VIEW_SET,
		.fill = fill_view,
		.fill_arg = &known,
	};
	int err;

	err = weft_copy_in(&known, sizeof(known), view, sizeof(known));
	if (err)
		return weft_fail_size(weft, err);
	return weft_netlink_ask(weft, &question);
}
