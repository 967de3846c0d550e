// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From bytes to structs. Pure: no socket, no handle, no allocation.
 *
 * The kernel is believed no more than anybody else: every length, range and
 * combination is checked before a field is used. A breach gives -EPROTO and
 * leaves the result untouched. Attributes that a newer module adds are skipped.
 */
#include "internal.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

static const struct nla_policy family_policy[CTRL_ATTR_MAX + 1] = {
	[CTRL_ATTR_FAMILY_ID] = { .type = NLA_U16 },
	[CTRL_ATTR_FAMILY_NAME] = { .type = NLA_STRING, .maxlen = GENL_NAMSIZ },
	[CTRL_ATTR_VERSION] = { .type = NLA_U32 },
	[CTRL_ATTR_MCAST_GROUPS] = { .type = NLA_NESTED },
};

static const struct nla_policy group_policy[CTRL_ATTR_MCAST_GRP_MAX + 1] = {
	[CTRL_ATTR_MCAST_GRP_NAME] = { .type = NLA_STRING,
				       .maxlen = GENL_NAMSIZ },
	[CTRL_ATTR_MCAST_GRP_ID] = { .type = NLA_U32 },
};

static const struct nla_policy module_policy[WEFT_A_MODULE_MAX + 1] = {
	[WEFT_A_MODULE_VERSION] = { .type = NLA_STRING,
				    .maxlen = WEFT_VERSION_LEN },
	[WEFT_A_MODULE_NODE_MAX] = { .type = NLA_U32 },
};

static const struct nla_policy cluster_policy[WEFT_A_CLUSTER_MAX + 1] = {
	[WEFT_A_CLUSTER_NAME] = { .type = NLA_STRING,
				  .maxlen = WEFT_CLUSTER_NAME_LEN },
	[WEFT_A_CLUSTER_NODE] = { .type = NLA_U32 },
	[WEFT_A_CLUSTER_LEASE_MS] = { .type = NLA_U32 },
	[WEFT_A_CLUSTER_INCARNATION] = { .type = NLA_U64 },
};

static const struct nla_policy node_policy[WEFT_A_NODE_MAX + 1] = {
	[WEFT_A_NODE_ID] = { .type = NLA_U32 },
	[WEFT_A_NODE_LOCAL] = { .type = NLA_FLAG },
	[WEFT_A_NODE_INCARNATION] = { .type = NLA_U64 },
	[WEFT_A_NODE_AGE_MS] = { .type = NLA_U64 },
};

