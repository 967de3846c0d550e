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

#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

/* As long as a session lasts; its end ends the call. */
#define FOR_EVER	(jiffies + MAX_JIFFY_OFFSET)

/* What stands in weft_body.pages instead of a page. */
#define MAPPED		xa_mk_value(1)
#define ABSENT		xa_mk_value(2)
#define FAILED		xa_mk_value(3)

/**
 * struct weft_fetch - pages that somebody waits for; under the lock of weft_body.pages
 * @link:     in weft_body.fetches
 * @index:    of the first one
 * @count:    how many
 * @is_stale: some were thrown away since: what comes may be older than that
 */
struct weft_fetch {
	struct list_head link;
	pgoff_t index;
	u32 count;
	bool is_stale;
};

/* Return: 0, or -ENOMEM. Loses the page if there is something already. */
static int keep(struct weft_body *body, pgoff_t index, void *entry)
{
	void *before = xa_cmpxchg(&body->pages, index, NULL, entry, GFP_KERNEL);

	if (before && !xa_is_value(entry))
		put_page(entry);
	return xa_err(before);
}

/**
 * weft_body_keep_lost() - home cannot read a page any more
 * @body:  the body
 * @index: of the page
 *
 * Return: 0, also if the body has that page; or -ENOMEM.
 */
int weft_body_keep_lost(struct weft_body *body, pgoff_t index)
{
	return keep(body, index, FAILED);
}

/* Return: a page with these bytes; of zeros the mark, they are made when touched; NULL. */
static void *entry_for(const void *data)
{
	struct page *page;

	if (!data)
		return MAPPED;
	page = alloc_page(GFP_HIGHUSER | __GFP_ACCOUNT);
	if (page)
		memcpy(page_address(page), data, PAGE_SIZE);
	return page;
}

/**
 * weft_body_keep_page() - memory has come
 * @body:  the body
 * @index: of the page
 * @data:  what is in it; NULL: zeros
 *
 * Return: 0, also if the body has that page already; or -ENOMEM.
 */
int weft_body_keep_page(struct weft_body *body, pgoff_t index, const void *data)
{
	void *entry = entry_for(data);

	return entry ? keep(body, index, entry) : -ENOMEM;
}

static void begin_fetch(struct weft_body *body, struct weft_fetch *fetch)
{
	xa_lock(&body->pages);
	list_add(&fetch->link, &body->fetches);
	xa_unlock(&body->pages);
}

static void end_fetch(struct weft_body *body, struct weft_fetch *fetch)
{
	xa_lock(&body->pages);
	list_del(&fetch->link);
	xa_unlock(&body->pages);
}

/* As keep(), of what was fetched; loses it if it is stale. Never lets go of the lock. */
static int keep_fetched(struct weft_body *body, const struct weft_fetch *fetch,
			pgoff_t index, void *entry)
{
	void *before = entry;

	xa_lock(&body->pages);
	if (!fetch->is_stale)
		before = __xa_cmpxchg(&body->pages, index, NULL, entry, GFP_NOWAIT);
	xa_unlock(&body->pages);
	if (before && !xa_is_value(entry))
		put_page(entry);
	return xa_err(before);
}

static void make_stale(struct weft_body *body, pgoff_t index, unsigned long count)
{
	struct weft_fetch *fetch;

	xa_lock(&body->pages);
	list_for_each_entry(fetch, &body->fetches, link)
		if (fetch->index < index + count && index < fetch->index + fetch->count)
			fetch->is_stale = true;
	xa_unlock(&body->pages);
}

/**
 * weft_body_forget() - what is known of memory is not true any more
 * @body:  the body
 * @index: of the first page
 * @count: how many
 *
 * What is on its way of it is dropped when it comes, and asked for again.
 */
