// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the netlink family busy while a script does something else.
 *
 *   storm requests    requests, changes and dumps, as fast as they go, until
 *                     killed; a family that is away is waited for
 *   storm dump        starts a dump, says "held", and holds it half read until
 *                     standard input ends
 */
#define _GNU_SOURCE
#include "nl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void request_all(struct nl *nl)
{
	struct message message;
	struct answer answer;

	nl_command(nl, WEFT_CMD_MODULE_GET, &answer);
	message_identity(&message, nl, "storm", 1);
	message_put_u32(&message, WEFT_A_CLUSTER_LEASE_MS,
			100 + nl->seq % 1000);
	nl_ask(nl, &message, &answer);
	message_identity(&message, nl, "other", 2);
	nl_ask(nl, &message, &answer);
	nl_command(nl, WEFT_CMD_NODE_GET, &answer);
	/* One dump that nobody reads: the socket is closed over it. */
	message_init(&message, nl, WEFT_CMD_NODE_GET);
	message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nl_send(nl, &message);
}

static void __attribute__((noreturn)) storm(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	struct nl nl;

	for (;;) {
		if (nl_open(&nl))
			nanosleep(&moment, NULL);
		else if (!nl_join(&nl))
			request_all(&nl);
		nl_close(&nl);
	}
}

static int hold_dump(void)
{
	struct message message;
	struct answer answer;
	struct nl nl;
	char byte;

	if (nl_open(&nl))
		return EXIT_FAILURE;
	message_identity(&message, &nl, "storm", 1);
	if (nl_ask(&nl, &message, &answer) || answer.err)
		return EXIT_FAILURE;
	message_init(&message, &nl, WEFT_CMD_NODE_GET);
	message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (nl_send(&nl, &message))
		return EXIT_FAILURE;
	puts("held");
	fflush(stdout);
	return read(STDIN_FILENO, &byte, 1) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "requests"))
		storm();
	if (argc == 2 && !strcmp(argv[1], "dump"))
		return hold_dump();
	fputs("usage: storm requests | dump\n", stderr);
	return 2;
}
