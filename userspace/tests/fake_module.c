// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module to test daemon and command against where none can be loaded. It
 * stands in for lib/module.c, view.c, peer.c, echo.c, check.c, process.c and events.c;
 * everything else is the real thing. Its state is the file named by $WEFT_FAKE_MODULE, one
 * line:
 *
 *   NAME NODE LEASE_MS INCARNATION	"-" as NAME: no identity
 *   error ERRNO			every question is refused
 *
 * Without the file, the module is not loaded. Files beside it, which may be
 * absent:
 *
 *   .view	EPOCH MEMBERS
 *   .lanes	for each lane of a peer, a line of numbers in the order of the
 *		structs: NODE INCARNATION CALLS ID STATE CIPHER RTT_US ... STALE;
 *		each PEER_ATTACH appends one, and so does each loss. Members
 *		that no line names are down.
 *	.held	the connections themselves, each a line: PID NODE LANE FD. They
 *		live as long as the process that brought them; once the other end
 *		hangs up, or when it sends anything, they are lost.
 *   .wishes	a FIFO, made by who subscribes to events: each line written to it,
 *		HOME SERIAL PID NAME, is a process that asks for a body
 *   .wanted	such lines, of processes that nobody has heard of; they are told when
 *		somebody asks, once
 *   .movable	numbers of processes that can move, besides some of the fake's own
 *   .body	what the descriptors of all bodies lead to; absent: nobody asks
 *
 * If $WEFT_FAKE_UNPRIVILEGED is set, processes are none of the program's business.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELD_MAX	(2 * WEFT_NODE_MAX)
#define HELD_FD_MIN	400	/* out of the way of the program under test */

/**
 * struct held - a connection that was attached
 * @pid:  whose
 * @node: of which peer
 * @lane: for which lane
 * @fd:   the socket
 */
struct held {
	int pid;
	uint32_t node;
	uint32_t lane;
	int fd;
};

static const char *state_path(void)
{
	const char *path = getenv("WEFT_FAKE_MODULE");

	return path ? path : "/nonexistent";
}

static int read_state(struct weft *weft, struct weft_cluster *cluster)
{
	FILE *file = fopen(state_path(), "r");
	int count;

	memset(cluster, 0, sizeof(*cluster));
	cluster->sz = sizeof(*cluster);
	if (!file)
		return weft_fail(weft, -ENODEV,
				 "the weft module is not loaded: load it with 'modprobe weft' or 'insmod weft.ko'");
	count = fscanf(file, "%31s %u %u %" SCNu64, cluster->name,
		       &cluster->node, &cluster->lease_ms,
		       &cluster->incarnation);
	fclose(file);
	if (!strcmp(cluster->name, "error"))
		return weft_fail(weft, -(int)cluster->node,
				 "the fake module refuses");
	if (count != 4)
		return weft_fail(weft, -EPROTO, "the fake state is broken");
	cluster->is_configured = strcmp(cluster->name, "-") != 0;
	return 0;
}

static int write_state(struct weft *weft, const struct weft_cluster *cluster)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s.new", state_path());
	file = fopen(path, "w");
	if (!file)
		return weft_fail(weft, -EIO, "cannot write the fake state");
	fprintf(file, "%s %u %u %" PRIu64 "\n", cluster->name, cluster->node,
		cluster->lease_ms, cluster->incarnation);
	fclose(file);
	return rename(path, state_path()) ? -errno : 0;
}

int weft_module_get(struct weft *weft, struct weft_module *module)
{
	struct weft_cluster cluster;
	int err = read_state(weft, &cluster);

	if (err)
		return err;
	module->node_max = WEFT_NODE_MAX;
	strcpy(module->version, "fake");
	return 0;
}

int weft_cluster_get(struct weft *weft, struct weft_cluster *cluster)
{
	return read_state(weft, cluster);
}

int weft_cluster_set(struct weft *weft,
		     const struct weft_cluster_options *options,
		     struct weft_cluster *cluster)
{
	struct timespec now;
	int err = read_state(weft, cluster);

	if (err)
		return err;
	if (!cluster->is_configured) {
		clock_gettime(CLOCK_REALTIME, &now);
		cluster->incarnation = (uint64_t)now.tv_sec * 1000000000 +
				       (uint64_t)now.tv_nsec;
		strcpy(cluster->name, options->name);
		cluster->node = options->node;
		cluster->is_configured = true;
	} else if (options->name && strcmp(options->name, cluster->name)) {
		return weft_fail(weft, -EBUSY, "the fake module is taken");
	}
	cluster->lease_ms = options->lease_ms;
	return write_state(weft, cluster);
}

