/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A system call on its way home, inside migrate.
 */
#ifndef _WEFT_MIGRATE_FORWARD_H
#define _WEFT_MIGRATE_FORWARD_H

#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/socket.h>

/**
 * struct weft_forward - a call that is being made
 * @entry:   its row
 * @plan:    what moves
 * @request: the message
 * @reply:   the answer, to be freed with kvfree()
 * @header:  of the argument that is a message, as the program gave it
 * @vector:  of the argument that is one, or of a message, to be freed with kvfree(); or NULL
 * @stretches: of @vector
 */
struct weft_forward {
	const struct weft_rsys_entry *entry;
	struct weft_rsys_plan plan;
	struct weft_message *request;
	struct weft_msg_call_reply *reply;
	struct user_msghdr header;
	struct weft_rsys_vector *vector;
	u32 stretches;
};

/* strings.c */
int weft_strings_see(u64 address, u64 *bytes);
int weft_strings_gather(u64 address, u8 *to, u32 len);

/* arguments.c */
int weft_forward_see(struct weft_forward *forward, const u64 *args,
		     struct weft_rsys_seen *seen);
int weft_forward_gather(struct weft_body *body, struct weft_forward *forward,
			u32 number, const u64 *args);
u32 weft_forward_room(const struct weft_forward *forward);
int weft_forward_scatter(const struct weft_forward *forward, const u64 *args,
			 u32 len);

#endif /* _WEFT_MIGRATE_FORWARD_H */
