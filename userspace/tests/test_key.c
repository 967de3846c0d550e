// SPDX-License-Identifier: GPL-2.0-or-later
/* The key file: what is a key, and which files are trusted. */
#include "key.h"
#include "ktap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZEROS	"00000000000000000000000000000000"
#define HALF	"00112233445566778899aabbccddeeff"
#define HALF_BUT_TWO	"0123456789ABCDEF0123456789abcd"
#define DIGITS	HALF HALF_BUT_TWO "ef"

/**
 * struct place - a directory with a key file
 * @directory: its name
 * @path:      name of the file
 * @key:       the key, after load()
 * @problem:   the sentence, if there is none
 */
struct place {
	char directory[64];
	char path[128];
	struct key key;
	char problem[KEY_PROBLEM_LEN];
};

static void write_file(const struct place *place, const char *text, mode_t mode)
{
	FILE *file = fopen(place->path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file) ||
	    chmod(place->path, mode))
		abort();
}

static void make_place(struct place *place)
{
	strcpy(place->directory, "/tmp/weft-test-key.XXXXXX");
	if (!mkdtemp(place->directory))
		abort();
	snprintf(place->path, sizeof(place->path), "%s/key", place->directory);
	write_file(place, "# comment\n" DIGITS "\n", 0600);
}

static void remove_place(const struct place *place)
{
	unlink(place->path);
	rmdir(place->directory);
}

static int load(struct place *place)
{
	place->problem[0] = '\0';
	return key_load(&place->key, place->path, place->problem,
			sizeof(place->problem));
}

static const char *parse(struct key *key, const char *text)
{
	/* exactly as long as the text: a sanitizer sees each byte too many */
	size_t length = strlen(text);
	char *copy = malloc(length ? length : 1);
	const char *problem;

	if (!copy)
		abort();
	memcpy(copy, text, length);
	problem = key_parse(key, copy, length);
	free(copy);
	return problem;
}

static void key_is_64_digits(struct ktap *test)
{
	struct key key;

	EXPECT(test, !parse(&key, DIGITS "\n"));
	EXPECT_EQ(test, 0x11, key.bytes[1]);
	EXPECT_EQ(test, 0xff, key.bytes[15]);
	EXPECT_EQ(test, 0xab, key.bytes[21]);
	EXPECT(test, !parse(&key, DIGITS));
	EXPECT(test, !parse(&key, "# a\n\n#\n" DIGITS "\n# b"));
}

static void anything_else_is_no_key(struct ktap *test)
{
	static const char * const texts[] = {
		"", "\n", "# only a comment\n", "0", DIGITS "0\n", " " DIGITS,
		DIGITS "\r\n", DIGITS "\n" DIGITS "\n", DIGITS " # comment\n",
		"xy" HALF HALF_BUT_TWO "\n", ZEROS ZEROS "\n",
	};
	struct key empty = { 0 };
	struct key key;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		EXPECT(test, parse(&key, texts[i]));
		EXPECT(test, !memcmp(&key, &empty, sizeof(key)));
	}
}

static void private_file_is_taken(struct ktap *test)
{
	struct place place;

	make_place(&place);
	EXPECT_EQ(test, 0, load(&place));
	EXPECT_EQ(test, 0x22, place.key.bytes[2]);
	chmod(place.path, 0400);
	EXPECT_EQ(test, 0, load(&place));
	remove_place(&place);
}

static void file_that_others_can_use_is_refused(struct ktap *test)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0666, 0610,
					0700 };
	struct place place;
	size_t i;

	make_place(&place);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		chmod(place.path, modes[i]);
		EXPECT(test, load(&place));
		EXPECT(test, strstr(place.problem, "chmod 600"));
		EXPECT(test, strstr(place.problem, place.path));
	}
	remove_place(&place);
}

static void directory_that_others_can_change_is_refused(struct ktap *test)
{
	struct place place;

	make_place(&place);
	chmod(place.directory, 0777);
	EXPECT(test, load(&place));
	EXPECT(test, strstr(place.problem, "chmod go-w"));
	chmod(place.directory, 0755);
	EXPECT_EQ(test, 0, load(&place));
	remove_place(&place);
}

static void file_of_another_user_is_refused(struct ktap *test)
{
	struct place place;

	make_place(&place);
	if (geteuid() || chown(place.path, 12345, 12345)) {
		remove_place(&place);
		return;
	}
	EXPECT(test, load(&place));
	EXPECT(test, strstr(place.problem, "chown root"));
	remove_place(&place);
}

static void only_a_regular_file_is_read(struct ktap *test)
{
	struct place place;

	make_place(&place);
	unlink(place.path);
	EXPECT(test, load(&place));
	EXPECT(test, strstr(place.problem, "keygen"));
	if (mkfifo(place.path, 0600))
		abort();
	EXPECT(test, load(&place));
	EXPECT(test, strstr(place.problem, "regular"));
	unlink(place.path);
	if (symlink("/dev/null", place.path))
		abort();
	EXPECT(test, load(&place));
	EXPECT(test, strstr(place.problem, "symbolic link"));
	unlink(place.path);
	if (mkdir(place.path, 0700))
		abort();
	EXPECT(test, load(&place));
	rmdir(place.path);
	remove_place(&place);
}

static void large_file_is_refused(struct ktap *test)
{
	struct place place;
	char text[KEY_SIZE_MAX + 2];

	make_place(&place);
	memset(text, '#', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	write_file(&place, text, 0600);
	EXPECT(test, load(&place));
	EXPECT(test, strstr(place.problem, "4096"));
	remove_place(&place);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(key_is_64_digits),
	KTAP_CASE(anything_else_is_no_key),
	KTAP_CASE(private_file_is_taken),
	KTAP_CASE(file_that_others_can_use_is_refused),
	KTAP_CASE(directory_that_others_can_change_is_refused),
	KTAP_CASE(file_of_another_user_is_refused),
	KTAP_CASE(only_a_regular_file_is_read),
	KTAP_CASE(large_file_is_refused),
};

KTAP_MAIN(cases)
