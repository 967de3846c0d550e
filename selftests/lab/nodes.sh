#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several nodes in one machine are as separate as nodes in several machines.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

GATE=no

# hear ADDRESS...: runs in a node.
hear()
{
	local address

	for address in "$@"; do
		ping -q -c 1 -W 10 "$address" >/dev/null || fail "$LAB_NODE does not hear $address"
	done
}

# deaf ADDRESS...: runs in a node.
deaf()
{
	local address

	for address in "$@"; do
		if ping -q -c 1 -W 2 "$address" >/dev/null; then
			fail "$LAB_NODE hears $address in spite of the cut"
		fi
	done
}

every_node_hears_every_other()
{
	local node

	for node in n1 n2 n3 n4; do
		guest "$node" hear 10.77.0.1 10.77.0.2 10.77.0.3 10.77.0.4 \
			fd77::1 fd77::2 fd77::3 fd77::4
	done
}

nodes_of_one_machine_have_a_name_and_a_network_each()
{
	local node

	for node in n1 n2; do
		expect_equal "the name" "$node" "$(lab exec "$node" -- uname -n)"
		expect_match "the address" "10.77.0.${node#n}/24" \
			"$(lab exec "$node" -- ip -4 -o addr show dev eth0)"
	done
	expect_equal "the machine of n1" "$(lab exec n1 -- cat /proc/sys/kernel/random/boot_id)" \
		"$(lab exec n2 -- cat /proc/sys/kernel/random/boot_id)"
}

nodes_of_one_machine_have_a_private_run()
{
	lab exec n1 -- sh -c 'echo one >/run/mine'
	expect_status "the file of n1 in n2" 1 lab exec n2 -- test -e /run/mine
	expect_equal "the file of n1" one "$(lab exec n1 -- cat /run/mine)"
}

a_cut_works_inside_one_machine()
{
	lab partition 'n1 | n2'
	guest n1 deaf 10.77.0.2 fd77::2
	guest n2 deaf 10.77.0.1 fd77::1
	guest n1 hear 10.77.0.3 fd77::4
	lab heal
	guest n1 hear 10.77.0.2 fd77::2
}

the_death_of_a_machine_is_the_death_of_its_nodes()
{
	lab kill n1
	expect_equal "the states" "dead dead running running" "$(lab status --json | python3 -c '
import json, sys
print(*(node["state"] for node in json.load(sys.stdin)["nodes"]))')"
	lab boot n2
	guest n1 hear 10.77.0.2 10.77.0.4
}

own_lab_up --nodes 4 --per-vm 2 --mem 256 --smp 1
ktap_run every_node_hears_every_other nodes_of_one_machine_have_a_name_and_a_network_each \
	nodes_of_one_machine_have_a_private_run a_cut_works_inside_one_machine \
	the_death_of_a_machine_is_the_death_of_its_nodes -- "$@"
