// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages about processes: is what they say possible? Each check looks at every
 * field of its message, so that nobody behind it has to. What needs to know the
 * process, such as whether there is one, is up to its handler. Pure: no state, no
 * locks, no side effects.
 */
#include "proto/msg_process.h"

#include <asm/byteorder.h>
#include <linux/kernel.h>

/* What a status of wait(2) is made of. */
#define STATUS_SIGNAL	0x7fU
#define STATUS_CORE	0x80U
#define STATUS_CODE	0xff00U

/**
 * weft_process_name_is_possible() - is this the name of a program?
 * @name: WEFT_PROCESS_NAME_LEN bytes
 *
 * Return: whether it ends within them, and nothing is hidden behind its end.
 */
bool weft_process_name_is_possible(const char *name)
{
	unsigned int i = 0;

	while (i < WEFT_PROCESS_NAME_LEN && name[i])
		i++;
	if (i == WEFT_PROCESS_NAME_LEN)
		return false;
	while (i < WEFT_PROCESS_NAME_LEN)
		if (name[i++])
			return false;
	return true;
}

/**
 * weft_process_page_is_possible() - is this where a page of a program may begin?
 * @address: the address
 *
 * Return: whether it is a multiple of WEFT_PAGE_BYTES below WEFT_ADDRESS_LIMIT.
 */
bool weft_process_page_is_possible(__le64 address)
{
	return !(le64_to_cpu(address) & (WEFT_PAGE_BYTES - 1)) &&
	       le64_to_cpu(address) < WEFT_ADDRESS_LIMIT;
}

/**
 * weft_process_tid_is_possible() - is this the number of a thread?
 * @tid: the number
 *
 * Return: whether it is 1 to WEFT_PID_LIMIT - 1.
 */
bool weft_process_tid_is_possible(__le32 tid)
{
	return tid && le32_to_cpu(tid) < WEFT_PID_LIMIT;
}

/**
 * weft_body_check() - can a body be like this?
 * @body: the payload of a BODY, as it came
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_FIELD.
 */
enum weft_breach weft_body_check(const struct weft_msg_body *body)
{
	__u32 pid = le32_to_cpu(body->pid);

	if (!body->process || body->pad || !pid || pid >= WEFT_PID_LIMIT ||
	    !weft_process_name_is_possible(body->name) ||
	    !weft_clocks_are_possible(&body->clocks))
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

/**
 * weft_pages_check() - can such pages be wanted?
 * @pages: the payload of a PAGES, as it came
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_FIELD. With WEFT_BREACH_NONE the end of
 * the last page is an address, too.
 */
enum weft_breach weft_pages_check(const struct weft_msg_pages *pages)
{
	__u32 count = le32_to_cpu(pages->count);

