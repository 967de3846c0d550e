#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lab up, interrupted at any moment, leaves nothing behind.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

GATE=no
MOMENTS=8
SIGNALS=(INT TERM HUP)
UP=(up --nodes 2 --mem 256 --smp 1)

# Without them the test would find nothing, whatever is left.
for tool in pgrep ip; do
	if ! command -v $tool >/dev/null; then
		echo "Bail out! $tool is missing; run scripts/setup-host.sh"
		exit 1
	fi
done

interfaces()
{
	ip -o link | cut -d: -f2 | sort
}

state_directory()
{
	echo "/tmp/weft-lab-$(id -u)/$LAB"
}

expect_nothing_left()
{
	expect_equal "machines" "" "$(pgrep -f "weft-lab:$(state_directory):" | tr '\n' ' ')"
	[ ! -e "$(state_directory)" ] || fail "$(state_directory) is left"
	expect_equal "network interfaces" "$(cat "$WORK/interfaces")" "$(interfaces)"
}

milliseconds()
{
	echo $(($(date +%s%N) / 1000000))
}

an_undisturbed_lab_comes_and_goes()
{
	local start

	start=$(milliseconds)
	lab "${UP[@]}"
	echo $(($(milliseconds) - start)) >"$WORK/duration"
	lab exec n2 -- true
	lab down
	expect_nothing_left
}

# interrupt_at MILLISECONDS SIGNAL
interrupt_at()
{
	local pid status=0

	# In the background SIGINT would be ignored.
	env --default-signal=INT "$TOP/scripts/lab/lab" "${UP[@]}" >"$WORK/up" 2>&1 &
	pid=$!
	sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
	if ! kill -s "$2" $pid 2>/dev/null; then
		echo "the lab was up before $1 ms"
		lab down
		return 0
	fi
	wait $pid || status=$?
	echo "SIG$2 after $1 ms: status $status"
	# The lab may have been up already when the signal came.
	[ $status -ne 0 ] || lab down
	[ $status -eq 0 ] || expect_equal "the exit status" $((128 + $(kill -l "$2"))) $status
	expect_nothing_left
}

an_interrupted_one_leaves_nothing_behind()
{
	local moment duration

	duration=$(cat "$WORK/duration")
	for ((moment = 0; moment < MOMENTS; moment++)); do
		interrupt_at $((300 + duration * moment / MOMENTS)) "${SIGNALS[moment % 3]}"
	done
}

the_next_lab_comes_up()
{
	lab "${UP[@]}"
	lab exec n1 -- ping -q -c 1 -W 10 n2
	lab down
	expect_nothing_left
}

export LAB=test-$$
own_lab=$LAB
trap end_lab EXIT
interfaces >"$WORK/interfaces"
ktap_run an_undisturbed_lab_comes_and_goes an_interrupted_one_leaves_nothing_behind \
	the_next_lab_comes_up -- "$@"
