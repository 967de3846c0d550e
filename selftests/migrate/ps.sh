#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The list of processes that are not at home: seen alike from all nodes, put
# together from what two of them know, and without the one that is silent.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. ../transport/pair.sh


# In a node: has_lines NAME COUNT: the work called so has written so many.
has_lines()
{
	[ "$(wc -l <"/tmp/$1.out")" -ge "$2" ]
}

# In a node: begin_work NAME: one that does not end by itself; it is under way.
begin_work()
{
	rm -f "/tmp/$1".*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c '/lib/weft/worker "/tmp/$1.out" 1000000 >/dev/null 2>"/tmp/$1.err" &
		echo $! >"/tmp/$1.pid"
		wait $!' bash "$1" </dev/null >/dev/null 2>&1 &
	disown
	wait_for 60 "the beginning of the work" has_lines "$1" 3
}

# In a node: move_work NAME NODE: prints its number. It has made calls since.
move_work()
{
	local pid lines

	pid=$(cat "/tmp/$1.pid")
	expect_status "weft migrate" 0 weft --timeout 30 migrate "$pid" "$2"
	lines=$(wc -l <"/tmp/$1.out")
	wait_for 60 "the work to go on" has_lines "$1" $((lines + 2))
	echo "$pid"
}

# away NAME FROM TO: prints the number of a work that runs on another node.
away()
{
	guest "n$2" begin_work "$1" >&2
	guest "n$2" move_work "$1" "$3"
}

# In a node: for the trap of tests that leave work behind if they fail.
kill_work()
{
	pkill -KILL -x worker || true
}

# In a node: prints the number of the body that runs here, and not that of the first
# process of its namespace.
body()
{
	local exe process

	for exe in /proc/[0-9]*/exe; do
		process=${exe%/exe}
		[ "$(readlink "$exe")" != /usr/local/libexec/weft/weft-body ] ||
			[ "$(cat "$process/comm")" = weft-init ] || echo "${process#/proc/}"
	done
}

# In a node: nobody_is_away [OPTION]...
nobody_is_away()
{
	[ "$(weft ps "$@" 2>&1)" = "No process is away from home." ]
}

# Ends all work, there and at home, and waits until no node tells of any.
end_work()
{
	on_each guest kill_work >/dev/null 2>&1 || true
	on_each guest wait_for 60 "an empty list" nobody_is_away >&2
}

# holds NODE EXPRESSION [OPTION]...: in Python, where "rows" has the processes that
# weft ps shows there, by home and number.
holds()
{
	lab exec "$1" -- weft ps --json "${@:3}" >"$WORK/ps.json" || return
	python3 - "$WORK/ps.json" "$2" <<-END
	import json, sys
	found = json.load(open(sys.argv[1]))
	rows = {(row["home"], row["pid"]): row for row in found["processes"]}
	assert len(rows) == len(found["processes"])
	sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)
	END
}

# judge NODE EXPRESSION [OPTION]...: likewise; the test fails if it does not hold.
judge()
{
	holds "$@" || fail "on $1, not so: $2: $(cat "$WORK/ps.json")"
}

without_any_it_says_so()
{
	on_each guest nobody_is_away
	on_each guest nobody_is_away --node 2
	judge n1 "rows == {} and found['silent'] == []"
}

# What both nodes tell of the three.
good_rows()
{
	echo "set(rows) == {(1, $1), (1, $2), (2, $3)} and all(" \
	     "row['node'] == 3 - row['home'] and row['state'] == 'running'" \
	     "and row['name'] == 'worker' and row['age_ms'] < 600000" \
	     "and row['fetched_bytes'] >= 4096 * row['faults'] > 0 and row['calls'] > 1" \
	     "and row['details']['downtime_ns'] > 0 and row['details']['told_by_home']" \
	     "and row['details']['told_by_node'] for row in rows.values())"
}

