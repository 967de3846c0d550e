/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raw generic netlink for tests: what goes out is spelled byte by byte, so that
 * a message can be as wrong as a test wants it.
 */
#ifndef WEFT_SELFTEST_NL_H
#define WEFT_SELFTEST_NL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/weft.h>
#include <linux/weft_netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NL_WAIT_MS  10000 /* for what has to come */
#define NL_QUIET_MS 300	  /* for what must not come */

/**
 * struct nl - a socket, bound to the network namespace it was opened in
 * @fd:     the socket
 * @family: number of the family "weft", 0 if it does not exist
 * @group:  number of its group "events"
 * @seq:    sequence number of the last request
 */
struct nl {
	int fd;
	uint16_t family;
	uint32_t group;
	uint32_t seq;
};

/**
 * struct message - a message under construction
 * @header: the netlink header; nlmsg_len is the length so far
 * @genl:   the generic netlink header
 * @data:   attributes
 */
struct message {
	struct nlmsghdr header;
	struct genlmsghdr genl;
	unsigned char data[8192];
};

/**
 * struct answer - what the kernel said to one request
 * @err:        0, or the negative errno of a refusal
 * @replies:    how many messages of the family came
 * @done:       a dump was ended properly
 * @text:       the sentence of the extended ACK, or empty
 * @bad_offset: its NLMSGERR_ATTR_OFFS, or 0
 * @missing:    its NLMSGERR_ATTR_MISS_TYPE, or 0
 * @reply:      the last message of the family
 */
struct answer {
	int err;
	int replies;
	bool done;
	char text[256];
	uint32_t bad_offset;
	uint32_t missing;
	struct message reply;
};

int nl_open(struct nl *nl);
void nl_close(struct nl *nl);
int nl_join(struct nl *nl);

void message_init(struct message *message, const struct nl *nl,
		  uint8_t command);
void message_put(struct message *message, uint16_t type, const void *data,
		 uint16_t length);
void message_put_u32(struct message *message, uint16_t type, uint32_t value);
void message_put_string(struct message *message, uint16_t type,
			const char *text);
void message_identity(struct message *message, const struct nl *nl,
		      const char *name, uint32_t node);

int nl_send(struct nl *nl, struct message *message);
int nl_receive(struct nl *nl, struct answer *answer, int wait_ms);
int nl_ask(struct nl *nl, struct message *message, struct answer *answer);
int nl_command(struct nl *nl, uint8_t command, struct answer *answer);

const struct nlattr *message_find(const struct message *message, uint16_t type);
bool message_has(const struct message *message, uint16_t type);
uint32_t message_u32(const struct message *message, uint16_t type);
uint64_t message_u64(const struct message *message, uint16_t type);
const char *message_string(const struct message *message, uint16_t type);

#endif /* WEFT_SELFTEST_NL_H */
