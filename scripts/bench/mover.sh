#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What bench-migrate runs in a node, with the program bench-mover.
#
#   mover.sh here WORK ARGUMENT...       a work that stays: its results
#   mover.sh away NODE WORK ARGUMENT...  one that is moved to NODE first
#   mover.sh spin NODE ADDRESS MIB COUNT how long it stands still, COUNT times, each
#                                        a line of JSON
#   mover.sh rest NODE                   a program that sleeps there; prints its number
#   mover.sh count begin|end             calls of this module to others, by their
#                                        type, each a line: type and count
#   mover.sh clock                       serves the clock of this node
#   mover.sh dump ADDRESS MIB            what spin does, by CRIU; a line of JSON
#   mover.sh receive                     the other end of dump: the gaps

set -e -u -o pipefail

OUT=/tmp/mover.out
CLOCK_PORT=7010
IMAGES_PORT=7011
IMAGES=/run/mover-images
EVENT=/sys/kernel/tracing/events/weft/weft_call_done
# High, so that the number is free where CRIU makes a process with it.
CRIU_PID=30000
pid=

die()
{
	echo "mover.sh: $*" >&2
	exit 1
}

end_mover()
{
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
}

# start WORK ARGUMENT...: returns when it may be moved; its number is in $pid.
start()
{
	rm -f "$OUT"
	setsid bench-mover "$1" "$OUT" "${@:2}" </dev/null >/dev/null 2>"$OUT.err" &
	pid=$!
	until [ -e "$OUT" ]; do
		kill -0 "$pid" 2>/dev/null || die "$(cat "$OUT.err")"
		sleep 0.05
	done
}

# Tells it to go on, and waits for its end.
finish()
{
	local status=0

	kill -USR1 "$pid" 2>/dev/null || true
	wait "$pid" || status=$?
	pid=
	[ "$status" = 0 ] || die "bench-mover ended with status $status: $(cat "$OUT.err")"
}

# Prints for how long it stood still, as its home sees it, in nanoseconds.
move()
{
	local said

	said=$(weft --timeout 60 --json migrate "$pid" "$1" 2>&1) ||
		die "weft migrate: $said"
	sed -n 's/.*"downtime_ns": *\([0-9]*\).*/\1/p' <<<"$said"
}

here()
{
	start "$@"
	if [ "$1" != fork ]; then
		finish
	else
		wait "$pid"
		pid=
	fi
	cat "$OUT"
}

away()
{
	start "${@:2}"
	move "$1" >/dev/null
	finish
	cat "$OUT"
}

ask_clock()
{
	bench-mover clock-ask "$1" "$CLOCK_PORT" 100
}

# numbers TEXT: the words of it, as a list of JSON.
numbers()
{
	local -a words

	read -r -d '' -a words <<<"$1" || true
	(IFS=, && echo "[${words[*]}]")
}

spin_once()
{
	local before begin downtime end after

	start spin "$3"
	before=$(ask_clock "$2")
	begin=$(date +%s%N)
	downtime=$(move "$1")
	end=$(date +%s%N)
	after=$(ask_clock "$2")
	finish
	printf '{"clocks": [%s, %s], "window": %s, "downtime_ns": %s, "gaps": %s}\n' \
		"$(numbers "$before")" "$(numbers "$after")" "$(numbers "$begin $end")" \
		"$downtime" "$(numbers "$(cat "$OUT")")"
}

spin()
{
	local i

	for ((i = 0; i < $4; i++)); do
		spin_once "$@"
	done
}

rest()
{
	start rest
	move "$1" >/dev/null
	kill -USR1 "$pid"
	echo "$pid"
	disown
	pid=
}

count()
{
	mountpoint -q /sys/kernel/tracing || mount -t tracefs none /sys/kernel/tracing
	case $1 in
	begin)
		echo 'hist:keys=type' >"$EVENT/trigger" ;;
	end)
		sed -n 's/^{ type: *\([0-9]*\) } hitcount: *\([0-9]*\).*/\1 \2/p' "$EVENT/hist"
		echo '!hist:keys=type' >"$EVENT/trigger" ;;
	esac
}

# By another name, so that it is not taken for a program that moves.
clock()
{
	cp "$(command -v bench-mover)" /run/mover-clock
	setsid /run/mover-clock clock-serve "$CLOCK_PORT" </dev/null >/dev/null 2>&1 &
	disown
}

make_images()
{
	# what CRIU asks about sockets, also if there are none
	modprobe -qa unix_diag inet_diag tcp_diag udp_diag netlink_diag af_packet_diag || true
	mkdir -p "$IMAGES"
	mountpoint -q "$IMAGES" || mount -t tmpfs -o size=90% none "$IMAGES"
	rm -rf "${IMAGES:?}"/*
}

dump()
{
	local before begin dumped end after

	make_images
	echo "$CRIU_PID" >/proc/sys/kernel/ns_last_pid
	start spin "$2"
	before=$(ask_clock "$1")
	begin=$(date +%s%N)
	criu dump --tree "$pid" --images-dir "$IMAGES" --log-file "$IMAGES/log" ||
		die "criu dump: $(grep Error "$IMAGES/log" | head -n 5)"
	dumped=$(date +%s%N)
	tar -C "$IMAGES" -c . | nc -N "$1" "$IMAGES_PORT"
	end=$(date +%s%N)
	# CRIU has killed it, and the shell would say so
	wait "$pid" 2>/dev/null || true
	pid=
	rm -rf "${IMAGES:?}"/*
	after=$(ask_clock "$1")
	printf '{"clocks": [%s, %s], "window": %s, "dump_ns": %s, "copy_ns": %s}\n' \
		"$(numbers "$before")" "$(numbers "$after")" "$(numbers "$begin $end")" \
		$((dumped - begin)) $((end - dumped))
}

receive()
{
	local restored

	make_images
	rm -f "$OUT"
	: >"$OUT"
	nc -d -l "$IMAGES_PORT" | tar -C "$IMAGES" -x
	criu restore --images-dir "$IMAGES" --restore-detached --pidfile "$IMAGES/pid" \
		--log-file "$IMAGES/restored" ||
		die "criu restore: $(grep Error "$IMAGES/restored" | head -n 5)"
	restored=$(cat "$IMAGES/pid")
	# it runs for as long as the clocks are compared
	sleep 3
	kill -USR1 "$restored"
	until [ -s "$OUT" ] && ! kill -0 "$restored" 2>/dev/null; do
		sleep 0.1
	done
	rm -rf "${IMAGES:?}"/*
	cat "$OUT"
}

trap end_mover EXIT
case ${1-} in
here | away | spin | rest | count | clock | dump | receive) "$@" ;;
*) die "unknown word '${1-}'; see the head of this script" ;;
esac
