// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other end of a process: node 1 is the module, in a network namespace of
 * this process; node 2 is this process, which is its home, or where it is to go,
 * and does there what a node may do, and what it may not.
 */
#include "../transport/hostile.h"
#include "proto/msg_migrate.h"
#include "proto/msg_process.h"

#include <asm/byteorder.h>
#include <linux/weft_body.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest.h>

#define TIMEOUT_MS	   8000
#define QUIET_MS	   1000
#define STALE_OF_THE_WIRE  2
#define ESRCH_OF_THE_WIRE  18
#define ENOMEM_OF_THE_WIRE 27
#define ENOSYS_OF_THE_WIRE 53
#define LOG_LEN		   (4 << 20)
#define READ_ALL	   3 /* of klogctl() */
#define LIVES		   10
#define BODIES		   8

static struct hostile hostile;
static struct wire *const fast = &hostile.wires[WEFT_LANE_FAST];
static struct wire *const bulk = &hostile.wires[WEFT_LANE_BULK];
static struct weft_msg_host host;
static struct frame request;

static bool is_received(enum weft_msg_type type)
{
	int err = frame_receive_type(fast, &request, type);

	if (err)
		ksft_print_msg("no %s: %d\n", weft_msg_table[type].name, err);
	return !err;
}

/* Answers what was received last. */
static bool is_answered(uint32_t error, const void *payload, uint32_t length)
{
	uint16_t type = le16_to_cpu(request.header.type);
	static struct frame reply;

	frame_begin(&reply, &hostile, fast, weft_msg_table[type].reply);
	reply.header.request = request.header.request;
	reply.header.error = cpu_to_le32(error);
	if (length)
		memcpy(reply.payload, payload, length);
	frame_seal(&reply, length);
	return !frame_send(fast, &reply);
}

static bool is_served(enum weft_msg_type type, uint32_t error)
{
	return is_received(type) && is_answered(error, NULL, 0);
}

/* What this host says about itself, from the module. */
static int ask_for_host(void)
{
	int err;

	frame_begin(&request, &hostile, fast, WEFT_MSG_HOST);
	err = frame_send(fast, &request);
	if (!err)
		err = frame_receive_type(fast, &request, WEFT_MSG_HOST_REPLY);
	if (!err)
		memcpy(&host, request.payload, sizeof(host));
	return err;
}

static pid_t start_idle(void)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	for (;;)
		pause();
}

/* Asks the module to move a process to us; ends with the errno. */
static pid_t start_move(pid_t pid)
{
	struct message message;
	static struct answer answer;
	struct nl nl;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	if (nl_open(&nl))
		_exit(255);
	message_init(&message, &nl, WEFT_CMD_MIGRATE);
	message_put_u32(&message, WEFT_A_PROCESS_PID, (uint32_t)pid);
	message_put_u32(&message, WEFT_A_PROCESS_NODE, PEER);
	message_put_u32(&message, WEFT_A_PROCESS_TIMEOUT_MS, TIMEOUT_MS);
	_exit(nl_ask(&nl, &message, &answer) ? 255 : -answer.err);
}

/* Return: its wait status. */
static int end_of(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child ? status : -1;
}

static bool is_alive(pid_t child)
{
	return !waitpid(child, NULL, WNOHANG);
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	end_of(child);
}

static uint64_t process_of(const struct frame *frame)
{
	__le64 process;

	memcpy(&process, frame->payload, sizeof(process));
	return le64_to_cpu(process);
}

/* Nothing of this type comes for a while. */
static bool is_over(enum weft_msg_type type)
{
	while (!frame_receive(fast, &request, QUIET_MS))
		if (request.header.type == cpu_to_le16(type))
			return false;
	return true;
}

