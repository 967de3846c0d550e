// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a request may hold, one policy for each command. A command without a
 * policy takes no attributes.
 */
#include "ctl/ctl.h"

#include <linux/cache.h>

/*
 * Too wide for NLA_POLICY_RANGE(), which keeps its limits in 16 bits. Not const,
 * because older kernels point to it through a plain pointer.
 */
static struct netlink_range_validation lease_ms_range __ro_after_init = {
	.min = WEFT_LEASE_MS_MIN,
	.max = WEFT_LEASE_MS_MAX,
};

const struct nla_policy weft_ctl_cluster_set_policy[WEFT_A_CLUSTER_MAX + 1] = {
	[WEFT_A_CLUSTER_NAME] = { .type = NLA_NUL_STRING, .len = WEFT_CLUSTER_NAME_LEN - 1 },
	[WEFT_A_CLUSTER_NODE] = NLA_POLICY_RANGE(NLA_U32, WEFT_NODE_MIN, WEFT_NODE_MAX),
	[WEFT_A_CLUSTER_LEASE_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &lease_ms_range),
	[WEFT_A_CLUSTER_INCARNATION] = {
		.type = NLA_REJECT,
		.reject_message = "the incarnation is chosen by the module, not by the request",
	},
};
