/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who decides about the members of the cluster.
 */
#ifndef WEFTD_MEMBERSHIP_H
#define WEFTD_MEMBERSHIP_H

#include "config.h"
#include "weft.h"

/*
 * No honest node has a higher epoch. One that says it has would leave no room
 * for the next.
 */
#define MEMBERSHIP_EPOCH_MAX	0xffffffffffffULL

/**
 * struct membership_ops - one way to decide
 * @name:   as in [membership] backend
 * @wanted: which view should be installed, given what the configuration says,
 *          what the module has (epoch 0: none), and the last view that a member
 *          told (epoch 0: none); false if the module has the right one
 */
struct membership_ops {
	const char *name;
	bool (*wanted)(const struct config *config,
		       const struct weft_view *present,
		       const struct weft_view *heard,
		       struct weft_view *wanted);
};

extern const struct membership_ops membership_static;

#endif /* WEFTD_MEMBERSHIP_H */
