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

static const struct nla_policy view_policy[WEFT_A_VIEW_MAX + 1] = {
	[WEFT_A_VIEW_EPOCH] = { .type = NLA_U64 },
	[WEFT_A_VIEW_MEMBERS] = { .type = NLA_U64 },
};

static const struct nla_policy peer_policy[WEFT_A_PEER_MAX + 1] = {
	[WEFT_A_PEER_NODE] = { .type = NLA_U32 },
	[WEFT_A_PEER_INCARNATION] = { .type = NLA_U64 },
	[WEFT_A_PEER_LANE] = { .type = NLA_NESTED },
	[WEFT_A_PEER_CALLS] = { .type = NLA_U32 },
};

static const struct nla_policy lane_policy[WEFT_A_LANE_MAX + 1] = {
	[WEFT_A_LANE_ID] = { .type = NLA_U32 },
	[WEFT_A_LANE_STATE] = { .type = NLA_U32 },
	[WEFT_A_LANE_CIPHER] = { .type = NLA_U32 },
	[WEFT_A_LANE_RTT_US] = { .type = NLA_U32 },
	[WEFT_A_LANE_QUEUED] = { .type = NLA_U32 },
	[WEFT_A_LANE_CREDITS] = { .type = NLA_U32 },
	[WEFT_A_LANE_CONNECTIONS] = { .type = NLA_U64 },
	[WEFT_A_LANE_SENT_MESSAGES] = { .type = NLA_U64 },
	[WEFT_A_LANE_SENT_BYTES] = { .type = NLA_U64 },
	[WEFT_A_LANE_RECEIVED_MESSAGES] = { .type = NLA_U64 },
	[WEFT_A_LANE_RECEIVED_BYTES] = { .type = NLA_U64 },
	[WEFT_A_LANE_RESENT] = { .type = NLA_U64 },
	[WEFT_A_LANE_DUPLICATES] = { .type = NLA_U64 },
	[WEFT_A_LANE_BREACHES] = { .type = NLA_U64 },
	[WEFT_A_LANE_STALE] = { .type = NLA_U64 },
};

static const struct nla_policy echo_policy[WEFT_A_ECHO_MAX + 1] = {
	[WEFT_A_ECHO_ELAPSED_NS] = { .type = NLA_U64 },
	[WEFT_A_ECHO_SAMPLES] = { .type = NLA_UNSPEC },
};

/**
 * weft_is_printable() - can a text be shown on a terminal as it is?
 * @text: the text
 *
 * Return: true if it holds nothing but printable ASCII.
 */
bool weft_is_printable(const char *text)
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

/**
 * weft_parse_message() - take a message apart
 * @nlh:     the message
 * @command: which command it must have
 * @attrs:   the result: its attributes by type, of each type the last one
 * @max:     highest type
 * @policy:  what each may be
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_message(struct nlmsghdr *nlh, uint8_t command,
		       struct nlattr **attrs, int max,
		       const struct nla_policy *policy)
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

	err = weft_parse_message(nlh, CTRL_CMD_NEWFAMILY, attrs, CTRL_ATTR_MAX,
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

	err = weft_parse_message(nlh, WEFT_CMD_MODULE_GET, attrs, WEFT_A_MODULE_MAX,
				 module_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_MODULE_VERSION] || !attrs[WEFT_A_MODULE_NODE_MAX])
		return -EPROTO;
	nla_strlcpy(found.version, attrs[WEFT_A_MODULE_VERSION],
		    sizeof(found.version));
	if (!found.version[0] || !weft_is_printable(found.version))
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

	err = weft_parse_message(nlh, command, attrs, WEFT_A_CLUSTER_MAX, cluster_policy);
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

	err = weft_parse_message(nlh, WEFT_CMD_NODE_GET, attrs, WEFT_A_NODE_MAX,
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

/**
 * weft_parse_view() - read a view
 * @nlh:     the message
 * @command: which command it must have: WEFT_CMD_VIEW_GET or _NTF
 * @view:    the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_view(struct nlmsghdr *nlh, uint8_t command,
		    struct weft_view *view)
{
	struct nlattr *attrs[WEFT_A_VIEW_MAX + 1];
	struct weft_view found = { .sz = sizeof(found) };
	int err;

	err = weft_parse_message(nlh, command, attrs, WEFT_A_VIEW_MAX, view_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_VIEW_EPOCH] || !attrs[WEFT_A_VIEW_MEMBERS])
		return -EPROTO;
	found.epoch = nla_get_u64(attrs[WEFT_A_VIEW_EPOCH]);
	found.members = nla_get_u64(attrs[WEFT_A_VIEW_MEMBERS]);
	/* no view has no members, and a view has some */
	if (!found.epoch != !found.members)
		return -EPROTO;
	*view = found;
	return 0;
}

