/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the configuration to what a handshake needs.
 */
#ifndef WEFTD_SECURITY_H
#define WEFTD_SECURITY_H

#include "config.h"
#include "log.h"
#include "tls.h"

int security_check(const struct config *config, char *problem, size_t size);
int security_open(struct tls_context **tls, const struct config *config,
		  const struct log *log);

#endif /* WEFTD_SECURITY_H */
