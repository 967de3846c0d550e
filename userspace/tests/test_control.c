// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket with clients of every kind. The daemon's side runs in a
 * child: the real loop, the real socket, a tick of 100 ms.
 */
#include "control.h"
#include "ktap.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REQUEST		"{\"request\":\"status\"}\n"
#define CLIENTS_MANY	(CONTROL_CLIENTS_MAX + 8)

/**
 * struct server - what runs in the child
 * @loop:    the loop
 * @log:     silent
 * @control: the socket
 * @timer:   the tick
 */
struct server {
	struct loop loop;
	struct log log;
	struct control control;
	struct loop_source timer;
};

static void set_path(struct sockaddr_un *address)
{
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof(address->sun_path),
		 "/tmp/weft-test-control.%d", (int)getpid());
}

static void fill_status(struct status *status, void *arg)
{
	(void)arg;
	status->state = "ready";
	status->version = "1";
	status->module = "ready";
}

/* Process 1 has an answer; process 2 takes for ever. */
static char *serve_process(const struct request *request,
			   const struct requester *requester)
{
	char sentence[64];

	while (request->pid == 2)
		pause();
	snprintf(sentence, sizeof(sentence), "user %u", requester->uid);
	return request_refuse("served", REQUEST_CANNOT_MOVE, sentence);
}

static void tick(struct loop_source *source, uint32_t events)
{
	struct server *server = container_of(source, struct server, timer);
	uint64_t count;

	(void)events;
	if (read(source->fd, &count, sizeof(count)) == sizeof(count))
		control_tick(&server->control);
}

static int prepare(struct server *server, const char *path)
{
	server->log.level = -1;
	server->control.loop = &server->loop;
	server->control.log = &server->log;
	server->control.status = fill_status;
	server->control.path = path;
	server->control.jobs.loop = &server->loop;
	server->control.jobs.log = &server->log;
	server->control.jobs.work = serve_process;
	jobs_prepare(&server->control.jobs);
	if (loop_open(&server->loop))
		abort();
	return control_claim(&server->control);
}

/* Return: the child, listening; @files limits its file descriptors, 0 = not. */
static pid_t start_server(const struct sockaddr_un *address, rlim_t files)
{
	const struct itimerspec period = {
		.it_interval.tv_nsec = 100000000,
		.it_value.tv_nsec = 100000000,
	};
	const struct rlimit limit = { files, files };
	struct server server = { .timer.ready = tick };
	int ready[2];
	pid_t child;
	char byte;

	if (pipe(ready))
		abort();
	child = fork();
	if (child) {
		close(ready[1]);
		if (read(ready[0], &byte, 1) != 1)
			abort();
		close(ready[0]);
		return child;
	}
	server.timer.fd = timerfd_create(CLOCK_MONOTONIC, 0);
	timerfd_settime(server.timer.fd, 0, &period, NULL);
	if (prepare(&server, address->sun_path) ||
	    control_open(&server.control) ||
	    loop_add(&server.loop, &server.timer, EPOLLIN) ||
	    (files && setrlimit(RLIMIT_NOFILE, &limit)) ||
	    write(ready[1], "", 1) != 1)
		_exit(1);
	loop_run(&server.loop);
	_exit(0);
}

static void kill_server(pid_t child, const struct sockaddr_un *address)
{
	char lock[200];

	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	snprintf(lock, sizeof(lock), "%s.lock", address->sun_path);
	unlink(lock);
	unlink(address->sun_path);
}

static int connect_to(const struct sockaddr_un *address)
{
	const struct timeval limit = { .tv_sec = 10 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit,
				 sizeof(limit)) ||
	    connect(fd, (const struct sockaddr *)address, sizeof(*address)))
		abort();
	return fd;
}

static void say(int fd, const char *text, size_t length)
{
	if (send(fd, text, length, MSG_NOSIGNAL) < 0 && errno != EPIPE)
		abort();
}

/* Everything until the other side hangs up, then closes. */
static const char *hear(int fd, char *reply, size_t size)
{
	size_t length = 0;
	ssize_t count;

	do {
		count = recv(fd, reply + length, size - 1 - length, 0);
		if (count > 0)
			length += (size_t)count;
	} while (count > 0 && length < size - 1);
	reply[length] = '\0';
	close(fd);
	return reply;
}

