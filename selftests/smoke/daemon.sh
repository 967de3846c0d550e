#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The daemon lives, dies and lives again; the module keeps what it is. What the
# command says in each case, and with which exit status.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

# Prints what must survive a restart of the daemon.
identity()
{
	local key

	for key in name node lease_ms incarnation; do
		printf '%s ' "$(status_value "$key")"
	done
}

first_start()
{
	load_weft
	configure 5 "lease_ms = 1500"
	start_daemon
	[ "$(identity)" = "smoke 5 1500 $(status_value incarnation) " ] ||
		fail "the identity is '$(identity)'"
}

the_daemon_gives_the_module_its_identity()
{
	push_weft n1
	guest n1 first_start
}

status_is_json_with_all_documented_keys()
{
	lab exec n1 -- weft status --json >"$WORK/status.json"
	python3 - "$WORK/status.json" <<-'END'
	import json, sys

	status = json.load(open(sys.argv[1], encoding="utf-8"))
	keys = {
	    "": {"schema_version", "module", "cluster", "nodes", "daemon"},
	    "module": {"state", "version", "node_max"},
	    "cluster": {"configured", "name", "node", "lease_ms", "incarnation"},
	    "daemon": {"state", "pid", "version", "uptime_ms", "module", "problem"},
	}
	for name, wanted in keys.items():
	    found = status[name] if name else status
	    if not wanted <= set(found):
	        sys.exit(f"'{name}' has the keys {sorted(found)}, expected {sorted(wanted)}")
	assert status["schema_version"] == 1, status
	assert status["module"]["state"] == "loaded", status
	assert status["module"]["node_max"] == 64, status
	cluster = status["cluster"]
	assert cluster["configured"] is True and cluster["name"] == "smoke", cluster
	assert cluster["node"] == 5 and cluster["lease_ms"] == 1500, cluster
	assert isinstance(cluster["incarnation"], str), cluster
	node, = status["nodes"]
	assert set(node) == {"id", "local", "incarnation", "age_ms"}, node
	assert node["id"] == 5 and node["local"] is True, node
	assert node["incarnation"] == cluster["incarnation"], status
	daemon = status["daemon"]
	assert daemon["state"] == "ready" and daemon["module"] == "ready", daemon
	assert daemon["problem"] is None, daemon
	END
}

killed_daemon()
{
	local before after

	before=$(identity)
	for _ in 1 2 3; do
		stop_daemon KILL
		expect_status "weft status without a daemon" 5 weft status
		expect_words "weft status without a daemon" "not running"
		expect_words "weft status without a daemon" "node *5"
		start_daemon
		after=$(identity)
		[ "$before" = "$after" ] || fail "it was '$before', it is '$after'"
	done
}

a_killed_daemon_that_starts_again_changes_nothing()
{
	guest n1 killed_daemon
}

graceful_stop()
{
	local before pid signal

	before=$(identity)
	for signal in TERM INT; do
		stop_daemon KILL
		weftd --config "$CONF" --pid-file /run/weft/pid 2>>"$LOG" &
		pid=$!
		wait_for 20 "a weftd that is well" is_well
		[ "$(cat /run/weft/pid)" = $pid ] || fail "the pid file is wrong"
		kill -$signal $pid
		wait $pid || fail "weftd ended with status $? on SIG$signal"
		[ -z "$(ls -A /run/weft)" ] || fail "left in /run/weft: $(ls -A /run/weft)"
		expect_status "weft status without a daemon" 5 weft status
		start_daemon
	done
	[ "$before" = "$(identity)" ] || fail "it was '$before', it is '$(identity)'"
}

a_stopped_daemon_leaves_no_files_and_an_unchanged_module()
{
	guest n1 graceful_stop
}

silent_daemon()
{
	local start=$SECONDS

	expect_status "weft status" 0 weft status
	pkill -STOP -x weftd
	expect_status "weft status of a stopped weftd" 6 weft --timeout 1 status
	expect_words "weft status of a stopped weftd" "does not answer"
	[ $((SECONDS - start)) -lt 15 ] || fail "a timeout of 1 s took $((SECONDS - start)) s"
	pkill -CONT -x weftd
	wait_for 20 "a daemon that answers again" is_well
}

a_daemon_that_does_not_answer_is_a_timeout()
{
	guest n1 silent_daemon
}

second_daemon()
{
	local pid

	pid=$(pidof weftd)
	expect_status "a second weftd" 1 timeout 20 weftd --config "$CONF"
	expect_words "a second weftd" "another weftd, process $pid, already serves"
	expect_status "weft status" 0 weft status
	[ "$(pidof weftd)" = "$pid" ] || fail "the first weftd is gone"
}

