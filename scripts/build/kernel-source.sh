#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the directory of Debian's Linux 6.1 source, unpacked in the cache.
# The debug kernel, checkpatch, kernel-doc and the kselftest files come from it.
# It is unpacked again when the package that holds it has changed.

set -eu

archive=/usr/src/linux-source-6.1.tar.xz
cache=${XDG_CACHE_HOME:-$HOME/.cache}/weft
dir=$cache/linux-source-6.1

[ -e "$archive" ] || {
	echo "kernel-source: $archive is missing; run scripts/setup-host.sh" >&2
	exit 1
}
stamp=$(dpkg-query -W -f '${Version}' linux-source-6.1)

mkdir -p "$cache"
exec 9>"$cache/linux-source-6.1.lock"
flock 9
if [ "$(cat "$dir/.weft-version" 2>/dev/null)" != "$stamp" ]; then
	echo "unpacking the kernel source $stamp" >&2
	rm -rf "$dir" "$dir.new"
	mkdir "$dir.new"
	tar -C "$dir.new" --strip-components=1 -xf "$archive"
	echo "$stamp" >"$dir.new/.weft-version"
	mv "$dir.new" "$dir"
fi
echo "$dir"
