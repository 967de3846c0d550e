/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors on the wire, for "proto/proto.h".
 */
#ifndef _WEFT_PROTO_ERROR_H
#define _WEFT_PROTO_ERROR_H

#include <linux/types.h>

/**
 * enum weft_wire_error - why a request failed, in every reply
 * @WEFT_WIRE_OK:          it did not
 * @WEFT_WIRE_UNKNOWN:     an error that has no number here
 * @WEFT_WIRE_STALE:       the request was made in an older epoch
 * @WEFT_WIRE_FIRST_ERRNO: from here on: see proto/error.c
 *
 * Numbers never change their meaning; new ones are added at the end.
 */
enum weft_wire_error {
	WEFT_WIRE_OK,
	WEFT_WIRE_UNKNOWN,
	WEFT_WIRE_STALE,
	WEFT_WIRE_FIRST_ERRNO = 16
};

/* error.c: pure, and total in both directions */
__u32 weft_error_to_wire(int err);
int weft_error_from_wire(__u32 wire);
bool weft_wire_error_is_known(__u32 wire);

#endif /* _WEFT_PROTO_ERROR_H */
