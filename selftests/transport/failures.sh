#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The other end dies, stands still, is cut off or goes; this end goes; the caller
# goes. Every call ends in time and with the right error, and when all is mended
# all is as before.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. links.sh

# Calls in these tests give up after so long.
CALL_SECONDS=2
ROUNDS=10
[ "${WEFT_STRESS-}" != yes ] || ROUNDS=100

# In a node: calls that end with the status and the words, whenever that is.
call_until()
{
	expect_status "calls to node $1" "$3" \
		weft --timeout "$2" bench echo --to "$1" --threads 8 --depth 4 --count 1000000
	expect_words "calls to node $1" "$4"
}

# start_calls NODE PEER SECONDS STATUS WORDS: returns with calls under way, which
# will end with this exit status and these words; sets $job.
start_calls()
{
	guest "$1" call_until "${@:2}" &
	job=$!
	wait_for $((20 * SLOW)) "calls from $1 to node $2" guest "$1" has_calls_to "$2"
}

# await_calls MILLISECONDS: they end before that is over, and as they should.
await_calls()
{
	local start=${EPOCHREALTIME/./} ms

	wait "$job"
	ms=$(((${EPOCHREALTIME/./} - start) / 1000))
	note "the calls ended after $ms ms"
	[ "$ms" -le "$1" ] || fail "the calls ended after $ms ms, expected at most $1 ms"
}

# What a deadline of CALL_SECONDS may take: a second more on a quiet machine.
limit_ms()
{
	echo $((CALL_SECONDS * 1000 + 750 + 250 * SLOW))
}

# calls_time_out FAULT...: so they do when this command breaks n3.
calls_time_out()
{
	trap mend EXIT
	start_calls n1 3 "$CALL_SECONDS" 6 "did not answer in time"
	"$@"
	await_calls "$(limit_ms)"
}

# all_is_as_before: lanes, and calls in every direction.
all_is_as_before()
{
	all_lanes_up
	on_each guest echo_to_all
}

calls_to_a_paused_node_end_in_time()
{
	calls_time_out lab pause n3
	lab resume n3
	all_is_as_before
}

calls_to_a_frozen_node_end_in_time()
{
	calls_time_out lab freeze n3
	lab thaw n3
	all_is_as_before
}

# In a node.
echo_a_while()
{
	touch /run/echo
	keep_echoing /run/echo --to "$1"
}

a_short_pause_of_a_node_costs_no_call()
{
	local echoes

	trap mend EXIT
	guest n1 echo_a_while 3 &
	echoes=$!
	wait_for $((20 * SLOW)) "calls" guest n1 has_calls_to 3
	for _ in 1 2; do
		lab pause n3
		sleep 1
		lab resume n3
		lab freeze n3
		sleep 1
		lab thaw n3
	done
	guest n1 end_echoes
	await $echoes
}

calls_over_a_cut_network_end_in_time()
{
	local cut

	for cut in 'n1 -> n3' 'n3 -> n1' 'n1,n2 | n3'; do
		calls_time_out lab partition "$cut"
		lab heal
		all_lanes_up
	done
	all_is_as_before
}

calls_to_a_node_without_the_module_end_in_time()
{
	calls_time_out guest n3 stop_weft
	guest n3 begin_life
	all_is_as_before
}

calls_to_a_dead_node_end_in_time()
{
	calls_time_out lab kill n3
	lab boot n3 2>/dev/null
	push_weft n3
	guest n3 join_links
	all_is_as_before
	lab gate --mark "after a death"
}

