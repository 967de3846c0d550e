#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Install what a bare Debian 12 lacks to build, run and test weft.
#
#   scripts/setup-host.sh           install what is missing (needs root)
#   scripts/setup-host.sh --list    print every package that is needed
#   scripts/setup-host.sh --missing print the packages that are missing
#
# Does nothing, in a fraction of a second, when all is there. The make targets
# that need something call it. Kernels for the virtual machines are not
# installed: the lab downloads their packages into its cache.

set -eu

# To build: compilers, headers of both kernel series, libraries, checkers.
build="gcc g++ make clang libc6-dev pkg-config rsync kmod
linux-headers-cloud-amd64 linux-headers-6.12-cloud-amd64 linux-headers-amd64
libnl-3-dev libnl-genl-3-dev libgnutls28-dev libsystemd-dev libjson-c-dev
libinih-dev libclang-rt-14-dev"

# To check and to document: static checkers, the kernel's own scripts.
check="sparse shellcheck mandoc perl python3 python3-yaml pyflakes3
python3-sphinx linux-source-6.1 xz-utils clang-format git"

# To run the lab: virtual machines, their root image, the debug kernel.
lab="qemu-system-x86 mmdebstrap genext2fs e2fsprogs cpio gzip bc bison flex
libelf-dev libssl-dev procps iproute2"

die()
{
	echo "setup-host: $*" >&2
	exit 1
}

missing()
{
	# One query for all: a package that dpkg does not know prints nothing.
	# shellcheck disable=SC2086
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
		$build $check $lab 2>/dev/null | sed -n 's/^installed //p')
	for package in $build $check $lab; do
		case "
$installed
" in
		*"
$package
"*) ;;
		*) echo "$package" ;;
		esac
	done
}

install_packages()
{
	export DEBIAN_FRONTEND=noninteractive
	echo "setup-host: installing $(echo "$1" | wc -w) packages: $1" >&2
	apt-get -qq update ||
		die "'apt-get update' failed: check the network and /etc/apt"
	# shellcheck disable=SC2086
	apt-get -qq -y --no-install-recommends install $1 >&2 </dev/null ||
		die "'apt-get install' failed: see the messages above"
}

command -v dpkg-query >/dev/null 2>&1 ||
	die "this is not a Debian system; install the equivalents of: $build $check $lab"

case "${1-}" in
--list)
	echo "$build $check $lab" | tr ' ' '\n'
	exit 0 ;;
--missing)
	missing
	exit 0 ;;
"") ;;
*)
	die "unknown argument '$1'; see the head of $0" ;;
esac

packages=$(missing | tr '\n' ' ')
[ -n "$packages" ] || exit 0
[ "$(id -u)" -eq 0 ] ||
	die "packages are missing; as root, run: apt-get install $packages"
install_packages "$packages"
packages=$(missing | tr '\n' ' ')
[ -z "$packages" ] || die "still missing after the installation: $packages"
