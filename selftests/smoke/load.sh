#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module comes and goes, whoever is using it.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

# A debug kernel needs a second for each round, and sees a leak in the first.
loads_and_unloads_again_and_again()
{
	local rounds=100

	[[ $RELEASE != *debug* ]] || rounds=20
	push_weft n1 "$OUTPUT/load" "$OUTPUT/storm"
	run_in n1 /lib/weft/load "$rounds"
}

# Each round must end with an unloaded module, although requests never cease.
unload_in_a_storm()
{
	/lib/weft/storm requests &
	/lib/weft/storm requests &
	disown -a
	trap 'pkill -KILL -x storm' EXIT
	for _ in 1 2 3 4 5; do
		load_weft
		sleep 0.1
		wait_for 20 "the unloading of weft" rmmod weft
	done
	pidof storm >/dev/null || fail "the storm was over too early"
}

unloads_while_requests_and_dumps_are_in_flight()
{
	guest n1 unload_in_a_storm
}

unload_under_a_dump()
{
	load_weft
	coproc HOLD { exec /lib/weft/storm dump; }
	read -r -t 20 -u "${HOLD[0]}" word
	[ "$word" = held ]
	expect_status "rmmod under an open dump" 1 rmmod weft
	expect_words "rmmod under an open dump" "in use"
	eval "exec ${HOLD[1]}>&-"
	wait_for 20 "the unloading of weft" rmmod weft
}

an_open_dump_keeps_the_module()
{
	guest n1 unload_under_a_dump
}

says_the_module_is_gone()
{
	[[ $(weft status --json 2>/dev/null) =~ \"module\"\ *:\ *\"gone\" ]]
}

unload_under_the_daemon()
{
	configure 1
	load_weft
	start_daemon
	rmmod weft
	wait_for 20 "a daemon that says the module is gone" says_the_module_is_gone
	expect_status "weft status without the module" 1 weft status
	load_weft
	wait_for 20 "a daemon that found the module again" is_well
	output=$(weft status)
	expect_words "the module that came back" "node *1"
	stop_weft
}

the_daemon_notices_that_the_module_comes_and_goes()
{
	guest n1 unload_under_the_daemon
}

# What was allocated long enough ago and is referenced by nobody.
leaks()
{
	[ -w /sys/kernel/debug/kmemleak ] || exit 4
	echo scan >/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	cat /sys/kernel/debug/kmemleak
}

# Looking through all memory takes long: who asks at the end of a whole run says
# so in WEFT_LEAKS_LATER.
nothing_has_leaked()
{
	local found status=0

	[ -z "${WEFT_LEAKS_LATER-}" ] || skip "asked at the end of the run"
	found=$(guest n1 leaks) || status=$?
	[ "$status" != 4 ] || skip "this kernel has no kmemleak"
	[ "$status" = 0 ] || fail "kmemleak cannot be asked: $found"
	[ -z "$found" ] || fail "$found"
}

need_nodes 1
ktap_run loads_and_unloads_again_and_again unloads_while_requests_and_dumps_are_in_flight \
	an_open_dump_keeps_the_module the_daemon_notices_that_the_module_comes_and_goes \
	nothing_has_leaked -- "$@"
