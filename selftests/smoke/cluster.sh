#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three machines that are loaded as users do it, and hear each other.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

NODES="n1 n2 n3"

three_machines_are_loaded()
{
	on_each guest stop_weft
	lab load
}

# By name too: each machine knows all of them.
hear()
{
	local address

	for address in "$@"; do
		ping -q -c 1 -W 10 "$address" >/dev/null || fail "$LAB_NODE does not hear $address"
	done
	getent hosts n1 n2 n3 >/dev/null || fail "$LAB_NODE does not know the names"
}

every_machine_hears_every_other_over_ipv4()
{
	on_each guest hear 10.77.0.1 10.77.0.2 10.77.0.3
}

every_machine_hears_every_other_over_ipv6()
{
	on_each guest hear fd77::1 fd77::2 fd77::3
}

# ask NODE CLUSTER
ask()
{
	lab exec "$1" -- weft status --json >"$WORK/$1.json"
	python3 - "$WORK/$1.json" "${1#n}" "$2" <<-'END'
	import json, sys

	status = json.load(open(sys.argv[1], encoding="utf-8"))
	cluster, number = status["cluster"], int(sys.argv[2])
	if (cluster["name"], cluster["node"]) != (sys.argv[3], number):
	    sys.exit(f"node {number} says that it is {cluster}")
	if [node["id"] for node in status["nodes"]] != [number]:
	    sys.exit(f"node {number} knows {status['nodes']}")
	END
}

every_node_knows_its_number()
{
	on_each ask "$(lab_field '["name"]')"
}

all_is_stopped_again()
{
	on_each guest stop_weft
}

need_nodes 3
ktap_run three_machines_are_loaded every_machine_hears_every_other_over_ipv4 \
	every_machine_hears_every_other_over_ipv6 every_node_knows_its_number \
	all_is_stopped_again -- "$@"
