// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task becomes a process that has arrived. From the first mapping that it loses
 * there is no way back: if anything fails, home is told so, and the task ends.
 * Locks: mmap_lock, sighand.siglock; none across a wait.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "compat/compat.h"
#include "migrate/body.h"
#include "migrate/identity.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>

/* What a program may change about the flags of its processor. */
#define USER_FLAGS	(X86_EFLAGS_AC | X86_EFLAGS_OF | X86_EFLAGS_DF | \
			 X86_EFLAGS_TF | X86_EFLAGS_SF | X86_EFLAGS_ZF | \
			 X86_EFLAGS_AF | X86_EFLAGS_PF | X86_EFLAGS_CF | \
			 X86_EFLAGS_RF)

static const struct weft_msg_mapping *mappings_of(const struct weft_msg_capture *capture)
{
	return (const void *)((const u8 *)(capture + 1) +
			      le32_to_cpu(capture->xstate_size));
}

static bool is_kept(struct vm_area_struct *vma)
{
	const char *name = vma->vm_ops && vma->vm_ops->name ?
			   vma->vm_ops->name(vma) : NULL;

	return name && (str_has_prefix(name, "[vvar") || !strcmp(name, "[vdso]"));
}

/* Finds the next mapping that goes. Return: 0, -ENOENT, or -EINTR. */
static int find_old(unsigned long from, unsigned long *start, unsigned long *end)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int err = -ENOENT;

	VMA_ITERATOR(vmi, mm, from);

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	for_each_vma(vmi, vma) {
		if (is_kept(vma))
			continue;
		*start = vma->vm_start;
		*end = vma->vm_end;
		err = 0;
		break;
	}
	mmap_read_unlock(mm);
	return err;
}

static int unmap_old(void)
{
	unsigned long start, end = 0;
	int err;

	while (!(err = find_old(end, &start, &end))) {
		err = vm_munmap(start, end - start);
		if (err)
			return err;
	}
	return err == -ENOENT ? 0 : err;
}

static unsigned long protection(u64 flags)
{
	return (flags & WEFT_MAPPING_READ ? PROT_READ : 0) |
	       (flags & WEFT_MAPPING_WRITE ? PROT_WRITE : 0) |
	       (flags & WEFT_MAPPING_EXEC ? PROT_EXEC : 0);
}

static int map_at(struct file *file, unsigned long start, unsigned long len,
		  unsigned long prot, unsigned long flags)
{
	unsigned long address;

	address = vm_mmap(file, start, len, prot,
			  MAP_PRIVATE | MAP_FIXED_NOREPLACE | flags,
			  file ? start : 0);
	return IS_ERR_VALUE(address) ? address : 0;
}

/*
 * Memory that is fetched has a file, and no file grows downwards: a stack grows
 * from a page below it, which nobody has touched yet.
 */
static int map_one(struct file *file, const struct weft_msg_mapping *mapping)
{
	unsigned long start = le64_to_cpu(mapping->start);
	unsigned long len = le64_to_cpu(mapping->end) - start;
	u64 flags = le64_to_cpu(mapping->flags);
	int err;

	if (start >= TASK_SIZE_MAX)
		return -EINVAL;
	err = map_at(file, start, len, protection(flags), 0);
	if (!err && flags & WEFT_MAPPING_GROWS)
		err = map_at(NULL, start - PAGE_SIZE, PAGE_SIZE,
			     protection(flags), MAP_ANONYMOUS | MAP_GROWSDOWN);
	return err;
}

static int map_all(struct weft_body *body, struct file *file)
{
	const struct weft_msg_mapping *mapping = mappings_of(body->capture);
	u32 i, count = le32_to_cpu(body->capture->mappings);
	int err = 0;

	for (i = 0; i < count && !err; i++)
		err = map_one(file, &mapping[i]);
	return err;
}

