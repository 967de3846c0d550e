// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One connection, from the first packet until the module has it.
 *
 * Whatever happens, it ends within CONNECTION_DEADLINE_MS, exactly once, and
 * tells its owner; the socket is closed then, and the module has a reference of
 * its own or has not. Nothing here ever waits. Not one byte beyond the greeting
 * is read: what follows belongs to the module.
 */
#include "connection.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* A peer that is gone without a word is noticed in about five seconds. */
#define KEEPALIVE_SECONDS	1
#define KEEPALIVE_COUNT		5
#define UNANSWERED_MS		5000

static void release(struct connection *connection)
{
	loop_timer_stop(connection->context->loop, &connection->deadline);
	if (connection->source.fd >= 0) {
		/* the module may hold the socket: closing alone is not enough */
		loop_remove(connection->context->loop, &connection->source);
		close(connection->source.fd);
		connection->source.fd = -1;
	}
	tls_free(connection->tls);
	connection->tls = NULL;
}

/**
 * connection_free() - end a connection without a word
 * @connection: not ended yet; gone afterwards, and @ended is not called
 */
void connection_free(struct connection *connection)
{
	release(connection);
	free(connection);
}

/* The only one that changes the state. What cannot happen is a failure. */
static void set_state(struct connection *connection,
		      enum connection_event event)
{
	int next = connection_state_next(connection->state, event);

	connection->state = next < 0 ? CONNECTION_FAILED :
				       (enum connection_state)next;
}

static void end(struct connection *connection, enum connection_event event)
{
	const struct connection_context *context = connection->context;

	set_state(connection, event);
	release(connection);
	context->ops->ended(connection, context->arg);
	connection->ended(connection, connection->owner);
	free(connection);
}

static void fail(struct connection *connection, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct connection *connection, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(connection->problem, sizeof(connection->problem), format,
		  args);
	va_end(args);
	end(connection, CONNECTION_EV_FAILED);
}

static void refuse(struct connection *connection, enum refusal refusal)
{
	connection->refusal = refusal;
	fail(connection, "%s", refusal_sentence(refusal));
}

static void deadline_expired(struct loop_timer *timer)
{
	struct connection *connection = container_of(timer, struct connection,
						     deadline);

	if (*connection->problem)
		end(connection, CONNECTION_EV_FAILED);
	else if (!connection->is_dialer)
		refuse(connection, REFUSAL_SLOW);
	else
		fail(connection, "no answer within %d seconds while %s",
		     CONNECTION_DEADLINE_MS / 1000,
		     connection_state_name(connection->state));
}

static void introduce(const struct connection *connection,
		      struct greeting *greeting)
{
	memset(greeting, 0, sizeof(*greeting));
	connection->context->ops->introduce(greeting,
					    connection->context->arg);
	greeting->to = connection->node;
	greeting->lane = connection->lane;
}

/* The buffer of a new socket has room for all greetings of a connection. */
static int send_greeting(struct connection *connection,
			 const struct greeting *greeting)
{
	uint8_t bytes[GREETING_LEN];
	ssize_t count;

	greeting_encode(greeting, bytes);
	count = send(connection->source.fd, bytes, sizeof(bytes),
		     MSG_DONTWAIT | MSG_NOSIGNAL);
	if (count == sizeof(bytes))
		return 0;
	return count < 0 ? -errno : -EAGAIN;
}

static void send_refusal(struct connection *connection, enum refusal refusal)
{
	struct greeting greeting;

	introduce(connection, &greeting);
	greeting.kind = GREETING_REFUSAL;
	greeting.reason = refusal;
	(void)send_greeting(connection, &greeting);
}

static void attach(struct connection *connection)
{
	const struct connection_context *context = connection->context;
	int err;

	set_state(connection, CONNECTION_EV_AGREED);
	err = context->ops->attach(connection, context->arg);
	if (err == -ESTALE)
		connection->refusal = REFUSAL_INCARNATION;
	end(connection, err ? CONNECTION_EV_FAILED : CONNECTION_EV_ATTACHED);
}

