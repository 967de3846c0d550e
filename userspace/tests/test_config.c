// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration parser: what it takes, what it refuses, what it says. */
#include "config.h"
#include "ktap.h"

#include <stdlib.h>

/**
 * struct outcome - what became of one text
 * @config:   the result
 * @count:    number of problems
 * @problems: all of them, one per line
 */
struct outcome {
	struct config config;
	int count;
	char problems[65536];
};

static void note_problem(const char *sentence, void *arg)
{
	struct outcome *outcome = arg;
	size_t length = strlen(outcome->problems);

	snprintf(outcome->problems + length,
		 sizeof(outcome->problems) - length, "%s\n", sentence);
}

static void parse_bytes(struct outcome *outcome, const char *text,
			size_t length)
{
	/* exactly as long as the text: a sanitizer sees each byte too many */
	char *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	memcpy(copy, text, length);
	outcome->problems[0] = '\0';
	outcome->count = config_parse(&outcome->config, "f", copy, length,
				      note_problem, outcome);
	free(copy);
}

static void parse(struct outcome *outcome, const char *text)
{
	parse_bytes(outcome, text, strlen(text));
}

static void complete_file_is_taken(struct ktap *test)
{
	struct outcome o;

	parse(&o, "# comment\n[cluster]\nname = prod-1.a_b\nnode=64\n"
		  "lease_ms = 600000 ; comment\n");
	EXPECT_EQ(test, 0, o.count);
	EXPECT_TEXT(test, "prod-1.a_b", o.config.name);
	EXPECT_EQ(test, 64, o.config.node);
	EXPECT_EQ(test, 600000, o.config.lease_ms);
}

static void lease_has_a_default(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname = a\nnode = 1");
	EXPECT_EQ(test, 0, o.count);
	EXPECT_EQ(test, WEFT_LEASE_MS_DEFAULT, o.config.lease_ms);
}

static void blanks_and_line_ends_do_not_matter(struct ktap *test)
{
	struct outcome o;

	parse(&o, "\r\n\t [cluster]  ; x\r\n  name =\tx\r\n   node = 2  \r\n");
	EXPECT_EQ(test, 0, o.count);
	EXPECT_TEXT(test, "x", o.config.name);
	EXPECT_EQ(test, 2, o.config.node);
}

static void indented_line_is_no_continuation(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname = a\n  b\nnode = 1\n");
	EXPECT_TEXT(test, "f:3: neither '[section]' nor 'key = value'\n",
		    o.problems);
}

static void empty_file_lacks_everything(struct ktap *test)
{
	struct outcome o;

	parse(&o, "");
	EXPECT_TEXT(test, "f: [cluster] name is missing\n"
			  "f: [cluster] node is missing\n", o.problems);
}

static void number_out_of_range_names_the_limits(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname = a\nnode = 65\nlease_ms = 99\n");
	EXPECT_TEXT(test, "f:3: [cluster] node: 65 is out of range: 1 to 64\n"
			  "f:4: [cluster] lease_ms: 99 is out of range: 100 to 600000\n",
		    o.problems);
	parse(&o, "[cluster]\nname = a\nnode = 0\nlease_ms = 600001\n");
	EXPECT_EQ(test, 2, o.count);
	parse(&o, "[cluster]\nname = a\nnode = 4294967297\n");
	EXPECT_EQ(test, 1, o.count);
	parse(&o, "[cluster]\nname=a\nnode=99999999999999999999999999\n");
	EXPECT_EQ(test, 1, o.count);
}

static void only_digits_are_a_number(struct ktap *test)
{
	static const char * const values[] = {
		"", "-1", "+1", "0x1", "1.0", "1 2", "1e1", "one", "\"1\"",
	};
	struct outcome o;
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "[cluster]\nname=a\nnode = %s\n",
			 values[i]);
		parse(&o, text);
		EXPECT_EQ(test, 1, o.count);
		EXPECT(test, strstr(o.problems, "f:3: [cluster] node: "));
	}
}

