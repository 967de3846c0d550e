// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings of every kind.
 */
#define _GNU_SOURCE
#include "states.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/userfaultfd.h>
#include <net/ethernet.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIOS	  0xf0000	/* nobody's memory: may be mapped everywhere */
#define HUGE_SIZE (2UL << 20)
#define VDSO_LEN  8192	/* the kernel lets nobody cut it into pieces */

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd < 0)
		die(path);
	return fd;
}

static void *map(int flags, int fd, off_t offset, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, offset);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

/* What looks like the others, and is harmless. */
void map_private(void)
{
	int fd = open_or_die("/etc/passwd", O_RDONLY);

	if (mmap(NULL, page_size(), PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		die("mmap");
	map(MAP_PRIVATE, fd, 0, page_size());
	map(MAP_PRIVATE, open_or_die("/dev/zero", O_RDWR), 0, page_size());
	map(MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, page_size());
	if (mmap(NULL, page_size(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0) == MAP_FAILED)
		die("mmap");
}

void map_shared(void)
{
	map(MAP_SHARED | MAP_ANONYMOUS, -1, 0, page_size());
}

/* A name that would steer a terminal; read-only now, but not for ever. */
void map_shared_file(void)
{
	int fd = open_or_die("/tmp/a\033[2Jb", O_RDWR | O_CREAT | O_TRUNC);

	if (ftruncate(fd, (off_t)page_size()) ||
	    mmap(NULL, page_size(), PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		die("mmap");
}

void map_shared_zero(void)
{
	map(MAP_SHARED, open_or_die("/dev/zero", O_RDWR), 0, page_size());
}

void map_device(void)
{
	int fd = open("/dev/mem", O_RDONLY);

	if (fd < 0)
		lack("/dev/mem");
	if (mmap(NULL, page_size(), PROT_READ, MAP_SHARED, fd, BIOS) == MAP_FAILED)
		lack("mmap of /dev/mem");
}

/* Pages that a driver put there, in a mapping of a socket. */
void map_packets(void)
{
	struct tpacket_req ring = {
		.tp_block_size = (unsigned int)page_size(), .tp_block_nr = 1,
		.tp_frame_size = (unsigned int)page_size() / 2, .tp_frame_nr = 2,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
		lack("a ring of packets");
	map(MAP_SHARED, fd, 0, page_size());
}

void map_huge(void)
{
	if (mmap(NULL, HUGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) == MAP_FAILED)
		lack("huge pages");
}

void use_userfaultfd(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range.len = page_size(), .mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		lack("userfaultfd");
	range.range.start = (uintptr_t)map(MAP_PRIVATE | MAP_ANONYMOUS, -1, 0,
					   page_size());
	if (ioctl(fd, UFFDIO_REGISTER, &range))
		die("UFFDIO_REGISTER");
}

static char *find_vdso(void)
{
	char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);

	if (!vdso)
		lack("a vDSO");
	return vdso;
}

/* As a debugger does. The first byte is that of the ELF header. */
void write_vdso(void)
{
	char *vdso = find_vdso();

	if (mprotect(vdso, VDSO_LEN, PROT_READ | PROT_WRITE))
		die("mprotect");
	vdso[0] = 'x';
	if (mprotect(vdso, VDSO_LEN, PROT_READ | PROT_EXEC))
		die("mprotect");
}

void unmap_vdso(void)
{
	if (munmap(find_vdso(), VDSO_LEN))
		die("munmap");
}
