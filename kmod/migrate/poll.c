// SPDX-License-Identifier: GPL-2.0-only
/*
 * A body waits for descriptors, which are at home, with a mask of signals, which
 * are here. The mask holds while home waits, and the call and the mask are one
 * step for the program: a signal that the mask lets in ends the call.
 */
#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/sched/signal.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

/**
 * struct wait_mask - where a call has its mask
 * @address: of it; 0: it has none
 * @size:    as the program says it
 */
struct wait_mask {
	u64 address;
	u64 size;
};

/* Of pselect6(2) one argument points to both. */
static int find_mask(u32 number, const u64 *args, struct wait_mask *found)
{
	*found = (struct wait_mask){};
	switch (number) {
	case __NR_pselect6:
		if (args[5] && copy_from_user(found, (void __user *)args[5],
					      sizeof(*found)))
			return -EFAULT;
		break;
	case __NR_ppoll:
		*found = (struct wait_mask){ args[3], args[4] };
		break;
	case __NR_epoll_pwait:
	case __NR_epoll_pwait2:
		*found = (struct wait_mask){ args[4], args[5] };
		break;
	}
	return found->address && found->size != sizeof(sigset_t) ? -EINVAL : 0;
}

static int apply_mask(const struct wait_mask *mask)
{
	sigset_t set;

	if (copy_from_user(&set, (void __user *)mask->address, sizeof(set)))
		return -EFAULT;
	sigdelsetmask(&set, sigmask(SIGKILL) | sigmask(SIGSTOP));
	/* whoever is on the way back to the program puts it back, see signal(7) */
	current->saved_sigmask = current->blocked;
	set_restore_sigmask();
	return sigprocmask(SIG_SETMASK, &set, NULL);
}

static bool is_interrupted(s64 result)
{
	return result == -EINTR || result == -ERESTARTNOHAND ||
	       result == -ERESTARTNOINTR || result == -ERESTARTSYS ||
	       result == -ERESTART_RESTARTBLOCK;
}

static void put_mask_back(void)
{
	clear_restore_sigmask();
	sigprocmask(SIG_SETMASK, &current->saved_sigmask, NULL);
}

/*
 * The signal may have come before home began to wait. Any other call is then made
 * again, as if the signal had been first, but here the mask was.
 */
static s64 as_interrupted(u32 number, s64 result)
{
	if (result != -ERESTARTNOINTR)
		return result;
	return number == __NR_epoll_pwait || number == __NR_epoll_pwait2 ?
	       -EINTR : -ERESTARTNOHAND;
}

static s64 wait_with(struct weft_thread *thread, u32 number, const u64 *args,
		     const struct wait_mask *mask)
{
	s64 result;
	int err;

	err = apply_mask(mask);
	if (err)
		return err;
	result = as_interrupted(number, weft_thread_call_home(thread, number, args, NULL));
	if (is_interrupted(result))
		/* the handler runs with the mask, and only then is it put back */
		set_tsk_thread_flag(current, TIF_SIGPENDING);
	else
		put_mask_back();
	return result;
}

/**
 * weft_thread_poll() - make a call that waits for descriptors
 * @thread: the thread; the caller is its task
 * @number: of the call
 * @args:   as the program gave them
 *
 * Return: what the call gave.
 */
s64 weft_thread_poll(struct weft_thread *thread, u32 number, const u64 *args)
{
	const struct weft_rsys_entry *entry = weft_rsys_classify(number, args);
	struct wait_mask mask;
	u64 home[WEFT_RSYS_ARGS];
	int i, err;

	err = find_mask(number, args, &mask);
	if (err)
		return err;
	/* what points to memory of the program means something else at home */
	for (i = 0; i < WEFT_RSYS_ARGS; i++)
		home[i] = entry->args[i].kind == WEFT_RSYS_ARG_HERE ? 0 : args[i];
	if (!mask.address)
		return weft_thread_call_home(thread, number, home, NULL);
	return wait_with(thread, number, home, &mask);
}