static void name_follows_its_rule(struct ktap *test)
{
	static const char * const values[] = {
		"", "-a", ".a", "_a", "a b", "a/b", "a%s", "'a'",
		"abcdefghijklmnopqrstuvwxyz012345",
	};
	struct outcome o;
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "[cluster]\nnode=1\nname = %s\n",
			 values[i]);
		parse(&o, text);
		EXPECT_EQ(test, 1, o.count);
		EXPECT(test, strstr(o.problems, "f:3: [cluster] name: "));
	}
	parse(&o, "[cluster]\nnode=1\nname=abcdefghijklmnopqrstuvwxyz01234\n");
	EXPECT_EQ(test, 0, o.count);
}

static void unknown_key_is_named(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname=a\nnode=1\nlease = 5\n");
	EXPECT_TEXT(test, "f:4: [cluster] has no key 'lease'\n", o.problems);
	parse(&o, "[cluster]\nname=a\nnode=1\nNode=1\n");
	EXPECT_TEXT(test, "f:4: [cluster] has no key 'Node'\n", o.problems);
}

static void duplicate_names_both_lines(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname=a\nnode=1\n[cluster]\nnode=2\n");
	EXPECT_TEXT(test,
		    "f:5: [cluster] node: set for the second time, first on line 3\n",
		    o.problems);
}

static void unknown_section_is_named_even_if_empty(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname=a\nnode=1\n[peers]\n");
	EXPECT_TEXT(test, "f:4: there is no section [peers]\n", o.problems);
}

static void unknown_section_is_one_problem_not_many(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname=a\nnode=1\n[peers]\na=1\nnode=9\n");
	EXPECT_EQ(test, 1, o.count);
	EXPECT_EQ(test, 1, o.config.node);
}

static void key_before_section_is_refused(struct ktap *test)
{
	struct outcome o;

	parse(&o, "node=1\n[cluster]\nname=a\nnode=1\n");
	EXPECT_TEXT(test, "f:1: 'node' stands before the first section\n",
		    o.problems);
}

static void broken_section_does_not_swallow_the_file(struct ktap *test)
{
	static const char * const lines[] = {
		"[", "[]", "[cluster", "[cluster] x", "[cluster]]", "[ cluster ]",
	};
	struct outcome o;
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text),
			 "%s\nx=1\n[cluster]\nname=a\nnode=1\n", lines[i]);
		parse(&o, text);
		EXPECT_EQ(test, 1, o.count);
		EXPECT(test, !strncmp(o.problems, "f:1: ", 5));
	}
}

static void all_problems_are_reported(struct ktap *test)
{
	struct outcome o;

	parse(&o, "bogus\n[cluster]\nname=-\nnode=x\nlease_ms=1\nfoo=1\nbar\n");
	EXPECT_EQ(test, 6, o.count);
}

static void long_line_is_refused(struct ktap *test)
{
	struct outcome o;
	char text[1024];

	memset(text, 'x', sizeof(text));
	memcpy(text, "[cluster]\nname=", 15);
	memcpy(text + 1000, "\nnode=1\n", 9);
	parse(&o, text);
	EXPECT(test, strstr(o.problems, "f:2: the line is too long"));
	EXPECT(test, !strstr(o.problems, "f:3:"));
	EXPECT(test, strstr(o.problems, "name is missing"));
}

static void binary_is_refused(struct ktap *test)
{
	static const char nul[] = "[cluster]\nname=a\0b\nnode=1\n";
	static const char bom[] = "\xef\xbb\xbf[cluster]\nname=a\nnode=1\n";
	static const char escape[] = "[cluster]\nname=\x1b[31m\nnode=1\n";
	struct outcome o;

	parse_bytes(&o, nul, sizeof(nul) - 1);
	EXPECT(test, strstr(o.problems, "f:2: the line holds characters"));
	parse_bytes(&o, bom, sizeof(bom) - 1);
	EXPECT(test, strstr(o.problems, "f:1: the line holds characters"));
	parse_bytes(&o, escape, sizeof(escape) - 1);
	EXPECT(test, strstr(o.problems, "f:2: the line holds characters"));
	EXPECT(test, !strchr(o.problems, '\x1b'));
}

static void comments_may_hold_anything(struct ktap *test)
{
	struct outcome o;

	parse(&o, "# \xc3\xa9\x01\n; x\n[cluster]\nname=a\nnode=1\n");
	EXPECT_EQ(test, 0, o.count);
}

