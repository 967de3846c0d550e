// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libweft as a program sees it: struct sizes, and the daemon's socket with a
 * bad daemon behind it.
 */
#include "internal.h"
#include "ktap.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_MS	200

static void older_caller_gets_what_he_knows(struct ktap *test)
{
	struct { size_t sz; int a; int guard; } caller = { .guard = 77 };
	const struct { size_t sz; int a; int b; } mine = { .a = 1, .b = 2 };

	caller.sz = offsetof(__typeof__(caller), guard);
	EXPECT_EQ(test, 0, weft_copy_out(&caller, &mine, sizeof(mine),
					 sizeof(size_t) + sizeof(int)));
	EXPECT_EQ(test, 1, caller.a);
	EXPECT_EQ(test, 77, caller.guard);
	caller.sz = 3;
	EXPECT_EQ(test, -EINVAL, weft_copy_out(&caller, &mine, sizeof(mine),
					       sizeof(size_t)));
}

static void newer_caller_reads_zero(struct ktap *test)
{
	struct { size_t sz; int a; int pad; long b; } caller = { .b = 77 };
	const struct { size_t sz; int a; int pad; } mine = { .a = 1 };

	caller.sz = sizeof(caller);
	EXPECT_EQ(test, 0, weft_copy_out(&caller, &mine, sizeof(mine),
					 sizeof(mine)));
	EXPECT_EQ(test, 1, caller.a);
	EXPECT_EQ(test, 0, caller.b);
	EXPECT_EQ(test, sizeof(caller), caller.sz);
}

static void unknown_options_are_refused_if_set(struct ktap *test)
{
	struct { struct weft_open_options known; long more; } options = {
		.known = { .sz = sizeof(options) },
	};
	struct weft *weft;

	EXPECT_EQ(test, 0, weft_open(&weft, &options.known));
	weft_close(weft);
	options.more = 1;
	EXPECT_EQ(test, -E2BIG, weft_open(&weft, &options.known));
	EXPECT(test, !weft);
	options.known.sz = 4;
	EXPECT_EQ(test, -EINVAL, weft_open(&weft, &options.known));
}

static void absent_daemon_is_told_apart(struct ktap *test)
{
	const struct weft_open_options options = {
		.sz = sizeof(options), .socket_path = "/nonexistent/sock",
	};
	struct weft *weft;
	char *reply;

	if (weft_open(&weft, &options))
		abort();
	EXPECT_EQ(test, -ECONNREFUSED, weft_daemon_status(weft, &reply));
	EXPECT(test, !reply);
	EXPECT(test, strstr(weft_strerror(weft), "not running"));
	weft_close(weft);
}

static void endless_path_is_refused(struct ktap *test)
{
	struct weft_open_options options = { .sz = sizeof(options) };
	struct weft *weft;
	char path[200];
	char *reply;

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	options.socket_path = path;
	if (weft_open(&weft, &options))
		abort();
	EXPECT_EQ(test, -ENAMETOOLONG, weft_daemon_status(weft, &reply));
	weft_close(weft);
}

static void request_is_one_line_with_a_limit(struct ktap *test)
{
	struct weft_open_options options = { .sz = sizeof(options),
					     .socket_path = "/nonexistent" };
	struct weft *weft;
	char *reply;

	EXPECT_EQ(test, 0, weft_open(&weft, &options));
	EXPECT_EQ(test, -EINVAL, weft_daemon_ask(weft, "{}\n{}", 0, &reply));
	EXPECT(test, strstr(weft_strerror(weft), "one line"));
	EXPECT_EQ(test, -EINVAL, weft_daemon_ask(weft, "{}", 2147483648U, &reply));
	EXPECT(test, strstr(weft_strerror(weft), "2147483647"));
	EXPECT_EQ(test, -ECONNREFUSED,
		  weft_daemon_ask(weft, "{}", 2147483647, &reply));
	EXPECT(test, !reply);
	weft_close(weft);
}

/* A daemon that says @text (once or for ever) and then hangs up or hangs. */
static void play_daemon(int listener, const char *text, size_t length,
			bool is_endless, bool is_hanging)
{
	int fd = accept(listener, NULL, NULL);
	char request[64];
	ssize_t count;

	do {
		count = send(fd, text, length, MSG_NOSIGNAL);
	} while (is_endless && count > 0);
	if (is_hanging)
		pause();
	/* let the request arrive: closing over it would be a reset */
	while (recv(fd, request, sizeof(request), 0) > 0)
		shutdown(fd, SHUT_WR);
	_exit(0);
}

static int ask_daemon(const char *text, size_t length, bool is_endless,
		      bool is_hanging)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct weft_open_options options = {
		.sz = sizeof(options), .timeout_ms = TIMEOUT_MS,
	};
	struct weft *weft;
	char *reply;
	pid_t child;
	int err, fd;

	snprintf(address.sun_path, sizeof(address.sun_path),
		 "/tmp/weft-test-library.%d", (int)getpid());
	options.socket_path = address.sun_path;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	unlink(address.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, 1) || weft_open(&weft, &options))
		abort();
	child = fork();
	if (!child)
		play_daemon(fd, text, length, is_endless, is_hanging);
	err = weft_daemon_status(weft, &reply);
	free(reply);
	weft_close(weft);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
	unlink(address.sun_path);
	return err;
}

static void one_line_is_the_reply(struct ktap *test)
{
	EXPECT_EQ(test, 0, ask_daemon("{}\n", 3, false, false));
	EXPECT_EQ(test, 0, ask_daemon("\n", 1, false, true));
}

static void silent_daemon_is_a_timeout(struct ktap *test)
{
	EXPECT_EQ(test, -ETIMEDOUT, ask_daemon("", 0, false, true));
	EXPECT_EQ(test, -ETIMEDOUT, ask_daemon("{}", 2, false, true));
}

static void daemon_that_hangs_up_is_told_apart(struct ktap *test)
{
	EXPECT_EQ(test, -ECONNRESET, ask_daemon("", 0, false, false));
	EXPECT_EQ(test, -ECONNRESET, ask_daemon("{}", 2, false, false));
}

static void endless_reply_is_refused(struct ktap *test)
{
	EXPECT_EQ(test, -EPROTO, ask_daemon("xxxxxxxx", 8, true, false));
}

static void more_than_one_line_is_refused(struct ktap *test)
{
	EXPECT_EQ(test, -EPROTO, ask_daemon("{}\n{}\n", 6, false, false));
	EXPECT_EQ(test, -EPROTO, ask_daemon("{\0}\n", 4, false, false));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(older_caller_gets_what_he_knows),
	KTAP_CASE(newer_caller_reads_zero),
	KTAP_CASE(unknown_options_are_refused_if_set),
	KTAP_CASE(absent_daemon_is_told_apart),
	KTAP_CASE(request_is_one_line_with_a_limit),
	KTAP_CASE(endless_path_is_refused),
	KTAP_CASE(one_line_is_the_reply),
	KTAP_CASE(silent_daemon_is_a_timeout),
	KTAP_CASE(daemon_that_hangs_up_is_told_apart),
	KTAP_CASE(endless_reply_is_refused),
	KTAP_CASE(more_than_one_line_is_refused),
};

KTAP_MAIN(cases)
