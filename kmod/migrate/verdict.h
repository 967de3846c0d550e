/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From facts to reasons: what keeps a process from moving. Pure, so that every
 * case can be tested.
 */
#ifndef _WEFT_MIGRATE_VERDICT_H
#define _WEFT_MIGRATE_VERDICT_H

#include "migrate/migrate.h"
#include "proto/msg_migrate.h"

#include <linux/bits.h>

/* A reason in a set of reasons. */
#define WEFT_REASON_BIT(reason)	BIT_ULL(WEFT_REASON_##reason)

/**
 * struct weft_thread_facts - what matters about one thread that is alive
 * @is_32bit:       its program is a 32-bit one
 * @is_traced:      somebody has attached to it with ptrace
 * @is_strict:      it is in the strict mode of seccomp
 * @has_io_uring:   it has used io_uring
 * @is_user_worker: it never returns to user mode
 */
struct weft_thread_facts {
	bool is_32bit;
	bool is_traced;
	bool is_strict;
	bool has_io_uring;
	bool is_user_worker;
};

/**
 * struct weft_mapping_facts - what matters about one mapping
 * @is_vvar:         the data of the vDSO, which every host has its own of
 * @is_raw:          not ordinary memory: VM_IO, VM_PFNMAP or VM_MIXEDMAP
 * @is_anonymous:    pages of it come from nowhere else than memory
 * @is_device:       it has a file, which is a device
 * @is_shared:       MAP_SHARED, of a file that is open for writing
 * @may_write:       it is writable, or mprotect() can make it so
 * @is_hugetlb:      of huge pages that were set aside
 * @has_userfaultfd: registered with a userfaultfd
 */
struct weft_mapping_facts {
	bool is_vvar;
	bool is_raw;
	bool is_anonymous;
	bool is_device;
	bool is_shared;
	bool may_write;
	bool is_hugetlb;
	bool has_userfaultfd;
};

/**
 * struct weft_process_facts - what matters about a process as a whole
 * @exists:           there is such a process; if not, nothing else counts
 * @is_kernel_thread: it is one of the kernel's; then nothing else counts
 * @is_alive:         it has memory, and a thread that is not on its way out
 * @is_group_exiting: all of its threads are to end
 * @is_headless:      its main thread has ended
 * @shares_memory:    another process has the same address space
 * @is_pid_initial:   it is in the initial PID namespace
 * @is_user_initial:  it is in the initial user namespace
 */
struct weft_process_facts {
	bool exists;
	bool is_kernel_thread;
	bool is_alive;
	bool is_group_exiting;
	bool is_headless;
	bool shares_memory;
	bool is_pid_initial;
	bool is_user_initial;
};

/**
 * struct weft_node_facts - what is known about the node it is to move to
 * @is_self:      it is this one; then nothing else counts
 * @is_member:    it is a member of the cluster; if not, nothing else counts
 * @is_connected: its fast lane was up; if not, it was not asked
 * @has_answered: its host is known
 */
struct weft_node_facts {
	bool is_self;
	bool is_member;
	bool is_connected;
	bool has_answered;
};

/**
 * struct weft_vdso - which vDSO it is
 * @size: in bytes; 0: none, or not known
 * @crc:  CRC32C of its image
 */
struct weft_vdso {
	u32 size;
	u32 crc;
};

/**
 * struct weft_own_vdso - the vDSO that a process has
 * @is_mapped:   it has one
 * @is_readable: its image could be read, and is @vdso
 * @vdso:        which one
 */
struct weft_own_vdso {
	bool is_mapped;
	bool is_readable;
	struct weft_vdso vdso;
};

/**
 * struct weft_host - struct weft_msg_host, in the numbers of this processor
 * @features:       see there
 * @xstate_offset:  see there
 * @xstate_size:    see there
 * @page_size:      see there
 * @xcr0:           see there
 * @address_limit:  see there
 * @kernel_version: see there
 * @vdso:           see there
 */
struct weft_host {
	u32 features[WEFT_CPU_WORDS];
	u32 xstate_offset[WEFT_XSTATE_COMPONENTS];
	u32 xstate_size;
	u32 page_size;
	u64 xcr0;
	u64 address_limit;
	u32 kernel_version;
	struct weft_vdso vdso;
};

/* verdict.c: pure; each returns bits by enum weft_reason_code */
u64 weft_verdict_thread(const struct weft_thread_facts *thread);
u64 weft_verdict_mapping(const struct weft_mapping_facts *mapping);
u64 weft_verdict_process(const struct weft_process_facts *process);
u64 weft_verdict_node(const struct weft_node_facts *node);
u64 weft_verdict_hosts(const struct weft_host *here,
		       const struct weft_host *there,
		       const struct weft_own_vdso *own);
bool weft_xstate_is_missing(const struct weft_host *here,
			    const struct weft_host *there, u32 component);
bool weft_xstate_is_elsewhere(const struct weft_host *here,
			      const struct weft_host *there, u32 component);

/* features.c: pure */
u32 weft_features_next_missing(const u32 *here, const u32 *there, u32 from);
const char *weft_feature_name(u32 index);

/* findings.c: pure */
void weft_findings_add(struct weft_check *check, enum weft_reason_code reason,
		       const char *format, ...) __printf(3, 4);
void weft_findings_add_reasons(struct weft_check *check, u64 reasons);
void weft_findings_explain_hosts(struct weft_check *check,
				 const struct weft_host *here,
				 const struct weft_host *there,
				 const struct weft_own_vdso *own);
void weft_text_clean(char *text);

/* host.c */
struct weft_peer;

void weft_host_pack(struct weft_msg_host *message, const struct weft_host *host);
void weft_host_unpack(struct weft_host *host, const struct weft_msg_host *message);
void weft_host_get(struct weft_host *host);
int weft_host_ask(struct weft_peer *peer, u32 timeout_ms, struct weft_host *there);

/* limits.c */
struct vm_area_struct;

void weft_limits_inspect(struct weft_check *check, struct task_struct *alive);
const char *weft_limits_mapping(const struct vm_area_struct *vma);

/* check.c */
int weft_check_stopped(void);

/* memory.c */
struct mm_struct;

int weft_memory_inspect(struct mm_struct *mm, struct task_struct *thread,
			struct weft_check *check, struct weft_own_vdso *own);

#endif /* _WEFT_MIGRATE_VERDICT_H */
