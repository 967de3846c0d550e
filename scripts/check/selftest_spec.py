# SPDX-License-Identifier: GPL-2.0-only
"""Cases for the rule that compares the netlink contract in its three places."""

from selftest_case import GPL, TAG, UAPI_HEADER, Case

SPEC = f"# {TAG}GPL-2.0-only WITH Linux-syscall-note\n" + """---
name: weft
definitions:
  -
    type: const
    name: size-max
    header: linux/weft.h
    value: 262144
  -
    type: enum
    name: lane-id
    enum-name: weft-lane-id
    name-prefix: weft-lane-
    enum-cnt-name: weft-lane-count
    header: linux/weft.h
    entries:
      -
        name: fast
      -
        name: bulk
uapi-header: linux/weft_netlink.h
attribute-sets:
  -
    name: lane
    name-prefix: weft-a-lane-
    attributes:
      -
        name: id
        type: u32
        value: 1
        enum: lane-id
      -
        name: sent
        type: u64
        value: 2
      -
        name: pad
        type: pad
        value: 3
  -
    name: peer
    name-prefix: weft-a-peer-
    attributes:
      -
        name: size
        type: u32
        value: 1
        checks:
          max: 262144
      -
        name: epoch
        type: u64
        value: 2
        checks:
          min: 1
      -
        name: lane-id
        type: u32
        value: 3
        enum: lane-id
      -
        name: lane
        type: nest
        value: 4
        nested-attributes: lane
        multi-attr: true
      -
        name: samples
        type: binary
        value: 5
operations:
  name-prefix: weft-cmd-
  list:
    -
      name: peer
      value: 1
      attribute-set: peer
      flags: [ admin-perm ]
      do:
        request:
          attributes:
            - size
            - epoch
            - lane-id
        reply:
          attributes:
            - lane
            - samples
    -
      name: peer-ntf
      value: 2
      notify: peer
      mcgrp: events
mcast-groups:
  list:
    -
      name: events
"""

LIMITS = UAPI_HEADER + """
#define WEFT_SIZE_MAX	262144		/* bytes */

enum weft_lane_id {
	WEFT_LANE_FAST,		/* small */
	WEFT_LANE_BULK,		/* large */

	WEFT_LANE_COUNT
};
"""

HEADER = UAPI_HEADER + """
#define WEFT_GENL_NAME		"weft"
#define WEFT_GENL_VERSION	1
#define WEFT_GENL_GROUP_EVENTS	"events"

enum {
	WEFT_CMD_PEER = 1,
	WEFT_CMD_PEER_NTF,
};

enum {
	WEFT_A_PEER_SIZE = 1,		/* u32 */
	WEFT_A_PEER_EPOCH,		/* u64 */
	WEFT_A_PEER_LANE_ID,		/* u32: enum weft_lane_id */
	WEFT_A_PEER_LANE,		/* nested, WEFT_A_LANE_* */
	WEFT_A_PEER_SAMPLES,		/* binary */
};

enum {
	WEFT_A_LANE_ID = 1,		/* u32: enum weft_lane_id */
	WEFT_A_LANE_SENT,		/* u64 */
	WEFT_A_LANE_PAD,
};
"""

POLICY = GPL + """
static struct netlink_range_validation size_range = {
	.max = WEFT_SIZE_MAX,
};

static struct netlink_range_validation not_zero = {
	.min = 1,
	.max = U64_MAX,
};

const struct nla_policy weft_ctl_peer_policy[WEFT_A_PEER_MAX + 1] = {
	[WEFT_A_PEER_SIZE] = NLA_POLICY_FULL_RANGE(NLA_U32, &size_range),
	[WEFT_A_PEER_EPOCH] = NLA_POLICY_FULL_RANGE(NLA_U64, &not_zero),
	[WEFT_A_PEER_LANE_ID] = NLA_POLICY_MAX(NLA_U32, WEFT_LANE_COUNT - 1),
	[WEFT_A_PEER_SAMPLES] = { .type = NLA_REJECT },
};
"""

