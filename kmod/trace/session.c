// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bodies of the tracepoints of sessions and calls.
 */
#define CREATE_TRACE_POINTS
#include "trace/session.h"
