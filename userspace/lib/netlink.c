// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One question to the kernel, its answers, one deadline for all of it.
 *
 * A socket on which anything went wrong (silence, overflow, a broken message)
 * is closed, so that a late answer never meets a later question. Messages that
 * do not come from the kernel or that answer something else are ignored.
 *
 * Asking never loads the module: a lookup by name would make the kernel call
 * modprobe, so the family is searched in the list of all families instead.
 */
#include "internal.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CTRL_VERSION	2	/* of the kernel's own family, "nlctrl" */
#define DUMP_ATTEMPTS	8	/* until a list is read without a change */

/**
 * struct call - a question on its way
 * @question: the question
 * @seq:      number that the answers carry
 * @is_done:  the kernel has said its last word
 * @is_torn:  the list changed while it was read
 * @err:      first failure, 0 or -errno
 * @text:     the kernel's sentence about it
 */
struct call {
	const struct weft_question *question;
	uint32_t seq;
	bool is_done;
	bool is_torn;
	int err;
	char text[WEFT_ERROR_LEN];
};

static int is_for_us(struct nl_msg *msg, void *arg)
{
	const struct call *call = arg;

	if (nlmsg_get_src(msg)->nl_pid)
		return NL_SKIP;
	return nlmsg_hdr(msg)->nlmsg_seq == call->seq ? NL_OK : NL_SKIP;
}

static int accept_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int receive_reply(struct nl_msg *msg, void *arg)
{
	struct call *call = arg;

	if (!call->err && call->question->reply)
		call->err = call->question->reply(nlmsg_hdr(msg),
						  call->question->arg);
	return NL_OK;
}

static int receive_ack(struct nl_msg *msg, void *arg)
{
	struct call *call = arg;

	(void)msg;
	call->is_done = true;
	return NL_STOP;
}

/* The end of a dump may carry an error that came up half way. */
static int receive_dump_end(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct call *call = arg;
	int err = 0;

	if (nlmsg_datalen(nlh) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(nlh), sizeof(err));
	if (err < 0 && !call->err) {
		call->err = err;
		weft_parse_extack(nlh, call->text, sizeof(call->text));
	}
	call->is_done = true;
	return NL_STOP;
}

static int receive_torn(struct nl_msg *msg, void *arg)
{
	struct call *call = arg;

	(void)msg;
	call->is_torn = true;
	return NL_OK;
}

static int receive_error(struct sockaddr_nl *from, struct nlmsgerr *error,
			 void *arg)
{
	const struct nlmsghdr *nlh;
	struct call *call = arg;

	(void)from;
	/* libnl hands over the payload; the message begins one header before */
	nlh = (const struct nlmsghdr *)((const char *)error - NLMSG_HDRLEN);
	if (!call->err) {
		call->err = error->error < 0 ? error->error : -EPROTO;
		weft_parse_extack(nlh, call->text, sizeof(call->text));
	}
	call->is_done = true;
	return NL_STOP;
}

static struct nl_cb *callbacks(struct call *call)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_CUSTOM);

	if (!cb)
		return NULL;
	nl_cb_set(cb, NL_CB_MSG_IN, NL_CB_CUSTOM, is_for_us, call);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, accept_sequence, call);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, receive_reply, call);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, receive_ack, call);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, receive_dump_end, call);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, receive_torn, call);
	nl_cb_err(cb, NL_CB_CUSTOM, receive_error, call);
	return cb;
}

static int errno_of_libnl(int err)
{
	switch (-err) {
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
		return -EPERM;
	case NLE_NOACCESS:
		return -EACCES;
	case NLE_MSG_TRUNC:
	case NLE_MSG_TOOSHORT:
	case NLE_MSG_OVERFLOW:
		return -EPROTO;
	default:
		return -EIO;
	}
}

