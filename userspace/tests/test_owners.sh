#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Users who ask the daemon for what the module lets only root do, against a fake
# module and with real processes. Usage: test_owners.sh DIRECTORY, which holds
# weft_fake and weftd_fake. Prints KTAP. Every wait has a deadline.

. "${0%/*}/harness.sh"

programs=$1
dir=$(mktemp -d) || exit 1
weft="$dir/weft"
export WEFT_FAKE_MODULE="$dir/module"
unset NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID JOURNAL_STREAM
pid=
targets=

cleanup()
{
	stop_daemon
	end_targets
	rm -rf "$dir"
}
trap cleanup EXIT

is_served()
{
	"$weft" --socket "$dir/sock" status --json 2> /dev/null | grep -q '"pid"'
}

stop_daemon()
{
	[ -n "$pid" ] || return 0
	kill -KILL "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
	pid=
}

# config [LINE]...: what follows the identity
config()
{
	printf '[cluster]\nname = lab\nnode = 2\n' > "$dir/weft.conf"
	printf '%s\n' "$@" >> "$dir/weft.conf"
}

end_targets()
{
	for target in $targets; do
		kill -KILL "$target" 2> /dev/null
		wait "$target" 2> /dev/null
	done
	targets=
}

# begin [LINE]...: a daemon with that configuration. If there is none, $unable says
# whether that is a failure.
begin()
{
	unable=1
	[ "$(id -u)" = 0 ] || {
		# shellcheck disable=SC2034 # for run_tests
		skip='only root can be several users'
		unable=0
		return 1
	}
	stop_daemon
	end_targets
	rm -rf "${dir:?}"/*
	chmod 755 "$dir"
	# where these programs are built others may not be able to go
	cp "$programs/weft_fake" "$weft"
	echo '- 0 2000 0' > "$dir/module"
	config "$@"
	"$programs/weftd_fake" --config "$dir/weft.conf" --socket "$dir/sock" \
		--log-level debug 2> "$dir/log" &
	pid=$!
	wait_for is_served
}

has_command()
{
	[ "$(cut -c 1-5 "/proc/$1/comm" 2> /dev/null)" = "$2" ]
}

# target PROGRAM OPTION...: a process that setpriv makes; its number in $target
target()
{
	program=$1
	shift
	# not at once: setpriv itself has rights that env has not
	setpriv "$@" env "$program" 600 &
	target=$!
	targets="$targets $target"
	echo "$target" >> "$dir/module.movable"
	wait_for has_command "$target" "$(basename "$program" | cut -c 1-5)"
}

# ask STATUS UID ARGUMENT...: does weft end with that status, for that user?
ask()
{
	expected=$1
	user=$2
	shift 2
	WEFT_FAKE_UNPRIVILEGED=1 timeout 60 setpriv --reuid "$user" \
		--regid "$user" --clear-groups "$weft" --socket "$dir/sock" "$@" \
		> "$dir/out" 2> "$dir/err"
	status=$?
	[ "$status" = "$expected" ] && return
	echo "# user $user: weft $*: status $status, not $expected"
	return 1
}

says()
{
	grep -q -- "$1" "$dir/out" && [ ! -s "$dir/err" ]
}

complains()
{
	[ "$(wc -l < "$dir/err")" = 1 ] && grep -q -- "$1" "$dir/err" &&
		[ ! -s "$dir/out" ]
}

# Of user and group 1000.
own()
{
	target "${1:-/bin/sleep}" --reuid 1000 --regid 1000 --clear-groups
}

yes='owners = yes'

owner_may_ask_and_move()
{
	begin '[migrate]' "$yes" || return "$unable"
	own && ask 0 1000 check "$target" 2 &&
		says "^process $target can move to node 2.\$" &&
		ask 0 1000 migrate "$target" 2 --timeout 3 &&
		says "^process $target runs on node 2 now, it stood still for 21.0 ms\$" &&
		ask 0 1000 --json migrate "$target" 2 && says '"downtime_ns": 21000000' &&
		says '"serial": 7' && grep -q "user 1000 asks for process $target" "$dir/log"
}

answer_is_that_of_root()
{
	begin '[migrate]' "$yes" || return "$unable"
	own || return 1
	: > "$dir/module.movable"
	for words in "$target 2" "--json $target 2" "$target 2 --timeout 1"; do
		# shellcheck disable=SC2086 # words
		ask 7 1000 check $words || return 1
		cp "$dir/out" "$dir/one"
		# shellcheck disable=SC2086 # words
		"$weft" --socket "$dir/sock" check $words > "$dir/out"
		cmp -s "$dir/one" "$dir/out" || return 1
	done
	ask 7 1000 migrate "$target" 2 && says 'there is no such process'
}

root_may_ask_by_the_daemon()
{
	begin || return "$unable"
	own && ask 0 0 check "$target" 2 && ask 0 0 migrate "$target" 2 &&
		ask 7 0 check 200 2 --timeout 1.5 && grep -q '1500 more' "$dir/out" &&
		grep -q '^  it maps a device: 1000-2000 /dev/mem; 3000-4000 x; and' \
			"$dir/out" && ask 7 0 migrate 101 2 && complains 'has threads' &&
		ask 6 0 migrate 102 2 && complains 'did not leave' &&
		ask 1 0 migrate 103 2 && complains 'has left'
}

without_yes_nobody_may()
{
	for lines in '' 'owners = no'; do
		begin ${lines:+'[migrate]' "$lines"} || return "$unable"
		[ "$(stat -c %a "$dir/sock")" = 660 ] && own &&
			ask 1 1000 check "$target" 2 && complains 'serves root only' &&
			complains "'owners = yes'" && complains 'Permission denied' &&
			ask 1 1000 migrate "$target" 2 &&
			complains 'serves root only' || return 1
		# somebody has opened the socket; the rule stands
		chmod 666 "$dir/sock"
		ask 1 1000 check "$target" 2 && complains "set 'owners = yes'" &&
			ask 1 1000 migrate "$target" 2 &&
			complains "set 'owners = yes'" || return 1
	done
}

others_may_not()
{
	begin '[migrate]' "$yes" || return "$unable"
	own || return 1
	for command in check migrate; do
		ask 1 1001 $command "$target" 2 &&
			complains "process $target has a real, effective or saved user other" ||
			return 1
	done
	target /bin/sleep && ask 1 1000 check "$target" 2 && complains 'user other' &&
		ask 1 1000 check 1 2 && complains 'user other'
}

# try WORD OPTION...: is a process of that kind refused with that word?
try()
{
	word=$1
	shift
	target /bin/sleep "$@" && ask 1 1000 check "$target" 2 &&
		complains "$word" && ask 1 1000 migrate "$target" 2 &&
		complains "$word"
}

process_with_rights_of_its_own_is_refused()
{
	begin '[migrate]' "$yes" || return "$unable"
	ids='--regid 1000 --clear-groups'
	# shellcheck disable=SC2086 # words
	try 'user other' --ruid 1000 --euid 0 $ids &&
		try 'user other' --ruid 0 --euid 1000 $ids &&
		try 'user other' --ruid 1001 --euid 1000 $ids &&
		try 'group other' --reuid 1000 --rgid 1000 --egid 0 --clear-groups &&
		try 'group other' --reuid 1000 --rgid 0 --egid 1000 --clear-groups &&
		try 'has capabilities' --reuid 1000 $ids --inh-caps +kill \
			--ambient-caps +kill || return 1
	cp /bin/sleep "$dir/secret"
	chmod 111 "$dir/secret"
	own "$dir/secret" && ask 1 1000 check "$target" 2 &&
		complains 'not dumpable' && ask 1 1000 migrate "$target" 2 &&
		complains 'not dumpable'
}

nobody_there_is_said()
{
	begin '[migrate]' "$yes" || return "$unable"
	own && kill -KILL "$target" && wait "$target" 2> /dev/null
	ask 1 1000 check "$target" 2 && complains "process $target does not exist" &&
		ask 1 1000 migrate 2147483647 2 && complains 'does not exist'
}

other_namespaces_count_otherwise()
{
	begin '[migrate]' "$yes" || return "$unable"
	# shellcheck disable=SC2034 # for run_tests
	unshare --pid --fork true 2> /dev/null || {
		skip='no PID namespaces here'
		return 0
	}
	own || return 1
	for user in 0 1000; do
		WEFT_FAKE_UNPRIVILEGED=1 unshare --pid --fork setpriv --reuid $user \
			--regid $user --clear-groups "$weft" --socket "$dir/sock" \
			check "$target" 2 > "$dir/out" 2> "$dir/err"
		[ $? = 1 ] && complains 'initial PID namespace' || return 1
	done
}

has_jobs()
{
	[ "$(pgrep -P "$pid" | wc -l)" = "$1" ]
}

one_request_at_a_time_and_it_ends_with_who_asked()
{
	begin '[migrate]' "$yes" || return "$unable"
	own || return 1
	# towards node 8 the fake module never answers
	WEFT_FAKE_UNPRIVILEGED=1 setpriv --reuid 1000 --regid 1000 --clear-groups \
		"$weft" --socket "$dir/sock" --timeout 60 check "$target" 8 \
		2> /dev/null &
	asker=$!
	wait_for has_jobs 1 && ask 1 1000 check "$target" 2 &&
		complains 'another request of yours' && ask 0 0 check "$target" 2 &&
		is_served
	result=$?
	kill "$asker"
	wait "$asker" 2> /dev/null
	[ $result = 0 ] && wait_for has_jobs 0 && ask 0 1000 check "$target" 2
}

answer_about_one_that_ended_is_withheld()
{
	begin '[migrate]' "$yes" || return "$unable"
	own || return 1
	# towards node 7 the fake module takes two seconds
	(ask 1 1000 check "$target" 7 && complains 'changed its user meanwhile') &
	asker=$!
	wait_for has_jobs 1 && kill -KILL "$target" && wait "$asker"
}

late_module_is_a_timeout()
{
	begin '[migrate]' "$yes" || return "$unable"
	own && ask 6 1000 check "$target" 8 --timeout 0.1 &&
		complains 'did not answer in time' && is_served
}

jobs_end_with_the_daemon()
{
	begin '[migrate]' "$yes" || return "$unable"
	own || return 1
	WEFT_FAKE_UNPRIVILEGED=1 "$weft" --socket "$dir/sock" --timeout 60 \
		check "$target" 8 2> /dev/null &
	asker=$!
	wait_for has_jobs 1 || return 1
	job=$(pgrep -P "$pid")
	stop_daemon
	wait_for test ! -e "/proc/$job"
	result=$?
	wait "$asker"
	[ $? = 1 ] && [ $result = 0 ]
}

has_mode()
{
	[ "$(stat -c %a "$dir/sock")" = "$1" ]
}

reload_opens_and_closes()
{
	begin || return "$unable"
	own && has_mode 660 || return 1
	config '[migrate]' "$yes"
	kill -HUP "$pid"
	wait_for has_mode 666 && ask 0 1000 check "$target" 2 || return 1
	config '[migrate]' 'owners = maybe'
	kill -HUP "$pid"
	wait_for grep -q "weft.conf:5: \[migrate\] owners: 'maybe' is neither" \
		"$dir/log" && has_mode 666 || return 1
	config
	kill -HUP "$pid"
	wait_for has_mode 660 && ask 1 1000 check "$target" 2
}

run_tests "$dir/log $dir/out $dir/err" \
	owner_may_ask_and_move \
	answer_is_that_of_root \
	root_may_ask_by_the_daemon \
	without_yes_nobody_may \
	others_may_not \
	process_with_rights_of_its_own_is_refused \
	nobody_there_is_said \
	other_namespaces_count_otherwise \
	one_request_at_a_time_and_it_ends_with_who_asked \
	answer_about_one_that_ended_is_withheld \
	late_module_is_a_timeout \
	jobs_end_with_the_daemon \
	reload_opens_and_closes
