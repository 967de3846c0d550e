/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What weft ps shows of a process, and how its table looks.
 */
#ifndef WEFT_PS_TABLE_H
#define WEFT_PS_TABLE_H

#include "halves.h"

#include <json-c/json.h>
#include <stdio.h>

struct json_object *ps_row(const struct whole *whole);
int ps_print(FILE *file, struct json_object *root);

#endif /* WEFT_PS_TABLE_H */
