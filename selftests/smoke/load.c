// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading many times, in turn without parameters, with all of
 * them and with wrong ones; then nothing of weft is left. What each round must
 * leave behind is checked in the round.
 */
#include "module.h"
#include "nl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <kselftest.h>

#define ROUNDS_DEFAULT 100

static const struct {
	const char *parameters;
	int err;
} kinds[] = {
	{ "", 0 },
	{ "cluster=lab node=64 lease_ms=600000", 0 },
	{ "cluster=lab node=65", -ERANGE },
	{ "cluster=.lab node=1", -EINVAL },
};

static bool family_exists(void)
{
	struct nl nl;
	int err = nl_open(&nl);

	nl_close(&nl);
	return err != -ENOENT;
}

static bool do_round(int number)
{
	int wanted = kinds[number % ARRAY_SIZE(kinds)].err;
	int err = module_load(kinds[number % ARRAY_SIZE(kinds)].parameters);
	bool is_there = family_exists();
	int unload_err = err ? 0 : module_unload();

	if (err == wanted && is_there == !wanted && !unload_err)
		return true;
	ksft_print_msg("round %d: load %d, expected %d; family %s; unload %d\n",
		       number, err, wanted, is_there ? "there" : "not there",
		       unload_err);
	return false;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS_DEFAULT;
	bool is_right = true;
	int number;

	ksft_print_header();
	ksft_set_plan(3);
	for (number = 0; number < rounds && is_right; number++)
		is_right = do_round(number);
	ksft_test_result(is_right, "%d loads, good and bad ones in turn\n",
			 number);
	ksft_test_result(!module_is_loaded(),
			 "the module is absent afterwards\n");
	ksft_test_result(!family_exists(),
			 "the netlink family is absent afterwards\n");
	ksft_finished();
}
