// SPDX-License-Identifier: GPL-2.0-only
/*
 * News for nodes that one half of a process is no more. They are told until the
 * node has heard them or its session has ended, which tells it the same. Each
 * node has its own line, so that one that is slow holds up no other.
 * Locks: weft_processes.lock.
 */
#include "migrate/gone.h"
#include "migrate/migrate.h"

#include <linux/jiffies.h>
#include <linux/slab.h>

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

/* When to try again what failed for want of memory. */
#define RETRY_DELAY	(HZ / 10)

/**
 * struct gone - news
 * @link:    in weft_teller.news
 * @message: what is told
 */
struct gone {
	struct list_head link;
	struct weft_msg_gone message;
};

/*
 * All else means that the node has heard it, or that the session is over. It may
 * be told in the next one, where nobody knows the process: that does no harm.
 */
static bool is_to_be_told_again(int err)
{
	return err == -ENOMEM || err == -ESTALE || err == -ETIMEDOUT ||
	       err == -EINTR;
}

static int say(struct weft_peer *peer, const struct gone *gone)
{
	struct weft_call call = { .type = WEFT_MSG_GONE, .deadline = FOR_EVER };
	struct weft_message *request;
	int err;

	request = weft_message_new(call.type, sizeof(gone->message));
	if (!request)
		return -ENOMEM;
	memcpy(request->payload, &gone->message, sizeof(gone->message));
	err = weft_call_start(&peer->lanes[WEFT_LANE_FAST], &call, request);
	return err ? err : weft_call_wait(&call);
}

/* What is oldest: it stays in line until it has been told. */
static struct gone *first_of(struct weft_teller *teller)
{
	struct gone *gone;

	spin_lock(&teller->processes->lock);
	gone = list_first_entry_or_null(&teller->news, struct gone, link);
	spin_unlock(&teller->processes->lock);
	return gone;
}

static void drop(struct weft_teller *teller, struct gone *gone)
{
	spin_lock(&teller->processes->lock);
	list_del(&gone->link);
	spin_unlock(&teller->processes->lock);
	kfree(gone);
}

static void tell(struct work_struct *work)
{
	struct weft_teller *teller = container_of(to_delayed_work(work),
						  struct weft_teller, work);
	struct weft_processes *processes = teller->processes;
	struct gone *gone;

	while ((gone = first_of(teller))) {
		if (is_to_be_told_again(say(teller->peer, gone)) &&
		    !READ_ONCE(processes->is_closing)) {
			queue_delayed_work(processes->news, &teller->work,
					   RETRY_DELAY);
			return;
		}
		drop(teller, gone);
	}
}

/**
 * weft_gone_tell() - tell a node that one half of a process is no more
 * @processes: of this node
 * @node:      whom
 * @process:   its serial number
 * @status:    as wait(2) tells it
 *
 * Context: may sleep, not for the peer.
 */
void weft_gone_tell(struct weft_processes *processes, u32 node, u64 process,
		    u32 status)
{
	struct weft_teller *teller = &processes->tellers[node];
	struct gone *gone = kzalloc(sizeof(*gone), GFP_KERNEL | __GFP_NOFAIL);

	gone->message.process = cpu_to_le64(process);
	gone->message.status = cpu_to_le32(status);
	spin_lock(&processes->lock);
	teller->peer = weft_peer_find(processes->weft, node);
	list_add_tail(&gone->link, &teller->news);
	spin_unlock(&processes->lock);
	queue_delayed_work(processes->news, &teller->work, 0);
}

/**
 * weft_tellers_init() - no news yet
 * @processes: of this node
 *
 * Return: 0 or -ENOMEM.
 */
int weft_tellers_init(struct weft_processes *processes)
{
	u32 node;

	processes->tellers = kcalloc(WEFT_NODE_MAX + 1, sizeof(*processes->tellers),
				     GFP_KERNEL);
	processes->news = alloc_workqueue("weft_gone", WQ_UNBOUND, 0);
	if (!processes->tellers || !processes->news) {
		if (processes->news)
			destroy_workqueue(processes->news);
		kfree(processes->tellers);
		return -ENOMEM;
	}
	for (node = 0; node <= WEFT_NODE_MAX; node++) {
		processes->tellers[node].processes = processes;
		INIT_LIST_HEAD(&processes->tellers[node].news);
		INIT_DELAYED_WORK(&processes->tellers[node].work, tell);
	}
	return 0;
}

/**
 * weft_tellers_exit() - undo weft_tellers_init()
 * @processes: of this node; its sessions have ended, so that nothing is waited
 *             for, and nobody has news any more
 */
void weft_tellers_exit(struct weft_processes *processes)
{
	struct gone *gone;
	u32 node;

	for (node = 0; node <= WEFT_NODE_MAX; node++) {
		cancel_delayed_work_sync(&processes->tellers[node].work);
		while ((gone = first_of(&processes->tellers[node])))
			drop(&processes->tellers[node], gone);
	}
	destroy_workqueue(processes->news);
	kfree(processes->tellers);
}
