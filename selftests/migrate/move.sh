#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A program is moved while it works, and nobody can tell from what it leaves
# behind; each of the two ends dies, its daemon, its machine.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. work.sh

a_moved_program_does_what_it_would_have_done()
{
	trap end_work EXIT
	away one 1 2 "$ROUNDS"
	guest n1 await_result one "$ROUNDS" $((60 * SLOW))
	guest n2 await_bodies 0 $((10 * SLOW))
}

programs_move_between_all_nodes()
{
	not_on_debug
	trap end_work EXIT
	away a 1 2 "$ROUNDS"
	away b 1 3 "$ROUNDS"
	away c 2 3 "$ROUNDS"
	away d 3 1 "$ROUNDS"
	guest n1 await_result a "$ROUNDS" $((60 * SLOW))
	guest n1 await_result b "$ROUNDS" $((60 * SLOW))
	guest n2 await_result c "$ROUNDS" $((60 * SLOW))
	guest n3 await_result d "$ROUNDS" $((60 * SLOW))
	on_each guest await_bodies 0 $((10 * SLOW))
}

# One of the two machines is older, so that one of the two ways goes back if the
# clock is not brought along.
its_clock_never_goes_back()
{
	local from gap back

	not_on_debug
	trap end_work EXIT
	for from in 1 2; do
		away clock $from $((3 - from)) "$ROUNDS"
		guest n$from await_status clock 42 $((60 * SLOW))
		read -r gap back < <(lab exec n$from -- cat /tmp/clock.out.clock)
		note "the longest time between two looks at the clock was $gap us"
		[ "$back" = 0 ] || fail "the clock went back by $back us"
	done
}

its_end_at_home_ends_it_there()
{
	trap end_work EXIT
	away gone 1 2 "$FOR_EVER"
	lab exec n1 -- pkill -KILL -x worker
	guest n1 await_status gone 137 $((10 * SLOW))
	guest n2 await_bodies 0 $((10 * SLOW))
}

its_end_there_ends_it_at_home()
{
	trap end_work EXIT
	away gone 1 2 "$FOR_EVER"
	lab exec n2 -- pkill -KILL -x worker
	guest n2 await_bodies 0 $((10 * SLOW))
	guest n1 await_status gone 137 $((10 * SLOW))
}

