// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system call of a body on its way home and back: one message each way, with
 * all the memory that the call reads, and all that it wrote.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "migrate/forward.h"
#include "rsys/rsys.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/cred.h>
#include <linux/syscalls.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

/* More than that does not hold up what is small. */
#define FAST_MAX	16384

/**
 * weft_call_is_for_home() - does a deputy make such a call?
 * @entry: its row
 *
 * Return: true if home can make it by what the row says.
 */
bool weft_call_is_for_home(const struct weft_rsys_entry *entry)
{
	unsigned int i;

	if (entry->class != WEFT_RSYS_HOME && entry->class != WEFT_RSYS_CACHED &&
	    entry->class != WEFT_RSYS_SPECIAL)
		return false;
	if (entry->class == WEFT_RSYS_SPECIAL)
		switch (entry->handler) {
		case WEFT_RSYS_DO_FORK:
			/* all ways to make a child travel as this one */
			if (entry->number != __NR_clone)
				return false;
			break;
		case WEFT_RSYS_DO_EXEC:
		case WEFT_RSYS_DO_SIGACTION:
		case WEFT_RSYS_DO_EXIT:
		case WEFT_RSYS_DO_OPEN:
		case WEFT_RSYS_DO_POLL:
		case WEFT_RSYS_DO_WAIT:
		case WEFT_RSYS_DO_RESTART:
		case WEFT_RSYS_DO_KILL:
		case WEFT_RSYS_DO_MAP:
		case WEFT_RSYS_DO_TASK:
		case WEFT_RSYS_DO_BOTH:
		case WEFT_RSYS_DO_LIMITS:
		case WEFT_RSYS_DO_USAGE:
		case WEFT_RSYS_DO_DISCARD:
			break;
		case WEFT_RSYS_DO_CREDENTIALS:
			if (entry->args[0].kind == WEFT_RSYS_ARG_HERE)
				return false;
			break;
		case WEFT_RSYS_DO_CLOCK:
			/* the task that would sleep there does not run, so its clock stands */
			if (entry->flags & WEFT_RSYS_BLOCKS)
				return false;
			break;
		default:
			return false;
		}
	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		if (entry->args[i].kind >= WEFT_RSYS_ARG_MESSAGES_IN)
			return false;
	return true;
}

/*
 * The task has got a signal. Home ends the call, if it still can; the reply says
 * what came of it. On return nothing that comes later can be cancelled by this.
 * On another lane it could be there before the call.
 */
static void cancel(struct weft_thread *thread, struct weft_lane *lane)
{
	struct weft_body *body = thread->body;
	struct weft_call call = { .type = WEFT_MSG_CANCEL, .deadline = FOR_EVER };
	struct weft_msg_cancel *payload;
	struct weft_message *request;

	request = weft_message_new(call.type, sizeof(*payload));
	/* without memory the signal is seen to when the call is over */
	if (!request)
		return;
	payload = (struct weft_msg_cancel *)request->payload;
	*payload = (struct weft_msg_cancel){
		.process = cpu_to_le64(body->process),
		.tid = cpu_to_le32(thread->tid),
	};
	if (!weft_call_start(lane, &call, request))
		weft_call_wait(&call);
}

static int send(struct weft_thread *thread, struct weft_forward *forward, u32 *len)
{
	struct weft_body *body = thread->body;
	u32 out = weft_forward_room(forward) + sizeof(__le64);
	bool is_large = forward->request->inline_len + out > FAST_MAX;
	struct weft_call call = {
		.type = WEFT_MSG_CALL,
		.reply_size = sizeof(*forward->reply) + out,
		.deadline = FOR_EVER,
	};
	struct weft_message *request = forward->request;
	struct weft_lane *lane = &body->peer->lanes[is_large ? WEFT_LANE_BULK :
						    WEFT_LANE_FAST];
	int err;

	call.reply = kvmalloc(call.reply_size, GFP_KERNEL);
	if (!call.reply)
		return -ENOMEM;
	forward->reply = call.reply;
	forward->request = NULL;
	err = weft_call_start(lane, &call, request);
	if (!err && weft_call_is_interrupted(&call))
		cancel(thread, lane);
	if (!err)
		err = weft_call_wait(&call);
	if (!err && weft_call_reply_check(call.reply_len))
		err = -EBADMSG;
	*len = err ? 0 : call.reply_len - sizeof(*forward->reply);
	return err;
}

