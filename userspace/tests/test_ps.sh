#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# weft ps as a user sees it, against the fake module: what several nodes tell
# becomes one table, and who is silent is named.
#
# Usage: test_ps.sh DIRECTORY, which holds weft_fake. Prints KTAP. Every wait has a
# deadline.

. "${0%/*}/harness.sh"

weft="$1/weft_fake"
dir=$(mktemp -d) || exit 1
export WEFT_FAKE_MODULE="$dir/module"
trap 'rm -rf "$dir"' EXIT

# ask STATUS ARGUMENT...: does weft end with that status?
ask()
{
	expected=$1
	shift
	timeout 60 "$weft" --socket "$dir/sock" "$@" > "$dir/out" 2> "$dir/err"
	status=$?
	[ "$status" = "$expected" ] && return
	echo "# weft $*: status $status, not $expected"
	sed 's/^/# /' "$dir/err"
	return 1
}

# shows LINE...: is that all of the output?
shows()
{
	printf '%s\n' "$@" | sed 's/ *$//' > "$dir/wanted"
	sed 's/ *$//' "$dir/out" | diff "$dir/wanted" - > "$dir/diff" && return
	sed 's/^/# /' "$dir/diff"
	return 1
}

# complains LINE...: are these the lines of standard error?
complains()
{
	printf '%s\n' "$@" | diff - "$dir/err" > "$dir/diff" && return
	sed 's/^/# /' "$dir/diff"
	return 1
}

# asked NODE...: were these asked, and nobody else?
asked()
{
	[ "$(sort -n "$dir/module.asked" | tr '\n' ' ')" = "$* " ] && return
	echo "# asked were: $(tr '\n' ' ' < "$dir/module.asked")"
	return 1
}

