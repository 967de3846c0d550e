/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All system calls, from the lists by subject: for whoever makes something of
 * each of them.
 */
#ifndef _WEFT_RSYS_CALLS_H
#define _WEFT_RSYS_CALLS_H

#include "rsys/calls_files.h"
#include "rsys/calls_memory.h"
#include "rsys/calls_names.h"
#include "rsys/calls_newer.h"
#include "rsys/calls_process.h"
#include "rsys/calls_refused.h"
#include "rsys/calls_signals.h"
#include "rsys/calls_sockets.h"

/* What kernel 6.1 has as well. */
#define WEFT_RSYS_OLD_CALLS(CALL) \
	WEFT_RSYS_FILES_CALLS(CALL) \
	WEFT_RSYS_NAMES_CALLS(CALL) \
	WEFT_RSYS_SOCKETS_CALLS(CALL) \
	WEFT_RSYS_PROCESS_CALLS(CALL) \
	WEFT_RSYS_SIGNALS_CALLS(CALL) \
	WEFT_RSYS_MEMORY_CALLS(CALL) \
	WEFT_RSYS_REFUSED_CALLS(CALL)

#define WEFT_RSYS_CALLS(CALL) \
	WEFT_RSYS_OLD_CALLS(CALL) \
	WEFT_RSYS_NEWER_CALLS(CALL)

#endif /* _WEFT_RSYS_CALLS_H */
