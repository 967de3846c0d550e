// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program of many threads that does the same each time:
 *
 *   threads COUNT ROUNDS [LATER]
 *
 * Its threads share one line of work under a mutex, wait for each other with a
 * condition variable at the end of each round, and each computes a checksum of its
 * own. With LATER each thread makes another one in each LATERth round, which ends
 * at once. Now and then a line is printed; in the end the sums are printed, and the status is
 * 42; 1 with a sentence if anything was not as it should be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT_MAX	400
#define SPIN		20000
#define LINES		32
#define STATUS		42

/**
 * struct crew - all threads
 * @mutex:   protects the following
 * @changed: when @round changes
 * @count:   how many threads there are
 * @waiting: how many have finished the round
 * @round:   which round it is
 * @rounds:  how many there are to be
 * @later:   in which rounds threads are made; 0: in none
 * @born:    how many were made
 * @shared:  what all of them count
 */
static struct crew {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	unsigned int count;
	unsigned int waiting;
	unsigned int round;
	unsigned int rounds;
	unsigned int later;
	unsigned int born;
	uint64_t shared;
} crew = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

static __thread uint64_t sum;
static __thread pid_t tid;

static uint64_t sums[COUNT_MAX];

static void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "threads: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void *be_short(void *number)
{
	if (gettid() == getpid())
		give_up("a thread is its process");
	return number;
}

static void make_another(uintptr_t number)
{
	pthread_t thread;
	void *result;

	errno = pthread_create(&thread, NULL, be_short, (void *)number);
	if (errno)
		give_up("pthread_create");
	errno = pthread_join(thread, &result);
	if (errno || result != (void *)number)
		give_up("pthread_join");
	__atomic_add_fetch(&crew.born, 1, __ATOMIC_SEQ_CST);
}

static void compute(uintptr_t number, unsigned int round)
{
	unsigned int i;

	for (i = 0; i < SPIN; i++)
		sum = sum * 6364136223846793005ULL + number * 2654435761U + round + i;
}

/* The last one of a round says so, and lets all others go on. */
static void meet(void)
{
	unsigned int round;

	pthread_mutex_lock(&crew.mutex);
	crew.shared++;
	round = crew.round;
	if (++crew.waiting == crew.count) {
		crew.waiting = 0;
		crew.round++;
		if (round % LINES == 0) {
			printf("round %u: %llu\n", round,
			       (unsigned long long)crew.shared);
			fflush(stdout);
		}
		pthread_cond_broadcast(&crew.changed);
	}
	while (crew.round == round)
		pthread_cond_wait(&crew.changed, &crew.mutex);
	pthread_mutex_unlock(&crew.mutex);
}

static void *work(void *arg)
{
	uintptr_t number = (uintptr_t)arg;
	unsigned int round;

	tid = gettid();
	for (round = 0; round < crew.rounds; round++) {
		compute(number, round);
		if (crew.later && round % crew.later == number % crew.later)
			make_another(number);
		if (gettid() != tid || syscall(SYS_gettid) != tid)
			give_up("a thread has got another number");
		meet();
	}
	sums[number] = sum;
	return NULL;
}

int main(int argc, char **argv)
{
	static pthread_t threads[COUNT_MAX];
	uintptr_t i;

	if (argc < 3)
		return 2;
	crew.count = (unsigned int)atoi(argv[1]);
	crew.rounds = (unsigned int)atoi(argv[2]);
	crew.later = argc > 3 ? (unsigned int)atoi(argv[3]) : 0;
	if (!crew.count || crew.count > COUNT_MAX)
		return 2;
	for (i = 0; i < crew.count; i++) {
		errno = pthread_create(&threads[i], NULL, work, (void *)i);
		if (errno)
			give_up("pthread_create");
	}
	for (i = 0; i < crew.count; i++) {
		errno = pthread_join(threads[i], NULL);
		if (errno)
			give_up("pthread_join");
		printf("%lu: %llx\n", (unsigned long)i, (unsigned long long)sums[i]);
	}
	printf("%u were made\n", crew.born);
	return STATUS;
}
