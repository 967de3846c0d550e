/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far the memory of a process has followed it, on a terminal. */
#ifndef WEFT_CLI_PROGRESS_H
#define WEFT_CLI_PROGRESS_H

#include "command.h"

#include <stddef.h>

/* Room for a line, with the terminating NUL. */
#define PROGRESS_LEN	80

void progress_format(char *line, size_t size, const struct weft_progress *progress);
enum status progress_wait(const struct context *context, uint64_t serial,
			  struct weft_progress *progress);

#endif /* WEFT_CLI_PROGRESS_H */
