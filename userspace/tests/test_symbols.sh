#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The header, the version script and the shared library name the same
# functions. Usage: test_symbols.sh HEADER MAP LIBRARY. Prints KTAP.

header=$1
map=$2
library=$3

in_header=$(sed -n 's/^\(int\|void\|bool\|const char \*\)[ ]*\(weft_[a-z_]*\)(.*/\2/p' \
	"$header" | sort)
in_map=$(sed -n 's/^[[:space:]]*\(weft_[a-z_]*\);$/\1/p' "$map" | sort)
in_library=$(nm -D --defined-only "$library" |
	sed -n 's/.* T \(weft_[a-z_]*\)@@.*/\1/p' | sort)
others=$(nm -D --defined-only "$library" |
	grep -v ' T weft_[a-z_]*@@\| A WEFT_')

failed=0
check()
{
	if [ "$3" = "$4" ]; then
		echo "ok $1 $2"
	else
		printf '# %s\n' "$3" "$4"
		echo "not ok $1 $2"
		failed=1
	fi
}

printf 'KTAP version 1\n1..3\n'
check 1 header_and_map_agree "$in_header" "$in_map"
check 2 map_and_library_agree "$in_map" "$in_library"
check 3 nothing_else_is_exported '' "$others"
exit $failed
