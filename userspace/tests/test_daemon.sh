#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# weftd and weft from the outside, against a fake module.
# Usage: test_daemon.sh DIRECTORY, which holds weft_fake, weftd_fake,
# notify_listen. Prints KTAP. Every wait has a deadline.

. "${0%/*}/harness.sh"

programs=$1
weft="$programs/weft_fake"
weftd="$programs/weftd_fake"
dir=$(mktemp -d) || exit 1
export WEFT_FAKE_MODULE="$dir/module"
unset NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID JOURNAL_STREAM
pid=

cleanup()
{
	stop_daemon KILL
	rm -rf "$dir"
}
trap cleanup EXIT

config()
{
	printf '[cluster]\nname = %s\nnode = %s\nlease_ms = %s\n' "$@" \
		> "$dir/weft.conf"
}

ask()
{
	"$weft" --socket "$dir/sock" "$@" > "$dir/out" 2> "$dir/err"
}

is_served()
{
	ask status --json
	grep -q '"pid"' "$dir/out"
}

says()
{
	ask status --json
	grep -q -- "$1" "$dir/out"
}

logged()
{
	grep -q -- "$1" "$dir/log"
}

start_daemon()
{
	"$weftd" --config "$dir/weft.conf" --socket "$dir/sock" \
		--pid-file "$dir/pid" --log-level debug "$@" 2> "$dir/log" &
	pid=$!
	wait_for is_served
}

# stop_daemon SIGNAL: sets $status to the exit status
stop_daemon()
{
	[ -n "$pid" ] || return 0
	kill -"$1" "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
	status=$?
	pid=
}

