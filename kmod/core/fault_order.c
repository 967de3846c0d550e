// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders for fault points, in words. Pure: no state, no locks, no side effects.
 *
 *   POINT off
 *   POINT error=ERRNO [times=N]
 *   POINT delay=MILLISECONDS [times=N]
 *   POINT kill [times=N]
 */
#include "core/fault.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

static_assert(WEFT_FAULT_ERROR_MAX == EHWPOISON);
static_assert(WEFT_FAULT_COUNT <= BITS_PER_LONG);

static const struct {
	const char *name;
	bool can_fail;
} points[WEFT_FAULT_COUNT] = {
	[WEFT_FAULT_DEPART_ASKED]     = { "depart-asked", true },
	[WEFT_FAULT_DEPART_STOPPED]   = { "depart-stopped", true },
	[WEFT_FAULT_DEPART_CAPTURED]  = { "depart-captured", true },
	[WEFT_FAULT_DEPART_COMMITTED] = { "depart-committed", false },
	[WEFT_FAULT_DEPUTY_TAKEN]     = { "deputy-taken", false },
	[WEFT_FAULT_DEPUTY_MADE]      = { "deputy-made", false },
	[WEFT_FAULT_BODY_READY]	      = { "body-ready", true },
	[WEFT_FAULT_BODY_ARRIVED]     = { "body-arrived", true },
	[WEFT_FAULT_BODY_RESTORED]    = { "body-restored", true },
	[WEFT_FAULT_BODY_COMMITTED]   = { "body-committed", false },
	[WEFT_FAULT_BODY_CALLING]     = { "body-calling", true },
	[WEFT_FAULT_BODY_CALLED]      = { "body-called", false },
	[WEFT_FAULT_BODY_FETCHING]    = { "body-fetching", true },
};

static const struct {
	const char *name;
	u32 limit;	/* of the argument; 0: has none */
} actions[] = {
	[WEFT_FAULT_OFF]   = { "off", 0 },
	[WEFT_FAULT_ERROR] = { "error", WEFT_FAULT_ERROR_MAX },
	[WEFT_FAULT_DELAY] = { "delay", WEFT_FAULT_DELAY_MAX_MS },
	[WEFT_FAULT_KILL]  = { "kill", 0 },
};

/**
 * weft_fault_name() - what a point is called
 * @point: the point
 *
 * Return: its name.
 */
const char *weft_fault_name(enum weft_fault_point point)
{
	return (unsigned int)point < WEFT_FAULT_COUNT ? points[point].name : "?";
}

/**
 * weft_fault_can_fail() - is there an error at a point?
 * @point: the point
 *
 * Return: false if whoever passes it cannot go back any more.
 */
bool weft_fault_can_fail(enum weft_fault_point point)
{
	return (unsigned int)point < WEFT_FAULT_COUNT && points[point].can_fail;
}

/* The next word, which is cut off; empty at the end. */
static char *next_word(char **text)
{
	char *word = skip_spaces(*text);

	*text = word;
	strsep(text, " \t\n");
	if (!*text)
		*text = word + strlen(word);
	return word;
}

/* Reads a number from 1 to @limit. Return: whether it is one. */
static bool read_number(const char *text, u32 limit, u32 *number)
{
	return text && !kstrtou32(text, 10, number) && *number && *number <= limit;
}

/* The value behind the = of a word, which is cut off; NULL without. */
static char *value_of(char *word)
{
	char *value = word;

	strsep(&value, "=");
	return value;
}

static const char *read_action(char *word, struct weft_fault_order *order)
{
	char *value = value_of(word);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(word, actions[i].name))
			break;
	if (i == ARRAY_SIZE(actions))
		return "the action must be off, error=ERRNO, delay=MILLISECONDS or kill";
	order->action = i;
	order->argument = 0;
	if (!actions[i].limit)
		return value ? "off and kill have no value" : NULL;
	if (read_number(value, actions[i].limit, &order->argument))
		return NULL;
	return i == WEFT_FAULT_ERROR ? "error must be from 1 to 133" :
				       "delay must be from 1 to 60000 ms";
}

static const char *read_times(char *word, struct weft_fault_order *order)
{
	char *value = value_of(word);

	order->times = order->action == WEFT_FAULT_OFF ? 0 : 1;
	if (!*word)
		return NULL;
	if (strcmp(word, "times") || order->action == WEFT_FAULT_OFF)
		return "behind the action only times=N may stand, and nothing behind off";
	return read_number(value, WEFT_FAULT_TIMES_MAX, &order->times) ?
	       NULL : "times must be from 1 to 1000000";
}

/**
 * weft_fault_parse() - understand an order
 * @text:  what was written
 * @order: receives what it means; undefined if it is refused
 *
 * Return: NULL, or why it is refused.
 */
const char *weft_fault_parse(const char *text, struct weft_fault_order *order)
{
	char copy[WEFT_FAULT_ORDER_LEN], *rest = copy, *word;
	const char *refusal;
	unsigned int i;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return "an order has 63 characters at most";
	word = next_word(&rest);
	for (i = 0; i < WEFT_FAULT_COUNT; i++)
		if (!strcmp(word, points[i].name))
			break;
	if (i == WEFT_FAULT_COUNT)
		return "there is no such point: read this file for their names";
	order->point = i;
	refusal = read_action(next_word(&rest), order);
	if (!refusal && order->action == WEFT_FAULT_ERROR && !points[i].can_fail)
		return "nothing can fail any more at this point";
	if (!refusal)
		refusal = read_times(next_word(&rest), order);
	if (!refusal && *next_word(&rest))
		return "nothing may stand behind times=N";
	return refusal;
}

/**
 * weft_fault_print() - a point in words, as an order would say it
 * @text:  room for it
 * @size:  of @text
 * @fault: the point
 *
 * Return: how long it is, as snprintf().
 */
int weft_fault_print(char *text, size_t size, const struct weft_fault *fault)
{
	const struct weft_fault_order *order = &fault->order;
	const char *name = weft_fault_name(order->point);

	if (order->action == WEFT_FAULT_OFF)
		return snprintf(text, size, "%s off hits=%u", name, fault->hits);
	if (!actions[order->action].limit)
		return snprintf(text, size, "%s %s times=%u hits=%u", name,
				actions[order->action].name, order->times,
				fault->hits);
	return snprintf(text, size, "%s %s=%u times=%u hits=%u", name,
			actions[order->action].name, order->argument, order->times,
			fault->hits);
}