# Members 1 to 3 and 64; this is node 1. What follows is a line of a node each:
# TELLER HOME NODE SERIAL PID STATE AGE DOWNTIME FETCHED FAULTS CALLS NAME
four_nodes()
{
	rm -f "$dir"/*
	echo 'lab 1 2000 5' > "$dir/module"
	echo '4 9223372036854775815' > "$dir/module.view"
	cat > "$dir/module.processes"
}

processes_here_and_there()
{
	four_nodes <<- END
	1 1 2 7 4711 2 61000 21000000 0 0 39 python3
	2 1 2 7 4711 4 60900 0 1572864 1234 40 python3
	2 2 1 3 812 2 7200000 9000000 0 0 5 a b
	1 2 1 3 812 4 7199000 0 4096 1 5 a b
	1 1 3 8 4712 0 100 0 0 0 0 sleep
	3 1 3 8 4712 3 90 0 0 0 0 sleep
	END
}

two_halves_make_one_row()
{
	processes_here_and_there
	ask 0 ps && asked 1 2 3 64 && [ ! -s "$dir/err" ] && shows \
		' PID  NAME     HOME  NODE  STATE       AGE  FETCHED  FAULTS  CALLS' \
		'4711  python3     1     2  running    60 s     1.5M    1234     40' \
		'4712  sleep       1     3  preparing   0 s       0B       0      0' \
		' 812  a b         2     1  running     1 h     4.0K       1      5'
}

json_tells_all()
{
	processes_here_and_there
	ask 0 ps --json && python3 - "$dir/out" <<- END
	import json, sys
	found = json.load(open(sys.argv[1]))
	assert found["schema_version"] == 1 and found["silent"] == []
	python, sleep, other = found["processes"]
	assert python == {
	    "pid": 4711, "name": "python3", "home": 1, "node": 2, "state": "running",
	    "age_ms": 60900, "fetched_bytes": 1572864, "faults": 1234, "calls": 40,
	    "details": {"serial": 7, "downtime_ns": 21000000, "told_by_home": True,
	                "told_by_node": True}}, python
	assert sleep["details"]["downtime_ns"] is None and sleep["age_ms"] == 100
	assert (other["home"], other["name"]) == (2, "a b")
	END
}

nothing_is_a_sentence()
{
	four_nodes < /dev/null
	ask 0 ps && [ ! -s "$dir/err" ] && shows 'No process is away from home.' &&
		ask 0 ps --json && grep -q '"processes": \[' "$dir/out" &&
		ask 0 ps --node 2 && shows 'No process is away from home.'
}

who_is_silent_is_named()
{
	processes_here_and_there
	printf '2\n64\n' > "$dir/module.silent"
	ask 6 ps && complains \
		'weft: node 2 is left out: the fake node is silent' \
		'weft: node 64 is left out: the fake node is silent' && shows \
		' PID  NAME     HOME  NODE  STATE       AGE  FETCHED  FAULTS  CALLS' \
		'4711  python3     1     2  away       61 s        -       -     39' \
		'4712  sleep       1     3  preparing   0 s       0B       0      0' \
		' 812  a b         2     1  running     1 h     4.0K       1      5' &&
		ask 6 ps --json && python3 - "$dir/out" <<- END
	import json, sys
	found = json.load(open(sys.argv[1]))
	assert [node["node"] for node in found["silent"]] == [2, 64]
	assert found["silent"][0]["reason"] == "the fake node is silent"
	assert found["processes"][0]["faults"] is None
	assert not found["processes"][0]["details"]["told_by_node"]
	assert found["processes"][2]["details"]["downtime_ns"] is None
	END
}

silence_is_not_emptiness()
{
	four_nodes < /dev/null
	echo 3 > "$dir/module.silent"
	ask 6 ps && shows 'No process is known to be away from home.' &&
		ask 6 ps --node 3 && asked 1 2 3 3 64 &&
		complains 'weft: node 3 is left out: the fake node is silent'
}

one_node_is_asked_with_those_it_shares_with()
{
	processes_here_and_there
	ask 0 ps --node 3 && asked 1 3 && shows \
		' PID  NAME   HOME  NODE  STATE      AGE  FETCHED  FAULTS  CALLS' \
		'4712  sleep     1     3  preparing  0 s       0B       0      0'
}

table_fits_the_screen()
{
	four_nodes <<- END
	1 1 64 4194303 4194303 2 5940000 21000000 0 0 999999 fifteen_letters
	64 1 64 4194303 4194303 4 5999999 0 1023999999 999999 999999 fifteen_letters
	1 1 2 9 1 0 172799000 0 0 0 0 x
	END
	ask 0 ps && grep -q 'fifteen_letters.* 99 min .* 977M ' "$dir/out" &&
		grep -q ' 47 h ' "$dir/out" &&
		[ "$(awk 'length > 80' "$dir/out" | wc -l)" = 0 ]
}

failures_are_one_sentence()
{
	four_nodes < /dev/null
	ask 1 ps --node 9 && complains 'weft: the fake node is no member' &&
		for words in '--node 0' '--node 65' '--node x' '--node' '1' \
			'--timeout 61' '--node 1x'; do
			# shellcheck disable=SC2086	# words
			ask 2 ps $words || return 1
		done
	echo 'error 1 0 0' > "$dir/module"
	ask 1 ps && complains 'weft: the fake module refuses' || return 1
	rm "$dir/module"
	ask 1 ps && grep -q 'not loaded' "$dir/err" || return 1
	four_nodes < /dev/null
	"$weft" ps > /dev/full 2> "$dir/err"
	[ $? = 1 ] && grep -q 'cannot write' "$dir/err"
}

node_without_identity_tells_of_none()
{
	four_nodes < /dev/null
	echo '- 0 2000 0' > "$dir/module"
	rm "$dir/module.view"
	ask 0 ps && shows 'No process is away from home.'
}

run_tests "$dir/out $dir/err" \
	two_halves_make_one_row \
	json_tells_all \
	nothing_is_a_sentence \
	who_is_silent_is_named \
	silence_is_not_emptiness \
	one_node_is_asked_with_those_it_shares_with \
	table_fits_the_screen \
	failures_are_one_sentence \
	node_without_identity_tells_of_none
