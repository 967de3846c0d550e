// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft: the table of commands and the options that all of them share.
 */
#include "command.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_SECONDS_MAX	3600

static const struct command commands[] = {
	{ "status", command_status,
	  "this node: module, identity, daemon, known nodes", help_for_status },
	{ "version", command_version,
	  "versions of command, library, module and daemon", help_for_version },
	{ "help", command_help,
	  "how to use weft or one of its commands", help_for_help },
	{ NULL, NULL, NULL, NULL },
};

enum {
	OPTION_JSON = 256,
	OPTION_TIMEOUT,
	OPTION_SOCKET,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "socket", required_argument, NULL, OPTION_SOCKET },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/**
 * struct arguments - the command line, taken apart
 * @open:       for weft_open()
 * @is_json:    --json was given
 * @is_help:    --help was given
 * @is_version: --version was given
 */
struct arguments {
	struct weft_open_options open;
	bool is_json;
	bool is_help;
	bool is_version;
};

static enum status set_timeout(struct arguments *arguments, const char *value)
{
	double seconds;
	char *end;

	seconds = strtod(value, &end);
	if (end == value || *end || !isfinite(seconds) || seconds < 0.001 ||
	    seconds > TIMEOUT_SECONDS_MAX)
		return usage_error("'%s' is no timeout: 0.001 to %d seconds",
				   value, TIMEOUT_SECONDS_MAX);
	arguments->open.timeout_ms = (uint32_t)(seconds * 1000 + 0.5);
	return STATUS_OK;
}

static enum status take_option(struct arguments *arguments, int option)
{
	switch (option) {
	case OPTION_JSON:
		arguments->is_json = true;
		return STATUS_OK;
	case OPTION_TIMEOUT:
		return set_timeout(arguments, optarg);
	case OPTION_SOCKET:
		arguments->open.socket_path = optarg;
		return STATUS_OK;
	case 'h':
		arguments->is_help = true;
		return STATUS_OK;
	case 'V':
		arguments->is_version = true;
		return STATUS_OK;
	default:
		/* getopt has said what is wrong */
		fputs("weft: see 'weft --help'\n", stderr);
		return STATUS_USAGE;
	}
}

static enum status parse(struct arguments *arguments, int argc, char **argv)
{
	enum status status = STATUS_OK;
	int option;

	while (status == STATUS_OK) {
		option = getopt_long(argc, argv, "hV", long_options, NULL);
		if (option < 0)
			break;
		status = take_option(arguments, option);
	}
	return status;
}

static const struct command *find_command(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++) {
		if (!strcmp(command->name, name))
			return command;
	}
	return NULL;
}

static enum status run(struct context *context,
		       const struct weft_open_options *options, int argc,
		       char **argv)
{
	enum status status;
	int err;

	err = weft_open(&context->weft, options);
	if (err) {
		fprintf(stderr, "weft: cannot open libweft: %s\n",
			strerror(-err));
		return STATUS_ERROR;
	}
	status = context->command->function(context, argc, argv);
	weft_close(context->weft);
	return status;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .open.sz = sizeof(arguments.open) };
	struct context context = { .commands = commands };
	const char *name;
	enum status status;

	status = parse(&arguments, argc, argv);
	if (status != STATUS_OK)
		return status;
	name = argv[optind];
	if (arguments.is_help)
		return help_print(&context, name);
	if (arguments.is_version)
		return puts("weft " WEFT_VERSION) < 0 || fflush(stdout) ?
		       STATUS_ERROR : STATUS_OK;
	if (!name)
		return usage_error("no command given");
	context.command = find_command(name);
	if (!context.command)
		return usage_error("there is no command '%s'", name);
	context.is_json = arguments.is_json;
	return run(&context, &arguments.open, argc - optind - 1,
		   argv + optind + 1);
}