static void format_signs_are_only_text(struct ktap *test)
{
	struct outcome o;

	parse(&o, "[cluster]\nname=a\nnode=1\n%n%s%s = 1\n[%n]\n");
	EXPECT_TEXT(test, "f:4: [cluster] has no key '%n%s%s'\n"
			  "f:5: there is no section [%n]\n", o.problems);
}

static void missing_file_is_a_problem(struct ktap *test)
{
	struct outcome o = { .count = 0 };

	o.count = config_load(&o.config, "/nonexistent/weft.conf",
			      note_problem, &o);
	EXPECT_TEXT(test,
		    "/nonexistent/weft.conf: cannot read the file: No such file or directory\n",
		    o.problems);
	EXPECT_EQ(test, 1, o.count);
}

static void directory_and_device_are_refused(struct ktap *test)
{
	struct outcome o = { .count = 0 };

	EXPECT_EQ(test, 1, config_load(&o.config, "/dev/zero", note_problem,
				       &o));
	EXPECT_EQ(test, 1, config_load(&o.config, "/", note_problem, &o));
	EXPECT_TEXT(test, "/dev/zero: not a regular file\n/: not a regular file\n",
		    o.problems);
}

#define CLUSTER	"[cluster]\nname = a\nnode = 2\n"	/* lines 1 to 3 */
#define KEY	"[security]\nkey_file = /etc/weft/key\n"
#define NODES	"[nodes]\n1 = 10.0.0.1\n2 = 10.0.0.2\n"

static void nodes_are_taken(struct ktap *test)
{
	char text[ADDRESS_TEXT_LEN];
	struct outcome o;

	parse(&o, CLUSTER KEY "cipher = chacha20-poly1305\n"
		  "[nodes]\n1 = 10.0.0.1:80\n2=10.0.0.2\n"
		  "3 = 2001:db8::3 ; bare\n64 = [2001:db8::4]:7701\n"
		  "[network]\nlisten = 10.0.0.2\nport = 7000\n"
		  "[membership]\nbackend = static\n");
	EXPECT_TEXT(test, "", o.problems);
	EXPECT_TEXT(test, "/etc/weft/key", o.config.key_file);
	EXPECT(test, !o.config.is_insecure);
	EXPECT_EQ(test, WEFT_CIPHER_CHACHA20_POLY1305, o.config.cipher);
	EXPECT(test, o.config.members == 0x8000000000000007ULL);
	address_format(&o.config.nodes[1], text, sizeof(text));
	EXPECT_TEXT(test, "10.0.0.1:80", text);
	address_format(&o.config.nodes[2], text, sizeof(text));
	EXPECT_TEXT(test, "10.0.0.2:7000", text);
	address_format(&o.config.nodes[3], text, sizeof(text));
	EXPECT_TEXT(test, "[2001:db8::3]:7000", text);
	address_format(&o.config.nodes[64], text, sizeof(text));
	EXPECT_TEXT(test, "[2001:db8::4]:7701", text);
	EXPECT_EQ(test, AF_INET, o.config.listen.any.sa_family);
}

static void nodes_have_defaults(struct ktap *test)
{
	struct outcome o;

	parse(&o, CLUSTER KEY NODES);
	EXPECT_TEXT(test, "", o.problems);
	EXPECT_EQ(test, WEFT_CIPHER_AES_128_GCM, o.config.cipher);
	EXPECT_EQ(test, 7700, o.config.port);
	EXPECT_EQ(test, AF_UNSPEC, o.config.listen.any.sa_family);
	EXPECT_EQ(test, 7700, address_port(&o.config.nodes[1]));
}

static void node_alone_needs_no_key(struct ktap *test)
{
	struct outcome o;

	parse(&o, CLUSTER "[nodes]\n[security]\n[network]\n");
	EXPECT_TEXT(test, "", o.problems);
	EXPECT_EQ(test, 0, o.config.members);
}

