// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who a process is, from its task at home to its task there. What the kernel keeps
 * accounts of, such as users, and what it does more than note, such as scheduling,
 * the program weft-body has set by system calls before: here it is only verified.
 * The rest is set here.
 *
 * Nothing is given here that the daemon could not have given: who has no capability
 * in its bounding set hands none on.
 * Locks: task_lock, fs_struct.lock, task_struct.pi_lock.
 */
#include "migrate/identity.h"
#include "compat/compat.h"

#include <asm/byteorder.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/fs_struct.h>
#include <linux/oom.h>
#include <linux/personality.h>
#include <linux/resource.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

static_assert(WEFT_LIMITS == RLIM_NLIMITS);

static __le32 uid_of(kuid_t uid)
{
	return cpu_to_le32(from_kuid(&init_user_ns, uid));
}

static __le32 gid_of(kgid_t gid)
{
	return cpu_to_le32(from_kgid(&init_user_ns, gid));
}

static __le64 bits_of(kernel_cap_t set)
{
	return cpu_to_le64(weft_capabilities_bits(set) & WEFT_CAPABILITIES_ALL);
}

/* Return: 0, or -E2BIG. */
static int put_groups(struct weft_msg_identity *identity,
		      const struct group_info *groups)
{
	int i;

	if (groups->ngroups > WEFT_GROUPS_MAX)
		return -E2BIG;
	identity->group_count = cpu_to_le32(groups->ngroups);
	for (i = 0; i < groups->ngroups; i++)
		identity->groups[i] = gid_of(groups->gid[i]);
	return 0;
}

static int put_credentials(struct weft_msg_identity *identity)
{
	const struct cred *cred = current_cred();
	__le64 *sets = identity->capabilities;

	identity->uids[WEFT_ID_REAL] = uid_of(cred->uid);
	identity->uids[WEFT_ID_EFFECTIVE] = uid_of(cred->euid);
	identity->uids[WEFT_ID_SAVED] = uid_of(cred->suid);
	identity->uids[WEFT_ID_FILES] = uid_of(cred->fsuid);
	identity->gids[WEFT_ID_REAL] = gid_of(cred->gid);
	identity->gids[WEFT_ID_EFFECTIVE] = gid_of(cred->egid);
	identity->gids[WEFT_ID_SAVED] = gid_of(cred->sgid);
	identity->gids[WEFT_ID_FILES] = gid_of(cred->fsgid);
	sets[WEFT_CAP_INHERITABLE] = bits_of(cred->cap_inheritable);
	sets[WEFT_CAP_PERMITTED] = bits_of(cred->cap_permitted);
	sets[WEFT_CAP_EFFECTIVE] = bits_of(cred->cap_effective);
	sets[WEFT_CAP_BOUNDING] = bits_of(cred->cap_bset);
	sets[WEFT_CAP_AMBIENT] = bits_of(cred->cap_ambient);
	identity->securebits = cpu_to_le32(cred->securebits);
	return put_groups(identity, cred->group_info);
}

static void put_limits(struct weft_msg_limit *limits)
{
	int i;

	task_lock(current->group_leader);
	for (i = 0; i < WEFT_LIMITS; i++) {
		limits[i].soft = cpu_to_le64(current->signal->rlim[i].rlim_cur);
		limits[i].hard = cpu_to_le64(current->signal->rlim[i].rlim_max);
	}
	task_unlock(current->group_leader);
}

/* Whoever may run on all processors is bound to none. */
static void put_affinity(__le64 *words)
{
	u64 bits[WEFT_AFFINITY_WORDS] = {};
	const struct cpumask *wanted;
	int cpu, i;

	raw_spin_lock_irq(&current->pi_lock);
	wanted = current->user_cpus_ptr;
	if (wanted && !cpumask_subset(cpu_possible_mask, wanted))
		for_each_cpu(cpu, wanted)
			if (cpu < WEFT_AFFINITY_WORDS * 64)
				bits[cpu / 64] |= BIT_ULL(cpu % 64);
	raw_spin_unlock_irq(&current->pi_lock);
	for (i = 0; i < WEFT_AFFINITY_WORDS; i++)
		words[i] = cpu_to_le64(bits[i]);
}

