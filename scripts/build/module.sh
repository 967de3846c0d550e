#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build weft.ko: module.sh [KVER] [VARIABLE=VALUE for Kbuild ...]
#
# The result is build/RELEASE/weft.ko. With WEFT_KUNIT=1 the unit tests are
# linked in and it is build/RELEASE-kunit/weft.ko. The tree is mirrored there
# by links, so that builds for several kernels never mix and the source
# directories stay clean.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
kver=
case ${1-} in
""|*=*) ;;
*) kver=$1; shift ;;
esac
[ -n "$kver" ] || [ -z "${1+x}" ] || [ -n "$1" ] || shift

found=$("$top/scripts/build/kernel-headers.sh" "$kver")
release=${found%% *}
headers=${found#* }
dir=$top/build/$release
for word in "$@"; do
	[ "$word" != WEFT_KUNIT=1 ] || dir=$dir-kunit
done

mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9
find "$dir" -type l ! -exec test -e {} \; -delete
cp -rsf "$top/Kbuild" "$top/kmod" "$top/uapi" "$dir/"
echo "  weft.ko for $release" >&2
# Without BTF: the headers of a distribution come without the vmlinux it needs.
make -s -C "$headers" M="$dir" -j"$(nproc)" CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules
