// SPDX-License-Identifier: GPL-2.0-only
/*
 * The numbers of all errors, written out again: a number that changes breaks
 * the peace between two versions of weft.
 */
#include "proto/proto.h"

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/limits.h>

static const struct row {
	u32 wire;
	int err;
} rows[] = {
	{ 16, EPERM },			{ 17, ENOENT },
	{ 18, ESRCH },			{ 19, EINTR },
	{ 20, EIO },			{ 21, ENXIO },
	{ 22, E2BIG },			{ 23, ENOEXEC },
	{ 24, EBADF },			{ 25, ECHILD },
	{ 26, EAGAIN },			{ 27, ENOMEM },
	{ 28, EACCES },			{ 29, EFAULT },
	{ 30, ENOTBLK },		{ 31, EBUSY },
	{ 32, EEXIST },			{ 33, EXDEV },
	{ 34, ENODEV },			{ 35, ENOTDIR },
	{ 36, EISDIR },			{ 37, EINVAL },
	{ 38, ENFILE },			{ 39, EMFILE },
	{ 40, ENOTTY },			{ 41, ETXTBSY },
	{ 42, EFBIG },			{ 43, ENOSPC },
	{ 44, ESPIPE },			{ 45, EROFS },
	{ 46, EMLINK },			{ 47, EPIPE },
	{ 48, EDOM },			{ 49, ERANGE },
	{ 50, EDEADLK },		{ 51, ENAMETOOLONG },
	{ 52, ENOLCK },			{ 53, ENOSYS },
	{ 54, ENOTEMPTY },		{ 55, ELOOP },
	{ 56, ENOMSG },			{ 57, EIDRM },
	{ 58, ECHRNG },			{ 59, EL2NSYNC },
	{ 60, EL3HLT },			{ 61, EL3RST },
	{ 62, ELNRNG },			{ 63, EUNATCH },
	{ 64, ENOCSI },			{ 65, EL2HLT },
	{ 66, EBADE },			{ 67, EBADR },
	{ 68, EXFULL },			{ 69, ENOANO },
	{ 70, EBADRQC },		{ 71, EBADSLT },
	{ 72, EBFONT },			{ 73, ENOSTR },
	{ 74, ENODATA },		{ 75, ETIME },
	{ 76, ENOSR },			{ 77, ENONET },
	{ 78, ENOPKG },			{ 79, EREMOTE },
	{ 80, ENOLINK },		{ 81, EADV },
	{ 82, ESRMNT },			{ 83, ECOMM },
	{ 84, EPROTO },			{ 85, EMULTIHOP },
	{ 86, EDOTDOT },		{ 87, EBADMSG },
	{ 88, EOVERFLOW },		{ 89, ENOTUNIQ },
	{ 90, EBADFD },			{ 91, EREMCHG },
	{ 92, ELIBACC },		{ 93, ELIBBAD },
	{ 94, ELIBSCN },		{ 95, ELIBMAX },
	{ 96, ELIBEXEC },		{ 97, EILSEQ },
	{ 98, ERESTART },		{ 99, ESTRPIPE },
	{ 100, EUSERS },		{ 101, ENOTSOCK },
	{ 102, EDESTADDRREQ },		{ 103, EMSGSIZE },
	{ 104, EPROTOTYPE },		{ 105, ENOPROTOOPT },
	{ 106, EPROTONOSUPPORT },	{ 107, ESOCKTNOSUPPORT },
	{ 108, EOPNOTSUPP },		{ 109, EPFNOSUPPORT },
	{ 110, EAFNOSUPPORT },		{ 111, EADDRINUSE },
	{ 112, EADDRNOTAVAIL },		{ 113, ENETDOWN },
	{ 114, ENETUNREACH },		{ 115, ENETRESET },
	{ 116, ECONNABORTED },		{ 117, ECONNRESET },
	{ 118, ENOBUFS },		{ 119, EISCONN },
	{ 120, ENOTCONN },		{ 121, ESHUTDOWN },
	{ 122, ETOOMANYREFS },		{ 123, ETIMEDOUT },
	{ 124, ECONNREFUSED },		{ 125, EHOSTDOWN },
	{ 126, EHOSTUNREACH },		{ 127, EALREADY },
	{ 128, EINPROGRESS },		{ 129, ESTALE },
	{ 130, EUCLEAN },		{ 131, ENOTNAM },
	{ 132, ENAVAIL },		{ 133, EISNAM },
	{ 134, EREMOTEIO },		{ 135, EDQUOT },
	{ 136, ENOMEDIUM },		{ 137, EMEDIUMTYPE },
	{ 138, ECANCELED },		{ 139, ENOKEY },
	{ 140, EKEYEXPIRED },		{ 141, EKEYREVOKED },
	{ 142, EKEYREJECTED },		{ 143, EOWNERDEAD },
	{ 144, ENOTRECOVERABLE },	{ 145, ERFKILL },
	{ 146, EHWPOISON },		{ 147, ERESTARTSYS },
	{ 148, ERESTARTNOINTR },	{ 149, ERESTARTNOHAND },
	{ 150, ERESTART_RESTARTBLOCK },
};

#define FIRST	16
#define LAST	150

static bool has_number(int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (err == -rows[i].err)
			return true;
	return false;
}

