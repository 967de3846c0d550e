/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lowest layer: what differs between kernels, or between their
 * configurations, behind one accessor each. Kernel versions are told apart here
 * and nowhere else.
 */
#ifndef _WEFT_COMPAT_COMPAT_H
#define _WEFT_COMPAT_COMPAT_H

#include "compat/genetlink.h"
#include "compat/identity.h"
#include "compat/memory.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/types.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#include <linux/rseq.h>
#endif

/**
 * weft_kernel_version() - the kernel that this module is for
 *
 * Return: version, patch level and sublevel in one number, as <linux/version.h>
 * has it. It is also the kernel that runs: no other one loads this module.
 */
static inline u32 weft_kernel_version(void)
{
	return LINUX_VERSION_CODE;
}

/**
 * weft_task_has_io_uring() - has a thread used io_uring, or does it work for it?
 * @task: the thread; the caller makes sure that it stays
 *
 * Return: true from its first ring on until it ends or runs another program,
 * and for threads that io_uring itself has made.
 */
static inline bool weft_task_has_io_uring(const struct task_struct *task)
{
#ifdef CONFIG_IO_URING
	return READ_ONCE(task->io_uring) || task->flags & PF_IO_WORKER;
#else
	return false;
#endif
}

/**
 * weft_task_is_user_worker() - does a thread of a process stay in the kernel?
 * @task: the thread
 *
 * Those of io_uring do on every kernel; from 6.4 on vhost has some as well.
 *
 * Return: true if it never returns to user mode.
 */
static inline bool weft_task_is_user_worker(const struct task_struct *task)
{
	unsigned int mask = PF_IO_WORKER;

#ifdef PF_USER_WORKER
	mask |= PF_USER_WORKER;
#endif
	return task->flags & mask;
}

/**
 * weft_timers_are_none() - has a process made no timers with timer_create()?
 * @signal: of the process
 *
 * Return: true if it has none.
 */
static inline bool weft_timers_are_none(const struct signal_struct *signal)
{
#ifdef CONFIG_POSIX_TIMERS
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return hlist_empty(&signal->posix_timers);
#else
	return list_empty(&signal->posix_timers);
#endif
#else
	return true;
#endif
}

/**
 * weft_mapping_has_userfaultfd() - does somebody else serve its page faults?
 * @vma: the mapping; the caller holds mmap_lock
 *
 * Return: true if it is registered with a userfaultfd.
 */
static inline bool weft_mapping_has_userfaultfd(const struct vm_area_struct *vma)
{
#ifdef CONFIG_USERFAULTFD
	return vma->vm_userfaultfd_ctx.ctx;
#else
	return false;
#endif
}

/**
 * struct weft_rseq - a restartable sequence registration
 * @area:  address in the program; 0: none
 * @size:  its bytes
 * @magic: the signature of its aborts
 */
struct weft_rseq {
	unsigned long area;
	u32 size;
	u32 magic;
};

/**
 * weft_rseq_look() - look at the registration of the calling thread
 * @rseq: receives what it is
 */
static inline void weft_rseq_look(struct weft_rseq *rseq)
{
	*rseq = (struct weft_rseq){};
#ifdef CONFIG_RSEQ
	rseq->area = (unsigned long)current->rseq;
	rseq->magic = current->rseq_sig;
	rseq->size = sizeof(struct rseq);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	rseq->size = current->rseq_len;
#endif
#endif
}

/**
 * weft_rseq_forget() - undo the registration of the calling thread
 */
static inline void weft_rseq_forget(void)
{
#ifdef CONFIG_RSEQ
	rseq_execve(current);
#endif
}

/**
 * weft_rseq_give() - register for the calling thread
 * @rseq: what; checked by nobody
 *
 * The next return to user mode fills it in.
 */
static inline void weft_rseq_give(const struct weft_rseq *rseq)
{
#ifdef CONFIG_RSEQ
	current->rseq = (struct rseq __user *)rseq->area;
	current->rseq_sig = rseq->magic;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	current->rseq_len = rseq->size;
#endif
	if (rseq->area)
		rseq_set_notify_resume(current);
#endif
}

/**
 * weft_signal_dequeue() - take a signal of the calling thread
 * @but:    the signals that stay where they are
 * @info:   receives it
 * @is_own: receives whether it was for this thread, and not for its process
 *
 * Context: caller holds sighand->siglock.
 * Return: its number, or 0 if there is none.
 */
static inline int weft_signal_dequeue(sigset_t *but, kernel_siginfo_t *info,
				      bool *is_own)
{
	enum pid_type type = PIDTYPE_TGID;
	int number;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	number = dequeue_signal(but, info, &type);
#else
	number = dequeue_signal(current, but, info, &type);
#endif
	*is_own = type == PIDTYPE_PID;
	return number;
}

#endif /* _WEFT_COMPAT_COMPAT_H */
