// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters: what is wrong must refuse to load, leave nothing behind and
 * say so in one line that names parameter, value and limit; what is right must
 * become the identity of the node.
 */
#include "module.h"
#include "nl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kselftest.h>

#define NAME_31	 "abcdefghijklmnopqrstuvwxyz.01_3-"
#define NODES	 "1 to 64"
#define LEASES	 "100 to 600000 milliseconds"
#define NAMES	 "1 to 31"
#define REQUIRED "is required"

static const struct {
	const char *parameters;
	int err;
	const char *value; /* how the log spells the parameter */
	const char *limit; /* words that the line has to hold, too */
} refused[] = {
	{ "cluster=lab node=0", -ERANGE, "node=0:", NODES },
	{ "cluster=lab node=65", -ERANGE, "node=65:", NODES },
	{ "cluster=lab node=-1", -EINVAL, "node=-1:", NODES },
	{ "cluster=lab node=abc", -EINVAL, "node=abc:", NODES },
	{ "cluster=lab node=1x", -EINVAL, "node=1x:", NODES },
	{ "cluster=lab node=0x1", -EINVAL, "node=0x1:", NODES },
	{ "cluster=lab node=", -EINVAL, "node=:", NODES },
	{ "cluster=lab node=\" 1\"", -EINVAL, "node= 1:", NODES },
	{ "cluster=lab node=1,2", -EINVAL, "node=1,2:", NODES },
	{ "cluster=lab node=4294967297", -ERANGE, "node=4294967297:", NODES },
	{ "cluster=lab node=99999999999999999999", -ERANGE, "node=9999",
	  NODES },
	{ "cluster=lab node=1 lease_ms=99", -ERANGE, "lease_ms=99:", LEASES },
	{ "cluster=lab node=1 lease_ms=600001", -ERANGE,
	  "lease_ms=600001:", LEASES },
	{ "cluster=lab node=1 lease_ms=0", -ERANGE, "lease_ms=0:", LEASES },
	{ "cluster=lab node=1 lease_ms=2s", -EINVAL, "lease_ms=2s:", LEASES },
	{ "cluster=lab node=1 lease_ms=", -EINVAL, "lease_ms=:", LEASES },
	{ "cluster=lab node=1 lease_ms=-2000", -EINVAL,
	  "lease_ms=-2000:", LEASES },
	{ "lease_ms=99", -ERANGE, "lease_ms=99:", LEASES },
	{ "cluster= node=1", -EINVAL, "cluster=:", NAMES },
	{ "cluster=" NAME_31 "x node=1", -EINVAL,
	  "cluster=" NAME_31 "x:", NAMES },
	{ "cluster=.lab node=1", -EINVAL, "cluster=.lab:", NAMES },
	{ "cluster=-lab node=1", -EINVAL, "cluster=-lab:", NAMES },
	{ "cluster=_lab node=1", -EINVAL, "cluster=_lab:", NAMES },
	{ "cluster=a/b node=1", -EINVAL, "cluster=a/b:", NAMES },
	{ "cluster=\"a b\" node=1", -EINVAL, "cluster=a b:", NAMES },
	{ "cluster=\"a\nb\" node=1", -EINVAL, "cluster=a", NAMES },
	{ "cluster=\"lab\n\" node=1", -EINVAL, "cluster=lab", NAMES },
	{ "cluster=l\xc3\xbc node=1", -EINVAL, "cluster=l", NAMES },
	{ "cluster=lab", -EINVAL, "node:", "node number " REQUIRED },
	{ "node=3", -EINVAL, "cluster:", "cluster name " REQUIRED },
	{ "cluster=lab node", -EINVAL, "node", "invalid for parameter" },
};

