// SPDX-License-Identifier: GPL-2.0-or-later
/* What connections are made of: states, delays, views, refusals, addresses. */
#include "connection_state.h"
#include "dial.h"
#include "ktap.h"
#include "membership.h"

#include <errno.h>

static int next(enum connection_state state, enum connection_event event)
{
	return connection_state_next(state, event);
}

static void connection_with_tls_takes_every_step(struct ktap *test)
{
	EXPECT_EQ(test, CONNECTION_HANDSHAKE,
		  next(CONNECTION_CONNECTING, CONNECTION_EV_CONNECTED));
	EXPECT_EQ(test, CONNECTION_GREETING,
		  next(CONNECTION_HANDSHAKE, CONNECTION_EV_OPEN));
	EXPECT_EQ(test, CONNECTION_ATTACHING,
		  next(CONNECTION_GREETING, CONNECTION_EV_AGREED));
	EXPECT_EQ(test, CONNECTION_DONE,
		  next(CONNECTION_ATTACHING, CONNECTION_EV_ATTACHED));
}

static void insecure_connection_skips_the_handshake(struct ktap *test)
{
	EXPECT_EQ(test, CONNECTION_GREETING,
		  next(CONNECTION_CONNECTING, CONNECTION_EV_OPEN));
}

static void every_step_can_fail(struct ktap *test)
{
	int state;

	for (state = CONNECTION_CONNECTING; state < CONNECTION_DONE; state++)
		EXPECT_EQ(test, CONNECTION_FAILED,
			  next((enum connection_state)state,
			       CONNECTION_EV_FAILED));
}

static void no_step_is_left_out_or_repeated(struct ktap *test)
{
	int good = 0;
	int state, event;

	for (state = 0; state < CONNECTION_NR_STATES; state++) {
		for (event = 0; event < CONNECTION_NR_EVENTS; event++)
			good += next((enum connection_state)state,
				     (enum connection_event)event) != -EPROTO;
	}
	/* five steps and four failures; nothing follows an end */
	EXPECT_EQ(test, 9, good);
	for (event = 0; event < CONNECTION_NR_EVENTS; event++) {
		EXPECT_EQ(test, -EPROTO, next(CONNECTION_DONE,
					      (enum connection_event)event));
		EXPECT_EQ(test, -EPROTO, next(CONNECTION_FAILED,
					      (enum connection_event)event));
	}
}

static void states_have_names(struct ktap *test)
{
	int state;

	for (state = 0; state < CONNECTION_NR_STATES; state++)
		EXPECT(test, connection_state_name((enum connection_state)state));
}

static void delay_doubles_up_to_its_limit(struct ktap *test)
{
	static const unsigned int delays[] = { 50, 100, 200, 400, 800, 1600,
					       2000, 2000 };
	unsigned int i, low, high;

	for (i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		low = delays[i] - delays[i] / 5;
		high = delays[i] + delays[i] / 5;
		EXPECT_EQ(test, low, dial_delay_ms(i + 1, 0));
		EXPECT_EQ(test, high, dial_delay_ms(i + 1, high - low));
		EXPECT_EQ(test, low, dial_delay_ms(i + 1, high - low + 1));
	}
	EXPECT_EQ(test, 1600, dial_delay_ms(~0U, 0));
}

static bool wanted(uint64_t members, uint64_t epoch, uint64_t present,
		   struct weft_view *result)
{
	const struct weft_view now = { .epoch = epoch, .members = present };
	const struct weft_view heard = { 0 };
	struct config config = { .members = members };

	return membership_static.wanted(&config, &now, &heard, result);
}

static void first_view_has_epoch_1(struct ktap *test)
{
	struct weft_view view;

	EXPECT(test, wanted(7, 0, 0, &view));
	EXPECT_EQ(test, 1, view.epoch);
	EXPECT_EQ(test, 7, view.members);
}

static void right_view_stays(struct ktap *test)
{
	struct weft_view view;

	EXPECT(test, !wanted(7, 4, 7, &view));
	EXPECT_EQ(test, 4, view.epoch);
}

static void other_members_make_a_new_view(struct ktap *test)
{
	struct weft_view view;

	EXPECT(test, wanted(15, 4, 7, &view));
	EXPECT_EQ(test, 5, view.epoch);
	EXPECT_EQ(test, 15, view.members);
}

static uint64_t epoch_after_hearing(uint64_t epoch, uint64_t members)
{
	const struct weft_view heard = { .epoch = epoch, .members = members };
	const struct weft_view now = { .epoch = 4, .members = 7 };
	struct config config = { .members = 7 };
	struct weft_view view;

	membership_static.wanted(&config, &now, &heard, &view);
	return view.epoch;
}

static void later_epoch_of_the_same_members_is_taken(struct ktap *test)
{
	EXPECT_EQ(test, 9, epoch_after_hearing(9, 7));
	EXPECT_EQ(test, 4, epoch_after_hearing(3, 7));
	EXPECT_EQ(test, 4, epoch_after_hearing(9, 3));
	EXPECT_EQ(test, 4, epoch_after_hearing(~0ULL, 7));
}

static struct address parse(const char *text)
{
	struct address address;

	if (!address_parse(&address, text))
		memset(&address, 0, sizeof(address));
	return address;
}

static void expect_text(struct ktap *test, const char *text)
{
	struct address address = parse(text);
	char result[ADDRESS_TEXT_LEN];

	address_format(&address, result, sizeof(result));
	EXPECT_TEXT(test, text, result);
}

