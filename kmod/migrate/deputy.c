// SPDX-License-Identifier: GPL-2.0-only
/*
 * The deputies of a node.
 * Locks: weft_processes.lock, weft_deputy.lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "migrate/deputy.h"
#include "migrate/verdict.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

static void free_deputy(struct weft_deputy *deputy)
{
	struct weft_processes *processes = deputy->processes;

	if (deputy->mm)
		mmdrop(deputy->mm);
	if (deputy->task)
		put_task_struct(deputy->task);
	put_pid(deputy->tgid);
	if (deputy->door)
		weft_door_put(deputy->door);
	mutex_destroy(&deputy->lock);
	kfree(deputy);
	weft_life_leave(processes);
	weft_processes_leave(processes);
}

/**
 * weft_deputy_put() - do without a deputy
 * @deputy: the deputy
 *
 * Context: may sleep.
 */
void weft_deputy_put(struct weft_deputy *deputy)
{
	if (refcount_dec_and_test(&deputy->references))
		free_deputy(deputy);
}

/**
 * weft_deputy_alloc() - room for a process
 * @processes: of this node
 * @peer:      where it is, or goes
 *
 * Context: may sleep; the caller has another deputy, or weft_life_enter().
 * Return: a deputy that nobody finds, with a serial number and one reference; NULL
 * without memory.
 */
struct weft_deputy *weft_deputy_alloc(struct weft_processes *processes,
				      struct weft_peer *peer)
{
	struct weft_deputy *deputy = kzalloc(sizeof(*deputy), GFP_KERNEL);

	if (!deputy || weft_life_enter(processes)) {
		kfree(deputy);
		return NULL;
	}
	weft_processes_enter(processes);
	refcount_set(&deputy->references, 1);
	INIT_LIST_HEAD(&deputy->link);
	INIT_LIST_HEAD(&deputy->twins);
	INIT_LIST_HEAD(&deputy->rest);
	deputy->processes = processes;
	deputy->peer = peer;
	mutex_init(&deputy->lock);
	init_waitqueue_head(&deputy->changed);
	weft_signals_prepare(deputy);
	spin_lock(&processes->lock);
	deputy->process = ++processes->serial;
	spin_unlock(&processes->lock);
	return deputy;
}

/**
 * weft_deputy_be() - a process that was just born is away from its first moment
 * @deputy: by weft_deputy_alloc(); the list gets a reference
 * @task:   the task
 * @mm:     its address space
 *
 * Context: does not sleep.
 */
void weft_deputy_be(struct weft_deputy *deputy, struct task_struct *task,
		    struct mm_struct *mm)
{
	struct weft_processes *processes = deputy->processes;

	deputy->task = get_task_struct(task);
	deputy->tgid = get_pid(task_tgid(task));
	mmgrab(mm);
	deputy->mm = mm;
	deputy->pid = task_tgid_nr(task);
	deputy->asked_ns = ktime_get_ns();
	deputy->left_ns = deputy->asked_ns;
	deputy->arrived_ns = deputy->asked_ns;
	deputy->state = WEFT_DEPUTY_AWAY;
	refcount_inc(&deputy->references);
	spin_lock(&processes->lock);
	list_add_tail(&deputy->link, &processes->deputies);
	spin_unlock(&processes->lock);
}

/* Return: false if the process is on its way already, or no more may be made. */
static bool add(struct weft_processes *processes, struct weft_deputy *deputy)
{
	struct weft_deputy *other;
	bool is_new = true;

	spin_lock(&processes->lock);
	list_for_each_entry(other, &processes->deputies, link)
		is_new &= other->task != deputy->task;
	is_new &= !processes->is_closing;
	if (is_new) {
		refcount_inc(&deputy->references);
		list_add_tail(&deputy->link, &processes->deputies);
	}
	spin_unlock(&processes->lock);
	return is_new;
}

