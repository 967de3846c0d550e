/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of libweft share. Nothing here is visible outside.
 *
 * Layers: handle.c (errors, struct sizes) below message.c and message_*.c (bytes to
 * structs, pure) below netlink.c (one question, one answer) below one file for each
 * noun (module.c, view.c, peer.c, echo.c, check.c, process.c, listed.c) and events.c;
 * daemon.c stands beside them and needs handle.c only.
 */
#ifndef WEFT_INTERNAL_H
#define WEFT_INTERNAL_H

#include "weft.h"

#include <linux/netlink.h>
#include <time.h>

struct nl_msg;
struct nlattr;
struct nla_policy;
struct nl_sock;

#define WEFT_ERROR_LEN		256
/* how long the module waits for another node unless it is told */
#define WEFT_MODULE_TIMEOUT_MS	5000
#define WEFT_DAEMON_REPLY_MAX	65536

/**
 * struct weft_family - what the kernel calls the family today
 * @id:      its number, 0 while unknown; another one after each module load
 * @version: version of the protocol
 * @events:  number of the multicast group
 */
struct weft_family {
	uint16_t id;
	uint32_t version;
	uint32_t events;
};

/**
 * struct weft - a handle
 * @timeout_ms:  longest wait of one call
 * @socket_path: where the daemon listens
 * @sock:        for questions; NULL before the first one and after a broken one
 * @events:      for notifications; NULL while not subscribed
 * @family:      remembered between calls, asked again when it stops working
 * @error:       sentence for the last failure
 */
struct weft {
	int timeout_ms;
	char *socket_path;
	struct nl_sock *sock;
	struct nl_sock *events;
	struct weft_family family;
	char error[WEFT_ERROR_LEN];
};

/**
 * struct weft_question - one request to the module and what to do with replies
 * @command:    WEFT_CMD_*
 * @is_dump:    many replies, ended by the kernel
 * @timeout_ms: longest wait for the last reply; 0 means that of the handle
 * @fill:       adds the attributes; NULL for none; returns 0 or -errno
 * @fill_arg:   for @fill
 * @reply:      called for each reply; returns 0 or -errno, which ends the call
 * @arg:        for @reply
 */
struct weft_question {
	uint8_t command;
	bool is_dump;
	int timeout_ms;
	int (*fill)(struct nl_msg *msg, const void *fill_arg);
	const void *fill_arg;
	int (*reply)(struct nlmsghdr *nlh, void *arg);
	void *arg;
};

/* Limits of what is taken of one answer, far beyond what the module says. */
#define WEFT_CHECK_REASONS_MAX	64
#define WEFT_CHECK_DETAILS_MAX	1024
#define WEFT_CHECK_TEXT_MAX	65536

/**
 * struct weft_check_reply - an answer to WEFT_CMD_MIGRATE_CHECK
 * @result:       what it is about, and how many of @reasons there are
 * @reasons:      in the order of the module; they point into the following
 * @details:      those of all reasons, one after the other
 * @detail_count: how many of them
 * @text_len:     bytes of @text in use
 * @text:         all texts, each with its NUL
 *
 * It stays where it is in memory.
 */
struct weft_check_reply {
	struct weft_check_result result;
	struct weft_reason reasons[WEFT_CHECK_REASONS_MAX];
	const char *details[WEFT_CHECK_DETAILS_MAX];
	uint32_t detail_count;
	size_t text_len;
	char text[WEFT_CHECK_TEXT_MAX];
};

/* handle.c */
int weft_fail(struct weft *weft, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int weft_fail_size(struct weft *weft, int err);
int weft_longest_wait_ms(const struct weft *weft, uint32_t timeout_ms, uint32_t count);
int weft_copy_out(void *user, const void *mine, size_t size, size_t size_first);
int weft_copy_in(void *mine, size_t size, const void *user, size_t size_first);
void weft_deadline(struct timespec *deadline, int timeout_ms);
int weft_wait(int fd, short events, const struct timespec *deadline);

/* message_check.c: pure */
int weft_parse_check(struct nlmsghdr *nlh, struct weft_check_reply *reply);

/* message_process.c: pure */
int weft_parse_migrate(struct nlmsghdr *nlh, struct weft_migrate_result *result);
int weft_parse_body_open(struct nlmsghdr *nlh, uint32_t *fd);
int weft_parse_body_wanted(struct nlmsghdr *nlh, uint8_t command,
			   struct weft_body_wanted *wanted);

/* message_listed.c: pure */
int weft_parse_process(struct nlmsghdr *nlh, struct weft_process *process);

/* wait.c */
int weft_parse_wait(struct nlmsghdr *nlh, struct weft_progress *progress);

/* message.c: pure */
bool weft_is_printable(const char *text);
int weft_parse_message(struct nlmsghdr *nlh, uint8_t command,
		       struct nlattr **attrs, int max,
		       const struct nla_policy *policy);
int weft_parse_family(struct nlmsghdr *nlh, const char *name,
		      struct weft_family *family);
int weft_parse_module(struct nlmsghdr *nlh, struct weft_module *module);
int weft_parse_cluster(struct nlmsghdr *nlh, uint8_t command,
		       struct weft_cluster *cluster);
int weft_parse_node(struct nlmsghdr *nlh, struct weft_node *node);
int weft_parse_view(struct nlmsghdr *nlh, uint8_t command,
		    struct weft_view *view);
int weft_parse_peer(struct nlmsghdr *nlh, uint8_t command,
		    struct weft_peer *peer);
int weft_parse_echo(struct nlmsghdr *nlh, uint32_t count, uint64_t *samples_ns,
		    uint64_t *elapsed_ns);
void weft_parse_extack(const struct nlmsghdr *nlh, char *text, size_t size);

/* netlink.c */
int weft_netlink_ask(struct weft *weft, const struct weft_question *question);
int weft_netlink_ask_one(struct weft *weft,
			 const struct weft_question *question);
int weft_netlink_dump(struct weft *weft, const struct weft_question *question,
		      unsigned int *count, const char *things);
int weft_netlink_resolve(struct weft *weft);
int weft_netlink_connect(struct weft *weft, struct nl_sock **sock);

#endif /* WEFT_INTERNAL_H */
