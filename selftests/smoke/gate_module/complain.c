// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module with bugs, each on demand, to see whether the lab's gate notices
 * that the kernel complains. For a machine that is thrown away afterwards: some
 * of them leave the kernel in a state in which nothing else can be tested.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *about = "nothing";
module_param(about, charp, 0444);
MODULE_PARM_DESC(about,
		 "What to complain about: the name of a row of the table");

#define LEAK_SIZE 777

static DEFINE_SPINLOCK(spin);
static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static void say_harmless_things(void)
{
	pr_info("a warning about a bug in a trace is only a word\n");
	pr_warn("the lease is short\n");
	pr_err("a request was refused\n");
}

static void warn(void)
{
	WARN_ON(1);
}

static void warn_in_words(void)
{
	WARN(1, "something is wrong\n");
}

static void saturate_refcount(void)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
}

static void corrupt_list(void)
{
	struct list_head head, entry;

	INIT_LIST_HEAD(&head);
	list_add(&entry, &head);
	list_add(&entry, &head);
}

static void read_out_of_bounds(void)
{
	char *bytes = kmalloc(16, GFP_KERNEL);
	int offset = 17;

	OPTIMIZER_HIDE_VAR(offset);
	if (bytes)
		(void)READ_ONCE(bytes[offset]);
	kfree(bytes);
}

static void sleep_in_atomic(void)
{
	spin_lock(&spin);
	msleep(20);
	spin_unlock(&spin);
}

static void leak(void)
{
	int i;

	/* More than one, because a stale pointer may hide one. */
	for (i = 0; i < 8; i++)
		memset(kmalloc(LEAK_SIZE, GFP_KERNEL | __GFP_NOFAIL), i,
		       LEAK_SIZE);
}

static void read_without_rcu(void)
{
	static int __rcu *pointer;

	rcu_dereference(pointer);
}

static void invert_locks(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static const struct {
	const char *name;
	void (*complain)(void);
} complaints[] = {
	{ "nothing", say_harmless_things },
	{ "warn", warn },
	{ "warn-words", warn_in_words },
	{ "refcount", saturate_refcount },
	{ "list", corrupt_list },
	{ "out-of-bounds", read_out_of_bounds },
	{ "atomic", sleep_in_atomic },
	{ "leak", leak },
	{ "rcu", read_without_rcu },
	{ "inversion", invert_locks },
};

static int __init complain_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(complaints); i++)
		if (!strcmp(about, complaints[i].name)) {
			complaints[i].complain();
			return 0;
		}
	return -EINVAL;
}

static void __exit complain_exit(void)
{
}

module_init(complain_init);
module_exit(complain_exit);
MODULE_DESCRIPTION("Complaints for the test of the lab's gate");
MODULE_LICENSE("GPL");
