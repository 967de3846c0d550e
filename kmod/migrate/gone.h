/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * News for nodes that one half of a process is no more, inside migrate.
 */
#ifndef _WEFT_MIGRATE_GONE_H
#define _WEFT_MIGRATE_GONE_H

#include "migrate/process.h"

/**
 * struct weft_teller - news for one node
 * @processes: of this node
 * @peer:      the node; set with the first news
 * @news:      what it has not heard yet, the oldest first; protected by
 *             weft_processes.lock
 * @work:      tells it, one after the other
 */
struct weft_teller {
	struct weft_processes *processes;
	struct weft_peer *peer;
	struct list_head news;
	struct delayed_work work;
};

int weft_tellers_init(struct weft_processes *processes);
void weft_tellers_exit(struct weft_processes *processes);

#endif /* _WEFT_MIGRATE_GONE_H */
