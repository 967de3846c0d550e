/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The half of a process that stays at home, inside migrate: the original task.
 *
 * In user mode it has nothing left to run but two bytes of ours, a system call
 * instruction at the very end of a page. The page behind it is the door: who
 * goes on there faults, and the fault is where the result of the last call is
 * sent and the next call awaited.
 */
#ifndef _WEFT_MIGRATE_DEPUTY_H
#define _WEFT_MIGRATE_DEPUTY_H

#include "migrate/process.h"
#include "rsys/rsys.h"

#include <linux/build_bug.h>
#include <linux/mutex.h>
#include <linux/task_work.h>

/* What a call may bring along, as the wire sees it and as its plan does. */
static_assert(WEFT_CALL_DATA_MAX == WEFT_RSYS_DATA_MAX);
static_assert(WEFT_CALL_ARGS == WEFT_RSYS_ARGS);

/* Pages by which arguments travel, then the one that makes the call, and the door. */
#define WEFT_DEPUTY_ROOM_PAGES	(WEFT_RSYS_DATA_MAX / PAGE_SIZE)
#define WEFT_DEPUTY_CALL_PAGE	WEFT_DEPUTY_ROOM_PAGES
#define WEFT_DEPUTY_DOOR_PAGE	(WEFT_DEPUTY_CALL_PAGE + 1)
#define WEFT_DEPUTY_PAGES	(WEFT_DEPUTY_DOOR_PAGE + 1)

/**
 * enum weft_deputy_state - how far a process is on its way
 * @WEFT_DEPUTY_ASKED:   it runs here; a body is being prepared there
 * @WEFT_DEPUTY_LEAVING: it was stopped and is being handed over
 * @WEFT_DEPUTY_AWAY:    it runs there, and this is its deputy
 * @WEFT_DEPUTY_STAYED:  it goes on here, as if nothing had happened
 * @WEFT_DEPUTY_ENDED:   it is no more
 */
enum weft_deputy_state {
	WEFT_DEPUTY_ASKED,
	WEFT_DEPUTY_LEAVING,
	WEFT_DEPUTY_AWAY,
	WEFT_DEPUTY_STAYED,
	WEFT_DEPUTY_ENDED,
};

/**
 * struct weft_deputy_call - a system call for a deputy
 * @answer: whom to tell the result
 * @entry:  what is known of the call
 * @number: of the call
 * @plan:   what moves
 * @data:   memory that came along, to be freed with kvfree()
 * @is_wanted: there is one
 * @is_running: it was begun
 */
struct weft_deputy_call {
	struct weft_answer answer;
	const struct weft_rsys_entry *entry;
	u32 number;
	struct weft_rsys_plan plan;
	void *data;
	bool is_wanted;
	bool is_running;
};

/**
 * struct weft_deputy - a process whose home is here
 * @references: who uses this
 * @link:       in weft_processes.deputies
 * @processes:  of which node
 * @peer:       where it is, or goes
 * @process:    its serial number
 * @pid:        its number in the initial PID namespace
 * @name:       of the program, when it was asked to leave; printable ASCII
 * @task:       the task, with a reference
 * @mm:         its address space, which holds what is not fetched yet; counted
 *              in mm_count
 * @lock:       protects all that follows
 * @state:      how far it is
 * @is_lost:    the session with @peer has ended: nothing is answered any more
 * @is_ending:  it was told to end, because of that
 * @error:      why it stayed
 * @changed:    woken when @state or @error change
 * @work:       runs in the task, to stop it
 * @asked_ns:   when somebody wanted it to leave, on the monotonic clock
 * @left_ns:    when it was stopped, on the monotonic clock
 * @arrived_ns: when it was known to run there
 * @room:       address of the memory by which arguments travel; 0 before
 * @door:       address of the door; 0 before
 * @pages:      of the special mappings, made as they are touched
 * @call:       the call under way
 * @wait:       where the task waits for calls
 * @calls:      how many it has made
 * @is_exiting: the body has ended by itself: the call for it is here
 * @cancel:     who waits for @signal_work to have run
 * @is_cancelled: a call that has not begun is not to begin
 * @watch:      hears of each signal that is sent to the task
 * @signal_work: runs in the task: tells the body of its signals
 * @signal_flags: bit 0: @signal_work is queued, or about to be
 * @last_status: what the body died of, as wait(2) tells it; 0 while it lives
 * @dump_filter: what the process dumps, while the deputy dumps nothing
 * @forget_work: lets go of the reference of @watch
 */
struct weft_deputy {
	refcount_t references;
	struct list_head link;
	struct weft_processes *processes;
	struct weft_peer *peer;
	u64 process;
	pid_t pid;
	char name[WEFT_PROCESS_NAME_LEN];
	struct task_struct *task;
	struct mm_struct *mm;
	u64 asked_ns;

	struct mutex lock;
	enum weft_deputy_state state;
	bool is_lost;
	bool is_ending;
	int error;
	wait_queue_head_t changed;
	struct callback_head work;
	u64 left_ns;
	u64 arrived_ns;
	unsigned long room;
	unsigned long door;
	struct page *pages[WEFT_DEPUTY_PAGES];
	struct weft_deputy_call call;
	wait_queue_head_t wait;
	u64 calls;
	bool is_exiting;
	struct weft_answer cancel;
	bool is_cancelled;
	wait_queue_entry_t watch;
	struct callback_head signal_work;
	unsigned long signal_flags;
	u32 last_status;
	unsigned long dump_filter;
	struct work_struct forget_work;
};

/* deputy.c */
struct weft_deputy *weft_deputy_new(struct weft_processes *processes,
				    struct weft_peer *peer,
				    struct task_struct *task);
struct weft_deputy *weft_deputy_find(struct weft_processes *processes,
				     const struct weft_peer *peer, u64 process);
void weft_deputy_put(struct weft_deputy *deputy);
void weft_deputy_remove(struct weft_deputy *deputy);
void weft_deputy_set_state(struct weft_deputy *deputy,
			   enum weft_deputy_state state, int err);
void weft_deputy_end_if_lost(struct weft_deputy *deputy);
void weft_deputies_end(struct weft_processes *processes,
		       const struct weft_peer *peer);

/* door.c */
int weft_door_make(struct weft_deputy *deputy);
void *weft_door_room(struct weft_deputy *deputy, u32 page);
void weft_door_close(struct weft_deputy *deputy);
void weft_door_enter(struct weft_deputy *deputy, struct pt_regs *regs);

/* room.c */
int weft_room_fill(struct weft_deputy *deputy);
u64 weft_room_address(const struct weft_deputy *deputy, int index);
struct weft_message *weft_room_reply(struct weft_deputy *deputy, s64 result);

/* capture.c */
struct weft_message *weft_capture_make(struct weft_deputy *deputy);

/* signals.c */
void weft_signals_init(struct weft_deputy *deputy);
void weft_signals_watch(struct weft_deputy *deputy);
void weft_signals_unwatch(struct weft_deputy *deputy);
void weft_signal_kill(struct weft_deputy *deputy, u32 status);

/* depart.c */
void weft_depart(struct callback_head *work);

#endif /* _WEFT_MIGRATE_DEPUTY_H */
