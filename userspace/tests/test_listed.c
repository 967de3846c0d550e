// SPDX-License-Identifier: GPL-2.0-or-later
/* What the module says about processes that were moved: good, and broken. */
#include "internal.h"
#include "ktap.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>

static const struct weft_process python = {
	.home = 1, .node = 64, .serial = UINT64_MAX, .pid = INT32_MAX,
	.state = WEFT_PROCESS_RUNNING, .age_ms = 1ULL << 40,
	.downtime_ns = 1ULL << 41, .fetched_bytes = 1ULL << 42,
	.faults = 1ULL << 43, .calls = 1ULL << 44, .name = "python3",
};

static struct weft_process found;

/* @without: an attribute that is left out; 0: none */
static int parse(const struct weft_process *process, const char *name, int without)
{
	const struct { int attr; uint32_t value; } numbers[] = {
		{ WEFT_A_LISTED_HOME, process->home },
		{ WEFT_A_LISTED_NODE, process->node },
		{ WEFT_A_LISTED_PID, process->pid },
		{ WEFT_A_LISTED_STATE, process->state },
	};
	const struct { int attr; uint64_t value; } counters[] = {
		{ WEFT_A_LISTED_SERIAL, process->serial },
		{ WEFT_A_LISTED_AGE_MS, process->age_ms },
		{ WEFT_A_LISTED_DOWNTIME_NS, process->downtime_ns },
		{ WEFT_A_LISTED_FETCHED_BYTES, process->fetched_bytes },
		{ WEFT_A_LISTED_FAULTS, process->faults },
		{ WEFT_A_LISTED_CALLS, process->calls },
	};
	struct nl_msg *msg = nlmsg_alloc();
	size_t i;
	int err;

	if (!msg || !genlmsg_put(msg, 0, 0, 0x20, 0, 0, WEFT_CMD_PROCESS_GET, 1))
		abort();
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (numbers[i].attr != without)
			nla_put_u32(msg, numbers[i].attr, numbers[i].value);
	}
	for (i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		if (counters[i].attr != without)
			nla_put_u64(msg, counters[i].attr, counters[i].value);
	}
	if (without != WEFT_A_LISTED_NAME)
		nla_put_string(msg, WEFT_A_LISTED_NAME, name);
	found = (struct weft_process){ 0 };
	err = weft_parse_process(nlmsg_hdr(msg), &found);
	nlmsg_free(msg);
	return err;
}

static void process_is_read(struct ktap *test)
{
	EXPECT_EQ(test, 0, parse(&python, "python3", 0));
	EXPECT_EQ(test, sizeof(found), found.sz);
	EXPECT_EQ(test, 1, found.home);
	EXPECT_EQ(test, 64, found.node);
	EXPECT_EQ(test, true, found.serial == UINT64_MAX);
	EXPECT_EQ(test, INT32_MAX, found.pid);
	EXPECT_EQ(test, WEFT_PROCESS_RUNNING, found.state);
	EXPECT_EQ(test, true, found.age_ms == 1ULL << 40);
	EXPECT_EQ(test, true, found.downtime_ns == 1ULL << 41);
	EXPECT_EQ(test, true, found.fetched_bytes == 1ULL << 42);
	EXPECT_EQ(test, true, found.faults == 1ULL << 43);
	EXPECT_EQ(test, true, found.calls == 1ULL << 44);
	EXPECT_TEXT(test, "python3", found.name);
}

static void process_without_anything_is_refused(struct ktap *test)
{
	int attr;

	for (attr = WEFT_A_LISTED_NODE; attr < WEFT_A_LISTED_PAD; attr++)
		EXPECT_EQ(test, attr == WEFT_A_LISTED_TIMEOUT_MS ? 0 : -EPROTO,
			  parse(&python, "python3", attr));
}

#define EXPECT_FIELD(wanted, field, value)				\
	do {								\
		struct weft_process changed = python;			\
									\
		changed.field = value;					\
		EXPECT_EQ(test, wanted, parse(&changed, "x", 0));	\
	} while (0)

static void values_out_of_range_are_refused(struct ktap *test)
{
	EXPECT_FIELD(-EPROTO, home, 0);
	EXPECT_FIELD(-EPROTO, home, 65);
	EXPECT_FIELD(0, home, 63);
	EXPECT_FIELD(-EPROTO, home, 64);
	EXPECT_FIELD(-EPROTO, node, 0);
	EXPECT_FIELD(-EPROTO, node, 1);
	EXPECT_FIELD(0, node, 2);
	EXPECT_FIELD(-EPROTO, node, UINT32_MAX);
	EXPECT_FIELD(-EPROTO, serial, 0);
	EXPECT_FIELD(-EPROTO, pid, 0);
	EXPECT_FIELD(-EPROTO, pid, 1U << 31);
	EXPECT_FIELD(0, state, WEFT_PROCESS_PREPARING);
	EXPECT_FIELD(-EPROTO, state, WEFT_PROCESS_NR_STATES);
	EXPECT_EQ(test, 0, found.sz);
	EXPECT_EQ(test, -EPROTO, parse(&python, "0123456789abcdef", 0));
	EXPECT_EQ(test, 0, parse(&python, "0123456789abcde", 0));
}

static void names_cannot_steer_a_terminal(struct ktap *test)
{
	EXPECT_EQ(test, 0, parse(&python, "a\x1b[2J\xff\nz", 0));
	EXPECT_TEXT(test, "a?[2J??z", found.name);
	EXPECT_EQ(test, 0, parse(&python, "", 0));
	EXPECT_TEXT(test, "", found.name);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(process_is_read),
	KTAP_CASE(process_without_anything_is_refused),
	KTAP_CASE(values_out_of_range_are_refused),
	KTAP_CASE(names_cannot_steer_a_terminal),
};

KTAP_MAIN(cases)