void weft_body_forget(struct weft_body *body, pgoff_t index, unsigned long count)
{
	unsigned long at;
	void *entry;

	if (!count)
		return;
	make_stale(body, index, count);
	xa_for_each_range(&body->pages, at, entry, index, index + count - 1) {
		entry = xa_erase(&body->pages, at);
		if (entry && !xa_is_value(entry))
			put_page(entry);
	}
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

static int take_page(struct weft_body *body, const struct weft_fetch *fetch, u32 i,
		     const void *data)
{
	void *entry = entry_for(data);

	return entry ? keep_fetched(body, fetch, fetch->index + i, entry) : -ENOMEM;
}

/*
 * Only what was touched is said to be absent. What lies behind it may come into
 * being; and home may have let go of what has arrived meanwhile.
 */
static int take_absent(struct weft_body *body, const struct weft_fetch *fetch, u32 i)
{
	/* home has let go after this was said; pairs with take_next() */
	if (i || fetch->index < smp_load_acquire(&body->drained))
		return 0;
	return keep_fetched(body, fetch, fetch->index, ABSENT);
}

static int take(struct weft_body *body, const struct weft_fetch *fetch,
		const struct weft_msg_pages_reply *reply, u32 len)
{
	const u8 *data = (const u8 *)(reply + 1);
	u32 known, full, i;
	int err = 0;

	if (weft_pages_reply_check(reply, len, fetch->count))
		return -EBADMSG;
	known = le32_to_cpu(reply->known);
	full = le32_to_cpu(reply->full);
	for (i = 0; i < fetch->count && !err; i++) {
		if (!(known & BIT(i))) {
			err = take_absent(body, fetch, i);
			continue;
		}
		err = take_page(body, fetch, i, full & BIT(i) ? data : NULL);
		if (full & BIT(i))
			data += PAGE_SIZE;
	}
	body->fetched += hweight32(known);
	return err;
}

static int ask(struct weft_body *body, const struct weft_fetch *fetch,
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
		.address = cpu_to_le64((u64)(fetch->index & ~WEFT_IMAGE_FILE) <<
				       PAGE_SHIFT),
		.count = cpu_to_le32(fetch->count),
	};
	err = weft_call_start(&body->peer->lanes[WEFT_LANE_FAST], call, request);
	return err ? err : weft_call_wait(call);
}

/*
 * Return: 0 with the page, or what is known of it, in weft_body.pages; or with
 * nothing, if it was thrown away meanwhile.
 */
static int fetch(struct weft_body *body, pgoff_t index, pgoff_t end)
{
	struct weft_fetch asked = { .index = index, .count = window(body, index, end) };
	struct weft_call call = {
		.type = WEFT_MSG_PAGES,
		.reply_size = sizeof(struct weft_msg_pages_reply) +
			      asked.count * PAGE_SIZE,
		.deadline = FOR_EVER,
	};
	int err;

	body->faults++;
	call.reply = kvmalloc(call.reply_size, GFP_KERNEL);
	if (!call.reply)
		return -ENOMEM;
	begin_fetch(body, &asked);
	err = weft_fault(body->processes->weft, WEFT_FAULT_BODY_FETCHING);
	if (!err)
		err = ask(body, &asked, &call);
	if (!err)
		err = take(body, &asked, call.reply, call.reply_len);
	end_fetch(body, &asked);
	kvfree(call.reply);
	/* somebody who was killed may be only one of those who want it */
	if (err && err != -EINTR && err != -ENOMEM)
		keep(body, index, FAILED);
	return err;
}

/*
 * Who finds the mark finds the page mapped, or thrown away since: it is mapped first.
 * Otherwise two who touch the page together could map it, and zeros over it.
 */
static vm_fault_t map_kept(struct vm_fault *vmf, struct weft_body *body, struct page *page)
{
	vm_fault_t result = vmf_insert_page(vmf->vma, vmf->address, page);

	if (result == VM_FAULT_NOPAGE &&
	    xa_cmpxchg(&body->pages, vmf->pgoff, page, MAPPED, GFP_KERNEL) == page)
		put_page(page);
	put_page(page);
	return result;
}