# In a node: the caller goes, and nothing of it stays.
kill_callers()
{
	local pid seconds=$1 start

	weft --timeout 60 bench echo --to 3 --threads 8 --depth 4 --count 1000000 >/dev/null &
	pid=$!
	disown
	# how long a program takes to start is not what is asked here
	wait_for $((20 * seconds)) "calls under way" has_calls_to 3
	start=${EPOCHREALTIME/./}
	kill -KILL $pid
	wait_for "$seconds" "the end of the killed caller" eval "! kill -0 $pid"
	start=$(((${EPOCHREALTIME/./} - start) / 1000))
	[ $start -le $((1000 * seconds)) ] || fail "the killed caller lived on for $start ms"
	if grep ECHO /sys/kernel/debug/weft/*/calls | grep -v abandoned; then
		fail "these calls have lost their caller"
	fi
}

a_killed_caller_is_gone_at_once()
{
	trap mend EXIT
	lab pause n3
	guest n1 kill_callers "$SLOW"
	lab resume n3
	wait_for $((20 * SLOW)) "no calls to n3" guest n1 has_no_calls_to 3
	all_is_as_before
}

# In a node: it calls, whatever comes of it.
call_anyhow()
{
	touch /run/echo
	while [ -e /run/echo ]; do
		weft --timeout 10 bench echo --to "$1" --threads 8 --count 100 >/dev/null 2>&1 || true
	done
}

# In a node: unloaded in the midst of calls, from here and to here.
unload_under_calls()
{
	local pid round status

	for round in $(seq "$1"); do
		weft --timeout 60 bench echo --to 2 --threads 8 --depth 4 --count 1000000 \
			>/run/calls 2>&1 &
		pid=$!
		wait_for "$2" "calls under way" has_calls_to 2
		# a dump of the daemon holds it for a moment
		wait_for "$2" "the unloading of round $round" rmmod weft
		status=0
		wait $pid || status=$?
		[ $status = 1 ] || fail "round $round: exit status $status: $(cat /run/calls)"
		grep -q "about to be unloaded\|not loaded" /run/calls ||
			fail "round $round: $(cat /run/calls)"
		load_weft
		await_lanes 4 "$2"
	done
}

the_module_goes_in_the_midst_of_calls()
{
	local callers

	trap mend EXIT
	guest n2 call_anyhow 1 &
	callers=$!
	guest n1 unload_under_calls "$ROUNDS" $((20 * SLOW))
	guest n2 end_echoes
	await $callers
	all_is_as_before
}

# In a node: takes the configuration with these nodes while the daemon runs.
take_nodes()
{
	write_config "${LAB_NODE#n}" links aes-128-gcm "$@"
	pkill -HUP -x weftd
}

# In a node.
has_epoch()
{
	[ "$(status_value epoch)" = "$1" ]
}

# In a node.
daemon_has_refused()
{
	log_matches "was refused: it speaks for a life of its node that is over"
}

a_node_that_is_removed_stays_away_until_its_next_life()
{
	local before

	trap mend EXIT
	before=$(guest n1 connections)
	start_calls n1 3 60 1 "no member of the cluster"
	for node in n1 n2; do
		guest $node take_nodes 1=10.77.0.1 2=10.77.0.2
	done
	await_calls $((5000 * SLOW))
	guest n1 expect_status "a call to a removed node" 1 weft bench echo --to 3 --count 1
	for node in n1 n2; do
		wait_for $((20 * SLOW)) "two lanes of $node" guest $node has_lanes_up 2
	done
	guest n1 weft --timeout 60 bench echo --to 2 --count 100 >/dev/null
	guest n2 weft --timeout 60 bench echo --to 1 --count 100 >/dev/null
	expect_equal "the connections of n1 to n2" "${before%% 3 *}" "$(guest n1 connections | sed 's/ $//')"
	for node in n1 n2; do
		guest $node take_nodes 1=10.77.0.1 2=10.77.0.2 3=10.77.0.3
	done
	wait_for $((20 * SLOW)) "a refusal of the old life" guest n1 daemon_has_refused
	guest n3 has_lanes_up 0 || fail "n3 is back in its old life"
	guest n3 begin_life
	all_is_as_before
}

need_links
GUEST_TIMEOUT=$((GUEST_TIMEOUT + ROUNDS * 10 * SLOW))
ktap_run calls_to_a_paused_node_end_in_time calls_to_a_frozen_node_end_in_time \
	a_short_pause_of_a_node_costs_no_call calls_over_a_cut_network_end_in_time \
	calls_to_a_node_without_the_module_end_in_time a_killed_caller_is_gone_at_once \
	the_module_goes_in_the_midst_of_calls \
	a_node_that_is_removed_stays_away_until_its_next_life \
	calls_to_a_dead_node_end_in_time -- "$@"