/**
 * struct lane_number - a number of a lane and where it belongs
 * @type:   WEFT_A_LANE_*
 * @offset: of the field in struct weft_lane
 */
struct lane_number {
	int type;
	size_t offset;
};

#define LANE_NUMBER(attribute, field) \
	{ WEFT_A_LANE_##attribute, offsetof(struct weft_lane, field) }

static const struct lane_number lane_gauges[] = {
	LANE_NUMBER(RTT_US, rtt_us),
	LANE_NUMBER(QUEUED, queued),
	LANE_NUMBER(CREDITS, credits),
};

static const struct lane_number lane_counters[] = {
	LANE_NUMBER(CONNECTIONS, connections),
	LANE_NUMBER(SENT_MESSAGES, sent_messages),
	LANE_NUMBER(SENT_BYTES, sent_bytes),
	LANE_NUMBER(RECEIVED_MESSAGES, received_messages),
	LANE_NUMBER(RECEIVED_BYTES, received_bytes),
	LANE_NUMBER(RESENT, resent),
	LANE_NUMBER(DUPLICATES, duplicates),
	LANE_NUMBER(BREACHES, breaches),
	LANE_NUMBER(STALE, stale),
};

/* Numbers that are absent stay 0; with @is_complete none may be absent. */
static int parse_lane_numbers(struct nlattr **attrs, bool is_complete,
			      struct weft_lane *lane)
{
	const struct lane_number *number;
	char *base = (char *)lane;
	size_t i;

	for (i = 0; i < sizeof(lane_gauges) / sizeof(*lane_gauges); i++) {
		number = &lane_gauges[i];
		if (attrs[number->type])
			*(uint32_t *)(base + number->offset) =
				nla_get_u32(attrs[number->type]);
		else if (is_complete)
			return -EPROTO;
	}
	for (i = 0; i < sizeof(lane_counters) / sizeof(*lane_counters); i++) {
		number = &lane_counters[i];
		if (attrs[number->type])
			*(uint64_t *)(base + number->offset) =
				nla_get_u64(attrs[number->type]);
		else if (is_complete)
			return -EPROTO;
	}
	return 0;
}

static int parse_lane(struct nlattr *nest, bool is_complete,
		      struct weft_lane *lane)
{
	struct nlattr *attrs[WEFT_A_LANE_MAX + 1];
	uint32_t id, state, cipher = WEFT_CIPHER_NONE;

	if (nla_parse_nested(attrs, WEFT_A_LANE_MAX, nest,
			     (struct nla_policy *)lane_policy))
		return -EPROTO;
	if (!attrs[WEFT_A_LANE_ID] || !attrs[WEFT_A_LANE_STATE])
		return -EPROTO;
	id = nla_get_u32(attrs[WEFT_A_LANE_ID]);
	state = nla_get_u32(attrs[WEFT_A_LANE_STATE]);
	/* without a connection there is no cipher to tell */
	if (attrs[WEFT_A_LANE_CIPHER])
		cipher = nla_get_u32(attrs[WEFT_A_LANE_CIPHER]);
	if (id >= WEFT_LANE_COUNT || state >= WEFT_LANE_NR_STATES ||
	    cipher >= WEFT_CIPHER_COUNT)
		return -EPROTO;
	lane->id = (enum weft_lane_id)id;
	lane->state = (enum weft_lane_state)state;
	lane->cipher = (enum weft_cipher)cipher;
	return parse_lane_numbers(attrs, is_complete, lane);
}

/* Every lane of the message, each at most once. */
static int parse_lanes(struct nlmsghdr *nlh, bool is_complete,
		       struct weft_peer *peer)
{
	struct genlmsghdr *genl = genlmsg_hdr(nlh);
	struct weft_lane *lane;
	uint64_t seen = 0;
	struct nlattr *attr;
	int err, left;

	nla_for_each_attr(attr, genlmsg_attrdata(genl, 0),
			  genlmsg_attrlen(genl, 0), left) {
		if (nla_type(attr) != WEFT_A_PEER_LANE)
			continue;
		if (peer->lane_count == WEFT_LANE_COUNT)
			return -EPROTO;
		lane = &peer->lanes[peer->lane_count++];
		err = parse_lane(attr, is_complete, lane);
		if (err)
			return err;
		if (seen & (1ULL << lane->id))
			return -EPROTO;
		seen |= 1ULL << lane->id;
	}
	return peer->lane_count ? 0 : -EPROTO;
}

/**
 * weft_parse_peer() - read one peer
 * @nlh:     the message
 * @command: which command it must have: WEFT_CMD_PEER_GET for a peer with all
 *           its numbers, WEFT_CMD_PEER_NTF for the one lane that changed
 * @peer:    the result
 *
 * Return: 0 or -EPROTO.
 */
int weft_parse_peer(struct nlmsghdr *nlh, uint8_t command,
		    struct weft_peer *peer)
{
	const bool is_complete = command == WEFT_CMD_PEER_GET;
	struct nlattr *attrs[WEFT_A_PEER_MAX + 1];
	struct weft_peer found = { .sz = sizeof(found) };
	int err;

	err = weft_parse_message(nlh, command, attrs, WEFT_A_PEER_MAX, peer_policy);
	if (err)
		return err;
	if (!attrs[WEFT_A_PEER_NODE] || !attrs[WEFT_A_PEER_INCARNATION])
		return -EPROTO;
	found.node = nla_get_u32(attrs[WEFT_A_PEER_NODE]);
	if (!in_range(found.node, WEFT_NODE_MIN, WEFT_NODE_MAX))
		return -EPROTO;
	found.incarnation = nla_get_u64(attrs[WEFT_A_PEER_INCARNATION]);
	if (attrs[WEFT_A_PEER_CALLS])
		found.calls = nla_get_u32(attrs[WEFT_A_PEER_CALLS]);
	else if (is_complete)
		return -EPROTO;
	err = parse_lanes(nlh, is_complete, &found);
	if (err)
		return err;
	if (!is_complete && found.lane_count != 1)
		return -EPROTO;
	*peer = found;
	return 0;
}

/**
 * weft_parse_echo() - read a reply to WEFT_CMD_ECHO
 * @nlh:        the message
 * @count:      how many echoes were asked for
 * @samples_ns: the time of each, in order; NULL if not wanted
 * @elapsed_ns: the time of all; NULL if not wanted
 *
 * Return: 0, or -EPROTO, then with nothing written.
 */
int weft_parse_echo(struct nlmsghdr *nlh, uint32_t count, uint64_t *samples_ns,
		    uint64_t *elapsed_ns)
{
	const size_t size = (size_t)count * sizeof(*samples_ns);
	struct nlattr *attrs[WEFT_A_ECHO_MAX + 1];
	struct nlattr *samples;
	int err;

	err = weft_parse_message(nlh, WEFT_CMD_ECHO, attrs, WEFT_A_ECHO_MAX, echo_policy);
	if (err)
		return err;
	samples = attrs[WEFT_A_ECHO_SAMPLES];
	if (!attrs[WEFT_A_ECHO_ELAPSED_NS] || !samples ||
	    (size_t)nla_len(samples) != size)
		return -EPROTO;
	if (samples_ns)
		memcpy(samples_ns, nla_data(samples), size);
	if (elapsed_ns)
		*elapsed_ns = nla_get_u64(attrs[WEFT_A_ECHO_ELAPSED_NS]);
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
	if (!weft_is_printable(text))
		text[0] = '\0';
}
