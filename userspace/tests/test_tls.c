// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The handshake, both ends in one process, up to the point where the kernel
 * takes over; and that what the kernel is given is what it needs.
 */
#include "ktap.h"
#include "tls.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define STEPS		20	/* more than any handshake takes */
#define HEADER_LEN	5	/* of a TLS record */
#define TAG_LEN		16
#define NONCE_LEN	12

static const struct key key_a = { { 1, 2, 3 } };
static const struct key key_b = { { 1, 2, 4 } };

/**
 * struct end - one end of a connection
 * @context: made from its options
 * @tls:     its handshake
 * @fd:      its socket
 * @step:    where it is
 */
struct end {
	struct tls_context *context;
	struct tls *tls;
	int fd;
	enum tls_step step;
};

/**
 * struct pair - a connection
 * @server: who was dialed
 * @dialer: who dialed
 */
struct pair {
	struct end server;
	struct end dialer;
};

static const struct tls_options server_options = {
	.key = &key_a,
	.cipher = WEFT_CIPHER_AES_128_GCM,
	.cluster = "lab",
	.node = 2,
	.members = 0xe,		/* 2, 3, 4 */
};

static const struct tls_options dialer_options = {
	.key = &key_a,
	.cipher = WEFT_CIPHER_AES_128_GCM,
	.cluster = "lab",
	.node = 3,
	.members = 0xe,
};

static void open_end(struct end *end, const struct tls_options *options, int fd,
		     bool is_dialer)
{
	char problem[TLS_PROBLEM_LEN];

	end->fd = fd;
	end->step = is_dialer ? TLS_WANT_WRITE : TLS_WANT_READ;
	if (tls_context_new(&end->context, options, problem, sizeof(problem)))
		abort();
	end->tls = tls_new(end->context, fd, is_dialer);
	if (!end->tls)
		abort();
}

static void open_pair(struct pair *pair, const struct tls_options *server,
		      const struct tls_options *dialer)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds))
		abort();
	open_end(&pair->server, server, fds[0], false);
	open_end(&pair->dialer, dialer, fds[1], true);
}

static void advance(struct end *end)
{
	if (end->step == TLS_WANT_READ || end->step == TLS_WANT_WRITE)
		end->step = tls_handshake(end->tls);
}

static void shake_hands(struct pair *pair)
{
	int i;

	for (i = 0; i < STEPS; i++) {
		advance(&pair->dialer);
		advance(&pair->server);
	}
}

static void close_end(struct end *end)
{
	tls_free(end->tls);
	tls_context_free(end->context);
	close(end->fd);
}

static void close_pair(struct pair *pair)
{
	close_end(&pair->server);
	close_end(&pair->dialer);
}

static void expect_keys_fit(struct ktap *test, const struct pair *pair)
{
	static const uint8_t zero[8];
	struct tls_keys there, back, other;

	EXPECT_EQ(test, 0, tls_keys_get(pair->dialer.tls, false, &there));
	EXPECT_EQ(test, 0, tls_keys_get(pair->server.tls, true, &other));
	EXPECT_EQ(test, there.length, other.length);
	EXPECT(test, !memcmp(&there, &other, sizeof(there)));
	EXPECT_EQ(test, 0, tls_keys_get(pair->dialer.tls, true, &back));
	EXPECT_EQ(test, 0, tls_keys_get(pair->server.tls, false, &other));
	EXPECT(test, !memcmp(&back, &other, sizeof(back)));
	EXPECT(test, memcmp(&back, &there, sizeof(back)));
	EXPECT_EQ(test, TLS_1_3_VERSION, there.info.version);
	EXPECT(test, !memcmp(there.info.cipher_type == TLS_CIPHER_AES_GCM_128 ?
			     there.aes.rec_seq : there.chacha.rec_seq, zero,
			     sizeof(zero)));
}

static void agree(struct ktap *test, enum weft_cipher cipher, int type)
{
	struct tls_options server = server_options;
	struct tls_options dialer = dialer_options;
	struct tls_keys keys;
	struct pair pair;

	server.cipher = cipher;
	dialer.cipher = cipher;
	open_pair(&pair, &server, &dialer);
	shake_hands(&pair);
	EXPECT_EQ(test, TLS_DONE, pair.server.step);
	EXPECT_EQ(test, TLS_DONE, pair.dialer.step);
	EXPECT_EQ(test, 3, tls_peer_node(pair.server.tls));
	EXPECT_EQ(test, WEFT_NODE_NONE, tls_peer_node(pair.dialer.tls));
	EXPECT_EQ(test, 0, tls_keys_get(pair.server.tls, true, &keys));
	EXPECT_EQ(test, type, keys.info.cipher_type);
	expect_keys_fit(test, &pair);
	close_pair(&pair);
}

