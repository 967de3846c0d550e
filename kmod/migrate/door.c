// SPDX-License-Identifier: GPL-2.0-only
/*
 * The door of a deputy: where it waits for calls, and how it makes them.
 *
 * It runs in user mode, so that a call is one like any other: with its own
 * credentials, security modules, seccomp filters and audit.
 *
 * Locks: weft_deputy.lock; the address space is let go of before any wait.
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

/* The instruction that makes a call, at the end of its page. */
static const u8 syscall_instruction[] = { 0x0f, 0x05 };

/* Return: the page, made if it was not there; NULL without memory. */
static struct page *page_of(struct weft_deputy *deputy, pgoff_t index)
{
	struct page *page = READ_ONCE(deputy->pages[index]);
	u8 *code;

	if (page)
		return page;
	page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!page)
		return NULL;
	if (index == WEFT_DEPUTY_CALL_PAGE) {
		code = page_address(page);
		memcpy(code + PAGE_SIZE - sizeof(syscall_instruction),
		       syscall_instruction, sizeof(syscall_instruction));
	}
	/* only the task itself comes here */
	deputy->pages[index] = page;
	return page;
}

/**
 * weft_door_room() - memory by which arguments travel
 * @deputy: the deputy; the caller is its task
 * @page:   which page of it
 *
 * Return: its bytes, which the task sees as well; NULL without memory.
 */
void *weft_door_room(struct weft_deputy *deputy, u32 page)
{
	struct page *found = page_of(deputy, page);

	return found ? page_address(found) : NULL;
}

static void load(struct weft_deputy *deputy, struct pt_regs *regs)
{
	regs->ax = deputy->call.number;
	regs->di = weft_room_address(deputy, 0);
	regs->si = weft_room_address(deputy, 1);
	regs->dx = weft_room_address(deputy, 2);
	regs->r10 = weft_room_address(deputy, 3);
	regs->r8 = weft_room_address(deputy, 4);
	regs->r9 = weft_room_address(deputy, 5);
	regs->ip = deputy->door - sizeof(syscall_instruction);
}

/* Sends the result of a call. */
static void answer(struct weft_deputy *deputy, s64 result)
{
	struct weft_message *reply;
	struct weft_lane *lane;

	/* the call has been made: nothing but its answer may fail now */
	while (!(reply = weft_room_reply(deputy, result)) &&
	       !fatal_signal_pending(current))
		schedule_timeout_killable(HZ / 100);
	if (!reply)
		return;
	mutex_lock(&deputy->lock);
	deputy->call.is_running = false;
	deputy->call.is_wanted = false;
	deputy->calls++;
	lane = weft_answer_queue(&deputy->call.answer, reply, 0);
	mutex_unlock(&deputy->lock);
	if (lane)
		weft_lane_pump(lane);
}

static bool has_call(struct weft_deputy *deputy)
{
	return READ_ONCE(deputy->call.is_wanted);
}

/**
 * weft_door_enter() - answer the last call, and wait for the next
 * @deputy: the deputy; the caller is its task
 * @regs:   of the task: on return those with which it makes the call, or, if a
 *          signal wants to be seen to first, those with which it comes again
 *
 * Context: sleeps for as long as the body does not call.
 */
