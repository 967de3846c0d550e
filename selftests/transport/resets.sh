#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A reset of a TCP connection costs a stall, not a message. n1 and n2 call each
# other on both lanes with checked contents and order, while connections between
# them are reset at random moments, by either side.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. links.sh

# By each of the two nodes, however the lanes are protected. The slower the machine the
# more time between two: what is reset while it connects carries no call.
RESETS=25
[ "${WEFT_STRESS-}" != yes ] || RESETS=500

# Runs in each lane before the first reset, and after the last one, by which it
# is told what a round trip takes here.
UNDISTURBED=5

# Of one run of keep_echoing, by lane: its threads and what each of them does.
FAST_ROUNDS="--threads 8 --depth 2 --count 25"
BULK_ROUNDS="--threads 1 --depth 2 --count 16"

# In a node: nothing is left of another time.
forget_trade()
{
	rm -f /run/fast* /run/bulk* /run/standstills
	: >/run/fast.json
	: >/run/bulk.json
	mark started
}

# In a node: as long as /run/fast is there, whenever the machine itself stood still
# for over 20 ms, by the clock of the trace: from when, and how long, in seconds.
# Nothing that it does can be faster than that.
note_standstills()
{
	# shellcheck disable=SC2016	# Perl's
	perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC,usleep -e '
		for (my $was = clock_gettime(CLOCK_MONOTONIC); -e "/run/fast";) {
			usleep(10_000);
			my $now = clock_gettime(CLOCK_MONOTONIC);
			my $late = $now - $was - 0.01;
			printf("%.6f %.6f\n", $was, $late) if $late > 0.02;
			$was = $now;
		}' >/run/standstills
}

# In a node: trade PEER FAST BULK: calls on both lanes, until it is told to end.
trade()
{
	local pids=()

	touch /run/fast /run/bulk
	note_standstills &
	pids+=($!)
	# shellcheck disable=SC2086	# several words
	keep_echoing /run/fast --to "$1" $2 &
	pids+=($!)
	# shellcheck disable=SC2086
	keep_echoing /run/bulk --to "$1" --lane bulk --size 16384 $3 &
	pids+=($!)
	await "${pids[@]}"
}

# In a node: has_traded MARK COUNT: so many more results have come in each lane.
has_traded()
{
	local lane

	for lane in fast bulk; do
		[ "$(wc -l </run/$lane.json)" -ge $(($(cat /run/$lane."$1") + $2)) ] ||
			return 1
	done
}

# In a node: how many results there are now.
mark()
{
	wc -l </run/fast.json >/run/fast."$1"
	wc -l </run/bulk.json >/run/bulk."$1"
}

# In a node: from now on all changes of lanes are written down.
watch_lanes()
{
	cd /sys/kernel/tracing
	echo mono >trace_clock
	: >trace
	echo 1 >events/weft/weft_lane_state/enable
	mark undisturbed
}

# In a node: what has been seen, for stalls.py.
collect()
{
	echo 0 >/sys/kernel/tracing/events/weft/weft_lane_state/enable
	# a file of unknown length is none for tar
	cat /sys/kernel/tracing/trace >/run/trace
	tar -C /run -cf - fast.json bulk.json fast.undisturbed bulk.undisturbed \
		fast.settled bulk.settled standstills trace
}

# Prints the sum of a counter over the lanes between n1 and n2, as both see them.
counted()
{
	echo $(($(ask_peers n1 "sum(lane['$1'] for lane in peers[2]['session']['lanes'])") +
		$(ask_peers n2 "sum(lane['$1'] for lane in peers[1]['session']['lanes'])")))
}

resets_cost_stalls_only()
{
	local traders=() resetters=() node connections resent duplicates

	trap mend EXIT
	connections=$(counted connections)
	resent=$(counted resent)
	duplicates=$(counted duplicates)
	for node in 1 2; do
		guest n$node forget_trade
		guest n$node trade $((3 - node)) "$FAST_ROUNDS" "$BULK_ROUNDS" &
		traders+=($!)
	done
	for node in 1 2; do
		wait_for $((60 * SLOW)) "undisturbed calls of n$node" \
			guest n$node has_traded started $UNDISTURBED
		guest n$node watch_lanes
	done
	for node in 1 2; do
		lab exec --timeout "$GUEST_TIMEOUT" n$node -- \
			/lib/weft/resetter 10.77.0.$((3 - node)) "$RESETS" "$SLOW" &
		resetters+=($!)
	done
	await "${resetters[@]}"
	all_lanes_up
	guest n1 mark settled
	guest n2 mark settled
	for node in 1 2; do
		wait_for $((60 * SLOW)) "calls of n$node undisturbed again" \
			guest n$node has_traded settled $UNDISTURBED
	done
	for node in 1 2; do
		guest n$node end_echoes
	done
	await "${traders[@]}"
	for node in 1 2; do
		mkdir -p "$WORK/seen$node"
		guest n$node collect | tar -C "$WORK/seen$node" -xf -
	done
	for node in 1 2; do
		note "n$node, whose peer is node $((3 - node)):"
		./stalls.py "$WORK/seen$node" "$WORK/seen$((3 - node))" $((3 - node)) >"$WORK/stalls" ||
			fail "$(cat "$WORK/stalls")"
		note "$(cat "$WORK/stalls")"
	done
	connections=$(($(counted connections) - connections))
	resent=$(($(counted resent) - resent))
	duplicates=$(($(counted duplicates) - duplicates))
	note "$((2 * RESETS)) resets: $((connections / 2)) connections, $resent messages" \
		"sent again, $duplicates of them twice received"
	[ "$connections" -ge $((2 * RESETS)) ] ||
		fail "there were only $((connections / 2)) connections after $((2 * RESETS)) resets"
	[ "$resent" -gt 0 ] || fail "no message was sent again"
	expect_equal "what broke the protocol" 0 "$(counted breaches)"
	expect_equal "calls that are left" "0 0" "$(guest n1 calls_to 2) $(guest n2 calls_to 1)"
	all_lanes_up
}

resets_of_encrypted_lanes_cost_stalls_only()
{
	resets_cost_stalls_only
}

resets_of_plain_lanes_cost_stalls_only()
{
	links_up none
	resets_cost_stalls_only
}

need_links "$OUTPUT/resetter"
GUEST_TIMEOUT=$((GUEST_TIMEOUT + RESETS * 4 * SLOW))
ktap_run resets_of_encrypted_lanes_cost_stalls_only resets_of_plain_lanes_cost_stalls_only -- "$@"
