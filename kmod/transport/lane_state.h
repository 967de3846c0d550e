/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The states of a lane's connection: a pure function over a table.
 */
#ifndef _WEFT_TRANSPORT_LANE_STATE_H
#define _WEFT_TRANSPORT_LANE_STATE_H

#include <linux/types.h>
#include <linux/weft.h>

/**
 * enum weft_lane_event - what happens to the connection of a lane
 * @WEFT_LANE_EV_ATTACH:  the daemon brings a connection
 * @WEFT_LANE_EV_RESUMED: the peer has said where it left off
 * @WEFT_LANE_EV_LOST:    the connection broke
 * @WEFT_LANE_EV_LEAVE:   the peer is no member any more, or this node ends
 * @WEFT_LANE_EV_JOIN:    the peer is a member again, in a new life
 * @WEFT_LANE_NR_EVENTS:  how many there are
 */
enum weft_lane_event {
	WEFT_LANE_EV_ATTACH,
	WEFT_LANE_EV_RESUMED,
	WEFT_LANE_EV_LOST,
	WEFT_LANE_EV_LEAVE,
	WEFT_LANE_EV_JOIN,

	WEFT_LANE_NR_EVENTS
};

int weft_lane_state_next(enum weft_lane_state state,
			 enum weft_lane_event event);

#endif /* _WEFT_TRANSPORT_LANE_STATE_H */
