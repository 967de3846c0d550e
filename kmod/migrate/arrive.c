// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes of other nodes arrive: first their threads, one by one, then what they
 * have in common. And signals that were sent to them at home.
 * Locks: weft_body.lock.
 */
#include "migrate/body.h"
#include "migrate/migrate.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Return: 0; -ECANCELED; -EPROTO if it does not wait for threads, or so many. */
static int add_thread(struct weft_body *body, struct weft_thread *thread)
{
	int err = 0;

	mutex_lock(&body->lock);
	if (body->state == WEFT_BODY_ENDED)
		err = -ECANCELED;
	else if (body->state != WEFT_BODY_WAITING ||
		 body->nr_arrived == WEFT_THREADS_MAX - 1)
		err = -EPROTO;
	if (!err) {
		list_add_tail(&thread->link, &body->arrived);
		body->nr_arrived++;
	}
	mutex_unlock(&body->lock);
	return err;
}

/* Return: as add_thread(), or -ENOMEM. */
static int take_thread(struct weft_body *body, const struct weft_msg_thread *message,
		       u32 len)
{
	struct weft_thread *thread = weft_thread_new(body, le32_to_cpu(message->tid));
	int err;

	if (!thread)
		return -ENOMEM;
	thread->state = kvmalloc(len, GFP_KERNEL);
	if (thread->state)
		memcpy(thread->state, message, len);
	err = thread->state ? add_thread(body, thread) : -ENOMEM;
	if (err)
		weft_thread_put(thread);
	return err;
}

/**
 * weft_thread_serve() - serve a THREAD
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_thread_serve(struct weft_lane *lane, const struct weft_header *header,
		      const void *payload)
{
	const struct weft_msg_thread *thread = payload;
	struct weft_body *body;
	int err;

	if (weft_thread_check(header, thread))
		return -EPROTO;
	body = weft_body_find(weft_processes(lane->peer->weft), lane->peer,
			      le64_to_cpu(thread->process));
	err = body ? take_thread(body, thread, le32_to_cpu(header->length)) :
		     -ECANCELED;
	if (body)
		weft_body_put(body);
	return err && err != -ECANCELED ? err : weft_answer_error(lane, header, err);
}

/**
 * weft_thread_tid_at() - which threads have come?
 * @body:  the process
 * @index: of the thread, in the order in which they came
 *
 * Return: its number at home; 0 if there is no such one.
 */
u32 weft_thread_tid_at(struct weft_body *body, u32 index)
{
	struct weft_thread *thread;
	u32 tid = 0;

	mutex_lock(&body->lock);
	list_for_each_entry(thread, &body->arrived, link)
		if (!index--) {
			tid = thread->tid;
			break;
		}
	mutex_unlock(&body->lock);
	return tid;
}

/**
 * weft_thread_take() - take a thread that has come
 * @body: the process
 * @tid:  its number at home
 *
 * Return: the thread, whose reference is the caller's now; or NULL.
 */
struct weft_thread *weft_thread_take(struct weft_body *body, u32 tid)
{
	struct weft_thread *thread, *found = NULL;

	mutex_lock(&body->lock);
	list_for_each_entry(thread, &body->arrived, link) {
		if (thread->tid != tid)
			continue;
		list_del_init(&thread->link);
		found = thread;
		break;
	}
	mutex_unlock(&body->lock);
	return found;
}

/* Return: 0; -ECANCELED; -EINVAL without all its threads; -EPROTO. */
static int take_capture(struct weft_body *body, struct weft_lane *lane,
			const struct weft_header *header,
			struct weft_msg_capture *capture)
{
	int err = 0;

	mutex_lock(&body->lock);
	if (body->state != WEFT_BODY_WAITING) {
		err = body->state == WEFT_BODY_ENDED ? -ECANCELED : -EPROTO;
	} else if (body->nr_arrived != le32_to_cpu(capture->threads)) {
		err = -EINVAL;
	} else {
		body->capture = capture;
		body->state = WEFT_BODY_ARRIVED;
		weft_answer_keep(&body->answer, lane, header);
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
	return err == -ECANCELED || err == -EINVAL ?
	       weft_answer_error(lane, header, err) : err;
}

static void count_continues(struct weft_body *body, u32 count)
{
	u32 was = READ_ONCE(body->continues);

	while ((s32)(count - was) > 0 && !try_cmpxchg(&body->continues, &was, count))
		;
}

/*
 * A thread that takes a stop signal has to find the count that this one came with, or
 * an older one, but never that of a SIGCONT that is yet to come: see weft_stop_seen().
 */
static int send(struct weft_body *body, struct weft_thread *thread,
		struct kernel_siginfo *info, u32 continues)
{
	int err;

	if (sig_kernel_stop(info->si_signo) && info->si_signo != SIGSTOP)
		count_continues(body, continues);
	err = weft_deliver(body, thread, info);
	if (info->si_signo == SIGCONT)
		count_continues(body, continues);
	return err;
}

/* Return: 0; -ESRCH; or -EAGAIN if the process is about to run. */
static int deliver(struct weft_lane *lane, const struct weft_msg_signal *signal,
		   struct kernel_siginfo *info)
{
	struct weft_thread *thread = NULL;
	struct weft_body *body;
	int err = -EAGAIN;

	body = weft_body_find(weft_processes(lane->peer->weft), lane->peer,
			      le64_to_cpu(signal->process));
	if (!body)
		return -ESRCH;
	if (signal->tid)
		thread = weft_thread_find(body, le32_to_cpu(signal->tid));
	if (signal->tid && !thread)
		err = -ESRCH;
	else if (READ_ONCE(body->state) == WEFT_BODY_RUNNING)
		err = send(body, thread, info, le32_to_cpu(signal->continues));
	if (thread)
		weft_thread_put(thread);
	weft_body_put(body);
	return err;
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

	if (weft_signal_check(signal))
		return -EPROTO;
	memcpy(&info, signal->info, sizeof(info));
	/* first the answer: a signal that was sent is not sent again */
	reply = weft_answer_new(WEFT_MSG_SIGNAL, 0);
	if (!reply)
		return -ENOMEM;
	weft_rpc_reply(lane, header, reply, deliver(lane, signal, &info));
	return 0;
}