	if (!pages->process || pages->pad || !count || count > WEFT_PAGES_MAX ||
	    !weft_process_page_is_possible(pages->address))
		return WEFT_BREACH_FIELD;
	if (WEFT_ADDRESS_LIMIT - le64_to_cpu(pages->address) <
	    (__u64)count * WEFT_PAGE_BYTES)
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

/**
 * weft_pages_reply_check() - can the pages that were asked for be like this?
 * @reply: the payload of a PAGES_REPLY without an error, as it came
 * @len:   its length, as much as its fixed part or more
 * @count: how many pages were asked for: 1 to WEFT_PAGES_MAX
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_FIELD, or WEFT_BREACH_LENGTH if the pages
 * that are said to follow do not make up the length. With WEFT_BREACH_NONE each
 * bit of full stands for a page that is there.
 */
enum weft_breach weft_pages_reply_check(const struct weft_msg_pages_reply *reply,
					__u32 len, __u32 count)
{
	__u32 known = le32_to_cpu(reply->known);
	__u32 full = le32_to_cpu(reply->full);
	__u32 rest, pages = 0;

	if (!count || count > WEFT_PAGES_MAX || known >> count || full & ~known)
		return WEFT_BREACH_FIELD;
	for (rest = full; rest; rest &= rest - 1)
		pages++;
	if (len != sizeof(*reply) + pages * WEFT_PAGE_BYTES)
		return WEFT_BREACH_LENGTH;
	return WEFT_BREACH_NONE;
}

/* Can this argument have what it has? */
static bool argument_is_possible(const struct weft_msg_call *call, int index)
{
	__u32 in = le32_to_cpu(call->in[index]);
	__u32 out = le32_to_cpu(call->out[index]);

	if (in > WEFT_CALL_DATA_MAX || out > WEFT_CALL_DATA_MAX)
		return false;
	return call->args[index] || (!in && !out);
}

/**
 * weft_call_check() - can a system call be wanted like this?
 * @header: the header of a CALL, checked
 * @call:   its payload, as it came
 *
 * Whether there is such a call, and whether it has such arguments, is not looked
 * at.
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_FIELD, or WEFT_BREACH_LENGTH if the memory
 * that is said to follow does not make up the length. With WEFT_BREACH_NONE all
 * of it is there, and no sum of lengths overflows 32 bits.
 */
enum weft_breach weft_call_check(const struct weft_header *header,
				 const struct weft_msg_call *call)
{
	__u64 sum = sizeof(*call);
	int i;

	if (!call->process || !weft_process_tid_is_possible(call->tid) ||
	    le32_to_cpu(call->flags) & ~(__u32)WEFT_CALL_FLAGS_ALL || call->pad)
		return WEFT_BREACH_FIELD;
	for (i = 0; i < WEFT_CALL_ARGS; i++) {
		if (!argument_is_possible(call, i))
			return WEFT_BREACH_FIELD;
		sum += ((__u64)le32_to_cpu(call->in[i]) + 7) & ~7ULL;
	}
	return sum == le32_to_cpu(header->length) ? WEFT_BREACH_NONE :
						    WEFT_BREACH_LENGTH;
}

/**
 * weft_call_reply_check() - can memory come back like this?
 * @len: length of a CALL_REPLY without an error
 *
 * The result may be any number, and how much comes back depends on the call.
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_LENGTH. With WEFT_BREACH_NONE there is
 * a result, and behind it a multiple of 8 bytes.
 */
enum weft_breach weft_call_reply_check(__u32 len)
{
	if (len < sizeof(struct weft_msg_call_reply) || len % 8 ||
	    len - sizeof(struct weft_msg_call_reply) > WEFT_CALL_DATA_MAX)
		return WEFT_BREACH_LENGTH;
	return WEFT_BREACH_NONE;
}

/**
 * weft_signal_check() - can there be such a signal?
 * @signal: the payload of a SIGNAL, as it came
 *
 * What the signal says about itself, behind its number, is between the kernel at
 * home and the program.
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_FIELD.
 */
enum weft_breach weft_signal_check(const struct weft_msg_signal *signal)
{
	__u32 number = le32_to_cpu(*(const __le32 *)signal->info);
	unsigned int i;

	if (!signal->process ||
	    (signal->tid && !weft_process_tid_is_possible(signal->tid)) ||
	    !number || number > WEFT_SIGNALS)
		return WEFT_BREACH_FIELD;
	for (i = WEFT_SIGINFO_USED; i < WEFT_SIGINFO_LEN; i++)
		if (signal->info[i])
			return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

/**
 * weft_cancel_check() - can a call be cancelled like this?
 * @cancel: the payload of a CANCEL, as it came
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_FIELD.
 */
enum weft_breach weft_cancel_check(const struct weft_msg_cancel *cancel)
{
	return cancel->process && !cancel->pad &&
	       weft_process_tid_is_possible(cancel->tid) ? WEFT_BREACH_NONE :
							   WEFT_BREACH_FIELD;
}

/* Has a process ended like this? One that was stopped, say, has not. */
static bool status_is_possible(__u32 status)
{
	__u32 number = status & STATUS_SIGNAL;

	if (!number)
		return !(status & ~STATUS_CODE);
	return !(status & ~(STATUS_SIGNAL | STATUS_CORE)) && number <= WEFT_SIGNALS;
}

/**
 * weft_gone_check() - can a process have ended like this?
 * @gone: the payload of a GONE, as it came
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_FIELD.
 */
enum weft_breach weft_gone_check(const struct weft_msg_gone *gone)
{
	if (!gone->process || gone->pad ||
	    !status_is_possible(le32_to_cpu(gone->status)))
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}
