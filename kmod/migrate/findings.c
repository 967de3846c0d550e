// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was found, in words that name the thing. Pure.
 */
#include "migrate/verdict.h"

#include <linux/kernel.h>
#include <linux/stdarg.h>
#include <linux/string.h>

/**
 * weft_text_clean() - make text printable
 * @text: the text; what is not printable ASCII becomes a question mark
 *
 * Names of files and processes can hold anything, and end on a terminal.
 */
void weft_text_clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

/**
 * weft_findings_add() - note a reason, and what it is about
 * @check:  where to
 * @reason: the reason
 * @format: what it is about, like printk
 *
 * What is too much is counted and not kept.
 */
void weft_findings_add(struct weft_check *check, enum weft_reason_code reason,
		       const char *format, ...)
{
	u32 most = reason == WEFT_REASON_CPU_FEATURES ? WEFT_FEATURES_MAX :
							WEFT_DETAILS_MAX;
	struct weft_finding *finding;
	va_list arguments;

	check->reasons |= BIT_ULL(reason);
	if (check->found[reason]++ >= most ||
	    check->count == ARRAY_SIZE(check->findings))
		return;
	finding = &check->findings[check->count++];
	finding->reason = reason;
	va_start(arguments, format);
	vscnprintf(finding->detail, sizeof(finding->detail), format, arguments);
	va_end(arguments);
	weft_text_clean(finding->detail);
}

/**
 * weft_findings_add_reasons() - note reasons that need no detail
 * @check:   where to
 * @reasons: bits by enum weft_reason_code
 */
void weft_findings_add_reasons(struct weft_check *check, u64 reasons)
{
	check->reasons |= reasons;
}

static void explain_features(struct weft_check *check,
			     const struct weft_host *here,
			     const struct weft_host *there)
{
	u32 i = weft_features_next_missing(here->features, there->features, 0);

	while (i != U32_MAX) {
		weft_findings_add(check, WEFT_REASON_CPU_FEATURES, "%s",
				  weft_feature_name(i));
		i = weft_features_next_missing(here->features, there->features,
					       i + 1);
	}
}

static void explain_state(struct weft_check *check,
			  const struct weft_host *here,
			  const struct weft_host *there)
{
	u32 i;

	if (here->xstate_size > there->xstate_size)
		weft_findings_add(check, WEFT_REASON_CPU_STATE,
				  "%u bytes here, %u bytes there",
				  here->xstate_size, there->xstate_size);
	for (i = 0; i < WEFT_XSTATE_COMPONENTS; i++) {
		if (weft_xstate_is_missing(here, there, i))
			weft_findings_add(check, WEFT_REASON_CPU_STATE,
					  "component %u of XSAVE is missing there", i);
		if (weft_xstate_is_elsewhere(here, there, i))
			weft_findings_add(check, WEFT_REASON_CPU_STATE,
					  "component %u of XSAVE is at %u here, at %u there",
					  i, here->xstate_offset[i],
					  there->xstate_offset[i]);
	}
}

static void explain_vdso(struct weft_check *check, const struct weft_host *here,
			 const struct weft_host *there,
			 const struct weft_own_vdso *own)
{
	if (!own->is_readable)
		weft_findings_add(check, WEFT_REASON_VDSO,
				  "that of the process cannot be read");
	else if (!there->vdso.size)
		weft_findings_add(check, WEFT_REASON_VDSO,
				  "that of the node is not known");
	else
		weft_findings_add(check, WEFT_REASON_VDSO,
				  "%u bytes, CRC32C %08x of kernel %u.%u.%u here; %u bytes, %08x of %u.%u.%u there",
				  own->vdso.size, own->vdso.crc,
				  here->kernel_version >> 16,
				  here->kernel_version >> 8 & 0xff,
				  here->kernel_version & 0xff,
				  there->vdso.size, there->vdso.crc,
				  there->kernel_version >> 16,
				  there->kernel_version >> 8 & 0xff,
				  there->kernel_version & 0xff);
}

/**
 * weft_findings_explain_hosts() - note how the hosts differ
 * @check: where to
 * @here:  this host
 * @there: the other
 * @own:   the vDSO of the process
 */
void weft_findings_explain_hosts(struct weft_check *check,
				 const struct weft_host *here,
				 const struct weft_host *there,
				 const struct weft_own_vdso *own)
{
	u64 reasons = weft_verdict_hosts(here, there, own);

	weft_findings_add_reasons(check, reasons);
	if (reasons & WEFT_REASON_BIT(CPU_FEATURES))
		explain_features(check, here, there);
	if (reasons & WEFT_REASON_BIT(CPU_STATE))
		explain_state(check, here, there);
	if (reasons & WEFT_REASON_BIT(VDSO))
		explain_vdso(check, here, there, own);
	if (reasons & WEFT_REASON_BIT(PAGE_SIZE))
		weft_findings_add(check, WEFT_REASON_PAGE_SIZE,
				  "%u bytes here, %u bytes there",
				  here->page_size, there->page_size);
	if (reasons & WEFT_REASON_BIT(ADDRESS_WIDTH))
		weft_findings_add(check, WEFT_REASON_ADDRESS_WIDTH,
				  "up to %llx here, up to %llx there",
				  here->address_limit, there->address_limit);
}
