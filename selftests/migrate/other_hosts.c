// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hosts that are not like this one: the module asks a peer for its host, which
 * answers what this host answers but for one thing, or what no host can be.
 *
 * Node 1 is the module, in a network namespace of this process; node 2 is this
 * process.
 */
#include "../transport/hostile.h"
#include "proto/msg_migrate.h"

#include <asm/byteorder.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest.h>

#define WAIT_MS	  8000 /* for the answer of the peer: there will be one */
#define ENOMEM_OF_THE_WIRE 27
#define BIT_OF(reason)	   (1U << WEFT_REASON_##reason)

/**
 * struct difference - what is different on the other host
 * @what:   in words
 * @change: makes it so
 * @wanted: bits by enum weft_reason_code
 * @detail: a part of one of the details, or NULL
 */
struct difference {
	const char *what;
	void (*change)(struct weft_msg_host *host);
	uint32_t wanted;
	const char *detail;
};

static struct hostile hostile;
static struct wire *const fast = &hostile.wires[WEFT_LANE_FAST];

static void change_nothing(struct weft_msg_host *host)
{
	(void)host;
}

static void add_features(struct weft_msg_host *host)
{
	memset(host->features, 0xff, sizeof(host->features));
}

static void drop_sse2(struct weft_msg_host *host)
{
	host->features[WEFT_CPU_1_EDX] &= cpu_to_le32(~(1U << 26));
}

static void drop_features(struct weft_msg_host *host)
{
	memset(host->features, 0, sizeof(host->features));
}

static void drop_xsave(struct weft_msg_host *host)
{
	memset(host->xstate_offset, 0, sizeof(host->xstate_offset));
	host->xcr0 = 0;
	host->xstate_size = cpu_to_le32(WEFT_XSTATE_SIZE_MIN);
}

/* Two of the old pages are one of the new: the limit grows to a whole one. */
static void double_pages(struct weft_msg_host *host)
{
	uint64_t limit = le64_to_cpu(host->address_limit);
	uint32_t size = 2 * le32_to_cpu(host->page_size);

	host->page_size = cpu_to_le32(size);
	host->address_limit = cpu_to_le64((limit + size - 1) / size * size);
}

static void lower_limit(struct weft_msg_host *host)
{
	uint64_t limit = le64_to_cpu(host->address_limit);

	host->address_limit = cpu_to_le64(limit - le32_to_cpu(host->page_size));
}

static void change_kernel(struct weft_msg_host *host)
{
	host->kernel_version = cpu_to_le32(0x070203);
}

static void change_vdso(struct weft_msg_host *host)
{
	host->vdso_crc ^= 1;
}

static void drop_vdso(struct weft_msg_host *host)
{
	host->vdso_size = 0;
	host->vdso_crc = 0;
}

static void change_everything(struct weft_msg_host *host)
{
	drop_features(host);
	drop_xsave(host);
	drop_vdso(host);
	double_pages(host);
	host->address_limit = cpu_to_le64(1U << 30);
}

static void fill_padding(struct weft_msg_host *host)
{
	host->pad = cpu_to_le32(1);
}

static void have_odd_pages(struct weft_msg_host *host)
{
	host->page_size = cpu_to_le32(5000);
}

static void have_no_kernel(struct weft_msg_host *host)
{
	host->kernel_version = 0;
}

static void have_huge_state(struct weft_msg_host *host)
{
	host->xstate_size = cpu_to_le32(UINT32_MAX);
}

static void be_garbage(struct weft_msg_host *host)
{
	memset(host, 0xff, sizeof(*host));
}

#define IMPOSSIBLE BIT_OF(NO_ANSWER), "what it answered cannot be true"

