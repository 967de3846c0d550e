// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a daemon does for a node: identity, view, and a connection for a lane.
 */
#define _GNU_SOURCE
#include "hostile.h"

#include <arpa/inet.h>
#include <asm/byteorder.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int bring_loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		err = -errno;
	close(fd);
	return err;
}

static struct sockaddr_in address_of(const struct hostile *hostile)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = hostile->port,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int start_listening(struct hostile *hostile)
{
	struct sockaddr_in address = address_of(hostile);
	socklen_t length = sizeof(address);

	hostile->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (hostile->listener < 0 ||
	    bind(hostile->listener, (struct sockaddr *)&address, length) ||
	    listen(hostile->listener, 8) ||
	    getsockname(hostile->listener, (struct sockaddr *)&address,
			&length))
		return -errno;
	hostile->port = address.sin_port;
	return 0;
}

/* @message is sent; what counts is whether it was granted. */
static int ask(struct hostile *hostile, struct message *message)
{
	struct answer answer;
	int err = nl_ask(&hostile->nl, message, &answer);

	return err ? err : answer.err;
}

int hostile_view(struct hostile *hostile, uint64_t epoch, uint64_t members)
{
	struct message message;
	int err;

	message_init(&message, &hostile->nl, WEFT_CMD_VIEW_SET);
	message_put(&message, WEFT_A_VIEW_EPOCH, &epoch, sizeof(epoch));
	message_put(&message, WEFT_A_VIEW_MEMBERS, &members, sizeof(members));
	err = ask(hostile, &message);
	if (!err)
		hostile->epoch = epoch;
	return err;
}

/* A namespace, a node in it, and a view. It ends with this process. */
int hostile_open(struct hostile *hostile)
{
	struct message message;
	struct answer answer;
	int err;

	*hostile = (struct hostile){ .peer = 1 };
	hostile->wires[WEFT_LANE_FAST].fd = -1;
	hostile->wires[WEFT_LANE_BULK].fd = -1;
	hostile->wires[WEFT_LANE_BULK].lane = WEFT_LANE_BULK;
	if (unshare(CLONE_NEWNET))
		return -errno;
	err = bring_loopback_up();
	if (!err)
		err = start_listening(hostile);
	if (!err)
		err = nl_open(&hostile->nl);
	if (err)
		return err;
	message_identity(&message, &hostile->nl, "hostile", SELF);
	err = nl_ask(&hostile->nl, &message, &answer);
	if (err || answer.err)
		return err ? err : answer.err;
	hostile->self = message_u64(&answer.reply, WEFT_A_CLUSTER_INCARNATION);
	return hostile_view(hostile, EPOCH, MEMBERS);
}

/* The two ends of a TCP connection. */
int hostile_pair(struct hostile *hostile, int *theirs, int *ours)
{
	struct sockaddr_in address = address_of(hostile);

	*ours = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*ours < 0)
		return -errno;
	*theirs = -1;
	if (!connect(*ours, (struct sockaddr *)&address, sizeof(address)))
		*theirs = accept4(hostile->listener, NULL, NULL, SOCK_CLOEXEC);
	if (*theirs >= 0)
		return 0;
	close(*ours);
	return -errno;
}

/* WEFT_CMD_PEER_ATTACH as it should be; later attributes come after these. */
void hostile_attach_message(struct hostile *hostile, struct message *message,
			    int fd, enum weft_lane_id lane)
{
	message_init(message, &hostile->nl, WEFT_CMD_PEER_ATTACH);
	message_put_u32(message, WEFT_A_PEER_NODE, PEER);
	message_put(message, WEFT_A_PEER_INCARNATION, &hostile->peer,
		    sizeof(hostile->peer));
	message_put_u32(message, WEFT_A_PEER_LANE_ID, lane);
	message_put_u32(message, WEFT_A_PEER_FD, (uint32_t)fd);
}

/*
 * A connection for a lane, and the RESUME of the module. Linger with no time:
 * a connection that is closed leaves nothing behind in the namespace.
 */
