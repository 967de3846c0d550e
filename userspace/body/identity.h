/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who the process is, as far as system calls can make a task that. */
#ifndef WEFT_BODY_IDENTITY_H
#define WEFT_BODY_IDENTITY_H

#include "status.h"

enum status take_identity(long fd);
long take_users(void);

#endif /* WEFT_BODY_IDENTITY_H */
