/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The half of a thread that stays at home, inside migrate: the original task.
 *
 * In user mode it has nothing left to run but two bytes of ours, a system call
 * instruction at the very end of a page. The page behind it is the door: who
 * goes on there faults, and the fault is where the result of the last call is
 * sent and the next call awaited.
 */
#ifndef _WEFT_MIGRATE_TWIN_H
#define _WEFT_MIGRATE_TWIN_H

#include "compat/compat.h"
#include "migrate/process.h"
#include "proto/msg_thread.h"
#include "rsys/rsys.h"

#include <linux/bitmap.h>
#include <linux/mutex.h>
#include <linux/task_work.h>

/* Pages by which the arguments of one thread travel. */
#define WEFT_ROOM_PAGES		(WEFT_RSYS_DATA_MAX / PAGE_SIZE)

/**
 * struct weft_door - the door of an address space
 * @references: one for each twin that uses it, and one for its mappings
 * @processes:  of which node
 * @room:       address of the memory by which arguments travel: one room behind
 *              the other
 * @door:       address of the door
 * @slots:      how many rooms there are: up to WEFT_THREADS_MAX
 * @lock:       protects @used
 * @used:       rooms that belong to a twin
 * @rooms:      by room its pages, which are made as they are touched
 * @code:       the page with the instruction; NULL before it is touched
 */
struct weft_door {
	refcount_t references;
	struct weft_processes *processes;
	unsigned long room;
	unsigned long door;
	u32 slots;
	spinlock_t lock;
	DECLARE_BITMAP(used, WEFT_THREADS_MAX);
	struct page **rooms[WEFT_THREADS_MAX];
	struct page *code;
};

/**
 * struct weft_deputy_call - a system call for a twin
 * @answer: whom to tell the result
 * @entry:  what is known of the call
 * @number: of the call
 * @plan:   what moves
 * @data:   memory that came along, to be freed with kvfree()
 * @born:   of a clone(2) that has made a process: its serial number
 * @flags:  enum weft_call_flag
 * @is_wanted: there is one
 * @is_running: it was begun
 */
struct weft_deputy_call {
	struct weft_answer answer;
	const struct weft_rsys_entry *entry;
	u32 number;
	struct weft_rsys_plan plan;
	void *data;
	u64 born;
	u32 flags;
	bool is_wanted;
	bool is_running;
};

/**
 * enum weft_twin_flag - bits of weft_twin.flags
 * @WEFT_TWIN_QUEUED: weft_twin.signal_work is queued, or about to be
 * @WEFT_TWIN_ENDING: weft_twin.end_work was queued
 * @WEFT_TWIN_ENDED:  it was taken from all lists
 * @WEFT_TWIN_EXECED: it has become another program, which has not moved
 * @WEFT_TWIN_OPEN:   its terminal may send it signals, see stop.c
 */
enum weft_twin_flag {
	WEFT_TWIN_QUEUED,
	WEFT_TWIN_ENDING,
	WEFT_TWIN_ENDED,
	WEFT_TWIN_EXECED,
	WEFT_TWIN_OPEN,
};

/**
 * struct weft_twin - a thread whose home is here
 * @references: who uses this
 * @link:       in weft_deputy.twins; read under RCU, written under
 *              weft_processes.lock
 * @hash:       in weft_processes.twins, likewise
 * @rcu:        frees it
 * @deputy:     its process, with a reference
 * @task:       the task, with a reference; NULL before it is born
 * @tid:        its number, as the process knows it
 * @flags:      bits of enum weft_twin_flag
 * @work:       runs in the task, to stop it
 * @is_parked:  it was stopped; under weft_deputy.lock
 * @message:    a THREAD, which says what it is; NULL once it has gone
 * @rseq:       what was registered for it
 * @door:       the door of its address space, with a reference; NULL before
 * @slot:       its room there
 * @call:       the call under way; under weft_deputy.lock
 * @wait:       where the task waits for calls
 * @cancel:     who waits for @signal_work to have run; likewise
 * @is_cancelled: a call that has not begun is not to begin; likewise
 * @signal_work: runs in the task: tells the body of its signals
 * @newborn:    what the clone(2) that it is about to make will make
 * @parent:     whose clone(2) has made it, with a reference, until that was told
 * @request:    number of the request for that clone(2)
 * @mask:       of one that is about to exec: blocked signals of the thread
 * @ignored:    likewise: ignored signals
 * @stop:       the signal by which the process is to stop; 0: none
 * @rest:       in weft_deputy.rest, if somebody waits for the end of its call
 * @end_work:   takes it from all lists
 */
