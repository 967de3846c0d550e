// SPDX-License-Identifier: GPL-2.0-only
/*
 * The door of an address space: where its twins wait for calls, and how they make
 * them.
 *
 * It runs in user mode, so that a call is one like any other: with its own
 * credentials, security modules, seccomp filters and audit.
 *
 * Locks: weft_deputy.lock, weft_door.lock; the address space is let go of before any wait.
 */
#include "compat/compat.h"
#include "migrate/deputy.h"

#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/syscalls.h>

/* Where in the file the two other pages are. */
#define CODE_PAGE	(WEFT_THREADS_MAX * WEFT_ROOM_PAGES)
#define DOOR_PAGE	(CODE_PAGE + 1)

/* The instruction that makes a call, at the end of its page. */
static const u8 syscall_instruction[] = { 0x0f, 0x05 };

static void free_door(struct weft_door *door)
{
	u32 slot, page;

	for (slot = 0; slot < door->slots; slot++) {
		if (!door->rooms[slot])
			continue;
		for (page = 0; page < WEFT_ROOM_PAGES; page++)
			if (door->rooms[slot][page])
				put_page(door->rooms[slot][page]);
		kvfree(door->rooms[slot]);
	}
	if (door->code)
		put_page(door->code);
	kvfree(door);
}

/**
 * weft_door_put() - do without a door
 * @door: the door
 */
void weft_door_put(struct weft_door *door)
{
	if (refcount_dec_and_test(&door->references))
		free_door(door);
}

/**
 * weft_door_take_room() - give a twin its room
 * @door: the door of its address space
 * @twin: the twin, which has none
 *
 * Context: may sleep.
 * Return: 0, -EAGAIN if there are too many threads, or -ENOMEM.
 */
int weft_door_take_room(struct weft_door *door, struct weft_twin *twin)
{
	struct page **room;
	u32 slot;

	room = kvcalloc(WEFT_ROOM_PAGES, sizeof(*room), GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	spin_lock(&door->lock);
	slot = find_first_zero_bit(door->used, door->slots);
	if (slot < door->slots) {
		__set_bit(slot, door->used);
		/* whoever had it before has left its pages */
		if (!door->rooms[slot])
			swap(door->rooms[slot], room);
	}
	spin_unlock(&door->lock);
	kvfree(room);
	if (slot >= door->slots)
		return -EAGAIN;
	refcount_inc(&door->references);
	twin->door = door;
	twin->slot = slot;
	return 0;
}

/**
 * weft_door_leave_room() - take the room of a twin away, if it has one
 * @twin: the twin, which is not at the door any more
 */
void weft_door_leave_room(struct weft_twin *twin)
{
	struct weft_door *door = twin->door;

	if (!door)
		return;
	spin_lock(&door->lock);
	__clear_bit(twin->slot, door->used);
	spin_unlock(&door->lock);
	twin->door = NULL;
	weft_door_put(door);
}

/* Return: the page at @place, made if it was not there; NULL without memory. */
static struct page *page_at(struct page **place, bool is_code)
{
	struct page *page = READ_ONCE(*place), *before;
	u8 *code;

	if (page)
		return page;
	page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!page)
		return NULL;
	if (is_code) {
		code = page_address(page);
		memcpy(code + PAGE_SIZE - sizeof(syscall_instruction),
		       syscall_instruction, sizeof(syscall_instruction));
	}
	before = cmpxchg(place, NULL, page);
	if (!before)
		return page;
	put_page(page);
	return before;
}

/**
 * weft_door_room() - memory by which arguments travel
 * @twin: the twin; the caller is its task
 * @page: which page of its room
 *
 * Return: its bytes, which the task sees as well; NULL without memory.
 */
void *weft_door_room(struct weft_twin *twin, u32 page)
{
	struct page *found = page_at(&twin->door->rooms[twin->slot][page], false);

	return found ? page_address(found) : NULL;
}

static bool is_special(const struct weft_twin *twin, enum weft_rsys_handler handler)
{
	return twin->call.entry->class == WEFT_RSYS_SPECIAL &&
	       twin->call.entry->handler == handler;
}

static void load(struct weft_twin *twin, struct pt_regs *regs)
{
	bool is_birth = is_special(twin, WEFT_RSYS_DO_FORK);

	regs->ax = twin->call.number;
	regs->di = weft_room_address(twin, 0);
	/* a child is to come out of the same instruction, and to the door */
	regs->si = is_birth ? 0 : weft_room_address(twin, 1);
	regs->dx = is_birth ? 0 : weft_room_address(twin, 2);
	regs->r10 = is_birth ? 0 : weft_room_address(twin, 3);
	regs->r8 = is_birth ? 0 : weft_room_address(twin, 4);
	regs->r9 = is_birth ? 0 : weft_room_address(twin, 5);
	regs->ip = twin->door->door - sizeof(syscall_instruction);
}

