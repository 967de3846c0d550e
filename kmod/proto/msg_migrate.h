/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What nodes say to each other about processes: HOST asks for the facts of the
 * other host that a process which is to run there depends on.
 */
#ifndef _WEFT_PROTO_MSG_MIGRATE_H
#define _WEFT_PROTO_MSG_MIGRATE_H

#include "proto/proto.h"

#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * enum weft_cpu_word - which bits of CPUID stand in which word of features
 * @WEFT_CPU_1_EDX:        leaf 1, register edx; and so on
 * @WEFT_CPU_1_ECX:        leaf 1
 * @WEFT_CPU_80000001_EDX: leaf 0x80000001
 * @WEFT_CPU_80000001_ECX: leaf 0x80000001
 * @WEFT_CPU_7_EBX:        leaf 7, subleaf 0
 * @WEFT_CPU_7_ECX:        leaf 7, subleaf 0
 * @WEFT_CPU_7_EDX:        leaf 7, subleaf 0
 * @WEFT_CPU_7_1_EAX:      leaf 7, subleaf 1
 * @WEFT_CPU_D_1_EAX:      leaf 0xd, subleaf 1
 * @WEFT_CPU_80000008_EBX: leaf 0x80000008
 * @WEFT_CPU_WORDS:        how many there are
 *
 * The numbers of bits are those of the processor, not of any kernel.
 */
enum weft_cpu_word {
	WEFT_CPU_1_EDX,
	WEFT_CPU_1_ECX,
	WEFT_CPU_80000001_EDX,
	WEFT_CPU_80000001_ECX,
	WEFT_CPU_7_EBX,
	WEFT_CPU_7_ECX,
	WEFT_CPU_7_EDX,
	WEFT_CPU_7_1_EAX,
	WEFT_CPU_D_1_EAX,
	WEFT_CPU_80000008_EBX,

	WEFT_CPU_WORDS
};

/* Limits of the fields of struct weft_msg_host, in bytes where not said. */
#define WEFT_XSTATE_COMPONENTS	20	/* bits of XCR0 that are known */
#define WEFT_XSTATE_FIRST	2	/* component with a place of its own */
#define WEFT_XSTATE_OFFSET_MIN	576	/* behind legacy area and header */
#define WEFT_XSTATE_SIZE_MIN	512
#define WEFT_XSTATE_SIZE_MAX	65536
#define WEFT_PAGE_SIZE_MIN	4096
#define WEFT_PAGE_SIZE_MAX	65536
#define WEFT_VDSO_SIZE_MAX	1048576

/**
 * struct weft_msg_host - what a process sees of the host it runs on
 * @features:       what the kernel lets programs use; see enum weft_cpu_word
 * @xstate_offset:  by component, where its state lies in the standard format of
 *                  XSAVE; 0 where @xcr0 has no such component, and for the first
 *                  two, whose place is fixed
 * @xstate_size:    of all enabled components in the standard format, in bytes
 * @page_size:      in bytes, a power of two
 * @xcr0:           enabled components; 0 without XSAVE
 * @address_limit:  first address that no program has; a multiple of @page_size
 * @kernel_version: as LINUX_VERSION_CODE has it; not 0
 * @vdso_size:      of the image of the vDSO for 64-bit programs, in bytes, a
 *                  multiple of @page_size; 0 if the host has none or does not
 *                  know it
 * @vdso_crc:       CRC32C of that image; 0 without
 * @pad:            zero, or -EPROTO
 */
struct weft_msg_host {
	__le32 features[WEFT_CPU_WORDS];
	__le32 xstate_offset[WEFT_XSTATE_COMPONENTS];
	__le32 xstate_size;
	__le32 page_size;
	__le64 xcr0;
	__le64 address_limit;
	__le32 kernel_version;
	__le32 vdso_size;
	__le32 vdso_crc;
	__le32 pad;
};

static_assert(sizeof(struct weft_msg_host) == 160);

/* check.c: pure */
enum weft_breach weft_host_check(const struct weft_header *header,
				 const struct weft_msg_host *host);

#endif /* _WEFT_PROTO_MSG_MIGRATE_H */
