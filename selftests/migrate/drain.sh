#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The memory of a process that has moved follows it, until its home has none of it
# left; and what the program does to its memory meanwhile, and afterwards, is what
# it would have done at home.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. ../transport/pair.sh

# Of the program whose memory is summed up; the debug kernel looks at every byte.
MEBIBYTES=64
[ "$WEFT_KERNEL" != debug ] || MEBIBYTES=8

# In a node: has_lines NAME COUNT
has_lines()
{
	[ "$(wc -l <"/tmp/$1")" -ge "$2" ]
}

# In a node: begin NAME MODE [ARGUMENT]...: returns when it is under way.
begin()
{
	rm -f "/tmp/$1" "/tmp/$1".*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c '/lib/weft/memory "$2" "/tmp/$1" "${@:3}" 2>"/tmp/$1.err" &
		echo $! >"/tmp/$1.pid"
		wait $!
		echo $? >"/tmp/$1.status"' bash "$@" </dev/null >/dev/null 2>&1 &
	disown
	wait_for 60 "the beginning of $1" has_lines "$1" 1
}

# In a node: move NAME [OPTION]...
move()
{
	expect_status "weft migrate" 0 weft --timeout 30 migrate "$(cat "/tmp/$1.pid")" 2 "${@:2}"
	echo "$output"
}

# In a node: await_status NAME STATUS SECONDS: so it ends.
await_status()
{
	wait_for "$3" "the end of $1" test -s "/tmp/$1.status"
	[ "$(cat "/tmp/$1.status")" = "$2" ] ||
		fail "it ended with status $(cat "/tmp/$1.status"), not $2: $(cat "/tmp/$1.err")"
}

# In a node: bodies: prints how many run here.
bodies()
{
	local exe count=0

	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe")" != /usr/local/libexec/weft/weft-body ] ||
			count=$((count + 1))
	done
	echo $count
}

# In a node.
has_no_bodies()
{
	[ "$(bodies)" = 0 ]
}

# In a node.
await_no_bodies()
{
	wait_for "$1" "the end of all bodies on $LAB_NODE" has_no_bodies
}

# In a node: prints the memory of the process that is here, in KiB.
memory_of()
{
	sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$(cat "/tmp/$1.pid")/status"
}

# In a node: is_small NAME: its arguments and what the deputy needs; and ps shows it.
is_small()
{
	local kib

	kib=$(memory_of "$1")
	[ "$kib" -lt 2048 ] || fail "home still has $kib KiB of it"
	tr '\0' ' ' <"/proc/$(cat "/tmp/$1.pid")/cmdline" | grep -q "^/lib/weft/memory " ||
		fail "its arguments are gone"
	echo "home has $kib KiB of it"
}

# In a node: goes_on NAME SECONDS: it finds its memory as it should be.
goes_on()
{
	wait_for "$2" "more lines" has_lines "$1" $(($(wc -l <"/tmp/$1") + 3))
}

# For the trap of tests that leave programs behind if they fail.
end_programs()
{
	on_each guest kill_programs >/dev/null 2>&1 || true
}

# In a node.
kill_programs()
{
	pkill -KILL -x memory || true
}

memory_follows_until_home_has_none()
{
	trap end_programs EXIT
	guest n1 begin all sum $MEBIBYTES
	note "$(guest n1 memory_of all) KiB at home before"
	note "$(guest n1 move all --wait | tr '\n' '.')"
	note "$(guest n1 is_small all)"
	guest n1 goes_on all $((20 * SLOW))
	lab exec n1 -- touch /tmp/all.stop
	guest n1 await_status all 42 $((20 * SLOW))
	guest n2 await_no_bodies $((10 * SLOW))
}

# In a node.
memory_as_json()
{
	move "$1" --wait --json >/tmp/json
	grep -q '"is_here": false' /tmp/json || fail "$(cat /tmp/json)"
	grep -q '"total_bytes": [1-9]' /tmp/json || fail "$(cat /tmp/json)"
}

