/*
 * JSON as text, strict: RFC 8259 in UTF-8, nothing more. cJSON builds the
 * tree; a scan before it refuses what cJSON lets through (leading zeros, raw
 * control characters, invalid UTF-8, a byte-order mark, duplicate keys, text
 * behind the value, lone surrogates, numbers that overflow) and remembers
 * where every value stands, so that each message can name file:line:column
 * (columns count characters). A NUL written as \u0000 is refused too: no text
 * of ours may hold one.
 */
#ifndef SCALESTUDY_JSONTEXT_H
#define SCALESTUDY_JSONTEXT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

struct json_doc {
    char *path; /* as messages name it */
    char *text; /* the document; kept for positions */
    size_t length;
    cJSON *root;      /* borrowed by readers until json_free() */
    size_t *offsets;  /* of each node in preorder: its key where it has one, else its value */
    size_t node_count;
};

/* Parses text[0..length), of which the document keeps a copy. */
int json_parse(struct json_doc *doc, const char *path, const char *text, size_t length,
               struct error *err);

/* Reads and parses a file of at most `max_bytes`; longer ones are refused. */
int json_load(struct json_doc *doc, const char *path, size_t max_bytes, struct error *err);

void json_free(struct json_doc *doc); /* an all-zero document is fine */

/* "path:line:column: " of `item`'s key (of its value where it has none), then
 * the sentence. Always returns -1. */
int json_error(const struct json_doc *doc, const cJSON *item, struct error *err,
               const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What stands there, in words: `text "nine"`, `2.5`, `an array`. */
void json_add_found(struct strbuf *out, const cJSON *item);

/*
 * Typed reads of an object's member that the program itself wrote (records,
 * plan): an absent key or a null gives the default. A member of another type
 * is an error named by place.
 */
int json_get_string(const struct json_doc *doc, const cJSON *object, const char *key,
                    const char *absent, const char **out, struct error *err);
int json_get_number(const struct json_doc *doc, const cJSON *object, const char *key,
                    double absent, double *out, struct error *err);
int json_get_int(const struct json_doc *doc, const cJSON *object, const char *key, int64_t absent,
                 int64_t *out, struct error *err); /* whole, within +-2^53 */
int json_get_bool(const struct json_doc *doc, const cJSON *object, const char *key, bool absent,
                  bool *out, struct error *err);

/*
 * Writing. The writer puts commas, line ends and indents; the caller opens and
 * closes. `key` is NULL for elements of an array and for the outermost value.
 * A number that is not finite is written as null: JSON has no other word.
 */
struct json_writer {
    struct strbuf *out;
    int depth;
    bool pretty;  /* one member a line, two blanks a level; else all on one line */
    bool first;   /* nothing written yet in the open object or array */
};

void json_begin_object(struct json_writer *w, const char *key);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w, const char *key);
void json_end_array(struct json_writer *w);
void json_string(struct json_writer *w, const char *key, const char *value); /* NULL: null */
void json_number(struct json_writer *w, const char *key, double value);
void json_int(struct json_writer *w, const char *key, int64_t value);
void json_bool(struct json_writer *w, const char *key, bool value);
void json_null(struct json_writer *w, const char *key);

/* `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. */
void json_add_string(struct strbuf *sb, const char *text);

#endif