/**
 * weft_deputy_new() - begin to move a process
 * @processes: of this node
 * @peer:      where it goes
 * @task:      its first thread; the caller has a reference
 *
 * Return: a deputy that is in the list, with a reference for the caller and one
 * for the list; -ESRCH if the process has ended; -EALREADY if it has a deputy;
 * -ENOMEM.
 */
struct weft_deputy *weft_deputy_new(struct weft_processes *processes,
				    struct weft_peer *peer,
				    struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct weft_deputy *deputy;

	if (!mm)
		return ERR_PTR(-ESRCH);
	deputy = weft_deputy_alloc(processes, peer);
	if (!deputy) {
		mmput(mm);
		return ERR_PTR(-ENOMEM);
	}
	mmgrab(mm);
	mmput(mm);
	deputy->mm = mm;
	deputy->task = get_task_struct(task);
	deputy->tgid = get_task_pid(task, PIDTYPE_TGID);
	deputy->pid = task_tgid_nr(task);
	deputy->asked_ns = ktime_get_ns();
	get_task_comm(deputy->name, task);
	weft_text_clean(deputy->name);
	if (!add(processes, deputy)) {
		free_deputy(deputy);
		return ERR_PTR(-EALREADY);
	}
	return deputy;
}

/**
 * weft_deputy_find() - the deputy of a process
 * @processes: of this node
 * @peer:      where the process is; NULL: anywhere
 * @process:   its serial number
 *
 * Return: the deputy with a reference, or NULL.
 */
struct weft_deputy *weft_deputy_find(struct weft_processes *processes,
				     const struct weft_peer *peer, u64 process)
{
	struct weft_deputy *deputy, *found = NULL;

	spin_lock(&processes->lock);
	list_for_each_entry(deputy, &processes->deputies, link) {
		if (deputy->process != process || (peer && deputy->peer != peer))
			continue;
		refcount_inc(&deputy->references);
		found = deputy;
		break;
	}
	spin_unlock(&processes->lock);
	return found;
}

/**
 * weft_deputy_node() - where is a process?
 * @processes: of this node, its home
 * @task:      its task here
 *
 * Return: the node where it runs, or to which it is on its way; WEFT_NODE_NONE if
 * it is here.
 */
u32 weft_deputy_node(struct weft_processes *processes,
		     const struct task_struct *task)
{
	struct weft_deputy *deputy;
	u32 node = WEFT_NODE_NONE;

	spin_lock(&processes->lock);
	list_for_each_entry(deputy, &processes->deputies, link)
		if (deputy->task == task)
			node = deputy->peer->node;
	spin_unlock(&processes->lock);
	return node;
}

/**
 * weft_deputy_settle() - take a deputy from the list if nothing is left of it
 * @deputy: the deputy; the reference of the list goes with it
 */
void weft_deputy_settle(struct weft_deputy *deputy)
{
	struct weft_processes *processes = deputy->processes;
	enum weft_deputy_state state = READ_ONCE(deputy->state);
	bool is_over;

	spin_lock(&processes->lock);
	is_over = !deputy->nr_twins && !list_empty(&deputy->link) &&
		  (state == WEFT_DEPUTY_STAYED || state == WEFT_DEPUTY_ENDED);
	if (is_over)
		list_del_init(&deputy->link);
	spin_unlock(&processes->lock);
	if (is_over)
		weft_deputy_put(deputy);
}

/**
 * weft_deputy_finish() - the last thread of a process is no more
 * @deputy: the deputy
 *
 * What has become another program is no business of the body any more.
 */
