/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The small world inside a virtual machine of the lab: process 1 (boot.c)
 * mounts the root, node.c gives each node its namespaces, session.c runs
 * commands for the host over virtio serial ports.
 */
#ifndef WEFT_LAB_GUEST_H
#define WEFT_LAB_GUEST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Ports of one machine, named "weft.0" to "weft.7": commands at the same time. */
#define GUEST_PORTS		8

/* Nodes of one machine. Node 0 is the machine itself. */
#define GUEST_NODES_MAX		64

/*
 * A session starts when the host sends GUEST_MAGIC and 16 bytes of its choice,
 * and the guest sends both back. What came before is left over from an earlier
 * session and is dropped by both. Then each side sends frames: one byte of
 * type, a little-endian 32-bit length, the payload.
 */
#define GUEST_MAGIC		"\xffweftlab"
#define GUEST_MAGIC_LEN		8
#define GUEST_NONCE_LEN		16
#define GUEST_FRAME_MAX		(128 * 1024)

enum guest_frame {
	FRAME_EXEC = 'E',	/* host: u32 node, u32 argc, argc strings, environment */
	FRAME_INPUT = 'I',	/* host: standard input; no payload: its end */
	FRAME_SIGNAL = 'S',	/* host: u32 signal for the process group */
	FRAME_NODE = 'N',	/* host: u32 node, name: make this node */
	FRAME_OUTPUT = 'O',	/* guest: standard output */
	FRAME_ERROR = 'R',	/* guest: standard error */
	FRAME_EXIT = 'X',	/* guest: u32 wait status; the session is over */
	FRAME_FAILURE = 'F',	/* guest: why the command was not started */
	FRAME_DONE = 'D',	/* guest: the node is made; payload: its u32 pid */
};

/* boot.c */
void guest_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* node.c */
int node_create(uint32_t index, const char *name, pid_t *holder);
int node_enter(uint32_t index);

/* session.c */
void session_serve(unsigned int port);

#endif
