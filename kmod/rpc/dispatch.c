// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of peers find their handlers here.
 */
#include "rpc/rpc.h"

typedef int weft_handler(struct weft_lane *lane,
			 const struct weft_header *header, const void *payload);

/*
 * Handlers run in the thread of the lane, and nothing else of the lane is
 * received meanwhile: they do not wait for anybody. Each queues its reply, or
 * fails with -EPROTO, or with -ENOMEM before anything has happened.
 */
static weft_handler * const handlers[WEFT_MSG_NR_TYPES] = {
	[WEFT_MSG_ECHO]	     = weft_echo_serve,
	[WEFT_MSG_ECHO_BULK] = weft_echo_serve,
};

/**
 * weft_rpc_request_received() - serve a request
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: its payload, valid during the call
 *
 * Return: 0 with the reply queued; -EPROTO if it breaks the protocol; -ENOMEM
 * if it is to be tried again.
 */
int weft_rpc_request_received(struct weft_lane *lane,
			      const struct weft_header *header,
			      const void *payload)
{
	weft_handler *handler = handlers[le16_to_cpu(header->type)];

	return handler ? handler(lane, header, payload) : -EPROTO;
}

/**
 * weft_rpc_reply() - answer a request
 * @lane:    where it came from
 * @request: its header
 * @reply:   the reply, payload in place; consumed
 * @err:     0, or a negative errno; @reply then has no payload
 */
void weft_rpc_reply(struct weft_lane *lane, const struct weft_header *request,
		    struct weft_message *reply, int err)
{
	reply->header.request = request->request;
	reply->header.error = cpu_to_le32(weft_error_to_wire(err));
	weft_lane_queue(lane, reply);
}
