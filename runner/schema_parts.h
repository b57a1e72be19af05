/*
 * What the JSON Schemas (draft 2020-12) of studies and cluster profiles have in
 * common.
 */
#ifndef SCALESTUDY_SCHEMA_PARTS_H
#define SCALESTUDY_SCHEMA_PARTS_H

#include "jsontext.h"

/* ECMA regular expressions that say what textrule.c does. */
extern const char schema_name_pattern[], schema_word_pattern[], schema_line_pattern[],
    schema_time_pattern[];

/* An object with its "type", which the caller closes. */
void schema_begin_type(struct json_writer *w, const char *key, const char *type);

/* A text that matches. */
void schema_pattern(struct json_writer *w, const char *key, const char *pattern);

/* Members of an open object: a list of texts that match (NULL: any), `least` of
 * them or more; one of the choices, which end in NULL. */
void schema_texts(struct json_writer *w, const char *pattern, int least);
void schema_choices(struct json_writer *w, const char *const *choices);

/* "default": a text, flag or number, as the tables spell it in JSON. */
void schema_default(struct json_writer *w, const char *json);

#endif
