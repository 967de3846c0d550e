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

#include "config_value.h"

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
#define NODES		"nodes"	/* the section whose keys are numbers */

static const struct config_key keys[] = {
	{ .section = "cluster", .name = "name", .is_required = true,
	  .set = config_set_name },
	{ .section = "cluster", .name = "node", .is_required = true,
	  .set = config_set_number, .offset = offsetof(struct config, node),
	  .min = WEFT_NODE_MIN, .max = WEFT_NODE_MAX },
	{ .section = "cluster", .name = "lease_ms",
	  .set = config_set_number, .offset = offsetof(struct config, lease_ms),
	  .min = WEFT_LEASE_MS_MIN, .max = WEFT_LEASE_MS_MAX },
	{ .section = "network", .name = "listen", .set = config_set_listen },
	{ .section = "network", .name = "port",
	  .set = config_set_number, .offset = offsetof(struct config, port),
	  .min = 1, .max = 65535 },
	{ .section = "security", .name = "key_file",
	  .set = config_set_key_file },
	{ .section = "security", .name = "insecure",
	  .set = config_set_insecure },
	{ .section = "security", .name = "cipher", .set = config_set_cipher },
	{ .section = "membership", .name = "backend",
	  .set = config_set_backend },
	{ .section = "migrate", .name = "owners", .set = config_set_owners },
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
 * @seen_nodes:    line of each node in [nodes], likewise
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
	unsigned int seen_nodes[WEFT_NODE_MAX + 1];
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

static bool is_section(const char *name)
{
	size_t i;

	for (i = 0; i < KEY_COUNT; i++) {
		if (!strcmp(keys[i].section, name))
			return true;
	}
	return !strcmp(name, NODES);
}

/* False, and a problem, if @name has been set on an earlier line. */
static bool note_line(struct parser *parser, unsigned int *seen,
		      const char *section, const char *name)
{
	if (*seen) {
		report(parser, parser->line,
		       "[%s] %s: set for the second time, first on line %u",
		       section, name, *seen);
		return false;
	}
	*seen = parser->line;
	return true;
}

/* A key of [nodes] is the number of a node. */
static void take_node(struct parser *parser, const char *name,
		      const char *value)
{
	struct config *config = parser->config;
	char why[CONFIG_WHY_LEN];
	uint32_t node;

	if (!config_parse_number(name, WEFT_NODE_MIN, WEFT_NODE_MAX, &node,
				 why)) {
		report(parser, parser->line, "[" NODES "] the node: %s", why);
		return;
	}
	if (!note_line(parser, &parser->seen_nodes[node], NODES, name))
		return;
	if (config_parse_node(value, &config->nodes[node], why))
		config->members |= 1ULL << (node - 1);
	else
		report(parser, parser->line, "[" NODES "] %s: %s", name, why);
}

static void take_key(struct parser *parser, const char *section,
		     const char *name, const char *value)
{
	char why[CONFIG_WHY_LEN];
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
	if (!note_line(parser, &parser->seen[i], section, name))
		return;
	if (!keys[i].set(parser->config, &keys[i], value, why))
		report(parser, parser->line, "[%s] %s: %s", section, name, why);
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
	else if (!strcmp(section, NODES))
		take_node(parser, name, value);
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

static unsigned int line_of_key(const struct parser *parser, const char *name)
{
	size_t i;

	for (i = 0; i < KEY_COUNT; i++) {
		if (!strcmp(keys[i].name, name))
			return parser->seen[i];
	}
	return 0;
}

/* Whether there is a key must be said, and must not be said twice. */
static void check_security(struct parser *parser)
{
	unsigned int key = line_of_key(parser, "key_file");
	unsigned int insecure = line_of_key(parser, "insecure");

	if (key && insecure)
		report(parser, key > insecure ? key : insecure,
		       "[security] key_file and insecure exclude each other: remove one of them");
	if (!key && !insecure && parser->config->members)
		report(parser, 0,
		       "[security] key_file is missing: name the file that 'weft keygen' made, or say 'insecure = yes'");
}

/* Two nodes cannot be in the same place. */
static void check_place(struct parser *parser, uint32_t node)
{
	const struct address *nodes = parser->config->nodes;
	uint32_t other;

	for (other = WEFT_NODE_MIN; other < node; other++) {
		if (address_is_same_host(&nodes[other], &nodes[node]) &&
		    address_port(&nodes[other]) == address_port(&nodes[node]))
			report(parser, parser->seen_nodes[node],
			       "[" NODES "] %u: node %u has the same address and port, on line %u",
			       node, other, parser->seen_nodes[other]);
	}
}

static void check_nodes(struct parser *parser)
{
	struct config *config = parser->config;
	struct address *self = &config->nodes[config->node];
	uint32_t node;

	for (node = WEFT_NODE_MIN; node <= WEFT_NODE_MAX; node++) {
		if (!(config->members >> (node - 1) & 1))
			continue;
		if (!address_port(&config->nodes[node]))
			address_set_port(&config->nodes[node],
					 (uint16_t)config->port);
		check_place(parser, node);
	}
	if (config->node == WEFT_NODE_NONE)
		return;
	if (!parser->seen_nodes[config->node])
		report(parser, 0,
		       "[" NODES "] %u is missing: this node belongs to the list, too",
		       config->node);
	else if (address_port(self) && address_port(self) != config->port)
		report(parser, parser->seen_nodes[config->node],
		       "[" NODES "] %u: others would dial port %u, but [network] port is %u",
		       config->node, address_port(self), config->port);
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
	config->port = CONFIG_PORT_DEFAULT;
	config->cipher = WEFT_CIPHER_AES_128_GCM;
	if (ini_parse_stream(give_line, &parser, receive_key, &parser) < 0)
		report(&parser, 0, "out of memory");
	for (i = 0; i < KEY_COUNT; i++) {
		if (keys[i].is_required && !parser.seen[i])
			report(&parser, 0, "[%s] %s is missing",
			       keys[i].section, keys[i].name);
	}
	check_security(&parser);
	if (config->members)
		check_nodes(&parser);
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
