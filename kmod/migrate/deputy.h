/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The half of a process that stays at home, inside migrate: its threads there are
 * twins, see "migrate/twin.h".
 */
#ifndef _WEFT_MIGRATE_DEPUTY_H
#define _WEFT_MIGRATE_DEPUTY_H

#include "migrate/process.h"
#include "migrate/twin.h"

#include <linux/build_bug.h>
#include <linux/mutex.h>

/* What a call may bring along, as the wire sees it and as its plan does. */
static_assert(WEFT_CALL_DATA_MAX == WEFT_RSYS_DATA_MAX);
static_assert(WEFT_CALL_ARGS == WEFT_RSYS_ARGS);

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
 * struct weft_push - how far the memory of a process has gone after it
 * @total:    pages that it had when it left, about
 * @passed:   of those that were looked at, how many held something
 * @fetched:  pages that the body has asked for one by one
 * @is_busy:  a DRAIN is being served
 * @is_empty: nothing is left here that the body would need
 */
struct weft_push {
	u64 total;
	u64 passed;
	u64 fetched;
	bool is_busy;
	bool is_empty;
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
 * @task:       its first thread, with a reference; NULL before it is born
 * @tgid:       the process, with a reference
 * @mm:         its address space, which holds what is not fetched yet; counted
 *              in mm_count
 * @twins:      its threads; see weft_twin.link
 * @nr_twins:   how many; under weft_processes.lock
 * @lock:       protects all that follows
 * @rest:       twins that have ended in the middle of a call
 * @state:      how far it is
 * @is_lost:    the session with @peer has ended: nothing is answered any more
 * @is_ending:  it was told to end, because of that
 * @has_execed: what it is now has not moved
 * @error:      why it stayed
 * @changed:    woken when @state, @error, @parked or @sent change
 * @parked:     how many of its threads were stopped
 * @sent:       how many of them have been told to @peer
 * @asked_ns:   when somebody wanted it to leave, on the monotonic clock
 * @left_ns:    when the first one was stopped, on the monotonic clock
 * @arrived_ns: when it was known to run there
 * @door:       the door, with a reference, while it leaves
 * @calls:      how many calls it has made
 * @watch:      hears of each signal that is sent to the process
 * @continues:  how many SIGCONT were taken for the body, modulo 2^32; under siglock
 * @is_stopping: the body was told of a SIGSTOP
 * @is_held: likewise, because another signal is about to stop the process
 * @last_status: what the body died of, as wait(2) tells it; 0 while it lives
 * @is_gone:    the body has ended while a twin was about to start another program
 * @gone_status: how, as wait(2) tells it
 * @dump_filter: what the process dumps, while its twins dump nothing
 * @forget_work: lets go of the reference of @watch
 * @push: its memory, on the way to the body
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
	struct pid *tgid;
	struct mm_struct *mm;
	u64 asked_ns;
	struct list_head twins;
	u32 nr_twins;

	struct mutex lock;
	struct list_head rest;
	enum weft_deputy_state state;
	bool is_lost;
	bool is_ending;
	bool has_execed;
	int error;
	wait_queue_head_t changed;
	u32 parked;
	u32 sent;
	u64 left_ns;
	u64 arrived_ns;
	struct weft_door *door;
	u64 calls;
	wait_queue_entry_t watch;
	u32 continues;
	bool is_stopping;
	bool is_held;
	u32 last_status;
	bool is_gone;
	u32 gone_status;
	unsigned long dump_filter;
	struct work_struct forget_work;
	struct weft_push push;
};

/* deputy.c */
struct weft_deputy *weft_deputy_alloc(struct weft_processes *processes,
				      struct weft_peer *peer);
void weft_deputy_be(struct weft_deputy *deputy, struct task_struct *task,
		    struct mm_struct *mm);
struct weft_deputy *weft_deputy_new(struct weft_processes *processes,
				    struct weft_peer *peer,
				    struct task_struct *task);
struct weft_deputy *weft_deputy_find(struct weft_processes *processes,
				     const struct weft_peer *peer, u64 process);
void weft_deputy_put(struct weft_deputy *deputy);
void weft_deputy_settle(struct weft_deputy *deputy);
void weft_deputy_finish(struct weft_deputy *deputy);
void weft_deputy_kill(struct weft_deputy *deputy);
void weft_deputy_set_state(struct weft_deputy *deputy,
			   enum weft_deputy_state state, int err);
void weft_deputy_end_if_lost(struct weft_deputy *deputy);
void weft_deputies_end(struct weft_processes *processes,
		       const struct weft_peer *peer);

/* release.c */
void weft_memory_release(const struct weft_deputy *deputy);

/* signals.c */
void weft_signals_watch(struct weft_deputy *deputy);
void weft_signals_unwatch(struct weft_deputy *deputy, struct task_struct *task);
void weft_signals_prepare(struct weft_deputy *deputy);
void weft_signal_kill(struct weft_deputy *deputy, u32 status);
void weft_signal_kill_after_all(struct weft_deputy *deputy);

/* stop.c */
void weft_stop_interrupt(struct weft_deputy *deputy);

/* depart.c */
int weft_depart_stop(struct weft_deputy *deputy, unsigned long deadline);

#endif /* _WEFT_MIGRATE_DEPUTY_H */
