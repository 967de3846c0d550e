// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a process that is away, pushed after it: home looks for pages that hold
 * something, as long as the body asks for more.
 *
 * A request looks at a limited number of pages, so that it ends soon, and a hole is
 * stepped over by the size of the tables that are missing. Of a file that the process
 * has not written to only those pages go that it used; all others are read when they
 * are touched.
 * Locks: mmap_lock, weft_deputy.lock.
 */
#include "compat/compat.h"
#include "migrate/deputy.h"
#include "migrate/migrate.h"
#include "proto/msg_drain.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Pages, and holes, that one request looks at. */
#define LOOKS_MAX	4096

/**
 * struct pushing - a DRAIN that is being served
 * @work:   serves it
 * @deputy: whose memory, with a reference
 * @answer: who asked; under weft_deputy.lock
 * @from:   where to go on
 * @reply:  the answer
 * @head:   its fixed part
 * @at:     behind the pages that are there
 * @count:  how many
 * @looks:  at how many places it has looked
 * @passed: pages that hold something
 */
struct pushing {
	struct work_struct work;
	struct weft_deputy *deputy;
	struct weft_answer answer;
	u64 from;
	struct weft_message *reply;
	struct weft_msg_drain_reply *head;
	u8 *at;
	u32 count;
	u32 looks;
	u32 passed;
};

/* Return: where the tables begin again that may hold @address; itself if they do. */
static unsigned long end_of_hole(struct mm_struct *mm, unsigned long address,
				 unsigned long end)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;

	if (pgd_none(*pgd))
		return pgd_addr_end(address, end);
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d))
		return p4d_addr_end(address, end);
	pud = pud_offset(p4d, address);
	if (pud_none(*pud))
		return pud_addr_end(address, end);
	return pmd_none(READ_ONCE(*pmd_offset(pud, address))) ?
	       pmd_addr_end(address, end) : address;
}

/* Memory with neither a file nor a driver behind it, or a file. */
static bool is_part(struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP))
		return false;
	return vma_is_anonymous(vma) || (vma->vm_file && !weft_door_is(vma));
}

/*
 * What a process wrote to a file of its own may have been swapped out, and is not to
 * be told from what it never touched: so all of it is read.
 */
static unsigned int flags_for(struct vm_area_struct *vma)
{
	if (vma_is_anonymous(vma))
		return FOLL_FORCE | FOLL_DUMP;
	return vma->anon_vma ? FOLL_FORCE : FOLL_FORCE | FOLL_NOFAULT;
}

/* What home cannot read is not zero: the program is to hear of it if it looks. */
static void put_lost(struct pushing *pushing, u64 address)
{
	*(__le64 *)pushing->at = cpu_to_le64(address | WEFT_DRAIN_LOST);
	pushing->at += sizeof(__le64);
	pushing->count++;
}

/*
 * Was memory of no file never touched? The tables of such memory stay as long as
 * mmap_lock is held.
 */
static bool is_untouched(struct mm_struct *mm, unsigned long address)
{
	pmd_t *pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(mm, address), address),
					   address), address);
	pmd_t entry = READ_ONCE(*pmd);

	if (pmd_none(entry))
		return true;
	return pmd_present(entry) && !pmd_leaf(entry) &&
	       pte_none(READ_ONCE(*pte_offset_kernel(pmd, address)));
}

static void put_page_of(struct pushing *pushing, const void *data, u64 address,
			bool is_file)
{
	bool is_zero = !memchr_inv(data, 0, PAGE_SIZE);

	/* what is not named is zero there as well */
	if (is_zero && !is_file)
		return;
	*(__le64 *)pushing->at = cpu_to_le64(address |
					     (is_file ? WEFT_DRAIN_FILE : 0) |
					     (is_zero ? WEFT_DRAIN_ZERO : 0));
	pushing->at += sizeof(__le64);
	if (!is_zero) {
		memcpy(pushing->at, data, PAGE_SIZE);
		pushing->at += PAGE_SIZE;
	}
	pushing->count++;
}

/* Return: 0, also if there is nothing; or an error that says nothing about it. */
static int look(struct pushing *pushing, struct vm_area_struct *vma,
		unsigned long address)
{
	struct page *page = weft_page_of(vma->vm_mm, address, flags_for(vma));

	/* zeros that the kernel shares, or what it cannot read: only this tells them */
	if (page == ERR_PTR(-EFAULT) && vma_is_anonymous(vma) &&
	    !is_untouched(vma->vm_mm, address)) {
		page = weft_page_of(vma->vm_mm, address, FOLL_FORCE);
		if (page == ERR_PTR(-EFAULT))
			put_lost(pushing, address);
	}
	if (IS_ERR(page))
		return PTR_ERR(page) == -EFAULT ? 0 : PTR_ERR(page);
	put_page_of(pushing, page_address(page), address,
		    !vma_is_anonymous(vma));
	put_page(page);
	pushing->passed++;
	return 0;
}

static bool is_full(const struct pushing *pushing)
{
	return pushing->count == WEFT_DRAIN_MAX || pushing->looks >= LOOKS_MAX;
}

/* Moves @address on, to the end of the mapping at most. Return: 0 or an error. */
static int push_mapping(struct pushing *pushing, struct vm_area_struct *vma,
			u64 *address)
{
	unsigned long behind;
	int err;

	while (*address < vma->vm_end && !is_full(pushing)) {
		cond_resched();
		pushing->looks++;
		behind = end_of_hole(vma->vm_mm, *address, vma->vm_end);
		if (behind == *address) {
			err = look(pushing, vma, *address);
			if (err)
				return err;
			behind += PAGE_SIZE;
		}
		*address = behind;
	}
	return 0;
}

