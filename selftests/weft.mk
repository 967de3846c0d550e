# SPDX-License-Identifier: GPL-2.0-only
#
# What the areas share: the kernel's own selftest rules, with our paths. An area
# sets its lists of tests and includes this.

.DEFAULT_GOAL := all

weft_selftests := $(patsubst %/,%,$(dir $(realpath $(lastword $(MAKEFILE_LIST)))))
weft_top := $(abspath $(weft_selftests)/..)
area := $(notdir $(CURDIR))

OUTPUT := $(or $(OUTPUT),$(weft_top)/build/selftests/$(area))
export OUTPUT
KHDR_INCLUDES := -isystem $(weft_top)/uapi

kernel_source := $(shell $(weft_top)/scripts/build/kernel-source.sh)
ifeq ($(kernel_source),)
$(error the kernel source is missing: see scripts/build/kernel-source.sh)
endif
kernel_selftests := $(kernel_source)/tools/testing/selftests

# Static: the programs run in machines with another library than ours.
CFLAGS += -std=gnu11 -O2 -g -Wall -Wextra -Wshadow \
	  $(KHDR_INCLUDES) -isystem $(kernel_selftests)
LDFLAGS += -static

include $(kernel_selftests)/lib.mk

$(TEST_GEN_FILES): | $(OUTPUT)
$(OUTPUT):
	mkdir -p $@

# The runner finds "settings" and its own helpers relative to BASE_DIR. It has no
# exit status of its own; who runs it reads the KTAP.
override define RUN_TESTS
	mkdir -p $(OUTPUT) && cp settings $(OUTPUT)/ && \
		ln -sfn $(selfdir)/kselftest $(OUTPUT)/../kselftest; \
	BASE_DIR="$(abspath $(OUTPUT)/..)"; \
	. $(selfdir)/kselftest/runner.sh; \
	cd $(OUTPUT); \
	run_many $(abspath $(1))
endef
