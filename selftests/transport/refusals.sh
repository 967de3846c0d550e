#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who does not belong is refused, logged once and counted, and the members notice
# nothing. n3 is the misfit: it dials n1 and n2.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. links.sh

# So many attempts, before it is looked how often they were logged.
ATTEMPTS=4

# In a node: prints how many connections were refused for this reason.
refused()
{
	weft status --json | sed -n '/"refused"/,$ s/.*"'"$1"'": \([0-9]*\).*/\1/p'
}

# In a node: has_refused REASON COUNT
has_refused()
{
	[ "$(refused "$1")" -ge "$2" ]
}

# In a node: count_log ADDRESS SENTENCE: prints how often it was logged.
count_log()
{
	grep -Fc -- "$1 was refused: $2" "$LOG" || true
}

# In a node: what was counted and logged before the misfit comes.
prints_before()
{
	refused "$1"
	count_log 10.77.0.3 "$2"
	connections
}

# In a node: expect_refused ADDRESS REASON SENTENCE ATTEMPTS SECONDS COUNTED LOGGED
expect_refused()
{
	wait_for "$5" "$4 refusals that are counted as '$2' by $LAB_NODE" \
		has_refused "$2" $(($6 + $4))
	[ "$(count_log "$1" "$3")" = $(($7 + 1)) ] ||
		fail "$LAB_NODE wrote $(($(count_log "$1" "$3") - $7)) lines about $1 for" \
			"$(($(refused "$2") - $6)) refusals"
}

