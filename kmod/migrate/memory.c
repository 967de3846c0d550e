// SPDX-License-Identifier: GPL-2.0-only
/*
 * The address space of a process: what about its mappings keeps it here, and
 * which vDSO it has. Locks: mmap_lock, shared, never across a wait for a peer.
 */
#include "compat/compat.h"
#include "migrate/verdict.h"

#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hugetlb_inline.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define PATH_LEN	128

/**
 * struct span - where the vDSO of a process is
 * @start:  its first address
 * @end:    behind its last one
 * @is_one: nothing is missing in between
 */
struct span {
	unsigned long start;
	unsigned long end;
	bool is_one;
};

/* What the kernel calls a mapping that has no file, or NULL. */
static const char *kernel_name(struct vm_area_struct *vma)
{
	return vma->vm_ops && vma->vm_ops->name ? vma->vm_ops->name(vma) : NULL;
}

static const char *name_of(struct vm_area_struct *vma, char *buffer)
{
	const char *name;

	if (!vma->vm_file)
		return kernel_name(vma) ?: "anonymous memory";
	name = file_path(vma->vm_file, buffer, PATH_LEN);
	return IS_ERR(name) ? "a file with a long name" : name;
}

static bool is_device(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return S_ISCHR(inode->i_mode) || S_ISBLK(inode->i_mode);
}

static void read_mapping(struct vm_area_struct *vma, const char *name,
			 struct weft_mapping_facts *facts)
{
	*facts = (struct weft_mapping_facts){
		.is_vvar = name && str_has_prefix(name, "[vvar"),
		.is_raw = vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP),
		.is_anonymous = vma_is_anonymous(vma),
		.is_device = vma->vm_file && is_device(vma->vm_file),
		.is_shared = vma->vm_flags & VM_SHARED,
		.may_write = vma->vm_flags & VM_MAYWRITE,
		.is_hugetlb = is_vm_hugetlb_page(vma),
		.has_userfaultfd = weft_mapping_has_userfaultfd(vma),
	};
}

static void note(struct weft_check *check, struct vm_area_struct *vma,
		 u64 reasons)
{
	char buffer[PATH_LEN];
	int reason;

	for (reason = 0; reason < WEFT_REASON_COUNT; reason++)
		if (reasons >> reason & 1)
			weft_findings_add(check, reason, "%lx-%lx %s",
					  vma->vm_start, vma->vm_end,
					  name_of(vma, buffer));
}

/* It is one mapping: the kernel lets nobody cut it. If there were more, ask twice. */
static void add_to_span(struct span *vdso, const struct vm_area_struct *vma)
{
	if (!vdso->end) {
		vdso->start = vma->vm_start;
		vdso->is_one = true;
	} else if (vdso->end != vma->vm_start) {
		vdso->is_one = false;
	}
	vdso->end = vma->vm_end;
}

static int walk(struct mm_struct *mm, struct weft_check *check,
		struct span *vdso)
{
	struct weft_mapping_facts facts;
	struct vm_area_struct *vma;
	const char *name, *limit;
	u64 reasons;

	VMA_ITERATOR(vmi, mm, 0);

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	for_each_vma(vmi, vma) {
		name = kernel_name(vma);
		if (name && !strcmp(name, "[vdso]"))
			add_to_span(vdso, vma);
		read_mapping(vma, name, &facts);
		reasons = weft_verdict_mapping(&facts);
		if (reasons)
			note(check, vma, reasons);
		limit = weft_limits_mapping(vma);
		if (limit)
			weft_findings_add(check, WEFT_REASON_NOT_YET,
					  "%s: %lx-%lx", limit, vma->vm_start,
					  vma->vm_end);
		cond_resched();
	}
	mmap_read_unlock(mm);
	return 0;
}

/*
 * What the process has mapped, and not what the kernel mapped once: who wrote
 * into its vDSO, as a debugger does, has a copy of its own.
 */
static bool read_vdso(struct task_struct *thread, const struct span *span,
		      struct weft_vdso *vdso)
{
	unsigned long size = span->end - span->start, at;
	u32 crc = ~0;
	void *page;

	if (!span->is_one || size > WEFT_VDSO_SIZE_MAX)
		return false;
	page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!page)
		return false;
	for (at = span->start; at < span->end; at += PAGE_SIZE) {
		if (access_process_vm(thread, at, page, PAGE_SIZE, 0) !=
		    PAGE_SIZE)
			break;
		crc = __crc32c_le(crc, page, PAGE_SIZE);
	}
	kfree(page);
	vdso->size = size;
	vdso->crc = ~crc;
	return at >= span->end;
}

/**
 * weft_memory_inspect() - look at the address space of a process
 * @mm:     the address space; the caller has a reference
 * @thread: a thread that has it; the caller has a reference
 * @check:  where to note what was found
 * @own:    which vDSO it has
 *
 * Context: may sleep; takes mmap_lock of @mm.
 * Return: 0, or -EINTR if the caller was killed.
 */
int weft_memory_inspect(struct mm_struct *mm, struct task_struct *thread,
			struct weft_check *check, struct weft_own_vdso *own)
{
	struct span vdso = {};
	int err;

	err = walk(mm, check, &vdso);
	if (err)
		return err;
	own->is_mapped = vdso.end;
	if (own->is_mapped)
		own->is_readable = read_vdso(thread, &vdso, &own->vdso);
	return 0;
}