static int keep_pages(struct weft_body *body)
{
	const struct weft_msg_capture *capture = body->capture;
	const u8 *at = (const u8 *)(mappings_of(capture) +
				    le32_to_cpu(capture->mappings));
	u32 i, count = le32_to_cpu(capture->pages);
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		err = weft_body_keep_page(body, le64_to_cpu(*(const __le64 *)at),
					  at + sizeof(__le64));
		at += sizeof(__le64) + PAGE_SIZE;
	}
	return err;
}

static int set_memory(const struct weft_msg_capture *capture)
{
	struct mm_struct *mm = current->mm;
	u64 value[WEFT_MM_NR];
	int i;

	for (i = 0; i < WEFT_MM_NR; i++) {
		value[i] = le64_to_cpu(capture->boundaries[i]);
		if (value[i] >= TASK_SIZE_MAX)
			return -EINVAL;
	}
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	mm->start_code = value[WEFT_MM_START_CODE];
	mm->end_code = value[WEFT_MM_END_CODE];
	mm->start_data = value[WEFT_MM_START_DATA];
	mm->end_data = value[WEFT_MM_END_DATA];
	mm->start_brk = value[WEFT_MM_START_BRK];
	mm->brk = value[WEFT_MM_BRK];
	mm->start_stack = value[WEFT_MM_START_STACK];
	spin_lock(&mm->arg_lock);
	mm->arg_start = value[WEFT_MM_ARG_START];
	mm->arg_end = value[WEFT_MM_ARG_END];
	mm->env_start = value[WEFT_MM_ENV_START];
	mm->env_end = value[WEFT_MM_ENV_END];
	spin_unlock(&mm->arg_lock);
	mmap_write_unlock(mm);
	return 0;
}

static void set_signals(const struct weft_msg_capture *capture)
{
	struct sighand_struct *sighand = weft_own_sighand();
	sigset_t mask;
	int i;

	spin_lock_irq(&sighand->siglock);
	for (i = 0; i < WEFT_SIGNALS; i++) {
		const struct weft_msg_action *from = &capture->actions[i];
		struct sigaction *action = &sighand->action[i].sa;

		action->sa_handler = (__force __sighandler_t)le64_to_cpu(from->handler);
		action->sa_flags = le64_to_cpu(from->flags);
		action->sa_restorer = (__force __sigrestore_t)le64_to_cpu(from->restorer);
		action->sa_mask.sig[0] = le64_to_cpu(from->mask);
	}
	spin_unlock_irq(&sighand->siglock);
	mask.sig[0] = le64_to_cpu(capture->mask);
	sigdelset(&mask, SIGKILL);
	sigdelset(&mask, SIGSTOP);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	current->sas_ss_sp = le64_to_cpu(capture->stack_base);
	current->sas_ss_size = le64_to_cpu(capture->stack_size);
	current->sas_ss_flags = le32_to_cpu(capture->stack_flags);
}

static void set_task(const struct weft_msg_capture *capture)
{
	const struct weft_rseq rseq = {
		.area = le64_to_cpu(capture->rseq),
		.size = le32_to_cpu(capture->rseq_size),
		.magic = le32_to_cpu(capture->rseq_magic),
	};

	task_lock(current);
	strscpy_pad(current->comm, capture->name, sizeof(current->comm));
	task_unlock(current);
	weft_rseq_give(&rseq);
	current->clear_child_tid = (void __user *)le64_to_cpu(capture->tid_address);
#ifdef CONFIG_FUTEX
	current->robust_list = (void __user *)le64_to_cpu(capture->robust_list);
#endif
}

static void set_registers(const struct weft_msg_capture *capture,
			  struct pt_regs *regs)
{
	const __le64 *from = capture->registers;

