#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The netlink family: what it refuses, what it grants, and that no message
# harms it.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

an_unconfigured_module_is_loaded()
{
	push_weft n1 "$OUTPUT/refusals" "$OUTPUT/answers" "$OUTPUT/fuzz"
	guest n1 load_weft
}

wrong_requests_are_refused_with_a_sentence()
{
	run_in n1 /lib/weft/refusals
}

right_requests_are_granted_and_heard_of()
{
	run_in n1 /lib/weft/answers
}

mutated_messages_do_no_harm()
{
	run_in n1 /lib/weft/fuzz
}

the_module_unloads_after_all_that()
{
	guest n1 stop_weft
}

need_nodes 1
ktap_run an_unconfigured_module_is_loaded wrong_requests_are_refused_with_a_sentence \
	right_requests_are_granted_and_heard_of mutated_messages_do_no_harm \
	the_module_unloads_after_all_that -- "$@"
