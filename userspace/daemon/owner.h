/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may move a process: root, and its owner if the configuration says so.
 */
#ifndef WEFTD_OWNER_H
#define WEFTD_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define OWNER_STATUS_LEN	8192	/* of /proc/PID/status, far more than it has */

/**
 * enum owner_rule - which rule lets a user have a process moved, or does not
 * @OWNER_MAY:          none is in the way
 * @OWNER_NOT_ENABLED:  the configuration leaves it to root
 * @OWNER_NAMESPACE:    who asks counts processes otherwise than the daemon
 * @OWNER_NO_PROCESS:   nobody has that number, or a thread
 * @OWNER_UNREADABLE:   what is known about the process cannot be read
 * @OWNER_OTHER_USER:   one of its users is not the one who asks
 * @OWNER_OTHER_GROUP:  one of its groups is not that of who asks
 * @OWNER_PRIVILEGED:   it gained rights when it was started, or hides itself:
 *                      not dumpable, in the words of the kernel
 * @OWNER_CAPABILITIES: it has capabilities
 * @OWNER_CHANGED:      it ended, or became another's, meanwhile
 * @OWNER_RULE_COUNT:   how many there are
 */
enum owner_rule {
	OWNER_MAY,
	OWNER_NOT_ENABLED,
	OWNER_NAMESPACE,
	OWNER_NO_PROCESS,
	OWNER_UNREADABLE,
	OWNER_OTHER_USER,
	OWNER_OTHER_GROUP,
	OWNER_PRIVILEGED,
	OWNER_CAPABILITIES,
	OWNER_CHANGED,
	OWNER_RULE_COUNT,
};

/**
 * struct requester - who asks, as the kernel says
 * @pid:  process that connected; 0 if it is in a namespace out of sight
 * @uid:  its effective user
 * @gid:  its effective group
 * @is_open_to_owners: owners may, by the configuration
 */
struct requester {
	pid_t pid;
	uid_t uid;
	gid_t gid;
	bool is_open_to_owners;
};

/**
 * struct owner_facts - what decides about a process
 * @uids:         its real, effective and saved user
 * @gids:         its real, effective and saved group
 * @permitted:    its permitted capabilities, as bits
 * @levels:       PID namespaces that it is in, ours included
 * @status_owner: user that its file in /proc belongs to: the effective one if it
 *                is dumpable, root if not
 */
struct owner_facts {
	uid_t uids[3];
	gid_t gids[3];
	uint64_t permitted;
	unsigned int levels;
	uid_t status_owner;
};

bool owner_parse_status(const char *text, struct owner_facts *facts);
enum owner_rule owner_decide(const struct owner_facts *facts,
			     const struct requester *requester);
const char *owner_code(enum owner_rule rule);
void owner_explain(enum owner_rule rule, uint32_t pid,
		   const struct requester *requester, char *sentence,
		   size_t size);

int owner_pin(uint32_t pid);
enum owner_rule owner_look(int pin, uint32_t pid,
			   const struct requester *requester);
enum owner_rule owner_admit(const struct requester *requester);

#endif /* WEFTD_OWNER_H */
