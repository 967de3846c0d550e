// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can a process move to a node? The facts are collected here; the rules are in
 * verdict.c. Nothing is stopped: the answer is that of the moment, and a process
 * that goes on can make it wrong the next one.
 *
 * Locks: none across the wait for the peer. Threads are read under RCU; what
 * they change about themselves meanwhile is seen as it was or as it is.
 */
#include "cluster/cluster.h"
#include "compat/compat.h"
#include "migrate/body.h"
#include "migrate/process.h"
#include "migrate/verdict.h"
#include "rpc/rpc.h"

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seccomp.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

/* Return: the main thread with a reference, or NULL. */
static struct task_struct *find_process(struct weft_check *check)
{
	struct task_struct *leader, *thread;
	struct pid *pid;

	rcu_read_lock();
	pid = find_pid_ns(check->pid, &init_pid_ns);
	leader = pid_task(pid, PIDTYPE_TGID);
	thread = leader ? NULL : pid_task(pid, PIDTYPE_PID);
	if (leader)
		get_task_struct(leader);
	if (thread)
		weft_findings_add(check, WEFT_REASON_NO_PROCESS,
				  "it is a thread of process %d",
				  task_tgid_nr(thread));
	rcu_read_unlock();
	return leader;
}

static bool is_alive(const struct task_struct *thread)
{
	return !(READ_ONCE(thread->flags) & PF_EXITING) &&
	       !READ_ONCE(thread->exit_state);
}

static void note_thread(struct weft_check *check, struct task_struct *thread)
{
	const struct weft_thread_facts facts = {
		.is_32bit = test_tsk_thread_flag(thread, TIF_ADDR32),
		.is_traced = READ_ONCE(thread->ptrace),
		.is_strict = seccomp_mode(&thread->seccomp) ==
			     SECCOMP_MODE_STRICT,
		.has_io_uring = weft_task_has_io_uring(thread),
		.is_user_worker = weft_task_is_user_worker(thread),
	};
	u64 reasons = weft_verdict_thread(&facts);
	int reason;

	for (reason = 0; reason < WEFT_REASON_COUNT; reason++) {
		if (!(reasons >> reason & 1))
			continue;
		if (reason == WEFT_REASON_TRACED)
			weft_findings_add(check, reason,
					  "thread %d, by process %d",
					  task_pid_nr(thread),
					  task_tgid_nr(rcu_dereference(thread->parent)));
		else
			weft_findings_add(check, reason, "thread %d",
					  task_pid_nr(thread));
	}
}

/*
 * Notes what is about single threads. Return: one that is alive, with a
 * reference, or NULL.
 */
static struct task_struct *inspect_threads(struct weft_check *check,
					   struct task_struct *leader)
{
	struct task_struct *thread, *alive = NULL;

	rcu_read_lock();
	for_each_thread(leader, thread) {
		if (!is_alive(thread))
			continue;
		note_thread(check, thread);
		if (!alive && !weft_task_is_user_worker(thread))
			alive = thread;
	}
	if (alive)
		get_task_struct(alive);
	rcu_read_unlock();
	return alive;
}

static void inspect_namespaces(struct task_struct *alive,
			       struct weft_process_facts *facts)
{
	rcu_read_lock();
	/* whoever has ended in the meantime has no number any more */
	facts->is_pid_initial = !task_pid(alive) ||
				task_active_pid_ns(alive) == &init_pid_ns;
	facts->is_user_initial = __task_cred(alive)->user_ns == &init_user_ns;
	rcu_read_unlock();
}

/* Whether another process has this address space is seen by looking at all. */
static bool find_sharers(struct weft_check *check, struct task_struct *leader,
			 const struct mm_struct *mm)
{
	struct task_struct *process, *thread;
	bool found = false;

	/* ours, and that of the only thread that can have it */
	if (atomic_read(&mm->mm_users) <= 2)
		return false;
	rcu_read_lock();
	for_each_process_thread(process, thread) {
		/* threads of the kernel only borrow it */
		if (READ_ONCE(thread->mm) != mm || thread->flags & PF_KTHREAD ||
		    same_thread_group(thread, leader))
			continue;
		found = true;
		weft_findings_add(check, WEFT_REASON_SHARED_MM, "process %d",
				  task_tgid_nr(thread));
	}
	rcu_read_unlock();
	return found;
}

static int inspect_memory(struct weft_check *check, struct task_struct *leader,
			  struct task_struct *alive,
			  struct weft_process_facts *facts,
			  struct weft_own_vdso *own)
{
	struct mm_struct *mm = get_task_mm(alive);
	int err;

	if (!mm)
		return 0;
	facts->is_alive = true;
	facts->shares_memory = find_sharers(check, leader, mm);
	err = weft_memory_inspect(mm, alive, check, own);
	mmput(mm);
	return err;
}

/* Return: whether it is one half of a process that was moved. */
static bool is_away(struct weft_net *weft, struct weft_check *check,
		    const struct task_struct *leader)
{
	u32 node = weft_deputy_node(weft_processes(weft), leader);

	if (node == WEFT_NODE_NONE && weft_body_is(weft_processes(weft), leader)) {
		weft_findings_add(check, WEFT_REASON_NOT_YET,
				  "to move on: its home is another node");
		return true;
	}
	if (node == WEFT_NODE_NONE)
		return false;
	if (node == check->node)
		weft_findings_add_reasons(check, WEFT_REASON_BIT(THIS_NODE));
	else
		weft_findings_add(check, WEFT_REASON_NOT_YET,
				  "to move on: it is on node %u", node);
	return true;
}

