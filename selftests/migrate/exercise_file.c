// SPDX-License-Identifier: GPL-2.0-only
/* Exercises of files: how much is read and written at once, and what else travels. */
#define _GNU_SOURCE
#include "exercise.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#define MOST		2500001

/* From nothing to more than one message carries, most of them odd. */
static const size_t sizes[] = {
	0, 1, 2, 7, 8, 9, 511, 512, 4095, 4096, 4097, 16000, 16384, 65537, 262144,
	1000003, 1048575, 1048576, 1048577, MOST,
};

static uint8_t written[MOST], seen[MOST + 16];

static void clear_seen(size_t len)
{
	memset(seen, 0x5a, len + 16);
}

/* So much was seen, and nothing behind it was touched. */
static void expect_seen(const uint8_t *bytes, size_t len)
{
	WANT(!memcmp(seen, bytes, len));
	WANT(seen[len] == 0x5a && seen[len + 15] == 0x5a);
}

static void use_whole(int fd, size_t len)
{
	WANT(lseek(fd, 0, SEEK_SET) == 0 && !ftruncate(fd, 0));
	WANT(write(fd, written, len) == (ssize_t)len);
	WANT(lseek(fd, 0, SEEK_CUR) == (off_t)len);
	WANT(lseek(fd, 0, SEEK_SET) == 0);
	clear_seen(len);
	WANT(read(fd, seen, MOST) == (ssize_t)len);
	expect_seen(written, len);
	WANT(read(fd, seen, MOST) == 0);
	WANT(pwrite(fd, written, len, 4099) == (ssize_t)len);
	clear_seen(len);
	WANT(pread(fd, seen, len, 4099) == (ssize_t)len);
	expect_seen(written, len);
	/* what there is, at the end of the file */
	clear_seen(len);
	if (len > 5) {
		WANT(pread(fd, seen, len, 4104) == (ssize_t)len - 5);
		expect_seen(written + 5, len - 5);
	}
}

static void use_parts(int fd, size_t len)
{
	size_t third = len / 3;
	struct iovec out[] = {
		{ written, third }, { NULL, 0 }, { written + third, 1 },
		{ written + third + 1, len - third - 1 },
	};
	struct iovec in[] = {
		{ seen, 3 }, { seen + 3, 0 }, { seen + 3, MOST - 3 },
	};

	WANT(lseek(fd, 0, SEEK_SET) == 0 && !ftruncate(fd, 0));
	WANT(writev(fd, out, 4) == (ssize_t)len);
	WANT(lseek(fd, 0, SEEK_SET) == 0);
	clear_seen(len);
	WANT(readv(fd, in, 3) == (ssize_t)len);
	expect_seen(written, len);
	WANT(pwritev(fd, out, 4, 1) == (ssize_t)len);
	clear_seen(len);
	WANT(preadv(fd, in, 3, 1) == (ssize_t)len);
	expect_seen(written, len);
	clear_seen(len);
	WANT(preadv2(fd, in, 3, 1, 0) == (ssize_t)len);
	expect_seen(written, len);
}

static void use_errors(int fd)
{
	struct iovec bad = { NULL, (size_t)-1 };
	uint8_t *nowhere = (uint8_t *)64;

	HIDE(nowhere);
	WANT(pread(fd, nowhere, 0, 0) == 0);
	WANT(write(fd, nowhere, 10) == -1 && errno == EFAULT);
	WANT(writev(fd, &bad, 1) == -1 && errno == EINVAL);
	WANT(write(12345, "x", 1) == -1 && errno == EBADF);
	WANT(pread(fd, seen, 10, -1) == -1 && errno == EINVAL);
	WANT(read(fd, seen, 0) == 0);
}

static void use_sizes(int argc, char **argv)
{
	int fd = open("sizes", O_RDWR | O_CREAT | O_TRUNC, 0600);
	size_t i = 0, count = sizeof(sizes) / sizeof(*sizes);

	(void)argc;
	(void)argv;
	WANT(fd >= 0);
	fill_bytes(written, sizeof(written), 3);
	while (go_on()) {
		use_whole(fd, sizes[i % count]);
		if (sizes[i % count] >= 8)
			use_parts(fd, sizes[i % count]);
		use_errors(fd);
		i++;
	}
	/* the last ones are the largest, in whatever round it was moved */
	WANT(lseek(fd, 0, SEEK_SET) == 0 && write(fd, written, MOST) == MOST);
	WANT(!ftruncate(fd, MOST));
	dprintf(STDOUT_FILENO, "sum %016llx\n",
		(unsigned long long)sum_bytes(written, sizeof(written)));
}

/*
 * copy LENGTH: standard input, by reads of so much, to standard output, by writes
 * of so much; each write must write all of it.
 */
static void copy(int argc, char **argv)
{
	size_t len = argc == 1 ? strtoul(argv[0], NULL, 10) : 0, have = 0;
	uint8_t *bytes = malloc(len);
	ssize_t got = 1;

	WANT(len && bytes);
	while (got) {
		for (have = 0; have < len && got; have += (size_t)got) {
			got = read(STDIN_FILENO, bytes + have, len - have);
			WANT(got >= 0);
		}
		WANT(write(STDOUT_FILENO, bytes, have) == (ssize_t)have);
	}
}

/**
 * struct parcel - a message with descriptors
 * @message: its header
 * @parts:   of its text
 * @control: what goes with it
 */
struct parcel {
	struct msghdr message;
	struct iovec parts[2];
	char control[CMSG_SPACE(2 * sizeof(int))] __attribute__((aligned(8)));
};

