// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Handles: their life, their last error, and how structs cross the border to
 * the caller. Opening a handle asks nobody anything: it works without module
 * and without daemon.
 */
#include "internal.h"

#include <errno.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * weft_fail() - remember why a call fails
 * @weft:   the handle
 * @err:    negative errno
 * @format: sentence for weft_strerror(), without final full stop
 *
 * Return: @err, so that a caller can return it at once.
 */
int weft_fail(struct weft *weft, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(weft->error, sizeof(weft->error), format, args);
	va_end(args);
	return err;
}

/**
 * weft_fail_size() - remember that the caller's struct does not fit
 * @weft: the handle
 * @err:  what weft_copy_in() or weft_copy_out() returned
 *
 * Return: @err.
 */
int weft_fail_size(struct weft *weft, int err)
{
	return weft_fail(weft, err, err == -E2BIG ?
			 "this libweft is too old for the calling program" :
			 "the caller gave a struct of impossible size");
}

/**
 * weft_copy_out() - hand a result to a caller who may know fewer or more fields
 * @user:       the caller's struct; its first field is its size
 * @mine:       the complete result
 * @size:       size of the result
 * @size_first: size in the first release: nobody can know less
 *
 * Return: 0, or -EINVAL if the caller's size is impossible; then nothing was
 * written.
 */
int weft_copy_out(void *user, const void *mine, size_t size, size_t size_first)
{
	const size_t first = sizeof(size_t);
	size_t user_size, known;

	memcpy(&user_size, user, sizeof(user_size));
	if (user_size < size_first)
		return -EINVAL;
	known = user_size < size ? user_size : size;
	memset((char *)user + first, 0, user_size - first);
	memcpy((char *)user + first, (const char *)mine + first, known - first);
	return 0;
}

/**
 * weft_copy_in() - take options from a caller who may know fewer or more fields
 * @mine:       where to put them; fields that the caller lacks become zero
 * @size:       size of @mine
 * @user:       the caller's struct; its first field is its size
 * @size_first: size in the first release: nobody can know less
 *
 * Return: 0, -EINVAL if the caller's size is impossible, -E2BIG if the caller
 * sets a field that this library does not know.
 */
int weft_copy_in(void *mine, size_t size, const void *user, size_t size_first)
{
	const unsigned char *bytes = user;
	size_t user_size, i;

	memcpy(&user_size, user, sizeof(user_size));
	if (user_size < size_first)
		return -EINVAL;
	for (i = size; i < user_size; i++) {
		if (bytes[i])
			return -E2BIG;
	}
	memset(mine, 0, size);
	memcpy(mine, user, user_size < size ? user_size : size);
	return 0;
}

/**
 * weft_deadline() - the moment at which a call that starts now must give up
 * @deadline:   on the monotonic clock
 * @timeout_ms: from now
 */
void weft_deadline(struct timespec *deadline, int timeout_ms)
{
	clock_gettime(CLOCK_MONOTONIC, deadline);
	deadline->tv_sec += timeout_ms / 1000;
	deadline->tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (deadline->tv_nsec >= 1000000000) {
		deadline->tv_nsec -= 1000000000;
		deadline->tv_sec++;
	}
}

static int milliseconds_left(const struct timespec *deadline)
{
	struct timespec now;
	int64_t left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (int64_t)(deadline->tv_sec - now.tv_sec) * 1000 +
	       (deadline->tv_nsec - now.tv_nsec) / 1000000;
	return left > 0 ? (int)left : 0;
}

/**
 * weft_wait() - wait until a socket can be used
 * @fd:       the socket
 * @events:   POLLIN or POLLOUT
 * @deadline: when to give up
 *
 * Return: 0 if it may be tried, -ETIMEDOUT, or -errno of poll().
 */
int weft_wait(int fd, short events, const struct timespec *deadline)
{
	struct pollfd pollfd = { .fd = fd, .events = events };
	int left, count;

	do {
		left = milliseconds_left(deadline);
		count = poll(&pollfd, 1, left);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return -errno;
	return count ? 0 : -ETIMEDOUT;
}

/**
 * weft_version() - version of this library
 *
 * Return: a string such as "0.1.0", valid for ever.
 */
const char *weft_version(void)
{
	return WEFT_VERSION;
}

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/**
 * weft_cluster_name_is_valid() - can this be the name of a cluster?
 * @name: the name
 *
 * The rule stands in <linux/weft.h>; the module applies the same one.
 *
 * Return: true if it can.
 */
bool weft_cluster_name_is_valid(const char *name)
{
	size_t length = strlen(name);
	size_t i;

	if (!length || length >= WEFT_CLUSTER_NAME_LEN)
		return false;
	if (!is_alphanumeric(name[0]))
		return false;
	for (i = 1; i < length; i++) {
		if (!is_alphanumeric(name[i]) && !strchr("._-", name[i]))
			return false;
	}
	return true;
}

/**
 * weft_longest_wait_ms() - how long to wait for an answer that waits for nodes
 * @weft:       the handle
 * @timeout_ms: what the module was told to wait for one; 0 if it was not told
 * @count:      how many it waits for, one after the other
 *
 * Return: milliseconds, more than the module itself waits.
 */
int weft_longest_wait_ms(const struct weft *weft, uint32_t timeout_ms, uint32_t count)
{
	uint64_t wait_ms = timeout_ms ? timeout_ms : WEFT_MODULE_TIMEOUT_MS;

	wait_ms = wait_ms * count + (uint64_t)weft->timeout_ms;
	return wait_ms < INT32_MAX ? (int)wait_ms : INT32_MAX;
}

/**
 * weft_open() - make a handle
 * @handle:  where to put it; set to NULL on failure
 * @options: NULL for the defaults
 *
 * Talks to nobody: neither module nor daemon need to be there. The module that
 * the handle speaks to later is the one of the network namespace in which the
 * calling thread is at the first question.
 *
 * Return: 0; -EINVAL or -E2BIG for options that are not understood; -ENOMEM.
 * The handle is released with weft_close().
 */
int weft_open(struct weft **handle, const struct weft_open_options *options)
{
	struct weft_open_options known = { .sz = sizeof(known) };
	struct weft *weft;
	int err;

	*handle = NULL;
	if (options) {
		err = weft_copy_in(&known, sizeof(known), options,
				   sizeof(known));
		if (err)
			return err;
	}
	if (known.timeout_ms > INT32_MAX)
		return -EINVAL;
	weft = calloc(1, sizeof(*weft));
	if (!weft)
		return -ENOMEM;
	weft->timeout_ms = known.timeout_ms ? (int)known.timeout_ms :
					      WEFT_TIMEOUT_MS_DEFAULT;
	weft->socket_path = strdup(known.socket_path ? known.socket_path :
						       WEFT_DAEMON_SOCKET);
	if (!weft->socket_path) {
		free(weft);
		return -ENOMEM;
	}
	*handle = weft;
	return 0;
}

/**
 * weft_close() - release a handle and all its sockets
 * @weft: the handle, or NULL
 */
void weft_close(struct weft *weft)
{
	if (!weft)
		return;
	nl_socket_free(weft->events);
	nl_socket_free(weft->sock);
	free(weft->socket_path);
	free(weft);
}

/**
 * weft_strerror() - why the last call that failed did so
 * @weft: the handle
 *
 * Return: a sentence without full stop, empty if nothing failed yet; valid until
 * the next call with this handle.
 */
const char *weft_strerror(const struct weft *weft)
{
	return weft->error;
}
