# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# KTAP for bash scripts. A test is a function whose name is a sentence:
#
#   . "$(dirname "$0")/../lib/ktap.sh"
#   one_and_one_is_two()
#   {
#           expect_equal "the sum" 2 $((1 + 1))
#   }
#   ktap_run one_and_one_is_two -- "$@"
#
# Tests run in the order given, each in a shell of its own with "set -e": it
# fails with the first command that fails, or with fail(), and is skipped with
# skip(). What it prints becomes diagnostics. KTAP of another program that goes
# through ktap_nested counts as tests inside this one. What follows "--" names
# the tests to run, for a developer; without, all run.
#
# Hooks, if the script defines them, run around each test: before_test may fail
# it, and so may after_test, which runs in any case.
#
# ktap_run comes last: its status, and so that of the script, is 0 if all passed,
# 1 if one failed, 4 if all were skipped.

set -u -o pipefail

KTAP_SKIP=4
ktap_passed=0 ktap_failed=0 ktap_skipped=0 ktap_number=0

# A line for people.
note()
{
	printf '%s\n' "$*" | sed -u 's/^/# /' >&3
}

# The test is over: it failed.
fail()
{
	printf '%s\n' "$*"
	exit 1
}

# The test is over: what it needs is not there.
skip()
{
	printf '%s\n' "$*" >"$KTAP_REASON"
	exit "$KTAP_SKIP"
}

# expect_equal WHAT WANTED SEEN
expect_equal()
{
	[ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# expect_match WHAT PATTERN SEEN: an extended regular expression.
expect_match()
{
	[[ $3 =~ $2 ]] || fail "$1: expected a match of '$2', got '$3'"
}

# expect_status WHAT WANTED COMMAND...: its exit status; its words in $output.
expect_status()
{
	local what=$1 wanted=$2 status=0

	shift 2
	output=$("$@" 2>&1) || status=$?
	[ "$status" = "$wanted" ] ||
		fail "$what: expected exit status $wanted, got $status: $output"
}

# Passes KTAP on, as tests inside the present one.
ktap_nested()
{
	sed -u 's/^/  /' >&3
}

ktap_hook()
{
	if declare -F "$1" >/dev/null; then
		"$1"
	fi
}

# Runs one test and its hooks; the exit status is the verdict.
ktap_judge()
{
	local status

	ktap_hook before_test || return 1
	(
		set -e
		"$1"
	)
	status=$?
	ktap_hook after_test || return 1
	return $status
}

ktap_one()
{
	local name=${1//_/ } status reason='' start=$SECONDS

	ktap_number=$((ktap_number + 1))
	: >"$KTAP_REASON"
	ktap_judge "$1" 2>&1 </dev/null | sed -u 's/^/# /' >&3
	status=${PIPESTATUS[0]}
	[ $((SECONDS - start)) -lt 5 ] || note "this took $((SECONDS - start)) s"
	case $status in
	0)
		ktap_passed=$((ktap_passed + 1))
		printf 'ok %d - %s\n' "$ktap_number" "$name" >&3 ;;
	"$KTAP_SKIP")
		ktap_skipped=$((ktap_skipped + 1))
		reason=$(tr '\n' ' ' <"$KTAP_REASON")
		printf 'ok %d - %s # SKIP %s\n' "$ktap_number" "$name" "$reason" >&3 ;;
	*)
		ktap_failed=$((ktap_failed + 1))
		printf 'not ok %d - %s\n' "$ktap_number" "$name" >&3 ;;
	esac
}

# One SKIP for the whole script: something it needs is not there at all.
ktap_skip_all()
{
	printf 'KTAP version 1\n1..0 # SKIP %s\n' "$*" >&3
	exit "$KTAP_SKIP"
}

# Nothing can be tested, although it should be possible.
ktap_bail()
{
	printf 'Bail out! %s\n' "$*" >&3
	exit 1
}

ktap_run()
{
	local -a tests=() chosen=()
	local test

	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		tests+=("$1")
		shift
	done
	shift || true
	chosen=("$@")
	[ ${#chosen[@]} -eq 0 ] || tests=("${chosen[@]}")

	printf 'KTAP version 1\n1..%d\n' "${#tests[@]}" >&3
	for test in "${tests[@]}"; do
		ktap_one "$test"
	done
	printf '# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n' \
		"$ktap_passed" "$ktap_failed" "$ktap_skipped" >&3
	rm -rf "$WORK"
	[ "$ktap_failed" -eq 0 ] || return 1
	[ "$ktap_passed" -gt 0 ] || return "$KTAP_SKIP"
}

# Results go where standard output goes now, whatever a test does with its own.
exec 3>&1

# A directory for the files of the tests; gone at the end of the script.
WORK=$(mktemp -d "${TMPDIR:-/tmp}/weft-selftest.XXXXXX")
KTAP_REASON=$WORK/.reason
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