FAMILY = GPL + """
static const struct genl_ops ops[] = {
	{
		.cmd	 = WEFT_CMD_PEER,
		.doit	 = weft_ctl_peer,
		.policy	 = weft_ctl_peer_policy,
	},
};

static const struct genl_multicast_group groups[] = {
	{ .name = WEFT_GENL_GROUP_EVENTS },
};

struct genl_family weft_ctl_family = {
	.name	 = WEFT_GENL_NAME,
	.version = WEFT_GENL_VERSION,
};
"""

PEER = GPL + """
static int put_lane(struct sk_buff *skb)
{
	const struct { int attr; u64 value; } counters[] = {
		{ WEFT_A_LANE_SENT, 1 },
	};

	nla_nest_start(skb, WEFT_A_PEER_LANE);
	nla_put_u32(skb, WEFT_A_LANE_ID, 0);
	return nla_put_u64_64bit(skb, counters[0].attr, counters[0].value,
				 WEFT_A_LANE_PAD);
}

static int read_wish(struct sk_buff *skb, struct genl_info *info)
{
	return weft_ctl_require_admin(skb, info);
}

int weft_ctl_peer(struct sk_buff *skb, struct genl_info *info)
{
	int err = read_wish(skb, info);

	if (err)
		return err;
	put_lane(skb);
	return nla_put(skb, WEFT_A_PEER_SAMPLES, 4, &err);
}
"""

PLACES = {"spec": "Documentation/netlink/specs/weft.yaml", "limits": "uapi/linux/weft.h",
          "header": "uapi/linux/weft_netlink.h", "policy": "kmod/ctl/policy.c",
          "family": "kmod/ctl/netlink.c", "peer": "kmod/ctl/peer.c"}
SOUND = dict(zip(PLACES.values(), (SPEC, LIMITS, HEADER, POLICY, FAMILY, PEER)))


def spoiled(fact: str, place: str, good: str, bad: str, *expected: str) -> Case:
    """The sound contract with one passage of one place changed."""
    path = PLACES[place]
    if good not in SOUND[path]:
        raise ValueError(f"{fact}: {path} has no {good!r}")
    return Case("spec", fact, {**SOUND, path: SOUND[path].replace(good, bad, 1)}, expected)


