// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process is, in one message: made by its own task, which is stopped.
 * Nothing is changed; whatever fails leaves the process as it was.
 * Locks: mmap_lock, sighand.siglock; none across a wait.
 */
#include "compat/compat.h"
#include "migrate/deputy.h"
#include "migrate/identity.h"
#include "migrate/rewind.h"

#include <asm/fsgsbase.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/regset.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <uapi/linux/elf.h>

/* Pages below and above the stack pointer that come along: they are hot. */
#define STACK_PAGES_BELOW	1
#define STACK_PAGES_ABOVE	6

/**
 * struct capture - a capture that is being made
 * @message:  where it goes
 * @head:     its fixed part
 * @at:       behind what is there
 * @mappings: the mappings that were found
 * @count:    how many
 */
struct capture {
	struct weft_message *message;
	struct weft_msg_capture *head;
	u8 *at;
	struct weft_msg_mapping *mappings;
	u32 count;
};

/* Of poll(2): as many milliseconds as are left, as an argument. */
static void rest_of_poll(u64 *value)
{
	const struct restart_block *restart = &current->restart_block;
	struct timespec64 end = {
		.tv_sec = restart->poll.tv_sec, .tv_nsec = restart->poll.tv_nsec,
	};
	s64 left;

	if (!restart->poll.has_timeout)
		return;
	left = ktime_ms_delta(timespec64_to_ktime(end), ktime_get());
	value[WEFT_REG_DX] = clamp(left, 0LL, (s64)INT_MAX);
}

/* Far enough from the stack pointer that no handler of a signal gets there. */
#define FAR_BELOW	16384

/* Of sleeping calls: the time that is left stands where they would leave it. */
static int rest_of_sleep(u32 number, u64 *value)
{
	u64 *wanted = &value[number == __NR_nanosleep ? WEFT_REG_DI : WEFT_REG_DX];
	u64 left = value[number == __NR_nanosleep ? WEFT_REG_SI : WEFT_REG_R10];
	const struct restart_block *restart = &current->restart_block;
	struct timespec64 rest;

	if (restart->nanosleep.clockid != CLOCK_MONOTONIC)
		return -EINVAL;
	rest = ktime_to_timespec64(max(ktime_sub(restart->nanosleep.expires,
						 ktime_get()), 0LL));
	if (!left)
		left = round_down(value[WEFT_REG_SP] - FAR_BELOW, 16);
	if (put_timespec64(&rest, (void __user *)left))
		return -EFAULT;
	*wanted = left;
	return 0;
}

/* A call that was interrupted is made again there, as it would be here. */
static void rewind_call(const struct pt_regs *regs, u64 *value)
{
	enum weft_rewind rewind;

	value[WEFT_REG_AX] = regs->ax;
	value[WEFT_REG_IP] = regs->ip;
	if ((long)regs->orig_ax < 0)
		return;
	rewind = weft_rewind_decide(regs->orig_ax, regs->ax, task_sigpending(current));
	if (rewind == WEFT_REWIND_POLL)
		rest_of_poll(value);
	if (rewind == WEFT_REWIND_SLEEP && rest_of_sleep(regs->orig_ax, value))
		rewind = WEFT_REWIND_EINTR;
	if (rewind == WEFT_REWIND_EINTR) {
		value[WEFT_REG_AX] = -EINTR;
	} else if (rewind != WEFT_REWIND_NOT) {
		value[WEFT_REG_AX] = regs->orig_ax;
		value[WEFT_REG_IP] = regs->ip - 2;
	}
}

static void put_registers(struct weft_msg_thread *head)
{
	const struct pt_regs *regs = task_pt_regs(current);
	u64 value[WEFT_REG_NR] = {
		[WEFT_REG_R15] = regs->r15, [WEFT_REG_R14] = regs->r14,
		[WEFT_REG_R13] = regs->r13, [WEFT_REG_R12] = regs->r12,
		[WEFT_REG_R11] = regs->r11, [WEFT_REG_R10] = regs->r10,
		[WEFT_REG_R9] = regs->r9, [WEFT_REG_R8] = regs->r8,
		[WEFT_REG_BP] = regs->bp, [WEFT_REG_BX] = regs->bx,
		[WEFT_REG_CX] = regs->cx, [WEFT_REG_DX] = regs->dx,
		[WEFT_REG_SI] = regs->si, [WEFT_REG_DI] = regs->di,
		[WEFT_REG_FLAGS] = regs->flags, [WEFT_REG_SP] = regs->sp,
	};
	int i;

	rewind_call(regs, value);
	/* what a running task has is in the processor only */
	rdmsrl(MSR_FS_BASE, value[WEFT_REG_FS_BASE]);
	rdmsrl(MSR_KERNEL_GS_BASE, value[WEFT_REG_GS_BASE]);
	for (i = 0; i < WEFT_REG_NR; i++)
		head->registers[i] = cpu_to_le64(value[i]);
}