static void security_must_be_said(struct ktap *test)
{
	struct outcome o;

	parse(&o, CLUSTER NODES);
	EXPECT_TEXT(test,
		    "f: [security] key_file is missing: name the file that 'weft keygen' made, or say 'insecure = yes'\n",
		    o.problems);
	parse(&o, CLUSTER NODES KEY "insecure = yes\n");
	EXPECT_TEXT(test,
		    "f:9: [security] key_file and insecure exclude each other: remove one of them\n",
		    o.problems);
	parse(&o, CLUSTER NODES "[security]\ninsecure = yes\n");
	EXPECT_EQ(test, 0, o.count);
	EXPECT(test, o.config.is_insecure);
}

/* Exactly one problem, in the last line of @text, that holds @words. */
static void expect_problem(struct ktap *test, const char *text,
			   const char *words)
{
	struct outcome o;
	int lines = 1;

	parse(&o, text);
	for (; *text; text++)
		lines += *text == '\n' && text[1];
	EXPECT_EQ(test, 1, o.count);
	EXPECT_EQ(test, lines, atoi(o.problems + 2));
	if (!strstr(o.problems, words))
		EXPECT_TEXT(test, words, o.problems);
}

static void security_has_few_words(struct ktap *test)
{
	expect_problem(test, CLUSTER "[security]\ninsecure = no\n",
		       "[security] insecure: 'no' is not 'yes'");
	expect_problem(test, CLUSTER "[security]\ninsecure = YES\n",
		       "'YES' is not 'yes'");
	expect_problem(test, CLUSTER "[security]\nkey_file = key\n",
		       "[security] key_file: 'key' is not an absolute path");
	expect_problem(test, CLUSTER "[security]\ncipher = aes-256-gcm\n",
		       "aes-128-gcm or chacha20-poly1305");
}

static void network_has_limits(struct ktap *test)
{
	expect_problem(test, CLUSTER "[network]\nport = 0\n",
		       "[network] port: 0 is out of range: 1 to 65535");
	expect_problem(test, CLUSTER "[network]\nport = 65536\n",
		       "out of range");
	expect_problem(test, CLUSTER "[network]\nlisten = node2\n",
		       "'node2' is not an IPv4 or IPv6 address");
	expect_problem(test, CLUSTER "[network]\nlisten = 10.0.0.2:7700\n",
		       "without a port");
	expect_problem(test, CLUSTER "[network]\nlisten = 224.0.0.1\n",
		       "this machine alone");
}

static void every_address_can_be_listened_on(struct ktap *test)
{
	struct outcome o;

	parse(&o, CLUSTER "[network]\nlisten = 0.0.0.0\n");
	EXPECT_EQ(test, 0, o.count);
	EXPECT_EQ(test, AF_INET, o.config.listen.any.sa_family);
	parse(&o, CLUSTER "[network]\nlisten = ::\n");
	EXPECT_EQ(test, 0, o.count);
	EXPECT_EQ(test, AF_INET6, o.config.listen.any.sa_family);
}

static void other_backends_do_not_exist_yet(struct ktap *test)
{
	expect_problem(test, CLUSTER "[membership]\nbackend = corosync\n",
		       "there is no backend 'corosync': only 'static'");
}

static void node_is_a_number_at_an_address(struct ktap *test)
{
	expect_problem(test, CLUSTER KEY NODES "65 = 10.0.0.3\n",
		       "[nodes] the node: 65 is out of range: 1 to 64");
	expect_problem(test, CLUSTER KEY NODES "node3 = 10.0.0.3\n",
		       "[nodes] the node: 'node3' is not a whole number");
	expect_problem(test, CLUSTER KEY NODES "3 = host\n",
		       "[nodes] 3: 'host' is not ADDRESS");
	expect_problem(test, CLUSTER KEY NODES "3 = 10.0.0.3:0\n",
		       "the port from 1 to 65535");
	expect_problem(test, CLUSTER KEY NODES "3 = 0.0.0.0\n",
		       "is not an address at which");
	expect_problem(test, CLUSTER KEY NODES "1 = 10.0.0.3\n",
		       "[nodes] 1: set for the second time, first on line 7");
	expect_problem(test, CLUSTER KEY NODES "01 = 10.0.0.3\n",
		       "[nodes] 01: set for the second time, first on line 7");
}

