// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TLS 1.3 with an external pre-shared key: who has the key belongs to the
 * cluster, both ends prove it, and no certificate is involved. The identity that
 * goes with the key is NODE@CLUSTER, of the one who dials.
 *
 * Only the handshake happens here. Then the keys go into the socket, and the
 * kernel speaks TLS. Nothing may be read beyond the handshake: what follows it
 * belongs to the kernel. GnuTLS asks for exactly one record at a time, there are
 * no tickets, and the end of the handshake ends the reading.
 *
 * A listener that dials itself through somebody in the middle would meet its own
 * key. So only nodes with a higher number are ever accepted, and only members.
 * An identity that is not accepted meets a key that nobody has: from outside it
 * cannot be told from a wrong key.
 */
#include "tls.h"

#include "weft.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IDENTITY_LEN	48	/* "NODE@CLUSTER" with NUL, and to spare */
#define SEQUENCE_LEN	8

#ifndef SOL_TLS
#define SOL_TLS		282
#endif

/*
 * Key exchange is ephemeral: who learns the key later cannot read the past.
 * GnuTLS insists on an algorithm for signatures; nothing is ever signed.
 */
#define PRIORITIES_BUT_CIPHER \
	"NONE:+VERS-TLS1.3:+ECDHE-PSK:+AEAD:+GROUP-X25519:" \
	"+GROUP-SECP256R1:+SIGN-ECDSA-SECP256R1-SHA256:" \
	"%DISABLE_TLS13_COMPAT_MODE:+"

static const char * const priorities[WEFT_CIPHER_COUNT] = {
	[WEFT_CIPHER_AES_128_GCM] = PRIORITIES_BUT_CIPHER "AES-128-GCM",
	[WEFT_CIPHER_CHACHA20_POLY1305] =
		PRIORITIES_BUT_CIPHER "CHACHA20-POLY1305",
};

/**
 * struct tls_context - what all connections have in common
 * @cipher:   the only one that is spoken
 * @node:     this node
 * @members:  who belongs to the cluster
 * @cluster:  its name
 * @key:      its key
 * @priority: what GnuTLS may agree to
 * @client:   credentials of the one who dials
 * @server:   credentials of the other one
 */
struct tls_context {
	enum weft_cipher cipher;
	uint32_t node;
	uint64_t members;
	char cluster[WEFT_CLUSTER_NAME_LEN];
	struct key key;
	gnutls_priority_t priority;
	gnutls_psk_client_credentials_t client;
	gnutls_psk_server_credentials_t server;
};

/**
 * struct tls - one handshake
 * @context:   what it has in common with others
 * @session:   GnuTLS's part
 * @fd:        the socket; belongs to the caller
 * @is_dialer: this end dialed
 * @claim:     what is wrong with the identity that was claimed, else NONE
 * @is_asked:  somebody claimed an identity
 * @node:      the peer, once the handshake has proved it
 * @refusal:   why the peer is refused, after TLS_FAILED; may be NONE
 * @problem:   what happened, after TLS_FAILED
 */
struct tls {
	const struct tls_context *context;
	gnutls_session_t session;
	int fd;
	bool is_dialer;
	enum refusal claim;
	bool is_asked;
	uint32_t node;
	enum refusal refusal;
	char problem[TLS_PROBLEM_LEN];
};

/* What is wrong with an identity; puts the node into @node if it has one. */
static enum refusal check_identity(const struct tls_context *context,
				   const gnutls_datum_t *identity,
				   uint32_t *node)
{
	char text[IDENTITY_LEN] = { 0 };
	char again[IDENTITY_LEN];
	char *at;

	*node = WEFT_NODE_NONE;
	if (identity->size >= sizeof(text))
		return REFUSAL_CLUSTER;
	memcpy(text, identity->data, identity->size);
	at = strchr(text, '@');
	if (!at || strcmp(at + 1, context->cluster))
		return REFUSAL_CLUSTER;
	*node = (uint32_t)strtoul(text, NULL, 10);
	if (*node < WEFT_NODE_MIN || *node > WEFT_NODE_MAX)
		return REFUSAL_NODE;
	/* one way to write it, without NUL in between */
	snprintf(again, sizeof(again), "%u@%s", *node, context->cluster);
	if (strlen(again) != identity->size || strcmp(again, text) ||
	    *node <= context->node)
		return REFUSAL_NODE;
	if (!(context->members >> (*node - 1) & 1))
		return REFUSAL_MEMBER;
	return REFUSAL_NONE;
}

