/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of weft-body.
 */
#ifndef WEFT_BODY_BODY_H
#define WEFT_BODY_BODY_H

#include <linux/weft_body.h>

/* threads.c */
void start_threads(long fd, const struct weft_body_bases *bases);

#endif /* WEFT_BODY_BODY_H */