# In a node: memory may be dumped, to where we find it.
allow_dumps()
{
	mkdir -p /tmp/cores
	rm -f /tmp/cores/*
	echo /tmp/cores/core.%e.%p >/proc/sys/kernel/core_pattern
}

# In a node: begin_dumper NAME ROUNDS: a work that may dump its memory. Its whole
# status goes to a file.
begin_dumper()
{
	rm -f "/tmp/$1".*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c 'ulimit -c unlimited; exec perl -e "$1" "${@:2}"' bash '
my ($name, $rounds) = @ARGV;
my $child = fork;
exec "/lib/weft/worker", "/tmp/$name.out", $rounds unless $child;
open my $pid, ">", "/tmp/$name.pid";
print $pid "$child\n";
close $pid;
waitpid $child, 0;
open my $status, ">", "/tmp/$name.status";
print $status "$?\n";
' "$@" </dev/null >/dev/null 2>&1 &
	disown
	wait_for 60 "the beginning of the work" has_lines "$1" 3
}

# In a node: has_dumps COUNT
has_dumps()
{
	[ "$(find /tmp/cores -type f | wc -l)" = "$1" ]
}

# In a node: fail_body: with a core dump, or without.
fail_body()
{
	local body

	body=$(pgrep -x worker)
	prlimit --core="$1" --pid "$body"
	kill -SEGV "$body"
}

# Memory is dumped where it is, if it may be, and its home says so; what is left
# there is never dumped.
a_dump_is_of_the_memory_that_counts()
{
	local core limit status

	not_on_debug
	trap end_work EXIT
	for limit in 0 unlimited; do
		core=0 status=11
		if [ $limit = unlimited ]; then
			core=1 status=$((11 + 128))
		fi
		guest n1 allow_dumps
		guest n2 allow_dumps
		guest n1 begin_dumper dump "$FOR_EVER"
		guest n1 move_work dump 2
		guest n2 fail_body $limit
		guest n1 await_status dump $status $((20 * SLOW))
		guest n1 has_dumps 0 || fail "there is a dump at home"
		guest n2 has_dumps $core || fail "there are not $core dumps where it ran"
		guest n2 await_bodies 0 $((10 * SLOW))
	done
}

it_runs_on_without_the_daemon()
{
	local signal

	not_on_debug
	trap end_work EXIT
	for signal in TERM KILL; do
		away on 1 2 "$FOR_EVER"
		guest n2 stop_daemon "$signal"
		guest n1 goes_on on $((10 * SLOW))
		guest n2 start_daemon
		guest n1 goes_on on $((10 * SLOW))
		lab exec n1 -- pkill -KILL -x worker
		guest n2 await_bodies 0 $((10 * SLOW))
	done
}

# In a node: takes the configuration with these nodes while the daemon runs: a new
# view.
take_nodes()
{
	write_config "${LAB_NODE#n}" links aes-128-gcm "$@"
	pkill -HUP -x weftd
}

# In a node: is_right_so_far NAME: it has done what it would have done unmoved.
is_right_so_far()
{
	local lines

	lines=$(wc -l <"/tmp/$1.out")
	work_unmoved "$2"
	cmp <(head -n "$lines" /tmp/unmoved.out) \
		<(head -n "$(wc -l </tmp/unmoved.out)" "/tmp/$1.out")
}

# Each node takes each view at its own time, so that calls and pages of one view
# arrive in another.
it_works_on_through_new_views()
{
	local more node

	not_on_debug
	trap end_work EXIT
	away views 1 2 "$FOR_EVER"
	for more in 4=10.77.0.4 "" 4=10.77.0.4 "" 4=10.77.0.4 ""; do
		for node in n1 n2 n3; do
			# shellcheck disable=SC2046,SC2086	# words, and one or none
			guest $node take_nodes $(all_nodes 10.77.0.) $more
		done
		guest n1 goes_on views $((10 * SLOW))
	done
	lab exec n1 -- pkill -KILL -x worker
	guest n2 await_bodies 0 $((10 * SLOW))
	guest n1 is_right_so_far views $((60 * SLOW))
}

# In a node: refuse_work NAME STATUS WORDS: and it goes on as if nothing were.
refuse_work()
{
	expect_status "weft migrate" "$2" weft --timeout 2 migrate "$(cat "/tmp/$1.pid")" 2
	expect_words "weft migrate" "$3"
	goes_on "$1" "$4"
}

it_stays_if_nobody_starts_bodies()
{
	trap end_work EXIT
	guest n2 stop_daemon
	guest n1 begin_work stay "$LONG"
	guest n1 refuse_work stay 6 "stays here" $((10 * SLOW)) || return
	guest n2 start_daemon
	guest n1 await_result stay "$LONG" $((60 * SLOW))
}

# In a node.
take_body_away()
{
	mv /usr/local/libexec/weft/weft-body{,.away}
}

# In a node: the daemon has said why.
give_body_back()
{
	mv /usr/local/libexec/weft/weft-body{.away,}
	log_matches "process [0-9]+ .worker. of node 1 cannot come here: cannot start /usr.*/weft-body"
}

it_stays_if_its_body_cannot_start()
{
	trap end_work EXIT
	guest n2 take_body_away
	guest n1 begin_work stay "$LONG"
	guest n1 refuse_work stay 1 "stays here" $((10 * SLOW)) || return
	guest n2 give_body_back
	# and then it can
	note "$(guest n1 move_work stay 2)"
	guest n1 await_result stay "$LONG" $((60 * SLOW))
}