/* Sends the result of the call under way, if nobody has yet. */
static void answer(struct weft_twin *twin, s64 result)
{
	struct weft_deputy *deputy = twin->deputy;
	struct weft_message *reply;
	struct weft_lane *lane = NULL;

	/* the call has been made: nothing but its answer may fail now */
	while (!(reply = weft_room_reply(twin, result)) &&
	       !fatal_signal_pending(current))
		schedule_timeout_killable(HZ / 100);
	if (!reply)
		return;
	mutex_lock(&deputy->lock);
	if (twin->call.is_running) {
		twin->call.is_running = false;
		twin->call.is_wanted = false;
		deputy->calls++;
		lane = weft_answer_queue(&twin->call.answer, reply, 0);
		reply = NULL;
	}
	mutex_unlock(&deputy->lock);
	if (reply)
		weft_message_free(reply);
	if (lane)
		weft_lane_pump(lane);
	weft_signal_kill_after_all(deputy);
}

static bool has_call(struct weft_twin *twin)
{
	return READ_ONCE(twin->call.is_wanted);
}

/* What a program that is started inherits from the body. */
static void take_dispositions(struct weft_twin *twin)
{
	const u64 *args = twin->call.plan.args;

	twin->mask = args[WEFT_RSYS_ARGS - 1];
	/* of execveat(2) all other arguments are taken */
	twin->ignored = twin->call.number == __NR_execve ? args[WEFT_RSYS_ARGS - 2] : 0;
}

/* Return: 0 if the call can be made now, or its result. */
static s64 prepare(struct weft_twin *twin)
{
	if (is_special(twin, WEFT_RSYS_DO_EXEC))
		take_dispositions(twin);
	return is_special(twin, WEFT_RSYS_DO_FORK) ? weft_birth_prepare(twin) : 0;
}

/* Whoever is to be stopped comes to the door again when it goes on. */
static void begin(struct weft_twin *twin, struct pt_regs *regs)
{
	if (weft_stop_is(&twin->call)) {
		regs->ax = 0;
		weft_stop_begin(twin);
		return;
	}
	load(twin, regs);
	weft_stop_open(twin);
}

/*
 * Begins the call that is wanted. Without memory the fault comes again, and it is
 * begun then.
 *
 * Return: whether it is over, with @result, and is not made.
 */
static bool take_call(struct weft_twin *twin, struct pt_regs *regs, s64 *result)
{
	bool is_over = false;

	mutex_lock(&twin->deputy->lock);
	/*
	 * Of a call that is not made the program gets back what it gave, too, and
	 * not what an earlier one left.
	 */
	if (!weft_room_fill(twin)) {
		twin->call.is_running = true;
		if (twin->is_cancelled)
			*result = -ERESTARTNOINTR;
		else if (weft_stop_is(&twin->call))
			*result = 0;
		else if (is_special(twin, WEFT_RSYS_DO_SIGACTION))
			*result = weft_disposition_take(&twin->call);
		else
			*result = prepare(twin);
		is_over = twin->is_cancelled || *result ||
			  (is_special(twin, WEFT_RSYS_DO_SIGACTION) &&
			   !weft_stop_is(&twin->call));
		twin->is_cancelled = false;
		if (!is_over)
			begin(twin, regs);
	}
	mutex_unlock(&twin->deputy->lock);
	return is_over;
}

/**
 * weft_door_enter() - answer the last call, and wait for the next
 * @twin: the twin; the caller is its task
 * @regs: of the task: on return those with which it makes the call, or, if a
 *        signal wants to be seen to first, those with which it comes again
 *
 * Context: sleeps for as long as the body does not call.
 */
void weft_door_enter(struct weft_twin *twin, struct pt_regs *regs)
{
	struct weft_net *weft = twin->deputy->processes->weft;
	s64 result;

	weft_stop_shut(twin);
	if (twin->newborn && twin->call.is_running)
		weft_birth_failed(twin);
	if (twin->stop && weft_stop_end(twin))
		weft_signals_resume(twin->deputy);
	if (twin->call.is_running) {
		weft_fault(weft, WEFT_FAULT_DEPUTY_MADE);
		answer(twin, regs->ax);
	}
	/* from here on nothing is said twice, however often the door is entered */
	if (wait_event_interruptible(twin->wait, has_call(twin)))
		return;
	weft_fault(weft, WEFT_FAULT_DEPUTY_TAKEN);
	if (take_call(twin, regs, &result))
		answer(twin, result);
}

