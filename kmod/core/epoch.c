// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which view may follow which, and what an epoch says about a message. Pure: no
 * state, no locks, no side effects.
 */
#include "core/core.h"

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>

/* One bit for each node, and no bit without one. */
static_assert(WEFT_NODE_MIN == 1);
static_assert(WEFT_NODE_MAX == 64);

static const struct {
	int err;
	const char *text;
} verdicts[WEFT_VIEW_NR_VERDICTS] = {
	[WEFT_VIEW_KEEP]    = { 0, "nothing changes" },
	[WEFT_VIEW_INSTALL] = { 0, "the view is installed" },
	[WEFT_VIEW_NO_IDENTITY] = { -EUNATCH,
		"this node has no identity yet: give it one first" },
	[WEFT_VIEW_NO_EPOCH] = { -EINVAL, "an epoch is 1 or more" },
	[WEFT_VIEW_NO_SELF] = { -EINVAL,
		"the members must include this node: bit N - 1 stands for node N" },
	[WEFT_VIEW_STALE] = { -ESTALE,
		"the present epoch is higher: ask for the view and take a higher epoch" },
	[WEFT_VIEW_CONFLICT] = { -EEXIST,
		"the present view has this epoch and other members: take a higher epoch" },
};

static bool is_installed(const struct weft_view *view)
{
	return view && view->epoch;
}

static bool has_member(u64 members, u32 node)
{
	return node >= WEFT_NODE_MIN && node <= WEFT_NODE_MAX &&
	       members & BIT_ULL(node - 1);
}

/**
 * weft_view_decide() - what becomes of a wish to install a view?
 * @present: the view that is installed; NULL if none is
 * @self:    number of this node; WEFT_NODE_NONE without identity
 * @epoch:   of the view that is wanted
 * @members: of the view that is wanted
 *
 * Return: the verdict. weft_view_errno() tells a refusal from a grant.
 */
enum weft_view_verdict weft_view_decide(const struct weft_view *present,
					u32 self, u64 epoch, u64 members)
{
	if (self == WEFT_NODE_NONE)
		return WEFT_VIEW_NO_IDENTITY;
	if (!epoch)
		return WEFT_VIEW_NO_EPOCH;
	if (!has_member(members, self))
		return WEFT_VIEW_NO_SELF;

	if (!is_installed(present) || epoch > present->epoch)
		return WEFT_VIEW_INSTALL;
	if (epoch < present->epoch)
		return WEFT_VIEW_STALE;
	return members == present->members ? WEFT_VIEW_KEEP : WEFT_VIEW_CONFLICT;
}

/**
 * weft_view_errno() - the error that a verdict stands for
 * @verdict: a verdict
 *
 * Return: 0 if the wish was granted, else -EUNATCH, -EINVAL, -ESTALE or
 * -EEXIST.
 */
int weft_view_errno(enum weft_view_verdict verdict)
{
	return verdicts[verdict].err;
}

/**
 * weft_view_text() - a verdict in words
 * @verdict: a verdict
 *
 * Return: a phrase for a person, without a full stop; a constant.
 */
const char *weft_view_text(enum weft_view_verdict verdict)
{
	return verdicts[verdict].text;
}

/**
 * weft_epoch_check() - what becomes of a message?
 * @present: the view that is installed; NULL if none is
 * @epoch:   of the message
 * @sender:  number of the node that sent it
 *
 * Without a view nothing can be said yet, so everything waits. With one, who is
 * no member of it has nothing to say, in whatever epoch it once belonged; and
 * what is no node has nothing to say even in one that is still to come.
 *
 * Return: the verdict.
 */
enum weft_epoch_verdict weft_epoch_check(const struct weft_view *present,
					 u64 epoch, u32 sender)
{
	if (!is_installed(present))
		return WEFT_EPOCH_FUTURE;
	if (sender < WEFT_NODE_MIN || sender > WEFT_NODE_MAX)
		return WEFT_EPOCH_STRANGER;
	if (epoch > present->epoch)
		return WEFT_EPOCH_FUTURE;
	if (!has_member(present->members, sender))
		return WEFT_EPOCH_STRANGER;
	return epoch < present->epoch ? WEFT_EPOCH_STALE : WEFT_EPOCH_ACCEPT;
}

/**
 * weft_view_has() - is a node a member?
 * @view: the view; NULL has no members
 * @node: any number
 *
 * Return: true if @node is a member of @view.
 */
bool weft_view_has(const struct weft_view *view, u32 node)
{
	return is_installed(view) && has_member(view->members, node);
}
