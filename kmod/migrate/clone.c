// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread makes a child. First home makes it: there its number and its parent are
 * true. Then this kernel makes it: the task comes to user mode with the registers
 * of a clone3(2) of ours, which the hook lets pass; the child, before it runs, and
 * the parent, when it comes back, get the registers that the program had.
 *
 * Meanwhile the task blocks all signals: no handler is to see those registers.
 * Locks: weft_processes.lock.
 */
#include "migrate/body.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

/* What a program may ask for. */
#define KNOWN_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_VFORK | CLONE_PARENT | CLONE_THREAD | CLONE_SYSVSEM | \
			 CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | \
			 CLONE_CHILD_SETTID | CLONE_DETACHED | CLONE_UNTRACED | \
			 CLONE_IO | CLONE_CLEAR_SIGHAND)

/* Of these, what home does, and what is done here. */
#define HOME_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_VFORK | CLONE_PARENT | CLONE_THREAD | CLONE_SYSVSEM | \
			 CLONE_IO)
#define HERE_FLAGS	(CLONE_VM | CLONE_SIGHAND | CLONE_VFORK | CLONE_THREAD | \
			 CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | \
			 CLONE_CHILD_SETTID | CLONE_CLEAR_SIGHAND)

/* Below the stack pointer programs may have something, but not further below. */
#define RED_ZONE	128

/* Most children become another program by then. */
#define DRAIN_DELAY	HZ

/* Bytes that a stack has at least, as this kernel sees it. */
#define STACK_BYTES	8

/**
 * struct arguments - of our clone3(2), in the memory of the program
 * @args: the arguments
 * @tid:  the number that the child is to have
 * @pad:  zero
 */
struct arguments {
	struct clone_args args;
	pid_t tid;
	u32 pad;
};

/**
 * struct weft_clone - a child on its way
 * @flags:       CLONE_*
 * @exit_signal: what its parent gets when it ends
 * @stack:       its stack pointer; 0: that of its parent
 * @tls:         its FS base
 * @parent_tid:  where its number goes, in the memory of its parent
 * @child_tid:   where its number goes, in its own
 * @regs:        what the program had
 * @at:          where our arguments are; 0: it is the child's, and the call is over
 * @mask:        the signals that it blocks
 * @cred:        who it is, if that was changed for a moment; else NULL
 * @child:       what it will be, until it is there
 * @process:     serial number of a process; 0 of a thread
 * @tid:         its number at home
 */
struct weft_clone {
	u64 flags;
	u64 exit_signal;
	u64 stack;
	u64 tls;
	u64 parent_tid;
	u64 child_tid;
	struct pt_regs regs;
	u64 at;
	sigset_t mask;
	const struct cred *cred;
	struct weft_thread *child;
	u64 process;
	pid_t tid;
};

static bool is_thread(const struct weft_clone *clone)
{
	return clone->flags & CLONE_THREAD;
}

static int parse_clone3(struct weft_clone *clone, const struct pt_regs *regs)
{
	struct clone_args args = {};
	size_t size = regs->si;
	int err;

	if (size < CLONE_ARGS_SIZE_VER0)
		return -EINVAL;
	err = copy_struct_from_user(&args, sizeof(args), (void __user *)regs->di, size);
	if (err)
		return err;
	if (args.set_tid_size || args.flags & CSIGNAL || args.exit_signal & ~(u64)CSIGNAL ||
	    !args.stack != !args.stack_size)
		return -EINVAL;
	clone->flags = args.flags;
	clone->exit_signal = args.exit_signal;
	clone->stack = args.stack + args.stack_size;
	clone->tls = args.tls;
	clone->parent_tid = args.parent_tid;
	clone->child_tid = args.child_tid;
	return 0;
}

/* What does the program want? Return: 0, or what its call fails with. */
static int parse(struct weft_clone *clone, u32 number, const struct pt_regs *regs)
{
	int err = 0;

	clone->exit_signal = SIGCHLD;
	switch (number) {
	case __NR_fork:
		break;
	case __NR_vfork:
		clone->flags = CLONE_VFORK | CLONE_VM;
		break;
	case __NR_clone:
		clone->flags = (u32)regs->di & ~CSIGNAL;
		clone->exit_signal = regs->di & CSIGNAL;
		clone->stack = regs->si;
		clone->parent_tid = regs->dx;
		clone->child_tid = regs->r10;
		clone->tls = regs->r8;
		break;
	default:
		err = parse_clone3(clone, regs);
	}
	if (!err && clone->flags & ~(u64)KNOWN_FLAGS)
		err = -EINVAL;
	return err;
}

