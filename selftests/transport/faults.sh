#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# No memory, at each allocation in turn. Only a debug kernel can do that.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

has_faults()
{
	[ -w /proc/self/fail-nth ]
}

# Every allocation may fail, and the log stays for those who have to complain.
prepare_faults()
{
	local kind

	for kind in failslab fail_page_alloc; do
		echo 0 >"/sys/kernel/debug/$kind/verbose"
		echo N >"/sys/kernel/debug/$kind/ignore-gfp-wait"
	done
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
	load_weft
}

the_module_is_loaded()
{
	push_weft n1 "$OUTPUT/faults"
	guest n1 prepare_faults
}

control_survives_each_fault()
{
	GUEST_TIMEOUT=600 run_in n1 /lib/weft/faults view connection dump files
}

callers_survive_each_fault()
{
	GUEST_TIMEOUT=600 run_in n1 /lib/weft/faults echo
}

lanes_survive_each_fault()
{
	GUEST_TIMEOUT=600 run_in n1 /lib/weft/faults thread
}

need_stress()
{
	[ "${WEFT_STRESS-}" = yes ] || skip "hundreds of allocations: set WEFT_STRESS=yes"
}

# What the kernel itself says when it gets no memory, and when it warns of its tracing.
its_own='Call Trace:|Tainted: |kobject_add_internal failed|WARNING: .* at event_define_fields\+'

# Who gets no memory has the kernel print traces, which is no fault of ours: all else
# that the gate takes for a complaint is, and it begins again behind them.
judge_log()
{
	if lab gate >"$WORK/said"; then
		return 0
	fi
	[ -s "$WORK/said" ] || fail "the gate does not answer"
	lab gate --mark "after traces of allocations that failed"
	! grep -vE "$its_own" "$WORK/said"
}

namespaces_survive_each_fault()
{
	need_stress
	GUEST_TIMEOUT=1800 run_in n1 /lib/weft/faults namespace
	judge_log
}

loading_survives_each_fault()
{
	need_stress
	GUEST_TIMEOUT=1800 run_in n1 /lib/weft/faults module
	judge_log
}

the_module_unloads_after_all_that()
{
	guest n1 stop_weft
}

nothing_has_leaked()
{
	[ "${WEFT_LEAKS_LATER-}" != yes ] || skip "asked for at the end of the run"
	lab gate --leaks
}

need_nodes 1
if ! guest n1 has_faults; then
	[[ $RELEASE != *debug* ]] || ktap_bail "a debug kernel without fail-nth"
	ktap_skip_all "this kernel has no fault injection"
fi
ktap_run the_module_is_loaded control_survives_each_fault callers_survive_each_fault \
	lanes_survive_each_fault namespaces_survive_each_fault loading_survives_each_fault \
	the_module_unloads_after_all_that nothing_has_leaked -- "$@"
