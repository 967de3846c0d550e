// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The key of the cluster. A file that anybody but root and the user of the
 * daemon could read or replace is no secret, and is refused before it is read.
 * No copy of the key stays behind in memory that was used on the way.
 */
#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS	(2 * KEY_LEN)

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static const char *parse_digits(struct key *key, const char *line,
				size_t length)
{
	uint8_t any = 0;
	int high, low;
	size_t i;

	if (length != DIGITS)
		return "the key does not have 64 hexadecimal digits";
	for (i = 0; i < KEY_LEN; i++) {
		high = digit_value(line[2 * i]);
		low = digit_value(line[2 * i + 1]);
		if (high < 0 || low < 0)
			return "the key holds something that is not a hexadecimal digit";
		key->bytes[i] = (uint8_t)(high << 4 | low);
		any |= key->bytes[i];
	}
	return any ? NULL : "the key is nothing but zeros";
}

/**
 * key_parse() - understand the text of a key file
 * @key:    the result; wiped if there is none
 * @text:   lines that begin with '#', and one with 64 hexadecimal digits
 * @length: bytes of @text
 *
 * Return: NULL, or what is wrong, half a sentence.
 */
const char *key_parse(struct key *key, const char *text, size_t length)
{
	const char *end = text + length;
	const char *problem = "there is no key in it";
	bool is_found = false;
	const char *stop;

	for (; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		if (!stop)
			stop = end;
		if (text == stop || *text == '#')
			continue;
		problem = is_found ? "there is more than one key in it" :
			  parse_digits(key, text, (size_t)(stop - text));
		is_found = true;
		if (problem)
			break;
	}
	if (problem)
		key_wipe(key);
	return problem;
}

/**
 * key_wipe() - leave nothing of a key behind
 * @key: the key
 */
void key_wipe(struct key *key)
{
	explicit_bzero(key, sizeof(*key));
}

static bool is_trusted(uid_t owner)
{
	return !owner || owner == geteuid();
}

/* Who can write to the directory can put another file into this place. */
static const char *check_directory(const char *path)
{
	struct stat stat_of_directory;
	char *copy = strdup(path);
	const char *problem = NULL;

	if (!copy)
		return "out of memory";
	if (stat(dirname(copy), &stat_of_directory))
		problem = "its directory cannot be examined";
	else if (!is_trusted(stat_of_directory.st_uid))
		problem = "its directory does not belong to root: 'chown root' it";
	else if (stat_of_directory.st_mode & 022)
		problem = "others can write to its directory: 'chmod go-w' it";
	free(copy);
	return problem;
}

/* What is wrong may be written to @text, of @size bytes. */
static const char *check_file(int fd, char *text, size_t size)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return "it cannot be examined";
	if (!S_ISREG(stat.st_mode))
		return "it is not a regular file";
	if (!is_trusted(stat.st_uid))
		return "it does not belong to root: 'chown root' it";
	if (!(stat.st_mode & 0177))
		return NULL;
	snprintf(text, size,
		 "its mode is %04o, and may be 0600 at most: 'chmod 600' it",
		 stat.st_mode & 07777);
	return text;
}

static const char *read_key(struct key *key, int fd)
{
	char text[KEY_SIZE_MAX + 1];
	const char *problem;
	ssize_t count = 1;
	size_t length = 0;

	while (count && length < sizeof(text)) {
		count = read(fd, text + length, sizeof(text) - length);
		if (count < 0 && errno != EINTR)
			break;
		if (count > 0)
			length += (size_t)count;
	}
	if (count < 0)
		problem = strerror(errno);
	else if (length == sizeof(text))
		problem = "it has more than 4096 bytes";
	else
		problem = key_parse(key, text, length);
	explicit_bzero(text, sizeof(text));
	return problem;
}

/**
 * key_load() - read a key file that nobody else can read or replace
 * @key:     the result; to be wiped with key_wipe()
 * @path:    name of the file
 * @problem: one sentence if there is no result
 * @size:    bytes of @problem; KEY_PROBLEM_LEN is enough
 *
 * Return: 0, or -EINVAL with @problem.
 */
int key_load(struct key *key, const char *path, char *problem, size_t size)
{
	const char *what = NULL;
	char text[80];
	int fd;

	/* opening a FIFO or a device must not block */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
		  O_NOFOLLOW);
	if (fd < 0 && errno == ELOOP)
		what = "it is a symbolic link: name the file itself";
	else if (fd < 0 && errno == ENOENT)
		what = "it does not exist: make it with 'weft keygen', or copy it";
	else if (fd < 0)
		what = strerror(errno);
	if (!what)
		what = check_file(fd, text, sizeof(text));
	if (!what)
		what = check_directory(path);
	if (!what)
		what = read_key(key, fd);
	if (fd >= 0)
		close(fd);
	if (!what)
		return 0;
	snprintf(problem, size, "cannot use the key file %s: %s", path, what);
	return -EINVAL;
}
