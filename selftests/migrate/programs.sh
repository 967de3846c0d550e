#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real programs, and small ones that do one kind of thing each, are moved while
# they work. Each runs twice at the same time, once unmoved; what both leave
# behind, their output, errors and status included, is the same byte by byte.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. ../transport/pair.sh
. ./recipes.sh

# The table: who runs together, and what the node must have for it, by its name.
# What is started is recipe_WORD of recipes.sh.
languages="python:python3 python_files:python3 perl:perl awk:awk"
filters="sort:sort xz:xz unxz:xz gzip:gzip dd:dd tee:tee digest:openssl cipher:openssl"
others="sqlite:sqlite3 derive:openssl server signals state time"
terminals="bc:bc interrupted stopped stop_caught background_input background_output"
memory="mappings map_files share_files heap stack"
waits="wait wait_select wait_poll wait_pselect wait_ppoll wait_epoll wait_epoll2 sleep"
files="events sizes dd_large:dd pipe_sizes passing names"
# Not yet: "resize", memory that is thrown away, or grows, reads as it was.
long="python_long:python3 xz_long:xz signals_long"

# In a node: moving COMMAND [ARGUMENT]...: becomes the program that is to move.
moving()
{
	echo "$BASHPID" >"$PID_FILE"
	exec "$@"
}

# In a node: the program was moved, or could have been.
await_go()
{
	wait_for 300 "the end of the move" test -e "$GO"
}

# In a node: is_ready DIRECTORY: it is in the midst of its work.
is_ready()
{
	[ -s "$1.pid" ] && { [ -e "$1.half" ] || grep -qx ready "$1/out"; }
}

# In a node: start_recipe NAME DIRECTORY
start_recipe()
{
	rm -rf "$2" "$2".*
	mkdir -p "$2"
	: >"$2/out"
	(
		export GO=$2.go HALF=$2.half END=$2.end PID_FILE=$2.pid
		cd "$2" || exit 1
		set +e
		("recipe_$1") </dev/null >out 2>err
		echo $? >status
		: >"$2.done"
	) &
}

# In a node: move_and_go NODE DIRECTORY: NODE "-" is none.
move_and_go()
{
	local pid

	wait_for $((30 * SLOW)) "the middle of the work" is_ready "$2"
	pid=$(cat "$2.pid")
	if [ "$1" != - ]; then
		expect_status "weft migrate" 0 weft --timeout 60 migrate "$pid" "$1"
		expect_words "weft migrate" "runs on node $1 now"
		echo "$output"
	fi
	: >"$2.go"
}

