/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CRC32C, inside transport.
 */
#ifndef _WEFT_TRANSPORT_CRC_H
#define _WEFT_TRANSPORT_CRC_H

#include <linux/types.h>
#include <linux/uio.h>

/* With what a CRC begins. */
#define WEFT_CRC_SEED	U32_MAX

u32 weft_crc_add(u32 crc, const void *data, size_t len);
__le32 weft_crc_end(u32 crc);
__le32 weft_crc_buffers(const struct kvec *parts, unsigned int count);

#endif /* _WEFT_TRANSPORT_CRC_H */
