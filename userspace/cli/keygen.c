// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft keygen: a new key. A file either holds a whole key, on disk and readable
 * by its owner only, or does not exist; one that exists is never touched.
 */
#include "command.h"
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_FILE	"/etc/weft/key"
#define KEY_LEN		32	/* bytes */
#define KEY_COMMENT	"# weft cluster key: copy this file to every node, readable by root only\n"
#define KEY_TEXT_LEN	(sizeof(KEY_COMMENT) + 2 * KEY_LEN + 1)

const char help_for_keygen[] =
"Makes a key for a new cluster and writes it to FILE, " KEY_FILE " unless\n"
"given, readable by its owner only; '-' is standard output. Copy the file to\n"
"every node of the cluster. A file that exists is never overwritten.\n";

static int make_key(char text[KEY_TEXT_LEN])
{
	uint8_t key[KEY_LEN];
	size_t length, i;

	/* 256 bytes at most are never cut short, and never by a signal */
	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return -errno;
	strcpy(text, KEY_COMMENT);
	length = strlen(text);
	for (i = 0; i < sizeof(key); i++)
		length += (size_t)sprintf(text + length, "%02x", key[i]);
	strcpy(text + length, "\n");
	explicit_bzero(key, sizeof(key));
	return 0;
}

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t count;

	while (left) {
		count = write(fd, text, left);
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0) {
			text += count;
			left -= (size_t)count;
		}
	}
	return 0;
}

static enum status explain_create(const char *path, int err)
{
	if (err == -EEXIST)
		fprintf(stderr,
			"weft: %s exists already: remove it first, if no node needs it\n",
			path);
	else if (err == -ENOENT)
		fprintf(stderr, "weft: the directory of %s does not exist: create it first\n",
			path);
	else
		fprintf(stderr, "weft: cannot create %s: %s\n", path,
			strerror(-err));
	return STATUS_ERROR;
}

static enum status write_file(const char *path, const char *text)
{
	int err, fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return explain_create(path, -errno);
	/* whatever the umask is */
	err = fchmod(fd, 0600) ? -errno : 0;
	if (!err)
		err = write_all(fd, text);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err)
		return STATUS_OK;
	unlink(path);
	fprintf(stderr, "weft: cannot write %s, which is removed again: %s\n",
		path, strerror(-err));
	return STATUS_ERROR;
}

static enum status write_output(const char *text)
{
	int err = write_all(STDOUT_FILENO, text);

	if (!err)
		return STATUS_OK;
	fprintf(stderr, "weft: cannot write the key: %s\n", strerror(-err));
	return STATUS_ERROR;
}

static enum status print_path(const struct context *context, const char *path)
{
	struct json_object *section = json_object_new_object();
	struct json_object *root = output_new();
	enum status status;

	output_add_string(section, "path", path);
	output_add(root, "key", section);
	status = print_result(context, root);
	json_object_put(root);
	return status;
}

/**
 * command_keygen() - weft keygen
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: at most the name of a file
 *
 * Return: the exit status.
 */
enum status command_keygen(struct context *context, int argc, char **argv)
{
	const char *path = argc ? argv[0] : KEY_FILE;
	bool is_output = !strcmp(path, "-");
	char text[KEY_TEXT_LEN];
	enum status status;
	int err;

	if (argc > 1)
		return usage_error("'keygen' takes one file, not '%s', too",
				   argv[1]);
	if (is_output && context->is_json)
		return usage_error("'keygen -' prints the key as it is, not as JSON");
	err = make_key(text);
	if (err) {
		fprintf(stderr, "weft: the kernel gives no random numbers: %s\n",
			strerror(-err));
		return STATUS_ERROR;
	}
	status = is_output ? write_output(text) : write_file(path, text);
	explicit_bzero(text, sizeof(text));
	if (status != STATUS_OK || is_output)
		return status;
	return print_path(context, path);
}
