#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Parameters of the module: right and wrong ones, one test for each set.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh

parameters_are_checked_at_load()
{
	push_weft n1 "$OUTPUT/params"
	run_in n1 /lib/weft/params
}

need_nodes 1
ktap_run parameters_are_checked_at_load -- "$@"
