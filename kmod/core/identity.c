// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a node may be called, and what becomes of a request to be somebody.
 * Pure: no state, no locks, no side effects.
 */
#include "core/core.h"

#include <linux/build_bug.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/stringify.h>

/* The sentence below spells the limit out. */
static_assert(WEFT_CLUSTER_NAME_LEN == 32);

static const struct {
	int err;
	const char *text;
} verdicts[WEFT_IDENTITY_NR_VERDICTS] = {
	[WEFT_IDENTITY_KEEP]	  = { 0, "nothing changes" },
	[WEFT_IDENTITY_SET_LEASE] = { 0, "the lease changes" },
	[WEFT_IDENTITY_ASSUME]	  = { 0, "the node gets its identity" },
	[WEFT_IDENTITY_BAD_CLUSTER] = { -EINVAL,
		"a cluster name is 1 to 31 of a-z A-Z 0-9 . _ - starting with a letter or digit" },
	[WEFT_IDENTITY_BAD_NODE] = { -ERANGE,
		"a node number is "
		__stringify(WEFT_NODE_MIN) " to " __stringify(WEFT_NODE_MAX) },
	[WEFT_IDENTITY_BAD_LEASE] = { -ERANGE,
		"a lease is " __stringify(WEFT_LEASE_MS_MIN) " to "
		__stringify(WEFT_LEASE_MS_MAX) " milliseconds" },
	[WEFT_IDENTITY_NO_CLUSTER] = { -EINVAL,
		"a cluster name is required: this node has no identity yet" },
	[WEFT_IDENTITY_NO_NODE] = { -EINVAL,
		"a node number is required: this node has no identity yet" },
	[WEFT_IDENTITY_OTHER_CLUSTER] = { -EBUSY,
		"this node belongs to another cluster" },
	[WEFT_IDENTITY_OTHER_NODE] = { -EBUSY,
		"this node has another number" },
};

/* Not isalnum(): that takes Latin-1 letters too. */
static bool is_name_start(char c)
{
	return isascii(c) && isalnum(c);
}

static bool is_name_char(char c)
{
	return is_name_start(c) || c == '.' || c == '_' || c == '-';
}

/**
 * weft_cluster_name_is_valid() - may a cluster be called this?
 * @name: any string
 *
 * Return: true if @name obeys the rule at WEFT_CLUSTER_NAME_LEN.
 */
bool weft_cluster_name_is_valid(const char *name)
{
	size_t len = strnlen(name, WEFT_CLUSTER_NAME_LEN);
	size_t i;

	if (len == WEFT_CLUSTER_NAME_LEN || !is_name_start(name[0]))
		return false;
	for (i = 1; i < len; i++)
		if (!is_name_char(name[i]))
			return false;
	return true;
}

/**
 * weft_identity_check() - is each value in a request possible by itself?
 * @request: what is wanted; a value that is absent is never wrong
 *
 * Return: WEFT_IDENTITY_KEEP, or the WEFT_IDENTITY_BAD_* of the first value
 * that is wrong.
 */
enum weft_identity_verdict
weft_identity_check(const struct weft_identity_request *request)
{
	if (request->cluster && !weft_cluster_name_is_valid(request->cluster))
		return WEFT_IDENTITY_BAD_CLUSTER;
	if (request->has_node && (request->node < WEFT_NODE_MIN ||
				  request->node > WEFT_NODE_MAX))
		return WEFT_IDENTITY_BAD_NODE;
	if (request->has_lease_ms && (request->lease_ms < WEFT_LEASE_MS_MIN ||
				      request->lease_ms > WEFT_LEASE_MS_MAX))
		return WEFT_IDENTITY_BAD_LEASE;
	return WEFT_IDENTITY_KEEP;
}

/**
 * weft_identity_decide() - what becomes of a request?
 * @present: who the node is now
 * @request: what is wanted
 *
 * An identity is given once. After that a request may repeat it, wholly or in
 * part, and may change the lease.
 *
 * Return: the verdict. weft_identity_errno() tells a refusal from a grant.
 */
enum weft_identity_verdict
weft_identity_decide(const struct weft_identity *present,
		     const struct weft_identity_request *request)
{
	enum weft_identity_verdict verdict = weft_identity_check(request);

	if (weft_identity_errno(verdict))
		return verdict;

	if (present->node == WEFT_NODE_NONE) {
		if (!request->cluster)
			return WEFT_IDENTITY_NO_CLUSTER;
		if (!request->has_node)
			return WEFT_IDENTITY_NO_NODE;
		return WEFT_IDENTITY_ASSUME;
	}

	if (request->cluster && strcmp(request->cluster, present->cluster))
		return WEFT_IDENTITY_OTHER_CLUSTER;
	if (request->has_node && request->node != present->node)
		return WEFT_IDENTITY_OTHER_NODE;
	if (request->has_lease_ms && request->lease_ms != present->lease_ms)
		return WEFT_IDENTITY_SET_LEASE;
	return WEFT_IDENTITY_KEEP;
}

/**
 * weft_identity_errno() - the error that a verdict stands for
 * @verdict: a verdict
 *
 * Return: 0 if the request was granted, else -EINVAL, -ERANGE or -EBUSY.
 */
int weft_identity_errno(enum weft_identity_verdict verdict)
{
	return verdicts[verdict].err;
}

/**
 * weft_identity_text() - a verdict in words
 * @verdict: a verdict
 *
 * Return: a phrase for a person, without a full stop; a constant.
 */
const char *weft_identity_text(enum weft_identity_verdict verdict)
{
	return verdicts[verdict].text;
}
