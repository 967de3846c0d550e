#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command as a user types it, against a fake module: keys, peers, view,
# benchmarks, and completion that knows what the help text knows.
#
# Usage: test_cli.sh DIRECTORY, which holds weft_fake. Prints KTAP. Every wait
# has a deadline.

. "${0%/*}/harness.sh"

weft="$1/weft_fake"
dir=$(mktemp -d) || exit 1
export WEFT_FAKE_MODULE="$dir/module"
server=

cleanup()
{
	[ -z "$server" ] || kill "$server"
	rm -rf "$dir"
}
trap cleanup EXIT

# ask STATUS ARGUMENT...: does weft end with that status?
ask()
{
	expected=$1
	shift
	timeout 60 "$weft" --socket "$dir/sock" "$@" > "$dir/out" 2> "$dir/err"
	status=$?
	[ "$status" = "$expected" ] && return
	echo "# weft $*: status $status, not $expected"
	sed 's/^/# /' "$dir/err"
	return 1
}

says()
{
	grep -q -- "$1" "$dir/out" && return
	echo "# the output lacks: $1"
	sed 's/^/# /' "$dir/out"
	return 1
}

complains()
{
	[ "$(wc -l < "$dir/err")" = 1 ] && grep -q -- "$1" "$dir/err" && return
	echo "# the error is not: $1"
	sed 's/^/# /' "$dir/err"
	return 1
}

