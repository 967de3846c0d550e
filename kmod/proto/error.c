// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors on their way between two nodes: errno here, a number on the wire. Pure
 * and total: every int becomes a number, and every number an errno that callers
 * may see.
 *
 * The numbers are the contract. They are written out because an errno differs
 * between architectures, and a number stays what it is for ever.
 */
#include "proto/proto.h"

#include <linux/errno.h>
#include <linux/kernel.h>

/*
 * What each number means here. 0 stands for no error, and for a number that
 * nobody has. Below WEFT_WIRE_FIRST_ERRNO are reasons of our own, which share
 * the errno of another row; from there on no errno comes twice.
 *
 * The last four never leave the kernel by themselves, but a system call that is
 * made for another node must be restarted there, by the rule of its kind.
 */
static const __u16 errno_of[] = {
	[WEFT_WIRE_UNKNOWN] = EREMOTEIO,
	[WEFT_WIRE_STALE] = ESTALE,

	[16] = EPERM,			[17] = ENOENT,
	[18] = ESRCH,			[19] = EINTR,
	[20] = EIO,			[21] = ENXIO,
	[22] = E2BIG,			[23] = ENOEXEC,
	[24] = EBADF,			[25] = ECHILD,
	[26] = EAGAIN,			[27] = ENOMEM,
	[28] = EACCES,			[29] = EFAULT,
	[30] = ENOTBLK,			[31] = EBUSY,
	[32] = EEXIST,			[33] = EXDEV,
	[34] = ENODEV,			[35] = ENOTDIR,
	[36] = EISDIR,			[37] = EINVAL,
	[38] = ENFILE,			[39] = EMFILE,
	[40] = ENOTTY,			[41] = ETXTBSY,
	[42] = EFBIG,			[43] = ENOSPC,
	[44] = ESPIPE,			[45] = EROFS,
	[46] = EMLINK,			[47] = EPIPE,
	[48] = EDOM,			[49] = ERANGE,
	[50] = EDEADLK,			[51] = ENAMETOOLONG,
	[52] = ENOLCK,			[53] = ENOSYS,
	[54] = ENOTEMPTY,		[55] = ELOOP,
	[56] = ENOMSG,			[57] = EIDRM,
	[58] = ECHRNG,			[59] = EL2NSYNC,
	[60] = EL3HLT,			[61] = EL3RST,
	[62] = ELNRNG,			[63] = EUNATCH,
	[64] = ENOCSI,			[65] = EL2HLT,
	[66] = EBADE,			[67] = EBADR,
	[68] = EXFULL,			[69] = ENOANO,
	[70] = EBADRQC,			[71] = EBADSLT,
	[72] = EBFONT,			[73] = ENOSTR,
	[74] = ENODATA,			[75] = ETIME,
	[76] = ENOSR,			[77] = ENONET,
	[78] = ENOPKG,			[79] = EREMOTE,
	[80] = ENOLINK,			[81] = EADV,
	[82] = ESRMNT,			[83] = ECOMM,
	[84] = EPROTO,			[85] = EMULTIHOP,
	[86] = EDOTDOT,			[87] = EBADMSG,
	[88] = EOVERFLOW,		[89] = ENOTUNIQ,
	[90] = EBADFD,			[91] = EREMCHG,
	[92] = ELIBACC,			[93] = ELIBBAD,
	[94] = ELIBSCN,			[95] = ELIBMAX,
	[96] = ELIBEXEC,		[97] = EILSEQ,
	[98] = ERESTART,		[99] = ESTRPIPE,
	[100] = EUSERS,			[101] = ENOTSOCK,
	[102] = EDESTADDRREQ,		[103] = EMSGSIZE,
	[104] = EPROTOTYPE,		[105] = ENOPROTOOPT,
	[106] = EPROTONOSUPPORT,	[107] = ESOCKTNOSUPPORT,
	[108] = EOPNOTSUPP,		[109] = EPFNOSUPPORT,
	[110] = EAFNOSUPPORT,		[111] = EADDRINUSE,
	[112] = EADDRNOTAVAIL,		[113] = ENETDOWN,
	[114] = ENETUNREACH,		[115] = ENETRESET,
	[116] = ECONNABORTED,		[117] = ECONNRESET,
	[118] = ENOBUFS,		[119] = EISCONN,
	[120] = ENOTCONN,		[121] = ESHUTDOWN,
	[122] = ETOOMANYREFS,		[123] = ETIMEDOUT,
	[124] = ECONNREFUSED,		[125] = EHOSTDOWN,
	[126] = EHOSTUNREACH,		[127] = EALREADY,
	[128] = EINPROGRESS,		[129] = ESTALE,
	[130] = EUCLEAN,		[131] = ENOTNAM,
	[132] = ENAVAIL,		[133] = EISNAM,
	[134] = EREMOTEIO,		[135] = EDQUOT,
	[136] = ENOMEDIUM,		[137] = EMEDIUMTYPE,
	[138] = ECANCELED,		[139] = ENOKEY,
	[140] = EKEYEXPIRED,		[141] = EKEYREVOKED,
	[142] = EKEYREJECTED,		[143] = EOWNERDEAD,
	[144] = ENOTRECOVERABLE,	[145] = ERFKILL,
	[146] = EHWPOISON,		[147] = ERESTARTSYS,
	[148] = ERESTARTNOINTR,		[149] = ERESTARTNOHAND,
	[150] = ERESTART_RESTARTBLOCK,
};

/* Errors inside the kernel that mean what another one means. */
static int plain_errno(int err)
{
	switch (err) {
	case -ENOIOCTLCMD:
		return -ENOTTY;
	case -ENOTSUPP:
		return -EOPNOTSUPP;
	case -EOPENSTALE:
		return -ESTALE;
	default:
		return err;
	}
}

/**
 * weft_error_to_wire() - the number of an error
 * @err: 0 or a negative errno; anything else is an error that has no number
 *
 * Return: WEFT_WIRE_OK if @err is 0, its number if it has one, else
 * WEFT_WIRE_UNKNOWN. Never WEFT_WIRE_STALE, which is no errno.
 */
__u32 weft_error_to_wire(int err)
{
	__u32 wire;

	if (!err)
		return WEFT_WIRE_OK;
	err = plain_errno(err);
	for (wire = WEFT_WIRE_FIRST_ERRNO; wire < ARRAY_SIZE(errno_of); wire++)
		if (err == -errno_of[wire])
			return wire;
	return WEFT_WIRE_UNKNOWN;
}

/**
 * weft_error_from_wire() - the error that a number stands for
 * @wire: any number
 *
 * Return: 0 if @wire is WEFT_WIRE_OK, else a negative errno. It is -EREMOTEIO
 * for WEFT_WIRE_UNKNOWN and for numbers that nobody has, and -ESTALE for
 * WEFT_WIRE_STALE.
 */
int weft_error_from_wire(__u32 wire)
{
	if (wire == WEFT_WIRE_OK)
		return 0;
	return weft_wire_error_is_known(wire) ? -errno_of[wire] : -EREMOTEIO;
}

/**
 * weft_wire_error_is_known() - does this number stand for something?
 * @wire: any number
 *
 * Return: true for WEFT_WIRE_OK and for every number in the table.
 */
bool weft_wire_error_is_known(__u32 wire)
{
	return wire == WEFT_WIRE_OK ||
	       (wire < ARRAY_SIZE(errno_of) && errno_of[wire]);
}
