// SPDX-License-Identifier: GPL-2.0-or-later
/* The decision about the identity: every case there is. */
#include "identity.h"
#include "ktap.h"

static const struct config config = {
	.name = "prod", .node = 2, .lease_ms = 2000,
};

static struct weft_cluster module_like_config(void)
{
	struct weft_cluster module = {
		.sz = sizeof(module),
		.is_configured = true,
		.name = "prod",
		.node = 2,
		.lease_ms = 2000,
		.incarnation = 7,
	};

	return module;
}

static void same_identity_is_kept(struct ktap *test)
{
	struct weft_cluster module = module_like_config();

	EXPECT_EQ(test, IDENTITY_KEEP, identity_decide(&module, &config));
}

static void module_without_identity_is_given_one(struct ktap *test)
{
	struct weft_cluster module = { .sz = sizeof(module), .lease_ms = 2000 };

	EXPECT_EQ(test, IDENTITY_GIVE, identity_decide(&module, &config));
	module.lease_ms = 100;
	EXPECT_EQ(test, IDENTITY_GIVE, identity_decide(&module, &config));
}

static void other_lease_is_set(struct ktap *test)
{
	struct weft_cluster module = module_like_config();

	module.lease_ms = 2001;
	EXPECT_EQ(test, IDENTITY_SET_LEASE, identity_decide(&module, &config));
}

static void other_node_or_cluster_is_left_alone(struct ktap *test)
{
	struct weft_cluster module = module_like_config();

	module.node = 3;
	EXPECT_EQ(test, IDENTITY_REFUSE, identity_decide(&module, &config));
	module.lease_ms = 100;
	EXPECT_EQ(test, IDENTITY_REFUSE, identity_decide(&module, &config));
	module = module_like_config();
	strcpy(module.name, "Prod");
	EXPECT_EQ(test, IDENTITY_REFUSE, identity_decide(&module, &config));
	strcpy(module.name, "prod2");
	EXPECT_EQ(test, IDENTITY_REFUSE, identity_decide(&module, &config));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(same_identity_is_kept),
	KTAP_CASE(module_without_identity_is_given_one),
	KTAP_CASE(other_lease_is_set),
	KTAP_CASE(other_node_or_cluster_is_left_alone),
};

KTAP_MAIN(cases)
