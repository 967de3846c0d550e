// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft bench: the verbs.
 */
#include "bench.h"

#include <string.h>

const char help_for_bench[] =
"bench echo sends echoes from module to module and tells how long they took. A\n"
"request has 64 bytes. It needs the rights of root.\n"
"\n"
"  --to NODE          number of the node that answers\n"
"  --size BYTES,...   sizes of the reply, one after the other (64)\n"
"  --count N          rounds of each thread (10000)\n"
"  --seconds S        instead: as many rounds as S seconds hold, for each size\n"
"  --threads T        threads, each with a handle of its own (1)\n"
"  --lane fast|bulk   which connection; bulk makes --size 65536 --depth 16\n"
"  --depth D          echoes of a thread at once (1)\n"
"  --tcp HOST:PORT    compare with plain TCP, by turns with the echoes: on the\n"
"                     fast lane a ping-pong of equal sizes, on the bulk lane a\n"
"                     stream of blocks of equal size towards this node\n"
"\n"
"--timeout is the time that one echo may take. rounds/s and mb/s (megabytes per\n"
"second) are those of all threads together; fairness is the rounds of the thread\n"
"that made most by those of the thread that made fewest. The last table has the\n"
"numbers of weft divided by those of TCP.\n"
"\n"
"bench tcp-server is the other end of --tcp, for the node that answers. It serves\n"
"anybody who can reach the port, and runs until it is killed.\n"
"\n"
"  --listen [HOST:]PORT   port 0: any that is free; it is printed\n";

/**
 * command_bench() - weft bench
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: the verb
 *
 * Return: the exit status.
 */
enum status command_bench(struct context *context, int argc, char **argv)
{
	struct bench bench;
	enum status status;

	if (!argc)
		return usage_error("'bench' needs to know what: echo or tcp-server");
	if (strcmp(argv[0], "echo") && strcmp(argv[0], "tcp-server"))
		return usage_error("'bench' cannot do '%s': echo or tcp-server",
				   argv[0]);
	status = refuse_arguments(context, argc - 1, argv + 1);
	if (status == STATUS_OK)
		status = bench_parse(context, argv[0], &bench);
	if (status != STATUS_OK)
		return status;
	if (!strcmp(argv[0], "tcp-server"))
		return bench_server(&bench);
	return bench_echo(context, &bench);
}
