// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weft-body FD [READY]: becomes a process of another node. As the first process of a
 * PID namespace it makes one that does so, see birth.c.
 *
 * Started by weftd with the descriptor of a body, and with an eventfd that it
 * writes to, and closes, when nothing is left that it could fail with. Does what
 * only user mode can do for a program: its vDSO, its segment bases, its extended
 * registers; the module does the rest, and what runs then is the program. So this
 * is no ordinary program: no C library, which would leave traces of its own, no
 * constructors, no thread-local memory, and nothing that outlives RUN.
 *
 * Once the arguments are read it stands on a stack of its own, and gives up the
 * one of the kernel: the vDSO of the program belongs near the stack of the
 * program, and so perhaps where ours happens to be.
 */
#include "birth.h"
#include "body.h"
#include "call.h"
#include "identity.h"
#include "status.h"

#include <linux/weft_body.h>

#include <asm/prctl.h>
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAPS_LEN	16384
#define STACK_LEN	16384
#define DESCRIPTOR_MAX	1048576L

static struct weft_body_arrival arrival;
static char maps[MAPS_LEN];
static char stack[STACK_LEN] __attribute__((used, aligned(64)));

/* Return: a descriptor, or -1. */
static long descriptor(const char *text)
{
	long fd = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		fd = fd * 10 + *text - '0';
		if (fd > DESCRIPTOR_MAX)
			return -1;
	}
	return fd;
}

/* Reads a number of base 16, and the one character that ends it. */
static uint64_t hex(const char **at)
{
	uint64_t value = 0;
	char c;

	for (;; (*at)++) {
		c = **at;
		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			break;
	}
	if (c)
		(*at)++;
	return value;
}

/* Is it the mapping of this name, up to its first letters "[vd", "[vv", "[s"? */
static bool line_has(const char *line, char first, char second)
{
	for (; *line && *line != '\n'; line++)
		if (line[0] == '[' && line[1] == first &&
		    (!second || line[2] == second))
			return true;
	return false;
}

static bool read_maps(void)
{
	long fd = call(__NR_open, (long)"/proc/self/maps", O_RDONLY, 0);
	long got, len = 0;

	if (fd < 0)
		return false;
	do {
		got = call(__NR_read, fd, (long)(maps + len), MAPS_LEN - 1 - len);
		len += got > 0 ? got : 0;
	} while (got > 0);
	call(__NR_close, fd, 0, 0);
	maps[len] = '\0';
	/* what fills the room is cut off somewhere */
	return !got && len < MAPS_LEN - 1;
}

/*
 * Takes away what the kernel gave this program, but for its image: a process has
 * one vDSO, and the place of the new one must be free.
 */
static bool unmap_gifts(void)
{
	const char *at = maps, *line;
	uint64_t start, end;

	if (!read_maps())
		return false;
	while (*at) {
		line = at;
		start = hex(&at);
		end = hex(&at);
		if ((line_has(line, 'v', 'd') || line_has(line, 'v', 'v') ||
		     line_has(line, 's', 0)) &&
		    call(__NR_munmap, (long)start, (long)(end - start), 0))
			return false;
		while (*at && *at++ != '\n')
			;
	}
	return true;
}

/* The kernel takes the address for a wish, and says nothing if it disagrees. */
static bool vdso_is_at(uint64_t vvar)
{
	const char *at = maps, *line;

	if (!read_maps())
		return false;
	while (*at) {
		line = at;
		if (hex(&at) == vvar)
			return line_has(line, 'v', 'v');
		while (*at && *at++ != '\n')
			;
	}
	return false;
}

static bool map_vdso(uint64_t vvar)
{
	if (!unmap_gifts())
		return false;
	if (!vvar)
		return true;
	return call(__NR_arch_prctl, ARCH_MAP_VDSO_64, (long)vvar, 0) > 0 &&
	       vdso_is_at(vvar);
}

/* From here to RUN nothing may touch a register of this state. */
static void restore_xstate(void)
{
	__asm__ volatile("xrstor64 %0"
			 : : "m"(arrival.xstate), "a"(-1), "d"(-1) : "memory");
}

static void tell_ready(long fd)
{
	static const uint64_t one = 1;

	if (fd < 0)
		return;
	call(__NR_write, fd, (long)&one, sizeof(one));
	call(__NR_close, fd, 0, 0);
}

static enum status status_of_wait(long result)
{
	switch (result) {
	case -ETIMEDOUT:
		return STATUS_LATE;
	case -ECONNRESET:
	case -ECANCELED:
		return STATUS_CALLED_OFF;
	default:
		return STATUS_REFUSED;
	}
}

/* The second half, on the stack of our own. */
static __attribute__((noreturn, used)) void run(long fd, long ready)
{
	enum status status;
	long result;

	be_born(fd, ready);
	result = call(__NR_ioctl, fd, WEFT_BODY_WAIT, (long)&arrival);
	if (result)
		quit(status_of_wait(result));
	status = take_identity(fd);
	if (status)
		quit(status);
	if (!map_vdso(arrival.bases.vvar))
		quit(STATUS_VDSO);
	if (call(__NR_arch_prctl, ARCH_SET_FS, (long)arrival.bases.fs_base, 0) ||
	    call(__NR_arch_prctl, ARCH_SET_GS, (long)arrival.bases.gs_base, 0))
		quit(STATUS_SEGMENTS);
	/* with the rights that it takes to choose their numbers */
	start_threads(fd, &arrival.bases);
	if (take_users())
		quit(STATUS_USER);
	tell_ready(ready);
	restore_xstate();
	call(__NR_ioctl, fd, WEFT_BODY_RUN, fd);
	quit(STATUS_NOT_STARTED);
}

static __attribute__((noreturn, used)) void begin(const long *arguments)
{
	long fd = -1, ready = -1;

	if (arguments[0] == 2 || arguments[0] == 3)
		fd = descriptor((const char *)arguments[2]);
	if (arguments[0] == 3)
		ready = descriptor((const char *)arguments[3]);
	if (fd < 0 || (arguments[0] == 3 && ready < 0))
		quit(STATUS_USAGE);
	__asm__ volatile("mov %0, %%rsp\n"
			 "	xor %%ebp, %%ebp\n"
			 "	call run\n"
			 : : "r"(stack + sizeof(stack)), "D"(fd), "S"(ready)
			 : "memory");
	__builtin_unreachable();
}

__asm__(".globl _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call begin\n");
