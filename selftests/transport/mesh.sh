#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nine nodes in three machines, all connected to all. Has a lab of its own.

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/lab.sh
. ./mesh_common.sh

mesh_up 9 3
ktap_run a_mesh_with_tls_comes_up_in_time every_node_echoes_to_every_other \
	a_mesh_without_tls_comes_up_in_time every_node_echoes_to_every_other \
	the_death_of_a_daemon_disturbs_nobody -- "$@"