static void nodes_are_in_different_places(struct ktap *test)
{
	struct outcome o;

	expect_problem(test, CLUSTER KEY NODES "3 = 10.0.0.1:7700\n",
		       "[nodes] 3: node 1 has the same address and port, on line 7");
	parse(&o, CLUSTER KEY NODES "3 = 10.0.0.1:7701\n");
	EXPECT_EQ(test, 0, o.count);
}

static void this_node_is_in_the_list(struct ktap *test)
{
	struct outcome o;

	parse(&o, CLUSTER KEY "[nodes]\n1 = 10.0.0.1\n");
	EXPECT_TEXT(test,
		    "f: [nodes] 2 is missing: this node belongs to the list, too\n",
		    o.problems);
	expect_problem(test, CLUSTER KEY
		       "[nodes]\n1 = 10.0.0.1\n2 = 10.0.0.2:7701\n",
		       "others would dial port 7701, but [network] port is 7700");
	expect_problem(test, CLUSTER KEY "[nodes]\n1 = 10.0.0.1\n2 = x\n",
		       "[nodes] 2: 'x' is not ADDRESS");
}

static void owners_need_a_yes(struct ktap *test)
{
	static const char * const values[] = { "", "true", "1", "Yes", "YES",
					       "yes no", "none" };
	struct outcome o;
	char text[128];
	size_t i;

	parse(&o, CLUSTER);
	EXPECT_EQ(test, 0, o.count);
	EXPECT(test, !o.config.is_open_to_owners);
	parse(&o, CLUSTER "[migrate]\nowners = no\n");
	EXPECT_EQ(test, 0, o.count);
	EXPECT(test, !o.config.is_open_to_owners);
	parse(&o, CLUSTER "[migrate]\nowners = yes\n");
	EXPECT_EQ(test, 0, o.count);
	EXPECT(test, o.config.is_open_to_owners);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), CLUSTER "[migrate]\nowners = %s\n",
			 values[i]);
		expect_problem(test, text, "is neither 'yes' nor 'no'");
	}
	expect_problem(test, CLUSTER "[migrate]\nowner = yes\n",
		       "[migrate] has no key 'owner'");
	expect_problem(test, CLUSTER "[migrate]\nowners = yes\nowners = no\n",
		       "[migrate] owners: set for the second time");
}

static const struct ktap_case cases[] = {
	KTAP_CASE(complete_file_is_taken),
	KTAP_CASE(lease_has_a_default),
	KTAP_CASE(blanks_and_line_ends_do_not_matter),
	KTAP_CASE(indented_line_is_no_continuation),
	KTAP_CASE(empty_file_lacks_everything),
	KTAP_CASE(number_out_of_range_names_the_limits),
	KTAP_CASE(only_digits_are_a_number),
	KTAP_CASE(name_follows_its_rule),
	KTAP_CASE(unknown_key_is_named),
	KTAP_CASE(duplicate_names_both_lines),
	KTAP_CASE(unknown_section_is_named_even_if_empty),
	KTAP_CASE(unknown_section_is_one_problem_not_many),
	KTAP_CASE(key_before_section_is_refused),
	KTAP_CASE(broken_section_does_not_swallow_the_file),
	KTAP_CASE(all_problems_are_reported),
	KTAP_CASE(long_line_is_refused),
	KTAP_CASE(binary_is_refused),
	KTAP_CASE(comments_may_hold_anything),
	KTAP_CASE(format_signs_are_only_text),
	KTAP_CASE(missing_file_is_a_problem),
	KTAP_CASE(directory_and_device_are_refused),
	KTAP_CASE(nodes_are_taken),
	KTAP_CASE(nodes_have_defaults),
	KTAP_CASE(node_alone_needs_no_key),
	KTAP_CASE(security_must_be_said),
	KTAP_CASE(security_has_few_words),
	KTAP_CASE(network_has_limits),
	KTAP_CASE(every_address_can_be_listened_on),
	KTAP_CASE(other_backends_do_not_exist_yet),
	KTAP_CASE(node_is_a_number_at_an_address),
	KTAP_CASE(nodes_are_in_different_places),
	KTAP_CASE(this_node_is_in_the_list),
	KTAP_CASE(owners_need_a_yes),
};

KTAP_MAIN(cases)
