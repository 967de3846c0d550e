#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sessions: they come up however they are protected, carry what they are given,
# outlive the daemon, and end with the life of a node.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. links.sh

# expect_lanes ENCRYPTION: what all lanes of all nodes say of themselves.
expect_lanes()
{
	local node

	for node in $NODES; do
		expect_equal "the lanes of $node" "['$1', '$1', '$1', '$1']" \
			"$(ask_peers "$node" 'lanes("encryption")')"
		expect_equal "what broke the protocol at $node" "[0, 0, 0, 0]" \
			"$(ask_peers "$node" 'lanes("breaches")')"
	done
}

all_lanes_come_up_and_are_encrypted()
{
	expect_lanes aes-128-gcm
}

echoes_are_right_in_every_direction_on_both_lanes()
{
	on_each guest echo_to_all 16,64,16384 65536
}

# In a node, which dials one peer and is dialed by another.
restart_daemon()
{
	local before pids=() number

	before=$(connections)
	touch /run/echo1 /run/echo3
	for number in 1 3; do
		keep_echoing /run/echo$number --to $number &
		pids+=($!)
	done
	for signal in KILL TERM KILL TERM; do
		stop_daemon $signal
		weft --timeout 60 bench echo --to 1 --count 5 >/dev/null
		start_daemon
	done
	rm /run/echo1 /run/echo3
	await "${pids[@]}"
	[ "$before" = "$(connections)" ] ||
		fail "the connections were '$before', they are '$(connections)'"
}

lanes_and_calls_outlive_the_daemon()
{
	guest n2 restart_daemon
}

# In a node: ends as the calls end, once all of them are under way.
call_through_a_new_life()
{
	expect_status "calls to a node that begins a new life" 1 \
		weft --timeout 60 bench echo --to 2 --threads 8 --depth 4 --count 1000000
	expect_words "calls to a node that begins a new life" "started a new life"
}

# lives NODE: prints the incarnation of n2 as NODE knows it.
life_of_n2()
{
	ask_peers "$1" 'peers[2]["session"]["incarnation"]'
}

a_new_life_of_a_node_ends_calls_to_its_old_one()
{
	local pids=() node before

	before=$(life_of_n2 n1)
	for node in n1 n3; do
		guest $node call_through_a_new_life &
		pids+=($!)
		wait_for $((20 * SLOW)) "calls under way" guest $node has_calls_to 2
	done
	guest n2 begin_life
	await "${pids[@]}"
	all_lanes_up
	[ "$before" -lt "$(life_of_n2 n1)" ] || fail "the incarnation is not higher than $before"
	expect_equal "the incarnation as n3 knows it" "$(life_of_n2 n1)" "$(life_of_n2 n3)"
	guest n1 has_no_calls_to 2
	on_each guest echo_to_all
}

chacha20_works_as_well()
{
	links_up chacha20-poly1305
	expect_lanes chacha20-poly1305
	on_each guest echo_to_all
}

ipv6_works_as_well()
{
	links_up aes-128-gcm fd77::
	lab exec n1 -- ss -tnH | grep -q fd77::2 || fail "n1 has no connection to fd77::2"
	expect_lanes aes-128-gcm
	on_each guest echo_to_all
}

plain_tcp_works_as_well()
{
	links_up none
	expect_lanes none
	on_each guest echo_to_all
}

need_links
ktap_run all_lanes_come_up_and_are_encrypted echoes_are_right_in_every_direction_on_both_lanes \
	lanes_and_calls_outlive_the_daemon a_new_life_of_a_node_ends_calls_to_its_old_one \
	chacha20_works_as_well ipv6_works_as_well plain_tcp_works_as_well -- "$@"
