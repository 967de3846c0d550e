// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving a process, as whoever asks for it sees it: a body is made ready while
 * the process runs on, then the process is told to leave.
 */
#include "migrate/migrate.h"
#include "migrate/body.h"
#include "migrate/deputy.h"
#include "migrate/identity.h"
#include "migrate/verdict.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>

/* Return: the process with a reference, or NULL. */
static struct task_struct *find_task(pid_t pid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_TGID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/* Return: the number of a process in its own PID namespace; 0 if it has ended. */
static pid_t own_pid(struct task_struct *task)
{
	struct pid_namespace *space;
	pid_t pid = 0;

	rcu_read_lock();
	space = task_active_pid_ns(task);
	if (space)
		pid = task_tgid_nr_ns(task, space);
	rcu_read_unlock();
	return pid;
}

/* Asks for a body. Return: 0 when it waits, or an error. */
static int ask_for_body(struct weft_deputy *deputy, unsigned long deadline)
{
	struct weft_call call = { .type = WEFT_MSG_BODY, .deadline = deadline };
	struct weft_message *request;
	pid_t pid = own_pid(deputy->task);
	struct weft_msg_body *body;
	int err;

	if (!pid)
		return -ESRCH;
	request = weft_message_new(call.type, sizeof(*body));
	if (!request)
		return -ENOMEM;
	body = (struct weft_msg_body *)request->payload;
	*body = (struct weft_msg_body){
		.process = cpu_to_le64(deputy->process),
		.pid = cpu_to_le32(pid),
	};
	weft_clocks_put(&body->clocks, deputy->task);
	strscpy_pad(body->name, deputy->name, sizeof(body->name));
	err = weft_call_start(&deputy->peer->lanes[WEFT_LANE_FAST], &call, request);
	return err ? err : weft_call_wait(&call);
}

static bool has_decided(struct weft_deputy *deputy)
{
	enum weft_deputy_state state = READ_ONCE(deputy->state);

	return state != WEFT_DEPUTY_ASKED && state != WEFT_DEPUTY_LEAVING;
}

/* A body that nobody will become is no use to anybody. */
static int stay(struct weft_deputy *deputy, int err)
{
	weft_gone_tell(deputy->processes, deputy->peer->node, deputy->process, 0);
	return err;
}

static int call_off(struct weft_deputy *deputy, int err)
{
	weft_deputy_set_state(deputy, WEFT_DEPUTY_STAYED, err);
	weft_deputy_settle(deputy);
	return stay(deputy, err);
}

/*
 * Once the process has been stopped it takes as long as it takes: its node answers,
 * or is lost.
 */
static int move(struct weft_deputy *deputy, unsigned long deadline)
{
	int err = weft_depart_stop(deputy, deadline);

	if (err)
		return call_off(deputy, err);
	/* a process that was killed meanwhile has nobody left to decide */
	while (!has_decided(deputy)) {
		long left = wait_event_killable_timeout(deputy->changed,
							has_decided(deputy), HZ);

		if (!has_decided(deputy) && !READ_ONCE(deputy->nr_twins))
			return call_off(deputy, -ESRCH);
		if (left < 0)
			return -EINTR;
	}
	if (deputy->state != WEFT_DEPUTY_STAYED)
		return 0;
	weft_deputy_settle(deputy);
	return deputy->error;
}

static int run(struct weft_deputy *deputy, struct weft_migration *migration)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(migration->timeout_ms);
	int err;

	err = ask_for_body(deputy, deadline);
	if (!err)
		err = weft_fault(deputy->processes->weft, WEFT_FAULT_DEPART_ASKED);
	if (err)
		return call_off(deputy, err == -ETIMEDOUT ? -ETIME : err);
	err = move(deputy, deadline);
	if (err)
		return err;
	migration->process = deputy->process;
	migration->downtime_ns = deputy->arrived_ns - deputy->left_ns;
	return 0;
}

/* Return: 0; -EOPNOTSUPP if there is a reason why it cannot move; or an error. */
static int ask_first(struct weft_net *weft, const struct weft_migration *migration)
{
	struct weft_check *check = kvzalloc(sizeof(*check), GFP_KERNEL);
	int err;

	if (!check)
		return -ENOMEM;
	check->pid = migration->pid;
	check->node = migration->node;
	check->timeout_ms = migration->timeout_ms;
	err = weft_check_run(weft, check);
	if (!err && check->reasons & WEFT_REASON_BIT(NO_PROCESS))
		err = -ESRCH;
	else if (!err && check->reasons)
		err = -EOPNOTSUPP;
	kvfree(check);
	return err;
}

/**
 * weft_migrate_run() - move a process to another node
 * @weft:      this node, its home
 * @migration: what is wanted, and room for what came of it
 *
 * Context: may sleep, also for the peer; the caller holds no lock.
 * Return: 0: it runs there; -ESRCH: no such process; -EALREADY: it is on its way,
 * or there; -EOPNOTSUPP: it cannot move, and weft_check_run() tells why; -EXDEV:
 * its home is another node; -ETIME: the node had no body for it in time;
 * -ETIMEDOUT: it could not be stopped in time; -EINTR; or what the node or the
 * process failed with. After an error, other than -EINTR, the process is here.
 */
int weft_migrate_run(struct weft_net *weft, struct weft_migration *migration)
{
	struct weft_peer *peer = weft_peer_find(weft, migration->node);
	struct weft_deputy *deputy;
	struct task_struct *task;
	int err;

	task = peer ? find_task(migration->pid) : NULL;
	if (task && weft_body_is(weft_processes(weft), task)) {
		put_task_struct(task);
		return -EXDEV;
	}
	err = ask_first(weft, migration);
	if (err || !task) {
		if (task)
			put_task_struct(task);
		return err ? err : -ESRCH;
	}
	deputy = weft_deputy_new(weft_processes(weft), peer, task);
	put_task_struct(task);
	if (IS_ERR(deputy))
		return PTR_ERR(deputy);
	err = run(deputy, migration);
	weft_deputy_put(deputy);
	return err;
}