static void both_ends_agree_on_aes(struct ktap *test)
{
	agree(test, WEFT_CIPHER_AES_128_GCM, TLS_CIPHER_AES_GCM_128);
}

static void both_ends_agree_on_chacha(struct ktap *test)
{
	agree(test, WEFT_CIPHER_CHACHA20_POLY1305,
	      TLS_CIPHER_CHACHA20_POLY1305);
}

/* Both ends fail, the server for @reason; what the dialer learns is returned. */
static void expect_refusal(struct ktap *test, const struct tls_options *server,
			   const struct tls_options *dialer,
			   enum refusal reason, char *heard)
{
	struct pair pair;

	open_pair(&pair, server, dialer);
	shake_hands(&pair);
	EXPECT_EQ(test, TLS_FAILED, pair.server.step);
	EXPECT_EQ(test, TLS_FAILED, pair.dialer.step);
	EXPECT_EQ(test, reason, tls_refusal(pair.server.tls));
	EXPECT_EQ(test, REFUSAL_NONE, tls_refusal(pair.dialer.tls));
	EXPECT_EQ(test, WEFT_NODE_NONE, tls_peer_node(pair.server.tls));
	strcpy(heard, tls_problem(pair.dialer.tls));
	close_pair(&pair);
}

static void wrong_key_is_refused(struct ktap *test)
{
	struct tls_options dialer = dialer_options;
	char heard[TLS_PROBLEM_LEN];

	dialer.key = &key_b;
	expect_refusal(test, &server_options, &dialer, REFUSAL_KEY, heard);
	EXPECT(test, strstr(heard, "refuses the handshake"));
}

static void unknown_identity_looks_like_a_wrong_key(struct ktap *test)
{
	struct tls_options dialer = dialer_options;
	char with_wrong_key[TLS_PROBLEM_LEN];
	char heard[TLS_PROBLEM_LEN];

	dialer.key = &key_b;
	expect_refusal(test, &server_options, &dialer, REFUSAL_KEY,
		       with_wrong_key);
	dialer.key = &key_a;
	dialer.cluster = "other";
	expect_refusal(test, &server_options, &dialer, REFUSAL_CLUSTER, heard);
	EXPECT_TEXT(test, with_wrong_key, heard);
	dialer.cluster = "lab";
	dialer.node = 5;
	expect_refusal(test, &server_options, &dialer, REFUSAL_MEMBER, heard);
	EXPECT_TEXT(test, with_wrong_key, heard);
}

static void own_reflection_is_refused(struct ktap *test)
{
	struct tls_options dialer = dialer_options;
	char heard[TLS_PROBLEM_LEN];

	dialer.node = server_options.node;
	expect_refusal(test, &server_options, &dialer, REFUSAL_NODE, heard);
	dialer.node = 1;
	expect_refusal(test, &server_options, &dialer, REFUSAL_NODE, heard);
}

static void other_cipher_is_refused(struct ktap *test)
{
	struct tls_options dialer = dialer_options;
	char heard[TLS_PROBLEM_LEN];

	dialer.cipher = WEFT_CIPHER_CHACHA20_POLY1305;
	expect_refusal(test, &server_options, &dialer, REFUSAL_HANDSHAKE,
		       heard);
}

static void garbage_is_refused(struct ktap *test)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	struct pair pair;

	open_pair(&pair, &server_options, &dialer_options);
	EXPECT_EQ(test, sizeof(request),
		  send(pair.dialer.fd, request, sizeof(request), 0));
	advance(&pair.server);
	EXPECT_EQ(test, TLS_FAILED, pair.server.step);
	EXPECT_EQ(test, REFUSAL_HANDSHAKE, tls_refusal(pair.server.tls));
	close_pair(&pair);
}