	regs->r15 = le64_to_cpu(from[WEFT_REG_R15]);
	regs->r14 = le64_to_cpu(from[WEFT_REG_R14]);
	regs->r13 = le64_to_cpu(from[WEFT_REG_R13]);
	regs->r12 = le64_to_cpu(from[WEFT_REG_R12]);
	regs->r11 = le64_to_cpu(from[WEFT_REG_R11]);
	regs->r10 = le64_to_cpu(from[WEFT_REG_R10]);
	regs->r9 = le64_to_cpu(from[WEFT_REG_R9]);
	regs->r8 = le64_to_cpu(from[WEFT_REG_R8]);
	regs->bp = le64_to_cpu(from[WEFT_REG_BP]);
	regs->bx = le64_to_cpu(from[WEFT_REG_BX]);
	regs->ax = le64_to_cpu(from[WEFT_REG_AX]);
	regs->cx = le64_to_cpu(from[WEFT_REG_CX]);
	regs->dx = le64_to_cpu(from[WEFT_REG_DX]);
	regs->si = le64_to_cpu(from[WEFT_REG_SI]);
	regs->di = le64_to_cpu(from[WEFT_REG_DI]);
	regs->ip = le64_to_cpu(from[WEFT_REG_IP]);
	regs->sp = le64_to_cpu(from[WEFT_REG_SP]);
	regs->flags = (le64_to_cpu(from[WEFT_REG_FLAGS]) & USER_FLAGS) |
		      X86_EFLAGS_IF | X86_EFLAGS_FIXED;
	regs->orig_ax = -1;
}

/* The last thing that the task does as what it was: the return is the start. */
static void start(struct callback_head *work)
{
	struct weft_body *body = container_of(work, struct weft_body, work);

	set_registers(body->capture, task_pt_regs(current));
	kvfree(body->capture);
	body->capture = NULL;
}

static int become(struct weft_body *body, struct file *file)
{
	int err = unmap_old();

	if (!err)
		err = map_all(body, file);
	if (!err)
		err = keep_pages(body);
	if (!err)
		err = set_memory(body->capture);
	if (!err)
		err = weft_identity_take(&body->capture->identity);
	if (err)
		return err;
	set_signals(body->capture);
	set_task(body->capture);
	init_task_work(&body->work, start);
	return task_work_add(current, &body->work, TWA_RESUME);
}

static bool registers_are_possible(const struct weft_msg_capture *capture)
{
	return le64_to_cpu(capture->registers[WEFT_REG_IP]) < TASK_SIZE_MAX &&
	       le64_to_cpu(capture->registers[WEFT_REG_SP]) < TASK_SIZE_MAX;
}

/* Return: 0, or an error: the caller is not, or not yet, who it must be. */
static int be_itself(const struct weft_body *body)
{
	const struct weft_msg_identity *identity = &body->capture->identity;
	const char *difference = weft_identity_difference(identity);

	if (!difference)
		return weft_clocks_await(identity);
	pr_notice("process %d (%s) of node %u cannot keep %s here\n",
		  body->pid, body->name, body->peer->node, difference);
	return -EPERM;
}

/**
 * weft_body_restore() - become the process that has arrived
 * @body: the body; the caller is its task, and single-threaded
 * @file: its file, from which memory is mapped
 *
 * Context: may sleep; takes mmap_lock.
 * Return: 0: the return to user mode is the start of the program; an error: the
 * caller gets SIGKILL, and home has been told.
 */
int weft_body_restore(struct weft_body *body, struct file *file)
{
	int err = registers_are_possible(body->capture) ? 0 : -EINVAL;

	body->file = file;
	if (!err)
		err = be_itself(body);
	if (!err)
		err = weft_hook_add(body);
	if (!err)
		err = become(body, file);
	if (!err)
		err = weft_fault(body->processes->weft, WEFT_FAULT_BODY_RESTORED);
	/* who is about to die takes nothing over */
	if (!err && fatal_signal_pending(current))
		err = -EINTR;
	if (!err) {
		weft_body_answer(body, WEFT_BODY_RUNNING, 0);
		weft_fault(body->processes->weft, WEFT_FAULT_BODY_COMMITTED);
		return 0;
	}
	pr_notice("process %d (%s) of node %u could not go on here: error %d\n",
		  body->pid, body->name, body->peer->node, err);
	weft_body_end(body);
	send_sig(SIGKILL, current, 1);
	return err;
}
