// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks are born, become other programs, get and take signals, and end: those that belong
 * to a process that was moved are seen at it, here and at home.
 *
 * The probes are registered only while there is such a process. They may not
 * sleep; what has to is done by work.
 * Locks: weft_processes.life_mutex; tasks are read under RCU.
 */
#include "migrate/body.h"
#include "migrate/deputy.h"

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/signal.h>

struct linux_binprm;

static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	struct weft_processes *processes = data;
	struct weft_thread *thread;
	struct weft_twin *twin;

	rcu_read_lock();
	twin = weft_twin_of(processes, parent);
	if (twin)
		weft_birth_happened(twin, child);
	thread = weft_thread_of(processes, parent);
	if (thread)
		weft_clone_happened(thread, child);
	rcu_read_unlock();
}

/* What the old memory was to dump the new one was told: nothing. See depart.c. */
static void give_dumps_back(const struct weft_deputy *deputy)
{
	set_mask_bits(&current->mm->flags, MMF_DUMP_FILTER_MASK, deputy->dump_filter);
}

/* The program that it is now is one of this machine, with its own signals. */
static void let_go(struct weft_twin *twin)
{
	struct sighand_struct *sighand = weft_own_sighand();
	unsigned long flags;

	set_bit(WEFT_TWIN_EXECED, &twin->flags);
	WRITE_ONCE(twin->deputy->has_execed, true);
	weft_signals_unwatch(twin->deputy, current);
	give_dumps_back(twin->deputy);
	spin_lock_irqsave(&sighand->siglock, flags);
	current->blocked.sig[0] = twin->mask & ~(sigmask(SIGKILL) | sigmask(SIGSTOP));
	weft_disposition_set_ignored(twin->ignored);
	recalc_sigpending();
	spin_unlock_irqrestore(&sighand->siglock, flags);
	weft_twin_end_later(twin);
}

static void on_exec(void *data, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *program)
{
	struct weft_twin *twin;

	rcu_read_lock();
	twin = weft_twin_of(data, task);
	/* one that was only asked to leave is its own, and stays: see park() */
	if (twin && READ_ONCE(twin->deputy->state) == WEFT_DEPUTY_AWAY)
		let_go(twin);
	rcu_read_unlock();
}

static void on_exit(void *data, struct task_struct *task)
{
	struct weft_processes *processes = data;
	struct weft_thread *thread;
	struct weft_twin *twin;

	rcu_read_lock();
	twin = weft_twin_of(processes, task);
	if (twin)
		weft_twin_end_later(twin);
	thread = weft_thread_of(processes, task);
	if (thread)
		weft_thread_end_later(thread);
	rcu_read_unlock();
}

/* Under siglock. */
static void on_signal_generate(void *data, int number, struct kernel_siginfo *info,
			       struct task_struct *task, int is_shared, int result)
{
	/* what says nothing about itself is not ours */
	if (result == TRACE_SIGNAL_DELIVERED && info > SEND_SIG_PRIV)
		weft_deliver_queued(data, info, is_shared ? &task->signal->shared_pending :
							    &task->pending);
}

/* Under siglock. */
static void on_signal_deliver(void *data, int number, struct kernel_siginfo *info,
			      struct k_sigaction *action)
{
	struct weft_thread *thread;

	if (number == SIGSTOP || !sig_kernel_stop(number) ||
	    action->sa.sa_handler != SIG_DFL)
		return;
	rcu_read_lock();
	thread = weft_thread_of(data, current);
	if (thread)
		weft_stop_seen(thread, number);
	rcu_read_unlock();
}

static const struct {
	const char *name;
	void *probe;
} events[WEFT_LIFE_EVENTS] = {
	{ "sched_process_fork", on_fork },
	{ "sched_process_exec", on_exec },
	{ "sched_process_exit", on_exit },
	{ "signal_generate", on_signal_generate },
	{ "signal_deliver", on_signal_deliver },
};

static void find(struct tracepoint *tracepoint, void *data)
{
	struct weft_processes *processes = data;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (!strcmp(tracepoint->name, events[i].name))
			processes->watched[i] = tracepoint;
}

static void unwatch(struct weft_processes *processes, unsigned int count)
{
	while (count--)
		tracepoint_probe_unregister(processes->watched[count],
					    events[count].probe, processes);
	tracepoint_synchronize_unregister();
}

static int watch(struct weft_processes *processes)
{
	unsigned int i;
	int err = 0;

	for_each_kernel_tracepoint(find, processes);
	for (i = 0; i < ARRAY_SIZE(events) && !err; i++)
		err = processes->watched[i] ?
		      tracepoint_probe_register(processes->watched[i],
						events[i].probe, processes) :
		      -EOPNOTSUPP;
	if (err)
		unwatch(processes, i - 1);
	return err;
}

/**
 * weft_life_enter() - there is a process whose tasks are to be watched
 * @processes: of this node
 *
 * Context: may sleep.
 * Return: 0, -EOPNOTSUPP if this kernel has no such tracepoints, or -ENOMEM.
 */
int weft_life_enter(struct weft_processes *processes)
{
	int err = 0;

	mutex_lock(&processes->life_mutex);
	if (!processes->lives)
		err = watch(processes);
	if (!err)
		processes->lives++;
	mutex_unlock(&processes->life_mutex);
	return err;
}

/**
 * weft_life_leave() - undo weft_life_enter()
 * @processes: of this node
 *
 * Context: may sleep.
 */
void weft_life_leave(struct weft_processes *processes)
{
	mutex_lock(&processes->life_mutex);
	if (!--processes->lives)
		unwatch(processes, ARRAY_SIZE(events));
	mutex_unlock(&processes->life_mutex);
}
