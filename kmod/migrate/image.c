// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image: memory of a process that is still at home, read for its body.
 *
 * What is present is read by the thread of the lane itself, which borrows the
 * address space and takes no fault. All else is for a worker: it may have to wait
 * for a disk.
 */
#include "compat/compat.h"
#include "migrate/deputy.h"
#include "migrate/migrate.h"

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/**
 * struct reading - memory that is being read
 * @work:   for what is not present
 * @deputy: whose, with a reference
 * @answer: who asked; under weft_deputy.lock
 * @address: first page
 * @count:  how many
 * @reply:  the answer
 * @head:   its fixed part
 * @at:     behind the pages that are there
 */
struct reading {
	struct work_struct work;
	struct weft_deputy *deputy;
	struct weft_answer answer;
	u64 address;
	u32 count;
	struct weft_message *reply;
	struct weft_msg_pages_reply *head;
	u8 *at;
};

/* A page is at reading.at. Zeros do not travel. */
static void take(struct reading *reading, u32 index)
{
	reading->head->known |= cpu_to_le32(BIT(index));
	if (!memchr_inv(reading->at, 0, PAGE_SIZE))
		return;
	reading->head->full |= cpu_to_le32(BIT(index));
	reading->at += PAGE_SIZE;
}

/* Return: how many of the first pages were present. */
static u32 read_present(struct reading *reading, struct mm_struct *mm)
{
	u32 i;

	kthread_use_mm(mm);
	for (i = 0; i < reading->count; i++) {
		if (copy_from_user_nofault(reading->at,
					   (void __user *)(reading->address +
							   i * PAGE_SIZE),
					   PAGE_SIZE))
			break;
		take(reading, i);
	}
	kthread_unuse_mm(mm);
	return i;
}

/* Return: 0; -EFAULT if there is no such page; or an error that says nothing. */
static int read_page(struct mm_struct *mm, u64 address, void *to)
{
	struct page *page;

	mmap_read_lock(mm);
	page = weft_page_of(mm, address, FOLL_FORCE);
	mmap_read_unlock(mm);
	if (IS_ERR(page))
		return PTR_ERR(page);
	memcpy(to, page_address(page), PAGE_SIZE);
	put_page(page);
	return 0;
}

/*
 * Of the process, and not of one of its threads, which may end at any time.
 *
 * Return: 0; an error if nothing can be said about the first page, which is the one
 * that is waited for.
 */
static int read_all(struct reading *reading, struct mm_struct *mm)
{
	int err;
	u32 i;

	reading->head->known = 0;
	reading->head->full = 0;
	reading->at = (u8 *)(reading->head + 1);
	for (i = 0; i < reading->count; i++) {
		err = read_page(mm, reading->address + i * PAGE_SIZE, reading->at);
		if (!err)
			take(reading, i);
		else if (err != -EFAULT)
			return i ? 0 : err;
	}
	return 0;
}

static void free_reading(struct reading *reading)
{
	weft_deputy_put(reading->deputy);
	kfree(reading);
}

static void answer(struct reading *reading, int err)
{
	struct weft_deputy *deputy = reading->deputy;
	struct weft_lane *lane;

	reading->reply->inline_len = reading->at - (u8 *)reading->head;
	mutex_lock(&deputy->lock);
	if (deputy->is_lost)
		reading->answer.type = 0;
	lane = weft_answer_queue(&reading->answer, reading->reply, err);
	mutex_unlock(&deputy->lock);
	if (lane)
		weft_lane_pump(lane);
	free_reading(reading);
}

static void read_later(struct work_struct *work)
{
	struct reading *reading = container_of(work, struct reading, work);
	struct mm_struct *mm = reading->deputy->mm;
	int err = -ESRCH;

	if (mmget_not_zero(mm)) {
		err = read_all(reading, mm);
		mmput_async(mm);
	}
	answer(reading, err);
}

static struct reading *new_reading(struct weft_deputy *deputy,
				   const struct weft_msg_pages *pages)
{
	u32 count = le32_to_cpu(pages->count);
	struct reading *reading = kzalloc(sizeof(*reading), GFP_KERNEL);

	if (!reading)
		return NULL;
	reading->reply = weft_answer_new(WEFT_MSG_PAGES, sizeof(*reading->head) +
					 count * PAGE_SIZE);
	if (!reading->reply) {
		kfree(reading);
		return NULL;
	}
	reading->deputy = deputy;
	reading->address = le64_to_cpu(pages->address);
	reading->count = count;
	reading->head = (void *)reading->reply->payload;
	*reading->head = (struct weft_msg_pages_reply){};
	reading->at = (u8 *)(reading->head + 1);
	return reading;
}

static void serve(struct reading *reading)
{
	struct mm_struct *mm = reading->deputy->mm;
	u32 present = 0;

	if (mmget_not_zero(mm)) {
		present = read_present(reading, mm);
		mmput_async(mm);
	}
	if (present == reading->count) {
		answer(reading, 0);
		return;
	}
	INIT_WORK(&reading->work, read_later);
	queue_work(reading->deputy->processes->work, &reading->work);
}

/* Whoever was only asked for a body has no right to the memory. */
static bool is_leaving(struct weft_deputy *deputy)
{
	enum weft_deputy_state state = READ_ONCE(deputy->state);

	return state == WEFT_DEPUTY_LEAVING || state == WEFT_DEPUTY_AWAY;
}

/**
 * weft_pages_serve() - serve a PAGES
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_pages_serve(struct weft_lane *lane, const struct weft_header *header,
		     const void *payload)
{
	const struct weft_msg_pages *pages = payload;
	struct weft_deputy *deputy;
	struct reading *reading;

	if (weft_pages_check(pages))
		return -EPROTO;
	deputy = weft_deputy_find(weft_processes(lane->peer->weft), lane->peer,
				  le64_to_cpu(pages->process));
	if (deputy && !is_leaving(deputy)) {
		weft_deputy_put(deputy);
		deputy = NULL;
	}
	if (!deputy)
		return weft_answer_error(lane, header, -ESRCH);
	reading = new_reading(deputy, pages);
	if (!reading) {
		weft_deputy_put(deputy);
		return -ENOMEM;
	}
	weft_answer_keep(&reading->answer, lane, header);
	serve(reading);
	return 0;
}
