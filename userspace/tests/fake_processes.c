// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The processes of a fake module, which stand in files beside its state, see
 * fake_module.c:
 *
 *   .processes	each half of a process a line, first who tells of it: TELLER HOME
 *		NODE SERIAL PID STATE AGE_MS DOWNTIME_NS FETCHED_BYTES FAULTS CALLS
 *		NAME
 *   .silent	numbers of nodes that do not answer
 *   .asked	numbers of nodes that were asked, one a line
 */
#include "internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static FILE *open_beside(const char *suffix, const char *mode)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", getenv("WEFT_FAKE_MODULE"), suffix);
	return fopen(path, mode);
}

static bool is_silent(uint32_t node)
{
	FILE *file = open_beside(".silent", "r");
	bool is_found = false;
	uint32_t number;

	while (file && !is_found && fscanf(file, "%u", &number) == 1)
		is_found = number == node;
	if (file)
		fclose(file);
	return is_found;
}

static void note_asked(uint32_t node)
{
	FILE *file = open_beside(".asked", "a");

	if (!file)
		return;
	fprintf(file, "%u\n", node);
	fclose(file);
}

static bool read_half(FILE *file, uint32_t *teller, struct weft_process *half)
{
	return fscanf(file, "%u %u %u %" SCNu64 " %u %u %" SCNu64 " %" SCNu64
		      " %" SCNu64 " %" SCNu64 " %" SCNu64 " %15[^\n]", teller,
		      &half->home, &half->node, &half->serial, &half->pid,
		      &half->state, &half->age_ms, &half->downtime_ns,
		      &half->fetched_bytes, &half->faults, &half->calls,
		      half->name) == 12;
}

int weft_processes(struct weft *weft, const struct weft_processes_options *options,
		   weft_process_fn *process, void *arg)
{
	struct weft_process half = { .sz = sizeof(half) };
	struct weft_cluster self = { .sz = sizeof(self) };
	uint32_t teller, node = options->node;
	int err = weft_cluster_get(weft, &self);
	FILE *file;

	if (err)
		return err;
	if (!node)
		node = self.node;
	note_asked(node);
	if (is_silent(node))
		return weft_fail(weft, -ETIMEDOUT, "the fake node is silent");
	if (node == 9)
		return weft_fail(weft, -EHOSTUNREACH, "the fake node is no member");
	file = open_beside(".processes", "r");
	while (file && read_half(file, &teller, &half)) {
		if (teller == node)
			process(&half, arg);
	}
	if (file)
		fclose(file);
	return 0;
}
