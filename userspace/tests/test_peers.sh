#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several weftd on loopback addresses, each with a fake module, and clients of
# every kind. Usage: test_peers.sh DIRECTORY, which holds weftd_fake and
# peer_client. Prints KTAP. Every wait has a deadline.

. "${0%/*}/harness.sh"

programs=$1
weftd="$programs/weftd_fake"
client="$programs/peer_client"
dir=$(mktemp -d) || exit 1
base=$((20000 + $$ % 8000 * 5))
unset NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID JOURNAL_STREAM

cleanup()
{
	stop_all KILL
	rm -rf "$dir"
}
trap cleanup EXIT

address()
{
	echo "127.0.0.1$1:$((base + $1))"
}

# config NODE CLUSTER SECURITY [MEMBER...]; members are 1 2 3 unless named
config()
{
	node=$1
	printf '[cluster]\nname = %s\nnode = %s\n' "$2" "$node" \
		> "$dir/conf$node"
	printf '[network]\nlisten = 127.0.0.1%s\nport = %s\n' "$node" \
		"$((base + node))" >> "$dir/conf$node"
	printf '[security]\n%s\n[nodes]\n' "$3" >> "$dir/conf$node"
	shift 3
	[ $# -gt 0 ] || set -- 1 2 3
	for member in "$@"; do
		echo "$member = $(address "$member")" >> "$dir/conf$node"
	done
}

new_module()
{
	rm -f "$dir/module$1".*
	echo '- 0 2000 0' > "$dir/module$1"
}

# start NODE: in the background, its log added to the one before
start()
{
	WEFT_FAKE_MODULE="$dir/module$1" "$weftd" --config "$dir/conf$1" \
		--socket "$dir/sock$1" --log-level debug 2>> "$dir/log$1" &
	echo $! > "$dir/pid$1"
	wait_for logged "$1" 'is ready'
}

# stop NODE SIGNAL
stop()
{
	[ -f "$dir/pid$1" ] || return 0
	kill -"$2" "$(cat "$dir/pid$1")" 2> /dev/null
	wait "$(cat "$dir/pid$1")" 2> /dev/null
	rm "$dir/pid$1"
}

stop_all()
{
	for daemon in 1 2 3; do
		stop "$daemon" "$1"
	done
}

fresh()
{
	stop_all KILL
	rm -f "$dir"/*
	for daemon in 1 2 3; do
		config "$daemon" lab 'insecure = yes'
		new_module "$daemon"
	done
}

logged()
{
	[ -f "$dir/log$1" ] && grep -q -- "$2" "$dir/log$1"
}

# logged_once NODE WORDS
logged_once()
{
	[ "$(grep -c -- "$2" "$dir/log$1")" = 1 ]
}

# status NODE: the daemon's own words
status()
{
	WEFT_FAKE_MODULE="$dir/module$1" "$programs/weft_fake" \
		--socket "$dir/sock$1" status --json > "$dir/out" 2> "$dir/err"
	cat "$dir/out"
}

# lanes_of NODE: how many of its lanes ever came up
lanes_of()
{
	grep -c '^[0-9]* [0-9]* 0 [01] 2 ' "$dir/module$1.lanes"
}

has_lanes()
{
	[ -f "$dir/module$1.lanes" ] && [ "$(lanes_of "$1")" = "$2" ]
}

# refused NODE REASON: the counter is not 0
refused()
{
	status "$1" | tr -d ' \n' | grep -q "\"refused\":{.*\"$2\":[1-9]"
}

# hello FROM TO INCARNATION LANE CLUSTER VERSION, to node 1
hello()
{
	"$client" 127.0.0.13 "$(address 1)" hello "$@"
}

key()
{
	{
		echo '# key'
		head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
		echo
	} > "$dir/key$1"
	chmod 600 "$dir/key$1"
}

three_nodes_connect_all_lanes()
{
	fresh
	start 1 && start 2 && start 3 || return 1
	for daemon in 1 2 3; do
		wait_for has_lanes "$daemon" 4 || return 1
		[ "$(cat "$dir/module$daemon.view")" = '1 7' ] || return 1
	done
	wait_for logged 1 'node 2 is connected on all lanes' &&
		wait_for logged 1 'node 3 is connected on all lanes' || return 1
	status 1 | tr -d ' \n' | grep -q '"insecure":true' &&
		status 1 | tr -d ' \n' | grep -q '"lanes_up":4'
}

order_of_starts_does_not_matter()
{
	fresh
	start 3 && start 2 && wait_for logged 3 'cannot be reached' || return 1
	sleep 1
	start 1 || return 1
	for daemon in 1 2 3; do
		wait_for has_lanes "$daemon" 4 || return 1
	done
	logged_once 3 'node 1 at .* cannot be reached'
}

ipv6_connects_as_well()
{
	fresh
	[ -s /proc/net/if_inet6 ] || {
		skip='no IPv6'
		return 0
	}
	for daemon in 1 2; do
		sed -i -e '/^listen/d' -e '/^3 =/d' \
			-e "s/^1 = .*/1 = [::1]:$((base + 1))/" "$dir/conf$daemon"
	done
	start 1 && start 2 && wait_for has_lanes 1 2 && wait_for has_lanes 2 2
}

has_tls_result()
{
	has_lanes 1 2 || {
		logged 1 "modprobe tls" && logged 2 "modprobe tls"
	}
}

# With kTLS in the kernel all the way; without it up to that point.
both_ciphers_reach_the_kernel()
{
	for cipher in aes-128-gcm chacha20-poly1305; do
		fresh
		key 1
		config 1 lab "key_file = $dir/key1
cipher = $cipher" 1 2
		config 2 lab "key_file = $dir/key1
cipher = $cipher" 1 2
		start 1 && start 2 && wait_for has_tls_result || return 1
		logged_once 2 'node 1 at .*modprobe tls' ||
			wait_for has_lanes 1 2 || return 1
		for reason in key handshake cluster node member; do
			refused 1 "$reason" && return 1
		done
	done
	return 0
}

wrong_key_is_refused_and_said_once()
{
	fresh
	key 1
	key 2
	config 1 lab "key_file = $dir/key1" 1 2
	config 2 lab "key_file = $dir/key2" 1 2
	start 1 && start 2 && wait_for refused 1 key || return 1
	sleep 1
	logged_once 1 'was refused: it does not have the key' &&
		logged_once 2 'node 1 at .* it refuses the handshake'
}

wrong_cluster_is_refused_before_any_word()
{
	fresh
	key 1
	config 1 lab "key_file = $dir/key1" 1 2
	config 2 other "key_file = $dir/key1" 1 2
	start 1 && start 2 && wait_for refused 1 cluster &&
		logged_once 1 'it belongs to another cluster' &&
		logged_once 2 'it refuses the handshake'
}

stranger_with_the_key_is_refused()
{
	fresh
	key 1
	config 1 lab "key_file = $dir/key1" 1 2
	config 3 lab "key_file = $dir/key1" 1 3
	start 1 && start 3 && wait_for refused 1 member &&
		logged_once 1 'its node is no member'
}

insecure_node_meets_a_secure_one()
{
	fresh
	key 1
	config 1 lab "key_file = $dir/key1" 1 2
	start 1 && start 2 && wait_for refused 1 handshake &&
		logged 1 'not TLS with the cipher' || return 1
	stop_all TERM
	fresh
	key 1
	config 2 lab "key_file = $dir/key1" 1 2
	start 1 && start 2 && wait_for refused 1 malformed
}

each_wrong_greeting_has_its_reason()
{
	fresh
	start 1 || return 1
	[ "$(hello 3 1 50 0 prod same)" = 'refusal cluster' ] &&
		[ "$(hello 3 2 50 0 lab same)" = 'refusal node' ] &&
		[ "$(hello 1 1 50 0 lab same)" = 'refusal node' ] &&
		[ "$(hello 9 1 50 0 lab same)" = 'refusal member' ] &&
		[ "$(hello 3 1 50 2 lab same)" = 'refusal lane' ] &&
		[ "$(hello 3 1 50 0 lab other)" = 'refusal version' ] &&
		[ "$(hello 3 1 0 0 lab same)" = 'closed' ] || return 1
	for reason in cluster node member lane version malformed; do
		refused 1 "$reason" || return 1
	done
	[ ! -e "$dir/module1.lanes" ]
}

earlier_life_is_refused()
{
	fresh
	start 1 || return 1
	[ "$(hello 3 1 50 0 lab same)" = welcome ] &&
		[ "$(hello 3 1 50 1 lab same)" = welcome ] &&
		[ "$(hello 3 1 49 0 lab same)" = 'refusal incarnation' ] &&
		[ "$(hello 3 1 51 0 lab same)" = welcome ] &&
		[ "$(hello 3 1 50 0 lab same)" = 'refusal incarnation' ] &&
		has_lanes 1 3
}

garbage_is_survived()
{
	fresh
	start 1 || return 1
	for count in 1 50 96 97 200 4096; do
		"$client" 127.0.0.1 "$(address 1)" garbage "$count" \
			> "$dir/garbage$count" &
	done
	wait_for grep -qs closed "$dir/garbage4096" &&
		wait_for grep -qs closed "$dir/garbage1" &&
		[ "$(hello 3 1 50 0 lab same)" = welcome ] && refused 1 malformed
}

slow_client_delays_nobody()
{
	fresh
	start 1 || return 1
	"$client" 127.0.0.1 "$(address 1)" drip > "$dir/drip" &
	sleep 0.5
	[ "$(timeout 1 "$client" 127.0.0.13 "$(address 1)" \
		hello 3 1 50 0 lab same)" = welcome ] || return 1
	wait_for grep -q '^closed [45][0-9][0-9][0-9]$' "$dir/drip" &&
		refused 1 slow
}

crowd_of_strangers_leaves_room_for_members()
{
	fresh
	start 1 || return 1
	"$client" 127.0.0.1 "$(address 1)" crowd 200 > "$dir/crowd" &
	wait_for test -s "$dir/crowd" || return 1
	[ "$(cat "$dir/crowd")" = 'alive 64' ] || return 1
	[ "$(hello 3 1 50 0 lab same)" = welcome ] && refused 1 crowd &&
		wait_for refused 1 slow || return 1
	status 1 | tr -d ' \n' | grep -q '"slow":64,"crowd":136'
}

crowd_of_members_is_bounded()
{
	fresh
	start 1 || return 1
	"$client" 127.0.0.13 "$(address 1)" crowd 200 > "$dir/crowd" &
	wait_for test -s "$dir/crowd" &&
		[ "$(cat "$dir/crowd")" = 'alive 128' ] &&
		wait_for refused 1 slow &&
		[ "$(hello 3 1 50 0 lab same)" = welcome ]
}

failures_are_followed_by_longer_waits()
{
	fresh
	config 2 lab 'insecure = yes' 1 2
	"$client" "$(address 1)" - count 3000 > "$dir/count" &
	start 2 && wait_for test -s "$dir/count" || return 1
	# per lane about 0, 50, 150, 350, 750, 1550 ms
	count=$(cut -d ' ' -f 2 "$dir/count")
	[ "$count" -ge 10 ] && [ "$count" -le 16 ] &&
		logged_once 2 'node 1 at .* it hung up'
}

wrong_welcome_is_refused()
{
	for words in '2 2 50 0 lab same' '1 3 50 0 lab same' '1 2 50 0 prod same' \
		     '1 2 50 0 lab other' '1 2 50 1 lab same' '1 2 50 2 lab same'; do
		fresh
		config 2 lab 'insecure = yes' 1 2
		# shellcheck disable=SC2086 # the words are separate arguments
		"$client" "$(address 1)" - serve $words > "$dir/served" &
		start 2 && wait_for grep -q closed "$dir/served" &&
			logged 2 'was refused' || return 1
		[ ! -e "$dir/module2.lanes" ] || return 1
	done
}

lost_lane_is_dialed_again()
{
	fresh
	start 1 && start 2 && wait_for has_lanes 2 2 || return 1
	wait_for logged 2 'node 1 is connected' || return 1
	stop 1 KILL
	wait_for logged 2 'node 1 has lost a connection' || return 1
	start 1 && wait_for has_lanes 2 4 &&
		wait_for status_has 2 '"connected":1'
}

status_has()
{
	status "$1" | tr -d ' \n' | grep -q -- "$2"
}

restart_does_not_disturb_lanes()
{
	fresh
	start 1 && start 2 && wait_for has_lanes 2 2 || return 1
	stop 2 TERM
	start 2 && wait_for status_has 2 '"lanes_up":2' && sleep 1.5 &&
		has_lanes 2 2
}

connections_rest_without_the_module()
{
	fresh
	start 1 || return 1
	rm "$dir/module1"*
	wait_for status_has 1 '"module":"gone"' || return 1
	[ "$(hello 3 1 50 0 lab same)" = closed ] && refused 1 busy || return 1
	new_module 1
	wait_for status_has 1 '"module":"ready"' &&
		[ "$(hello 3 1 50 0 lab same)" = welcome ]
}

later_epoch_is_learned_from_a_member()
{
	fresh
	echo '5 7' > "$dir/module2.view"
	start 1 && start 2 && wait_for has_lanes 1 2 &&
		[ "$(cat "$dir/module1.view")" = '5 7' ]
}

reload_changes_the_members()
{
	fresh
	config 1 lab 'insecure = yes' 1 2
	start 1 || return 1
	[ "$(cat "$dir/module1.view")" = '1 3' ] || return 1
	[ "$(hello 3 1 50 0 lab same)" = 'refusal member' ] || return 1
	config 1 lab 'insecure = yes' 1 2 3
	kill -HUP "$(cat "$dir/pid1")"
	wait_for grep -q '^2 7$' "$dir/module1.view" &&
		[ "$(hello 3 1 50 0 lab same)" = welcome ]
}

reload_without_a_key_changes_nothing()
{
	fresh
	start 1 || return 1
	config 1 lab "key_file = $dir/missing"
	kill -HUP "$(cat "$dir/pid1")"
	wait_for logged 1 'the old one stays' && logged 1 'weft keygen' &&
		[ "$(hello 3 1 50 0 lab same)" = welcome ]
}

reload_cannot_move_the_port()
{
	fresh
	start 1 || return 1
	sed -i "s/$((base + 1))/$((base + 4))/" "$dir/conf1"
	kill -HUP "$(cat "$dir/pid1")"
	wait_for logged 1 'network. cannot change while weftd runs' &&
		[ "$(hello 3 1 50 0 lab same)" = welcome ]
}

port_in_use_is_said_at_the_start()
{
	fresh
	"$client" "$(address 1)" - count 3000 > /dev/null &
	sleep 0.3
	"$weftd" -c "$dir/conf1" --socket "$dir/sock1" 2> "$dir/log1"
	[ $? = 1 ] && logged 1 "cannot listen on $(address 1)" &&
		logged 1 'stop the program that has the port'
}

check_covers_the_key()
{
	fresh
	config 1 lab "key_file = $dir/key1"
	"$weftd" --check -c "$dir/conf1" 2> "$dir/err"
	[ $? = 1 ] && grep -q "$dir/key1: it does not exist" "$dir/err" ||
		return 1
	key 1
	"$weftd" --check -c "$dir/conf1" > "$dir/out" || return 1
	grep -q '3 members, .* with a key' "$dir/out" || return 1
	chmod 640 "$dir/key1"
	"$weftd" --check -c "$dir/conf1" 2> "$dir/err"
	[ $? = 1 ] && grep -q 'chmod 600' "$dir/err"
}

run_tests "$dir/log? $dir/out $dir/err" \
	three_nodes_connect_all_lanes \
	order_of_starts_does_not_matter \
	ipv6_connects_as_well \
	both_ciphers_reach_the_kernel \
	wrong_key_is_refused_and_said_once \
	wrong_cluster_is_refused_before_any_word \
	stranger_with_the_key_is_refused \
	insecure_node_meets_a_secure_one \
	each_wrong_greeting_has_its_reason \
	earlier_life_is_refused \
	garbage_is_survived \
	slow_client_delays_nobody \
	crowd_of_strangers_leaves_room_for_members \
	crowd_of_members_is_bounded \
	failures_are_followed_by_longer_waits \
	wrong_welcome_is_refused \
	lost_lane_is_dialed_again \
	restart_does_not_disturb_lanes \
	connections_rest_without_the_module \
	later_epoch_is_learned_from_a_member \
	reload_changes_the_members \
	reload_without_a_key_changes_nothing \
	reload_cannot_move_the_port \
	port_in_use_is_said_at_the_start \
	check_covers_the_key
