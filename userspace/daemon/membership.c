// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Members by configuration: those in [nodes], alive or not. Pure.
 *
 * The same file is on all nodes, but each reads it when it likes, and a module
 * that was loaded again begins at epoch 1. So a node that hears of a later epoch
 * with the same members takes it over: messages of another epoch are dropped.
 */
#include "membership.h"

static bool is_later(const struct weft_view *heard, uint64_t members,
		     uint64_t epoch)
{
	return heard->members == members && heard->epoch > epoch &&
	       heard->epoch <= MEMBERSHIP_EPOCH_MAX;
}

static bool static_wanted(const struct config *config,
			  const struct weft_view *present,
			  const struct weft_view *heard,
			  struct weft_view *wanted)
{
	*wanted = *present;
	wanted->sz = sizeof(*wanted);
	wanted->members = config->members;
	if (present->members != config->members || !present->epoch)
		wanted->epoch = present->epoch + 1;
	if (is_later(heard, wanted->members, wanted->epoch))
		wanted->epoch = heard->epoch;
	return wanted->epoch != present->epoch;
}

const struct membership_ops membership_static = {
	.name = "static",
	.wanted = static_wanted,
};
