// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls by which a program rearranges memory that came, or is still to come, from
 * home. The kernel makes them; but the image is a file to it, and what a program
 * throws away of its own memory would be read from there again. So what it throws away
 * becomes memory of this kernel, once and for all. What is of a file at home is thrown
 * away there as well, and read from that file again.
 * Locks: mmap_lock; weft_body.drain_lock across a call home.
 */
#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/syscalls.h>

/**
 * struct stretch - a part of the image
 * @start: first address
 * @end:   the address behind it
 * @index: its first page in the image
 * @prot:  PROT_*
 */
struct stretch {
	unsigned long start;
	unsigned long end;
	pgoff_t index;
	unsigned long prot;
};

/**
 * weft_rearrange_is() - is a call one of these?
 * @entry: its row
 *
 * Return: true if weft_rearrange() is to see it first.
 */
bool weft_rearrange_is(const struct weft_rsys_entry *entry)
{
	return entry->class == WEFT_RSYS_SPECIAL &&
	       (entry->handler == WEFT_RSYS_DO_REMAP ||
		entry->handler == WEFT_RSYS_DO_DISCARD);
}

/* Would the kernel refuse to throw this away, and all that lies behind it? */
static bool is_refused(const struct weft_body *body, const struct vm_area_struct *vma,
		       int advice)
{
	if (vma->vm_flags & VM_PFNMAP)
		return true;
	if (vma->vm_flags & VM_LOCKED && advice != MADV_DONTNEED_LOCKED)
		return true;
	return weft_image_is(body, vma) && vma->vm_pgoff & WEFT_IMAGE_FILE &&
	       advice == MADV_FREE;
}

/* Return: 1 with the next part of the image in the range; 0: none; -EINTR. */
static int next_stretch(struct weft_body *body, unsigned long from, unsigned long end,
			int advice, struct stretch *stretch)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int found = 0;

	VMA_ITERATOR(vmi, mm, from);

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	for_each_vma(vmi, vma) {
		if (vma->vm_start >= end || is_refused(body, vma, advice))
			break;
		if (!weft_image_is(body, vma))
			continue;
		stretch->start = max(vma->vm_start, from);
		stretch->end = min(vma->vm_end, end);
		stretch->index = vma->vm_pgoff +
				 ((stretch->start - vma->vm_start) >> PAGE_SHIFT);
		stretch->prot = weft_protection_of(vma);
		found = 1;
		break;
	}
	mmap_read_unlock(mm);
	return found;
}

/* The pages that the program has written to are home's as well. */
static int discard_of_file(struct weft_thread *thread, const struct stretch *stretch)
{
	struct weft_body *body = thread->body->image;
	const u64 home[6] = {
		(u64)(stretch->index & ~WEFT_IMAGE_FILE) << PAGE_SHIFT,
		stretch->end - stretch->start,
		MADV_DONTNEED,
	};
	s64 result;

	if (mutex_lock_killable(&body->drain_lock))
		return -EINTR;
	result = weft_thread_call_home(thread, __NR_madvise, home, NULL);
	weft_body_forget(body, stretch->index,
			 (stretch->end - stretch->start) >> PAGE_SHIFT);
	mutex_unlock(&body->drain_lock);
	return result;
}

static int discard_of_none(struct weft_body *body, const struct stretch *stretch)
{
	unsigned long len = stretch->end - stretch->start;
	unsigned long address;

	address = vm_mmap(NULL, stretch->start, len, stretch->prot,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, 0);
	if (IS_ERR_VALUE(address))
		return address;
	weft_body_forget(body, stretch->index, len >> PAGE_SHIFT);
	return 0;
}

/* Return: 0: the kernel makes the call; or what it fails with. */
static int discard(struct weft_thread *thread, unsigned long start, unsigned long len,
		   int advice)
{
	struct weft_body *body = thread->body->image;
	struct stretch stretch = { .end = start };
	unsigned long end = start + PAGE_ALIGN(len);
	int err = 0;

	/* of private memory the kernel removes nothing */
	if (start & ~PAGE_MASK || end <= start || advice == MADV_REMOVE)
		return 0;
	while (stretch.end < end) {
		err = next_stretch(body, stretch.end, end, advice, &stretch);
		if (err <= 0)
			break;
		err = stretch.index & WEFT_IMAGE_FILE ?
		      discard_of_file(thread, &stretch) :
		      discard_of_none(body, &stretch);
		if (err)
			break;
	}
	return err;
}

/**
 * weft_rearrange() - make ready for a call that rearranges memory, or make it
 * @thread: the thread; the caller is its task
 * @number: of the call
 * @args:   as the program gave them
 * @result: receives what it gave, if it was made
 *
 * Context: may sleep, also for home; takes mmap_lock.
 * Return: true if it was made; false: now the kernel can make it.
 */
bool weft_rearrange(struct weft_thread *thread, u32 number, const u64 args[6],
		    s64 *result)
{
	if (number == __NR_mremap)
		return weft_remap(thread->body->image, args, result);
	*result = discard(thread, args[0], args[1], args[2]);
	return *result;
}
