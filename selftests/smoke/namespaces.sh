#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A node in each network namespace.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

nodes_in_namespaces_share_nothing()
{
	push_weft n1 "$OUTPUT/namespaces"
	guest n1 load_weft
	run_in n1 /lib/weft/namespaces
}

# The name of a namespace is used again, with its node gone.
deleted_namespace()
{
	configure 5
	for cycle in 1 2; do
		ip netns add other
		expect_words_of other "node *none"
		ip netns exec other weftd --config "$CONF" --daemon --socket /run/weft/other
		expect_words_of other "node *5"
		pkill -TERM -x weftd
		wait_for 20 "the end of weftd in round $cycle" eval '! pidof weftd'
		expect_words_of other "node *5"
		ip netns del other
	done
	output=$(weft status 2>&1) || true
	expect_words "the initial namespace" "node *none"
	stop_weft
}

expect_words_of()
{
	output=$(ip netns exec "$1" weft status 2>&1) || true
	expect_words "namespace $1" "$2"
}

deleting_a_namespace_ends_its_node()
{
	guest n1 deleted_namespace
}

need_nodes 1
ktap_run nodes_in_namespaces_share_nothing deleting_a_namespace_ends_its_node -- "$@"
