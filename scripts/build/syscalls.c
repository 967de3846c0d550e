// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the table of system calls as reStructuredText: what becomes of each
 * call, and of each command of calls that are many in one. Compiled from the
 * same files as the module, by scripts/build/syscalls-doc.
 */
#include "rsys/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char * const class_words[] = {
	[WEFT_RSYS_LOCAL] = "local",
	[WEFT_RSYS_CACHED] = "cached",
	[WEFT_RSYS_HOME] = "home",
	[WEFT_RSYS_SPECIAL] = "special",
	[WEFT_RSYS_REFUSED] = "refused",
	[WEFT_RSYS_SELECT] = "see below",
};

static const char * const handler_words[WEFT_RSYS_DO_NR] = {
	[WEFT_RSYS_DO_FORK] = "the child is born at home, and has a body here",
	[WEFT_RSYS_DO_EXEC] = "the new program starts at home",
	[WEFT_RSYS_DO_EXIT] = "both ends of the process end",
	[WEFT_RSYS_DO_WAIT] = "the children are at home",
	[WEFT_RSYS_DO_OPEN] = "at home, but what /proc says of its own memory is said here",
	[WEFT_RSYS_DO_MAP] = "a mapping of a file of home",
	[WEFT_RSYS_DO_REMAP] = "here; what a mapping grows by reads zero",
	[WEFT_RSYS_DO_DISCARD] = "here; the image remembers what was thrown away",
	[WEFT_RSYS_DO_POLL] = "at home, with the signal mask applied here",
	[WEFT_RSYS_DO_RESTART] = "goes on where the interrupted call ran",
	[WEFT_RSYS_DO_SIGACTION] = "here, and told to home, which acts upon it",
	[WEFT_RSYS_DO_SIGNALFD] = "at home, where its signals stay then",
	[WEFT_RSYS_DO_KILL] = "threads of this process here, all others at home",
	[WEFT_RSYS_DO_TASK] = "of this process here, of others at home",
	[WEFT_RSYS_DO_OWN_TASK] = "of this process here, of others EPERM",
	[WEFT_RSYS_DO_BOTH] = "at home, then here",
	[WEFT_RSYS_DO_LIMITS] = "at home, and of this process here as well",
	[WEFT_RSYS_DO_CREDENTIALS] = "set at home, then here; capabilities are read at home",
	[WEFT_RSYS_DO_FILTER] = "the instructions of the filter travel; seccomp holds on both ends",
	[WEFT_RSYS_DO_FUTEX] = "private memory here, a region by its cluster lock",
	[WEFT_RSYS_DO_USAGE] = "what was used at home and here is added up",
	[WEFT_RSYS_DO_CLOCK] = "CPU time here and before; clocks of descriptors at home",
	[WEFT_RSYS_DO_ADJUST] = "reads here; setting is EPERM",
	[WEFT_RSYS_DO_SEMAPHORES] = "asks home first how many values there are",
	[WEFT_RSYS_DO_INTERFACES] = "the list it points to comes along",
};

static const char * const flag_words[] = {
	"may block", "may be restarted", "may be cut", "may be cut on a stream",
	"gives a descriptor", "changes cached values",
};

static const char * const kind_words[WEFT_RSYS_ARG_NR] = {
	[WEFT_RSYS_ARG_LONG] = "long",
	[WEFT_RSYS_ARG_INT] = "int",
	[WEFT_RSYS_ARG_UINT] = "unsigned",
	[WEFT_RSYS_ARG_FD] = "fd",
	[WEFT_RSYS_ARG_HERE] = "*here*",
	[WEFT_RSYS_ARG_STRING] = "in text",
	[WEFT_RSYS_ARG_STRINGS] = "in texts",
	[WEFT_RSYS_ARG_IN] = "in",
	[WEFT_RSYS_ARG_OUT] = "out",
	[WEFT_RSYS_ARG_COUNTED] = "out",
	[WEFT_RSYS_ARG_INOUT] = "inout",
	[WEFT_RSYS_ARG_LENGTH] = "inout length",
	[WEFT_RSYS_ARG_VALUE_OUT] = "out",
	[WEFT_RSYS_ARG_VALUE_INOUT] = "inout",
	[WEFT_RSYS_ARG_SIZED_IN] = "in",
	[WEFT_RSYS_ARG_SIZED_INOUT] = "inout",
	[WEFT_RSYS_ARG_COMMAND_IN] = "in",
	[WEFT_RSYS_ARG_COMMAND_INOUT] = "inout",
	[WEFT_RSYS_ARG_SIGSET] = "in sigset_t",
	[WEFT_RSYS_ARG_FD_SET] = "inout fd_set",
	[WEFT_RSYS_ARG_IOVEC_IN] = "in iovec",
	[WEFT_RSYS_ARG_IOVEC_OUT] = "out iovec",
	[WEFT_RSYS_ARG_MESSAGE_IN] = "in msghdr",
	[WEFT_RSYS_ARG_MESSAGE_OUT] = "out msghdr",
	[WEFT_RSYS_ARG_MESSAGES_IN] = "in mmsghdr",
	[WEFT_RSYS_ARG_MESSAGES_OUT] = "out mmsghdr",
};

/* A table that has grown without its words ends here. */
static const char *word(const char * const *words, size_t count, unsigned int number)
{
	if (number >= count || !words[number]) {
		fprintf(stderr, "syscalls: number %u has no words\n", number);
		exit(1);
	}
	return words[number];
}

#define WORD(words, number) word(words, sizeof(words) / sizeof((words)[0]), number)

static const char *errno_word(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "?";
}