/* An error inside the kernel that travels as another one. */
static bool has_another_name(int err)
{
	return err == -ENOIOCTLCMD || err == -ENOTSUPP || err == -EOPENSTALE;
}

static void every_error_keeps_its_number(struct kunit *test)
{
	size_t i;

	KUNIT_ASSERT_EQ(test, LAST - FIRST + 1, ARRAY_SIZE(rows));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ(test, FIRST + i, rows[i].wire);
		KUNIT_EXPECT_EQ(test, rows[i].wire,
				weft_error_to_wire(-rows[i].err));
		KUNIT_EXPECT_EQ(test, -rows[i].err,
				weft_error_from_wire(rows[i].wire));
	}
}

static void every_errno_of_user_space_has_a_number(struct kunit *test)
{
	int err;

	for (err = 1; err <= EHWPOISON; err++) {
		/* These two stand for nothing. */
		if (err == 41 || err == 58)
			continue;
		KUNIT_EXPECT_GE_MSG(test, weft_error_to_wire(-err), FIRST,
				    "errno %d", err);
		KUNIT_EXPECT_EQ_MSG(test, -err,
				    weft_error_from_wire(weft_error_to_wire(-err)),
				    "errno %d", err);
	}
}

static void restarts_of_system_calls_stay_apart(struct kunit *test)
{
	static const int restarts[] = {
		-ERESTARTSYS, -ERESTARTNOINTR, -ERESTARTNOHAND,
		-ERESTART_RESTARTBLOCK, -ERESTART, -EINTR,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(restarts); i++)
		KUNIT_EXPECT_EQ(test, restarts[i],
				weft_error_from_wire(weft_error_to_wire(restarts[i])));
}

static void error_inside_the_kernel_travels_under_its_plain_name(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, weft_error_to_wire(-ENOTTY),
			weft_error_to_wire(-ENOIOCTLCMD));
	KUNIT_EXPECT_EQ(test, weft_error_to_wire(-EOPNOTSUPP),
			weft_error_to_wire(-ENOTSUPP));
	KUNIT_EXPECT_EQ(test, weft_error_to_wire(-ESTALE),
			weft_error_to_wire(-EOPENSTALE));
}

static void error_without_a_number_is_unknown(struct kunit *test)
{
	static const int strange[] = { INT_MIN, INT_MIN + 1, -65536 - EPERM,
				       INT_MAX, 65536 };
	size_t i;
	int err;

	for (err = -2 * MAX_ERRNO; err <= 2 * MAX_ERRNO; err++)
		if (err && !has_number(err) && !has_another_name(err))
			KUNIT_EXPECT_EQ_MSG(test, WEFT_WIRE_UNKNOWN,
					    weft_error_to_wire(err),
					    "error %d", err);
	for (i = 0; i < ARRAY_SIZE(strange); i++)
		KUNIT_EXPECT_EQ(test, WEFT_WIRE_UNKNOWN,
				weft_error_to_wire(strange[i]));
}

static void nothing_wrong_is_0_both_ways(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, WEFT_WIRE_OK);
	KUNIT_EXPECT_EQ(test, WEFT_WIRE_OK, weft_error_to_wire(0));
	KUNIT_EXPECT_EQ(test, 0, weft_error_from_wire(WEFT_WIRE_OK));
}

static void reasons_of_our_own_have_an_errno(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1, WEFT_WIRE_UNKNOWN);
	KUNIT_EXPECT_EQ(test, 2, WEFT_WIRE_STALE);
	KUNIT_EXPECT_EQ(test, -EREMOTEIO, weft_error_from_wire(WEFT_WIRE_UNKNOWN));
	KUNIT_EXPECT_EQ(test, -ESTALE, weft_error_from_wire(WEFT_WIRE_STALE));
}

static void number_that_nobody_has_is_a_remote_error(struct kunit *test)
{
	static const u32 strange[] = { 1U << 31, U32_MAX - 1, U32_MAX };
	u32 wire;
	size_t i;

	for (wire = 0; wire < 0x10000; wire++) {
		bool known = wire <= 2 || (wire >= FIRST && wire <= LAST);

		KUNIT_EXPECT_EQ_MSG(test, known, weft_wire_error_is_known(wire),
				    "number %u", wire);
		if (!known)
			KUNIT_EXPECT_EQ_MSG(test, -EREMOTEIO,
					    weft_error_from_wire(wire),
					    "number %u", wire);
	}
	for (i = 0; i < ARRAY_SIZE(strange); i++) {
		KUNIT_EXPECT_FALSE(test, weft_wire_error_is_known(strange[i]));
		KUNIT_EXPECT_EQ(test, -EREMOTEIO, weft_error_from_wire(strange[i]));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_error_keeps_its_number),
	KUNIT_CASE(every_errno_of_user_space_has_a_number),
	KUNIT_CASE(restarts_of_system_calls_stay_apart),
	KUNIT_CASE(error_inside_the_kernel_travels_under_its_plain_name),
	KUNIT_CASE(error_without_a_number_is_unknown),
	KUNIT_CASE(nothing_wrong_is_0_both_ways),
	KUNIT_CASE(reasons_of_our_own_have_an_errno),
	KUNIT_CASE(number_that_nobody_has_is_a_remote_error),
	{}
};

static struct kunit_suite suite = {
	.name = "weft_proto_error",
	.test_cases = cases,
};

kunit_test_suites(&suite);