static bool is_namespaced(void)
{
	return task_active_pid_ns(current) != &init_pid_ns;
}

/* Return: the process that the child is to be, with a reference; or an error. */
static struct weft_body *body_for(struct weft_body *parent, const struct weft_clone *clone)
{
	struct weft_body *body;
	int err = 0;

	if (is_thread(clone)) {
		refcount_inc(&parent->references);
		return parent;
	}
	body = weft_body_alloc(parent->processes, parent->peer);
	if (!body)
		return ERR_PTR(-ENOMEM);
	body->since_ns = ktime_get_ns();
	strscpy(body->name, parent->name, sizeof(body->name));
	if (!(clone->flags & CLONE_VM)) {
		body->file = get_file(parent->image->file);
		err = weft_image_copy(body, parent->image);
	}
	if (!err)
		return body;
	fput(body->file);
	weft_body_put(body);
	return ERR_PTR(err);
}

static int prepare(struct weft_thread *parent, struct weft_clone *clone)
{
	struct weft_body *body;
	int err;

	err = weft_hook_add(parent->body->processes);
	if (err)
		return err;
	body = body_for(parent->body, clone);
	if (IS_ERR(body)) {
		weft_hook_remove(parent->body->processes);
		return PTR_ERR(body);
	}
	clone->child = weft_thread_new(body, 0);
	if (!clone->child) {
		weft_hook_remove(parent->body->processes);
		if (body->file && body != parent->body)
			fput(body->file);
		weft_body_put(body);
		return -ENOMEM;
	}
	weft_body_put(body);
	clone->child->clone = kzalloc(sizeof(*clone), GFP_KERNEL);
	return clone->child->clone ? 0 : -ENOMEM;
}

/* There is no child, and there will be none. */
static void drop_child(struct weft_thread *parent, struct weft_clone *clone)
{
	struct weft_thread *child = clone->child;

	if (!child)
		return;
	clone->child = NULL;
	if (child->body != parent->body) {
		if (child->body->file)
			fput(child->body->file);
		child->body->file = NULL;
		weft_body_end(child->body);
	}
	kfree(child->clone);
	weft_thread_put(child);
	weft_hook_remove(parent->body->processes);
}

/* Return: what home gave. */
static s64 make_at_home(struct weft_thread *parent, struct weft_clone *clone)
{
	u64 flags = (clone->flags & HOME_FLAGS) | clone->exit_signal;
	const u64 args[6] = { flags };
	struct weft_body *body = clone->child->body;
	s64 result;

	result = weft_thread_call_home(parent, __NR_clone, args, &clone->process);
	if (result < 0)
		return result;
	clone->tid = result;
	clone->child->tid = result;
	if (is_thread(clone))
		return result;
	/* so that its signals know where they belong */
	body->process = clone->process;
	body->pid = result;
	body->state = WEFT_BODY_ARRIVED;
	refcount_inc(&body->references);
	if (weft_body_add(body)) {
		weft_body_put(body);
		return -EAGAIN;
	}
	return result;
}

/*
 * While home copies the memory that it still has, nobody changes that, and nothing of
 * it is on its way: what is not in the one copy has to be in the other.
 *
 * Return: what home gave, or an error.
 */
static s64 prepare_and_make(struct weft_thread *parent, struct weft_clone *clone)
{
	struct weft_body *image = parent->body->image;
	bool is_copied = !(clone->flags & CLONE_VM);
	s64 result;

	if (is_copied && mutex_lock_killable(&image->drain_lock))
		return -EINTR;
	result = prepare(parent, clone);
	if (!result)
		result = make_at_home(parent, clone);
	if (is_copied)
		mutex_unlock(&image->drain_lock);
	return result;
}

