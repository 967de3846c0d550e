#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lab exec: a command in a node is as good as a command here.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

# No test here loads anything into a kernel.
GATE=no
MEBIBYTE=1048576

the_exit_status_is_that_of_the_command()
{
	expect_status "true" 0 lab exec n1 -- true
	expect_status "exit 7" 7 lab exec n1 -- sh -c 'exit 7'
	expect_status "exit 255" 255 lab exec n1 -- sh -c 'exit 255'
}

a_signal_gives_128_and_its_number()
{
	# shellcheck disable=SC2016	# the node's shell expands it
	expect_status "SIGTERM" 143 lab exec n1 -- sh -c 'kill -TERM $$'
	# shellcheck disable=SC2016	# as above
	expect_status "SIGKILL" 137 lab exec n1 -- sh -c 'kill -KILL $$'
}

what_cannot_run_gives_125_and_a_sentence()
{
	expect_status "a command that is missing" 125 lab exec n1 -- /no/such/command
	expect_match "a command that is missing" "^lab: .*/no/such/command" "$output"
	expect_status "a node that is missing" 125 lab exec n99 -- true
	expect_match "a node that is missing" "^lab: .*n99" "$output"
	[[ $output != *Traceback* ]] || fail "$output"
}

the_two_outputs_stay_apart()
{
	lab exec n1 -- sh -c 'echo out; echo err >&2' >"$WORK/out" 2>"$WORK/err"
	expect_equal "standard output" out "$(cat "$WORK/out")"
	expect_equal "standard error" err "$(cat "$WORK/err")"
}

binary_input_comes_back_unchanged()
{
	head -c "$MEBIBYTE" /dev/urandom >"$WORK/random"
	lab exec n1 -- cat <"$WORK/random" >"$WORK/back"
	cmp "$WORK/random" "$WORK/back"
}

empty_input_is_an_end_at_once()
{
	expect_equal "bytes of no input" 0 "$(lab exec --timeout 20 n1 -- wc -c </dev/null)"
}

input_that_nobody_reads_does_not_block()
{
	head -c "$MEBIBYTE" /dev/zero >"$WORK/zeros"
	expect_status "input for a command without interest" 0 \
		timeout 60 "$TOP/scripts/lab/lab" exec n1 -- true <"$WORK/zeros"
}

arguments_arrive_as_they_are()
{
	local -a words=("a b" $'x\ny' "grüße €" "" "*" "\$HOME" "it's" '"' "\\" "-n" "--" " ")

	printf '[%s]' "${words[@]}" >"$WORK/here"
	# shellcheck disable=SC2016	# the node's shell expands it
	lab exec n1 -- bash -c 'printf "[%s]" "$@"' sh "${words[@]}" >"$WORK/there"
	cmp "$WORK/here" "$WORK/there"
}

big_outputs_on_both_streams_are_complete()
{
	lab exec n1 -- sh -c 'head -c 2000000 /dev/zero | tr "\0" a & \
		head -c 2000000 /dev/zero | tr "\0" b >&2; wait' >"$WORK/out" 2>"$WORK/err"
	expect_equal "bytes of standard output" 2000000 "$(tr -d -c a <"$WORK/out" | wc -c)"
	expect_equal "bytes of standard error" 2000000 "$(tr -d -c b <"$WORK/err" | wc -c)"
}

has_no_process()
{
	! lab exec n1 -- pgrep -f -x "$1"
}

a_timeout_kills_the_command_in_the_node()
{
	local start=$SECONDS

	expect_status "a timeout of 2 s" 124 lab exec --timeout 2 n1 -- sleep 4242
	[ $((SECONDS - start)) -lt 30 ] || fail "it took $((SECONDS - start)) s"
	wait_for 20 "the end of the command" has_no_process "sleep 4242"
}

the_death_of_the_client_kills_the_command()
{
	"$TOP/scripts/lab/lab" exec n1 -- sh -c 'echo ready; exec sleep 4343' >"$WORK/out" &
	wait_for 20 "the start of the command" grep -q ready "$WORK/out"
	kill -KILL $!
	wait $! || true
	wait_for 20 "the end of the command" has_no_process "sleep 4343"
}

ctrl_c_reaches_the_command()
{
	local status=0

	"$TOP/scripts/lab/lab" exec n1 -- bash -c '
		trap "echo caught; exit 42" INT
		echo ready
		while :; do sleep 0.1; done' >"$WORK/out" &
	wait_for 20 "the start of the command" grep -q ready "$WORK/out"
	kill -INT $!
	wait $! || status=$?
	expect_equal "the exit status of the command" 42 "$status"
	expect_equal "its words" "ready caught" "$(tr '\n' ' ' <"$WORK/out" | sed 's/ $//')"
}

twelve_at_the_same_time_all_succeed()
{
	local number
	local -a pids=()

	for number in 1 2 3 4 5 6 7 8 9 10 11 12; do
		lab exec --timeout 100 n1 -- sh -c "sleep 1; echo $number" >"$WORK/out$number" &
		pids+=($!)
	done
	for number in "${!pids[@]}"; do
		wait "${pids[number]}" || fail "number $((number + 1)) failed with status $?"
		expect_equal "output of number $((number + 1))" $((number + 1)) \
			"$(cat "$WORK/out$((number + 1))")"
	done
}

need_nodes 1
ktap_run the_exit_status_is_that_of_the_command a_signal_gives_128_and_its_number \
	what_cannot_run_gives_125_and_a_sentence the_two_outputs_stay_apart \
	binary_input_comes_back_unchanged empty_input_is_an_end_at_once \
	input_that_nobody_reads_does_not_block arguments_arrive_as_they_are \
	big_outputs_on_both_streams_are_complete a_timeout_kills_the_command_in_the_node \
	the_death_of_the_client_kills_the_command ctrl_c_reaches_the_command \
	twelve_at_the_same_time_all_succeed -- "$@"