static bool is_printable(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

static bool in_range(uint32_t value, uint32_t min, uint32_t max)
{
	return value >= min && value <= max;
}

static int parse(struct nlmsghdr *nlh, uint8_t command, struct nlattr **attrs,
		 int max, const struct nla_policy *policy)
{
	if (!genlmsg_valid_hdr(nlh, 0))
		return -EPROTO;
	if (genlmsg_hdr(nlh)->cmd != command)
		return -EPROTO;
	if (genlmsg_parse(nlh, 0, attrs, max, (struct nla_policy *)policy))
		return -EPROTO;
	return 0;
}

/* The number of the group called WEFT_GENL_GROUP_EVENTS, 0 if there is none. */
static uint32_t find_events_group(struct nlattr *groups)
{
	struct nlattr *attrs[CTRL_ATTR_MCAST_GRP_MAX + 1];
	struct nlattr *group;
	int left;

	nla_for_each_nested(group, groups, left) {
		if (nla_parse_nested(attrs, CTRL_ATTR_MCAST_GRP_MAX, group,
				     (struct nla_policy *)group_policy))
			return 0;
		if (!attrs[CTRL_ATTR_MCAST_GRP_NAME] ||
		    !attrs[CTRL_ATTR_MCAST_GRP_ID])
			continue;
		if (!nla_strcmp(attrs[CTRL_ATTR_MCAST_GRP_NAME],
				WEFT_GENL_GROUP_EVENTS))
			return nla_get_u32(attrs[CTRL_ATTR_MCAST_GRP_ID]);
	}
	return 0;
}

/**
 * weft_parse_family() - is this the description of the wanted family?
 * @nlh:    a reply to CTRL_CMD_GETFAMILY
 * @name:   the wanted family
 * @family: filled in if it is
 *
 * Return: 0 if it is, -ENOENT if it describes another family, -EPROTO.
 */
int weft_parse_family(struct nlmsghdr *nlh, const char *name,
		      struct weft_family *family)
{
	struct nlattr *attrs[CTRL_ATTR_MAX + 1];
	struct weft_family found = { 0 };
	int err;

	err = parse(nlh, CTRL_CMD_NEWFAMILY, attrs, CTRL_ATTR_MAX,
		    family_policy);
	if (err)
		return err;
	if (!attrs[CTRL_ATTR_FAMILY_NAME])
		return -EPROTO;
	if (nla_strcmp(attrs[CTRL_ATTR_FAMILY_NAME], name))
		return -ENOENT;
	if (!attrs[CTRL_ATTR_FAMILY_ID] || !attrs[CTRL_ATTR_VERSION])
		return -EPROTO;
	found.id = nla_get_u16(attrs[CTRL_ATTR_FAMILY_ID]);
	found.version = nla_get_u32(attrs[CTRL_ATTR_VERSION]);
	if (found.id < GENL_MIN_ID)
		return -EPROTO;
	if (attrs[CTRL_ATTR_MCAST_GROUPS])
		found.events = find_events_group(attrs[CTRL_ATTR_MCAST_GROUPS]);
	*family = found;
	return 0;
}

/**
 * weft_parse_module() - read a reply to WEFT_CMD_MODULE_GET
 * @nlh:    the message
 * @module: the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_module(struct nlmsghdr *nlh, struct weft_module *module)
{
	struct nlattr *attrs[WEFT_A_MODULE_MAX + 1];
	struct weft_module found = { .sz = sizeof(found) };
	int err;

	err = parse(nlh, WEFT_CMD_MODULE_GET, attrs, WEFT_A_MODULE_MAX,
		    module_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_MODULE_VERSION] || !attrs[WEFT_A_MODULE_NODE_MAX])
		return -EPROTO;
	nla_strlcpy(found.version, attrs[WEFT_A_MODULE_VERSION],
		    sizeof(found.version));
	if (!found.version[0] || !is_printable(found.version))
		return -EPROTO;
	found.node_max = nla_get_u32(attrs[WEFT_A_MODULE_NODE_MAX]);
	if (!in_range(found.node_max, WEFT_NODE_MIN, UINT32_MAX))
		return -EPROTO;
	*module = found;
	return 0;
}

/* All three parts of an identity: a part of it would be no identity. */
static int parse_identity(struct nlattr **attrs, struct weft_cluster *cluster)
{
	if (!attrs[WEFT_A_CLUSTER_NAME] || !attrs[WEFT_A_CLUSTER_NODE] ||
	    !attrs[WEFT_A_CLUSTER_INCARNATION])
		return -EPROTO;
	nla_strlcpy(cluster->name, attrs[WEFT_A_CLUSTER_NAME],
		    sizeof(cluster->name));
	if (!weft_cluster_name_is_valid(cluster->name))
		return -EPROTO;
	cluster->node = nla_get_u32(attrs[WEFT_A_CLUSTER_NODE]);
	if (!in_range(cluster->node, WEFT_NODE_MIN, WEFT_NODE_MAX))
		return -EPROTO;
	cluster->incarnation = nla_get_u64(attrs[WEFT_A_CLUSTER_INCARNATION]);
	cluster->is_configured = true;
	return 0;
}

/**
 * weft_parse_cluster() - read an identity
 * @nlh:     the message
 * @command: which command it must have: WEFT_CMD_CLUSTER_GET, _SET or _NTF
 * @cluster: the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_cluster(struct nlmsghdr *nlh, uint8_t command,
		       struct weft_cluster *cluster)
{
	struct nlattr *attrs[WEFT_A_CLUSTER_MAX + 1];
	struct weft_cluster found = { .sz = sizeof(found) };
	int err;

	err = parse(nlh, command, attrs, WEFT_A_CLUSTER_MAX, cluster_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_CLUSTER_LEASE_MS])
		return -EPROTO;
	found.lease_ms = nla_get_u32(attrs[WEFT_A_CLUSTER_LEASE_MS]);
	if (!in_range(found.lease_ms, WEFT_LEASE_MS_MIN, WEFT_LEASE_MS_MAX))
		return -EPROTO;
	if (attrs[WEFT_A_CLUSTER_NAME] || attrs[WEFT_A_CLUSTER_NODE] ||
	    attrs[WEFT_A_CLUSTER_INCARNATION]) {
		err = parse_identity(attrs, &found);
		if (err)
			return err;
	}
	*cluster = found;
	return 0;
}

/**
 * weft_parse_node() - read one message of the dump of nodes
 * @nlh:  the message
 * @node: the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_node(struct nlmsghdr *nlh, struct weft_node *node)
{
	struct nlattr *attrs[WEFT_A_NODE_MAX + 1];
	struct weft_node found = { .sz = sizeof(found) };
	int err;

	err = parse(nlh, WEFT_CMD_NODE_GET, attrs, WEFT_A_NODE_MAX,
		    node_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_NODE_ID] || !attrs[WEFT_A_NODE_INCARNATION] ||
	    !attrs[WEFT_A_NODE_AGE_MS])
		return -EPROTO;
	found.id = nla_get_u32(attrs[WEFT_A_NODE_ID]);
	if (!in_range(found.id, WEFT_NODE_MIN, WEFT_NODE_MAX))
		return -EPROTO;
	found.is_local = attrs[WEFT_A_NODE_LOCAL];
	found.incarnation = nla_get_u64(attrs[WEFT_A_NODE_INCARNATION]);
	found.age_ms = nla_get_u64(attrs[WEFT_A_NODE_AGE_MS]);
	*node = found;
	return 0;
}

/* Where the attributes of an extended acknowledgement begin, 0 if nowhere. */
static size_t extack_offset(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = nlmsg_data(nlh);
	size_t offset = sizeof(int);

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return 0;
	if (nlh->nlmsg_type == NLMSG_DONE)
		return NLMSG_ALIGN(offset);
	if (nlmsg_datalen(nlh) < (int)sizeof(*error))
		return 0;
	offset = sizeof(*error);
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		if (error->msg.nlmsg_len < NLMSG_HDRLEN ||
		    error->msg.nlmsg_len > nlh->nlmsg_len)
			return 0;
		offset += error->msg.nlmsg_len - NLMSG_HDRLEN;
	}
	return NLMSG_ALIGN(offset);
}

/**
 * weft_parse_extack() - the sentence in an acknowledgement or an end of dump
 * @nlh:  a message of type NLMSG_ERROR or NLMSG_DONE
 * @text: where to put the sentence; empty if there is none
 * @size: size of @text
 */
void weft_parse_extack(const struct nlmsghdr *nlh, char *text, size_t size)
{
	size_t offset = extack_offset(nlh);
	size_t length = (size_t)nlmsg_datalen(nlh);
	struct nlattr *attrs, *message;

	text[0] = '\0';
	if (!offset || offset >= length)
		return;
	attrs = (struct nlattr *)((char *)nlmsg_data(nlh) + offset);
	message = nla_find(attrs, (int)(length - offset), NLMSGERR_ATTR_MSG);
	if (!message || !nla_len(message))
		return;
	nla_strlcpy(text, message, size);
	if (!is_printable(text))
		text[0] = '\0';
}