static void addresses_come_out_as_they_went_in(struct ktap *test)
{
	struct address bare = parse("fe80::1");

	expect_text(test, "10.77.0.1:7700");
	expect_text(test, "[2001:db8::7]:65535");
	EXPECT_EQ(test, AF_INET6, bare.any.sa_family);
	EXPECT_EQ(test, 0, address_port(&bare));
	bare = parse("10.77.0.1");
	EXPECT_EQ(test, AF_INET, bare.any.sa_family);
}

static void other_texts_are_no_address(struct ktap *test)
{
	static const char * const texts[] = {
		"", "a", "node1", "10.77.0", "10.77.0.1:", "10.77.0.1:0",
		"10.77.0.1:65536", "10.77.0.1:7700x", "10.77.0.256", "[::1]",
		"[::1]:", "[10.77.0.1]:7700", "::1:", "[::1:7700", "]:1",
		"[fe80::1%eth0]:7700", "10.77.0.1:-1", " 10.77.0.1",
		"10.77.0.1:007700",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:7700",
	};
	struct address address;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		EXPECT(test, !address_parse(&address, texts[i]));
}

static void only_addresses_of_one_node_are_unicast(struct ktap *test)
{
	static const char * const bad[] = {
		"0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::",
		"ff02::1", "fe80::1", "::ffff:10.0.0.1",
	};
	struct address address;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		address = parse(bad[i]);
		EXPECT(test, !address_is_unicast(&address));
	}
	address = parse("127.0.0.1");
	EXPECT(test, address_is_unicast(&address));
	address = parse("2001:db8::1");
	EXPECT(test, address_is_unicast(&address));
}

static void wrapped_address_is_unwrapped(struct ktap *test)
{
	struct address wrapped = parse("[::ffff:10.77.0.1]:44");
	struct address plain = parse("10.77.0.1:7700");

	EXPECT(test, !address_is_same_host(&wrapped, &plain));
	address_normalize(&wrapped);
	EXPECT(test, address_is_same_host(&wrapped, &plain));
	EXPECT_EQ(test, 44, address_port(&wrapped));
}

static unsigned int count_known(const struct refusals *refusals)
{
	unsigned int known = 0;
	int i;

	for (i = 0; i < REFUSAL_SEEN_MAX; i++)
		known += refusals->seen[i].reason != REFUSAL_NONE;
	return known;
}

static void refusals_are_counted_and_remembered(struct ktap *test)
{
	const struct log log = { .level = -1 };
	struct refusals refusals = { .log = &log };
	struct address a = parse("10.0.0.1:1");
	struct address b = parse("[2001:db8::1]:2");

	refusals_note(&refusals, &a, REFUSAL_KEY, 1);
	address_set_port(&a, 9);
	refusals_note(&refusals, &a, REFUSAL_KEY, 2);
	refusals_note(&refusals, &b, REFUSAL_SLOW, 3);
	EXPECT_EQ(test, 2, refusals.counts[REFUSAL_KEY]);
	EXPECT_EQ(test, 1, refusals.counts[REFUSAL_SLOW]);
	EXPECT_EQ(test, 2, count_known(&refusals));
	refusals_forget(&refusals, &a);
	EXPECT_EQ(test, 1, count_known(&refusals));
}

static void many_addresses_do_not_fill_the_log(struct ktap *test)
{
	const struct log log = { .level = -1 };
	struct refusals refusals = { .log = &log };
	struct address address = parse("10.0.0.1:1");
	int i;

	for (i = 0; i < 1000; i++) {
		address.v4.sin_addr.s_addr = htonl(0x0a000000 + (uint32_t)i);
		refusals_note(&refusals, &address, REFUSAL_KEY, i);
	}
	EXPECT_EQ(test, 1000, refusals.counts[REFUSAL_KEY]);
	/* the first ones are still those that were logged */
	EXPECT_EQ(test, 63, refusals.seen[63].at_ms);
	refusals_note(&refusals, &address, REFUSAL_KEY, 60000);
	EXPECT_EQ(test, 60000, refusals.seen[0].at_ms);
}

static void reasons_have_names_and_sentences(struct ktap *test)
{
	int i;

	for (i = 0; i < REFUSAL_COUNT; i++) {
		EXPECT(test, refusal_name((enum refusal)i));
		EXPECT(test, refusal_sentence((enum refusal)i));
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(connection_with_tls_takes_every_step),
	KTAP_CASE(insecure_connection_skips_the_handshake),
	KTAP_CASE(every_step_can_fail),
	KTAP_CASE(no_step_is_left_out_or_repeated),
	KTAP_CASE(states_have_names),
	KTAP_CASE(delay_doubles_up_to_its_limit),
	KTAP_CASE(first_view_has_epoch_1),
	KTAP_CASE(right_view_stays),
	KTAP_CASE(other_members_make_a_new_view),
	KTAP_CASE(later_epoch_of_the_same_members_is_taken),
	KTAP_CASE(addresses_come_out_as_they_went_in),
	KTAP_CASE(other_texts_are_no_address),
	KTAP_CASE(only_addresses_of_one_node_are_unicast),
	KTAP_CASE(wrapped_address_is_unwrapped),
	KTAP_CASE(refusals_are_counted_and_remembered),
	KTAP_CASE(many_addresses_do_not_fill_the_log),
	KTAP_CASE(reasons_have_names_and_sentences),
};

KTAP_MAIN(cases)
