/*
 * The strict look at a JSON text before cJSON builds its tree: RFC 8259 and
 * nothing more, each mistake with its place and, where one is obvious, its
 * remedy. Used by jsontext.c alone.
 */
#ifndef SCALESTUDY_JSONSCAN_H
#define SCALESTUDY_JSONSCAN_H

#include <stddef.h>

#include "error.h"

enum {
    JSON_DEEPEST = 64,       /* levels of objects and arrays */
    JSON_LONGEST_NUMBER = 63 /* characters of a number that cJSON reads */
};

struct json_scan {
    size_t *offsets; /* of each node in preorder: its key where it has one, else its value */
    size_t count, capacity;
    size_t *long_numbers; /* offsets of numbers longer than cJSON reads */
    size_t long_count, long_capacity;
};

/* Fills `scan`, which the caller frees with json_scan_free() in either case. */
int json_scan(struct json_scan *scan, const char *path, const char *text, size_t length,
              struct error *err);
void json_scan_free(struct json_scan *scan);

/* Bytes of the number that begins at `text`. */
size_t json_number_length(const char *text, const char *end);

/* Bytes of the UTF-8 character at `text`, 1 to 4; 0 where it is none. */
size_t utf8_length(const char *text, const char *end);

/* Line of text[offset], and its column in characters; both count from 1. */
void text_place(const char *text, size_t offset, size_t *line, size_t *column);

#endif
