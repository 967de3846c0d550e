# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A cluster of two nodes, where links.sh has three. Comes after that. Machines of the
# lab that are more than these two are left alone.
#
# Functions that begin with a comment "In a node" run there, by guest().

# shellcheck disable=SC2034	# for on_each
NODES="n1 n2"

# In a node: all_nodes PREFIX: the two nodes, for write_config.
all_nodes()
{
	echo "1=${1}1" "2=${1}2"
}

all_lanes_up()
{
	on_each guest await_lanes 2 $((20 * SLOW))
}

# need_pair FILE...: the two nodes with what was built, and these, connected.
need_pair()
{
	local node

	need_nodes 2
	for node in $(lab status --json | sed -n 's/.*"name": "\(n[3-9][0-9]*\)".*/\1/p'); do
		guest "$node" stop_weft
	done
	connect_nodes "$@"
	# it may be busier by and by
	[ "$SLOW" -ge 3 ] || SLOW=3
}
