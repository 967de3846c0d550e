// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a lane: its thread, its state, and who is woken when something
 * arrives.
 *
 * Everything that changes a lane happens in its thread. Others say what they
 * want in weft_peer and kick. While a caller waits for its reply it may lead:
 * then it is woken in place of the thread, and receives.
 */
#include "trace/trace.h"
#include "transport/transport.h"

#include <linux/delay.h>
#include <linux/file.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

/* Acknowledge after so many messages, or so much time, without an occasion. */
#define ACK_AFTER	32
#define ACK_DELAY	(HZ / 10)

/* How long a new connection may take to say where the peer left off. */
#define RESUME_TIMEOUT	(5 * HZ)

/* How long a connection that takes nothing may be silent about it. */
#define BLOCKED_DELAY	(HZ / 5)

/* How long a thread that got no memory rests before it tries again. */
#define MEMORY_DELAY_MS	10

/**
 * weft_lane_kick() - give the thread of a lane something to do
 * @lane: the lane
 * @flag: what
 *
 * Context: any.
 */
void weft_lane_kick(struct weft_lane *lane, enum weft_lane_flag flag)
{
	set_bit(flag, &lane->flags);
	wake_up_process(lane->thread);
}

/**
 * weft_lane_wake_receiver() - something may have arrived
 * @lane:  the lane
 * @flags: as a wait queue hands them to its entries; 0 outside of one. They
 *         tell that the waker is about to be done, and so keep the receiver on
 *         its processor, where what arrived is, instead of waking another one
 *
 * Context: any, interrupts included.
 */
void weft_lane_wake_receiver(struct weft_lane *lane, int flags)
{
	struct wait_queue_entry receiver = {};
	unsigned long irq;

	set_bit(WEFT_LANE_READABLE, &lane->flags);
	spin_lock_irqsave(&lane->leader_lock, irq);
	receiver.private = lane->leader ? lane->leader : lane->thread;
	default_wake_function(&receiver, TASK_NORMAL, flags, NULL);
	spin_unlock_irqrestore(&lane->leader_lock, irq);
}

/* All that is not acknowledged is sent over this connection, or nothing. */
static void send_from_first(struct weft_lane *lane, bool is_up)
{
	lockdep_assert_held(&lane->lock);

	WRITE_ONCE(lane->next, is_up ?
		   list_first_entry_or_null(&lane->queue, struct weft_message,
					    link) : NULL);
	WRITE_ONCE(lane->unsent, is_up ? lane->queued : 0);
}

/**
 * weft_lane_set_state() - let something happen to the connection
 * @lane:  the lane
 * @event: what happened
 *
 * Nothing is sent before the lane is up; then all that is not acknowledged is,
 * from the first message on.
 *
 * Context: may sleep; the thread of the lane.
 * Return: 0, or -EPROTO if it cannot happen in this state.
 */
int weft_lane_set_state(struct weft_lane *lane, enum weft_lane_event event)
{
	enum weft_lane_state before;
	int next;

	spin_lock(&lane->lock);
	before = lane->state;
	next = weft_lane_state_next(before, event);
	if (next >= 0) {
		WRITE_ONCE(lane->state, next);
		send_from_first(lane, next == WEFT_LANE_UP);
	}
	spin_unlock(&lane->lock);
	trace_weft_lane_state(&lane->name, before, event, next);
	if (next < 0)
		return -EPROTO;
	if (next != before)
		lane->peer->weft->upcalls->lane_changed(lane, next);
	return 0;
}

/**
 * weft_lane_count_received() - one more message that the peer may forget
 * @lane: the lane
 *
 * Context: caller holds weft_lane.receive_mutex.
 */
void weft_lane_count_received(struct weft_lane *lane)
{
	u32 count = READ_ONCE(lane->unacknowledged) + 1;

	WRITE_ONCE(lane->unacknowledged, count);
	if (count >= ACK_AFTER)
		set_bit(WEFT_LANE_ACK_DUE, &lane->flags);
	else if (!timer_pending(&lane->ack_timer))
		mod_timer(&lane->ack_timer, jiffies + ACK_DELAY);
}

static void ack_is_late(struct timer_list *timer)
{
	struct weft_lane *lane = container_of(timer, struct weft_lane,
					      ack_timer);

	if (READ_ONCE(lane->unacknowledged))
		weft_lane_kick(lane, WEFT_LANE_ACK_DUE);
}

/*
 * A leader that found the mutex taken went to sleep. What arrived meanwhile and
 * was not received by the holder is for it.
 */
