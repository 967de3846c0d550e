/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels about memory: faults, mappings and pages.
 */
#ifndef _WEFT_COMPAT_MEMORY_H
#define _WEFT_COMPAT_MEMORY_H

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <linux/version.h>

/**
 * weft_fault_unlock() - let go of the address space in the middle of a fault
 * @vmf: the fault, which allows a retry
 *
 * Afterwards the mapping may be gone. The fault ends with VM_FAULT_RETRY.
 *
 * Return: true if the lock was that of the whole address space, and the fault
 * may also end with VM_FAULT_RETRY | VM_FAULT_COMPLETED; false if it was that of
 * one mapping only, and the fault comes again.
 */
static inline bool weft_fault_unlock(struct vm_fault *vmf)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	if (vmf->flags & FAULT_FLAG_VMA_LOCK) {
		vma_end_read(vmf->vma);
		return false;
	}
#endif
	mmap_read_unlock(vmf->vma->vm_mm);
	return true;
}

/**
 * weft_mapping_set_flags() - change what a mapping is like
 * @vma: the mapping, which is just being made
 * @set: bits to set
 */
static inline void weft_mapping_set_flags(struct vm_area_struct *vma,
					  unsigned long set)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, set);
#else
	vma->vm_flags |= set;
#endif
}

/**
 * weft_mapping_clear_flags() - take away what a mapping may
 * @vma:   the mapping; the caller holds mmap_lock for writing
 * @clear: bits to clear
 */
static inline void weft_mapping_clear_flags(struct vm_area_struct *vma,
					    unsigned long clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_clear(vma, clear);
#else
	vma->vm_flags &= ~clear;
#endif
}

/**
 * weft_page_of() - a page of an address space
 * @mm:      the address space; the caller holds mmap_lock
 * @address: in it
 * @flags:   FOLL_*
 *
 * Context: may sleep.
 * Return: the page with a reference; -EFAULT if there is none, or by @flags none is
 * wanted; or another error.
 */
static inline struct page *weft_page_of(struct mm_struct *mm, unsigned long address,
					unsigned int flags)
{
	struct page *page;
	long count;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	count = get_user_pages_remote(mm, address, 1, flags, &page, NULL);
#else
	count = get_user_pages_remote(mm, address, 1, flags, &page, NULL, NULL);
#endif
	return count == 1 ? page : ERR_PTR(count ? count : -EFAULT);
}

#endif /* _WEFT_COMPAT_MEMORY_H */
