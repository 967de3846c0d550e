// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The threads of a process: as many tasks, each of which becomes one of them. They
 * have the numbers that they have at home if this process has the one that it has
 * there.
 */
#include "body.h"
#include "call.h"
#include "identity.h"

#include <asm/prctl.h>
#include <asm/unistd.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <stddef.h>
#include <stdint.h>

#define STACK_LEN	4096

/**
 * struct task - the memory of a task that becomes a thread
 * @thread: the thread
 * @fd:     the descriptor of the body
 * @stack:  its stack
 */
struct task {
	struct weft_body_thread thread;
	long fd;
	char stack[STACK_LEN] __attribute__((aligned(64)));
};

static __attribute__((noreturn, used)) void become(struct task *task)
{
	const struct weft_body_bases *bases = &task->thread.arrival.bases;

	if (call(__NR_ioctl, task->fd, WEFT_BODY_THREAD, (long)&task->thread) ||
	    call(__NR_arch_prctl, ARCH_SET_FS, (long)bases->fs_base, 0) ||
	    call(__NR_arch_prctl, ARCH_SET_GS, (long)bases->gs_base, 0))
		quit(STATUS_THREADS);
	if (take_users())
		quit(STATUS_USER);
	__asm__ volatile("xrstor64 %0"
			 : : "m"(task->thread.arrival.xstate), "a"(-1), "d"(-1)
			 : "memory");
	call(__NR_ioctl, task->fd, WEFT_BODY_RUN, 0);
	quit(STATUS_NOT_STARTED);
}

/* A task that goes on in become(). Return: its number, or a negative error. */
static long make(const struct clone_args *args, struct task *task)
{
	register struct task *kept __asm__("r12") = task;
	long result;

	__asm__ volatile("syscall\n"
			 "	test %%rax, %%rax\n"
			 "	jnz 1f\n"
			 "	xor %%ebp, %%ebp\n"
			 "	mov %%r12, %%rdi\n"
			 "	call become\n"
			 "1:\n"
			 : "=a"(result)
			 : "a"(__NR_clone3), "D"(args), "S"(sizeof(*args)), "r"(kept)
			 : "rcx", "r11", "memory");
	return result;
}

static void start(struct task *task, long fd, uint32_t tid, uint32_t use_tid)
{
	const int32_t wanted = (int32_t)tid;
	const struct clone_args args = {
		.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			 CLONE_THREAD | CLONE_SYSVSEM,
		.stack = (uint64_t)(uintptr_t)task->stack,
		.stack_size = STACK_LEN,
		.set_tid = use_tid ? (uint64_t)(uintptr_t)&wanted : 0,
		.set_tid_size = use_tid ? 1 : 0,
	};

	task->thread.tid = tid;
	task->fd = fd;
	if (make(&args, task) < 0)
		quit(STATUS_THREADS);
}

static struct task *memory_for(uint32_t count)
{
	register long flags __asm__("r10") = MAP_PRIVATE | MAP_ANONYMOUS;
	register long fd __asm__("r8") = -1;
	register long offset __asm__("r9") = 0;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(__NR_mmap), "D"(0), "S"(count * sizeof(struct task)),
			   "d"(PROT_READ | PROT_WRITE), "r"(flags), "r"(fd),
			   "r"(offset)
			 : "rcx", "r11", "memory");
	if (result < 0)
		quit(STATUS_THREADS);
	return (struct task *)result;
}

/**
 * start_threads() - make a task for each thread but the first
 * @fd:    the descriptor of the body
 * @bases: what has arrived
 *
 * Returns when they are on their way; does not return if one cannot be made.
 */
void start_threads(long fd, const struct weft_body_bases *bases)
{
	uint32_t tids[512], use_tid, i;
	struct task *tasks;
	long tid;

	if (!bases->threads || bases->threads > 512)
		return;
	/* who is on its way is not in the list of those that have arrived any more */
	for (i = 0; i < bases->threads; i++) {
		tid = call(__NR_ioctl, fd, WEFT_BODY_TID, i);
		if (tid <= 0)
			quit(STATUS_THREADS);
		tids[i] = (uint32_t)tid;
	}
	use_tid = call(__NR_getpid, 0, 0, 0) == (long)bases->pid;
	tasks = memory_for(bases->threads);
	for (i = 0; i < bases->threads; i++)
		start(&tasks[i], fd, tids[i], use_tid);
}