/* Called by GnuTLS for the key that belongs to an identity. */
static int give_key(gnutls_session_t session, const gnutls_datum_t *identity,
		    gnutls_datum_t *key)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	uint32_t node;

	tls->is_asked = true;
	tls->claim = check_identity(tls->context, identity, &node);
	key->data = gnutls_malloc(KEY_LEN);
	if (!key->data)
		return -1;
	key->size = KEY_LEN;
	if (tls->claim != REFUSAL_NONE)
		return gnutls_rnd(GNUTLS_RND_KEY, key->data, KEY_LEN);
	memcpy(key->data, tls->context->key.bytes, KEY_LEN);
	return 0;
}

static int fill_context(struct tls_context *context)
{
	const gnutls_datum_t key = { context->key.bytes, KEY_LEN };
	char identity[IDENTITY_LEN];
	int err;

	snprintf(identity, sizeof(identity), "%u@%s", context->node,
		 context->cluster);
	err = gnutls_priority_init(&context->priority,
				   priorities[context->cipher], NULL);
	if (err)
		return err;
	err = gnutls_psk_allocate_client_credentials(&context->client);
	if (err)
		return err;
	err = gnutls_psk_set_client_credentials(context->client, identity, &key,
						GNUTLS_PSK_KEY_RAW);
	if (err)
		return err;
	err = gnutls_psk_allocate_server_credentials(&context->server);
	if (err)
		return err;
	gnutls_psk_set_server_credentials_function2(context->server, give_key);
	return 0;
}

/**
 * tls_context_new() - prepare what all connections have in common
 * @context: the result
 * @options: what it needs to know
 * @problem: one sentence if there is no result
 * @size:    bytes of @problem; TLS_PROBLEM_LEN is enough
 *
 * Return: 0, -ENOMEM, or -EINVAL if GnuTLS refuses; with @problem.
 */
int tls_context_new(struct tls_context **context,
		    const struct tls_options *options, char *problem,
		    size_t size)
{
	struct tls_context *new = calloc(1, sizeof(*new));
	int err;

	if (!new) {
		snprintf(problem, size, "out of memory");
		return -ENOMEM;
	}
	new->cipher = options->cipher;
	new->node = options->node;
	new->members = options->members;
	new->key = *options->key;
	snprintf(new->cluster, sizeof(new->cluster), "%s", options->cluster);
	err = fill_context(new);
	if (err) {
		tls_context_free(new);
		snprintf(problem, size,
			 "GnuTLS cannot speak TLS 1.3 with this cipher (%s): see its system-wide configuration",
			 gnutls_strerror(err));
		return -EINVAL;
	}
	*context = new;
	return 0;
}

/**
 * tls_context_free() - release a context that no connection uses any more
 * @context: the context; NULL is allowed
 */
void tls_context_free(struct tls_context *context)
{
	if (!context)
		return;
	if (context->server)
		gnutls_psk_free_server_credentials(context->server);
	if (context->client)
		gnutls_psk_free_client_credentials(context->client);
	if (context->priority)
		gnutls_priority_deinit(context->priority);
	key_wipe(&context->key);
	free(context);
}

/* Our own functions keep GnuTLS from starting kTLS by itself. */
static ssize_t pull(gnutls_transport_ptr_t tls, void *bytes, size_t length)
{
	return recv(((const struct tls *)tls)->fd, bytes, length,
		    MSG_DONTWAIT);
}

static ssize_t push(gnutls_transport_ptr_t tls, const void *bytes,
		    size_t length)
{
	return send(((const struct tls *)tls)->fd, bytes, length,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int open_session(struct tls *tls)
{
	const struct tls_context *context = tls->context;
	unsigned int flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
			     GNUTLS_NO_TICKETS | GNUTLS_NO_EXTENSIONS;
	void *credentials = context->server;
	int err;

	if (tls->is_dialer)
		credentials = context->client;
	err = gnutls_init(&tls->session,
			  flags | (tls->is_dialer ? GNUTLS_CLIENT :
						    GNUTLS_SERVER));
	if (err)
		return err;
	gnutls_session_set_ptr(tls->session, tls);
	gnutls_handshake_set_timeout(tls->session, 0);
	gnutls_transport_set_ptr(tls->session, tls);
	gnutls_transport_set_pull_function(tls->session, pull);
	gnutls_transport_set_push_function(tls->session, push);
	err = gnutls_priority_set(tls->session, context->priority);
	if (err)
		return err;
	return gnutls_credentials_set(tls->session, GNUTLS_CRD_PSK,
				      credentials);
}

/**
 * tls_new() - prepare a handshake
 * @context:   stays until tls_free()
 * @fd:        a connected socket that does not block; belongs to the caller
 * @is_dialer: this end dialed
 *
 * Return: the handshake, or NULL if out of memory.
 */
struct tls *tls_new(const struct tls_context *context, int fd, bool is_dialer)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	if (!tls)
		return NULL;
	tls->context = context;
	tls->fd = fd;
	tls->is_dialer = is_dialer;
	if (!open_session(tls))
		return tls;
	tls_free(tls);
	return NULL;
}

/**
 * tls_free() - end a handshake, finished or not
 * @tls: the handshake; NULL is allowed
 *
 * The socket stays as it is; what the kernel has taken over goes on.
 */
void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	if (tls->session)
		gnutls_deinit(tls->session);
	free(tls);
}

