// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the service manager is told. Without a service manager nothing happens;
 * a failure to tell it is no failure of the daemon.
 */
#include "notify.h"

#include <systemd/sd-daemon.h>

/**
 * notify_watchdog_usec() - how often the service manager wants a sign of life
 *
 * Return: microseconds, 0 if it wants none.
 */
uint64_t notify_watchdog_usec(void)
{
	uint64_t usec;

	return sd_watchdog_enabled(0, &usec) > 0 ? usec : 0;
}

/**
 * notify_ready() - the daemon serves
 * @status: one sentence
 */
void notify_ready(const char *status)
{
	(void)sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

/**
 * notify_status() - the state changed
 * @status: one sentence
 */
void notify_status(const char *status)
{
	(void)sd_notifyf(0, "STATUS=%s", status);
}

/**
 * notify_reloading() - the configuration is being read again; notify_ready()
 * follows
 */
void notify_reloading(void)
{
	(void)sd_notify(0, "RELOADING=1");
}

/**
 * notify_alive() - the module has just answered
 *
 * Nothing less may call this: a daemon that runs while its module does not
 * answer is of no use and must look so.
 */
void notify_alive(void)
{
	(void)sd_notify(0, "WATCHDOG=1");
}

/**
 * notify_stopping() - the daemon is about to leave
 */
void notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}
