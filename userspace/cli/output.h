/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results: one JSON object, printed as JSON or as text.
 */
#ifndef WEFT_OUTPUT_H
#define WEFT_OUTPUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object *output_new(void);
void output_add(struct json_object *object, const char *key,
		struct json_object *value);
void output_add_string(struct json_object *object, const char *key,
		       const char *value);
void output_add_token(struct json_object *object, const char *key,
		      uint64_t value);
int output_print(FILE *file, struct json_object *root, bool is_json);

#endif /* WEFT_OUTPUT_H */
