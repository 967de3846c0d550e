/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests on the control socket: text in, text out.
 */
#ifndef WEFTD_REQUEST_H
#define WEFTD_REQUEST_H

#include "peers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

#define REQUEST_LEN_MAX	4096	/* bytes, with the newline */
#define REQUEST_PID_MAX	2147483647U
#define REQUEST_TIMEOUT_MS_DEFAULT	5000	/* the module's own */

/**
 * enum request_kind - what is asked for
 * @REQUEST_STATUS:  the state of the daemon
 * @REQUEST_CHECK:   can a process move to a node?
 * @REQUEST_MIGRATE: move it
 */
enum request_kind {
	REQUEST_STATUS,
	REQUEST_CHECK,
	REQUEST_MIGRATE,
};

/**
 * struct request - a request that was understood
 * @kind:       which; the rest is zero for REQUEST_STATUS
 * @pid:        the process: 1 to REQUEST_PID_MAX
 * @node:       to which node: 1 to WEFT_NODE_MAX
 * @timeout_ms: longest wait of the module: 1 to WEFT_CHECK_TIMEOUT_MS_MAX
 */
struct request {
	enum request_kind kind;
	uint32_t pid;
	uint32_t node;
	uint32_t timeout_ms;
};

/**
 * enum request_status - what a refusal means for the exit status of a command
 * @REQUEST_ERROR:       it failed; the numbers are those of weft(1)
 * @REQUEST_TIMEOUT:     somebody did not answer in time
 * @REQUEST_CANNOT_MOVE: the process cannot move
 */
enum request_status {
	REQUEST_ERROR = 1,
	REQUEST_TIMEOUT = 6,
	REQUEST_CANNOT_MOVE = 7,
};

/**
 * struct status - what the daemon says about itself
 * @state:     "ready" or "degraded"
 * @pid:       process number
 * @version:   version of weftd
 * @uptime_ms: since the start
 * @cluster:   name of the cluster, as configured
 * @node:      number of this node, as configured
 * @module:    state of the module as the daemon sees it: "ready", "gone"...
 * @problem:   one sentence about a state that is not "ready", or NULL
 * @is_insecure: connections to other nodes are not protected
 * @peers:     how many other nodes there are
 * @refused:   how many connections were refused, by enum refusal
 */
struct status {
	const char *state;
	int pid;
	const char *version;
	int64_t uptime_ms;
	const char *cluster;
	uint32_t node;
	const char *module;
	const char *problem;
	bool is_insecure;
	struct peers_count peers;
	uint64_t refused[REFUSAL_COUNT];
};

bool request_parse(const char *line, size_t length, struct request *request,
		   char **refusal);
char *request_answer_status(const struct status *status);
char *request_refuse(const char *code, enum request_status status,
		     const char *sentence);
char *request_finish(const char *key, struct json_object *value);

#endif /* WEFTD_REQUEST_H */