static bool is_served(const struct sockaddr_un *address)
{
	int fd = connect_to(address);
	char reply[1024];

	say(fd, REQUEST, strlen(REQUEST));
	return strstr(hear(fd, reply, sizeof(reply)), "\"status\":{");
}

/* The server may need a moment to notice who has left. */
static bool is_served_soon(const struct sockaddr_un *address)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	int attempts = 500;

	while (attempts-- && !is_served(address))
		nanosleep(&moment, NULL);
	return attempts >= 0;
}

static void request_in_pieces_is_served(struct ktap *test)
{
	struct sockaddr_un address;
	const char *c;
	pid_t child;
	char reply[1024];
	int fd;

	set_path(&address);
	child = start_server(&address, 0);
	EXPECT(test, is_served(&address));
	fd = connect_to(&address);
	for (c = REQUEST; *c; c++)
		say(fd, c, 1);
	EXPECT(test, strstr(hear(fd, reply, sizeof(reply)), "\"status\":{"));
	fd = connect_to(&address);
	say(fd, REQUEST, strlen(REQUEST));
	shutdown(fd, SHUT_WR);
	EXPECT(test, strstr(hear(fd, reply, sizeof(reply)), "\"status\":{"));
	kill_server(child, &address);
}

static void too_long_request_is_refused(struct ktap *test)
{
	char request[REQUEST_LEN_MAX + 100];
	struct sockaddr_un address;
	char reply[1024];
	pid_t child;
	int fd;

	set_path(&address);
	child = start_server(&address, 0);
	memset(request, ' ', sizeof(request));
	fd = connect_to(&address);
	say(fd, request, sizeof(request));
	EXPECT(test, strstr(hear(fd, reply, sizeof(reply)), "\"too-long\""));
	EXPECT(test, is_served(&address));
	kill_server(child, &address);
}