static void put_actions(struct weft_msg_capture *head)
{
	struct sighand_struct *sighand = weft_own_sighand();
	int i;

	spin_lock_irq(&sighand->siglock);
	for (i = 0; i < WEFT_SIGNALS; i++) {
		const struct sigaction *action = &sighand->action[i].sa;

		head->actions[i] = (struct weft_msg_action){
			.handler = cpu_to_le64((__force u64)action->sa_handler),
			.flags = cpu_to_le64(action->sa_flags),
			.restorer = cpu_to_le64((__force u64)action->sa_restorer),
			.mask = cpu_to_le64(action->sa_mask.sig[0]),
		};
	}
	spin_unlock_irq(&sighand->siglock);
}

static void put_signals(struct weft_msg_thread *head)
{
	/* a call such as sigsuspend(2) has set one for its own time */
	head->mask = cpu_to_le64(test_restore_sigmask() ?
				 current->saved_sigmask.sig[0] :
				 current->blocked.sig[0]);
	head->stack_base = cpu_to_le64(current->sas_ss_sp);
	head->stack_size = cpu_to_le64(current->sas_ss_size);
	head->stack_flags = cpu_to_le32(current->sas_ss_flags);
}

static void put_memory(struct weft_msg_capture *head)
{
	struct mm_struct *mm = current->mm;
	u64 value[WEFT_MM_NR] = {
		[WEFT_MM_START_CODE] = mm->start_code,
		[WEFT_MM_END_CODE] = mm->end_code,
		[WEFT_MM_START_DATA] = mm->start_data,
		[WEFT_MM_END_DATA] = mm->end_data,
		[WEFT_MM_START_BRK] = mm->start_brk,
		[WEFT_MM_BRK] = mm->brk,
		[WEFT_MM_START_STACK] = mm->start_stack,
		[WEFT_MM_ARG_START] = mm->arg_start,
		[WEFT_MM_ARG_END] = mm->arg_end,
		[WEFT_MM_ENV_START] = mm->env_start,
		[WEFT_MM_ENV_END] = mm->env_end,
	};
	int i;

	for (i = 0; i < WEFT_MM_NR; i++)
		head->boundaries[i] = cpu_to_le64(value[i]);
}

static bool is_special(struct vm_area_struct *vma, const char *name)
{
	const char *has = vma->vm_ops && vma->vm_ops->name ?
			  vma->vm_ops->name(vma) : NULL;

	return has && str_has_prefix(has, name);
}

static u64 flags_of(struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_READ ? WEFT_MAPPING_READ : 0) |
	       (vma->vm_flags & VM_WRITE ? WEFT_MAPPING_WRITE : 0) |
	       (vma->vm_flags & VM_EXEC ? WEFT_MAPPING_EXEC : 0) |
	       (vma_is_anonymous(vma) ? 0 : WEFT_MAPPING_FILE) |
	       (vma->vm_flags & VM_GROWSDOWN ? WEFT_MAPPING_GROWS : 0);
}

/* Return: 0, -E2BIG with too many mappings, -EINTR if the task was killed. */
static int put_mappings(struct capture *capture)
{
	struct mm_struct *mm = current->mm;
	struct weft_msg_mapping *mapping;
	struct vm_area_struct *vma;
	int err = 0;

	VMA_ITERATOR(vmi, mm, 0);

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	for_each_vma(vmi, vma) {
		if (is_special(vma, "[vvar") || is_special(vma, "[vdso]")) {
			if (!capture->head->vvar)
				capture->head->vvar = cpu_to_le64(vma->vm_start);
			continue;
		}
		if (capture->count == WEFT_MAPPINGS_MAX) {
			err = -E2BIG;
			break;
		}
		mapping = &capture->mappings[capture->count++];
		mapping->start = cpu_to_le64(vma->vm_start);
		mapping->end = cpu_to_le64(vma->vm_end);
		/* the door keeps its place free there, and no more */
		mapping->flags = cpu_to_le64(weft_door_is(vma) ? 0 : flags_of(vma));
	}
	mmap_read_unlock(mm);
	return err;
}

/* Return: how many bytes it has, in a multiple of 8; or an error. */
static int put_xstate(u8 *at)
{
	const struct user_regset_view *view = task_user_regset_view(current);
	const struct user_regset *regset = NULL;
	unsigned int i;
	int len;

	for (i = 0; i < view->n; i++)
		if (view->regsets[i].core_note_type == NT_X86_XSTATE)
			regset = &view->regsets[i];
	if (!regset)
		return -EOPNOTSUPP;
	len = regset_get(current, regset, WEFT_XSTATE_MAX, at);
	if (len < 0)
		return len;
	memset(at + len, 0, round_up(len, 8) - len);
	return round_up(len, 8);
}

/* A thread that no node would take stays, and breaks no connection. */
static bool is_possible(const struct weft_message *message)
{
	const struct weft_header header = {
		.type = cpu_to_le16(WEFT_MSG_THREAD),
		.length = cpu_to_le32(message->inline_len),
	};

	return !weft_thread_check(&header, (const void *)message->payload);
}

