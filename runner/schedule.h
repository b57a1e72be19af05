/*
 * The order of runs: computed from the plan's seed, never stored, so that a
 * plan of a million runs stays small and every reader gets the same order.
 *
 * A wave's blocks follow one another; in each block its points come in a
 * random order of their own (Fisher-Yates; the seed is mixed with the wave and
 * the block), so that drift in time falls on all points alike. A point's
 * warm-ups come right before its first run in a task. Order numbers count
 * from 0 over all waves; waves are only ever added behind, so a run keeps its
 * number for good.
 */
#ifndef SCALESTUDY_SCHEDULE_H
#define SCALESTUDY_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "planfile.h"

struct planned_run {
    int64_t order;
    size_t wave, point;
    int64_t block;
    int64_t run;  /* of the block, from 0; of warm-ups likewise */
    bool warmup;
};

struct schedule {
    const struct plan *plan;
    size_t wave;
    int64_t block, order;
    size_t *points;  /* of the current block, in order */
    size_t position; /* among them */
    int64_t step;    /* warm-ups and runs of the current point that are done */
};

void schedule_begin(struct schedule *schedule, const struct plan *plan);
bool schedule_next(struct schedule *schedule, struct planned_run *run); /* false: no more */
void schedule_end(struct schedule *schedule);

/* All runs and warm-ups of the plan, and of one wave. */
int64_t schedule_count(const struct plan *plan);
int64_t schedule_wave_count(const struct plan *plan, size_t wave);

/* Puts a list into a random order that the seed decides (Fisher-Yates). */
void schedule_shuffle(size_t *list, size_t count, uint64_t seed);

/* A well-mixed 64-bit hash of a text, for seeds (FNV-1a, then splitmix64). */
uint64_t schedule_seed(const char *text);

#endif