/* @entry is what find() gave; its reference goes. */
static vm_fault_t map_page(struct vm_fault *vmf, struct weft_body *body, void *entry)
{
	/* a file may have more pages the next time that somebody looks */
	if (entry == ABSENT && vmf->pgoff & WEFT_IMAGE_FILE)
		xa_cmpxchg(&body->pages, vmf->pgoff, ABSENT, NULL, GFP_KERNEL);
	if (entry == ABSENT || entry == FAILED)
		return VM_FAULT_SIGBUS;
	if (entry != MAPPED)
		return map_kept(vmf, body, entry);
	/* nothing but zeros, or thrown away since */
	vmf->page = alloc_page(GFP_HIGHUSER | __GFP_ACCOUNT | __GFP_ZERO);
	return vmf->page ? 0 : VM_FAULT_OOM;
}

/* What is known of a page: the page itself with a reference; NULL: nothing. */
static void *find(struct weft_body *body, pgoff_t index)
{
	/* first this: what lies below has all arrived; pairs with take_next() */
	pgoff_t drained = smp_load_acquire(&body->drained);
	void *entry;

	xa_lock(&body->pages);
	entry = xa_load(&body->pages, index);
	/* while it is here, it has a reference */
	if (entry && !xa_is_value(entry))
		get_page(entry);
	xa_unlock(&body->pages);
	return !entry && index < drained ? MAPPED : entry;
}

/* Return: who has the memory of an address space, with a reference; or NULL. */
static struct weft_body *image_of(struct weft_processes *processes,
				  const struct mm_struct *mm)
{
	struct weft_body *body, *found = NULL;

	rcu_read_lock();
	hash_for_each_possible_rcu(processes->images, body, image_hash,
				   (unsigned long)mm) {
		if (body->mm != mm || !refcount_inc_not_zero(&body->references))
			continue;
		found = body;
		break;
	}
	rcu_read_unlock();
	return found;
}

static vm_fault_t fault_in(struct vm_fault *vmf, struct weft_body *body)
{
	pgoff_t end = vmf->vma->vm_pgoff + vma_pages(vmf->vma);
	void *entry = find(body, vmf->pgoff);
	bool may_wait = vmf->flags & FAULT_FLAG_ALLOW_RETRY &&
			!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT);
	pgoff_t index = vmf->pgoff;
	int err;

	if (entry)
		return map_page(vmf, body, entry);
	if (!may_wait) {
		do {
			err = fetch(body, index, end);
			entry = err ? NULL : find(body, index);
		} while (!err && !entry);
		return entry ? map_page(vmf, body, entry) :
		       err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	}
	/* the mapping may go while nothing is locked */
	if (weft_fault_unlock(vmf))
		fetch(body, index, end);
	return VM_FAULT_RETRY;
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	struct weft_body *first = vmf->vma->vm_file->private_data;
	struct weft_body *body = image_of(first->processes, vmf->vma->vm_mm);
	vm_fault_t result;

	/* nobody runs in this address space any more */
	if (!body)
		return VM_FAULT_SIGBUS;
	result = fault_in(vmf, body);
	weft_body_put(body);
	return result;
}

static const struct vm_operations_struct image_vm_ops = {
	.fault = fault,
};

/**
 * weft_image_is() - is a mapping one of the image?
 * @image: whose image
 * @vma:   the mapping; the caller holds mmap_lock
 *
 * Return: true if it is; the offset says of which part, see WEFT_IMAGE_FILE.
 */
bool weft_image_is(const struct weft_body *image, const struct vm_area_struct *vma)
{
	return vma->vm_file && vma->vm_file == image->file;
}

/*
 * A fork copies the page tables of such a mapping, also where nothing was written:
 * what was mapped once is not to be fetched again.
 */
static int map(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_SHARED)
		return -EINVAL;
	vma->vm_ops = &image_vm_ops;
	weft_mapping_set_flags(vma, VM_MIXEDMAP);
	return 0;
}

static int release(struct inode *inode, struct file *file)
{
	weft_body_put(file->private_data);
	return 0;
}

static const struct file_operations image_fops = {
	.owner	 = THIS_MODULE,
	.mmap	 = map,
	.release = release,
};