/* After the welcome the other module may speak at once: attach without delay. */
static void answer_hello(struct connection *connection,
			 const struct greeting *hello)
{
	struct greeting welcome;
	int err;

	connection->node = hello->from;
	connection->lane = hello->lane;
	introduce(connection, &welcome);
	welcome.kind = GREETING_WELCOME;
	err = send_greeting(connection, &welcome);
	if (err)
		fail(connection, "it cannot be answered: %s", strerror(-err));
	else
		attach(connection);
}

static void do_greeting(struct connection *connection)
{
	const struct connection_context *context = connection->context;
	struct greeting greeting;
	enum refusal refusal;

	refusal = greeting_decode(&greeting, connection->greeting);
	if (refusal == REFUSAL_NONE && connection->is_dialer &&
	    greeting.kind == GREETING_REFUSAL) {
		fail(connection, "it refuses this node: %s",
		     refusal_sentence(greeting.reason));
		return;
	}
	if (refusal == REFUSAL_NONE)
		refusal = context->ops->judge(connection, &greeting,
					      context->arg);
	if (refusal != REFUSAL_NONE) {
		if (!connection->is_dialer && refusal != REFUSAL_MALFORMED)
			send_refusal(connection, refusal);
		refuse(connection, refusal);
		return;
	}
	connection->incarnation = greeting.incarnation;
	if (connection->is_dialer)
		attach(connection);
	else
		answer_hello(connection, &greeting);
}

static void receive_greeting(struct connection *connection)
{
	ssize_t count;

	count = read(connection->source.fd,
		     connection->greeting + connection->received,
		     GREETING_LEN - connection->received);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* how the other end hung up is of no interest */
	if (count < 0 && errno == ECONNRESET)
		count = 0;
	if (count < 0) {
		fail(connection, "the connection broke while %s: %s",
		     connection_state_name(connection->state), strerror(errno));
		return;
	}
	connection->received += (size_t)count;
	if (connection->received == GREETING_LEN)
		do_greeting(connection);
	else if (!count && connection->received && !connection->is_dialer)
		refuse(connection, REFUSAL_MALFORMED);
	else if (!count)
		fail(connection, "it hung up while %s",
		     connection_state_name(connection->state));
}

/* From here on the socket carries greetings. */
static void open_ready(struct connection *connection)
{
	struct greeting hello;
	int err;

	set_state(connection, CONNECTION_EV_OPEN);
	err = loop_change(connection->context->loop, &connection->source,
			  EPOLLIN);
	if (!err && connection->is_dialer) {
		introduce(connection, &hello);
		hello.kind = GREETING_HELLO;
		err = send_greeting(connection, &hello);
	}
	if (err)
		fail(connection, "it cannot be greeted: %s", strerror(-err));
}

/* The other end may be ahead: its greeting waits in the socket, encrypted. */
static void finish_handshake(struct connection *connection)
{
	if (!connection->is_dialer)
		connection->node = tls_peer_node(connection->tls);
	if (tls_to_kernel(connection->tls)) {
		fail(connection, "%s", tls_problem(connection->tls));
		return;
	}
	tls_free(connection->tls);
	connection->tls = NULL;
	open_ready(connection);
}

static void continue_handshake(struct connection *connection)
{
	enum tls_step step = tls_handshake(connection->tls);

	if (step == TLS_DONE) {
		finish_handshake(connection);
	} else if (step == TLS_FAILED) {
		connection->refusal = tls_refusal(connection->tls);
		if (connection->refusal != REFUSAL_NONE)
			refuse(connection, connection->refusal);
		else
			fail(connection, "%s", tls_problem(connection->tls));
	} else if (loop_change(connection->context->loop, &connection->source,
			       step == TLS_WANT_READ ? EPOLLIN : EPOLLOUT)) {
		fail(connection, "it cannot be watched");
	}
}

static void start_handshake(struct connection *connection)
{
	set_state(connection, CONNECTION_EV_CONNECTED);
	connection->tls = tls_new(connection->context->tls,
				  connection->source.fd, connection->is_dialer);
	if (connection->tls)
		continue_handshake(connection);
	else
		fail(connection, "out of memory");
}

static void connected(struct connection *connection)
{
	if (connection->context->tls)
		start_handshake(connection);
	else
		open_ready(connection);
}

