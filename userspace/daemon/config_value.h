/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of the configuration file: one function for each kind.
 */
#ifndef WEFTD_CONFIG_VALUE_H
#define WEFTD_CONFIG_VALUE_H

#include "config.h"

#define CONFIG_WHY_LEN	384

struct config_key;

/*
 * Understands @value and puts it where @key says. Returns whether it is one; if
 * not, @why[CONFIG_WHY_LEN] says what is wrong, half a sentence.
 */
typedef bool config_set_fn(struct config *config, const struct config_key *key,
			   const char *value, char *why);

/**
 * struct config_key - one thing that can be configured
 * @section:     where it stands
 * @name:        what it is called
 * @is_required: the file must hold it
 * @set:         takes its value
 * @offset:      of the field in struct config, for a number
 * @min:         lowest number
 * @max:         highest number
 */
struct config_key {
	const char *section;
	const char *name;
	bool is_required;
	config_set_fn *set;
	size_t offset;
	uint32_t min;
	uint32_t max;
};

config_set_fn config_set_name;
config_set_fn config_set_number;
config_set_fn config_set_listen;
config_set_fn config_set_key_file;
config_set_fn config_set_insecure;
config_set_fn config_set_cipher;
config_set_fn config_set_backend;
config_set_fn config_set_owners;

bool config_parse_number(const char *value, uint32_t min, uint32_t max,
			 uint32_t *number, char *why);
bool config_parse_node(const char *value, struct address *address, char *why);

#endif /* WEFTD_CONFIG_VALUE_H */