static void put_scheduling(struct weft_msg_identity *identity)
{
	identity->policy = cpu_to_le32(current->policy);
	identity->priority = cpu_to_le32(current->rt_priority);
	identity->nice = cpu_to_le32(task_nice(current));
	identity->timer_slack = cpu_to_le64(current->timer_slack_ns);
	put_affinity(identity->affinity);
}

static u32 flags_of_current(void)
{
	return (task_no_new_privs(current) ? WEFT_IDENTITY_NO_NEW_PRIVS : 0) |
	       (current->sched_reset_on_fork ? WEFT_IDENTITY_RESET_ON_FORK : 0);
}

/**
 * weft_identity_put() - write down who the calling process is
 * @identity: receives it, all but its timers and its clocks; all zeros before
 *
 * Return: 0; -E2BIG if it is in more groups than WEFT_GROUPS_MAX.
 */
int weft_identity_put(struct weft_msg_identity *identity)
{
	put_limits(identity->limits);
	put_scheduling(identity);
	identity->personality = cpu_to_le32(current->personality);
	identity->umask = cpu_to_le32(current_umask());
	identity->oom_score = cpu_to_le32(current->signal->oom_score_adj);
	identity->dumpable = cpu_to_le32(get_dumpable(current->mm));
	identity->flags = cpu_to_le32(flags_of_current());
	return put_credentials(identity);
}

static bool has_users(const struct weft_msg_identity *identity,
		      const struct cred *cred)
{
	return cred->user_ns == &init_user_ns &&
	       uid_of(cred->uid) == identity->uids[WEFT_ID_REAL] &&
	       uid_of(cred->euid) == identity->uids[WEFT_ID_EFFECTIVE] &&
	       uid_of(cred->suid) == identity->uids[WEFT_ID_SAVED];
}

static bool has_groups(const struct weft_msg_identity *identity,
		       const struct cred *cred)
{
	const struct group_info *groups = cred->group_info;
	int i;

	if (gid_of(cred->gid) != identity->gids[WEFT_ID_REAL] ||
	    gid_of(cred->egid) != identity->gids[WEFT_ID_EFFECTIVE] ||
	    gid_of(cred->sgid) != identity->gids[WEFT_ID_SAVED] ||
	    groups->ngroups != le32_to_cpu(identity->group_count))
		return false;
	for (i = 0; i < groups->ngroups; i++)
		if (gid_of(groups->gid[i]) != identity->groups[i])
			return false;
	return true;
}

static bool has_scheduling(const struct weft_msg_identity *identity)
{
	return current->policy == le32_to_cpu(identity->policy) &&
	       current->rt_priority == le32_to_cpu(identity->priority) &&
	       task_nice(current) == (s32)le32_to_cpu(identity->nice);
}

static bool has_processor_limit(const struct weft_msg_limit *limit)
{
	return rlimit(RLIMIT_CPU) == le64_to_cpu(limit->soft) &&
	       rlimit_max(RLIMIT_CPU) == le64_to_cpu(limit->hard);
}

/**
 * weft_identity_difference() - is the calling task the process, as far as it must be?
 * @identity: who that is, checked
 *
 * Return: what is different, as words for a log; NULL if nothing is.
 */
const char *weft_identity_difference(const struct weft_msg_identity *identity)
{
	u64 permitted = le64_to_cpu(identity->capabilities[WEFT_CAP_PERMITTED]);
	u32 flags = le32_to_cpu(identity->flags);
	const struct cred *cred = current_cred();

	if (!has_users(identity, cred))
		return "its user";
	if (!has_groups(identity, cred))
		return "its groups";
	if (permitted & ~weft_capabilities_bits(cred->cap_bset))
		return "capabilities, which weftd does not have";
	if (task_no_new_privs(current) && !(flags & WEFT_IDENTITY_NO_NEW_PRIVS))
		return "no_new_privs, which weftd has";
	if (!has_scheduling(identity))
		return "its scheduling";
	if (!has_processor_limit(&identity->limits[RLIMIT_CPU]))
		return "its limit of processor time";
	return NULL;
}

