/*
 * What rows of a table have in common (texts, settings, shapes) is stored once:
 * finds what is there already, else adds it to the observations.
 */
#ifndef SCALESTUDY_OBSERVATIONS_INDEX_H
#define SCALESTUDY_OBSERVATIONS_INDEX_H

#include "observations.h"

/* Open addressing: a slot holds an index plus one, 0 is empty. */
struct table {
    uint32_t *slots;
    size_t size, count; /* size is a power of two */
};

/* Rows next to each other mostly say the same: each column's last answer is tried first. */
struct observations_index {
    struct table texts, settings, shapes;
    uint32_t last_setting, last_shape, last_job, last_host, last_reason, last_mask;
};

struct observations_index *observations_index_new(void);
void observations_index_free(struct observations_index *index);

/* Each returns where the value is in its array. */
uint32_t observations_find_text(struct observations *all, const char *text);
uint32_t observations_find_setting(struct observations *all, const struct setting *wanted);
uint32_t observations_find_shape(struct observations *all, const struct shape *wanted);

/* `last` is what the column's row before had; it is tried first, and set. */
uint32_t observations_find_text_again(struct observations *all, uint32_t *last, const char *text);

/* The stored text itself, which lives as long as the observations. */
const char *observations_store_text(struct observations *all, const char *text, uint32_t *id);

/* One value for all that are equal: no negative zero, one NAN. */
double observations_canonical(double value);

#endif
