// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the configuration to what a handshake needs. The key is in memory twice
 * for a moment and then once, inside the context.
 */
#include "security.h"

/**
 * security_check() - could security_open() read the key?
 * @config:  the configuration
 * @problem: one sentence if it could not
 * @size:    bytes of @problem; KEY_PROBLEM_LEN is enough
 *
 * Return: 0, or -EINVAL with @problem.
 */
int security_check(const struct config *config, char *problem, size_t size)
{
	struct key key;
	int err;

	if (!*config->key_file)
		return 0;
	err = key_load(&key, config->key_file, problem, size);
	key_wipe(&key);
	return err;
}

/**
 * security_open() - prepare what all handshakes have in common
 * @tls:    the result; NULL in an insecure cluster
 * @config: the configuration
 * @log:    for what goes wrong
 *
 * Return: 0, or -errno after a log line.
 */
int security_open(struct tls_context **tls, const struct config *config,
		  const struct log *log)
{
	char problem[KEY_PROBLEM_LEN];
	struct key key;
	const struct tls_options options = {
		.key = &key,
		.cipher = config->cipher,
		.cluster = config->name,
		.node = config->node,
		.members = config->members,
	};
	int err;

	*tls = NULL;
	if (!*config->key_file)
		return 0;
	err = key_load(&key, config->key_file, problem, sizeof(problem));
	if (!err)
		err = tls_context_new(tls, &options, problem, sizeof(problem));
	key_wipe(&key);
	if (err)
		log_write(log, LOG_ERR, "%s", problem);
	return err;
}
