# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Many nodes, all connected to all. Comes after lab.sh.

MESH_LIMIT_S=10

# A debug kernel on a busy host is slow; it shows faults, not times.
limit()
{
	if [[ $RELEASE == *debug* ]]; then
		echo $((10 * MESH_LIMIT_S))
	else
		echo "$MESH_LIMIT_S"
	fi
}

# mesh_up NODES PER_VM
mesh_up()
{
	NODES=$(seq -f 'n%g' -s ' ' "$1")
	own_lab_up --nodes "$1" --per-vm "$2" --kernel "$WEFT_KERNEL"
	RELEASE=$(lab_field '["nodes"][0]["release"]')
	lab gate --mark "$(basename "$0")"
}

# In a node: both lanes to each of so many others are up. The state of a peer
# and those of its lanes look alike: three lines for each.
has_lanes()
{
	[ "$(weft peers --json | grep -c '"state": "up",$')" -eq $((3 * $1)) ]
}

# In a node: wait_for_lanes OTHERS SECONDS
wait_for_lanes()
{
	wait_for "$2" "lanes to $1 others" has_lanes "$1"
}

# In a node: seconds since its daemon was started.
age_of_daemon()
{
	ps -o etimes= -p "$(cat /run/weftd.lab)"
}

# Waits until all nodes are connected to all, and says how long it took.
wait_for_mesh()
{
	local count start end

	count=$(wc -w <<<"$NODES")
	start=$(date +%s%N)
	on_each guest wait_for_lanes $((count - 1)) "$(limit)"
	end=$(date +%s%N)
	note "$count nodes, $1: connected $(((end - start) / 1000000)) ms after the last" \
		"daemon was ready, $(guest n1 age_of_daemon | tr -d ' ') s after the start of the first"
}

with_cipher()
{
	lab load --cipher "$1"
	wait_for_mesh "encryption $1"
}

a_mesh_with_tls_comes_up_in_time()
{
	with_cipher aes-128-gcm
}

a_mesh_without_tls_comes_up_in_time()
{
	with_cipher none
}

# In a node: echo_to_all NODE...: one echo to each other node.
echo_to_all()
{
	local node

	for node in "$@"; do
		[ "$node" = "$LAB_NODE" ] ||
			weft --timeout 60 bench echo --to "${node#n}" --size 64 --count 1 \
				>/dev/null ||
			fail "$LAB_NODE gets no echo from $node"
	done
}

echo_from()
{
	# shellcheck disable=SC2086
	guest "$1" echo_to_all $NODES
}

every_node_echoes_to_every_other()
{
	on_each echo_from
}

# In a node.
kill_daemon()
{
	kill -KILL "$(cat /run/weftd.lab)"
}

# Its module goes on: nobody notices.
the_death_of_a_daemon_disturbs_nobody()
{
	guest "${NODES##* }" kill_daemon
	on_each echo_from
	on_each guest wait_for_lanes $(($(wc -w <<<"$NODES") - 1)) "$(limit)"
}