struct weft_twin {
	refcount_t references;
	struct list_head link;
	struct hlist_node hash;
	struct rcu_head rcu;
	struct weft_deputy *deputy;
	struct task_struct *task;
	pid_t tid;
	unsigned long flags;

	struct callback_head work;
	bool is_parked;
	struct weft_message *message;
	struct weft_rseq rseq;

	struct weft_door *door;
	u32 slot;
	struct weft_deputy_call call;
	wait_queue_head_t wait;
	struct weft_answer cancel;
	bool is_cancelled;
	struct callback_head signal_work;
	struct weft_twin *newborn;
	struct weft_twin *parent;
	u64 request;
	u64 mask;
	u64 ignored;
	int stop;
	struct list_head rest;
	struct work_struct end_work;
};

/* twin.c */
struct weft_twin *weft_twin_new(struct weft_deputy *deputy);
void weft_twin_add(struct weft_twin *twin, struct task_struct *task);
struct weft_twin *weft_twin_of(struct weft_processes *processes,
			       const struct task_struct *task);
struct weft_twin *weft_twin_get(struct weft_processes *processes,
				const struct task_struct *task);
struct weft_twin *weft_twin_find(struct weft_deputy *deputy, u32 tid);
void weft_twin_put(struct weft_twin *twin);
void weft_twin_end(struct weft_twin *twin);
void weft_twin_end_later(struct weft_twin *twin);

/* birth.c */
int weft_birth_prepare(struct weft_twin *parent);
void weft_birth_happened(struct weft_twin *parent, struct task_struct *child);
void weft_birth_failed(struct weft_twin *parent);
int weft_birth_finish(struct weft_twin *child);

/* door.c */
struct weft_door *weft_door_open(struct weft_processes *processes,
				 unsigned long room, unsigned long code,
				 u32 slots);
void weft_door_put(struct weft_door *door);
void weft_door_close(struct weft_door *door);
bool weft_door_is(const struct vm_area_struct *vma);
int weft_door_take_room(struct weft_door *door, struct weft_twin *twin);
void weft_door_leave_room(struct weft_twin *twin);
void *weft_door_room(struct weft_twin *twin, u32 page);
void weft_door_enter(struct weft_twin *twin, struct pt_regs *regs);

/* disposition.c */
int weft_disposition_take(const struct weft_deputy_call *call);
void weft_disposition_set_ignored(u64 ignored);

/* strings.c */
bool weft_strings_are_possible(const u8 *from, u32 len);

/* room.c */
int weft_room_fill(struct weft_twin *twin);
u64 weft_room_of(const struct weft_twin *twin);
u64 weft_room_address(const struct weft_twin *twin, int index);
struct weft_message *weft_room_reply(struct weft_twin *twin, s64 result);

/* capture.c */
int weft_capture_thread(struct weft_twin *twin);
struct weft_message *weft_capture_make(struct weft_twin *twin);

/* signals.c */
void weft_signals_init(struct weft_twin *twin);
bool weft_signals_interrupt(struct weft_twin *twin);
void weft_signals_resume(struct weft_deputy *deputy);

/* stop.c */
void weft_stop_prepare(void);
bool weft_stop_is(const struct weft_deputy_call *call);
void weft_stop_begin(struct weft_twin *twin);
void weft_stop_keep(const struct weft_twin *twin, sigset_t *but);
bool weft_stop_is_due(const struct weft_twin *twin);
bool weft_stop_end(struct weft_twin *twin);
void weft_stop_open(struct weft_twin *twin);
void weft_stop_shut(struct weft_twin *twin);

/* depart.c */
void weft_depart(struct callback_head *work);

#endif /* _WEFT_MIGRATE_TWIN_H */