# In a node: the lanes between n1 and n2 are what they were, and work.
expect_same_connections()
{
	local number=${1#n} now

	now=$(connections)
	[ "${now%% 3 *}" = "${2%% 3 *}" ] ||
		fail "the connections were '$2', they are '$now'"
	weft --timeout 60 bench echo --to "$number" --count 20 >/dev/null
}

# are_refused REASON SENTENCE NODES FUNCTION [ARGUMENT]...: the function makes n3
# what it should not be; each of NODES refuses it.
are_refused()
{
	local reason=$1 sentence=$2 nodes=$3 node other

	# what it was before is not counted
	guest n3 stop_weft
	for node in n1 n2; do
		guest $node prints_before "$reason" "$sentence" >"$WORK/before.$node"
	done
	guest n3 "${@:4}"
	for node in $nodes; do
		# shellcheck disable=SC2046	# two numbers
		guest "$node" expect_refused 10.77.0.3 "$reason" "$sentence" "$ATTEMPTS" \
			$((40 * SLOW)) $(head -n 2 "$WORK/before.$node")
	done
	for node in n1 n2; do
		other=$([ $node = n1 ] && echo n2 || echo n1)
		guest $node expect_same_connections "$other" "$(tail -n 1 "$WORK/before.$node")"
	done
	guest n3 has_lanes_up 0 || fail "the misfit has a lane"
}

# In a node.
live_with_another_key()
{
	write_right_config
	write_key b
	begin_life
}

a_wrong_key_is_refused()
{
	are_refused key "it does not have the key" "n1 n2" live_with_another_key
}

# In a node.
live_in_another_cluster()
{
	write_right_config
	sed -i 's/^name = .*/name = other/' "$CONF"
	begin_life
}

another_cluster_is_refused()
{
	are_refused cluster "it belongs to another cluster" "n1 n2" live_in_another_cluster
}

# In a node: the number of n2, which has its place in the network.
live_as_another_node()
{
	write_key a
	write_config 2 links aes-128-gcm 1=10.77.0.1 2=10.77.0.3 3=10.77.0.2
	begin_life
}

who_claims_the_number_of_a_living_node_is_refused()
{
	are_refused node "it is not the node it should be" n1 live_as_another_node
}

# In a node.
live_as_a_fourth_node()
{
	write_key a
	write_config 4 links aes-128-gcm 1=10.77.0.1 2=10.77.0.2 3=10.77.0.4 4=10.77.0.3
	begin_life
}

who_is_no_member_is_refused()
{
	are_refused member "its node is no member" "n1 n2" live_as_a_fourth_node
}

# In a node.
live_without_security()
{
	write_right_config none
	begin_life
}

who_is_insecure_is_refused_by_the_secure()
{
	are_refused handshake "what it sent is not TLS" "n1 n2" live_without_security
}

# In a node.
live_with_another_cipher()
{
	write_right_config chacha20-poly1305
	begin_life
}

another_cipher_is_refused()
{
	are_refused handshake "what it sent is not TLS" "n1 n2" live_with_another_cipher
}

# In a node.
live_before_others()
{
	date -s "@$(($(date +%s) - 86400))" >/dev/null
	join_links
}

# The number of a life comes from the clock.
who_comes_from_an_earlier_life_is_refused()
{
	guest n3 join_links
	all_lanes_up
	are_refused incarnation "it speaks for a life of its node that is over" "n1 n2" \
		live_before_others
	lab clock n3 sync
}

who_is_right_after_all_is_welcome()
{
	guest n3 join_links
	all_lanes_up
	on_each guest echo_to_all
}

# Last: n1 alone is insecure, so n2 and n3 come to it with TLS.
who_is_secure_is_refused_by_the_insecure()
{
	local node

	guest n3 join_links
	all_lanes_up
	guest n1 live_without_security
	for node in 2 3; do
		guest n1 expect_refused 10.77.0.$node malformed "what it sent is no greeting" \
			$((2 * ATTEMPTS)) $((40 * SLOW)) 0 0
	done
	guest n1 has_lanes_up 0 || fail "n1 has a lane"
	guest n2 has_lanes_up 2 || fail "n2 and n3 are disturbed"
	guest n1 join_links
	all_lanes_up
}

# In a node: expect_bad_key WORDS: weftd does not start, and says why.
expect_bad_key()
{
	expect_status "weftd with this key: $1" 1 timeout 60 weftd --config "$CONF"
	expect_words "weftd with a bad key" "cannot use the key file /etc/weft/key: $1"
}

# In a node.
try_bad_keys()
{
	write_right_config
	stop_daemon
	for mode in 644 640 604 620 700; do
		chmod $mode /etc/weft/key
		expect_bad_key "its mode is 0$mode, and may be 0600 at most"
	done
	rm /etc/weft/key
	expect_bad_key "it does not exist: make it with 'weft keygen'"
	mkdir /etc/weft/key
	expect_bad_key "it is not a regular file"
	rmdir /etc/weft/key
	write_key a
	mv /etc/weft/key /etc/weft/real
	ln -s real /etc/weft/key
	expect_bad_key "it is a symbolic link"
	rm /etc/weft/key /etc/weft/real
	write_key a
	truncate -s 63 /etc/weft/key
	expect_bad_key "the key does not have 64 hexadecimal digits"
	write_key g
	expect_bad_key "the key holds something that is not a hexadecimal digit"
	write_key 0
	expect_bad_key "the key is nothing but zeros"
	: >/etc/weft/key
	expect_bad_key "there is no key in it"
	write_right_config
	start_daemon
}

a_bad_key_file_is_refused_by_name_and_reason()
{
	guest n3 join_links
	guest n3 try_bad_keys
	all_lanes_up
}

# An attach with the number of an old life, past the daemon.
the_module_takes_no_socket_of_an_old_life()
{
	run_in n1 /lib/weft/attach
	all_lanes_up
}

# An address that is refused again for the same reason is not logged again, so no
# reason comes twice in a row.
need_links "$OUTPUT/attach"
ktap_run a_wrong_key_is_refused who_claims_the_number_of_a_living_node_is_refused \
	who_is_no_member_is_refused another_cluster_is_refused \
	who_is_insecure_is_refused_by_the_secure who_comes_from_an_earlier_life_is_refused \
	another_cipher_is_refused who_is_right_after_all_is_welcome \
	a_bad_key_file_is_refused_by_name_and_reason the_module_takes_no_socket_of_an_old_life \
	who_is_secure_is_refused_by_the_insecure -- "$@"
