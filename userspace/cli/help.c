// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft help, and how every command ends: with a result or with a sentence.
 */
#include "command.h"
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char help_for_help[] =
"Shows how to use weft, or one of its commands: weft help COMMAND.\n";

static const char usage_text[] =
"Usage: weft [OPTION]... COMMAND\n"
"\n"
"Commands:\n";

static const char options_text[] =
"\n"
"Options:\n"
"      --json             print one JSON object instead of text\n"
"      --timeout SECONDS  longest wait for one answer (5)\n"
"      --socket PATH      socket of the weft daemon (" WEFT_DAEMON_SOCKET ")\n"
"  -h, --help             this text; after a command, the text about it\n"
"  -V, --version          version of this command\n";

static const char statuses_text[] =
"\n"
"Exit status: 0 done, 1 error, 2 wrong usage, 5 the weft daemon is not running,\n"
"6 no answer in time, 7 a process cannot move (check, migrate); of run that of its\n"
"command.\n";

static enum status finish(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_OK;
	perror("weft: cannot write the help text");
	return STATUS_ERROR;
}

static enum status print_overview(const struct context *context)
{
	const struct command *command;

	fputs(usage_text, stdout);
	for (command = context->commands; command->name; command++)
		printf("  %-10s%s\n", command->name, command->summary);
	fputs(options_text, stdout);
	fputs(statuses_text, stdout);
	return finish();
}

/**
 * help_print() - print the help text
 * @context: the command line
 * @name:    a command, or NULL for the overview
 *
 * Return: the exit status.
 */
enum status help_print(const struct context *context, const char *name)
{
	const struct command *command;

	if (!name)
		return print_overview(context);
	for (command = context->commands; command->name; command++) {
		if (!strcmp(command->name, name))
			break;
	}
	if (!command->name)
		return usage_error("there is no command '%s'", name);
	printf("Usage: weft [OPTION]... %s%s\n\n%s", command->name,
	       command->arguments ? command->arguments : "", command->help);
	fputs(options_text, stdout);
	return finish();
}

/**
 * usage_error() - say what was wrong with the command line
 * @format: half a sentence
 *
 * Return: STATUS_USAGE.
 */
enum status usage_error(const char *format, ...)
{
	va_list args;

	fputs("weft: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("; see 'weft --help'\n", stderr);
	return STATUS_USAGE;
}

/**
 * refuse_arguments() - for commands that take none
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments
 *
 * Return: STATUS_OK if there are none, STATUS_USAGE after a sentence.
 */
enum status refuse_arguments(const struct context *context, int argc,
			     char **argv)
{
	if (!argc)
		return STATUS_OK;
	return usage_error("'%s' takes no argument such as '%s'",
			   context->command->name, argv[0]);
}

/**
 * module_failure() - say why the module could not be asked
 * @context: the command line
 * @err:     what libweft returned
 *
 * Return: the exit status.
 */
enum status module_failure(const struct context *context, int err)
{
	fprintf(stderr, "weft: %s\n", weft_strerror(context->weft));
	return err == -ETIMEDOUT || err == -ETIME ? STATUS_TIMEOUT : STATUS_ERROR;
}

/**
 * print_result() - print what a command found out, as it was asked to
 * @context: the command line
 * @root:    the result
 *
 * Return: STATUS_OK, or STATUS_ERROR after a sentence.
 */
enum status print_result(const struct context *context,
			 struct json_object *root)
{
	if (!output_print(stdout, root, context->is_json))
		return STATUS_OK;
	perror("weft: cannot write the result");
	return STATUS_ERROR;
}

/**
 * command_help() - weft help
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: at most the name of a command
 *
 * Return: the exit status.
 */
enum status command_help(struct context *context, int argc, char **argv)
{
	if (argc > 1)
		return usage_error("'help' takes one command, not '%s', too",
				   argv[1]);
	return help_print(context, argc ? argv[0] : NULL);
}
