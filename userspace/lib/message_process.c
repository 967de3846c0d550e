// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the module says about processes that move, from bytes to structs. Pure,
 * like message.c, and as suspicious.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/msg.h>
#include <string.h>

static const struct nla_policy process_policy[WEFT_A_PROCESS_MAX + 1] = {
	[WEFT_A_PROCESS_PID] = { .type = NLA_U32 },
	[WEFT_A_PROCESS_NODE] = { .type = NLA_U32 },
	[WEFT_A_PROCESS_SERIAL] = { .type = NLA_U64 },
	[WEFT_A_PROCESS_NAME] = { .type = NLA_STRING,
				  .maxlen = WEFT_PROCESS_NAME_LEN },
	[WEFT_A_PROCESS_FD] = { .type = NLA_U32 },
	[WEFT_A_PROCESS_DOWNTIME_NS] = { .type = NLA_U64 },
};

/* The three that name a process: number, node, serial number. */
static int parse_names(struct nlattr **attrs, uint32_t *pid, uint32_t *node,
		       uint64_t *serial)
{
	if (!attrs[WEFT_A_PROCESS_PID] || !attrs[WEFT_A_PROCESS_NODE] ||
	    !attrs[WEFT_A_PROCESS_SERIAL])
		return -EPROTO;
	*pid = nla_get_u32(attrs[WEFT_A_PROCESS_PID]);
	*node = nla_get_u32(attrs[WEFT_A_PROCESS_NODE]);
	*serial = nla_get_u64(attrs[WEFT_A_PROCESS_SERIAL]);
	if (!*pid || *pid > INT32_MAX || *node < WEFT_NODE_MIN ||
	    *node > WEFT_NODE_MAX || !*serial)
		return -EPROTO;
	return 0;
}

/**
 * weft_parse_migrate() - read a reply to WEFT_CMD_MIGRATE
 * @nlh:    the message
 * @result: the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_migrate(struct nlmsghdr *nlh, struct weft_migrate_result *result)
{
	struct weft_migrate_result found = { .sz = sizeof(found) };
	struct nlattr *attrs[WEFT_A_PROCESS_MAX + 1];
	int err;

	err = weft_parse_message(nlh, WEFT_CMD_MIGRATE, attrs,
				 WEFT_A_PROCESS_MAX, process_policy);
	if (!err)
		err = parse_names(attrs, &found.pid, &found.node,
				  &found.serial);
	if (err)
		return err;
	if (!attrs[WEFT_A_PROCESS_DOWNTIME_NS])
		return -EPROTO;
	found.downtime_ns = nla_get_u64(attrs[WEFT_A_PROCESS_DOWNTIME_NS]);
	*result = found;
	return 0;
}

/**
 * weft_parse_body_open() - read a reply to WEFT_CMD_BODY_OPEN
 * @nlh: the message
 * @fd:  the result: a descriptor that is open now
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_body_open(struct nlmsghdr *nlh, uint32_t *fd)
{
	struct nlattr *attrs[WEFT_A_PROCESS_MAX + 1];
	uint32_t found;
	int err;

	err = weft_parse_message(nlh, WEFT_CMD_BODY_OPEN, attrs,
				 WEFT_A_PROCESS_MAX, process_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_PROCESS_FD])
		return -EPROTO;
	found = nla_get_u32(attrs[WEFT_A_PROCESS_FD]);
	if (found > INT32_MAX)
		return -EPROTO;
	*fd = found;
	return 0;
}

/* Programs may call themselves anything: what is not printable becomes '?'. */
static void clean(char *name)
{
	for (; *name; name++) {
		if (*name < ' ' || *name > '~')
			*name = '?';
	}
}

/**
 * weft_parse_body_wanted() - read a body that is wanted
 * @nlh:     the message
 * @command: WEFT_CMD_BODY_NTF, or WEFT_CMD_BODY_OPEN in a dump
 * @wanted:  the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_body_wanted(struct nlmsghdr *nlh, uint8_t command,
			   struct weft_body_wanted *wanted)
{
	struct weft_body_wanted found = { .sz = sizeof(found) };
	struct nlattr *attrs[WEFT_A_PROCESS_MAX + 1];
	int err;

	err = weft_parse_message(nlh, command, attrs, WEFT_A_PROCESS_MAX,
				 process_policy);
	if (!err)
		err = parse_names(attrs, &found.pid, &found.home,
				  &found.serial);
	if (err)
		return err;
	if (!attrs[WEFT_A_PROCESS_NAME])
		return -EPROTO;
	nla_strlcpy(found.name, attrs[WEFT_A_PROCESS_NAME], sizeof(found.name));
	clean(found.name);
	*wanted = found;
	return 0;
}