int hostile_connect(struct hostile *hostile, enum weft_lane_id lane)
{
	const struct linger none = { .l_onoff = 1 };
	struct wire *wire = &hostile->wires[lane];
	static struct frame frame;
	struct weft_msg_resume resume;
	struct message message;
	int err, theirs;

	wire_close(wire);
	err = hostile_pair(hostile, &theirs, &wire->fd);
	if (err)
		return err;
	setsockopt(wire->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	hostile_attach_message(hostile, &message, theirs, lane);
	err = ask(hostile, &message);
	close(theirs);
	if (err)
		return err;
	hostile->attached++;
	err = frame_receive(wire, &frame, HOSTILE_WAIT_MS);
	if (err)
		return err;
	if (frame.header.type != cpu_to_le16(WEFT_MSG_RESUME))
		return -EPROTO;
	memcpy(&resume, frame.payload, sizeof(resume));
	wire->sent = le64_to_cpu(resume.received);
	return 0;
}

/* The lane is up when this returns 0, or will be before anything is read. */
int hostile_attach(struct hostile *hostile, enum weft_lane_id lane)
{
	struct wire *wire = &hostile->wires[lane];
	static struct frame frame;
	int err = hostile_connect(hostile, lane);

	if (err)
		return err;
	frame_resume(&frame, hostile, wire);
	return frame_send(wire, &frame);
}

/* In a new life: nothing of the session before counts, in either lane. */
int hostile_reborn(struct hostile *hostile, enum weft_lane_id lane)
{
	int id;

	hostile->peer++;
	for (id = 0; id < WEFT_LANE_COUNT; id++) {
		wire_close(&hostile->wires[id]);
		hostile->wires[id].sent = 0;
		hostile->wires[id].received = 0;
	}
	return hostile_attach(hostile, lane);
}

static const struct nlattr *next_of(const struct nlattr *attr)
{
	return (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
}

/* A number of any width; UINT64_MAX if it is not there. */
static uint64_t number_in(const struct nlattr *nest, uint16_t type)
{
	const char *end = (const char *)nest + nest->nla_len;
	const struct nlattr *attr = (const void *)(nest + 1);
	uint64_t value = 0;

	for (; (const char *)attr < end; attr = next_of(attr))
		if (attr->nla_type == type && attr->nla_len <= NLA_HDRLEN + 8) {
			memcpy(&value, attr + 1, attr->nla_len - NLA_HDRLEN);
			return value;
		}
	return UINT64_MAX;
}

static const struct nlattr *lane_in(const struct message *message,
				    enum weft_lane_id lane)
{
	const char *end = (const char *)message + message->header.nlmsg_len;
	const struct nlattr *attr = (const void *)message->data;

	for (; (const char *)attr < end; attr = next_of(attr))
		if ((attr->nla_type & NLA_TYPE_MASK) == WEFT_A_PEER_LANE &&
		    number_in(attr, WEFT_A_LANE_ID) == lane)
			return attr;
	return NULL;
}

int hostile_count(struct hostile *hostile, enum weft_lane_id lane,
		  struct lane_counters *counters)
{
	const struct nlattr *nest;
	struct message message;
	struct answer answer;
	int err;

	message_init(&message, &hostile->nl, WEFT_CMD_PEER_GET);
	message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	err = nl_ask(&hostile->nl, &message, &answer);
	if (err || answer.err)
		return err ? err : answer.err;
	nest = answer.replies == 1 ? lane_in(&answer.reply, lane) : NULL;
	if (!nest)
		return -ENOENT;
	*counters = (struct lane_counters){
		.state = (uint32_t)number_in(nest, WEFT_A_LANE_STATE),
		.queued = (uint32_t)number_in(nest, WEFT_A_LANE_QUEUED),
		.received = number_in(nest, WEFT_A_LANE_RECEIVED_MESSAGES),
		.duplicates = number_in(nest, WEFT_A_LANE_DUPLICATES),
		.breaches = number_in(nest, WEFT_A_LANE_BREACHES),
		.stale = number_in(nest, WEFT_A_LANE_STALE),
	};
	return 0;
}

static bool is_right_reply(const struct hostile *hostile,
			   const struct wire *wire, const struct frame *frame,
			   const struct frame *request)
{
	uint32_t size = le32_to_cpu(request->header.length), at;

	if (frame->header.request != request->header.request ||
	    frame->header.error ||
	    le32_to_cpu(frame->header.length) != size + 8 ||
	    le64_to_cpu(frame->header.epoch) != hostile->epoch ||
	    le64_to_cpu(frame->header.acknowledged) > wire->sent ||
	    memcmp(frame->payload, request->payload, size))
		return false;
	for (at = size; at < size + 8; at++)
		if (frame->payload[at] != (unsigned char)at)
			return false;
	return true;
}

/*
 * A good request and its reply: what a peer gets that behaves, and acknowledges
 * the reply. Return: 0; -EBADMSG if the reply was wrong.
 */
int hostile_exchange(struct hostile *hostile, struct wire *wire)
{
	enum weft_msg_type type = wire->lane == WEFT_LANE_FAST ?
					  WEFT_MSG_ECHO_REPLY :
					  WEFT_MSG_ECHO_BULK_REPLY;
	static struct frame request, frame;
	int err;

	frame_echo(&request, hostile, wire, 100, 108);
	err = frame_send(wire, &request);
	do {
		if (!err)
			err = frame_receive_type(wire, &frame, type);
	} while (!err && frame.header.request != request.header.request);
	if (!err && !is_right_reply(hostile, wire, &frame, &request))
		err = -EBADMSG;
	if (err)
		return err;
	frame_begin(&frame, hostile, wire, WEFT_MSG_ACK);
	return frame_send(wire, &frame);
}

/**
 * available_kb() - memory that this machine could give
 *
 * Return: KiB, -1 if the kernel does not say.
 */
long available_kb(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];
	long kb = -1;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %ld", &kb) == 1)
			break;
	if (file)
		fclose(file);
	return kb;
}
