// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processes of a node that were moved: their beginning and end with the
 * node, with a session, and with each other.
 * Locks: weft_processes.lock.
 */
#include "migrate/body.h"
#include "migrate/deputy.h"
#include "migrate/gone.h"
#include "migrate/migrate.h"

#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

/**
 * weft_processes() - the processes of a node
 * @weft: the node
 *
 * Return: what it has; never NULL.
 */
struct weft_processes *weft_processes(const struct weft_net *weft)
{
	return weft->processes;
}

/**
 * weft_processes_enter() - there is something that a node has to outlive
 * @processes: of this node
 *
 * A task work that is queued, or an entry in the wait queue of a process's signals,
 * may come to run when its process has long been taken from its list: when its
 * task ends, or when somebody waits for it. No file is open then that would hold
 * the module. Each of them has a reference to a deputy, a twin, a body or a thread,
 * and each of these is counted from before anybody knows it until it is freed. A
 * node goes when there is none left.
 *
 * Whoever has run still returns through the text of the module. It does not sleep
 * on its way, so that the module, when it goes, waits in weft_migrate_exit() until
 * all tasks have been seen to sleep, or in user mode.
 *
 * Context: any.
 */
void weft_processes_enter(struct weft_processes *processes)
{
	atomic_inc(&processes->inside);
}

/**
 * weft_processes_leave() - undo weft_processes_enter(): it has been freed
 * @processes: of this node; may be gone on return
 *
 * Context: any. The caller returns to the kernel without sleeping.
 */
void weft_processes_leave(struct weft_processes *processes)
{
	/* who waits frees it after a grace period only */
	rcu_read_lock();
	if (atomic_dec_and_test(&processes->inside))
		wake_up_all(&processes->none);
	rcu_read_unlock();
}

/**
 * weft_gone_serve() - serve a GONE
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_gone_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload)
{
	struct weft_processes *processes = weft_processes(lane->peer->weft);
	const struct weft_msg_gone *gone = payload;
	u64 process = le64_to_cpu(gone->process);
	struct weft_deputy *deputy;

	if (weft_gone_check(gone))
		return -EPROTO;
	deputy = weft_deputy_find(processes, lane->peer, process);
	if (deputy) {
		/* what has become another program is no half of anything */
		if (!READ_ONCE(deputy->has_execed))
			weft_signal_kill(deputy, le32_to_cpu(gone->status));
		weft_deputy_put(deputy);
	}
	weft_body_gone(processes, lane->peer, process);
	return weft_answer_error(lane, header, 0);
}

/**
 * weft_migrate_session_ended() - nothing of a session with a node will arrive
 * @lane: one of its lanes
 *
 * Context: caller holds weft_lane.receive_mutex and .send_mutex.
 */
void weft_migrate_session_ended(struct weft_lane *lane)
{
	struct weft_processes *processes = READ_ONCE(lane->peer->weft->processes);

	/* a lane that is closed already may be closed again: see leave() */
	if (!processes)
		return;
	weft_deputies_end(processes, lane->peer);
	weft_bodies_end(processes, lane->peer);
}

/* What waits for others long is not before what they wait for. */
static int make_queues(struct weft_processes *processes)
{
	processes->work = alloc_workqueue("weft_migrate", WQ_UNBOUND, 0);
	processes->drains = alloc_workqueue("weft_drain", WQ_UNBOUND, 0);
	if (processes->work && processes->drains)
		return 0;
	if (processes->work)
		destroy_workqueue(processes->work);
	if (processes->drains)
		destroy_workqueue(processes->drains);
	return -ENOMEM;
}

static void drop_queues(struct weft_processes *processes)
{
	destroy_workqueue(processes->drains);
	destroy_workqueue(processes->work);
}

static int __net_init enter(struct net *net)
{
	struct weft_net *weft = weft_net(net);
	struct weft_processes *processes;

	processes = kzalloc(sizeof(*processes), GFP_KERNEL);
	if (!processes)
		return -ENOMEM;
	if (make_queues(processes)) {
		kfree(processes);
		return -ENOMEM;
	}
	if (weft_tellers_init(processes)) {
		drop_queues(processes);
		kfree(processes);
		return -ENOMEM;
	}
	processes->weft = weft;
	/* never the same in two lives: somebody may still speak of the last one */
	processes->serial = ktime_get_real_ns();
	spin_lock_init(&processes->lock);
	mutex_init(&processes->hook_mutex);
	INIT_LIST_HEAD(&processes->deputies);
	INIT_LIST_HEAD(&processes->bodies);
	spin_lock_init(&processes->send_lock);
	INIT_LIST_HEAD(&processes->sending);
	init_waitqueue_head(&processes->none);
	hash_init(processes->tasks);
	hash_init(processes->twins);
	hash_init(processes->images);
	mutex_init(&processes->life_mutex);
	weft->processes = processes;
	return 0;
}

static bool is_none(struct weft_processes *processes)
{
	/* what is in a list is counted as well */
	return !atomic_read(&processes->inside);
}

static void close_processes(struct weft_processes *processes)
{
	spin_lock(&processes->lock);
	processes->is_closing = true;
	spin_unlock(&processes->lock);
}

/*
 * With the sessions all processes that were shared with others are about to end.
 * What is about processes in lanes that have been closed is over when they have
 * been settled.
 */
static void __net_exit leave(struct net *net)
{
	struct weft_net *weft = weft_net(net);
	struct weft_processes *processes = weft->processes;

	weft_rpc_peers_close(weft);
	weft_rpc_peers_await(weft);
	close_processes(processes);
	wait_event(processes->none, is_none(processes));
	weft_tellers_exit(processes);
	drop_queues(processes);
	WRITE_ONCE(weft->processes, NULL);
	weft_rpc_peers_settle(weft);
	mutex_destroy(&processes->hook_mutex);
	mutex_destroy(&processes->life_mutex);
	kfree_rcu(processes, rcu);
}

static struct pernet_operations processes_ops = {
	.init = enter,
	.exit = leave,
};

/**
 * weft_migrate_init() - be ready for processes
 *
 * Return: 0 or an error.
 */
int __init weft_migrate_init(void)
{
	return register_pernet_subsys(&processes_ops);
}

/**
 * weft_migrate_exit() - undo weft_migrate_init()
 *
 * On return no task has text of this module below it: see weft_processes_enter().
 */
void weft_migrate_exit(void)
{
	unregister_pernet_subsys(&processes_ops);
	synchronize_rcu_tasks();
}
