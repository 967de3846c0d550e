// SPDX-License-Identifier: GPL-2.0-only
/*
 * The deputies of a node, and the calls that bodies ask them to make.
 * Locks: weft_processes.lock, weft_deputy.lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "migrate/deputy.h"
#include "migrate/migrate.h"
#include "migrate/verdict.h"
#include "rsys/rsys.h"

#include <linux/err.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>

static void free_deputy(struct weft_deputy *deputy)
{
	u32 page;

	for (page = 0; page < WEFT_DEPUTY_PAGES; page++)
		if (deputy->pages[page])
			put_page(deputy->pages[page]);
	kvfree(deputy->call.data);
	mmdrop(deputy->mm);
	put_task_struct(deputy->task);
	mutex_destroy(&deputy->lock);
	kvfree(deputy);
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

/* Return: false if the process is on its way already, or no more may be made. */
static bool add(struct weft_processes *processes, struct weft_deputy *deputy)
{
	struct weft_deputy *other;
	bool is_new = true;

	spin_lock(&processes->lock);
	list_for_each_entry(other, &processes->deputies, link)
		is_new &= other->task != deputy->task;
	if (is_new && !processes->is_closing) {
		deputy->process = ++processes->serial;
		list_add_tail(&deputy->link, &processes->deputies);
	} else {
		is_new = false;
	}
	spin_unlock(&processes->lock);
	return is_new;
}

/**
 * weft_deputy_new() - begin to move a process
 * @processes: of this node
 * @peer:      where it goes
 * @task:      its only thread; the caller has a reference
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
	deputy = kvzalloc(sizeof(*deputy), GFP_KERNEL);
	if (!deputy) {
		mmput(mm);
		return ERR_PTR(-ENOMEM);
	}
	mmgrab(mm);
	mmput(mm);
	deputy->mm = mm;
	deputy->task = get_task_struct(task);
	refcount_set(&deputy->references, 2);
	deputy->processes = processes;
	deputy->peer = peer;
	deputy->pid = task_tgid_nr(task);
	deputy->asked_ns = ktime_get_ns();
	get_task_comm(deputy->name, task);
	weft_text_clean(deputy->name);
	mutex_init(&deputy->lock);
	init_waitqueue_head(&deputy->changed);
	init_waitqueue_head(&deputy->wait);
	init_task_work(&deputy->work, weft_depart);
	weft_signals_init(deputy);
	if (!add(processes, deputy)) {
		free_deputy(deputy);
		return ERR_PTR(-EALREADY);
	}
	return deputy;
}

/**
 * weft_deputy_find() - the deputy of a process
 * @processes: of this node
 * @peer:      where the process is
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
		if (deputy->process != process || deputy->peer != peer)
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
 * weft_deputy_remove() - take a deputy from the list
 * @deputy: the deputy, in the list; its reference goes with it
 */
