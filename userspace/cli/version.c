// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft version: who is installed, loaded and running in which version.
 */
#include "command.h"
#include "output.h"

#include <stdio.h>

const char help_for_version[] =
"Shows the versions of this command, of its library, of the loaded weft module\n"
"and of the running weft daemon; \"none\" for what is not there.\n"
"\n"
"Exit status: 0, also if module or daemon are not there.\n";

/**
 * command_version() - weft version
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: none are known
 *
 * Return: the exit status.
 */
enum status command_version(struct context *context, int argc, char **argv)
{
	struct weft_module module = { .sz = sizeof(module) };
	struct json_object *root, *section, *daemon;
	enum status status, daemon_status;
	const char *sentence;
	bool is_loaded;

	status = refuse_arguments(context, argc, argv);
	if (status != STATUS_OK)
		return status;
	is_loaded = !weft_module_get(context->weft, &module);
	daemon = daemon_get(context->weft, &daemon_status, &sentence);
	root = output_new();
	section = json_object_new_object();
	output_add_string(section, "command", WEFT_VERSION);
	output_add_string(section, "library", weft_version());
	output_add_string(section, "module",
			  is_loaded ? module.version : NULL);
	output_add(section, "daemon",
		   json_object_get(json_object_object_get(daemon, "version")));
	output_add(root, "version", section);
	status = print_result(context, root);
	json_object_put(daemon);
	json_object_put(root);
	return status;
}