static void finish_connecting(struct connection *connection)
{
	socklen_t length = sizeof(int);
	int err;

	if (getsockopt(connection->source.fd, SOL_SOCKET, SO_ERROR, &err,
		       &length))
		err = errno;
	if (err)
		fail(connection, "it cannot be reached: %s", strerror(err));
	else
		connected(connection);
}

static void source_ready(struct loop_source *source, uint32_t events)
{
	struct connection *connection = container_of(source, struct connection,
						     source);

	(void)events;
	if (connection->state == CONNECTION_CONNECTING)
		finish_connecting(connection);
	else if (connection->state == CONNECTION_HANDSHAKE)
		continue_handshake(connection);
	else
		receive_greeting(connection);
}

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

static int set_options(int fd)
{
	int err;

	err = set_option(fd, SOL_TCP, TCP_NODELAY, 1);
	if (!err)
		err = set_option(fd, SOL_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS);
	if (!err)
		err = set_option(fd, SOL_TCP, TCP_KEEPINTVL, KEEPALIVE_SECONDS);
	if (!err)
		err = set_option(fd, SOL_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
	if (!err)
		err = set_option(fd, SOL_TCP, TCP_USER_TIMEOUT, UNANSWERED_MS);
	if (!err)
		err = set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	return err;
}

static struct connection *new_connection(const struct connection_context *context,
					 const struct address *address)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return NULL;
	connection->context = context;
	connection->address = *address;
	connection->source.fd = -1;
	connection->source.ready = source_ready;
	connection->deadline.expired = deadline_expired;
	connection->state = CONNECTION_CONNECTING;
	loop_timer_start(context->loop, &connection->deadline,
			 CONNECTION_DEADLINE_MS);
	return connection;
}

static int start_connecting(struct connection *connection)
{
	const struct address *address = &connection->address;
	int fd, err;

	fd = socket(address->any.sa_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	connection->source.fd = fd;
	err = set_options(fd);
	if (err)
		return err;
	if (connect(fd, &address->any, address_length(address)) &&
	    errno != EINPROGRESS)
		return -errno;
	return loop_add(connection->context->loop, &connection->source,
			EPOLLOUT);
}

/**
 * connection_dial() - begin a connection to another node
 * @context: what it has in common with others
 * @target:  whom to dial
 * @ended:   called once, later, never from within this call
 * @owner:   for @ended
 *
 * Return: the connection, which is gone after @ended; NULL if out of memory.
 */
struct connection *connection_dial(const struct connection_context *context,
				   const struct connection_target *target,
				   void (*ended)(struct connection *connection,
						 void *owner),
				   void *owner)
{
	struct connection *connection = new_connection(context,
						       &target->address);
	int err;

	if (!connection)
		return NULL;
	connection->is_dialer = true;
	connection->node = target->node;
	connection->lane = target->lane;
	connection->ended = ended;
	connection->owner = owner;
	err = start_connecting(connection);
	if (err) {
		snprintf(connection->problem, sizeof(connection->problem),
			 "it cannot be reached: %s", strerror(-err));
		loop_timer_start(context->loop, &connection->deadline, 0);
	}
	return connection;
}

/**
 * connection_accept() - go on with a connection that somebody else began
 * @context: what it has in common with others
 * @fd:      the socket, which does not block; belongs to the connection, also
 *           if there is none
 * @address: where it comes from
 * @ended:   called once, later, never from within this call
 * @owner:   for @ended
 *
 * Return: the connection, which is gone after @ended; NULL if out of memory.
 */
struct connection *connection_accept(const struct connection_context *context,
				     int fd, const struct address *address,
				     void (*ended)(struct connection *connection,
						   void *owner),
				     void *owner)
{
	struct connection *connection = new_connection(context, address);
	int err;

	if (!connection) {
		close(fd);
		return NULL;
	}
	connection->source.fd = fd;
	connection->ended = ended;
	connection->owner = owner;
	err = set_options(fd);
	/* it is writable at once: the loop takes the first step */
	if (!err)
		err = loop_add(context->loop, &connection->source, EPOLLOUT);
	if (!err)
		return connection;
	connection_free(connection);
	return NULL;
}
