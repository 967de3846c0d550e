// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft: the table of commands and the options that all of them share.
 */
#include "command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_SECONDS_MAX	3600

static const struct command commands[] = {
	{ .name = "status", .function = command_status,
	  .summary = "this node: module, identity, view, daemon, known nodes",
	  .help = help_for_status },
	{ .name = "peers", .function = command_peers,
	  .summary = "the connections to the other members of the cluster",
	  .help = help_for_peers },
	{ .name = "check", .function = command_check, .arguments = " PID NODE",
	  .summary = "can a process move to a node, and if not, why not?",
	  .help = help_for_check },
	{ .name = "migrate", .function = command_migrate,
	  .arguments = " PID NODE [--wait]",
	  .options = migrate_options,
	  .summary = "move a process to another node",
	  .help = help_for_migrate },
	{ .name = "run", .function = command_run, .is_prefix = true,
	  .arguments = " NODE COMMAND [ARG]...",
	  .summary = "start a command here and let it run on another node",
	  .help = help_for_run },
	{ .name = "ps", .function = command_ps, .arguments = " [--node N]",
	  .options = ps_options,
	  .summary = "the processes of all nodes that are not at home",
	  .help = help_for_ps },
	{ .name = "keygen", .function = command_keygen,
	  .arguments = " [FILE]",
	  .summary = "make a key for a new cluster",
	  .help = help_for_keygen },
	{ .name = "bench", .function = command_bench,
	  .arguments = " echo|tcp-server [OPTION]...",
	  .options = bench_options,
	  .summary = "measure how fast nodes talk to each other",
	  .help = help_for_bench },
	{ .name = "version", .function = command_version,
	  .summary = "versions of command, library, module and daemon",
	  .help = help_for_version },
	{ .name = "help", .function = command_help, .arguments = " [COMMAND]",
	  .summary = "how to use weft or one of its commands",
	  .help = help_for_help },
	{ .name = NULL },
};

#define OPTIONS_MAX	32	/* rows of a table of options, with its end */

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
 * @own:        options of the sub-command
 * @own_count:  how many of @own there are
 * @is_json:    --json was given
 * @is_help:    --help was given
 * @is_version: --version was given
 */
struct arguments {
	struct weft_open_options open;
	struct own_option own[OWN_OPTIONS_MAX];
	unsigned int own_count;
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

static enum status take_own_option(struct arguments *arguments, int option)
{
	if (arguments->own_count == OWN_OPTIONS_MAX)
		return usage_error("more than %d options", OWN_OPTIONS_MAX);
	arguments->own[arguments->own_count++] = (struct own_option){
		.option = option, .value = optarg,
	};
	return STATUS_OK;
}

static enum status take_option(struct arguments *arguments, int option)
{
	if (option >= OPTION_OWN)
		return take_own_option(arguments, option);
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

static enum status parse(struct arguments *arguments, int argc, char **argv,
			 const char *short_options,
			 const struct option *options)
{
	enum status status = STATUS_OK;
	int option;

	while (status == STATUS_OK) {
		option = getopt_long(argc, argv, short_options, options, NULL);
		if (option < 0)
			break;
		status = take_option(arguments, option);
	}
	return status;
}

/*
 * What follows the name of the command, options of all commands and its own in
 * any order. Afterwards the arguments begin at @argv[optind].
 */
static enum status parse_rest(struct arguments *arguments,
			      const struct command *command, int argc,
			      char **argv)
{
	struct option options[OPTIONS_MAX] = { 0 };
	const struct option *own = command->options;
	size_t count = sizeof(long_options) / sizeof(*long_options) - 1;

	memcpy(options, long_options, sizeof(long_options));
	while (own && own->name && count < OPTIONS_MAX - 1)
		options[count++] = *own++;
	/* 0 makes getopt forget the first run */
	optind = 0;
	return parse(arguments, argc, argv, command->is_prefix ? "+hV" : "hV",
		     options);
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

/* The command called @argv[0], with what follows it. */
static enum status run_command(struct arguments *arguments, int argc,
			       char **argv, char *program)
{
	struct context context = { .commands = commands };
	const char *name = argv[0];
	enum status status;

	context.command = find_command(name);
	if (!context.command)
		return usage_error("there is no command '%s'", name);
	/* getopt begins its sentences with this word */
	argv[0] = program;
	status = parse_rest(arguments, context.command, argc, argv);
	if (status != STATUS_OK)
		return status;
	if (arguments->is_help)
		return help_print(&context, name);
	context.is_json = arguments->is_json;
	context.open = &arguments->open;
	context.own = arguments->own;
	context.own_count = arguments->own_count;
	return run(&context, &arguments->open, argc - optind, argv + optind);
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .open.sz = sizeof(arguments.open) };
	const struct context context = { .commands = commands };
	enum status status;

	status = parse(&arguments, argc, argv, "+hV", long_options);
	if (status != STATUS_OK)
		return status;
	if (arguments.is_help)
		return help_print(&context, argv[optind]);
	if (arguments.is_version)
		return puts("weft " WEFT_VERSION) < 0 || fflush(stdout) ?
		       STATUS_ERROR : STATUS_OK;
	if (!argv[optind])
		return usage_error("no command given");
	return run_command(&arguments, argc - optind, argv + optind, argv[0]);
}
