/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines: to stderr, to syslog, or to both while a daemon in the background
 * still owes its starter an answer.
 */
#ifndef WEFTD_LOG_H
#define WEFTD_LOG_H

#include <stdbool.h>
#include <syslog.h>

/**
 * struct log - where lines go
 * @level:      the least important level that is written: LOG_ERR..LOG_DEBUG
 * @to_stderr:  write to stderr
 * @to_syslog:  write to syslog
 * @has_prefix: stderr is the journal and understands <N> prefixes
 */
struct log {
	int level;
	bool to_stderr;
	bool to_syslog;
	bool has_prefix;
};

void log_open(struct log *log, int level, bool to_syslog);
void log_write(const struct log *log, int level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int log_level_of_name(const char *name);

#endif /* WEFTD_LOG_H */
