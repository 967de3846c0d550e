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
#include <linux/fdtable.h>
#include <linux/jiffies.h>
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

/* How long the first thread waits for the others. */
#define PARK_TIMEOUT	(10 * HZ)

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
		  unsigned long prot, unsigned long flags, unsigned long offset)
{
	unsigned long address;

	address = vm_mmap(file, start, len, prot,
			  MAP_PRIVATE | MAP_FIXED_NOREPLACE | MAP_NORESERVE | flags,
			  offset);
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
	err = map_at(file, start, len, protection(flags), 0,
		     flags & WEFT_MAPPING_FILE ? start + WEFT_ADDRESS_LIMIT : start);
	if (!err && flags & WEFT_MAPPING_GROWS)
		err = map_at(NULL, start - PAGE_SIZE, PAGE_SIZE,
			     protection(flags), MAP_ANONYMOUS | MAP_GROWSDOWN, 0);
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
		err = weft_body_keep_page(body, le64_to_cpu(*(const __le64 *)at) >> PAGE_SHIFT,
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

static void set_actions(const struct weft_msg_capture *capture)
{
	struct sighand_struct *sighand = weft_own_sighand();
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
}

static void set_signals(const struct weft_msg_thread *state)
{
	sigset_t mask;

	mask.sig[0] = le64_to_cpu(state->mask);
	sigdelset(&mask, SIGKILL);
	sigdelset(&mask, SIGSTOP);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	current->sas_ss_sp = le64_to_cpu(state->stack_base);
	current->sas_ss_size = le64_to_cpu(state->stack_size);
	current->sas_ss_flags = le32_to_cpu(state->stack_flags);
}

static void set_name(const struct weft_msg_capture *capture)
{
	task_lock(current);
	strscpy_pad(current->comm, capture->name, sizeof(current->comm));
	task_unlock(current);
}

static void set_task(const struct weft_msg_thread *state)
{
	const struct weft_rseq rseq = {
		.area = le64_to_cpu(state->rseq),
		.size = le32_to_cpu(state->rseq_size),
		.magic = le32_to_cpu(state->rseq_magic),
	};

	weft_rseq_give(&rseq);
	current->clear_child_tid = (void __user *)le64_to_cpu(state->tid_address);
#ifdef CONFIG_FUTEX
	current->robust_list = (void __user *)le64_to_cpu(state->robust_list);
#endif
}

static void set_registers(const struct weft_msg_thread *state,
			  struct pt_regs *regs)
{
	const __le64 *from = state->registers;

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
	struct weft_thread *thread = container_of(work, struct weft_thread, work);

	set_registers(thread->state, task_pt_regs(current));
	/* the program has its descriptors at home */
	if (thread->number)
		close_fd(thread->number);
	kvfree(thread->state);
	thread->state = NULL;
	thread->is_program = true;
}

/* The last one that has what the process is, its first thread, does without. */
static int keep_state(struct weft_thread *thread)
{
	thread->state = kvmalloc(sizeof(*thread->state), GFP_KERNEL);
	if (!thread->state)
		return -ENOMEM;
	weft_thread_of_capture(thread->body->capture, thread->state);
	return 0;
}

static bool registers_are_possible(const struct weft_msg_thread *state)
{
	return le64_to_cpu(state->registers[WEFT_REG_IP]) < TASK_SIZE_MAX &&
	       le64_to_cpu(state->registers[WEFT_REG_SP]) < TASK_SIZE_MAX;
}

/* What each thread does for itself. @fd: to be closed; 0: none. */
static int become_thread(struct weft_thread *thread, unsigned int fd)
{
	if (!registers_are_possible(thread->state))
		return -EINVAL;
	set_signals(thread->state);
	set_task(thread->state);
	thread->number = fd;
	init_task_work(&thread->work, start);
	return task_work_add(current, &thread->work, TWA_RESUME);
}

/* What only the first thread does, when all others are in the kernel. */
static int become_process(struct weft_body *body)
{
	struct file *file = weft_image_file(body);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	body->file = file;
	weft_image_add(body, current->mm);
	err = unmap_old();
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
	set_actions(body->capture);
	set_name(body->capture);
	return 0;
}

static bool all_are_parked(struct weft_body *body)
{
	return READ_ONCE(body->parked) == body->nr_arrived;
}

static int wait_for_others(struct weft_body *body)
{
	long left = wait_event_killable_timeout(body->changed, all_are_parked(body),
						PARK_TIMEOUT);

	return left > 0 ? 0 : left ? left : -ETIMEDOUT;
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

static int lead(struct weft_thread *thread, unsigned int fd)
{
	struct weft_body *body = thread->body;
	int err = keep_state(thread);

	if (!err)
		err = be_itself(body);
	if (!err)
		err = wait_for_others(body);
	if (!err)
		err = become_process(body);
	if (!err)
		err = become_thread(thread, fd);
	if (!err)
		err = weft_fault(body->processes->weft, WEFT_FAULT_BODY_RESTORED);
	/* who is about to die takes nothing over */
	if (!err && fatal_signal_pending(current))
		err = -EINTR;
	if (err)
		return err;
	kvfree(body->capture);
	body->capture = NULL;
	weft_body_answer(body, WEFT_BODY_RUNNING, 0);
	weft_drain_start(body, 0);
	weft_fault(body->processes->weft, WEFT_FAULT_BODY_COMMITTED);
	return 0;
}

/* Return: 0 when the process runs; an error: it never will. */
static int follow(struct weft_thread *thread)
{
	struct weft_body *body = thread->body;
	int err = registers_are_possible(thread->state) ? 0 : -EINVAL;

	/* now: once all have come the first thread does without the capture */
	if (!err)
		err = be_itself(body);
	if (!err)
		err = weft_identity_take_thread(&body->capture->identity);
	if (err)
		return err;
	set_name(body->capture);
	mutex_lock(&body->lock);
	body->parked++;
	mutex_unlock(&body->lock);
	wake_up_all(&body->changed);
	if (wait_event_killable(body->changed,
				READ_ONCE(body->state) != WEFT_BODY_ARRIVED))
		return -EINTR;
	return READ_ONCE(body->state) == WEFT_BODY_RUNNING ?
	       become_thread(thread, 0) : -ECONNRESET;
}

/**
 * weft_body_restore() - become what has arrived
 * @thread: the thread; the caller is its task
 * @fd:     the descriptor of its body, to be closed
 *
 * Context: may sleep; takes mmap_lock.
 * Return: 0: the return to user mode is the start of the program; an error: the
 * process gets SIGKILL, and home has been told.
 */
int weft_body_restore(struct weft_thread *thread, unsigned int fd)
{
	struct weft_body *body = thread->body;
	int err = current == body->task ? lead(thread, fd) : follow(thread);

	if (!err)
		return 0;
	if (err != -EINTR && err != -ECONNRESET)
		pr_notice("process %d (%s) of node %u could not go on here: error %d\n",
			  body->pid, body->name, body->peer->node, err);
	weft_body_end(body);
	send_sig(SIGKILL, current, 1);
	return err;
}
