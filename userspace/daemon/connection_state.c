// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The states of a connection. Pure.
 */
#include "connection_state.h"

#include <errno.h>
#include <stdint.h>

#define BAD		(-EPROTO)
#define HANDSHAKE	CONNECTION_HANDSHAKE
#define GREETING	CONNECTION_GREETING
#define ATTACHING	CONNECTION_ATTACHING
#define DONE		CONNECTION_DONE
#define FAILED		CONNECTION_FAILED

static const int8_t next_state[CONNECTION_NR_STATES][CONNECTION_NR_EVENTS] = {
	/*                           CONNECTED  OPEN      AGREED     ATTACHED FAILED */
	[CONNECTION_CONNECTING] = { HANDSHAKE, GREETING, BAD,       BAD,     FAILED },
	[CONNECTION_HANDSHAKE]  = { BAD,       GREETING, BAD,       BAD,     FAILED },
	[CONNECTION_GREETING]   = { BAD,       BAD,      ATTACHING, BAD,     FAILED },
	[CONNECTION_ATTACHING]  = { BAD,       BAD,      BAD,       DONE,    FAILED },
	[CONNECTION_DONE]       = { BAD,       BAD,      BAD,       BAD,     BAD },
	[CONNECTION_FAILED]     = { BAD,       BAD,      BAD,       BAD,     BAD },
};

static const char * const names[CONNECTION_NR_STATES] = {
	[CONNECTION_CONNECTING] = "connecting",
	[CONNECTION_HANDSHAKE] = "agreeing on TLS",
	[CONNECTION_GREETING] = "waiting for the greeting",
	[CONNECTION_ATTACHING] = "handing it to the module",
	[CONNECTION_DONE] = "done",
	[CONNECTION_FAILED] = "failed",
};

/**
 * connection_state_next() - what a connection becomes
 * @state: what it is
 * @event: what happens
 *
 * Return: an enum connection_state, or -EPROTO if that cannot happen then.
 */
int connection_state_next(enum connection_state state,
			  enum connection_event event)
{
	return next_state[state][event];
}

/**
 * connection_state_name() - what a state is called in sentences
 * @state: the state
 *
 * Return: what is being done.
 */
const char *connection_state_name(enum connection_state state)
{
	return names[state];
}
