// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process does with its signals is known where it runs. Home has to know of
 * it what acts there: whether the end of a child is waited for, and which signals
 * a program that it starts is to ignore.
 * Locks: sighand.siglock.
 */
#include "migrate/body.h"
#include "migrate/deputy.h"

#include <linux/sched/signal.h>
#include <linux/syscalls.h>

/* What of the flags of SIGCHLD acts at home. */
#define CHILD_FLAGS	(SA_NOCLDSTOP | SA_NOCLDWAIT)

/* How often home is told if signals come in between. */
#define TRIES		16

/**
 * weft_disposition_ignored() - which signals does the caller ignore?
 *
 * Return: bits, as in a mask.
 */
u64 weft_disposition_ignored(void)
{
	struct sighand_struct *sighand = weft_own_sighand();
	u64 ignored = 0;
	int i;

	spin_lock_irq(&sighand->siglock);
	for (i = 0; i < WEFT_SIGNALS; i++)
		if (sighand->action[i].sa.sa_handler == SIG_IGN)
			ignored |= BIT_ULL(i);
	spin_unlock_irq(&sighand->siglock);
	return ignored;
}

/**
 * weft_disposition_tell() - the caller may have changed what SIGCHLD does
 * @thread: its thread
 *
 * Context: sleeps until home knows.
 */
void weft_disposition_tell(struct weft_thread *thread)
{
	struct sighand_struct *sighand = weft_own_sighand();
	u64 args[6] = { SIGCHLD };
	int tries = 0;
	s64 result;

	spin_lock_irq(&sighand->siglock);
	args[1] = sighand->action[SIGCHLD - 1].sa.sa_handler == SIG_IGN;
	args[2] = sighand->action[SIGCHLD - 1].sa.sa_flags & CHILD_FLAGS;
	spin_unlock_irq(&sighand->siglock);
	do {
		result = weft_thread_call_home(thread, __NR_rt_sigaction, args, NULL);
	} while (result == -ERESTARTNOINTR && ++tries < TRIES);
}

/**
 * weft_disposition_take() - the body has said what SIGCHLD does
 * @call: the call; the caller is its twin
 *
 * Return: 0, or -EINVAL.
 */
int weft_disposition_take(const struct weft_deputy_call *call)
{
	struct sighand_struct *sighand = weft_own_sighand();
	const u64 *args = call->plan.args;
	struct sigaction *action;

	if (args[0] != SIGCHLD || args[1] > 1 || args[2] & ~(u64)CHILD_FLAGS)
		return -EINVAL;
	spin_lock_irq(&sighand->siglock);
	action = &sighand->action[SIGCHLD - 1].sa;
	action->sa_handler = args[1] ? SIG_IGN : SIG_DFL;
	action->sa_flags = args[2];
	spin_unlock_irq(&sighand->siglock);
	return 0;
}

/**
 * weft_disposition_set_ignored() - what a program that has just been started ignores
 * @ignored: bits, as in a mask
 *
 * Context: the caller holds sighand->siglock; nobody else is left of its process.
 */
void weft_disposition_set_ignored(u64 ignored)
{
	struct sighand_struct *sighand = weft_own_sighand();
	int i;

	for (i = 0; i < WEFT_SIGNALS; i++)
		if (!(WEFT_SIGNALS_FIXED & BIT_ULL(i)))
			sighand->action[i].sa.sa_handler =
				ignored & BIT_ULL(i) ? SIG_IGN : SIG_DFL;
}