/* A call that home could not understand would break the connection, for all. */
static int check_request(const struct weft_forward *forward)
{
	const struct weft_message *request = forward->request;
	const struct weft_header header = {
		.type = cpu_to_le16(WEFT_MSG_CALL),
		.length = cpu_to_le32(request->inline_len),
	};

	if (!weft_call_check(&header, (const void *)request->payload))
		return 0;
	pr_warn_ratelimited("a call of %s does not fit into a message\n",
			    forward->entry->name);
	return -EOPNOTSUPP;
}

/* The message is there; now it also says whose it is. */
static void sign(struct weft_forward *forward, const struct weft_thread *thread)
{
	struct weft_msg_call *call = (struct weft_msg_call *)forward->request->payload;

	call->tid = cpu_to_le32(thread->tid);
	call->flags = cpu_to_le32(weft_stop_call_flags());
}

static bool is_birth(const struct weft_forward *forward)
{
	return forward->entry->class == WEFT_RSYS_SPECIAL &&
	       forward->entry->handler == WEFT_RSYS_DO_FORK;
}

static s64 refuse(const struct weft_body *body, const struct weft_rsys_entry *entry)
{
	pr_notice_ratelimited("process %d (%s) called %s, which cannot be made from another node yet\n",
			      body->pid, body->name, entry->name);
	return -ENOSYS;
}

/* Return: 0 with the result in @forward->reply, or an error of the program. */
static int make(struct weft_thread *thread, struct weft_forward *forward, u32 number,
		const u64 *args)
{
	struct weft_rsys_seen seen[WEFT_RSYS_ARGS];
	struct weft_body *body = thread->body;
	u32 len;
	int err;

	err = weft_fault(body->processes->weft, WEFT_FAULT_BODY_CALLING);
	if (!err)
		err = weft_forward_see(forward, args, seen);
	if (!err)
		err = weft_rsys_measure(forward->entry, args, seen, &forward->plan);
	if (!err)
		err = weft_forward_gather(body, forward, number, args);
	if (err)
		return err;
	sign(forward, thread);
	err = check_request(forward);
	if (err)
		return err;
	err = send(thread, forward, &len);
	if (err == -ENOMEM)
		return err;
	/* it has another table than this node: that is the end of this call only */
	if (err == -ENOSYS)
		return refuse(body, forward->entry);
	weft_fault(body->processes->weft, WEFT_FAULT_BODY_CALLED);
	if (!err && is_birth(forward))
		err = len == sizeof(__le64) ? 0 : -EBADMSG;
	else if (!err)
		err = weft_forward_scatter(forward, args, len);
	if (!err || err == -EFAULT)
		return err;
	/* home has let go of this process, or cannot be understood */
	if (err != -EINTR && err != -ESRCH)
		pr_notice("process %d (%s) ends: its home does not answer its calls (error %d)\n",
			  body->pid, body->name, err);
	send_sig(SIGKILL, current, 1);
	return -EINTR;
}

/*
 * A signal to the process itself, or to a thread of it, as abort(3), raise(3) and
 * pthread_kill(3) make it, does not travel.
 */
static bool is_to_self(const struct weft_body *body, u32 number, const u64 *args)
{
	switch (number) {
	case __NR_kill:
	case __NR_tgkill:
		return (pid_t)args[0] == body->pid;
	case __NR_tkill:
		return true;
	default:
		return false;
	}
}

/* Return: what the call gives; -ENOENT if no thread of the process has the number. */
static s64 kill_self(struct weft_body *body, u32 number, const u64 *args)
{
	int signal = args[number == __NR_tgkill ? 2 : 1];
	pid_t tid = args[number == __NR_tgkill ? 1 : 0];
	struct weft_thread *thread = NULL;
	struct kernel_siginfo info;
	s64 result = 0;

	if (!valid_signal(signal))
		return -EINVAL;
	if (number != __NR_kill) {
		thread = weft_thread_find(body, tid);
		if (!thread)
			return -ENOENT;
	}
	clear_siginfo(&info);
	info.si_signo = signal;
	info.si_code = number == __NR_kill ? SI_USER : SI_TKILL;
	info.si_pid = body->pid;
	info.si_uid = from_kuid_munged(current_user_ns(), current_uid());
	if (signal)
		result = weft_deliver(body, thread, &info);
	if (thread)
		weft_thread_put(thread);
	return result;
}