static void send_parcel(int to, const int *descriptors)
{
	char text[] = "passed";
	struct parcel parcel = { .parts = { { text, 3 }, { text + 3, 4 } } };
	struct msghdr *message = &parcel.message;
	struct cmsghdr *header;

	message->msg_iov = parcel.parts;
	message->msg_iovlen = 2;
	message->msg_control = parcel.control;
	message->msg_controllen = sizeof(parcel.control);
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(header), descriptors, 2 * sizeof(int));
	WANT(sendmsg(to, message, 0) == 7);
}

static void receive_parcel(int from, int *descriptors)
{
	char first[5] = "", rest[95] = "";
	struct parcel parcel = { .parts = { { first, 5 }, { rest, 95 } } };
	struct msghdr *message = &parcel.message;
	struct cmsghdr *header;

	message->msg_iov = parcel.parts;
	message->msg_iovlen = 2;
	message->msg_control = parcel.control;
	message->msg_controllen = sizeof(parcel.control);
	WANT(recvmsg(from, message, MSG_CMSG_CLOEXEC) == 7);
	WANT(!message->msg_flags || message->msg_flags == MSG_CMSG_CLOEXEC);
	WANT(!memcmp(first, "passe", 5) && !memcmp(rest, "d", 2));
	header = CMSG_FIRSTHDR(message);
	WANT(header && header->cmsg_type == SCM_RIGHTS &&
	     header->cmsg_len == CMSG_LEN(2 * sizeof(int)));
	memcpy(descriptors, CMSG_DATA(header), 2 * sizeof(int));
}

static void pass_descriptors(int argc, char **argv)
{
	struct ucred credentials;
	struct stat here, there;
	char text[8] = "";
	socklen_t len;
	int pair[2], sent[2], got[2], fd;

	(void)argc;
	(void)argv;
	WANT(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	fd = open("passed", O_RDWR | O_CREAT | O_TRUNC, 0600);
	WANT(fd >= 0 && write(fd, "content", 7) == 7);
	while (go_on()) {
		sent[0] = fd;
		sent[1] = pair[0];
		send_parcel(pair[0], sent);
		receive_parcel(pair[1], got);
		WANT(fcntl(got[0], F_GETFD) == FD_CLOEXEC);
		WANT(!fstat(fd, &here) && !fstat(got[0], &there));
		WANT(here.st_ino == there.st_ino && here.st_dev == there.st_dev);
		WANT(pread(got[0], text, 7, 0) == 7 && !strcmp(text, "content"));
		WANT(!close(got[0]) && !close(got[1]));
		len = sizeof(credentials);
		WANT(!getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &credentials, &len));
		WANT(len == sizeof(credentials) && credentials.pid == getpid());
		/* more than there is room for is cut, and said to be */
		WANT(send(pair[0], "long message", 12, 0) == 12);
		WANT(recv(pair[1], text, 4, MSG_TRUNC) == 12 && !memcmp(text, "long", 4));
		WANT(recv(pair[1], text, 4, MSG_DONTWAIT) == -1 && errno == EAGAIN);
	}
}

static void use_directory(int round)
{
	struct dirent *entry;
	unsigned int found = 0;
	char name[64], there[64];
	DIR *dir;
	int i;

	WANT(!mkdir("names", 0700));
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "names/a-long-name-for-a-link-%d-%d", round, i);
		WANT(!symlink(name, name));
		WANT(readlink(name, there, sizeof(there)) == (ssize_t)strlen(name));
		WANT(open(name, O_RDONLY) == -1 && errno == ENOENT);
	}
	dir = opendir("names");
	WANT(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		found++;
		WANT(!unlinkat(dirfd(dir), entry->d_name, 0));
	}
	WANT(found == 10 && !closedir(dir) && !rmdir("names"));
}

/* What files have besides their bytes. */
static void use_names(int argc, char **argv)
{
	char path[4096], value[64] = "";
	int fd, waiting, round = 0;
	struct statfs system;
	struct stat stat;

	(void)argc;
	(void)argv;
	fd = open("first", O_RDWR | O_CREAT | O_TRUNC, 0644);
	WANT(fd >= 0);
	while (go_on()) {
		use_directory(round++);
		WANT(!rename("first", "second") && !link("second", "first"));
		WANT(!fstat(fd, &stat) && stat.st_nlink == 2 && !unlink("second"));
		WANT(!fchmod(fd, 0600) && !lstat("first", &stat));
		WANT((stat.st_mode & 0777) == 0600 && stat.st_nlink == 1);
		WANT(getcwd(path, sizeof(path)) && path[0] == '/');
		WANT(!getcwd(path, 3) && errno == ERANGE);
		WANT(!statfs(".", &system) && system.f_bsize > 0);
		WANT(!flock(fd, LOCK_EX | LOCK_NB) && !flock(fd, LOCK_UN));
		if (!fsetxattr(fd, "user.weft", "value", 5, 0))
			WANT(fgetxattr(fd, "user.weft", value, sizeof(value)) == 5 &&
			     !strcmp(value, "value"));
		WANT(!ftruncate(fd, 0) && pwrite(fd, "x", 1, 0) == 1);
		WANT(!ioctl(fd, FIONREAD, &waiting));
	}
}

const struct exercise file_exercises[] = {
	{ "sizes", use_sizes },
	{ "copy", copy },
	{ "passing", pass_descriptors },
	{ "names", use_names },
	{ NULL, NULL },
};