static int receive_all(struct weft *weft, struct nl_cb *cb, struct call *call)
{
	const int timeout_ms = call->question->timeout_ms;
	struct timespec deadline;
	int err;

	weft_deadline(&deadline, timeout_ms ? timeout_ms : weft->timeout_ms);
	while (!call->is_done) {
		err = weft_wait(nl_socket_get_fd(weft->sock), POLLIN,
				&deadline);
		if (err)
			return weft_fail(weft, err, "the weft module does not answer: %s",
					 strerror(-err));
		err = nl_recvmsgs(weft->sock, cb);
		if (err < 0 && err != -NLE_AGAIN && err != -NLE_DUMP_INTR &&
		    !call->is_done)
			return weft_fail(weft, errno_of_libnl(err),
					 "cannot receive from the kernel: %s",
					 nl_geterror(err));
	}
	return 0;
}

/* Sends @msg and waits for the last answer. On error the socket is gone. */
static int exchange(struct weft *weft, struct nl_msg *msg, struct call *call)
{
	struct nl_cb *cb;
	int err;

	cb = callbacks(call);
	if (!cb)
		return weft_fail(weft, -ENOMEM, "out of memory");
	nl_complete_msg(weft->sock, msg);
	call->seq = nlmsg_hdr(msg)->nlmsg_seq;
	err = nl_send(weft->sock, msg);
	if (err < 0)
		err = weft_fail(weft, errno_of_libnl(err),
				"cannot send to the kernel: %s",
				nl_geterror(err));
	else
		err = receive_all(weft, cb, call);
	nl_cb_put(cb);
	if (err) {
		nl_socket_free(weft->sock);
		weft->sock = NULL;
	}
	return err;
}

static struct nl_msg *new_message(uint16_t family, uint8_t version,
				  const struct weft_question *question)
{
	int flags = question->is_dump ? NLM_F_DUMP : NLM_F_ACK;
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg)
		return NULL;
	if (genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, flags,
			question->command, version))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* One question to one family. Return: 0 or -errno, then with a sentence. */
static int ask_family(struct weft *weft, uint16_t family, uint8_t version,
		      const struct weft_question *question)
{
	struct call call = { .question = question };
	struct nl_msg *msg;
	int err = 0;

	if (!weft->sock)
		err = weft_netlink_connect(weft, &weft->sock);
	if (err)
		return err;
	msg = new_message(family, version, question);
	if (!msg)
		return weft_fail(weft, -ENOMEM, "out of memory");
	if (question->fill)
		err = question->fill(msg, question->fill_arg);
	if (err)
		weft_fail(weft, err, "the request is too long");
	else
		err = exchange(weft, msg, &call);
	nlmsg_free(msg);
	if (err)
		return err;
	if (call.err)
		return weft_fail(weft, call.err, "%s",
				 call.text[0] ? call.text :
						strerror(-call.err));
	if (call.is_torn)
		return weft_fail(weft, -EAGAIN,
				 "the list changed while it was read");
	return 0;
}

/**
 * weft_netlink_connect() - a socket to generic netlink
 * @weft: for the sentence on failure
 * @sock: the result, untouched on failure
 *
 * Never blocks, names every refusal, takes nothing that it does not know.
 *
 * Return: 0 or -errno.
 */
int weft_netlink_connect(struct weft *weft, struct nl_sock **sock)
{
	struct nl_sock *fresh = nl_socket_alloc();
	int on = 1;
	int err, fd;

	if (!fresh)
		return weft_fail(weft, -ENOMEM, "out of memory");
	err = genl_connect(fresh);
	if (!err)
		err = nl_socket_set_nonblocking(fresh);
	if (err) {
		weft_fail(weft, errno_of_libnl(err),
			  "cannot open a netlink socket: %s", nl_geterror(err));
		nl_socket_free(fresh);
		return errno_of_libnl(err);
	}
	nl_socket_disable_auto_ack(fresh);
	fd = nl_socket_get_fd(fresh);
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
		       sizeof(on))) {
		err = -errno;
		nl_socket_free(fresh);
		return weft_fail(weft, err, "this kernel is too old for weft");
	}
	*sock = fresh;
	return 0;
}

static int receive_family(struct nlmsghdr *nlh, void *arg)
{
	int err = weft_parse_family(nlh, WEFT_GENL_NAME, arg);

	return err == -ENOENT ? 0 : err;
}

/**
 * weft_netlink_resolve() - learn the number of the family, if not known yet
 * @weft: the handle
 *
 * Return: 0 with @weft->family valid; -ENODEV if the module is not loaded;
 * -EPROTONOSUPPORT if it speaks another version; other -errno.
 */
