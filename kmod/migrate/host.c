// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process sees of its host: of this one, and of another one that is
 * asked for it.
 *
 * The vDSO of a host is the image that the kernel maps into every new 64-bit
 * program. Its symbol is not exported, but each address space points to the
 * image that it got, and the program that loads the module has one.
 */
#include "compat/compat.h"
#include "migrate/verdict.h"
#include "rpc/rpc.h"

#include <asm/cpufeature.h>
#include <asm/fpu/xcr.h>
#include <asm/processor.h>
#include <asm/vdso.h>
#include <linux/crc32.h>
#include <linux/jiffies.h>
#include <linux/mm.h>

#define CPUID_XSTATE		0xd
#define FXSAVE_SIZE		512	/* without XSAVE */

static struct weft_vdso host_vdso __ro_after_init;

static const u8 kernel_words[WEFT_CPU_WORDS] = {
	[WEFT_CPU_1_EDX]	= CPUID_1_EDX,
	[WEFT_CPU_1_ECX]	= CPUID_1_ECX,
	[WEFT_CPU_80000001_EDX] = CPUID_8000_0001_EDX,
	[WEFT_CPU_80000001_ECX] = CPUID_8000_0001_ECX,
	[WEFT_CPU_7_EBX]	= CPUID_7_0_EBX,
	[WEFT_CPU_7_ECX]	= CPUID_7_ECX,
	[WEFT_CPU_7_EDX]	= CPUID_7_EDX,
	[WEFT_CPU_7_1_EAX]	= CPUID_7_1_EAX,
	[WEFT_CPU_D_1_EAX]	= CPUID_D_1_EAX,
	[WEFT_CPU_80000008_EBX] = CPUID_8000_0008_EBX,
};

/*
 * Of what the processors have, the kernel keeps what all of them have and what
 * it has not turned off: that is what /proc/cpuinfo shows.
 */
static void read_features(struct weft_host *host)
{
	int i;

	for (i = 0; i < WEFT_CPU_WORDS; i++)
		host->features[i] =
			boot_cpu_data.x86_capability[kernel_words[i]];
}

/* Of subleaf 0 the size of all enabled components, of others the offset. */
static u32 xstate_ebx(u32 subleaf)
{
	u32 eax, ebx, ecx, edx;

	cpuid_count(CPUID_XSTATE, subleaf, &eax, &ebx, &ecx, &edx);
	return ebx;
}

static void read_xstate(struct weft_host *host)
{
	u32 i;

	host->xstate_size = FXSAVE_SIZE;
	if (!boot_cpu_has(X86_FEATURE_OSXSAVE))
		return;
	host->xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK) &
		     GENMASK_ULL(WEFT_XSTATE_COMPONENTS - 1, 0);
	host->xstate_size = xstate_ebx(0);
	for (i = WEFT_XSTATE_FIRST; i < WEFT_XSTATE_COMPONENTS; i++)
		if (host->xcr0 >> i & 1)
			host->xstate_offset[i] = xstate_ebx(i);
}

/**
 * weft_host_get() - what a process sees of this host
 * @host: the result
 */
void weft_host_get(struct weft_host *host)
{
	*host = (struct weft_host){
		.page_size = PAGE_SIZE,
		.address_limit = TASK_SIZE_MAX,
		.kernel_version = weft_kernel_version(),
		.vdso = host_vdso,
	};
	read_features(host);
	read_xstate(host);
}

/**
 * weft_host_pack() - make a message of the facts of a host
 * @message: the result
 * @host:    the facts
 */
void weft_host_pack(struct weft_msg_host *message, const struct weft_host *host)
{
	int i;

	*message = (struct weft_msg_host){
		.xstate_size = cpu_to_le32(host->xstate_size),
		.page_size = cpu_to_le32(host->page_size),
		.xcr0 = cpu_to_le64(host->xcr0),
		.address_limit = cpu_to_le64(host->address_limit),
		.kernel_version = cpu_to_le32(host->kernel_version),
		.vdso_size = cpu_to_le32(host->vdso.size),
		.vdso_crc = cpu_to_le32(host->vdso.crc),
	};
	for (i = 0; i < WEFT_CPU_WORDS; i++)
		message->features[i] = cpu_to_le32(host->features[i]);
	for (i = 0; i < WEFT_XSTATE_COMPONENTS; i++)
		message->xstate_offset[i] = cpu_to_le32(host->xstate_offset[i]);
}