static void unlock_receive(struct weft_lane *lane)
{
	mutex_unlock(&lane->receive_mutex);
	/* pairs with the one in weft_lane_wake_receiver()'s spinlock */
	smp_mb();
	if (test_bit(WEFT_LANE_READABLE, &lane->flags))
		weft_lane_wake_receiver(lane, 0);
}

static void lock_both(struct weft_lane *lane)
{
	mutex_lock(&lane->receive_mutex);
	mutex_lock(&lane->send_mutex);
}

static void unlock_both(struct weft_lane *lane)
{
	mutex_unlock(&lane->send_mutex);
	unlock_receive(lane);
}

static void lose(struct weft_lane *lane)
{
	if (!lane->sock) {
		clear_bit(WEFT_LANE_LOST, &lane->flags);
		return;
	}
	lock_both(lane);
	weft_socket_drop(lane);
	unlock_both(lane);
	weft_lane_set_state(lane, WEFT_LANE_EV_LOST);
}

/* No call of the old session can be queued once upcalls have ended it. */
static void end_session(struct weft_lane *lane, int err)
{
	lock_both(lane);
	lane->peer->weft->upcalls->session_ended(lane, err);
	weft_lane_purge(lane);
	unlock_both(lane);
}

static void adopt(struct weft_lane *lane, struct socket *sock)
{
	int err;

	lock_both(lane);
	weft_socket_drop(lane);
	/* from here on nothing but a RESUME is sent */
	err = weft_lane_set_state(lane, WEFT_LANE_EV_ATTACH);
	if (!err)
		err = weft_socket_adopt(lane, sock);
	unlock_both(lane);
	if (err) {
		trace_weft_attach_failed(&lane->name, err);
		sockfd_put(sock);
		if (READ_ONCE(lane->state) != WEFT_LANE_CLOSED)
			weft_lane_set_state(lane, WEFT_LANE_EV_LOST);
		return;
	}
	lane->resume_by = jiffies + RESUME_TIMEOUT;
	/* the peer may have spoken before this end listened; a RESUME is ours */
	set_bit(WEFT_LANE_READABLE, &lane->flags);
	set_bit(WEFT_LANE_SERVE, &lane->flags);
	set_bit(WEFT_LANE_RESUME_DUE, &lane->flags);
	weft_lane_pump(lane);
}

static void close_lane(struct weft_lane *lane)
{
	bool is_closing = READ_ONCE(lane->peer->weft->is_closing);

	lose(lane);
	end_session(lane, is_closing ? -ESHUTDOWN : -EHOSTUNREACH);
	weft_lane_set_state(lane, WEFT_LANE_EV_LEAVE);
	WRITE_ONCE(lane->incarnation, 0);
}

/* Makes the lane what weft_peer says that it should be. */
static void reconcile(struct weft_lane *lane)
{
	struct weft_peer *peer = lane->peer;
	struct socket *sock;
	u64 incarnation;
	bool is_open;

	mutex_lock(&peer->lock);
	is_open = peer->is_member && !READ_ONCE(peer->weft->is_closing);
	incarnation = peer->incarnation;
	sock = peer->next[lane->id];
	peer->next[lane->id] = NULL;
	mutex_unlock(&peer->lock);

	if (!is_open) {
		close_lane(lane);
		if (sock)
			sockfd_put(sock);
		return;
	}
	if (lane->state == WEFT_LANE_CLOSED) {
		lane->peer->weft->upcalls->session_up(lane, 0);
		weft_lane_set_state(lane, WEFT_LANE_EV_JOIN);
	}
	if (incarnation != lane->incarnation) {
		lose(lane);
		end_session(lane, -ECONNRESET);
		WRITE_ONCE(lane->incarnation, incarnation);
	}
	if (sock)
		adopt(lane, sock);
}

/*
 * Is the connection of no use? This is said under the mutex that protects it,
 * so that it is said of this connection and not of the next one.
 */
static bool is_fatal(int err)
{
	return err && err != 1 && err != -EBUSY && err != -ENOMEM &&
	       err != -EAGAIN;
}

/* What came of an attempt to receive. */
static void conclude(struct weft_lane *lane, int err)
{
	switch (err) {
	case 0:
	case -EBUSY:		/* until its view comes, which kicks */
		break;
	case -ENOMEM:
		msleep(MEMORY_DELAY_MS);
		fallthrough;
	case -EAGAIN:
		/* a leader may have gone to sleep meanwhile: it is for us */
		set_bit(WEFT_LANE_READABLE, &lane->flags);
		set_bit(WEFT_LANE_SERVE, &lane->flags);
		break;
	default:
		trace_weft_lane_lost(&lane->name, err);
		break;
	}
}

