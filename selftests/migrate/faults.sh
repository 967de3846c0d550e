#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# At every step of a move, and of what a moved process does, something goes wrong:
# the step fails, whoever takes it is killed, the daemon ends, the machine dies.
# Afterwards the process runs once, or, if the machine that had it died or it was
# killed itself, nowhere, and what is left says so.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. work.sh

# The steps, in their order | what goes wrong | what becomes of the process: it
# "stays", as if nothing had happened; it "moves"; it "ends", by which status. Memory
# that cannot be fetched is SIGBUS, or SIGSEGV if it is the kernel that wants it, which
# is the first to do so where the C library has asked for restartable sequences.
#
# home: n1, from which it moves, and where the task of the step is, or of node: n2.
STEPS='
home depart-captured  error=5  stays
node body-restored    error=5  stays
node body-fetching    error=5  ends 135|139
home depart-asked     kill     stays
node body-ready       kill     stays
home depart-stopped   kill     ends 137
home depart-captured  kill     ends 137
node body-arrived     kill     stays
node body-restored    kill     stays
node body-committed   kill     ends 137
home depart-committed kill     ends 137
node body-fetching    kill     ends 137
node body-calling     kill     ends 137
home deputy-taken     kill     ends 137
home deputy-made      kill     ends 137
node body-called      kill     ends 137
'
[ "${WEFT_STRESS-}" != yes ] || STEPS=$STEPS'
home depart-asked     error=5  stays
node body-ready       error=5  stays
home depart-stopped   error=5  stays
node body-arrived     error=5  stays
home depart-asked     delay=300 moves
node body-ready       delay=300 moves
home depart-stopped   delay=300 moves
home depart-captured  delay=300 moves
node body-arrived     delay=300 moves
node body-restored    delay=300 moves
node body-committed   delay=300 moves
home depart-committed delay=300 moves
home deputy-taken     delay=300 moves
home deputy-made      delay=300 moves
'

# Steps in which a machine dies while they last. What the process is then is known
# to the machine that goes on: see a_dead_machine_takes_no_more_than_it_had().
HOME_LIVES='home depart-asked
node body-ready
home depart-captured
node body-arrived
node body-restored'

# In a node.
faults_file()
{
	echo /sys/kernel/debug/weft/"$(stat -Lc %i /proc/self/ns/net)"/faults
}

# In a node: order POINT ACTION
order()
{
	mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
	echo "$*" >"$(faults_file)"
}

# In a node: has_hit POINT COUNT
has_hit()
{
	grep -q "^$1 .*hits=$2\$" "$(faults_file)"
}

# In a node: try_to_move NAME NODE: in the background.
try_to_move()
{
	rm -f "/tmp/$1".move*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c 'weft --timeout 20 migrate "$(cat "/tmp/$1.pid")" "$2" >"/tmp/$1.move" 2>&1
		echo $? >"/tmp/$1.moved"' bash "$@" </dev/null >/dev/null 2>&1 &
	disown
}

# In a node: begin_to_move NAME ROUNDS NODE: at once, so that on a busy machine the
# work is not over before.
begin_to_move()
{
	begin_work "$1" "$2"
	try_to_move "$1" "$3"
}

# In a node: expect_tried NAME PATTERN SECONDS: so the command ends.
expect_tried()
{
	wait_for "$3" "the end of weft migrate" test -s "/tmp/$1.moved"
	expect_match "the status of weft migrate" "$2" "$(cat "/tmp/$1.moved")"
}

# In a node: how many run the program.
workers()
{
	pgrep -c -x worker || true
}

# expect_fate WHAT STATUS: of the work "one", which began on n1 and was to move.
expect_fate()
{
	case $1 in
	stays)
		guest n1 expect_tried one '^[1-9]' $((30 * SLOW))
		guest n2 await_bodies 0 $((10 * SLOW))
		guest n1 await_result one "$ROUNDS" $((60 * SLOW))
		;;
	moves)
		guest n1 expect_tried one '^0$' $((30 * SLOW))
		guest n1 await_result one "$ROUNDS" $((60 * SLOW))
		;;
	ends)
		guest n1 await_status one "$2" $((60 * SLOW))
		;;
	esac
	guest n2 await_bodies 0 $((10 * SLOW))
	guest n1 wait_for $((10 * SLOW)) "the end of all workers" has_workers 0
	guest n2 wait_for $((10 * SLOW)) "the end of all workers" has_workers 0
}

# In a node: has_workers COUNT
has_workers()
{
	[ "$(workers)" = "$1" ]
}

