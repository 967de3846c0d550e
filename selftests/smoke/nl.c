// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw generic netlink for tests.
 */
#include "nl.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A refusal quotes the whole request. */
#define RECEIVE_MAX (128 * 1024)

#define OFFSET_OF_ATTRIBUTES (NLMSG_HDRLEN + GENL_HDRLEN)

static const struct nlattr *find(const void *from, size_t length, uint16_t type)
{
	const unsigned char *at = from;

	while (length >= NLA_HDRLEN) {
		const struct nlattr *attr = (const struct nlattr *)at;
		size_t step = NLA_ALIGN(attr->nla_len);

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > length)
			return NULL;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		if (step > length)
			return NULL;
		at += step;
		length -= step;
	}
	return NULL;
}

static const void *data_of(const struct nlattr *attr)
{
	return (const unsigned char *)attr + NLA_HDRLEN;
}

const struct nlattr *message_find(const struct message *message, uint16_t type)
{
	if (message->header.nlmsg_len < OFFSET_OF_ATTRIBUTES)
		return NULL;
	return find(message->data,
		    message->header.nlmsg_len - OFFSET_OF_ATTRIBUTES, type);
}

bool message_has(const struct message *message, uint16_t type)
{
	return message_find(message, type);
}

/* A number of the wrong width is never the one that a test expects. */
uint32_t message_u32(const struct message *message, uint16_t type)
{
	const struct nlattr *attr = message_find(message, type);
	uint32_t value = UINT32_MAX;

	if (attr && attr->nla_len == NLA_HDRLEN + sizeof(value))
		memcpy(&value, data_of(attr), sizeof(value));
	return value;
}

uint64_t message_u64(const struct message *message, uint16_t type)
{
	const struct nlattr *attr = message_find(message, type);
	uint64_t value = UINT64_MAX;

	if (attr && attr->nla_len == NLA_HDRLEN + sizeof(value))
		memcpy(&value, data_of(attr), sizeof(value));
	return value;
}

const char *message_string(const struct message *message, uint16_t type)
{
	const struct nlattr *attr = message_find(message, type);
	size_t length;

	if (!attr)
		return "(absent)";
	length = attr->nla_len - NLA_HDRLEN;
	if (!length || ((const char *)data_of(attr))[length - 1])
		return "(not a string)";
	return data_of(attr);
}

void message_init(struct message *message, const struct nl *nl, uint8_t command)
{
	memset(message, 0, sizeof(*message));
	message->header.nlmsg_len = OFFSET_OF_ATTRIBUTES;
	message->header.nlmsg_type = nl->family;
	message->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->genl.cmd = command;
	message->genl.version = WEFT_GENL_VERSION;
}

/* Too much is cut off: no test wants a message longer than its buffer. */
void message_put(struct message *message, uint16_t type, const void *data,
		 uint16_t length)
{
	size_t used = message->header.nlmsg_len - OFFSET_OF_ATTRIBUTES;
	struct nlattr *attr = (struct nlattr *)(message->data + used);

	if (used + NLA_ALIGN(NLA_HDRLEN + length) > sizeof(message->data))
		return;
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + length;
	if (length)
		memcpy(message->data + used + NLA_HDRLEN, data, length);
	message->header.nlmsg_len += NLA_ALIGN(NLA_HDRLEN + length);
}

void message_put_u32(struct message *message, uint16_t type, uint32_t value)
{
	message_put(message, type, &value, sizeof(value));
}

void message_put_string(struct message *message, uint16_t type,
			const char *text)
{
	message_put(message, type, text, strlen(text) + 1);
}

/* WEFT_CMD_CLUSTER_SET; @name NULL and @node 0 stand for none. */
void message_identity(struct message *message, const struct nl *nl,
		      const char *name, uint32_t node)
{
	message_init(message, nl, WEFT_CMD_CLUSTER_SET);
	if (name)
		message_put_string(message, WEFT_A_CLUSTER_NAME, name);
	if (node)
		message_put_u32(message, WEFT_A_CLUSTER_NODE, node);
}

int nl_send(struct nl *nl, struct message *message)
{
	message->header.nlmsg_seq = ++nl->seq;
	if (send(nl->fd, message, message->header.nlmsg_len, 0) < 0)
		return -errno;
	return 0;
}

