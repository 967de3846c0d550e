/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The types of all messages. Once released a number means the same for ever.
 */
#ifndef _WEFT_PROTO_MSG_TYPE_H
#define _WEFT_PROTO_MSG_TYPE_H

/**
 * enum weft_msg_type - all that nodes say to each other
 * @WEFT_MSG_RESUME:          the first message of each connection, each way
 * @WEFT_MSG_ACK:             nothing but the header, which acknowledges
 * @WEFT_MSG_EPOCH:           nothing but the header, which tells the epoch
 * @WEFT_MSG_ECHO:            the yardstick on the fast lane
 * @WEFT_MSG_ECHO_REPLY:      its reply
 * @WEFT_MSG_ECHO_BULK:       the yardstick on the bulk lane
 * @WEFT_MSG_ECHO_BULK_REPLY: its reply
 * @WEFT_MSG_HOST:            asks for the facts of a host
 * @WEFT_MSG_HOST_REPLY:      its reply
 * @WEFT_MSG_BODY:            asks for the body of a process
 * @WEFT_MSG_BODY_REPLY:      it waits
 * @WEFT_MSG_CAPTURE:         hands a process over
 * @WEFT_MSG_CAPTURE_REPLY:   it runs
 * @WEFT_MSG_PAGES:           asks for memory of a process
 * @WEFT_MSG_PAGES_REPLY:     its reply
 * @WEFT_MSG_CALL:            asks home for a system call
 * @WEFT_MSG_CALL_REPLY:      its reply
 * @WEFT_MSG_SIGNAL:          a signal for a body
 * @WEFT_MSG_SIGNAL_REPLY:    its reply
 * @WEFT_MSG_CANCEL:          a call is to end
 * @WEFT_MSG_CANCEL_REPLY:    its reply
 * @WEFT_MSG_GONE:            one half of a process is no more
 * @WEFT_MSG_GONE_REPLY:      its reply
 * @WEFT_MSG_PROCESSES:       asks which processes have a half there
 * @WEFT_MSG_PROCESSES_REPLY: its reply
 * @WEFT_MSG_THREAD:          a thread of a process, before its CAPTURE
 * @WEFT_MSG_THREAD_REPLY:    it has come
 * @WEFT_MSG_DRAIN:           asks for all that is left of the memory of a process
 * @WEFT_MSG_DRAIN_REPLY:     its reply
 * @WEFT_MSG_NR_TYPES:        how many there are, with the unused 0
 */
enum weft_msg_type {
	WEFT_MSG_RESUME = 1,
	WEFT_MSG_ACK,
	WEFT_MSG_EPOCH,
	WEFT_MSG_ECHO,
	WEFT_MSG_ECHO_REPLY,
	WEFT_MSG_ECHO_BULK,
	WEFT_MSG_ECHO_BULK_REPLY,
	WEFT_MSG_HOST,
	WEFT_MSG_HOST_REPLY,
	WEFT_MSG_BODY,
	WEFT_MSG_BODY_REPLY,
	WEFT_MSG_CAPTURE,
	WEFT_MSG_CAPTURE_REPLY,
	WEFT_MSG_PAGES,
	WEFT_MSG_PAGES_REPLY,
	WEFT_MSG_CALL,
	WEFT_MSG_CALL_REPLY,
	WEFT_MSG_SIGNAL,
	WEFT_MSG_SIGNAL_REPLY,
	WEFT_MSG_CANCEL,
	WEFT_MSG_CANCEL_REPLY,
	WEFT_MSG_GONE,
	WEFT_MSG_GONE_REPLY,
	WEFT_MSG_PROCESSES,
	WEFT_MSG_PROCESSES_REPLY,
	WEFT_MSG_THREAD,
	WEFT_MSG_THREAD_REPLY,
	WEFT_MSG_DRAIN,
	WEFT_MSG_DRAIN_REPLY,

	WEFT_MSG_NR_TYPES
};

#endif /* _WEFT_PROTO_MSG_TYPE_H */
