// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: its commands, its group, and how it refuses.
 */
#include "ctl/ctl.h"
#include "trace/trace.h"

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/netlink.h>

static const struct genl_ops ops[] = {
	{
		.cmd	 = WEFT_CMD_MODULE_GET,
		.doit	 = weft_ctl_module_get,
	},
	{
		.cmd	 = WEFT_CMD_CLUSTER_GET,
		.doit	 = weft_ctl_cluster_get,
	},
	{
		.cmd	 = WEFT_CMD_CLUSTER_SET,
		.doit	 = weft_ctl_cluster_set,
		.policy	 = weft_ctl_cluster_set_policy,
		.maxattr = WEFT_A_CLUSTER_MAX,
	},
	{
		.cmd	 = WEFT_CMD_NODE_GET,
		.dumpit	 = weft_ctl_node_dump,
	},
	{
		.cmd	 = WEFT_CMD_VIEW_GET,
		.doit	 = weft_ctl_view_get,
	},
	{
		.cmd	 = WEFT_CMD_VIEW_SET,
		.doit	 = weft_ctl_view_set,
		.policy	 = weft_ctl_view_set_policy,
		.maxattr = WEFT_A_VIEW_MAX,
	},
	{
		.cmd	 = WEFT_CMD_PEER_GET,
		.dumpit	 = weft_ctl_peer_dump,
	},
	{
		.cmd	 = WEFT_CMD_PEER_ATTACH,
		.doit	 = weft_ctl_peer_attach,
		.policy	 = weft_ctl_peer_attach_policy,
		.maxattr = WEFT_A_PEER_MAX,
	},
	{
		.cmd	 = WEFT_CMD_ECHO,
		.doit	 = weft_ctl_echo,
		.policy	 = weft_ctl_echo_policy,
		.maxattr = WEFT_A_ECHO_MAX,
	},
	{
		.cmd	 = WEFT_CMD_MIGRATE_CHECK,
		.doit	 = weft_ctl_migrate_check,
		.policy	 = weft_ctl_migrate_check_policy,
		.maxattr = WEFT_A_CHECK_MAX,
	},
	{
		.cmd	 = WEFT_CMD_MIGRATE,
		.doit	 = weft_ctl_migrate,
		.policy	 = weft_ctl_migrate_policy,
		.maxattr = WEFT_A_PROCESS_MAX,
	},
	{
		.cmd	 = WEFT_CMD_BODY_OPEN,
		.doit	 = weft_ctl_body_open,
		.dumpit	 = weft_ctl_body_dump,
		.policy	 = weft_ctl_body_open_policy,
		.maxattr = WEFT_A_PROCESS_MAX,
	},
	{
		.cmd	 = WEFT_CMD_PROCESS_GET,
		.dumpit	 = weft_ctl_process_dump,
		.done	 = weft_ctl_process_done,
		.policy	 = weft_ctl_process_get_policy,
		.maxattr = WEFT_A_LISTED_MAX,
	},
	{
		.cmd	 = WEFT_CMD_MIGRATE_WAIT,
		.doit	 = weft_ctl_migrate_wait,
		.policy	 = weft_ctl_migrate_wait_policy,
		.maxattr = WEFT_A_WAIT_MAX,
	},
};

static const struct genl_multicast_group groups[] = {
	[WEFT_CTL_GROUP_EVENTS] = { .name = WEFT_GENL_GROUP_EVENTS },
};

/*
 * Parallel, because the alternative is one lock shared with every other family
 * and every other namespace; weft_net.lock is all that the handlers need.
 * resv_start_op stays 0: headers and attributes are validated strictly.
 */
struct genl_family weft_ctl_family __ro_after_init = {
	.name	      = WEFT_GENL_NAME,
	.version      = WEFT_GENL_VERSION,
	.module	      = THIS_MODULE,
	.netnsok      = true,
	.parallel_ops = true,
	.ops	      = ops,
	.n_ops	      = ARRAY_SIZE(ops),
	.mcgrps	      = groups,
	.n_mcgrps     = ARRAY_SIZE(groups),
};