static const struct difference differences[] = {
	{ "a host that is alike", change_nothing, 0, NULL },
	{ "more features", add_features, 0, NULL },
	{ "another kernel with the same vDSO", change_kernel, 0, NULL },
	{ "one feature less", drop_sse2, BIT_OF(CPU_FEATURES), "sse2" },
	{ "no feature at all", drop_features, BIT_OF(CPU_FEATURES), "cx16" },
	{ "less state", drop_xsave, BIT_OF(CPU_STATE),
	  "component 0 of XSAVE is missing there" },
	{ "larger pages", double_pages, BIT_OF(PAGE_SIZE),
	  "4096 bytes here, 8192 bytes there" },
	{ "fewer addresses", lower_limit, BIT_OF(ADDRESS_WIDTH), "up to " },
	{ "another vDSO", change_vdso, BIT_OF(VDSO), "CRC32C" },
	{ "a vDSO that is not known", drop_vdso, BIT_OF(VDSO),
	  "that of the node is not known" },
	{ "everything at once", change_everything,
	  BIT_OF(CPU_FEATURES) | BIT_OF(CPU_STATE) | BIT_OF(PAGE_SIZE) |
		  BIT_OF(ADDRESS_WIDTH) | BIT_OF(VDSO), "40000000" },
	{ "padding that is not zero", fill_padding, IMPOSSIBLE },
	{ "pages of an odd size", have_odd_pages, IMPOSSIBLE },
	{ "no kernel", have_no_kernel, IMPOSSIBLE },
	{ "state without end", have_huge_state, IMPOSSIBLE },
	{ "garbage", be_garbage, IMPOSSIBLE },
};