static void receive(struct weft_lane *lane)
{
	int err = 0;

	mutex_lock(&lane->receive_mutex);
	clear_bit(WEFT_LANE_SERVE, &lane->flags);
	if (test_and_clear_bit(WEFT_LANE_READABLE, &lane->flags) && lane->sock)
		err = weft_lane_receive(lane, NULL);
	if (is_fatal(err))
		set_bit(WEFT_LANE_LOST, &lane->flags);
	unlock_receive(lane);
	conclude(lane, err);
	weft_lane_pump(lane);
}

static bool is_led(struct weft_lane *lane)
{
	return READ_ONCE(lane->leader);
}

#define WORK	(BIT(WEFT_LANE_PUMP) | BIT(WEFT_LANE_LOST) | \
		 BIT(WEFT_LANE_CHANGED) | BIT(WEFT_LANE_ACK_DUE) | \
		 BIT(WEFT_LANE_EPOCH_DUE) | BIT(WEFT_LANE_SERVE))

static bool has_work(struct weft_lane *lane)
{
	unsigned long flags = READ_ONCE(lane->flags);

	if (READ_ONCE(lane->state) != WEFT_LANE_UP)
		flags &= ~(BIT(WEFT_LANE_ACK_DUE) | BIT(WEFT_LANE_EPOCH_DUE));
	if (flags & BIT(WEFT_LANE_BLOCKED))
		flags &= ~(BIT(WEFT_LANE_ACK_DUE) | BIT(WEFT_LANE_EPOCH_DUE));
	return flags & WORK ||
	       (flags & BIT(WEFT_LANE_READABLE) && !is_led(lane));
}

/*
 * Sleeps until there is work; gives up a connection that does not resume. A
 * connection that had no memory, and nothing under way that would free some,
 * never calls: it is asked again.
 */
static void rest(struct weft_lane *lane)
{
	bool is_blocked = test_bit(WEFT_LANE_BLOCKED, &lane->flags);
	bool is_resuming = READ_ONCE(lane->state) == WEFT_LANE_RESUMING;
	long left = is_resuming ? lane->resume_by - jiffies :
				  MAX_SCHEDULE_TIMEOUT;

	if (is_blocked)
		left = min_t(long, left, BLOCKED_DELAY);
	if (left > 0)
		left = schedule_timeout(left);
	if (left > 0)
		return;
	if (is_blocked && test_and_clear_bit(WEFT_LANE_BLOCKED, &lane->flags))
		set_bit(WEFT_LANE_PUMP, &lane->flags);
	if (is_resuming && time_after_eq(jiffies, lane->resume_by) &&
	    READ_ONCE(lane->state) == WEFT_LANE_RESUMING) {
		trace_weft_lane_lost(&lane->name, -ETIMEDOUT);
		set_bit(WEFT_LANE_LOST, &lane->flags);
	}
}