a_second_daemon_is_refused()
{
	guest n1 second_daemon
}

has_lease()
{
	[ "$(status_value lease_ms)" = "$1" ]
}

other_identity()
{
	local before

	before=$(identity)
	configure 6
	pkill -HUP -x weftd
	wait_for 20 "a warning" log_matches "name and node cannot change while weftd runs"
	configure 5 "lease_ms = 2500"
	pkill -HUP -x weftd
	wait_for 20 "the new lease" has_lease 2500
	configure 5 "lease_ms = 1500"
	pkill -HUP -x weftd
	wait_for 20 "the old lease" has_lease 1500
	stop_daemon
	configure 6
	expect_status "weftd as another node" 1 timeout 20 weftd --config "$CONF"
	expect_words "weftd as another node" "the module is node 5 of cluster 'smoke', but"
	expect_words "weftd as another node" "says node 6 of cluster 'smoke'"
	configure 5 "lease_ms = 1500"
	start_daemon
	[ "$before" = "$(identity)" ] || fail "it was '$before', it is '$(identity)'"
}

another_identity_in_the_configuration_is_refused()
{
	guest n1 other_identity
}

exit_statuses()
{
	expect_status "no command" 2 weft
	expect_status "an unknown command" 2 weft nonsense
	expect_status "an unknown option" 2 weft status --nonsense
	expect_status "an argument too many" 2 weft status now
	expect_status "a timeout of nothing" 2 weft --timeout 0 status
	expect_status "an unknown option of weftd" 2 weftd --nonsense
	expect_status "an argument of weftd" 2 weftd now
	expect_status "weft --help" 0 weft --help
	expect_status "weft version" 0 weft version
	rmmod weft
	expect_status "weft status without the module" 1 weft status
	expect_words "weft status without the module" "not loaded"
	stop_daemon
	expect_status "weft status with nothing" 1 weft status
	expect_status "weft version with nothing" 0 weft version
	expect_status "weftd without the module" 1 timeout 20 weftd --config "$CONF"
	expect_words "weftd without the module" "not loaded"
}

exit_statuses_are_as_documented()
{
	guest n1 exit_statuses
}

# expect_bad WORDS LINE...: this configuration is refused in these words.
expect_bad()
{
	local words=$1

	shift
	printf '%s\n' "$@" >/tmp/check.conf
	expect_status "weftd --check with '$*'" 1 weftd --check --config /tmp/check.conf
	expect_words "weftd --check with '$*'" "$words"
}

configurations()
{
	local good="node 64 of cluster 'a.b_c-9', lease 600000 ms"

	printf '# by hand\n[cluster]\nname = a.b_c-9\nnode=64\nlease_ms = 600000\n' >/tmp/check.conf
	expect_status "weftd --check" 0 weftd --check --config /tmp/check.conf
	expect_words "weftd --check" "$good"
	expect_bad "name is missing" "[cluster]" "node = 1"
	expect_bad "node is missing" "[cluster]" "name = lab"
	expect_bad ":3: .*node: 65 is out of range: 1 to 64" "[cluster]" "name = lab" "node = 65"
	expect_bad "node: 0 is out of range" "[cluster]" "name = lab" "node = 0"
	expect_bad "node: 'one' is not a whole number" "[cluster]" "name = lab" "node = one"
	expect_bad "name: '[.]lab' is not a name" "[cluster]" "name = .lab" "node = 1"
	expect_bad "lease_ms: 99 is out of range" "[cluster]" "name = lab" "node = 1" "lease_ms = 99"
	expect_bad "has no key 'nod'" "[cluster]" "name = lab" "node = 1" "nod = 1"
	expect_bad "no section .clutser" "[clutser]" "name = lab"
	expect_bad "second time, first on line 3" "[cluster]" "name = a" "node = 1" "node = 2"
	expect_bad "before the first section" "name = lab"
	expect_status "a missing file" 1 weftd --check --config /tmp/nowhere.conf
	expect_words "a missing file" "/tmp/nowhere.conf"
	expect_status "a directory" 1 weftd --check --config /tmp
}

check_tells_good_from_bad_configurations()
{
	guest n1 configurations
}

need_nodes 1
ktap_run the_daemon_gives_the_module_its_identity status_is_json_with_all_documented_keys \
	a_killed_daemon_that_starts_again_changes_nothing \
	a_stopped_daemon_leaves_no_files_and_an_unchanged_module \
	a_daemon_that_does_not_answer_is_a_timeout a_second_daemon_is_refused \
	another_identity_in_the_configuration_is_refused \
	exit_statuses_are_as_documented check_tells_good_from_bad_configurations -- "$@"
