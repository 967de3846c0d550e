/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What to do about the identity of this node: a pure decision.
 */
#ifndef WEFTD_IDENTITY_H
#define WEFTD_IDENTITY_H

#include "config.h"
#include "weft.h"

/**
 * enum identity_action - what the daemon owes the module
 * @IDENTITY_KEEP:      nothing: identity and lease are as configured
 * @IDENTITY_GIVE:      the whole identity: the module has none
 * @IDENTITY_SET_LEASE: the lease only; the incarnation stays
 * @IDENTITY_REFUSE:    hands off: the module has another identity
 */
enum identity_action {
	IDENTITY_KEEP,
	IDENTITY_GIVE,
	IDENTITY_SET_LEASE,
	IDENTITY_REFUSE,
};

enum identity_action identity_decide(const struct weft_cluster *module,
				     const struct config *config);

#endif /* WEFTD_IDENTITY_H */
