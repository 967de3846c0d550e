// SPDX-License-Identifier: GPL-2.0-only
/*
 * The features of a processor that a program can use without asking the kernel,
 * by the names of /proc/cpuinfo. A program that found one here may use it until
 * it ends, so it has to be there as well. Features that only the kernel uses, or
 * that say how fast something is, are left out. Pure.
 */
#include "migrate/verdict.h"

#include <linux/kernel.h>

/**
 * struct feature - one bit of struct weft_host.features
 * @word: in which word
 * @bit:  which bit
 * @name: in /proc/cpuinfo
 */
struct feature {
	u8 word;
	u8 bit;
	const char *name;
};

static const struct feature features[] = {
	{ WEFT_CPU_1_EDX, 0, "fpu" },
	{ WEFT_CPU_1_EDX, 4, "tsc" },
	{ WEFT_CPU_1_EDX, 8, "cx8" },
	{ WEFT_CPU_1_EDX, 15, "cmov" },
	{ WEFT_CPU_1_EDX, 19, "clflush" },
	{ WEFT_CPU_1_EDX, 23, "mmx" },
	{ WEFT_CPU_1_EDX, 24, "fxsr" },
	{ WEFT_CPU_1_EDX, 25, "sse" },
	{ WEFT_CPU_1_EDX, 26, "sse2" },
	{ WEFT_CPU_1_ECX, 0, "pni" },
	{ WEFT_CPU_1_ECX, 1, "pclmulqdq" },
	{ WEFT_CPU_1_ECX, 9, "ssse3" },
	{ WEFT_CPU_1_ECX, 12, "fma" },
	{ WEFT_CPU_1_ECX, 13, "cx16" },
	{ WEFT_CPU_1_ECX, 19, "sse4_1" },
	{ WEFT_CPU_1_ECX, 20, "sse4_2" },
	{ WEFT_CPU_1_ECX, 22, "movbe" },
	{ WEFT_CPU_1_ECX, 23, "popcnt" },
	{ WEFT_CPU_1_ECX, 25, "aes" },
	{ WEFT_CPU_1_ECX, 26, "xsave" },
	{ WEFT_CPU_1_ECX, 28, "avx" },
	{ WEFT_CPU_1_ECX, 29, "f16c" },
	{ WEFT_CPU_1_ECX, 30, "rdrand" },
	{ WEFT_CPU_80000001_EDX, 11, "syscall" },
	{ WEFT_CPU_80000001_EDX, 22, "mmxext" },
	{ WEFT_CPU_80000001_EDX, 25, "fxsr_opt" },
	{ WEFT_CPU_80000001_EDX, 27, "rdtscp" },
	{ WEFT_CPU_80000001_EDX, 29, "lm" },
	{ WEFT_CPU_80000001_EDX, 30, "3dnowext" },
	{ WEFT_CPU_80000001_EDX, 31, "3dnow" },
	{ WEFT_CPU_80000001_ECX, 0, "lahf_lm" },
	{ WEFT_CPU_80000001_ECX, 5, "abm" },
	{ WEFT_CPU_80000001_ECX, 6, "sse4a" },
	{ WEFT_CPU_80000001_ECX, 7, "misalignsse" },
	{ WEFT_CPU_80000001_ECX, 8, "3dnowprefetch" },
	{ WEFT_CPU_80000001_ECX, 11, "xop" },
	{ WEFT_CPU_80000001_ECX, 15, "lwp" },
	{ WEFT_CPU_80000001_ECX, 16, "fma4" },
	{ WEFT_CPU_80000001_ECX, 21, "tbm" },
	{ WEFT_CPU_80000001_ECX, 29, "mwaitx" },
	{ WEFT_CPU_7_EBX, 0, "fsgsbase" },
	{ WEFT_CPU_7_EBX, 3, "bmi1" },
	{ WEFT_CPU_7_EBX, 4, "hle" },
	{ WEFT_CPU_7_EBX, 5, "avx2" },
	{ WEFT_CPU_7_EBX, 8, "bmi2" },
	{ WEFT_CPU_7_EBX, 11, "rtm" },
	{ WEFT_CPU_7_EBX, 14, "mpx" },
	{ WEFT_CPU_7_EBX, 16, "avx512f" },
	{ WEFT_CPU_7_EBX, 17, "avx512dq" },
	{ WEFT_CPU_7_EBX, 18, "rdseed" },
	{ WEFT_CPU_7_EBX, 19, "adx" },
	{ WEFT_CPU_7_EBX, 21, "avx512ifma" },
	{ WEFT_CPU_7_EBX, 23, "clflushopt" },
	{ WEFT_CPU_7_EBX, 24, "clwb" },
	{ WEFT_CPU_7_EBX, 26, "avx512pf" },
	{ WEFT_CPU_7_EBX, 27, "avx512er" },
	{ WEFT_CPU_7_EBX, 28, "avx512cd" },
	{ WEFT_CPU_7_EBX, 29, "sha_ni" },
	{ WEFT_CPU_7_EBX, 30, "avx512bw" },
	{ WEFT_CPU_7_EBX, 31, "avx512vl" },
	{ WEFT_CPU_7_ECX, 1, "avx512vbmi" },
	{ WEFT_CPU_7_ECX, 4, "ospke" },
	{ WEFT_CPU_7_ECX, 5, "waitpkg" },
	{ WEFT_CPU_7_ECX, 6, "avx512_vbmi2" },
	{ WEFT_CPU_7_ECX, 8, "gfni" },
	{ WEFT_CPU_7_ECX, 9, "vaes" },
	{ WEFT_CPU_7_ECX, 10, "vpclmulqdq" },
	{ WEFT_CPU_7_ECX, 11, "avx512_vnni" },
	{ WEFT_CPU_7_ECX, 12, "avx512_bitalg" },
	{ WEFT_CPU_7_ECX, 14, "avx512_vpopcntdq" },
	{ WEFT_CPU_7_ECX, 22, "rdpid" },
	{ WEFT_CPU_7_ECX, 25, "cldemote" },
	{ WEFT_CPU_7_ECX, 27, "movdiri" },
	{ WEFT_CPU_7_ECX, 28, "movdir64b" },
	{ WEFT_CPU_7_ECX, 29, "enqcmd" },
	{ WEFT_CPU_7_EDX, 2, "avx512_4vnniw" },
	{ WEFT_CPU_7_EDX, 3, "avx512_4fmaps" },
	{ WEFT_CPU_7_EDX, 8, "avx512_vp2intersect" },
	{ WEFT_CPU_7_EDX, 14, "serialize" },
	{ WEFT_CPU_7_EDX, 16, "tsxldtrk" },
	{ WEFT_CPU_7_EDX, 22, "amx_bf16" },
	{ WEFT_CPU_7_EDX, 23, "avx512_fp16" },
	{ WEFT_CPU_7_EDX, 24, "amx_tile" },
	{ WEFT_CPU_7_EDX, 25, "amx_int8" },
	{ WEFT_CPU_7_1_EAX, 0, "sha512" },
	{ WEFT_CPU_7_1_EAX, 1, "sm3" },
	{ WEFT_CPU_7_1_EAX, 2, "sm4" },
	{ WEFT_CPU_7_1_EAX, 3, "rao_int" },
	{ WEFT_CPU_7_1_EAX, 4, "avx_vnni" },
	{ WEFT_CPU_7_1_EAX, 5, "avx512_bf16" },
	{ WEFT_CPU_7_1_EAX, 7, "cmpccxadd" },
	{ WEFT_CPU_7_1_EAX, 21, "amx_fp16" },
	{ WEFT_CPU_7_1_EAX, 23, "avx_ifma" },
	{ WEFT_CPU_D_1_EAX, 0, "xsaveopt" },
	{ WEFT_CPU_D_1_EAX, 1, "xsavec" },
	{ WEFT_CPU_D_1_EAX, 2, "xgetbv1" },
	{ WEFT_CPU_80000008_EBX, 0, "clzero" },
	{ WEFT_CPU_80000008_EBX, 4, "rdpru" },
};

static_assert(ARRAY_SIZE(features) <= WEFT_FEATURES_MAX);

/**
 * weft_features_next_missing() - the next feature that is only here
 * @here:  struct weft_host.features of this host
 * @there: those of the other
 * @from:  number of the first feature to look at
 *
 * Return: its number, for weft_feature_name(); U32_MAX if there is none.
 */
u32 weft_features_next_missing(const u32 *here, const u32 *there, u32 from)
{
	u32 i;

	for (i = from; i < ARRAY_SIZE(features); i++)
		if (here[features[i].word] & ~there[features[i].word] &
		    BIT(features[i].bit))
			return i;
	return U32_MAX;
}

/**
 * weft_feature_name() - what a feature is called
 * @index: its number
 *
 * Return: its name in /proc/cpuinfo, a constant; NULL behind the last one.
 */
const char *weft_feature_name(u32 index)
{
	return index < ARRAY_SIZE(features) ? features[index].name : NULL;
}