int weft_node_dump(struct weft *weft, weft_node_fn *node, void *arg)
{
	struct weft_node local = { .sz = sizeof(local), .is_local = true };
	struct weft_cluster cluster;
	int err = read_state(weft, &cluster);

	if (err || !cluster.is_configured)
		return err;
	local.id = cluster.node;
	local.incarnation = cluster.incarnation;
	local.age_ms = 61000;
	node(&local, arg);
	return 0;
}

static FILE *open_beside(const char *suffix, const char *mode)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", state_path(), suffix);
	return fopen(path, mode);
}

int weft_view_get(struct weft *weft, struct weft_view *view)
{
	struct weft_cluster cluster;
	int err = read_state(weft, &cluster);
	FILE *file;

	if (err)
		return err;
	view->epoch = 0;
	view->members = 0;
	file = open_beside(".view", "r");
	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64 " %" SCNu64, &view->epoch,
		   &view->members) != 2)
		err = weft_fail(weft, -EPROTO, "the fake view is broken");
	fclose(file);
	return err;
}

int weft_view_set(struct weft *weft, const struct weft_view *view)
{
	struct weft_view now = { .sz = sizeof(now) };
	int err = weft_view_get(weft, &now);
	FILE *file;

	if (err)
		return err;
	if (view->epoch == now.epoch && view->members == now.members)
		return 0;
	if (view->epoch <= now.epoch)
		return weft_fail(weft, -ESTALE, "the fake epoch is old");
	file = open_beside(".view", "w");
	if (!file)
		return weft_fail(weft, -EIO, "cannot write the fake view");
	fprintf(file, "%" PRIu64 " %" PRIu64 "\n", view->epoch, view->members);
	return fclose(file) ? -EIO : 0;
}

static int read_lane(FILE *file, struct weft_peer *peer, struct weft_lane *lane)
{
	int count = fscanf(file, "%u %" SCNu64 " %u %u %u %u %u %u %u",
			   &peer->node, &peer->incarnation, &peer->calls,
			   &lane->id, &lane->state, &lane->cipher,
			   &lane->rtt_us, &lane->queued, &lane->credits);

	if (count != 9)
		return count;
	return 9 + fscanf(file, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
			  " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
			  " %" SCNu64, &lane->connections,
			  &lane->sent_messages, &lane->sent_bytes,
			  &lane->received_messages, &lane->received_bytes,
			  &lane->resent, &lane->duplicates, &lane->breaches,
			  &lane->stale);
}

/* Later lines win, so that an attached lane replaces what was there. */
static void add_lane(struct weft_peer *peer, const struct weft_peer *line)
{
	uint32_t i;

	peer->sz = sizeof(*peer);
	peer->node = line->node;
	if (line->incarnation)
		peer->incarnation = line->incarnation;
	peer->calls = line->calls;
	for (i = 0; i < peer->lane_count; i++) {
		if (peer->lanes[i].id == line->lanes[0].id)
			break;
	}
	if (i == peer->lane_count)
		peer->lane_count++;
	peer->lanes[i] = line->lanes[0];
}

static int read_held(struct held *held)
{
	FILE *file = open_beside(".held", "r");
	int count = 0;

	while (file && count < HELD_MAX &&
	       fscanf(file, "%d %u %u %d", &held[count].pid, &held[count].node,
		      &held[count].lane, &held[count].fd) == 4)
		count++;
	if (file)
		fclose(file);
	return count;
}

static void write_held(const struct held *held, int count)
{
	FILE *file = open_beside(".held", "w");
	int i;

	for (i = 0; file && i < count; i++) {
		if (held[i].pid)
			fprintf(file, "%d %u %u %d\n", held[i].pid,
				held[i].node, held[i].lane, held[i].fd);
	}
	if (file)
		fclose(file);
}

static int append_lane(uint32_t node, uint64_t incarnation, uint32_t lane,
		       enum weft_lane_state state)
{
	FILE *file = open_beside(".lanes", "a");

	if (!file)
		return -EIO;
	fprintf(file, "%u %" PRIu64 " 0 %u %u 0 0 0 0 1 0 0 0 0 0 0 0 0\n",
		node, incarnation, lane, state);
	return fclose(file) ? -EIO : 0;
}

static bool is_lost(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
	       errno != EAGAIN;
}

