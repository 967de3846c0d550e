// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The values of the configuration file. Pure: text in, a field or the reason
 * why not out. A value that is refused changes nothing.
 */
#include "config_value.h"

#include "weft.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool refuse(char *why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool refuse(char *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, CONFIG_WHY_LEN, format, args);
	va_end(args);
	return false;
}

/**
 * config_set_name() - take the name of the cluster
 * @config: where to put it
 * @key:    not used
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_name(struct config *config, const struct config_key *key,
		     const char *value, char *why)
{
	(void)key;
	if (!weft_cluster_name_is_valid(value))
		return refuse(why,
			      "'%s' is not a name: 1 to %d letters, digits, '.', '_' and '-', beginning with a letter or a digit",
			      value, WEFT_CLUSTER_NAME_LEN - 1);
	strcpy(config->name, value);
	return true;
}

/**
 * config_parse_number() - understand a number
 * @value:  the text
 * @min:    the lowest
 * @max:    the highest
 * @number: the result
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_parse_number(const char *value, uint32_t min, uint32_t max,
			 uint32_t *number, char *why)
{
	size_t digits = strspn(value, "0123456789");
	unsigned long long result;

	if (!digits || value[digits])
		return refuse(why, "'%s' is not a whole number from %u to %u",
			      value, min, max);
	errno = 0;
	result = strtoull(value, NULL, 10);
	if (errno || result < min || result > max)
		return refuse(why, "%s is out of range: %u to %u", value, min,
			      max);
	*number = (uint32_t)result;
	return true;
}

/**
 * config_set_number() - take a number
 * @config: where to put it
 * @key:    knows the field and the limits
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_number(struct config *config, const struct config_key *key,
		       const char *value, char *why)
{
	return config_parse_number(value, key->min, key->max,
				   (uint32_t *)((char *)config + key->offset),
				   why);
}

/**
 * config_set_listen() - take the address where connections are accepted
 * @config: where to put it
 * @key:    not used
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_listen(struct config *config, const struct config_key *key,
		       const char *value, char *why)
{
	static const char any_v4[] = "0.0.0.0";
	static const char any_v6[] = "::";
	struct address address;

	(void)key;
	if (!address_parse_host(&address, value))
		return refuse(why,
			      "'%s' is not an IPv4 or IPv6 address in numbers, without a port",
			      value);
	if (!address_is_unicast(&address) && strcmp(value, any_v4) &&
	    strcmp(value, any_v6))
		return refuse(why,
			      "%s is not an address that this machine alone can have",
			      value);
	config->listen = address;
	return true;
}

/**
 * config_set_key_file() - take the name of the file with the key
 * @config: where to put it
 * @key:    not used
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_key_file(struct config *config, const struct config_key *key,
			 const char *value, char *why)
{
	(void)key;
	if (*value != '/')
		return refuse(why, "'%s' is not an absolute path: begin with '/'",
			      value);
	if (strlen(value) >= sizeof(config->key_file))
		return refuse(why, "the path is too long: at most %zu bytes",
			      sizeof(config->key_file) - 1);
	strcpy(config->key_file, value);
	return true;
}

/**
 * config_set_insecure() - take the wish to do without a key
 * @config: where to put it
 * @key:    not used
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_insecure(struct config *config, const struct config_key *key,
			 const char *value, char *why)
{
	(void)key;
	if (strcmp(value, "yes"))
		return refuse(why,
			      "'%s' is not 'yes': say 'yes', or leave the line out",
			      value);
	config->is_insecure = true;
	return true;
}

/**
 * config_set_cipher() - take the cipher of all connections
 * @config: where to put it
 * @key:    not used
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_cipher(struct config *config, const struct config_key *key,
		       const char *value, char *why)
{
	(void)key;
	if (!strcmp(value, "aes-128-gcm"))
		config->cipher = WEFT_CIPHER_AES_128_GCM;
	else if (!strcmp(value, "chacha20-poly1305"))
		config->cipher = WEFT_CIPHER_CHACHA20_POLY1305;
	else
		return refuse(why,
			      "'%s' is not a cipher: aes-128-gcm or chacha20-poly1305",
			      value);
	return true;
}

/**
 * config_set_backend() - take who decides about the members
 * @config: not used: there is but one
 * @key:    not used
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_backend(struct config *config, const struct config_key *key,
			const char *value, char *why)
{
	(void)config;
	(void)key;
	if (strcmp(value, "static"))
		return refuse(why,
			      "there is no backend '%s': only 'static', whose members are those in [nodes]",
			      value);
	return true;
}

/**
 * config_set_owners() - take whether owners may move their processes
 * @config: where to put it
 * @key:    not used
 * @value:  the text
 * @why:    what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_set_owners(struct config *config, const struct config_key *key,
		       const char *value, char *why)
{
	(void)key;
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return refuse(why, "'%s' is neither 'yes' nor 'no'", value);
	config->is_open_to_owners = !strcmp(value, "yes");
	return true;
}

/**
 * config_parse_node() - understand where a node is
 * @value:   the text
 * @address: the result; port 0 if the text names none
 * @why:     what is wrong with it
 *
 * Return: whether it is one.
 */
bool config_parse_node(const char *value, struct address *address, char *why)
{
	if (!address_parse(address, value))
		return refuse(why,
			      "'%s' is not ADDRESS, ADDRESS:PORT or [V6ADDRESS]:PORT; the address in numbers, the port from 1 to 65535",
			      value);
	if (!address_is_unicast(address))
		return refuse(why,
			      "%s is not an address at which others could reach one node",
			      value);
	return true;
}