int weft_netlink_resolve(struct weft *weft)
{
	struct weft_family found = { 0 };
	const struct weft_question question = {
		.command = CTRL_CMD_GETFAMILY,
		.is_dump = true,
		.reply = receive_family,
		.arg = &found,
	};
	int err;

	if (weft->family.id)
		return 0;
	err = ask_family(weft, GENL_ID_CTRL, CTRL_VERSION, &question);
	if (err)
		return err;
	if (!found.id)
		return weft_fail(weft, -ENODEV,
				 "the weft module is not loaded: load it with 'modprobe weft' or 'insmod weft.ko'");
	if (found.version != WEFT_GENL_VERSION)
		return weft_fail(weft, -EPROTONOSUPPORT,
				 "the weft module speaks version %u of the protocol and this program version %u: install matching versions",
				 found.version, WEFT_GENL_VERSION);
	if (!found.events)
		return weft_fail(weft, -EPROTO,
				 "the weft module has no group '%s' for events",
				 WEFT_GENL_GROUP_EVENTS);
	weft->family = found;
	return 0;
}

/**
 * weft_netlink_ask() - ask the module and hand over each reply
 * @weft:     the handle
 * @question: what to ask
 *
 * A module that was loaded again has another number; the question is then put
 * once more. That is safe for changes too: a question to a number that nobody
 * has was seen by nobody.
 *
 * Return: 0 or -errno, then with a sentence for weft_strerror().
 */
int weft_netlink_ask(struct weft *weft, const struct weft_question *question)
{
	int attempt, err;

	for (attempt = 0; attempt < 2; attempt++) {
		err = weft_netlink_resolve(weft);
		if (err)
			return err;
		err = ask_family(weft, weft->family.id, WEFT_GENL_VERSION,
				 question);
		if (err != -ENOENT)
			return err;
		weft->family.id = 0;
	}
	return err;
}

/**
 * struct single - a question that has exactly one reply
 * @question:  what the caller asked
 * @count:     replies so far
 * @is_broken: a reply was not understood, or was one too many
 */
struct single {
	const struct weft_question *question;
	unsigned int count;
	bool is_broken;
};

static int receive_single(struct nlmsghdr *nlh, void *arg)
{
	struct single *single = arg;
	int err = -EPROTO;

	if (!single->count++)
		err = single->question->reply(nlh, single->question->arg);
	if (err)
		single->is_broken = true;
	return err;
}

/**
 * weft_netlink_ask_one() - ask what has exactly one reply
 * @weft:     the handle
 * @question: what to ask; its @reply is called once at most
 *
 * Return: 0 after the reply was taken; -EPROTO if there was none, more than
 * one, or one that is not understood; other -errno.
 */
int weft_netlink_ask_one(struct weft *weft,
			 const struct weft_question *question)
{
	struct single single = { .question = question };
	struct weft_question asked = *question;
	int err;

	asked.reply = receive_single;
	asked.arg = &single;
	err = weft_netlink_ask(weft, &asked);
	if (!err && !single.count)
		single.is_broken = true;
	/* a refusal of the kernel keeps the sentence of the kernel */
	if (single.is_broken)
		return weft_fail(weft, -EPROTO,
				 "the weft module gave an answer that is not understood");
	return err;
}

/**
 * weft_netlink_dump() - read a list as it is at one moment
 * @weft:     the handle
 * @question: what to ask
 * @count:    how many entries @question has taken; set to 0 before each attempt
 * @things:   what is listed, for the sentence on failure
 *
 * The list is read again when it changed meanwhile.
 *
 * Return: 0; -EAGAIN if the list never stood still; other -errno.
 */
int weft_netlink_dump(struct weft *weft, const struct weft_question *question,
		      unsigned int *count, const char *things)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < DUMP_ATTEMPTS; i++) {
		*count = 0;
		err = weft_netlink_ask(weft, question);
		if (err != -EAGAIN)
			break;
	}
	if (err == -EPROTO)
		weft_fail(weft, err, "the weft module gave a list of %s that is not understood",
			  things);
	return err;
}
