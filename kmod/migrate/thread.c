// SPDX-License-Identifier: GPL-2.0-only
/*
 * The threads of processes of other nodes: who they are, and their end.
 * Locks: weft_processes.lock; lists are read under RCU.
 */
#include "migrate/body.h"

#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

static void end(struct work_struct *work);

/**
 * weft_thread_new() - room for a thread
 * @body: its process
 * @tid:  its number at home
 *
 * Return: a thread that nobody finds, with one reference; NULL without memory.
 */
struct weft_thread *weft_thread_new(struct weft_body *body, pid_t tid)
{
	struct weft_thread *thread = kzalloc(sizeof(*thread), GFP_KERNEL);

	if (!thread)
		return NULL;
	refcount_set(&thread->references, 1);
	refcount_inc(&body->references);
	thread->body = body;
	thread->tid = tid;
	INIT_LIST_HEAD(&thread->link);
	INIT_WORK(&thread->end_work, end);
	weft_processes_enter(body->processes);
	return thread;
}

/**
 * weft_thread_add() - from now on a task is found
 * @thread: the thread; its reference goes to the lists. The caller has done
 *          weft_hook_add() for it
 * @task:   the task
 *
 * Context: any but that of an interrupt.
 */
void weft_thread_add(struct weft_thread *thread, struct task_struct *task)
{
	struct weft_body *body = thread->body;
	struct weft_processes *processes = body->processes;

	thread->task = get_task_struct(task);
	spin_lock(&processes->lock);
	body->nr_threads++;
	list_add_tail_rcu(&thread->link, &body->threads);
	hash_add_rcu(processes->tasks, &thread->hash, (unsigned long)task);
	spin_unlock(&processes->lock);
}

/**
 * weft_thread_of() - the thread that a task runs
 * @processes: of this node
 * @task:      the task
 *
 * Context: caller holds the RCU read lock.
 * Return: the thread, or NULL.
 */
struct weft_thread *weft_thread_of(struct weft_processes *processes,
				   const struct task_struct *task)
{
	struct weft_thread *thread;

	hash_for_each_possible_rcu(processes->tasks, thread, hash,
				   (unsigned long)task)
		if (thread->task == task)
			return thread;
	return NULL;
}

/**
 * weft_thread_get() - the thread that a task runs
 * @processes: of this node
 * @task:      the task
 *
 * Return: the thread with a reference, or NULL.
 */
struct weft_thread *weft_thread_get(struct weft_processes *processes,
				    const struct task_struct *task)
{
	struct weft_thread *thread;

	rcu_read_lock();
	thread = weft_thread_of(processes, task);
	if (thread && !refcount_inc_not_zero(&thread->references))
		thread = NULL;
	rcu_read_unlock();
	return thread;
}

/**
 * weft_thread_find() - a thread of a process
 * @body: the process
 * @tid:  its number at home
 *
 * Return: the thread with a reference, or NULL.
 */
struct weft_thread *weft_thread_find(struct weft_body *body, u32 tid)
{
	struct weft_thread *thread, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(thread, &body->threads, link) {
		if (thread->tid != tid ||
		    !refcount_inc_not_zero(&thread->references))
			continue;
		found = thread;
		break;
	}
	rcu_read_unlock();
	return found;
}

/**
 * weft_thread_put() - do without a thread
 * @thread: the thread
 *
 * Context: may sleep.
 */
void weft_thread_put(struct weft_thread *thread)
{
	struct weft_processes *processes = thread->body->processes;

	if (!refcount_dec_and_test(&thread->references))
		return;
	kvfree(thread->state);
	if (thread->task)
		put_task_struct(thread->task);
	weft_body_put(thread->body);
	kfree_rcu(thread, rcu);
	weft_processes_leave(processes);
}

static void end(struct work_struct *work)
{
	struct weft_thread *thread = container_of(work, struct weft_thread, end_work);
	struct weft_body *body = thread->body;
	struct weft_processes *processes = body->processes;
	bool is_last;

	spin_lock(&processes->lock);
	hash_del_rcu(&thread->hash);
	list_del_rcu(&thread->link);
	is_last = !--body->nr_threads;
	spin_unlock(&processes->lock);
	weft_clone_forget(thread);
	if (is_last)
		weft_body_finish(body);
	weft_hook_remove(processes);
	/* the reference of the lists, and of the work */
	weft_thread_put(thread);
	weft_thread_put(thread);
}

/**
 * weft_thread_end_later() - the task of a thread is no more
 * @thread: the thread; the caller holds the RCU read lock
 *
 * Context: any.
 */
void weft_thread_end_later(struct weft_thread *thread)
{
	if (test_and_set_bit(WEFT_THREAD_ENDING, &thread->flags))
		return;
	if (refcount_inc_not_zero(&thread->references))
		queue_work(thread->body->processes->work, &thread->end_work);
}
