/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Views and epochs: who belongs to the cluster, and which messages count.
 */
#ifndef _WEFT_CORE_VIEW_H
#define _WEFT_CORE_VIEW_H

#include <linux/types.h>

/**
 * struct weft_view - who belongs to the cluster
 * @epoch:   number of the view, which only grows; 0 if none was ever installed
 * @members: bit N - 1 stands for node N
 *
 * A view never changes; a new one takes its place.
 */
struct weft_view {
	u64		epoch;
	u64		members;
};

/**
 * enum weft_view_verdict - what becomes of a wish to install a view
 * @WEFT_VIEW_KEEP:        granted; it is installed already
 * @WEFT_VIEW_INSTALL:     granted
 * @WEFT_VIEW_NO_IDENTITY: refused; this node does not know who it is
 * @WEFT_VIEW_NO_EPOCH:    refused; the epoch is 0
 * @WEFT_VIEW_NO_SELF:     refused; this node is not among the members
 * @WEFT_VIEW_STALE:       refused; the present epoch is higher
 * @WEFT_VIEW_CONFLICT:    refused; the present view has the same epoch and
 *                         other members
 * @WEFT_VIEW_NR_VERDICTS: how many there are
 */
enum weft_view_verdict {
	WEFT_VIEW_KEEP,
	WEFT_VIEW_INSTALL,
	WEFT_VIEW_NO_IDENTITY,
	WEFT_VIEW_NO_EPOCH,
	WEFT_VIEW_NO_SELF,
	WEFT_VIEW_STALE,
	WEFT_VIEW_CONFLICT,

	WEFT_VIEW_NR_VERDICTS
};

/**
 * enum weft_epoch_verdict - what becomes of a message
 * @WEFT_EPOCH_ACCEPT:      it was made by a member in the present view
 * @WEFT_EPOCH_STALE:       it was made in an older view: drop it
 * @WEFT_EPOCH_STRANGER:    its sender is no member of the present view: drop it
 * @WEFT_EPOCH_FUTURE:      it was made in a view that is not here yet: wait
 * @WEFT_EPOCH_NR_VERDICTS: how many there are
 */
enum weft_epoch_verdict {
	WEFT_EPOCH_ACCEPT,
	WEFT_EPOCH_STALE,
	WEFT_EPOCH_STRANGER,
	WEFT_EPOCH_FUTURE,

	WEFT_EPOCH_NR_VERDICTS
};

/* epoch.c: pure */
enum weft_view_verdict weft_view_decide(const struct weft_view *present,
					u32 self, u64 epoch, u64 members);
int weft_view_errno(enum weft_view_verdict verdict);
const char *weft_view_text(enum weft_view_verdict verdict);
enum weft_epoch_verdict weft_epoch_check(const struct weft_view *present,
					 u64 epoch, u32 sender);
bool weft_view_has(const struct weft_view *view, u32 node);

#endif /* _WEFT_CORE_VIEW_H */
