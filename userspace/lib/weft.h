/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libweft: talk to the weft module and to the weft daemon of this machine.
 *
 * Everything goes through one handle, struct weft, which belongs to one thread
 * at a time. Functions return 0 or a negative errno; weft_strerror() then gives
 * a sentence for a human, the kernel's own where the kernel gave one. No call
 * waits longer than the timeout of the handle, but weft_echo(), which waits for
 * all its echoes, and weft_check() and weft_migrate(), which wait for another
 * node.
 *
 * Errors with one meaning everywhere:
 *   -ENODEV           the module is not loaded
 *   -EPROTONOSUPPORT  the module speaks another version of the protocol
 *   -ECONNREFUSED     the daemon is not running
 *   -ETIMEDOUT        no answer within the timeout
 *   -EPROTO           an answer that breaks the protocol; nothing of it is used
 * Any other errno comes from the kernel, with its sentence.
 *
 * Structs start with their size, @sz, which the caller sets to sizeof() before
 * the call: old programs keep working when a later libweft knows more fields.
 * Fields that are unknown to the library read as zero.
 */
#ifndef WEFT_H
#define WEFT_H

#include <linux/weft.h>
#include <linux/weft_netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weft_process.h"
#include "weft_session.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_DAEMON_SOCKET	"/run/weft/weftd.sock"
#define WEFT_TIMEOUT_MS_DEFAULT	5000

struct weft;

/**
 * struct weft_open_options - how to open a handle
 * @sz:          size of this struct
 * @timeout_ms:  longest wait of one call; 0 means WEFT_TIMEOUT_MS_DEFAULT
 * @socket_path: the daemon's socket; NULL means WEFT_DAEMON_SOCKET
 */
struct weft_open_options {
	size_t sz;
	uint32_t timeout_ms;
	const char *socket_path;
};

/**
 * struct weft_module - what is loaded
 * @sz:       size of this struct
 * @node_max: highest possible node number
 * @version:  version of the module
 */
struct weft_module {
	size_t sz;
	uint32_t node_max;
	char version[WEFT_VERSION_LEN];
};

/**
 * struct weft_cluster - the identity of this node
 * @sz:            size of this struct
 * @is_configured: the node has an identity; if not, only @lease_ms counts
 * @node:          number of this node
 * @lease_ms:      lease in milliseconds
 * @incarnation:   changes each time an identity is given to the module
 * @name:          name of the cluster
 */
struct weft_cluster {
	size_t sz;
	bool is_configured;
	uint32_t node;
	uint32_t lease_ms;
	uint64_t incarnation;
	char name[WEFT_CLUSTER_NAME_LEN];
};

/**
 * struct weft_cluster_options - what weft_cluster_set() changes
 * @sz:       size of this struct
 * @name:     name of the cluster; NULL leaves it as it is
 * @node:     number of this node; WEFT_NODE_NONE leaves it as it is
 * @lease_ms: lease in milliseconds; 0 leaves it as it is
 */
struct weft_cluster_options {
	size_t sz;
	const char *name;
	uint32_t node;
	uint32_t lease_ms;
};

/**
 * struct weft_node - one node that this node knows
 * @sz:          size of this struct, set by the library
 * @id:          number of the node
 * @is_local:    this is the node that answers
 * @incarnation: which life of the node this is
 * @age_ms:      milliseconds since the node became known here
 */
struct weft_node {
	size_t sz;
	uint32_t id;
	bool is_local;
	uint64_t incarnation;
	uint64_t age_ms;
};

/**
 * enum weft_event_kind - what happened
 * @WEFT_EVENT_CLUSTER: the identity or the lease changed
 * @WEFT_EVENT_VIEW:    the view changed
 * @WEFT_EVENT_PEER:    the state of a lane of a peer changed
 * @WEFT_EVENT_BODY:    a process of another node asks for a body
 */
enum weft_event_kind {
	WEFT_EVENT_CLUSTER = 1,
	WEFT_EVENT_VIEW,
	WEFT_EVENT_PEER,
	WEFT_EVENT_BODY,
};

/**
 * struct weft_event - one notification of the module
 * @sz:      size of this struct, set by the library
 * @kind:    which of the following fields counts
 * @cluster: the new identity, for WEFT_EVENT_CLUSTER
 * @view:    the new view, for WEFT_EVENT_VIEW
 * @peer:    the lane that changed, for WEFT_EVENT_PEER
 * @body:    the process, for WEFT_EVENT_BODY
 */
struct weft_event {
	size_t sz;
	enum weft_event_kind kind;
	struct weft_cluster cluster;
	struct weft_view view;
	struct weft_peer peer;
	struct weft_body_wanted body;
};

typedef void weft_node_fn(const struct weft_node *node, void *arg);
typedef void weft_peer_fn(const struct weft_peer *peer, void *arg);
typedef void weft_reason_fn(const struct weft_reason *reason, void *arg);
typedef void weft_body_fn(const struct weft_body_wanted *wanted, void *arg);
typedef void weft_process_fn(const struct weft_process *process, void *arg);
typedef void weft_event_fn(const struct weft_event *event, void *arg);

const char *weft_version(void);
bool weft_cluster_name_is_valid(const char *name);

int weft_open(struct weft **handle, const struct weft_open_options *options);
void weft_close(struct weft *weft);
const char *weft_strerror(const struct weft *weft);

int weft_module_get(struct weft *weft, struct weft_module *module);
int weft_cluster_get(struct weft *weft, struct weft_cluster *cluster);
int weft_cluster_set(struct weft *weft,
		     const struct weft_cluster_options *options,
		     struct weft_cluster *cluster);
int weft_node_dump(struct weft *weft, weft_node_fn *node, void *arg);

int weft_view_get(struct weft *weft, struct weft_view *view);
int weft_view_set(struct weft *weft, const struct weft_view *view);
int weft_peer_dump(struct weft *weft, weft_peer_fn *peer, void *arg);
int weft_peer_attach(struct weft *weft,
		     const struct weft_attach_options *options);
int weft_echo(struct weft *weft, const struct weft_echo_options *options,
	      uint64_t *samples_ns, uint64_t *elapsed_ns);

int weft_check(struct weft *weft, const struct weft_check_options *options,
	       struct weft_check_result *result, weft_reason_fn *reason,
	       void *arg);
int weft_migrate(struct weft *weft, const struct weft_migrate_options *options,
		 struct weft_migrate_result *result);
int weft_body_dump(struct weft *weft, weft_body_fn *body, void *arg);
int weft_migrate_wait(struct weft *weft, const struct weft_wait_options *options,
		      struct weft_progress *progress);
int weft_body_open(struct weft *weft, uint32_t home, uint64_t serial);
int weft_processes(struct weft *weft, const struct weft_processes_options *options,
		   weft_process_fn *process, void *arg);

int weft_events_open(struct weft *weft);
int weft_events_fd(const struct weft *weft);
int weft_events_read(struct weft *weft, weft_event_fn *event, void *arg);
void weft_events_close(struct weft *weft);

int weft_daemon_ask(struct weft *weft, const char *request,
		    uint32_t timeout_ms, char **reply);
int weft_daemon_status(struct weft *weft, char **reply);

#ifdef __cplusplus
}
#endif

#endif /* WEFT_H */
