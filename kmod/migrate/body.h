/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The half of a process that runs the program, on another node than its home,
 * inside migrate.
 */
#ifndef _WEFT_MIGRATE_BODY_H
#define _WEFT_MIGRATE_BODY_H

#include "migrate/identity.h"
#include "migrate/process.h"
#include "migrate/thread.h"

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct file;

/*
 * Memory of a body is told by the number of its page: that of its address at home,
 * and this as well if it is of a file. Where it is mapped here does not matter.
 */
#define WEFT_IMAGE_FILE	(WEFT_ADDRESS_LIMIT >> PAGE_SHIFT)

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
 * @rcu:        frees it
 * @processes:  of this node
 * @peer:       its home
 * @process:    its serial number
 * @pid:        its number at home
 * @name:       of the program; printable ASCII, whatever home said
 * @offsets:    from clocks of this kernel to those of its home
 * @threads:    its threads; see weft_thread.link
 * @nr_threads: how many; under weft_processes.lock
 * @lock:       protects the following, up to @is_lost
 * @state:      how far it is
 * @since_ns:   when it was asked for, or began to run, on the monotonic clock
 * @answer:     to BODY, then to CAPTURE
 * @capture:    the process, checked; to be freed with kvfree()
 * @arrived:    its threads but the first, until they are run: weft_thread.link
 * @nr_arrived: how many have come
 * @parked:     how many of these wait to become what has come
 * @task:       who becomes it, with a reference; set once
 * @tgid:       the process here, with a reference; set once
 * @is_lost:    the session with @peer has ended: nothing is answered any more
 * @changed:    woken when @state or @parked change
 * @is_silent:  home knows that it ends
 * @file:       from which memory is mapped, with a reference
 * @mm:         the address space of which it has the memory; counted in mm_count
 * @image_hash: in weft_processes.images, under that
 * @image:      the body that has the memory of its address space, with a
 *              reference if that is another one
 * @image_users: whose memory it has; under weft_processes.lock
 * @pages:      memory that came and was not mapped yet, by page number; an
 *              entry that is a value stands for a page that was mapped
 * @fetches:    pages that are on their way; under the lock of @pages
 * @drained:    memory of no file is here, or zero, up to this page
 * @is_drained: home has let go of all memory
 * @drain_lock: held by whoever asks for memory in order, or changes it at home
 * @drain_work: asks for memory in order
 * @window:     pages that the next fetch asks for
 * @next:       the page behind the last fetch
 * @fetched:    pages that were fetched
 * @faults:     how often the program waited for one
 * @calls:      calls that went home
 * @continues:  of the last stop signal or SIGCONT that came, what home had counted
 */
struct weft_body {
	refcount_t references;
	struct list_head link;
	struct rcu_head rcu;
	struct weft_processes *processes;
	struct weft_peer *peer;
	u64 process;
	pid_t pid;
	char name[WEFT_PROCESS_NAME_LEN];
	struct weft_clock_offsets offsets;
	struct list_head threads;
	u32 nr_threads;

	struct mutex lock;
	enum weft_body_state state;
	u64 since_ns;
	struct weft_answer answer;
	struct weft_msg_capture *capture;
	struct list_head arrived;
	u32 nr_arrived;
	u32 parked;
	struct task_struct *task;
	struct pid *tgid;
	bool is_lost;
	wait_queue_head_t changed;
	bool is_silent;

	struct file *file;
	struct mm_struct *mm;
	struct hlist_node image_hash;
	struct weft_body *image;
	u32 image_users;
	struct xarray pages;
	struct list_head fetches;
	pgoff_t drained;
	bool is_drained;
	struct mutex drain_lock;
	struct delayed_work drain_work;
	u32 window;
	u64 next;
	u64 fetched;
	u64 faults;
	u64 calls;
	u32 continues;
};

/* body.c */
struct weft_body *weft_body_alloc(struct weft_processes *processes,
				  struct weft_peer *peer);
int weft_body_add(struct weft_body *body);
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
void weft_body_finish(struct weft_body *body);

/* arrive.c */
struct weft_thread *weft_thread_take(struct weft_body *body, u32 tid);
u32 weft_thread_tid_at(struct weft_body *body, u32 index);

/* restore.c */
int weft_body_restore(struct weft_thread *thread, unsigned int fd);

/* fetch.c */
struct file *weft_image_file(struct weft_body *body);
bool weft_image_is(const struct weft_body *image, const struct vm_area_struct *vma);
void weft_image_add(struct weft_body *body, struct mm_struct *mm);
void weft_image_share(struct weft_body *body, struct weft_body *image);
void weft_image_remove(struct weft_body *body);
int weft_image_copy(struct weft_body *to, struct weft_body *from);
int weft_body_keep_lost(struct weft_body *body, pgoff_t index);
int weft_body_keep_page(struct weft_body *body, pgoff_t index, const void *data);
void weft_body_forget(struct weft_body *body, pgoff_t index, unsigned long count);
void weft_body_drop_pages(struct weft_body *body);

/* drain.c */
void weft_drain_start(struct weft_body *body, unsigned long delay);

/* rearrange.c */
bool weft_rearrange_is(const struct weft_rsys_entry *entry);
bool weft_rearrange(struct weft_thread *thread, u32 number, const u64 args[6],
		    s64 *result);

/* remap.c */
unsigned long weft_protection_of(const struct vm_area_struct *vma);
bool weft_remap(const struct weft_body *image, const u64 args[6], s64 *result);

#endif /* _WEFT_MIGRATE_BODY_H */
