/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: see weft.conf(5).
 */
#ifndef WEFTD_CONFIG_H
#define WEFTD_CONFIG_H

#include "address.h"

#include <linux/weft.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_PATH	"/etc/weft/weft.conf"
#define CONFIG_SIZE_MAX	65536	/* bytes of the whole file */
#define CONFIG_LINE_LEN	200	/* more than any value has */
#define CONFIG_PORT_DEFAULT	7700

/**
 * struct config - what the file says
 * @name:        [cluster] name
 * @node:        [cluster] node
 * @lease_ms:    [cluster] lease_ms
 * @listen:      [network] listen; AF_UNSPEC means every address
 * @port:        [network] port
 * @key_file:    [security] key_file; empty if there is none
 * @is_insecure: [security] insecure
 * @cipher:      [security] cipher
 * @is_open_to_owners: [migrate] owners
 * @members:     who stands in [nodes]: bit N - 1 stands for node N; 0 means that
 *               this node connects to nobody
 * @nodes:       [nodes], by number, each with its port
 */
struct config {
	char name[WEFT_CLUSTER_NAME_LEN];
	uint32_t node;
	uint32_t lease_ms;
	struct address listen;
	uint32_t port;
	char key_file[CONFIG_LINE_LEN];
	bool is_insecure;
	enum weft_cipher cipher;
	bool is_open_to_owners;
	uint64_t members;
	struct address nodes[WEFT_NODE_MAX + 1];
};

/* Takes one problem: a complete sentence that begins with file and line. */
typedef void config_problem_fn(const char *sentence, void *arg);

int config_parse(struct config *config, const char *path, const char *text,
		 size_t length, config_problem_fn *problem, void *arg);
int config_load(struct config *config, const char *path,
		config_problem_fn *problem, void *arg);

#endif /* WEFTD_CONFIG_H */
