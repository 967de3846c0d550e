/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Going to the background without losing the answer to "did it start?".
 */
#ifndef WEFTD_BACKGROUND_H
#define WEFTD_BACKGROUND_H

int background_enter(int *starter);
int background_ready(int starter);

#endif /* WEFTD_BACKGROUND_H */
