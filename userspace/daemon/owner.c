// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may move a process. The rule is that of ptrace(2) for a user without
 * capabilities: real, effective and saved user and group of the process are those
 * of who asks, the process is dumpable, and has no capabilities.
 *
 * A number can be used again. So a process is pinned by a descriptor before it is
 * looked at. If it still lives afterwards, the number was its own all the time.
 */
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What follows @key, at the beginning of a line; NULL if there is none. */
static const char *find_line(const char *text, const char *key)
{
	size_t length = strlen(key);

	while (text && strncmp(text, key, length)) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text ? text + length : NULL;
}

static bool parse_ids(const char *line, uint32_t *ids)
{
	return line && sscanf(line, "%" SCNu32 "%" SCNu32 "%" SCNu32, &ids[0],
			      &ids[1], &ids[2]) == 3;
}

static unsigned int count_words(const char *line)
{
	unsigned int count = 0;

	for (;;) {
		line += strspn(line, " \t");
		if (!*line || *line == '\n')
			return count;
		count++;
		line += strcspn(line, " \t\n");
	}
}

/**
 * owner_parse_status() - understand /proc/PID/status
 * @text:  the text
 * @facts: the result, but for @status_owner, which is not in the text
 *
 * Pure.
 *
 * Return: whether all of it was there.
 */
bool owner_parse_status(const char *text, struct owner_facts *facts)
{
	const char *permitted = find_line(text, "CapPrm:");
	const char *levels = find_line(text, "NSpid:");

	if (!parse_ids(find_line(text, "Uid:"), facts->uids) ||
	    !parse_ids(find_line(text, "Gid:"), facts->gids) || !permitted ||
	    sscanf(permitted, "%" SCNx64, &facts->permitted) != 1 || !levels)
		return false;
	facts->levels = count_words(levels);
	return facts->levels > 0;
}

static bool are_all(const uint32_t *ids, uint32_t id)
{
	return ids[0] == id && ids[1] == id && ids[2] == id;
}

/**
 * owner_decide() - is a process that of a user, by the rule?
 * @facts:     what is known about the process
 * @requester: the user; root has nothing to do with this
 *
 * Pure.
 *
 * Return: OWNER_MAY, or the first rule that is in the way.
 */
enum owner_rule owner_decide(const struct owner_facts *facts,
			     const struct requester *requester)
{
	if (!are_all(facts->uids, requester->uid))
		return OWNER_OTHER_USER;
	if (!are_all(facts->gids, requester->gid))
		return OWNER_OTHER_GROUP;
	if (facts->status_owner != requester->uid)
		return OWNER_PRIVILEGED;
	if (facts->permitted)
		return OWNER_CAPABILITIES;
	return OWNER_MAY;
}

/**
 * owner_code() - a rule, for programs
 * @rule: one that is in the way
 *
 * Return: lower case words, joined by '-'.
 */
const char *owner_code(enum owner_rule rule)
{
	static const char *const codes[OWNER_RULE_COUNT] = {
		[OWNER_MAY] = "none",
		[OWNER_NOT_ENABLED] = "owners-not-enabled",
		[OWNER_NAMESPACE] = "pid-namespace",
		[OWNER_NO_PROCESS] = "no-process",
		[OWNER_UNREADABLE] = "unreadable",
		[OWNER_OTHER_USER] = "other-user",
		[OWNER_OTHER_GROUP] = "other-group",
		[OWNER_PRIVILEGED] = "not-dumpable",
		[OWNER_CAPABILITIES] = "capabilities",
		[OWNER_CHANGED] = "changed",
	};

	return codes[rule];
}

