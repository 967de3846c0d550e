// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of processes that have a half on a node: of this one, for whoever
 * asks, and of others, which are asked.
 *
 * Each half is looked at by itself, with its own lock; nothing is locked while it
 * is told. So a process that moves meanwhile may be told of in two states, once by
 * each of its nodes.
 * Locks: weft_processes.lock, weft_deputy.lock or weft_body.lock.
 */
#include "migrate/choice.h"
#include "migrate/migrate.h"

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

static u64 age_ms(u64 since_ns)
{
	return ktime_ms_delta(ktime_get(), ns_to_ktime(since_ns));
}

/* What home knows. Return: false if there is nothing to be told any more. */
static bool read_deputy(struct weft_deputy *deputy,
			struct weft_msg_processes_row *row)
{
	u64 since = deputy->asked_ns;
	int state;

	mutex_lock(&deputy->lock);
	state = weft_choice_home_state(deputy->state);
	row->calls = cpu_to_le64(deputy->calls);
	if (state == WEFT_PROCESS_LEAVING)
		since = deputy->left_ns;
	if (state == WEFT_PROCESS_AWAY) {
		since = deputy->arrived_ns;
		row->downtime_ns = cpu_to_le64(since - deputy->left_ns);
	}
	mutex_unlock(&deputy->lock);
	row->node = cpu_to_le32(deputy->peer->node);
	row->pid = cpu_to_le32(deputy->pid);
	row->state = cpu_to_le32(state);
	row->age_ms = cpu_to_le64(age_ms(since));
	strscpy_pad(row->name, deputy->name, sizeof(row->name));
	return state >= 0;
}

/* What is known where it runs. Return: likewise. */
static bool read_body(struct weft_body *body, struct weft_msg_processes_row *row)
{
	int state;

	mutex_lock(&body->lock);
	state = weft_choice_body_state(body->state);
	row->age_ms = cpu_to_le64(age_ms(body->since_ns));
	mutex_unlock(&body->lock);
	row->node = cpu_to_le32(body->processes->weft->identity.node);
	row->pid = cpu_to_le32(body->pid);
	row->state = cpu_to_le32(state);
	row->fetched = cpu_to_le64(READ_ONCE(body->fetched) * WEFT_PAGE_BYTES);
	row->faults = cpu_to_le64(READ_ONCE(body->faults));
	row->calls = cpu_to_le64(READ_ONCE(body->calls));
	strscpy_pad(row->name, body->name, sizeof(row->name));
	return state >= 0;
}

/* With a reference to each half that is chosen. */
static void choose(struct weft_processes *processes, struct weft_choice *choice)
{
	struct weft_deputy *deputy;
	struct weft_body *body;
	u32 i;

	spin_lock(&processes->lock);
	list_for_each_entry(deputy, &processes->deputies, link)
		weft_choice_offer(choice, &(struct weft_half){
			.process = deputy->process, .deputy = deputy,
			.home = processes->weft->identity.node });
	list_for_each_entry(body, &processes->bodies, link)
		weft_choice_offer(choice, &(struct weft_half){
			.process = body->process, .body = body,
			.home = body->peer->node });
	for (i = 0; i < choice->count; i++)
		if (choice->halves[i].deputy)
			refcount_inc(&choice->halves[i].deputy->references);
		else
			refcount_inc(&choice->halves[i].body->references);
	spin_unlock(&processes->lock);
}

/* Tells of a half, and does without it. Return: as read_deputy(). */
static bool tell(const struct weft_half *half, struct weft_msg_processes_row *row)
{
	bool is_told;

	*row = (struct weft_msg_processes_row){
		.process = cpu_to_le64(half->process),
		.home = cpu_to_le32(half->home),
	};
	if (half->deputy) {
		is_told = read_deputy(half->deputy, row);
		weft_deputy_put(half->deputy);
	} else {
		is_told = read_body(half->body, row);
		weft_body_put(half->body);
	}
	return is_told;
}

/*
 * The first piece behind a place. Some of those that are chosen may have ended: if
 * they all have, and there are more, it is up to those.
 */
static void make_piece(struct weft_processes *processes, struct weft_choice *choice,
		       const struct weft_msg_processes *behind,
		       struct weft_msg_processes_reply *reply)
{
	u32 i, count = 0;

