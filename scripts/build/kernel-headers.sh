#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Find the kernel to build the module for.
#
#   kernel-headers.sh [KVER]
#
# Prints two words: the kernel release and its build directory. KVER is
#   nothing    the newest release whose headers are installed
#   6.1, 6.12  the newest installed release of that series
#   a release  exactly that one, such as 6.1.0-30-amd64
#   debug      the debug kernel of the lab, built by 'lab kernel debug'
# Where a series is installed as cloud and as generic flavour, cloud wins: that
# is what the nodes of the lab run.

set -eu

here=$(dirname "$0")
want=${1-}

die()
{
	echo "kernel-headers: $*" >&2
	exit 1
}

if [ "$want" = debug ]; then
	dir=$("$here/../lab/lab" kernel debug --print-build-dir)
	echo "$(cat "$dir/include/config/kernel.release") $dir"
	exit 0
fi

# Every release that can be built for, oldest first, generic before cloud.
releases()
{
	for dir in /lib/modules/*/build; do
		[ -e "$dir/Makefile" ] || continue
		release=${dir#/lib/modules/}
		release=${release%/build}
		case $release in
		*-cloud-*) flavour=1 ;;
		*) flavour=0 ;;
		esac
		echo "${release%%[-+]*} $flavour $release"
	done | sort -k1,1V -k2,2n -k3,3V
}

case $want in
"")
	release=$(releases | tail -n 1 | cut -d' ' -f3) ;;
*.*[-+]*)
	release=$want ;;
*)
	release=$(releases | awk -v series="$want." \
		'index($1 ".", series) == 1 { found = $3 } END { print found }') ;;
esac

[ -n "$release" ] ||
	die "no kernel headers for '${want:-any kernel}'; run scripts/setup-host.sh"
[ -e "/lib/modules/$release/build/Makefile" ] ||
	die "no headers for kernel '$release'; install linux-headers-$release"
echo "$release /lib/modules/$release/build"