it_says_so_as_json()
{
	trap end_programs EXIT
	guest n1 begin json sum 1
	guest n1 memory_as_json json
	lab exec n1 -- touch /tmp/json.stop
	guest n1 await_status json 42 $((20 * SLOW))
}

memory_is_rearranged_while_it_follows()
{
	trap end_programs EXIT
	guest n1 begin now now
	guest n1 move now
	guest n1 await_status now 42 $((60 * SLOW))
	guest n2 await_no_bodies $((10 * SLOW))
}

memory_is_rearranged_when_home_has_none()
{
	trap end_programs EXIT
	guest n1 begin later later
	guest n1 move later --wait
	guest n1 is_small later
	lab exec n1 -- touch /tmp/later.go
	guest n1 await_status later 42 $((60 * SLOW))
	guest n2 await_no_bodies $((10 * SLOW))
}

# In a node: end_in_the_middle NAME: while its memory is on its way.
end_in_the_middle()
{
	move "$1"
	pkill -KILL -x memory
	await_status "$1" 137 "$2"
}

# In a node.
end_while_waiting()
{
	local pid

	weft --timeout 30 migrate "$(cat "/tmp/$1.pid")" 2 --wait >/tmp/said &
	pid=$!
	wait_for 60 "a process that is there" grep -q "runs on node 2" /tmp/said
	pkill -KILL -x memory
	wait $pid || fail "it ended with status $?"
}

an_end_in_the_middle_leaves_nothing()
{
	trap end_programs EXIT
	guest n1 begin end sum $MEBIBYTES
	guest n1 end_in_the_middle end $((10 * SLOW))
	guest n2 await_no_bodies $((10 * SLOW))
	# the one who waits is told, and it is no error
	guest n1 begin end sum $MEBIBYTES
	guest n1 end_while_waiting end
	guest n1 await_status end 137 $((10 * SLOW))
	guest n2 await_no_bodies $((10 * SLOW))
}

# In a node.
interrupt_waiting()
{
	local pid status=0

	weft --timeout 30 migrate "$(cat "/tmp/$1.pid")" 2 --wait >/tmp/said &
	pid=$!
	wait_for 30 "a process that is there" grep -q "runs on node 2" /tmp/said
	kill -INT $pid || true
	wait $pid || status=$?
	[ $status = 130 ] || [ $status = 0 ] || fail "it ended with status $status"
	goes_on "$1" "$2"
}

only_the_waiting_is_interrupted()
{
	trap end_programs EXIT
	guest n1 begin int sum $MEBIBYTES
	guest n1 interrupt_waiting int $((20 * SLOW))
	lab exec n1 -- touch /tmp/int.stop
	guest n1 await_status int 42 $((20 * SLOW))
}

# In a node: log_has PATTERN: the kernel wrote a line like that.
log_has()
{
	dmesg | grep -Eq -- "$1"
}

# Members are those of the configuration: a node counts as lost when its next life
# comes.
a_node_that_dies_in_the_middle_ends_it()
{
	trap end_programs EXIT
	guest n1 begin lost sum $MEBIBYTES
	guest n1 move lost
	lab kill n2
	lab boot n2 2>/dev/null
	push_weft n2 "$OUTPUT/memory"
	guest n2 join_links
	guest n1 await_status lost 137 $((20 * SLOW))
	guest n1 log_has 'process [0-9]+ .memory. ends: node 2, where it ran, was lost'
	all_lanes_up
	lab gate --mark "after a death"
}

the_modules_unload()
{
	on_each guest stop_weft
}

need_pair "$OUTPUT/memory"
ktap_run memory_follows_until_home_has_none it_says_so_as_json \
	memory_is_rearranged_while_it_follows memory_is_rearranged_when_home_has_none \
	an_end_in_the_middle_leaves_nothing only_the_waiting_is_interrupted \
	a_node_that_dies_in_the_middle_ends_it the_modules_unload -- "$@"
