#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Install weft.ko for one kernel below $DESTDIR: install.sh [KVER]

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
found=$("$top/scripts/build/kernel-headers.sh" "${1-}")
release=${found%% *}
modules=${DESTDIR-}/lib/modules/$release

install -D -m 644 "$top/build/$release/weft.ko" "$modules/updates/weft.ko"
if [ -z "${DESTDIR-}" ]; then
	depmod "$release"
fi
