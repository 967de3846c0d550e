#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A process stays who it is when it moves: its numbers, its user, its groups, what
# it may, its limits, its timers; and no clock goes back.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. ../transport/pair.sh


# In a node: is_ready FILE
is_ready()
{
	grep -q '^ready$' "$1"
}

# In a node: somebody WORK USER DUMPABLE POLICY: begins, by its name.
somebody()
{
	local dir=/tmp/somebody

	mkdir -p $dir
	chmod 777 $dir
	rm -f "$dir/$1".*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c 'echo 123 >/proc/self/oom_score_adj
		/lib/weft/somebody "$0/$1" "${@:2}" >/dev/null 2>"$0/$1.err" &
		echo $! >"$0/$1.pid"
		wait $!
		echo $? >"$0/$1.status"' $dir "$@" </dev/null >/dev/null 2>&1 &
	disown
	wait_for 60 "the beginning of somebody" is_ready "$dir/$1"
}

# In a node: move_somebody WORK NODE
move_somebody()
{
	local pid

	pid=$(cat "/tmp/somebody/$1.pid")
	expect_status "weft check" 0 weft check "$pid" "$2"
	expect_status "weft migrate" 0 weft --timeout 30 migrate "$pid" "$2"
	echo "$output"
}

# In a node: let_go WORK SECONDS: it looks at itself, and is content.
let_go()
{
	local base=/tmp/somebody/$1

	: >"$base.go"
	wait_for "$2" "the end of somebody" test -s "$base.status"
	[ "$(cat "$base.status")" = 0 ] ||
		fail "it ended with status $(cat "$base.status"): $(cat "$base.err")"
	grep '^clocks\|^timers' "$base"
	grep -q '^done$' "$base"
}

# In a node: prints the number that a process of another node has here.
number_here()
{
	sed -n "s/.*: process $1 (somebody) of node [0-9]* runs here, as process //p" "$LOG" |
		tail -n 1
}

# In a node: has_number_here PID
has_number_here()
{
	[ -n "$(number_here "$1")" ]
}

# In a node: prints what the kernel says of a process, for another kernel.
describe()
{
	grep -E '^(Umask|Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:)' "/proc/$1/status"
	cat "/proc/$1/limits" "/proc/$1/oom_score_adj" "/proc/$1/timerslack_ns" \
		"/proc/$1/personality" "/proc/$1/comm"
	# priority, nice, the one of real time, policy
	cut -d ' ' -f 18,19,40,41 "/proc/$1/stat"
	echo "owner $(stat -c '%u %g' "/proc/$1/mem")"
}

# In a node: describe_body PID SECONDS
describe_body()
{
	local number

	wait_for "$2" "its number in the log" has_number_here "$1"
	number=$(number_here "$1")
	[ "$(sed -n 's/^NSpid:.*[[:space:]]//p' "/proc/$number/status")" = "$1" ] ||
		fail "$(grep NSpid "/proc/$number/status"), and not $1"
	describe "$number"
}

# In a node: nothing of processes of others is left.
has_nobody()
{
	! grep -qsx 'weft-init\|weft-body\|somebody' /proc/[0-9]*/comm
}

# In a node: await_nobody SECONDS
await_nobody()
{
	wait_for "$1" "the end of all that came" has_nobody
}

# In a node: for the trap of tests that leave work behind if they fail.
kill_somebody()
{
	pkill -KILL -x somebody || true
}

end_somebody()
{
	on_each guest kill_somebody >/dev/null 2>&1 || true
}

# stays_itself WORK FROM TO USER DUMPABLE POLICY
stays_itself()
{
	local pid said

	trap end_somebody EXIT
	guest "n$2" somebody "$1" "$4" "$5" "$6"
	pid=$(lab exec "n$2" -- cat "/tmp/somebody/$1.pid")
	guest "n$2" describe "$pid" >"$WORK/before"
	said=$(guest "n$2" move_somebody "$1" "$3") || fail "$said"
	note "$said"
	guest "n$3" describe_body "$pid" $((10 * SLOW)) >"$WORK/after"
	diff "$WORK/before" "$WORK/after" || fail "it is somebody else there"
	said=$(guest "n$2" let_go "$1" $((60 * SLOW))) || fail "$said"
	note "$said"
	guest "n$3" await_nobody $((10 * SLOW))
}

a_user_stays_itself()
{
	stays_itself user 1 2 1000 1 0
}

a_user_that_nobody_may_look_at_stays_itself()
{
	stays_itself hidden 1 2 1000 0 3
}

root_stays_itself()
{
	stays_itself root 1 2 0 1 0
}

# One of the two machines is older: a clock goes on in both directions.
real_time_and_clocks_go_back_neither_way()
{
	stays_itself fifo 2 1 1234567 1 1
}

several_in_turn()
{
	local number

	for number in 1 2 3; do
		stays_itself "turn$number" $((number % 2 + 1)) $(((number + 1) % 2 + 1)) \
			$((1000 + number)) 1 0
	done
}

# In a node: the one that moved is killed with the first of its namespace.
kill_init()
{
	pkill -KILL -x weft-init
}

# In a node: await_killed WORK SECONDS
await_killed()
{
	wait_for "$2" "its end" test -s "/tmp/somebody/$1.status"
	[ "$(cat "/tmp/somebody/$1.status")" = 137 ]
}

the_end_of_its_namespace_is_its_end()
{
	trap end_somebody EXIT
	guest n1 somebody end 1000 1 0
	guest n1 move_somebody end 2
	guest n2 kill_init
	guest n1 await_killed end $((10 * SLOW))
	guest n2 await_nobody $((10 * SLOW))
}

# In a node: limit_numbers NUMBER: and puts the one before into a file.
limit_numbers()
{
	cat /proc/sys/kernel/pid_max >/tmp/pid_max
	echo "$1" >/proc/sys/kernel/pid_max
}

# In a node.
unlimit_numbers()
{
	cat /tmp/pid_max >/proc/sys/kernel/pid_max
}

# In a node: refuse_somebody WORK NODE
refuse_somebody()
{
	expect_status "weft migrate" 1 weft --timeout 30 migrate \
		"$(cat "/tmp/somebody/$1.pid")" "$2"
	expect_words "weft migrate" "no body could be started"
}

# In a node: log_says PATTERN
log_says()
{
	grep -Eq -- "$1" "$LOG"
}

# In a node: await_words SECONDS PATTERN
await_words()
{
	wait_for "$1" "a line of weftd: $2" log_says "$2"
}

# In a node: numbers up to that of the next process are used up.
use_numbers()
{
	echo "$1" >/proc/sys/kernel/ns_last_pid
}

a_number_that_cannot_be_had_is_refused()
{
	trap 'end_somebody; guest n2 unlimit_numbers' EXIT
	guest n2 limit_numbers 3000
	guest n1 use_numbers 4000
	guest n1 somebody number 1000 1 0
	guest n1 refuse_somebody number 2
	guest n2 await_words $((10 * SLOW)) \
		'\(somebody\) of node 1 cannot come here: its number cannot be had here'
	guest n1 let_go number $((60 * SLOW))
	guest n2 await_nobody $((10 * SLOW))
}

the_modules_unload()
{
	on_each guest stop_weft
}

need_pair "$OUTPUT/somebody"
ktap_run a_user_stays_itself a_user_that_nobody_may_look_at_stays_itself \
	root_stays_itself real_time_and_clocks_go_back_neither_way several_in_turn \
	the_end_of_its_namespace_is_its_end a_number_that_cannot_be_had_is_refused \
	the_modules_unload -- "$@"
