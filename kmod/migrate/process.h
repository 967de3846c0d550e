/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process that was moved, inside migrate. At home it is a deputy: the original
 * task, which makes the system calls. Where it runs it is a body. The two halves
 * are found by home and serial number.
 *
 * Lock order: hook_mutex, life_mutex; weft_body.drain_lock; the mmap_lock of a
 * process; weft_deputy.lock or weft_body.lock, and inside these weft_processes.lock,
 * weft_door.lock or what rpc locks; siglock, then weft_processes.send_lock.
 */
#ifndef _WEFT_MIGRATE_PROCESS_H
#define _WEFT_MIGRATE_PROCESS_H

#include "core/core.h"
#include "proto/msg_capture.h"
#include "proto/msg_process.h"
#include "rpc/rpc.h"

#include <linux/completion.h>
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#define WEFT_PROCESS_HASH_BITS	8

/* Tasks are born, become other programs, and end; and get and take signals. */
#define WEFT_LIFE_EVENTS	5

struct tracepoint;
struct weft_teller;

/**
 * struct weft_processes - the processes of a node that were moved, or are moving
 * @weft:       the node
 * @lock:       protects the lists, @serial and @is_closing
 * @deputies:   of processes whose home is this node
 * @bodies:     of processes of others
 * @serial:     the last one that was given; it begins with the time, so that no
 *              two lives of a node give the same
 * @is_closing: no more are made
 * @inside:     how many deputies, twins, bodies and threads there are, listed or
 *              not: see weft_processes_enter()
 * @none:       woken when @inside becomes 0
 * @rcu:        frees this
 * @work:       does what cannot be done where it is found out, and is waited for
 * @drains:     takes memory from home, for as long as that takes
 * @tellers:    news for others, by node; belongs to gone.c
 * @news:       tells them
 * @hook_mutex: protects the following two
 * @hooked:     how many bodies need the hook
 * @sys_enter:  the tracepoint of the hook; NULL while it is not registered
 * @tasks:      threads of bodies by their task; read under RCU, written under @lock
 * @twins:      twins by their task, likewise
 * @images:     bodies by the address space of which they have the memory, likewise
 * @send_lock:  protects @sending; within siglock
 * @sending:    signals that are being queued; see deliver.c
 * @life_mutex: protects the following two
 * @lives:      how many processes have to be watched
 * @watched:    the tracepoints by which they are; see life.c
 * @misplanned: how many calls bodies wanted that this node would make otherwise
 */
struct weft_processes {
	struct weft_net *weft;
	spinlock_t lock;
	struct list_head deputies;
	struct list_head bodies;
	u64 serial;
	bool is_closing;
	atomic_t inside;
	wait_queue_head_t none;
	struct rcu_head rcu;
	struct workqueue_struct *work;
	struct workqueue_struct *drains;
	struct weft_teller *tellers;
	struct workqueue_struct *news;
	struct mutex hook_mutex;
	unsigned int hooked;
	struct tracepoint *sys_enter;
	DECLARE_HASHTABLE(tasks, WEFT_PROCESS_HASH_BITS);
	DECLARE_HASHTABLE(twins, WEFT_PROCESS_HASH_BITS);
	DECLARE_HASHTABLE(images, WEFT_PROCESS_HASH_BITS);
	spinlock_t send_lock;
	struct list_head sending;
	struct mutex life_mutex;
	unsigned int lives;
	struct tracepoint *watched[WEFT_LIFE_EVENTS];
	atomic_t misplanned;
};

/**
 * weft_own_sighand() - signal handlers of the calling process
 *
 * Return: what nobody but the process itself changes, and it lives.
 */
static inline struct sighand_struct *weft_own_sighand(void)
{
	return rcu_dereference_protected(current->sighand, true);
}

/**
 * struct weft_answer - a request of a peer that is answered later
 * @lane:    where it came from
 * @request: its number
 * @type:    of the request; 0: there is none to be answered
 *
 * Answered at most once, and not any more when the session has ended: its owner
 * forgets it then, under the lock under which it would answer.
 */
struct weft_answer {
	struct weft_lane *lane;
	u64 request;
	u16 type;
};

/* answer.c */
void weft_answer_keep(struct weft_answer *answer, struct weft_lane *lane,
		      const struct weft_header *header);
struct weft_message *weft_answer_new(u16 type, u32 len);
struct weft_message *weft_message_await(u16 type, u32 len);
struct weft_lane *weft_answer_queue(struct weft_answer *answer,
				    struct weft_message *reply, int err);
int weft_answer_error(struct weft_lane *lane, const struct weft_header *header,
		      int err);

struct weft_rsys_entry;

/* forward.c */
bool weft_call_is_for_home(const struct weft_rsys_entry *entry);

/* deputy.c */
u32 weft_deputy_node(struct weft_processes *processes,
		     const struct task_struct *task);

/* life.c */
int weft_life_enter(struct weft_processes *processes);
void weft_life_leave(struct weft_processes *processes);

/* processes.c */
struct weft_processes *weft_processes(const struct weft_net *weft);
void weft_processes_enter(struct weft_processes *processes);
void weft_processes_leave(struct weft_processes *processes);

/* gone.c */
void weft_gone_tell(struct weft_processes *processes, u32 node, u64 process,
		    u32 status);

#endif /* _WEFT_MIGRATE_PROCESS_H */
