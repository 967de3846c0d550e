// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes on in a node, to be read by humans: /sys/kernel/debug/weft/NETNS/,
 * where NETNS is the inode number that /proc/PID/ns/net shows.
 *
 *   calls    calls whose reply is still to come, with the age of each phase
 *   latency  how long calls took, by peer and type, in powers of two
 *   faults   points at which a test makes something go wrong: see core/fault.h
 *
 * Not an interface: it changes as the code does.
 */
#include "ctl/ctl.h"
#include "rpc/rpc.h"

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

static struct dentry *root __ro_after_init;

/**
 * struct seen - a call as it was at one moment
 * @id:    its number
 * @type:  of the request
 * @phase: how far it had come
 * @at:    when each phase began
 * @is_abandoned: nobody waits for it; the phases are unknown
 */
struct seen {
	u64 id;
	u8 type;
	enum weft_call_phase phase;
	ktime_t at[WEFT_CALL_NR_PHASES];
	bool is_abandoned;
};

static u32 look(struct weft_calls *calls, struct seen *seen)
{
	const struct weft_slot *slot;
	u32 i, count = 0;

	spin_lock(&calls->lock);
	for (i = 0; i < WEFT_CREDITS_MAX; i++) {
		slot = &calls->slots[i];
		if (!slot->id)
			continue;
		seen[count] = (struct seen) {
			.id = slot->id, .type = slot->type,
			.is_abandoned = !slot->call,
		};
		if (slot->call) {
			seen[count].phase = slot->call->phase;
			memcpy(seen[count].at, slot->call->at,
			       sizeof(seen[count].at));
		}
		count++;
	}
	spin_unlock(&calls->lock);
	return count;
}

static void show_call(struct seq_file *file, const struct seen *call)
{
	static const char * const phases[WEFT_CALL_NR_PHASES] = {
		[WEFT_CALL_CREDIT] = "credit", [WEFT_CALL_SENT] = "sent",
		[WEFT_CALL_RECEIVING] = "receiving",
	};
	ktime_t now = ktime_get();
	int phase;

	seq_printf(file, "  %llx %s", call->id,
		   weft_msg_table[call->type].name);
	if (call->is_abandoned)
		seq_puts(file, " abandoned");
	for (phase = 0; !call->is_abandoned && phase <= call->phase; phase++)
		seq_printf(file, " %s=%lldus", phases[phase],
			   ktime_us_delta(now, call->at[phase]));
	seq_putc(file, '\n');
}

static void show_lane(struct seq_file *file, struct weft_lane *lane,
		      struct seen *seen)
{
	u32 i, count = look(lane->calls, seen);

	if (!count)
		return;
	seq_printf(file, "node %u %s\n", lane->peer->node,
		   lane->id == WEFT_LANE_FAST ? "fast" : "bulk");
	for (i = 0; i < count; i++)
		show_call(file, &seen[i]);
}

static int calls_show(struct seq_file *file, void *unused)
{
	struct weft_net *weft = file->private;
	struct weft_peer *peer;
	struct seen *seen;
	u32 node;
	int id;

	seen = kvcalloc(WEFT_CREDITS_MAX, sizeof(*seen), GFP_KERNEL);
	if (!seen)
		return -ENOMEM;
	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		for (id = 0; peer && id < WEFT_LANE_COUNT; id++)
			show_lane(file, &peer->lanes[id], seen);
	}
	kvfree(seen);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(calls);

static void show_histogram(struct seq_file *file,
			   const struct weft_histogram *histogram)
{
	unsigned int i;
	long count;

	for (i = 0; i < WEFT_HISTOGRAM_BUCKETS; i++) {
		count = atomic_long_read(&histogram->count[i]);
		if (count)
			seq_printf(file, "  >= %llu ns: %ld\n",
				   i ? BIT_ULL(i) : 0, count);
	}
}

static void show_latency(struct seq_file *file, struct weft_peer *peer)
{
	const struct weft_histogram none = {};
	unsigned int type;

	for (type = 1; type < WEFT_MSG_NR_TYPES; type++) {
		if (!memcmp(&peer->latency[type], &none, sizeof(none)))
			continue;
		seq_printf(file, "node %u %s\n", peer->node,
			   weft_msg_table[type].name);
		show_histogram(file, &peer->latency[type]);
	}
}

static int latency_show(struct seq_file *file, void *unused)
{
	struct weft_net *weft = file->private;
	struct weft_peer *peer;
	u32 node;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		peer = weft_peer_find(weft, node);
		if (peer)
			show_latency(file, peer);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(latency);

/**
 * weft_ctl_debugfs_add() - show a node, if it is not shown yet
 * @weft: the node
 *
 * Context: may sleep; caller holds @weft->lock.
 */
void weft_ctl_debugfs_add(struct weft_net *weft)
{
	char name[16];

	lockdep_assert_held(&weft->lock);

	if (weft->debugfs)
		return;
	snprintf(name, sizeof(name), "%u", weft->net->ns.inum);
	weft->debugfs = debugfs_create_dir(name, root);
	debugfs_create_file("calls", 0400, weft->debugfs, weft, &calls_fops);
	debugfs_create_file("latency", 0400, weft->debugfs, weft,
			    &latency_fops);
	debugfs_create_file("faults", 0600, weft->debugfs, weft,
			    &weft_ctl_faults_fops);
}

static void __net_exit leave(struct net *net)
{
	struct weft_net *weft = weft_net(net);

	debugfs_remove(weft->debugfs);
	weft->debugfs = NULL;
}

static struct pernet_operations debugfs_ops = {
	.exit = leave,
};

/**
 * weft_ctl_debugfs_init() - be ready to show nodes
 *
 * Return: 0, or an error with nothing left to undo.
 */
int __init weft_ctl_debugfs_init(void)
{
	int err;

	root = debugfs_create_dir("weft", NULL);
	err = register_pernet_subsys(&debugfs_ops);
	if (err)
		debugfs_remove(root);
	return err;
}

/**
 * weft_ctl_debugfs_exit() - show nothing any more
 *
 * On return nobody reads, and nobody will.
 */
void weft_ctl_debugfs_exit(void)
{
	unregister_pernet_subsys(&debugfs_ops);
	debugfs_remove(root);
}
