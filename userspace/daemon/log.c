// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Log lines. Each call writes exactly one line, whatever the text holds: text
 * from files and from other programs cannot forge a second one.
 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_LEN	1024

static const struct {
	const char *name;
	int level;
} levels[] = {
	{ "error", LOG_ERR },
	{ "warning", LOG_WARNING },
	{ "notice", LOG_NOTICE },
	{ "info", LOG_INFO },
	{ "debug", LOG_DEBUG },
};

/**
 * log_level_of_name() - the level that a user means
 * @name: error, warning, notice, info or debug
 *
 * Return: LOG_ERR..LOG_DEBUG, or -1 for any other name.
 */
int log_level_of_name(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (!strcmp(name, levels[i].name))
			return levels[i].level;
	}
	return -1;
}

/* $JOURNAL_STREAM is inherited by everybody: only an equal inode counts. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat stat;

	if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
		return false;
	if (fstat(STDERR_FILENO, &stat))
		return false;
	return stat.st_dev == device && stat.st_ino == inode;
}

/**
 * log_open() - begin to log to stderr, and to syslog if wanted
 * @log:       the log
 * @level:     the least important level that is written
 * @to_syslog: write to syslog, too
 */
void log_open(struct log *log, int level, bool to_syslog)
{
	log->level = level;
	log->to_stderr = true;
	log->to_syslog = to_syslog;
	log->has_prefix = stderr_is_journal();
	if (to_syslog)
		openlog("weftd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

static const char *name_of_level(int level)
{
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (levels[i].level == level)
			return levels[i].name;
	}
	return "error";
}

/**
 * log_write() - write one line
 * @log:    the log
 * @level:  LOG_ERR..LOG_DEBUG
 * @format: the text, without newline
 */
void log_write(const struct log *log, int level, const char *format, ...)
{
	char line[LINE_LEN];
	va_list args;
	char *c;

	if (level > log->level)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	for (c = line; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	if (log->to_syslog)
		syslog(level, "%s", line);
	if (!log->to_stderr)
		return;
	if (log->has_prefix)
		fprintf(stderr, "<%d>%s\n", level, line);
	else
		fprintf(stderr, "weftd: %s: %s\n", name_of_level(level), line);
}
