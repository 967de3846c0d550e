// SPDX-License-Identifier: GPL-2.0-only
/*
 * THREAD, and the part of CAPTURE that is about a thread: can there be such a
 * thread? See check_capture.c. Pure: no state, no locks, no side effects.
 */
#include "proto/msg_thread.h"

#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/string.h>

/**
 * weft_thread_of_capture() - the part of a CAPTURE that is about its thread
 * @capture: its fixed part
 * @thread:  receives it; with the number 0, which a CAPTURE does not say
 */
void weft_thread_of_capture(const struct weft_msg_capture *capture,
			    struct weft_msg_thread *thread)
{
	*thread = (struct weft_msg_thread){
		.process = capture->process,
		.xstate_size = capture->xstate_size,
		.mask = capture->mask,
		.stack_base = capture->stack_base,
		.stack_size = capture->stack_size,
		.tid_address = capture->tid_address,
		.robust_list = capture->robust_list,
		.rseq = capture->rseq,
		.rseq_size = capture->rseq_size,
		.rseq_magic = capture->rseq_magic,
		.stack_flags = capture->stack_flags,
	};
	memcpy(thread->registers, capture->registers, sizeof(thread->registers));
}

/**
 * weft_thread_to_capture() - put a thread into a CAPTURE
 * @thread:  the thread
 * @capture: receives what is about the thread
 */
void weft_thread_to_capture(const struct weft_msg_thread *thread,
			    struct weft_msg_capture *capture)
{
	capture->xstate_size = thread->xstate_size;
	capture->mask = thread->mask;
	capture->stack_base = thread->stack_base;
	capture->stack_size = thread->stack_size;
	capture->tid_address = thread->tid_address;
	capture->robust_list = thread->robust_list;
	capture->rseq = thread->rseq;
	capture->rseq_size = thread->rseq_size;
	capture->rseq_magic = thread->rseq_magic;
	capture->stack_flags = thread->stack_flags;
	memcpy(capture->registers, thread->registers, sizeof(capture->registers));
}

static bool is_address(__le64 address)
{
	return le64_to_cpu(address) < WEFT_ADDRESS_LIMIT;
}

/* Programs may load any address that the processor takes, also the kernel's. */
static bool is_canonical(__le64 address)
{
	__u64 top = le64_to_cpu(address) >> 56;

	return !top || top == 0xff;
}

static bool registers_are_possible(const struct weft_msg_thread *thread)
{
	const __le64 *registers = thread->registers;

	return is_address(registers[WEFT_REG_IP]) &&
	       is_canonical(registers[WEFT_REG_FS_BASE]) &&
	       is_canonical(registers[WEFT_REG_GS_BASE]) &&
	       !(le64_to_cpu(registers[WEFT_REG_FLAGS]) & ~WEFT_FLAGS_ALL);
}

static bool signals_are_possible(const struct weft_msg_thread *thread)
{
	__u32 flags = le32_to_cpu(thread->stack_flags);

	if (le64_to_cpu(thread->mask) & WEFT_SIGNALS_FIXED)
		return false;
	if (flags & ~WEFT_STACK_FLAGS_ALL ||
	    (flags & WEFT_STACK_MODES) == WEFT_STACK_MODES)
		return false;
	return thread->stack_size || !thread->stack_base;
}

static bool rseq_is_possible(const struct weft_msg_thread *thread)
{
	__u64 start = le64_to_cpu(thread->rseq);
	__u32 size = le32_to_cpu(thread->rseq_size);

	if (!start)
		return true;
	return start < WEFT_ADDRESS_LIMIT && start % WEFT_RSEQ_ALIGNMENT == 0 &&
	       size >= WEFT_RSEQ_SIZE_MIN && size <= WEFT_ADDRESS_LIMIT - start;
}

/**
 * weft_thread_is_possible() - can a thread be like this?
 * @thread: the thread; its process, number and lengths are not looked at
 *
 * Return: whether it can.
 */
bool weft_thread_is_possible(const struct weft_msg_thread *thread)
{
	return registers_are_possible(thread) && signals_are_possible(thread) &&
	       rseq_is_possible(thread);
}

/**
 * weft_thread_xstate_is_possible() - can extended state be like this?
 * @xstate: the state, WEFT_XSTATE_MIN bytes at least
 *
 * Only the processor looks at the rest, when user mode gives it to XRSTOR.
 *
 * Return: whether it can.
 */
bool weft_thread_xstate_is_possible(const __u8 *xstate)
{
	unsigned int i;

	for (i = WEFT_XSTATE_ZEROS_AT; i < WEFT_XSTATE_MIN; i++)
		if (xstate[i])
			return false;
	return true;
}

/**
 * weft_thread_check() - can a thread come like this?
 * @header: the header of a THREAD, checked
 * @thread: its payload, as it came
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_LENGTH if what it announces does not
 * make up its length, or WEFT_BREACH_FIELD.
 */
enum weft_breach weft_thread_check(const struct weft_header *header,
				   const struct weft_msg_thread *thread)
{
	__u32 xstate = le32_to_cpu(thread->xstate_size);

	if (xstate < WEFT_XSTATE_MIN || xstate > WEFT_XSTATE_MAX || xstate % 8)
		return WEFT_BREACH_FIELD;
	if (le32_to_cpu(header->length) != sizeof(*thread) + xstate)
		return WEFT_BREACH_LENGTH;
	if (!thread->process || thread->pad ||
	    !weft_process_tid_is_possible(thread->tid) ||
	    !weft_thread_is_possible(thread) ||
	    !weft_thread_xstate_is_possible((const __u8 *)(thread + 1)))
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}
