/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CRC32C, inside transport.
 */
#ifndef _WEFT_TRANSPORT_CRC_H
#define _WEFT_TRANSPORT_CRC_H

#include <crypto/hash.h>
#include <linux/types.h>
#include <linux/uio.h>

__le32 weft_crc_buffers(const struct kvec *parts, unsigned int count);
struct shash_desc *weft_crc_new(void);

#endif /* _WEFT_TRANSPORT_CRC_H */
