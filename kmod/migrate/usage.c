// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a body has used: what its task at home used before it left, and uses for it
 * since, and what it used here.
 */
#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/posix-timers.h>
#include <linux/resource.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/times.h>
#include <linux/uaccess.h>

/**
 * struct used - what was used here
 * @user_ns:   time in the program
 * @system_ns: time in the kernel for it
 * @minor:     faults without I/O
 * @major:     faults with I/O
 * @voluntary: times that it went to sleep
 * @forced:    times that others had to run
 */
struct used {
	u64 user_ns;
	u64 system_ns;
	u64 minor;
	u64 major;
	u64 voluntary;
	u64 forced;
};

static void add_task(struct task_struct *task, struct used *used)
{
	u64 user, system;

	task_cputime_adjusted(task, &user, &system);
	used->user_ns += user;
	used->system_ns += system;
	used->minor += task->min_flt;
	used->major += task->maj_flt;
	used->voluntary += task->nvcsw;
	used->forced += task->nivcsw;
}

/* Threads that are no more. */
static void add_ended(const struct signal_struct *signal, struct used *used)
{
	used->user_ns += READ_ONCE(signal->utime);
	used->system_ns += READ_ONCE(signal->stime);
	used->minor += READ_ONCE(signal->min_flt);
	used->major += READ_ONCE(signal->maj_flt);
	used->voluntary += READ_ONCE(signal->nvcsw);
	used->forced += READ_ONCE(signal->nivcsw);
}

static void measure(bool is_thread, struct used *used)
{
	struct task_struct *task;

	*used = (struct used){};
	if (is_thread) {
		add_task(current, used);
		return;
	}
	rcu_read_lock();
	for_each_thread(current, task)
		add_task(task, used);
	rcu_read_unlock();
	add_ended(current->signal, used);
}

static void add_time(struct __kernel_old_timeval *time, u64 ns)
{
	u64 all = (u64)time->tv_sec * USEC_PER_SEC + time->tv_usec +
		  div_u64(ns, NSEC_PER_USEC);
	u32 rest;

	time->tv_sec = div_u64_rem(all, USEC_PER_SEC, &rest);
	time->tv_usec = rest;
}

static int add_usage(u64 address, int who)
{
	struct rusage usage;
	struct used used;

	if (who == RUSAGE_CHILDREN)
		return 0;
	if (copy_from_user(&usage, (void __user *)address, sizeof(usage)))
		return -EFAULT;
	measure(who == RUSAGE_THREAD, &used);
	add_time(&usage.ru_utime, used.user_ns);
	add_time(&usage.ru_stime, used.system_ns);
	usage.ru_minflt += used.minor;
	usage.ru_majflt += used.major;
	usage.ru_nvcsw += used.voluntary;
	usage.ru_nivcsw += used.forced;
	return copy_to_user((void __user *)address, &usage, sizeof(usage)) ? -EFAULT : 0;
}

static int add_times(u64 address)
{
	struct used used;
	struct tms times;

	/* without an address only the result is wanted */
	if (!address)
		return 0;
	if (copy_from_user(&times, (void __user *)address, sizeof(times)))
		return -EFAULT;
	measure(false, &used);
	times.tms_utime += div_u64(used.user_ns, NSEC_PER_SEC / USER_HZ);
	times.tms_stime += div_u64(used.system_ns, NSEC_PER_SEC / USER_HZ);
	return copy_to_user((void __user *)address, &times, sizeof(times)) ? -EFAULT : 0;
}

static bool is_own_clock(const struct weft_thread *thread, int clock, bool *is_thread)
{
	int pid = CPUCLOCK_PID(clock);

	*is_thread = clock == CLOCK_THREAD_CPUTIME_ID ||
		     (clock < 0 && CPUCLOCK_PERTHREAD(clock));
	if (clock >= 0)
		return clock == CLOCK_PROCESS_CPUTIME_ID ||
		       clock == CLOCK_THREAD_CPUTIME_ID;
	return CPUCLOCK_WHICH(clock) != CPUCLOCK_MAX &&
	       (!pid || pid == (*is_thread ? thread->tid : thread->body->pid));
}

static int add_clock(const struct weft_thread *thread, u64 address, int clock)
{
	struct timespec64 time;
	struct used used;
	bool is_thread;

	if (!is_own_clock(thread, clock, &is_thread))
		return 0;
	if (get_timespec64(&time, (void __user *)address))
		return -EFAULT;
	measure(is_thread, &used);
	time = timespec64_add(time, ns_to_timespec64(used.user_ns + used.system_ns));
	return put_timespec64(&time, (void __user *)address) ? -EFAULT : 0;
}

/**
 * weft_thread_usage() - make a call that tells what was used
 * @thread: the thread; the caller is its task
 * @number: of the call
 * @args:   as the program gave them
 *
 * Return: what the call gave.
 */
s64 weft_thread_usage(struct weft_thread *thread, u32 number, const u64 *args)
{
	s64 result = weft_thread_call_home(thread, number, args, NULL);
	int err = 0;

	if (result < 0 && number != __NR_times)
		return result;
	switch (number) {
	case __NR_getrusage:
		err = add_usage(args[1], args[0]);
		break;
	case __NR_times:
		err = add_times(args[0]);
		break;
	case __NR_clock_gettime:
		err = add_clock(thread, args[1], args[0]);
		break;
	}
	return err ? err : result;
}
