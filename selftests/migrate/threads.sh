#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Programs of many threads, and programs with children, are moved while they work,
# and leave what they leave unmoved.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh

# In a node: begin NAME PROGRAM ARGUMENT...: in the background, by its name.
begin()
{
	local name=$1

	shift
	rm -f "/tmp/$name".*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c 'name=$1; shift
		"$@" >"/tmp/$name.out" 2>"/tmp/$name.err" &
		echo $! >"/tmp/$name.pid"
		wait $!
		echo $? >"/tmp/$name.status"' bash "$name" "$@" </dev/null >/dev/null 2>&1 &
	disown
	wait_for 20 "the beginning of $name" test -s "/tmp/$name.pid"
}

# In a node: move NAME
move()
{
	expect_status "weft migrate" 0 weft --timeout 30 migrate "$(cat "/tmp/$1.pid")" 2
	echo "$output"
}

# In a node: await_end NAME SECONDS: with status 42, and without a complaint.
await_end()
{
	wait_for "$2" "the end of $1" test -s "/tmp/$1.status"
	[ "$(cat "/tmp/$1.status")" = 42 ] ||
		fail "$1 ended with $(cat "/tmp/$1.status"): $(tail -n 3 "/tmp/$1.err")"
	[ ! -s "/tmp/$1.err" ] || fail "$1 said: $(cat "/tmp/$1.err")"
}

# In a node: no program of another node runs here.
has_no_guests()
{
	local exe

	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe")" != /usr/local/libexec/weft/weft-body ] || return 1
	done
}

# In a node.
await_no_guests()
{
	wait_for 20 "the end of all that came from others" has_no_guests
}

# In a node: has_lines NAME COUNT
has_lines()
{
	[ "$(wc -l <"/tmp/$1.out")" -ge "$2" ]
}

# In a node: compare_threads SECONDS COUNT ROUNDS [LATER]
compare_threads()
{
	local seconds=$1

	shift
	/lib/weft/threads "$@" >/tmp/unmoved.out || [ $? = 42 ]
	begin threads /lib/weft/threads "$@"
	wait_for "$seconds" "the first line" has_lines threads 1
	move threads
	await_end threads "$seconds"
	cmp /tmp/unmoved.out /tmp/threads.out
}

threads_move()
{
	note "$(guest n1 compare_threads $((60 * SLOW)) 4 4000)"
	guest n2 await_no_guests
}

a_hundred_threads_move()
{
	note "$(guest n1 compare_threads $((60 * SLOW)) 100 200)"
	guest n2 await_no_guests
}

threads_are_made_after_the_move()
{
	note "$(guest n1 compare_threads $((60 * SLOW)) 4 3000 100)"
	guest n2 await_no_guests
}

# In a node: await_line NAME LINE
await_line()
{
	wait_for 30 "a line of $1: $2" grep -qx "$2" "/tmp/$1.out"
}

# In a node.
send_signals()
{
	local pid

	rm -f /tmp/go
	begin targets /lib/weft/targets /tmp/go
	pid=$(cat /tmp/targets.pid)
	move targets
	touch /tmp/go
	await_line targets "waiting for SIGHUP"
	kill -HUP "$pid"
	await_line targets "waiting for SIGUSR2"
	kill -USR2 "$pid"
	await_line targets "waiting for SIGRTMIN"
	kill -34 "$pid"
	await_line targets "waiting alone"
	kill -USR1 "$pid"
	await_end targets 30
}

signals_find_their_threads()
{
	note "$(guest n1 send_signals)"
	guest n2 await_no_guests
}

# In a node: compare_children KIND COUNT SECONDS
compare_children()
{
	touch /tmp/go
	/lib/weft/children "$1" "$2" /tmp/go >/tmp/unmoved.out || [ $? = 42 ]
	rm /tmp/go
	begin children /lib/weft/children "$1" "$2" /tmp/go
	move children
	touch /tmp/go
	await_end children "$3"
	cmp /tmp/unmoved.out /tmp/children.out
}

children_are_what_they_are_unmoved()
{
	local kind

	for kind in fork exec spawn popen ignored inherit; do
		note "$kind: $(guest n1 compare_children $kind 3 $((30 * SLOW)))"
	done
	guest n2 await_no_guests
}

fifty_children_are_waited_for()
{
	note "$(guest n1 compare_children many 50 $((90 * SLOW)))"
	guest n2 await_no_guests
}

# In a node.
compare_script()
{
	bash /lib/weft/script.sh 3 >/tmp/unmoved.out 2>/dev/null || [ $? = 42 ]
	begin script bash /lib/weft/script.sh 3
	sleep 0.3
	move script
	wait_for "$1" "the end of the script" test -s /tmp/script.status
	[ "$(cat /tmp/script.status)" = 42 ]
	cmp /tmp/unmoved.out /tmp/script.out
}

a_script_does_what_it_would_have_done()
{
	note "$(guest n1 compare_script $((90 * SLOW)))"
	guest n2 await_no_guests
}

# In a node: kill_moved SIGNAL STATUS
kill_moved()
{
	begin threads /lib/weft/threads 40 1000000
	wait_for 30 "the first line" has_lines threads 1
	move threads
	kill "-$1" "$(cat /tmp/threads.pid)"
	wait_for 20 "the end of it" test -s /tmp/threads.status
	[ "$(cat /tmp/threads.status)" = "$2" ]
}

all_threads_end_together()
{
	note "$(guest n1 kill_moved KILL 137)"
	guest n2 await_no_guests
	note "$(guest n1 kill_moved TERM 143)"
	guest n2 await_no_guests
}

the_modules_unload()
{
	on_each guest stop_weft
}

need_links "$OUTPUT/threads" "$OUTPUT/children" "$OUTPUT/targets" "$PWD/script.sh"
ktap_run threads_move a_hundred_threads_move threads_are_made_after_the_move \
	signals_find_their_threads children_are_what_they_are_unmoved \
	fifty_children_are_waited_for a_script_does_what_it_would_have_done \
	all_threads_end_together the_modules_unload -- "$@"
