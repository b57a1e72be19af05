/*
 * From nodes to structs: each kind of value has one reader, and a table of
 * fields is read member by member.
 */
#ifndef SCALESTUDY_STUDY_READ_H
#define SCALESTUDY_STUDY_READ_H

#include "study_fields.h"
#include "study_input.h"

/*
 * Reads one value into its place in `object`, the struct that the table of
 * `field` describes. -1 with the message; what was read before is kept for
 * study_release().
 */
typedef int study_reader(const struct study_node *node, const struct study_field *field,
                         void *object);

/* All members of an object, defaults included; a node that is no object has
 * only settings and defaults. */
int study_read_members(const struct study_node *node, const struct study_table *table,
                       void *object);

/* Frees what the rows of the table own and clears it. */
void study_release(const struct study_table *table, void *object);

/* "\"blocks\" must be a whole number, got text \"nine\"". Always -1. */
int study_refuse_type(const struct study_node *node, const struct study_field *field);

/* Whether it is "12" where 12 is meant. */
bool study_is_quoted_number(const struct study_node *node);

/* Text of a node that takes nothing but text (a setting 12 is the text "12");
 * NULL: it is none. */
const char *study_node_text(const struct study_node *node);

/* -1 with the message where a name breaks the rule; `what` is the subject. */
int study_check_name(const struct study_node *node, const char *what, const char *name);

/* A whole number of the row's range; `subject` begins the sentence. */
int study_read_whole(const struct study_node *node, const struct study_field *field,
                     int64_t *value);

/* Hands each member of an object, and then each setting below it, to `add`: -1 of it ends the
 * walk. */
typedef int study_member_reader(const struct study_node *member, const char *name, void *context);
int study_each_member(const struct study_node *node, const struct study_field *field,
                      study_member_reader *add, void *context);

/* The readers of study_kernels.c. */
study_reader study_read_options, study_read_kernels;

/* The readers of study_values.c: what a study measures. */
study_reader study_read_cores, study_read_sizes, study_read_request, study_read_backends,
    study_read_clusters;

#endif
