/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The node as a member of its cluster.
 */
#ifndef _WEFT_CLUSTER_CLUSTER_H
#define _WEFT_CLUSTER_CLUSTER_H

#include "core/core.h"

/* self.c */
int weft_self_init(void);
enum weft_identity_verdict
weft_self_set(struct weft_net *weft,
	      const struct weft_identity_request *request);
void weft_self_get(struct weft_net *weft, struct weft_identity *identity);

#endif /* _WEFT_CLUSTER_CLUSTER_H */
