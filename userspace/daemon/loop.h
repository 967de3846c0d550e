/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: one thread, one epoll, every file descriptor of the daemon.
 */
#ifndef WEFTD_LOOP_H
#define WEFTD_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))

struct loop_source;

typedef void loop_ready_fn(struct loop_source *source, uint32_t events);

/**
 * struct loop_source - a file descriptor and what to do when it is ready
 * @fd:    the file descriptor, -1 while not in the loop; the owner closes it
 * @ready: called with the EPOLL* bits; may remove and free any source
 */
struct loop_source {
	int fd;
	loop_ready_fn *ready;
};

/**
 * struct loop_timer - a moment and what to do then
 * @next:    the timer that expires after this one
 * @due_ms:  when, on the clock of loop_now_ms()
 * @expired: called once; may start and stop any timer and remove any source
 */
struct loop_timer {
	struct loop_timer *next;
	int64_t due_ms;
	void (*expired)(struct loop_timer *timer);
};

/**
 * struct loop - the loop
 * @epoll:       the epoll file descriptor
 * @timers:      those that run, the next one first
 * @is_stopping: loop_run() returns after the present call
 */
struct loop {
	int epoll;
	struct loop_timer *timers;
	bool is_stopping;
};

int loop_open(struct loop *loop);
int loop_add(struct loop *loop, struct loop_source *source, uint32_t events);
int loop_change(struct loop *loop, struct loop_source *source,
		uint32_t events);
void loop_remove(struct loop *loop, struct loop_source *source);
int64_t loop_now_ms(void);
void loop_timer_start(struct loop *loop, struct loop_timer *timer,
		      int64_t delay_ms);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
void loop_close(struct loop *loop);

#endif /* WEFTD_LOOP_H */
