/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What weft-body exits with if it does not become a process. Once installed it is
 * the interface to weftd, which has the same numbers and says them in words.
 */
#ifndef WEFT_BODY_STATUS_H
#define WEFT_BODY_STATUS_H

/**
 * enum status - why there is no process
 * @STATUS_USAGE:       its arguments are no descriptors
 * @STATUS_REFUSED:     the module does not let it wait
 * @STATUS_LATE:        the process did not arrive in time
 * @STATUS_CALLED_OFF:  the process stays at home, or its home was lost
 * @STATUS_VDSO:        the vDSO could not be put where the process has it
 * @STATUS_SEGMENTS:    its segment bases are impossible
 * @STATUS_NOT_STARTED: the module could not make it the process
 * @STATUS_TIME:        its clocks could not be made to count on
 * @STATUS_NUMBER:      its number cannot be had
 * @STATUS_USER:        its users or groups cannot be had
 * @STATUS_SCHEDULING:  its policy, its priority or its limit of time cannot be had
 * @STATUS_THREADS:     not all of its threads could be made
 * @STATUS_KILLED:      and the number of the signal that killed it is added
 */
enum status {
	STATUS_USAGE = 2,
	STATUS_REFUSED,
	STATUS_LATE,
	STATUS_CALLED_OFF,
	STATUS_VDSO,
	STATUS_SEGMENTS,
	STATUS_NOT_STARTED,
	STATUS_TIME,
	STATUS_NUMBER,
	STATUS_USER,
	STATUS_SCHEDULING,
	STATUS_THREADS,
	STATUS_KILLED = 128,
};

#endif /* WEFT_BODY_STATUS_H */