/* Puts the arguments into the memory of the program. Return: where, or 0. */
static u64 put_arguments(const struct weft_clone *clone, u64 stack)
{
	u64 at = round_down(stack - RED_ZONE - sizeof(struct arguments), 64);
	struct arguments __user *to = (void __user *)at;
	struct arguments from = {
		.args.flags = (clone->flags & HERE_FLAGS) | CLONE_FS | CLONE_FILES,
		.args.child_tid = clone->child_tid,
		.args.parent_tid = clone->parent_tid,
		.args.tls = clone->tls,
		.tid = clone->tid,
	};

	/* its end is told at home, and so to nobody here */
	if (!is_thread(clone))
		from.args.flags |= CLONE_PARENT;
	if (clone->stack) {
		from.args.stack = clone->stack - STACK_BYTES;
		from.args.stack_size = STACK_BYTES;
	}
	if (is_namespaced()) {
		from.args.set_tid = (__force u64)&to->tid;
		from.args.set_tid_size = 1;
	}
	return copy_to_user(to, &from, sizeof(from)) ? 0 : at;
}

/* To choose a number takes a right that the program need not have. */
static int raise_rights(struct weft_clone *clone)
{
	struct cred *cred;

	if (!is_namespaced())
		return 0;
	cred = prepare_creds();
	if (!cred)
		return -ENOMEM;
	cap_raise(cred->cap_effective, CAP_CHECKPOINT_RESTORE);
	clone->cred = get_cred(override_creds(cred));
	put_cred(cred);
	return 0;
}

static void lower_rights(struct weft_clone *clone)
{
	if (!clone->cred)
		return;
	revert_creds(clone->cred);
	put_cred(clone->cred);
	clone->cred = NULL;
}

/* From here on the task is in the middle of our call. Return: 0 or an error. */
static int enter_call(struct weft_thread *parent, struct weft_clone *clone,
		      struct pt_regs *regs)
{
	u64 at = put_arguments(clone, regs->sp);
	sigset_t all;
	int err;

	if (!at)
		return -ENOMEM;
	err = raise_rights(clone);
	if (err)
		return err;
	siginitsetinv(&all, sigmask(SIGKILL) | sigmask(SIGSTOP));
	sigprocmask(SIG_SETMASK, &all, &clone->mask);
	clone->regs = *regs;
	clone->at = at;
	regs->ax = __NR_clone3;
	regs->di = at;
	regs->si = sizeof(struct clone_args);
	regs->ip -= 2;
	parent->clone = clone;
	return 0;
}

/* Home has a child that will not come to life here. */
static void undo_at_home(struct weft_thread *parent, const struct weft_clone *clone)
{
	u64 process = is_thread(clone) ? parent->body->process : clone->process;

	weft_thread_end_twin(parent->body, process, clone->tid, !is_thread(clone));
}

/**
 * weft_clone_begin() - make a child, at home
 * @thread: the thread; the caller is its task, which has called fork(2), vfork(2),
 *          clone(2) or clone3(2)
 * @regs:   its registers: if weft_thread.clone is set on return, those with which
 *          it makes the child here as well
 *
 * Context: sleeps until home has made it.
 * Return: what the program gets, if weft_thread.clone is not set.
 */
s64 weft_clone_begin(struct weft_thread *thread, struct pt_regs *regs)
{
	struct weft_clone *clone = kzalloc(sizeof(*clone), GFP_KERNEL);
	s64 result;

	if (!clone)
		return -ENOMEM;
	result = parse(clone, thread->number, regs);
	if (!result)
		result = prepare_and_make(thread, clone);
	if (result >= 0) {
		result = enter_call(thread, clone, regs);
		if (!result)
			return 0;
		undo_at_home(thread, clone);
	}
	drop_child(thread, clone);
	kfree(clone);
	return result;
}

/* The number of a task here is not the one that it has at home. */
static void put_tid(const struct weft_clone *clone, u64 flag, u64 address, pid_t tid)
{
	if (clone->flags & flag && !is_namespaced())
		put_user(tid, (pid_t __user *)address);
}

/* The first thing that a child does. */
static void begin(struct callback_head *work)
{
	struct weft_thread *thread = container_of(work, struct weft_thread, work);
	struct weft_clone *clone = thread->clone;

	thread->clone = NULL;
	if (READ_ONCE(thread->body->state) == WEFT_BODY_ENDED)
		send_sig(SIGKILL, current, 1);
	if (clone->cred)
		commit_creds((struct cred *)clone->cred);
	sigprocmask(SIG_SETMASK, &clone->mask, NULL);
	put_tid(clone, CLONE_CHILD_SETTID, clone->child_tid, thread->tid);
	if (clone->flags & CLONE_VM)
		put_tid(clone, CLONE_PARENT_SETTID, clone->parent_tid, thread->tid);
	kfree(clone);
}