/* What a module learns at once, this one learns when it is asked. */
static void lose_connections(void)
{
	struct held held[HELD_MAX];
	int count = read_held(held);
	bool is_changed = false;
	int i;

	for (i = 0; i < count; i++) {
		if (held[i].pid != getpid() || !is_lost(held[i].fd))
			continue;
		close(held[i].fd);
		append_lane(held[i].node, 0, held[i].lane, WEFT_LANE_DOWN);
		held[i].pid = 0;
		is_changed = true;
	}
	if (is_changed)
		write_held(held, count);
}

static void add_members(struct weft *weft, struct weft_peer *peers,
			uint32_t self)
{
	struct weft_view view = { .sz = sizeof(view) };
	struct weft_peer line = { 0 };

	if (weft_view_get(weft, &view))
		return;
	for (line.node = WEFT_NODE_MIN; line.node <= WEFT_NODE_MAX;
	     line.node++) {
		if (!(view.members >> (line.node - 1) & 1) || line.node == self)
			continue;
		line.lanes[0].id = WEFT_LANE_FAST;
		add_lane(&peers[line.node], &line);
		line.lanes[0].id = WEFT_LANE_BULK;
		add_lane(&peers[line.node], &line);
	}
}

int weft_peer_dump(struct weft *weft, weft_peer_fn *peer, void *arg)
{
	struct weft_peer peers[WEFT_NODE_MAX + 1] = { 0 };
	struct weft_cluster cluster;
	struct weft_peer line;
	FILE *file;
	int i, err;

	err = read_state(weft, &cluster);
	if (err)
		return err;
	lose_connections();
	add_members(weft, peers, cluster.node);
	file = open_beside(".lanes", "r");
	while (file && read_lane(file, &line, &line.lanes[0]) == 18) {
		if (line.node <= WEFT_NODE_MAX &&
		    line.lanes[0].id < WEFT_LANE_COUNT)
			add_lane(&peers[line.node], &line);
	}
	if (file)
		fclose(file);
	for (i = WEFT_NODE_MIN; i <= WEFT_NODE_MAX; i++) {
		if (peers[i].lane_count)
			peer(&peers[i], arg);
	}
	return 0;
}

/* A new connection replaces the one that the lane has. */
static int hold(const struct weft_attach_options *options)
{
	struct held held[HELD_MAX + 1];
	int count = read_held(held);
	int i;

	for (i = 0; i < count; i++) {
		if (held[i].node != options->node ||
		    held[i].lane != options->lane)
			continue;
		if (held[i].pid == getpid())
			close(held[i].fd);
		held[i].pid = 0;
	}
	held[count].pid = getpid();
	held[count].node = options->node;
	held[count].lane = options->lane;
	held[count].fd = fcntl(options->fd, F_DUPFD_CLOEXEC, HELD_FD_MIN);
	if (held[count].fd < 0)
		return -errno;
	write_held(held, count + 1);
	return 0;
}

int weft_peer_attach(struct weft *weft,
		     const struct weft_attach_options *options)
{
	int err = hold(options);

	if (!err)
		err = append_lane(options->node, options->incarnation,
				  options->lane, WEFT_LANE_UP);
	return err ? weft_fail(weft, err, "cannot hold a fake lane") : 0;
}

/* Node 2 alone answers, each echo 10 ns later than the one before. */
int weft_echo(struct weft *weft, const struct weft_echo_options *options,
	      uint64_t *samples_ns, uint64_t *elapsed_ns)
{
	uint32_t i;

	if (options->node != 2)
		return weft_fail(weft, -EHOSTUNREACH, "the fake node is silent");
	for (i = 0; i < options->count; i++)
		samples_ns[i] = 20000 + 10 * i;
	usleep(options->count * 20);
	*elapsed_ns = options->count * 20000ULL;
	return 0;
}

static void give_reason(weft_reason_fn *reason, void *arg, uint32_t code,
			const char *text, const char *const *details,
			uint32_t more)
{
	struct weft_reason given = {
		.sz = sizeof(given), .code = code, .text = text,
		.details = details, .more = more,
	};

	while (details && details[given.detail_count])
		given.detail_count++;
	reason(&given, arg);
}

/* The file names others; 0 is all of them. */
static bool is_movable(uint32_t pid)
{
	bool is_found = pid >= 100 && pid <= 103;
	char path[512];
	uint32_t named;
	FILE *file;

	snprintf(path, sizeof(path), "%s.movable", state_path());
	file = fopen(path, "r");
	while (file && !is_found && fscanf(file, "%u", &named) == 1)
		is_found = named == pid || !named;
	if (file)
		fclose(file);
	return is_found;
}

static int require_admin(struct weft *weft)
{
	return getenv("WEFT_FAKE_UNPRIVILEGED") ?
	       weft_fail(weft, -EPERM, "the fake module serves root only") : 0;
}