static const struct {
	const char *parameters;
	const char *name; /* NULL: unconfigured */
	uint32_t node;
	uint32_t lease_ms;
	const char *line; /* words in the log */
} granted[] = {
	{ "", NULL, 0, 2000, "loaded, unconfigured" },
	{ "lease_ms=100", NULL, 0, 100, "loaded, unconfigured" },
	{ "cluster=lab node=1", "lab", 1, 2000,
	  "loaded, node 1 of cluster lab" },
	{ "cluster=lab node=64", "lab", 64, 2000,
	  "loaded, node 64 of cluster lab" },
	{ "node=2 cluster=A lease_ms=100", "A", 2, 100, "node 2 of cluster A" },
	{ "cluster=7 node=7 lease_ms=600000", "7", 7, 600000,
	  "node 7 of cluster 7" },
	{ "cluster=abcdefghijklmnopqrstuvwxyz.01_3 node=9",
	  "abcdefghijklmnopqrstuvwxyz.01_3", 9, 2000,
	  "cluster abcdefghijklmnopqrstuvwxyz.01_3" },
	/* The kernel's own rule: a typing error in a name is only warned about. */
	{ "cluster=lab node=1 nod=2", "lab", 1, 2000,
	  "unknown parameter 'nod' ignored" },
};

/* A readable name without the line breaks that some parameters hold. */
static const char *printable(const char *parameters)
{
	static char text[128];
	char *at;

	snprintf(text, sizeof(text), "%s", *parameters ? parameters : "(none)");
	for (at = text; *at; at++)
		if (*at < ' ' || *at == '#')
			*at = '?';
	return text;
}

static bool check_refused(size_t row, int log)
{
	char said[2048];
	int err = module_load(refused[row].parameters);
	int lines = log_read_weft(log, said, sizeof(said));

	if (err == refused[row].err && !module_is_loaded() && lines == 1 &&
	    strstr(said, refused[row].value) &&
	    strstr(said, refused[row].limit))
		return true;
	ksft_print_msg("error %d, expected %d; %s\n", err, refused[row].err,
		       module_is_loaded() ? "still loaded" : "not loaded");
	ksft_print_msg("%d lines, expected one with '%s' and '%s': %s\n", lines,
		       refused[row].value, refused[row].limit, printable(said));
	module_unload();
	return false;
}

static bool is_identity(size_t row)
{
	struct answer answer;
	struct nl nl;
	bool is_right;

	if (nl_open(&nl) || nl_command(&nl, WEFT_CMD_CLUSTER_GET, &answer))
		return false;
	nl_close(&nl);
	is_right = message_u32(&answer.reply, WEFT_A_CLUSTER_LEASE_MS) ==
		   granted[row].lease_ms;
	if (!granted[row].name)
		return is_right &&
		       !message_has(&answer.reply, WEFT_A_CLUSTER_NAME) &&
		       !message_has(&answer.reply, WEFT_A_CLUSTER_NODE);
	return is_right &&
	       message_u32(&answer.reply, WEFT_A_CLUSTER_NODE) ==
		       granted[row].node &&
	       !strcmp(message_string(&answer.reply, WEFT_A_CLUSTER_NAME),
		       granted[row].name);
}

static bool check_granted(size_t row, int log)
{
	char said[2048];
	int err = module_load(granted[row].parameters);
	bool has_identity = !err && is_identity(row);
	bool has_words;
	int unload_err;

	log_read_weft(log, said, sizeof(said));
	has_words = strstr(said, granted[row].line);
	unload_err = module_unload();
	if (has_identity && has_words && !unload_err)
		return true;
	ksft_print_msg("load %d, unload %d, %s; expected '%s' in: %s\n", err,
		       unload_err,
		       has_identity ? "right identity" : "wrong identity",
		       granted[row].line, printable(said));
	return false;
}

int main(void)
{
	int log = log_open_at_end();
	char said[2048];
	size_t row;

	ksft_print_header();
	if (log < 0)
		ksft_exit_fail_msg("cannot read /dev/kmsg\n");
	/* The first load of a boot adds lines about taints. */
	if (module_load("") || module_unload())
		ksft_exit_fail_msg("the module cannot come and go at all\n");
	log_read_weft(log, said, sizeof(said));

	ksft_set_plan(ARRAY_SIZE(refused) + ARRAY_SIZE(granted));
	for (row = 0; row < ARRAY_SIZE(refused); row++) {
		bool is_right = check_refused(row, log);

		ksft_test_result(is_right, "refused: %s\n",
				 printable(refused[row].parameters));
	}
	for (row = 0; row < ARRAY_SIZE(granted); row++) {
		bool is_right = check_granted(row, log);

		ksft_test_result(is_right, "granted: %s\n",
				 printable(granted[row].parameters));
	}
	ksft_finished();
}
