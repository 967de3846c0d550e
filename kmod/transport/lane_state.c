// SPDX-License-Identifier: GPL-2.0-only
/*
 * The states of a lane's connection. Pure: lane.c keeps the state and obeys.
 */
#include "transport/lane_state.h"

#include <linux/errno.h>
#include <linux/kernel.h>

#define DOWN		WEFT_LANE_DOWN
#define RESUMING	WEFT_LANE_RESUMING
#define UP		WEFT_LANE_UP
#define CLOSED		WEFT_LANE_CLOSED
#define BAD		(-EPROTO)

/*
 * A new connection may come at any time: a peer whose end broke first dials
 * again before this end has noticed anything.
 */
static const s8 next_state[WEFT_LANE_NR_STATES][WEFT_LANE_NR_EVENTS] = {
	/*		ATTACH	   RESUMED  LOST   LEAVE   JOIN */
	[DOWN]	    = { RESUMING,  BAD,     DOWN,  CLOSED, DOWN },
	[RESUMING]  = { RESUMING,  UP,      DOWN,  CLOSED, RESUMING },
	[UP]	    = { RESUMING,  BAD,     DOWN,  CLOSED, UP },
	[CLOSED]    = { BAD,       BAD,     BAD,   CLOSED, DOWN },
};

/**
 * weft_lane_state_next() - where an event leads
 * @state: the present state
 * @event: what happened
 *
 * Return: the next state, or -EPROTO if @event cannot happen in @state.
 */
int weft_lane_state_next(enum weft_lane_state state, enum weft_lane_event event)
{
	if ((unsigned int)state >= WEFT_LANE_NR_STATES ||
	    (unsigned int)event >= WEFT_LANE_NR_EVENTS)
		return -EPROTO;
	return next_state[state][event];
}
