/*
 * What became of tasks, for rows of runs that never came and for what Slurm has
 * accounted: the collector's view of an executor's journal.
 */
#ifndef SCALESTUDY_FATES_H
#define SCALESTUDY_FATES_H

#include <stddef.h>

/* The last that is known of one task in one job. Everything is owned. */
struct task_fate {
    char *task;         /* "w0-1x1x28-b3" */
    char *job;          /* "123_3"; "" where none was accepted */
    const char *status; /* of runs without a record: "missing" or "timeout" */
    char *reason;       /* why they have none, in Slurm's words; "" not known (yet) */
    double cpu_seconds, memory_bytes, energy_joules; /* accounted; NAN not known */
};

/* Any order while it is filled; of several fates of a task the last one added counts. */
struct task_fates {
    struct task_fate *list;
    size_t count, capacity;
    size_t *by_task, *by_job; /* made by task_fates_sort() */
};

/* Appends one whose texts are copied. */
struct task_fate *task_fates_add(struct task_fates *fates, const char *task, const char *job);

/* Before the finds, after the last addition. */
void task_fates_sort(struct task_fates *fates);

/* NULL where there is none; an all-zero list has none. */
const struct task_fate *task_fates_of_task(const struct task_fates *fates, const char *task);
const struct task_fate *task_fates_of_job(const struct task_fates *fates, const char *job);

void task_fates_free(struct task_fates *fates);

#endif