/* 100 to 103 can move; 200 cannot, for three reasons; others cannot either. */
int weft_check(struct weft *weft, const struct weft_check_options *options,
	       struct weft_check_result *result, weft_reason_fn *reason,
	       void *arg)
{
	static const char *const maps[] = { "1000-2000 /dev/mem", "3000-4000 x",
					    NULL };

	if (require_admin(weft))
		return -EPERM;
	if (options->node == 9)
		return weft_fail(weft, -EPERM, "the fake module refuses");
	while (options->node == 8)
		pause();
	if (options->node == 7)
		sleep(2);
	result->pid = options->pid;
	result->node = options->node;
	result->reason_count = 0;
	strcpy(result->name, options->pid > 200 ? "" : "fake program");
	if (options->pid == 200) {
		result->reason_count = 3;
		give_reason(reason, arg, WEFT_REASON_TRACED, "it is traced",
			    NULL, 0);
		give_reason(reason, arg, WEFT_REASON_DEVICE_MAPPING,
			    "it maps a device", maps, options->timeout_ms);
		give_reason(reason, arg, 4711, "it is ahead of its time", NULL,
			    0);
	} else if (!is_movable(options->pid)) {
		result->reason_count = 1;
		give_reason(reason, arg, WEFT_REASON_NO_PROCESS,
			    "there is no such process", NULL, 0);
	}
	return 0;
}

/* 100 can move, in 21 ms; 101 has threads; 102 is slow. */
int weft_migrate(struct weft *weft, const struct weft_migrate_options *options,
		 struct weft_migrate_result *result)
{
	if (require_admin(weft))
		return -EPERM;
	if (options->pid == 101)
		return weft_fail(weft, -EOPNOTSUPP, "the fake process has threads");
	if (options->pid == 102)
		return weft_fail(weft, -ETIMEDOUT, "the fake process did not leave");
	if (options->pid == 103)
		return weft_fail(weft, -EALREADY, "the fake process has left");
	result->pid = options->pid;
	result->node = options->node;
	result->serial = 7;
	result->downtime_ns = 21000000;
	return 0;
}

int weft_body_open(struct weft *weft, uint32_t home, uint64_t serial)
{
	char path[512];
	int fd;

	(void)home;
	(void)serial;
	snprintf(path, sizeof(path), "%s.body", state_path());
	fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
	return fd < 0 ? weft_fail(weft, -ESRCH, "the fake body is unknown") : fd;
}

static bool read_wish(const char *line, struct weft_body_wanted *body)
{
	*body = (struct weft_body_wanted){ .sz = sizeof(*body) };
	return sscanf(line, "%u %" SCNu64 " %u %15s", &body->home, &body->serial,
		      &body->pid, body->name) == 4;
}

int weft_body_dump(struct weft *weft, weft_body_fn *body, void *arg)
{
	struct weft_body_wanted wanted;
	char path[512], line[128];
	FILE *file;

	(void)weft;
	snprintf(path, sizeof(path), "%s.wanted", state_path());
	file = fopen(path, "re");
	if (!file)
		return 0;
	unlink(path);
	while (fgets(line, sizeof(line), file)) {
		if (read_wish(line, &wanted))
			body(&wanted, arg);
	}
	fclose(file);
	return 0;
}

/* A real socket that nobody ever writes to, behind which the FIFO is hidden. */
int weft_events_open(struct weft *weft)
{
	char path[512];
	int fd, err;

	snprintf(path, sizeof(path), "%s.wishes", state_path());
	if (mkfifo(path, 0600) && errno != EEXIST)
		return weft_fail(weft, -errno, "cannot make the fake events");
	err = weft_netlink_connect(weft, &weft->events);
	if (err)
		return err;
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return weft_fail(weft, -errno, "cannot open the fake events");
	dup3(fd, nl_socket_get_fd(weft->events), O_CLOEXEC);
	close(fd);
	return 0;
}

int weft_events_fd(const struct weft *weft)
{
	return nl_socket_get_fd(weft->events);
}

int weft_events_read(struct weft *weft, weft_event_fn *event, void *arg)
{
	struct weft_event wish = { .sz = sizeof(wish), .kind = WEFT_EVENT_BODY };
	char text[4096], *line, *rest = text;
	ssize_t got = read(weft_events_fd(weft), text, sizeof(text) - 1);

	text[got > 0 ? got : 0] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		if (read_wish(line, &wish.body))
			event(&wish, arg);
	}
	return 0;
}

void weft_events_close(struct weft *weft)
{
	nl_socket_free(weft->events);
	weft->events = NULL;
}