fresh()
{
	stop_daemon KILL
	rm -f "$dir"/*
	config lab 2 2000
	echo '- 0 2000 0' > "$dir/module"
}

incarnation()
{
	cut -d ' ' -f 4 "$dir/module"
}

unconfigured_module_is_given_its_identity()
{
	fresh
	start_daemon && grep -q '^lab 2 2000 [1-9]' "$dir/module" &&
		ask status && grep -q 'state *ready' "$dir/out" &&
		[ ! -s "$dir/err" ]
}

clean_stop_leaves_nothing_but_the_module()
{
	fresh
	start_daemon || return 1
	before=$(cat "$dir/module")
	[ "$(cat "$dir/pid")" = "$pid" ] || return 1
	stop_daemon TERM
	[ "$status" = 0 ] && [ ! -e "$dir/sock" ] && [ ! -e "$dir/pid" ] &&
		[ ! -e "$dir/sock.lock" ] &&
		[ "$(cat "$dir/module")" = "$before" ]
}

restart_loses_nothing()
{
	fresh
	start_daemon || return 1
	before=$(cat "$dir/module")
	stop_daemon INT
	[ "$status" = 0 ] && start_daemon &&
		[ "$(cat "$dir/module")" = "$before" ]
}

death_by_kill_is_survived()
{
	fresh
	start_daemon || return 1
	before=$(cat "$dir/module")
	stop_daemon KILL
	[ -S "$dir/sock" ] && start_daemon &&
		[ "$(cat "$dir/module")" = "$before" ]
}

second_instance_is_refused()
{
	fresh
	start_daemon || return 1
	"$weftd" -c "$dir/weft.conf" --socket "$dir/sock" 2> "$dir/log2" &&
		return 1
	grep -q "process $pid, already serves" "$dir/log2" || return 1
	"$weftd" -c "$dir/weft.conf" --socket "$dir/sock2" \
		--pid-file "$dir/pid" 2> "$dir/log2" && return 1
	grep -q "process $pid, already holds" "$dir/log2" && is_served
}

other_identity_is_refused_by_name()
{
	fresh
	echo 'prod 7 2000 5' > "$dir/module"
	"$weftd" -c "$dir/weft.conf" --socket "$dir/sock" 2> "$dir/log" &&
		return 1
	logged "node 7 of cluster 'prod'" && logged "node 2 of cluster 'lab'" &&
		logged rmmod && [ "$(cat "$dir/module")" = 'prod 7 2000 5' ] &&
		[ ! -e "$dir/sock" ]
}

other_lease_is_set_at_the_start()
{
	fresh
	echo 'lab 2 500 5' > "$dir/module"
	start_daemon && [ "$(cat "$dir/module")" = 'lab 2 2000 5' ]
}

missing_module_is_said()
{
	fresh
	rm "$dir/module"
	"$weftd" -c "$dir/weft.conf" --socket "$dir/sock" 2> "$dir/log"
	[ $? = 1 ] && logged 'module is not loaded' && [ ! -e "$dir/sock" ]
}

module_that_goes_and_comes_back_is_noticed()
{
	fresh
	start_daemon || return 1
	before=$(incarnation)
	mv "$dir/module" "$dir/away"
	wait_for says '"module": "gone"' || return 1
	ask status
	[ $? = 1 ] && grep -q 'not loaded' "$dir/err" || return 1
	sleep 2.5
	[ "$(grep -c 'not loaded' "$dir/log")" = 1 ] || return 1
	echo '- 0 2000 0' > "$dir/module"
	wait_for says '"module": "ready"' && [ "$(incarnation)" != "$before" ] &&
		logged 'the module is back'
}

foreign_identity_at_run_time_is_left_alone()
{
	fresh
	start_daemon || return 1
	echo 'prod 7 2000 5' > "$dir/module"
	wait_for says '"module": "foreign"' || return 1
	ask status
	[ $? = 1 ] && grep -q "node 7 of cluster 'prod'" "$dir/err" &&
		[ "$(cat "$dir/module")" = 'prod 7 2000 5' ]
}

failing_module_is_told_apart()
{
	fresh
	start_daemon || return 1
	echo 'error 5' > "$dir/module"
	wait_for says '"module": "failing"' && logged 'fake module refuses'
}

reload_changes_the_lease()
{
	fresh
	start_daemon || return 1
	before=$(incarnation)
	config lab 2 9000
	kill -HUP "$pid"
	wait_for says '"lease_ms": 9000' && [ "$(incarnation)" = "$before" ]
}

reload_cannot_change_the_identity()
{
	fresh
	start_daemon || return 1
	config prod 3 9000
	kill -HUP "$pid"
	wait_for logged 'name and node cannot change' &&
		wait_for says '"lease_ms": 9000' && says '"name": "lab"' &&
		says '"module": "ready"'
}

reload_of_a_broken_file_changes_nothing()
{
	fresh
	start_daemon || return 1
	before=$(cat "$dir/module")
	config lab 99 1
	kill -HUP "$pid"
	wait_for logged 'the old one stays' &&
		logged 'weft.conf:3: \[cluster\] node' &&
		logged 'weft.conf:4: \[cluster\] lease_ms' && is_served &&
		[ "$(cat "$dir/module")" = "$before" ]
}

background_start_returns_when_ready()
{
	fresh
	(cd "$dir" && "$weftd" --daemon -c weft.conf --socket sock \
		--pid-file pid) 2> "$dir/log" || return 1
	pid=$(cat "$dir/pid") && is_served &&
		[ "$(readlink "/proc/$pid/cwd")" = / ] &&
		[ "$(readlink "/proc/$pid/fd/2")" = /dev/null ] || return 1
	kill -TERM "$pid"
	wait_for test ! -e "$dir/pid" || return 1
	pid=
	[ ! -e "$dir/sock" ]
}

background_start_fails_with_reason()
{
	fresh
	rm "$dir/module"
	"$weftd" --daemon -c "$dir/weft.conf" --socket "$dir/sock" \
		--pid-file "$dir/pid" 2> "$dir/log"
	[ $? = 1 ] && logged 'module is not loaded' && [ ! -e "$dir/pid" ]
}

service_manager_hears_the_truth()
{
	fresh
	"$programs/notify_listen" "$dir/notify" > "$dir/heard" &
	listener=$!
	wait_for test -S "$dir/notify"
	NOTIFY_SOCKET="$dir/notify" WATCHDOG_USEC=600000 start_daemon &&
		wait_for grep -q '^WATCHDOG=1' "$dir/heard" &&
		grep -q '^READY=1' "$dir/heard" &&
		grep -q '^STATUS=node 2 of cluster lab' "$dir/heard"
	heard=$?
	# once the module is gone, not a single sign of life
	rm "$dir/module"
	wait_for grep -q '^STATUS=degraded' "$dir/heard" || heard=1
	before=$(grep -c '^WATCHDOG' "$dir/heard")
	sleep 1
	[ "$(grep -c '^WATCHDOG' "$dir/heard")" = "$before" ] || heard=1
	stop_daemon TERM
	wait_for grep -q '^STOPPING=1' "$dir/heard" || heard=1
	kill "$listener"
	wait "$listener" 2> /dev/null
	return "$heard"
}

hung_daemon_is_a_timeout()
{
	fresh
	start_daemon || return 1
	kill -STOP "$pid"
	"$weft" --socket "$dir/sock" --timeout 0.3 status > "$dir/out" \
		2> "$dir/err"
	[ $? = 6 ] && grep -q unreachable "$dir/out" &&
		grep -q 'does not answer' "$dir/err"
}

absent_daemon_still_shows_the_module()
{
	fresh
	echo 'lab 2 2000 5' > "$dir/module"
	ask status
	[ $? = 5 ] && grep -q 'incarnation *5' "$dir/out" &&
		grep -q 'state *not-running' "$dir/out" &&
		[ "$(wc -l < "$dir/err")" = 1 ]
}

versions_are_complete()
{
	fresh
	start_daemon && ask version && grep -q 'module *fake' "$dir/out" &&
		grep -q 'daemon *[0-9]' "$dir/out"
}

wrong_usage_is_status_2()
{
	fresh
	for arguments in '' nonsense 'status x' '--nonsense' '--timeout 0' \
			 '--timeout x status' 'help nonsense' 'help a b'; do
		# shellcheck disable=SC2086 # the words are separate arguments
		"$weft" $arguments > "$dir/out" 2> "$dir/err"
		[ $? = 2 ] && [ ! -s "$dir/out" ] &&
			grep -q "see 'weft --help'" "$dir/err" || return 1
	done
	for arguments in x --nonsense '--log-level loud' '--config'; do
		# shellcheck disable=SC2086
		"$weftd" $arguments > "$dir/out" 2> "$dir/err"
		[ $? = 2 ] || return 1
	done
}

help_is_on_stdout()
{
	fresh
	for arguments in --help help '--help status' 'status -h' 'help status' \
			 'help help' --version; do
		# shellcheck disable=SC2086
		"$weft" $arguments > "$dir/out" 2> "$dir/err" || return 1
		[ -s "$dir/out" ] && [ ! -s "$dir/err" ] || return 1
	done
	"$weftd" --help > /dev/null && "$weftd" --version > /dev/null
}

check_names_each_problem()
{
	fresh
	"$weftd" --check -c "$dir/weft.conf" > "$dir/out" || return 1
	grep -q "node 2 of cluster 'lab'" "$dir/out" || return 1
	echo 'speed = 5' >> "$dir/weft.conf"
	"$weftd" --check -c "$dir/weft.conf" 2> "$dir/err"
	[ $? = 1 ] && grep -q "weft.conf:5: .*'speed'" "$dir/err"
}

full_disk_is_an_error()
{
	fresh
	"$weft" --socket "$dir/sock" version > /dev/full 2> "$dir/err"
	[ $? = 1 ] && grep -q 'cannot write' "$dir/err"
}

run_tests "$dir/log $dir/out $dir/err" \
	unconfigured_module_is_given_its_identity \
	clean_stop_leaves_nothing_but_the_module \
	restart_loses_nothing \
	death_by_kill_is_survived \
	second_instance_is_refused \
	other_identity_is_refused_by_name \
	other_lease_is_set_at_the_start \
	missing_module_is_said \
	module_that_goes_and_comes_back_is_noticed \
	foreign_identity_at_run_time_is_left_alone \
	failing_module_is_told_apart \
	reload_changes_the_lease \
	reload_cannot_change_the_identity \
	reload_of_a_broken_file_changes_nothing \
	background_start_returns_when_ready \
	background_start_fails_with_reason \
	service_manager_hears_the_truth \
	hung_daemon_is_a_timeout \
	absent_daemon_still_shows_the_module \
	versions_are_complete \
	wrong_usage_is_status_2 \
	help_is_on_stdout \
	check_names_each_problem \
	full_disk_is_an_error
