// SPDX-License-Identifier: GPL-2.0-only
/*
 * The threads of processes whose home is here: who they are, and their end.
 * Locks: weft_processes.lock, weft_deputy.lock; lists are read under RCU.
 */
#include "migrate/deputy.h"

#include <linux/hashtable.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

static void end(struct work_struct *work)
{
	struct weft_twin *twin = container_of(work, struct weft_twin, end_work);

	weft_twin_end(twin);
	weft_twin_put(twin);
}

/**
 * weft_twin_new() - room for a thread
 * @deputy: its process
 *
 * Return: a twin that nobody finds, with one reference; NULL without memory.
 */
struct weft_twin *weft_twin_new(struct weft_deputy *deputy)
{
	struct weft_twin *twin = kzalloc(sizeof(*twin), GFP_KERNEL);

	if (!twin)
		return NULL;
	refcount_set(&twin->references, 1);
	refcount_inc(&deputy->references);
	twin->deputy = deputy;
	INIT_LIST_HEAD(&twin->link);
	init_waitqueue_head(&twin->wait);
	init_task_work(&twin->work, weft_depart);
	INIT_WORK(&twin->end_work, end);
	weft_signals_init(twin);
	weft_processes_enter(deputy->processes);
	return twin;
}

/**
 * weft_twin_add() - from now on a task is found
 * @twin: the twin; its reference goes to the lists
 * @task: the task
 *
 * Context: any but that of an interrupt.
 */
void weft_twin_add(struct weft_twin *twin, struct task_struct *task)
{
	struct weft_deputy *deputy = twin->deputy;
	struct weft_processes *processes = deputy->processes;

	twin->task = get_task_struct(task);
	rcu_read_lock();
	twin->tid = task_pid_nr_ns(task, task_active_pid_ns(task));
	rcu_read_unlock();
	spin_lock(&processes->lock);
	deputy->nr_twins++;
	list_add_tail_rcu(&twin->link, &deputy->twins);
	hash_add_rcu(processes->twins, &twin->hash, (unsigned long)task);
	spin_unlock(&processes->lock);
}

/**
 * weft_twin_of() - the twin that a task is
 * @processes: of this node
 * @task:      the task
 *
 * Context: caller holds the RCU read lock.
 * Return: the twin, or NULL.
 */
struct weft_twin *weft_twin_of(struct weft_processes *processes,
			       const struct task_struct *task)
{
	struct weft_twin *twin;

	hash_for_each_possible_rcu(processes->twins, twin, hash,
				   (unsigned long)task)
		if (twin->task == task)
			return twin;
	return NULL;
}

/**
 * weft_twin_get() - the twin that a task is
 * @processes: of this node
 * @task:      the task
 *
 * Return: the twin with a reference, or NULL.
 */
struct weft_twin *weft_twin_get(struct weft_processes *processes,
				const struct task_struct *task)
{
	struct weft_twin *twin;

	rcu_read_lock();
	twin = weft_twin_of(processes, task);
	if (twin && !refcount_inc_not_zero(&twin->references))
		twin = NULL;
	rcu_read_unlock();
	return twin;
}

/**
 * weft_twin_find() - a thread of a process
 * @deputy: the process
 * @tid:    its number
 *
 * Return: the twin with a reference, or NULL.
 */
struct weft_twin *weft_twin_find(struct weft_deputy *deputy, u32 tid)
{
	struct weft_twin *twin, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(twin, &deputy->twins, link) {
		if (twin->tid != tid || !refcount_inc_not_zero(&twin->references))
			continue;
		found = twin;
		break;
	}
	rcu_read_unlock();
	return found;
}

/**
 * weft_twin_put() - do without a twin
 * @twin: the twin
 *
 * Context: may sleep.
 */
