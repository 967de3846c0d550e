#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A bad network makes things slow, and nothing else.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. links.sh

TRAFFIC_SECONDS=3

# In a node: trade PEER SECONDS: checked echoes on both lanes.
trade()
{
	weft --timeout 60 bench echo --to "$1" --lane bulk --size 65536 --depth 4 \
		--seconds "$2" >/dev/null &
	weft --timeout 60 bench echo --to "$1" --threads 8 --depth 4 --size 1000 \
		--seconds "$2" >/dev/null
	wait $!
}

# In a node: prints a counter of TCP, since the last time.
tcp_count()
{
	nstat -z "$1" | sed -n "s/^$1 *\\([0-9]*\\).*/\\1/p"
}

is_as_fast_as_before()
{
	[ "$(echo_ms)" -le $((3 * BEFORE_MS)) ]
}

# shape NETEM...: what n1 and n2 send.
shape()
{
	lab netem n1 "$@"
	lab netem n2 "$@"
}

# Both ends call each other, while both count something of TCP; sets $count.
trade_and_count()
{
	local node traders=()

	count=0
	for node in 1 2; do
		guest n$node tcp_count "$1" >/dev/null
		guest n$node trade $((3 - node)) "$TRAFFIC_SECONDS" &
		traders+=($!)
	done
	await "${traders[@]}"
	for node in 1 2; do
		count=$((count + $(guest n$node tcp_count "$1")))
	done
	note "$1: $count"
}

# The network is good again: and so are the lanes.
expect_recovery()
{
	shape off
	all_lanes_up
	wait_for $((20 * SLOW)) "calls as fast as before" is_as_fast_as_before
	expect_equal "what broke the protocol" "[0, 0, 0, 0]" "$(ask_peers n1 'lanes("breaches")')"
}

# calls_are_right COUNTER NETEM...: through a network that makes TCP count.
calls_are_right()
{
	shape "${@:2}"
	trade_and_count "$1"
	expect_recovery
	[ "$count" -gt 0 ] || fail "TCP has noticed nothing"
}

loss_costs_time_only()
{
	calls_are_right TcpRetransSegs loss 5%
}

duplicates_cost_nothing()
{
	calls_are_right TcpExtTCPDSACKOldSent duplicate 5%
}

a_wrong_order_costs_time_only()
{
	calls_are_right TcpExtTCPOFOQueue delay 10ms reorder 20% 50%
}

delay_with_jitter_costs_time_only()
{
	local ms

	shape delay 40ms 20ms
	ms=$(echo_ms)
	[ "$ms" -ge 40 ] || fail "calls took $ms ms in spite of two delays of 20 to 60 ms"
	trade_and_count TcpInSegs
	expect_recovery
}

# Without TLS: what passes the checksum of TCP would have to fail that of a frame.
damage_is_never_delivered()
{
	links_up none
	calls_are_right TcpInCsumErrors corrupt 1%
}

need_links
BEFORE_MS=$(echo_ms)
ktap_run loss_costs_time_only duplicates_cost_nothing a_wrong_order_costs_time_only \
	delay_with_jitter_costs_time_only damage_is_never_delivered -- "$@"
