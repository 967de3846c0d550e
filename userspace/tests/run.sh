#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh OUTPUT COMMAND...: run test programs that print KTAP, each COMMAND one
# word or several in quotes, pass their output on, and count what they said. A
# program that dies or says less than it promised is a failure, too.

output=$1
shift
failed=0
: > "$output"
for command in "$@"; do
	echo "# ${command##*/}"
	# shellcheck disable=SC2086 # a command may have arguments
	timeout 300 $command > "$output.one" 2>&1
	status=$?
	cat "$output.one"
	cat "$output.one" >> "$output"
	promised=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$output.one")
	said=$(grep -c '^\(not \)\{0,1\}ok ' "$output.one")
	if [ "$said" != "${promised:-none}" ]; then
		echo "not ok - said $said of ${promised:-no} results, status $status" |
			tee -a "$output"
	elif [ $status != 0 ] && ! grep -q '^not ok' "$output.one"; then
		echo "not ok - all results are good but status is $status" |
			tee -a "$output"
	fi
done
rm -f "$output.one"
passed=$(grep -c '^ok ' "$output")
skipped=$(grep -c '^ok .*# SKIP' "$output")
failed=$(grep -c '^not ok' "$output")
echo "# totals: $# programs, pass $((passed - skipped)), fail $failed, skip $skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