# try_step SIDE POINT ACTION FATE [STATUS]
try_step()
{
	local at=n2

	[ "$1" = node ] || at=n1
	trap end_work EXIT
	guest $at order "$2" "$3"
	guest n1 begin_to_move one "$ROUNDS" 2
	guest $at wait_for $((30 * SLOW)) "the step $2" has_hit "$2" 1
	expect_fate "${@:4}"
	guest $at order "$2" off
}

# Prints KTAP: a test for each line of STEPS that matches PATTERN.
try_steps()
{
	local side point action fate status number=0

	echo "KTAP version 1"
	echo "1..$(grep -Ec -- "$1" <<<"$STEPS")"
	while read -r side point action fate; do
		number=$((number + 1)) status=0
		# shellcheck disable=SC2086	# words
		# not in a list with ||, in which no command would end it
		(set -e; try_step $side $point $action $fate) >"$WORK/step" 2>&1 &
		wait $! || status=$?
		[ $status = 0 ] || sed 's/^/# /' "$WORK/step"
		[ $status = 0 ] || echo -n "not "
		echo "ok $number - $point $action: it $fate"
	done < <(grep -E -- "$1" <<<"$STEPS")
}

# expect_steps PATTERN
expect_steps()
{
	try_steps "$1" >"$WORK/steps"
	ktap_nested <"$WORK/steps"
	! grep -q '^not ok' "$WORK/steps"
}

a_step_that_fails_leaves_the_process_as_it_was()
{
	expect_steps 'error='
}

whoever_is_killed_in_a_step_leaves_one_copy_or_none()
{
	expect_steps ' kill '
}

a_step_that_takes_long_is_only_slow()
{
	[ "${WEFT_STRESS-}" = yes ] || skip "takes minutes: set WEFT_STRESS=yes"
	expect_steps 'delay='
}

# It starts bodies, and nothing else: what is under way needs it no more.
a_daemon_that_dies_in_a_step_changes_nothing()
{
	local point ROUNDS=$LONG

	not_on_debug
	trap end_work EXIT
	for point in body-ready body-arrived body-restored; do
		guest n1 begin_work one "$ROUNDS"
		guest n2 order "$point" delay=3000
		guest n1 try_to_move one 2
		guest n2 wait_for $((30 * SLOW)) "the step $point" has_hit "$point" 1
		guest n2 stop_daemon KILL
		expect_fate moves
		guest n2 start_daemon
	done
}

# The node dies in the middle of a step: home has not let go yet, and keeps it.
a_dead_machine_takes_no_more_than_it_had()
{
	local side point at

	[ "${WEFT_STRESS-}" = yes ] || HOME_LIVES='node body-arrived'
	not_on_debug
	trap end_work EXIT
	while read -r side point; do
		at=n2
		[ "$side" = node ] || at=n1
		guest n1 begin_work one "$LONG"
		guest $at order "$point" delay=10000
		guest n1 try_to_move one 2
		guest $at wait_for $((30 * SLOW)) "the step $point" has_hit "$point" 1
		lab kill n2
		lab boot n2 2>/dev/null
		push_weft n2 "$OUTPUT/worker"
		guest n2 join_links
		guest n1 expect_tried one '^[1-9]' $((30 * SLOW))
		guest n1 await_result one "$LONG" $((60 * SLOW))
		all_lanes_up
		note "$point: it stayed"
	done <<<"$HOME_LIVES"
	lab gate --mark "after a death"
}

# In a node.
try_orders()
{
	local file

	order depart-asked off
	file=$(faults_file)
	expect_status "no point" 1 order nowhere kill
	log_has 'weft: no order for a fault point: there is no such point' ||
		fail "the log does not say so"
	expect_status "a limit" 1 order body-ready error=134
	expect_status "a step that cannot fail" 1 order deputy-made error=5
	order body-ready delay=60000 times=1000000
	grep -qx 'body-ready delay=60000 times=1000000 hits=0' "$file"
	order body-ready off
	[ "$(grep -c ' off hits=0$' "$file")" = "$(wc -l <"$file")" ]
}

orders_are_checked()
{
	guest n1 try_orders
}

need_links "$OUTPUT/worker"
set_rounds
ktap_run orders_are_checked a_step_that_fails_leaves_the_process_as_it_was \
	whoever_is_killed_in_a_step_leaves_one_copy_or_none a_step_that_takes_long_is_only_slow \
	a_daemon_that_dies_in_a_step_changes_nothing \
	a_dead_machine_takes_no_more_than_it_had -- "$@"
