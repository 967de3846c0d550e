/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of weft bench share.
 *
 * Layers: bench_tcp.c (one connection) and samples.c (numbers) below
 * bench_worker.c (one thread) below bench_crew.c (all threads) below
 * bench_echo.c (phases and result); bench_server.c (the other end of
 * bench_tcp.c) stands beside them.
 */
#ifndef WEFT_BENCH_H
#define WEFT_BENCH_H

#include "command.h"
#include "samples.h"

#include <pthread.h>

#define BENCH_REQUEST_LEN	64	/* bytes of a request */
#define BENCH_SIZES_MAX		16
#define BENCH_THREADS_MAX	64
#define BENCH_SAMPLES_MAX	4194304	/* of one thread; further rounds only count */
#define BENCH_ERROR_LEN		256

/**
 * enum bench_path - what is measured
 * @PATH_WEFT: echoes between the modules
 * @PATH_TCP:  plain TCP between two processes
 */
enum bench_path {
	PATH_WEFT,
	PATH_TCP,

	PATH_COUNT
};

/**
 * struct bench - what the command line asks for
 * @node:       to whom
 * @lane:       over which lane
 * @sizes:      of replies, in bytes
 * @size_count: how many of @sizes
 * @rounds:     of each thread, size and path; 0 if @seconds counts
 * @seconds:    for each size and path
 * @threads:    how many
 * @depth:      echoes of a thread at once
 * @timeout_ms: for each echo; 0: what the module thinks right
 * @tcp:        HOST:PORT of the server to compare with, or NULL
 * @listen:     [HOST:]PORT for the server
 */
struct bench {
	uint32_t node;
	enum weft_lane_id lane;
	uint32_t sizes[BENCH_SIZES_MAX];
	unsigned int size_count;
	uint64_t rounds;
	uint32_t seconds;
	uint32_t threads;
	uint32_t depth;
	uint32_t timeout_ms;
	const char *tcp;
	const char *listen;
};

/**
 * struct phase - what all threads do until all have done it
 * @path:        what is measured
 * @size:        of replies
 * @rounds:      for each thread; 0 if @deadline_ns counts
 * @deadline_ns: on the monotonic clock
 * @is_warm_up:  measured, but not counted
 */
struct phase {
	enum bench_path path;
	uint32_t size;
	uint64_t rounds;
	uint64_t deadline_ns;
	bool is_warm_up;
};

/**
 * struct track - what a thread has measured on one path
 * @samples:  the first BENCH_SAMPLES_MAX
 * @rounds:   all that count
 * @round_ns: how long a round took last, for the size of the next batch
 */
struct track {
	struct samples samples;
	uint64_t rounds;
	uint64_t round_ns;
};

/**
 * struct worker - one thread
 * @bench:  what to do
 * @weft:   a handle of its own
 * @tcp:    a connection of its own, or -1
 * @buffer: for TCP, of the largest size
 * @batch:  the times of one batch
 * @tracks: for each path
 * @err:    0 or -errno; after a failure the thread does nothing any more
 * @error:  a sentence about it
 */
struct worker {
	const struct bench *bench;
	struct weft *weft;
	int tcp;
	unsigned char *buffer;
	uint64_t *batch;
	struct track tracks[PATH_COUNT];
	int err;
	char error[BENCH_ERROR_LEN];
};

/**
 * struct member - a thread of a crew
 * @crew:   all of them
 * @worker: belongs to the thread while a phase runs, otherwise to the crew
 * @thread: the thread
 */
struct member {
	struct crew *crew;
	struct worker worker;
	pthread_t thread;
};

/**
 * struct crew - threads that do one phase after the other, all together
 * @members: the threads
 * @count:   how many of them run
 * @lock:    protects what follows
 * @changed: with @lock
 * @phase:   the present one
 * @number:  of the present phase; a thread runs once for each
 * @busy:    threads that have not finished it
 * @is_over: threads end
 */
struct crew {
	struct member *members;
	unsigned int count;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct phase phase;
	uint64_t number;
	unsigned int busy;
	bool is_over;
};

/**
 * struct stream_header - what a client says first, in network order
 * @magic:   STREAM_MAGIC
 * @request: bytes of a request, WEFT_ECHO_SIZE_MIN to WEFT_ECHO_BULK_SIZE_MAX
 * @reply:   bytes of a reply, likewise
 * @zero:    0
 *
 * Then come requests. The first four bytes of a request say, in network order,
 * how many replies it gets: 1 to STREAM_REPLIES_MAX.
 */
struct stream_header {
	uint32_t magic;
	uint32_t request;
	uint32_t reply;
	uint32_t zero;
};

#define STREAM_MAGIC		0x77656674
#define STREAM_REPLIES_MAX	65536

/* bench_options.c */
enum status bench_parse(const struct context *context, const char *verb,
			struct bench *bench);

/* bench_echo.c */
enum status bench_echo(const struct context *context,
		       const struct bench *bench);

/* bench_crew.c */
int crew_start(struct crew *crew, const struct bench *bench,
	       const struct weft_open_options *options);
uint64_t crew_run(struct crew *crew, const struct phase *phase);
const struct worker *crew_failure(const struct crew *crew);
int crew_connect(struct crew *crew, uint32_t size);
void crew_reset(struct crew *crew);
void crew_stop(struct crew *crew);

/* bench_worker.c */
uint64_t bench_now_ns(void);
int worker_open(struct worker *worker, const struct bench *bench,
		const struct weft_open_options *options);
void worker_close(struct worker *worker);
void worker_run(struct worker *worker, const struct phase *phase);
int worker_connect(struct worker *worker, uint32_t size);

/* bench_tcp.c: 0 or -errno */
int tcp_split(const char *address, char *host, size_t size, const char **port);
int tcp_connect(const char *address, uint32_t timeout_ms, char *error,
		size_t size);
int tcp_start(int fd, uint32_t request, uint32_t reply);
int tcp_exchange(int fd, unsigned char *buffer, uint32_t reply,
		 uint32_t replies);
int tcp_send(int fd, const void *data, size_t length);
int tcp_receive(int fd, void *data, size_t length);

/* bench_server.c */
enum status bench_server(const struct bench *bench);

#endif /* WEFT_BENCH_H */
