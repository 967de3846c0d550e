// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may have a process moved: the rule, and what it is fed with. */
#include "ktap.h"
#include "owner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER	1000
#define OTHER	1001
#define GROUP	100

static const struct requester user = {
	.pid = 1, .uid = USER, .gid = GROUP, .is_open_to_owners = true,
};

static const char *const text =
	"Name:\tx\\nUid:\t0\t0\t0\t0\nUmask:\t0022\nState:\tS (sleeping)\n"
	"Uid:\t1000\t1001\t1002\t1003\nGid:\t100\t101\t102\t103\n"
	"Groups:\t4 24 1000\nNStgid:\t7\t8\nNSpid:\t7\t8\t9\n"
	"CapInh:\t0000000000000001\nCapPrm:\t000001ffffffffff\n";

static void status_is_understood(struct ktap *test)
{
	struct owner_facts facts;

	EXPECT(test, owner_parse_status(text, &facts));
	EXPECT_EQ(test, 1000, facts.uids[0]);
	EXPECT_EQ(test, 1001, facts.uids[1]);
	EXPECT_EQ(test, 1002, facts.uids[2]);
	EXPECT_EQ(test, 100, facts.gids[0]);
	EXPECT_EQ(test, 101, facts.gids[1]);
	EXPECT_EQ(test, 102, facts.gids[2]);
	EXPECT_EQ(test, 0x1ffffffffff, facts.permitted);
	EXPECT_EQ(test, 3, facts.levels);
}

static void half_a_status_is_none(struct ktap *test)
{
	size_t length = strstr(text, "CapPrm:\t") - text + 8;
	struct owner_facts facts;
	char *part;

	for (; length; length--) {
		part = strndup(text, length);
		EXPECT(test, !owner_parse_status(part, &facts));
		free(part);
	}
	EXPECT(test, !owner_parse_status("", &facts));
	EXPECT(test, !owner_parse_status("Uid:\nGid:\nNSpid:\nCapPrm:\n",
					 &facts));
	EXPECT(test, !owner_parse_status("Uid: 1 2 3\nGid: 1 2 3\nNSpid:\nCapPrm: 0\n",
					 &facts));
}

/* What must hold, in other words than those of the code. */
static bool is_own(const struct owner_facts *facts)
{
	int i;

	for (i = 0; i < 3; i++) {
		if (facts->uids[i] != USER || facts->gids[i] != GROUP)
			return false;
	}
	return facts->status_owner == USER && !facts->permitted;
}

/* Each of nine facts is as it must be or otherwise: bit N of @bits. */
static void make_facts(unsigned int bits, uint64_t capability,
		       struct owner_facts *facts)
{
	int i;

	for (i = 0; i < 3; i++) {
		facts->uids[i] = bits >> i & 1 ? OTHER : USER;
		facts->gids[i] = bits >> (3 + i) & 1 ? 0 : GROUP;
	}
	facts->status_owner = bits >> 6 & 1 ? 0 : USER;
	if (bits >> 7 & 1)
		facts->status_owner = OTHER;
	facts->permitted = bits >> 8 & 1 ? capability : 0;
	facts->levels = 1;
}

static void all_facts_have_to_be_right(struct ktap *test)
{
	static const uint64_t capabilities[] = { 1, 1ULL << 40, 1ULL << 63 };
	struct owner_facts facts;
	enum owner_rule rule;
	unsigned int bits, may = 0;
	size_t i;

	for (i = 0; i < 3; i++) {
		for (bits = 0; bits < 1 << 9; bits++) {
			make_facts(bits, capabilities[i], &facts);
			rule = owner_decide(&facts, &user);
			EXPECT_EQ(test, is_own(&facts), rule == OWNER_MAY);
			may += rule == OWNER_MAY;
		}
	}
	EXPECT_EQ(test, 3, may);
}

static void first_rule_in_the_way_is_told(struct ktap *test)
{
	static const enum owner_rule rules[] = {
		OWNER_OTHER_USER, OWNER_OTHER_USER, OWNER_OTHER_USER,
		OWNER_OTHER_GROUP, OWNER_OTHER_GROUP, OWNER_OTHER_GROUP,
		OWNER_PRIVILEGED, OWNER_PRIVILEGED, OWNER_CAPABILITIES,
	};
	struct owner_facts facts;
	unsigned int bit;

	for (bit = 0; bit < 9; bit++) {
		make_facts(1U << bit, 1, &facts);
		EXPECT_EQ(test, rules[bit], owner_decide(&facts, &user));
		make_facts(~0U << bit & 0x1ff, 1, &facts);
		EXPECT_EQ(test, rules[bit], owner_decide(&facts, &user));
	}
}

