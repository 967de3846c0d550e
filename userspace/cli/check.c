// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft check: can a process move to a node, and if not, why not? The text is a
 * view of the JSON object, in sentences.
 */
#include "command.h"
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PID_MAX	2147483647U

const char help_for_check[] =
"Tells whether the process PID can move to the node NODE and, if not, all reasons\n"
"why it cannot, one on each line. Nothing is stopped or changed. Root may ask, and\n"
"the owner of the process if weft.conf says 'owners = yes'; weftd asks for it then.\n"
"\n"
"Ends with status 0 if the process can move, and with 7 if it cannot. A process\n"
"that does not exist and a node that does not answer are reasons, too. --timeout\n"
"is for the answer of the node, 60 seconds at most.\n";

static const char *const reason_names[WEFT_REASON_COUNT] = {
	[WEFT_REASON_NO_PROCESS] = "no-process",
	[WEFT_REASON_KERNEL_THREAD] = "kernel-thread",
	[WEFT_REASON_EXITING] = "exiting",
	[WEFT_REASON_CODE_32BIT] = "code-32bit",
	[WEFT_REASON_TRACED] = "traced",
	[WEFT_REASON_SECCOMP_STRICT] = "seccomp-strict",
	[WEFT_REASON_IO_URING] = "io-uring",
	[WEFT_REASON_KERNEL_WORKER] = "kernel-worker",
	[WEFT_REASON_DEVICE_MAPPING] = "device-mapping",
	[WEFT_REASON_SHARED_MAPPING] = "shared-mapping",
	[WEFT_REASON_HUGETLB_MAPPING] = "hugetlb-mapping",
	[WEFT_REASON_USERFAULTFD] = "userfaultfd",
	[WEFT_REASON_SHARED_MM] = "shared-mm",
	[WEFT_REASON_PID_NAMESPACE] = "pid-namespace",
	[WEFT_REASON_USER_NAMESPACE] = "user-namespace",
	[WEFT_REASON_THIS_NODE] = "this-node",
	[WEFT_REASON_NO_MEMBER] = "no-member",
	[WEFT_REASON_NOT_CONNECTED] = "not-connected",
	[WEFT_REASON_NO_ANSWER] = "no-answer",
	[WEFT_REASON_CPU_FEATURES] = "cpu-features",
	[WEFT_REASON_CPU_STATE] = "cpu-state",
	[WEFT_REASON_VDSO] = "vdso",
	[WEFT_REASON_PAGE_SIZE] = "page-size",
	[WEFT_REASON_ADDRESS_WIDTH] = "address-width",
	[WEFT_REASON_NOT_YET] = "not-yet",
};

static void add_reason(const struct weft_reason *reason, void *arg)
{
	struct json_object *row = json_object_new_object();
	struct json_object *details = json_object_new_array();
	uint32_t i;

	for (i = 0; i < reason->detail_count; i++)
		json_object_array_add(details,
				      json_object_new_string(reason->details[i]));
	output_add_string(row, "reason", reason->code < WEFT_REASON_COUNT ?
			  reason_names[reason->code] : "other");
	output_add_string(row, "text", reason->text);
	output_add(row, "details", details);
	output_add(row, "more", json_object_new_uint64(reason->more));
	json_object_array_add(arg, row);
}

/* Takes over @reasons. */
static struct json_object *new_result(const struct weft_check_result *found,
				      struct json_object *reasons)
{
	struct json_object *root = output_new();
	struct json_object *check = json_object_new_object();

	output_add(check, "pid", json_object_new_uint64(found->pid));
	output_add_string(check, "name", found->name[0] ? found->name : NULL);
	output_add(check, "node", json_object_new_uint64(found->node));
	output_add(check, "can_move",
		   json_object_new_boolean(!found->reason_count));
	output_add(check, "reasons", reasons);
	output_add(root, "check", check);
	return root;
}

static const char *text_of(struct json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key));
}

static void print_reason(struct json_object *row)
{
	struct json_object *details = json_object_object_get(row, "details");
	uint64_t more = json_object_get_uint64(json_object_object_get(row, "more"));
	size_t i;

	printf("  %s", text_of(row, "text"));
	for (i = 0; i < json_object_array_length(details); i++)
		printf("%s%s", i ? "; " : ": ",
		       json_object_get_string(json_object_array_get_idx(details, i)));
	if (more)
		printf("; and %llu more", (unsigned long long)more);
	putchar('\n');
}

static enum status print_sentences(struct json_object *root)
{
	struct json_object *check = json_object_object_get(root, "check");
	struct json_object *reasons = json_object_object_get(check, "reasons");
	const char *name = text_of(check, "name");
	size_t i, count = json_object_array_length(reasons);

