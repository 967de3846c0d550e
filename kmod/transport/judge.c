// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of a message that has arrived? Pure: no state, no locks, no side
 * effects.
 *
 * Most messages belong to the view in which they were made. Those of which
 * weft_msg_table says so belong to the session instead: what they are about is
 * between the two nodes alone, and no change of the view that leaves both of them
 * in touches it. A node that is out is not served in any case.
 */
#include "transport/transport.h"

/**
 * weft_message_judge() - what becomes of a message?
 * @present: the view that is installed; NULL if none is
 * @header:  of the message, checked
 * @sender:  number of the node that sent it
 * @is_over: the session that it came in has ended, as far as others have seen to
 *           it: its sender has left the view since, or begun another life
 *
 * A RESUME belongs to nothing: it begins a connection, and is judged by what it
 * says.
 *
 * Return: the verdict.
 */
enum weft_epoch_verdict weft_message_judge(const struct weft_view *present,
					   const struct weft_header *header,
					   u32 sender, bool is_over)
{
	u16 type = le16_to_cpu(header->type);
	enum weft_epoch_verdict verdict;

	if (type == WEFT_MSG_RESUME)
		return WEFT_EPOCH_ACCEPT;
	verdict = weft_epoch_check(present, le64_to_cpu(header->epoch), sender);
	if (verdict != WEFT_EPOCH_STALE || !weft_msg_table[type].is_of_session)
		return verdict;
	/* it may have been out and come back since: then nothing old counts */
	return is_over ? WEFT_EPOCH_STRANGER : WEFT_EPOCH_ACCEPT;
}