/* The peer went away, or its network did: nothing to hold against it. */
static bool is_loss(int err)
{
	return err == GNUTLS_E_PREMATURE_TERMINATION ||
	       err == GNUTLS_E_PULL_ERROR || err == GNUTLS_E_PUSH_ERROR;
}

static enum tls_step fail(struct tls *tls, int err)
{
	const char *alert;

	if (err == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		alert = gnutls_alert_get_name(gnutls_alert_get(tls->session));
		snprintf(tls->problem, sizeof(tls->problem),
			 "it refuses the handshake (%s): compare the keys, [cluster] and [security] of both nodes",
			 alert ? alert : "unknown alert");
		return TLS_FAILED;
	}
	if (is_loss(err)) {
		snprintf(tls->problem, sizeof(tls->problem),
			 "it hung up during the handshake");
		return TLS_FAILED;
	}
	snprintf(tls->problem, sizeof(tls->problem),
		 "the handshake failed: %s", gnutls_strerror(err));
	if (tls->claim != REFUSAL_NONE)
		tls->refusal = tls->claim;
	else if (tls->is_asked && err == GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER)
		tls->refusal = REFUSAL_KEY;	/* the proof does not fit */
	else
		tls->refusal = REFUSAL_HANDSHAKE;
	(void)gnutls_alert_send_appropriate(tls->session, err);
	return TLS_FAILED;
}

/* What GnuTLS believes must be what was asked for, or it counts for nothing. */
static enum tls_step finish(struct tls *tls)
{
	gnutls_datum_t identity = { NULL, 0 };

	if (gnutls_protocol_get_version(tls->session) != GNUTLS_TLS1_3 ||
	    gnutls_auth_get_type(tls->session) != GNUTLS_CRD_PSK ||
	    gnutls_record_check_pending(tls->session))
		return fail(tls, GNUTLS_E_UNEXPECTED_PACKET);
	if (tls->is_dialer)
		return TLS_DONE;
	if (gnutls_psk_server_get_username2(tls->session, &identity))
		return fail(tls, GNUTLS_E_INSUFFICIENT_CREDENTIALS);
	tls->claim = check_identity(tls->context, &identity, &tls->node);
	if (tls->claim == REFUSAL_NONE)
		return TLS_DONE;
	tls->node = WEFT_NODE_NONE;
	return fail(tls, GNUTLS_E_INSUFFICIENT_CREDENTIALS);
}

/**
 * tls_handshake() - go on as far as possible without waiting
 * @tls: the handshake
 *
 * Return: how far it is.
 */
enum tls_step tls_handshake(struct tls *tls)
{
	int err;

	do {
		err = gnutls_handshake(tls->session);
	} while (err == GNUTLS_E_INTERRUPTED ||
		 err == GNUTLS_E_WARNING_ALERT_RECEIVED);
	if (!err)
		return finish(tls);
	if (err != GNUTLS_E_AGAIN)
		return fail(tls, err);
	return gnutls_record_get_direction(tls->session) ? TLS_WANT_WRITE :
							    TLS_WANT_READ;
}

/**
 * tls_refusal() - why the peer is refused
 * @tls: after TLS_FAILED
 *
 * Return: the reason; REFUSAL_NONE if it was not this end that refused.
 */
enum refusal tls_refusal(const struct tls *tls)
{
	return tls->refusal;
}

/**
 * tls_problem() - what happened
 * @tls: after TLS_FAILED, or an error of another call
 *
 * Return: half a sentence about the peer.
 */
const char *tls_problem(const struct tls *tls)
{
	return tls->problem;
}

/**
 * tls_peer_node() - which node dialed, as it has proved
 * @tls: after TLS_DONE
 *
 * Return: its number; WEFT_NODE_NONE at the end that dialed, which knows from
 * the proof only that the other end belongs to the cluster.
 */
uint32_t tls_peer_node(const struct tls *tls)
{
	return tls->node;
}

