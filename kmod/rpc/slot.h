/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slots, inside rpc.
 */
#ifndef _WEFT_RPC_SLOT_H
#define _WEFT_RPC_SLOT_H

#include "rpc/rpc.h"

int weft_slot_take(struct weft_calls *calls, struct weft_call *call,
		   struct weft_message *request, ktime_t now);
bool weft_slot_abandon(struct weft_call *call);
void weft_slot_settle(struct weft_call *call);

#endif /* _WEFT_RPC_SLOT_H */