/* A node that does not take the process, nor at first the news that it stays. */
static bool node_that_did_not_hear_is_told_again(void)
{
	pid_t idle = start_idle(), move = start_move(idle);
	bool is_right = is_received(WEFT_MSG_HOST) &&
			is_answered(0, &host, sizeof(host)) &&
			is_served(WEFT_MSG_BODY, ENOMEM_OF_THE_WIRE);
	uint64_t process = process_of(&request);

	is_right = is_right && is_served(WEFT_MSG_GONE, STALE_OF_THE_WIRE) &&
		   process_of(&request) == process &&
		   is_served(WEFT_MSG_GONE, ENOMEM_OF_THE_WIRE) &&
		   process_of(&request) == process &&
		   is_served(WEFT_MSG_GONE, 0) &&
		   process_of(&request) == process && is_over(WEFT_MSG_GONE);
	is_right = end_of(move) && is_alive(idle) && is_right;
	end(idle);
	return is_right;
}

/* Asks the module for a body, which it knows of on return. */
static bool is_wanted(uint64_t process, uint32_t pid, const char *name)
{
	struct weft_msg_body body = {
		.process = cpu_to_le64(process),
		.pid = cpu_to_le32(pid),
	};

	memcpy(body.name, name, strlen(name));
	frame_begin(&request, &hostile, fast, WEFT_MSG_BODY);
	memcpy(request.payload, &body, sizeof(body));
	frame_seal(&request, sizeof(body));
	return !frame_send(fast, &request) && !hostile_exchange(&hostile, fast);
}

/* Return: the descriptor of a body, or -errno. */
static int open_body(uint64_t process)
{
	struct message message;
	static struct answer answer;

	message_init(&message, &hostile.nl, WEFT_CMD_BODY_OPEN);
	message_put_u32(&message, WEFT_A_PROCESS_NODE, PEER);
	message_put(&message, WEFT_A_PROCESS_SERIAL, &process, sizeof(process));
	if (nl_ask(&hostile.nl, &message, &answer))
		return -1;
	return answer.err ? answer.err :
			    (int)message_u32(&answer.reply, WEFT_A_PROCESS_FD);
}

/* Waits for a process on the descriptor. */
static pid_t start_body(int fd)
{
	static struct weft_body_arrival arrival __attribute__((aligned(64)));
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(ioctl(fd, WEFT_BODY_WAIT, &arrival) ? 1 : 0);
	return child;
}

/* Both lanes are up, and the session before is over. */
static bool is_reborn(void)
{
	return !hostile_reborn(&hostile, WEFT_LANE_FAST) &&
	       !hostile_attach(&hostile, WEFT_LANE_BULK) &&
	       !hostile_exchange(&hostile, fast) &&
	       !hostile_exchange(&hostile, bulk);
}

/* Lines of the kernel log that hold both texts. */
static int count_lines(const char *one, const char *other)
{
	char *text = malloc(LOG_LEN), *rest = text, *line;
	int length = text ? klogctl(READ_ALL, text, LOG_LEN - 1) : -1;
	int count = 0;

	if (length < 0)
		return -1;
	text[length] = '\0';
	while ((line = strsep(&rest, "\n")))
		count += strstr(line, one) && strstr(line, other);
	free(text);
	return count;
}

/*
 * Two lanes, and so two ends of a session; and a home that gives a process a name
 * that would make two lines of one, and paint them.
 */
static bool loss_of_a_home_is_said_once_and_in_one_line(void)
{
	uint32_t number = 3000000 + (uint32_t)getpid();
	bool is_right = is_reborn() && is_wanted(1, number, "a\033[31m\nb");
	int fd = open_body(1), count;
	pid_t body = start_body(fd);
	char text[64];

	is_right = is_right && fd >= 0 && is_received(WEFT_MSG_BODY_REPLY) &&
		   !request.header.error && is_reborn();
	is_right = WTERMSIG(end_of(body)) == SIGKILL && is_right;
	snprintf(text, sizeof(text), "process %u (a?[31m?b)", number);
	count = count_lines(text, "its home was lost");
	if (count != 1)
		ksft_print_msg("the log says so %d times\n", count);
	close(fd);
	return is_right && count == 1;
}

/* Return: how many bodies nobody has opened, or -1. The last one is @process. */
static int count_wanted(uint64_t *process)
{
	struct message message;
	static struct answer answer;

	message_init(&message, &hostile.nl, WEFT_CMD_BODY_OPEN);
	message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (nl_ask(&hostile.nl, &message, &answer) || answer.err || !answer.done)
		return -1;
	*process = answer.replies ? message_u64(&answer.reply,
						WEFT_A_PROCESS_SERIAL) : 0;
	return answer.replies;
}

