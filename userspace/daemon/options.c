// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line of weftd.
 */
#include "options.h"

#include "config.h"
#include "log.h"
#include "weft.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE	2

static const char help_text[] =
"Usage: weftd [OPTION]...\n"
"\n"
"The weft daemon: gives the weft module of this machine its identity and\n"
"watches over it.\n"
"\n"
"  -c, --config FILE      configuration file (" CONFIG_PATH ")\n"
"      --check            only validate the configuration file\n"
"      --foreground       stay in the foreground, log to stderr (default)\n"
"      --daemon           go to the background once ready, log to syslog\n"
"      --pid-file FILE    write the process number to FILE; with --daemon\n"
"                         " OPTIONS_PID_FILE " unless told otherwise\n"
"      --socket PATH      control socket (" WEFT_DAEMON_SOCKET ")\n"
"      --body FILE        program that becomes a process of another node\n"
"                         (" WEFT_BODY_PATH ")\n"
"      --log-level LEVEL  error, warning, notice, info (default) or debug\n"
"  -h, --help             this text\n"
"  -V, --version          version of weftd\n"
"\n"
"Exit status: 0 after a clean stop, 1 after an error, 2 for wrong usage.\n";

enum {
	OPTION_CHECK = 256,
	OPTION_FOREGROUND,
	OPTION_DAEMON,
	OPTION_PID_FILE,
	OPTION_SOCKET,
	OPTION_LOG_LEVEL,
	OPTION_BODY,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "foreground", no_argument, NULL, OPTION_FOREGROUND },
	{ "daemon", no_argument, NULL, OPTION_DAEMON },
	{ "pid-file", required_argument, NULL, OPTION_PID_FILE },
	{ "socket", required_argument, NULL, OPTION_SOCKET },
	{ "log-level", required_argument, NULL, OPTION_LOG_LEVEL },
	{ "body", required_argument, NULL, OPTION_BODY },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static int usage_error(void)
{
	fputs("weftd: see 'weftd --help'\n", stderr);
	return EXIT_USAGE;
}

/* Relative names must stay true after the background process leaves for "/". */
static int set_path(char **path, const char *value)
{
	char *directory;
	int length = 0;

	free(*path);
	*path = NULL;
	if (!*value) {
		fputs("weftd: a file name is empty\n", stderr);
		return usage_error();
	}
	if (*value == '/') {
		*path = strdup(value);
	} else {
		directory = getcwd(NULL, 0);
		if (directory)
			length = asprintf(path, "%s/%s", directory, value);
		free(directory);
	}
	if (length < 0)
		*path = NULL;
	if (*path)
		return OPTIONS_RUN;
	perror("weftd: cannot find the present directory");
	return EXIT_FAILURE;
}

static int set_log_level(struct options *options, const char *name)
{
	options->log_level = log_level_of_name(name);
	if (options->log_level >= 0)
		return OPTIONS_RUN;
	fprintf(stderr,
		"weftd: '%s' is no log level: error, warning, notice, info or debug\n",
		name);
	return usage_error();
}

static int print(const char *text)
{
	return fputs(text, stdout) < 0 || fflush(stdout) ? EXIT_FAILURE :
							    EXIT_SUCCESS;
}

static int take_option(struct options *options, int option)
{
	switch (option) {
	case 'c':
		return set_path(&options->config, optarg);
	case OPTION_CHECK:
		options->is_check = true;
		return OPTIONS_RUN;
	case OPTION_FOREGROUND:
		options->is_background = false;
		return OPTIONS_RUN;
	case OPTION_DAEMON:
		options->is_background = true;
		return OPTIONS_RUN;
	case OPTION_PID_FILE:
		return set_path(&options->pid_file, optarg);
	case OPTION_SOCKET:
		return set_path(&options->socket, optarg);
	case OPTION_BODY:
		return set_path(&options->body, optarg);
	case OPTION_LOG_LEVEL:
		return set_log_level(options, optarg);
	case 'h':
		return print(help_text);
	case 'V':
		return print("weftd " WEFT_VERSION "\n");
	default:
		return usage_error();
	}
}

static int set_defaults(struct options *options)
{
	int status = OPTIONS_RUN;

	if (!options->config)
		status = set_path(&options->config, CONFIG_PATH);
	if (status == OPTIONS_RUN && !options->socket)
		status = set_path(&options->socket, WEFT_DAEMON_SOCKET);
	if (status == OPTIONS_RUN && !options->body)
		status = set_path(&options->body, WEFT_BODY_PATH);
	if (status == OPTIONS_RUN && !options->pid_file &&
	    options->is_background)
		status = set_path(&options->pid_file, OPTIONS_PID_FILE);
	return status;
}

/**
 * options_parse() - understand the command line
 * @options: the result; to be released with options_free() in any case
 * @argc:    as main() got it
 * @argv:    as main() got it
 *
 * Return: OPTIONS_RUN, or the status to exit with at once; then everything
 * that is to be said has been said.
 */
int options_parse(struct options *options, int argc, char **argv)
{
	int status = OPTIONS_RUN;
	int option;

	memset(options, 0, sizeof(*options));
	options->log_level = LOG_INFO;
	while (status == OPTIONS_RUN) {
		option = getopt_long(argc, argv, "c:hV", long_options, NULL);
		if (option < 0)
			break;
		status = take_option(options, option);
	}
	if (status != OPTIONS_RUN)
		return status;
	if (optind < argc) {
		fprintf(stderr, "weftd: '%s' is not an option\n", argv[optind]);
		return usage_error();
	}
	return set_defaults(options);
}

/**
 * options_free() - release what options_parse() allocated
 * @options: the options
 */
void options_free(struct options *options)
{
	free(options->config);
	free(options->socket);
	free(options->pid_file);
	free(options->body);
}