fresh()
{
	rm -f "$dir"/*
	echo 'lab 1 2000 5' > "$dir/module"
}

# lane NODE ID STATE CIPHER RTT QUEUED SENT RECEIVED RESENT
lane()
{
	echo "$1 18446744073709551615 3 $2 $3 $4 $5 $6 64 1 10 $7 11 $8 $9 0 0 0" \
		>> "$dir/module.lanes"
}

three_nodes()
{
	fresh
	echo '7 7' > "$dir/module.view"
	lane 2 0 2 2 1234 7 1000 2000 1
	lane 2 1 2 2 500 0 5 6 2
	lane 3 0 0 0 0 0 0 0 0
	lane 3 1 2 1 0 0 0 0 0
}

new_key_has_mode_and_form()
{
	fresh
	(umask 0; ask 0 keygen "$dir/key") || return 1
	[ "$(stat -c %a "$dir/key")" = 600 ] &&
		[ "$(wc -l < "$dir/key")" = 2 ] &&
		sed -n 1p "$dir/key" | grep -q '^# weft cluster key' &&
		sed -n 2p "$dir/key" | grep -q '^[0-9a-f]\{64\}$' &&
		says "path  $dir/key"
}

umask_takes_nothing_from_a_key()
{
	fresh
	(umask 0777; : > "$dir/out"; : > "$dir/err"; chmod 600 "$dir/out" "$dir/err"
		ask 0 keygen "$dir/key") &&
		[ "$(stat -c %a "$dir/key")" = 600 ]
}

keys_differ()
{
	fresh
	ask 0 keygen - && cp "$dir/out" "$dir/one" && ask 0 keygen - &&
		[ "$(tail -n 1 "$dir/out" | wc -c)" = 65 ] &&
		! cmp -s "$dir/one" "$dir/out"
}

key_is_never_overwritten()
{
	fresh
	echo old > "$dir/key"
	ln -s "$dir/absent" "$dir/link"
	ask 1 keygen "$dir/key" && complains 'remove it first' &&
		[ "$(cat "$dir/key")" = old ] &&
		ask 1 keygen "$dir/link" && complains 'remove it first' &&
		[ ! -e "$dir/absent" ]
}

key_needs_its_directory()
{
	fresh
	ask 1 keygen "$dir/absent/key" && complains 'create it first' &&
		ask 2 keygen "$dir/a" "$dir/b" && ask 2 keygen --json -
}

key_that_cannot_be_written_is_an_error()
{
	fresh
	"$weft" keygen - > /dev/full 2> "$dir/err"
	[ $? = 1 ] && complains 'cannot write the key'
}

keygen_prints_the_path_as_json()
{
	fresh
	ask 0 keygen "$dir/key" --json && says "\"path\": \"$dir/key\""
}

peers_are_listed()
{
	three_nodes
	ask 0 peers || return 1
	says '^  id  state ' &&
		says '^  2   up .*chacha20-poly1305  1.2 ms  1.0K  2.0K  *3 *7 *3$' &&
		says '^  3   fast down  aes-128-gcm  *none ' && [ ! -s "$dir/err" ]
}

peers_fit_the_screen()
{
	fresh
	echo '1 3' > "$dir/module.view"
	lane 2 0 0 2 999499 50000 99999999999 99999999999 900000
	lane 2 1 2 2 999499 49999 999999999999999 99999999999 99999
	ask 0 peers && says 'fast down  chacha20-poly1305' &&
		[ "$(wc -L < "$dir/out")" -le 80 ]
}

peers_are_complete_as_json()
{
	three_nodes
	ask 0 --json peers || return 1
	for key in lane state encryption rtt_us queue credits connections \
		sent_messages sent_bytes received_messages received_bytes \
		resent duplicates breaches stale incarnation calls; do
		says "\"$key\": " || return 1
	done
	says '"incarnation": "18446744073709551615"'
}

nobody_there_is_explained()
{
	fresh
	ask 0 peers && says none && complains 'has no view' || return 1
	echo '1 1' > "$dir/module.view"
	ask 0 peers && complains 'only member' || return 1
	rm "$dir/module"
	ask 1 peers && complains 'not loaded' && ask 2 peers 5
}

status_tells_the_view()
{
	three_nodes
	ask 5 status && says '^  epoch      7$' && says '^  members    3$' &&
		says '^  connected  1$' || return 1
	rm "$dir/module"
	ask 1 status && says '^view$'
}

echo_is_measured()
{
	three_nodes
	ask 0 bench echo --to 2 --size 64,4096 --count 5000 --threads 3 &&
		says '^  weft  64B   15000 ' && says '^  weft  4.0K  15000 ' &&
		[ ! -s "$dir/err" ] || return 1
	ask 0 bench echo --to 2 --seconds 1 --threads 2 --json &&
		says '"fairness": 1' && says '"min_ns": 20000'
}

failed_echo_is_one_sentence()
{
	three_nodes
	ask 1 bench echo --to 3 --threads 8 && complains 'fake node is silent' &&
		[ ! -s "$dir/out" ]
}

has_port()
{
	port=$(sed -n 's/^listening on port //p' "$dir/port" 2> /dev/null)
	[ -n "$port" ]
}

# start_server: on a free port of this machine, $port
start_server()
{
	"$weft" bench tcp-server --listen 127.0.0.1:0 > "$dir/port" &
	server=$!
	wait_for has_port
}

stop_server()
{
	kill "$server"
	wait "$server" 2> /dev/null
	server=
}

echo_is_compared_with_tcp()
{
	three_nodes
	start_server || return 1
	ask 0 bench echo --to 2 --size 64,16384 --count 300 --threads 4 \
		--tcp "127.0.0.1:$port" && says '^  tcp   64B   1200 ' &&
		says '^  tcp   16K   1200 ' && says '^weft to tcp$' &&
		ask 0 bench echo --to 2 --lane bulk --count 500 --threads 2 \
			--tcp "127.0.0.1:$port" &&
		says '^  tcp   64K   1000 *none ' && says 'mb/s$'
	result=$?
	stop_server
	[ "$result" = 0 ] && ask 1 bench echo --to 2 --tcp "127.0.0.1:$port" &&
		complains 'tcp-server'
}

# refused WORD ARGUMENT...: is the command line refused with that word?
refused()
{
	word=$1
	shift
	ask 2 bench "$@" && complains "$word"
}

values_out_of_range_are_refused()
{
	fresh
	refused 'echo or tcp-server' && refused 'cannot do' dance &&
		refused 'needs --to' echo && refused -- --to echo --to 65 &&
		refused -- --to echo --to 2x && refused argument echo --to 2 3 &&
		refused -- --size echo --to 2 --size 15 &&
		refused -- --size echo --to 2 --size 64, &&
		refused 'at most 16384' echo --to 2 --size 65536 &&
		refused -- --size echo --to 2 --lane bulk --size 262145 &&
		refused -- --count echo --to 2 --count 0 &&
		refused exclude echo --to 2 --count 1 --seconds 1 &&
		refused -- --threads echo --to 2 --threads 65 &&
		refused -- --depth echo --to 2 --depth 65 &&
		refused 'no lane' echo --to 2 --lane slow &&
		refused -- --listen echo --to 2 --listen 5 &&
		refused -- --count tcp-server --listen 5 --count 5 &&
		refused -- --listen tcp-server &&
		refused PORT tcp-server --listen 65536 &&
		refused 'at most' echo --to 2 --timeout 61
}

process_that_can_move_is_one_sentence()
{
	fresh
	ask 0 check 100 2 && [ ! -s "$dir/err" ] && [ "$(cat "$dir/out")" = \
		'process 100 (fake program) can move to node 2.' ] &&
		ask 0 check 100 2 --json && says '"can_move": true' &&
		says '"pid": 100' && says '"reasons": \['
}

reasons_are_all_told()
{
	fresh
	cat > "$dir/wanted" <<- END
		process 200 (fake program) cannot move to node 2:
		  it is traced
		  it maps a device: 1000-2000 /dev/mem; 3000-4000 x; and 1500 more
		  it is ahead of its time
	END
	ask 7 check 200 2 --timeout 1.5 && [ ! -s "$dir/err" ] &&
		cmp -s "$dir/wanted" "$dir/out" || return 1
	ask 7 check --json 200 64 && says '"can_move": false' &&
		says '"reason": "traced"' && says '"reason": "other"' &&
		says '"1000-2000 /dev/mem"' && says '"node": 64' &&
		ask 7 check 300 1 && says '^process 300 cannot' &&
		ask 7 check 300 1 --json && says '"name": null'
}

check_that_failed_is_an_error()
{
	fresh
	ask 1 check 100 9 && complains 'fake module refuses' &&
		[ ! -s "$dir/out" ] || return 1
	"$weft" check 200 2 > /dev/full 2> "$dir/err"
	[ $? = 1 ] && complains 'cannot write'
}

process_that_moved_is_one_sentence()
{
	fresh
	ask 0 migrate 100 2 && [ ! -s "$dir/err" ] && [ "$(cat "$dir/out")" = \
		'process 100 (fake program) runs on node 2 now, it stood still for 21.0 ms' ] &&
		ask 0 migrate 100 2 --json --timeout 2 && says '"pid": 100' &&
		says '"name": "fake program"' && says '"serial": 7' &&
		says '"downtime_ns": 21000000' || return 1
	"$weft" migrate 100 2 > /dev/full 2> "$dir/err"
	[ $? = 1 ] && complains 'cannot write'
}

process_that_stays_says_why()
{
	fresh
	ask 7 migrate 200 2 && says '^process 200 (fake program) cannot move' &&
		says '^  it is traced$' && ask 7 migrate 300 2 --json &&
		says '"reason": "no-process"' || return 1
	ask 7 migrate 101 2 && complains 'has threads' && [ ! -s "$dir/out" ] &&
		ask 6 migrate 102 2 && complains 'did not leave' &&
		ask 1 migrate 103 2 && complains 'has left' &&
		ask 1 migrate 100 9 && complains 'fake module refuses'
}

# everywhere: whatever is started can move
everywhere()
{
	fresh
	echo 0 > "$dir/module.movable"
}

# shellcheck disable=SC2016	# for the shells that run
command_that_runs_elsewhere_is_followed()
{
	everywhere
	ask 0 run 2 echo one two && [ "$(cat "$dir/out")" = 'one two' ] &&
		[ ! -s "$dir/err" ] && ask 3 run 2 sh -c 'sleep 0.3; exit 3' &&
		ask 0 run 2 -- echo --json && says '^--json$' &&
		ask 0 run -- 2 echo -h && says '^-h$' &&
		ask 0 --timeout 3 run 2 sh -c 'echo "$0" >&2' x && complains '^x$' ||
		return 1
	# its own death, as waitpid() tells it: sh says 128 and the signal
	ask 143 run 2 sh -c 'sleep 0.3; kill -TERM $$' &&
		ask 137 run 2 sh -c 'sleep 0.3; kill -KILL $$'
}

signals_of_run_are_for_its_command()
{
	everywhere
	# shellcheck disable=SC2016	# for the shell that runs
	"$weft" run 2 sh -c 'trap "echo got it; exit 9" USR1; echo $$; while :; do sleep 0.1; done' \
		> "$dir/out" &
	run=$!
	wait_for test -s "$dir/out" && kill -USR1 $run
	wait $run
	[ $? = 9 ] && says 'got it'
}

command_that_cannot_run_says_why()
{
	everywhere
	: > "$dir/text"
	ask 127 run 2 "$dir/none" && complains "cannot run '$dir/none': No such file" &&
		ask 126 run 2 "$dir/text" && complains 'Permission denied' &&
		ask 2 run && ask 2 run 2 && ask 2 run 2 -- && ask 2 run two true &&
		ask 2 run 65 true && ask 127 run 2 --json || return 1
	ask 2 --json run 2 true && complains "'run' prints what the command prints" &&
		ask 2 run --json 2 true
}

command_that_cannot_move_is_killed()
{
	fresh
	ask 125 run 2 sh -c "sleep 2; echo > $dir/late" && [ ! -s "$dir/out" ] &&
		grep -q 'cannot move to node 2' "$dir/err" &&
		grep -q 'there is no such process' "$dir/err" || return 1
	# node 7 takes its time, in which the command ends
	ask 0 run 7 true && [ ! -s "$dir/err" ] || return 1
	sleep 2.2
	[ ! -e "$dir/late" ]
}

check_takes_a_process_and_a_node()
{
	fresh
	for words in '' 1 '1 2 3' '0 2' '2147483648 2' '-1 2' '1x 2' '1 0' \
		'1 65' '1 two' '99999999999999999999 1' '1 2 --to 3' \
		'1 2 --timeout 61'; do
		# shellcheck disable=SC2086	# words
		ask 2 check $words && ask 2 migrate $words || return 1
	done
}

options_stand_before_and_after()
{
	three_nodes
	ask 0 --json peers && cp "$dir/out" "$dir/one" &&
		ask 0 peers --json && cmp -s "$dir/one" "$dir/out" &&
		ask 0 bench --to 2 --count 9 echo && ask 2 peers --to 2 &&
		ask 2 --to 2 bench echo && ask 0 --help bench && says -- --tcp &&
		ask 0 bench --help && says -- --listen && ask 2 nonsense
}

# offers WORD...: what bash offers for the last one
offers()
{
	bash -c '. completion/weft.bash; COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1)); "_$1"; echo "${COMPREPLY[*]}"' bash "$@"
}

completion_offers_what_fits()
{
	[ "$(offers weft st)" = status ] &&
		[ "$(offers weft bench '')" = 'echo tcp-server' ] &&
		[ "$(offers weft bench echo --th)" = --threads ] &&
		[ "$(offers weft --json bench tcp-server --li)" = --listen ] &&
		[ -z "$(offers weft bench tcp-server --th)" ] &&
		[ "$(offers weft bench echo --lane '')" = 'fast bulk' ] &&
		[ -z "$(offers weft bench echo --to '')" ] &&
		[ -z "$(offers weft peers '')" ] &&
		offers weft check '' | grep -q -w 1 &&
		[ -z "$(offers weft check 1 '')" ] &&
		offers weft migrate '' | grep -q -w 1 &&
		[ "$(offers weft ps --no)" = --node ] &&
		[ -z "$(offers weft ps --node '')" ] &&
		offers weft run 2 tru | grep -q -w true &&
		[ "$(offers weftd --bo)" = --body ] &&
		[ "$(offers weft help ke)" = keygen ]
}

completion_knows_every_command_and_option()
{
	ask 0 help && cp "$dir/out" "$dir/all" && ask 0 help bench || return 1
	words=$(sed -n 's/^  \([a-z]*\) .*/\1/p' "$dir/all"
		sed -n 's/^ *-*[hV,]* *--\([a-z]*\).*/\1/p' "$dir/out")
	[ "$(echo "$words" | wc -w)" -ge 20 ] || return 1
	for word in $words; do
		for shell in bash zsh fish; do
			grep -q -w -e "$word" "completion/weft.$shell" && continue
			echo "# weft.$shell does not know $word"
			return 1
		done
	done
}

run_tests "$dir/out $dir/err" \
	new_key_has_mode_and_form \
	umask_takes_nothing_from_a_key \
	keys_differ \
	key_is_never_overwritten \
	key_needs_its_directory \
	key_that_cannot_be_written_is_an_error \
	keygen_prints_the_path_as_json \
	peers_are_listed \
	peers_fit_the_screen \
	peers_are_complete_as_json \
	nobody_there_is_explained \
	status_tells_the_view \
	echo_is_measured \
	failed_echo_is_one_sentence \
	echo_is_compared_with_tcp \
	process_that_can_move_is_one_sentence \
	process_that_moved_is_one_sentence \
	process_that_stays_says_why \
	command_that_runs_elsewhere_is_followed \
	signals_of_run_are_for_its_command \
	command_that_cannot_run_says_why \
	command_that_cannot_move_is_killed \
	reasons_are_all_told \
	check_that_failed_is_an_error \
	check_takes_a_process_and_a_node \
	values_out_of_range_are_refused \
	options_stand_before_and_after \
	completion_offers_what_fits \
	completion_knows_every_command_and_option