# In a node.
move_what_cannot()
{
	expect_status "a kernel thread" 7 weft migrate 2 2
	expect_words "a kernel thread" "^process 2 \\(kthreadd\\) cannot move to node 2:"
	expect_status "nobody" 7 weft migrate 2147483647 2
	expect_status "a stranger" 7 weft migrate $$ 9
	expect_status "by nobody" 1 setpriv --reuid 65534 --clear-groups --bounding-set=-all \
		weft migrate 1 2
	expect_words "by nobody" "user 65534 may not have processes moved on this node"
}

what_cannot_move_stays()
{
	guest n1 move_what_cannot
}

# Members are those of the configuration: a node counts as lost when its next life
# comes.
a_lost_node_ends_what_ran_there_and_what_came_from_it()
{
	trap end_work EXIT
	away out 1 3 "$FOR_EVER"
	away in 3 1 "$FOR_EVER"
	lab kill n3
	lab boot n3 2>/dev/null
	push_weft n3 "$OUTPUT/worker"
	guest n3 join_links
	guest n1 await_status out 137 $((20 * SLOW))
	guest n1 await_bodies 0 $((20 * SLOW))
	guest n1 log_has 'process [0-9]+ .worker. ends: node 3, where it ran, was lost'
	guest n1 log_has 'process [0-9]+ .worker. of node 3 ends here: its home was lost'
	all_lanes_up
	lab gate --mark "after a death"
}

the_modules_unload()
{
	on_each guest stop_weft
}

# In a node: begin_zombie ROUNDS: a work whose parent never asks for it.
begin_zombie()
{
	rm -f /tmp/zombie.*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c '/lib/weft/worker /tmp/zombie.out "$1" >/dev/null 2>&1 &
		echo $! >/tmp/zombie.pid
		exec sleep 1000' bash "$1" </dev/null >/dev/null 2>&1 &
	disown
	wait_for 60 "the beginning of the work" has_lines zombie 3
}

# In a node: the work has ended, and is still there.
is_zombie()
{
	grep -q '^State:.Z' "/proc/$(cat /tmp/zombie.pid)/status"
}

# In a node: both the one that waits and what it waits for.
bury_zombie()
{
	pkill -KILL -x -f "sleep 1000"
}

# What a process leaves in its task when it ends must not be in the module: the
# module goes at once, and only then does somebody ask for the process.
the_module_goes_right_after_a_process()
{
	local round rounds=20

	[ "${WEFT_STRESS-}" = yes ] || skip "takes minutes: set WEFT_STRESS=yes"
	trap 'guest n1 bury_zombie; end_work' EXIT
	for ((round = 0; round < rounds; round++)); do
		on_each guest join_links >/dev/null
		all_lanes_up >/dev/null
		guest n1 begin_zombie "$FOR_EVER"
		guest n1 move_work zombie 2 >/dev/null
		if [ $((round % 2)) = 0 ]; then
			lab exec n2 -- pkill -KILL -x worker
		else
			lab exec n1 -- pkill -KILL -x worker
		fi
		wait_for $((10 * SLOW)) "the end of the work" guest n1 is_zombie
		guest n2 await_bodies 0 $((10 * SLOW))
		on_each guest stop_weft >/dev/null
		guest n1 bury_zombie
	done
}

need_links "$OUTPUT/worker"
set_rounds
ktap_run a_moved_program_does_what_it_would_have_done programs_move_between_all_nodes \
	its_clock_never_goes_back its_end_at_home_ends_it_there its_end_there_ends_it_at_home \
	a_dump_is_of_the_memory_that_counts it_runs_on_without_the_daemon it_works_on_through_new_views it_stays_if_nobody_starts_bodies \
	it_stays_if_its_body_cannot_start what_cannot_move_stays \
	a_lost_node_ends_what_ran_there_and_what_came_from_it \
	the_module_goes_right_after_a_process the_modules_unload -- "$@"
