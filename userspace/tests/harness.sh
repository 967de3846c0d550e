# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# KTAP for scripts of /bin/sh. A test is a function that succeeds; it may set
# $skip to why it could not look. Included by the scripts beside it.

# wait_for COMMAND...: until it succeeds, 10 s at most
wait_for()
{
	left=100
	until "$@"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}

# run_tests FILES TEST...: all tests in order; what FILES, a pattern, have to say
# about one that failed comes before its result. The status is the verdict.
run_tests()
{
	files=$1
	shift
	printf 'KTAP version 1\n1..%d\n' $#
	number=0
	failed=0
	for name in "$@"; do
		number=$((number + 1))
		skip=
		if "$name"; then
			echo "ok $number $name${skip:+ # SKIP $skip}"
			continue
		fi
		# shellcheck disable=SC2086 # the words are separate files
		for file in $files; do
			[ -f "$file" ] && sed "s|^|# ${file##*/}: |" "$file"
		done
		echo "not ok $number $name"
		failed=1
	done
	return $failed
}
