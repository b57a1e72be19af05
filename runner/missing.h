/*
 * Which tasks of a cluster's plan still have runs to do: found from the
 * records alone, so it holds whatever Slurm says or has forgotten.
 */
#ifndef SCALESTUDY_MISSING_H
#define SCALESTUDY_MISSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "planfile.h"
#include "tasks.h"

struct missing_array {
    struct task_array array;
    bool *lacks; /* of each block, from array.first_block on: a run of it has no record */
};

struct missing {
    struct missing_array *arrays; /* none of a study on this machine */
    size_t count;
    int64_t runs_recorded, runs_lacking; /* warm-ups included */
};

/* `retry_failed`: a record that is not ok is as good as none. Warm-ups alone are not missed. */
int missing_find(struct missing *missing, const char *folder, const struct plan *plan,
                 bool retry_failed, struct error *err);
void missing_free(struct missing *missing);

/* The array of that key; NULL where there is none. */
const struct missing_array *missing_array(const struct missing *missing, const char *key);

#endif
