// SPDX-License-Identifier: GPL-2.0-only
/*
 * Process 1 of a virtual machine of the lab: from the initramfs to a machine
 * that obeys the host. Loads the drivers, mounts the root image read-only with
 * a memory file system above it, starts one server for each serial port and
 * reaps what is orphaned. Nothing here waits without a limit.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define DEVICE_WAIT_MS	20000

void guest_log(const char *format, ...)
{
	char line[512] = "<5>lab: ";
	va_list args;
	int fd;

	va_start(args, format);
	vsnprintf(line + 8, sizeof(line) - 8, format, args);
	va_end(args);
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, line, strlen(line)) < 0)
		perror("/dev/kmsg");
	close(fd);
}

/* There is nobody to report to: power off, the host sees the console. */
static void __attribute__((noreturn)) die(const char *what)
{
	guest_log("cannot boot: %s: %s", what, strerror(errno));
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

static void mount_or_die(const char *source, const char *target,
			 const char *type, unsigned long flags,
			 const char *options)
{
	mkdir(target, 0755);
	if (mount(source, target, type, flags, options))
		die(target);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die(path);
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		guest_log("module %s: %s", path, strerror(errno));
	close(fd);
}

/* /modules.list names the drivers in an order that satisfies dependencies. */
static void load_modules(void)
{
	char path[256];
	FILE *list = fopen("/modules.list", "r");

	if (!list)
		die("/modules.list");
	while (fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		if (*path)
			load_module(path);
	}
	fclose(list);
}

static void wait_for_device(const char *path)
{
	int ms;

	for (ms = 0; access(path, F_OK); ms += 5) {
		if (ms > DEVICE_WAIT_MS)
			die(path);
		usleep(5000);
	}
}

static void mount_root(void)
{
	char modules[256] = "/root/usr/lib/modules";
	struct utsname name;

	wait_for_device("/dev/vda");
	mount_or_die("/dev/vda", "/lower", "ext4", MS_RDONLY, NULL);
	mount_or_die("tmpfs", "/upper", "tmpfs", 0, "mode=755,size=75%");
	mkdir("/upper/data", 0755);
	mkdir("/upper/work", 0755);
	mount_or_die("overlay", "/root", "overlay", 0,
		     "lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work");
	mkdir(modules, 0755);
	uname(&name);
	snprintf(modules, sizeof(modules), "/root/usr/lib/modules/%s",
		 name.release);
	if (!access("/has-modules-disk", F_OK)) {
		wait_for_device("/dev/vdb");
		mount_or_die("/dev/vdb", modules, "ext4", MS_RDONLY, NULL);
	}
}

static void switch_root(void)
{
	if (mount("/dev", "/root/dev", NULL, MS_MOVE, NULL) ||
	    mount("/proc", "/root/proc", NULL, MS_MOVE, NULL) ||
	    mount("/sys", "/root/sys", NULL, MS_MOVE, NULL))
		die("move of the system mounts");
	if (chdir("/root") || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") || chdir("/"))
		die("the new root");
}

static void mount_rest(void)
{
	mount_or_die("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
	mount_or_die("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, NULL);
	mount_or_die("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, NULL);
	mount_or_die("devpts", "/dev/pts", "devpts", 0,
		     "mode=620,ptmxmode=666,gid=5");
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	mkdir("/run/lab", 0755);
	mkdir("/etc/weft", 0755);
	/* What udev would link. */
	if (symlink("/proc/self/fd", "/dev/fd") ||
	    symlink("/proc/self/fd/0", "/dev/stdin") ||
	    symlink("/proc/self/fd/1", "/dev/stdout") ||
	    symlink("/proc/self/fd/2", "/dev/stderr"))
		guest_log("links in /dev: %s", strerror(errno));
}

/* /dev/shared is the disk that all machines see, whatever letter it has here. */
static void link_shared_disk(void)
{
	char path[64], serial[32];
	FILE *file;
	char disk;

	for (disk = 'a'; disk <= 'd'; disk++) {
		snprintf(path, sizeof(path), "/sys/block/vd%c/serial", disk);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (fgets(serial, sizeof(serial), file) &&
		    !strncmp(serial, "shared", 6)) {
			snprintf(path, sizeof(path), "vd%c", disk);
			if (symlink(path, "/dev/shared"))
				guest_log("/dev/shared: %s", strerror(errno));
		}
		fclose(file);
	}
}

static void start_server(unsigned int port, pid_t *pid)
{
	*pid = fork();
	if (*pid)
		return;
	session_serve(port);
	_exit(1);
}

int main(void)
{
	struct rlimit core = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t servers[GUEST_PORTS];
	unsigned int port;
	pid_t gone;

	mount_or_die("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount_or_die("proc", "/proc", "proc", 0, NULL);
	mount_or_die("sysfs", "/sys", "sysfs", 0, NULL);
	load_modules();
	mount_root();
	switch_root();
	mount_rest();
	link_shared_disk();
	setrlimit(RLIMIT_CORE, &core);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("LANG", "C.UTF-8", 1);
	for (port = 0; port < GUEST_PORTS; port++)
		start_server(port, &servers[port]);
	for (;;) {
		gone = wait(NULL);
		if (gone < 0) {
			sleep(1);
			continue;
		}
		for (port = 0; port < GUEST_PORTS; port++) {
			if (servers[port] == gone) {
				usleep(100000);
				start_server(port, &servers[port]);
			}
		}
	}
}
