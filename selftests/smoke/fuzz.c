// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thousands of messages that are almost right. The seed is printed, and with it
 * as argument a run is repeated.
 */
#define _GNU_SOURCE
#include "nl.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <kselftest.h>

#define MESSAGES    10000
#define CHANGES_MAX 4

static uint64_t state;

static uint32_t random_below(uint32_t limit)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(state >> 33) % limit;
}

/* A message as it should be. */
static void make_right(struct message *message, const struct nl *nl)
{
	uint64_t value = random_below(3);

	message_init(message, nl, (uint8_t)random_below(WEFT_CMD_MAX + 2));
	if (message->genl.cmd == WEFT_CMD_NODE_GET)
		message->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (random_below(2))
		message_put_string(message, WEFT_A_CLUSTER_NAME,
				   random_below(2) ? "lab" : "other");
	if (random_below(2))
		message_put_u32(message, WEFT_A_CLUSTER_NODE, random_below(70));
	if (random_below(2))
		message_put_u32(message, WEFT_A_CLUSTER_LEASE_MS,
				random_below(2 * WEFT_LEASE_MS_MAX));
	if (!random_below(4))
		message_put(message, (uint16_t)random_below(8), &value,
			    sizeof(value));
}

/* Changes bytes anywhere but in the number of the family, or the length. */
static uint32_t make_wrong(struct message *message)
{
	uint32_t length = message->header.nlmsg_len;
	uint32_t changes = random_below(CHANGES_MAX);
	unsigned char *bytes = (unsigned char *)message;
	uint16_t family = message->header.nlmsg_type;

	while (changes--)
		bytes[random_below(length)] = (unsigned char)random_below(256);
	message->header.nlmsg_type = family;
	if (random_below(4))
		message->header.nlmsg_len = length;
	if (!random_below(4)) {
		length = 1 + random_below(length + 8);
		message->header.nlmsg_len = length;
	}
	return length;
}

/* Answers are read and forgotten, so that the socket never fills. */
static void drain(const struct nl *nl)
{
	unsigned char buffer[16384];

	while (recv(nl->fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
		;
}

static int fuzz(const struct nl *nl)
{
	struct message message;
	uint32_t length;
	int number, sent = 0;

	for (number = 0; number < MESSAGES; number++) {
		make_right(&message, nl);
		length = make_wrong(&message);
		sent += send(nl->fd, &message, length, 0) == (ssize_t)length;
		drain(nl);
	}
	return sent;
}

/* What the node became is up to chance, but it has to make sense. */
static bool is_sensible(struct nl *nl)
{
	const struct message *reply;
	struct answer answer;
	const char *name;
	uint32_t lease_ms;

	if (nl_command(nl, WEFT_CMD_CLUSTER_GET, &answer) || answer.err ||
	    answer.replies != 1)
		return false;
	reply = &answer.reply;
	lease_ms = message_u32(reply, WEFT_A_CLUSTER_LEASE_MS);
	if (lease_ms < WEFT_LEASE_MS_MIN || lease_ms > WEFT_LEASE_MS_MAX)
		return false;
	if (!message_has(reply, WEFT_A_CLUSTER_NAME))
		return true;
	name = message_string(reply, WEFT_A_CLUSTER_NAME);
	ksft_print_msg("the node became %u of cluster %s\n",
		       message_u32(reply, WEFT_A_CLUSTER_NODE), name);
	return message_u32(reply, WEFT_A_CLUSTER_NODE) - 1 < WEFT_NODE_MAX &&
	       strlen(name) < WEFT_CLUSTER_NAME_LEN;
}

/* Leaves @nl open, for the next question. */
static bool does_answer(struct nl *nl)
{
	struct answer answer;

	return !nl_open(nl) && !nl_command(nl, WEFT_CMD_MODULE_GET, &answer) &&
	       !answer.err && answer.replies == 1;
}

int main(int argc, char **argv)
{
	struct nl nl, fresh;
	int sent;

	state = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);
	ksft_print_header();
	ksft_set_plan(3);
	ksft_print_msg("seed %llu\n", (unsigned long long)state);
	if (unshare(CLONE_NEWNET) || nl_open(&nl))
		ksft_exit_fail_msg("no socket in a namespace of our own\n");
	sent = fuzz(&nl);
	ksft_test_result(sent > MESSAGES / 2,
			 "%d mutated messages were taken\n", sent);
	nl_close(&nl);
	ksft_test_result(does_answer(&fresh),
			 "the family answers afterwards\n");
	ksft_test_result(is_sensible(&fresh),
			 "the node makes sense afterwards\n");
	ksft_finished();
}
