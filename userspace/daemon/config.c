// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration file. Strict: whatever is not understood is a problem, and
 * every problem is reported with its line, not only the first one.
 *
 * inih splits lines into section, key and value. It is fed line by line from
 * here, because it keeps quiet about empty sections, cuts long lines in two,
 * and takes an indented line for the continuation of the one before.
 */
#include "config.h"

#include "weft.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SENTENCE_LEN	512
#define BLANKS		" \t\r"

/**
 * struct key - one thing that can be configured
 * @section:     where it stands
 * @name:        what it is called
 * @is_required: the file must hold it
 * @is_name:     a cluster name; otherwise a number
 * @offset:      of the field in struct config
 * @min:         lowest number
 * @max:         highest number
 */
struct key {
	const char *section;
	const char *name;
	bool is_required;
	bool is_name;
	size_t offset;
	uint32_t min;
	uint32_t max;
};

static const struct key keys[] = {
	{ .section = "cluster", .name = "name", .is_required = true,
	  .is_name = true, .offset = offsetof(struct config, name) },
	{ .section = "cluster", .name = "node", .is_required = true,
	  .offset = offsetof(struct config, node),
	  .min = WEFT_NODE_MIN, .max = WEFT_NODE_MAX },
	{ .section = "cluster", .name = "lease_ms",
	  .offset = offsetof(struct config, lease_ms),
	  .min = WEFT_LEASE_MS_MIN, .max = WEFT_LEASE_MS_MAX },
};

#define KEY_COUNT	(sizeof(keys) / sizeof(keys[0]))

/**
 * struct parser - one run over one text
 * @config:        the result
 * @path:          for the problems
 * @next:          first byte that was not read yet
 * @end:           behind the last byte
 * @line:          number of the present line, from 1
 * @is_unanswered: inih got this line and did not call back about it yet
 * @is_skipping:   inside a section that is a problem itself
 * @seen:          line of each key, 0 while it did not appear
 * @problems:      how many so far
 * @problem:       told each of them
 * @arg:           for @problem
 */
struct parser {
	struct config *config;
	const char *path;
	const char *next;
	const char *end;
	unsigned int line;
	bool is_unanswered;
	bool is_skipping;
	unsigned int seen[KEY_COUNT];
	int problems;
	config_problem_fn *problem;
	void *arg;
};

static void report(struct parser *parser, unsigned int line,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void report(struct parser *parser, unsigned int line,
		   const char *format, ...)
{
	char sentence[SENTENCE_LEN];
	va_list args;
	int length;

	length = line ? snprintf(sentence, sizeof(sentence), "%s:%u: ",
				 parser->path, line) :
			snprintf(sentence, sizeof(sentence), "%s: ",
				 parser->path);
	if (length < 0 || (size_t)length >= sizeof(sentence))
		length = 0;
	va_start(args, format);
	vsnprintf(sentence + length, sizeof(sentence) - (size_t)length, format,
		  args);
	va_end(args);
	parser->problems++;
	parser->problem(sentence, parser->arg);
}

static void set_name(struct parser *parser, const struct key *key,
		     const char *value)
{
	char *field = (char *)parser->config + key->offset;

	if (!weft_cluster_name_is_valid(value)) {
		report(parser, parser->line,
		       "[%s] %s: '%s' is not a name: 1 to %d letters, digits, '.', '_' and '-', beginning with a letter or a digit",
		       key->section, key->name, value,
		       WEFT_CLUSTER_NAME_LEN - 1);
		return;
	}
	strcpy(field, value);
}

static void set_number(struct parser *parser, const struct key *key,
		       const char *value)
{
	uint32_t *field = (uint32_t *)((char *)parser->config + key->offset);
	size_t digits = strspn(value, "0123456789");
	unsigned long long number;

	if (!digits || value[digits]) {
		report(parser, parser->line,
		       "[%s] %s: '%s' is not a whole number from %u to %u",
		       key->section, key->name, value, key->min, key->max);
		return;
	}
	errno = 0;
	number = strtoull(value, NULL, 10);
	if (errno || number < key->min || number > key->max) {
		report(parser, parser->line,
		       "[%s] %s: %s is out of range: %u to %u",
		       key->section, key->name, value, key->min, key->max);
		return;
	}
	*field = (uint32_t)number;
}

static bool is_section(const char *name)
{
	size_t i;

	for (i = 0; i < KEY_COUNT; i++) {
		if (!strcmp(keys[i].section, name))
			return true;
	}
	return false;
}

static void take_key(struct parser *parser, const char *section,
		     const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < KEY_COUNT; i++) {
		if (!strcmp(keys[i].section, section) &&
		    !strcmp(keys[i].name, name))
			break;
	}
	if (i == KEY_COUNT) {
		report(parser, parser->line, "[%s] has no key '%s'", section,
		       name);
		return;
	}
	if (parser->seen[i]) {
		report(parser, parser->line,
		       "[%s] %s: set for the second time, first on line %u",
		       section, name, parser->seen[i]);
		return;
	}
	parser->seen[i] = parser->line;
	if (keys[i].is_name)
		set_name(parser, &keys[i], value);
	else
		set_number(parser, &keys[i], value);
}

/* Called by inih for each "key = value". Return: 1, problems do not stop it. */
static int receive_key(void *arg, const char *section, const char *name,
		       const char *value)
{
	struct parser *parser = arg;

	parser->is_unanswered = false;
	if (parser->is_skipping)
		return 1;
	if (!*section)
		report(parser, parser->line,
		       "'%s' stands before the first section", name);
	else
		take_key(parser, section, name, value);
	return 1;
}

