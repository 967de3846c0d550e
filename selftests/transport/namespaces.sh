#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Lanes and the network namespace that they belong to: as long as somebody can
# enter it they stay, and after that they do not keep it.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

# In a node.
are_connected()
{
	[ "$(ip netns exec node61 weft --socket /run/node61.sock peers | grep -c ' up ')" = 1 ]
}

# In a node: nodes 61 and 62 in namespaces of their own, in a cluster of theirs.
two_nodes()
{
	local node

	ip netns add node61
	ip netns add node62
	ip link add link61 netns node61 type veth peer name link62 netns node62
	for node in 61 62; do
		ip -n node$node addr add 10.9.0.$node/24 dev link$node
		ip -n node$node link set link$node up
		ip -n node$node link set lo up
		printf '%s\n' '[cluster]' 'name = short' "node = $node" '[security]' \
			'insecure = yes' '[membership]' 'backend = static' '[nodes]' \
			'61 = 10.9.0.61' '62 = 10.9.0.62' >/run/node$node.conf
		setsid ip netns exec node$node weftd --config /run/node$node.conf \
			--socket /run/node$node.sock </dev/null >/run/node$node.log 2>&1 &
		echo $! >/run/node$node.pid
	done
	wait_for 60 "a connection" are_connected
}

# In a node: a connection with no daemon at either end.
two_nodes_alone()
{
	two_nodes
	kill "$(cat /run/node61.pid)" "$(cat /run/node62.pid)"
	wait_for 60 "the end of both weftd" eval '! pidof weftd'
}

# In a node: the module looks every two seconds whether it is alone.
echo_after_a_while()
{
	two_nodes_alone
	sleep 5
	ip netns exec node61 weft --timeout 20 bench echo --to 62 --count 5 >/dev/null
}

a_namespace_with_a_name_keeps_its_lanes()
{
	guest n1 echo_after_a_while
}

# In a node: no lane of such a node is left.
has_no_thread()
{
	! pgrep "^weft$1-" >/dev/null
}

# In a node: one after the other, so that each end comes to be the first.
delete_both()
{
	ip netns del node61
	wait_for 60 "the end of node 61" has_no_thread 61
	ip netns del node62
	wait_for 60 "the end of node 62" has_no_thread 62
}

a_namespace_that_is_deleted_ends_its_lanes()
{
	guest n1 delete_both
	guest n1 two_nodes_alone
	guest n1 delete_both
}

# In a node: a process holds it by an open file, as a container's manager does.
delete_but_hold()
{
	two_nodes_alone
	exec 9</run/netns/node61
	ip netns del node61
	sleep 5
	has_no_thread 61 && fail "a namespace that somebody holds has lost its lanes"
	exec 9<&-
	wait_for 60 "the end of node 61" has_no_thread 61
	ip netns del node62
	wait_for 60 "the end of node 62" has_no_thread 62
}

a_namespace_that_somebody_holds_keeps_its_lanes()
{
	guest n1 delete_but_hold
}

the_module_unloads_after_all_that()
{
	guest n1 stop_weft
}

# In a node: nothing of another test, and the module.
begin()
{
	stop_weft
	load_weft
}

need_nodes 1
(push_weft n1) || ktap_bail "n1 does not take what was built"
guest n1 begin || ktap_bail "the module cannot be loaded"
ktap_run a_namespace_with_a_name_keeps_its_lanes a_namespace_that_is_deleted_ends_its_lanes \
	a_namespace_that_somebody_holds_keeps_its_lanes the_module_unloads_after_all_that -- "$@"
