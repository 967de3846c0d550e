/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the sub-commands of weft share. A sub-command is a row in the table of
 * main.c and a file of its own.
 */
#ifndef WEFT_COMMAND_H
#define WEFT_COMMAND_H

#include "weft.h"

#include <getopt.h>
#include <stdbool.h>

struct json_object;

#define OPTION_OWN	1024	/* the first option of a sub-command */
#define OWN_OPTIONS_MAX	16	/* given at once */

/**
 * enum status - exit statuses; the numbers are part of the interface
 * @STATUS_OK:          done
 * @STATUS_ERROR:       failed; a sentence on stderr says why
 * @STATUS_USAGE:       the command line was not understood
 * @STATUS_DAEMON_DOWN: the daemon is not running
 * @STATUS_TIMEOUT:     somebody did not answer in time
 * @STATUS_CANNOT_MOVE: a process cannot move; the result says why
 */
enum status {
	STATUS_OK = 0,
	STATUS_ERROR = 1,
	STATUS_USAGE = 2,
	STATUS_DAEMON_DOWN = 5,
	STATUS_TIMEOUT = 6,
	STATUS_CANNOT_MOVE = 7,
};

struct context;

/**
 * struct command - one sub-command
 * @name:      as typed
 * @function:  does it; @argc and @argv hold what follows the name
 * @arguments: what follows the name in the help text; NULL for nothing
 * @options:   options of its own, numbered from OPTION_OWN, ended by a row
 *             without name; NULL for none
 * @is_prefix: its first argument ends the options: what follows is another command
 * @summary:   half a line for the list of commands
 * @help:      for 'weft help NAME'
 */
struct command {
	const char *name;
	enum status (*function)(struct context *context, int argc,
				char **argv);
	const char *arguments;
	const struct option *options;
	bool is_prefix;
	const char *summary;
	const char *help;
};

/**
 * struct own_option - an option of a sub-command, as it was given
 * @option: its number in the table of the sub-command
 * @value:  its argument, or NULL
 */
struct own_option {
	int option;
	const char *value;
};

/**
 * struct context - what the command line says, for all sub-commands
 * @weft:      the library's handle
 * @open:      how @weft was opened, for those who need more handles
 * @commands:  the table, ended by a row without name
 * @command:   the row of the running sub-command
 * @own:       options of the sub-command, in the order in which they were given
 * @own_count: how many of them
 * @is_json:   print JSON instead of text
 */
struct context {
	struct weft *weft;
	const struct weft_open_options *open;
	const struct command *commands;
	const struct command *command;
	const struct own_option *own;
	unsigned int own_count;
	bool is_json;
};

extern const struct option bench_options[];
extern const struct option ps_options[];
extern const struct option migrate_options[];

extern const char help_for_bench[];
extern const char help_for_check[];
extern const char help_for_help[];
extern const char help_for_keygen[];
extern const char help_for_migrate[];
extern const char help_for_peers[];
extern const char help_for_ps[];
extern const char help_for_run[];
extern const char help_for_status[];
extern const char help_for_version[];

enum status command_bench(struct context *context, int argc, char **argv);
enum status command_check(struct context *context, int argc, char **argv);
enum status command_help(struct context *context, int argc, char **argv);
enum status command_keygen(struct context *context, int argc, char **argv);
enum status command_migrate(struct context *context, int argc, char **argv);
enum status command_peers(struct context *context, int argc, char **argv);
enum status command_ps(struct context *context, int argc, char **argv);
enum status command_run(struct context *context, int argc, char **argv);
enum status command_status(struct context *context, int argc, char **argv);
enum status command_version(struct context *context, int argc, char **argv);

enum status help_print(const struct context *context, const char *name);
enum status usage_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
enum status refuse_arguments(const struct context *context, int argc,
			     char **argv);
enum status module_failure(const struct context *context, int err);
enum status print_result(const struct context *context,
			 struct json_object *root);

/* daemon.c: what the daemon says, and in what status that results */
struct json_object *daemon_get(struct weft *weft, enum status *status,
			       const char **sentence);

/* check.c */
enum status check_parse(const struct context *context, int argc, char **argv,
			struct weft_check_options *options);
enum status check_parse_node(const struct context *context, const char *node,
			     struct weft_check_options *options);
enum status check_refusals(const struct context *context,
			   const struct weft_check_options *options,
			   struct weft_check_result *found);

/* migrate.c */
enum status migrate_move(const struct context *context,
			 const struct weft_migrate_options *options,
			 struct weft_migrate_result *moved);

/* owner.c: the module refused, so the daemon is asked */
enum status owner_check(const struct context *context,
			const struct weft_check_options *options,
			struct weft_check_result *found, weft_reason_fn *reason,
			void *arg);
enum status owner_migrate(const struct context *context,
			  const struct weft_migrate_options *options,
			  struct weft_migrate_result *moved);

/* peers.c */
bool peer_is_up(const struct weft_peer *peer);

#endif /* WEFT_COMMAND_H */
