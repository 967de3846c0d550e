#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# weftd and the bodies that it starts, against a fake module and a fake weft-body.
# Usage: test_bodies.sh DIRECTORY, which holds weft_fake and weftd_fake. Prints
# KTAP. Every wait has a deadline.

. "${0%/*}/harness.sh"

weft="$1/weft_fake"
weftd="$1/weftd_fake"
dir=$(mktemp -d) || exit 1
export WEFT_FAKE_MODULE="$dir/module"
unset NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID JOURNAL_STREAM
pid=

cleanup()
{
	stop_daemon KILL
	end_bodies
	rm -rf "$dir"
}
trap cleanup EXIT

# What the fake bodies say of themselves: their numbers, first of all.
bodies()
{
	sed -n 's/^body //p' "$dir/module.body" 2> /dev/null
}

end_bodies()
{
	for body in $(bodies); do
		kill -KILL "$body" 2> /dev/null
	done
}

is_served()
{
	"$weft" --socket "$dir/sock" status --json 2> /dev/null | grep -q '"pid"'
}

logged()
{
	grep -q -- "$1" "$dir/log"
}

# start_daemon [PROGRAM]: with that in place of weft-body
start_daemon()
{
	"$weftd" --config "$dir/weft.conf" --socket "$dir/sock" \
		--log-level debug --body "${1:-$dir/body}" 2>> "$dir/log" &
	pid=$!
	wait_for is_served
}

stop_daemon()
{
	[ -n "$pid" ] || return 0
	kill -"$1" "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
	pid=
}

# fresh COMMAND...: no daemon; a body will do that
fresh()
{
	stop_daemon KILL
	end_bodies
	rm -f "$dir"/*
	printf '[cluster]\nname = lab\nnode = 2\n' > "$dir/weft.conf"
	echo '- 0 2000 0' > "$dir/module"
	: > "$dir/module.body"
	{
		echo '#!/bin/sh'
		# shellcheck disable=SC2016 # for the body, the first of its namespace
		echo 'read -r number rest < /proc/self/stat; echo "body $number" >&3'
		printf '%s\n' "$@"
	} > "$dir/body"
	chmod +x "$dir/body"
}

# shellcheck disable=SC2016 # for the body
be_ready='printf "\\001\\000\\000\\000\\000\\000\\000\\000" >&4'

# wish PID...: processes of node 1 ask for bodies
wish()
{
	for process in "$@"; do
		echo "1 7 $process prog"
	done > "$dir/module.wishes"
}

# count NUMBER PATTERN: so many lines of the log match
count()
{
	[ "$(grep -c -- "$2" "$dir/log")" = "$1" ]
}

has_bodies()
{
	[ "$(bodies | wc -l)" = "$1" ]
}

bodies_are_gone()
{
	for body in $(bodies); do
		[ ! -e "/proc/$body" ] || return 1
	done
}

body_that_is_ready_is_a_process()
{
	fresh "$be_ready" 'exec sleep 60'
	start_daemon && wish 4711 &&
		wait_for logged 'process 4711 (prog) of node 1 runs here, as process' &&
		logged "as process $(bodies)\$"
}

body_that_was_asked_for_unheard_is_started()
{
	fresh "$be_ready" 'exec sleep 60'
	echo "1 7 4711 early" > "$dir/module.wanted"
	start_daemon &&
		wait_for logged 'process 4711 (early) of node 1 runs here, as process' ||
		return 1
	stop_daemon KILL
	echo "1 8 4712 between" > "$dir/module.wanted"
	start_daemon &&
		wait_for logged 'process 4712 (between) of node 1 runs here, as process'
}

# It asks once, and then only if it may have missed one.
nobody_is_asked_each_second()
{
	fresh true
	start_daemon || return 1
	echo "1 7 4711 quiet" > "$dir/module.wanted"
	sleep 2.5
	! logged 'quiet' && [ -e "$dir/module.wanted" ]
}

log_names_the_process_and_not_the_first_of_its_namespace()
{
	fresh 'sleep 60 &' "$be_ready" wait
	start_daemon && wish 4711 &&
		wait_for logged 'process 4711 (prog) of node 1 runs here, as process' ||
		return 1
	child=$(pgrep -P "$(bodies)")
	logged "as process $child\$" && [ "$child" != "$(bodies)" ]
}

body_begins_with_nothing_of_the_daemon()
{
	# shellcheck disable=SC2016 # for the body
	fresh 'for fd in 0 1 2 3 4 5 6 7 8 9 11 12 13 14 15 16 17 18 19 20; do' \
		'[ ! -e "/proc/$number/fd/$fd" ] || echo "fd $fd" >&3; done' \
		'read -r stat < "/proc/$number/stat"; echo "stat $stat" >&3' \
		'while read -r line; do echo "$line" >&3; done < "/proc/$number/status"' \
		'read -r score < "/proc/$number/oom_score_adj"; echo "oom $score" >&3' \
		'echo "cwd $(exec 2>&3; readlink /proc/$number/cwd)" >&3' \
		'echo "arguments $0 $*" >&3' 'umask >&3' 'echo done >&3'
	# make and timeout ignore others, which no shell can: 32 and 33
	trap '' HUP USR1 URG
	start_daemon
	result=$?
	trap - HUP USR1 URG
	[ "$result" = 0 ] && wish 1 &&
		wait_for grep -q '^done' "$dir/module.body" || return 1
	body=$(bodies)
	# the tenth is the script itself
	[ "$(grep '^fd ' "$dir/module.body" | tr '\n' ' ')" = 'fd 3 fd 4 ' ] &&
		grep -q "^stat $body (.*) [A-Z] $pid $body $body " "$dir/module.body" &&
		grep -q '^SigBlk:[[:space:]]*0*$' "$dir/module.body" &&
		grep -q '^SigIgn:[[:space:]]*0*$' "$dir/module.body" &&
		grep -q '^oom 0$' "$dir/module.body" &&
		grep -q '^cwd /$' "$dir/module.body" &&
		grep -q '^arguments .*/body 3 4$' "$dir/module.body" &&
		grep -q '^0*77$' "$dir/module.body" && return
	sed 's/^/# /' "$dir/module.body"
	return 1
}

