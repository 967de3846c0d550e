// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What to do about the identity of this node. Pure: no module, no file.
 */
#include "identity.h"

#include <string.h>

/**
 * identity_decide() - compare what the module is with what the file says
 * @module: the module's answer
 * @config: the file
 *
 * Return: the one action that brings the two together without ever taking an
 * identity away.
 */
enum identity_action identity_decide(const struct weft_cluster *module,
				     const struct config *config)
{
	if (!module->is_configured)
		return IDENTITY_GIVE;
	if (module->node != config->node || strcmp(module->name, config->name))
		return IDENTITY_REFUSE;
	if (module->lease_ms != config->lease_ms)
		return IDENTITY_SET_LEASE;
	return IDENTITY_KEEP;
}
