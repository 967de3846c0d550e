// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a configuration file: a valid result or a problem, never more. */
#include "config.h"

#include "weft.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_problem(const char *sentence, void *arg)
{
	int *count = arg;

	if (!strlen(sentence))
		abort();
	++*count;
}

/* Who connects knows this node, how to protect itself, and where to go. */
static void expect_nodes(const struct config *config)
{
	uint32_t node;

	if (!(config->members >> (config->node - 1) & 1) ||
	    config->is_insecure == (*config->key_file != '\0') ||
	    address_port(&config->nodes[config->node]) != config->port)
		abort();
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (config->members >> (node - 1) & 1 &&
		    (!address_port(&config->nodes[node]) ||
		     !address_is_unicast(&config->nodes[node])))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	int count = 0;
	int problems;

	problems = config_parse(&config, "fuzz", (const char *)data, size,
				count_problem, &count);
	if (problems != count)
		abort();
	if (problems)
		return 0;
	if (!weft_cluster_name_is_valid(config.name) ||
	    config.node < WEFT_NODE_MIN || config.node > WEFT_NODE_MAX ||
	    config.lease_ms < WEFT_LEASE_MS_MIN ||
	    config.lease_ms > WEFT_LEASE_MS_MAX)
		abort();
	if (config.members)
		expect_nodes(&config);
	return 0;
}
