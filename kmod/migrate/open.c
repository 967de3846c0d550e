// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a body: who has it open may become the body.
 * Locks: weft_body.lock.
 */
#include "migrate/body.h"
#include "migrate/identity.h"
#include "migrate/migrate.h"

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>
#include <linux/weft_body.h>

/* How long a task that is ready waits for its process. */
#define ARRIVAL_TIMEOUT	(30 * HZ)

static bool has_arrived(struct weft_body *body)
{
	return READ_ONCE(body->state) != WEFT_BODY_WAITING;
}

/* A task is a thread of the process from now on. The reference is the task's. */
static int attach(struct weft_thread *thread)
{
	int err = weft_hook_add(thread->body->processes);

	if (!err)
		weft_thread_add(thread, current);
	return err;
}

/* Return: 0; -EBUSY if somebody else waits; -ECANCELED. */
static int begin(struct weft_body *body)
{
	int err = 0;

	mutex_lock(&body->lock);
	if (body->state == WEFT_BODY_ENDED)
		err = -ECANCELED;
	else if (body->state != WEFT_BODY_OPEN || body->task ||
		 !thread_group_empty(current))
		err = -EBUSY;
	else
		body->task = get_task_struct(current);
	mutex_unlock(&body->lock);
	return err;
}

/* Return: 0, -ENOMEM, or an error of weft_hook_add(). */
static int attach_first(struct weft_body *body)
{
	struct weft_thread *thread = weft_thread_new(body, body->pid);
	int err = thread ? attach(thread) : -ENOMEM;

	if (err && thread)
		weft_thread_put(thread);
	if (err)
		return err;
	mutex_lock(&body->lock);
	body->tgid = get_task_pid(current, PIDTYPE_TGID);
	mutex_unlock(&body->lock);
	return 0;
}

static int tell(const struct weft_msg_thread *thread, const void *xstate, u64 vvar,
		u32 threads, pid_t pid, struct weft_body_arrival __user *arrival)
{
	const struct weft_body_bases bases = {
		.fs_base = le64_to_cpu(thread->registers[WEFT_REG_FS_BASE]),
		.gs_base = le64_to_cpu(thread->registers[WEFT_REG_GS_BASE]),
		.vvar = vvar,
		.xstate_size = le32_to_cpu(thread->xstate_size),
		.threads = threads,
		.pid = pid,
	};

	static_assert(WEFT_BODY_XSTATE_LEN >= WEFT_XSTATE_MAX);

	if (copy_to_user(&arrival->bases, &bases, sizeof(bases)) ||
	    copy_to_user(arrival->xstate, xstate, bases.xstate_size))
		return -EFAULT;
	return 0;
}

static int tell_first(struct weft_body *body, struct weft_body_arrival __user *arrival)
{
	const struct weft_msg_capture *capture = body->capture;
	struct weft_msg_thread thread;

	weft_thread_of_capture(capture, &thread);
	return tell(&thread, capture + 1, le64_to_cpu(capture->vvar),
		    body->nr_arrived, body->pid, arrival);
}

static long wait_for_process(struct weft_body *body,
			     struct weft_body_arrival __user *arrival)
{
	int err = begin(body);
	long left;

	if (!err)
		err = attach_first(body);
	if (!err)
		err = weft_fault(body->processes->weft, WEFT_FAULT_BODY_READY);
	if (err)
		return err;
	weft_body_answer(body, WEFT_BODY_WAITING, 0);
	left = wait_event_killable_timeout(body->changed, has_arrived(body),
					   ARRIVAL_TIMEOUT);
	if (left <= 0)
		return left ? left : -ETIMEDOUT;
	if (READ_ONCE(body->state) != WEFT_BODY_ARRIVED)
		return -ECONNRESET;
	err = weft_fault(body->processes->weft, WEFT_FAULT_BODY_ARRIVED);
	return err ? err : tell_first(body, arrival);
}

/* The caller is to be a thread that has come. Return: 0 or an error. */
static long be_thread(struct weft_body *body, struct weft_body_thread __user *arg)
{
	struct weft_thread *thread;
	u32 tid;
	int err;

	if (READ_ONCE(body->state) != WEFT_BODY_ARRIVED ||
	    !same_thread_group(body->task, current) ||
	    weft_body_is(body->processes, current))
		return -EINVAL;
	if (get_user(tid, &arg->tid))
		return -EFAULT;
	thread = weft_thread_take(body, tid);
	if (!thread)
		return -ESRCH;
	err = tell(thread->state, thread->state + 1, 0, 0, body->pid,
		   &arg->arrival);
	if (!err)
		err = attach(thread);
	if (err)
		weft_thread_put(thread);
	return err;
}

/* The caller, which is a thread of the process, becomes what it is to be. */
static long run(struct weft_body *body, unsigned long fd)
{
	struct weft_thread *thread = weft_thread_get(body->processes, current);
	int err = -EINVAL;

	if (thread && thread->body == body &&
	    READ_ONCE(body->state) == WEFT_BODY_ARRIVED)
		err = weft_body_restore(thread, fd);
	if (thread)
		weft_thread_put(thread);
	return err;
}

static long control(struct file *file, unsigned int command, unsigned long arg)
{
	struct weft_body *body = file->private_data;

	switch (command) {
	case WEFT_BODY_WAIT:
		return wait_for_process(body, (void __user *)arg);
	case WEFT_BODY_TID:
		return weft_thread_tid_at(body, arg);
	case WEFT_BODY_THREAD:
		return be_thread(body, (void __user *)arg);
	case WEFT_BODY_RUN:
		return run(body, arg);
	default:
		return weft_body_tell(body, command, (void __user *)arg);
	}
}

/* The last descriptor is gone; whoever runs does without. */
static int release(struct inode *inode, struct file *file)
{
	struct weft_body *body = file->private_data;

	if (READ_ONCE(body->state) != WEFT_BODY_RUNNING)
		weft_body_end(body);
	weft_body_put(body);
	return 0;
}

static const struct file_operations body_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= control,
	.release	= release,
};

static int open(struct weft_body *body)
{
	int err = 0;

	mutex_lock(&body->lock);
	if (body->state == WEFT_BODY_WANTED)
		body->state = WEFT_BODY_OPEN;
	else
		err = -EBUSY;
	mutex_unlock(&body->lock);
	return err;
}

/**
 * weft_body_open() - a file for a body that is wanted
 * @weft:    this node
 * @home:    of the process
 * @process: its serial number
 *
 * Context: may sleep; the file is the caller's.
 * Return: the file; -ESRCH if no such body is wanted; -EBUSY if it was opened
 * before; -ENOMEM; or an error of a full table.
 */
struct file *weft_body_open(struct weft_net *weft, u32 home, u64 process)
{
	struct weft_peer *peer = weft_peer_find(weft, home);
	struct weft_body *body = NULL;
	struct file *file;
	int err;

	if (peer)
		body = weft_body_find(weft_processes(weft), peer, process);
	if (!body)
		return ERR_PTR(-ESRCH);
	err = open(body);
	if (!err) {
		file = anon_inode_getfile("[weft]", &body_fops, body, O_RDWR);
		/* the reference is the file's now */
		if (!IS_ERR(file))
			return file;
		err = PTR_ERR(file);
		weft_body_end(body);
	}
	weft_body_put(body);
	return ERR_PTR(err);
}