void weft_door_enter(struct weft_deputy *deputy, struct pt_regs *regs)
{
	struct weft_net *weft = deputy->processes->weft;
	bool is_cancelled;

	if (deputy->call.is_running) {
		weft_fault(weft, WEFT_FAULT_DEPUTY_MADE);
		answer(deputy, regs->ax);
	}
	/* from here on nothing is said twice, however often the door is entered */
	if (wait_event_interruptible(deputy->wait, has_call(deputy)))
		return;
	weft_fault(weft, WEFT_FAULT_DEPUTY_TAKEN);
	mutex_lock(&deputy->lock);
	is_cancelled = deputy->is_cancelled;
	deputy->is_cancelled = false;
	deputy->call.is_running = true;
	/*
	 * If there is no memory the fault comes again. Of a call that is not made
	 * the program gets back what it gave, too, and not what an earlier one left.
	 */
	if (weft_room_fill(deputy)) {
		deputy->call.is_running = false;
		deputy->is_cancelled = is_cancelled;
		is_cancelled = false;
	} else if (!is_cancelled) {
		load(deputy, regs);
	}
	mutex_unlock(&deputy->lock);
	if (is_cancelled)
		answer(deputy, -ERESTARTNOINTR);
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	struct weft_deputy *deputy = vmf->vma->vm_file->private_data;
	struct page *page;

	if (vmf->pgoff >= WEFT_DEPUTY_PAGES || current != deputy->task)
		return VM_FAULT_SIGBUS;
	if (vmf->pgoff != WEFT_DEPUTY_DOOR_PAGE) {
		page = page_of(deputy, vmf->pgoff);
		if (!page)
			return VM_FAULT_OOM;
		get_page(page);
		vmf->page = page;
		return 0;
	}
	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY) ||
	    !(vmf->flags & FAULT_FLAG_INSTRUCTION))
		return VM_FAULT_SIGBUS;
	if (!weft_fault_unlock(vmf))
		return VM_FAULT_RETRY;
	weft_door_enter(deputy, task_pt_regs(current));
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

static int map(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &door_vm_ops;
	weft_mapping_set_flags(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

/* The door is no more: with the address space, or because the task stays. */
static int release(struct inode *inode, struct file *file)
{
	struct weft_deputy *deputy = file->private_data;
	bool was_away, is_lost;

	mutex_lock(&deputy->lock);
	/* a task that stays only does without its door */
	was_away = deputy->state == WEFT_DEPUTY_AWAY;
	is_lost = deputy->is_lost;
	if (was_away)
		deputy->state = WEFT_DEPUTY_ENDED;
	deputy->call.answer.type = 0;
	mutex_unlock(&deputy->lock);
	wake_up_all(&deputy->changed);
	/* in its next life the node would not know what this is about */
	if (was_away && !is_lost)
		weft_gone_tell(deputy->processes, deputy->peer->node,
			       deputy->process, 0);
	if (was_away) {
		weft_signals_unwatch(deputy);
		weft_deputy_remove(deputy);
	}
	weft_deputy_put(deputy);
	return 0;
}

static const struct file_operations door_fops = {
	.owner	 = THIS_MODULE,
	.mmap	 = map,
	.release = release,
};

static int map_both(struct weft_deputy *deputy, struct file *file)
{
	unsigned long room, code;

	room = vm_mmap(file, 0, WEFT_DEPUTY_ROOM_PAGES * PAGE_SIZE,
		       PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	if (IS_ERR_VALUE(room))
		return room;
	code = vm_mmap(file, 0, 2 * PAGE_SIZE, PROT_READ | PROT_EXEC, MAP_SHARED,
		       WEFT_DEPUTY_CALL_PAGE * PAGE_SIZE);
	if (IS_ERR_VALUE(code)) {
		vm_munmap(room, WEFT_DEPUTY_ROOM_PAGES * PAGE_SIZE);
		return code;
	}
	deputy->room = room;
	deputy->door = code + PAGE_SIZE;
	return 0;
}

/**
 * weft_door_make() - give a task its door
 * @deputy: the deputy; the caller is its task
 *
 * Context: may sleep; takes mmap_lock.
 * Return: 0 or an error with nothing changed. From then on the end of the address
 * space is the end of the deputy.
 */
int weft_door_make(struct weft_deputy *deputy)
{
	struct file *file;
	int err;

	file = anon_inode_getfile("[weft]", &door_fops, deputy, O_RDWR);
	if (IS_ERR(file))
		return PTR_ERR(file);
	refcount_inc(&deputy->references);
	err = map_both(deputy, file);
	/* with the last mapping, or now, it is released */
	fput(file);
	return err;
}

/**
 * weft_door_close() - take the door away again
 * @deputy: the deputy; the caller is its task, which stays
 */
void weft_door_close(struct weft_deputy *deputy)
{
	if (!deputy->door)
		return;
	vm_munmap(deputy->door - PAGE_SIZE, 2 * PAGE_SIZE);
	vm_munmap(deputy->room, WEFT_DEPUTY_ROOM_PAGES * PAGE_SIZE);
	deputy->door = 0;
	deputy->room = 0;
}
