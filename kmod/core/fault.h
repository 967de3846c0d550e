/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault points: named places at which a test makes something go wrong. Nothing
 * happens at a point that nobody has armed; arming takes root and debugfs.
 */
#ifndef _WEFT_CORE_FAULT_H
#define _WEFT_CORE_FAULT_H

#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * enum weft_fault_point - where something can be made to go wrong
 * @WEFT_FAULT_DEPART_ASKED:     home: a body waits, the process runs on
 * @WEFT_FAULT_DEPART_STOPPED:   home: the process was stopped
 * @WEFT_FAULT_DEPART_CAPTURED:  home: what it is has been written down
 * @WEFT_FAULT_DEPART_COMMITTED: home: it runs there; the task becomes its deputy
 * @WEFT_FAULT_DEPUTY_TAKEN:     home: a call has come, and was not made
 * @WEFT_FAULT_DEPUTY_MADE:      home: a call was made, and not answered
 * @WEFT_FAULT_BODY_READY:       node: a task is about to wait for the process
 * @WEFT_FAULT_BODY_ARRIVED:     node: the process is here, in a message
 * @WEFT_FAULT_BODY_RESTORED:    node: its memory is there, home does not know
 * @WEFT_FAULT_BODY_COMMITTED:   node: home has been told
 * @WEFT_FAULT_BODY_CALLING:     node: a call is about to go home
 * @WEFT_FAULT_BODY_CALLED:      node: its result has come
 * @WEFT_FAULT_BODY_FETCHING:    node: memory is about to be asked for
 * @WEFT_FAULT_COUNT:            how many there are
 */
enum weft_fault_point {
	WEFT_FAULT_DEPART_ASKED,
	WEFT_FAULT_DEPART_STOPPED,
	WEFT_FAULT_DEPART_CAPTURED,
	WEFT_FAULT_DEPART_COMMITTED,
	WEFT_FAULT_DEPUTY_TAKEN,
	WEFT_FAULT_DEPUTY_MADE,
	WEFT_FAULT_BODY_READY,
	WEFT_FAULT_BODY_ARRIVED,
	WEFT_FAULT_BODY_RESTORED,
	WEFT_FAULT_BODY_COMMITTED,
	WEFT_FAULT_BODY_CALLING,
	WEFT_FAULT_BODY_CALLED,
	WEFT_FAULT_BODY_FETCHING,

	WEFT_FAULT_COUNT
};

/**
 * enum weft_fault_action - what goes wrong
 * @WEFT_FAULT_OFF:   nothing
 * @WEFT_FAULT_ERROR: the step fails, where one can
 * @WEFT_FAULT_DELAY: it takes longer, unless the task is killed meanwhile
 * @WEFT_FAULT_KILL:  the task that takes it gets SIGKILL
 */
enum weft_fault_action {
	WEFT_FAULT_OFF,
	WEFT_FAULT_ERROR,
	WEFT_FAULT_DELAY,
	WEFT_FAULT_KILL,
};

#define WEFT_FAULT_ERROR_MAX	133	/* EHWPOISON */
#define WEFT_FAULT_DELAY_MAX_MS	60000
#define WEFT_FAULT_TIMES_MAX	1000000

/* Room for the longest order, with its NUL. */
#define WEFT_FAULT_ORDER_LEN	64

/**
 * struct weft_fault_order - what is to happen at a point
 * @point:    where
 * @action:   what
 * @argument: an errno, positive; or milliseconds; 0 for the others
 * @times:    how often, before the point is off again; 0 for WEFT_FAULT_OFF
 */
struct weft_fault_order {
	enum weft_fault_point point;
	enum weft_fault_action action;
	u32 argument;
	u32 times;
};

/**
 * struct weft_fault - a point of a node
 * @order: what is to happen; its @times count down
 * @hits:  how often it has happened since the order was given
 */
struct weft_fault {
	struct weft_fault_order order;
	u32 hits;
};

/**
 * struct weft_faults - all points of a node
 * @lock:  protects @point
 * @armed: bit N: point N has an order; written under @lock, read without
 * @point: by enum weft_fault_point
 */
struct weft_faults {
	spinlock_t lock;
	unsigned long armed;
	struct weft_fault point[WEFT_FAULT_COUNT];
};

struct weft_net;

/* fault_order.c: pure */
const char *weft_fault_name(enum weft_fault_point point);
bool weft_fault_can_fail(enum weft_fault_point point);
const char *weft_fault_parse(const char *text, struct weft_fault_order *order);
int weft_fault_print(char *text, size_t size, const struct weft_fault *fault);

/* fault.c */
void weft_fault_arm(struct weft_net *weft, const struct weft_fault_order *order);
void weft_fault_look(struct weft_net *weft, enum weft_fault_point point,
		     struct weft_fault *fault);
int weft_fault(struct weft_net *weft, enum weft_fault_point point);

#endif /* _WEFT_CORE_FAULT_H */
