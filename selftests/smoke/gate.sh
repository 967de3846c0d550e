#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The gate of the lab: whatever the kernel complains about, the gate fails, and
# says with which line. It passes on what is said in a normal voice. Each
# complaint comes from a module with that very bug, in a machine of its own.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

# The test is about complaints: it asks the gate itself.
GATE=no

build_module()
{
	local headers dir=$OUTPUT/gate_module/$RELEASE

	headers=$("$TOP/scripts/build/kernel-headers.sh" "$KVER")
	mkdir -p "$dir"
	cp gate_module/Kbuild gate_module/complain.c "$dir/"
	make -s -C "${headers#* }" M="$dir" modules >"$WORK/build" 2>&1 || fail "$(cat "$WORK/build")"
	strip --strip-debug -o "$WORK/complain.ko" "$dir/complain.ko"
	lab exec n1 -- sh -c 'cat >/complain.ko' <"$WORK/complain.ko"
}

# Three steps in one go: the mark, the complaint, the end of the module.
complain_in_guest()
{
	echo "<5>weft-lab: mark $1" >/dev/kmsg
	insmod /complain.ko about="$1"
	rmmod complain
}

# expect_complaint ABOUT PATTERN [GATE OPTION]: the gate shows a matching line.
expect_complaint()
{
	local about=$1 pattern=$2

	shift 2
	guest n1 complain_in_guest "$about"
	expect_status "the gate after '$about'" 1 lab gate "$@"
	expect_match "the gate after '$about'" "$pattern" "$output"
}

only_on_debug()
{
	[ "$KVER" = debug ] || skip "only the debug kernel looks for this"
}

passes_on_harmless_words()
{
	build_module
	lab gate --mark harmless
	guest n1 complain_in_guest nothing
	expect_status "the gate" 0 lab gate
	expect_match "the gate" "clean" "$output"
}

fails_on_a_warning()
{
	expect_complaint warn "n1: .*WARNING: .*complain"
	expect_complaint warn-words "n1: .*WARNING: .*complain"
}

passes_again_after_a_new_mark()
{
	lab gate --mark again
	expect_status "the gate" 0 lab gate
}

fails_on_a_refcount_that_was_zero()
{
	expect_complaint refcount "refcount_t: addition on 0; use-after-free"
}

fails_on_a_corrupted_list()
{
	only_on_debug
	lab gate --mark list
	# The kernel may kill who does this: what counts is what it says.
	guest n1 complain_in_guest list || true
	expect_status "the gate" 1 lab gate
	expect_match "the gate" "list_add|invalid opcode|kernel BUG" "$output"
}

fails_on_sleeping_in_atomic_context()
{
	expect_complaint atomic "BUG: (scheduling while atomic|sleeping function called)"
}

fails_on_a_read_out_of_bounds()
{
	only_on_debug
	expect_complaint out-of-bounds "BUG: KASAN: slab-out-of-bounds"
}

fails_on_a_leak()
{
	only_on_debug
	lab gate --mark leak
	guest n1 complain_in_guest leak
	expect_status "the gate" 1 lab gate --leaks
	expect_match "the gate" "unreferenced object 0x" "$output"
}

fails_on_rcu_used_without_its_lock()
{
	only_on_debug
	expect_complaint rcu "suspicious RCU usage"
}

# Lockdep switches itself off after its first report, and after one of KASAN:
# the order of the tests heeds that.
fails_on_locks_taken_in_both_orders()
{
	only_on_debug
	expect_complaint inversion "possible circular locking dependency"
}

fails_on_a_machine_that_died()
{
	lab gate --mark "the end"
	lab kill n1
	expect_status "the gate" 1 lab gate
	expect_match "the gate" "n1: the machine is not running" "$output"
}

KVER=$WEFT_KERNEL
own_lab_up --nodes 1 --kernel "$KVER" --smp 1
RELEASE=$(lab_field '["nodes"][0]["release"]')
ktap_run passes_on_harmless_words fails_on_a_warning passes_again_after_a_new_mark \
	fails_on_a_refcount_that_was_zero fails_on_sleeping_in_atomic_context \
	fails_on_rcu_used_without_its_lock fails_on_locks_taken_in_both_orders \
	fails_on_a_leak fails_on_a_read_out_of_bounds fails_on_a_corrupted_list \
	fails_on_a_machine_that_died -- "$@"