/* Somebody is at the door: a twin, or one that has just been born. */
static void enter(struct weft_door *door)
{
	struct weft_twin *twin = weft_twin_get(door->processes, current);

	if (twin && !weft_birth_finish(twin))
		weft_door_enter(twin, task_pt_regs(current));
	else
		send_sig(SIGKILL, current, 1);
	if (twin)
		weft_twin_put(twin);
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	struct weft_door *door = vmf->vma->vm_file->private_data;
	struct page **place = &door->code;
	pgoff_t slot = vmf->pgoff / WEFT_ROOM_PAGES;
	struct page *page;

	if (vmf->pgoff > DOOR_PAGE)
		return VM_FAULT_SIGBUS;
	if (vmf->pgoff < CODE_PAGE) {
		if (slot >= door->slots || !READ_ONCE(door->rooms[slot]))
			return VM_FAULT_SIGBUS;
		place = &door->rooms[slot][vmf->pgoff % WEFT_ROOM_PAGES];
	}
	if (vmf->pgoff != DOOR_PAGE) {
		page = page_at(place, vmf->pgoff == CODE_PAGE);
		if (!page)
			return VM_FAULT_OOM;
		get_page(page);
		vmf->page = page;
		return 0;
	}
	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY) ||
	    !(vmf->flags & FAULT_FLAG_INSTRUCTION) || current->mm != vmf->vma->vm_mm)
		return VM_FAULT_SIGBUS;
	/* the mapping may go while nothing is locked */
	refcount_inc(&door->references);
	if (!weft_fault_unlock(vmf)) {
		weft_door_put(door);
		return VM_FAULT_RETRY;
	}
	enter(door);
	weft_door_put(door);
	return VM_FAULT_RETRY | VM_FAULT_COMPLETED;
}

static int refuse_split(struct vm_area_struct *vma, unsigned long address)
{
	return -EPERM;
}

static const struct vm_operations_struct door_vm_ops = {
	.fault	   = fault,
	.may_split = refuse_split,
};

/**
 * weft_door_is() - is a mapping part of a door?
 * @vma: the mapping; the caller holds mmap_lock
 *
 * Return: whether it is.
 */
bool weft_door_is(const struct vm_area_struct *vma)
{
	return vma->vm_ops == &door_vm_ops;
}

/* A child finds the door where its parent has it, but has its own rooms. */
static int map(struct file *file, struct vm_area_struct *vma)
{
	unsigned long flags = VM_DONTEXPAND | VM_DONTDUMP;

	vma->vm_ops = &door_vm_ops;
	weft_mapping_set_flags(vma, vma->vm_pgoff < CODE_PAGE ?
			       flags | VM_DONTCOPY : flags);
	return 0;
}

static int release(struct inode *inode, struct file *file)
{
	weft_door_put(file->private_data);
	return 0;
}

static const struct file_operations door_fops = {
	.owner	 = THIS_MODULE,
	.mmap	 = map,
	.release = release,
};

static unsigned long map_part(struct file *file, unsigned long at, unsigned long pages,
			      unsigned long prot, unsigned long from)
{
	return vm_mmap(file, at, pages * PAGE_SIZE, prot,
		       MAP_SHARED | (at ? MAP_FIXED_NOREPLACE : 0), from * PAGE_SIZE);
}

static int map_both(struct weft_door *door, struct file *file, unsigned long room,
		    unsigned long code)
{
	room = map_part(file, room, door->slots * WEFT_ROOM_PAGES,
			PROT_READ | PROT_WRITE, 0);
	if (IS_ERR_VALUE(room))
		return room;
	code = map_part(file, code, 2, PROT_READ | PROT_EXEC, CODE_PAGE);
	if (IS_ERR_VALUE(code)) {
		vm_munmap(room, door->slots * WEFT_ROOM_PAGES * PAGE_SIZE);
		return code;
	}
	door->room = room;
	door->door = code + PAGE_SIZE;
	return 0;
}

/**
 * weft_door_open() - give the caller's address space its door
 * @processes: of this node
 * @room:      where its rooms are to be; 0: anywhere
 * @code:      where the page before the door is to be; 0: anywhere
 * @slots:     how many rooms: up to WEFT_THREADS_MAX
 *
 * Context: may sleep; takes mmap_lock.
 * Return: the door with a reference, or an error with nothing changed.
 */
struct weft_door *weft_door_open(struct weft_processes *processes,
				 unsigned long room, unsigned long code,
				 u32 slots)
{
	struct weft_door *door = kvzalloc(sizeof(*door), GFP_KERNEL);
	struct file *file;
	int err;

	if (!door)
		return ERR_PTR(-ENOMEM);
	refcount_set(&door->references, 1);
	spin_lock_init(&door->lock);
	door->processes = processes;
	door->slots = slots;
	file = anon_inode_getfile("[weft]", &door_fops, door, O_RDWR);
	if (IS_ERR(file)) {
		weft_door_put(door);
		return ERR_CAST(file);
	}
	refcount_inc(&door->references);
	err = map_both(door, file, room, code);
	/* with the last mapping, or now, it is released */
	fput(file);
	if (!err)
		return door;
	weft_door_put(door);
	return ERR_PTR(err);
}

/**
 * weft_door_close() - take the door away again
 * @door: the door of the caller's address space, which stays; its reference goes
 */
void weft_door_close(struct weft_door *door)
{
	vm_munmap(door->door - PAGE_SIZE, 2 * PAGE_SIZE);
	vm_munmap(door->room, door->slots * WEFT_ROOM_PAGES * PAGE_SIZE);
	weft_door_put(door);
}