CASES = (
    Case("spec", "a contract that says the same everywhere passes", SOUND),
    spoiled("a command of the header alone fails", "header",
            "\tWEFT_CMD_PEER_NTF,\n", "\tWEFT_CMD_PEER_NTF,\n\tWEFT_CMD_MORE,\n",
            r"weft_netlink\.h:10: command WEFT_CMD_MORE is missing in .*; add"),
    spoiled("another type of an attribute fails", "header",
            "WEFT_A_PEER_EPOCH,\t\t/* u64", "WEFT_A_PEER_EPOCH,\t\t/* u32",
            r"weft_netlink\.h:14: type of WEFT_A_PEER_EPOCH is u32, but u64 in .*; change"),
    spoiled("a nest that the header calls a number fails", "header", "nested, WEFT", "u32, WEFT",
            r"weft_netlink\.h:16: type of WEFT_A_PEER_LANE is u32, but nested in .*; change"),
    spoiled("another number of a limit fails", "limits", "262144", "262143",
            r"policy\.c:13: policy of WEFT_CMD_PEER for WEFT_A_PEER_SIZE is NLA_U32 from 0 to "
            r"262143, but NLA_U32 from 0 to 262144 in .*; change",
            r"weft\.h:3: definition WEFT_SIZE_MAX is 262143, but 262144 in .*; change"),
    spoiled("enumerators in another order fail", "limits",
            "\tWEFT_LANE_FAST,\t\t/* small */\n\tWEFT_LANE_BULK,\t\t/* large */\n",
            "\tWEFT_LANE_BULK,\n\tWEFT_LANE_FAST,\n",
            r"weft\.h:7: enumerator WEFT_LANE_FAST is 1 of enum weft_lane_id, but 0 of enum .*;",
            r"weft\.h:6: enumerator WEFT_LANE_BULK is 0 of enum weft_lane_id, but 1 of enum .*;"),
    spoiled("an enumerator that the spec does not know fails", "limits",
            "\n\tWEFT_LANE_COUNT", "\tWEFT_LANE_MORE,\n\n\tWEFT_LANE_COUNT",
            r"weft\.h:8: enumerator WEFT_LANE_MORE is missing in .*; add",
            r"weft\.h:10: enumerator WEFT_LANE_COUNT is 3 of enum .*, but 2 of enum .*;",
            r"policy\.c:15: policy of WEFT_CMD_PEER for WEFT_A_PEER_LANE_ID is NLA_U32 from 0 to "
            r"2, but NLA_U32 from 0 to 1 in .*; change"),
    spoiled("an enum under another name fails", "limits", "enum weft_lane_id", "enum weft_lanes",
            r"weft\.h:6: enumerator WEFT_LANE_FAST is 0 of enum weft_lanes, but .*;",
            r"weft\.h:7: enumerator WEFT_LANE_BULK is 1 of enum weft_lanes, but .*;",
            r"weft\.h:9: enumerator WEFT_LANE_COUNT is 2 of enum weft_lanes, but .*;"),
    spoiled("a policy without an upper limit fails", "policy",
            "NLA_POLICY_MAX(NLA_U32, WEFT_LANE_COUNT - 1)", "{ .type = NLA_U32 }",
            r"policy\.c:15: policy of WEFT_CMD_PEER for WEFT_A_PEER_LANE_ID is NLA_U32, but "
            r"NLA_U32 from 0 to 1 in .*; change"),
    spoiled("a policy that lets 0 through fails", "policy", "\t.min = 1,\n", "",
            r"policy\.c:13: policy of WEFT_CMD_PEER for WEFT_A_PEER_EPOCH is NLA_U64 from 0 to "
            r"\d+, but NLA_U64 from 1 to \d+ in .*; change"),
    spoiled("a policy for what no request holds fails", "policy",
            "{ .type = NLA_REJECT }", "{ .type = NLA_BINARY }",
            r"policy\.c:16: policy of WEFT_CMD_PEER for WEFT_A_PEER_SAMPLES is missing in .*;"),
    spoiled("an attribute that no policy lets through fails", "policy",
            "\t[WEFT_A_PEER_EPOCH] = NLA_POLICY_FULL_RANGE(NLA_U64, &not_zero),\n", "",
            r"weft\.yaml:\d+: policy of WEFT_CMD_PEER for WEFT_A_PEER_EPOCH is missing in .*;"),
    spoiled("a nested attribute that is never put fails", "peer",
            "\tnla_put_u32(skb, WEFT_A_LANE_ID, 0);\n", "",
            r"weft\.yaml:\d+: function that puts WEFT_A_LANE_ID is missing in kmod/ctl/; add"),
    spoiled("a counter that is never put fails", "peer", "{ WEFT_A_LANE_SENT, 1 }", "{ 0, 1 }",
            r"weft\.yaml:\d+: function that puts WEFT_A_LANE_SENT is missing in kmod/ctl/; add"),
    spoiled("a nest put as if it were flat fails", "peer",
            "nla_nest_start(skb,", "nla_put_u32(skb,",
            r"peer\.c:9: function that puts WEFT_A_PEER_LANE is nla_put_u32, but nla_nest_start "),
    spoiled("binary put as a number fails", "peer", "nla_put(skb, WEFT_A_PEER_SAMPLES, 4, &err)",
            "nla_put_u32(skb, WEFT_A_PEER_SAMPLES, 4)",
            r"peer\.c:\d+: function that puts WEFT_A_PEER_SAMPLES is nla_put_u32, but nla_put in"),
    spoiled("what an event holds and nothing puts fails", "spec",
            "      notify: peer\n",
            "      attribute-set: peer\n      event:\n        attributes: [ size ]\n",
            r"weft\.yaml:\d+: function that puts WEFT_A_PEER_SIZE is missing in kmod/ctl/; add"),
    spoiled("a handler that lets everybody pass fails", "peer",
            "weft_ctl_require_admin(skb, info)", "0",
            r"netlink\.c:6: weft_ctl_peer\(\) is admin-perm in .*; call weft_ctl_require_admin"),
    spoiled("a command that nobody handles fails", "family", "WEFT_CMD_PEER,", "WEFT_CMD_NODE,",
            r"netlink\.c:5: command WEFT_CMD_NODE is missing in .*;",
            r"weft\.yaml:\d+: command WEFT_CMD_PEER is missing in kmod/ctl/netlink\.c; add"),
)
