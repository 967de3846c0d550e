// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters: the identity of the node in the initial network namespace.
 *
 * They stay text until the module starts, so that what is wrong with one is
 * said once, in a line that names the parameter, the value and the limit.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "core/core.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/stringify.h>

/* A parameter that was not given; reads as an empty line in sysfs. */
static char absent[1];

static char *cluster __ro_after_init = absent;
module_param(cluster, charp, 0444);
MODULE_PARM_DESC(cluster,
		 "Name of the cluster: 1 to 31 of a-z A-Z 0-9 . _ - starting with a letter or a digit (default: none, unconfigured)");

static char *node __ro_after_init = absent;
module_param(node, charp, 0444);
MODULE_PARM_DESC(node,
		 "Number of this node: "
		 __stringify(WEFT_NODE_MIN) " to " __stringify(WEFT_NODE_MAX)
		 " (default: none, unconfigured)");

static char *lease_ms __ro_after_init = __stringify(WEFT_LEASE_MS_DEFAULT);
module_param(lease_ms, charp, 0444);
MODULE_PARM_DESC(lease_ms,
		 "Lease at load, in milliseconds: "
		 __stringify(WEFT_LEASE_MS_MIN) " to "
		 __stringify(WEFT_LEASE_MS_MAX)
		 " (default: " __stringify(WEFT_LEASE_MS_DEFAULT) ")");

/* As much of a wrong value as the log shows. */
#define SHOWN_LEN	64

static int complain(const char *name, const char *value,
		    enum weft_identity_verdict verdict)
{
	pr_err("%s=%*pE: %s\n", name, (int)strnlen(value, SHOWN_LEN), value,
	       weft_identity_text(verdict));
	return weft_identity_errno(verdict);
}

static int complain_of_absence(const char *name,
			       enum weft_identity_verdict verdict)
{
	pr_err("%s: %s\n", name, weft_identity_text(verdict));
	return weft_identity_errno(verdict);
}

static int complain_about(enum weft_identity_verdict verdict)
{
	switch (verdict) {
	case WEFT_IDENTITY_BAD_CLUSTER:
		return complain("cluster", cluster, verdict);
	case WEFT_IDENTITY_NO_CLUSTER:
		return complain_of_absence("cluster", verdict);
	case WEFT_IDENTITY_BAD_NODE:
		return complain("node", node, verdict);
	case WEFT_IDENTITY_NO_NODE:
		return complain_of_absence("node", verdict);
	default:
		return complain("lease_ms", lease_ms, verdict);
	}
}

/**
 * weft_params_read() - what the parameters ask for
 * @request: receives the request; its name stays valid while the module is
 *           loaded
 *
 * Return: 0 with either a whole identity or none in @request, and always a
 * lease. -EINVAL or -ERANGE if a parameter is wrong; the log then says which.
 */
int weft_params_read(struct weft_identity_request *request)
{
	static const struct weft_identity nobody = { .node = WEFT_NODE_NONE };
	enum weft_identity_verdict verdict;
	int err;

	*request = (struct weft_identity_request) {
		.cluster = cluster == absent ? NULL : cluster,
		.has_node = node != absent,
		.has_lease_ms = true,
	};
	err = request->has_node ? kstrtou32(node, 10, &request->node) : 0;
	if (err) {
		complain_about(WEFT_IDENTITY_BAD_NODE);
		return err;
	}
	err = kstrtou32(lease_ms, 10, &request->lease_ms);
	if (err) {
		complain_about(WEFT_IDENTITY_BAD_LEASE);
		return err;
	}

	if (request->cluster || request->has_node)
		verdict = weft_identity_decide(&nobody, request);
	else
		verdict = weft_identity_check(request);
	return weft_identity_errno(verdict) ? complain_about(verdict) : 0;
}
