// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file at home is mapped by a body: the deputy maps it at the same address, and
 * so it is a part of the image like all that was there when the process left.
 * Locks: mmap_lock, by vm_mmap(); weft_body.drain_lock across the call home.
 */
#include "compat/compat.h"
#include "migrate/body.h"

#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/syscalls.h>

/* Which argument of mmap(2) is which. */
enum argument { ADDRESS, LENGTH, PROTECTION, FLAGS, DESCRIPTOR, OFFSET };

/* What says how a mapping is placed, and is not for home. */
#define PLACING	(MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_TYPE)

/* Return: the address, at which the program may map now; or an error. */
static unsigned long reserve(const u64 *args)
{
	unsigned long flags = args[FLAGS] & (MAP_FIXED | MAP_FIXED_NOREPLACE |
					     MAP_32BIT);

	return vm_mmap(NULL, args[ADDRESS], args[LENGTH], PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | flags, 0);
}

static bool is_shared(const u64 *args)
{
	return (args[FLAGS] & MAP_TYPE) != MAP_PRIVATE;
}

/*
 * Whoever could write, now or by mprotect(2), would be seen by others. A file that
 * was opened for reading only is read like the text of a program.
 *
 * Return: 0, -ENODEV, or what is wrong with the descriptor.
 */
static s64 may_map(struct weft_thread *thread, const u64 *args)
{
	const u64 ask[6] = { args[DESCRIPTOR], F_GETFL };
	s64 flags;

	if (!is_shared(args))
		return 0;
	flags = weft_thread_call_home(thread, __NR_fcntl, ask, NULL);
	if (flags < 0)
		return flags;
	return flags & O_ACCMODE ? -ENODEV : 0;
}

/* Here it is private: what would be written would be seen by nobody. */
static int forbid_writes(unsigned long address, unsigned long len)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	vma = find_vma(mm, address);
	if (vma && vma->vm_start <= address && vma->vm_end - address >= len)
		weft_mapping_clear_flags(vma, VM_MAYWRITE);
	mmap_write_unlock(mm);
	return 0;
}

static s64 map_at_home(struct weft_thread *thread, unsigned long address,
		       const u64 *args)
{
	unsigned long type = is_shared(args) ? MAP_SHARED : MAP_PRIVATE;
	const u64 home[6] = {
		[ADDRESS] = address, [LENGTH] = args[LENGTH],
		[PROTECTION] = args[PROTECTION],
		[FLAGS] = (args[FLAGS] & ~(u64)PLACING) | type | MAP_FIXED,
		[DESCRIPTOR] = args[DESCRIPTOR], [OFFSET] = args[OFFSET],
	};
	s64 result = weft_thread_call_home(thread, __NR_mmap, home, NULL);

	return result < 0 || result == address ? result : -ENOMEM;
}

/**
 * weft_thread_map_file() - make mmap(2) of a file at home
 * @thread: the thread; the caller is its task
 * @args:   of the call
 *
 * Return: the address, or what mmap(2) fails with; -ENODEV for what is shared and
 * could be written to, which would not be seen there.
 */
s64 weft_thread_map_file(struct weft_thread *thread, const u64 *args)
{
	struct weft_body *body = thread->body->image;
	unsigned long address, len = PAGE_ALIGN(args[LENGTH]);
	s64 result;

	if (!len || len > TASK_SIZE_MAX || args[ADDRESS] > TASK_SIZE_MAX)
		return -EINVAL;
	if (is_shared(args) && args[PROTECTION] & PROT_WRITE)
		return -ENODEV;
	result = may_map(thread, args);
	if (result < 0)
		return result;
	address = reserve(args);
	if (IS_ERR_VALUE(address))
		return address;
	if (mutex_lock_killable(&body->drain_lock)) {
		vm_munmap(address, len);
		return -EINTR;
	}
	result = map_at_home(thread, address, args);
	/* what was there before is not this file, nor is what is on its way of it */
	weft_body_forget(body, (address >> PAGE_SHIFT) | WEFT_IMAGE_FILE,
			 len >> PAGE_SHIFT);
	mutex_unlock(&body->drain_lock);
	if (result >= 0)
		result = vm_mmap(body->file, address, len, args[PROTECTION],
				 MAP_PRIVATE | MAP_FIXED, address + WEFT_ADDRESS_LIMIT);
	if (result >= 0 && is_shared(args) && forbid_writes(address, len))
		result = -EINTR;
	if (result < 0)
		vm_munmap(address, len);
	return result;
}
