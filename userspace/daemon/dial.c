// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dialing. There is at most one attempt at a time. After a failure the next one
 * waits: 50 ms, then twice as long each time, up to 2 s, each time a fifth more
 * or less, so that nodes which failed together do not come back together.
 *
 * A connection that the module took but lost before it lasted is a failure, too:
 * else two nodes that cannot agree would dial as fast as they can.
 */
#include "dial.h"

#include <sys/random.h>

/**
 * dial_delay_ms() - how long to wait after a failure
 * @failures: how many there were in a row, this one included
 * @random:   any number
 *
 * Return: milliseconds.
 */
unsigned int dial_delay_ms(unsigned int failures, uint32_t random)
{
	unsigned int delay = DIAL_DELAY_MS_MIN;

	while (failures-- > 1 && delay < DIAL_DELAY_MS_MAX)
		delay *= 2;
	if (delay > DIAL_DELAY_MS_MAX)
		delay = DIAL_DELAY_MS_MAX;
	return delay - delay / 5 + random % (2 * delay / 5 + 1);
}

static void wait_for_next(struct dial *dial)
{
	uint32_t number;

	/* without entropy the delay is merely not random */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		number = 0;
	dial->failures++;
	dial->is_waiting = true;
	loop_timer_start(dial->context->loop, &dial->retry,
			 dial_delay_ms(dial->failures, number));
}

static void connection_ended(struct connection *connection, void *owner)
{
	struct dial *dial = owner;

	dial->connection = NULL;
	if (connection->state != CONNECTION_DONE)
		wait_for_next(dial);
}

static void retry_expired(struct loop_timer *timer)
{
	struct dial *dial = container_of(timer, struct dial, retry);

	dial->is_waiting = false;
	dial_start(dial);
}

/**
 * dial_prepare() - say whom to dial; does not dial yet
 * @dial:    not busy
 * @context: for its connections
 * @target:  whom
 */
void dial_prepare(struct dial *dial, const struct connection_context *context,
		  const struct connection_target *target)
{
	dial->context = context;
	dial->target = *target;
	dial->connection = NULL;
	dial->retry.expired = retry_expired;
	dial->is_waiting = false;
	dial->is_used = false;
	dial->failures = 0;
}

/**
 * dial_start() - dial now
 * @dial: not busy
 */
void dial_start(struct dial *dial)
{
	dial->is_used = true;
	dial->connection = connection_dial(dial->context, &dial->target,
					   connection_ended, dial);
	if (!dial->connection)
		wait_for_next(dial);
}

/**
 * dial_again() - the module has lost the connection, or never had one
 * @dial:       not busy
 * @has_lasted: it was good for a while: dial at once
 */
void dial_again(struct dial *dial, bool has_lasted)
{
	if (has_lasted || !dial->is_used) {
		dial->failures = 0;
		dial_start(dial);
	} else {
		wait_for_next(dial);
	}
}

/**
 * dial_stop() - give up the present attempt and all further ones
 * @dial: busy or not
 */
void dial_stop(struct dial *dial)
{
	if (!dial->context)
		return;
	loop_timer_stop(dial->context->loop, &dial->retry);
	dial->is_waiting = false;
	if (dial->connection)
		connection_free(dial->connection);
	dial->connection = NULL;
}

/**
 * dial_is_busy() - is an attempt under way, or to come?
 * @dial: the lane
 *
 * Return: whether one is.
 */
bool dial_is_busy(const struct dial *dial)
{
	return dial->connection || dial->is_waiting;
}
