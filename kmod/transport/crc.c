// SPDX-License-Identifier: GPL-2.0-only
/*
 * CRC32C of messages that no TLS protects: of what is long by the crypto API,
 * because that uses the instruction of the processor where it has one, and of
 * what is short by a table, because that is done before the API has begun.
 */
#include "transport/crc.h"
#include "transport/transport.h"

#include <crypto/hash.h>
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/module.h>

MODULE_SOFTDEP("pre: crc32c");

/* Bytes; where both ways take about as long on processors with the instruction. */
#define SHORT_MAX	256

static struct crypto_shash *crc32c __ro_after_init;

/**
 * weft_crc_add() - go on with a CRC32C
 * @crc:  so far; WEFT_CRC_SEED at the beginning
 * @data: what comes next
 * @len:  bytes of it
 *
 * Return: the CRC so far; weft_crc_end() makes it what is sent.
 */
u32 weft_crc_add(u32 crc, const void *data, size_t len)
{
	SHASH_DESC_ON_STACK(desc, crc32c);
	u32 *state;

	if (len <= SHORT_MAX)
		return __crc32c_le(crc, data, len);
	/* the state of all implementations is the CRC, as lib/libcrc32c.c knows */
	desc->tfm = crc32c;
	state = shash_desc_ctx(desc);
	*state = crc;
	crypto_shash_update(desc, data, len);
	return *state;
}

/**
 * weft_crc_end() - a CRC32C as it is sent
 * @crc: of all bytes
 *
 * Return: the CRC.
 */
__le32 weft_crc_end(u32 crc)
{
	return cpu_to_le32(~crc);
}

/**
 * weft_crc_buffers() - the CRC32C of some bytes
 * @parts: where they are
 * @count: how many parts
 *
 * Return: the CRC.
 */
__le32 weft_crc_buffers(const struct kvec *parts, unsigned int count)
{
	u32 crc = WEFT_CRC_SEED;
	unsigned int i;

	for (i = 0; i < count; i++)
		crc = weft_crc_add(crc, parts[i].iov_base, parts[i].iov_len);
	return weft_crc_end(crc);
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
