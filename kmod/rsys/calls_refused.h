/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that no moved process can make, and numbers without a call.
 *
 * CALL(number, name, what becomes of it, in the words of "rsys/row.h").
 */
#ifndef _WEFT_RSYS_CALLS_REFUSED_H
#define _WEFT_RSYS_CALLS_REFUSED_H

#define WEFT_RSYS_REFUSED_CALLS(CALL) \
	CALL(134, uselib, REFUSED(ENOSYS, GONE)) \
	CALL(156, _sysctl, REFUSED(ENOSYS, GONE)) \
	CALL(169, reboot, \
	     REFUSED(EPERM, "it would end the kernel that serves the process")) \
	CALL(172, iopl, REFUSED(EPERM, "ports are of one machine")) \
	CALL(173, ioperm, REFUSED(EPERM, "ports are of one machine")) \
	CALL(174, create_module, REFUSED(ENOSYS, GONE)) \
	CALL(175, init_module, \
	     REFUSED(EPERM, "kernels are not changed from another machine")) \
	CALL(176, delete_module, \
	     REFUSED(EPERM, "kernels are not changed from another machine")) \
	CALL(177, get_kernel_syms, REFUSED(ENOSYS, GONE)) \
	CALL(178, query_module, REFUSED(ENOSYS, GONE)) \
	CALL(180, nfsservctl, REFUSED(ENOSYS, GONE)) \
	CALL(181, getpmsg, REFUSED(ENOSYS, GONE)) \
	CALL(182, putpmsg, REFUSED(ENOSYS, GONE)) \
	CALL(183, afs_syscall, REFUSED(ENOSYS, GONE)) \
	CALL(184, tuxcall, REFUSED(ENOSYS, GONE)) \
	CALL(185, security, REFUSED(ENOSYS, GONE)) \
	CALL(205, set_thread_area, REFUSED(ENOSYS, GONE)) \
	CALL(206, io_setup, REFUSED(ENOSYS, LATER)) \
	CALL(207, io_destroy, REFUSED(ENOSYS, LATER)) \
	CALL(208, io_getevents, REFUSED(ENOSYS, LATER)) \
	CALL(209, io_submit, REFUSED(ENOSYS, LATER)) \
	CALL(210, io_cancel, REFUSED(ENOSYS, LATER)) \
	CALL(211, get_thread_area, REFUSED(ENOSYS, GONE)) \
	CALL(212, lookup_dcookie, \
	     REFUSED(ENOSYS, "only a profiler of the same machine can use it")) \
	CALL(214, epoll_ctl_old, REFUSED(ENOSYS, GONE)) \
	CALL(215, epoll_wait_old, REFUSED(ENOSYS, GONE)) \
	CALL(236, vserver, REFUSED(ENOSYS, GONE)) \
	CALL(246, kexec_load, \
	     REFUSED(EPERM, "it would end the kernel that serves the process")) \
	CALL(298, perf_event_open, \
	     REFUSED(EPERM, \
		     "events are counted on one machine only, and in mapped memory")) \
	CALL(310, process_vm_readv, REFUSED(EPERM, OTHERS)) \
	CALL(311, process_vm_writev, REFUSED(EPERM, OTHERS)) \
	CALL(313, finit_module, \
	     REFUSED(EPERM, "kernels are not changed from another machine")) \
	CALL(320, kexec_file_load, \
	     REFUSED(EPERM, "it would end the kernel that serves the process")) \
	CALL(321, bpf, \
	     REFUSED(EPERM, "its commands point to memory in ways of their own")) \
	CALL(323, userfaultfd, \
	     REFUSED(ENOSYS, "faults of the image are already served by weft")) \
	CALL(333, io_pgetevents, REFUSED(ENOSYS, LATER)) \
	CALL(425, io_uring_setup, REFUSED(ENOSYS, LATER)) \
	CALL(426, io_uring_enter, REFUSED(ENOSYS, LATER)) \
	CALL(427, io_uring_register, REFUSED(ENOSYS, LATER)) \
	CALL(440, process_madvise, REFUSED(EPERM, OTHERS))

#endif /* _WEFT_RSYS_CALLS_REFUSED_H */
