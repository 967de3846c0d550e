// SPDX-License-Identifier: GPL-2.0-only
/*
 * CRC32C of messages that no TLS protects: by the crypto API, because that uses
 * the instruction of the processor where it has one.
 */
#include "transport/crc.h"
#include "transport/transport.h"

#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

MODULE_SOFTDEP("pre: crc32c");

static struct crypto_shash *crc32c __ro_after_init;

/**
 * weft_crc_buffers() - the CRC32C of some bytes
 * @parts: where they are
 * @count: how many parts
 *
 * Return: the CRC.
 */
__le32 weft_crc_buffers(const struct kvec *parts, unsigned int count)
{
	SHASH_DESC_ON_STACK(desc, crc32c);
	__le32 crc;
	unsigned int i;

	desc->tfm = crc32c;
	crypto_shash_init(desc);
	for (i = 0; i < count; i++)
		crypto_shash_update(desc, parts[i].iov_base, parts[i].iov_len);
	crypto_shash_final(desc, (u8 *)&crc);
	return crc;
}

/**
 * weft_crc_new() - room for a CRC that is computed piece by piece
 *
 * Return: to be used with the crypto_shash functions and released with
 * kfree(); NULL without memory.
 */
struct shash_desc *weft_crc_new(void)
{
	struct shash_desc *desc;

	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(crc32c),
		       GFP_KERNEL);
	if (desc)
		desc->tfm = crc32c;
	return desc;
}

/**
 * weft_crc_init() - find an implementation of CRC32C
 *
 * Return: 0, or -ENOENT if this kernel has none.
 */
int __init weft_crc_init(void)
{
	crc32c = crypto_alloc_shash("crc32c", 0, 0);
	return PTR_ERR_OR_ZERO(crc32c);
}

/**
 * weft_crc_exit() - undo weft_crc_init()
 */
void weft_crc_exit(void)
{
	crypto_free_shash(crc32c);
}
