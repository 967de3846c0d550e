/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: see weft.conf(5).
 */
#ifndef WEFTD_CONFIG_H
#define WEFTD_CONFIG_H

#include <linux/weft.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_PATH	"/etc/weft/weft.conf"
#define CONFIG_SIZE_MAX	65536	/* bytes of the whole file */

/**
 * struct config - what the file says
 * @name:     [cluster] name
 * @node:     [cluster] node
 * @lease_ms: [cluster] lease_ms
 */
struct config {
	char name[WEFT_CLUSTER_NAME_LEN];
	uint32_t node;
	uint32_t lease_ms;
};

/* Takes one problem: a complete sentence that begins with file and line. */
typedef void config_problem_fn(const char *sentence, void *arg);

int config_parse(struct config *config, const char *path, const char *text,
		 size_t length, config_problem_fn *problem, void *arg);
int config_load(struct config *config, const char *path,
		config_problem_fn *problem, void *arg);

#endif /* WEFTD_CONFIG_H */
