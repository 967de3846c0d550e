// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of peers find their handlers here. The layer that knows what is asked
 * for has the handler, which may lie above this one; main.c has the table.
 */
#include "rpc/rpc.h"

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
	const struct weft_upcalls *upcalls = lane->peer->weft->upcalls;
	weft_request_handler *handler;

	handler = upcalls->handlers[le16_to_cpu(header->type)];
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
