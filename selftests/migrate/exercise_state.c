// SPDX-License-Identifier: GPL-2.0-only
/* Exercises of what a processor keeps for a program, and of signals. */
#include "exercise.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#define ROUND_TO_ZERO	0x7f80U		/* of MXCSR; all exceptions masked */
#define X87_SINGLE	0x007fU		/* single precision, all exceptions masked */
#define ALTSTACK	65536

struct vectors {
	uint8_t bytes[16][32];
} __attribute__((aligned(32)));

/* Full of numbers, all registers wait for a while and are stored again. */
__attribute__((target("avx2")))
static void keep_vectors(const struct vectors *in, struct vectors *out, uint64_t loops)
{
	__asm__ volatile("vmovdqa 0(%1), %%ymm0\n\t"
		"vmovdqa 32(%1), %%ymm1\n\t"
		"vmovdqa 64(%1), %%ymm2\n\t"
		"vmovdqa 96(%1), %%ymm3\n\t"
		"vmovdqa 128(%1), %%ymm4\n\t"
		"vmovdqa 160(%1), %%ymm5\n\t"
		"vmovdqa 192(%1), %%ymm6\n\t"
		"vmovdqa 224(%1), %%ymm7\n\t"
		"vmovdqa 256(%1), %%ymm8\n\t"
		"vmovdqa 288(%1), %%ymm9\n\t"
		"vmovdqa 320(%1), %%ymm10\n\t"
		"vmovdqa 352(%1), %%ymm11\n\t"
		"vmovdqa 384(%1), %%ymm12\n\t"
		"vmovdqa 416(%1), %%ymm13\n\t"
		"vmovdqa 448(%1), %%ymm14\n\t"
		"vmovdqa 480(%1), %%ymm15\n\t"
		"1:\n\t"
		"vpaddd %%ymm1, %%ymm0, %%ymm0\n\t"
		"vpsubd %%ymm1, %%ymm0, %%ymm0\n\t"
		"dec %0\n\t"
		"jnz 1b\n\t"
		"vmovdqa %%ymm0, 0(%2)\n\t"
		"vmovdqa %%ymm1, 32(%2)\n\t"
		"vmovdqa %%ymm2, 64(%2)\n\t"
		"vmovdqa %%ymm3, 96(%2)\n\t"
		"vmovdqa %%ymm4, 128(%2)\n\t"
		"vmovdqa %%ymm5, 160(%2)\n\t"
		"vmovdqa %%ymm6, 192(%2)\n\t"
		"vmovdqa %%ymm7, 224(%2)\n\t"
		"vmovdqa %%ymm8, 256(%2)\n\t"
		"vmovdqa %%ymm9, 288(%2)\n\t"
		"vmovdqa %%ymm10, 320(%2)\n\t"
		"vmovdqa %%ymm11, 352(%2)\n\t"
		"vmovdqa %%ymm12, 384(%2)\n\t"
		"vmovdqa %%ymm13, 416(%2)\n\t"
		"vmovdqa %%ymm14, 448(%2)\n\t"
		"vmovdqa %%ymm15, 480(%2)\n\t"
		: "+r"(loops)
		: "r"(in), "r"(out)
		: "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
		  "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
		  "xmm14", "xmm15");
}

static void set_controls(uint32_t mxcsr, uint16_t x87)
{
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	__asm__ volatile("fldcw %0" : : "m"(x87));
}

static void check_controls(void)
{
	uint32_t mxcsr;
	uint16_t x87;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	__asm__ volatile("fnstcw %0" : "=m"(x87));
	/* the lowest bits say what happened since, not what is wanted */
	WANT((mxcsr & ~0x3fU) == ROUND_TO_ZERO);
	WANT((x87 & ~0x40U) == (X87_SINGLE & ~0x40U));
}

static void keep_state(int argc, char **argv)
{
	double one = 1, three = 3;
	struct vectors in, out;
	unsigned int round = 0;
	double first;

	(void)argc;
	(void)argv;
	WANT(__builtin_cpu_supports("avx2"));
	set_controls(ROUND_TO_ZERO, X87_SINGLE);
	/* it is divided now, and each time anew */
	__asm__ volatile("" : "+x"(one), "+x"(three));
	first = one / three;
	while (go_on()) {
		fill_bytes((uint8_t *)&in, sizeof(in), round++);
		memset(&out, 0, sizeof(out));
		keep_vectors(&in, &out, 300000);
		WANT(!memcmp(&in, &out, sizeof(in)));
		check_controls();
		__asm__ volatile("" : "+x"(one), "+x"(three));
		WANT(one / three == first);
	}
	dprintf(STDOUT_FILENO, "%a\n", first);
}

static void need_vectors(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	exit(__builtin_cpu_supports("avx2") ? 0 : 4);
}

/* A machine with little memory allows less than 2,000 for each user. */
#define WAITING_MAX	500

static sig_atomic_t heard, in_order = 1, jumps, is_over, sender;
static sigjmp_buf back;

