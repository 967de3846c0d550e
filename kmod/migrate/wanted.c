// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bodies that were asked for and that nobody has opened yet, one after the other.
 * Locks: weft_processes.lock.
 */
#include "migrate/body.h"
#include "migrate/migrate.h"

#include <linux/string.h>

static bool is_behind(const struct weft_body *body, u32 home, u64 process)
{
	return body->peer->node > home ||
	       (body->peer->node == home && body->process > process);
}

/**
 * weft_body_next_wanted() - the next body that is wanted and not opened
 * @weft:   this node
 * @wanted: the one before, zeros for the first one; receives it
 *
 * In the order of their homes, then of their serial numbers. What changes
 * meanwhile may be missing or be there.
 *
 * Return: false if there are no more.
 */
bool weft_body_next_wanted(struct weft_net *weft, struct weft_wanted *wanted)
{
	struct weft_processes *processes = weft_processes(weft);
	struct weft_body *body, *next = NULL;

	spin_lock(&processes->lock);
	list_for_each_entry(body, &processes->bodies, link)
		if (READ_ONCE(body->state) == WEFT_BODY_WANTED &&
		    is_behind(body, wanted->home, wanted->process) &&
		    (!next || !is_behind(body, next->peer->node, next->process)))
			next = body;
	if (next) {
		wanted->home = next->peer->node;
		wanted->process = next->process;
		wanted->pid = next->pid;
		strscpy(wanted->name, next->name, sizeof(wanted->name));
	}
	spin_unlock(&processes->lock);
	return next;
}
