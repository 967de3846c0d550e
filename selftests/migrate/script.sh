#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A script with children and pipes, which prints the same each time:
# script.sh ROUNDS

set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sum=0
for ((round = 0; round < $1; round++)); do
	for ((i = 0; i < 2000; i++)); do
		sum=$(((sum * 31 + i + round) % 1000003))
	done
	echo "round $round: $sum"
	printf '%s\n' c b a "$sum" | sort | tr '\n' ' '
	echo
	(
		echo "in a subshell of $((BASH_SUBSHELL))"
		exit $((round % 7))
	)
	echo "which ended with $?"
	seq 1 200 >"$dir/numbers"
	awk '{ s += $1 } END { print "awk says", s }' <"$dir/numbers"
	sleep 0.1 &
	wait $!
	echo "a child in the background ended with $?"
	bash -c 'kill -TERM $$'
	echo "a child that killed itself ended with $?"
	words=$(wc -l <"$dir/numbers")
	echo "and $words lines"
	[ -d "$dir" ] && [ ! -e /nowhere ] || echo "what is there is not"
done
exit 42
