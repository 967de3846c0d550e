// SPDX-License-Identifier: GPL-2.0-only
/*
 * Home lets go of memory that has gone to the body. What the deputy needs stays: its
 * room and its door, and the arguments of the program, which ps shows. Files stay
 * mapped, as they are in the file: the body reads on from them.
 * Locks: mmap_lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "migrate/deputy.h"

#include <linux/err.h>
#include <linux/file.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/printk.h>

/**
 * struct part - a mapping that is let go of
 * @start:  first address
 * @end:    the address behind it
 * @offset: of @start in @file, in bytes
 * @file:   with a reference; NULL: none
 * @flags:  MAP_PRIVATE or MAP_SHARED
 */
struct part {
	unsigned long start;
	unsigned long end;
	unsigned long offset;
	struct file *file;
	unsigned long flags;
};

/* What the kernel maps for itself, and the door. */
static bool is_kept(struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP))
		return true;
	return !vma_is_anonymous(vma) && (!vma->vm_file || weft_door_is(vma));
}

/* Return: whether there is one at or behind @from. */
static bool next_part(struct mm_struct *mm, unsigned long from, struct part *part)
{
	struct vm_area_struct *vma;
	bool is_found = false;

	VMA_ITERATOR(vmi, mm, from);

	mmap_read_lock(mm);
	for_each_vma(vmi, vma) {
		if (is_kept(vma))
			continue;
		*part = (struct part){
			.start = max(vma->vm_start, from),
			.end = vma->vm_end,
			.file = vma_is_anonymous(vma) ? NULL :
							get_file(vma->vm_file),
			.flags = vma->vm_flags & VM_SHARED ? MAP_SHARED :
							     MAP_PRIVATE,
		};
		part->offset = (vma->vm_pgoff << PAGE_SHIFT) +
			       (part->start - vma->vm_start);
		is_found = true;
		break;
	}
	mmap_read_unlock(mm);
	return is_found;
}

static void unmap(unsigned long start, unsigned long end)
{
	if (start < end)
		vm_munmap(start, end - start);
}

static void release_part(const struct weft_deputy *deputy, const struct part *part)
{
	unsigned long arguments = READ_ONCE(deputy->mm->arg_start) & PAGE_MASK;
	unsigned long behind = PAGE_ALIGN(READ_ONCE(deputy->mm->env_end));
	unsigned long address;

	if (!part->file) {
		unmap(part->start, min(part->end, arguments));
		unmap(max(part->start, behind), part->end);
		return;
	}
	/* the same again: what was written to it, and what was read, is gone */
	address = vm_mmap(part->file, part->start, part->end - part->start, PROT_READ,
			  part->flags | MAP_FIXED, part->offset);
	if (IS_ERR_VALUE(address))
		pr_notice("process %d (%s) can read no more of a file that it maps at %lx: error %ld\n",
			  deputy->pid, deputy->name, part->start, (long)address);
	fput(part->file);
}

/**
 * weft_memory_release() - let go of the memory of a process that is away
 * @deputy: the process; the caller holds a user of its address space
 *
 * The body changes nothing there meanwhile: it waits for this.
 *
 * Context: a kernel thread; may sleep; takes mmap_lock. Calls that the deputy makes
 * are not disturbed.
 */
void weft_memory_release(const struct weft_deputy *deputy)
{
	struct mm_struct *mm = deputy->mm;
	struct part part = {};

	kthread_use_mm(mm);
	while (next_part(mm, part.end, &part)) {
		release_part(deputy, &part);
		cond_resched();
	}
	kthread_unuse_mm(mm);
}
