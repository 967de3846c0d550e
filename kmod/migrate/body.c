// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bodies of a node: asked for by their homes, opened by the daemon.
 * Locks: weft_processes.lock, weft_body.lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "migrate/body.h"
#include "migrate/migrate.h"
#include "migrate/verdict.h"

#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

static void free_body(struct weft_body *body)
{
	struct weft_processes *processes = body->processes;

	weft_body_drop_pages(body);
	kvfree(body->capture);
	if (body->task)
		put_task_struct(body->task);
	put_pid(body->tgid);
	if (body->mm)
		mmdrop(body->mm);
	if (body->image && body->image != body)
		weft_body_put(body->image);
	mutex_destroy(&body->drain_lock);
	mutex_destroy(&body->lock);
	kfree_rcu(body, rcu);
	weft_life_leave(processes);
	weft_processes_leave(processes);
}

/**
 * weft_body_put() - do without a body
 * @body: the body
 *
 * Context: may sleep.
 */
void weft_body_put(struct weft_body *body)
{
	if (refcount_dec_and_test(&body->references))
		free_body(body);
}

static struct weft_body *find(struct weft_processes *processes,
			      const struct weft_peer *peer, u64 process)
{
	struct weft_body *body;

	lockdep_assert_held(&processes->lock);

	list_for_each_entry(body, &processes->bodies, link)
		if (body->process == process && body->peer == peer)
			return body;
	return NULL;
}

/**
 * weft_body_find() - the body of a process
 * @processes: of this node
 * @peer:      its home
 * @process:   its serial number
 *
 * Return: the body with a reference, or NULL.
 */
struct weft_body *weft_body_find(struct weft_processes *processes,
				 const struct weft_peer *peer, u64 process)
{
	struct weft_body *body;

	spin_lock(&processes->lock);
	body = find(processes, peer, process);
	if (body)
		refcount_inc(&body->references);
	spin_unlock(&processes->lock);
	return body;
}

/**
 * weft_body_is() - does a task run a process of another node?
 * @processes: of this node
 * @task:      the task
 *
 * Return: true if it does, or is about to.
 */
bool weft_body_is(struct weft_processes *processes, const struct task_struct *task)
{
	bool is_body;

	rcu_read_lock();
	is_body = weft_thread_of(processes, task);
	rcu_read_unlock();
	return is_body;
}

/**
 * weft_body_add() - from now on a body is found
 * @body: the body; its reference goes to the list
 *
 * Return: 0, -EEXIST, or -ESHUTDOWN.
 */
int weft_body_add(struct weft_body *body)
{
	struct weft_processes *processes = body->processes;
	int err = 0;

	spin_lock(&processes->lock);
	if (find(processes, body->peer, body->process))
		err = -EEXIST;
	else if (processes->is_closing)
		err = -ESHUTDOWN;
	else
		list_add_tail(&body->link, &processes->bodies);
	spin_unlock(&processes->lock);
	return err;
}

/**
 * weft_body_answer() - tell home how it went, once
 * @body:  the body
 * @state: how far it is now
 * @err:   0, or why not
 *
 * Context: may sleep, not for the peer.
 * Return: false if it has ended before: that is how it stays.
 */
bool weft_body_answer(struct weft_body *body, enum weft_body_state state, int err)
{
	struct weft_message *reply;
	struct weft_lane *lane = NULL;
	bool has_ended;

	mutex_lock(&body->lock);
	if (body->answer.type) {
		reply = weft_message_await(weft_msg_table[body->answer.type].reply, 0);
		lane = weft_answer_queue(&body->answer, reply, err);
	}
	has_ended = body->state == WEFT_BODY_ENDED;
	if (!has_ended)
		body->state = state;
	if (state == WEFT_BODY_RUNNING)
		body->since_ns = ktime_get_ns();
	mutex_unlock(&body->lock);
	wake_up_all(&body->changed);
	if (lane)
		weft_lane_pump(lane);
	return !has_ended;
}

/* Threads that nobody has run, or will. */
static void drop_arrived(struct weft_body *body)
{
	struct weft_thread *thread, *next;
	LIST_HEAD(dropped);

	mutex_lock(&body->lock);
	list_splice_init(&body->arrived, &dropped);
	mutex_unlock(&body->lock);
	list_for_each_entry_safe(thread, next, &dropped, link) {
		list_del_init(&thread->link);
		weft_thread_put(thread);
	}
}

/**
 * weft_body_end() - a body is no more: nobody finds it any more
 * @body: the body; the caller has a reference
 *
 * Context: may sleep, not for the peer.
 */
void weft_body_end(struct weft_body *body)
{
	struct weft_processes *processes = body->processes;
	bool is_first;

	/* both lanes, and the last of its threads, may come here at the same time */
	weft_body_answer(body, WEFT_BODY_ENDED, -ECANCELED);
	spin_lock(&processes->lock);
	is_first = !list_empty(&body->link);
	list_del_init(&body->link);
	spin_unlock(&processes->lock);
	if (!is_first)
		return;
	drop_arrived(body);
	weft_image_remove(body);
	weft_body_put(body);
}

/* As wait(2) would tell it. The first thread may have ended before the others. */
static u32 status_of(const struct weft_body *body)
{
	const struct signal_struct *signal = body->task->signal;

	return READ_ONCE(signal->flags) & SIGNAL_GROUP_EXIT ?
	       READ_ONCE(signal->group_exit_code) : READ_ONCE(body->task->exit_code);
}

