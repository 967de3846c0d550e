// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a body that is still at home: fetched when it is touched, with what
 * lies behind it if the program goes through it in order.
 *
 * A page is in weft_body.pages from its arrival until it is mapped; then a mark
 * stays, because home's copy is no longer the true one.
 * Locks: mmap_lock is let go of before any wait, but where the fault forbids it.
 */
#include "compat/compat.h"
#include "migrate/body.h"

#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/slab.h>

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

/* What stands in weft_body.pages instead of a page. */
#define MAPPED		xa_mk_value(1)
#define ABSENT		xa_mk_value(2)
#define FAILED		xa_mk_value(3)

/* Return: 0, or -ENOMEM. Loses the page if there is something already. */
static int keep(struct weft_body *body, pgoff_t index, void *entry)
{
	void *before = xa_cmpxchg(&body->pages, index, NULL, entry, GFP_KERNEL);

	if (before && !xa_is_value(entry))
		put_page(entry);
	return xa_err(before);
}

/**
 * weft_body_keep_page() - memory has come
 * @body:    the body
 * @address: of the page
 * @data:    what is in it; NULL: zeros
 *
 * Return: 0 or -ENOMEM.
 */
int weft_body_keep_page(struct weft_body *body, u64 address, const void *data)
{
	struct page *page = alloc_page(GFP_HIGHUSER | (data ? 0 : __GFP_ZERO));

	if (!page)
		return -ENOMEM;
	if (data)
		memcpy(page_address(page), data, PAGE_SIZE);
	return keep(body, address >> PAGE_SHIFT, page);
}

/**
 * weft_body_drop_pages() - forget what came and was never touched
 * @body: the body; nobody else uses it any more
 */
void weft_body_drop_pages(struct weft_body *body)
{
	unsigned long index;
	void *entry;

	xa_for_each(&body->pages, index, entry)
		if (!xa_is_value(entry))
			put_page(entry);
	xa_destroy(&body->pages);
}

/* How many pages to ask for: more and more as long as they are used in order. */
static u32 window(struct weft_body *body, pgoff_t index, pgoff_t end)
{
	u32 count = index == READ_ONCE(body->next) ?
		    min(READ_ONCE(body->window) * 2, (u32)WEFT_PAGES_MAX) : 1;

	count = min_t(u64, max(count, 1U), end - index);
	WRITE_ONCE(body->window, count);
	WRITE_ONCE(body->next, index + count);
	return count;
}

static int take(struct weft_body *body, pgoff_t index, u32 count,
		const struct weft_msg_pages_reply *reply, u32 len)
{
	const u8 *data = (const u8 *)(reply + 1);
	u32 known, full, i;
	int err = 0;

	if (weft_pages_reply_check(reply, len, count))
		return -EBADMSG;
	known = le32_to_cpu(reply->known);
	full = le32_to_cpu(reply->full);
	for (i = 0; i < count && !err; i++) {
		if (!(known & BIT(i))) {
			err = keep(body, index + i, ABSENT);
			continue;
		}
		err = weft_body_keep_page(body, (u64)(index + i) << PAGE_SHIFT,
					  full & BIT(i) ? data : NULL);
		if (full & BIT(i))
			data += PAGE_SIZE;
	}
	body->fetched += hweight32(known);
	return err;
}

static int ask(struct weft_body *body, pgoff_t index, u32 count,
	       struct weft_call *call)
{
	struct weft_message *request;
	struct weft_msg_pages *pages;
	int err;

	request = weft_message_new(call->type, sizeof(*pages));
	if (!request)
		return -ENOMEM;
	pages = (struct weft_msg_pages *)request->payload;
	*pages = (struct weft_msg_pages){
		.process = cpu_to_le64(body->process),
		.address = cpu_to_le64((u64)index << PAGE_SHIFT),
		.count = cpu_to_le32(count),
	};
	err = weft_call_start(&body->peer->lanes[WEFT_LANE_FAST], call, request);
	return err ? err : weft_call_wait(call);
}

/* Return: 0 with the page, or what is known of it, in weft_body.pages. */
static int fetch(struct weft_body *body, pgoff_t index, pgoff_t end)
{
	u32 count = window(body, index, end);
	struct weft_call call = {
		.type = WEFT_MSG_PAGES,
		.reply_size = sizeof(struct weft_msg_pages_reply) +
			      count * PAGE_SIZE,
		.deadline = FOR_EVER,
	};
	int err;

	body->faults++;
	call.reply = kvmalloc(call.reply_size, GFP_KERNEL);
	if (!call.reply)
		return -ENOMEM;
	err = weft_fault(body->processes->weft, WEFT_FAULT_BODY_FETCHING);
	if (!err)
		err = ask(body, index, count, &call);
	if (!err)
		err = take(body, index, count, call.reply, call.reply_len);
	kvfree(call.reply);
	/* somebody who was killed may be only one of those who want it */
	if (err && err != -EINTR && err != -ENOMEM)
		keep(body, index, FAILED);
	return err;
}

static vm_fault_t map_page(struct vm_fault *vmf, struct weft_body *body, void *entry)
{
	struct page *page = entry;

	if (entry == ABSENT || entry == FAILED)
		return VM_FAULT_SIGBUS;
	if (entry == MAPPED) {
		/* the program has thrown it away since */
		page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
		if (!page)
			return VM_FAULT_OOM;
	} else if (xa_cmpxchg(&body->pages, vmf->pgoff, entry, MAPPED,
			      GFP_KERNEL) != entry) {
		return VM_FAULT_NOPAGE;		/* somebody else was faster */
	}
	vmf->page = page;
	return 0;
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	struct weft_body *body = vmf->vma->vm_file->private_data;
	pgoff_t end = vmf->vma->vm_pgoff + vma_pages(vmf->vma);
	void *entry = xa_load(&body->pages, vmf->pgoff);
	bool may_wait = vmf->flags & FAULT_FLAG_ALLOW_RETRY &&
			!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT);
	struct file *file;
	pgoff_t index = vmf->pgoff;
	int err;

	if (entry)
		return map_page(vmf, body, entry);
	if (!may_wait) {
		err = fetch(body, index, end);
		entry = xa_load(&body->pages, index);
		return err || !entry ? VM_FAULT_SIGBUS : map_page(vmf, body, entry);
	}
	/* the mapping, and with it the body, may go while nothing is locked */
	file = get_file(vmf->vma->vm_file);
	if (weft_fault_unlock(vmf))
		fetch(body, index, end);
	fput(file);
	return VM_FAULT_RETRY;
}

static const struct vm_operations_struct image_vm_ops = {
	.fault = fault,
};

/**
 * weft_body_map() - map the image of a process
 * @file: of its body
 * @vma:  the mapping; its offset is its address
 *
 * Return: 0, or -EINVAL.
 */
int weft_body_map(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_SHARED)
		return -EINVAL;
	vma->vm_ops = &image_vm_ops;
	return 0;
}
