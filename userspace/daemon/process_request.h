/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests about processes: what a job does.
 */
#ifndef WEFTD_PROCESS_REQUEST_H
#define WEFTD_PROCESS_REQUEST_H

#include "jobs.h"

/* Waits for the module beyond the time that the module has itself. */
#define PROCESS_REQUEST_MARGIN_MS	1500

jobs_work_fn process_request_serve;

#endif /* WEFTD_PROCESS_REQUEST_H */
