// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages that list processes: is what they say possible? Pure: no state, no
 * locks, no side effects.
 */
#include "proto/msg_processes.h"

#include <asm/byteorder.h>

static bool is_node(__u32 node)
{
	return node >= WEFT_NODE_MIN && node <= WEFT_NODE_MAX;
}

/**
 * weft_process_state_is_home() - is it home that tells of this state?
 * @state: enum weft_process_state
 *
 * Return: true if home does, false if the node does where the process runs.
 */
bool weft_process_state_is_home(__u32 state)
{
	return state <= WEFT_PROCESS_AWAY;
}

/**
 * weft_processes_check() - can a list be asked for like this?
 * @processes: the payload of a PROCESSES, as it came
 *
 * Return: WEFT_BREACH_NONE or WEFT_BREACH_FIELD.
 */
enum weft_breach weft_processes_check(const struct weft_msg_processes *processes)
{
	bool is_start = !processes->process && !processes->home;

	if (processes->pad)
		return WEFT_BREACH_FIELD;
	if (!is_start && (!processes->process ||
			  !is_node(le32_to_cpu(processes->home))))
		return WEFT_BREACH_FIELD;
	return WEFT_BREACH_NONE;
}

static bool row_is_possible(const struct weft_msg_processes_row *row, __u32 teller)
{
	__u32 home = le32_to_cpu(row->home), node = le32_to_cpu(row->node);
	__u32 pid = le32_to_cpu(row->pid), state = le32_to_cpu(row->state);

	return row->process && is_node(home) && is_node(node) && home != node &&
	       pid && pid < WEFT_PID_LIMIT && state < WEFT_PROCESS_NR_STATES &&
	       teller == (weft_process_state_is_home(state) ? home : node) &&
	       weft_process_name_is_possible(row->name);
}

static bool is_behind(__u32 home, __u64 process, __u32 last_home, __u64 last)
{
	return home > last_home || (home == last_home && process > last);
}

/**
 * weft_processes_reply_check() - can the list that was asked for be like this?
 * @reply:  the payload of a PROCESSES_REPLY without an error, as it came
 * @len:    its length, as much as its fixed part or more
 * @asked:  what was asked for, checked
 * @teller: who replied
 *
 * Return: WEFT_BREACH_NONE, WEFT_BREACH_FIELD, or WEFT_BREACH_LENGTH if the rows
 * that are said to follow do not make up the length. With WEFT_BREACH_NONE asking
 * again behind the last row goes on, and does not begin anew.
 */
enum weft_breach
weft_processes_reply_check(const struct weft_msg_processes_reply *reply, __u32 len,
			   const struct weft_msg_processes *asked, __u32 teller)
{
	__u32 count = le32_to_cpu(reply->count), is_more = le32_to_cpu(reply->is_more);
	__u32 home = le32_to_cpu(asked->home), i;
	__u64 process = le64_to_cpu(asked->process);

	if (count > WEFT_PROCESSES_MAX || is_more > 1 || (is_more && !count))
		return WEFT_BREACH_FIELD;
	if (len != sizeof(*reply) + count * sizeof(reply->rows[0]))
		return WEFT_BREACH_LENGTH;
	for (i = 0; i < count; i++) {
		const struct weft_msg_processes_row *row = &reply->rows[i];

		if (!row_is_possible(row, teller) ||
		    !is_behind(le32_to_cpu(row->home), le64_to_cpu(row->process),
			       home, process))
			return WEFT_BREACH_FIELD;
		home = le32_to_cpu(row->home);
		process = le64_to_cpu(row->process);
	}
	return WEFT_BREACH_NONE;
}