# ends COMMAND WORDS: a body that ends by this command is explained by these words
ends()
{
	fresh "$1"
	start_daemon && wish 5 && wait_for logged \
		"process 5 (prog) of node 1 cannot come here: $2" &&
		wait_for bodies_are_gone
}

each_end_is_explained()
{
	ends 'exit 4' 'it did not arrive in time' &&
		ends 'exit 5' 'it stays at home, or its home was lost' &&
		ends 'exit 6' 'the place of its vDSO is taken' &&
		ends 'exit 99' 'weft-body ended with status 99' &&
		ends 'exit 8' 'the module could not restore it' &&
		ends 'exit 9' 'its clocks cannot count on here' &&
		ends 'exit 10' 'its number cannot be had here' &&
		ends 'exit 11' 'its user or its groups cannot be had here' &&
		ends 'exit 12' 'its scheduling cannot be had here' &&
		ends 'exit 13' 'not all of its threads could be made here' &&
		ends 'exit 137' 'its home took it back' &&
		ends 'exit 139' 'weft-body was ended by signal 11'
}

end_of_a_process_is_none_of_its_business()
{
	fresh "$be_ready" 'exit 4'
	start_daemon && wish 5 && wait_for logged 'of node 1 runs here' &&
		wait_for bodies_are_gone && is_served && ! logged 'cannot come here'
}

program_that_is_missing_is_said()
{
	fresh true
	start_daemon "$dir/absent" && wish 5 &&
		wait_for logged "cannot start $dir/absent: No such file" || return 1
	stop_daemon TERM
	echo text > "$dir/text"
	chmod +x "$dir/text"
	start_daemon "$dir/text" && wish 5 &&
		wait_for logged 'weft-body could not be executed'
}

body_that_nobody_wants_any_more_is_said()
{
	fresh true
	rm "$dir/module.body"
	start_daemon && wish 5 && wait_for logged 'the fake body is unknown'
}

too_many_at_once_are_refused()
{
	fresh 'exec sleep 60'
	start_daemon || return 1
	# shellcheck disable=SC2046 # numbers
	wish $(seq 70)
	wait_for has_bodies 64 && wait_for count 6 '64 others are just being started' &&
		end_bodies
	wait_for count 64 'its home took it back' && : > "$dir/module.body" &&
		wish 99 && wait_for has_bodies 1 && count 6 '64 others'
}

# is_alive NUMBER: not even a zombie is left of it
is_alive()
{
	kill -0 "$1" 2> /dev/null && ! grep -q '^State:.*Z' "/proc/$1/status"
}

bodies_outlive_the_daemon()
{
	fresh "$be_ready" 'exec sleep 60'
	for signal in TERM KILL; do
		: > "$dir/module.body"
		: > "$dir/log"
		start_daemon && wish 1 && wait_for logged 'of node 1 runs here' ||
			return 1
		stop_daemon "$signal"
		is_alive "$(bodies)" || return 1
		end_bodies
	done
	: > "$dir/module.body"
	fresh 'exec sleep 60'
	start_daemon && wish 1 && wait_for has_bodies 1 || return 1
	stop_daemon TERM
	is_alive "$(bodies)"
}

descriptors_do_not_pile_up()
{
	fresh "$be_ready"
	start_daemon && wish 1 && wait_for logged 'process 1 ' || return 1
	# shellcheck disable=SC2012 # numbers
	before=$(ls "/proc/$pid/fd" | wc -l)
	wish 2 3 4 5 6 7 8 9
	wait_for logged 'process 9 ' && wait_for bodies_are_gone || return 1
	# shellcheck disable=SC2012
	[ "$(ls "/proc/$pid/fd" | wc -l)" = "$before" ]
}

run_tests "$dir/log" \
	body_that_is_ready_is_a_process \
	body_that_was_asked_for_unheard_is_started \
	nobody_is_asked_each_second \
	log_names_the_process_and_not_the_first_of_its_namespace \
	body_begins_with_nothing_of_the_daemon \
	each_end_is_explained \
	end_of_a_process_is_none_of_its_business \
	program_that_is_missing_is_said \
	body_that_nobody_wants_any_more_is_said \
	too_many_at_once_are_refused \
	bodies_outlive_the_daemon \
	descriptors_do_not_pile_up
