// SPDX-License-Identifier: GPL-2.0-only
/*
 * mremap(2) of memory of the image. The kernel cuts it: it stays the same part of the
 * image. But it would grow by what comes next in the image, which is something else. So
 * what it grows by is memory of this kernel: behind it if there is room, or else all of
 * it is copied to where there is. What is moved is copied as well: it would still be
 * asked for by the address that it had at home, where a file can be mapped by then.
 *
 * What lies in one piece to the program may be several mappings here. The kernel would
 * not take them together; this does.
 * Locks: mmap_lock.
 */
#include "migrate/body.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

/* Which argument of mremap(2) is which. */
enum argument { OLD, OLD_LENGTH, NEW_LENGTH, FLAGS, NEW };

#define ALL_FLAGS	(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)

/**
 * struct old - what is mapped where a program wants to have it otherwise
 * @mappings: how many, one behind the other; 0: there is a gap
 * @images:   how many of them are of the image
 * @files:    how many of these are of a file at home
 * @prot:     PROT_*, of the first one
 */
struct old {
	unsigned int mappings;
	unsigned int images;
	unsigned int files;
	unsigned long prot;
};

/**
 * weft_protection_of() - how may a mapping be used?
 * @vma: the mapping; the caller holds mmap_lock
 *
 * Return: PROT_*.
 */
unsigned long weft_protection_of(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_READ ? PROT_READ : 0) |
	       (vma->vm_flags & VM_WRITE ? PROT_WRITE : 0) |
	       (vma->vm_flags & VM_EXEC ? PROT_EXEC : 0);
}

static int look(const struct weft_body *image, unsigned long start, unsigned long end,
		struct old *old)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	VMA_ITERATOR(vmi, mm, start);

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	for_each_vma(vmi, vma) {
		if (vma->vm_start > start)
			break;
		if (!old->mappings++)
			old->prot = weft_protection_of(vma);
		if (weft_image_is(image, vma)) {
			old->images++;
			old->files += !!(vma->vm_pgoff & WEFT_IMAGE_FILE);
		}
		start = vma->vm_end;
		if (start >= end)
			break;
	}
	mmap_read_unlock(mm);
	if (start < end)
		old->mappings = 0;
	return 0;
}

/* Return: 0, -EFAULT, -EINTR or -ENOMEM. */
static int copy(unsigned long from, unsigned long to, unsigned long len)
{
	void *page = (void *)__get_free_page(GFP_KERNEL);
	unsigned long at;
	int err = page ? 0 : -ENOMEM;

	for (at = 0; at < len && !err; at += PAGE_SIZE) {
		cond_resched();
		if (fatal_signal_pending(current))
			err = -EINTR;
		/* whatever its protection is */
		else if (access_process_vm(current, from + at, page, PAGE_SIZE,
					   FOLL_FORCE) != PAGE_SIZE)
			err = -EFAULT;
		else if (memchr_inv(page, 0, PAGE_SIZE) &&
			 access_process_vm(current, to + at, page, PAGE_SIZE,
					   FOLL_FORCE | FOLL_WRITE) != PAGE_SIZE)
			err = -ENOMEM;
	}
	free_page((unsigned long)page);
	return err;
}

static unsigned long map(unsigned long address, unsigned long len, unsigned long prot,
			 unsigned long flags)
{
	return vm_mmap(NULL, address, len, prot,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, 0);
}

static s64 move(const u64 *args, unsigned long old_len, unsigned long new_len,
		unsigned long prot)
{
	bool is_fixed = args[FLAGS] & MREMAP_FIXED;
	unsigned long to;
	int err;

	to = map(is_fixed ? args[NEW] : 0, new_len, prot, is_fixed ? MAP_FIXED : 0);
	if (IS_ERR_VALUE(to))
		return to;
	err = copy(args[OLD], to, min(old_len, new_len));
	if (err) {
		vm_munmap(to, new_len);
		return err;
	}
	vm_munmap(args[OLD], old_len);
	return to;
}

static s64 resize(const u64 *args, unsigned long old_len, unsigned long new_len,
		  const struct old *old)
{
	unsigned long end = args[OLD] + old_len;

	if (args[FLAGS] & MREMAP_FIXED)
		return move(args, old_len, new_len, old->prot);
	if (new_len < old_len)
		return vm_munmap(args[OLD] + new_len, old_len - new_len) ?:
		       args[OLD];
	if (new_len == old_len ||
	    !IS_ERR_VALUE(map(end, new_len - old_len, old->prot,
			      MAP_FIXED_NOREPLACE)))
		return args[OLD];
	return args[FLAGS] & MREMAP_MAYMOVE ?
	       move(args, old_len, new_len, old->prot) : -ENOMEM;
}

/* What the kernel refuses anyway, by its own words. */
static bool is_wrong(const u64 *args, unsigned long old_len, unsigned long new_len)
{
	u64 to = args[NEW], from = args[OLD];

	if (args[FLAGS] & ~(u64)ALL_FLAGS || from & ~PAGE_MASK || !old_len ||
	    !new_len || from >= TASK_SIZE_MAX || old_len > TASK_SIZE_MAX - from ||
	    new_len > TASK_SIZE_MAX)
		return true;
	if (!(args[FLAGS] & MREMAP_FIXED))
		return false;
	return !(args[FLAGS] & MREMAP_MAYMOVE) || to & ~PAGE_MASK ||
	       to > TASK_SIZE_MAX - new_len ||
	       (to < from + old_len && from < to + new_len);
}

/**
 * weft_remap() - make mremap(2), if the kernel cannot
 * @image:  the body that has the memory of the caller
 * @args:   as the program gave them
 * @result: receives what it gave, if it was made: -ENOMEM for a mapping of a file that
 *          is to grow; -EINVAL for one that is to stay empty where it was
 *
 * Context: may sleep, also for home; takes mmap_lock.
 * Return: true if it was made.
 */
bool weft_remap(const struct weft_body *image, const u64 args[6], s64 *result)
{
	unsigned long old_len = PAGE_ALIGN(args[OLD_LENGTH]);
	unsigned long new_len = PAGE_ALIGN(args[NEW_LENGTH]);
	struct old old = {};
	bool grows = new_len > old_len;

	if (is_wrong(args, old_len, new_len))
		return false;
	*result = look(image, args[OLD], args[OLD] + old_len, &old);
	if (*result)
		return true;
	if (!old.images || !old.mappings || (old.mappings > 1 && old.files))
		return false;
	if (args[FLAGS] & MREMAP_DONTUNMAP)
		*result = -EINVAL;
	else if (old.mappings == 1 && !grows && !(args[FLAGS] & MREMAP_FIXED))
		return false;
	else if (old.files && grows)
		*result = -ENOMEM;
	else
		*result = resize(args, old_len, new_len, &old);
	return true;
}
