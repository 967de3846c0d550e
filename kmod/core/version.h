/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The version of weft, in its only place.
 */
#ifndef _WEFT_CORE_VERSION_H
#define _WEFT_CORE_VERSION_H

#define WEFT_VERSION	"0.1.0"

#endif /* _WEFT_CORE_VERSION_H */