static void silent_clients_are_dropped(struct ktap *test)
{
	struct sockaddr_un address;
	struct timespec before, after;
	char reply[16];
	pid_t child;
	int fd;

	set_path(&address);
	child = start_server(&address, 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	fd = connect_to(&address);
	say(fd, "{", 1);
	EXPECT_TEXT(test, "", hear(fd, reply, sizeof(reply)));
	clock_gettime(CLOCK_MONOTONIC, &after);
	EXPECT(test, after.tv_sec - before.tv_sec <= 7);
	EXPECT(test, is_served(&address));
	kill_server(child, &address);
}

static void crowd_is_turned_away_and_forgotten(struct ktap *test)
{
	int fds[CLIENTS_MANY];
	struct sockaddr_un address;
	unsigned int i, rejected = 0;
	pid_t child;
	char byte;

	set_path(&address);
	child = start_server(&address, 0);
	for (i = 0; i < CLIENTS_MANY; i++)
		fds[i] = connect_to(&address);
	/* those without a place hear the end at once, the others later */
	for (i = CLIENTS_MANY; i-- > CONTROL_CLIENTS_MAX;)
		rejected += recv(fds[i], &byte, 1, 0) == 0;
	EXPECT_EQ(test, CLIENTS_MANY - CONTROL_CLIENTS_MAX, rejected);
	for (i = 0; i < CLIENTS_MANY; i++)
		close(fds[i]);
	EXPECT(test, is_served_soon(&address));
	kill_server(child, &address);
}

static void clients_that_vanish_do_no_harm(struct ktap *test)
{
	struct sockaddr_un address;
	pid_t child;
	int fd, i;

	set_path(&address);
	child = start_server(&address, 0);
	for (i = 0; i < 200; i++) {
		fd = connect_to(&address);
		say(fd, REQUEST, i % (int)(strlen(REQUEST) + 1));
		close(fd);
	}
	EXPECT(test, is_served_soon(&address));
	kill_server(child, &address);
}

/* CPU time that a process has used. */
static long cpu_milliseconds(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		abort();
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static void lack_of_descriptors_is_no_busy_loop(struct ktap *test)
{
	const struct timespec second = { .tv_sec = 1 };
	struct sockaddr_un address;
	pid_t child;
	int fds[12];
	size_t i;

	set_path(&address);
	child = start_server(&address, 12);
	for (i = 0; i < 12; i++)
		fds[i] = connect_to(&address);
	nanosleep(&second, NULL);
	EXPECT(test, cpu_milliseconds(child) < 250);
	for (i = 0; i < 12; i++)
		close(fds[i]);
	EXPECT(test, is_served_soon(&address));
	kill_server(child, &address);
}

static void socket_is_for_owner_and_group_only(struct ktap *test)
{
	struct sockaddr_un address;
	struct stat stat_of;
	pid_t child;

	set_path(&address);
	child = start_server(&address, 0);
	EXPECT_EQ(test, 0, stat(address.sun_path, &stat_of));
	EXPECT_EQ(test, 0660, stat_of.st_mode & 07777);
	kill_server(child, &address);
}

static void process_is_served_for_who_asks(struct ktap *test)
{
	static const char request[] =
		"{\"request\":\"check\",\"pid\":1,\"node\":1}\n";
	struct sockaddr_un address;
	char reply[1024], user[32];
	pid_t child;
	int fd;

	set_path(&address);
	child = start_server(&address, 0);
	fd = connect_to(&address);
	say(fd, request, sizeof(request) - 1);
	shutdown(fd, SHUT_WR);
	hear(fd, reply, sizeof(reply));
	snprintf(user, sizeof(user), "\"user %u\"", (unsigned int)getuid());
	EXPECT(test, strstr(reply, user));
	EXPECT(test, strstr(reply, "\"status\":7"));
	kill_server(child, &address);
}

/* Seven seconds: more than a connection without a job may take. */
static void waiting_for_a_process_delays_nobody(struct ktap *test)
{
	static const char request[] =
		"{\"request\":\"migrate\",\"pid\":2,\"node\":1,\"timeout_ms\":4000}\n";
	struct timespec before, after;
	struct sockaddr_un address;
	char reply[1024];
	pid_t child;
	int fd;

	set_path(&address);
	child = start_server(&address, 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	fd = connect_to(&address);
	say(fd, request, sizeof(request) - 1);
	EXPECT(test, is_served(&address));
	EXPECT(test, strstr(hear(fd, reply, sizeof(reply)), "\"late\""));
	clock_gettime(CLOCK_MONOTONIC, &after);
	EXPECT(test, after.tv_sec - before.tv_sec >= 6);
	EXPECT(test, strstr(reply, "\"status\":6"));
	kill_server(child, &address);
}

/* Who goes away takes the request along: places are free again at once. */
static void request_of_the_vanished_ends(struct ktap *test)
{
	static const char request[] =
		"{\"request\":\"migrate\",\"pid\":2,\"node\":1,\"timeout_ms\":60000}\n";
	static const char question[] =
		"{\"request\":\"check\",\"pid\":1,\"node\":1}\n";
	const struct timespec moment = { .tv_nsec = 10000000 };
	struct sockaddr_un address;
	bool is_busy = true;
	char reply[1024];
	pid_t child;
	int fd, i;

	set_path(&address);
	child = start_server(&address, 0);
	for (i = 0; i < 3 * JOBS_MAX; i++) {
		fd = connect_to(&address);
		say(fd, request, sizeof(request) - 1);
		nanosleep(&moment, NULL);
		close(fd);
	}
	for (i = 0; i < 500 && is_busy; i++) {
		fd = connect_to(&address);
		say(fd, question, sizeof(question) - 1);
		is_busy = strstr(hear(fd, reply, sizeof(reply)), "\"busy\"");
		nanosleep(&moment, NULL);
	}
	EXPECT(test, strstr(reply, "\"served\""));
	kill_server(child, &address);
}

/* Connected by another user; the kernel notes the effective one. */
static int connect_as(const struct sockaddr_un *address, uid_t uid)
{
	int fd;

	if (seteuid(uid))
		abort();
	fd = connect_to(address);
	if (seteuid(0))
		abort();
	return fd;
}

static bool is_turned_away(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static void users_leave_places_to_root_and_each_other(struct ktap *test)
{
	enum { TRIES = CONTROL_USER_MAX + 1, USERS = 6 };
	struct sockaddr_un address;
	int fds[USERS][TRIES], user, i, served;
	pid_t child;

	if (getuid()) {
		printf("# only root can be several users\n");
		return;
	}
	set_path(&address);
	child = start_server(&address, 0);
	EXPECT_EQ(test, 0, chmod(address.sun_path, 0666));
	for (user = 0; user < USERS; user++) {
		for (i = 0; i < TRIES; i++)
			fds[user][i] = connect_as(&address, 1000 + (uid_t)user);
	}
	/* the server has seen all of them when it serves who came later */
	EXPECT(test, is_served(&address));
	for (user = 0; user < USERS; user++) {
		for (i = 0, served = 0; i < TRIES; i++)
			served += !is_turned_away(fds[user][i]);
		EXPECT_EQ(test, (user + 1) * CONTROL_USER_MAX <= CONTROL_USERS_MAX ?
			  CONTROL_USER_MAX : 0, served);
	}
	for (user = 0; user < USERS; user++) {
		for (i = 0; i < TRIES; i++)
			close(fds[user][i]);
	}
	kill_server(child, &address);
}

static void mode_follows_the_configuration(struct ktap *test)
{
	struct server server = { .control.is_open_to_owners = true };
	struct sockaddr_un address;
	struct stat stat_of;

	set_path(&address);
	EXPECT_EQ(test, 0, prepare(&server, address.sun_path));
	EXPECT_EQ(test, 0, control_open(&server.control));
	EXPECT_EQ(test, 0, stat(address.sun_path, &stat_of));
	EXPECT_EQ(test, 0666, stat_of.st_mode & 07777);
	EXPECT_EQ(test, 0, control_set_owners(&server.control, false));
	EXPECT_EQ(test, 0, stat(address.sun_path, &stat_of));
	EXPECT_EQ(test, 0660, stat_of.st_mode & 07777);
	EXPECT_EQ(test, 0, control_set_owners(&server.control, true));
	EXPECT_EQ(test, 0, stat(address.sun_path, &stat_of));
	EXPECT_EQ(test, 0666, stat_of.st_mode & 07777);
	unlink(address.sun_path);
	EXPECT_EQ(test, -ENOENT, control_set_owners(&server.control, false));
	EXPECT(test, !server.control.is_open_to_owners);
	control_close(&server.control);
	loop_close(&server.loop);
}

static void second_server_is_refused(struct ktap *test)
{
	struct server server = { 0 };
	struct sockaddr_un address;
	pid_t child;

	set_path(&address);
	child = start_server(&address, 0);
	EXPECT_EQ(test, -EBUSY, prepare(&server, address.sun_path));
	control_close(&server.control);
	loop_close(&server.loop);
	EXPECT(test, is_served(&address));
	kill_server(child, &address);
}

static void socket_of_the_dead_is_replaced(struct ktap *test)
{
	struct sockaddr_un address;
	pid_t child;

	set_path(&address);
	child = start_server(&address, 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	EXPECT_EQ(test, 0, access(address.sun_path, F_OK));
	child = start_server(&address, 0);
	EXPECT(test, is_served(&address));
	kill_server(child, &address);
}

static void file_in_the_way_is_kept(struct ktap *test)
{
	struct server server = { 0 };
	struct sockaddr_un address;
	FILE *file;

	set_path(&address);
	file = fopen(address.sun_path, "w");
	if (!file)
		abort();
	fclose(file);
	EXPECT_EQ(test, 0, prepare(&server, address.sun_path));
	EXPECT_EQ(test, -EEXIST, control_open(&server.control));
	control_close(&server.control);
	loop_close(&server.loop);
	EXPECT_EQ(test, 0, unlink(address.sun_path));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(request_in_pieces_is_served),
	KTAP_CASE(too_long_request_is_refused),
	KTAP_CASE(silent_clients_are_dropped),
	KTAP_CASE(crowd_is_turned_away_and_forgotten),
	KTAP_CASE(clients_that_vanish_do_no_harm),
	KTAP_CASE(lack_of_descriptors_is_no_busy_loop),
	KTAP_CASE(socket_is_for_owner_and_group_only),
	KTAP_CASE(users_leave_places_to_root_and_each_other),
	KTAP_CASE(mode_follows_the_configuration),
	KTAP_CASE(process_is_served_for_who_asks),
	KTAP_CASE(waiting_for_a_process_delays_nobody),
	KTAP_CASE(request_of_the_vanished_ends),
	KTAP_CASE(second_server_is_refused),
	KTAP_CASE(socket_of_the_dead_is_replaced),
	KTAP_CASE(file_in_the_way_is_kept),
};

KTAP_MAIN(cases)
