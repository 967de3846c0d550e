/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of weftd.
 */
#ifndef WEFTD_OPTIONS_H
#define WEFTD_OPTIONS_H

#include <stdbool.h>

#define OPTIONS_PID_FILE	"/run/weft/weftd.pid"

/**
 * struct options - what the user asked for
 * @config:        configuration file, absolute
 * @socket:        control socket, absolute
 * @pid_file:      pid file, absolute; NULL for none
 * @body:          program for processes of other nodes, absolute
 * @log_level:     LOG_ERR..LOG_DEBUG
 * @is_check:      only validate the configuration
 * @is_background: run in the background
 */
struct options {
	char *config;
	char *socket;
	char *pid_file;
	char *body;
	int log_level;
	bool is_check;
	bool is_background;
};

/* What options_parse() returns besides exit statuses. */
#define OPTIONS_RUN	(-1)

int options_parse(struct options *options, int argc, char **argv);
void options_free(struct options *options);

#endif /* WEFTD_OPTIONS_H */
