#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Can a process move, and if not, why not? Every state that keeps it here, alone
# and with others, and every state of the node that it is to move to.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. ../transport/pair.sh


# In a node: enter STATE...: prints the number of the process that is in it.
enter()
{
	local status=0 line

	exec 8< <(exec /lib/weft/states "$@" 2>&1)
	keeper=$!
	read -r line <&8 || true
	case $line in
	ready*) pid=${line#ready } ;;
	*)
		wait "$keeper" || status=$?
		[ $status != 4 ] || {
			echo "$line"
			exit 4
		}
		fail "states $*: $line"
		;;
	esac
}

# In a node: leave the state again. Children go with their parent.
leave()
{
	kill -KILL "$keeper"
	exec 8<&-
}

# In a node: reasons_of PID NODE: puts the names of all reasons into $names.
reasons_of()
{
	local status=0

	weft --json check "$1" "$2" >/tmp/check.json || status=$?
	names=$(sed -n 's/.*"reason": "\(.*\)".*/\1/p' /tmp/check.json | sort | tr '\n' ' ')
	names=${names% }
	[ "$status" = "$([ -n "$names" ] && echo 7 || echo 0)" ] ||
		fail "check ends with status $status, and the reasons are '$names'"
}

# Each line: states, in which a process is at once | what keeps it then, sorted |
# an extended regular expression for what is told about it.
STATES='
|| "can_move": true
private || "can_move": true
threads private || "can_move": true
no-vdso || "can_move": true
traced | traced | "thread [0-9]+, by process [0-9]+"
shared | shared-mapping | "[0-9a-f]+-[0-9a-f]+ /dev/zero .deleted."
file | shared-mapping | "[0-9a-f]+-[0-9a-f]+ /tmp/a[?].2Jb"
zero | shared-mapping | /dev/zero
device | device-mapping | "[0-9a-f]+-[0-9a-f]+ /dev/mem"
packets | device-mapping shared-mapping | socket:
huge | hugetlb-mapping | hugepage
userfaultfd | userfaultfd | anonymous memory
io_uring | io-uring | "thread [0-9]+"
strict | seccomp-strict | "thread [0-9]+"
shared-mm | shared-mm | "process [0-9]+"
zombie | exiting | it is exiting
headless | exiting | it is exiting
pid-namespace | pid-namespace | container
user-namespace | user-namespace | container
vdso | vdso | CRC32C
io_uring pid-namespace | pid-namespace | container
traced strict | seccomp-strict traced | "thread [0-9]+"
vdso shared file userfaultfd io_uring traced user-namespace shared-mm | io-uring shared-mapping shared-mm traced user-namespace userfaultfd vdso | /tmp/a[?].2Jb"
'

# In a node: try_state STATES REASONS PATTERN
try_state()
{
	# shellcheck disable=SC2086	# words
	enter $1
	reasons_of "$pid" 2
	leave
	[ "$names" = "$2" ] || fail "the reasons are '$names', not '$2'"
	grep -Eq -- "$3" /tmp/check.json || fail "$(cat /tmp/check.json)"
}

# In a node: try_states TABLE: all of them, as KTAP.
try_states()
{
	local states reasons pattern number=0 status output

	[ ! -e /proc/sys/vm/nr_hugepages ] || echo 2 >/proc/sys/vm/nr_hugepages
	echo "KTAP version 1"
	echo "1..$(grep -c '|' <<<"$1")"
	while IFS='|' read -r states reasons pattern; do
		[ -n "$pattern" ] || continue
		read -r states <<<"$states"
		read -r reasons <<<"$reasons"
		read -r pattern <<<"$pattern"
		number=$((number + 1)) status=0
		output=$(try_state "$states" "$reasons" "$pattern") || status=$?
		case $status in
		0) echo "ok $number - in the state '$states': ${reasons:-nothing}" ;;
		4) echo "ok $number - in the state '$states' # SKIP $output" ;;
		*)
			echo "# ${output//$'\n'/$'\n'# }"
			echo "not ok $number - in the state '$states': $reasons"
			;;
		esac
	done <<<"$1"
	[ ! -e /proc/sys/vm/nr_hugepages ] || echo 0 >/proc/sys/vm/nr_hugepages
}

every_state_has_its_reasons()
{
	guest n1 try_states "$STATES" >"$WORK/states"
	ktap_nested <"$WORK/states"
	! grep -q '^not ok' "$WORK/states"
}

# In a node: itself, a daemon, and whatever else runs there, but for the threads
# of the kernel, which are many and all alike, and run no file.
check_all()
{
	local pid

	for pid in $(cd /proc && echo [0-9]*); do
		[ -e "/proc/$pid/exe" ] || continue
		weft check "$pid" 2 >/tmp/check.txt || [ $? = 7 ] ||
			fail "check of process $pid failed"
	done
	wait_for 1 "a daemon that can move" weft check "$(pidof weftd)" 2
}

every_process_of_a_node_has_an_answer()
{
	guest n1 check_all
}

# In a node: more of them than are told.
count_mappings()
{
	# shellcheck disable=SC2046	# words
	enter $(printf 'shared %.0s' {1..11})
	output=$(weft check "$pid" 2) || [ $? = 7 ]
	leave
	# neighbours are not merged: each has a file of its own
	expect_words "eleven mappings" 'share.*: ([0-9a-f]+-[0-9a-f]+ /dev/zero \(deleted\); ){8}and 3 more'
}