static int inspect_process(struct weft_net *weft, struct weft_check *check,
			   struct weft_own_vdso *own)
{
	struct weft_process_facts facts = {
		.is_pid_initial = true, .is_user_initial = true,
	};
	struct task_struct *leader = find_process(check), *alive = NULL;
	int err = 0;

	if (leader) {
		facts.exists = true;
		facts.is_kernel_thread = leader->flags & PF_KTHREAD;
		facts.is_group_exiting = leader->signal->flags & SIGNAL_GROUP_EXIT;
		facts.is_headless = !is_alive(leader);
		get_task_comm(check->name, leader);
		weft_text_clean(check->name);
	}
	if (leader && is_away(weft, check, leader)) {
		put_task_struct(leader);
		return 0;
	}
	if (leader && !facts.is_kernel_thread)
		alive = inspect_threads(check, leader);
	if (alive) {
		inspect_namespaces(alive, &facts);
		weft_limits_inspect(check, alive);
		err = inspect_memory(check, leader, alive, &facts, own);
		put_task_struct(alive);
	}
	weft_findings_add_reasons(check, weft_verdict_process(&facts));
	if (leader)
		put_task_struct(leader);
	return err;
}

static const char *text_of(int err)
{
	switch (err) {
	case -ETIMEDOUT:
		return "it was silent until the timeout";
	case -ECONNRESET:
		return "it began a new life meanwhile";
	case -EHOSTUNREACH:
		return "it left the cluster meanwhile";
	case -ESTALE:
		return "the view changed meanwhile: ask again";
	case -EBADMSG:
		return "what it answered cannot be true";
	default:
		return "it answered with an error";
	}
}

/* Is this an error of the question, and not a reason against the node? */
static bool is_fatal(int err)
{
	return err == -EINTR || err == -ENOMEM || err == -ESHUTDOWN;
}

/* Return: 0; an error only if the question itself failed. */
static int inspect_node(struct weft_net *weft, struct weft_check *check,
			struct weft_node_facts *facts, struct weft_host *there)
{
	struct weft_peer *peer = weft_peer_find(weft, check->node);
	struct weft_identity self;
	int err;

	weft_self_get(weft, &self);
	facts->is_self = self.node == check->node;
	facts->is_member = peer && READ_ONCE(peer->is_member);
	facts->is_connected = facts->is_member &&
		READ_ONCE(peer->lanes[WEFT_LANE_FAST].state) == WEFT_LANE_UP;
	if (facts->is_self || !facts->is_connected)
		return 0;
	err = weft_host_ask(peer, check->timeout_ms, there);
	if (is_fatal(err))
		return err;
	facts->has_answered = !err;
	if (err)
		weft_findings_add(check, WEFT_REASON_NO_ANSWER, "%s",
				  text_of(err));
	return 0;
}

/**
 * weft_check_run() - can a process move to a node, and if not, why not?
 * @weft:  this node
 * @check: the question, and room for the answer, all zeros but for the question
 *
 * Context: may sleep, also for the peer; the caller holds no lock.
 * Return: 0 with the answer in @check; -EINTR if the caller was killed, -ENOMEM,
 * or -ESHUTDOWN if this node is about to go.
 */
int weft_check_run(struct weft_net *weft, struct weft_check *check)
{
	struct weft_node_facts node = {};
	struct weft_own_vdso own = {};
	struct weft_host here, there;
	int err;

	err = inspect_process(weft, check, &own);
	if (!err)
		err = inspect_node(weft, check, &node, &there);
	if (err)
		return err;
	weft_findings_add_reasons(check, weft_verdict_node(&node));
	if (!node.has_answered)
		return 0;
	weft_host_get(&here);
	weft_findings_explain_hosts(check, &here, &there, &own);
	return 0;
}

/*
 * Until it stood still it could map memory that it shares, make timers, start a thread
 * that is somebody else. Return: 0, or -EINTR.
 */
static int inspect_self(struct weft_check *check)
{
	struct weft_process_facts facts = { .exists = true, .is_alive = true };
	struct task_struct *alive = inspect_threads(check, current);
	struct weft_own_vdso own = {};

	if (alive)
		put_task_struct(alive);
	inspect_namespaces(current, &facts);
	weft_limits_inspect(check, current);
	facts.shares_memory = find_sharers(check, current, current->mm);
	weft_findings_add_reasons(check, weft_verdict_process(&facts));
	return weft_memory_inspect(current->mm, current, check, &own);
}

/**
 * weft_check_stopped() - is what was found of a process still true?
 *
 * Context: the first thread of the process, which has stopped, as all others have;
 * may sleep; takes mmap_lock.
 * Return: 0; -EAGAIN if now it could not move; -EINTR; or -ENOMEM.
 */
int weft_check_stopped(void)
{
	struct weft_check *check = kvzalloc(sizeof(*check), GFP_KERNEL);
	int err;

	if (!check)
		return -ENOMEM;
	err = inspect_self(check);
	if (!err && check->reasons)
		err = -EAGAIN;
	kvfree(check);
	return err;
}