void weft_twin_put(struct weft_twin *twin)
{
	struct weft_processes *processes = twin->deputy->processes;

	if (!refcount_dec_and_test(&twin->references))
		return;
	if (twin->message)
		weft_message_free(twin->message);
	kvfree(twin->call.data);
	weft_door_leave_room(twin);
	if (twin->task)
		put_task_struct(twin->task);
	weft_deputy_put(twin->deputy);
	kfree_rcu(twin, rcu);
	weft_processes_leave(processes);
}

/* Who waits for the end of a call gets one, so that its credit is not lost. */
static void answer_rest(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	bool has_execed = test_bit(WEFT_TWIN_EXECED, &twin->flags);
	struct weft_message *reply, *cancel;
	struct weft_lane *lane, *other;

	reply = weft_answer_new(WEFT_MSG_CALL, sizeof(struct weft_msg_call_reply));
	cancel = weft_answer_new(WEFT_MSG_CANCEL, 0);
	mutex_lock(&deputy->lock);
	if (deputy->is_lost) {
		twin->call.answer.type = 0;
		twin->cancel.type = 0;
	}
	if (reply)
		memset(reply->payload, 0, sizeof(struct weft_msg_call_reply));
	lane = reply ? weft_answer_queue(&twin->call.answer, reply,
					 has_execed ? 0 : -ESRCH) : NULL;
	other = cancel ? weft_answer_queue(&twin->cancel, cancel, 0) : NULL;
	mutex_unlock(&deputy->lock);
	if (lane)
		weft_lane_pump(lane);
	if (other)
		weft_lane_pump(other);
}

/*
 * Threads that end in the middle of a call do so because all end, or because one
 * of them starts another program. The body learns of the former last.
 */
static bool put_off(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	bool is_put_off;

	mutex_lock(&deputy->lock);
	is_put_off = twin->call.answer.type &&
		     !test_bit(WEFT_TWIN_EXECED, &twin->flags);
	if (is_put_off) {
		refcount_inc(&twin->references);
		list_add_tail(&twin->rest, &deputy->rest);
	}
	mutex_unlock(&deputy->lock);
	return is_put_off;
}

static void answer_all(struct weft_deputy *deputy)
{
	struct weft_twin *twin, *next;
	LIST_HEAD(rest);

	mutex_lock(&deputy->lock);
	list_splice_init(&deputy->rest, &rest);
	mutex_unlock(&deputy->lock);
	list_for_each_entry_safe(twin, next, &rest, rest) {
		list_del(&twin->rest);
		answer_rest(twin);
		weft_twin_put(twin);
	}
}

/**
 * weft_twin_end() - a thread is no more, or not a moved one
 * @twin: the twin; the caller has a reference
 *
 * Context: may sleep, not for the peer.
 */
void weft_twin_end(struct weft_twin *twin)
{
	struct weft_deputy *deputy = twin->deputy;
	struct weft_processes *processes = deputy->processes;
	bool is_last;

	if (test_and_set_bit(WEFT_TWIN_ENDED, &twin->flags))
		return;
	spin_lock(&processes->lock);
	hash_del_rcu(&twin->hash);
	list_del_rcu(&twin->link);
	is_last = !--deputy->nr_twins;
	spin_unlock(&processes->lock);
	if (is_last || !put_off(twin))
		answer_rest(twin);
	weft_birth_failed(twin);
	if (twin->parent)
		weft_twin_put(twin->parent);
	twin->parent = NULL;
	if (is_last) {
		answer_all(deputy);
		weft_deputy_finish(deputy);
	}
	weft_twin_put(twin);
}

/**
 * weft_twin_end_later() - the same, when it cannot be done at once
 * @twin: the twin; the caller holds the RCU read lock
 *
 * Context: any.
 */
void weft_twin_end_later(struct weft_twin *twin)
{
	if (test_and_set_bit(WEFT_TWIN_ENDING, &twin->flags))
		return;
	if (!refcount_inc_not_zero(&twin->references))
		return;
	queue_work(twin->deputy->processes->work, &twin->end_work);
}