static void hanging_up_is_held_against_nobody(struct ktap *test)
{
	struct pair pair;

	open_pair(&pair, &server_options, &dialer_options);
	advance(&pair.dialer);
	shutdown(pair.dialer.fd, SHUT_WR);
	advance(&pair.server);
	advance(&pair.server);
	EXPECT_EQ(test, TLS_FAILED, pair.server.step);
	EXPECT_EQ(test, REFUSAL_NONE, tls_refusal(pair.server.tls));
	close_pair(&pair);
}

/* What comes right behind the handshake belongs to the kernel. */
static void nothing_is_read_beyond_the_handshake(struct ktap *test)
{
	static const uint8_t next[77] = { 0x17, 3, 3, 0, 72 };
	struct pair pair;
	int left = 0;

	open_pair(&pair, &server_options, &dialer_options);
	while (pair.dialer.step != TLS_DONE) {
		advance(&pair.dialer);
		if (pair.dialer.step != TLS_DONE)
			advance(&pair.server);
	}
	EXPECT_EQ(test, sizeof(next),
		  send(pair.dialer.fd, next, sizeof(next), 0));
	advance(&pair.server);
	EXPECT_EQ(test, TLS_DONE, pair.server.step);
	EXPECT_EQ(test, 0, ioctl(pair.server.fd, FIONREAD, &left));
	EXPECT_EQ(test, sizeof(next), left);
	close_pair(&pair);
}

/**
 * struct stranger - a dialer that is not ours
 * @session:     its handshake
 * @credentials: its identity and key
 */
struct stranger {
	gnutls_session_t session;
	gnutls_psk_client_credentials_t credentials;
};

static void open_stranger(struct stranger *stranger, int fd,
			  const char *identity, size_t length,
			  const char *ciphers)
{
	gnutls_datum_t name = { (unsigned char *)identity,
				(unsigned int)length };
	gnutls_datum_t key = { (unsigned char *)key_a.bytes, KEY_LEN };

	if (gnutls_init(&stranger->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK) ||
	    gnutls_priority_set_direct(stranger->session, ciphers, NULL) ||
	    gnutls_psk_allocate_client_credentials(&stranger->credentials) ||
	    gnutls_psk_set_client_credentials2(stranger->credentials, &name,
					       &key, GNUTLS_PSK_KEY_RAW) ||
	    gnutls_credentials_set(stranger->session, GNUTLS_CRD_PSK,
				   stranger->credentials))
		abort();
	gnutls_transport_set_int(stranger->session, fd);
}

static void close_stranger(struct stranger *stranger)
{
	gnutls_deinit(stranger->session);
	gnutls_psk_free_client_credentials(stranger->credentials);
}

/* The right key with a crooked identity. Returns what the server makes of it. */
static enum tls_step dial_as(const char *identity, size_t length,
			     const char *ciphers)
{
	struct stranger stranger;
	enum tls_step step;
	struct end server;
	int fds[2];
	int i;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds))
		abort();
	open_end(&server, &server_options, fds[0], false);
	open_stranger(&stranger, fds[1], identity, length, ciphers);
	for (i = 0; i < STEPS; i++) {
		gnutls_handshake(stranger.session);
		advance(&server);
	}
	step = server.step;
	close_stranger(&stranger);
	close_end(&server);
	close(fds[1]);
	return step;
}

#define USUAL	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+ECDHE-PSK:+DHE-PSK"

static void identity_is_written_in_one_way(struct ktap *test)
{
	static const char with_nul[] = "3@lab\0x";
	static const char * const wrong[] = {
		"03@lab", "+3@lab", " 3@lab", "3@lab ", "3@LAB", "3", "@lab",
		"3@", "65@lab", "4294967299@lab", "3@lab@lab", "-1@lab",
		"3@lablablablablablablablablablablablablablablablablablab",
	};
	size_t i;

	EXPECT_EQ(test, TLS_DONE, dial_as("3@lab", 5, USUAL));
	EXPECT_EQ(test, TLS_FAILED, dial_as(with_nul, 7, USUAL));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		EXPECT_EQ(test, TLS_FAILED,
			  dial_as(wrong[i], strlen(wrong[i]), USUAL));
}

static void weaker_handshakes_are_refused(struct ktap *test)
{
	static const char * const weaker[] = {
		"NORMAL:-VERS-ALL:+VERS-TLS1.2:+ECDHE-PSK:+DHE-PSK:+PSK",
		"NORMAL:-VERS-ALL:+VERS-TLS1.3:-KX-ALL:+PSK",
		"NORMAL:-VERS-ALL:+VERS-TLS1.3",
		USUAL ":-CIPHER-ALL:+AES-256-GCM",
	};
	size_t i;

	for (i = 0; i < sizeof(weaker) / sizeof(weaker[0]); i++)
		EXPECT_EQ(test, TLS_FAILED, dial_as("3@lab", 5, weaker[i]));
}

