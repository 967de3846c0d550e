/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A peer gone bad: node 1 is the module, in a network namespace of this
 * process; node 2 is this process, which holds the other end of each
 * connection and says there what it wants.
 */
#ifndef WEFT_SELFTEST_HOSTILE_H
#define WEFT_SELFTEST_HOSTILE_H

#include "../smoke/nl.h"
#include "proto/proto.h"

#include <sys/types.h>

#define SELF	1  /* number of the module's node */
#define PEER	2  /* ours */
#define EPOCH	10 /* of the first view: there is an older one */
#define MEMBERS ((1 << (SELF - 1)) | (1 << (PEER - 1)))

#define HOSTILE_WAIT_MS	 20000 /* for what has to come */
#define HOSTILE_QUIET_MS 300   /* for what must not come */
#define PAYLOAD_MAX	 WEFT_ECHO_BULK_SIZE_MAX

/**
 * struct frame - a message as it is on the wire
 * @header:  the header
 * @payload: what follows; as long as @header says, unless a test lies
 */
struct frame {
	struct weft_header header;
	unsigned char payload[PAYLOAD_MAX];
};

/**
 * struct wire - our end of a lane
 * @fd:       the connection; -1 without
 * @lane:     which lane
 * @sent:     number of the last message that the module has taken
 * @received: number of the last message that came from it
 * @request:  number of our last request
 */
struct wire {
	int fd;
	enum weft_lane_id lane;
	uint64_t sent;
	uint64_t received;
	uint64_t request;
};

/**
 * struct hostile - both ends
 * @nl:        socket to the module
 * @listener:  where connections begin
 * @port:      its port, in network order
 * @self:      incarnation of the module's node
 * @peer:      ours
 * @epoch:     of the view that is installed
 * @wires:     by lane
 * @attached:  how many connections the module was given
 */
struct hostile {
	struct nl nl;
	int listener;
	uint16_t port;
	uint64_t self;
	uint64_t peer;
	uint64_t epoch;
	struct wire wires[WEFT_LANE_COUNT];
	unsigned int attached;
};

/**
 * struct lane_counters - what the module says about a lane
 * @state:    enum weft_lane_state
 * @queued:   messages that it keeps for us
 * @received: messages that it took
 * @duplicates: those that it had taken before
 * @breaches: connections that it dropped for what came
 * @stale:    messages of another epoch
 */
struct lane_counters {
	uint32_t state;
	uint32_t queued;
	uint64_t received;
	uint64_t duplicates;
	uint64_t breaches;
	uint64_t stale;
};

/* hostile_peer.c; an int is 0 or a negative errno */
int hostile_open(struct hostile *hostile);
int hostile_view(struct hostile *hostile, uint64_t epoch, uint64_t members);
int hostile_pair(struct hostile *hostile, int *theirs, int *ours);
void hostile_attach_message(struct hostile *hostile, struct message *message,
			    int fd, enum weft_lane_id lane);
int hostile_connect(struct hostile *hostile, enum weft_lane_id lane);
int hostile_attach(struct hostile *hostile, enum weft_lane_id lane);
int hostile_reborn(struct hostile *hostile, enum weft_lane_id lane);
int hostile_count(struct hostile *hostile, enum weft_lane_id lane,
		  struct lane_counters *counters);
int hostile_exchange(struct hostile *hostile, struct wire *wire);

long available_kb(void);

/* hostile_asker.c */
#define ASKER_FAILED 255 /* not an errno */
pid_t asker_start(uint32_t size);
int asker_end(pid_t pid);

/* hostile_frame.c */
uint32_t crc32c(const void *data, size_t length);
void frame_begin(struct frame *frame, const struct hostile *hostile,
		 const struct wire *wire, enum weft_msg_type type);
void frame_resume(struct frame *frame, const struct hostile *hostile,
		  const struct wire *wire);
void frame_echo(struct frame *frame, const struct hostile *hostile,
		const struct wire *wire, uint32_t size, uint32_t reply_size);
void frame_seal_header(struct frame *frame);
void frame_seal(struct frame *frame, uint32_t length);
int wire_write(struct wire *wire, const void *data, size_t length);
int frame_send(struct wire *wire, struct frame *frame);
int frame_receive(struct wire *wire, struct frame *frame, int wait_ms);
int frame_receive_type(struct wire *wire, struct frame *frame,
		       enum weft_msg_type type);
bool wire_is_dropped(struct wire *wire);
void wire_close(struct wire *wire);

#endif /* WEFT_SELFTEST_HOSTILE_H */
