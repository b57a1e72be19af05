/*
 * Structs as JSON objects, both ways, from one table: a row says which member
 * of the struct a key is. For files that the program writes and reads itself.
 */
#ifndef SCALESTUDY_JSONFIELD_H
#define SCALESTUDY_JSONFIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "jsontext.h"

enum json_kind {
    JSON_TEXT,  /* char *, owned; absent: "" */
    JSON_TEXTS, /* char **, owned, NULL-terminated; absent: an empty list */
    JSON_REAL,  /* double; not finite: null; absent or null: NAN */
    JSON_WHOLE, /* int64_t; absent: 0 */
    JSON_INDEX, /* size_t; absent: 0 */
    JSON_FLAG   /* bool; absent: false */
};

struct json_field {
    const char *key;
    enum json_kind kind;
    size_t offset;
    bool needed;                /* not there is an error */
    double minimum;             /* of numbers that are there */
    const char *const *choices; /* of a text that is not "": NULL-terminated; NULL: any text */
};

/* The members of an object that the caller has opened and closes. */
void json_write_fields(struct json_writer *w, const struct json_field *fields, size_t count,
                       const void *record);

/* Into an all-zero record. Whatever the result, json_free_fields() frees what is in it. */
int json_read_fields(const struct json_doc *doc, const cJSON *object,
                     const struct json_field *fields, size_t count, void *record,
                     struct error *err);
void json_free_fields(const struct json_field *fields, size_t count, void *record);

/* Into a record whose members are not owned yet; all else in it stays. */
void json_copy_fields(const struct json_field *fields, size_t count, const void *record,
                      void *copy);

/*
 * An array of such objects. `*list` is a new array of `*list_count` all-zero
 * records of `size` bytes, each of which `read_one` then fills; an absent key
 * is an error. On failure too the caller frees what was read so far.
 */
typedef int json_read_fn(const struct json_doc *doc, const cJSON *item, void *record,
                         struct error *err);
int json_read_list(const struct json_doc *doc, const cJSON *object, const char *key, size_t size,
                   json_read_fn *read_one, void *list, size_t *list_count, struct error *err);

#endif
