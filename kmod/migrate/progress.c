// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far the memory of a process has gone after it, for who waits for it.
 * Locks: weft_processes.lock, weft_deputy.lock; none across a wait.
 */
#include "migrate/deputy.h"
#include "migrate/migrate.h"

#include <linux/jiffies.h>
#include <linux/mm.h>

static bool is_over(struct weft_deputy *deputy)
{
	return READ_ONCE(deputy->push.is_empty) ||
	       READ_ONCE(deputy->state) != WEFT_DEPUTY_AWAY;
}

static void look(struct weft_deputy *deputy, struct weft_progress *progress)
{
	const struct weft_push *push = &deputy->push;

	mutex_lock(&deputy->lock);
	progress->is_away = deputy->state == WEFT_DEPUTY_AWAY;
	progress->is_empty = push->is_empty;
	progress->node = deputy->peer->node;
	/* the total was counted before, and some pages are looked at twice */
	progress->total = max(push->total, push->passed) << PAGE_SHIFT;
	progress->moved = push->is_empty ? progress->total :
					   push->passed << PAGE_SHIFT;
	progress->fetched = push->fetched << PAGE_SHIFT;
	mutex_unlock(&deputy->lock);
}

/**
 * weft_progress_wait() - wait until the memory of a process has left
 * @weft:     this node, its home
 * @progress: which process, and for how long; receives how far it is
 *
 * Context: may sleep; the caller holds no lock.
 * Return: 0, also if the time was over before; -ESRCH if there is no such process, or
 * it has ended; -EINTR.
 */
int weft_progress_wait(struct weft_net *weft, struct weft_progress *progress)
{
	struct weft_deputy *deputy = weft_deputy_find(weft_processes(weft), NULL,
						      progress->process);
	long left;

	if (!deputy)
		return -ESRCH;
	left = wait_event_interruptible_timeout(deputy->changed, is_over(deputy),
						msecs_to_jiffies(progress->timeout_ms));
	look(deputy, progress);
	weft_deputy_put(deputy);
	if (left < 0)
		return -EINTR;
	return progress->is_away ? 0 : -ESRCH;
}
