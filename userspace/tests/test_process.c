// SPDX-License-Identifier: GPL-2.0-or-later
/* What the module says about processes that move: good, and broken. */
#include "internal.h"
#include "ktap.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

static struct nl_msg *new_message(uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, 0, 0, 0x20, 0, 0, command, 1))
		abort();
	return msg;
}

/* The names of a process; what is 0 is left out, and so is no name. */
static struct nl_msg *new_process(uint8_t command, uint32_t pid, uint32_t node,
				  uint64_t serial, const char *name)
{
	struct nl_msg *msg = new_message(command);

	if (pid)
		nla_put_u32(msg, WEFT_A_PROCESS_PID, pid);
	if (node)
		nla_put_u32(msg, WEFT_A_PROCESS_NODE, node);
	if (serial)
		nla_put_u64(msg, WEFT_A_PROCESS_SERIAL, serial);
	if (name)
		nla_put_string(msg, WEFT_A_PROCESS_NAME, name);
	return msg;
}

static struct weft_migrate_result moved;
static struct weft_body_wanted wanted;
static uint32_t fd;

static int parse_migrate(uint32_t pid, uint32_t node, uint64_t serial,
			 bool has_downtime)
{
	struct nl_msg *msg = new_process(WEFT_CMD_MIGRATE, pid, node, serial,
					 NULL);
	int err;

	if (has_downtime)
		nla_put_u64(msg, WEFT_A_PROCESS_DOWNTIME_NS, 1ULL << 40);
	moved = (struct weft_migrate_result){ 0 };
	err = weft_parse_migrate(nlmsg_hdr(msg), &moved);
	nlmsg_free(msg);
	return err;
}

/* As an event and in a list; both come to the same. */
static int parse_wanted(uint32_t pid, uint32_t node, uint64_t serial,
			const char *name)
{
	struct nl_msg *listed = new_process(WEFT_CMD_BODY_OPEN, pid, node, serial,
					    name);
	struct nl_msg *msg = new_process(WEFT_CMD_BODY_NTF, pid, node, serial,
					 name);
	struct weft_body_wanted other = { 0 };
	int err;

	wanted = (struct weft_body_wanted){ 0 };
	err = weft_parse_body_wanted(nlmsg_hdr(msg), WEFT_CMD_BODY_NTF, &wanted);
	if (weft_parse_body_wanted(nlmsg_hdr(listed), WEFT_CMD_BODY_OPEN,
				   &other) != err ||
	    memcmp(&other, &wanted, sizeof(other)))
		err = -EINVAL;
	nlmsg_free(listed);
	nlmsg_free(msg);
	return err;
}

static void process_that_moved_is_read(struct ktap *test)
{
	EXPECT_EQ(test, 0, parse_migrate(INT32_MAX, 64, UINT64_MAX, true));
	EXPECT_EQ(test, sizeof(moved), moved.sz);
	EXPECT_EQ(test, INT32_MAX, moved.pid);
	EXPECT_EQ(test, 64, moved.node);
	EXPECT_EQ(test, true, moved.serial == UINT64_MAX);
	EXPECT_EQ(test, true, moved.downtime_ns == 1ULL << 40);
}

static void incomplete_moves_are_refused(struct ktap *test)
{
	EXPECT_EQ(test, -EPROTO, parse_migrate(0, 1, 1, true));
	EXPECT_EQ(test, -EPROTO, parse_migrate(1, 0, 1, true));
	EXPECT_EQ(test, -EPROTO, parse_migrate(1, 1, 0, true));
	EXPECT_EQ(test, -EPROTO, parse_migrate(1, 1, 1, false));
	EXPECT_EQ(test, 0, moved.sz);
	EXPECT_EQ(test, 0, parse_migrate(1, 1, 1, true));
}

static void body_that_is_wanted_is_read(struct ktap *test)
{
	EXPECT_EQ(test, 0, parse_wanted(4711, 3, 1ULL << 33, "python3"));
	EXPECT_EQ(test, sizeof(wanted), wanted.sz);
	EXPECT_EQ(test, 4711, wanted.pid);
	EXPECT_EQ(test, 3, wanted.home);
	EXPECT_EQ(test, true, wanted.serial == 1ULL << 33);
	EXPECT_TEXT(test, "python3", wanted.name);
	EXPECT_EQ(test, 0, parse_wanted(1, 1, 1, ""));
	EXPECT_TEXT(test, "", wanted.name);
}

static void incomplete_wishes_are_refused(struct ktap *test)
{
	EXPECT_EQ(test, -EPROTO, parse_wanted(0, 1, 1, "x"));
	EXPECT_EQ(test, -EPROTO, parse_wanted(1, 0, 1, "x"));
	EXPECT_EQ(test, -EPROTO, parse_wanted(1, 1, 0, "x"));
	EXPECT_EQ(test, -EPROTO, parse_wanted(1, 1, 1, NULL));
	EXPECT_EQ(test, 0, wanted.sz);
}

static void values_out_of_range_are_refused(struct ktap *test)
{
	EXPECT_EQ(test, -EPROTO, parse_wanted(1U << 31, 1, 1, "x"));
	EXPECT_EQ(test, -EPROTO, parse_wanted(1, 65, 1, "x"));
	EXPECT_EQ(test, -EPROTO, parse_migrate(1U << 31, 1, 1, true));
	EXPECT_EQ(test, -EPROTO, parse_migrate(1, 65, 1, true));
	EXPECT_EQ(test, -EPROTO, parse_wanted(1, 1, 1, "0123456789abcdef"));
	EXPECT_EQ(test, 0, parse_wanted(1, 1, 1, "0123456789abcde"));
}