/* A record as the kernel would make it from what it is given. */
static size_t make_record(const struct tls_keys *keys, const char *text,
			  uint8_t *record)
{
	bool is_aes = keys->info.cipher_type == TLS_CIPHER_AES_GCM_128;
	gnutls_datum_t key = { (unsigned char *)keys->chacha.key, 32 };
	size_t length = strlen(text);
	size_t room = length + 1 + TAG_LEN;
	gnutls_aead_cipher_hd_t cipher;
	uint8_t nonce[NONCE_LEN];
	uint8_t plain[256];

	memcpy(nonce, keys->chacha.iv, NONCE_LEN);
	if (is_aes) {
		key.data = (unsigned char *)keys->aes.key;
		key.size = 16;
		memcpy(nonce, keys->aes.salt, sizeof(keys->aes.salt));
		memcpy(nonce + sizeof(keys->aes.salt), keys->aes.iv,
		       sizeof(keys->aes.iv));
	}
	/* the number of the record is zero: it leaves the nonce as it is */
	memcpy(plain, text, length);
	plain[length] = 0x17;
	memcpy(record, "\x17\3\3\0", 4);
	record[4] = (uint8_t)room;
	if (gnutls_aead_cipher_init(&cipher, is_aes ?
				    GNUTLS_CIPHER_AES_128_GCM :
				    GNUTLS_CIPHER_CHACHA20_POLY1305, &key) ||
	    gnutls_aead_cipher_encrypt(cipher, nonce, sizeof(nonce), record,
				       HEADER_LEN, TAG_LEN, plain, length + 1,
				       record + HEADER_LEN, &room))
		abort();
	gnutls_aead_cipher_deinit(cipher);
	return HEADER_LEN + room;
}

static void speak_like_the_kernel(struct ktap *test, enum weft_cipher kind,
				  const char *ciphers)
{
	struct tls_options options = server_options;
	struct stranger stranger;
	uint8_t record[512];
	char heard[16] = "";
	struct tls_keys keys;
	struct end server;
	size_t length;
	int fds[2];

	options.cipher = kind;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds))
		abort();
	open_end(&server, &options, fds[0], false);
	open_stranger(&stranger, fds[1], "3@lab", 5, ciphers);
	while (gnutls_handshake(stranger.session) || server.step != TLS_DONE)
		advance(&server);
	EXPECT_EQ(test, 0, tls_keys_get(server.tls, false, &keys));
	length = make_record(&keys, "hello", record);
	EXPECT_EQ(test, length, send(fds[0], record, length, 0));
	EXPECT_EQ(test, 5, gnutls_record_recv(stranger.session, heard,
					      sizeof(heard) - 1));
	EXPECT_TEXT(test, "hello", heard);
	close_stranger(&stranger);
	close_end(&server);
	close(fds[1]);
}

static void kernel_gets_the_right_keys(struct ktap *test)
{
	speak_like_the_kernel(test, WEFT_CIPHER_AES_128_GCM,
			      USUAL ":-CIPHER-ALL:+AES-128-GCM");
	speak_like_the_kernel(test, WEFT_CIPHER_CHACHA20_POLY1305,
			      USUAL ":-CIPHER-ALL:+CHACHA20-POLY1305");
}

static const struct ktap_case cases[] = {
	KTAP_CASE(both_ends_agree_on_aes),
	KTAP_CASE(both_ends_agree_on_chacha),
	KTAP_CASE(wrong_key_is_refused),
	KTAP_CASE(unknown_identity_looks_like_a_wrong_key),
	KTAP_CASE(own_reflection_is_refused),
	KTAP_CASE(other_cipher_is_refused),
	KTAP_CASE(garbage_is_refused),
	KTAP_CASE(hanging_up_is_held_against_nobody),
	KTAP_CASE(nothing_is_read_beyond_the_handshake),
	KTAP_CASE(identity_is_written_in_one_way),
	KTAP_CASE(weaker_handshakes_are_refused),
	KTAP_CASE(kernel_gets_the_right_keys),
};

KTAP_MAIN(cases)
