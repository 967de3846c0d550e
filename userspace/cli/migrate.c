// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft migrate: move a process to another node. Whether it can is asked first, so
 * that all reasons why not are told.
 */
#include "command.h"
#include "output.h"
#include "progress.h"
#include "units.h"

#include <errno.h>
#include <stdio.h>

const char help_for_migrate[] =
"Moves the process PID to the node NODE. It stops for a moment and goes on there;\n"
"its number, its parent, its files and its terminal stay here. Root may do so, and\n"
"the owner of the process if weft.conf says 'owners = yes'; weftd does it then.\n"
"\n"
"What can move today: programs with one thread, on hosts of one kind; see 'weft\n"
"check'. System calls that cannot be made from another node yet fail there with\n"
"ENOSYS, and a line in the kernel log of that node says which.\n"
"\n"
"Its memory follows while it runs. With --wait the command ends when all of it is\n"
"there, and this node has let go of it; on a terminal a bar shows how far it is.\n"
"Ctrl-C ends the waiting only.\n"
"\n"
"Ends with status 0 once the process runs there, and with 7 if it cannot move.\n"
"After any error it goes on here. --timeout is for all of it, 60 seconds at most.\n";

enum { OPTION_WAIT = OPTION_OWN };

const struct option migrate_options[] = {
	{ "wait", no_argument, NULL, OPTION_WAIT },
	{ NULL, 0, NULL, 0 },
};

static void add_memory(struct json_object *migration,
		       const struct weft_progress *progress)
{
	struct json_object *memory = json_object_new_object();

	output_add(memory, "is_here", json_object_new_boolean(!progress->is_empty));
	output_add(memory, "total_bytes",
		   json_object_new_uint64(progress->total_bytes));
	output_add(memory, "fetched_bytes",
		   json_object_new_uint64(progress->fetched_bytes));
	output_add(migration, "memory", memory);
}

static struct json_object *new_result(const struct weft_check_result *found,
				      const struct weft_migrate_result *moved,
				      const struct weft_progress *progress)
{
	struct json_object *root = output_new();
	struct json_object *migration = json_object_new_object();

	output_add(migration, "pid", json_object_new_uint64(moved->pid));
	output_add_string(migration, "name", found->name[0] ? found->name : NULL);
	output_add(migration, "node", json_object_new_uint64(moved->node));
	output_add(migration, "serial", json_object_new_uint64(moved->serial));
	output_add(migration, "downtime_ns",
		   json_object_new_uint64(moved->downtime_ns));
	if (progress)
		add_memory(migration, progress);
	output_add(root, "migration", migration);
	return root;
}

static enum status print_sentence(const struct weft_check_result *found,
				  const struct weft_migrate_result *moved)
{
	char downtime[32];

	units_format_ns(downtime, sizeof(downtime), moved->downtime_ns);
	printf("process %u", moved->pid);
	if (found->name[0])
		printf(" (%s)", found->name);
	printf(" runs on node %u now, it stood still for %s\n", moved->node,
	       downtime);
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_OK;
	perror("weft: cannot write the result");
	return STATUS_ERROR;
}

static enum status print_memory(const struct weft_progress *progress)
{
	/* it has ended meanwhile: nothing is left of it anywhere */
	if (!progress->is_empty)
		printf("it has ended\n");
	else
		printf("all of its memory is there, %.1f MiB\n",
		       (double)progress->total_bytes / (1024.0 * 1024.0));
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_OK;
	perror("weft: cannot write the result");
	return STATUS_ERROR;
}

static enum status print_object(const struct context *context,
				const struct weft_check_result *found,
				const struct weft_migrate_result *moved,
				const struct weft_progress *progress)
{
	struct json_object *root = new_result(found, moved, progress);
	enum status status = print_result(context, root);

	json_object_put(root);
	return status;
}

static enum status print_moved(const struct context *context,
			       const struct weft_check_result *found,
			       const struct weft_migrate_result *moved)
{
	struct weft_progress progress = { .sz = sizeof(progress) };
	bool waits = context->own_count > 0;
	enum status status = STATUS_OK;

	if (!context->is_json)
		status = print_sentence(found, moved);
	if (waits && status == STATUS_OK)
		status = progress_wait(context, moved->serial, &progress);
	if (status != STATUS_OK)
		return status;
	if (context->is_json)
		return print_object(context, found, moved, waits ? &progress : NULL);
	return waits ? print_memory(&progress) : STATUS_OK;
}

/**
 * migrate_move() - move a process
 * @context: the command line
 * @options: which process, and where to
 * @moved:   receives what came of it
 *
 * Whoever lacks the right may have it by the daemon.
 *
 * Return: STATUS_OK, or another status after a sentence.
 */
enum status migrate_move(const struct context *context,
			 const struct weft_migrate_options *options,
			 struct weft_migrate_result *moved)
{
	int err = weft_migrate(context->weft, options, moved);
	enum status status;

	if (!err)
		return STATUS_OK;
	if (err == -EPERM)
		return owner_migrate(context, options, moved);
	status = module_failure(context, err);
	return err == -EOPNOTSUPP ? STATUS_CANNOT_MOVE : status;
}

/**
 * command_migrate() - weft migrate
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: a process and a node
 *
 * Return: the exit status; STATUS_CANNOT_MOVE if there is a reason.
 */
enum status command_migrate(struct context *context, int argc, char **argv)
{
	struct weft_migrate_options options = { .sz = sizeof(options) };
	struct weft_migrate_result moved = { .sz = sizeof(moved) };
	struct weft_check_result found = { .sz = sizeof(found) };
	struct weft_check_options check = { .sz = sizeof(check) };
	enum status status;

	status = check_parse(context, argc, argv, &check);
	if (status == STATUS_OK)
		status = check_refusals(context, &check, &found);
	if (status != STATUS_OK)
		return status;
	options.pid = check.pid;
	options.node = check.node;
	options.timeout_ms = check.timeout_ms;
	status = migrate_move(context, &options, &moved);
	return status == STATUS_OK ? print_moved(context, &found, &moved) : status;
}
