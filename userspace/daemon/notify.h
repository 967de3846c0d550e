/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the service manager is told.
 */
#ifndef WEFTD_NOTIFY_H
#define WEFTD_NOTIFY_H

#include <stdint.h>

uint64_t notify_watchdog_usec(void);
void notify_ready(const char *status);
void notify_status(const char *status);
void notify_reloading(void);
void notify_alive(void);
void notify_stopping(void);

#endif /* WEFTD_NOTIFY_H */
