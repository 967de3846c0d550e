/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS 1.3 with the key of the cluster, until the kernel takes over.
 */
#ifndef WEFTD_TLS_H
#define WEFTD_TLS_H

#include "key.h"
#include "refusal.h"

#include <linux/tls.h>
#include <linux/weft.h>
#include <stdbool.h>
#include <stdint.h>

#define TLS_PROBLEM_LEN	256

struct tls_context;
struct tls;

/**
 * enum tls_step - how far the handshake is
 * @TLS_DONE:       finished: both ends have proved to have the key
 * @TLS_WANT_READ:  call again when there is something to read
 * @TLS_WANT_WRITE: call again when there is room to write
 * @TLS_FAILED:     it will never finish: see tls_refusal() and tls_problem()
 */
enum tls_step {
	TLS_DONE,
	TLS_WANT_READ,
	TLS_WANT_WRITE,
	TLS_FAILED,
};

/**
 * struct tls_options - what a context needs to know
 * @key:     the key of the cluster; copied
 * @cipher:  the only one that is spoken
 * @cluster: name of the cluster
 * @node:    this node
 * @members: who belongs to the cluster: bit N - 1 stands for node N
 */
struct tls_options {
	const struct key *key;
	enum weft_cipher cipher;
	const char *cluster;
	uint32_t node;
	uint64_t members;
};

/**
 * struct tls_keys - one direction of a connection, as the kernel takes it
 * @info:     version and cipher, the beginning of each of the others
 * @aes:      for WEFT_CIPHER_AES_128_GCM
 * @chacha:   for WEFT_CIPHER_CHACHA20_POLY1305
 * @length:   bytes that count
 */
struct tls_keys {
	union {
		struct tls_crypto_info info;
		struct tls12_crypto_info_aes_gcm_128 aes;
		struct tls12_crypto_info_chacha20_poly1305 chacha;
	};
	size_t length;
};

int tls_context_new(struct tls_context **context,
		    const struct tls_options *options, char *problem,
		    size_t size);
void tls_context_free(struct tls_context *context);

struct tls *tls_new(const struct tls_context *context, int fd,
		    bool is_dialer);
void tls_free(struct tls *tls);
enum tls_step tls_handshake(struct tls *tls);
enum refusal tls_refusal(const struct tls *tls);
const char *tls_problem(const struct tls *tls);
uint32_t tls_peer_node(const struct tls *tls);
int tls_keys_get(const struct tls *tls, bool is_read, struct tls_keys *keys);
int tls_to_kernel(struct tls *tls);
bool tls_is_in_kernel(void);

#endif /* WEFTD_TLS_H */
