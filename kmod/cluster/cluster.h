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

/* view.c */
int weft_view_set(struct weft_net *weft, u64 epoch, u64 members,
		  enum weft_view_verdict *verdict);
void weft_view_get(struct weft_net *weft, u64 *epoch, u64 *members);

#endif /* _WEFT_CLUSTER_CLUSTER_H */