/**
 * weft_thread_call_home() - have a system call made by the twin
 * @thread: the thread; the caller is its task
 * @number: of the call, of which the table says what moves
 * @args:   its arguments
 * @born:   of a clone(2) receives the serial number of the process that was made,
 *          0 if it was a thread; else NULL
 *
 * Context: sleeps until the call is over; the task may have got SIGKILL.
 * Return: what the call gave.
 */
s64 weft_thread_call_home(struct weft_thread *thread, u32 number,
			  const u64 args[6], u64 *born)
{
	struct weft_forward forward = { .entry = weft_rsys_classify(number, args) };
	s64 result;

	result = make(thread, &forward, number, args);
	if (!result) {
		result = le64_to_cpu(forward.reply->result);
		if (born)
			*born = le64_to_cpu(*(__le64 *)(forward.reply + 1));
	}
	thread->body->calls++;
	if (forward.request)
		weft_message_free(forward.request);
	kvfree(forward.vector);
	kvfree(forward.reply);
	return result;
}

/**
 * weft_thread_end_twin() - have a twin end that has no thread
 * @body:    the process of the caller
 * @process: serial number of the process of the twin
 * @tid:     number of the twin
 * @is_all:  end the whole process
 *
 * Context: sleeps for the answer.
 */
void weft_thread_end_twin(struct weft_body *body, u64 process, pid_t tid, bool is_all)
{
	struct weft_msg_call_reply reply;
	struct weft_call call = {
		.type = WEFT_MSG_CALL,
		.reply = &reply,
		.reply_size = sizeof(reply),
		.deadline = FOR_EVER,
	};
	struct weft_message *request;
	struct weft_msg_call *payload;

	request = weft_message_new(call.type, sizeof(*payload));
	if (!request)
		return;
	payload = (struct weft_msg_call *)request->payload;
	*payload = (struct weft_msg_call){
		.process = cpu_to_le64(process),
		.tid = cpu_to_le32(tid),
		.number = cpu_to_le32(is_all ? __NR_exit_group : __NR_exit),
	};
	if (!weft_call_start(&body->peer->lanes[WEFT_LANE_FAST], &call, request))
		weft_call_wait(&call);
}

/*
 * A program that home starts is home's: this process is over. If it cannot be
 * started nothing has happened. The last arguments are signals: those that are
 * ignored, and those that are blocked.
 */
static s64 execute(struct weft_thread *thread, u32 number, const u64 args[6])
{
	const u64 masked[6] = {
		args[0], args[1], args[2], args[3],
		/* of execveat(2) this one is taken */
		number == __NR_execve ? weft_disposition_ignored() : args[4],
		current->blocked.sig[0],
	};
	s64 result = weft_thread_call_home(thread, number, masked, NULL);

	if (!result) {
		thread->body->is_silent = true;
		thread->is_leaving = true;
	}
	return result;
}

/**
 * weft_thread_call() - make a system call that this kernel does not make by itself
 * @thread: the thread; the caller is its task
 * @number: of the call
 * @args:   as the program gave them
 *
 * Context: as weft_thread_call_home().
 * Return: what the program gets.
 */
s64 weft_thread_call(struct weft_thread *thread, u32 number, const u64 args[6])
{
	const struct weft_rsys_entry *entry = weft_rsys_classify(number, args);
	bool is_special = entry->class == WEFT_RSYS_SPECIAL;
	s64 result;

	if (is_special && entry->handler == WEFT_RSYS_DO_MAP &&
	    number == __NR_mmap)
		return weft_thread_map_file(thread, args);
	if (is_to_self(thread->body, number, args)) {
		result = kill_self(thread->body, number, args);
		if (result != -ENOENT)
			return result;
	}
	if (!weft_call_is_for_home(entry))
		return refuse(thread->body, entry);
	if (is_special && entry->handler == WEFT_RSYS_DO_EXEC)
		return execute(thread, number, args);
	if (is_special && (entry->handler == WEFT_RSYS_DO_USAGE ||
			   entry->handler == WEFT_RSYS_DO_CLOCK))
		return weft_thread_usage(thread, number, args);
	if (is_special && entry->handler == WEFT_RSYS_DO_POLL)
		return weft_thread_poll(thread, number, args);
	result = weft_thread_transfer(thread, number, args);
	thread->is_leaving = is_special && entry->handler == WEFT_RSYS_DO_EXIT;
	return result;
}
