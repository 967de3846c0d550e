# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the functions that run inside a node may use. Sent there by guest() of
# lab.sh, so it needs nothing but bash.

set -e -u -o pipefail

CONF=/etc/weft/weft.conf
LOG=/var/log/weftd.log

# The test is over: it failed.
fail()
{
	printf '%s\n' "$*"
	exit 1
}

# wait_for SECONDS WHAT COMMAND...: until it succeeds.
wait_for()
{
	local deadline=$((SECONDS + $1)) what=$2

	shift 2
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -le "$deadline" ] || fail "$what: it did not happen in time"
		sleep 0.05
	done
}

# expect_status WHAT WANTED COMMAND...: its exit status; its words in $output.
expect_status()
{
	local what=$1 wanted=$2 status=0

	shift 2
	output=$("$@" 2>&1) || status=$?
	[ "$status" = "$wanted" ] ||
		fail "$what: expected exit status $wanted, got $status: $output"
}

# expect_words WHAT PATTERN: $output matches the extended regular expression.
expect_words()
{
	[[ $output =~ $2 ]] || fail "$1: expected a match of '$2', got '$output'"
}

is_loaded()
{
	[ -e /sys/module/weft ]
}

# Nothing of weft is left in this machine.
stop_weft()
{
	if pidof weftd >/dev/null; then
		pkill -CONT -x weftd || true
		pkill -KILL -x weftd || true
		wait_for 60 "the end of weftd" eval '! pidof weftd'
	fi
	rm -f /run/weft/* "$LOG"
	is_loaded || return 0
	wait_for 60 "the unloading of weft" rmmod weft
}

load_weft()
{
	insmod /lib/weft/weft.ko "$@"
}

# configure NODE [LINE]...: the configuration file, for cluster "smoke".
configure()
{
	mkdir -p "${CONF%/*}"
	printf '[cluster]\nname = smoke\nnode = %s\n' "$1" >"$CONF"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$CONF"
}

is_well()
{
	weft status
}

# Starts weftd and waits until it serves.
start_daemon()
{
	setsid weftd --config "$CONF" </dev/null >>"$LOG" 2>&1 &
	disown
	wait_for 60 "a weftd that is well" is_well
}

# What the daemon wrote so far matches the extended regular expression.
log_matches()
{
	grep -Eq -- "$1" "$LOG"
}

# stop_daemon [SIGNAL]: until it is gone.
stop_daemon()
{
	pkill -"${1:-TERM}" -x weftd
	wait_for 60 "the end of weftd" eval '! pidof weftd'
}

# Prints the value of a key of "weft status --json" that occurs only once.
status_value()
{
	{ weft status --json 2>/dev/null || true; } |
		sed -n "s/.*\"$1\" *: *\"\\{0,1\\}\\([^\",]*\\).*/\\1/p" | head -n 1
}