/* Of each the end of a sentence that begins with the process. */
static const char *const objections[OWNER_RULE_COUNT] = {
	[OWNER_MAY] = "may be moved",
	[OWNER_NO_PROCESS] = "does not exist, or is a thread: name a process",
	[OWNER_UNREADABLE] = "cannot be looked at by weftd: ask root",
	[OWNER_OTHER_USER] =
		"has a real, effective or saved user other than yours: ask its owner or root",
	[OWNER_OTHER_GROUP] =
		"has a real, effective or saved group other than yours: ask with its group, see sg(1), or ask root",
	[OWNER_PRIVILEGED] =
		"is protected from its user (not dumpable): it was started with rights of its own, such as setuid, or hides its memory; ask root",
	[OWNER_CAPABILITIES] = "has capabilities: ask root",
	[OWNER_CHANGED] = "ended or changed its user meanwhile: ask again",
};

/**
 * owner_explain() - a rule, for humans
 * @rule:      one that is in the way
 * @pid:       the process
 * @requester: who asks
 * @sentence:  room for the sentence; which rule, and what to do
 * @size:      bytes of @sentence; 256 is enough
 */
void owner_explain(enum owner_rule rule, uint32_t pid,
		   const struct requester *requester, char *sentence,
		   size_t size)
{
	if (rule == OWNER_NOT_ENABLED)
		snprintf(sentence, size,
			 "user %u may not have processes moved on this node: ask root, who can also set 'owners = yes' in [migrate] of weft.conf",
			 requester->uid);
	else if (rule == OWNER_NAMESPACE)
		snprintf(sentence, size,
			 "processes are told by their numbers in the initial PID namespace: ask from there");
	else
		snprintf(sentence, size, "process %u %s", pid,
			 objections[rule]);
}

/**
 * owner_pin() - hold a process, so that its number cannot become another's unseen
 * @pid: its number
 *
 * Return: a descriptor, close-on-exec, for owner_look(), which belongs to the
 * caller; -ESRCH; -EINVAL for a thread; other -errno.
 */
int owner_pin(uint32_t pid)
{
	long fd = syscall(SYS_pidfd_open, (pid_t)pid, 0);

	return fd < 0 ? -errno : (int)fd;
}

static bool is_alive(int pin)
{
	struct pollfd exit = { .fd = pin, .events = POLLIN };

	return !poll(&exit, 1, 0);
}

/* The file is opened anew each time: only then the kernel looks who owns it. */
static bool read_facts(uint32_t pid, struct owner_facts *facts)
{
	char text[OWNER_STATUS_LEN];
	struct stat stat_of;
	ssize_t count = -1;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/status", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	/* not that of the directory, which is the effective user in any case */
	if (!fstat(fd, &stat_of))
		count = read(fd, text, sizeof(text) - 1);
	close(fd);
	/* a list of groups may fill it: half a line must not pass for a whole one */
	if (count < 0 || count == sizeof(text) - 1)
		return false;
	text[count] = '\0';
	facts->status_owner = stat_of.st_uid;
	return owner_parse_status(text, facts);
}

/**
 * owner_look() - may a user have a pinned process moved, now?
 * @pin:       from owner_pin()
 * @pid:       the same number
 * @requester: the user
 *
 * To be asked before and after whatever is done by the number.
 *
 * Return: OWNER_MAY, or the rule that is in the way.
 */
enum owner_rule owner_look(int pin, uint32_t pid,
			   const struct requester *requester)
{
	struct owner_facts facts;
	bool is_read = read_facts(pid, &facts);

	if (!is_alive(pin))
		return OWNER_CHANGED;
	return is_read ? owner_decide(&facts, requester) : OWNER_UNREADABLE;
}

/**
 * owner_admit() - may somebody ask about any process at all?
 * @requester: who asks; root, too
 *
 * Return: OWNER_MAY, OWNER_NAMESPACE or OWNER_NOT_ENABLED.
 */
enum owner_rule owner_admit(const struct requester *requester)
{
	struct owner_facts facts;

	if (requester->uid && !requester->is_open_to_owners)
		return OWNER_NOT_ENABLED;
	if (requester->pid <= 0 ||
	    !read_facts((uint32_t)requester->pid, &facts) || facts.levels != 1)
		return OWNER_NAMESPACE;
	return OWNER_MAY;
}
