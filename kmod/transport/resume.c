// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first message of each connection: both ends say who they are and what
 * they have received, and go on from there.
 */
#include "transport/transport.h"

/**
 * weft_resume_fill() - say where this end of a lane left off
 * @lane:   the lane
 * @resume: receives the message
 *
 * Context: caller holds weft_lane.send_mutex.
 */
void weft_resume_fill(struct weft_lane *lane, struct weft_msg_resume *resume)
{
	const struct weft_identity *self = &lane->peer->weft->identity;

	*resume = (struct weft_msg_resume) {
		.from_incarnation = cpu_to_le64(self->incarnation),
		.to_incarnation = cpu_to_le64(lane->incarnation),
		.received = cpu_to_le64(READ_ONCE(lane->received)),
		.from_node = cpu_to_le32(self->node),
		.to_node = cpu_to_le32(lane->peer->node),
		.lane = cpu_to_le32(lane->id),
		.credits = cpu_to_le32(weft_lane_credits(lane)),
	};
}

/**
 * weft_resume_received() - hear where the other end of a lane left off
 * @lane:   the lane; its connection is being resumed
 * @resume: the message
 *
 * Context: may sleep; the thread of the lane, holding
 * weft_lane.receive_mutex.
 * Return: 0 with the lane up, or -EPROTO.
 */
int weft_resume_received(struct weft_lane *lane,
			 const struct weft_msg_resume *resume)
{
	struct weft_net *weft = lane->peer->weft;
	struct weft_resume_expected expected = {
		.from_incarnation = lane->incarnation,
		.to_incarnation = weft->identity.incarnation,
		.from_node = lane->peer->node,
		.to_node = weft->identity.node,
		.lane = lane->id,
	};
	enum weft_breach what;

	lockdep_assert_held(&lane->receive_mutex);

	spin_lock(&lane->lock);
	expected.acknowledged = lane->acknowledged;
	expected.sent = lane->sequence;
	spin_unlock(&lane->lock);
	what = weft_resume_check(&lane->receive.header, resume, &expected);
	if (what)
		return weft_lane_breach(lane, what);
	weft_lane_acknowledge(lane, le64_to_cpu(resume->received));
	lane->stats.connections++;
	/* before anything of this connection can be sent */
	weft->upcalls->session_up(lane, le32_to_cpu(resume->credits));
	return weft_lane_set_state(lane, WEFT_LANE_EV_RESUMED);
}
