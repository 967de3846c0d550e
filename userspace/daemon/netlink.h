/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module as the daemon sees it, and what the daemon does to keep its
 * identity as configured.
 */
#ifndef WEFTD_NETLINK_H
#define WEFTD_NETLINK_H

#include "config.h"
#include "log.h"
#include "loop.h"
#include "weft.h"

#define NETLINK_PROBLEM_LEN	512

/**
 * enum module_state - how it is with the module
 * @MODULE_UNKNOWN: not asked yet
 * @MODULE_READY:   it has the configured identity and lease
 * @MODULE_GONE:    it is not loaded
 * @MODULE_FOREIGN: it has another identity than the configured one
 * @MODULE_FAILING: it refuses, is silent, or speaks another version
 */
enum module_state {
	MODULE_UNKNOWN,
	MODULE_READY,
	MODULE_GONE,
	MODULE_FOREIGN,
	MODULE_FAILING,
};

/**
 * struct netlink - the link to the module
 * @loop:        where the notifications are watched
 * @log:         for every change
 * @config:      what the module should be; may change between calls
 * @config_path: for sentences
 * @changed:     called after @state or @problem changed
 * @synced:      called after each netlink_sync(), whatever came of it
 * @body_wanted: called when a process of another node asks for a body here; may
 *               use @weft
 * @arg:         for @changed, @synced and @body_wanted
 * @weft:        the library's handle
 * @events:      the notifications; fd -1 while not subscribed
 * @state:       result of the last netlink_sync()
 * @problem:     one sentence if @state is not MODULE_READY, else empty
 * @incarnation: of the identity last seen in place, 0 before
 * @has_missed:  a body may have been asked for unheard
 */
struct netlink {
	struct loop *loop;
	const struct log *log;
	const struct config *config;
	const char *config_path;
	void (*changed)(void *arg);
	void (*synced)(void *arg);
	void (*body_wanted)(const struct weft_body_wanted *wanted, void *arg);
	void *arg;
	struct weft *weft;
	struct loop_source events;
	enum module_state state;
	char problem[NETLINK_PROBLEM_LEN];
	uint64_t incarnation;
	bool has_missed;
};

int netlink_open(struct netlink *netlink);
int netlink_sync(struct netlink *netlink);
void netlink_close(struct netlink *netlink);
const char *netlink_state_name(enum module_state state);

#endif /* WEFTD_NETLINK_H */
