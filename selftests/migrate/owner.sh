#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may have a process moved: root, and its owner by the daemon, if the
# configuration says so and the process has no rights of its own.
#
# Functions that begin with a comment "In a node" run there, by guest().

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ../transport/links.sh
. ../transport/pair.sh


# In a node: set_owners yes|no|: the daemon reads it while it runs. Nothing: the
# line is not there.
set_owners()
{
	local mode=660

	write_right_config
	[ "$1" != yes ] || mode=666
	[ -z "$1" ] || printf '[migrate]\nowners = %s\n' "$1" >>"$CONF"
	pkill -HUP -x weftd
	wait_for 60 "a control socket with mode $mode" has_mode $mode
}

# In a node.
has_mode()
{
	[ "$(stat -c %a /run/weft/weftd.sock)" = "$1" ]
}

# In a node.
runs()
{
	[ "$(readlink "/proc/$1/exe")" = "$2" ]
}

# In a node: begin_process PROGRAM OPTION...: as setpriv makes it; its number in
# $pid. It ends with the test.
begin_process()
{
	local program=$1

	shift
	# not at once: setpriv itself has rights that env has not
	setpriv "$@" env "$program" 600 </dev/null >/dev/null 2>&1 &
	pid=$!
	disown
	# shellcheck disable=SC2064	# this one
	trap "kill -KILL $pid" EXIT
	wait_for 60 "a process" runs $pid "$(readlink -f "$program")"
}

# In a node: by_user UID COMMAND...
by_user()
{
	local uid=$1

	shift
	setpriv --reuid "$uid" --regid "$uid" --clear-groups --bounding-set=-all "$@"
}

# In a node: expect_refusal PATTERN UID: both commands, with one sentence.
expect_refusal()
{
	local command

	for command in check migrate; do
		expect_status "$command by $2" 1 by_user "$2" weft --timeout 30 $command "$pid" 2
		expect_words "$command by $2" "$1"
		[ "$(wc -l <<<"$output")" = 1 ] || fail "more than a sentence: $output"
	done
}

# In a node: what the owner is told is what root is told.
ask_as_owner()
{
	local options root status=0

	set_owners yes
	begin_process /bin/sleep --reuid 1000 --regid 1000 --clear-groups
	for options in "" --json; do
		# shellcheck disable=SC2086	# a word, or none
		root=$(weft --timeout 30 $options check "$pid" 2) || status=$?
		[ $status = 0 ] || [ $status = 7 ] || fail "check by root: status $status"
		# shellcheck disable=SC2086
		expect_status "check by the owner" $status \
			by_user 1000 weft --timeout 30 $options check "$pid" 2
		[ "$output" = "$root" ] || fail "root is told '$root', the owner '$output'"
	done
	echo "$output" | tr -d '\n'
	expect_status "check of another node" 7 by_user 1000 weft check "$pid" 9
	expect_words "check of another node" "no member"
}

the_owner_is_told_what_root_is_told()
{
	note "$(guest n1 ask_as_owner)"
}

# In a node: if it cannot move yet, no reason is that the owner asks.
move_as_owner()
{
	local status=0

	set_owners yes
	begin_process /bin/sleep --reuid 1000 --regid 1000 --clear-groups
	output=$(by_user 1000 weft --timeout 30 migrate "$pid" 2 2>&1) || status=$?
	case $status in
	0) expect_words "migrate" "^process $pid \\(sleep\\) runs on node 2 now" ;;
	7) expect_words "migrate" "^process $pid \\(sleep\\) cannot move to node 2:.*a user other than root" ;;
	*) fail "migrate by the owner: status $status: $output" ;;
	esac
	echo "$output"
}

the_owner_may_move_it()
{
	note "$(guest n1 move_as_owner | tr '\n' ' ')"
}

# In a node: root without capabilities, whom the module refuses like any user.
move_as_root()
{
	set_owners no
	begin_process /bin/sleep
	expect_status "migrate by root" 0 \
		setpriv --bounding-set=-all env weft --timeout 30 migrate "$pid" 2
	expect_words "migrate by root" "^process $pid \\(sleep\\) runs on node 2 now"
	echo "$output"
}

the_daemon_moves_for_root()
{
	note "$(guest n1 move_as_root)"
}

# In a node.
ask_as_another()
{
	set_owners yes
	begin_process /bin/sleep --reuid 1000 --regid 1000 --clear-groups
	expect_refusal "process $pid has a real, effective or saved user other than yours" 1001
	pid=1
	expect_refusal "process 1 has a real, effective or saved user other than yours" 1000
}

another_user_may_not()
{
	guest n1 ask_as_another
}

# In a node.
ask_without_permission()
{
	local owners

	begin_process /bin/sleep --reuid 1000 --regid 1000 --clear-groups
	for owners in no ""; do
		set_owners yes
		set_owners "$owners"
		expect_refusal "CAP_NET_ADMIN.*owners = yes.*Permission denied" 1000
		# whoever opens the socket has not changed the rule
		chmod 666 /run/weft/weftd.sock
		expect_refusal "user 1000 may not .*set 'owners = yes'" 1000
	done
}

without_owners_nobody_may()
{
	guest n1 ask_without_permission
}

# In a node.
ask_about_rights()
{
	local ids="--reuid 1000 --regid 1000 --clear-groups" dir=/opt/weft

	set_owners yes
	mkdir -p $dir
	cp /bin/sleep $dir/setuid && cp /bin/sleep $dir/setgid && cp /bin/sleep $dir/secret
	chmod 755 $dir
	chmod 4755 $dir/setuid
	chmod 2755 $dir/setgid
	chmod 111 $dir/secret
	# shellcheck disable=SC2086	# words
	{
		begin_process $dir/setuid $ids
		expect_refusal "user other than yours" 1000
		kill -KILL "$pid"
		begin_process $dir/setgid $ids
		expect_refusal "group other than yours" 1000
		kill -KILL "$pid"
		begin_process $dir/secret $ids
		expect_refusal "not dumpable" 1000
		kill -KILL "$pid"
		begin_process /bin/sleep $ids --inh-caps=+kill --ambient-caps=+kill
		expect_refusal "has capabilities" 1000
	}
}

a_program_with_rights_of_its_own_is_refused()
{
	guest n1 ask_about_rights
}

# In a node.
ask_from_elsewhere()
{
	set_owners yes
	begin_process /bin/sleep --reuid 1000 --regid 1000 --clear-groups
	expect_status "check in a PID namespace" 1 unshare --pid --fork \
		setpriv --reuid 1000 --regid 1000 --clear-groups weft check "$pid" 2
	expect_words "check in a PID namespace" "initial PID namespace"
	expect_status "check in a PID namespace" 1 unshare --pid --fork weft check "$pid" 2
	expect_words "check in a PID namespace" "initial PID namespace"
}

who_counts_otherwise_is_refused()
{
	guest n1 ask_from_elsewhere
}

the_modules_unload()
{
	on_each guest stop_weft
}

need_pair
ktap_run the_owner_is_told_what_root_is_told the_owner_may_move_it \
	the_daemon_moves_for_root another_user_may_not without_owners_nobody_may \
	a_program_with_rights_of_its_own_is_refused who_counts_otherwise_is_refused \
	the_modules_unload -- "$@"
