/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loading and unloading weft.ko, and what the kernel log says meanwhile.
 */
#ifndef WEFT_SELFTEST_MODULE_H
#define WEFT_SELFTEST_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#define MODULE_FILE "/lib/weft/weft.ko"

int module_load(const char *parameters);
int module_unload(void);
bool module_is_loaded(void);

int log_open_at_end(void);
int log_read_weft(int fd, char *text, size_t size);

#endif /* WEFT_SELFTEST_MODULE_H */
