// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving processes: WEFT_CMD_MIGRATE and WEFT_CMD_BODY_OPEN.
 */
#include "ctl/ctl.h"
#include "migrate/migrate.h"

#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/pid_namespace.h>

#define TIMEOUT_MS_DEFAULT	5000

static const char *text_of(int err)
{
	switch (err) {
	case -ESRCH:
		return "there is no such process";
	case -EALREADY:
		return "the process is on its way, or on another node already";
	case -EOPNOTSUPP:
		return "the process cannot move to that node: weft check tells why";
	case -EXDEV:
		return "the process is of another node: processes cannot be moved on yet";
	case -EAGAIN:
		return "the process has just changed: ask again";
	case -ETIME:
		return "no body came up in time, and it stays here: read the log of weftd there";
	case -ECANCELED:
		return "no body could be started, and it stays here: read the log of weftd there";
	case -ETIMEDOUT:
		return "the process could not be stopped in time, and stays here";
	case -EINTR:
		return "interrupted: weft check tells where the process is";
	default:
		return "the process could not be moved, and stays here";
	}
}

static int fill(struct sk_buff *skb, struct genl_info *info,
		const struct weft_migration *migration)
{
	void *header;

	header = genlmsg_put_reply(skb, info, &weft_ctl_family, 0,
				   WEFT_CMD_MIGRATE);
	if (!header ||
	    nla_put_u32(skb, WEFT_A_PROCESS_PID, migration->pid) ||
	    nla_put_u32(skb, WEFT_A_PROCESS_NODE, migration->node) ||
	    nla_put_u64_64bit(skb, WEFT_A_PROCESS_SERIAL, migration->process,
			      WEFT_A_PROCESS_PAD) ||
	    nla_put_u64_64bit(skb, WEFT_A_PROCESS_DOWNTIME_NS,
			      migration->downtime_ns, WEFT_A_PROCESS_PAD))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/**
 * weft_ctl_migrate() - handle WEFT_CMD_MIGRATE
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the reply sent, or an error.
 */
int weft_ctl_migrate(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *timeout = info->attrs[WEFT_A_PROCESS_TIMEOUT_MS];
	struct weft_migration migration = {};
	struct sk_buff *reply;
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PROCESS_PID,
				       "the number of the process is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PROCESS_NODE,
				       "the number of the node is missing");
	if (err)
		return err;
	if (task_active_pid_ns(current) != &init_pid_ns)
		return weft_ctl_refuse(info, -EPERM,
				       info->attrs[WEFT_A_PROCESS_PID],
				       "processes are told by their numbers in the initial PID namespace: ask from there");
	migration.pid = nla_get_u32(info->attrs[WEFT_A_PROCESS_PID]);
	migration.node = nla_get_u32(info->attrs[WEFT_A_PROCESS_NODE]);
	migration.timeout_ms = timeout ? nla_get_u32(timeout) : TIMEOUT_MS_DEFAULT;
	reply = weft_ctl_reply_new(info);
	if (!reply)
		return -ENOMEM;
	err = weft_migrate_run(weft_net(genl_info_net(info)), &migration);
	if (err) {
		nlmsg_free(reply);
		return weft_ctl_refuse(info, err, NULL, text_of(err));
	}
	return weft_ctl_reply_send(reply, info, fill(reply, info, &migration));
}

static const char *open_text(int err)
{
	switch (err) {
	case -ESRCH:
		return "nobody asks for such a body";
	case -EBUSY:
		return "the body was opened before";
	default:
		return "no descriptor is left";
	}
}

/* The descriptor is the caller's only with a reply that tells it. */
static int give_file(struct genl_info *info, struct sk_buff *reply, struct file *file)
{
	int err, fd = get_unused_fd_flags(O_CLOEXEC);
	void *header;

	if (fd < 0) {
		nlmsg_free(reply);
		return weft_ctl_refuse(info, fd, NULL, open_text(fd));
	}
	header = genlmsg_put_reply(reply, info, &weft_ctl_family, 0,
				   WEFT_CMD_BODY_OPEN);
	err = !header || nla_put_u32(reply, WEFT_A_PROCESS_FD, fd) ? -EMSGSIZE : 0;
	if (!err)
		genlmsg_end(reply, header);
	err = weft_ctl_reply_send(reply, info, err);
	if (err)
		put_unused_fd(fd);
	else
		fd_install(fd, get_file(file));
	return err;
}

/**
 * weft_ctl_body_open() - handle WEFT_CMD_BODY_OPEN
 * @skb:  the request
 * @info: the request
 *
 * Return: 0 with the descriptor in the caller's table, and the reply sent; or an
 * error.
 */
int weft_ctl_body_open(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	struct file *file;
	int err;

	err = weft_ctl_require_admin(skb, info);
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PROCESS_NODE,
				       "the home of the process is missing");
	if (!err)
		err = weft_ctl_require(info, WEFT_A_PROCESS_SERIAL,
				       "the serial number of the process is missing");
	if (err)
		return err;
	reply = weft_ctl_reply_new(info);
	if (!reply)
		return -ENOMEM;
	file = weft_body_open(weft_net(genl_info_net(info)),
			      nla_get_u32(info->attrs[WEFT_A_PROCESS_NODE]),
			      nla_get_u64(info->attrs[WEFT_A_PROCESS_SERIAL]));
	if (IS_ERR(file)) {
		nlmsg_free(reply);
		return weft_ctl_refuse(info, PTR_ERR(file), NULL,
				       open_text(PTR_ERR(file)));
	}
	err = give_file(info, reply, file);
	fput(file);
	return err;
}
