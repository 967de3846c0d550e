# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests that need machines: the lab, what runs in its nodes, and the kernel log
# as judge. Comes after ktap.sh.
#
#   need_nodes 3          the lab of $LAB if it has them, else one of our own,
#                         with the kernel $WEFT_KERNEL and the packages
#                         $LAB_PACKAGES, that ends with us
#   guest n1 FUNCTION     run a function of this script in a node, with those of
#                         guest.sh at hand
#
# Once need_nodes has run, each test that leaves a complaint in a kernel log has
# failed. Set GATE=no before for tests that break machines.

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$LIB/../.." && pwd)
BUILD=$TOP/build
OUTPUT=${OUTPUT:-$BUILD/selftests/$(basename "$PWD")}
WEFT_KERNEL=${WEFT_KERNEL:-6.1}
GATE=${GATE:-yes}
own_lab=

lab()
{
	"$TOP/scripts/lab/lab" "$@"
}

# wait_for SECONDS WHAT COMMAND...: until it succeeds; the test fails without.
wait_for()
{
	local deadline=$((SECONDS + $1)) what=$2

	shift 2
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -le "$deadline" ] || fail "$what: it did not happen in time"
		sleep 0.1
	done
}

# Prints a field of the lab, such as .nodes[0]["release"], given in Python.
lab_field()
{
	lab status --json | python3 -c "import json, sys; d = json.load(sys.stdin); print(d$1)"
}

end_lab()
{
	[ -z "$own_lab" ] || LAB=$own_lab lab down >/dev/null 2>&1
	rm -rf "$WORK"
}

# own_lab_up OPTION...: a lab of our own, gone when the script ends.
own_lab_up()
{
	own_lab=test-$$
	export LAB=$own_lab
	trap end_lab EXIT
	lab up "$@" 2>"$WORK/up" || ktap_bail "the lab does not start: $(tr '\n' ' ' <"$WORK/up")"
}

has_nodes()
{
	local seen

	seen=$(lab status --json 2>/dev/null | python3 -c '
import json, sys
try:
    nodes = json.load(sys.stdin)["nodes"]
except ValueError:
    nodes = []
machines = {node["machine"] for node in nodes}
well = all(node["state"] == "running" for node in nodes) and len(machines) == len(nodes)
print(len(nodes) if well else 0)')
	[ "${seen:-0}" -ge "$1" ]
}

need_nodes()
{
	if ! has_nodes "$1"; then
		own_lab_up --nodes "$1" --kernel "$WEFT_KERNEL" \
			--packages "${LAB_PACKAGES-}"
	fi
	RELEASE=$(lab_field '["nodes"][0]["release"]')
	MODULE=$BUILD/$RELEASE/weft.ko
	[ "$GATE" = no ] || lab gate --mark "$(basename "$0")"
}

# After a clean test the mark stays where it is: that saves half of the work.
after_test()
{
	[ "$GATE" = no ] && return 0
	if lab gate >"$WORK/gate" 2>&1; then
		return 0
	fi
	echo "the kernel complained during this test:"
	head -n 40 "$WORK/gate"
	lab gate --mark "after a complaint"
	return 1
}

# What a node runs: the script that it reads.
# shellcheck disable=SC2016
RUN_INPUT='eval "$(cat)"'

# guest NODE FUNCTION [ARGUMENT]...: its output is ours, and so is its status.
# It may call all functions of guest.sh, which win, and of the script.
guest()
{
	local node=$1

	shift
	{
		declare -f
		cat "$LIB/guest.sh"
		printf '%q ' "$@"
	} | lab exec --timeout "${GUEST_TIMEOUT:-240}" "$node" -- bash -c "$RUN_INPUT"
}

# push_weft NODE [FILE]...: the module, the programs and FILEs of ours, and
# everything of weft that runs there is stopped.
push_weft()
{
	local node=$1

	shift
	[ -e "$MODULE" ] || fail "$MODULE is missing; run 'make module'"
	mkdir -p "$WORK/push/usr/bin" "$WORK/push/lib/weft" "$WORK/push/usr/local/libexec/weft"
	ln -sf "$BUILD/bin/weft" "$BUILD/bin/weftd" "$WORK/push/usr/bin/"
	ln -sf "$BUILD/libexec/weft-body" "$WORK/push/usr/local/libexec/weft/"
	[ $# -eq 0 ] || ln -sf "$@" "$WORK/push/lib/weft/"
	# Nine tenths of the file are for debuggers, and are read at each load.
	[ -e "$WORK/push/lib/weft/weft.ko" ] ||
		strip --strip-debug -o "$WORK/push/lib/weft/weft.ko" "$MODULE"
	tar -C "$WORK/push" -chf "$WORK/push.tar" .
	lab exec --timeout 120 "$node" -- bash -c "$(cat "$LIB/guest.sh")
		stop_weft
		tar -C / --keep-directory-symlink --touch -xf -" <"$WORK/push.tar"
}

# run_in NODE PROGRAM [ARGUMENT]...: a test program; its KTAP is ours.
run_in()
{
	local node=$1

	shift
	lab exec --timeout "${GUEST_TIMEOUT:-240}" "$node" -- "$@" 2>&1 </dev/null | ktap_nested
}

# on_each FUNCTION [ARGUMENT]...: runs it once for each node of $NODES, which it
# gets as first argument, all at the same time; fails if one fails.
on_each()
{
	local node pid failed=0
	local -a pids=()

	for node in $NODES; do
		"$1" "$node" "${@:2}" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=1
	done
	[ "$failed" = 0 ]
}
