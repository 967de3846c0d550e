// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical time: what happened because of something happened later than it.
 * Lamport, Time, Clocks, and the Ordering of Events in a Distributed System,
 * 1978, rules IR1 and IR2.
 */
#include "core/core.h"

#include <linux/limits.h>

/**
 * weft_lamport_tick() - the time of something that happens now
 * @weft: the node
 *
 * At the end of time, where only a false peer can lead it, it stands still: a
 * later time would look false to all others.
 *
 * Return: later than all this node has seen and done.
 */
u64 weft_lamport_tick(struct weft_net *weft)
{
	s64 now = atomic64_read(&weft->lamport);
	s64 next;

	do {
		next = now < S64_MAX ? now + 1 : now;
	} while (!atomic64_try_cmpxchg(&weft->lamport, &now, next));
	return next;
}

/**
 * weft_lamport_witness() - learn of something that happened elsewhere
 * @weft: the node
 * @seen: when it happened
 */
void weft_lamport_witness(struct weft_net *weft, u64 seen)
{
	s64 now = atomic64_read(&weft->lamport);

	while ((u64)now < seen &&
	       !atomic64_try_cmpxchg(&weft->lamport, &now, seen))
		;
}