/* Each has a number, and none may be missing or come twice. */
static void on_number(int signal, siginfo_t *info, void *context)
{
	unsigned int i;
	char here;

	(void)signal;
	(void)context;
	in_order &= info->si_value.sival_int == heard && info->si_code == SI_QUEUE;
	heard++;
	/* all of them from the same process of home */
	sender = sender ? sender : info->si_pid;
	in_order &= sender > 0 && info->si_pid == sender && info->si_uid == getuid();
	/* it runs on a stack of its own, and does not always come back */
	in_order &= (uintptr_t)&here > (uintptr_t)info - ALTSTACK;
	/* more of them come meanwhile, and wait, also when this is just over */
	for (i = 0; heard % 2 && i < 600000; i++)
		HIDE(i);
	if (heard % 16)
		return;
	jumps++;
	siglongjmp(back, 1);
}

static void on_end(int signal)
{
	(void)signal;
	is_over = 1;
}

static void hear_signals(int argc, char **argv)
{
	stack_t stack = { .ss_sp = malloc(ALTSTACK), .ss_size = ALTSTACK };
	struct sigaction number = { .sa_sigaction = on_number,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
	struct sigaction end = { .sa_handler = on_end };
	static uint64_t sum;

	(void)argc;
	(void)argv;
	WANT(stack.ss_sp && !sigaltstack(&stack, NULL));
	/* it must not come between the last number and the look at it */
	WANT(!sigaddset(&end.sa_mask, SIGRTMIN + 1));
	WANT(!sigaction(SIGRTMIN + 1, &number, NULL) && !sigaction(SIGRTMIN + 2, &end, NULL));
	dprintf(STDOUT_FILENO, "ready\n");
	/* what comes next is to come on the stack of the program, not on the other */
	sigsetjmp(back, 0);
	WANT(!sigprocmask(SIG_UNBLOCK, &end.sa_mask, NULL));
	while (!is_over) {
		sum += sum_bytes((const uint8_t *)"signals", 7);
		HIDE(sum);
		if (sum % 64 == 1)
			WANT(getppid() > 0);
	}
	WANT(sum && in_order);
	WANT(heard > 1000 && jumps == heard / 16);
}

static void sleep_until(struct timespec *when, long ns)
{
	when->tv_nsec += ns;
	while (when->tv_nsec >= 1000000000) {
		when->tv_nsec -= 1000000000;
		when->tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, when, NULL) == EINTR)
		;
}

/* How many signals wait for processes of this user. */
static int waiting_signals(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	int count = -1;

	WANT(status);
	while (count < 0 && fgets(line, sizeof(line), status))
		if (sscanf(line, "SigQ: %d/", &count) != 1)
			count = -1;
	fclose(status);
	WANT(count >= 0);
	return count;
}

/*
 * send-signals PID COUNT: a thousand in a second, a hundred at once, until the program
 * was moved and so many after that, and another one that ends it.
 */
static void send_signals(int argc, char **argv)
{
	pid_t pid = argc == 2 ? atoi(argv[0]) : 0;
	int left = argc == 2 ? atoi(argv[1]) : 0;
	union sigval value = { .sival_int = 0 };
	struct timespec when;
	unsigned int turn = 0;

	WANT(pid > 0 && left > 0);
	WANT(!clock_gettime(CLOCK_MONOTONIC, &when));
	while (!has_moved() || left > 0) {
		if (!(turn++ % 100))
			sleep_until(&when, 100000000);
		/* whoever needs some for timers meanwhile has the same limit */
		if (waiting_signals() >= WAITING_MAX) {
			usleep(10000);
			continue;
		}
		if (sigqueue(pid, SIGRTMIN + 1, value)) {
			WANT(errno == EAGAIN);	/* too many wait already */
			continue;
		}
		value.sival_int++;
		left -= has_moved();
	}
	sleep_until(&when, 2000000000L);
	/* one of a higher number does not overtake those that still wait */
	WANT(!kill(pid, SIGRTMIN + 2));
}

/* In microseconds, and by all that the kernel has to tell it. */
static int64_t used_time(int way)
{
	struct rusage usage;
	struct timespec time;
	struct tms ticks;

	if (way == 0) {
		WANT(!getrusage(RUSAGE_SELF, &usage));
		return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL +
		       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
	}
	if (way == 1) {
		WANT(times(&ticks) != (clock_t)-1);
		return (ticks.tms_utime + ticks.tms_stime) * 10000LL;
	}
	WANT(!clock_gettime(way == 2 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID,
			    &time));
	return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

/* Time that was used does not become less, and does not stand still. */
static void use_time(int argc, char **argv)
{
	int64_t first[4], last[4] = { 0 }, now;
	uint64_t sum = 0;
	int way;

	(void)argc;
	(void)argv;
	for (way = 0; way < 4; way++)
		first[way] = used_time(way);
	while (go_on()) {
		for (way = 0; way < 4; way++) {
			now = used_time(way);
			WANT(now >= last[way]);
			last[way] = now;
		}
		for (way = 0; way < 1000000; way++) {
			sum += (uint64_t)way;
			HIDE(sum);
		}
	}
	for (way = 0; way < 4; way++)
		WANT(last[way] > first[way]);
	WANT(clock() > 0 && sum);
}

const struct exercise state_exercises[] = {
	{ "state", keep_state },
	{ "need-state", need_vectors },
	{ "time", use_time },
	{ "signals", hear_signals },
	{ "send-signals", send_signals },
	{ NULL, NULL },
};