static void print_memory(const struct weft_rsys_arg *arg)
{
	const char *name = weft_rsys_struct_name(arg->structure);

	if (arg->extra)
		printf(" %u +", arg->extra);
	printf(" %s", arg->structure == WEFT_RSYS_STRUCT_ANY ? "bytes" : name);
	if (arg->count)
		printf(" × #%u", arg->count);
	if (arg->kind == WEFT_RSYS_ARG_COUNTED)
		printf(", counted");
}

static void print_argument(const struct weft_rsys_arg *arg)
{
	printf("%s", WORD(kind_words, arg->kind));
	switch (arg->kind) {
	case WEFT_RSYS_ARG_STRING:
		printf(" ≤ %u", arg->extra);
		return;
	case WEFT_RSYS_ARG_IN:
	case WEFT_RSYS_ARG_OUT:
	case WEFT_RSYS_ARG_COUNTED:
	case WEFT_RSYS_ARG_INOUT:
		print_memory(arg);
		return;
	case WEFT_RSYS_ARG_VALUE_OUT:
	case WEFT_RSYS_ARG_VALUE_INOUT:
		printf(" bytes, length at #%u", arg->count);
		return;
	case WEFT_RSYS_ARG_SIZED_IN:
	case WEFT_RSYS_ARG_SIZED_INOUT:
		printf(arg->extra ? " %u + bytes, its length in front" :
				    " bytes, its length in front", arg->extra);
		return;
	case WEFT_RSYS_ARG_COMMAND_IN:
	case WEFT_RSYS_ARG_COMMAND_INOUT:
		printf(" bytes, as #%u says", arg->count);
		return;
	default:
		if (arg->count)
			printf(" × #%u", arg->count);
	}
}

static void print_arguments(const struct weft_rsys_entry *entry)
{
	unsigned int i;

	for (i = 0; i < WEFT_RSYS_ARGS && entry->args[i].kind; i++) {
		printf(i ? "; " : " ");
		print_argument(&entry->args[i]);
	}
}

static void print_remarks(const struct weft_rsys_entry *entry)
{
	const char *between = " ";
	unsigned int i;

	if (entry->class == WEFT_RSYS_REFUSED)
		printf(" %s: %s", errno_word(entry->error), entry->why);
	if (entry->class == WEFT_RSYS_SELECT)
		printf(" by %s", entry->selector->by);
	if (entry->class == WEFT_RSYS_SPECIAL) {
		printf(" %s", WORD(handler_words, entry->handler));
		between = "; ";
	}
	for (i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++) {
		if (!(entry->flags & 1U << i))
			continue;
		printf("%s%s", between, flag_words[i]);
		between = ", ";
	}
}

static void print_row(const struct weft_rsys_entry *entry, const char *number)
{
	printf("   %s | ``%s`` | %s |", number, entry->name, WORD(class_words, entry->class));
	print_arguments(entry);
	printf(" |");
	print_remarks(entry);
	printf("\n");
}

static void print_head(const char *first, const char *second)
{
	printf(".. csv-table::\n   :delim: |\n   :header-rows: 1\n   :widths: 8 18 9 34 31\n\n"
	       "   %s | %s | Where | What travels | Remarks\n", first, second);
}

static void print_heading(const char *text, char line)
{
	size_t i;

	printf("\n%s\n", text);
	for (i = 0; i < strlen(text); i++)
		putchar(line);
	printf("\n\n");
}

/* Rows are found by halving: one in the wrong place would never be. */
static void require_order(const struct weft_rsys_selector *selector)
{
	unsigned int i;

	for (i = 1; i < selector->nr_rows; i++) {
		if (selector->rows[i - 1].number < selector->rows[i].number)
			continue;
		fprintf(stderr, "syscalls: %s has to stand before %s\n",
			selector->rows[i].name, selector->rows[i - 1].name);
		exit(1);
	}
}

static void print_selector(const struct weft_rsys_selector *selector, const char *name)
{
	const struct weft_rsys_entry *row;
	char text[80];
	unsigned int i;

	require_order(selector);
	snprintf(text, sizeof(text), "%s, by %s", name, selector->by);
	print_heading(text, '-');
	print_head("Value", "Name");
	for (i = 0; i < selector->nr_rows; i++) {
		row = &selector->rows[i];
		if (selector->above)
			snprintf(text, sizeof(text), "%u, %u", (unsigned int)(row->number >> 32),
				 (unsigned int)row->number);
		else
			snprintf(text, sizeof(text), row->number < 2000 ? "%llu" : "%#llx",
				 (unsigned long long)row->number);
		print_row(row, text);
	}
	print_row(selector->otherwise, "any");
	for (i = 0; i < selector->nr_rows; i++)
		if (selector->rows[i].selector)
			print_selector(selector->rows[i].selector, name);
	if (selector->otherwise->selector)
		print_selector(selector->otherwise->selector, name);
}

int main(void)
{
	const struct weft_rsys_entry *entry;
	char number[16];
	unsigned int i;

	print_heading("All calls", '=');
	print_head("No.", "Call");
	for (i = 0; i < WEFT_RSYS_NUMBERS; i++) {
		entry = weft_rsys_find(i);
		if (!entry)
			continue;
		snprintf(number, sizeof(number), "%u", i);
		print_row(entry, number);
	}
	print_heading("Calls that are many in one", '=');
	printf("What holds for a call in the table above as \"see below\".\n");
	for (i = 0; i < WEFT_RSYS_NUMBERS; i++) {
		entry = weft_rsys_find(i);
		if (entry && entry->selector)
			print_selector(entry->selector, entry->name);
	}
	return 0;
}
