// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Listening. Anybody can connect, so nobody is given much: there are
 * LISTENER_CONNECTIONS_MAX places, each for a few seconds; whoever finds none
 * is hung up on at once. Addresses that are not in [nodes] get only
 * LISTENER_STRANGERS_MAX of them, so that strangers cannot keep members out.
 */
#include "listen.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BACKLOG		256
#define PAUSE_MS	1000

static void connection_ended(struct connection *connection, void *owner)
{
	struct listener *listener = owner;
	int i;

	for (i = 0; i < LISTENER_CONNECTIONS_MAX; i++) {
		if (listener->connections[i] == connection)
			listener->connections[i] = NULL;
	}
}

static bool is_stranger(const struct listener *listener,
			const struct address *from)
{
	const struct config *config = listener->config;
	uint32_t node;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (config->members >> (node - 1) & 1 &&
		    address_is_same_host(&config->nodes[node], from))
			return false;
	}
	return true;
}

/* The place for a connection from this address; -1 if there is none. */
static int find_place(const struct listener *listener,
		      const struct address *from)
{
	unsigned int strangers = 0;
	int place = -1;
	int i;

	for (i = 0; i < LISTENER_CONNECTIONS_MAX; i++) {
		if (!listener->connections[i])
			place = i;
		else if (is_stranger(listener,
				     &listener->connections[i]->address))
			strangers++;
	}
	if (strangers >= LISTENER_STRANGERS_MAX && is_stranger(listener, from))
		return -1;
	return place;
}

static void receive_connection(struct listener *listener, int fd,
			       const struct address *from)
{
	int place = find_place(listener, from);

	if (listener->is_resting || place < 0) {
		refusals_note(listener->refusals, from,
			      listener->is_resting ? REFUSAL_BUSY :
						     REFUSAL_CROWD,
			      loop_now_ms());
		close(fd);
		return;
	}
	listener->connections[place] = connection_accept(listener->context, fd,
							 from, connection_ended,
							 listener);
}

static void source_ready(struct loop_source *source, uint32_t events)
{
	struct listener *listener = container_of(source, struct listener,
						 source);
	struct address from = { .any.sa_family = AF_UNSPEC };
	socklen_t length = sizeof(from);
	int fd;

	(void)events;
	fd = accept4(source->fd, &from.any, &length,
		     SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0) {
		address_normalize(&from);
		receive_connection(listener, fd, &from);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		   errno == ENOMEM) {
		/* the waiting client would be reported again and again */
		loop_remove(listener->context->loop, source);
		loop_timer_start(listener->context->loop, &listener->resume,
				 PAUSE_MS);
	}
}

static void resume_expired(struct loop_timer *timer)
{
	struct listener *listener = container_of(timer, struct listener,
						 resume);

	if (loop_add(listener->context->loop, &listener->source, EPOLLIN))
		loop_timer_start(listener->context->loop, timer, PAUSE_MS);
}

/* Without an address in the configuration: every one, of both families. */
static void choose_address(const struct config *config,
			   struct address *address, bool has_v6)
{
	*address = config->listen;
	if (address->any.sa_family == AF_UNSPEC)
		address->any.sa_family = has_v6 ? AF_INET6 : AF_INET;
	address_set_port(address, (uint16_t)config->port);
}

static int bind_socket(int fd, const struct config *config,
		       const struct address *address)
{
	int only_v6 = config->listen.any.sa_family == AF_INET6;
	int yes = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)))
		return -errno;
	if (address->any.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6,
		       sizeof(only_v6)))
		return -errno;
	if (bind(fd, &address->any, address_length(address)) ||
	    listen(fd, BACKLOG))
		return -errno;
	return 0;
}

static void log_failure(const struct log *log, const struct address *address,
			int err)
{
	char text[ADDRESS_TEXT_LEN];
	const char *advice = "";

	address_format(address, text, sizeof(text));
	if (err == -EADDRINUSE)
		advice = ": stop the program that has the port, or change [network] port";
	else if (err == -EADDRNOTAVAIL)
		advice = ": this machine does not have it; correct [network] listen";
	else if (err == -EACCES)
		advice = ": choose [network] port above 1023, or grant CAP_NET_BIND_SERVICE";
	log_write(log, LOG_ERR, "cannot listen on %s: %s%s", text,
		  strerror(-err), advice);
}

/**
 * listener_socket() - make a listening socket
 * @config: where to listen
 * @log:    for what goes wrong
 *
 * Return: the socket, or -errno after a log line.
 */
int listener_socket(const struct config *config, const struct log *log)
{
	const int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	struct address address;
	int fd, err;

	choose_address(config, &address, true);
	fd = socket(address.any.sa_family, type, 0);
	if (fd < 0 && config->listen.any.sa_family == AF_UNSPEC) {
		/* a kernel without IPv6 */
		choose_address(config, &address, false);
		fd = socket(address.any.sa_family, type, 0);
	}
	err = fd < 0 ? -errno : bind_socket(fd, config, &address);
	if (!err)
		return fd;
	log_failure(log, &address, err);
	if (fd >= 0)
		close(fd);
	return err;
}

/**
 * listener_start() - accept connections
 * @listener: without a socket; @context, @refusals and @config set
 * @fd:       from listener_socket(); belongs to the listener if this succeeds
 *
 * Return: 0 or -errno.
 */
int listener_start(struct listener *listener, int fd)
{
	int err;

	listener->source.fd = fd;
	listener->source.ready = source_ready;
	listener->resume.expired = resume_expired;
	err = loop_add(listener->context->loop, &listener->source, EPOLLIN);
	if (err)
		listener->source.fd = -1;
	return err;
}

/**
 * listener_rest() - hang up on everybody, and on all who come
 * @listener: with or without a socket; @is_resting says until when
 */
void listener_rest(struct listener *listener)
{
	int i;

	listener->is_resting = true;
	for (i = 0; i < LISTENER_CONNECTIONS_MAX; i++) {
		if (listener->connections[i])
			connection_free(listener->connections[i]);
		listener->connections[i] = NULL;
	}
}

/**
 * listener_close() - hang up on everybody and give the port back
 * @listener: with or without a socket
 */
void listener_close(struct listener *listener)
{
	listener_rest(listener);
	if (listener->source.fd < 0)
		return;
	loop_timer_stop(listener->context->loop, &listener->resume);
	loop_remove(listener->context->loop, &listener->source);
	close(listener->source.fd);
	listener->source.fd = -1;
}