/* Return: where to go on; or an error, in @err, if not even the first page went. */
static u64 push_all(struct pushing *pushing, struct mm_struct *mm, int *err)
{
	u64 address = pushing->from, next = WEFT_ADDRESS_LIMIT;
	struct vm_area_struct *vma;

	VMA_ITERATOR(vmi, mm, pushing->from);

	*err = 0;
	mmap_read_lock(mm);
	for_each_vma(vmi, vma) {
		address = max_t(u64, address, vma->vm_start);
		if (!is_part(vma))
			continue;
		*err = push_mapping(pushing, vma, &address);
		if (*err || address < vma->vm_end) {
			next = address;
			break;
		}
	}
	mmap_read_unlock(mm);
	if (next > pushing->from)
		*err = 0;
	return next;
}

static void answer(struct pushing *pushing, int err)
{
	struct weft_deputy *deputy = pushing->deputy;
	struct weft_lane *lane;

	pushing->reply->inline_len = pushing->at - (u8 *)pushing->head;
	mutex_lock(&deputy->lock);
	deputy->push.is_busy = false;
	deputy->push.passed += pushing->passed;
	if (!err && pushing->from == WEFT_ADDRESS_LIMIT)
		deputy->push.is_empty = true;
	if (deputy->is_lost)
		pushing->answer.type = 0;
	lane = weft_answer_queue(&pushing->answer, pushing->reply, err);
	mutex_unlock(&deputy->lock);
	wake_up_all(&deputy->changed);
	if (lane)
		weft_lane_pump(lane);
	weft_deputy_put(deputy);
	kfree(pushing);
}

static void push(struct work_struct *work)
{
	struct pushing *pushing = container_of(work, struct pushing, work);
	struct mm_struct *mm = pushing->deputy->mm;
	u64 next;
	int err = 0;

	if (!mmget_not_zero(mm)) {
		answer(pushing, -ESRCH);
		return;
	}
	if (pushing->from == WEFT_ADDRESS_LIMIT) {
		weft_memory_release(pushing->deputy);
	} else {
		next = push_all(pushing, mm, &err);
		pushing->head->next = cpu_to_le64(next);
		pushing->head->count = cpu_to_le32(pushing->count);
	}
	mmput_async(mm);
	answer(pushing, err);
}

/* Return: 0; -EAGAIN if it is not time for that; -ESRCH. */
static int begin(struct weft_deputy *deputy, const struct weft_msg_drain *drain)
{
	bool is_last = le64_to_cpu(drain->from) == WEFT_ADDRESS_LIMIT;
	int err = 0;

	mutex_lock(&deputy->lock);
	if (deputy->is_lost || (deputy->state != WEFT_DEPUTY_LEAVING &&
				deputy->state != WEFT_DEPUTY_AWAY)) {
		err = -ESRCH;
	} else if (deputy->push.is_busy ||
		   /* until then the process may have to go on here */
		   (is_last && deputy->state != WEFT_DEPUTY_AWAY)) {
		err = -EAGAIN;
	} else {
		deputy->push.is_busy = true;
		deputy->push.fetched = le64_to_cpu(drain->fetched);
		/* it begins anew */
		if (!drain->from)
			deputy->push.passed = 0;
	}
	mutex_unlock(&deputy->lock);
	return err;
}

static struct pushing *new_pushing(u64 from)
{
	u32 size = from == WEFT_ADDRESS_LIMIT ? sizeof(struct weft_msg_drain_reply) :
						WEFT_DRAIN_REPLY_MAX;
	struct pushing *pushing = kzalloc(sizeof(*pushing), GFP_KERNEL);

	if (!pushing)
		return NULL;
	pushing->reply = weft_answer_new(WEFT_MSG_DRAIN, size);
	if (!pushing->reply) {
		kfree(pushing);
		return NULL;
	}
	INIT_WORK(&pushing->work, push);
	pushing->from = from;
	pushing->head = (void *)pushing->reply->payload;
	*pushing->head = (struct weft_msg_drain_reply){};
	pushing->at = (u8 *)(pushing->head + 1);
	return pushing;
}

static void free_pushing(struct pushing *pushing)
{
	weft_message_free(pushing->reply);
	kfree(pushing);
}

/**
 * weft_drain_serve() - serve a DRAIN
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload
 *
 * Return: 0, -EPROTO or -ENOMEM.
 */
int weft_drain_serve(struct weft_lane *lane, const struct weft_header *header,
		     const void *payload)
{
	const struct weft_msg_drain *drain = payload;
	struct weft_deputy *deputy;
	struct pushing *pushing;
	int err;

	if (weft_drain_check(drain))
		return -EPROTO;
	deputy = weft_deputy_find(weft_processes(lane->peer->weft), lane->peer,
				  le64_to_cpu(drain->process));
	if (!deputy)
		return weft_answer_error(lane, header, -ESRCH);
	pushing = new_pushing(le64_to_cpu(drain->from));
	err = pushing ? begin(deputy, drain) : -ENOMEM;
	if (err) {
		weft_deputy_put(deputy);
		if (pushing)
			free_pushing(pushing);
		return err == -ENOMEM ? err : weft_answer_error(lane, header, err);
	}
	pushing->deputy = deputy;
	weft_answer_keep(&pushing->answer, lane, header);
	queue_work(deputy->processes->work, &pushing->work);
	return 0;
}
