/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key that all nodes of a cluster share.
 */
#ifndef WEFTD_KEY_H
#define WEFTD_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_LEN		32	/* bytes */
#define KEY_SIZE_MAX	4096	/* bytes of the whole file */
#define KEY_PROBLEM_LEN	512

/**
 * struct key - the secret
 * @bytes: wiped by key_wipe() by whoever has a copy
 */
struct key {
	uint8_t bytes[KEY_LEN];
};

const char *key_parse(struct key *key, const char *text, size_t length);
int key_load(struct key *key, const char *path, char *problem, size_t size);
void key_wipe(struct key *key);

#endif /* WEFTD_KEY_H */