static void read_error(const struct nlmsghdr *header, struct answer *answer)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	const unsigned char *at = (const unsigned char *)error + sizeof(*error);
	const unsigned char *end =
		(const unsigned char *)header + header->nlmsg_len;
	const struct nlattr *attr;

	answer->err = error->error;
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		at += NLMSG_ALIGN(error->msg.nlmsg_len - NLMSG_HDRLEN);
	if (at >= end)
		return;
	attr = find(at, end - at, NLMSGERR_ATTR_MSG);
	if (attr)
		snprintf(answer->text, sizeof(answer->text), "%.*s",
			 (int)(attr->nla_len - NLA_HDRLEN),
			 (const char *)data_of(attr));
	attr = find(at, end - at, NLMSGERR_ATTR_OFFS);
	if (attr)
		memcpy(&answer->bad_offset, data_of(attr), sizeof(uint32_t));
	attr = find(at, end - at, NLMSGERR_ATTR_MISS_TYPE);
	if (attr)
		memcpy(&answer->missing, data_of(attr), sizeof(uint32_t));
}

/* Return: true if this message ends the answer. */
static bool read_one(const struct nlmsghdr *header, struct answer *answer)
{
	size_t length = header->nlmsg_len;

	if (header->nlmsg_type == NLMSG_ERROR) {
		read_error(header, answer);
		return true;
	}
	if (header->nlmsg_type == NLMSG_DONE) {
		memcpy(&answer->err, NLMSG_DATA(header), sizeof(answer->err));
		answer->done = true;
		return true;
	}
	if (length > sizeof(answer->reply))
		length = sizeof(answer->reply);
	memcpy(&answer->reply, header, length);
	answer->replies++;
	return false;
}

/* What arrives within @wait_ms, up to the end of one answer. */
int nl_receive(struct nl *nl, struct answer *answer, int wait_ms)
{
	static unsigned char buffer[RECEIVE_MAX] __attribute__((aligned(8)));
	struct pollfd poll_fd = { .fd = nl->fd, .events = POLLIN };
	struct nlmsghdr *header;
	ssize_t count;
	int left;
	bool is_over = false;

	memset(answer, 0, sizeof(*answer));
	while (!is_over) {
		if (poll(&poll_fd, 1, wait_ms) < 1)
			return -ETIMEDOUT;
		count = recv(nl->fd, buffer, sizeof(buffer), 0);
		if (count < 0)
			return -errno;
		left = (int)count;
		for (header = (struct nlmsghdr *)buffer; NLMSG_OK(header, left);
		     header = NLMSG_NEXT(header, left))
			is_over |= read_one(header, answer);
	}
	return 0;
}

int nl_ask(struct nl *nl, struct message *message, struct answer *answer)
{
	int err = nl_send(nl, message);

	return err ? err : nl_receive(nl, answer, NL_WAIT_MS);
}

/* A request without attributes; NODE_GET is a dump. */
int nl_command(struct nl *nl, uint8_t command, struct answer *answer)
{
	struct message message;

	message_init(&message, nl, command);
	if (command == WEFT_CMD_NODE_GET)
		message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	return nl_ask(nl, &message, answer);
}

static uint32_t group_in(const struct nlattr *groups)
{
	const struct nlattr *group, *id;
	uint32_t number = 0;

	if (!groups)
		return 0;
	group = find(data_of(groups), groups->nla_len - NLA_HDRLEN, 1);
	if (!group)
		return 0;
	id = find(data_of(group), group->nla_len - NLA_HDRLEN,
		  CTRL_ATTR_MCAST_GRP_ID);
	if (id)
		memcpy(&number, data_of(id), sizeof(number));
	return number;
}

static int resolve(struct nl *nl)
{
	struct message message;
	struct answer answer;
	const struct nlattr *attr;
	int err;

	message_init(&message, nl, CTRL_CMD_GETFAMILY);
	message.header.nlmsg_type = GENL_ID_CTRL;
	message_put_string(&message, CTRL_ATTR_FAMILY_NAME, WEFT_GENL_NAME);
	err = nl_ask(nl, &message, &answer);
	if (err || answer.err)
		return err ? err : answer.err;
	attr = message_find(&answer.reply, CTRL_ATTR_FAMILY_ID);
	if (attr)
		memcpy(&nl->family, data_of(attr), sizeof(nl->family));
	nl->group =
		group_in(message_find(&answer.reply, CTRL_ATTR_MCAST_GROUPS));
	return 0;
}

/* Return: 0; -ENOENT with an open socket if there is no family "weft". */
int nl_open(struct nl *nl)
{
	int one = 1;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0)
		return -errno;
	if (setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)))
		return -errno;
	return resolve(nl);
}

void nl_close(struct nl *nl)
{
	close(nl->fd);
}

int nl_join(struct nl *nl)
{
	if (setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &nl->group,
		       sizeof(nl->group)))
		return -errno;
	return 0;
}
