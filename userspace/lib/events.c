// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Notifications of the module, on a socket of their own that never blocks.
 *
 * Notifications are hints: they may be lost (then the reader is told) and they
 * end silently when the module is unloaded. Who needs the truth asks for it.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#define EVENT_BUFFER	(1024 * 1024)	/* bytes; the kernel may give less */

/**
 * struct event_reader - one run of weft_events_read()
 * @weft:  the handle
 * @event: the caller's function
 * @arg:   for @event
 * @err:   first failure
 */
struct event_reader {
	struct weft *weft;
	weft_event_fn *event;
	void *arg;
	int err;
};

static int is_from_module(struct nl_msg *msg, void *arg)
{
	const struct event_reader *reader = arg;

	if (nlmsg_get_src(msg)->nl_pid)
		return NL_SKIP;
	if (nlmsg_hdr(msg)->nlmsg_type != reader->weft->family.id)
		return NL_SKIP;
	return NL_OK;
}

/* Leaves the kind 0 for what a newer module reports and nobody here knows. */
static int parse_event(struct nlmsghdr *nlh, struct weft_event *event)
{
	const uint8_t command = genlmsg_hdr(nlh)->cmd;

	switch (command) {
	case WEFT_CMD_CLUSTER_NTF:
		event->kind = WEFT_EVENT_CLUSTER;
		return weft_parse_cluster(nlh, command, &event->cluster);
	case WEFT_CMD_VIEW_NTF:
		event->kind = WEFT_EVENT_VIEW;
		return weft_parse_view(nlh, command, &event->view);
	case WEFT_CMD_PEER_NTF:
		event->kind = WEFT_EVENT_PEER;
		return weft_parse_peer(nlh, command, &event->peer);
	case WEFT_CMD_BODY_NTF:
		event->kind = WEFT_EVENT_BODY;
		return weft_parse_body_wanted(nlh, command, &event->body);
	default:
		return 0;
	}
}

static int receive_event(struct nl_msg *msg, void *arg)
{
	struct weft_event event = { .sz = sizeof(event) };
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct event_reader *reader = arg;
	int err;

	if (!genlmsg_valid_hdr(nlh, 0))
		return NL_SKIP;
	err = parse_event(nlh, &event);
	if (err)
		reader->err = err;
	else if (event.kind)
		reader->event(&event, reader->arg);
	return NL_OK;
}

static int accept_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

/**
 * weft_events_open() - subscribe to the notifications of the module
 * @weft: the handle
 *
 * To miss nothing, subscribe first and ask for the present state afterwards.
 * After the module was loaded again, close and open once more.
 *
 * Return: 0; -EALREADY if subscribed; -ENODEV if the module is not loaded;
 * other -errno.
 */
int weft_events_open(struct weft *weft)
{
	struct nl_sock *sock;
	int err;

	if (weft->events)
		return weft_fail(weft, -EALREADY, "already subscribed");
	/* a remembered number may be that of an earlier life of the module */
	weft->family.id = 0;
	err = weft_netlink_resolve(weft);
	if (err)
		return err;
	err = weft_netlink_connect(weft, &sock);
	if (err)
		return err;
	/* a refused size is no reason to fail: overflow is reported anyway */
	(void)nl_socket_set_buffer_size(sock, EVENT_BUFFER, 0);
	err = nl_socket_add_membership(sock, (int)weft->family.events);
	if (err) {
		nl_socket_free(sock);
		return weft_fail(weft, -EIO, "cannot subscribe to events: %s",
				 nl_geterror(err));
	}
	weft->events = sock;
	return 0;
}

/**
 * weft_events_fd() - what to poll for POLLIN before weft_events_read()
 * @weft: the handle
 *
 * Return: a file descriptor that belongs to the handle, or -EBADF if not
 * subscribed.
 */
int weft_events_fd(const struct weft *weft)
{
	return weft->events ? nl_socket_get_fd(weft->events) : -EBADF;
}

/**
 * weft_events_read() - hand over the notifications that have arrived
 * @weft:  the handle
 * @event: called for each notification; must not close the subscription
 * @arg:   for @event
 *
 * Never waits.
 *
 * Return: 0 once nothing is left; -ENOBUFS if notifications were lost: the
 * caller must ask for the whole state again; -EPROTO after a notification that
 * is not understood, the others having been handed over; -EBADF if not
 * subscribed; other -errno.
 */
int weft_events_read(struct weft *weft, weft_event_fn *event, void *arg)
{
	struct event_reader reader = { .weft = weft, .event = event,
				       .arg = arg };
	struct nl_cb *cb;
	int err;

	if (!weft->events)
		return weft_fail(weft, -EBADF, "not subscribed to events");
	cb = nl_cb_alloc(NL_CB_CUSTOM);
	if (!cb)
		return weft_fail(weft, -ENOMEM, "out of memory");
	nl_cb_set(cb, NL_CB_MSG_IN, NL_CB_CUSTOM, is_from_module, &reader);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, accept_sequence, NULL);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, receive_event, &reader);
	do {
		err = nl_recvmsgs(weft->events, cb);
	} while (err >= 0);
	nl_cb_put(cb);
	/* libnl has one number for a lost message and for lost memory */
	if (err == -NLE_NOMEM)
		return weft_fail(weft, -ENOBUFS,
				 "notifications were lost: ask for the state again");
	if (err != -NLE_AGAIN)
		return weft_fail(weft, -EIO, "cannot receive events: %s",
				 nl_geterror(err));
	if (reader.err)
		return weft_fail(weft, reader.err,
				 "the weft module sent a notification that is not understood");
	return 0;
}

/**
 * weft_events_close() - end the subscription
 * @weft: the handle; nothing happens if it is not subscribed
 */
void weft_events_close(struct weft *weft)
{
	nl_socket_free(weft->events);
	weft->events = NULL;
}