static int serve(void *arg)
{
	struct weft_lane *lane = arg;

	/* somebody waits for what comes here, and nobody for what comes there */
	if (lane->id == WEFT_LANE_FAST)
		set_user_nice(current, MIN_NICE);
	for (;;) {
		/* in this order: who wants the thread to stop wakes it */
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (!has_work(lane)) {
			rest(lane);
			continue;
		}
		__set_current_state(TASK_RUNNING);
		cond_resched();
		if (test_and_clear_bit(WEFT_LANE_CHANGED, &lane->flags))
			reconcile(lane);
		/* the flag goes with the socket: nobody receives in between */
		if (test_bit(WEFT_LANE_LOST, &lane->flags))
			lose(lane);
		if (test_and_clear_bit(WEFT_LANE_PUMP, &lane->flags) ||
		    READ_ONCE(lane->flags) & WORK)
			weft_lane_pump(lane);
		if (!is_led(lane) || test_bit(WEFT_LANE_SERVE, &lane->flags))
			receive(lane);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/**
 * weft_lane_receive_own() - receive, as a caller that waits for its reply
 * @lane:    the lane
 * @is_done: becomes true with the reply
 *
 * Does nothing if somebody else does it already. After this the caller is, or
 * is not, the one that is woken when something arrives; whatever it is told,
 * it may go to sleep if @is_done is not true.
 *
 * Context: the caller is about to sleep; its state is TASK_RUNNING again if
 * anything was done. It calls weft_lane_unlead() when it waits no more.
 */
void weft_lane_receive_own(struct weft_lane *lane, const bool *is_done)
{
	int err;

	if (test_bit(WEFT_LANE_SERVE, &lane->flags))
		return;
	if (!READ_ONCE(lane->leader)) {
		spin_lock_irq(&lane->leader_lock);
		if (!lane->leader)
			WRITE_ONCE(lane->leader, current);
		spin_unlock_irq(&lane->leader_lock);
	}
	if (READ_ONCE(lane->leader) != current ||
	    !test_bit(WEFT_LANE_READABLE, &lane->flags) ||
	    !mutex_trylock(&lane->receive_mutex))
		return;
	__set_current_state(TASK_RUNNING);
	clear_bit(WEFT_LANE_READABLE, &lane->flags);
	/* what arrives from here on sets it again */
	smp_mb__after_atomic();
	err = lane->sock ? weft_lane_receive(lane, is_done) : 0;
	if (err == 1 && !(lane->receive.is_drained &&
			  lane->receive.start == lane->receive.end))
		set_bit(WEFT_LANE_READABLE, &lane->flags);
	if (is_fatal(err))
		set_bit(WEFT_LANE_LOST, &lane->flags);
	mutex_unlock(&lane->receive_mutex);
	if (err == 1 || !err)
		return;
	if (is_fatal(err)) {
		trace_weft_lane_lost(&lane->name, err);
	} else {
		set_bit(WEFT_LANE_READABLE, &lane->flags);
		set_bit(WEFT_LANE_SERVE, &lane->flags);
	}
	weft_lane_unlead(lane);
	wake_up_process(lane->thread);
}

/**
 * weft_lane_unlead() - receive for others no more
 * @lane: the lane
 */
void weft_lane_unlead(struct weft_lane *lane)
{
	bool was_leader;

	/* only the leader itself changes this */
	if (READ_ONCE(lane->leader) != current)
		return;
	spin_lock_irq(&lane->leader_lock);
	was_leader = lane->leader == current;
	if (was_leader)
		WRITE_ONCE(lane->leader, NULL);
	spin_unlock_irq(&lane->leader_lock);
	if (was_leader && test_bit(WEFT_LANE_READABLE, &lane->flags))
		wake_up_process(lane->thread);
}

/**
 * weft_lane_forget_target() - a buffer is about to go
 * @lane:   the lane
 * @target: the buffer: nothing is received into it any more
 *
 * Context: may sleep, never for the peer; caller holds no lock of a lane.
 */
void weft_lane_forget_target(struct weft_lane *lane, const void *target)
{
	mutex_lock(&lane->receive_mutex);
	if (lane->receive.target == target)
		lane->receive.target = NULL;
	unlock_receive(lane);
}

/**
 * weft_lane_abandon() - give up the connection of a lane, if it has one
 * @lane: the lane; its session stays
 *
 * Context: may sleep, never for the peer; caller holds no lock of a lane.
 */
void weft_lane_abandon(struct weft_lane *lane)
{
	mutex_lock(&lane->receive_mutex);
	if (lane->sock) {
		trace_weft_lane_lost(&lane->name, -ENETDOWN);
		set_bit(WEFT_LANE_LOST, &lane->flags);
	}
	unlock_receive(lane);
	wake_up_process(lane->thread);
}

/**
 * weft_lane_init() - make a lane; its thread does not run yet
 * @lane: the lane, zeroed
 * @peer: where it leads
 * @id:   which one it is
 *
 * Return: 0, or an error with nothing left to undo.
 */
int weft_lane_init(struct weft_lane *lane, struct weft_peer *peer,
		   enum weft_lane_id id)
{
	struct task_struct *thread;

	lane->peer = peer;
	lane->id = id;
	lane->name = (struct weft_lane_name) {
		.weft = peer->weft, .node = peer->node, .id = id,
	};
	lane->state = WEFT_LANE_CLOSED;
	spin_lock_init(&lane->leader_lock);
	spin_lock_init(&lane->lock);
	mutex_init(&lane->receive_mutex);
	mutex_init(&lane->send_mutex);
	INIT_LIST_HEAD(&lane->queue);
	timer_setup(&lane->ack_timer, ack_is_late, 0);
	weft_socket_wake_setup(lane);
	thread = kthread_create(serve, lane, "weft%u-%u%c",
				peer->weft->identity.node, peer->node,
				id == WEFT_LANE_FAST ? 'f' : 'b');
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	lane->thread = get_task_struct(thread);
	return 0;
}

/**
 * weft_lane_exit() - undo weft_lane_init()
 * @lane: the lane; nobody else uses it any more
 */
void weft_lane_exit(struct weft_lane *lane)
{
	if (!lane->thread)
		return;
	kthread_stop(lane->thread);
	if (lane->state != WEFT_LANE_CLOSED)
		close_lane(lane);
	del_timer_sync(&lane->ack_timer);
	put_task_struct(lane->thread);
	kvfree(lane->receive.scratch);
	mutex_destroy(&lane->receive_mutex);
	mutex_destroy(&lane->send_mutex);
}