/**
 * weft_ctl_refuse() - fail a request, and say why
 * @info: the request
 * @err:  the error
 * @attr: the attribute at fault, or NULL
 * @text: the reason; stays valid as long as the namespace and the module
 *
 * NL_SET_ERR_MSG() takes literals only, and its formatting variant, where a
 * kernel has it, cuts a sentence off at 80 bytes. The pointer is read once
 * more after the handler has returned, when the ACK is built: by then the
 * socket still holds the namespace, and generic netlink the module.
 *
 * Return: @err.
 */
int weft_ctl_refuse(struct genl_info *info, int err,
		    const struct nlattr *attr, const char *text)
{
	trace_weft_netlink_failed(genl_info_net(info), info->genlhdr->cmd, err);
	do_trace_netlink_extack(text);
	NL_SET_BAD_ATTR(info->extack, attr);
	if (info->extack)
		info->extack->_msg = text;
	return err;
}

/**
 * weft_ctl_require_admin() - let only the administrator of the machine pass
 * @skb:  the request
 * @info: the request
 *
 * The owner of a network namespace does not become one by owning it: a node
 * acts in the name of the whole machine. GENL_ADMIN_PERM would check the same,
 * but refuse without a word.
 *
 * Return: 0, or -EPERM with the reason in the extended ACK.
 */
int weft_ctl_require_admin(struct sk_buff *skb, struct genl_info *info)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	return weft_ctl_refuse(info, -EPERM, NULL,
			       "CAP_NET_ADMIN in the initial user namespace is required");
}

/**
 * weft_ctl_require_admin_to_dump() - likewise, for a dump
 * @cb: the dump
 *
 * Return: 0, or -EPERM with the reason in the extended ACK.
 */
int weft_ctl_require_admin_to_dump(struct netlink_callback *cb)
{
	if (netlink_capable(cb->skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(cb->extack,
		       "CAP_NET_ADMIN in the initial user namespace is required");
	return -EPERM;
}

/**
 * weft_ctl_require() - let only requests with an attribute pass
 * @info: the request
 * @attr: the attribute
 * @text: what to say without it
 *
 * Return: 0, or -EINVAL with the reason in the extended ACK.
 */
int weft_ctl_require(struct genl_info *info, int attr, const char *text)
{
	if (info->attrs[attr])
		return 0;
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, attr);
	return weft_ctl_refuse(info, -EINVAL, NULL, text);
}

/**
 * weft_ctl_reply_new() - make room for a reply
 * @info: the request
 *
 * A handler that changes something calls this first, so that a change it could
 * not answer is not made.
 *
 * Return: an empty reply for weft_ctl_reply_send(), or NULL with the reason in
 * the extended ACK; the handler then returns -ENOMEM.
 */
struct sk_buff *weft_ctl_reply_new(struct genl_info *info)
{
	struct sk_buff *reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!reply)
		weft_ctl_refuse(info, -ENOMEM, NULL, "no memory for the reply");
	return reply;
}

/**
 * weft_ctl_reply_send() - answer a request
 * @reply: from weft_ctl_reply_new(); consumed
 * @info:  the request
 * @err:   0 if @reply is complete, else why it is not
 *
 * Return: 0, or why no reply was sent.
 */
int weft_ctl_reply_send(struct sk_buff *reply, struct genl_info *info, int err)
{
	if (err) {
		nlmsg_free(reply);
		return weft_ctl_refuse(info, err, NULL,
				       "the reply does not fit its message");
	}
	err = genlmsg_reply(reply, info);
	if (err)
		trace_weft_netlink_failed(genl_info_net(info),
					  info->genlhdr->cmd, err);
	return err;
}

/**
 * weft_ctl_init() - start taking commands
 *
 * Return: 0, or an error with nothing registered.
 */
int __init weft_ctl_init(void)
{
	int err = weft_ctl_debugfs_init();

	if (err)
		return err;
	err = genl_register_family(&weft_ctl_family);
	if (err)
		weft_ctl_debugfs_exit();
	return err;
}

/**
 * weft_ctl_exit() - stop taking commands
 *
 * On return no handler runs and none will.
 */
void weft_ctl_exit(void)
{
	genl_unregister_family(&weft_ctl_family);
	weft_ctl_debugfs_exit();
}
