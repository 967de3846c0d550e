# SPDX-License-Identifier: GPL-2.0-only
#
# weft: everything is built below build/. "make help" says what there is.
#
#   KVER   the kernel of the module: 6.1, 6.12, debug, or a release as in
#          uname -r; by default the newest whose headers are installed
#   CC     the compiler of the user space: gcc or clang

MAKEFLAGS += --no-print-directory
export BUILD := $(CURDIR)/build

.DEFAULT_GOAL := all
.PHONY: all module tools docs demo check kunit selftests stress bench install clean \
	setup help

all: module tools

help:
	@sed -n 's/^#: //p' Makefile

#: make                  the module for KVER, weftd, weft and libweft
#: make module           only the module: build/RELEASE/weft.ko
module: setup
	@scripts/build/module.sh "$(KVER)" $(if $(W),W=$(W)) $(if $(WEFT_KUNIT),WEFT_KUNIT=1)

#: make tools            only the user space: build/bin, build/lib, build/man
tools: setup
	@$(MAKE) -C userspace

#: make demo             three virtual machines, the module loaded and answering
demo: setup
	@scripts/demo/demo

#: make check            every check and test; the last line counts them
check: setup
	@scripts/test/check

#: make kunit            the unit tests of the module, on the debug kernel
kunit: setup
	@scripts/test/kunit

#: make selftests        the tests in the lab, on the kernel KVER (default 6.1)
selftests: setup
	@scripts/test/selftests $(or $(KVER),6.1)

#: make stress           the long tests of transport and migration, on all three kernels
stress: setup
	@scripts/test/stress

#: make bench            every benchmark; make bench-NAME: one of them, of
#:                       lab, echo, migrate
bench: $(patsubst scripts/bench/bench-%,bench-%,$(wildcard scripts/bench/bench-*))

bench-%: setup
	@scripts/bench/bench-$*

#: make docs             the documentation as HTML: build/doc
docs: setup
	@scripts/check/docs

#: make install          the module for KVER and the user space; DESTDIR, PREFIX
install: module tools
	@scripts/build/install.sh "$(KVER)"
	@$(MAKE) -C userspace install

#: make setup            install what a fresh Debian 12 lacks
setup:
	@scripts/setup-host.sh

#: make clean            remove build/; the cache of the lab stays
clean:
	rm -rf build