void weft_deputy_finish(struct weft_deputy *deputy)
{
	bool was_away, was_leaving, is_lost;

	mutex_lock(&deputy->lock);
	was_away = deputy->state == WEFT_DEPUTY_AWAY;
	was_leaving = deputy->state == WEFT_DEPUTY_LEAVING;
	is_lost = deputy->is_lost;
	if (was_away)
		deputy->state = WEFT_DEPUTY_ENDED;
	if (was_leaving) {
		/* it was killed before anybody could hand it over */
		deputy->state = WEFT_DEPUTY_STAYED;
		deputy->error = -ESRCH;
	}
	mutex_unlock(&deputy->lock);
	wake_up_all(&deputy->changed);
	/* in its next life the node would not know what this is about */
	if (((was_away && !READ_ONCE(deputy->has_execed)) || was_leaving) && !is_lost)
		weft_gone_tell(deputy->processes, deputy->peer->node,
			       deputy->process, 0);
	if (was_away)
		weft_signals_unwatch(deputy, deputy->task);
	weft_deputy_settle(deputy);
}

/**
 * weft_deputy_kill() - end a process
 * @deputy: the deputy
 */
void weft_deputy_kill(struct weft_deputy *deputy)
{
	/* its first thread may have ended before the others */
	kill_pid(deputy->tgid, SIGKILL, 1);
}

/**
 * weft_deputy_set_state() - a process is further on its way
 * @deputy: the deputy
 * @state:  how far
 * @err:    if it stays, why
 */
void weft_deputy_set_state(struct weft_deputy *deputy,
			   enum weft_deputy_state state, int err)
{
	mutex_lock(&deputy->lock);
	deputy->state = state;
	deputy->error = err;
	mutex_unlock(&deputy->lock);
	wake_up_all(&deputy->changed);
}

/* The deputy with the next higher number, with a reference. */
static struct weft_deputy *next_of(struct weft_processes *processes,
				   const struct weft_peer *peer, u64 last)
{
	struct weft_deputy *deputy, *found = NULL;

	spin_lock(&processes->lock);
	list_for_each_entry(deputy, &processes->deputies, link)
		if (deputy->peer == peer && deputy->process > last &&
		    (!found || deputy->process < found->process))
			found = deputy;
	if (found)
		refcount_inc(&found->references);
	spin_unlock(&processes->lock);
	return found;
}

static void forget_answers(struct weft_deputy *deputy)
{
	struct weft_twin *twin;

	rcu_read_lock();
	list_for_each_entry_rcu(twin, &deputy->twins, link) {
		twin->call.answer.type = 0;
		twin->cancel.type = 0;
	}
	rcu_read_unlock();
	list_for_each_entry(twin, &deputy->rest, rest)
		twin->call.answer.type = 0;
}

/**
 * weft_deputy_end_if_lost() - end a deputy without a body, once
 * @deputy: the deputy
 *
 * Each lane has its own end of the session, and a process may be lost in the
 * moment in which it becomes known that it has left.
 *
 * Context: may sleep, not for the peer.
 */
void weft_deputy_end_if_lost(struct weft_deputy *deputy)
{
	bool is_ending;

	mutex_lock(&deputy->lock);
	is_ending = deputy->is_lost && deputy->state == WEFT_DEPUTY_AWAY &&
		    !deputy->is_ending;
	deputy->is_ending |= is_ending;
	mutex_unlock(&deputy->lock);
	if (!is_ending)
		return;
	pr_notice("process %d (%s) ends: node %u, where it ran, was lost\n",
		  deputy->pid, deputy->name, deputy->peer->node);
	weft_deputy_kill(deputy);
}

static void lose(struct weft_deputy *deputy)
{
	mutex_lock(&deputy->lock);
	deputy->is_lost = true;
	forget_answers(deputy);
	mutex_unlock(&deputy->lock);
	weft_deputy_end_if_lost(deputy);
}

/**
 * weft_deputies_end() - a node with which processes were shared is lost
 * @processes: of this node
 * @peer:      the node
 *
 * What ran there is gone: its deputies end. Processes that were about to go are
 * told by the calls they wait for.
 *
 * Context: may sleep, not for the peer.
 */
void weft_deputies_end(struct weft_processes *processes,
		       const struct weft_peer *peer)
{
	struct weft_deputy *deputy;
	u64 last = 0;

	while ((deputy = next_of(processes, peer, last))) {
		last = deputy->process;
		lose(deputy);
		weft_deputy_put(deputy);
	}
}
