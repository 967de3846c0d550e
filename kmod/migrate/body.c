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
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

static void free_body(struct weft_body *body)
{
	weft_body_drop_pages(body);
	kvfree(body->capture);
	if (body->task)
		put_task_struct(body->task);
	mutex_destroy(&body->lock);
	kfree(body);
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
	struct weft_body *body;
	bool is_body = false;

	spin_lock(&processes->lock);
	list_for_each_entry(body, &processes->bodies, link)
		is_body |= READ_ONCE(body->task) == task;
	spin_unlock(&processes->lock);
	return is_body;
}

/* Return: 0, -EEXIST, or -ESHUTDOWN. */
static int add(struct weft_body *body)
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

/**
 * weft_body_end() - a body is no more: nobody finds it any more
 * @body: the body; the caller has a reference
 *
 * Context: may sleep, not for the peer.
 */
void weft_body_end(struct weft_body *body)
{
	struct weft_processes *processes = body->processes;

	/* both lanes, and whoever has it open, may come here at the same time */
	if (!weft_body_answer(body, WEFT_BODY_ENDED, -ECANCELED))
		return;
	spin_lock(&processes->lock);
	list_del(&body->link);
	weft_processes_settle(processes);
	spin_unlock(&processes->lock);
	weft_body_put(body);
}

/* Home has let go of it, or is lost. Its task ends, if it has one. */
static void kill_body(struct weft_body *body)
{
	struct task_struct *task;

	mutex_lock(&body->lock);
	task = body->task;
	mutex_unlock(&body->lock);
	if (task)
		send_sig(SIGKILL, task, 1);
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

static struct weft_body *new_body(struct weft_lane *lane,
				  const struct weft_header *header,
				  const struct weft_msg_body *wanted)
{
	struct weft_body *body = kzalloc(sizeof(*body), GFP_KERNEL);

	if (!body)
		return NULL;
	refcount_set(&body->references, 1);
	body->processes = weft_processes(lane->peer->weft);
	body->peer = lane->peer;
	body->process = le64_to_cpu(wanted->process);
	body->pid = le32_to_cpu(wanted->pid);
	body->since_ns = ktime_get_ns();
	weft_clocks_compare(&wanted->clocks, &body->offsets);
	strscpy(body->name, wanted->name, sizeof(body->name));
	weft_text_clean(body->name);
	mutex_init(&body->lock);
	init_waitqueue_head(&body->changed);
	xa_init(&body->pages);
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
	err = add(body);
	if (err) {
		free_body(body);
		return err == -EEXIST ? -EPROTO :
		       weft_answer_error(lane, header, err);
	}
	announce(lane, wanted);
	return 0;
}

static int take_capture(struct weft_body *body, struct weft_lane *lane,
			const struct weft_header *header,
			struct weft_msg_capture *capture)
{
	int err = 0;

	mutex_lock(&body->lock);
	if (body->state == WEFT_BODY_WAITING) {
		body->capture = capture;
		body->state = WEFT_BODY_ARRIVED;
		weft_answer_keep(&body->answer, lane, header);
	} else {
		err = body->state == WEFT_BODY_ENDED ? -ECANCELED : -EPROTO;
	}
	mutex_unlock(&body->lock);
	if (!err)
		wake_up_all(&body->changed);
	return err;
}

/**
 * weft_capture_serve() - serve a CAPTURE
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * The reply comes when the program runs.
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_capture_serve(struct weft_lane *lane, const struct weft_header *header,
		       const void *payload)
{
	u32 len = le32_to_cpu(header->length);
	struct weft_msg_capture *capture;
	struct weft_body *body;
	int err;

	if (weft_capture_check(header, payload))
		return -EPROTO;
	capture = kvmalloc(len, GFP_KERNEL);
	if (!capture)
		return -ENOMEM;
	memcpy(capture, payload, len);
	body = weft_body_find(weft_processes(lane->peer->weft), lane->peer,
			      le64_to_cpu(capture->process));
	err = body ? take_capture(body, lane, header, capture) : -ECANCELED;
	if (body)
		weft_body_put(body);
	if (err)
		kvfree(capture);
	return err == -ECANCELED ? weft_answer_error(lane, header, err) : err;
}

/**
 * weft_signal_serve() - serve a SIGNAL
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_signal_serve(struct weft_lane *lane, const struct weft_header *header,
		      const void *payload)
{
	const struct weft_msg_signal *signal = payload;
	struct kernel_siginfo info;
	struct weft_message *reply;
	struct weft_body *body;
	int err = -ESRCH;

	if (weft_signal_check(signal))
		return -EPROTO;
	memcpy(&info, signal->info, sizeof(info));
	/* first the answer: a signal that was sent is not sent again */
	reply = weft_answer_new(WEFT_MSG_SIGNAL, 0);
	if (!reply)
		return -ENOMEM;
	body = weft_body_find(weft_processes(lane->peer->weft), lane->peer,
			      le64_to_cpu(signal->process));
	if (body && READ_ONCE(body->state) == WEFT_BODY_RUNNING)
		err = send_sig_info(info.si_signo, &info, body->task);
	if (body)
		weft_body_put(body);
	weft_rpc_reply(lane, header, reply, err);
	return 0;
}
