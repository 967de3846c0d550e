// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a request may hold, one policy for each command. A command without a
 * policy takes no attributes.
 */
#include "ctl/ctl.h"

#include <linux/cache.h>
#include <linux/limits.h>

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

static struct netlink_range_validation not_zero __ro_after_init = {
	.min = 1,
	.max = U64_MAX,
};

static struct netlink_range_validation fd_range __ro_after_init = {
	.max = INT_MAX,
};

static struct netlink_range_validation echo_size_range __ro_after_init = {
	.min = WEFT_ECHO_SIZE_MIN,
	.max = WEFT_ECHO_BULK_SIZE_MAX,
};

static struct netlink_range_validation echo_reply_range __ro_after_init = {
	.max = WEFT_ECHO_BULK_SIZE_MAX,
};

static struct netlink_range_validation echo_timeout_range __ro_after_init = {
	.min = 1,
	.max = WEFT_ECHO_TIMEOUT_MS_MAX,
};

const struct nla_policy weft_ctl_view_set_policy[WEFT_A_VIEW_MAX + 1] = {
	[WEFT_A_VIEW_EPOCH] = NLA_POLICY_FULL_RANGE(NLA_U64, &not_zero),
	[WEFT_A_VIEW_MEMBERS] = NLA_POLICY_FULL_RANGE(NLA_U64, &not_zero),
};

const struct nla_policy weft_ctl_peer_attach_policy[WEFT_A_PEER_MAX + 1] = {
	[WEFT_A_PEER_NODE] = NLA_POLICY_RANGE(NLA_U32, WEFT_NODE_MIN, WEFT_NODE_MAX),
	[WEFT_A_PEER_INCARNATION] = NLA_POLICY_FULL_RANGE(NLA_U64, &not_zero),
	[WEFT_A_PEER_LANE_ID] = NLA_POLICY_MAX(NLA_U32, WEFT_LANE_COUNT - 1),
	[WEFT_A_PEER_FD] = NLA_POLICY_FULL_RANGE(NLA_U32, &fd_range),
};

const struct nla_policy weft_ctl_echo_policy[WEFT_A_ECHO_MAX + 1] = {
	[WEFT_A_ECHO_NODE] = NLA_POLICY_RANGE(NLA_U32, WEFT_NODE_MIN, WEFT_NODE_MAX),
	[WEFT_A_ECHO_LANE] = NLA_POLICY_MAX(NLA_U32, WEFT_LANE_COUNT - 1),
	[WEFT_A_ECHO_SIZE] = NLA_POLICY_FULL_RANGE(NLA_U32, &echo_size_range),
	[WEFT_A_ECHO_REPLY_SIZE] = NLA_POLICY_FULL_RANGE(NLA_U32, &echo_reply_range),
	[WEFT_A_ECHO_COUNT] = NLA_POLICY_RANGE(NLA_U32, 1, WEFT_ECHO_COUNT_MAX),
	[WEFT_A_ECHO_DEPTH] = NLA_POLICY_RANGE(NLA_U32, 1, WEFT_ECHO_DEPTH_MAX),
	[WEFT_A_ECHO_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &echo_timeout_range),
};

static struct netlink_range_validation pid_range __ro_after_init = {
	.min = 1,
	.max = INT_MAX,
};

static struct netlink_range_validation check_timeout_range __ro_after_init = {
	.min = 1,
	.max = WEFT_CHECK_TIMEOUT_MS_MAX,
};

const struct nla_policy weft_ctl_migrate_check_policy[WEFT_A_CHECK_MAX + 1] = {
	[WEFT_A_CHECK_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &pid_range),
	[WEFT_A_CHECK_NODE] = NLA_POLICY_RANGE(NLA_U32, WEFT_NODE_MIN, WEFT_NODE_MAX),
	[WEFT_A_CHECK_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &check_timeout_range),
};

const struct nla_policy weft_ctl_migrate_policy[WEFT_A_PROCESS_MAX + 1] = {
	[WEFT_A_PROCESS_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &pid_range),
	[WEFT_A_PROCESS_NODE] = NLA_POLICY_RANGE(NLA_U32, WEFT_NODE_MIN, WEFT_NODE_MAX),
	[WEFT_A_PROCESS_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &check_timeout_range),
};

static struct netlink_range_validation wait_timeout_range __ro_after_init = {
	.min = 1,
	.max = WEFT_WAIT_TIMEOUT_MS_MAX,
};

const struct nla_policy weft_ctl_migrate_wait_policy[WEFT_A_WAIT_MAX + 1] = {
	[WEFT_A_WAIT_SERIAL] = NLA_POLICY_FULL_RANGE(NLA_U64, &not_zero),
	[WEFT_A_WAIT_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &wait_timeout_range),
};

const struct nla_policy weft_ctl_body_open_policy[WEFT_A_PROCESS_MAX + 1] = {
	[WEFT_A_PROCESS_NODE] = NLA_POLICY_RANGE(NLA_U32, WEFT_NODE_MIN, WEFT_NODE_MAX),
	[WEFT_A_PROCESS_SERIAL] = NLA_POLICY_FULL_RANGE(NLA_U64, &not_zero),
};

const struct nla_policy weft_ctl_process_get_policy[WEFT_A_LISTED_MAX + 1] = {
	[WEFT_A_LISTED_NODE] = NLA_POLICY_RANGE(NLA_U32, WEFT_NODE_MIN, WEFT_NODE_MAX),
	[WEFT_A_LISTED_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &check_timeout_range),
};