/* The kernel wants the nonce of AES in two parts, and that of ChaCha in one. */
static int copy_keys(struct tls_keys *keys, enum weft_cipher cipher,
		     const gnutls_datum_t *key, const gnutls_datum_t *iv)
{
	bool is_aes = cipher == WEFT_CIPHER_AES_128_GCM;

	keys->info.version = TLS_1_3_VERSION;
	if (is_aes && key->size == sizeof(keys->aes.key) &&
	    iv->size == sizeof(keys->aes.salt) + sizeof(keys->aes.iv)) {
		keys->length = sizeof(keys->aes);
		keys->info.cipher_type = TLS_CIPHER_AES_GCM_128;
		memcpy(keys->aes.key, key->data, key->size);
		memcpy(keys->aes.salt, iv->data, sizeof(keys->aes.salt));
		memcpy(keys->aes.iv, iv->data + sizeof(keys->aes.salt),
		       sizeof(keys->aes.iv));
		return 0;
	}
	if (!is_aes && key->size == sizeof(keys->chacha.key) &&
	    iv->size == sizeof(keys->chacha.iv)) {
		keys->length = sizeof(keys->chacha);
		keys->info.cipher_type = TLS_CIPHER_CHACHA20_POLY1305;
		memcpy(keys->chacha.key, key->data, key->size);
		memcpy(keys->chacha.iv, iv->data, iv->size);
		return 0;
	}
	return -EPROTO;
}

/**
 * tls_keys_get() - one direction of a finished handshake
 * @tls:     after TLS_DONE
 * @is_read: what comes from the peer, not what goes to it
 * @keys:    the result; to be wiped with explicit_bzero()
 *
 * Return: 0, or -EPROTO if GnuTLS agreed to something else than it was told.
 */
int tls_keys_get(const struct tls *tls, bool is_read, struct tls_keys *keys)
{
	enum weft_cipher cipher = tls->context->cipher;
	uint8_t sequence[SEQUENCE_LEN];
	gnutls_datum_t mac, iv, key;

	memset(keys, 0, sizeof(*keys));
	if (gnutls_record_get_state(tls->session, is_read, &mac, &iv, &key,
				    sequence))
		return -EPROTO;
	if (copy_keys(keys, cipher, &key, &iv))
		return -EPROTO;
	if (cipher == WEFT_CIPHER_AES_128_GCM)
		memcpy(keys->aes.rec_seq, sequence, SEQUENCE_LEN);
	else
		memcpy(keys->chacha.rec_seq, sequence, SEQUENCE_LEN);
	return 0;
}

static int give_direction(const struct tls *tls, bool is_read)
{
	struct tls_keys keys;
	int err;

	err = tls_keys_get(tls, is_read, &keys);
	if (!err && setsockopt(tls->fd, SOL_TLS, is_read ? TLS_RX : TLS_TX,
			       &keys.info, (socklen_t)keys.length))
		err = -errno;
	explicit_bzero(&keys, sizeof(keys));
	return err;
}

/**
 * tls_to_kernel() - let the kernel speak TLS on the socket from here on
 * @tls: after TLS_DONE
 *
 * Afterwards plain reads and writes of the socket are what the peers say.
 *
 * Return: 0, or -errno with tls_problem(); then the socket is of no use.
 */
int tls_to_kernel(struct tls *tls)
{
	static const char name[] = "tls";
	int err;

	if (setsockopt(tls->fd, SOL_TCP, TCP_ULP, name, sizeof(name))) {
		err = -errno;
		snprintf(tls->problem, sizeof(tls->problem),
			 err == -ENOENT ?
			 "this kernel has no TLS for sockets: load it with 'modprobe tls'" :
			 "the kernel cannot take over TLS: %s",
			 strerror(-err));
		return err;
	}
	err = give_direction(tls, false);
	if (!err)
		err = give_direction(tls, true);
	if (err)
		snprintf(tls->problem, sizeof(tls->problem),
			 "the kernel cannot take over TLS with this cipher: %s",
			 strerror(-err));
	return err;
}

/**
 * tls_is_in_kernel() - can this kernel take over TLS at all?
 *
 * Loads the module of the kernel that does it, if it may.
 *
 * Return: false if it certainly cannot.
 */
bool tls_is_in_kernel(void)
{
	static const char name[] = "tls";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_missing;

	if (fd < 0)
		return true;
	/* without a connection even a kernel that has it refuses, differently */
	is_missing = setsockopt(fd, SOL_TCP, TCP_ULP, name, sizeof(name)) &&
		     errno == ENOENT;
	close(fd);
	return !is_missing;
}
