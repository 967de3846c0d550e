/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The half of a process that runs the program, on another node than its home,
 * inside migrate.
 */
#ifndef _WEFT_MIGRATE_BODY_H
#define _WEFT_MIGRATE_BODY_H

#include "migrate/identity.h"
#include "migrate/process.h"

#include <linux/mutex.h>
#include <linux/task_work.h>
#include <linux/xarray.h>

struct file;

/**
 * enum weft_body_state - how far a body is
 * @WEFT_BODY_WANTED:   home asked for it; nobody has opened it
 * @WEFT_BODY_OPEN:     a task is about to become it
 * @WEFT_BODY_WAITING:  that task waits for the process
 * @WEFT_BODY_ARRIVED:  the process is here, in a message
 * @WEFT_BODY_RUNNING:  it runs
 * @WEFT_BODY_ENDED:    it is no more, or never will be
 */
enum weft_body_state {
	WEFT_BODY_WANTED,
	WEFT_BODY_OPEN,
	WEFT_BODY_WAITING,
	WEFT_BODY_ARRIVED,
	WEFT_BODY_RUNNING,
	WEFT_BODY_ENDED,
};

/**
 * struct weft_body - a process of another node that runs here
 * @references: who uses this
 * @link:       in weft_processes.bodies
 * @hash:       in weft_processes.tasks, while it runs
 * @processes:  of this node
 * @peer:       its home
 * @process:    its serial number
 * @pid:        its number at home
 * @name:       of the program; printable ASCII, whatever home said
 * @offsets:    from clocks of this kernel to those of its home
 * @lock:       protects the following, up to @is_lost
 * @state:      how far it is
 * @since_ns:   when it was asked for, or began to run, on the monotonic clock
 * @answer:     to BODY, then to CAPTURE
 * @capture:    the process, checked; to be freed with kvfree()
 * @task:       who becomes it, with a reference; set once
 * @is_lost:    the session with @peer has ended: nothing is answered any more
 * @changed:    woken when @state changes
 * @file:       from which memory is mapped; lives as long as the task
 * @pages:      memory that came and was not mapped yet, by page number; an
 *              entry that is a value stands for a page that was mapped
 * @window:     pages that the next fetch asks for
 * @next:       the page behind the last fetch
 * @fetched:    pages that were fetched
 * @faults:     how often the program waited for one
 * @calls:      calls that went home
 * @work:       runs in the task: makes a call, or starts the program
 * @number:     of the call that @work makes
 * @is_home_restart: restart_syscall(2) is for home
 * @is_leaving: the task is about to end of itself
 * @again:      where the call stands that home has made and this kernel is to make
 *              as well; 0: none
 * @again_stack: the stack pointer of that call
 */
struct weft_body {
	refcount_t references;
	struct list_head link;
	struct hlist_node hash;
	struct weft_processes *processes;
	struct weft_peer *peer;
	u64 process;
	pid_t pid;
	char name[WEFT_PROCESS_NAME_LEN];
	struct weft_clock_offsets offsets;

	struct mutex lock;
	enum weft_body_state state;
	u64 since_ns;
	struct weft_answer answer;
	struct weft_msg_capture *capture;
	struct task_struct *task;
	bool is_lost;
	wait_queue_head_t changed;

	struct file *file;
	struct xarray pages;
	u32 window;
	u64 next;
	u64 fetched;
	u64 faults;
	u64 calls;

	/* of the task itself */
	struct callback_head work;
	u32 number;
	bool is_home_restart;
	bool is_leaving;
	unsigned long again;
	unsigned long again_stack;
};

/* body.c */
struct weft_body *weft_body_find(struct weft_processes *processes,
				 const struct weft_peer *peer, u64 process);
bool weft_body_is(struct weft_processes *processes,
		  const struct task_struct *task);
void weft_body_put(struct weft_body *body);
void weft_body_gone(struct weft_processes *processes, const struct weft_peer *peer,
		    u64 process);
void weft_bodies_end(struct weft_processes *processes,
		     const struct weft_peer *peer);
void weft_body_end(struct weft_body *body);
bool weft_body_answer(struct weft_body *body, enum weft_body_state state, int err);

/* restore.c */
int weft_body_restore(struct weft_body *body, struct file *file);

/* fetch.c */
int weft_body_map(struct file *file, struct vm_area_struct *vma);
int weft_body_keep_page(struct weft_body *body, u64 address, const void *data);
void weft_body_drop_pages(struct weft_body *body);

/* hook.c */
int weft_hook_add(struct weft_body *body);
void weft_hook_remove(struct weft_body *body);

/* forward.c */
s64 weft_body_call(struct weft_body *body, u32 number, const u64 args[6]);
s64 weft_body_call_home(struct weft_body *body, u32 number, const u64 args[6]);

/* own.c */
bool weft_call_is_own(const struct weft_body *body, u32 number, const u64 args[6]);
bool weft_call_is_for_both(const struct weft_body *body, u32 number,
			   const u64 args[6]);

/* poll.c */
s64 weft_body_poll(struct weft_body *body, u32 number, const u64 *args);

/* pieces.c */
s64 weft_body_transfer(struct weft_body *body, u32 number, const u64 *args);

/* usage.c */
s64 weft_body_usage(struct weft_body *body, u32 number, const u64 *args);

/* mapfile.c */
s64 weft_body_map_file(struct weft_body *body, const u64 *args);

#endif /* _WEFT_MIGRATE_BODY_H */