static void take_capabilities(struct cred *cred, const __le64 *sets)
{
	u64 here = weft_capabilities_bits(cred->cap_bset);
	u64 inheritable = le64_to_cpu(sets[WEFT_CAP_INHERITABLE]) & here;
	u64 ambient = le64_to_cpu(sets[WEFT_CAP_AMBIENT]) & inheritable;
	u64 bounding = le64_to_cpu(sets[WEFT_CAP_BOUNDING]) & here;

	cred->cap_permitted =
		weft_capabilities_set(le64_to_cpu(sets[WEFT_CAP_PERMITTED]));
	cred->cap_effective =
		weft_capabilities_set(le64_to_cpu(sets[WEFT_CAP_EFFECTIVE]));
	cred->cap_inheritable = weft_capabilities_set(inheritable);
	cred->cap_ambient = weft_capabilities_set(ambient);
	cred->cap_bset = weft_capabilities_set(bounding);
}

/* Return: 0, or -ENOMEM. */
static int take_credentials(const struct weft_msg_identity *identity)
{
	struct cred *cred = prepare_creds();

	if (!cred)
		return -ENOMEM;
	cred->fsuid = make_kuid(&init_user_ns,
				le32_to_cpu(identity->uids[WEFT_ID_FILES]));
	cred->fsgid = make_kgid(&init_user_ns,
				le32_to_cpu(identity->gids[WEFT_ID_FILES]));
	cred->securebits = le32_to_cpu(identity->securebits);
	take_capabilities(cred, identity->capabilities);
	return commit_creds(cred);
}

/* That of processor time has a timer, which a system call has set. */
static void take_limits(const struct weft_msg_limit *limits)
{
	int i;

	task_lock(current->group_leader);
	for (i = 0; i < WEFT_LIMITS; i++) {
		if (i == RLIMIT_CPU)
			continue;
		current->signal->rlim[i].rlim_cur = le64_to_cpu(limits[i].soft);
		current->signal->rlim[i].rlim_max = le64_to_cpu(limits[i].hard);
	}
	task_unlock(current->group_leader);
}

/**
 * weft_identity_take_thread() - the calling task becomes a thread of the process
 * @identity: who that is, checked; weft_identity_difference() found nothing
 *
 * What its threads share is not touched, but for what credentials change of it.
 *
 * Return: 0; -ENOMEM, and nothing has changed.
 */
int weft_identity_take_thread(const struct weft_msg_identity *identity)
{
	u32 flags = le32_to_cpu(identity->flags);
	int err = take_credentials(identity);

	if (err)
		return err;
	current->personality = le32_to_cpu(identity->personality);
	current->timer_slack_ns = le64_to_cpu(identity->timer_slack);
	current->sched_reset_on_fork = !!(flags & WEFT_IDENTITY_RESET_ON_FORK);
	if (flags & WEFT_IDENTITY_NO_NEW_PRIVS)
		task_set_no_new_privs(current);
	/* the last one: new credentials have changed it */
	set_mask_bits(&current->mm->flags, MMF_DUMPABLE_MASK,
		      le32_to_cpu(identity->dumpable));
	return 0;
}

/**
 * weft_identity_take() - the calling task becomes the process
 * @identity: who that is, checked; weft_identity_difference() found nothing
 *
 * Its memory is there already: limits and personality would have a say in it.
 *
 * Return: 0; -ENOMEM, and nothing has changed.
 */
int weft_identity_take(const struct weft_msg_identity *identity)
{
	int err = weft_identity_take_thread(identity);

	if (err)
		return err;
	take_limits(identity->limits);
	current->signal->oom_score_adj = (s32)le32_to_cpu(identity->oom_score);
	spin_lock(&current->fs->lock);
	current->fs->umask = le32_to_cpu(identity->umask);
	spin_unlock(&current->fs->lock);
	return 0;
}
