// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault points as a file of debugfs: a line for each when it is read, one order
 * at a time when it is written.
 */
#include "ctl/ctl.h"

#include <linux/debugfs.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

static int show(struct seq_file *file, void *unused)
{
	char text[WEFT_FAULT_ORDER_LEN + 16];
	struct weft_fault fault;
	unsigned int point;

	for (point = 0; point < WEFT_FAULT_COUNT; point++) {
		weft_fault_look(file->private, point, &fault);
		weft_fault_print(text, sizeof(text), &fault);
		seq_puts(file, text);
		seq_putc(file, '\n');
	}
	return 0;
}

static int open_faults(struct inode *inode, struct file *file)
{
	return single_open(file, show, inode->i_private);
}

static ssize_t take_order(struct file *file, const char __user *from, size_t len,
			  loff_t *at)
{
	struct seq_file *seq = file->private_data;
	char text[WEFT_FAULT_ORDER_LEN] = {};
	struct weft_fault_order order;
	const char *refusal;

	if (len >= sizeof(text))
		return -E2BIG;
	if (copy_from_user(text, from, len))
		return -EFAULT;
	refusal = weft_fault_parse(text, &order);
	if (refusal) {
		/* a file has no other way to say why */
		pr_notice("weft: no order for a fault point: %s\n", refusal);
		return -EINVAL;
	}
	weft_fault_arm(seq->private, &order);
	return len;
}

/* For debugfs_create_file(), with a struct weft_net. */
const struct file_operations weft_ctl_faults_fops = {
	.owner	 = THIS_MODULE,
	.open	 = open_faults,
	.read	 = seq_read,
	.write	 = take_order,
	.llseek	 = seq_lseek,
	.release = single_release,
};