static void put_task(struct weft_msg_thread *head)
{
	head->tid_address = cpu_to_le64((__force u64)current->clear_child_tid);
#ifdef CONFIG_FUTEX
	head->robust_list = cpu_to_le64((__force u64)current->robust_list);
#endif
}

/**
 * weft_capture_thread() - put the calling thread into a message
 * @twin: what it will be here
 *
 * Its registration of restartable sequences is written down, and not taken away.
 *
 * Context: may sleep; the task is on its way to user mode.
 * Return: 0 with the message in @twin, or an error.
 */
int weft_capture_thread(struct weft_twin *twin)
{
	struct weft_message *message;
	struct weft_msg_thread *head;
	int len;

	message = weft_message_new(WEFT_MSG_THREAD, sizeof(*head) + WEFT_XSTATE_MAX);
	if (!message)
		return -ENOMEM;
	head = (struct weft_msg_thread *)message->payload;
	*head = (struct weft_msg_thread){
		.process = cpu_to_le64(twin->deputy->process),
		.tid = cpu_to_le32(twin->tid),
	};
	put_registers(head);
	put_signals(head);
	put_task(head);
	weft_rseq_look(&twin->rseq);
	head->rseq = cpu_to_le64(twin->rseq.area);
	head->rseq_size = cpu_to_le32(twin->rseq.size);
	head->rseq_magic = cpu_to_le32(twin->rseq.magic);
	len = put_xstate((u8 *)(head + 1));
	head->xstate_size = cpu_to_le32(max(len, 0));
	message->inline_len = sizeof(*head) + max(len, 0);
	if (len >= 0 && !is_possible(message))
		len = -EOPNOTSUPP;
	if (len < 0)
		weft_message_free(message);
	else
		twin->message = message;
	return min(len, 0);
}

/* The pages around the stack pointer: the first instruction wants them. */
static void put_pages(struct capture *capture)
{
	u64 from = (task_pt_regs(current)->sp & PAGE_MASK) -
		   STACK_PAGES_BELOW * PAGE_SIZE;
	u32 i, count = 0;

	for (i = 0; i < STACK_PAGES_BELOW + 1 + STACK_PAGES_ABOVE; i++) {
		u64 address = from + i * PAGE_SIZE;

		if (copy_from_user(capture->at + sizeof(__le64),
				   (void __user *)address, PAGE_SIZE))
			continue;
		*(__le64 *)capture->at = cpu_to_le64(address);
		capture->at += sizeof(__le64) + PAGE_SIZE;
		count++;
	}
	capture->head->pages = cpu_to_le32(count);
}

/* Return: 0 or an error. */
static int fill(struct weft_twin *twin, struct capture *capture)
{
	const struct weft_msg_thread *thread = (void *)twin->message->payload;
	struct weft_msg_capture *head = capture->head;
	struct weft_deputy *deputy = twin->deputy;
	int err;

	memset(head, 0, sizeof(*head));
	head->process = cpu_to_le64(deputy->process);
	head->threads = cpu_to_le32(deputy->parked - 1);
	/* as it is, whatever is in it: nobody prints this one */
	get_task_comm(head->name, current);
	weft_thread_to_capture(thread, head);
	put_actions(head);
	put_memory(head);
	capture->at = (u8 *)(head + 1);
	err = weft_identity_put(&head->identity);
	if (err)
		return err;
	memcpy(capture->at, thread + 1, le32_to_cpu(thread->xstate_size));
	capture->at += le32_to_cpu(thread->xstate_size);
	err = put_mappings(capture);
	if (err)
		return err;
	head->mappings = cpu_to_le32(capture->count);
	memcpy(capture->at, capture->mappings,
	       capture->count * sizeof(*capture->mappings));
	capture->at += capture->count * sizeof(*capture->mappings);
	put_pages(capture);
	return 0;
}

/**
 * weft_capture_make() - put the calling process into a message
 * @twin: what the calling thread will be, by weft_capture_thread()
 *
 * Timers and clocks are not looked at: whoever stops them writes them down.
 *
 * Context: may sleep; all other threads of the process are stopped.
 * Return: a CAPTURE, for weft_call_start(); or an error.
 */
struct weft_message *weft_capture_make(struct weft_twin *twin)
{
	struct capture capture = {};
	int err = -ENOMEM;

	capture.message = weft_message_new(WEFT_MSG_CAPTURE, WEFT_CAPTURE_MAX);
	capture.mappings = kvcalloc(WEFT_MAPPINGS_MAX, sizeof(*capture.mappings),
				    GFP_KERNEL);
	if (capture.message && capture.mappings) {
		capture.head = (void *)capture.message->payload;
		err = fill(twin, &capture);
	}
	kvfree(capture.mappings);
	if (!err) {
		capture.message->inline_len = capture.at - (u8 *)capture.head;
		return capture.message;
	}
	if (capture.message)
		weft_message_free(capture.message);
	return ERR_PTR(err);
}