static const struct nlattr *next_of(const struct nlattr *attr)
{
	return (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
}

/* One reason: its bit. Sets @is_told if @detail is in one of its details. */
static uint32_t read_reason(const struct nlattr *nest, const char *detail,
			    bool *is_told)
{
	const char *end = (const char *)nest + nest->nla_len;
	const struct nlattr *attr = (const void *)(nest + 1);
	uint32_t bit = 0;

	for (; (const char *)attr < end; attr = next_of(attr)) {
		if (attr->nla_type == WEFT_A_REASON_CODE)
			bit = 1U << *(const uint32_t *)(attr + 1);
		if (attr->nla_type == WEFT_A_REASON_DETAIL && detail &&
		    strstr((const char *)(attr + 1), detail))
			*is_told = true;
	}
	return bit;
}

static bool is_right_answer(const struct message *reply, uint32_t wanted,
			    const char *detail)
{
	const char *end = (const char *)reply + reply->header.nlmsg_len;
	const struct nlattr *attr = (const void *)reply->data;
	bool is_told = !detail;
	uint32_t found = 0;

	for (; (const char *)attr < end; attr = next_of(attr))
		if ((attr->nla_type & NLA_TYPE_MASK) == WEFT_A_CHECK_REASON)
			found |= read_reason(attr, detail, &is_told);
	if (found != wanted)
		ksft_print_msg("the reasons are %x, not %x\n", found, wanted);
	if (!is_told)
		ksft_print_msg("nothing says '%s'\n", detail);
	return found == wanted && is_told;
}

/*
 * A process asks the module whether this one can move to us; it ends with
 * status 0 if the answer is as wanted.
 */
static pid_t start_check(uint32_t wanted, const char *detail)
{
	uint32_t pid = getpid();
	struct message message;
	static struct answer answer;
	struct nl nl;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	if (nl_open(&nl))
		_exit(2);
	message_init(&message, &nl, WEFT_CMD_MIGRATE_CHECK);
	message_put_u32(&message, WEFT_A_CHECK_PID, pid);
	message_put_u32(&message, WEFT_A_CHECK_NODE, PEER);
	message_put_u32(&message, WEFT_A_CHECK_TIMEOUT_MS, WAIT_MS);
	if (nl_ask(&nl, &message, &answer) || answer.err || answer.replies != 1) {
		ksft_print_msg("the check failed: %d %s\n", answer.err, answer.text);
		_exit(3);
	}
	_exit(is_right_answer(&answer.reply, wanted, detail) ? 0 : 1);
}

static bool ends_well(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && !status;
}

/* What this host says about itself, from the module. */
static int ask_for_host(struct weft_msg_host *host)
{
	static struct frame frame;
	int err;

	frame_begin(&frame, &hostile, fast, WEFT_MSG_HOST);
	err = frame_send(fast, &frame);
	if (!err)
		err = frame_receive_type(fast, &frame, WEFT_MSG_HOST_REPLY);
	if (!err)
		memcpy(host, frame.payload, sizeof(*host));
	return err;
}

/* The reply to a HOST of the module, to be sent. */
static int make_reply(struct frame *reply, const struct weft_msg_host *host)
{
	static struct frame request;
	int err = frame_receive_type(fast, &request, WEFT_MSG_HOST);

	if (err)
		return err;
	frame_begin(reply, &hostile, fast, WEFT_MSG_HOST_REPLY);
	reply->header.request = request.header.request;
	memcpy(reply->payload, host, sizeof(*host));
	frame_seal(reply, sizeof(*host));
	return 0;
}

static void try_difference(const struct difference *difference,
			   const struct weft_msg_host *host)
{
	struct weft_msg_host other = *host;
	static struct frame reply;
	pid_t child;
	int err;

	child = start_check(difference->wanted, difference->detail);
	difference->change(&other);
	err = make_reply(&reply, &other);
	if (!err)
		err = frame_send(fast, &reply);
	ksft_test_result(ends_well(child) && !err, "%s\n", difference->what);
}

static int fail_instead(const struct weft_msg_host *host)
{
	static struct frame reply;
	int err = make_reply(&reply, host);

	if (err)
		return err;
	reply.header.error = cpu_to_le32(ENOMEM_OF_THE_WIRE);
	frame_seal(&reply, 0);
	return frame_send(fast, &reply);
}

static int begin_a_new_life(const struct weft_msg_host *host)
{
	static struct frame unsent;
	int err = make_reply(&unsent, host);

	return err ? err : hostile_reborn(&hostile, WEFT_LANE_FAST);
}

/* The reply is of the view before, and good all the same: both are still in. */
static int change_the_view(const struct weft_msg_host *host)
{
	static struct frame reply;
	int err = make_reply(&reply, host);

	if (!err)
		err = hostile_view(&hostile, hostile.epoch + 1, MEMBERS);
	return err ? err : frame_send(fast, &reply);
}

static int leave(const struct weft_msg_host *host)
{
	static struct frame unsent;
	int err = make_reply(&unsent, host);

	return err ? err : hostile_view(&hostile, hostile.epoch + 1,
					1 << (SELF - 1));
}

/* Instead of an answer; each leaves a session behind, but for the last one. */
static const struct {
	const char *what;
	int (*answer)(const struct weft_msg_host *host);
	const char *detail;
} ends[] = {
	{ "an error", fail_instead, "it answered with an error" },
	{ "a new life", begin_a_new_life, "it began a new life meanwhile" },
	{ "no member any more", leave, "it left the cluster meanwhile" },
};

static void try_ends(const struct weft_msg_host *host)
{
	pid_t child;
	size_t i;
	int err;

	child = start_check(0, NULL);
	err = change_the_view(host);
	ksft_test_result(ends_well(child) && !err, "an answer of the view before\n");
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		child = start_check(BIT_OF(NO_ANSWER), ends[i].detail);
		err = ends[i].answer(host);
		ksft_test_result(ends_well(child) && !err, "%s\n", ends[i].what);
	}
}

int main(void)
{
	struct weft_msg_host host;
	size_t i;
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(differences) + 1 + ARRAY_SIZE(ends));
	err = hostile_open(&hostile);
	if (!err)
		err = hostile_attach(&hostile, WEFT_LANE_FAST);
	if (!err)
		err = ask_for_host(&host);
	if (err)
		ksft_exit_fail_msg("the module does not tell its host: %d\n", err);
	for (i = 0; i < ARRAY_SIZE(differences); i++)
		try_difference(&differences[i], &host);
	try_ends(&host);
	ksft_finished();
}
