/*
 * What a study is read from: its file, and over it the settings of --set. A
 * setting stands in the place of the member it names, so that one reader reads
 * both and each message says where the value came from.
 */
#ifndef SCALESTUDY_STUDY_INPUT_H
#define SCALESTUDY_STUDY_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "jsontext.h"
#include "study.h"
#include "study_fields.h"

/* The file is source 0, the settings follow. */
struct study_source {
    struct json_doc doc;
    const char *setting; /* "key=value" as given; NULL: the file */
    const char *value;   /* behind the "=" */
    char *key;           /* before it */
    char *problem;       /* why a value that looks like JSON is none; NULL */
    bool used;
    size_t parent_length;             /* of the longest path above `key` that was read, … */
    const struct study_table *parent; /* … and what may stand there; NULL */
};

struct study_places;

struct study_input {
    struct study_source *sources;
    size_t count;
    struct study_places *places; /* where the nodes of the file stand; made when first asked for */
    struct error *err;
};

enum { STUDY_LONGEST_PATH = 256 };

/* A value, and how it is reached. */
struct study_node {
    struct study_input *input;
    const cJSON *item; /* NULL: only settings below it */
    size_t source;
    char path[STUDY_LONGEST_PATH]; /* dotted keys; "" is the root */
};

int study_input_open(struct study_input *input, const char *path, const char *text, size_t length,
                     char *const *settings, size_t setting_count, struct error *err);
void study_input_close(struct study_input *input); /* an all-zero input is fine */

struct study_node study_input_root(struct study_input *input);

/*
 * The member `key` of an object: the last setting of that name, else the
 * file's. False where neither is; the node can then still have settings below.
 */
bool study_node_member(const struct study_node *object, const char *key, struct study_node *member);
bool study_node_has_settings(const struct study_node *node);

/* An element of an array; it has the array's path, until it is given another. */
struct study_node study_node_element(const struct study_node *array, const cJSON *item);
void study_node_rename(struct study_node *node, const char *name); /* adds ".name" */

/* Tells the settings below `object` what may stand there. */
void study_node_offer(const struct study_node *object, const struct study_table *table);

/* "study.json:4:12: " or "--set blocks=x: ", then the sentence. Always -1. */
int study_node_error(const struct study_node *node, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void study_node_place(const struct study_node *node, struct study_place *place);

/* -1 where a setting names nothing that a study has. */
int study_input_refuse_unused(const struct study_input *input);

#endif