/* So a daemon that was not there finds them. */
static bool bodies_are_listed_until_they_are_opened(void)
{
	bool is_right = is_reborn() && is_wanted(5, 1, "c") &&
			is_wanted(UINT64_MAX, 2, "a") && is_wanted(4, 3, "b");
	uint64_t last = 0;
	int fd;

	is_right = is_right && count_wanted(&last) == 3 && last == UINT64_MAX;
	fd = open_body(UINT64_MAX);
	is_right = is_right && fd >= 0 && count_wanted(&last) == 2 && last == 5;
	close(fd);
	return is_right && is_reborn() && count_wanted(&last) == 0;
}

/* Nobody opens them, so that both ends of the session find them. */
static bool bodies_that_wait_end_with_their_session_once(void)
{
	bool is_right = is_reborn();
	uint64_t process;
	int life;

	for (life = 0; life < LIVES && is_right; life++) {
		for (process = 1; process <= BODIES && is_right; process++)
			is_right = is_wanted(process, 1, "waits");
		is_right = is_right && is_reborn() && open_body(1) == -ESRCH;
	}
	return is_right;
}

/* write(1, text, 5), with so many bytes of text. Return: the error on the wire, or -1. */
static int error_of_call(uint32_t number, uint32_t bytes)
{
	struct weft_msg_call call = {
		.process = cpu_to_le64(4711), .tid = cpu_to_le32(1),
		.number = cpu_to_le32(number),
		.args = { cpu_to_le64(1), cpu_to_le64(4096), cpu_to_le64(5) },
		.in = { 0, cpu_to_le32(bytes) },
	};

	frame_begin(&request, &hostile, fast, WEFT_MSG_CALL);
	memset(request.payload, 0, sizeof(call) + (bytes + 7) / 8 * 8);
	memcpy(request.payload, &call, sizeof(call));
	frame_seal(&request, sizeof(call) + (bytes + 7) / 8 * 8);
	if (frame_send(fast, &request) || !is_received(WEFT_MSG_CALL_REPLY))
		return -1;
	return (int)le32_to_cpu(request.header.error);
}

/* It has another table than this node, and is not to lose its connection for that. */
static bool call_that_is_planned_differently_has_an_error(void)
{
	const int enosys = ENOSYS_OF_THE_WIRE, esrch = ESRCH_OF_THE_WIRE;
	int before = count_lines("wants call 1 ", "same version of weft");
	bool is_right = is_reborn() && error_of_call(1, 5) == esrch &&
			error_of_call(1, 6) == enosys &&
			error_of_call(1, 4) == enosys &&
			error_of_call(1, 0) == enosys &&
			error_of_call(101, 5) == enosys &&
			error_of_call(400, 5) == enosys &&
			error_of_call(1, 5) == esrch;

	return is_right && count_lines("wants call 1 ", "same version of weft") > before;
}

static const struct {
	const char *what;
	bool (*is_so)(void);
} facts[] = {
	{ "a node that did not hear is told again",
	  node_that_did_not_hear_is_told_again },
	{ "the loss of a home is said once, and in one line",
	  loss_of_a_home_is_said_once_and_in_one_line },
	{ "bodies are listed until they are opened",
	  bodies_are_listed_until_they_are_opened },
	{ "bodies that wait end with their session, once",
	  bodies_that_wait_end_with_their_session_once },
	{ "a call that is planned differently has an error",
	  call_that_is_planned_differently_has_an_error },
};

int main(void)
{
	size_t i;
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(facts));
	err = hostile_open(&hostile);
	if (!err)
		err = hostile_attach(&hostile, WEFT_LANE_FAST);
	if (!err)
		err = ask_for_host();
	if (err)
		ksft_exit_fail_msg("the module does not answer: %d\n", err);
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		ksft_test_result(facts[i].is_so(), "%s\n", facts[i].what);
	ksft_finished();
}