static void check_section(struct parser *parser, char *line)
{
	char *comment = strstr(line, " ;");
	size_t length;

	if (comment)
		*comment = '\0';
	length = strlen(line);
	while (length && strchr(BLANKS, line[length - 1]))
		length--;
	line[length] = '\0';
	parser->is_skipping = true;
	if (line[length - 1] != ']') {
		report(parser, parser->line, "'%s' is not a section: [name]",
		       line);
		return;
	}
	line[length - 1] = '\0';
	if (is_section(line + 1))
		parser->is_skipping = false;
	else
		report(parser, parser->line, "there is no section [%s]",
		       line + 1);
	line[length - 1] = ']';
}

static bool is_plain_text(const char *line, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (line[i] != '\t' && (line[i] < ' ' || line[i] > '~'))
			return false;
	}
	return true;
}

/* Puts the next line into @line without the blanks around it. False if none. */
static bool next_line(struct parser *parser, const char **line, size_t *length)
{
	const char *start = parser->next;
	const char *stop;

	if (start == parser->end)
		return false;
	stop = memchr(start, '\n', (size_t)(parser->end - start));
	parser->next = stop ? stop + 1 : parser->end;
	if (!stop)
		stop = parser->end;
	parser->line++;
	while (start < stop && (*start == ' ' || *start == '\t'))
		start++;
	while (stop > start && (stop[-1] == ' ' || stop[-1] == '\t' ||
				stop[-1] == '\r'))
		stop--;
	*line = start;
	*length = (size_t)(stop - start);
	return true;
}

static void report_unanswered(struct parser *parser)
{
	if (parser->is_unanswered)
		report(parser, parser->line,
		       "neither '[section]' nor 'key = value'");
	parser->is_unanswered = false;
}

/* Called by inih for the next line. A line with a problem becomes empty. */
static char *give_line(char *buffer, int size, void *arg)
{
	struct parser *parser = arg;
	const char *line;
	size_t length;

	report_unanswered(parser);
	if (!next_line(parser, &line, &length))
		return NULL;
	buffer[0] = '\0';
	if (!length || *line == '#' || *line == ';')
		return buffer;
	if (length >= (size_t)size) {
		report(parser, parser->line,
		       "the line is too long: at most %d characters", size - 1);
		return buffer;
	}
	if (!is_plain_text(line, length)) {
		report(parser, parser->line,
		       "the line holds characters that are not plain ASCII text");
		return buffer;
	}
	memcpy(buffer, line, length);
	buffer[length] = '\0';
	if (*line == '[')
		check_section(parser, buffer);
	else
		parser->is_unanswered = true;
	return buffer;
}

/**
 * config_parse() - understand the text of a configuration file
 * @config:  the result; defaults where the text is silent
 * @path:    name of the file, for the problems
 * @text:    the text; need not end with NUL and may hold anything
 * @length:  bytes of @text
 * @problem: told each problem
 * @arg:     for @problem
 *
 * Return: 0, or the number of problems; then @config must not be used.
 */
int config_parse(struct config *config, const char *path, const char *text,
		 size_t length, config_problem_fn *problem, void *arg)
{
	struct parser parser = {
		.config = config,
		.path = path,
		.next = text,
		.end = text + length,
		.problem = problem,
		.arg = arg,
	};
	size_t i;

	memset(config, 0, sizeof(*config));
	config->lease_ms = WEFT_LEASE_MS_DEFAULT;
	if (ini_parse_stream(give_line, &parser, receive_key, &parser) < 0)
		report(&parser, 0, "out of memory");
	for (i = 0; i < KEY_COUNT; i++) {
		if (keys[i].is_required && !parser.seen[i])
			report(&parser, 0, "[%s] %s is missing",
			       keys[i].section, keys[i].name);
	}
	return parser.problems;
}

/* Reads all of @path. Return: bytes read, or -errno; -EFBIG, -EISDIR... */
static ssize_t read_file(const char *path, char *text, size_t size)
{
	ssize_t count = 1;
	size_t length = 0;
	struct stat stat;
	int fd, err = 0;

	/* opening a FIFO or a device must not block */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat))
		err = -errno;
	else if (!S_ISREG(stat.st_mode))
		err = -EINVAL;
	while (!err && count && length < size) {
		count = read(fd, text + length, size - length);
		if (count < 0 && errno != EINTR)
			err = -errno;
		if (count > 0)
			length += (size_t)count;
	}
	close(fd);
	if (!err && length == size)
		err = -EFBIG;
	return err ? err : (ssize_t)length;
}

/**
 * config_load() - read and understand a configuration file
 * @config:  the result
 * @path:    name of the file
 * @problem: told each problem
 * @arg:     for @problem
 *
 * Return: 0, or the number of problems; then @config must not be used.
 */
int config_load(struct config *config, const char *path,
		config_problem_fn *problem, void *arg)
{
	struct parser parser = { .path = path, .problem = problem, .arg = arg };
	char *text = malloc(CONFIG_SIZE_MAX + 1);
	ssize_t length;

	if (!text) {
		report(&parser, 0, "out of memory");
		return parser.problems;
	}
	length = read_file(path, text, CONFIG_SIZE_MAX + 1);
	if (length == -EFBIG)
		report(&parser, 0, "the file is larger than %d bytes",
		       CONFIG_SIZE_MAX);
	else if (length == -EINVAL)
		report(&parser, 0, "not a regular file");
	else if (length < 0)
		report(&parser, 0, "cannot read the file: %s",
		       strerror((int)-length));
	else
		parser.problems = config_parse(config, path, text,
					       (size_t)length, problem, arg);
	free(text);
	return parser.problems;
}
