#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A peer that has gone bad, and callers that ask for what cannot be: the module
# drops, refuses and counts, and serves whoever behaves.
#
# Mutated frames: 100,000 with WEFT_STRESS=yes. An ordinary run has as many as
# fit into its time; a debug kernel needs five times as long for each.
# WEFT_SEED repeats a run.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

frames()
{
	if [ "${WEFT_STRESS-}" = yes ]; then
		echo 100000
	elif [[ $RELEASE == *debug* ]]; then
		echo 5000
	else
		echo 25000
	fi
}

# TLS is at hand, so that a socket can have half of it.
prepare()
{
	load_weft
	# a kernel may have it built in
	modprobe tls 2>/dev/null || grep -qw tls /proc/sys/net/ipv4/tcp_available_ulp
}

the_module_is_loaded()
{
	push_weft n1 "$OUTPUT/hostile" "$OUTPUT/hostile_cases" "$OUTPUT/hostile_storm" \
		"$OUTPUT/hostile_refusals"
	guest n1 prepare
}

what_a_peer_may_not_say_ends_its_connection()
{
	run_in n1 /lib/weft/hostile
}

good_messages_of_a_bad_peer_do_no_harm()
{
	run_in n1 /lib/weft/hostile_cases
}

wrong_connections_views_and_echoes_are_refused()
{
	run_in n1 /lib/weft/hostile_refusals
}

mutated_frames_do_no_harm()
{
	GUEST_TIMEOUT=3600 run_in n1 /lib/weft/hostile_storm "$(frames)" ${WEFT_SEED:+"$WEFT_SEED"}
}

the_module_unloads_after_all_that()
{
	guest n1 stop_weft
}

need_nodes 1
ktap_run the_module_is_loaded what_a_peer_may_not_say_ends_its_connection \
	good_messages_of_a_bad_peer_do_no_harm wrong_connections_views_and_echoes_are_refused \
	mutated_frames_do_no_harm the_module_unloads_after_all_that -- "$@"
