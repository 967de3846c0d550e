/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states of a connection, from the first packet until the module has it: a
 * pure function over a table.
 */
#ifndef WEFTD_CONNECTION_STATE_H
#define WEFTD_CONNECTION_STATE_H

/**
 * enum connection_state - how far a connection is
 * @CONNECTION_CONNECTING: TCP is not there yet
 * @CONNECTION_HANDSHAKE:  TLS is being agreed
 * @CONNECTION_GREETING:   the socket carries greetings; one is awaited
 * @CONNECTION_ATTACHING:  both ends agree; the module has not taken it yet
 * @CONNECTION_DONE:       it belongs to the module
 * @CONNECTION_FAILED:     it is of no use to anybody
 * @CONNECTION_NR_STATES:  how many there are
 */
enum connection_state {
	CONNECTION_CONNECTING,
	CONNECTION_HANDSHAKE,
	CONNECTION_GREETING,
	CONNECTION_ATTACHING,
	CONNECTION_DONE,
	CONNECTION_FAILED,

	CONNECTION_NR_STATES
};

/**
 * enum connection_event - what happens to a connection
 * @CONNECTION_EV_CONNECTED: TCP is there, and TLS is wanted
 * @CONNECTION_EV_OPEN:      what is sent from here on is what is received: TLS
 *                           is in the kernel, or TCP is there and none is wanted
 * @CONNECTION_EV_AGREED:    the greeting of the other end is good
 * @CONNECTION_EV_ATTACHED:  the module has it
 * @CONNECTION_EV_FAILED:    it broke, was refused, or took too long
 * @CONNECTION_NR_EVENTS:    how many there are
 */
enum connection_event {
	CONNECTION_EV_CONNECTED,
	CONNECTION_EV_OPEN,
	CONNECTION_EV_AGREED,
	CONNECTION_EV_ATTACHED,
	CONNECTION_EV_FAILED,

	CONNECTION_NR_EVENTS
};

int connection_state_next(enum connection_state state,
			  enum connection_event event);
const char *connection_state_name(enum connection_state state);

#endif /* WEFTD_CONNECTION_STATE_H */
