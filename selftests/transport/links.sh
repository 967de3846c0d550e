# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A cluster of three nodes, its lanes and their traffic. Comes after lab.sh.
#
# Functions that begin with a comment "In a node" run there, by guest().

# shellcheck disable=SC2034	# for on_each
NODES="n1 n2 n3"

# In a node: write_key DIGIT: a key that is nothing but this digit.
write_key()
{
	mkdir -p /etc/weft
	(umask 077 && printf "%064d\n" 0 | tr 0 "$1" >/etc/weft/key)
}

# In a node: write_config NUMBER NAME CIPHER NODE...: who this node is, and how
# the others are reached, each as NUMBER=ADDRESS. The cipher "none" is plain TCP.
write_config()
{
	{
		printf '[cluster]\nname = %s\nnode = %s\n[security]\n' "$2" "$1"
		if [ "$3" = none ]; then
			echo "insecure = yes"
		else
			printf 'key_file = /etc/weft/key\ncipher = %s\n' "$3"
		fi
		echo "[nodes]"
		printf '%s\n' "${@:4}"
	} >"$CONF"
}

# In a node: all_nodes PREFIX: the three nodes, for write_config.
all_nodes()
{
	echo "1=${1}1" "2=${1}2" "3=${1}3"
}

# In a node: write_right_config [CIPHER] [PREFIX]
write_right_config()
{
	write_key a
	# shellcheck disable=SC2046	# three words
	write_config "${LAB_NODE#n}" links "${1:-aes-128-gcm}" $(all_nodes "${2:-10.77.0.}")
}

# In a node: a new life, with the configuration that is there.
begin_life()
{
	stop_weft
	load_weft
	start_daemon
}

# In a node: a new life as a member like any other.
join_links()
{
	write_right_config "$@"
	begin_life
}

# In a node: prints how many lanes the module has up.
lanes_up()
{
	weft peers --json 2>/dev/null |
		perl -0ne 'print scalar(() = /"lane": "\w+",\s+"state": "up"/g)'
}

# In a node.
has_lanes_up()
{
	[ "$(lanes_up)" = "$1" ]
}

# In a node: await_lanes COUNT SECONDS
await_lanes()
{
	wait_for "$2" "$1 lanes of $LAB_NODE that are up" has_lanes_up "$1"
}

# In a node: prints the counters of connections of all lanes.
connections()
{
	weft peers --json | sed -n 's/.*"\(id\|lane\|connections\)": "\{0,1\}\([a-z0-9]*\).*/\2/p' |
		tr '\n' ' '
}

# In a node: prints the calls in flight to a peer.
calls_to()
{
	weft peers --json | perl -0ne "print \$1 if /\"id\": $1,.*?\"calls\": (\\d+)/s"
}

# In a node.
has_calls_to()
{
	[ "$(calls_to "$1")" -gt 0 ]
}

# In a node.
has_no_calls_to()
{
	[ "$(calls_to "$1")" = 0 ]
}

# In a node: keep_echoing FILE [OPTION]...: checked echoes as long as FILE is
# there; one line of JSON for each run, in FILE.json. Ends with the first error.
keep_echoing()
{
	local file=$1

	shift
	while [ -e "$file" ]; do
		weft --timeout 60 --json bench echo --threads 8 --depth 4 --count 25 "$@" \
			>"$file.part" || return 1
		tr -d '\n' <"$file.part" >>"$file.json"
		echo >>"$file.json"
	done
}

# links_up [CIPHER] [PREFIX]: all nodes begin a new life, and all lanes are up.
links_up()
{
	on_each guest join_links "$@"
	all_lanes_up
}

all_lanes_up()
{
	on_each guest await_lanes 4 $((20 * SLOW))
}

# ask_peers NODE EXPRESSION: in Python, where "peers" has the peers by number.
ask_peers()
{
	lab exec "$1" -- weft peers --json | python3 -c '
import json, sys
peers = {peer["id"]: peer for peer in json.load(sys.stdin)["peers"]}
def lanes(key):
    return [lane[key] for peer in peers.values() for lane in peer["session"]["lanes"]]
print(eval(sys.argv[1]))' "$2"
}

# In a node: echo_to_all [SIZES [SIZE]]: over the fast and over the bulk lane.
echo_to_all()
{
	local number

	for number in 1 2 3; do
		[ "n$number" != "$LAB_NODE" ] || continue
		weft --timeout 60 bench echo --to $number --size "${1:-64}" --count 20 \
			--depth 2 >/dev/null
		weft --timeout 60 bench echo --to $number --lane bulk --size "${2:-4096}" \
			--count 8 --depth 4 >/dev/null
	done
}

# Prints the median of the times of echoes from n1 to n2, in milliseconds.
echo_ms()
{
	lab exec n1 -- weft --timeout 60 --json bench echo --to 2 --threads 8 --count 60 |
		python3 -c 'import json, sys
print(json.load(sys.stdin)["results"][0]["median_ns"] // 1000000 + 1)'
}

# In a node: ends keep_echoing.
end_echoes()
{
	rm -f /run/echo /run/fast /run/bulk
}

# Whatever a test has begun: for the trap of one that breaks things or has calls
# in the background, which would outlive it if it fails.
mend()
{
	{
		lab resume n3
		lab thaw n3
		lab heal
		on_each guest end_echoes
	} >/dev/null 2>&1 || true
}

# await PID...: fails if one of these jobs failed.
await()
{
	local pid failed=0

	for pid in "$@"; do
		wait "$pid" || failed=1
	done
	[ "$failed" = 0 ]
}

# connect_nodes FILE...: the nodes have what was built, and these, and all lanes are
# up. SLOW is how much longer than on a quiet machine with a stock kernel things take
# here; deadlines grow with it.
connect_nodes()
{
	local node ms

	SLOW=10
	export GUEST_TIMEOUT=${GUEST_TIMEOUT:-240}
	# one after the other: they share a directory
	for node in $NODES; do
		(push_weft "$node" "$@") || ktap_bail "$node does not take what was built"
	done
	(links_up) || ktap_bail "the lanes do not come up"
	ms=$(echo_ms) || ktap_bail "n1 and n2 cannot call each other"
	SLOW=$((ms / 12 + 1))
	export GUEST_TIMEOUT=$((GUEST_TIMEOUT + 60 * SLOW))
	note "on this machine things take up to $SLOW times as long as on a quiet one"
}

# need_links FILE...: the three nodes, connected.
need_links()
{
	need_nodes 3
	mend
	connect_nodes "$@"
}
