#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the lab breaks is broken, and what it mends is whole again.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

# Machines that stand still or die have much to say in their logs.
GATE=no
PORT=7711
STILL_SECONDS=4

address_of()
{
	echo "10.77.0.${1#n}"
}

# any_answer ADDRESS...: runs in a node; prints those that answer.
any_answer()
{
	local address

	for address in "$@"; do
		ping -q -c 1 -W 2 "$address" >/dev/null && echo "$address" &
	done
	wait
}

# expect_deaf NODE NODE: nothing comes back, over IPv4 and IPv6.
expect_deaf()
{
	expect_equal "who answers $1 in spite of the cut" "" \
		"$(guest "$1" any_answer "$(address_of "$2")" "fd77::${2#n}")"
}

both_answer()
{
	[ "$(guest "$1" any_answer "$(address_of "$2")" "fd77::${2#n}" | wc -l)" = 2 ]
}

# A reply that is late on a busy machine is not a cut.
expect_hears()
{
	wait_for 20 "$1 hears $2 over IPv4 and IPv6" both_answer "$1" "$2"
}

a_cut_is_silent_in_both_directions_until_it_is_healed()
{
	expect_hears n1 n2
	lab partition 'n1 | n2'
	expect_deaf n1 n2
	expect_deaf n2 n1
	expect_equal "the cuts" "n1>n2 n2>n1" "$(lab_cuts)"
	lab heal
	expect_hears n1 n2
	expect_hears n2 n1
	expect_equal "the cuts" "" "$(lab_cuts)"
}

lab_cuts()
{
	lab status --json | python3 -c '
import json, sys
cuts = json.load(sys.stdin)["cuts"]
print(*sorted(cut["from"] + ">" + cut["to"] for cut in cuts))'
}

# datagram FROM TO: succeeds if one arrives.
datagram()
{
	local listener

	# shellcheck disable=SC2016	# Perl
	lab exec --timeout 30 "$2" -- perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new(LocalPort => shift, Proto => "udp") or die;
		$| = 1; print "ready\n";
		$SIG{ALRM} = sub { exit 1 }; alarm 5;
		$s->recv($data, 16); exit($data eq "hello\n" ? 0 : 1);' "$PORT" >"$WORK/listener" &
	listener=$!
	wait_for 20 "a listener" grep -q ready "$WORK/listener"
	lab exec "$1" -- bash -c "echo hello >/dev/udp/$(address_of "$2")/$PORT"
	wait "$listener"
}

a_cut_of_one_direction_leaves_the_other()
{
	lab partition 'n1 -> n2'
	expect_equal "the cuts" "n1>n2" "$(lab_cuts)"
	datagram n2 n1 || fail "what n2 sends does not reach n1"
	if datagram n1 n2; then
		fail "what n1 sends reaches n2"
	fi
	lab heal
	datagram n1 n2 || fail "what n1 sends does not reach n2 after healing"
}

uptime_of()
{
	lab exec "$1" -- cut -d. -f1 /proc/uptime
}

state_of()
{
	lab_field "['nodes'][${1#n}-1]['state']"
}

clocks_stand_still_while_a_machine_is_paused()
{
	local before after

	before=$(uptime_of n2)
	lab pause n2
	expect_equal "the state" paused "$(state_of n2)"
	sleep "$STILL_SECONDS"
	lab resume n2
	expect_equal "the state" running "$(state_of n2)"
	after=$(uptime_of n2)
	[ $((after - before)) -lt "$STILL_SECONDS" ] ||
		fail "its clock went on by $((after - before)) s in a pause of $STILL_SECONDS s"
}

clocks_jump_when_a_frozen_machine_is_thawed()
{
	local before after

	before=$(uptime_of n2)
	lab freeze n2
	expect_equal "the state" frozen "$(state_of n2)"
	expect_status "exec in a frozen machine" 125 lab exec n2 -- true
	expect_match "exec in a frozen machine" "frozen.*lab thaw n2" "$output"
	sleep "$STILL_SECONDS"
	lab thaw n2
	after=$(uptime_of n2)
	[ $((after - before)) -ge "$STILL_SECONDS" ] ||
		fail "its clock jumped by $((after - before)) s only after $STILL_SECONDS s"
}

a_cut_survives_the_death_of_the_machine()
{
	lab partition 'n1 | n2'
	lab exec n2 -- touch /forgotten
	lab kill n2
	expect_equal "the state" dead "$(state_of n2)"
	expect_status "exec in a dead machine" 125 lab exec n2 -- true
	expect_match "exec in a dead machine" "not running.*lab boot n2" "$output"
	lab boot n2
	expect_equal "the state" running "$(state_of n2)"
	expect_status "a file of the life before" 1 lab exec n2 -- test -e /forgotten
	expect_deaf n1 n2
	expect_deaf n2 n1
	lab heal
	expect_hears n1 n2
}

# Prints the shortest of three round trips from n1 to n2, in whole milliseconds.
round_trip()
{
	lab exec n1 -- ping -q -i 0.2 -c 3 -W 5 "$(address_of n2)" | sed -n 's|.* = \([0-9]*\)\..*|\1|p'
}

netem_delays_until_it_is_off()
{
	local ms

	lab netem n1 delay 400ms
	ms=$(round_trip)
	[ "$ms" -ge 400 ] || fail "$ms ms in spite of a delay of 400 ms"
	lab netem n1 off
	ms=$(round_trip)
	[ "$ms" -lt 400 ] || fail "still $ms ms"
	lab netem n1 delay 400ms
	lab heal
	ms=$(round_trip)
	[ "$ms" -lt 400 ] || fail "still $ms ms after healing"
}

# Prints by how many seconds the clock of n1 is ahead of ours.
ahead()
{
	echo $(($(lab exec n1 -- date +%s) - $(date +%s)))
}

expect_ahead()
{
	local seen

	seen=$(ahead)
	((seen >= $1 - 20 && seen <= $1 + 20)) ||
		fail "the clock is ahead by $seen s, expected $1 s"
}

the_clock_is_stepped_and_set_again()
{
	lab clock n1 sync
	expect_ahead 0
	lab clock n1 +3600
	expect_ahead 3600
	lab clock n1 -7200
	expect_ahead -3600
	lab clock n1 sync
	expect_ahead 0
}

# Modes, names and contents of a tree.
fingerprint()
{
	(
		cd "$1"
		find . -printf '%p %M %l\n' | sort
		find . -type f -print0 | sort -z | xargs -0 sha256sum
	)
}

files_and_directories_are_copied_as_they_are()
{
	mkdir -p "$WORK/tree/sub dir"
	head -c 300000 /dev/urandom >"$WORK/tree/binary"
	: >"$WORK/tree/sub dir/empty"
	echo '#!/bin/sh' >"$WORK/tree/script"
	chmod 640 "$WORK/tree/binary"
	chmod 755 "$WORK/tree/script"
	chmod 600 "$WORK/tree/sub dir/empty"
	ln -s script "$WORK/tree/link"

	lab push n1 "$WORK/tree" /tmp/pushed
	lab pull n1 /tmp/pushed "$WORK/pulled"
	diff <(fingerprint "$WORK/tree") <(fingerprint "$WORK/pulled")
	expect_equal "the mode in the node" "640 root" \
		"$(lab exec n1 -- stat -c '%a %U' /tmp/pushed/binary)"
	lab push n1 "$WORK/tree/binary" /tmp/
	lab pull n1 /tmp/binary "$WORK/single"
	cmp "$WORK/tree/binary" "$WORK/single"
}

# expect_complaint STATUS WORDS COMMAND...: one sentence, no Python.
expect_complaint()
{
	local wanted=$1 words=$2

	shift 2
	expect_status "lab $*" "$wanted" lab "$@"
	expect_match "lab $*" "$words" "$output"
	[[ $output != *Traceback* ]] || fail "lab $*: $output"
	[ "$wanted" = 2 ] || expect_equal "lines of lab $*" 1 "$(wc -l <<<"$output")"
}

bad_usage_gives_one_sentence_and_a_status()
{
	expect_complaint 2 "invalid choice" nonsense
	expect_complaint 2 "needs its command" exec
	expect_complaint 2 "required" push n1
	expect_complaint 1 "write 'n1 [|] n2,n3'" partition n1
	expect_complaint 1 "no node 'n99'" partition 'n1 | n99'
	expect_complaint 1 "named twice" partition 'n1 | n1'
	expect_complaint 1 "[+]SECONDS, -SECONDS or sync" clock n1 soon
	expect_complaint 1 "is running" boot n1
	expect_complaint 1 "no node 'n99'" kill n99
	expect_complaint 1 "does not exist" push n1 /no/such/file /tmp/x
	expect_complaint 1 "no/such/file|No such file" pull n1 /no/such/file "$WORK/x"
	expect_complaint 1 "already up" up --nodes 1
	LAB=nowhere expect_complaint 1 "not up" status
	LAB=../escape expect_complaint 1 "not a name" status
	LAB=nowhere expect_complaint 1 "must be 1 to" up --nodes 0
	LAB=nowhere expect_complaint 1 "unknown kernel" up --kernel 9.9
}

need_nodes 2
ktap_run a_cut_is_silent_in_both_directions_until_it_is_healed \
	a_cut_of_one_direction_leaves_the_other \
	clocks_stand_still_while_a_machine_is_paused \
	clocks_jump_when_a_frozen_machine_is_thawed a_cut_survives_the_death_of_the_machine \
	netem_delays_until_it_is_off the_clock_is_stepped_and_set_again \
	files_and_directories_are_copied_as_they_are \
	bad_usage_gives_one_sentence_and_a_status -- "$@"