	printf("process %s", text_of(check, "pid"));
	if (name)
		printf(" (%s)", name);
	printf(count ? " cannot move to node %s:\n" : " can move to node %s.\n",
	       text_of(check, "node"));
	for (i = 0; i < count; i++)
		print_reason(json_object_array_get_idx(reasons, i));
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_OK;
	perror("weft: cannot write the result");
	return STATUS_ERROR;
}

static enum status take_number(const char *what, const char *text, uint32_t max,
			       uint32_t *number)
{
	unsigned long long value;
	char *rest;

	errno = 0;
	value = strtoull(text, &rest, 10);
	if (*text < '0' || *text > '9' || *rest || errno || value < 1 ||
	    value > max)
		return usage_error("'%s' is no number of a %s: 1 to %u", text,
				   what, max);
	*number = (uint32_t)value;
	return STATUS_OK;
}

/**
 * check_parse() - take a process and a node from the command line
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments
 * @options: the result
 *
 * Return: STATUS_OK, or STATUS_USAGE after a sentence.
 */
enum status check_parse(const struct context *context, int argc, char **argv,
			struct weft_check_options *options)
{
	enum status status;

	if (argc != 2)
		return usage_error("'%s' needs a process and a node, and nothing else",
				   context->command->name);
	status = take_number("process", argv[0], PID_MAX, &options->pid);
	return status == STATUS_OK ? check_parse_node(context, argv[1], options) :
				     status;
}

/**
 * check_parse_node() - take a node, and how long to wait for it
 * @context: the command line
 * @node:    the argument
 * @options: the result
 *
 * Return: STATUS_OK, or STATUS_USAGE after a sentence.
 */
enum status check_parse_node(const struct context *context, const char *node,
			     struct weft_check_options *options)
{
	enum status status = take_number("node", node, WEFT_NODE_MAX,
					 &options->node);

	options->timeout_ms = context->open->timeout_ms;
	if (status == STATUS_OK &&
	    options->timeout_ms > WEFT_CHECK_TIMEOUT_MS_MAX)
		return usage_error("a node may take %d seconds at most",
				   WEFT_CHECK_TIMEOUT_MS_MAX / 1000);
	return status;
}

/* Takes over @reasons. */
static enum status print_answer(const struct context *context,
				const struct weft_check_result *found,
				struct json_object *reasons)
{
	struct json_object *root = new_result(found, reasons);
	enum status status;

	status = context->is_json ? print_result(context, root) :
				    print_sentences(root);
	if (status == STATUS_OK && found->reason_count)
		status = STATUS_CANNOT_MOVE;
	json_object_put(root);
	return status;
}

/* Whoever lacks the right may have it by the daemon. */
static enum status ask(const struct context *context,
		       const struct weft_check_options *options,
		       struct weft_check_result *found,
		       struct json_object *reasons)
{
	int err = weft_check(context->weft, options, found, add_reason, reasons);

	if (err == -EPERM)
		return owner_check(context, options, found, add_reason,
				   reasons);
	return err ? module_failure(context, err) : STATUS_OK;
}

/**
 * check_refusals() - ask whether a process can move; say so only if it cannot
 * @context: the command line
 * @options: which process, to which node
 * @found:   the answer
 *
 * Return: STATUS_OK if it can; STATUS_CANNOT_MOVE after all reasons; another
 * status after a sentence.
 */
enum status check_refusals(const struct context *context,
			   const struct weft_check_options *options,
			   struct weft_check_result *found)
{
	struct json_object *reasons = json_object_new_array();
	enum status status = ask(context, options, found, reasons);

	if (status == STATUS_OK && found->reason_count)
		return print_answer(context, found, reasons);
	json_object_put(reasons);
	return status;
}

/**
 * command_check() - weft check
 * @context: the command line
 * @argc:    number of arguments
 * @argv:    the arguments: a process and a node
 *
 * Return: the exit status; STATUS_CANNOT_MOVE if there is a reason.
 */
enum status command_check(struct context *context, int argc, char **argv)
{
	struct weft_check_options options = { .sz = sizeof(options) };
	struct weft_check_result found = { .sz = sizeof(found) };
	struct json_object *reasons;
	enum status status;

	status = check_parse(context, argc, argv, &options);
	if (status != STATUS_OK)
		return status;
	reasons = json_object_new_array();
	status = ask(context, &options, &found, reasons);
	if (status == STATUS_OK)
		return print_answer(context, &found, reasons);
	json_object_put(reasons);
	return status;
}
