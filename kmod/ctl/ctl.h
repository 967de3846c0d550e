/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The top layer: weft over generic netlink. The contract is
 * Documentation/netlink/specs/weft.yaml.
 */
#ifndef _WEFT_CTL_CTL_H
#define _WEFT_CTL_CTL_H

#include "core/core.h"

#include <linux/weft_netlink.h>
#include <net/genetlink.h>

/* Offset of the group WEFT_GENL_GROUP_EVENTS in the family. */
#define WEFT_CTL_GROUP_EVENTS	0

extern struct genl_family weft_ctl_family;

struct weft_lane;

/* policy.c */
extern const struct nla_policy weft_ctl_view_set_policy[WEFT_A_VIEW_MAX + 1];
extern const struct nla_policy weft_ctl_peer_attach_policy[WEFT_A_PEER_MAX + 1];
extern const struct nla_policy weft_ctl_echo_policy[WEFT_A_ECHO_MAX + 1];
extern const struct nla_policy weft_ctl_migrate_check_policy[WEFT_A_CHECK_MAX + 1];
extern const struct nla_policy weft_ctl_migrate_policy[WEFT_A_PROCESS_MAX + 1];
extern const struct nla_policy weft_ctl_body_open_policy[WEFT_A_PROCESS_MAX + 1];
extern const struct nla_policy weft_ctl_process_get_policy[WEFT_A_LISTED_MAX + 1];
extern const struct nla_policy weft_ctl_migrate_wait_policy[WEFT_A_WAIT_MAX + 1];
extern const struct nla_policy weft_ctl_cluster_set_policy[WEFT_A_CLUSTER_MAX + 1];

/* netlink.c */
int weft_ctl_init(void);
void weft_ctl_exit(void);
int weft_ctl_require_admin(struct sk_buff *skb, struct genl_info *info);
int weft_ctl_require_admin_to_dump(struct netlink_callback *cb);
int weft_ctl_require(struct genl_info *info, int attr, const char *text);
int weft_ctl_refuse(struct genl_info *info, int err,
		    const struct nlattr *attr, const char *text);
struct sk_buff *weft_ctl_reply_new(struct genl_info *info);
int weft_ctl_reply_send(struct sk_buff *reply, struct genl_info *info, int err);

/* module.c */
int weft_ctl_module_get(struct sk_buff *skb, struct genl_info *info);

/* cluster.c */
int weft_ctl_cluster_get(struct sk_buff *skb, struct genl_info *info);
int weft_ctl_cluster_set(struct sk_buff *skb, struct genl_info *info);
int weft_ctl_cluster_fill(struct sk_buff *skb, const struct genl_info *info,
			  u8 command, const struct weft_identity *identity);

/* node.c */
int weft_ctl_node_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* view.c */
int weft_ctl_view_get(struct sk_buff *skb, struct genl_info *info);
int weft_ctl_view_set(struct sk_buff *skb, struct genl_info *info);

/* peer.c */
int weft_ctl_peer_dump(struct sk_buff *skb, struct netlink_callback *cb);
int weft_ctl_peer_fill_change(struct sk_buff *skb, struct weft_lane *lane,
			      enum weft_lane_state state);

/* attach.c */
int weft_ctl_peer_attach(struct sk_buff *skb, struct genl_info *info);

/* echo.c */
int weft_ctl_echo(struct sk_buff *skb, struct genl_info *info);

/* process.c */
int weft_ctl_migrate_check(struct sk_buff *skb, struct genl_info *info);

/* migrate.c */
int weft_ctl_migrate(struct sk_buff *skb, struct genl_info *info);
int weft_ctl_body_open(struct sk_buff *skb, struct genl_info *info);

/* body.c */
int weft_ctl_body_dump(struct sk_buff *skb, struct netlink_callback *cb);
void weft_ctl_body_wanted(struct weft_net *weft, const struct weft_wanted *wanted);

/* faults.c */
extern const struct file_operations weft_ctl_faults_fops;

/* list.c */
int weft_ctl_process_dump(struct sk_buff *skb, struct netlink_callback *cb);
int weft_ctl_process_done(struct netlink_callback *cb);

/* wait.c */
int weft_ctl_migrate_wait(struct sk_buff *skb, struct genl_info *info);

/* debugfs.c */
int weft_ctl_debugfs_init(void);
void weft_ctl_debugfs_exit(void);
void weft_ctl_debugfs_add(struct weft_net *weft);

void weft_ctl_notify(struct weft_net *weft, struct genl_info *info,
		     struct sk_buff *event, u8 command, int err);
void weft_ctl_notify_cluster(struct weft_net *weft, struct genl_info *info);
void weft_ctl_lane_changed(struct weft_lane *lane, enum weft_lane_state state);

#endif /* _WEFT_CTL_CTL_H */
