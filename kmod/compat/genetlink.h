/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in generic netlink.
 */
#ifndef _WEFT_COMPAT_GENETLINK_H
#define _WEFT_COMPAT_GENETLINK_H

#include <linux/version.h>
#include <net/genetlink.h>

/**
 * weft_genl_dump_attrs() - the attributes of the request for a dump
 * @cb: the dump, of a command with a policy
 *
 * Return: the attributes by type, NULL where there is none; they stay as long as
 * the dump.
 */
static inline struct nlattr **weft_genl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->info.attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* _WEFT_COMPAT_GENETLINK_H */
