# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154	# for, and of, the scripts around it
#
# Tests that move works: the program worker, which knows when it is done right.
# Comes after links.sh.
#
# Functions that begin with a comment "In a node" run there, by guest().

# Of a work that is to end soon, of one with time for more, and of one that is not
# to end by itself. Where everything takes longer they do: a round takes ten
# milliseconds anywhere.
set_rounds()
{
	ROUNDS=$((300 + 100 * SLOW))
	LONG=$((2 * ROUNDS))
	FOR_EVER=1000000
}

# What the kernel makes no difference to, and takes minutes on the debug kernel.
not_on_debug()
{
	[ "$WEFT_KERNEL" != debug ] || [ "${WEFT_STRESS-}" = yes ] ||
		skip "takes minutes on this kernel: set WEFT_STRESS=yes"
}

# In a node: has_lines NAME COUNT: the work called so has written so many.
has_lines()
{
	[ "$(wc -l <"/tmp/$1.out")" -ge "$2" ]
}

# In a node: begin_work NAME ROUNDS: returns when it is under way.
begin_work()
{
	rm -f "/tmp/$1".*
	# shellcheck disable=SC2016	# for the other shell
	setsid bash -c '/lib/weft/worker "/tmp/$1.out" "$2" >"/tmp/$1.stdout" 2>"/tmp/$1.err" &
		echo $! >"/tmp/$1.pid"
		wait $!
		echo $? >"/tmp/$1.status"' bash "$@" </dev/null >/dev/null 2>&1 &
	disown
	wait_for 60 "the beginning of the work" has_lines "$1" 3
}

# In a node: move_work NAME NODE
move_work()
{
	local pid

	pid=$(cat "/tmp/$1.pid")
	expect_status "weft migrate" 0 weft --timeout 30 migrate "$pid" "$2"
	expect_words "weft migrate" \
		"^process $pid \\(worker\\) runs on node $2 now, it stood still for [0-9.]+ [mu]?s\$"
	echo "$output"
}

# In a node: prints the numbers of the bodies that run here.
bodies()
{
	local exe

	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe")" != /usr/local/libexec/weft/weft-body ] || {
			exe=${exe%/exe}
			echo "${exe#/proc/}"
		}
	done
}

# In a node: has_bodies COUNT
has_bodies()
{
	[ "$(bodies | wc -l)" = "$1" ]
}

# In a node: await_log PATTERN SECONDS: the daemon says so.
await_log()
{
	wait_for "$2" "a line of weftd: $1" log_matches "$1"
}

# In a node: await_bodies COUNT SECONDS
await_bodies()
{
	wait_for "$2" "$1 bodies on $LAB_NODE" has_bodies "$1"
}

# In a node: await_status NAME STATUS SECONDS: so the work ends. STATUS: a pattern.
await_status()
{
	wait_for "$3" "the end of the work" test -s "/tmp/$1.status"
	expect_match "the status of the work, which said '$(cat "/tmp/$1.err")'" "^($2)\$" \
		"$(cat "/tmp/$1.status")"
}

# In a node: work_unmoved ROUNDS SECONDS: what a worker does that nobody moves, of so
# many rounds or more.
work_unmoved()
{
	[ ! -s /tmp/unmoved.status ] || [ "$(wc -l </tmp/unmoved.out)" -lt "$1" ] || return 0
	begin_work unmoved "$1"
	await_status unmoved 42 "$2"
	[ "$(wc -l </tmp/unmoved.out)" = "$1" ]
	cmp /tmp/unmoved.stdout /tmp/unmoved.out
}

# In a node: await_result NAME ROUNDS SECONDS: it did all that it does unmoved.
await_result()
{
	await_status "$1" 42 "$3"
	work_unmoved "$2" "$3"
	head -n "$2" /tmp/unmoved.out | cmp - "/tmp/$1.out"
	cmp "/tmp/$1.stdout" "/tmp/$1.out"
	[ ! -s "/tmp/$1.err" ]
}

# In a node: goes_on NAME SECONDS: it writes more lines.
goes_on()
{
	wait_for "$2" "more lines" has_lines "$1" $(($(wc -l <"/tmp/$1.out") + 3))
}

# away NAME FROM TO ROUNDS: a work that runs on another node.
away()
{
	local said

	guest "n$2" begin_work "$1" "$4"
	said=$(guest "n$2" move_work "$1" "$3") || fail "$said"
	note "$said"
	said=${said#process }
	guest "n$3" await_log "process ${said%% *} .worker. of node $2 runs here" $((10 * SLOW))
}

# In a node: for the trap of tests that leave work behind if they fail.
kill_work()
{
	pkill -KILL -x worker || true
}

end_work()
{
	on_each guest kill_work >/dev/null 2>&1 || true
}

# In a node: log_has PATTERN: the kernel wrote a line like that.
log_has()
{
	dmesg | grep -Eq -- "$1"
}