static void every_rule_has_words(struct ktap *test)
{
	char sentence[256];
	enum owner_rule rule;

	for (rule = OWNER_NOT_ENABLED; rule < OWNER_RULE_COUNT; rule++) {
		owner_explain(rule, 2147483647, &user, sentence,
			      sizeof(sentence));
		EXPECT(test, strlen(sentence) < sizeof(sentence) - 1);
		EXPECT(test, !strstr(sentence, "(null)"));
		EXPECT(test, strstr(sentence, "ask") || strstr(sentence, "name"));
		EXPECT(test, owner_code(rule));
	}
}

/* A child that waits, with the flag "dumpable" as wanted. */
static pid_t start_child(int dumpable)
{
	int ready[2];
	pid_t child;
	char byte;

	if (pipe(ready))
		abort();
	child = fork();
	if (!child) {
		if (!getuid() && (setresgid(GROUP, GROUP, GROUP) ||
				  setresuid(USER, USER, USER)))
			_exit(1);
		prctl(PR_SET_DUMPABLE, dumpable);
		(void)!write(ready[1], "", 1);
		for (;;)
			pause();
	}
	if (read(ready[0], &byte, 1) != 1)
		abort();
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void end_child(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void self(struct requester *requester)
{
	*requester = user;
	requester->pid = getpid();
	if (getuid()) {
		requester->uid = getuid();
		requester->gid = getgid();
	}
}

static void own_process_may_be_moved(struct ktap *test)
{
	pid_t child = start_child(1);
	struct requester requester;
	int pin = owner_pin((uint32_t)child);

	self(&requester);
	EXPECT(test, pin >= 0);
	EXPECT_EQ(test, OWNER_MAY, owner_look(pin, (uint32_t)child, &requester));
	requester.uid++;
	EXPECT_EQ(test, OWNER_OTHER_USER,
		  owner_look(pin, (uint32_t)child, &requester));
	end_child(child);
	close(pin);
}

static void process_that_hides_may_not(struct ktap *test)
{
	pid_t child = start_child(0);
	struct requester requester;
	int pin = owner_pin((uint32_t)child);

	self(&requester);
	EXPECT_EQ(test, OWNER_PRIVILEGED,
		  owner_look(pin, (uint32_t)child, &requester));
	end_child(child);
	close(pin);
}

/* The number may be another's: here it is, but the pin is that of the dead. */
static void number_used_again_is_noticed(struct ktap *test)
{
	pid_t dead = start_child(1), other = start_child(1);
	struct requester requester;
	int pin = owner_pin((uint32_t)dead);

	self(&requester);
	kill(dead, SIGKILL);
	waitid(P_PID, (id_t)dead, NULL, WEXITED | WNOWAIT);
	EXPECT_EQ(test, OWNER_CHANGED, owner_look(pin, (uint32_t)dead, &requester));
	end_child(dead);
	EXPECT_EQ(test, OWNER_CHANGED, owner_look(pin, (uint32_t)dead, &requester));
	EXPECT_EQ(test, OWNER_CHANGED,
		  owner_look(pin, (uint32_t)other, &requester));
	EXPECT_EQ(test, -ESRCH, owner_pin((uint32_t)dead));
	end_child(other);
	close(pin);
}

static void who_asks_must_be_in_sight(struct ktap *test)
{
	struct requester requester;

	self(&requester);
	requester.is_open_to_owners = false;
	EXPECT_EQ(test, OWNER_NOT_ENABLED, owner_admit(&requester));
	requester.uid = 0;
	requester.pid = 0;
	EXPECT_EQ(test, OWNER_NAMESPACE, owner_admit(&requester));
	requester.pid = 2147483647;
	EXPECT_EQ(test, OWNER_NAMESPACE, owner_admit(&requester));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(status_is_understood),
	KTAP_CASE(half_a_status_is_none),
	KTAP_CASE(all_facts_have_to_be_right),
	KTAP_CASE(first_rule_in_the_way_is_told),
	KTAP_CASE(every_rule_has_words),
	KTAP_CASE(own_process_may_be_moved),
	KTAP_CASE(process_that_hides_may_not),
	KTAP_CASE(number_used_again_is_noticed),
	KTAP_CASE(who_asks_must_be_in_sight),
};

KTAP_MAIN(cases)