static void be_process(struct weft_body *body, struct weft_body *parent,
		       struct task_struct *task)
{
	body->task = get_task_struct(task);
	body->tgid = get_pid(task_tgid(task));
	if (body->file)
		weft_image_add(body, task->mm);
	else
		weft_image_share(body, parent->image);
	/* home may have let go of it meanwhile */
	cmpxchg(&body->state, WEFT_BODY_ARRIVED, WEFT_BODY_RUNNING);
	if (body->image == body)
		weft_drain_start(body, DRAIN_DELAY);
}

/**
 * weft_clone_happened() - a task of ours has made a child
 * @parent: its thread
 * @child:  the child, which has not run yet
 *
 * Context: does not sleep; the caller is the parent.
 */
void weft_clone_happened(struct weft_thread *parent, struct task_struct *child)
{
	struct weft_clone *clone = parent->clone;
	struct pt_regs *regs = task_pt_regs(child);
	struct weft_thread *thread;

	if (!clone || !clone->child)
		return;
	thread = clone->child;
	clone->child = NULL;
	*thread->clone = *clone;
	thread->clone->at = 0;
	if (clone->cred)
		get_cred(clone->cred);
	regs->di = clone->regs.di;
	regs->si = clone->regs.si;
	if (thread->body != parent->body)
		be_process(thread->body, parent->body, child);
	weft_thread_add(thread, child);
	thread->is_program = true;
	init_task_work(&thread->work, begin);
	task_work_add(child, &thread->work, TWA_RESUME);
}

/**
 * weft_clone_is_made() - is a call the one that makes the child here?
 * @thread: the thread, with weft_thread.clone; the caller is its task
 * @regs:   its registers
 * @number: of the call
 *
 * Return: whether it is.
 */
bool weft_clone_is_made(const struct weft_thread *thread, const struct pt_regs *regs,
			long number)
{
	const struct weft_clone *clone = thread->clone;

	return number == __NR_clone3 && regs->ip == clone->regs.ip &&
	       regs->di == clone->at && regs->si == sizeof(struct clone_args);
}

/* Our call is over. Return: what the program gets. */
static s64 finish(struct weft_thread *thread, struct weft_clone *clone, s64 result)
{
	if (result < 0) {
		undo_at_home(thread, clone);
		drop_child(thread, clone);
		return result;
	}
	put_tid(clone, CLONE_PARENT_SETTID, clone->parent_tid, clone->tid);
	return clone->tid;
}

/**
 * weft_clone_end() - our call is over, or is about to be made again
 * @thread: the thread; the caller is its task
 * @regs:   its registers, on return those of the program
 *
 * Context: may sleep.
 */
void weft_clone_end(struct weft_thread *thread, struct pt_regs *regs)
{
	struct weft_clone *clone = thread->clone;

	if (!(current->flags & PF_EXITING) &&
	    (regs->ip != clone->regs.ip || (long)regs->ax == -ERESTARTNOINTR)) {
		set_tsk_thread_flag(current, TIF_SIGPENDING);
		return;
	}
	thread->clone = NULL;
	lower_rights(clone);
	sigprocmask(SIG_SETMASK, &clone->mask, NULL);
	regs->di = clone->regs.di;
	regs->si = clone->regs.si;
	if (!(current->flags & PF_EXITING))
		regs->ax = finish(thread, clone, regs->ax);
	else
		drop_child(thread, clone);
	kfree(clone);
}

/**
 * weft_clone_forget() - a thread has ended in the middle of it, perhaps
 * @thread: the thread
 *
 * Context: may sleep.
 */
void weft_clone_forget(struct weft_thread *thread)
{
	struct weft_clone *clone = thread->clone;

	if (!clone)
		return;
	thread->clone = NULL;
	drop_child(thread, clone);
	/* in the middle of it the task had given its own away, too */
	if (clone->cred && clone->at)
		put_cred(clone->cred);
	if (clone->cred)
		put_cred(clone->cred);
	kfree(clone);
}