what_is_too_much_is_counted()
{
	guest n1 count_mappings
}

# In a node.
run_code32()
{
	local pid

	/lib/weft/code32 &
	pid=$!
	reasons_of $pid 2
	kill -KILL $pid
	[ "$names" = "code-32bit" ] || [ "$names" = "code-32bit vdso" ] ||
		fail "a 32-bit program has the reasons '$names'"
}

a_32_bit_program_is_kept()
{
	guest n1 run_code32
}

# In a node.
check_threads_of_the_kernel()
{
	reasons_of 2 2
	[ "$names" = "kernel-thread" ] || fail "kthreadd has the reasons '$names'"
}

a_kernel_thread_is_kept()
{
	guest n1 check_threads_of_the_kernel
}

# In a node.
check_nobody()
{
	reasons_of 2147483647 2
	[ "$names" = "no-process" ] || fail "nobody has the reasons '$names'"
	enter threads
	for tid in "/proc/$pid/task"/*; do
		tid=${tid##*/}
		[ "$tid" != "$pid" ] || continue
		output=$(weft check "$tid" 2) || [ $? = 7 ]
		expect_words "a thread" "no such process: it is a thread of process $pid"
	done
	leave
}

nobody_is_kept()
{
	guest n1 check_nobody
}

# In a node: expect_node_reason REASON NODE
expect_node_reason()
{
	enter
	reasons_of "$pid" "$2"
	leave
	[ "$names" = "$1" ] || fail "towards node $2 the reasons are '$names', not '$1'"
}

its_own_node_is_no_target()
{
	guest n1 expect_node_reason this-node 1
}

a_stranger_is_no_target()
{
	guest n1 expect_node_reason no-member 3
	guest n1 expect_node_reason no-member 64
}

# In a node.
is_silent()
{
	output=$(weft --timeout 0.5 check "$pid" 2) || [ $? = 7 ] || return
	grep -q "the node did not answer.*: it was silent until the timeout" <<<"$output"
}

# In a node: ask_until_silent SECONDS
ask_until_silent()
{
	enter
	: >/tmp/asking
	wait_for "$1" "a node that is silent" is_silent
	leave
}

# In a node: whether it could move itself.
check_itself()
{
	weft check $$ 2
}

# It is asked before it falls silent: a connection outlives the other end for a
# few seconds only.
a_silent_node_is_a_reason()
{
	local status=0 asker

	lab exec n1 -- rm -f /tmp/asking
	guest n1 ask_until_silent $((10 * SLOW)) &
	asker=$!
	wait_for $((10 * SLOW)) "somebody who asks" lab exec n1 -- test -e /tmp/asking
	lab pause n2
	wait $asker || status=$?
	lab resume n2
	wait_for $((20 * SLOW)) "an answer" guest n1 check_itself || true
	return $status
}

a_host_that_differs_is_a_reason()
{
	run_in n1 /lib/weft/other_hosts
}

the_other_end_may_do_anything()
{
	run_in n1 /lib/weft/other_end
}

# In a node: everybody but root, and everybody in a container.
ask_without_the_right()
{
	expect_status "check by nobody" 1 setpriv --reuid 65534 --clear-groups \
		--bounding-set=-all weft check 1 2
	expect_words "check by nobody" "user 65534 may not have processes moved on this node"
	expect_status "check in a PID namespace" 1 unshare --pid --fork weft check 1 2
	expect_words "check in a PID namespace" "initial PID namespace"
}

only_root_of_the_machine_may_ask()
{
	guest n1 ask_without_the_right
}

# In a node: a process that counts is asked about all the time, and counts on.
count_while_asked()
{
	local file=/tmp/count.$$ before tries

	: >"$file"
	bash -c 'while :; do for i in {1..500}; do :; done; echo >>"$1"; done' \
		bash "$file" </dev/null >/dev/null 2>&1 &
	pid=$!
	trap 'kill -KILL $pid' EXIT
	for _ in 1 2 3 4 5; do
		before=$(wc -l <"$file") tries=0
		weft check "$pid" 2 >/dev/null
		while [ "$(wc -l <"$file")" -le "$before" ]; do
			tries=$((tries + 1))
			[ $tries -lt 300 ] || fail "a process that was asked about stands still"
			sleep 0.05
		done
	done
	grep -q 'TracerPid:.0$' "/proc/$pid/status"
}

nothing_is_stopped_or_changed()
{
	guest n1 count_while_asked
}

a_node_that_is_gone_is_a_reason()
{
	guest n2 stop_weft
	wait_for $((20 * SLOW)) "lanes that are down" guest n1 has_lanes_up 0
	guest n1 expect_node_reason not-connected 2
}

the_module_unloads()
{
	guest n1 stop_weft
}

need_pair "$OUTPUT/states" "$OUTPUT/code32" "$OUTPUT/other_hosts" "$OUTPUT/other_end"
ktap_run every_state_has_its_reasons every_process_of_a_node_has_an_answer \
	what_is_too_much_is_counted a_32_bit_program_is_kept a_kernel_thread_is_kept \
	nobody_is_kept its_own_node_is_no_target a_stranger_is_no_target \
	a_silent_node_is_a_reason a_host_that_differs_is_a_reason the_other_end_may_do_anything only_root_of_the_machine_may_ask \
	nothing_is_stopped_or_changed a_node_that_is_gone_is_a_reason \
	the_module_unloads -- "$@"