# In a node: for the trap of tests that leave work behind if they fail.
kill_recipes()
{
	local file

	for file in /tmp/programs/*.pid; do
		[ -e "${file%.pid}.done" ] || kill -KILL "$(cat "$file")" || true
		: >"${file%.pid}.go"
		: >"${file%.pid}.end"
	done >/dev/null 2>&1
}

# In a node: await_result DIRECTORY: all of it is there.
await_result()
{
	wait_for $((200 * SLOW)) "the end of $1" test -e "$1.done"
}

# In a node: has_program WORD[:PROGRAM]
has_program()
{
	[[ $1 != *:* ]] || command -v "${1#*:}" >/dev/null
}

# In a node: compare_runs NAME NODE: unmoved, and moved to there.
compare_runs()
{
	local dir=/tmp/programs/$1

	start_recipe "$1" "$dir.unmoved"
	start_recipe "$1" "$dir.moved"
	move_and_go - "$dir.unmoved"
	move_and_go "$2" "$dir.moved"
	await_result "$dir.unmoved"
	await_result "$dir.moved"
	diff -r "$dir.unmoved" "$dir.moved" | head -c 2000
	diff -rq "$dir.unmoved" "$dir.moved" >/dev/null || fail "what they leave behind differs"
	[ "$(cat "$dir.unmoved/status")" = 0 ] ||
		fail "status $(cat "$dir.unmoved/status"): $(tail -n 3 "$dir.unmoved/err")"
	rm -rf "$dir".*
}

# In a node: judge_run NUMBER WORD[:PROGRAM] NODE: as a line of KTAP.
judge_run()
{
	local name=${2%%:*} said

	has_program "$2" || {
		echo "ok $1 - $name # SKIP the node has no ${2#*:}"
		return
	}
	if said=$(compare_runs "$name" "$3" 2>&1); then
		printf '# %s\nok %d - %s\n' "$said" "$1" "$name"
	else
		printf '%s\n' "$said" | sed 's/^/# /'
		printf 'not ok %d - %s\n' "$1" "$name"
		return 1
	fi
}

# In a node: compare_all NODE SLOW NAME[:PROGRAM]...: all at the same time.
compare_all()
{
	local node=$1 number=0 failed=0 pid
	local -a pids=()

	SLOW=$2
	shift 2
	trap kill_recipes EXIT
	rm -rf /tmp/programs
	mkdir -p /tmp/programs
	printf 'KTAP version 1\n1..%d\n' $#
	while [ $# -gt 0 ]; do
		number=$((number + 1))
		judge_run $number "$1" "$node" >/tmp/programs/verdict-$number &
		pids+=($!)
		shift
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=1
	done
	cat /tmp/programs/verdict-*
	[ "$failed" = 0 ]
}

# In a node: prints what calls, behind the first so many, could not be made.
unmade_calls()
{
	dmesg | grep "which cannot be made from another node yet" | tail -n "+$(($1 + 1))" || true
}

# In a node.
count_unmade()
{
	unmade_calls 0 | wc -l
}

# move_programs NAME[:PROGRAM]...
move_programs()
{
	local before unmade

	before=$(guest n2 count_unmade)
	guest n1 compare_all 2 "$SLOW" "$@" | ktap_nested
	unmade=$(guest n2 unmade_calls "$before")
	[ -z "$unmade" ] || fail "$unmade"
}

# shellcheck disable=SC2086	# words
languages_move()
{
	move_programs $languages
}

# shellcheck disable=SC2086
filters_move_in_the_middle_of_a_pipeline()
{
	move_programs $filters
}

# shellcheck disable=SC2086
other_programs_move()
{
	move_programs $others
}

# shellcheck disable=SC2086
programs_move_away_from_their_terminal()
{
	move_programs $terminals
}

# shellcheck disable=SC2086
memory_is_what_it_would_be()
{
	move_programs $memory
}

# shellcheck disable=SC2086
waiting_is_what_it_would_be()
{
	move_programs $waits
}

# shellcheck disable=SC2086
files_are_what_they_would_be()
{
	move_programs $files
}

# shellcheck disable=SC2086
long_programs_move()
{
	[ "${WEFT_STRESS-}" = yes ] || skip "it takes long; WEFT_STRESS=yes does it"
	move_programs $long
}

# In a node: is_away NAME
is_away()
{
	weft --timeout 30 ps | grep -q " $1 .* running "
}

# In a node: note_when_away NAME FILE
note_when_away()
{
	(
		wait_for 120 "$1 is away" is_away "$1"
		: >"$2"
	) &
}

# In a node: weft run, as one runs it in a script.
run_commands()
{
	local out pid

	rm -f /tmp/run.*
	mkfifo /tmp/run.in
	note_when_away sh /tmp/run.away
	# shellcheck disable=SC2016	# for the shell that runs
	weft --timeout 60 run 2 sh -c 'read -r a; echo "got $a"; exit 5' \
		</tmp/run.in >/tmp/run.out 2>/tmp/run.err &
	pid=$!
	exec 9>/tmp/run.in
	wait_for 120 "the move" test -e /tmp/run.away
	echo text >&9
	wait $pid && out=0 || out=$?
	[ "$out $(cat /tmp/run.out)" = "5 got text" ] || fail "status $out: $(cat /tmp/run.*)"
	rm /tmp/run.away
	note_when_away cat /tmp/run.away
	weft --timeout 60 run 2 cat </tmp/run.in &
	pid=$!
	wait_for 120 "the move" test -e /tmp/run.away
	kill -TERM $pid
	wait $pid && out=0 || out=$?
	[ $out = 143 ] || fail "the status is $out, and not that of SIGTERM"
	exec 9>&-
	expect_status "no command" 127 weft run 2 /none
	expect_status "no member" 125 weft run 9 sleep 100
	expect_words "no member" "cannot move to node 9"
}

# In a node: keystrokes of somebody who does not wait: the shell and the program each
# get their line.
stop_and_go_on()
{
	local i

	for ((i = 0; i < 5; i++)); do
		printf '%s\n' "type ^Z" "expect Stopped" "expect sh> " \
			"type fg\\n$i times\\n" "expect got: $i times"
	done
}

# In a node: weft run, at a terminal.
run_at_terminal()
{
	cd /tmp || exit 1
	rm -f /tmp/run.away
	note_when_away sed /tmp/run.away
	# byte by byte: a program that reads in the background takes a part of a line
	at_terminal <<-END || fail "this is not what a terminal should show"
	expect sh> 
	type weft --timeout 60 run 2 sed -u 's/.*/got: &/'\\n
	expect run 2 sed
	type one\\n
	expect got: one
	await /tmp/run.away
	$(stop_and_go_on)
	type ^C
	expect sh> 
	type echo status \$?\\n
	expect status 130
	type exit 0\\n
	END
}

# In a node: a job that is stopped and goes on before its body has heard of the first
# goes on.
continue_at_once()
{
	local i

	rm -f /tmp/run.*
	mkfifo /tmp/run.in /tmp/run.never
	note_when_away cat /tmp/run.away
	# a process group whose parent could start it again: no other is stopped
	set -m
	weft --timeout 60 run 2 cat </tmp/run.in >/tmp/run.out &
	set +m
	exec 9>/tmp/run.in
	wait_for 120 "the move" test -e /tmp/run.away
	for ((i = 0; i < 40; i++)); do
		kill -TSTP -- -$!
		# sleep(1) would take longer to begin than the stop takes
		read -rt "0.0$((RANDOM % 5))$((RANDOM % 10))" <>/tmp/run.never || true
		kill -CONT -- -$!
		echo "$i times" >&9
		wait_for 60 "what goes on after $i times" grep -qx "$i times" /tmp/run.out
	done
	exec 9>&-
	wait $! || fail "it ended with $?"
}

commands_run_on_another_node()
{
	guest n1 run_commands
	guest n1 continue_at_once
	guest n1 run_at_terminal
}

# Of links.sh, for a cluster of two, whatever other nodes the lab has.

the_modules_unload()
{
	on_each guest stop_weft
}

export LAB_PACKAGES=bc,openssl,python3,sqlite3,xz-utils
need_pair "$OUTPUT/exercise" "$OUTPUT/server" "$OUTPUT/terminal"
ktap_run languages_move filters_move_in_the_middle_of_a_pipeline other_programs_move \
	programs_move_away_from_their_terminal commands_run_on_another_node memory_is_what_it_would_be \
	waiting_is_what_it_would_be files_are_what_they_would_be long_programs_move \
	the_modules_unload -- "$@"