all_nodes_see_the_same()
{
	local a b c

	trap end_work EXIT
	a=$(away a 1 2)
	b=$(away b 1 2)
	c=$(away c 2 1)
	judge n1 "$(good_rows "$a" "$b" "$c")"
	judge n2 "$(good_rows "$a" "$b" "$c")"
	judge n1 "len(rows) == 3" --node 2
	lab exec n2 -- weft ps >"$WORK/ps"
	note "$(cat "$WORK/ps")"
	expect_match "the table" "PID +NAME +HOME +NODE +STATE +AGE +FETCHED +FAULTS +CALLS" \
		"$(head -n 1 "$WORK/ps")"
	expect_match "the table" "$a +worker +1 +2 +running +[0-9]+ (s|min) +[0-9.]+[KM] " \
		"$(cat "$WORK/ps")"
}

# Of the three, one is killed at home by its number, and one where it runs: the
# only body there.
what_has_ended_is_not_listed()
{
	local a b c

	trap end_work EXIT
	a=$(away a 1 2)
	b=$(away b 1 2)
	c=$(away c 2 1)
	lab exec n1 -- kill -KILL "$a"
	lab exec n1 -- kill -KILL "$(guest n1 body)"
	wait_for $((20 * SLOW)) "one process that is left" holds n1 "set(rows) == {(1, $b)}"
	judge n2 "set(rows) == {(1, $b)}"
}

# A number only grows, and age with it.
numbers_grow_while_it_works()
{
	local pid before

	trap end_work EXIT
	pid=$(away a 1 2)
	judge n1 "len(rows) == 1"
	before=$(python3 -c 'import json, sys
row, = json.load(open(sys.argv[1]))["processes"]
print(row["calls"], row["age_ms"], row["details"]["downtime_ns"])' "$WORK/ps.json")
	read -r calls age downtime <<<"$before"
	wait_for $((20 * SLOW)) "more calls" holds n2 "rows[1, $pid]['calls'] > $calls"
	judge n1 "rows[1, $pid]['age_ms'] > $age and
		rows[1, $pid]['details']['downtime_ns'] == $downtime"
}

# In a node: ask_but_2 SECONDS [OPTION]...: node 2 is silent, and named.
ask_but_2()
{
	local begun=$SECONDS

	expect_status "weft ps" 6 weft --timeout 2 ps "${@:2}"
	[ $((SECONDS - begun)) -le "$1" ] || fail "it took $((SECONDS - begun)) seconds"
	expect_words "weft ps" \
		"weft: node 2 is left out: the node (did not answer in time|is not connected)"
	echo "$output"
}

a_silent_node_is_named_and_the_others_are_shown()
{
	local a c said status=0

	trap end_work EXIT
	a=$(away a 1 2)
	c=$(away c 2 1)
	lab pause n2
	said=$(guest n1 ask_but_2 $((4 * SLOW))) || status=$?
	lab resume n2
	note "$said"
	[ $status = 0 ] || fail "$said"
	expect_match "the half at home" "$a +worker +1 +2 +away +[0-9]+ (s|min) +- +- +[0-9]+" \
		"$said"
	expect_match "the half that runs here" "$c +worker +2 +1 +running " "$said"
	all_lanes_up
	judge n1 "set(rows) == {(1, $a), (2, $c)} and
		all(row['state'] == 'running' for row in rows.values())"
}

# In a node: everybody but root.
ask_without_the_right()
{
	expect_status "ps by nobody" 1 setpriv --reuid 65534 --clear-groups \
		--bounding-set=-all weft ps
	expect_words "ps by nobody" "CAP_NET_ADMIN in the initial user namespace is required"
	expect_status "a node that is no member" 1 weft ps --node 9
	expect_words "a node that is no member" "the node is no member of the cluster"
}

only_root_may_ask_and_only_members()
{
	guest n1 ask_without_the_right
}

the_modules_unload()
{
	on_each guest stop_weft
}

need_pair "$OUTPUT/worker"
ktap_run without_any_it_says_so all_nodes_see_the_same what_has_ended_is_not_listed \
	numbers_grow_while_it_works a_silent_node_is_named_and_the_others_are_shown \
	only_root_may_ask_and_only_members the_modules_unload -- "$@"
