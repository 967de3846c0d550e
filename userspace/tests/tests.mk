# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests and fuzzers. Included by the Makefile of user space.

test_sources := $(wildcard tests/test_*.c)
test_programs := $(patsubst tests/%.c,$(obj)/tests/%,$(test_sources))
test_tools := $(obj)/tests/weft_fake $(obj)/tests/weftd_fake \
	      $(obj)/tests/notify_listen $(obj)/tests/peer_client
fuzzers := $(patsubst tests/%.c,$(obj)/tests/%,$(wildcard tests/fuzz_*.c))

# Programs under test without their main(), and with a fake module below.
daemon_parts = $(filter-out $(obj)/daemon/main.o,\
	       $(call objects,$(daemon_sources)))
fake_lib = $(filter-out $(addprefix $(obj)/lib/,module.o view.o peer.o echo.o check.o process.o listed.o \
	   events.o),\
	   $(call objects,$(lib_sources))) $(obj)/tests/fake_module.o $(obj)/tests/fake_processes.o

$(obj)/tests/%.o: INCLUDES += -Idaemon -Icli

$(obj)/tests/test_%: $(obj)/tests/test_%.o
	$(CC) -pie $(link_flags) $^ $(daemon_libs) $(nl_libs) -o $@

$(obj)/tests/test_output: $(obj)/cli/output.o $(obj)/cli/units.o
$(obj)/tests/test_halves: $(obj)/cli/halves.o
$(obj)/tests/test_answer: $(obj)/cli/owner.o
$(obj)/tests/test_samples: $(obj)/cli/samples.o
$(obj)/tests/test_tcp: $(addprefix $(obj)/cli/,bench_tcp.o bench_server.o help.o \
	output.o units.o) $(lib_static)
$(obj)/tests/test_message $(obj)/tests/test_check $(obj)/tests/test_process \
$(obj)/tests/test_listed \
$(obj)/tests/test_peer \
$(obj)/tests/test_library: $(lib_static)
daemon_tests := config request control identity greeting key connection tls \
		loop body owner jobs
$(addprefix $(obj)/tests/test_,$(daemon_tests)) $(obj)/tests/peer_client: \
	$(obj)/daemon/parts.a $(lib_static)

$(obj)/daemon/parts.a: $(daemon_parts)
	rm -f $@
	$(AR) rcs $@ $^

$(obj)/tests/weft_fake: $(call objects,$(cli_sources)) $(fake_lib)
	$(CC) -pie -pthread $(link_flags) $^ $(json_libs) $(nl_libs) -lm -o $@

$(obj)/tests/weftd_fake: $(call objects,$(daemon_sources)) $(fake_lib)
	$(CC) -pie $(link_flags) $^ $(daemon_libs) $(nl_libs) -o $@

$(obj)/tests/notify_listen: $(obj)/tests/notify_listen.o
	$(CC) -pie $(link_flags) $^ -o $@

$(obj)/tests/peer_client: $(obj)/tests/peer_client.o
	$(CC) -pie $(link_flags) $^ $(daemon_libs) $(nl_libs) -o $@

check: all $(test_programs) $(test_tools)
	@sh tests/run.sh $(obj)/tests/output $(test_programs) \
		"sh tests/test_symbols.sh lib/weft.h lib/libweft.map $(lib_real)" \
		"sh tests/test_cli.sh $(obj)/tests" \
		"sh tests/test_ps.sh $(obj)/tests" \
		"sh tests/test_daemon.sh $(obj)/tests" \
		"sh tests/test_bodies.sh $(obj)/tests" \
		"sh tests/test_owners.sh $(obj)/tests" \
		"sh tests/test_peers.sh $(obj)/tests"

# One compilation for all parts of a fuzzer, so that all are instrumented.
fuzz_flags = -std=gnu11 $(WARNINGS) -O1 -g \
	     -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	     $(DEFINES) -U_FORTIFY_SOURCE $(INCLUDES) -Idaemon $(nl_cflags)
fuzz_libs = $(daemon_libs) $(nl_libs)

$(obj)/tests/fuzz_config: tests/fuzz_config.c lib/handle.c \
	$(addprefix daemon/,config.c config_value.c address.c)
$(obj)/tests/fuzz_request: tests/fuzz_request.c \
	$(addprefix daemon/,request.c refusal.c address.c log.c)
$(obj)/tests/fuzz_greeting: tests/fuzz_greeting.c daemon/greeting.c lib/handle.c
$(obj)/tests/fuzz_message: tests/fuzz_message.c lib/message.c \
	lib/message_check.c lib/message_process.c lib/message_listed.c lib/handle.c
# The kernel's own code, with the few headers it needs stood in for.
proto_sources := $(addprefix ../kmod/proto/,table.c check.c error.c)
process_sources := $(addprefix ../kmod/proto/,check_process.c check_identity.c \
	check_capture.c check_thread.c check_drain.c)
$(obj)/tests/fuzz_proto: INCLUDES := -Itests/kernel -I../kmod $(INCLUDES)
$(obj)/tests/fuzz_proto: tests/fuzz_proto.c $(proto_sources) \
	$(wildcard ../kmod/proto/*.h) $(wildcard tests/kernel/*/*.h) \
	tests/fuzz_bytes.h
$(obj)/tests/fuzz_process: INCLUDES := -Itests/kernel -I../kmod $(INCLUDES)
$(obj)/tests/fuzz_process: tests/fuzz_process.c $(process_sources) \
	$(wildcard ../kmod/proto/*.h) $(wildcard tests/kernel/*/*.h) \
	tests/fuzz_bytes.h
processes_sources := $(addprefix ../kmod/proto/,check_processes.c check_process.c check_identity.c)
$(obj)/tests/fuzz_processes: INCLUDES := -Itests/kernel -I../kmod $(INCLUDES)
$(obj)/tests/fuzz_processes: tests/fuzz_processes.c $(processes_sources) \
	$(wildcard ../kmod/proto/*.h) $(wildcard tests/kernel/*/*.h) \
	tests/fuzz_bytes.h
rsys_sources := $(filter-out %/abi.c %_test.c,$(wildcard ../kmod/rsys/*.c))
$(obj)/tests/fuzz_rsys: INCLUDES := -Itests/kernel -I../kmod $(INCLUDES)
$(obj)/tests/fuzz_rsys: tests/fuzz_rsys.c $(rsys_sources) \
	$(wildcard ../kmod/rsys/*.h tests/kernel/*/*.h)
$(fuzzers): $(wildcard lib/*.h daemon/*.h)
	@mkdir -p $(@D)
	$(CLANG) $(fuzz_flags) $(filter %.c,$^) $(fuzz_libs) -o $@

fuzz: $(fuzzers)

fuzz-run: fuzz
	@for fuzzer in $(fuzzers); do \
		name=$${fuzzer##*/}; \
		mkdir -p $(obj)/tests/corpus/$$name; \
		echo "# $$name for $(SECONDS) s"; \
		$$fuzzer -max_total_time=$(SECONDS) -max_len=4096 \
			-rss_limit_mb=512 -print_final_stats=0 -verbosity=0 \
			-artifact_prefix=$(obj)/tests/$$name- \
			$$(test -f tests/$$name.dict && \
				echo -dict=tests/$$name.dict) \
			$(obj)/tests/corpus/$$name || exit 1; \
	done
	@echo "# totals: $(words $(fuzzers)) fuzzers, $(SECONDS) s each, no finding"
