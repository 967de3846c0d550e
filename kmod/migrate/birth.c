// SPDX-License-Identifier: GPL-2.0-only
/*
 * Children of twins: threads, and processes. A child comes out of the instruction
 * that made it, and so to the door; what it will be there was made before, so that
 * from its first moment it is known.
 *
 * Who comes to the door first, the parent or the child, tells the body of the
 * parent: after vfork(2) that is the child.
 * Locks: weft_processes.lock, weft_deputy.lock.
 */
#include "migrate/deputy.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

/* What a body may ask for; all else is done where it runs. */
#define HOME_FLAGS	(CSIGNAL | CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_VFORK | CLONE_PARENT | CLONE_THREAD | CLONE_SYSVSEM | \
			 CLONE_IO)

static struct weft_deputy *deputy_for(const struct weft_twin *parent, u64 flags)
{
	struct weft_deputy *deputy = parent->deputy, *child;

	if (flags & CLONE_THREAD) {
		refcount_inc(&deputy->references);
		return deputy;
	}
	child = weft_deputy_alloc(deputy->processes, deputy->peer);
	if (!child)
		return NULL;
	strscpy(child->name, deputy->name, sizeof(child->name));
	child->dump_filter = deputy->dump_filter;
	child->push.is_empty = deputy->push.is_empty;
	return child;
}

/**
 * weft_birth_prepare() - a twin is about to make a child
 * @parent: the twin, with the call; the caller is its task
 *
 * Context: may sleep; caller holds weft_deputy.lock.
 * Return: 0, or what the call fails with.
 */
int weft_birth_prepare(struct weft_twin *parent)
{
	u64 flags = parent->call.plan.args[0];
	struct weft_deputy *deputy;
	struct weft_twin *child;
	int err = 0;

	if (flags & ~(u64)HOME_FLAGS)
		return -EINVAL;
	deputy = deputy_for(parent, flags);
	if (!deputy)
		return -ENOMEM;
	child = weft_twin_new(deputy);
	parent->call.born = flags & CLONE_THREAD ? 0 : deputy->process;
	weft_deputy_put(deputy);
	if (!child)
		return -ENOMEM;
	/* a child with memory of its own gets its door when it comes to it */
	if (flags & CLONE_VM)
		err = weft_door_take_room(parent->door, child);
	if (err) {
		weft_twin_put(child);
		return err;
	}
	refcount_inc(&parent->references);
	child->parent = parent;
	child->request = parent->call.answer.request;
	parent->newborn = child;
	return 0;
}

/**
 * weft_birth_failed() - there is no child, if one was prepared
 * @parent: the twin
 *
 * Context: may sleep.
 */
void weft_birth_failed(struct weft_twin *parent)
{
	struct weft_twin *child = xchg(&parent->newborn, NULL);

	if (!child)
		return;
	weft_twin_put(child->parent);
	child->parent = NULL;
	weft_twin_put(child);
}

/**
 * weft_birth_happened() - there is a child
 * @parent: the twin, which has prepared it; the caller is its task
 * @child:  its task, which has not run yet
 *
 * Context: does not sleep.
 */
void weft_birth_happened(struct weft_twin *parent, struct task_struct *child)
{
	struct weft_twin *twin = xchg(&parent->newborn, NULL);

	if (!twin)
		return;
	if (!twin->deputy->task)
		weft_deputy_be(twin->deputy, child, child->mm);
	weft_twin_add(twin, child);
}

/* The door that came with the memory of the parent is the parent's. */
static int replace_door(struct weft_twin *child)
{
	const struct weft_door *old = child->parent->door;
	unsigned long code = old->door - PAGE_SIZE;
	struct weft_door *door;
	int err;

	vm_munmap(code, 2 * PAGE_SIZE);
	door = weft_door_open(child->deputy->processes, old->room, code, old->slots);
	if (IS_ERR(door))
		return PTR_ERR(door);
	err = weft_door_take_room(door, child);
	weft_door_put(door);
	return err;
}

/* Tells the body of the parent, unless the parent has done so itself. */
static void tell(struct weft_twin *child)
{
	struct weft_twin *parent = child->parent;
	struct weft_deputy *deputy = parent->deputy;
	bool is_process = child->deputy != deputy;
	struct weft_msg_call_reply *payload;
	struct weft_message *reply;
	struct weft_lane *lane = NULL;

	reply = weft_answer_new(WEFT_MSG_CALL, sizeof(*payload) + sizeof(__le64));
	/* without memory it is up to the parent */
	if (!reply)
		return;
	payload = (struct weft_msg_call_reply *)reply->payload;
	payload->result = cpu_to_le64(child->tid);
	*(__le64 *)(payload + 1) = cpu_to_le64(is_process ? child->deputy->process : 0);
	mutex_lock(&deputy->lock);
	if (parent->call.is_running && parent->call.answer.type &&
	    parent->call.answer.request == child->request) {
		parent->call.is_running = false;
		parent->call.is_wanted = false;
		deputy->calls++;
		lane = weft_answer_queue(&parent->call.answer, reply, 0);
		reply = NULL;
	}
	mutex_unlock(&deputy->lock);
	if (reply)
		weft_message_free(reply);
	if (lane)
		weft_lane_pump(lane);
}

/**
 * weft_birth_finish() - a twin is at the door, perhaps for the first time
 * @child: the twin; the caller is its task
 *
 * Context: may sleep; takes mmap_lock.
 * Return: 0, or an error, with which the task has to end.
 */
int weft_birth_finish(struct weft_twin *child)
{
	struct weft_twin *parent = child->parent;
	int err = 0;

	if (!parent)
		return 0;
	/* whoever ended those that were lost may not have seen this one */
	if (READ_ONCE(parent->deputy->is_lost))
		err = -ECONNRESET;
	if (!err && !child->door)
		err = replace_door(child);
	if (!err && child->deputy != parent->deputy)
		weft_signals_watch(child->deputy);
	tell(child);
	child->parent = NULL;
	weft_twin_put(parent);
	return err;
}