/**
 * weft_host_unpack() - read the facts of a host
 * @host:    the result
 * @message: the message, checked by weft_host_check()
 */
void weft_host_unpack(struct weft_host *host,
		      const struct weft_msg_host *message)
{
	int i;

	*host = (struct weft_host){
		.xstate_size = le32_to_cpu(message->xstate_size),
		.page_size = le32_to_cpu(message->page_size),
		.xcr0 = le64_to_cpu(message->xcr0),
		.address_limit = le64_to_cpu(message->address_limit),
		.kernel_version = le32_to_cpu(message->kernel_version),
		.vdso.size = le32_to_cpu(message->vdso_size),
		.vdso.crc = le32_to_cpu(message->vdso_crc),
	};
	for (i = 0; i < WEFT_CPU_WORDS; i++)
		host->features[i] = le32_to_cpu(message->features[i]);
	for (i = 0; i < WEFT_XSTATE_COMPONENTS; i++)
		host->xstate_offset[i] = le32_to_cpu(message->xstate_offset[i]);
}

/**
 * weft_host_serve() - serve a HOST
 * @lane:    where it came from
 * @header:  its header, checked
 * @payload: unused: it has none
 *
 * Context: the thread of the lane; waits for nobody.
 * Return: 0 with the reply queued, or -ENOMEM.
 */
int weft_host_serve(struct weft_lane *lane, const struct weft_header *header,
		    const void *payload)
{
	struct weft_message *reply;
	struct weft_host host;

	reply = weft_message_new(WEFT_MSG_HOST_REPLY,
				 sizeof(struct weft_msg_host));
	if (!reply)
		return -ENOMEM;
	weft_host_get(&host);
	weft_host_pack((struct weft_msg_host *)reply->payload, &host);
	weft_rpc_reply(lane, header, reply, 0);
	return 0;
}

/**
 * weft_host_ask() - ask a peer for the facts of its host
 * @peer:       the peer
 * @timeout_ms: how long to wait
 * @there:      the result
 *
 * Context: may sleep; the caller holds no lock.
 * Return: 0; -EBADMSG if no host is like that; -EREMOTEIO if the peer replied
 * with an error; or as weft_call_start() and weft_call_wait().
 */
int weft_host_ask(struct weft_peer *peer, u32 timeout_ms,
		  struct weft_host *there)
{
	const struct weft_header header = {
		.type = cpu_to_le16(WEFT_MSG_HOST_REPLY),
	};
	struct weft_msg_host message;
	struct weft_call call = {
		.type = WEFT_MSG_HOST,
		.reply = &message,
		.reply_size = sizeof(message),
		.deadline = jiffies + msecs_to_jiffies(timeout_ms) + 1,
	};
	struct weft_message *request = weft_message_new(call.type, 0);
	int err;

	if (!request)
		return -ENOMEM;
	err = weft_call_start(&peer->lanes[WEFT_LANE_FAST], &call, request);
	if (!err)
		err = weft_call_wait(&call);
	/* an error that the peer had is none of ours, whatever its number */
	if (err && err != -ESTALE && call.order)
		return -EREMOTEIO;
	if (err)
		return err;
	if (weft_host_check(&header, &message))
		return -EBADMSG;
	weft_host_unpack(there, &message);
	return 0;
}

/**
 * weft_host_init() - find the vDSO of this host
 *
 * The caller is the program that loads the module. If that is a 32-bit one, or
 * has no vDSO, that of the host stays unknown.
 */
void __init weft_host_init(void)
{
	const struct vdso_image *image = NULL;

	if (current->mm && !test_thread_flag(TIF_ADDR32))
		image = current->mm->context.vdso_image;
	if (!image || image->size > WEFT_VDSO_SIZE_MAX)
		return;
	host_vdso.size = image->size;
	host_vdso.crc = ~__crc32c_le(~0, image->data, image->size);
}
