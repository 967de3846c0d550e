// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting for the memory of a process, with a bar if somebody looks. Ctrl-C ends the
 * waiting, and nothing else: the memory moves by itself.
 */
#include "progress.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BAR_WIDTH	40
#define MEBIBYTE	(1024.0 * 1024.0)

/**
 * progress_format() - say how far the memory of a process is
 * @line:     receives it, without a line feed
 * @size:     room there, from PROGRESS_LEN on
 * @progress: how far
 */
void progress_format(char *line, size_t size, const struct weft_progress *progress)
{
	double part = progress->total_bytes ?
		      (double)progress->moved_bytes / (double)progress->total_bytes : 0;
	int filled, percent;
	char bar[BAR_WIDTH + 1];

	if (progress->is_empty)
		part = 1;
	/* the end is told by the end only */
	else if (part > 0.99)
		part = 0.99;
	filled = (int)(part * BAR_WIDTH);
	percent = (int)(part * 100);
	memset(bar, ' ', BAR_WIDTH);
	memset(bar, '#', (size_t)filled);
	bar[BAR_WIDTH] = '\0';
	snprintf(line, size, "[%s] %3d%% of %.1f MiB", bar, percent,
		 (double)progress->total_bytes / MEBIBYTE);
}

static void show(const struct weft_progress *progress)
{
	char line[PROGRESS_LEN];

	progress_format(line, sizeof(line), progress);
	fprintf(stderr, "\r%s", line);
	fflush(stderr);
}

static void clear(void)
{
	fprintf(stderr, "\r%*s\r", PROGRESS_LEN - 1, "");
	fflush(stderr);
}

/**
 * progress_wait() - wait until the memory of a process has followed it
 * @context:  the command line
 * @serial:   number of the process
 * @progress: how far it is then; all 0 if the process has ended, @progress->sz too
 *
 * Return: STATUS_OK, also if the process has ended; or what the module failed with.
 */
enum status progress_wait(const struct context *context, uint64_t serial,
			  struct weft_progress *progress)
{
	const struct weft_wait_options options = {
		.sz = sizeof(options), .serial = serial,
	};
	bool is_seen = isatty(STDERR_FILENO) && !context->is_json;
	int err;

	do {
		progress->sz = sizeof(*progress);
		err = weft_migrate_wait(context->weft, &options, progress);
		if (!err && is_seen)
			show(progress);
	} while (!err && !progress->is_empty);
	if (is_seen)
		clear();
	if (err)
		*progress = (struct weft_progress){ 0 };
	return !err || err == -ESRCH ? STATUS_OK : module_failure(context, err);
}