static void names_cannot_steer_a_terminal(struct ktap *test)
{
	EXPECT_EQ(test, 0, parse_wanted(1, 1, 1, "a\x1b[2J\xff\nz"));
	EXPECT_TEXT(test, "a?[2J??z", wanted.name);
}

static int parse_fd(const uint32_t *value, uint8_t command)
{
	struct nl_msg *msg = new_message(command);
	int err;

	if (value)
		nla_put_u32(msg, WEFT_A_PROCESS_FD, *value);
	fd = 99;
	err = weft_parse_body_open(nlmsg_hdr(msg), &fd);
	nlmsg_free(msg);
	return err;
}

static void descriptors_are_read(struct ktap *test)
{
	static const uint32_t lowest, highest = INT32_MAX, beyond = 1U << 31;

	EXPECT_EQ(test, 0, parse_fd(&lowest, WEFT_CMD_BODY_OPEN));
	EXPECT_EQ(test, 0, fd);
	EXPECT_EQ(test, 0, parse_fd(&highest, WEFT_CMD_BODY_OPEN));
	EXPECT_EQ(test, INT32_MAX, fd);
	EXPECT_EQ(test, -EPROTO, parse_fd(&beyond, WEFT_CMD_BODY_OPEN));
	EXPECT_EQ(test, -EPROTO, parse_fd(NULL, WEFT_CMD_BODY_OPEN));
	EXPECT_EQ(test, 99, fd);
}

static void other_commands_are_refused(struct ktap *test)
{
	static const uint32_t lowest;
	struct nl_msg *msg = new_process(WEFT_CMD_MIGRATE, 1, 1, 1, "x");

	EXPECT_EQ(test, -EPROTO, parse_fd(&lowest, WEFT_CMD_MIGRATE));
	EXPECT_EQ(test, -EPROTO,
		  weft_parse_body_wanted(nlmsg_hdr(msg), WEFT_CMD_BODY_NTF, &wanted));
	nlmsg_free(msg);
}

static struct weft_progress progress;

/* A reply to MIGRATE_WAIT without one attribute, or with all of them. */
static int parse_wait(int without, uint64_t serial, uint32_t node, uint64_t moved_bytes)
{
	const uint64_t numbers[] = {
		[WEFT_A_WAIT_SERIAL] = serial, [WEFT_A_WAIT_NODE] = node,
		[WEFT_A_WAIT_TOTAL] = 1ULL << 40, [WEFT_A_WAIT_MOVED] = moved_bytes,
		[WEFT_A_WAIT_FETCHED] = 4096, [WEFT_A_WAIT_IS_EMPTY] = 1,
	};
	struct nl_msg *msg = new_message(WEFT_CMD_MIGRATE_WAIT);
	int i, err;

	for (i = WEFT_A_WAIT_SERIAL; i <= WEFT_A_WAIT_IS_EMPTY; i++) {
		if (i == without || i == WEFT_A_WAIT_TIMEOUT_MS)
			continue;
		if (i == WEFT_A_WAIT_NODE || i == WEFT_A_WAIT_IS_EMPTY)
			nla_put_u32(msg, i, (uint32_t)numbers[i]);
		else
			nla_put_u64(msg, i, numbers[i]);
	}
	progress = (struct weft_progress){ 0 };
	err = weft_parse_wait(nlmsg_hdr(msg), &progress);
	nlmsg_free(msg);
	return err;
}

static void progress_is_read(struct ktap *test)
{
	EXPECT_EQ(test, 0, parse_wait(0, UINT64_MAX, 64, 1ULL << 40));
	EXPECT_EQ(test, sizeof(progress), progress.sz);
	EXPECT_EQ(test, true, progress.serial == UINT64_MAX);
	EXPECT_EQ(test, 64, progress.node);
	EXPECT_EQ(test, true, progress.total_bytes == 1ULL << 40);
	EXPECT_EQ(test, true, progress.moved_bytes == 1ULL << 40);
	EXPECT_EQ(test, 4096, progress.fetched_bytes);
	EXPECT_EQ(test, true, progress.is_empty);
}

static void impossible_progress_is_refused(struct ktap *test)
{
	int i;

	for (i = WEFT_A_WAIT_SERIAL; i <= WEFT_A_WAIT_IS_EMPTY; i++) {
		if (i != WEFT_A_WAIT_TIMEOUT_MS)
			EXPECT_EQ(test, -EPROTO, parse_wait(i, 1, 1, 0));
	}
	EXPECT_EQ(test, -EPROTO, parse_wait(0, 0, 1, 0));
	EXPECT_EQ(test, -EPROTO, parse_wait(0, 1, 0, 0));
	EXPECT_EQ(test, -EPROTO, parse_wait(0, 1, 65, 0));
	EXPECT_EQ(test, -EPROTO, parse_wait(0, 1, 1, (1ULL << 40) + 1));
	EXPECT_EQ(test, 0, progress.sz);
	EXPECT_EQ(test, 0, parse_wait(0, 1, 1, 0));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(process_that_moved_is_read),
	KTAP_CASE(incomplete_moves_are_refused),
	KTAP_CASE(body_that_is_wanted_is_read),
	KTAP_CASE(incomplete_wishes_are_refused),
	KTAP_CASE(values_out_of_range_are_refused),
	KTAP_CASE(names_cannot_steer_a_terminal),
	KTAP_CASE(descriptors_are_read),
	KTAP_CASE(other_commands_are_refused),
	KTAP_CASE(progress_is_read),
	KTAP_CASE(impossible_progress_is_refused),
};

KTAP_MAIN(cases)
