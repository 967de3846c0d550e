/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The half of a thread that runs the program, on another node than its home,
 * inside migrate.
 */
#ifndef _WEFT_MIGRATE_THREAD_H
#define _WEFT_MIGRATE_THREAD_H

#include "migrate/process.h"
#include "proto/msg_thread.h"

#include <linux/task_work.h>

struct kernel_siginfo;
struct pt_regs;
struct weft_body;
struct weft_clone;

/* Bits of weft_thread.flags: weft_thread.end_work was queued, or stop_work. */
#define WEFT_THREAD_ENDING	0
#define WEFT_THREAD_STOPPING	1

/**
 * struct weft_thread - a thread of a process of another node
 * @references: who uses this
 * @link:       in weft_body.threads; read under RCU, written under
 *              weft_processes.lock
 * @hash:       in weft_processes.tasks, likewise
 * @rcu:        frees it
 * @body:       its process, with a reference
 * @task:       who runs it, with a reference; NULL before
 * @tid:        its number at home
 * @flags:      WEFT_THREAD_ENDING, WEFT_THREAD_STOPPING
 * @state:      what it is to become, and its extended state; to be freed with
 *              kvfree()
 * @is_program: it runs: its calls are those of the program
 * @work:       runs in the task: makes a call, or starts the program
 * @number:     of the call that @work makes
 * @is_home_restart: restart_syscall(2) is for home
 * @is_leaving: the task is about to end of itself
 * @again:      where the call stands that home has made and this kernel is to make
 *              as well; 0: none
 * @again_stack: the stack pointer of that call
 * @again_number: its number
 * @clone:      the child that it is about to make here
 * @stop_work:  runs in the task: asks home to be stopped, with a reference
 * @stop:       by which signal
 * @stop_continues: weft_body.continues when it took that
 * @end_work:   takes it from all lists
 */
struct weft_thread {
	refcount_t references;
	struct list_head link;
	struct hlist_node hash;
	struct rcu_head rcu;
	struct weft_body *body;
	struct task_struct *task;
	pid_t tid;
	unsigned long flags;
	struct weft_msg_thread *state;

	/* of the task itself */
	bool is_program;
	struct callback_head work;
	u32 number;
	bool is_home_restart;
	bool is_leaving;
	unsigned long again;
	unsigned long again_stack;
	u32 again_number;
	struct weft_clone *clone;
	struct callback_head stop_work;
	int stop;
	u32 stop_continues;
	struct work_struct end_work;
};

/* thread.c */
struct weft_thread *weft_thread_new(struct weft_body *body, pid_t tid);
void weft_thread_add(struct weft_thread *thread, struct task_struct *task);
struct weft_thread *weft_thread_of(struct weft_processes *processes,
				   const struct task_struct *task);
struct weft_thread *weft_thread_get(struct weft_processes *processes,
				    const struct task_struct *task);
struct weft_thread *weft_thread_find(struct weft_body *body, u32 tid);
void weft_thread_put(struct weft_thread *thread);
void weft_thread_end_later(struct weft_thread *thread);

/* hook.c */
int weft_hook_add(struct weft_processes *processes);
void weft_hook_remove(struct weft_processes *processes);

/* forward.c */
s64 weft_thread_call(struct weft_thread *thread, u32 number, const u64 args[6]);
s64 weft_thread_call_home(struct weft_thread *thread, u32 number,
			  const u64 args[6], u64 *born);
void weft_thread_end_twin(struct weft_body *body, u64 process, pid_t tid, bool is_all);

/* own.c */
bool weft_call_is_own(const struct weft_thread *thread, u32 number,
		      const u64 args[6]);
bool weft_call_is_for_both(const struct weft_thread *thread, u32 number,
			   const u64 args[6]);

/* poll.c */
s64 weft_thread_poll(struct weft_thread *thread, u32 number, const u64 *args);

/* pieces.c */
s64 weft_thread_transfer(struct weft_thread *thread, u32 number, const u64 *args);

/* usage.c */
s64 weft_thread_usage(struct weft_thread *thread, u32 number, const u64 *args);

/* mapfile.c */
s64 weft_thread_map_file(struct weft_thread *thread, const u64 *args);

/* disposition.c */
u64 weft_disposition_ignored(void);
void weft_disposition_tell(struct weft_thread *thread);

/* clone.c */
s64 weft_clone_begin(struct weft_thread *thread, struct pt_regs *regs);
void weft_clone_happened(struct weft_thread *parent, struct task_struct *child);
void weft_clone_end(struct weft_thread *thread, struct pt_regs *regs);
bool weft_clone_is_made(const struct weft_thread *thread, const struct pt_regs *regs,
			long number);
void weft_clone_forget(struct weft_thread *thread);

/* stop.c */
u32 weft_stop_call_flags(void);
void weft_stop_seen(struct weft_thread *thread, int number);

/* deliver.c */
int weft_deliver(struct weft_body *body, struct weft_thread *thread,
		 const struct kernel_siginfo *info);
void weft_deliver_queued(struct weft_processes *processes,
			 const struct kernel_siginfo *info, struct sigpending *pending);

#endif /* _WEFT_MIGRATE_THREAD_H */
