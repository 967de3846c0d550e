// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the module says about processes that were moved, from bytes to structs.
 * Pure, like message.c, and as suspicious.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/msg.h>
#include <string.h>

static const struct nla_policy listed_policy[WEFT_A_LISTED_MAX + 1] = {
	[WEFT_A_LISTED_NODE] = { .type = NLA_U32 },
	[WEFT_A_LISTED_HOME] = { .type = NLA_U32 },
	[WEFT_A_LISTED_SERIAL] = { .type = NLA_U64 },
	[WEFT_A_LISTED_PID] = { .type = NLA_U32 },
	[WEFT_A_LISTED_NAME] = { .type = NLA_STRING,
				 .maxlen = WEFT_PROCESS_NAME_LEN },
	[WEFT_A_LISTED_STATE] = { .type = NLA_U32 },
	[WEFT_A_LISTED_AGE_MS] = { .type = NLA_U64 },
	[WEFT_A_LISTED_DOWNTIME_NS] = { .type = NLA_U64 },
	[WEFT_A_LISTED_FETCHED_BYTES] = { .type = NLA_U64 },
	[WEFT_A_LISTED_FAULTS] = { .type = NLA_U64 },
	[WEFT_A_LISTED_CALLS] = { .type = NLA_U64 },
};

/* Whoever tells of a process knows all of these, and the module has no others. */
static const int required[] = {
	WEFT_A_LISTED_NODE, WEFT_A_LISTED_HOME, WEFT_A_LISTED_SERIAL,
	WEFT_A_LISTED_PID, WEFT_A_LISTED_NAME, WEFT_A_LISTED_STATE,
	WEFT_A_LISTED_AGE_MS, WEFT_A_LISTED_DOWNTIME_NS,
	WEFT_A_LISTED_FETCHED_BYTES, WEFT_A_LISTED_FAULTS, WEFT_A_LISTED_CALLS,
};

static bool is_node(uint32_t node)
{
	return node >= WEFT_NODE_MIN && node <= WEFT_NODE_MAX;
}

static bool is_possible(const struct weft_process *process)
{
	return is_node(process->home) && is_node(process->node) &&
	       process->home != process->node && process->serial &&
	       process->pid && process->pid <= INT32_MAX &&
	       process->state < WEFT_PROCESS_NR_STATES;
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
 * weft_parse_process() - read a part of a reply to WEFT_CMD_PROCESS_GET
 * @nlh:     the message
 * @process: the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_process(struct nlmsghdr *nlh, struct weft_process *process)
{
	struct nlattr *attrs[WEFT_A_LISTED_MAX + 1];
	struct weft_process found = { .sz = sizeof(found) };
	size_t i;
	int err;

	err = weft_parse_message(nlh, WEFT_CMD_PROCESS_GET, attrs,
				 WEFT_A_LISTED_MAX, listed_policy);
	if (err)
		return err;
	for (i = 0; i < sizeof(required) / sizeof(*required); i++) {
		if (!attrs[required[i]])
			return -EPROTO;
	}
	found.home = nla_get_u32(attrs[WEFT_A_LISTED_HOME]);
	found.node = nla_get_u32(attrs[WEFT_A_LISTED_NODE]);
	found.serial = nla_get_u64(attrs[WEFT_A_LISTED_SERIAL]);
	found.pid = nla_get_u32(attrs[WEFT_A_LISTED_PID]);
	found.state = nla_get_u32(attrs[WEFT_A_LISTED_STATE]);
	found.age_ms = nla_get_u64(attrs[WEFT_A_LISTED_AGE_MS]);
	found.downtime_ns = nla_get_u64(attrs[WEFT_A_LISTED_DOWNTIME_NS]);
	found.fetched_bytes = nla_get_u64(attrs[WEFT_A_LISTED_FETCHED_BYTES]);
	found.faults = nla_get_u64(attrs[WEFT_A_LISTED_FAULTS]);
	found.calls = nla_get_u64(attrs[WEFT_A_LISTED_CALLS]);
	nla_strlcpy(found.name, attrs[WEFT_A_LISTED_NAME], sizeof(found.name));
	clean(found.name);
	if (!is_possible(&found))
		return -EPROTO;
	*process = found;
	return 0;
}
