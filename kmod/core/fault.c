// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens at a fault point.
 * Locks: weft_faults.lock, which may be taken under any other.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "core/core.h"

#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

/**
 * weft_fault_arm() - give an order to a point, in place of the last
 * @weft:  the node
 * @order: by weft_fault_parse()
 */
void weft_fault_arm(struct weft_net *weft, const struct weft_fault_order *order)
{
	struct weft_faults *faults = &weft->faults;

	spin_lock(&faults->lock);
	faults->point[order->point] = (struct weft_fault){ .order = *order };
	if (order->action == WEFT_FAULT_OFF)
		clear_bit(order->point, &faults->armed);
	else
		set_bit(order->point, &faults->armed);
	spin_unlock(&faults->lock);
}

/**
 * weft_fault_look() - what is to happen at a point, and how often it has
 * @weft:  the node
 * @point: the point
 * @fault: receives it
 */
void weft_fault_look(struct weft_net *weft, enum weft_fault_point point,
		     struct weft_fault *fault)
{
	spin_lock(&weft->faults.lock);
	*fault = weft->faults.point[point];
	spin_unlock(&weft->faults.lock);
	fault->order.point = point;
}

/* Return: what happens now; WEFT_FAULT_OFF if somebody else took the last one. */
static struct weft_fault_order take(struct weft_faults *faults,
				    enum weft_fault_point point)
{
	struct weft_fault *fault = &faults->point[point];
	struct weft_fault_order order;

	spin_lock(&faults->lock);
	order = fault->order;
	if (order.action != WEFT_FAULT_OFF) {
		fault->hits++;
		if (!--fault->order.times) {
			fault->order.action = WEFT_FAULT_OFF;
			clear_bit(point, &faults->armed);
		}
	}
	spin_unlock(&faults->lock);
	return order;
}

static int happen(const struct weft_fault_order *order)
{
	pr_notice("fault point %s: action %u, %u, task %d\n",
		  weft_fault_name(order->point), order->action, order->argument,
		  task_pid_nr(current));
	switch (order->action) {
	case WEFT_FAULT_ERROR:
		return -(int)order->argument;
	case WEFT_FAULT_DELAY:
		schedule_timeout_killable(msecs_to_jiffies(order->argument));
		return 0;
	case WEFT_FAULT_KILL:
		send_sig(SIGKILL, current, 1);
		return 0;
	default:
		return 0;
	}
}

/**
 * weft_fault() - pass a fault point
 * @weft:  the node
 * @point: the point
 *
 * Context: may sleep. Costs a look at one word while nothing is armed.
 * Return: 0, or the error of an order; never one at points that cannot fail.
 */
int weft_fault(struct weft_net *weft, enum weft_fault_point point)
{
	struct weft_fault_order order;

	might_sleep();
	if (likely(!test_bit(point, &weft->faults.armed)))
		return 0;
	order = take(&weft->faults, point);
	return happen(&order);
}