	choice->home = le32_to_cpu(behind->home);
	choice->process = le64_to_cpu(behind->process);
	choice->room = WEFT_PROCESSES_MAX;
	do {
		choice->count = 0;
		choice->is_more = false;
		choose(processes, choice);
		for (i = 0; i < choice->count; i++)
			count += tell(&choice->halves[i], &reply->rows[count]);
		if (choice->count) {
			choice->home = choice->halves[choice->count - 1].home;
			choice->process = choice->halves[choice->count - 1].process;
		}
	} while (!count && choice->is_more);
	reply->count = cpu_to_le32(count);
	reply->is_more = cpu_to_le32(choice->is_more);
}

/* Return: 0 or -ENOMEM. */
static int list_own(struct weft_processes *processes,
		    const struct weft_msg_processes *behind,
		    struct weft_msg_processes_reply *reply)
{
	struct weft_choice *choice = kzalloc(sizeof(*choice), GFP_KERNEL);

	if (!choice)
		return -ENOMEM;
	make_piece(processes, choice, behind, reply);
	kfree(choice);
	return 0;
}

/**
 * weft_processes_serve() - serve a PROCESSES
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Context: the thread of the lane; waits for nobody.
 * Return: 0 with the reply queued, -EPROTO or -ENOMEM.
 */
int weft_processes_serve(struct weft_lane *lane, const struct weft_header *header,
			 const void *payload)
{
	struct weft_processes *processes = weft_processes(lane->peer->weft);
	struct weft_msg_processes_reply *list;
	struct weft_message *reply;

	if (weft_processes_check(payload))
		return -EPROTO;
	reply = weft_message_new(WEFT_MSG_PROCESSES_REPLY, WEFT_PROCESSES_REPLY_MAX);
	if (!reply)
		return -ENOMEM;
	list = (struct weft_msg_processes_reply *)reply->payload;
	if (list_own(processes, payload, list)) {
		weft_message_free(reply);
		return -ENOMEM;
	}
	reply->inline_len = struct_size(list, rows, le32_to_cpu(list->count));
	weft_rpc_reply(lane, header, reply, 0);
	return 0;
}

/* Return: as weft_list_get(). */
static int ask(struct weft_peer *peer, unsigned long deadline,
	       const struct weft_msg_processes *behind,
	       struct weft_msg_processes_reply *reply)
{
	struct weft_call call = {
		.type = WEFT_MSG_PROCESSES,
		.reply = reply,
		.reply_size = WEFT_PROCESSES_REPLY_MAX,
		.deadline = deadline,
	};
	struct weft_message *request = weft_message_new(call.type, sizeof(*behind));
	int err;

	if (!request)
		return -ENOMEM;
	memcpy(request->payload, behind, sizeof(*behind));
	err = weft_call_start(&peer->lanes[WEFT_LANE_BULK], &call, request);
	if (!err)
		err = weft_call_wait(&call);
	/* an error that the peer had is none of ours, whatever its number */
	if (err && err != -ESTALE && call.order)
		return -EREMOTEIO;
	if (err)
		return err;
	return weft_processes_reply_check(reply, call.reply_len, behind,
					  peer->node) ? -EBADMSG : 0;
}

static bool is_connected(struct weft_peer *peer)
{
	return READ_ONCE(peer->lanes[WEFT_LANE_BULK].state) == WEFT_LANE_UP;
}

/**
 * weft_list_get() - a piece of the list of processes of a node
 * @weft:     this node
 * @node:     of which node; WEFT_NODE_NONE: of this one
 * @deadline: when to give up, in jiffies
 * @behind:   where it begins, as in a PROCESSES that was checked
 * @reply:    the result: WEFT_PROCESSES_REPLY_MAX bytes of room, for a
 *            PROCESSES_REPLY that was checked
 *
 * Context: may sleep, also for the node; the caller holds no lock.
 * Return: 0; -EHOSTUNREACH if the node is no member; -ENOTCONN if it is not
 * connected; -EBADMSG if no list is like that; -EREMOTEIO if the node replied with
 * an error; -ENOMEM; or as weft_call_start() and weft_call_wait().
 */
int weft_list_get(struct weft_net *weft, u32 node, unsigned long deadline,
		  const struct weft_msg_processes *behind,
		  struct weft_msg_processes_reply *reply)
{
	struct weft_peer *peer;

	if (node == WEFT_NODE_NONE || node == READ_ONCE(weft->identity.node))
		return list_own(weft_processes(weft), behind, reply);
	peer = weft_peer_find(weft, node);
	if (!peer || !READ_ONCE(peer->is_member))
		return -EHOSTUNREACH;
	if (!is_connected(peer))
		return -ENOTCONN;
	return ask(peer, deadline, behind, reply);
}
