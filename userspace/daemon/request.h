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

#define REQUEST_LEN_MAX	4096	/* bytes, with the newline */

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

char *request_answer(const char *line, size_t length,
		     const struct status *status);
char *request_refuse(const char *code, const char *sentence);

#endif /* WEFTD_REQUEST_H */
