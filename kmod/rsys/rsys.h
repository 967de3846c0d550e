/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of system calls, for the layers above.
 */
#ifndef _WEFT_RSYS_RSYS_H
#define _WEFT_RSYS_RSYS_H

#include "rsys/entry.h"
#include "rsys/measure.h"

#endif /* _WEFT_RSYS_RSYS_H */
