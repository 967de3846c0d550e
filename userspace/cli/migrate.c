// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft migrate: move a process to another node. Whether it can is asked first, so
 * that all reasons why not are told.
 */
#include "command.h"
#include "output.h"
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
"Ends with status 0 once the process runs there, and with 7 if it cannot move.\n"
"After any error it goes on here. --timeout is for all of it, 60 seconds at most.\n";

static struct json_object *new_result(const struct weft_check_result *found,
				      const struct weft_migrate_result *moved)
{
	struct json_object *root = output_new();
	struct json_object *migration = json_object_new_object();

	output_add(migration, "pid", json_object_new_uint64(moved->pid));
	output_add_string(migration, "name", found->name[0] ? found->name : NULL);
	output_add(migration, "node", json_object_new_uint64(moved->node));
	output_add(migration, "serial", json_object_new_uint64(moved->serial));
	output_add(migration, "downtime_ns",
		   json_object_new_uint64(moved->downtime_ns));
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

static enum status print_moved(const struct context *context,
			       const struct weft_check_result *found,
			       const struct weft_migrate_result *moved)
{
	struct json_object *root;
	enum status status;

	if (!context->is_json)
		return print_sentence(found, moved);
	root = new_result(found, moved);
	status = print_result(context, root);
	json_object_put(root);
	return status;
}

/* Whoever lacks the right may have it by the daemon. */
static enum status move(const struct context *context,
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
	status = move(context, &options, &moved);
	return status == STATUS_OK ? print_moved(context, &found, &moved) : status;
}