/**
 * weft_body_finish() - the last thread of a process is no more
 * @body: the body
 *
 * Context: may sleep, not for the peer.
 */
void weft_body_finish(struct weft_body *body)
{
	/* a home that was lost would not know what this is about in its next life */
	if (READ_ONCE(body->state) == WEFT_BODY_RUNNING && !body->is_silent &&
	    !READ_ONCE(body->is_lost))
		weft_gone_tell(body->processes, body->peer->node, body->process,
			       status_of(body));
	weft_body_end(body);
}

/* Home has let go of it, or is lost. Its task ends, if it has one. */
static void kill_body(struct weft_body *body)
{
	struct pid *tgid;

	mutex_lock(&body->lock);
	tgid = body->tgid;
	mutex_unlock(&body->lock);
	if (tgid)
		kill_pid(tgid, SIGKILL, 1);
	else
		weft_body_end(body);
}

/**
 * weft_body_gone() - home has let go of a process
 * @processes: of this node
 * @peer:      its home
 * @process:   its serial number
 */
void weft_body_gone(struct weft_processes *processes, const struct weft_peer *peer,
		    u64 process)
{
	struct weft_body *body = weft_body_find(processes, peer, process);

	if (!body)
		return;
	kill_body(body);
	weft_body_put(body);
}

/* Any body of that home which has not been told yet, with a reference. */
static struct weft_body *next_of(struct weft_processes *processes,
				 const struct weft_peer *peer, u64 last)
{
	struct weft_body *body, *found = NULL;

	spin_lock(&processes->lock);
	list_for_each_entry(body, &processes->bodies, link)
		if (body->peer == peer && body->process > last &&
		    (!found || body->process < found->process))
			found = body;
	if (found)
		refcount_inc(&found->references);
	spin_unlock(&processes->lock);
	return found;
}

/* Each lane has its own end of the session: the first one is told. */
static void lose(struct weft_body *body)
{
	bool was_lost;

	mutex_lock(&body->lock);
	was_lost = body->is_lost;
	body->is_lost = true;
	body->answer.type = 0;
	mutex_unlock(&body->lock);
	if (!was_lost)
		pr_notice("process %d (%s) of node %u ends here: its home was lost\n",
			  body->pid, body->name, body->peer->node);
	kill_body(body);
}

/**
 * weft_bodies_end() - a home is lost
 * @processes: of this node
 * @peer:      the home
 *
 * Context: may sleep, not for the peer.
 */
void weft_bodies_end(struct weft_processes *processes,
		     const struct weft_peer *peer)
{
	struct weft_body *body;
	u64 last = 0;

	while ((body = next_of(processes, peer, last))) {
		last = body->process;
		lose(body);
		weft_body_put(body);
	}
}

/**
 * weft_body_alloc() - room for a process
 * @processes: of this node
 * @peer:      its home
 *
 * Context: may sleep.
 * Return: a body that nobody finds, with one reference; NULL without memory, or if
 * this kernel does not let tasks be watched.
 */
struct weft_body *weft_body_alloc(struct weft_processes *processes,
				  struct weft_peer *peer)
{
	struct weft_body *body = kzalloc(sizeof(*body), GFP_KERNEL);

	if (!body || weft_life_enter(processes)) {
		kfree(body);
		return NULL;
	}
	weft_processes_enter(processes);
	refcount_set(&body->references, 1);
	body->processes = processes;
	body->peer = peer;
	INIT_LIST_HEAD(&body->link);
	INIT_LIST_HEAD(&body->threads);
	INIT_LIST_HEAD(&body->arrived);
	mutex_init(&body->lock);
	mutex_init(&body->drain_lock);
	init_waitqueue_head(&body->changed);
	xa_init(&body->pages);
	INIT_LIST_HEAD(&body->fetches);
	return body;
}

static struct weft_body *new_body(struct weft_lane *lane,
				  const struct weft_header *header,
				  const struct weft_msg_body *wanted)
{
	struct weft_body *body = weft_body_alloc(weft_processes(lane->peer->weft),
						 lane->peer);

	if (!body)
		return NULL;
	body->process = le64_to_cpu(wanted->process);
	body->pid = le32_to_cpu(wanted->pid);
	body->since_ns = ktime_get_ns();
	weft_clocks_compare(&wanted->clocks, &body->offsets);
	strscpy(body->name, wanted->name, sizeof(body->name));
	weft_text_clean(body->name);
	weft_answer_keep(&body->answer, lane, header);
	return body;
}

/* The body itself may have ended by now. */
static void announce(struct weft_lane *lane, const struct weft_msg_body *body)
{
	struct weft_net *weft = lane->peer->weft;
	struct weft_wanted wanted = {
		.home = lane->peer->node,
		.process = le64_to_cpu(body->process),
		.pid = le32_to_cpu(body->pid),
	};

	strscpy(wanted.name, body->name, sizeof(wanted.name));
	weft_text_clean(wanted.name);
	weft->upcalls->body_wanted(weft, &wanted);
}

/**
 * weft_body_serve() - serve a BODY
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * The reply comes when a task waits to become the body.
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_body_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload)
{
	const struct weft_msg_body *wanted = payload;
	struct weft_body *body;
	int err;

	if (weft_body_check(wanted))
		return -EPROTO;
	body = new_body(lane, header, wanted);
	if (!body)
		return -ENOMEM;
	err = weft_body_add(body);
	if (err) {
		weft_body_put(body);
		return err == -EEXIST ? -EPROTO :
		       weft_answer_error(lane, header, err);
	}
	announce(lane, wanted);
	return 0;
}