/**
 * weft_image_file() - a file from which the memory of a process is mapped
 * @body: the process; the file gets a reference. In another address space it is
 *        the memory of whoever runs there
 *
 * Return: the file, or an error. The offset of a mapping is its address at home, see
 * WEFT_IMAGE_FILE.
 */
struct file *weft_image_file(struct weft_body *body)
{
	struct file *file;

	file = anon_inode_getfile("[weft]", &image_fops, body, O_RDWR);
	if (!IS_ERR(file))
		refcount_inc(&body->references);
	return file;
}

/**
 * weft_image_add() - a process has the memory of an address space
 * @body: the process
 * @mm:   the address space
 *
 * Context: does not sleep.
 */
void weft_image_add(struct weft_body *body, struct mm_struct *mm)
{
	struct weft_processes *processes = body->processes;

	mmgrab(mm);
	body->mm = mm;
	body->image = body;
	spin_lock(&processes->lock);
	body->image_users = 1;
	hash_add_rcu(processes->images, &body->image_hash, (unsigned long)mm);
	spin_unlock(&processes->lock);
}

/**
 * weft_image_share() - a process has its memory together with another one
 * @body:  the process
 * @image: whose it is
 *
 * Context: does not sleep.
 */
void weft_image_share(struct weft_body *body, struct weft_body *image)
{
	refcount_inc(&image->references);
	body->image = image;
	spin_lock(&body->processes->lock);
	image->image_users++;
	spin_unlock(&body->processes->lock);
}

/**
 * weft_image_remove() - a process is no more
 * @body: the process
 *
 * Context: may sleep.
 */
void weft_image_remove(struct weft_body *body)
{
	struct weft_body *image = body->image;
	struct file *file = NULL;

	if (!image)
		return;
	spin_lock(&body->processes->lock);
	if (!--image->image_users) {
		hash_del_rcu(&image->image_hash);
		file = image->file;
		image->file = NULL;
	}
	spin_unlock(&body->processes->lock);
	if (file)
		fput(file);
}

/* Pages that are copied at once. */
#define COPIES	32

/**
 * struct copies - pages on their way into the image of a child
 * @index: which they are
 * @entry: what is known of them; a page with a reference
 * @count: how many
 */
struct copies {
	unsigned long index[COPIES];
	void *entry[COPIES];
	u32 count;
};

/* Return: whether there are more. */
static bool take_copies(struct weft_body *from, unsigned long *index,
			struct copies *copies)
{
	void *entry;

	copies->count = 0;
	xa_lock(&from->pages);
	xa_for_each_start(&from->pages, *index, entry, *index) {
		if (copies->count == COPIES)
			break;
		/* while it is here, it has a reference */
		if (!xa_is_value(entry))
			get_page(entry);
		copies->index[copies->count] = *index;
		copies->entry[copies->count++] = entry;
	}
	xa_unlock(&from->pages);
	return copies->count == COPIES;
}

/**
 * weft_image_copy() - a child knows what its parent knows about its memory
 * @to:   the child, which does not run yet
 * @from: its parent
 *
 * Before the address space is copied: what is mapped meanwhile is mapped in the
 * child as well. What has not come yet the child asks its own deputy for.
 *
 * Context: may sleep; caller holds weft_body.drain_lock of @from, until home has
 * copied what it still has.
 * Return: 0 or -ENOMEM.
 */
int weft_image_copy(struct weft_body *to, struct weft_body *from)
{
	unsigned long index = 0;
	struct copies copies;
	bool has_more;
	int err = 0;
	u32 i;

	lockdep_assert_held(&from->drain_lock);

	/* even if nothing is left: so it learns whether it is alive at home */
	to->drained = from->drained;
	do {
		has_more = take_copies(from, &index, &copies);
		for (i = 0; i < copies.count; i++) {
			if (!err)
				err = keep(to, copies.index[i], copies.entry[i]);
			else if (!xa_is_value(copies.entry[i]))
				put_page(copies.entry[i]);
		}
	} while (has_more && !err);
	return err;
}