void weft_deputy_remove(struct weft_deputy *deputy)
{
	struct weft_processes *processes = deputy->processes;

	spin_lock(&processes->lock);
	list_del(&deputy->link);
	weft_processes_settle(processes);
	spin_unlock(&processes->lock);
	weft_deputy_put(deputy);
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

/* The deputy with the next higher number, with a reference; the list is sorted. */
static struct weft_deputy *next_of(struct weft_processes *processes,
				   const struct weft_peer *peer, u64 last)
{
	struct weft_deputy *deputy, *found = NULL;

	spin_lock(&processes->lock);
	list_for_each_entry(deputy, &processes->deputies, link) {
		if (deputy->peer != peer || deputy->process <= last)
			continue;
		refcount_inc(&deputy->references);
		found = deputy;
		break;
	}
	spin_unlock(&processes->lock);
	return found;
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
	send_sig(SIGKILL, deputy->task, 1);
}

static void lose(struct weft_deputy *deputy)
{
	mutex_lock(&deputy->lock);
	deputy->is_lost = true;
	deputy->call.answer.type = 0;
	deputy->cancel.type = 0;
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

/* A message: its header, and what comes along or comes back. */
static void see_message(u32 in, u32 out, const u8 *data, u32 at, u32 len,
			struct weft_rsys_seen *seen)
{
	const struct user_msghdr *header = (const void *)(data + at);
	u32 all = max(in, out);
	u64 around;

	*seen = (struct weft_rsys_seen){};
	if (in < sizeof(*header) || at + sizeof(*header) > len)
		return;
	around = (u64)header->msg_namelen + header->msg_controllen;
	seen->bytes = all - sizeof(*header);
	seen->data = seen->bytes > around ? seen->bytes - around : 0;
}

/* What is seen of an argument from the bytes of it that came along. */
static void see(const struct weft_rsys_entry *entry, const struct weft_msg_call *call,
		const u8 *data, u32 len, struct weft_rsys_seen *seen)
{
	u32 at = 0, i, in;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		in = le32_to_cpu(call->in[i]);
		seen[i] = (struct weft_rsys_seen){ .bytes = in };
		switch (entry->args[i].kind) {
		case WEFT_RSYS_ARG_LENGTH:
		case WEFT_RSYS_ARG_SIZED_IN:
		case WEFT_RSYS_ARG_SIZED_INOUT:
			seen[i].bytes = in >= 4 && at + 4 <= len ?
					*(const u32 *)(data + at) : 0;
			break;
		case WEFT_RSYS_ARG_MESSAGE_IN:
		case WEFT_RSYS_ARG_MESSAGE_OUT:
			see_message(in, le32_to_cpu(call->out[i]), data, at, len,
				    &seen[i]);
			break;
		case WEFT_RSYS_ARG_IOVEC_OUT:
			seen[i].bytes = le32_to_cpu(call->out[i]);
			break;
		default:
			break;
		}
		at += round_up(min(in, len), 8);
	}
}

/* Is it an argument whose room only the body knows? */
static bool has_room(const struct weft_rsys_entry *entry, u32 index)
{
	switch (entry->args[index].kind) {
	case WEFT_RSYS_ARG_IOVEC_IN:
	case WEFT_RSYS_ARG_IOVEC_OUT:
	case WEFT_RSYS_ARG_MESSAGE_IN:
	case WEFT_RSYS_ARG_MESSAGE_OUT:
		return true;
	default:
		return false;
	}
}

/* Does the call that came agree with what it should look like? */
static bool is_as_planned(const struct weft_msg_call *call,
			  const struct weft_rsys_entry *entry,
			  const struct weft_rsys_plan *plan, u32 len)
{
	u32 sum = 0, i;

	for (i = 0; i < WEFT_RSYS_ARGS; i++) {
		u32 out = has_room(entry, i) ? plan->extents[i].out : 0;

		if (le32_to_cpu(call->in[i]) != plan->extents[i].in ||
		    le32_to_cpu(call->out[i]) != out)
			return false;
		sum += round_up(plan->extents[i].in, 8);
	}
	return sum == len;
}

/* Return: 0, -EPROTO, or the error that the call has. */
static int plan_call(const struct weft_msg_call *msg, u32 len,
		     struct weft_deputy_call *call)
{
	struct weft_rsys_seen seen[WEFT_RSYS_ARGS];
	u64 args[WEFT_RSYS_ARGS];
	int err, i;

	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		args[i] = le64_to_cpu(msg->args[i]);
	call->number = le32_to_cpu(msg->number);
	call->entry = weft_rsys_classify(call->number, args);
	if (!call->entry || !weft_call_is_for_home(call->entry))
		return -EPROTO;
	see(call->entry, msg, (const u8 *)(msg + 1), len, seen);
	err = weft_rsys_measure(call->entry, args, seen, &call->plan);
	if (err)
		return -EPROTO;
	return is_as_planned(msg, call->entry, &call->plan, len) ? 0 : -EPROTO;
}

/* Whoever makes this call does not come back to tell of it. */
static bool is_last(const struct weft_rsys_entry *entry)
{
	return entry->class == WEFT_RSYS_SPECIAL &&
	       entry->handler == WEFT_RSYS_DO_EXIT;
}

static int give_call(struct weft_deputy *deputy, struct weft_lane *lane,
		     const struct weft_header *header,
		     const struct weft_deputy_call *call)
{
	bool is_gone;

	mutex_lock(&deputy->lock);
	/* the body may call before the task has seen the reply to its CAPTURE */
	is_gone = deputy->is_lost ||
		  (deputy->state != WEFT_DEPUTY_LEAVING &&
		   deputy->state != WEFT_DEPUTY_AWAY);
	if (is_gone || deputy->call.is_wanted) {
		mutex_unlock(&deputy->lock);
		return is_gone ? -ESRCH : -EPROTO;
	}
	kvfree(deputy->call.data);
	deputy->call = *call;
	deputy->call.is_wanted = true;
	deputy->is_exiting = is_last(call->entry);
	weft_answer_keep(&deputy->call.answer, lane, header);
	mutex_unlock(&deputy->lock);
	wake_up(&deputy->wait);
	return 0;
}

static void answer_last(struct weft_deputy *deputy)
{
	struct weft_message *reply;

	reply = weft_answer_new(WEFT_MSG_CALL, sizeof(struct weft_msg_call_reply));
	/* without it the body learns from GONE that it is over */
	if (!reply)
		return;
	memset(reply->payload, 0, sizeof(struct weft_msg_call_reply));
	mutex_lock(&deputy->lock);
	weft_answer_queue(&deputy->call.answer, reply, 0);
	mutex_unlock(&deputy->lock);
}

/**
 * weft_call_serve() - serve a CALL
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * The reply comes from the deputy.
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_call_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload)
{
	const struct weft_msg_call *msg = payload;
	u32 len = le32_to_cpu(header->length) - sizeof(*msg);
	struct weft_deputy_call call = {};
	struct weft_deputy *deputy;
	int err;

	if (weft_call_check(header, msg))
		return -EPROTO;
	err = plan_call(msg, len, &call);
	if (err)
		return err;
	deputy = weft_deputy_find(weft_processes(lane->peer->weft), lane->peer,
				  le64_to_cpu(msg->process));
	if (!deputy)
		return weft_answer_error(lane, header, -ESRCH);
	call.data = len ? kvmalloc(len, GFP_KERNEL) : NULL;
	if (call.data)
		memcpy(call.data, msg + 1, len);
	err = len && !call.data ? -ENOMEM :
	      give_call(deputy, lane, header, &call);
	if (err)
		kvfree(call.data);
	else if (is_last(call.entry))
		answer_last(deputy);
	weft_deputy_put(deputy);
	return err == -ESRCH ? weft_answer_error(lane, header, err) : err;
}
